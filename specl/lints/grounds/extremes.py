"""The least and the largest expected discounted reward of all policies, exactly."""

from fractions import Fraction

from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.real import ZERO, Real
from specl.solvers.exact.discounted import optimum
from specl.solvers.exact.model import ExactModel, Table


def extremes(environment: Environment, reward: Reward, discount: Fraction) -> tuple[Real, Real]:
    """(least, largest); every number between them is the value of some policy.

    Raises:
        Unsupported: rewards are irrational, and which of two values is larger is not decided.
    """
    steps = tuple(
        tuple(tuple((s, a, t) for t, _ in targets) for a, targets in enumerate(row))
        for s, row in enumerate(environment.transitions)
    )
    places = tuple((s, 0) for s in range(len(environment.states)))
    model = ExactModel(environment, places, None, environment.start, environment.transitions, steps)
    ends = []
    for sign in (-1, 1):
        table: Table = tuple(
            tuple(
                sum((Real.of(sign * p) * reward.get((s, a, t), ZERO) for t, p in targets), start=ZERO)
                for a, targets in enumerate(row)
            )
            for s, row in enumerate(environment.transitions)
        )
        values = optimum(model, table, discount, (0,) * model.size).values
        ends.append(sum((Real.of(sign * p) * values[s] for s, p in environment.start), start=ZERO))
    return ends[0], ends[1]
