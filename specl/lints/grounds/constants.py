"""Which components of an objective's rank are the same at every policy: a proof, or no answer.

Two policies with different values disprove it. It is proved

1. of a Markov reward, by its gradient on the polytope of occupancy measures (`specl.expressivity.linear`): decided;
2. of what is paid along the way, by potential shaping (`specl.expressivity.shaping`);
3. of the rest, by the components as expressions in the policy's entries, one support after the other.
"""

from itertools import islice
from time import monotonic
from typing import Any

from specl.evaluation.context import Rank
from specl.evaluation.ranks import compare_values
from specl.expressivity import linear, shaping
from specl.expressivity.affine import constant_value
from specl.expressivity.faces import Domain, continuous, domain, names_policies, supports
from specl.formalisms import rank
from specl.lints.grounds import reach
from specl.lints.grounds.policies import some
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.rational_function import symbolic_policy

SECONDS = 2.0
"""For one objective."""

POLICIES, PARAMETERS, SUPPORTS = 16, 12, 400
"""The most policies that are tried, and the largest proof."""


def constant_components(environment: Environment, code: str, objective: Any) -> dict[int, Any]:
    """The numbers of the components that are the same at every policy, with what they are; none that is not proved."""
    if len(environment.states) > reach.MOST_STATES:
        return {}
    deadline = monotonic() + SECONDS
    counting = domain(code, objective, environment)
    try:
        looking = _not_disproved(environment, code, objective, deadline)
        if looking and not _proved_at_once(environment, code, objective):
            looking = _proved(environment, code, objective, counting, looking, deadline)
    except (Undefined, Unsupported):
        return {}
    return looking


def components(value: Rank) -> tuple[Any, ...]:
    """The components of a rank; one for a value."""
    return value if isinstance(value, tuple) else (value,)


def _not_disproved(environment: Environment, code: str, objective: Any, deadline: float) -> dict[int, Any]:
    """The components that are surely equal at some policies, with what they are there."""
    found: dict[int, Any] = {}
    for i, policy in enumerate(some(environment, POLICIES)):
        worth = components(rank(code, objective, environment, policy))
        if i == 0:
            found = dict(enumerate(worth))
        found = {k: value for k, value in found.items() if compare_values(value, worth[k]) == 0}
        if not found or monotonic() > deadline:
            break
    return found


def _proved_at_once(environment: Environment, code: str, objective: Any) -> bool:
    if code == "MR":
        gradient = linear.gradient(environment, objective.reward, objective.discount)
        return all(advantage.is_zero() for advantage in gradient.values())
    paid = shaping.paid(code, objective)
    if paid is None:
        return False
    found = shaping.shaped(environment, paid, paid)
    return found is not None and found.factor is None


def _proved(
    environment: Environment, code: str, objective: Any, counting: Domain, looking: dict[int, Any], deadline: float
) -> dict[int, Any]:
    """Those of these components that are constants as expressions in the entries, on every support."""
    choices = counting.states | (reach.states(environment) if counting.reached else frozenset())
    if names_policies(objective) or len(choices) * (len(environment.actions) - 1) > PARAMETERS:
        return {}
    chosen = list(islice(supports(environment, counting), 1))
    if not continuous(code, objective):
        chosen = list(islice(supports(environment, counting), SUPPORTS + 1))
    if len(chosen) > SUPPORTS:
        return {}
    for support in chosen:
        worth = components(rank(code, objective, environment, symbolic_policy(environment, support)))
        looking = {k: value for k, value in looking.items() if constant_value([value, worth[k]]) is not None}
        if not looking or monotonic() > deadline:
            return {}
    return looking
