"""Numbers worked out by hand for the office, the two rooms and the escape."""

from fractions import Fraction
from typing import Any

import pytest

from specl.evaluation.ranks import compare_ranks
from specl.formalisms import rank
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.onmr import ONMR
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.model.expression import Expression, add, variable
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine
from specl.model.policy import Policy
from specl.model.quantities import Weight
from specl.model.real import Real
from tests.formalisms.worlds import (
    COIN,
    DELIVER,
    DESK,
    EAGER,
    ESCAPE,
    HALL,
    IDLE,
    LEFT,
    LL,
    LR,
    OFFICE,
    OUTSIDE,
    PLANT,
    RL,
    ROOMS,
    RR,
    TORN,
    WAIT,
    X,
    Y,
    gain,
    number,
    pays,
    slow,
)

G = Fraction(19, 20)
BROKEN, COFFEE = atom("broken"), atom("coffee")
DELIVERED = Formula("&", (atom("desk"), Formula("!", (BROKEN,))))
COFFEE_RUN = RM(
    Machine(
        ("empty", "loaded", "over"),
        0,
        (
            Edge(0, COFFEE, 1, {}),
            Edge(0, BROKEN, 2, pays(OFFICE, -1)),
            Edge(1, DELIVERED, 0, pays(OFFICE, 1)),
            Edge(1, BROKEN, 2, pays(OFFICE, -1)),
        ),
    ),
    G,
)
SPEED = MR(
    {**pays(OFFICE, Real.of(Fraction(-1, 10)), action=WAIT), (HALL, DELIVER, DESK): Real.of(1)}
    | pays(OFFICE, -5, source=HALL, target=PLANT),
    G,
)


def test_idling_at_the_office() -> None:
    assert rank("RM", COFFEE_RUN, OFFICE, IDLE) == Real.of(0)
    assert rank("MR", SPEED, OFFICE, IDLE) == Real.of(Fraction(-1, 10) * 20)
    assert rank("LAR", LAR(SPEED.reward), OFFICE, IDLE) == Real.of(Fraction(-1, 10))


def test_eager_breaks_the_plant_and_never_delivers() -> None:
    """Desk to hall is a geometric wait, the hall's fetch breaks with 1/5 and the kitchen leads back to the hall."""
    hall = Fraction(-1, 5) / (1 - Fraction(4, 5) * G**2)
    desk = Fraction(9, 10) * G * hall / (1 - Fraction(1, 10) * G)
    expected = Fraction(3, 4) * desk + Fraction(1, 4) * hall
    assert rank("RM", COFFEE_RUN, OFFICE, EAGER) == Real.of(expected)


def test_orderings_at_the_office() -> None:
    assert compare_ranks(*(rank("MR", SPEED, OFFICE, policy) for policy in (IDLE, TORN))) == 1
    assert compare_ranks(*(rank("RM", COFFEE_RUN, OFFICE, policy) for policy in (TORN, EAGER))) == 1


def test_every_one_breaks_the_plant_in_the_end_or_never_drinks() -> None:
    again = [Formula("G", (Formula("F", (x,)),)) for x in (COFFEE, atom("desk"))]
    patrol = LTL(Formula("&", (*again, Formula("G", (Formula("!", (BROKEN,)),)))))
    assert [rank("LTL", patrol, OFFICE, policy) for policy in (EAGER, IDLE, TORN)] == [Real.of(0)] * 3
    assert rank("LTL", LTL(Formula("F", (BROKEN,))), OFFICE, EAGER) == Real.of(1)


SAME = LTL(
    Formula(
        "|",
        tuple(Formula("&", (atom(side), Formula("X", (atom(side),)))) for side in ("left", "right")),
    )
)
SAME_MACHINE = RM(
    Machine(
        ("first", "was_left", "was_right", "done"),
        0,
        (
            Edge(0, atom("left"), 1, {}),
            Edge(0, atom("right"), 2, {}),
            Edge(1, atom("left"), 3, pays(ROOMS, 1)),
            Edge(1, atom("right"), 3, {}),
            Edge(2, atom("right"), 3, pays(ROOMS, 1)),
            Edge(2, atom("left"), 3, {}),
        ),
    ),
    Fraction(9, 10),
)
SAME_OUTER = ONMR(
    {"reward": pays(ROOMS, 1, source=X, action=LEFT) | pays(ROOMS, 2, source=Y, action=LEFT)},
    Expression("abs", (add((gain(), number(Fraction(-4, 3)))),)),
    Fraction(1, 2),
)


@pytest.mark.parametrize(
    ("code", "objective", "values"),
    [
        ("LTL", SAME, (1, 1, 0, 0, Fraction(1, 2))),
        ("RM", SAME_MACHINE, (Fraction(9, 10), Fraction(9, 10), 0, 0, Fraction(9, 20))),
        ("ONMR", SAME_OUTER, (Fraction(4, 3), Fraction(4, 3), 0, 0, 0)),
    ],
)
def test_the_same_choice_in_two_rooms(code: str, objective: Any, values: tuple[Fraction, ...]) -> None:
    policies = (LL, RR, LR, RL, COIN)
    assert [rank(code, objective, ROOMS, policy) for policy in policies] == [Real.of(value) for value in values]


@pytest.mark.parametrize("t", [Fraction(0), Fraction(1, 10**30), Fraction(1, 2), Fraction(1)])
def test_leaving_some_day_does_not_depend_on_how_probable_it_is_each_day(t: Fraction) -> None:
    some_day = LTL(Formula("F", (atom("outside"),)))
    average = LAR(pays(ESCAPE, 1, source=OUTSIDE))
    expected = Real.of(int(t > 0))
    assert rank("LTL", some_day, ESCAPE, slow(t)) == expected
    assert rank("LAR", average, ESCAPE, slow(t)) == expected


def test_a_regulariser_that_is_a_distance_makes_a_path_level_and_its_midpoint_not() -> None:
    """R = 0, F(p) = |p − ½|, γ = ½: (¾,½) → (½,1) → (¼,½) is level, (½,½) lies above."""
    distance = Expression("abs", (add((variable(Weight(LEFT)), number(Fraction(-1, 2)))),))
    objective = RRL({}, Real.of(1), distance, Fraction(1, 2))

    def mix(at_x: Fraction, at_y: Fraction) -> Policy:
        return Policy(((at_x, 1 - at_x), (at_y, 1 - at_y)))

    quarter, half = Fraction(1, 4), Fraction(1, 2)
    level = [mix(3 * quarter, half), mix(half, Fraction(1)), mix(quarter, half)]
    assert [rank("RRL", objective, ROOMS, policy) for policy in level] == [Real.of(Fraction(-1, 3))] * 3
    assert rank("RRL", objective, ROOMS, mix(half, half)) == Real.of(0)
