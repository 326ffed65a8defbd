"""An objective over an alphabet in an environment over it.

Each step of the environment is seen as a step of the alphabet: p(s,a,s') = (x,a,x') where s is a copy of x and s' one
of x'. The pullback of an objective says of a step, a state and a trajectory what the objective says of its image:

- rewards R∘p, also those on a machine's edges;
- formulas and guards as they are, since an atom holds on a step where it holds on the image, and free labels hold where
  the environment says;
- m(x), m(x,a), m(x,a,x') are the expected discounted numbers of visits to x, thus sums over the copies;
- p[a], which a regulariser is about, is the weight of an action where one is, whatever the copy;
- pi(x,a) is what the policy does in x. That is one number only where x has one copy; elsewhere the objective means
  nothing in this environment.
"""

import dataclasses
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from specl.model.alphabet import World
from specl.model.environment import Step
from specl.model.errors import Unsupported
from specl.model.expression import Expression, add, substitute, variable
from specl.model.formula import Formula, atoms_of, holds_on
from specl.model.machine import Edge
from specl.model.policy import Policy
from specl.model.quantities import Choice, Occupancy, Recovered


def pullback(objective: Any, world: World) -> Any:
    """The record of the objective in the world's environment, for a record of any formalism over its alphabet.

    Raises:
        Unsupported: the objective means nothing there: it speaks of pi(x,a), and x has no copy or several; or it ranks
            policies by name.
    """
    match objective:
        case Expression():
            return substitute(objective, lambda node: _quantity(node, world))
        case Formula() | str() | int() | Fraction() | None:
            return objective
        case Edge(source, guard, target, reward):
            atoms = world.environment.atoms
            paid = {step: value for step, value in _reward(reward, world).items() if holds_on(guard, step, atoms)}
            return Edge(source, guard, target, paid)
        case Mapping():
            if isinstance(next(iter(objective), ()), tuple):  # by steps; otherwise by names of rewards
                return _reward(objective, world)
            return {key: pullback(part, world) for key, part in objective.items()}
        case tuple():
            return tuple(pullback(part, world) for part in objective)
        case Policy():
            raise Unsupported("an order that names policies is about one environment")
    if dataclasses.is_dataclass(objective) and not isinstance(objective, type):
        parts = {part.name: pullback(getattr(objective, part.name), world) for part in dataclasses.fields(objective)}
        return dataclasses.replace(objective, **parts)
    return objective  # a Real


def mentioned(record: Any) -> frozenset[str]:
    """The atoms of all formulas in an objective's record."""
    match record:
        case Formula():
            return atoms_of(record)
        case tuple():
            return frozenset[str]().union(*map(mentioned, record))
        case Mapping():
            return mentioned(tuple(record.values()))
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return mentioned(tuple(getattr(record, each.name) for each in dataclasses.fields(record)))
    return frozenset()


def _reward(reward: Mapping[Step, Any], world: World) -> dict[Step, Any]:
    return {step: reward[image] for step in world.environment.steps if (image := world.image(step)) in reward}


def _quantity(node: Expression, world: World) -> Expression:
    match node.key:
        case Choice(x, a):
            copies = world.copies(x)
            if len(copies) != 1:
                name = f"pi({world.alphabet.states[x]},{world.alphabet.actions[a]})"
                raise Unsupported(f"{name} is one number only where the state has one copy, not {len(copies)}", node.at)
            return variable(Choice(copies[0], a))
        case Occupancy(x, action, target):
            targets = (None,) if target is None else world.copies(target)
            return add(variable(Occupancy(s, action, t)) for s in world.copies(x) for t in targets)
        case Recovered() as recovered:
            return variable(pullback(recovered, world))
    return node
