"""Discounted returns of several rewards: their expectations, and expectations of functions of them."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.chains.trajectory import expect
from specl.evaluation.context import Evaluation, Value
from specl.evaluation.means import rewards_of_moves
from specl.evaluation.recovered import as_real, from_returns, recovered
from specl.evaluation.totals import total
from specl.model.environment import Environment
from specl.model.expression import Expression
from specl.model.machine import Reward
from specl.model.policy import Policy
from specl.model.quantities import RewardReturn


def expected_returns(
    environment: Environment, policy: Policy, rewards: Mapping[str, Reward], discount: Fraction
) -> Callable[[RewardReturn], Value]:
    """A reward's return -> its expectation J_i, exact."""
    occupancy = step_occupancy(induced(environment, policy), discount)
    found = {
        name: total((occupancy[step], amount) for step, amount in reward.items() if step in occupancy)
        for name, reward in rewards.items()
    }
    return lambda key: found[key.reward]


def mean_of_function(
    environment: Environment,
    policy: Policy,
    rewards: Mapping[str, Reward],
    function: Expression,
    discount: Fraction,
    evaluation: Evaluation,
) -> Value:
    """E[f(G_1,…,G_k)], exact or enclosed.

    Args:
        function: f, over RewardReturn, or Recovered alone.

    Raises:
        Undefined, Unsupported: f is not defined at returns that can occur, or cannot be enclosed.
    """
    what = recovered(function)
    if what is not None:
        return as_real(from_returns(what, environment, policy, rewards, discount, evaluation), what)
    chain = induced(environment, policy)
    returns = {RewardReturn(name): (discount, rewards_of_moves(chain, reward)) for name, reward in rewards.items()}
    return expect(chain, function, returns, {}, evaluation.precision)
