"""When a function of a lottery is a function of expected returns with one discount, and which.

Expectation is linear: E(Σ c_i·return(r_i, γ) + c) = Σ c_i·J_i + c. A lottery expression all of whose expectations are
of that form, with one γ in all, is an expression in (J_1,…,J_k).
"""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction

from specl.model.environment import Environment
from specl.model.expression import Expression, substitute, variable, variables
from specl.model.machine import Reward
from specl.model.quantities import Expectation, Return, RewardReturn
from specl.reductions.occupancies import step_indicators
from specl.reductions.orders import Image

FREE = Fraction(1, 2)
"""The discount where any in (0,1) would do: with γ > 0 the occupancy measure shows every step that can be taken."""


def in_expected_returns(
    keys: Iterable[Hashable], rewards: Mapping[str, Reward], environment: Environment
) -> tuple[dict[str, Reward], Fraction, Image] | None:
    """Rewards, their one discount, and the map that turns lottery quantities into expected returns.

    Args:
        keys: the quantities (Expectation, Variance) that occur.
        rewards: the named rewards of the lottery objective; a machine's return is no reward's return.

    Returns:
        None if some quantity is not linear in returns of these rewards, or if two discounts occur.
    """
    keys = tuple(keys)
    if not all(isinstance(key, Expectation) and _is_linear(key.of) for key in keys):
        return None
    returns = {inner for key in keys if isinstance(key, Expectation) for inner in variables(key.of)}
    found = {(key.reward, key.discount) for key in returns if isinstance(key, Return)}
    if any(name not in rewards for name, _ in found) or len({discount for _, discount in found}) > 1:
        return None
    used = {name: reward for name, reward in rewards.items() if any(name == other for other, _ in found)}
    discount = next((discount for _, discount in found), FREE)
    return used or step_indicators(environment), discount, _expected


def _expected(node: Expression) -> Expression:
    if not isinstance(node.key, Expectation):
        return node

    def expect(inner: Expression) -> Expression:
        return variable(RewardReturn(inner.key.reward)) if isinstance(inner.key, Return) else inner

    return substitute(node.key.of, expect)


def _is_linear(expression: Expression) -> bool:
    """Whether it is a sum of constants and of constant multiples of returns, as it is written."""
    if not variables(expression):
        return True
    match expression.op:
        case "variable":
            return isinstance(expression.key, Return)
        case "+" | "neg":
            return all(_is_linear(part) for part in expression.args)
        case "*":
            varying = [part for part in expression.args if variables(part)]
            return len(varying) == 1 and _is_linear(varying[0])
        case "/":
            return _is_linear(expression.args[0]) and not variables(expression.args[1])
    return False
