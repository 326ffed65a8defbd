"""Simpler objectives: every way to take a part out of a record, or to put a simpler number in it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from specl.formalisms import formalism
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.environment import Environment
from specl.model.expression import COMPARISONS, Expression
from specl.model.formula import Formula
from specl.model.machine import Edge, Machine
from specl.model.real import Real
from specl.separation.proposal import OBJECTIVE

_NUMBERS = tuple(Fraction(*pair) for pair in ((0, 1), (1, 1), (-1, 1), (1, 2), (2, 1)))


def cost(code: str, objective: Any, environment: Environment) -> tuple[int, int]:
    """How long the objective is when it is written, and how large its numbers are."""
    text = show_item(objective_item(environment, OBJECTIVE, code, formalism(code).write(objective, environment)))
    compact = "".join(text.split())
    return len(compact), sum(int(character) for character in compact if character.isdigit())


def simpler(value: Any) -> Iterator[Any]:
    """Records, expressions, formulas, machines, rewards or numbers in place of this one; some are not simpler at all,
    and some are no objectives: see `cost`, and have them checked."""
    match value:
        case Expression():
            yield from _expressions(value)
        case Formula():
            yield from value.args
            yield from _with_simpler_part(value, "args")
            if len(value.args) > 2:
                yield from (replace(value, args=_without(value.args, i)) for i in range(len(value.args)))
        case Machine():
            yield from (replace(value, edges=_without(value.edges, i)) for i in range(len(value.edges)))
            yield from _fewer_states(value)
            yield from _with_simpler_part(value, "edges")
        case Edge():
            yield from (replace(value, reward=each) for each in simpler(value.reward))
        case Real() | Fraction():
            yield from _numbers(value)
        case Mapping():
            yield from _rewards(value)
        case tuple():
            if len(value) > 1:
                yield from (_without(value, i) for i in range(len(value)))
            for i, part in enumerate(value):
                yield from ((*value[:i], each, *value[i + 1 :]) for each in simpler(part))
        case _ if is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                yield from _with_simpler_part(value, field.name)


def _expressions(node: Expression) -> Iterator[Expression]:
    if node.op == "number":
        yield from (replace(node, key=each) for each in simpler(node.key))
        return
    if node.op == "variable":
        yield from (replace(node, key=each) for each in simpler(node.key))
        return
    if node.op not in COMPARISONS:  # the parts of a comparison are no conditions
        yield from node.args[1:] if node.op == "if" else node.args
    for i, part in enumerate(node.args):
        yield from (replace(node, args=(*node.args[:i], each, *node.args[i + 1 :])) for each in simpler(part))
    if node.op in ("+", "*", "min", "max", "and", "or") and len(node.args) > 1:
        yield from (replace(node, args=_without(node.args, i)) for i in range(len(node.args)))


def _with_simpler_part(record: Any, name: str) -> Iterator[Any]:
    part = getattr(record, name)
    if name == "discount":  # 0 is short, but hides what comes later
        yield replace(record, discount=Fraction(1, 2))
        return
    if name != "args" or not isinstance(record, Formula):
        yield from (replace(record, **{name: each}) for each in simpler(part))
        return
    for i, each in enumerate(part):
        yield from (replace(record, args=(*part[:i], other, *part[i + 1 :])) for other in simpler(each))


def _numbers(value: Any) -> Iterator[Any]:
    yield from (type(value).of(number) if isinstance(value, Real) else number for number in _NUMBERS)


def _rewards(reward: Mapping[Any, Any]) -> Iterator[dict[Any, Any]]:
    if not all(isinstance(value, Real) for value in reward.values()):  # named rewards
        for name, inner in reward.items():
            yield from ({**reward, name: each} for each in simpler(inner))
        return
    values = list(dict.fromkeys(reward.values()))
    for value in values:
        for other in (*values, *map(Real.of, _NUMBERS)):
            if other != value:
                yield {step: other if x == value else x for step, x in reward.items()}
    for part in (0, 1):  # all steps of a state, all steps with an action
        for index in sorted({step[part] for step in reward}):
            yield {step: x for step, x in reward.items() if step[part] != index}
    for step in reward:
        yield {other: x for other, x in reward.items() if other != step}


def _fewer_states(machine: Machine) -> Iterator[Machine]:
    """One state less, edges into it leading to another."""
    for gone in range(len(machine.states)):
        for other in range(len(machine.states)):
            if other == gone:
                continue
            new = {old: old - (old > gone) for old in range(len(machine.states)) if old != gone}
            new[gone] = new[other]
            edges = tuple(
                replace(edge, source=new[edge.source], target=new[edge.target])
                for edge in machine.edges
                if edge.source != gone
            )
            yield Machine(_without(machine.states, gone), new[machine.start], edges)


def _without(parts: tuple[Any, ...], index: int) -> tuple[Any, ...]:
    return parts[:index] + parts[index + 1 :]
