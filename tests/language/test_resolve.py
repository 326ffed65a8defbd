"""What resolved documents hold."""

from fractions import Fraction
from typing import Any

import pytest

from specl import formalisms
from specl.language.diagnostics import SpecErrors
from specl.language.document import Compares, Document, Equivalent, Expresses, NamedFamily, NamedPolicy
from specl.language.load import load_document
from specl.language.parse import parse
from specl.language.resolve import resolve
from specl.language.source import Source
from specl.model.expression import Expression
from specl.model.order import Constrained, Lexicographic, Ranking
from specl.model.ordering import Induced, Ordering, Trajectory, TrajectoryOrdering
from specl.model.quantities import Average, Choice, Expectation, Indicator, Occupancy, Recovered, Return, RewardReturn
from specl.model.real import Real

RING = """
environment ring {
  states  a, b, c
  actions go, stay
  start   { a: 0.5, b: 1/2 }
  a --go--> { b: 3/4, c: 1/4 }
  b --go--> c
  c --go--> a
  _ --stay--> self
  label home = a, _ --go--> c
}
policy mover { _: go }
policy sitter { _: stay }
policy gate(t) { a: { go: t, stay: 1 - t }, _: go }
"""


def load(text: str) -> Document:
    return load_document(Source(text), formalisms)


def codes(text: str) -> list[str]:
    with pytest.raises(SpecErrors) as caught:
        load(text)
    return [one.code for one in caught.value.diagnostics]


def record(fields: str) -> Any:
    return load(f"{RING}objective o : {fields}").objectives["o"].objective


def test_environment_is_what_is_written() -> None:
    ring = load(RING).environments["ring"]
    half, one = Fraction(1, 2), Fraction(1)
    assert (ring.states, ring.actions) == (("a", "b", "c"), ("go", "stay"))
    assert ring.start == ((0, half), (1, half))
    assert ring.transitions == (
        (((1, Fraction(3, 4)), (2, Fraction(1, 4))), ((0, one),)),
        (((2, one),), ((1, one),)),
        (((0, one),), ((2, one),)),
    )
    assert ring.labels == {"home": frozenset({(0, 0, 1), (0, 0, 2), (0, 1, 0), (1, 0, 2)})}


@pytest.mark.parametrize(
    ("lines", "targets"),
    [
        ("_ --_--> a  x --go--> b  ", "ba"),  # an explicit line overrides an earlier wildcard
        ("x --go--> b  _ --_--> a  ", "ba"),  # and is not overridden by a later one
        ("_ --_--> a  _ --go--> b  ", "ba"),  # a later wildcard overrides an earlier one
        ("x --_--> self  ", "xx"),
        ("x --_--> { self: 1/2, x: 1/2 }  ", "xx"),
    ],
)
def test_later_lines_override_wildcards(lines: str, targets: str) -> None:
    text = f"environment e {{ states x, a, b actions go, stay start x {lines} a --_--> a b --_--> b }}"
    environment = load(text).environments["e"]
    entered = [[environment.states[t] for t, _ in row] for row in environment.transitions[0]]
    assert entered == [[name] for name in targets]


def test_names_may_be_keywords_where_no_keyword_can_stand() -> None:
    document = load(
        """environment policy { states start, value, F' actions label, if
             start start start --_--> value value --label--> self value --if--> F' F' --_--> start
             label order = start }
           policy policy { _: label }
           policy objective in policy { _: if }
           objective under : RM { discount 1/2 machine { start start start --(order)--> value: 1 value --F'--> start } }
           objective E : LTL { formula G F order U (value | F') }
           ordering ordering { policy > objective }
           assert policy > objective under under"""
    )
    assert document.environments["policy"].states == ("start", "value", "F'")
    assert isinstance(document.assertions[0], Compares)


def test_a_state_called_like_an_operator_stands_in_parentheses() -> None:
    text = "environment e { states F, U actions X start F F --_--> U U --_--> F }\n"
    formula = load(text + "objective o : LTL { formula G (F) U U & (X) }").objectives["o"].objective.formula
    assert formula.op == "&"
    assert {part.name for part in formula.args if part.op == "atom"} == {"X"}


def test_the_last_matching_reward_line_wins() -> None:
    reward = record(
        "MR { discount 1/2 reward { _ --_--> _: 1, a --go--> _: log(9)/2, a --go--> c: 0, b: 0.25 } }"
    ).reward
    paid = {step: str(value) for step, value in reward.items()}
    assert paid == {
        (0, 0, 1): "log(3)",
        (0, 1, 0): "1",
        (1, 0, 2): "1/4",
        (1, 1, 1): "1/4",
        (2, 0, 0): "1",
        (2, 1, 2): "1",
    }


