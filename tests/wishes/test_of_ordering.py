"""Orderings of a document become wishes: every pair that was written, every pair that an objective decides."""

import itertools
from fractions import Fraction

import specl
from specl.api.orderings import state
from specl.evaluation.ranks import compare_ranks
from specl.language.document import Document
from specl.model.ordering import Induced
from specl.wishes.of_ordering import of_ranks
from specl.wishes.wish import Wish

RING = """
environment ring {
  states a, b, c
  actions go, stay
  start a
  a --go--> { b: 3/4, c: 1/4 }
  b --go--> c
  c --go--> a
  _ --stay--> self
}
policy mover  { _: go }
policy mover' { _: go }
policy sitter { _: stay }
policy gate(t) { a: { go: t, stay: 1 - t }, _: go }
objective often : MR { discount 1/2  reward { _ --go--> _: 1 } }
objective bent : INMR { discount 1/2  reward { _ --go--> _: 1 }  value if reward > 1 then exp(reward) else 0 }
"""


def wish(ordering: str, discount: Fraction | None = None, precision: Fraction = Fraction(1, 10**6)) -> Wish:
    document = specl.load(f"{RING}\nordering w {ordering}")
    stated = state(document, document.orderings["w"], discount, precision)
    assert isinstance(stated.wish, Wish)
    return stated.wish


def test_what_is_written_is_what_is_wished() -> None:
    found = wish("{ mover > sitter ~ gate(1/2); gate(0) ~ sitter }", Fraction(1, 3))
    assert found.strict == (("mover", "sitter"),)
    assert set(found.ties) == {("sitter", "gate(1/2)"), ("gate(0)", "sitter")}
    assert (found.name, found.environment.name, found.discount) == ("w", "ring", Fraction(1, 3))


def test_abel_and_others_two_sets_of_acceptable_policies() -> None:
    """Equally good, or each better than every other one."""
    tied, loose = wish("{ {mover, gate(1/2)} > others }"), wish("{ [mover, gate(1/2)] > others }")
    assert tied.ties == (("mover", "gate(1/2)"),)
    assert loose.ties == ()
    for found in (tied, loose):
        others = [name for name in found.policies if name.startswith("{")]
        assert len(others) == 2**3 - 1
        assert set(found.strict) == set(itertools.product(("mover", "gate(1/2)"), others))


def test_an_induced_ordering_is_the_objective_s() -> None:
    found = wish("= often on { sitter, mover, gate(1/2), mover' }")
    assert {frozenset(group) for group in found.classes} == {
        frozenset(("mover", "mover'")), frozenset(("gate(1/2)",)), frozenset(("sitter",))
    }  # fmt: skip
    assert found.levels() == (("mover", "mover'"), ("gate(1/2)",), ("sitter",))


def induced(document: Document) -> Induced:
    ordering = document.orderings["w"]
    assert isinstance(ordering, Induced)
    return ordering


def test_what_the_precision_leaves_open_the_wish_leaves_open() -> None:
    near = ["gate(1/2)", "gate(499999/1000000)"]
    text = f"{RING}\nordering w = bent on {{ {near[0]}, sitter, {near[1]}, mover, mover' }}"
    document = specl.load(text)
    names = list(induced(document).policies)
    ranks = specl.evaluate(document, "bent", names, precision=Fraction(1, 4)).values["bent"]
    found, undecided = of_ranks(induced(document), document.environments["ring"], ranks)
    assert undecided == (tuple(near),)
    assert ("mover", "mover'") in found.ties
    for left, right in found.strict:
        assert compare_ranks(ranks[left], ranks[right]) == 1
    compared = {frozenset(pair) for pair in (*found.strict, *found.ties)}
    assert frozenset(near) not in compared
    assert {frozenset(("sitter", name)) for name in ("mover", *near)} <= compared
    sharp = state(document, document.orderings["w"], None, Fraction(1, 10**12))
    assert sharp.undecided == ()
    assert isinstance(sharp.wish, Wish)
    assert sharp.wish.levels() == (("mover", "mover'"), (near[0],), (near[1],), ("sitter",))
