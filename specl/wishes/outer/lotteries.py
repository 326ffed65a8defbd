"""Objectives that look at the lottery over trajectories: functions of probabilities and of expected returns."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specl.formalisms.ftr import FTR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.model.expression import Expression, variable
from specl.model.machine import Machine, Reward
from specl.model.quantities import Expectation, Indicator, Return
from specl.wishes.answer import Answer, Yes
from specl.wishes.asking import Asking
from specl.wishes.outer.apart import contradiction, points
from specl.wishes.outer.granting import answer
from specl.wishes.outer.quantities import Quantity, as_it_is, events, occupancies
from specl.wishes.outer.rewards import SEVERAL, named
from specl.wishes.outer.search import MANY, Best, Medium, search

DISCOUNT = Fraction(1, 2)
FIRST_STEPS = 3
"""Steps whose probabilities are looked at."""

LARGEST = 3_000
"""Policies times possible steps up to which they are."""

Record = Callable[[Mapping[str, Reward], Mapping[str, Machine], Sequence[Expression]], Any]
"""(rewards, machines, functions of expectations) -> an objective."""


def by_lotteries(asking: Asking, code: str, record: Record, keys: int = 1) -> Answer:
    """The answer of a formalism whose objectives speak of expectations over trajectories.

    Args:
        keys: as for a `Medium`.
    """
    refuted = contradiction(asking, "lottery")
    if refuted is not None:
        return refuted
    environment, found = asking.wish.environment, points(asking, "lottery")

    def of_return(reward: str) -> Expression:
        return variable(Expectation(variable(Return(reward, DISCOUNT))))

    def with_reward(functions: Sequence[Expression], quantities: Sequence[Quantity]) -> Any:
        rewards, functions = named(environment, functions, quantities, lambda name: of_return(name).key)
        return record(rewards, {}, functions)

    probabilities = Medium(code, environment, as_it_is, lambda functions, _: record({}, {}, functions), MANY, keys)
    returns = Medium(
        code, environment, lambda i, _: ((of_return(SEVERAL[i]), Fraction(1)),), with_reward, len(SEVERAL), keys
    )
    best = Best()
    for known in _from_below(asking, record):
        best.offer(returns, known)
    if len(environment.steps) * found.goal.size <= LARGEST:
        policies = [asking.wish.policies[name] for name in found.names]
        search(found.goal, events(environment, policies, FIRST_STEPS), probabilities, best)
    if not best.plain:
        search(found.goal, occupancies(asking, found, DISCOUNT), returns, best)
    return answer(best)


def _from_below(asking: Asking, record: Record) -> list[Any]:
    """What formalisms that see trajectories one by one have found."""
    kept: list[Any] = []
    rewarded = asking.answer("MR")
    if isinstance(rewarded, Yes) and isinstance(rewarded.objective, MR):
        mean = variable(Expectation(variable(Return("reward", rewarded.objective.discount))))
        return [record({"reward": rewarded.objective.reward}, {}, [mean])]
    of_trajectories = asking.answer("FTR")
    if isinstance(of_trajectories, Yes) and isinstance(of_trajectories.objective, FTR):
        objective = of_trajectories.objective
        kept.append(record(objective.rewards, objective.machines, [variable(Expectation(objective.value))]))
        said = asking.answer("LTL")
        if isinstance(said, Yes) and isinstance(said.objective, LTL):
            kept.append(record({}, {}, [variable(Expectation(variable(Indicator(said.objective.formula))))]))
    return kept