def test_machines_keep_rewards_of_steps_on_which_their_guard_holds() -> None:
    machine = record(
        "RM { discount 1/2 machine { start u  u --b--> v: 1  v --home & go--> u: { _ --_--> _: 2, a --go--> b: 3 } } }"
    ).machine
    assert machine.states == ("u", "v")
    assert machine.edges[0].reward == {(1, 0, 2): Real.of(1), (1, 1, 1): Real.of(1)}
    assert machine.edges[1].reward == {(0, 0, 1): Real.of(3), (0, 0, 2): Real.of(2), (1, 0, 2): Real.of(2)}


def test_names_mean_what_their_place_says() -> None:
    def keys(expression: Expression) -> set[Any]:
        own = {expression.key} if expression.op == "variable" else set()
        return own.union(*(keys(part) for part in expression.args))

    half = Fraction(1, 2)
    assert keys(record("ONMR { discount 1/2 reward { } value reward^2 }").value) == {RewardReturn("reward")}
    ftr = record("FTR { reward r { } machine m { start u } value [F b] + return(r, 1/2) * average(m) }")
    assert {type(key) for key in keys(ftr.value)} == {Indicator, Return, Average}
    assert Return("r", half) in keys(ftr.value)
    ftlr = record("FTLR { reward r { } value P(F b) * Var(average(r)) + E(2 * average(r)) }")
    assert {type(key).__name__ for key in keys(ftlr.value)} == {"Expectation", "Variance"}
    assert any(isinstance(key, Expectation) and isinstance(key.of.key, Indicator) for key in keys(ftlr.value))
    fomr = record("FOMR { discount 1/2 value m(a) + m(b, stay) + m(c, go, a) }")
    assert keys(fomr.value) == {Occupancy(0), Occupancy(1, 1), Occupancy(2, 0, 0)}
    assert keys(record("FPR { value pi(a, stay) }").value) == {Choice(0, 1)}


def test_constants_are_folded_and_a_zero_factor_hides_what_is_undefined() -> None:
    value = record("FPR { value pi(a, go) * (log(8) / log(2)) + 0 * log(0) }").value
    assert [part.key for part in value.args if part.op == "number"] == [0]
    assert value.args[0].args[1].key == 3


def test_orders() -> None:
    assert isinstance(record("OMO { discount 1/2 order lexicographic(m(a), m(b)) }").order, Lexicographic)
    constrained = record("OMO { discount 1/2 order m(a) subject to m(b) >= 1/2, m(c) < 2 }").order
    assert isinstance(constrained, Constrained)
    assert [one.op for one in constrained.constraints] == [">=", "<"]
    ranking = record("PO { order { mover > gate(1/2) ~ sitter } }").order
    assert isinstance(ranking, Ranking)
    assert [[name for name, _ in tier] for tier in ranking.tiers] == [["mover"], ["gate(1/2)", "sitter"]]


def test_recover_finds_objectives_wherever_they_stand() -> None:
    document = load(
        RING + "objective late : FPR { value recover(early) } objective early : PO { order recover(base) }"
        "objective base : LTL { formula F b }"
    )
    key = document.objectives["late"].objective.value.key
    assert isinstance(key, Recovered)
    assert (key.name, key.code, key.objective) == ("early", "PO", document.objectives["early"].objective)
    assert document.objectives["early"].objective.order.objective == document.objectives["base"].objective


def test_orderings_are_pairs() -> None:
    document = load(
        RING + "ordering chains { mover > sitter; gate(1/2) ~ gate(0.5), gate(0) > sitter }"
        "ordering sets { {mover, sitter} > [gate(0), gate(1/2)] }"
        "ordering rest { mover > others }"
        "objective o : LTL { formula F b } ordering made = o on { mover, gate(1/3) }"
    )
    chains, sets, rest, made = (document.orderings[name] for name in ("chains", "sets", "rest", "made"))
    assert isinstance(chains, Ordering)
    assert chains.strict == (("mover", "sitter"), ("gate(0)", "sitter"))
    assert chains.ties == (("gate(1/2)", "gate(1/2)"),)
    assert isinstance(sets, Ordering)
    assert sets.ties == (("mover", "sitter"),)
    assert len(sets.strict) == 4
    assert isinstance(rest, Ordering)
    assert len(rest.policies) == 2**3
    assert len({policy.rows for policy in rest.policies.values()}) == 2**3
    assert "{a: stay, b: stay, c: stay}" in rest.policies
    assert isinstance(made, Induced)
    assert list(made.policies) == ["mover", "gate(1/3)"]


