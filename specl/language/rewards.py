"""Reward blocks and reward machines, step by step of the environment."""

from collections.abc import Mapping, Sequence

from specl.language.constants import real
from specl.language.diagnostics import Diagnostics, nearest
from specl.language.environments import steps_of
from specl.language.formulas import resolve_formula
from specl.language.places import Place
from specl.language.syntax import MachineEdge, MachineField, Reference, RewardField
from specl.model.environment import Step
from specl.model.expression import Expression
from specl.model.formula import Formula, atoms_of, holds_on, is_boolean
from specl.model.machine import Edge, Machine, Reward
from specl.model.real import Real

_MOST_FREE = 10
"""Free labels of an alphabet in the guards of one machine: their choices are gone through one by one."""


def resolve_reward(field: RewardField, place: Place, diagnostics: Diagnostics) -> dict[Step, Real]:
    """What each possible step pays: the last matching line wins; steps that pay 0 are left out."""
    found: dict[Step, Real] = {}
    for pattern, expression in field.entries:
        value = real(expression, diagnostics)
        for step in steps_of(pattern, place, diagnostics):
            if value is not None:
                found[step] = value
    return {step: found[step] for step in sorted(found) if not found[step].is_zero()}


def resolve_machine(
    field: MachineField, place: Place, rewards: Mapping[str, Reward], diagnostics: Diagnostics
) -> Machine:
    """The machine; an edge's reward may be a number, a block, or the name of one of ``rewards``. Each edge keeps the
    rewards of the steps on which its guard holds."""
    if not field.start:
        message = "this machine has no `start`"
        diagnostics.error("E066", message, field.at, "add `start u`, with u one of its states")
    for extra in field.start[1:]:
        message = f"this machine starts in `{field.start[0].text}` already"
        diagnostics.error("E066", message, extra.at, "a machine has one start")
    named = [*field.start, *(name for edge in field.edges for name in (edge.source, edge.target))]
    states: dict[str, int] = {}
    for name in named:
        states.setdefault(name.text, len(states))
    mentioned = frozenset[str]().union(*(atoms_of(edge.guard) for edge in field.edges))
    free = [name for name in place.free if name in mentioned]
    if len(free) > _MOST_FREE:
        message = f"the guards of this machine name {len(free)} labels without patterns; {_MOST_FREE} are allowed"
        diagnostics.error("E005", message, field.at, "say in the alphabet where some of them hold")
        return Machine(("u",), 0, ())
    edges = [_edge(edge, states, place, rewards, diagnostics) for edge in field.edges]
    if place.sound:
        _check_exclusive(field.edges, edges, place, diagnostics)
    kept = tuple(edge for edge in edges if edge is not None)
    return Machine(tuple(states) or ("u",), 0, kept)


def _edge(
    edge: MachineEdge,
    states: Mapping[str, int],
    place: Place,
    rewards: Mapping[str, Reward],
    diagnostics: Diagnostics,
) -> Edge | None:
    guard = resolve_formula(edge.guard, place, diagnostics)
    paid: dict[Step, Real] = {}
    everywhere: Real | None = None
    match edge.reward:
        case RewardField() as block:
            paid = resolve_reward(block, place, diagnostics)
        case Expression(op="variable", key=Reference(name)) as named:
            if name in rewards:
                paid = dict(rewards[name])
            else:
                hint = nearest(name, rewards) or "write a number, or a block `{ s --a--> t: 1 }`"
                diagnostics.error("E028", f"there is no reward `{name}` here", named.at, hint)
        case Expression() as number:
            everywhere = real(number, diagnostics)
    if guard is None:
        return None
    if not is_boolean(guard):
        temporal = _temporal(guard)
        message = f"`{temporal.op}` speaks of later steps, and a guard is about one step"
        diagnostics.error("E065", message, temporal.at, "keep what happened before in the machine's state")
        return None
    readings = place.readings(atoms_of(guard))
    holding = [step for step in place.environment.steps if any(holds_on(guard, step, atoms) for atoms in readings)]
    if everywhere is not None and not everywhere.is_zero():
        paid = dict.fromkeys(holding, everywhere)
    reward = {step: paid[step] for step in holding if step in paid}
    return Edge(states[edge.source.text], guard, states[edge.target.text], reward)


def _check_exclusive(
    written: Sequence[MachineEdge], edges: Sequence[Edge | None], place: Place, diagnostics: Diagnostics
) -> None:
    environment = place.environment
    mentioned = frozenset[str]().union(*(atoms_of(edge.guard) for edge in edges if edge is not None))
    readings = place.readings(mentioned)
    first: dict[tuple[int, int, Step], MachineEdge] = {}  # (machine state, which reading, step) -> where a guard holds
    for edge, resolved in zip(written, edges, strict=True):
        if resolved is None:
            continue
        shared: tuple[int, int, Step] | None = None
        for number, atoms in enumerate(readings):
            for step in environment.steps:
                if holds_on(resolved.guard, step, atoms):
                    place_of = (resolved.source, number, step)
                    earlier = first.setdefault(place_of, edge)
                    if earlier is not edge and shared is None:
                        shared = place_of
        if shared is not None:
            line = diagnostics.line_of(first[shared].at)
            message = (
                f"two guards of `{edge.source.text}` hold on the step `{environment.show_step(shared[2])}`: "
                f"this one and that on line {line}"
            )
            diagnostics.error("E064", message, edge.guard.at or edge.at, "guards of one state must exclude each other")


def _temporal(formula: Formula) -> Formula:
    """The outermost temporal operator, the leftmost of them."""
    if formula.op in ("X", "F", "G", "U", "R", "W", "M"):
        return formula
    return next(_temporal(part) for part in formula.args if not is_boolean(part))
