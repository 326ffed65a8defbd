"""Rewards in every environment: what is the same is the same wherever one looks, what differs differs where shown."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, groupby, product
from random import Random
from typing import NoReturn

import pytest

import specl
from specl.evaluation.ranks import compare_ranks
from specl.everywhere import rewards
from specl.everywhere.difference import Outcome, Side
from specl.everywhere.pullback import pullback
from specl.everywhere.rewards import decide
from specl.formalisms import rank
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.model.alphabet import Alphabet, World
from specl.model.environment import Step
from specl.model.formula import TRUE, Formula, atom
from specl.model.machine import Edge, Machine
from specl.model.policy import Policy
from specl.model.real import Real
from tests.everywhere import drawing
from tests.everywhere.drawing import HALF, NINE, mr, rm

Case = tuple[Alphabet, Side, Side]


# --- checks that know nothing of how it is decided ---


def orders(place: World, sides: tuple[Side, Side], pair: tuple[Policy, Policy]) -> list[int | None]:
    """How two policies are ordered by each side, by the formalisms' own definitions."""
    found = []
    for side in sides:
        record = pullback(side.objective, place)
        first, second = (rank(side.code, record, place.environment, policy) for policy in pair)
        found.append(compare_ranks(first, second))
    return found


def looks_the_same(case: Case, random: Random, environments: int) -> None:
    """In random environments with copies random policies are ordered alike."""
    over, left, right = case
    for _ in range(environments):
        place = drawing.environment(over, random)
        first, second = orders(place, (left, right), (drawing.policy(place, random), drawing.policy(place, random)))
        assert first == second


def parts_as_shown(found: Outcome) -> None:
    """The file that is printed loads, and its assertions hold."""
    assert found.difference is not None
    assert found.difference.orders[0] != found.difference.orders[1]
    text = found.difference.text()
    assert text.count("assert ") == 2
    assert specl.check(specl.load(text)).verdict == "ok"


def lie_on_a_line(
    over: Alphabet, one: drawing.Table, other: drawing.Table, discounts: tuple[Fraction, Fraction]
) -> bool:
    """Whether on all short words of one beginning left is c · right + a constant, with one c > 0: brute force."""
    gaps = []
    short = sorted(drawing.words(over, 3), key=lambda word: (*word.stem, *word.cycle)[0][0][0])
    for _, group in groupby(short, key=lambda word: (*word.stem, *word.cycle)[0][0][0]):
        values = [(drawing.worth(w, one, discounts[0]), drawing.worth(w, other, discounts[1])) for w in group]
        gaps += [(f - values[0][0], g - values[0][1]) for f, g in values[1:]]
    pivot = next((gap for gap in gaps if any(gap)), None)
    if pivot is None:
        return True
    return pivot[0] * pivot[1] > 0 and all(f * pivot[1] == g * pivot[0] for f, g in gaps)


# --- random cases ---


def related(random: Random) -> tuple[Case, Fraction, drawing.Table, drawing.Table]:
    """Two machines of which one is the other scaled and shaped."""
    over = drawing.entered(drawing.alphabet(random.randint(1, 2), 2))
    size = random.randint(1, 2)
    discount = random.choice((Fraction(0), HALF, NINE))
    moves = drawing.table(over, size, random)
    potential = {(x, u): Fraction(random.randint(-3, 3), random.choice((1, 2))) for x in range(2) for u in range(size)}
    factor = Fraction(random.randint(1, 4), random.randint(1, 3))
    other = drawing.shaped(moves, factor, potential, discount)
    return (over, rm("left", over, other, discount), rm("right", over, moves, discount)), factor, other, moves


def check_related(random: Random, environments: int) -> None:
    """What is shaped is found to be the same, with its factor unless nothing depends on the policy."""
    case, factor, *_ = related(random)
    found = decide(*case)
    assert found is not None
    assert found.verdict == "same"
    if "neither depends" not in found.reason:
        assert found.reason.startswith("left = right" if factor == 1 else f"left = {factor}·right")
    looks_the_same(case, random, environments)


