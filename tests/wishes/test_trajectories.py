"""Wishes about finite trajectories: objectives re-evaluated by hand, refutations against random rewards and cvc5."""

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl import kernel
from specl.formalisms.ftr import FTR
from specl.formalisms.mr import MR
from specl.model.environment import Environment
from specl.model.errors import Undefined
from specl.model.expression import variable
from specl.model.formula import Formula, atom
from specl.model.ordering import Trajectory
from specl.model.quantities import Indicator, Return
from specl.model.real import Real
from specl.wishes import trajectories
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.trajectories import TrajectoryWish, discounted_differences
from specl.wishes.trajectory_values import CODES, worth
from tests.strategies import environments
from tests.synthesis.second_opinion import second_opinion


def all_trajectories(environment: Environment, length: int, closed: bool) -> list[Trajectory]:
    """Every possible trajectory with so many actions."""

    def longer(states: tuple[int, ...], actions: tuple[int, ...]) -> Iterator[Trajectory]:
        if len(actions) == length:
            yield Trajectory(states if closed else states[:-1], actions)
            return
        for a, targets in enumerate(environment.transitions[states[-1]]):
            for target, _ in targets:
                yield from longer((*states, target), (*actions, a))

    return list(dict.fromkeys(each for s, _ in environment.start for each in longer((s,), ())))


@st.composite
def wishes(draw: st.DrawFn, fixed: bool | None = None) -> TrajectoryWish:
    environment = draw(environments(max_states=2))
    every = all_trajectories(environment, draw(st.integers(1, 3)), draw(st.booleans()))
    chosen = draw(st.lists(st.sampled_from(every), min_size=1, max_size=5, unique=True))
    names = [f"t{i}" for i in range(len(chosen))]
    heights = {name: draw(st.integers(0, 2)) for name in names}
    pairs = list(itertools.combinations(names, 2))
    kept = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    strict = [(x, y) if heights[x] > heights[y] else (y, x) for x, y in kept if heights[x] != heights[y]]
    ties = [(x, y) for x, y in kept if heights[x] == heights[y]]
    free = draw(st.booleans()) if fixed is None else not fixed
    discount = None if free else draw(st.sampled_from([Fraction(x) for x in ("0", "1/3", "1/2", "9/10")]))
    return TrajectoryWish(
        "w", environment, dict(zip(names, chosen, strict=True)), tuple(strict), tuple(ties), discount
    )


def checked(code: str, wish: TrajectoryWish) -> Answer:
    """The answer, once the objective is seen to grant the wish, or the kernel to accept the certificate."""
    answer = trajectories.decide(code, wish)
    match answer:
        case Yes(objective):
            values = {n: worth(code, objective, wish.environment, each) for n, each in wish.trajectories.items()}
            assert all((values[better] - values[worse]).sign() == 1 for better, worse in wish.strict)
            assert all((values[one] - values[other]).is_zero() for one, other in wish.ties)
            assert wish.discount is None or getattr(objective, "discount", wish.discount) == wish.discount
        case No(refuted, reason, claim, certificate):
            assert refuted == code == "MR"
            assert reason
            verdict = kernel.check(claim, certificate)
            assert verdict.status == kernel.ACCEPT, (verdict.reason, verdict.where)
    return answer


@settings(max_examples=60, deadline=None)
@given(wishes())
def test_answers_stand_up(wish: TrajectoryWish) -> None:
    for code in CODES:
        answer = checked(code, wish)
        if code == "FTR" or (code != "MR" and wish.discount != 0):
            assert isinstance(answer, Yes)


def in_smt(wish: TrajectoryWish, discount: Fraction) -> str:
    """Is there a reward? The sums are written out step by step."""
    environment = wish.environment
    names = {step: f"r_{'_'.join(map(str, step))}" for step in environment.steps}

    def value(trajectory: Trajectory) -> str:
        terms = ["0"]
        for t, (s, a) in enumerate(zip(trajectory.states, trajectory.actions, strict=False)):
            targets = trajectory.states[t + 1 : t + 2]
            for target, weight in environment.transitions[s][a]:
                if not targets or target == targets[0]:
                    share = discount**t * (1 if targets else weight)
                    terms.append(f"(* (/ {share.numerator} {share.denominator}) {names[s, a, target]})")
        return f"(+ 0 {' '.join(terms)})"

    values = {name: value(each) for name, each in wish.trajectories.items()}
    lines = [f"(declare-const {name} Real)" for name in names.values()]
    lines += [f"(assert (> {values[better]} {values[worse]}))" for better, worse in wish.strict]
    lines += [f"(assert (= {values[one]} {values[other]}))" for one, other in wish.ties]
    return "\n".join([*lines, "(check-sat)"])


@settings(max_examples=60, deadline=None)
@given(wishes(fixed=True))
def test_a_fixed_discount_agrees_with_cvc5(wish: TrajectoryWish) -> None:
    assert wish.discount is not None
    answer = checked("MR", wish)
    assert second_opinion(in_smt(wish, wish.discount), 5000) == {Yes: "sat", No: "unsat"}[type(answer)]


