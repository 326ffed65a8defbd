"""Small random models in flat arrays, with the rationals that their probabilities stand for, and what policies are
worth in them, by exact linear algebra."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.linear import solve
from specl.solvers.sparse import SparseModel

Row = dict[int, Fraction]


@dataclass(frozen=True)
class Drawn:
    """``rows[s][a]`` is the distribution of a choice; ``model`` has the same in floats, ``paid`` a reward of each."""

    model: SparseModel
    rows: list[list[Row]]
    paid: list[list[Fraction]]

    def policies(self) -> Iterator[tuple[int, ...]]:
        """All deterministic policies."""
        return itertools.product(*(range(len(row)) for row in self.rows))


def drawn(seed: int, most: int = 6, leaks: Sequence[Fraction] = (), least: int = 1) -> Drawn:
    """Up to ``most`` states with up to three choices; often deterministic ones, often loops, so that there are end
    components and states that nothing reaches.

    Args:
        leaks: small probabilities, about one of which half of the choices have for a step to anywhere.
    """
    rng = random.Random(seed)
    n = rng.randint(least, most)
    rows: list[list[Row]] = []
    for s in range(n):
        rows.append([])
        for _ in range(rng.randint(1, 3)):
            support = sorted(rng.sample(range(n), rng.randint(1, min(3, n))))
            if rng.random() < 0.3:
                support = [rng.choice([s, rng.randrange(n)])]
            weights = {t: Fraction(rng.randint(1, 4)) for t in support}
            if leaks and rng.random() < 0.5:
                weights.setdefault(rng.randrange(n), rng.choice(leaks) * rng.randint(1, 9))
            rows[-1].append({t: weights[t] / sum(weights.values()) for t in sorted(weights)})
    paid = [[Fraction(rng.choice([0, 0, 1, 2, 5])) for _ in row] for row in rows]
    return Drawn(in_arrays(rows, paid), rows, paid)


def in_arrays(rows: Sequence[Sequence[Row]], paid: Sequence[Sequence[Fraction]]) -> SparseModel:
    """The nearest floats."""
    made = [row for choices in rows for row in choices]
    return SparseModel.from_arrays(
        [0, *itertools.accumulate(map(len, rows))],
        [0, *itertools.accumulate(map(len, made))],
        [t for row in made for t in row],
        [float(p) for row in made for p in row.values()],
        rewards=[float(r) for row in paid for r in row],
    )


def probabilities(drawn: Drawn, policy: Sequence[int], goal: set[int], passable: set[int]) -> list[Fraction]:
    """To reach the goal through passable states, from each state."""
    rows = [row[a] for row, a in zip(drawn.rows, policy, strict=True)]
    known = {
        s: Fraction(int(s in goal)) for s in range(len(rows)) if s in goal or s not in _leading(rows, goal, passable)
    }
    return values(rows, known, [Fraction(0)] * len(rows))


def totals(drawn: Drawn, policy: Sequence[int], goal: set[int]) -> list[Fraction | None]:
    """What is paid before the goal; None where it is not reached with probability 1."""
    rows = [row[a] for row, a in zip(drawn.rows, policy, strict=True)]
    every = set(range(len(rows)))
    lost = every - _leading(rows, goal, every)
    endless = _leading(rows, lost, every - goal)
    known = {s: Fraction(0) for s in goal | endless}
    found = values(rows, known, [paid[a] for paid, a in zip(drawn.paid, policy, strict=True)])
    return [None if s in endless else value for s, value in enumerate(found)]


def _leading(rows: Sequence[Row], goal: set[int], passable: set[int]) -> set[int]:
    """From where the goal can be reached."""
    found = set(goal)
    while True:
        more = {s for s in passable - found if found & rows[s].keys()}
        if not more:
            return found
        found |= more


def values(rows: Sequence[Row], known: dict[int, Fraction], paid: Sequence[Fraction]) -> list[Fraction]:
    """The solution of x(s) = paid(s) + Σ p x(t) for states whose value is not known."""
    place = {s: i for i, s in enumerate(s for s in range(len(rows)) if s not in known)}
    matrix, right = [], []
    for s in place:
        line = {place[s]: Fraction(1)}
        constant = paid[s]
        for t, p in rows[s].items():
            if t in place:
                line[place[t]] = line.get(place[t], Fraction(0)) - p
            else:
                constant += p * known[t]
        matrix.append(line)
        right.append(constant)
    found = solve(matrix, [right])[0] if matrix else ()
    return [known[s] if s in known else found[place[s]] for s in range(len(rows))]
