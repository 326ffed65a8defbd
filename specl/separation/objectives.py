"""Random objectives of the formalisms that certificates carry, over a given environment, simple ones more often.

Formulas are co-safe (X F U over literals) or safe (X G R); functions of returns, weights and choices are built from
the four operations, small powers, |·| and comparisons with simple numbers; machines remember the last action or state
that they wait for.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from specl.formalisms.fpr import FPR
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.onmr import ONMR
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.model.expression import Expression, add, constant, multiply, negate, variable
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine, Reward
from specl.model.order import Lexicographic
from specl.model.quantities import Average, Choice, Expectation, Indicator, Return, RewardReturn, Weight
from specl.model.real import Real
from specl.separation.draws import CHANCES, DISCOUNTS

_AMOUNTS = (1, 1, 1, 2, -1)
_MACHINE_STATES = ("first", "second", "third")


def draw_objective(code: str, environment: Environment, random: Random) -> Any:
    """The record of an objective.

    Raises:
        KeyError: certificates do not carry objectives of this formalism.
    """
    return _DRAWN[code](environment, random)


def reward(environment: Environment, random: Random) -> Reward:
    """Whole numbers for one to three patterns: a state, an action, or both."""
    paid: dict[tuple[int, int, int], Real] = {}
    for _ in range(random.choice((1, 1, 2, 3))):
        s = _maybe(len(environment.states), random)
        a = random.randrange(len(environment.actions)) if s is None else _maybe(len(environment.actions), random)
        amount = Real.of(random.choice(_AMOUNTS))
        paid |= {step: amount for step in environment.steps if s in (None, step[0]) and a in (None, step[1])}
    return paid


def formula(environment: Environment, random: Random, depth: int = 3) -> Formula:
    """A co-safe formula, or a safe one."""
    eventually, until = random.choice((("F", "U"), ("F", "U"), ("G", "R")))

    def drawn(depth: int) -> Formula:
        op = random.choice(("atom", "X", eventually, until, "&", "|")) if depth else "atom"
        if op == "atom":
            literal = atom(random.choice((*environment.states, *environment.actions)))
            return Formula("!", (literal,)) if random.random() < 0.2 else literal
        return Formula(op, tuple(drawn(depth - 1) for _ in range(1 if op in ("X", eventually) else 2)))

    return drawn(random.randint(1, depth))


def machine(environment: Environment, random: Random) -> Machine:
    """Two or three states, edges on actions or on states, some of them paid."""
    size = random.choice((2, 2, 3))
    edges = []
    for source in range(size):
        for name in random.choice((environment.actions, environment.states)):
            target = random.randrange(size)
            amount = random.choice((0, 0, *_AMOUNTS))
            if target == source and not amount:
                continue
            paid = {step: Real.of(amount) for step in environment.atoms[name]} if amount else {}
            edges.append(Edge(source, atom(name), target, paid))
    return Machine(_MACHINE_STATES[:size], 0, tuple(edges))


def function(arguments: Sequence[Any], random: Random) -> Expression:
    """A function of one or two of the quantities: polynomials of degree at most 3, |·|, minima and jumps."""
    one = variable(random.choice(arguments))
    other = variable(random.choice(arguments))
    level = constant(random.choice(CHANCES))
    bar = random.choice((level, constant(Fraction(0))))
    beyond = add((one, negate(level)))
    return random.choice(
        (
            lambda: one,
            lambda: _power(one, 2),
            lambda: _power(one, 3),
            lambda: _power(beyond, 2),
            lambda: multiply((one, other)),
            lambda: add((_power(one, 2), _power(other, 2))),
            lambda: add((one, _power(other, 2))),
            lambda: Expression("abs", (beyond,)),
            lambda: Expression("min", (one, level)),
            lambda: Expression("max", (one, other)),
            lambda: Expression("if", (Expression(">", (one, bar)), constant(Fraction(1)), constant(Fraction(0)))),
        )
    )()


def _markov(environment: Environment, random: Random) -> MR:
    return MR(reward(environment, random), random.choice(DISCOUNTS))


def _average(environment: Environment, random: Random) -> LAR:
    return LAR(reward(environment, random))


def _temporal(environment: Environment, random: Random) -> LTL:
    return LTL(formula(environment, random))


def _machine(environment: Environment, random: Random) -> RM:
    return RM(machine(environment, random), random.choice(DISCOUNTS))


def _regularised(environment: Environment, random: Random) -> RRL:
    weights = [Weight(a) for a in range(len(environment.actions))]
    paid = reward(environment, random) if random.random() < 0.5 else {}
    return RRL(paid, Real.of(1), function(weights, random), random.choice(DISCOUNTS))


def _outer(environment: Environment, random: Random) -> ONMR:
    value = function([RewardReturn("reward")], random)
    return ONMR({"reward": reward(environment, random)}, value, random.choice(DISCOUNTS))


def _of_policy(environment: Environment, random: Random) -> FPR:
    choices = [Choice(s, a) for s in range(len(environment.states)) for a in range(len(environment.actions))]
    return FPR(function(choices, random))


def _lottery(environment: Environment, random: Random) -> TLO:
    """Lexicographic in one to three expectations, or functions of them."""
    gain = reward(environment, random)

    def key() -> Expression:
        found: Indicator | Return | Average = random.choice(
            (
                Indicator(formula(environment, random, 2)),
                Indicator(formula(environment, random, 2)),
                Return("reward", random.choice(DISCOUNTS)),
                Average("reward"),
            )
        )
        expectation = Expectation(variable(found))
        return function([expectation], random) if random.random() < 0.2 else variable(expectation)

    return TLO({"reward": gain}, {}, Lexicographic(tuple(key() for _ in range(random.choice((1, 2, 2, 3))))))


_DRAWN: Mapping[str, Callable[[Environment, Random], Any]] = {
    "MR": _markov,
    "LAR": _average,
    "LTL": _temporal,
    "RM": _machine,
    "RRL": _regularised,
    "ONMR": _outer,
    "FPR": _of_policy,
    "TLO": _lottery,
}


def _power(base: Expression, exponent: int) -> Expression:
    return Expression("^", (base, constant(Fraction(exponent))))


def _maybe(count: int, random: Random) -> int | None:
    found = random.randrange(-1, count)
    return None if found < 0 else found
