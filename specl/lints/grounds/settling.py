"""When a trajectory of an environment has settled whether it satisfies a formula, and the formula's class there.

Trajectories run through the product of the environment and the formula's deterministic automaton. A state of the
product is *settled* if all trajectories from it satisfy the formula, or none does. The classes of the hierarchy of
safety and progress (see `specl.automata.hierarchy`), here of sets of trajectories of this environment alone, show in
the loops of the product (L. Landweber: Decision problems for ω-automata, 1969). A *loop* is a set of edges that some
run makes infinitely often; its marks decide. The formula is

- finitary iff no loop is unsettled: by König's lemma every trajectory is settled after so many steps;
- safety iff no rejecting loop stays where acceptance is possible, guarantee iff no accepting one where rejection is;
- recurrence iff no accepting loop lies within a rejecting one, persistence iff none the other way round, obligation iff
  both. Of the loops that satisfy one disjunct of a condition in disjunctive normal form the maximal ones are strongly
  connected components without the edges that the disjunct forbids.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from specl.automata.acceptance import Acceptance, Clause, clauses
from specl.automata.automaton import letters_of
from specl.automata.translate import automaton
from specl.chains.components import components
from specl.model.environment import Environment, Step
from specl.model.formula import Formula, atoms_of

MOST_ATOMS = 10
"""Of formulas over more, automata may be too large to be built in passing."""

Node = tuple[int, int]
"""A state of the environment and one of the automaton."""


@dataclass(frozen=True)
class Edge:
    source: Node
    step: Step
    target: Node
    marks: frozenset[int]


@dataclass(frozen=True)
class Product:
    """The part of the product that trajectories of the environment can reach.

    Attributes:
        start: where they begin.
        edges: node -> the edges that leave it; every node has one.
        acceptance: of the automaton.
    """

    start: tuple[Node, ...]
    edges: Mapping[Node, tuple[Edge, ...]]
    acceptance: Acceptance

    @cached_property
    def accepting(self) -> frozenset[Node]:
        """The nodes from which some trajectory satisfies the formula."""
        return self._leading(clauses(self.acceptance))

    @cached_property
    def rejecting(self) -> frozenset[Node]:
        """The nodes from which some trajectory does not."""
        return self._leading(clauses(self.acceptance, negated=True))

    @cached_property
    def unsettled(self) -> frozenset[Node]:
        """The nodes from which some trajectory does and some does not."""
        return self.accepting & self.rejecting

    def formula_class(self) -> str:
        """The lowest class in the hierarchy, on the trajectories of this environment alone."""
        accepted, rejected = clauses(self.acceptance), clauses(self.acceptance, negated=True)
        if not any(self._loops(self.unsettled, ((frozenset(), frozenset()),))):
            return "finitary"
        if not any(self._loops(self.accepting, rejected)):
            return "safety"
        if not any(self._loops(self.rejecting, accepted)):
            return "guarantee"
        recurrence = not any(self._within(rejected, accepted))
        persistence = not any(self._within(accepted, rejected))
        match recurrence, persistence:
            case True, True:
                return "obligation"
            case True, False:
                return "recurrence"
            case False, True:
                return "persistence"
        return "reactivity"

    def is_liveness(self) -> bool:
        """Whether every finite trajectory begins one that satisfies the formula."""
        return self.accepting >= self.edges.keys()

    def unsettled_lasso(self) -> tuple[tuple[Step, ...], tuple[Step, ...]] | None:
        """A trajectory stem·loop^ω, short, that never settles; None where the formula is finitary."""
        came: dict[Node, Edge | None] = {node: None for node in self.start if node in self.unsettled}
        order = list(came)
        for node in order:  # grows while it is walked
            for edge in self.edges[node]:
                if edge.target in self.unsettled and edge.target not in came:
                    came[edge.target] = edge
                    order.append(edge.target)
        for node in order:
            loop = self._round(node)
            if loop is not None:
                stem: list[Step] = []
                last = came[node]
                while last is not None:
                    stem.append(last.step)
                    last = came[last.source]
                return tuple(reversed(stem)), loop
        return None

    def _round(self, node: Node) -> tuple[Step, ...] | None:
        """A shortest way back to a node through unsettled nodes."""
        came: dict[Node, Edge] = {}
        order = [node]
        for place in order:  # grows while it is walked
            for edge in self.edges[place]:
                if edge.target not in self.unsettled or edge.target in came:
                    continue
                came[edge.target] = edge
                order.append(edge.target)
                if edge.target == node:
                    steps = [edge.step]
                    while edge.source != node:
                        edge = came[edge.source]
                        steps.append(edge.step)
                    return tuple(reversed(steps))
        return None

    def _within(self, outer: Collection[Clause], inner: Collection[Clause]) -> Iterator[list[Edge]]:
        """The loops by one of the inner clauses within those by one of the outer ones."""
        for loop in self._loops(self.edges.keys(), outer):
            yield from _loops(loop, inner)

    def _loops(self, nodes: Collection[Node], by: Collection[Clause]) -> Iterator[list[Edge]]:
        """The maximal loops by a clause within some nodes."""
        return _loops([edge for node in nodes for edge in self.edges[node] if edge.target in nodes], by)

    def _leading(self, by: Collection[Clause]) -> frozenset[Node]:
        """The nodes from which a loop by some clause can be reached."""
        before: dict[Node, list[Node]] = {}
        for edges in self.edges.values():
            for edge in edges:
                before.setdefault(edge.target, []).append(edge.source)
        waiting = list(dict.fromkeys(edge.source for loop in self._loops(self.edges.keys(), by) for edge in loop))
        found = set(waiting)
        for node in waiting:  # grows while it is walked
            for source in before.get(node, ()):
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return frozenset(found)


def product(environment: Environment, formula: Formula) -> Product:
    """The product of an environment and a formula's automaton.

    Raises:
        Unsupported: the formula has no deterministic automaton within Spot's limits.
    """
    letter = letters_of(environment, atoms_of(formula))
    recogniser = automaton(formula, letter.values())
    leaving: dict[int, list[Step]] = {}
    for step in environment.steps:
        leaving.setdefault(step[0], []).append(step)
    start = tuple((s, recogniser.start) for s, _ in environment.start)
    edges: dict[Node, tuple[Edge, ...]] = {}
    waiting = list(start)
    for node in waiting:  # grows while it is walked
        if node in edges:
            continue
        s, q = node
        found = []
        for step in leaving[s]:
            target, marks = recogniser.delta[q, letter[step]]
            found.append(Edge(node, step, (step[2], target), marks))
        edges[node] = tuple(found)
        waiting += [edge.target for edge in found]
    return Product(start, edges, recogniser.acceptance)


def _loops(edges: Collection[Edge], by: Collection[Clause]) -> Iterator[list[Edge]]:
    for finite, infinite in by:
        kept = [edge for edge in edges if not edge.marks & finite]
        number = {node: i for i, node in enumerate(dict.fromkeys(edge.source for edge in kept))}
        successors: list[list[int]] = [[] for _ in number]
        for edge in kept:
            if edge.target in number:
                successors[number[edge.source]].append(number[edge.target])
        home = {i: k for k, component in enumerate(components(successors)) for i in component}
        within: dict[int, list[Edge]] = {}
        for edge in kept:
            place = home[number[edge.source]]
            if edge.target in number and home[number[edge.target]] == place:
                within.setdefault(place, []).append(edge)
        for loop in within.values():
            if infinite <= frozenset[int]().union(*(edge.marks for edge in loop)):
                yield loop
