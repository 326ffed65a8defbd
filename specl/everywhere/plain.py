"""Objectives that are rewards, reward machines, limit averages or formulas in other words.

Where the value of a policy is visibly an increasing function of one expectation of such a kind, the plain objective
orders all policies alike, whatever the environment: an affine function of expected returns with one discount
is the expected return of a combination of the rewards, and one of an occupancy measure that of a Markov reward
(Puterman, Markov Decision Processes, 1994, §6.9); the expectation of an affine function is the function of the
expectations.
"""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from specl.evaluation.affine import affine, combined
from specl.evaluation.recovered import OF_POLICIES, OF_TRAJECTORIES
from specl.everywhere.increasing import OF_EXPECTATIONS, within
from specl.expressivity.comparison import Side
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.model.alphabet import Alphabet
from specl.model.environment import Step
from specl.model.expression import Expression, substitute
from specl.model.formula import Formula
from specl.model.machine import Machine, Reward
from specl.model.order import Lexicographic
from specl.model.quantities import Average, Expectation, Indicator, Occupancy, Return, RewardReturn
from specl.model.real import ZERO, Real
from specl.reductions.writing import recovered_in

Weights = Mapping[Hashable, Real]
"""Quantity -> coefficient."""


def plain(side: Side, alphabet: Alphabet) -> Side:
    """An objective over the alphabet as one of MR, RM, LAR or LTL that orders all policies alike in every environment
    over it, where its form shows that; else the objective itself."""
    inner = recovered_in(side.objective)
    if inner is not None:
        allowed = {"FTR": inner.code in OF_TRAJECTORIES}
        allowed |= dict.fromkeys(("FTLR", "TLO", "FPR", "PO"), inner.code not in OF_POLICIES)
        return plain(Side(side.name, inner.code, inner.objective), alphabet) if allowed.get(side.code, False) else side
    if side.code == "RRL" and side.objective.strength.is_zero():
        return Side(side.name, "MR", MR(side.objective.reward, side.objective.discount))
    value = _value(side.objective)
    if value is None:
        return side
    value = substitute(value, _unexpected)
    found = affine(within(value, side.objective) if side.code in OF_EXPECTATIONS else value)
    as_one = None if found is None else _as_one(side.objective, found[0], alphabet)
    return side if as_one is None else Side(side.name, *as_one)


def _value(objective: Any) -> Expression | None:
    match getattr(objective, "order", None):
        case Lexicographic((key,)):
            return key
    value = getattr(objective, "value", None)
    return value if isinstance(value, Expression) else None


def _unexpected(node: Expression) -> Expression:
    """The expectation of an affine function as that function of the expectations."""
    match node.key:
        case Expectation(of) if affine(of) is not None:
            return of
    return node


def _as_one(objective: Any, weights: Weights, alphabet: Alphabet) -> tuple[str, Any] | None:
    """The code and the record of the plain objective: a combination of quantities of one kind."""
    rewards: Mapping[str, Reward] = getattr(objective, "rewards", {})
    match tuple(weights):
        case ():
            return "MR", MR({}, Fraction(0))
        case (Indicator(formula),):
            return _formula(formula, weights[Indicator(formula)])
        case (Return(name, discount),) if name not in rewards:
            return "RM", RM(_scaled(objective.machines[name], weights[Return(name, discount)]), discount)
    if all(isinstance(key, RewardReturn) for key in weights):
        return "MR", MR(combined(rewards, _by_name(weights)), objective.discount)
    if all(isinstance(key, Occupancy) for key in weights):
        return "MR", MR(_of_occupancies(weights, alphabet), objective.discount)
    discounts = {key.discount for key in weights if isinstance(key, Return)}
    if all(isinstance(key, Return) and key.reward in rewards for key in weights) and len(discounts) == 1:
        return "MR", MR(combined(rewards, _by_name(weights)), discounts.pop())
    if all(isinstance(key, Average) and key.reward in rewards for key in weights):
        return "LAR", LAR(combined(rewards, _by_name(weights)))
    return None


def _by_name(weights: Weights) -> dict[str, Real]:
    return {key.reward: c for key, c in weights.items()}  # type: ignore[attr-defined]


def _formula(formula: Formula, weight: Real) -> tuple[str, LTL] | None:
    match weight.sign():
        case 1:
            return "LTL", LTL(formula)
        case -1:
            return "LTL", LTL(Formula("!", (formula,)))
    return None


def _scaled(machine: Machine, factor: Real) -> Machine:
    edges = (
        replace(edge, reward={step: factor * paid for step, paid in edge.reward.items()}) for edge in machine.edges
    )
    return replace(machine, edges=tuple(edges))


def _of_occupancies(weights: Weights, alphabet: Alphabet) -> Reward:
    found: dict[Step, Real] = {}
    for key, weight in weights.items():
        assert isinstance(key, Occupancy)
        actions = range(len(alphabet.actions)) if key.action is None else (key.action,)
        targets = range(len(alphabet.states)) if key.target is None else (key.target,)
        for a, t in product(actions, targets):
            step = (key.state, a, t)
            found[step] = found.get(step, ZERO) + weight
    return found
