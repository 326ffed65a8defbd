"""The preorder of the formalisms: everything that follows from reductions and refutations.

A *reduction* Y → X is a proof of X ⪰ Y, a *refutation* one of X ⋡ Y. With ⪰ reflexive and transitive,

    X ⪰ Y follows     iff  a chain of reductions leads from Y to X;
    X ⋡ Y follows     iff  there is a refutation X₀ ⋡ Y₀ with X₀ ⪰ X and Y ⪰ Y₀
                           (X ⪰ Y would give X₀ ⪰ X ⪰ Y ⪰ Y₀).

These two rules are complete: what they leave open is true in one model of the facts and false in another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from specl.formalisms import codes
from specl.reductions import arrows

if TYPE_CHECKING:
    import networkx as nx

Verdict = Literal["holds", "fails", "open"]


@dataclass(frozen=True)
class Witness:
    """What a refutation comes down to: for a person, line by line, and as JSON."""

    lines: tuple[str, ...]
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """``upper ⪰ lower`` (holds) or ``upper ⋡ lower`` (not), and what proves it, in words; a refutation may know how to
    tell its witness."""

    upper: str
    lower: str
    holds: bool
    proof: str
    witness: Callable[[], Witness] | None = field(default=None, compare=False)


class ContradictionError(Exception):
    """The facts prove both X ⪰ Y and X ⋡ Y; the message names the refutation and the chain against it."""


@dataclass(frozen=True)
class Evidence:
    """Why ``upper ⪰ lower`` holds, fails, or is open.

    Attributes:
        reductions: for "holds", the chain of reductions from `lower` up to `upper` (empty where they are the same).
        refutation: for "fails", the refutation X₀ ⋡ Y₀ that it follows from.
        above, below: for "fails", the chains of reductions from `upper` up to X₀ and from Y₀ up to `lower`.
    """

    upper: str
    lower: str
    verdict: Verdict
    reductions: tuple[Fact, ...] = ()
    refutation: Fact | None = None
    above: tuple[Fact, ...] = ()
    below: tuple[Fact, ...] = ()

    @property
    def explicit(self) -> bool:
        """Whether a single fact says it, no chain."""
        if self.verdict == "holds":
            return len(self.reductions) == 1
        return self.verdict == "fails" and not self.above and not self.below

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All that it rests on, in the order in which it is told."""
        return self.reductions + self.above + ((self.refutation,) if self.refutation else ()) + self.below


@dataclass(frozen=True)
class Preorder:
    """Formalisms and the facts about them; `close` makes one that is free of contradictions."""

    codes: tuple[str, ...]
    facts: tuple[Fact, ...]

    @cached_property
    def pairs(self) -> dict[tuple[str, str], Evidence]:
        """(X, Y) -> the evidence about X ⪰ Y, for all ordered pairs of different formalisms."""
        return {(x, y): self.evidence(x, y) for x in self.codes for y in self.codes if x != y}

    def evidence(self, upper: str, lower: str) -> Evidence:
        """Shortest evidence about ``upper ⪰ lower``.

        Raises:
            KeyError: a code that is not among `codes`.
        """
        above = self._chains[upper]
        chain = self._chains[lower].get(upper)
        if chain is not None:
            return Evidence(upper, lower, "holds", chain)
        found = [
            Evidence(upper, lower, "fails", (), fact, above[fact.upper], self._chains[fact.lower][lower])
            for fact in self.facts
            if not fact.holds and fact.upper in above and lower in self._chains[fact.lower]
        ]
        return min(found, key=lambda evidence: len(evidence.facts), default=Evidence(upper, lower, "open"))

    @cached_property
    def classes(self) -> tuple[tuple[str, ...], ...]:
        """The sets of formalisms that are proved equally expressive, sorted."""
        import networkx as nx  # slow to load; single pairs do without

        return tuple(sorted(tuple(sorted(group)) for group in nx.strongly_connected_components(self._arrows)))

    @cached_property
    def covers(self) -> tuple[tuple[str, str], ...]:
        """(lower, upper) for each class and each that is proved above it with none proved in between; a class is
        written by its `representative`. Whether `upper ⪰ lower` is strict is another matter: see `evidence`."""
        import networkx as nx

        quotient = nx.condensation(self._arrows)
        names = {node: self.representative(min(members)) for node, members in quotient.nodes(data="members")}
        return tuple(sorted((names[x], names[y]) for x, y in nx.transitive_reduction(quotient).edges))

    def representative(self, code: str) -> str:
        """The member of the class of `code` by which it is written: the one that most reductions touch."""
        [group] = [group for group in self.classes if code in group]
        touching = {x: sum(x in (fact.upper, fact.lower) for fact in self.facts if fact.holds) for x in group}
        return min(group, key=lambda x: (-touching[x], x))

    @cached_property
    def _arrows(self) -> nx.DiGraph[str]:
        """Y → X for each reduction."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.codes)
        graph.add_edges_from((fact.lower, fact.upper) for fact in self.facts if fact.holds)
        return graph

    @cached_property
    def _chains(self) -> dict[str, dict[str, tuple[Fact, ...]]]:
        """Y -> every X ⪰ Y -> a shortest chain of reductions from Y to X."""
        following: dict[str, list[Fact]] = {code: [] for code in self.codes}
        for fact in self.facts:
            if fact.holds:
                following[fact.lower].append(fact)
        return {code: _upwards(code, following) for code in self.codes}


def _upwards(start: str, following: Mapping[str, Sequence[Fact]]) -> dict[str, tuple[Fact, ...]]:
    """Every formalism that chains of reductions lead to -> a shortest one, found breadth first."""
    chains: dict[str, tuple[Fact, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        code = queue.popleft()
        for fact in following[code]:
            if fact.upper not in chains:
                chains[fact.upper] = (*chains[code], fact)
                queue.append(fact.upper)
    return chains


def close(formalisms: Sequence[str], facts: Iterable[Fact]) -> Preorder:
    """The preorder that the facts determine.

    Raises:
        ValueError: a fact about a formalism that is not among them.
        ContradictionError: X ⪰ Y and X ⋡ Y both follow, for some X and Y; one of the proofs is wrong.
    """
    preorder = Preorder(tuple(sorted(formalisms)), tuple(facts))
    for fact in preorder.facts:
        for code in (fact.upper, fact.lower):
            if code not in preorder.codes:
                raise ValueError(f"a fact about {code}, which is no formalism: {fact.proof}")
    for fact in preorder.facts:
        if fact.holds:
            continue
        # some X ⪰ Y and X ⋡ Y follow iff the refuted pair itself follows
        evidence = preorder.evidence(fact.upper, fact.lower)
        if evidence.verdict == "holds":
            chain = "; ".join(each.proof for each in evidence.reductions) or "every formalism expresses itself"
            raise ContradictionError(
                f"{fact.upper} ⋡ {fact.lower} by {fact.proof}, but {fact.upper} ⪰ {fact.lower} by {chain}"
            )
    return preorder


def known(refutations: Iterable[Fact] = ()) -> Preorder:
    """The preorder that the registered reductions determine, together with these refutations.

    Raises:
        ContradictionError: a refutation and a chain of reductions prove opposite things.
    """
    reductions = [Fact(target, source, True, f"the reduction {source} → {target}") for source, target in arrows()]
    return close(codes(), [*reductions, *refutations])
