"""The environments of the examples, built by hand."""

from fractions import Fraction

from specl.model.environment import Environment, Step
from specl.model.expression import Expression, constant, variable
from specl.model.policy import Policy, deterministic
from specl.model.quantities import RewardReturn
from specl.model.real import Real

ONE, ZERO, HALF = Fraction(1), Fraction(0), Fraction(1, 2)

A, B, C = range(3)
GO, STAY = range(2)

RING = Environment(
    "ring",
    ("a", "b", "c"),
    ("go", "stay"),
    ((A, ONE),),
    (
        (((B, Fraction(3, 4)), (C, Fraction(1, 4))), ((A, ONE),)),
        (((C, ONE),), ((B, ONE),)),
        (((A, ONE),), ((C, ONE),)),
    ),
    {"home": frozenset({(A, GO, B), (A, GO, C), (A, STAY, A)})},
)

MOVER = deterministic(RING, (GO, GO, GO))
SITTER = deterministic(RING, (STAY, STAY, STAY))
LAZY = Policy(((Fraction(1, 3), Fraction(2, 3)),) * 3)

DESK, HALL, KITCHEN, PLANT = range(4)
FETCH, DELIVER, WAIT = range(3)


def _stays(s: int) -> tuple[tuple[int, Fraction], ...]:
    return ((s, ONE),)


OFFICE = Environment(
    "office",
    ("desk", "hall", "kitchen", "plant"),
    ("fetch", "deliver", "wait"),
    ((DESK, Fraction(3, 4)), (HALL, Fraction(1, 4))),
    (
        (((DESK, Fraction(1, 10)), (HALL, Fraction(9, 10))), _stays(DESK), _stays(DESK)),
        (
            ((KITCHEN, Fraction(4, 5)), (PLANT, Fraction(1, 5))),
            ((DESK, Fraction(4, 5)), (PLANT, Fraction(1, 5))),
            _stays(HALL),
        ),
        (_stays(KITCHEN), _stays(HALL), _stays(KITCHEN)),
        (_stays(PLANT), _stays(PLANT), _stays(PLANT)),
    ),
    {
        "coffee": frozenset({(KITCHEN, FETCH, KITCHEN), (KITCHEN, DELIVER, HALL), (KITCHEN, WAIT, KITCHEN)}),
        "broken": frozenset({(HALL, FETCH, PLANT), (HALL, DELIVER, PLANT), *((PLANT, a, PLANT) for a in range(3))}),
    },
)

EAGER = deterministic(OFFICE, (FETCH, FETCH, DELIVER, WAIT))
IDLE = deterministic(OFFICE, (WAIT, WAIT, WAIT, WAIT))
TORN = Policy(((ONE, ZERO, ZERO), (HALF, HALF, ZERO), (ZERO, ONE, ZERO), (ZERO, ONE, ZERO)))

X, Y = range(2)
LEFT, RIGHT = range(2)

ROOMS = Environment("rooms", ("x", "y"), ("left", "right"), ((X, ONE),), ((((Y, ONE),),) * 2, (((X, ONE),),) * 2), {})

LL, RR, LR, RL = (
    deterministic(ROOMS, choice) for choice in ((LEFT, LEFT), (RIGHT, RIGHT), (LEFT, RIGHT), (RIGHT, LEFT))
)
COIN = Policy(((HALF, HALF),) * 2)

INSIDE, OUTSIDE = range(2)
STAYING, LEAVING = range(2)

ESCAPE = Environment(
    "escape",
    ("inside", "outside"),
    ("stay", "leave"),
    ((INSIDE, ONE),),
    (
        (((INSIDE, ONE),), ((OUTSIDE, ONE),)),
        (((OUTSIDE, ONE),), ((OUTSIDE, ONE),)),
    ),
    {},
)


def slow(t: Fraction) -> Policy:
    """Leaves with probability t each time."""
    return Policy(((1 - t, t), (ONE, ZERO)))


def pays(
    environment: Environment,
    amount: Real | int,
    source: int | None = None,
    action: int | None = None,
    target: int | None = None,
) -> dict[Step, Real]:
    """The reward of the steps that match; None matches all."""
    return {
        (s, a, t): Real.of(amount)
        for s, a, t in environment.steps
        if source in (None, s) and action in (None, a) and target in (None, t)
    }


def number(value: int | Fraction) -> Expression:
    """A constant."""
    return constant(Fraction(value))


def gain(name: str = "reward") -> Expression:
    """A reward's return, or its expectation."""
    return variable(RewardReturn(name))


def square(x: Expression) -> Expression:
    """x^2."""
    return Expression("^", (x, number(2)))
