"""Policy Orderings: policies are compared as they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.evaluation.choices import on_policy
from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.orders import ranked, tier
from specl.evaluation.recovered import from_policy
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import order_field
from specl.model.environment import Environment
from specl.model.order import Order, Ranking
from specl.model.policy import Policy
from specl.model.quantities import Recovered

CODE = "PO"
NAME = "Policy Orderings"
FIELDS: Mapping[str, tuple[int, int | None]] = {"order": (1, 1)}


@dataclass(frozen=True)
class PO:
    order: Order  # over Choice


def read(fields: Fields) -> PO:
    """The objective that these fields define."""
    return PO(fields.order("policy"))


def write(objective: PO, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (order_field(environment, objective.order),)


def rank(objective: PO, environment: Environment, policy: Policy, evaluation: Evaluation) -> Rank:
    """The order's keys at the policy; of a ranking of named policies, the height of the policy's tier.

    Raises:
        Undefined: a key is not defined there.
    """
    if isinstance(objective.order, Recovered):
        return from_policy(objective.order, environment, policy, evaluation)
    if isinstance(objective.order, Ranking):
        return tier(objective.order, policy)
    return ranked(objective.order, on_policy(policy))
