"""Functions of a policy's own entries."""

from collections.abc import Callable

from specl.evaluation.context import Value
from specl.evaluation.totals import as_value
from specl.model.policy import Policy
from specl.model.quantities import Choice


def on_policy(policy: Policy) -> Callable[[Choice], Value]:
    """``pi(s,a)`` -> its value."""
    return lambda key: as_value(policy.rows[key.state][key.action])