@settings(max_examples=40, deadline=None)
@given(wishes(fixed=False), st.randoms(use_true_random=False))
def test_no_random_reward_does_what_none_can(wish: TrajectoryWish, random: random.Random) -> None:
    answer = checked("MR", wish)
    if not isinstance(answer, No):
        return
    for discount in (Fraction(0), Fraction(1, 3), Fraction(5, 7), Fraction(99, 100)):
        assert second_opinion(in_smt(wish, discount), 5000) == "unsat"
    steps = wish.environment.steps
    for _ in range(50):
        reward = {step: Fraction(random.randint(-5, 5)) for step in steps}
        discount = Fraction(random.randint(0, 9), 10)
        objective = MR({step: Real.of(x) for step, x in reward.items()}, discount)
        values = {n: worth("MR", objective, wish.environment, each) for n, each in wish.trajectories.items()}
        assert not (
            all((values[better] - values[worse]).sign() == 1 for better, worse in wish.strict)
            and all((values[one] - values[other]).is_zero() for one, other in wish.ties)
        )


ROOMS = Environment(
    "rooms", ("x", "y"), ("left", "right"), ((0, Fraction(1)),),
    ((((1, Fraction(1)),),) * 2, (((0, Fraction(1)),),) * 2), {},
)  # fmt: skip


def rooms(strict: list[tuple[str, str]], ties: list[tuple[str, str]], discount: Fraction | None) -> TrajectoryWish:
    """The first two choices: l or r in x, then in y."""
    made = {x + y: Trajectory((0, 1), ("lr".index(x), "lr".index(y))) for x in "lr" for y in "lr"}
    return TrajectoryWish("w", ROOMS, made, tuple(strict), tuple(ties), discount)


def test_the_same_choice_twice_needs_memory() -> None:
    for discount in (None, Fraction(1, 2)):
        wish = rooms([("ll", "lr"), ("rr", "rl")], [("ll", "rr"), ("lr", "rl")], discount)
        answer = checked("MR", wish)
        assert isinstance(answer, No)
        assert "ll + rr = lr + rl" in answer.reason
        machine = checked("RM", wish)
        assert isinstance(machine, Yes)
        assert len(machine.objective.machine.states) == 4


def test_discounts_matter() -> None:
    """left first and then right is more than right first and then left, with one reward for left: for every γ < 1; the
    second step counts for every γ > 0."""
    wish = rooms([("ll", "lr"), ("lr", "rl"), ("rl", "rr")], [], None)
    assert isinstance(checked("MR", wish), Yes)
    at_zero = rooms([("ll", "lr")], [], Fraction(0))
    assert isinstance(checked("MR", at_zero), No)
    for code in ("RM", "INMR", "IMORL"):
        blind = checked(code, at_zero)
        assert isinstance(blind, Unknown)
        assert "first step" in blind.reason
    rows = discounted_differences(wish).strict
    assert all(len(each.row) == 4 for each in rows)


def test_a_last_step_with_an_open_end_counts_in_expectation() -> None:
    half = Fraction(1, 2)
    coin = Environment(
        "coin", ("s", "t"), ("go",), ((0, Fraction(1)),), ((((0, half), (1, half)),), (((1, Fraction(1)),),)), {}
    )
    reward = MR({(0, 0, 1): Real.of(Fraction(3))}, half)
    assert worth("MR", reward, coin, Trajectory((0,), (0,))).rational == Fraction(3, 2)
    assert worth("MR", reward, coin, Trajectory((0, 0), (0, 0))).rational == Fraction(3, 4)
    assert worth("MR", reward, coin, Trajectory((0, 1), (0,))).rational == 3


@pytest.mark.parametrize(
    ("formula", "held"),
    [
        (atom("x"), True),
        (Formula("X", (atom("y"),)), True),
        (Formula("&", (atom("left"), Formula("X", (atom("left"),)))), False),
        (Formula("|", (Formula("!", (atom("left"),)), Formula("X", (atom("right"),)))), True),
        (Formula("X", (Formula("X", (atom("left"),)),)), None),
        (Formula("F", (atom("right"),)), None),
    ],
)
def test_formulas_of_a_beginning(formula: Formula, held: bool | None) -> None:
    objective = FTR({}, {}, variable(Indicator(formula)))
    trajectory = Trajectory((0, 1), (0, 1))  # x left y right
    if held is None:
        with pytest.raises(Undefined):
            worth("FTR", objective, ROOMS, trajectory)
    else:
        assert worth("FTR", objective, ROOMS, trajectory).rational == int(held)


def test_what_goes_on_for_ever_has_no_value_on_a_finite_trajectory() -> None:
    objective = FTR({}, {}, variable(Return("r", Fraction(1, 2))))
    with pytest.raises(Undefined):
        worth("FTR", objective, ROOMS, Trajectory((0, 1), (0, 1)))
