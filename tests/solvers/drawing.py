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


def drawn(seed: int, most: int = 6) -> Drawn:
    """Up to ``most`` states with up to three choices; often deterministic ones, often loops, so that there are end
    components and states that nothing reaches."""
    rng = random.Random(seed)
    n = rng.randint(1, most)
    choices, entries, targets, probabilities = [0], [0], list[int](), list[float]()
    rows: list[list[Row]] = []
    for s in range(n):
        rows.append([])
        for _ in range(rng.randint(1, 3)):
            support = sorted(rng.sample(range(n), rng.randint(1, min(3, n))))
            if rng.random() < 0.3:
                support = [rng.choice([s, rng.randrange(n)])]
            weights = [rng.randint(1, 4) for _ in support]
            row = {t: Fraction(weight, sum(weights)) for t, weight in zip(support, weights, strict=True)}
            rows[-1].append(row)
            targets += row
            probabilities += map(float, row.values())
            entries.append(len(targets))
        choices.append(len(entries) - 1)
    paid = [[Fraction(rng.choice([0, 0, 1, 2, 5])) for _ in row] for row in rows]
    model = SparseModel.from_arrays(
        choices, entries, targets, probabilities, rewards=[float(r) for row in paid for r in row]
    )
    return Drawn(model, rows, paid)


def probabilities(drawn: Drawn, policy: Sequence[int], goal: set[int], passable: set[int]) -> list[Fraction]:
    """To reach the goal through passable states, from each state."""
    rows = [row[a] for row, a in zip(drawn.rows, policy, strict=True)]
    known = {s: Fraction(int(s in goal)) for s in range(len(rows)) if s in goal or s not in _leading(rows, goal, passable)}  # noqa: E501
    return _values(rows, known, [Fraction(0)] * len(rows))


def totals(drawn: Drawn, policy: Sequence[int], goal: set[int]) -> list[Fraction | None]:
    """What is paid before the goal; None where it is not reached with probability 1."""
    rows = [row[a] for row, a in zip(drawn.rows, policy, strict=True)]
    every = set(range(len(rows)))
    lost = every - _leading(rows, goal, every)
    endless = _leading(rows, lost, every - goal)
    known = {s: Fraction(0) for s in goal | endless}
    found = _values(rows, known, [paid[a] for paid, a in zip(drawn.paid, policy, strict=True)])
    return [None if s in endless else value for s, value in enumerate(found)]


def _leading(rows: Sequence[Row], goal: set[int], passable: set[int]) -> set[int]:
    """From where the goal can be reached."""
    found = set(goal)
    while True:
        more = {s for s in passable - found if found & rows[s].keys()}
        if not more:
            return found
        found |= more


def _values(rows: Sequence[Row], known: dict[int, Fraction], paid: Sequence[Fraction]) -> list[Fraction]:
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
