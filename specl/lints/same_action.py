"""Two actions that nothing tells apart: wherever a policy goes they lead to the same, and no objective minds which.

Of a document only what it says counts: an environment whose objectives speak of one of the two actions, by its name, by
a label, a reward or a policy's entries, is left alone.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from specl.automata.automaton import letters_of
from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import EnvironmentItem, Names
from specl.lints.grounds import reach
from specl.lints.grounds.expressions import formulas, keys, machines, recovered, rewards
from specl.lints.grounds.places import finding, items, objectives
from specl.model.environment import Environment, Step
from specl.model.formula import atoms_of
from specl.model.machine import run
from specl.model.order import Ranking
from specl.model.quantities import Choice, Occupancy
from specl.model.real import ZERO

CODE = "L008"
TITLE = "two actions that nothing tells apart"


def find(document: Document) -> Iterator[Diagnostic]:
    """The actions that do, and pay, what one before them does, in every state that policies enter."""
    for name, item in items(document, EnvironmentItem).items():
        environment = document.environments[name]
        about = [named.objective for named, _, _ in objectives(document) if named.environment == name]
        if not about:
            continue
        written = {each.text: each.at for entry in item.body if isinstance(entry, Names) for each in entry.names}
        told: set[int] = set()
        for a, b in combinations(range(len(environment.actions)), 2):
            if b not in told and _same(environment, about, a, b):
                told.add(b)
                first, second = environment.actions[a], environment.actions[b]
                message = f"nothing tells `{second}` from `{first}`"
                hint = "wherever a policy goes they lead to the same states, as probably, and no objective minds"
                yield finding(document, CODE, message, written[second], hint)


def _same(environment: Environment, objectives: list[Any], a: int, b: int) -> bool:
    entered = reach.states(environment)
    rows = [environment.transitions[s] for s in entered]
    if any(row[a] != row[b] for row in rows):
        return False
    pairs = [((s, a, t), (s, b, t)) for s in entered for t, _ in environment.transitions[s][a]]
    return all(_indifferent(environment, objective, a, b, pairs) for objective in objectives)


def _indifferent(environment: Environment, objective: Any, a: int, b: int, pairs: list[tuple[Step, Step]]) -> bool:
    """Whether the objective surely makes no difference between the actions."""
    inner = recovered(objective)
    if inner is not None:
        return _indifferent(environment, inner.objective, a, b, pairs)
    if isinstance(getattr(objective, "order", None), Ranking) or hasattr(objective, "regulariser"):
        return False  # they look at the policy's entries
    spoken = keys(objective)
    if any(isinstance(key, Choice) or (isinstance(key, Occupancy) and key.action in (a, b)) for key in spoken):
        return False
    for reward in rewards(objective).values():
        if any(reward.get(x, ZERO) != reward.get(y, ZERO) for x, y in pairs):
            return False
    for machine in machines(objective).values():
        table = run(machine, environment)
        if any(table[u, x] != table[u, y] for u in range(len(machine.states)) for x, y in pairs):
            return False
    for formula in formulas(objective):
        letter = letters_of(environment, atoms_of(formula))
        if any(letter[x] != letter[y] for x, y in pairs):
            return False
    return True