def check_any(random: Random) -> str:
    """Any two machines, changed a little or not at all, agree with brute force over short words."""
    (over, left, right), _, one, other = related(random)
    discounts = left.objective.discount, right.objective.discount
    if random.random() < 0.6:
        key = random.choice(list(one))
        one = {**one, key: (one[key][0] + random.choice((-1, 1)), one[key][1])}
    if random.random() < 0.3:
        discounts = (random.choice((Fraction(0), HALF)), discounts[1])
    left = rm("left", over, one, discounts[0])
    found = decide(over, left, right)
    assert found is not None
    assert (found.verdict == "same") == lie_on_a_line(over, one, other, discounts)
    if found.verdict == "same":
        looks_the_same((over, left, right), random, 3)
    else:
        assert found.difference is not None
    return found.verdict


def test_shaped_machines_are_the_same() -> None:
    random = Random(1)
    for _ in range(12):
        check_related(random, 4)


def test_decisions_agree_with_short_words() -> None:
    random = Random(2)
    verdicts = [check_any(random) for _ in range(12)]
    assert set(verdicts) == {"same", "different"}


@pytest.mark.long
def test_thousands_of_equalities() -> None:
    random = Random(3)
    for _ in range(1000):
        check_related(random, 5)


@pytest.mark.long
def test_hundreds_of_decisions() -> None:
    random = Random(4)
    verdicts = [check_any(random) for _ in range(400)]
    assert min(verdicts.count("same"), verdicts.count("different")) > 50


# --- by hand ---


@pytest.fixture
def two() -> Alphabet:
    return drawing.alphabet(2, 2)


def base(over: Alphabet) -> dict[Step, Fraction]:
    return drawing.rewards(over, Random(5), 0.2)


def test_shaping_is_found_and_shown(two: Alphabet) -> None:
    paid = base(two)
    potential = [Fraction(2), Fraction(-1, 3)]
    shaped = {(s, a, t): 3 * r + NINE * potential[t] - potential[s] for (s, a, t), r in paid.items()}
    found = decide(two, mr("shaped", shaped), mr("plain", paid))
    assert found is not None
    assert found.verdict == "same"
    assert found.reason == (
        "shaped = 3·plain + 9/10·Φ(s') − Φ(s) on each of the 8 steps that an objective can see, checked one by one, "
        "where\n  Φ(x0) = 2\n  Φ(x1) = -1/3"
    )


def test_a_negative_factor_reverses(two: Alphabet) -> None:
    paid = base(two)
    found = decide(two, mr("loss", {step: -r for step, r in paid.items()}), mr("gain", paid))
    assert found is not None
    parts_as_shown(found)
    assert found.difference is not None
    assert len(found.difference.world.of) == 1


def test_redistribution_is_not_enough(two: Alphabet) -> None:
    """1 and 2 on entering x0 and x1 in place of 1 on leaving by a0 is the same in an environment where both states are
    as probable as they were; not in all. Alike wherever each state has one copy, and yet not the same."""
    left = {(0, 0, 0): Fraction(1), (0, 0, 1): Fraction(1)}
    right = {(0, 0, 0): Fraction(1), (0, 0, 1): Fraction(2)}
    found = decide(two, mr("left", left), mr("right", right))
    assert found is not None
    parts_as_shown(found)
    assert found.difference is not None
    assert len(found.difference.world.of) > len(set(found.difference.world.of))  # with copies only
    random = Random(6)
    for _ in range(60):
        place = drawing.environment(two, random, 2)
        if len(set(place.of)) == len(place.of):
            pair = drawing.policy(place, random), drawing.policy(place, random)
            first, second = orders(place, (mr("left", left), mr("right", right)), pair)
            assert first == second


def test_no_copies_where_none_are_needed(two: Alphabet) -> None:
    left = {(0, 0, t): Fraction(1) for t in range(2)} | {(1, 0, t): Fraction(1) for t in range(2)}
    right = {(0, 0, t): Fraction(1) for t in range(2)} | {(1, 0, t): Fraction(2) for t in range(2)}
    for discount in (Fraction(0), NINE):
        found = decide(two, mr("left", left, discount), mr("right", right, discount))
        assert found is not None
        parts_as_shown(found)
        assert found.difference is not None
        assert len(set(found.difference.world.of)) == len(found.difference.world.of)


def test_constants_are_all_the_same(two: Alphabet) -> None:
    three = dict.fromkeys(two.environment.steps, Fraction(3))
    found = decide(two, mr("three", three, NINE), mr("nothing", {}, HALF))
    assert found is not None
    assert found.verdict == "same"
    assert "from x0 three is worth 30, nothing 0" in found.reason
    found = decide(two, mr("three", three), mr("plain", base(two)))
    assert found is not None
    parts_as_shown(found)


