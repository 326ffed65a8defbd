"""A translated objective as a file of its own: its environment, policies, what it recovers, and itself."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specl.formalisms import formalism
from specl.language.printer import show_file
from specl.language.syntax import File, Item
from specl.language.writing import environment_item, objective_item, policy_item
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.order import Ranking
from specl.model.policy import Policy
from specl.model.quantities import Recovered
from specl.reductions.recovery import recovered_order, recovered_value


def spec_of(
    environment: Environment,
    policies: Mapping[str, Policy],
    objectives: Mapping[str, tuple[str, Any]],
    known: Mapping[str, Any] | None = None,
) -> str:
    """The text of a .spec file that says all this.

    Args:
        policies: name -> policy. A name that is not an identifier, like ``gate(1/3)``, is made one (``gate_1_3``).
        objectives: name -> (code, record), in the order in which they are to stand. An objective that one of them
            recovers is written before it.
        known: name -> record, for objectives that are to be called so if one that is written recovers them. What
            is recovered and neither known nor among ``objectives`` gets a new name.

    Returns:
        Text that loads to equal records, up to the names of what is recovered.
    """
    items = items_of(environment, policies, objectives, known)
    text: str = show_file(File((environment_item(environment), *items)))
    return text


def items_of(
    environment: Environment,
    policies: Mapping[str, Policy],
    objectives: Mapping[str, tuple[str, Any]],
    known: Mapping[str, Any] | None = None,
    called: Mapping[str, Policy] | None = None,
    taken: Collection[str] = (),
) -> tuple[Item, ...]:
    """The items of such a file, less the environment: policies, then objectives.

    Args:
        policies, objectives, known: as for `spec_of`.
        called: name -> policy, for policies that can be called so without being written.
        taken: further names that what is named anew must not have.
    """
    named = {**(known or {}), **{name: record for name, (_, record) in objectives.items()}}
    names = {id(record): name for name, record in named.items()}
    page = _Page(environment, names, {*named, *taken}, called or {})
    for name, policy in policies.items():
        page.policy(name, policy)
    for name, (code, record) in objectives.items():
        page.objective(name, code, record)
    return (
        *(policy_item(environment, name, policy) for name, policy in page.policies.items()),
        *page.objectives.values(),
    )


@dataclass
class _Page:
    environment: Environment
    names: dict[int, str]  # identity of a record -> its name
    taken: set[str]
    called: Mapping[str, Policy]
    policies: dict[str, Policy] = field(default_factory=dict)
    objectives: dict[str, Item] = field(default_factory=dict)

    def policy(self, name: str, policy: Policy) -> str:
        """Have the policy written, unless it can be called by its name already; the name that it has on the page."""
        if self.called.get(name) == policy:
            return name
        legal = re.sub(r"[^A-Za-z0-9_']+", "_", name).strip("_")
        if self.policies.get(legal) == policy:
            return legal
        self.policies[self.fresh(legal)] = policy
        return next(reversed(self.policies))

    def objective(self, name: str, code: str, record: Any) -> None:
        """Have the objective written, after what it recovers."""
        if name in self.objectives:
            return
        inner = recovered_in(record)
        if inner is not None:
            known = self.names.get(id(inner.objective))
            if known is None:
                known = self.names[id(inner.objective)] = self.fresh(f"{name}_{inner.code.lower()}")
            self.objective(known, inner.code, inner.objective)
            renamed = replace(inner, name=known)
            record = replace(
                record, **({"order": renamed} if hasattr(record, "order") else {"value": variable(renamed)})
            )
        elif isinstance(getattr(record, "order", None), Ranking):
            tiers = tuple(tuple((self.policy(*member), member[1]) for member in tier) for tier in record.order.tiers)
            record = replace(record, order=Ranking(tiers))
        fields = formalism(code).write(record, self.environment)
        self.objectives[name] = objective_item(self.environment, name, code, fields)

    def fresh(self, name: str) -> str:
        """The name, primed until nothing on the page has it."""
        while name in self.taken or name == self.environment.name:
            name += "'"
        self.taken.add(name)
        return name


def recovered_in(record: Any) -> Recovered | None:
    """What an objective recovers, where it recovers another one."""
    if hasattr(record, "order"):
        return recovered_order(record.order)
    return recovered_value(record.value) if hasattr(record, "value") else None
