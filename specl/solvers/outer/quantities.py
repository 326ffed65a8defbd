"""What the names in outer objectives stand for, as linear forms of m(s,a)."""

from collections.abc import Mapping, Sequence

from specl.evaluation.totals import total
from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.quantities import Occupancy, RewardReturn
from specl.model.real import ONE, ZERO, Real
from specl.solvers.outer.forms import Amounts


def of_returns(environment: Environment, rewards: Mapping[str, Reward]) -> Amounts:
    """A reward's name -> its expected amount in each state and action."""

    def amounts(key: RewardReturn) -> Sequence[Sequence[Real]]:
        reward = rewards[key.reward]
        return [
            [total((p, reward.get((s, a, t), ZERO)) for t, p in targets) for a, targets in enumerate(row)]
            for s, row in enumerate(environment.transitions)
        ]

    return amounts


def of_occupancy(environment: Environment) -> Amounts:
    """m(s), m(s,a), m(s,a,s') -> the probability of the steps that are counted."""

    def amounts(key: Occupancy) -> Sequence[Sequence[Real]]:
        return [
            [
                total((p, ONE) for t, p in targets if key.target in (None, t))
                if s == key.state and key.action in (None, a)
                else ZERO
                for a, targets in enumerate(row)
            ]
            for s, row in enumerate(environment.transitions)
        ]

    return amounts