def test_what_is_constant_is_constant(two: Alphabet) -> None:
    telescoping = {(s, a, t): NINE * t - s for s, a, t in two.environment.steps}
    assert rewards.constant(two, mr("shaping alone", telescoping))
    assert not rewards.constant(two, mr("with another discount", telescoping, HALF))
    assert rewards.constant(two, first_step("nothing", two, 1, Fraction(0)))
    assert not rewards.constant(two, first_step("something", two, 1, HALF))
    assert not rewards.constant(two, Side("formula", "LTL", LTL(TRUE)))


def test_irrational_rewards(two: Alphabet) -> None:
    root = Real.of(2).power(HALF)
    paid = base(two)
    left = Side(
        "left", "MR", MR({step: root * r + root * NINE * step[2] - root * step[0] for step, r in paid.items()}, NINE)
    )
    found = decide(two, left, mr("right", paid))
    assert found is not None
    assert found.verdict == "same"
    assert found.reason.startswith("left = sqrt(2)·right + 9/10·Φ(s') − Φ(s)")
    found = decide(
        two,
        Side("left", "MR", MR({(0, 0, 0): root, (1, 0, 0): Real.of(1)}, NINE)),
        mr("right", {(0, 0, 0): Fraction(7, 5), (1, 0, 0): Fraction(1)}),
    )
    assert found is not None
    parts_as_shown(found)


def test_signs_that_stay_open_decide_nothing(two: Alphabet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewards, "sign", lambda _: None)
    assert decide(two, mr("left", base(two)), mr("right", {(0, 0, 0): Fraction(1)})) is None


def test_numbers_too_large_to_be_enclosed_decide_nothing_or_rightly(two: Alphabet) -> None:
    huge = Real.of(10**40).exp()
    left = Side("left", "MR", MR({(0, 0, 0): huge, (1, 0, 0): Real.of(1)}, NINE))
    found = decide(two, left, mr("right", base(two)))
    assert found is None or found.verdict == "different"


