"""What LTL answers to wishes: formulas evaluated again, refusals against brute force and the kernel."""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import specl
from specl import formalisms, kernel
from specl.formalisms.ltl import LTL
from specl.language.print_expressions import show_formula
from specl.model.environment import Environment
from specl.model.formula import Formula, atom
from specl.model.policy import Policy, deterministic, deterministic_policies
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.formulas.levels import alike, certain
from specl.wishes.formulas.size import size
from specl.wishes.wish import Pair, Wish
from tests.strategies import environments, formulas, policies

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"


def ask(wish: Wish, seconds: float = 1.5) -> Answer:
    return Asking(wish, decide, seconds=seconds).answer("LTL")


def value(wish: Wish, name: str, formula: Formula) -> Fraction:
    found = formalisms.rank("LTL", LTL(formula), wish.environment, wish.policies[name]).rational
    assert isinstance(found, Fraction)
    return found


def grants(wish: Wish, formula: Formula) -> bool:
    values = {name: value(wish, name, formula) for name in wish.policies}
    return all(values[a] > values[b] for a, b in wish.strict) and all(values[a] == values[b] for a, b in wish.ties)


def ordered(environment: Environment, members: dict[str, Policy], levels: Sequence[int | Fraction]) -> Wish:
    """The wish that a policy of a higher level be better, and those of one level tie."""
    pairs: tuple[list[Pair], list[Pair]] = [], []
    for a, x in zip(members, levels, strict=True):
        for b, y in zip(members, levels, strict=True):
            if x > y or (x == y and a < b):
                pairs[x == y].append((a, b))
    return Wish("wish", environment, members, tuple(pairs[0]), tuple(pairs[1]))


@st.composite
def partial(draw: st.DrawFn, only_certain: bool = False) -> Wish:
    """Random comparisons of random policies, without a circle."""
    environment = draw(environments())
    if only_certain:
        moves = tuple(tuple(((targets[0][0], Fraction(1)),) for targets in row) for row in environment.transitions)
        start = ((environment.start[0][0], Fraction(1)),)
        environment = Environment("world", environment.states, environment.actions, start, moves, {})
        choices = st.lists(
            st.sampled_from(range(len(environment.actions))),
            min_size=len(environment.states),
            max_size=len(environment.states),
        )
        drawn = draw(st.lists(choices.map(lambda each: deterministic(environment, each)), min_size=2, max_size=5))
    else:
        drawn = draw(st.lists(policies(environment), min_size=2, max_size=4))
    members = {f"p{i}": policy for i, policy in enumerate(dict.fromkeys(drawn))}
    levels = [draw(st.integers(0, 2)) for _ in members]
    whole = ordered(environment, members, levels)
    kept = [[pair for pair in side if draw(st.booleans())] for side in (whole.strict, whole.ties)]
    return Wish("wish", environment, members, tuple(kept[0]), tuple(kept[1]))


def accepted(answer: No) -> bool:
    return kernel.check(answer.claim, answer.certificate).status == kernel.ACCEPT


def some_formulas(environment: Environment) -> Iterator[Formula]:
    """Formulas of growing depth, without any cleverness."""
    layer = [atom(name) for name in environment.atoms]
    yield from layer
    while True:
        unary = [Formula(op, (inner,)) for inner in layer for op in "!XFG"]
        yield from unary
        binary = [Formula(op, pair) for pair in product(layer + unary, layer) for op in "&|U"]
        yield from binary
        layer = unary + binary


def check(wish: Wish, answer: Answer, brute: int) -> None:
    if isinstance(answer, Yes):
        assert grants(wish, answer.objective.formula)
    elif isinstance(answer, No):
        assert accepted(answer)
        assert answer.reason
        assert not any(grants(wish, formula) for formula in islice(some_formulas(wish.environment), brute))


@given(partial())
@settings(max_examples=25, deadline=None)
def test_answers_are_right(wish: Wish) -> None:
    check(wish, ask(wish, 0.5), 60)


@pytest.mark.slow
@given(partial())
@settings(max_examples=600, deadline=None)
def test_many_answers_are_right(wish: Wish) -> None:
    check(wish, ask(wish, 0.5), 300)


def splits(wish: Wish) -> bool:
    """Whether 0 and 1 can be given to the policies, to those with one lottery the same, as wished."""
    groups = alike(wish)
    for bits in product((0, 1), repeat=len(groups)):
        truth = {name: bit for group, bit in zip(groups, bits, strict=True) for name in group}
        if all(truth[a] > truth[b] for a, b in wish.strict) and all(truth[a] == truth[b] for a, b in wish.ties):
            return True
    return False


@given(partial(only_certain=True))
@settings(max_examples=120, deadline=None)
def test_certain_policies_are_decided(wish: Wish) -> None:
    assert certain(wish) == set(wish.policies)
    answer = ask(wish, 0.5)
    check(wish, answer, 30)
    assert isinstance(answer, Yes) == splits(wish)
    if isinstance(answer, Unknown):
        assert "no formula can" in answer.reason


@pytest.mark.slow
@given(partial(only_certain=True))
@settings(max_examples=1500, deadline=None)
def test_many_certain_policies_are_decided(wish: Wish) -> None:
    answer = ask(wish, 0.5)
    check(wish, answer, 30)
    assert isinstance(answer, Yes) == splits(wish)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_what_a_formula_orders_is_never_refused(data: st.DataObject) -> None:
    environment = data.draw(environments())
    drawn = data.draw(st.lists(policies(environment), min_size=2, max_size=4))
    members = {f"p{i}": policy for i, policy in enumerate(dict.fromkeys(drawn))}
    formula = data.draw(formulas(environment, max_leaves=2))
    bare = Wish("wish", environment, members, (), ())
    wish = ordered(environment, members, [value(bare, name, formula) for name in members])
    answer = ask(wish)
    assert not isinstance(answer, No)
    if size(formula) <= 3:
        assert isinstance(answer, Yes)
        assert size(answer.objective.formula) <= 3
    check(wish, answer, 0)


