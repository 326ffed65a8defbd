"""Smaller witnesses: fewer states, policies and actions, then simpler probabilities, objectives and policies; one
change at a time, as long as a checker accepts the certificate of what is left."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, islice, permutations
from random import Random
from typing import Any

from specl.language.printer import show_item
from specl.language.writing import policy_item
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Family, Policy
from specl.obstructions import NoClaim, Proof
from specl.separation.checking import Accepts, checked
from specl.separation.driver import Size
from specl.separation.proposal import Proposal
from specl.separation.restricted import Entangled, without_action, without_state
from specl.separation.routes import kind
from specl.separation.simpler import cost, simpler
from specl.separation.written import family_item

_HALF = Fraction(1, 2)

_FEW, _MANY = 40, 300
"""So many tries a search gets to find another path or family: for an objective that has become simpler, and at last."""

_Settled = tuple[Proposal, Proof, tuple[Any, ...]]

Weights = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Shrunk:
    """What is left, its certificate, and whether all was tried to make it smaller still: the time may have been up
    before, or Ctrl-C pressed."""

    proposal: Proposal
    proof: Proof
    finished: bool
    interrupted: bool = False


def shrink(
    proposal: Proposal,
    proof: Proof,
    accepts: Accepts,
    keep: Size,
    watch: Callable[[str], None] = lambda _: None,
    deadline: float = float("inf"),
) -> Shrunk:
    """Make the witness smaller until no single change makes it smaller still.

    Args:
        keep: numbers of states and actions that were asked for stay as they are.
        deadline: when to stop, by `time.monotonic`; so does Ctrl-C: what has been found until then is returned.
    """
    tried = set()
    size = measure(proposal)
    try:
        while True:
            for candidate in smaller(proposal, keep):
                if time.monotonic() > deadline:
                    return Shrunk(proposal, proof, False)
                found = _size(candidate)
                if found is None or found >= size or (key := repr(candidate)) in tried:
                    continue
                tried.add(key)
                settled = _settled(candidate, size, accepts, _FEW)
                if settled is not None:
                    proposal, proof, size = settled
                    watch(f"smaller: {_told(proposal)}")
                    break
            else:
                before = proposal
                for candidate in _others(proposal, _MANY):
                    if time.monotonic() > deadline:
                        return Shrunk(proposal, proof, False)
                    proposal, proof, size = _settled(candidate, size, accepts, 0) or (proposal, proof, size)
                if proposal is before:
                    return Shrunk(proposal, proof, True)
    except KeyboardInterrupt:
        return Shrunk(proposal, proof, False, interrupted=True)


def measure(proposal: Proposal) -> tuple[Any, ...]:
    """What is made smaller, the most important first."""
    shape = proposal.shape
    weights = [distribution for row in proposal.environment.transitions for distribution in row]
    chances = [proposal.environment.start, *weights]
    policies = [row for each in proposal.policies.values() for row in each.rows]
    others = {**proposal.path, **proposal.off, **proposal.family}
    return (
        shape.states, shape.policies, shape.actions,
        sum(len(each) - 1 for each in chances), sum(_size_of(p) for each in chances for _, p in each),
        cost(proposal.code, proposal.objective, proposal.environment),
        sum(sum(map(bool, row)) - 1 for row in policies), sum(_size_of(p) for row in policies for p in row),
        sum(row[0] == 0 for row in policies), sum(_length(proposal.environment, each) for each in others.values()),
    )  # fmt: skip


def smaller(proposal: Proposal, keep: Size) -> Iterator[Proposal]:
    """Proposals that differ by one change, which may or may not make them smaller."""
    environment = proposal.environment
    states, actions = range(len(environment.states)), range(len(environment.actions))
    for name in proposal.policies:
        yield replace(proposal, policies={other: each for other, each in proposal.policies.items() if other != name})
    if not environment.labels:
        if keep.states is None:
            for gone, instead in permutations(states, 2):
                yield from _unless_entangled(without_state, proposal, gone, instead)
        if keep.actions is None and len(actions) > 1:
            for gone in actions:
                yield from _unless_entangled(without_action, proposal, gone)
    for changed in _environments(environment):
        yield _on(proposal, changed)
    for objective in simpler(proposal.objective):
        yield replace(proposal, objective=objective)
    for name, policy in proposal.policies.items():
        for s in states:
            for row in _rows(policy.rows[s]):
                rows = (*policy.rows[:s], row, *policy.rows[s + 1 :])
                yield replace(proposal, policies={**proposal.policies, name: Policy(rows)})


def _settled(candidate: Proposal, size: tuple[Any, ...], accepts: Accepts, tries: int) -> _Settled | None:
    """The candidate with its certificate and size; or another path or family in its environment, for its objective."""
    for each in chain((candidate,), _others(candidate, tries)):
        found = _size(each)
        if found is not None and found < size and (proof := checked(each, accepts)) is not None:
            return each, proof, found
    return None


def _others(proposal: Proposal, tries: int) -> Iterator[Proposal]:
    """What else the search comes to in the same environment, for the same objective, of paths and families."""
    if proposal.path or proposal.family:
        try:
            yield from filter(None, islice(kind(proposal.kind).again(proposal, Random(tries)), tries))
        except (NoClaim, Undefined, Unsupported, ValueError):  # the objective is none
            return


def _environments(environment: Environment) -> Iterator[Environment]:
    states = range(len(environment.states))
    for start in _distributions(environment.start, states):
        yield replace(environment, start=start)
    for s in states:
        for a in range(len(environment.actions)):
            for targets in _distributions(environment.transitions[s][a], states):
                row = (*environment.transitions[s][:a], targets, *environment.transitions[s][a + 1 :])
                yield replace(
                    environment, transitions=(*environment.transitions[:s], row, *environment.transitions[s + 1 :])
                )


def _distributions(weights: Weights, states: range) -> Iterator[Weights]:
    """One outcome; the same outcomes with equal probabilities."""
    if len(weights) > 1:
        yield from (((s, Fraction(1)),) for s in states)
        yield tuple((s, Fraction(1, len(weights))) for s, _ in weights)


def _rows(row: tuple[Fraction, ...]) -> Iterator[tuple[Fraction, ...]]:
    """A pure choice, or an even one between two of the actions taken."""
    taken = [a for a, weight in enumerate(row) if weight]
    for a in range(len(row)):
        yield tuple(Fraction(int(a == b)) for b in range(len(row)))
    if len(taken) > 1:
        yield tuple(_HALF if b in taken[:2] else Fraction(0) for b in range(len(row)))


def _on(proposal: Proposal, environment: Environment) -> Proposal:
    """The proposal in another environment, less what its rewards pay for steps that have become impossible."""
    possible = frozenset(environment.steps)

    def kept(value: Any) -> Any:
        if isinstance(value, Mapping):
            if all(isinstance(key, tuple) for key in value):
                return {step: each for step, each in value.items() if step in possible}
            return {name: kept(each) for name, each in value.items()}
        if hasattr(value, "edges"):
            return replace(value, edges=tuple(replace(edge, reward=kept(edge.reward)) for edge in value.edges))
        return value

    parts = {name: kept(part) for name, part in vars(proposal.objective).items()}
    return replace(proposal, environment=environment, objective=replace(proposal.objective, **parts))


def _unless_entangled(make: Callable[..., Proposal], *arguments: Any) -> Iterator[Proposal]:
    try:
        yield make(*arguments)
    except Entangled:
        return


def _size(proposal: Proposal) -> tuple[Any, ...] | None:
    """None where the objective cannot be written."""
    try:
        return measure(proposal)
    except (ValueError, LookupError, TypeError):
        return None


def _length(environment: Environment, each: Policy | Family) -> int:
    item = family_item(environment, "p", each) if isinstance(each, Family) else policy_item(environment, "p", each)
    return len("".join(show_item(item).split()))


def _size_of(number: Fraction) -> int:
    return number.denominator + abs(number.numerator)


def _told(proposal: Proposal) -> str:
    shape = proposal.shape
    policies = f", {shape.policies} policies" if shape.policies else ""
    return f"{shape.states} states, {shape.actions} actions{policies}"
