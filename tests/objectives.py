"""Hypothesis strategies for random objectives of every formalism, over a given environment.

Every objective that is drawn has an exact value on every policy: inside expectations of discounted returns stand
polynomials only, outside them anything.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from specl.formalisms.fomr import FOMR
from specl.formalisms.fpr import FPR
from specl.formalisms.ftlr import FTLR
from specl.formalisms.ftr import FTR
from specl.formalisms.gomorl import GOMORL
from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.omo import OMO
from specl.formalisms.omorl import OMORL
from specl.formalisms.onmr import ONMR
from specl.formalisms.po import PO
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.model.expression import COMPARISONS, Expression, add, constant, multiply, negate, variable
from specl.model.machine import Machine, Reward
from specl.model.order import Constrained, Lexicographic, Order, Ranking
from specl.model.quantities import (
    Average,
    Choice,
    Expectation,
    Indicator,
    Occupancy,
    Recovered,
    Return,
    RewardReturn,
    Variance,
    Weight,
)
from specl.model.real import ONE, Real
from tests.strategies import NUMBERS, discounts, expressions, formulas, machines, policies, rewards

Draw = Callable[..., Any]
"""What a composite strategy draws with."""

BELOW_TRAJECTORIES = ("FTR", "IMORL", "INMR", "LAR", "LTL", "MR", "RM")
"""Formalisms whose values are expectations over trajectories."""

OF_LOTTERIES = (*BELOW_TRAJECTORIES, "FOMR", "FTLR", "OMORL", "ONMR", "RRL")
"""Formalisms with a value to which only reachable choices matter."""

ORDERS_OF_LOTTERIES = (*OF_LOTTERIES, "GOMORL", "OMO", "TLO")
"""Formalisms to which only reachable choices matter."""


def objectives(code: str, environment: Environment, programs: bool = True) -> st.SearchStrategy[Any]:
    """Objectives of the formalism, as records.

    Args:
        programs: whether some of them recover another objective.
    """
    written = _written(code, environment)
    return written | recovering(code, environment) if programs and code in PROGRAMS else written


@st.composite
def recovering(draw: st.DrawFn, code: str, environment: Environment) -> Any:
    """Objectives whose whole value or order is ``recover(o)``, o being one that does not recover another."""
    inner = draw(st.sampled_from(PROGRAMS[code]))
    recovered = Recovered("other", inner, draw(_written(inner, environment)))
    match code:
        case "FTR":
            return FTR({}, {}, variable(recovered))
        case "FTLR":
            return FTLR({}, {}, variable(recovered))
        case "FPR":
            return FPR(variable(recovered))
        case "FOMR":
            return FOMR(variable(recovered), draw(discounts().filter(bool)))
        case "OMORL":
            return OMORL(_indicators(environment), variable(recovered), draw(discounts().filter(bool)))
        case "GOMORL":
            return GOMORL(_indicators(environment), recovered, draw(discounts().filter(bool)))
        case "OMO":
            return OMO(recovered, draw(discounts().filter(bool)))
        case "TLO":
            return TLO({}, {}, recovered)
        case "PO":
            return PO(recovered)
    digits = {step: Real.of(3 - 2 * i) for i, step in enumerate(environment.steps)}
    return INMR({"digit": digits}, variable(recovered), Fraction(1, len(environment.steps) + 1))


PROGRAMS: Mapping[str, Sequence[str]] = {
    "FTR": BELOW_TRAJECTORIES,
    "INMR": BELOW_TRAJECTORIES,
    "FTLR": OF_LOTTERIES,
    "TLO": ORDERS_OF_LOTTERIES,
    "FOMR": OF_LOTTERIES,
    "OMO": ORDERS_OF_LOTTERIES,
    "OMORL": OF_LOTTERIES,
    "GOMORL": ORDERS_OF_LOTTERIES,
    "FPR": (*OF_LOTTERIES, "FPR"),
    "PO": (*ORDERS_OF_LOTTERIES, "FPR", "PO"),
}
"""Formalism -> the formalisms whose objectives `recovering` lets it recover."""


@st.composite
def _written(draw: st.DrawFn, code: str, environment: Environment) -> Any:
    match code:
        case "MR":
            return MR(draw(rewards(environment)), draw(discounts()))
        case "LAR":
            return LAR(draw(rewards(environment)))
        case "LTL":
            return LTL(draw(formulas(environment)))
        case "RM":
            return RM(draw(machines(environment)), draw(discounts()))
        case "RRL":
            return _regularised(draw, environment)
        case "INMR" | "ONMR":
            named = {"gain": draw(rewards(environment))}
            value = draw(_functions([RewardReturn("gain")], inner=code == "INMR"))
            return (INMR if code == "INMR" else ONMR)(named, value, draw(discounts()))
        case "IMORL" | "OMORL":
            blocks = _blocks(draw, environment, 1)
            value = draw(_functions([RewardReturn(name) for name in blocks], inner=code == "IMORL"))
            return (IMORL if code == "IMORL" else OMORL)(blocks, value, draw(discounts()))
        case "GOMORL":
            blocks = _blocks(draw, environment, 1)
            return GOMORL(blocks, draw(_orders([RewardReturn(name) for name in blocks])), draw(discounts()))
        case "FTR":
            blocks, memories = _blocks(draw, environment, 0), _machines(draw, environment)
            return FTR(blocks, memories, _of_trajectory(draw, environment, (*blocks, *memories)))
        case "FTLR" | "TLO":
            blocks, memories = _blocks(draw, environment, 0), _machines(draw, environment)
            keys = _lottery_keys(draw, environment, (*blocks, *memories))
            if code == "FTLR":
                return FTLR(blocks, memories, draw(_functions(keys, inner=False)))
            return TLO(blocks, memories, draw(_orders(keys)))
        case "FOMR":
            return FOMR(draw(_functions(_occupancies(environment), inner=False)), draw(discounts()))
        case "OMO":
            return OMO(draw(_orders(_occupancies(environment))), draw(discounts()))
        case "FPR":
            return FPR(draw(_functions(_choices(environment), inner=False)))
        case "PO":
            return PO(draw(_orders(_choices(environment)) | _rankings(environment)))
    raise KeyError(code)


def _blocks(draw: Draw, environment: Environment, least: int) -> dict[str, Reward]:
    names = ("gain", "cost")[: draw(st.integers(least, 2))]
    return {name: draw(rewards(environment)) for name in names}


def _machines(draw: Draw, environment: Environment) -> dict[str, Machine]:
    return {"memory": draw(machines(environment))} if draw(st.booleans()) else {}


def _indicators(environment: Environment) -> dict[str, Reward]:
    return {f"step_{i}": {step: ONE} for i, step in enumerate(environment.steps)}


def _functions(keys: Sequence[Hashable], inner: bool) -> st.SearchStrategy[Expression]:
    """Functions of the quantities; of few of them at a time."""
    return expressions(keys, polynomial=inner, max_leaves=3)


def _orders(keys: Sequence[Hashable]) -> st.SearchStrategy[Order]:
    function = _functions(keys, inner=False)
    constraint = st.builds(
        lambda op, x, c: Expression(op, (x, constant(c))), st.sampled_from(COMPARISONS), function, NUMBERS
    )
    return st.lists(function, min_size=1, max_size=3).map(lambda found: Lexicographic(tuple(found))) | st.builds(
        lambda value, constraints: Constrained(value, tuple(constraints)),
        function,
        st.lists(constraint, min_size=1, max_size=2),
    )


@st.composite
def _rankings(draw: st.DrawFn, environment: Environment) -> Ranking:
    found = draw(st.lists(policies(environment), min_size=1, max_size=3, unique=True))
    named = [(f"policy{i}", policy) for i, policy in enumerate(found)]
    cut = draw(st.integers(1, len(named)))
    return Ranking(tuple(tier for tier in (tuple(named[:cut]), tuple(named[cut:])) if tier))


def _regularised(draw: Draw, environment: Environment) -> RRL:
    actions = range(len(environment.actions))
    prior = [Fraction(part) for part in draw(st.lists(st.integers(1, 3), min_size=len(actions), max_size=len(actions)))]
    p = [variable(Weight(a)) for a in actions]

    def plogp(a: int, prior: Fraction) -> Expression:
        return multiply((p[a], Expression("log", (Expression("/", (p[a], constant(prior))),))))

    negentropy = add(plogp(a, Fraction(1)) for a in actions)
    kl = add(plogp(a, prior[a] / sum(prior)) for a in actions)
    tsallis = add((*(Expression("^", (x, constant(Fraction(2)))) for x in p), constant(Fraction(-1))))
    distance = add(Expression("abs", (add((x, constant(Fraction(-1, 2)))),)) for x in p)
    regulariser = draw(
        st.sampled_from([negentropy, kl, tsallis, distance]) | _functions([Weight(a) for a in actions], False)
    )
    strength = draw(st.sampled_from([Real.of(0), Real.of(1), Real.of(Fraction(1, 3)), Real.of(2).log()]))
    return RRL(draw(rewards(environment)), strength, regulariser, draw(discounts()))


def _of_trajectory(draw: Draw, environment: Environment, names: Sequence[str]) -> Expression:
    """Polynomials in indicators, averages and returns, and anything in indicators and averages alone."""
    limits: list[Hashable] = [Indicator(draw(formulas(environment))), *(Average(name) for name in names)]
    returns = [Return(name, draw(discounts())) for name in names]
    shape = draw(st.sampled_from(["limits", "returns", "mixture", "case"]))
    if shape == "limits" or not names:
        function: Expression = draw(_functions(limits, inner=False))
        return function
    polynomial: Expression = draw(_functions(returns if shape == "returns" else [*limits, *returns], inner=True))
    if shape != "case":
        return polynomial
    condition = Expression("=", (variable(limits[0]), constant(Fraction(1))))
    return Expression("if", (condition, polynomial, negate(variable(returns[0]))))


def _lottery_keys(draw: Draw, environment: Environment, names: Sequence[str]) -> list[Hashable]:
    keys: list[Hashable] = [Expectation(variable(Indicator(draw(formulas(environment)))))]
    discount = draw(discounts())
    keys += [Expectation(variable(Return(name, discount))) for name in names]
    keys.append(Expectation(_of_trajectory(draw, environment, names)))
    if names:
        keys.append(Variance(variable(Return(names[0], draw(discounts())))))
    if len(names) > 1:  # linear in returns under one discount
        terms = (variable(Return(names[0], discount)), negate(variable(Return(names[1], discount))))
        keys.append(Expectation(add(terms)))
    return keys if draw(st.booleans()) else [key for key in keys if _is_expected_return(key)] or keys


def _is_expected_return(key: Hashable) -> bool:
    return isinstance(key, Expectation) and isinstance(key.of.key, Return)


def _occupancies(environment: Environment) -> list[Hashable]:
    states, actions = range(len(environment.states)), range(len(environment.actions))
    pairs = [Occupancy(s, a) for s in states for a in actions]
    return [*(Occupancy(s) for s in states), *pairs, *(Occupancy(s, a, 0) for s in states for a in actions)]


def _choices(environment: Environment) -> list[Hashable]:
    return [Choice(s, a) for s in range(len(environment.states)) for a in range(len(environment.actions))]