def dial() -> Environment:
    """Three actions into three absorbing states."""
    here = ((0, Fraction(1)),), ((1, Fraction(1)),), ((2, Fraction(1)),)
    moves = (((1, Fraction(1)),), ((2, Fraction(1)),), ((3, Fraction(1)),))
    stay = [tuple(((s, Fraction(1)),) for _ in here) for s in (1, 2, 3)]
    return Environment("dial", ("s", "t", "u", "v"), ("a", "b", "c"), here[0], (moves, *stay), {})


def test_three_levels_of_certain_policies() -> None:
    environment = dial()
    members = {name: deterministic(environment, [a, 0, 0, 0]) for a, name in enumerate(("high", "middle", "low"))}
    answer = ask(ordered(environment, members, [2, 1, 0]))
    assert isinstance(answer, No)
    assert answer.refuted == "LTL"
    assert answer.reason == (
        "middle has a single trajectory, on which a formula is worth 0 or 1, but you want high > middle > low"
    )
    assert accepted(answer)


def test_a_certain_policy_between_others() -> None:
    environment = dial()
    third, rest = Fraction(1, 3), (Fraction(1), Fraction(0), Fraction(0))
    members = {
        "most": Policy(((2 * third, third, Fraction(0)), rest, rest, rest)),
        "some": deterministic(environment, [1, 0, 0, 0]),
        "least": Policy(((third, third, third), rest, rest, rest)),
    }
    answer = ask(ordered(environment, members, [2, 1, 0]))
    assert not isinstance(answer, Yes)
    assert "some has a single trajectory" in answer.reason


def test_lotteries_that_cancel() -> None:
    environment = dial()
    half, rest = Fraction(1, 2), (Fraction(1), Fraction(0), Fraction(0))
    members = {
        "left": deterministic(environment, [0, 0, 0, 0]),
        "right": deterministic(environment, [1, 0, 0, 0]),
        "both": Policy(((half, half, Fraction(0)), rest, rest, rest)),
    }
    answer = ask(ordered(environment, members, [0, 0, 1]))
    assert isinstance(answer, No)
    assert answer.refuted == "FTR"


def test_sets_of_trajectories_that_are_all_ruled_out() -> None:
    """With f on the three trajectories, 2·f(b) = f(a) + f(c) and f(a) ≠ f(b): not for truth values."""
    environment = dial()
    rest = (Fraction(1), Fraction(0), Fraction(0))
    shares = {"p": (2, 1, 0), "q": (0, 2, 1), "r": (1, 0, 2)}
    members = {name: Policy((tuple(Fraction(x, 3) for x in row), rest, rest, rest)) for name, row in shares.items()}
    wish = ordered(environment, members, [2, 1, 0])
    answer = ask(wish)
    assert isinstance(answer, Yes)
    assert grants(wish, answer.objective.formula)
    refused = ask(ordered(environment, members, [1, 0, 0]))
    assert isinstance(refused, Unknown)
    assert "no set of their 3 trajectories" in refused.reason


@pytest.mark.parametrize(
    ("file", "names", "levels", "expected"),
    [
        ("same_choice", ("ll", "rr", "lr", "rl"), [1, 1, 0, 0], "left <-> X left"),
        ("same_choice", ("ll", "rr", "coin", "lr", "rl"), [2, 2, 1, 0, 0], "left <-> X left"),
        ("xor", ("p12", "p21", "coin", "p11", "p22"), [2, 2, 1, 0, 0], "a1 <-> X a2"),
    ],
)
def test_formulas_of_the_gallery_are_short(file: str, names: tuple[str, ...], levels: list[int], expected: str) -> None:
    document = specl.load(GALLERY / f"{file}.spec")
    named = [document.policies[name] for name in names]
    environment = document.environments[named[0].environment]
    members = {each.name: each.policy for each in named}
    answer = ask(ordered(environment, members, levels))
    assert isinstance(answer, Yes)
    assert show_formula(answer.objective.formula) == expected


def test_a_hundred_steps_until_they_differ() -> None:
    """A corridor in which only the hundredth state's action tells two policies apart; what comes after is the same."""
    length = 100
    moves = tuple(tuple(((min(s + 1, length), Fraction(1)),) for _ in "ab") for s in range(length + 1))
    states = tuple(f"s{i}" for i in range(length + 1))
    environment = Environment("corridor", states, ("a", "b"), ((0, Fraction(1)),), moves, {})
    chance = random.Random(1)
    choice = [chance.randrange(2) for _ in states]
    other = [1 - a if s == length - 1 else a for s, a in enumerate(choice)]
    members = {"one": deterministic(environment, choice), "two": deterministic(environment, other)}
    wish = ordered(environment, members, [0, 1])
    answer = ask(wish, 0.01)
    assert isinstance(answer, Yes)
    assert grants(wish, answer.objective.formula)


def test_nothing_is_compared() -> None:
    environment = dial()
    members = {f"p{i}": policy for i, policy in enumerate(islice(deterministic_policies(environment), 3))}
    answer = ask(Wish("wish", environment, members, (), (("p0", "p1"),)))
    assert isinstance(answer, Yes)
    assert show_formula(answer.objective.formula) == "true"