def test_orderings_of_trajectories_are_pairs() -> None:
    document = load(
        RING + "ordering ends over trajectories { (a go b go c) ~ (a go c go a) > (a stay a stay a) }"
        "ordering open over trajectories { (a go b go) > (a go c go); (a stay a go) > (a go c go) }"
    )
    ends, left_open = (document.orderings[name] for name in ("ends", "open"))
    assert isinstance(ends, TrajectoryOrdering)
    assert ends.trajectories["(a go b go c)"] == Trajectory((0, 1, 2), (0, 0))
    assert ends.ties == (("(a go b go c)", "(a go c go a)"),)
    assert ends.strict == (("(a go c go a)", "(a stay a stay a)"),)
    assert isinstance(left_open, TrajectoryOrdering)
    assert left_open.trajectories["(a stay a go)"] == Trajectory((0, 0), (1, 0))
    assert left_open.strict == (("(a go b go)", "(a go c go)"), ("(a stay a go)", "(a go c go)"))


def test_an_induced_ordering_needs_two_policies() -> None:
    ordering = "objective o : LTL { formula F b } ordering made = o on "
    assert codes(RING + ordering + "{ mover }") == ["E080"]
    assert codes(RING + ordering + "{ mover, mover }") == ["E080"]


def test_others_may_be_too_many() -> None:
    states = ", ".join(f"s{i}" for i in range(20))
    text = f"environment e {{ states {states} actions x, y start s0 _ --_--> self }} policy p {{ _: x }}"
    assert codes(text + "ordering o { p > others }") == ["E085"]


def test_claims() -> None:
    document = load(
        RING + "objective o : LTL { formula F b } objective q : LAR { reward { b: 1 } } ordering w { mover > sitter }"
        "assert not mover > gate(1/2) ~ gate(1/2) under o assert MR expresses w assert o equivalent q"
        " refute RM by limit { objective o path gate }"
    )
    compares, expresses, equivalent = document.assertions
    assert isinstance(compares, Compares)
    assert compares.negated
    assert [policy.name for policy in compares.chain] == ["mover", "gate(1/2)", "gate(1/2)"]
    assert isinstance(expresses, Expresses)
    assert isinstance(equivalent, Equivalent)
    (refutation,) = document.refutations
    assert refutation.path == (document.families["gate"],)
    assert document.text[slice(*refutation.at)].startswith("refute RM")


def test_policies_are_found_by_what_a_person_types() -> None:
    document = load(RING)
    assert document.policy(" gate( 0.25 ) ") == NamedPolicy(
        "gate(1/4)", "ring", document.families["gate"].family.member([Fraction(1, 4)])
    )
    assert document.policy("mover") is document.policies["mover"]
    assert document.environment_of(document.policy("mover")).name == "ring"
    for text, code in [("moover", "E023"), ("gate", "E054"), ("gate(2)", "E052"), ("gate(", "E010"), ("", "E010")]:
        with pytest.raises(SpecErrors) as caught:
            document.policy(text)
        assert [one.code for one in caught.value.diagnostics] == [code]


def test_families_are_checked_as_identities() -> None:
    family = load(RING).families["gate"]
    assert isinstance(family, NamedFamily)
    assert family.family.parameters == ("t",)
    row = "{ go: (t^2 - u^2) / (t - u) / 4 + 1/2, stay: 1/2 - (t + u) / 4 }"
    assert codes(RING + f"policy pole(t, u) {{ _: {row} }}") == ["E043"]  # an identity, but undefined where t = u
    hidden = "t * (t - 1/2) * (t - 1/4) * (t - 3/4) * (t - 1/3)"
    row = f"{{ go: 1/2 + {hidden}, stay: 1/2 }}"
    assert codes(RING + f"policy nearly(t) {{ _: {row} }}") == ["E040"]
    load(RING + "policy cube(t, u) { _: { go: (t + u)^3 / 8, stay: 1 - (t + u)^3 / 8 } }")


def test_nothing_is_said_about_names_of_faulty_items() -> None:
    text = (
        RING
        + "policy bad { a: } policy worse { _: fly } objective o : XYZ { } objective q : PO { order { bad > worse } }"
    )
    text += "ordering w { bad > mover } assert bad > worse under o assert MR expresses w assert o equivalent q"
    assert codes(text) == ["E010", "E021", "E027"]
    assert codes(
        "environment e { states a actions b start a a --b--> }\npolicy p { _: zzz } objective o : LTL { formula q }"
    ) == ["E010"]


def test_a_lost_bracket_costs_one_item() -> None:
    text = (
        RING
        + "policy lost { _: go\npolicy next { _: fly }\nobjective o : LTL { formula (a }\nassert mover > none under o"
    )
    assert codes(text) == ["E012", "E021", "E010", "E023"]


def test_resolve_takes_what_parse_gives() -> None:
    source = Source(RING)
    assert set(resolve(parse(RING), source, formalisms).families) == {"gate"}


def test_the_longest_chain_of_recover_is_bounded() -> None:
    chain = "".join(f"objective o{i} : FPR {{ value recover(o{i + 1}) }}\n" for i in range(5000))
    assert "E004" in codes(RING + chain + "objective o5000 : LTL { formula F b }")
