"""A line of a reward block, or a pattern of a label, that no possible step matches, or that later lines override."""

from collections.abc import Iterator

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import EnvironmentItem, Field, Label, MachineField, Pattern, RewardField
from specl.lints.grounds.places import finding, items, objectives
from specl.model.environment import Environment, Step

CODE = "L011"
TITLE = "a pattern that matches no possible step, or whose steps later lines take"


def find(document: Document) -> Iterator[Diagnostic]:
    """The patterns of labels and of rewards that do nothing."""
    for name, item in items(document, EnvironmentItem).items():
        for label in (entry for entry in item.body if isinstance(entry, Label)):
            for pattern in label.patterns:
                if not matches(document.environments[name], pattern):
                    yield finding(document, CODE, "the environment has no step like this", pattern.at)
    for _, environment, objective in objectives(document):
        for field in objective.fields:
            for block in _blocks(field):
                yield from _lines(document, environment, block)


def _lines(document: Document, environment: Environment, block: RewardField) -> Iterator[Diagnostic]:
    later: frozenset[Step] = frozenset()
    found = []
    for pattern, _ in reversed(block.entries):
        on = matches(environment, pattern)
        if not on:
            message = "the environment has no step like this: the line pays nothing"
            found.append(finding(document, CODE, message, pattern.at))
        elif on <= later:
            message = "lines below match every step that this line does: it pays nothing"
            found.append(finding(document, CODE, message, pattern.at, "the last line that matches a step wins"))
        later |= on
    yield from reversed(found)


def _blocks(field: Field) -> Iterator[RewardField]:
    match field:
        case RewardField():
            yield field
        case MachineField(edges=edges):
            yield from (edge.reward for edge in edges if isinstance(edge.reward, RewardField))


def matches(environment: Environment, pattern: Pattern) -> frozenset[Step]:
    """The possible steps that a pattern matches."""
    parts = (pattern.source, pattern.action, pattern.target)
    names = [None if name is None or name.text == "_" else name.text for name in parts]
    return frozenset(
        (s, a, t)
        for s, a, t in environment.steps
        if names[0] in (None, environment.states[s])
        and names[1] in (None, environment.actions[a])
        and names[2] in (None, environment.states[t])
    )
