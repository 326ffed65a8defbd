"""Policies by what they do where they get: those that differ in unreached states alone are one and the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.wishes.linear.features import Action, masses, visited

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Behaviours:
    """The different ones among named policies.

    Attributes:
        policies: one for each behaviour.
        index: name -> which of them it is.
        rows: the distributions over actions that occur.
        codes: which of these each behaviour has in each state, shape behaviours × states.
        reached: whether it gets there, of the same shape.
        exact: the masses m(s,a) of those behaviours for which they have been asked.
    """

    environment: Environment
    discount: Fraction
    policies: Sequence[Policy]
    index: Mapping[str, int]
    rows: Sequence[Row]
    codes: npt.NDArray[np.int64]
    reached: npt.NDArray[np.bool_]
    exact: dict[int, dict[Action, Fraction]] = field(default_factory=dict)

    def choices(self) -> npt.NDArray[np.float64]:
        """π(a|s), each rounded once, shape behaviours × states × actions."""
        found: npt.NDArray[np.float64] = np.array([[float(x) for x in row] for row in self.rows])[self.codes]
        return found

    def masses(self, i: int) -> dict[Action, Fraction]:
        """m(s,a) where it is not 0, exact."""
        if i not in self.exact:
            policy = self.policies[i]
            self.exact[i] = masses(policy, visited(self.environment, policy, self.discount))
        return self.exact[i]

    def telling(self) -> tuple[Action, ...]:
        """The (s,a) whose masses tell the behaviours apart as far as rewards can: at states where some that get there
        choose differently, the actions that some take, without the one that is taken most."""
        found: list[Action] = []
        for s in range(len(self.environment.states)):
            present, counts = np.unique(self.codes[self.reached[:, s], s], return_counts=True)
            if len(present) > 1:
                rows = [self.rows[code] for code in present]
                taken = [sum(int(n) * row[a] for n, row in zip(counts, rows, strict=True)) for a in range(len(rows[0]))]
                usual = taken.index(max(taken))
                found += [(s, a) for a, weight in enumerate(taken) if weight and a != usual]
        return tuple(found)


def behaviours(environment: Environment, policies: Mapping[str, Policy], discount: Fraction) -> Behaviours:
    """The behaviours of these policies, in order of first mention."""
    rows: dict[tuple[tuple[int, int], ...], int] = {}  # Fractions are slow to hash
    known: list[Row] = []
    following: dict[tuple[int, int], tuple[int, ...]] = {}  # (state, code) -> where that may lead

    def code(row: Row) -> int:
        key = tuple([(x.numerator, x.denominator) for x in row])
        found = rows.setdefault(key, len(known))
        if found == len(known):
            known.append(row)
        return found

    def successors(s: int, choice: int) -> tuple[int, ...]:
        if (s, choice) not in following:
            lotteries = environment.transitions[s]
            following[s, choice] = tuple({t for a, x in enumerate(known[choice]) if x for t, _ in lotteries[a]})
        return following[s, choice]

    first: dict[tuple[int, ...], int] = {}
    chosen: list[Policy] = []
    index: dict[str, int] = {}
    for name, policy in policies.items():
        codes = [code(row) for row in policy.rows]
        seen = {s for s, _ in environment.start}
        frontier = list(seen)
        while frontier:
            s = frontier.pop()
            new = [t for t in successors(s, codes[s]) if t not in seen]
            seen.update(new)
            frontier += new
        behaviour = tuple([x if s in seen else -1 for s, x in enumerate(codes)])
        index[name] = first.setdefault(behaviour, len(first))
        if index[name] == len(chosen):
            chosen.append(policy)
    table = np.array(list(first), dtype=np.int64)
    reached = table >= 0
    return Behaviours(environment, discount, chosen, index, known, np.where(reached, table, 0), reached)
