"""Two objectives over an alphabet that part: an environment and two policies that they rank differently, verified.

A `Difference` is made by `difference` alone, which ranks both policies by each formalism's own definition in the
environment that is shown. What it says as a file are the assertions that hold there.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from specl.everywhere.pullback import mentioned, pullback
from specl.expressivity.comparison import Side, order_text
from specl.expressivity.witness import Ranked, disagreement
from specl.formalisms import rank
from specl.language.printer import show_item
from specl.language.syntax import AssertItem, CompareAssertion, Comparison, Name, PolicyUse
from specl.model.alphabet import World
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy
from specl.reductions.writing import recovered_in, spec_of

__all__ = ["Difference", "Outcome", "Side", "difference"]


@dataclass(frozen=True)
class Difference:
    """An environment over an alphabet where two objectives rank two policies differently.

    Attributes:
        left, right: the objectives as they are in the environment, under names that can stand in one file.
        first, second: the policies, with their exact or enclosed values under left and right.
        orders: the signs of first against second under left and under right; they differ, and left does not prefer
            the second.
    """

    world: World
    left: Side
    right: Side
    first: Ranked
    second: Ranked
    orders: tuple[int, int]

    @property
    def environment(self) -> Environment:
        """The environment itself."""
        return self.world.environment

    @property
    def reason(self) -> str:
        """What the two do, in words."""
        names = str(self.first.name), str(self.second.name)
        sides = zip((self.left, self.right), self.orders, strict=True)
        return ", ".join(f"{side.name} {order_text(order, *names)}" for side, order in sides)

    def text(self) -> str:
        """A .spec file: the environment, both policies, both objectives, and two assertions that hold. Labels of which
        neither objective speaks are left out."""
        policies = {str(ranked.name): ranked.policy for ranked in (self.first, self.second)}
        sides = {side.name: (side.code, side.objective) for side in (self.left, self.right)}
        claims = [
            show_item(AssertItem(CompareAssertion(self._chain(order), Name(side.name)), False))
            for side, order in zip((self.left, self.right), self.orders, strict=True)
        ]
        known = dict(called for side in (self.right, self.left) for called in _recovered(side.objective))
        atoms = mentioned(self.left.objective) | mentioned(self.right.objective)
        labels = {name: steps for name, steps in self.environment.labels.items() if name in atoms}
        return (
            spec_of(replace(self.environment, labels=labels), policies, sides, known) + "\n" + "\n".join(claims) + "\n"
        )

    def _chain(self, order: int) -> Comparison:
        uses = [PolicyUse(Name(str(ranked.name))) for ranked in (self.first, self.second)]
        return Comparison(tuple(uses if order >= 0 else reversed(uses)), (">" if order else "~",))


@dataclass(frozen=True)
class Outcome:
    """Whether two objectives over an alphabet order all policies alike in every environment over it.

    Attributes:
        reason: in words, without a full stop; it may have several lines.
        difference: given with "different".
        tried: with "unknown", what was tried and how far.
    """

    verdict: Literal["same", "different", "unknown"]
    reason: str
    difference: Difference | None = None
    tried: tuple[str, ...] = ()


def difference(world: World, left: Side, right: Side, first: Policy, second: Policy) -> Difference | None:
    """The difference that two policies are; None unless their values prove that they are one.

    Args:
        left, right: objectives over the world's alphabet.
    """
    names = _names(world.environment, left.name, right.name)
    try:
        here, there = (
            Side(name, side.code, pullback(side.objective, world))
            for name, side in zip(names, (left, right), strict=True)
        )
        ranked = [
            Ranked(
                None,
                policy,
                rank(here.code, here.objective, world.environment, policy),
                rank(there.code, there.objective, world.environment, policy),
            )
            for policy in (first, second)
        ]
    except (Undefined, Unsupported):
        return None
    found = disagreement(*ranked)
    if found is None:
        return None
    spare = iter("pq") if not {"p", "q"} & set(names) else (f"p{n}" for n in itertools.count(1) if f"p{n}" not in names)
    better, worse = (Ranked(next(spare), each.policy, each.left, each.right) for each in (found.first, found.second))
    return Difference(world, here, there, better, worse, found.orders)


def _recovered(objective: Any) -> Iterator[tuple[str, Any]]:
    """What an objective recovers, what that recovers, and so on: name and record."""
    while (found := recovered_in(objective)) is not None:
        objective = found.objective
        yield found.name, objective


def _names(environment: Environment, left: str, right: str) -> tuple[str, str]:
    """Names of objectives that can stand in one file, where those given may be ``file.spec:name``."""
    stems = [re.sub(r"[^A-Za-z0-9_']+", "_", name.rpartition(":")[2]) for name in (left, right)]
    legal = [stem if re.match("[A-Za-z]", stem) else f"o{stem}" for stem in stems]
    first = legal[0] + "'" * (legal[0] == environment.name)
    second = legal[1]
    while second in (first, environment.name):
        second += "'"
    return first, second
