"""The long run of a chain: where it ends up for ever, how probably, and how often it makes each step there.

A finite chain almost surely enters one of its *recurrent classes* (bottom strongly connected components), and then
makes every move of that class with a limit frequency that the class alone decides (the ergodic theorem; Kemeny and
Snell, Finite Markov Chains, 1960, §§4–5). For periodic classes the frequencies are Cesàro limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.chain import Chain
from specl.chains.components import components
from specl.chains.linear import Scalar, quotient, solve
from specl.model.environment import Step

Classes = tuple[tuple[int, ...], ...]
"""Recurrent classes, each as its states' indices in increasing order; ordered by their first states."""


@dataclass(frozen=True)
class Absorption:
    """With which probability the chain ends up in each recurrent class.

    Attributes:
        classes: the recurrent classes.
        start: ``start[c]``: from the start distribution.
        states: ``states[i][c]``: from state i.
    """

    classes: Classes
    start: tuple[Scalar, ...]
    states: tuple[tuple[Scalar, ...], ...]


def recurrent_classes(chain: Chain) -> Classes:
    """The sets of states that the chain, once in, never leaves, and each of whose states it visits for ever."""
    successors = [{move.target for move in moves} for moves in chain.moves]
    return tuple(
        sorted(
            component
            for component in components(successors)
            if all(successors[i].issubset(component) for i in component)
        )
    )


def absorption(chain: Chain) -> Absorption:
    """The absorption probabilities: h_c(i) = Σ_moves p·h_c(target) on transient states, 1 in c, 0 in other classes."""
    classes = recurrent_classes(chain)
    width = len(classes)
    one, zero = Fraction(1), Fraction(0)
    states: list[tuple[Scalar, ...]] = [()] * len(chain.states)
    for c, members in enumerate(classes):
        for i in members:
            states[i] = tuple(one if c == d else zero for d in range(width))
    transient = [i for i, row in enumerate(states) if not row]
    if width == 1:
        for i in transient:
            states[i] = (one,)
    else:
        for i, row in zip(transient, _absorbed(chain, transient, states, width), strict=True):
            states[i] = row
    start = tuple(
        sum((probability * states[i][c] for i, probability in chain.start), start=Fraction(0)) for c in range(width)
    )
    return Absorption(classes, start, tuple(states))


def _absorbed(
    chain: Chain, transient: list[int], states: list[tuple[Scalar, ...]], width: int
) -> list[tuple[Scalar, ...]]:
    place = {i: k for k, i in enumerate(transient)}
    rows: list[dict[int, Scalar]] = []
    right: list[list[Scalar]] = [[Fraction(0)] * len(transient) for _ in range(width)]
    for k, i in enumerate(transient):
        row: dict[int, Scalar] = {k: Fraction(1)}
        for move in chain.moves[i]:
            if move.target in place:
                j = place[move.target]
                row[j] = row.get(j, Fraction(0)) - move.probability
            else:
                c = states[move.target].index(1)
                right[c][k] = right[c][k] + move.probability
        rows.append(row)
    return list(zip(*solve(rows, right), strict=True))


def class_frequencies(chain: Chain) -> tuple[dict[tuple[int, int], Scalar], ...]:
    """For each recurrent class the limit frequency, once in it, of each move: {(state, index of the move): frequency}.

    They sum to 1 over a class. The limit average of a reward of moves, ``reward[i][k]`` for the k-th move of state i,
    is therefore Σ frequency·reward on almost every trajectory that ends up in the class.
    """
    frequencies = []
    for members in recurrent_classes(chain):
        weights = _stationary(chain, members)
        frequencies.append(
            {(i, k): weights[i] * move.probability for i in members for k, move in enumerate(chain.moves[i])}
        )
    return tuple(frequencies)


def _stationary(chain: Chain, members: tuple[int, ...]) -> Mapping[int, Scalar]:
    """The stationary distribution of a class: v = Pᵀ v with the first state's weight set to 1, then normalised."""
    first, *others = members
    place = {i: k for k, i in enumerate(others)}
    rows: list[dict[int, Scalar]] = [{k: Fraction(1)} for k in range(len(others))]
    from_first: list[Scalar] = [Fraction(0)] * len(others)
    for i in members:
        for move in chain.moves[i]:
            if move.target == first:
                continue
            k = place[move.target]
            if i == first:
                from_first[k] = from_first[k] + move.probability
            else:
                rows[k][place[i]] = rows[k].get(place[i], Fraction(0)) - move.probability
    weights = (Fraction(1), *solve(rows, (from_first,))[0])
    total = sum(weights, start=Fraction(0))
    return {i: quotient(weight, total) for i, weight in zip(members, weights, strict=True)}


def frequencies(chain: Chain) -> dict[Step, Scalar]:
    """lim_{n→∞} (1/n) Σ_{t<n} P(s_t=s, a_t=a, s_{t+1}=s') for each step that is made for ever; elsewhere it is 0."""
    total: dict[Step, Scalar] = {}
    for probability, moves in zip(absorption(chain).start, class_frequencies(chain), strict=True):
        for (i, k), frequency in moves.items():
            step = chain.moves[i][k].step
            total[step] = total.get(step, Fraction(0)) + probability * frequency
    return total
