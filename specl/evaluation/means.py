"""Expectations that need only linear algebra: discounted returns, limit averages and probabilities of formulas."""

from fractions import Fraction

from specl.chains.chain import Chain, induced
from specl.chains.linear import Scalar
from specl.chains.occupancy import visits
from specl.chains.recurrence import absorption, class_frequencies, frequencies
from specl.evaluation.context import Value
from specl.evaluation.totals import as_value, total
from specl.evaluation.watching import MoveRewards, watch
from specl.model.environment import Environment
from specl.model.formula import Formula
from specl.model.machine import Machine, Reward
from specl.model.policy import Policy
from specl.model.real import ZERO


def rewards_of_moves(chain: Chain, reward: Reward) -> MoveRewards:
    """What a reward pays on each move of a chain."""
    return tuple(tuple(reward.get(move.step, ZERO) for move in moves) for moves in chain.moves)


def mean_return(chain: Chain, rewards: MoveRewards, discount: Fraction) -> Value:
    """E[Σ_t γ^t r(move at t)]."""
    return total(
        (visited * move.probability, reward)
        for visited, moves, row in zip(visits(chain, discount), chain.moves, rewards, strict=True)
        if visited != 0
        for move, reward in zip(moves, row, strict=True)
        if not reward.is_zero()
    )


def limit_averages(chain: Chain, rewards: MoveRewards) -> tuple[Value, ...]:
    """For each recurrent class, the limit average of the rewards along almost every trajectory that ends up in it."""
    return tuple(
        total((weight, rewards[i][k]) for (i, k), weight in weights.items()) for weights in class_frequencies(chain)
    )


def mean_average(chain: Chain, rewards: MoveRewards) -> Value:
    """The expected limit average, which for a stationary policy is the limit of the expected averages."""
    return weighted(absorption(chain).start, limit_averages(chain, rewards))


def average_reward(environment: Environment, policy: Policy, reward: Reward) -> Value:
    """lim_{n→∞} E[(1/n) Σ_{t<n} R(s_t,a_t,s_{t+1})]."""
    found = frequencies(induced(environment, policy))
    return total((weight, reward[step]) for step, weight in found.items() if step in reward)


def probability(environment: Environment, policy: Policy, formula: Formula) -> Value:
    """P(ξ ⊨ φ): the chain beside the formula's automaton ends up in a class whose marks satisfy the acceptance.

    Raises:
        Unsupported: the formula has no deterministic automaton within Spot's limits.
    """
    watched = watch(environment, induced(environment, policy), (formula,))
    verdicts = watched.satisfied[formula]
    if all(verdicts) or not any(verdicts):
        return as_value(Fraction(int(verdicts[0])))
    start = absorption(watched.chain).start
    return as_value(sum((p for p, verdict in zip(start, verdicts, strict=True) if verdict), start=Fraction(0)))


def machine_return(environment: Environment, policy: Policy, machine: Machine, discount: Fraction) -> Value:
    """E[Σ_t γ^t δ_R(u_t,u_{t+1})(s_t,a_t,s_{t+1})]."""
    watched = watch(environment, induced(environment, policy), machines=(("machine", machine),))
    return mean_return(watched.chain, watched.paid["machine"], discount)


def weighted(weights: tuple[Scalar, ...], values: tuple[Value, ...]) -> Value:
    """Σ weight·value, for values that may be any numbers."""
    result: Value = as_value(Fraction(0))
    for weight, value in zip(weights, values, strict=True):
        result = result + weight * value
    return result
