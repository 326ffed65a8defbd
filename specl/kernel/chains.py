"""Environments, policies, the chains they induce, and row vectors over these, which are checked, never solved for."""

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any, NamedTuple

from specl.kernel.arithmetic import ONE, ZERO, Interval, Ratio, spend
from specl.kernel.formulas import Step
from specl.kernel.reading import Node

Rows = dict[str, dict[str, Ratio]]
Move = Callable[[Any, Step], tuple[Any, Fraction]]  # (memory, step) → next memory, payoff
STEPS = NODES = 512

class Environment(NamedTuple):
    """States and actions in order; where positive, the probabilities of the start states and of the steps."""

    states: tuple[str, ...]
    actions: tuple[str, ...]
    start: dict[str, Fraction]
    steps: dict[Step, Fraction]

class Edge(NamedTuple):
    """A move in a chain, its probability not identically 0."""

    probability: Ratio
    step: Step
    payoff: Fraction
    target: int

class Chain(NamedTuple):
    """Nodes (state, memory) in breadth-first order, and for each its start probability and its moves."""

    nodes: list[tuple[str, Hashable]]
    start: list[Ratio]
    moves: list[list[Edge]]

def _distribution(node: Node, states: tuple[str, ...]) -> dict[str, Fraction]:
    weights = {name: part.rational() for name, part in node.members().items()}
    node.form(weights.keys() <= set(states), "the names of states are expected")
    right = sum(weights.values()) == 1 and min(weights.values()) > 0
    node.form(right, "positive probabilities of sum 1 are expected")
    return weights

def read_environment(node: Node) -> Environment:
    states, actions, start, transitions = node.fields("states", "actions", "start", "transitions")
    names, choices = states.names(), actions.names()
    steps = {}
    for s, row in zip(names, transitions.fields(*names), strict=True):
        for a, cell in zip(choices, row.fields(*choices), strict=True):
            weights = _distribution(cell, names)
            steps.update({(s, a, to): weights[to] for to in names if to in weights})
    transitions.proves(len(steps) <= STEPS, f"more than {STEPS} steps")
    return Environment(names, choices, _distribution(start, names), steps)

def read_step(parts: list[Node], environment: Environment) -> Step:
    step = parts[0].text(), parts[1].text(), parts[2].text()
    parts[0].form(step in environment.steps, "a step of positive probability is expected")
    return step

def read_rows(node: Node, environment: Environment, on: Interval) -> Rows:
    """A policy that depends on the variable in the interval."""
    rows: Rows = {}
    for s, part in zip(environment.states, node.fields(*environment.states), strict=True):
        rows[s] = dict.fromkeys(environment.actions, ZERO)
        for a, weight in part.members().items():
            part.form(a in rows[s], "the names of actions are expected")
            rows[s][a] = weight.value(on)
            weight.form(-1 not in rows[s][a].signs(on), "a probability is negative")
        part.form(sum(rows[s].values(), ZERO) == ONE, "the probabilities do not sum to 1")
    return rows

def at(rows: Rows, x: Fraction) -> Rows:
    """The member of a family of policies at x."""
    return {s: {a: Ratio.of(weight.at(x)) for a, weight in row.items()} for s, row in rows.items()}

def explore(
    environment: Environment, rows: Rows, where: Node, initial: Hashable = None,
    move: Move = lambda memory, step: (memory, Fraction(0)),
) -> Chain:
    """The chain that a policy induces beside a memory, breadth first."""
    nodes: list[tuple[str, Hashable]] = [(s, initial) for s in environment.states if s in environment.start]
    number = {node: i for i, node in enumerate(nodes)}
    moves: list[list[Edge]] = []
    for s, memory in nodes:  # grows while it is walked
        moves.append([])
        spend(len(environment.steps))
        for step, probability in environment.steps.items():
            if step[0] == s and rows[s][step[1]] != ZERO:
                following, payoff = move(memory, step)
                node = step[2], following
                if node not in number:
                    number[node] = len(nodes)
                    nodes.append(node)
                    where.proves(len(nodes) <= NODES, f"a chain of more than {NODES} nodes")
                moves[-1].append(Edge(rows[s][step[1]] * Ratio.of(probability), step, payoff, number[node]))
    start = [Ratio.of(environment.start[s]) if i < len(environment.start) else ZERO for i, (s, _) in enumerate(nodes)]
    return Chain(nodes, start, moves)

def push(chain: Chain, vector: list[Ratio], only: Step | None = None) -> list[Ratio]:
    """The row vector times the transition matrix, or times the part of it that belongs to one step."""
    found = [ZERO] * len(chain.nodes)
    for mass, moves in zip(vector, chain.moves, strict=True):
        spend(len(moves))
        for move in moves:
            if only in (None, move.step):
                found[move.target] += mass * move.probability
    return found

def measure(chain: Chain, discount: Ratio | None, evidence: Node, on: Interval) -> list[Ratio]:
    """The supplied discounted visits, or limit frequencies (discount None), of the nodes; rejected unless right.

    Visits: x = start + γ·xP, whose solution is unique for γ in [0,1). Frequencies: x = xP and x = start + yP − y;
    then start·P* = x for the Cesàro limit P* of Pⁿ, because yPP* = yP* and xP* = x.
    """
    size = len(chain.nodes)
    if discount is not None:
        x = evidence.fields("visits")[0].values(size, on)
        right = [s + discount * f for s, f in zip(chain.start, push(chain, x), strict=True)]
    else:
        x, y = [part.values(size, on) for part in evidence.fields("frequency", "deviation")]
        right = [s + f - d for s, f, d in zip(chain.start, push(chain, y), y, strict=True)]
        evidence.proves(push(chain, x) == x, "the frequencies are not stationary")
    wrong = [f"{i} (in state {s})" for i, (s, _) in enumerate(chain.nodes) if x[i] != right[i]]
    evidence.proves(not wrong, f"the equation of node {' '.join(wrong[:1])} does not hold")
    return x