def test_interruption_leaves_the_environment_of_the_proof(two: Alphabet, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(rewards, "smallest", interrupted)
    paid = base(two)
    found = decide(two, mr("left", {**paid, (0, 1, 1): Fraction(7)}), mr("right", paid))
    assert found is not None
    parts_as_shown(found)


@pytest.mark.parametrize("seed", range(6))
def test_the_environment_of_the_proof_is_always_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the search for smaller ones."""
    monkeypatch.setattr(rewards, "smallest", lambda *_, **__: None)
    random = Random(seed)
    for _ in range(4):
        (over, left, right), _, one, _ = related(random)
        key = random.choice(list(one))
        left = rm("left", over, {**one, key: (one[key][0] + 1, one[key][1])}, left.objective.discount)
        found = decide(over, left, right)
        assert found is not None
        if found.verdict == "different":
            parts_as_shown(found)


def first_step(name: str, over: Alphabet, wait: int, discount: Fraction) -> Side:
    """Pays 1 where a0 is taken at time `wait`, once."""
    states = tuple(f"u{u}" for u in range(wait + 2))
    edges = [Edge(u, TRUE, u + 1, {}) for u in range(wait)]
    take = atom(over.actions[0])
    steps = {step: Real.of(1) for step in over.environment.steps if step[1] == 0}
    edges += [Edge(wait, take, wait + 1, steps), Edge(wait, Formula("!", (take,)), wait + 1, {})]
    return Side(name, "RM", RM(Machine(states, 0, tuple(edges)), discount))


def test_discounts_that_differ(two: Alphabet) -> None:
    for wait in (0, 1, 2):
        found = decide(two, first_step("quick", two, wait, HALF), first_step("slow", two, wait, NINE))
        assert found is not None
        assert found.verdict == "same"
        factor = (HALF / NINE) ** wait
        name = "slow" if wait == 0 else f"{factor}·slow"
        assert f"quick = {name} + d with d = 0" in found.reason
    looks_the_same((two, first_step("quick", two, 1, HALF), first_step("slow", two, 1, NINE)), Random(7), 20)
    paid = base(two)
    found = decide(two, mr("quick", paid, HALF), mr("slow", paid, NINE))
    assert found is not None
    parts_as_shown(found)


def test_a_reward_without_future_is_a_machine_that_pays_once(two: Alphabet) -> None:
    now = {(s, 0, t): Fraction(1) for s in range(2) for t in range(2)}
    found = decide(two, mr("now", now, Fraction(0)), first_step("once", two, 0, NINE))
    assert found is not None
    assert found.verdict == "same"
    found = decide(two, mr("now", now, Fraction(0)), first_step("later", two, 1, NINE))
    assert found is not None
    parts_as_shown(found)


def test_free_labels_in_guards() -> None:
    over = drawing.alphabet(1, 2, ("lit",))
    once = Machine(("u", "v"), 0, (Edge(0, atom("lit"), 1, dict.fromkeys(over.environment.steps, Real.of(1))),))
    twice = Machine(("u", "v"), 0, (Edge(0, atom("lit"), 1, dict.fromkeys(over.environment.steps, Real.of(2))),))
    again = Machine(("u", "v"), 0, (Edge(0, atom("lit"), 0, dict.fromkeys(over.environment.steps, Real.of(1))),))
    sides = [Side(name, "RM", RM(each, NINE)) for name, each in (("once", once), ("twice", twice), ("again", again))]
    found = decide(over, sides[1], sides[0])
    assert found is not None
    assert found.verdict == "same"
    assert found.reason.startswith("twice = 2·once")
    looks_the_same((over, sides[1], sides[0]), Random(8), 20)
    found = decide(over, sides[2], sides[0])
    assert found is not None
    parts_as_shown(found)


def test_limit_averages(two: Alphabet) -> None:
    paid = base(two)

    def lar(name: str, reward: Callable[[Step, Fraction], Fraction]) -> Side:
        return Side(name, "LAR", LAR({step: Real.of(reward(step, r)) for step, r in paid.items()}))

    shaped = lar("left", lambda step, r: 2 * r + 1 + 5 * step[2] - 5 * step[0])
    found = decide(two, shaped, lar("right", lambda _, r: r))
    assert found is not None
    assert found.verdict == "same"
    assert found.reason.startswith("left = 2·right + 1 + Φ(s') − Φ(s)")
    looks_the_same((two, shaped, lar("right", lambda _, r: r)), Random(9), 20)
    found = decide(two, lar("left", lambda step, r: 2 * r + step[1] * step[2]), lar("right", lambda _, r: r))
    assert found is not None
    parts_as_shown(found)


def test_other_kinds_are_left_to_others(two: Alphabet) -> None:
    formula = Side("formula", "LTL", LTL(Formula("F", (atom("x1"),))))
    assert decide(two, formula, mr("reward", base(two))) is None
    assert decide(two, Side("average", "LAR", LAR({})), mr("reward", base(two))) is None


def test_every_pair_of_a_few_rewards_is_an_equivalence(two: Alphabet) -> None:
    """Same is transitive and symmetric."""
    paid = base(two)
    sides = [
        mr("one", paid),
        mr("two", {step: 2 * r for step, r in paid.items()}),
        mr("other", {(0, 0, 0): Fraction(1)}),
    ]
    verdicts = {}
    for left, right in combinations(sides, 2):
        there, back = decide(two, left, right), decide(two, right, left)
        assert there is not None
        assert back is not None
        assert there.verdict == back.verdict
        verdicts[left.name, right.name] = there.verdict
    assert verdicts == {("one", "two"): "same", ("one", "other"): "different", ("two", "other"): "different"}


@pytest.mark.slow
@pytest.mark.parametrize("discounts", [(HALF, HALF), (HALF, NINE), (Fraction(0), HALF), (Fraction(0), Fraction(0))])
def test_all_small_rewards_over_two_letters(discounts: tuple[Fraction, Fraction]) -> None:
    """One state, two actions, rewards −1, 0 and 1: all 81 pairs against words of three letters."""
    over = drawing.alphabet(1, 2)
    steps = over.environment.steps
    every = [dict(zip(steps, map(Fraction, paid), strict=True)) for paid in product((-1, 0, 1), repeat=2)]
    for one, other in product(every, repeat=2):
        found = decide(over, mr("left", one, discounts[0]), mr("right", other, discounts[1]))
        tables: list[drawing.Table] = [{(step, 0): (r, 0) for step, r in each.items()} for each in (one, other)]
        assert found is not None
        assert (found.verdict == "same") == lie_on_a_line(over, tables[0], tables[1], discounts)
