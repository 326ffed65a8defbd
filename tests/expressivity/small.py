"""Small environments and objectives that the tests of comparison share."""

from collections.abc import Mapping
from fractions import Fraction

from specl.expressivity.compare import Side
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.onmr import ONMR
from specl.model.environment import Environment, Step
from specl.model.expression import Expression, add, constant, multiply, negate, variable
from specl.model.formula import Formula, atom
from specl.model.quantities import Choice, RewardReturn
from specl.model.real import Real

ONE = Fraction(1)
HALF = Fraction(1, 2)
RETURN = variable(RewardReturn("reward"))


def rooms() -> Environment:
    """Two rooms visited in turn, two actions."""
    transitions = tuple(tuple(((1 - s, ONE),) for _ in range(2)) for s in range(2))
    return Environment("rooms", ("x", "y"), ("left", "right"), ((0, ONE),), transitions, {})


def escape() -> Environment:
    """Inside one may stay or leave; outside is for ever."""
    transitions = ((((0, ONE),), ((1, ONE),)), (((1, ONE),), ((1, ONE),)))
    return Environment("escape", ("inside", "outside"), ("stay", "leave"), ((0, ONE),), transitions, {})


def texts(count: int) -> Environment:
    """One choice among so many actions, then nothing."""
    transitions = tuple(tuple(((1, ONE),) for _ in range(count)) for _ in range(2))
    actions = tuple(f"text{i}" for i in range(count))
    return Environment("texts", ("prompt", "end"), actions, ((0, ONE),), transitions, {})


def mr(name: str, reward: Mapping[Step, Fraction | int | Real], discount: Fraction = HALF) -> Side:
    return Side(name, "MR", MR({step: Real.of(value) for step, value in reward.items()}, discount))


def onmr(name: str, value: Expression, discount: Fraction = HALF) -> Side:
    """A function of the return of: 1 for left in x, 2 for left in y."""
    reward = {(0, 0, 1): Real.of(1), (1, 0, 0): Real.of(2)}
    return Side(name, "ONMR", ONMR({"reward": reward}, value, discount))


def ltl(name: str, formula: Formula) -> Side:
    return Side(name, "LTL", LTL(formula))


def eventually(name: str) -> Formula:
    return Formula("F", (atom(name),))


def minus(left: Expression, right: Expression) -> Expression:
    return add([left, negate(right)])


def distance(centre: Fraction) -> Expression:
    """|return − centre|."""
    return Expression("abs", (minus(RETURN, constant(centre)),))


def square(expression: Expression) -> Expression:
    return Expression("^", (expression, constant(Fraction(2))))


def divergence(state: int, weights: list[Fraction]) -> Expression:
    """Σ π(a) log(π(a)/weight(a)) in a state."""
    choices = [variable(Choice(state, a)) for a in range(len(weights))]
    return add(
        [
            multiply([p, Expression("log", (Expression("/", (p, constant(q))),))])
            for p, q in zip(choices, weights, strict=True)
        ]
    )
