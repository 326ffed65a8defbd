"""Environments, policies, the chains they induce, and row vectors over these, which are checked, never solved for."""

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any, NamedTuple

from specl.kernel.arithmetic import ONE, POINT, ZERO, Interval, Ratio
from specl.kernel.reading import Node

Step = tuple[str, str, str]
Rows = dict[str, dict[str, Ratio]]
Move = Callable[[Any, Step], tuple[Any, Ratio]]  # (memory, step) → next memory, payoff

class Environment(NamedTuple):
    """States and actions with their places; the start's distribution, and that of each state and action."""

    states: dict[str, int]
    actions: dict[str, int]
    start: dict[str, Ratio]
    targets: dict[str, dict[str, dict[str, Ratio]]]

class Edge(NamedTuple):
    """A move in a chain, its probability not identically 0, to the place of this number."""

    probability: Ratio
    step: Step
    payoff: Ratio
    target: int

class Place(NamedTuple):
    """A state with a memory, in the chain that a policy induces; start: its probability there."""

    state: str
    start: Ratio
    moves: list[Edge]

def _distribution(node: Node, names: dict[str, int], on: Interval | None = None) -> dict[str, Ratio]:
    """The positive ones among numbers, or functions on an interval, that are ≥ 0 and sum to 1; in the names' order."""
    parts, found = node.members(), {}
    node.form(parts.keys() <= names.keys(), "names of states, or of actions, are expected")
    for name in sorted(parts, key=names.__getitem__):
        weight = parts[name].value(on) if on else Ratio.of(parts[name].rational())
        parts[name].form(-1 not in weight.signs(on or POINT), "a probability is negative")
        if weight != ZERO:
            found[name] = weight
    node.form(sum(found.values(), ZERO) == ONE, "the probabilities do not sum to 1")
    return found

def read_environment(node: Node) -> Environment:
    parts = node.fields("states", "actions", "start", "transitions")
    states, actions = parts[0].names(), parts[1].names()
    rows = [[_distribution(cell, states) for cell in row.fields(*actions)] for row in parts[3].fields(*states)]
    targets = {s: dict(zip(actions, row, strict=True)) for s, row in zip(states, rows, strict=True)}
    return Environment(states, actions, _distribution(parts[2], states), targets)

def read_step(parts: list[Node], environment: Environment) -> Step:
    s, a, to = (part.text() for part in parts)
    parts[0].form(to in environment.targets.get(s, {}).get(a, ()), "a step of positive probability is expected")
    return s, a, to

def read_rows(node: Node, environment: Environment, on: Interval | None = None) -> Rows:
    """A policy, or one that depends on the variable in an interval; what it never does is left out."""
    parts = zip(environment.states, node.fields(*environment.states), strict=True)
    return {s: _distribution(part, environment.actions, on) for s, part in parts}

def at(rows: Rows, x: Fraction) -> Rows:
    """The member of a family of policies at x."""
    return {s: {a: weight for a in row if (weight := row[a].at(x)) != ZERO} for s, row in rows.items()}

def explore(
    environment: Environment, rows: Rows, initial: Hashable = None, move: Move = lambda memory, step: (memory, ZERO)
) -> list[Place]:
    """The chain that a policy induces beside a memory, breadth first."""
    nodes: list[tuple[str, Hashable]] = [(s, initial) for s in environment.start]
    number = {node: i for i, node in enumerate(nodes)}
    found: list[Place] = []
    for s, memory in nodes:  # grows while it is walked
        start = environment.start[s] if len(found) < len(environment.start) else ZERO
        found.append(Place(s, start, []))
        for a, to in ((action, target) for action in rows[s] for target in environment.targets[s][action]):
            following, payoff = move(memory, (s, a, to))
            if (to, following) not in number:
                number[to, following] = len(nodes)
                nodes.append((to, following))
            probability = rows[s][a] * environment.targets[s][a][to]
            found[-1].moves.append(Edge(probability, (s, a, to), payoff, number[to, following]))
    return found

def _pushed(chain: list[Place], vector: list[Ratio]) -> list[Ratio]:
    """The row vector times the transition matrix."""
    found = [ZERO] * len(chain)
    for mass, place in zip(vector, chain, strict=True):
        for move in place.moves:
            found[move.target] += mass * move.probability
    return found

def measure(chain: list[Place], discount: Ratio | None, evidence: Node, on: Interval) -> list[tuple[Ratio, Place]]:
    """The supplied discounted visits, or limit frequencies (discount None), of the places; rejected unless right.

    Visits: x = start + γ·xP, whose solution is unique for γ in [0,1). Frequencies: x = xP and x = start + yP − y;
    then start·P* = x for the Cesàro limit P* of Pⁿ, because yPP* = yP* and xP* = x."""
    if discount is not None:
        x = [value.value(on) for value in evidence.fields("visits")[0].tuple_of(len(chain))]
        right = [place.start + discount * f for place, f in zip(chain, _pushed(chain, x), strict=True)]
    else:
        parts = [part.tuple_of(len(chain)) for part in evidence.fields("frequency", "deviation")]
        x, y = [[value.value(on) for value in part] for part in parts]
        right = [place.start + f - d for place, f, d in zip(chain, _pushed(chain, y), y, strict=True)]
        evidence.proves(_pushed(chain, x) == x, "the frequencies are not stationary")
    evidence.proves(x == right, "an equation does not hold")
    return [*zip(x, chain, strict=True)]
