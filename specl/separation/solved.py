"""Objectives with unknown numbers, solved for: where a random objective of a given form is not ordered as it should be,
another one of this form, from another start, may be.

MR and LAR have an unknown reward for each state and action, RM one for each edge of a machine that is drawn.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from specl.formalisms.lar import LAR
from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.language.document import NamedObjective
from specl.model.environment import Environment
from specl.model.machine import Machine, Reward
from specl.model.policy import Policy
from specl.model.real import Real
from specl.obstructions.claims.objective import carry
from specl.separation.features import from_each_start, starts
from specl.separation.objectives import machine
from specl.separation.proposal import OBJECTIVE, Proposal
from specl.separation.ranking import Ranking
from specl.synthesis.contradiction import contradiction

REFUTED = ("LAR", "MR", "RRL")
CODES = ("LAR", "MR", "RM")
_DISCOUNT = Fraction(1, 2)
_DISCOUNTS = (Fraction(1, 2), Fraction(0))
_MOST_POLICIES = 5

Form = Machine | None
"""The machine of RM; MR and LAR have none."""


def form(code: str, environment: Environment, random: Random) -> Form:
    """What of the objective is fixed."""
    return machine(environment, random) if code == "RM" else None


def count(environment: Environment, fixed: Form) -> int:
    """The number of unknowns."""
    return len(environment.states) * len(environment.actions) if fixed is None else len(fixed.edges)


def objective(code: str, environment: Environment, fixed: Form, amounts: tuple[Fraction, ...]) -> Any:
    """The record with these numbers."""
    if fixed is not None:
        edges = []
        for edge, amount in zip(fixed.edges, amounts, strict=True):
            steps = environment.atoms[edge.guard.name]
            edges.append(replace(edge, reward={step: Real.of(amount) for step in steps} if amount else {}))
        return RM(replace(fixed, edges=tuple(edges)), _DISCOUNT)
    width = len(environment.actions)
    reward: Reward = {
        step: Real.of(amount) for step in environment.steps if (amount := amounts[step[0] * width + step[1]])
    }
    return LAR(reward) if code == "LAR" else MR(reward, _DISCOUNT)


def propose(
    refuted: str, expressing: str, environment: Environment, policies: Mapping[str, Policy], most: int, random: Random
) -> Proposal | None:
    """The environment with a start, and an objective of a drawn form, that order at most so many of the policies as no
    linear functional of their features at two discounts can; None where the form has none, or it takes too long."""
    few = dict(list(policies.items())[: min(most, _MOST_POLICIES)])
    fixed = form(expressing, environment, random)
    worth = values(expressing, environment, fixed, few) if count(environment, fixed) and len(few) > 1 else None
    if worth is None:
        return None
    discounts = _DISCOUNTS if refuted != "LAR" else _DISCOUNTS[:1]
    found = contradiction([from_each_start(refuted, environment, few, each) for each in discounts], worth)
    if found is None:
        return None
    start = tuple((s, weight) for s, weight in enumerate(found.start) if weight)
    record = objective(expressing, environment, fixed, found.parameters)
    chosen = {name: policy for name, policy in few.items() if name in found.policies}
    return Proposal("linear_dependence", refuted, replace(environment, start=start), expressing, record, chosen)


def values(
    code: str, environment: Environment, fixed: Form, policies: Mapping[str, Policy]
) -> dict[str, list[list[Fraction]]] | None:
    """Policy -> for each start, what it is worth where one unknown is 1 and the others are 0; None where a value is no
    rational number."""
    size = count(environment, fixed)
    found: dict[str, list[list[Fraction]]] = {name: [] for name in policies}
    for world in starts(environment):
        units = [tuple(Fraction(int(i == k)) for i in range(size)) for k in range(size)]
        rankings = [_ranking(code, world, objective(code, environment, fixed, unit)) for unit in units]
        for name, policy in policies.items():
            row = [ranking.at(policy) for ranking in rankings]
            if None in row:
                return None
            found[name].append([worth[0] for worth in row if worth is not None])
    return found


def _ranking(code: str, environment: Environment, record: Any) -> Ranking:
    named = NamedObjective(OBJECTIVE, environment.name, code, record)
    return Ranking(environment, code, record, carry(environment, named))
