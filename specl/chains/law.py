"""The law of discounted returns along a chain: their ranges, the states from which they are certain, and the paths.

Rewards of moves are exact; a return from state i is G = r(move) + γ·G' with G' the return from the move's target.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from specl.chains.chain import Chain
from specl.model.enclosure import Enclosure, enclosure
from specl.model.real import Real

Exact = Any
"""A Fraction, or a Real where the number is irrational."""


@dataclass(frozen=True)
class DiscountedReturn:
    """One return: its discount γ ∈ [0,1) and the reward of each move, parallel to `Chain.moves`."""

    discount: Fraction
    rewards: tuple[tuple[Exact, ...], ...]


def discounted_return(discount: Fraction, rewards: Sequence[Sequence[Real]]) -> DiscountedReturn:
    """The record, with rational rewards as Fractions."""
    plain = tuple(tuple(r if r.rational is None else r.rational for r in map(Real.of, row)) for row in rewards)
    return DiscountedReturn(discount, plain)


def certain_values(chain: Chain, of: DiscountedReturn) -> list[Exact | None]:
    """For each state the value of the return from there on, if every path gives the same one, else None.

    If the return from i is certain, it is the value v_i of the path that always takes the first move. So v is
    computed along first moves, and the states at which v_i = r + γ·v_target for every move, into such a state again
    (unless γ = 0), are found as the greatest such set. There v_i is the return of every path: by induction the two
    differ by at most γ^t·2·max|v| after t moves.
    """
    value = _first_moves(chain, of)
    certain = [
        all(
            _same(reward + of.discount * value[move.target], value[i])
            for move, reward in zip(row, of.rewards[i], strict=True)
        )
        for i, row in enumerate(chain.moves)
    ]
    sources: list[list[int]] = [[] for _ in chain.moves]
    for i, row in enumerate(chain.moves):
        for move in row:
            sources[move.target].append(i)
    uncertain = [i for i, ok in enumerate(certain) if not ok] if of.discount else []
    while uncertain:
        for i in sources[uncertain.pop()]:
            if certain[i]:
                certain[i] = False
                uncertain.append(i)
    return [v if ok else None for v, ok in zip(value, certain, strict=True)]


def _same(a: Exact, b: Exact) -> bool:
    return bool(a == b) or (isinstance(a - b, Real) and bool((a - b).is_zero()))


def _first_moves(chain: Chain, of: DiscountedReturn) -> list[Exact]:
    value: list[Exact] = [None] * len(chain.states)
    for root in range(len(chain.states)):
        path: list[int] = []
        place: dict[int, int] = {}
        i = root
        while value[i] is None and i not in place:
            place[i] = len(path)
            path.append(i)
            i = chain.moves[i][0].target
        if value[i] is None:  # a new cycle: v = Σ γ^k r_k / (1 − γ^length)
            cycle = path[place[i]:]
            total: Exact = Fraction(0)
            for j in reversed(cycle):
                total = of.rewards[j][0] + of.discount * total
            value[i] = total / (1 - of.discount ** len(cycle))
        for j in reversed(path):
            if value[j] is None:
                value[j] = of.rewards[j][0] + of.discount * value[chain.moves[j][0].target]
    return value


def ranges(chain: Chain, of: DiscountedReturn, bits: int = 64) -> list[Enclosure]:
    """For each state an interval that contains the return of every path from there.

    Value iteration for the largest and the smallest return, begun at r_max/(1−γ) and r_min/(1−γ): the operator
    v_i ← max over moves of (r + γ·v_target) is monotone and the true maximum is its fixed point, so every iterate
    from a bound is a bound; ends are rounded outward to multiples of 2^(−bits).
    """
    unit = 1 << bits
    up, down = of.discount.numerator, of.discount.denominator
    ends = [[enclosure(reward) for reward in row] for row in of.rewards]
    # in units of 2^(−bits): floors below, ceilings above
    least = [[floor(e.low * unit) for e in row] for row in ends]
    most = [[ceil(e.high * unit) for e in row] for row in ends]
    low = [floor(min(map(min, least)) / (1 - of.discount))] * len(least)
    high = [ceil(max(map(max, most)) / (1 - of.discount))] * len(most)
    targets = [[move.target for move in row] for row in chain.moves]
    work = sum(map(len, targets))
    for _ in range(max(50, min(4000, 2_000_000 // work))):
        next_low = [
            min(r + low[j] * up // down for r, j in zip(row, to, strict=True))
            for row, to in zip(least, targets, strict=True)
        ]
        next_high = [
            max(r - (-high[j] * up // down) for r, j in zip(row, to, strict=True))
            for row, to in zip(most, targets, strict=True)
        ]
        moved = max(
            *(b - a for a, b in zip(low, next_low, strict=True)), *(a - b for a, b in zip(high, next_high, strict=True))
        )
        size = max(b - a for a, b in zip(next_low, next_high, strict=True))
        low, high = next_low, next_high
        if moved * (1 << 12) * down <= size * (down - up) or moved <= 8:
            break
    return [Enclosure(Fraction(a, unit), Fraction(b, unit)) for a, b in zip(low, high, strict=True)]


Values = tuple[Exact, ...]
"""A value of each return."""


@dataclass
class Expansion:
    """All paths of one length, merged where they agree in state and returns so far; resolved paths set apart.

    Attributes:
        time: the length t of the paths.
        weights: γ^t of each return.
        frontier: (state, returns so far) -> probability; their returns go on by γ^t·(return from the state).
        atoms: (class, returns) -> probability of paths whose returns are certain.
    """

    time: int
    weights: tuple[Fraction, ...]
    frontier: dict[tuple[int, Values], Any]
    atoms: dict[tuple[int, Values], Any]


@dataclass(frozen=True)
class Walk:
    """What an expansion needs to know of the chain.

    Attributes:
        absorbed: ``absorbed[i][c]``: the probability of ending up in class c from state i.
        certain: for each state the value of every return from there on, None unless all are certain.
    """

    chain: Chain
    returns: tuple[DiscountedReturn, ...]
    absorbed: Sequence[Sequence[Any]]
    certain: tuple[Values | None, ...]

    @staticmethod
    def of(chain: Chain, returns: Sequence[DiscountedReturn], absorbed: Sequence[Sequence[Any]]) -> "Walk":
        """The record for these returns."""
        columns = [certain_values(chain, one) for one in returns]
        certain = tuple(
            tuple(row) if all(value is not None for value in row) else None for row in zip(*columns, strict=True)
        )
        return Walk(chain, tuple(returns), absorbed, certain)

    def is_finite(self) -> bool:
        """Whether the returns have finitely many values: every cycle lies in the states where they are certain, or
        all discounts are 0."""
        if all(one.discount == 0 for one in self.returns):
            return True
        depth = [0] * len(self.chain.states)  # 0 new, 1 open, 2 done
        for root in range(len(depth)):
            if depth[root] or self.certain[root] is not None:
                continue
            stack = [(root, iter(self.chain.moves[root]))]
            depth[root] = 1
            while stack:
                i, rest = stack[-1]
                for move in rest:
                    if self.certain[move.target] is not None or depth[move.target] == 2:
                        continue
                    if depth[move.target] == 1:
                        return False
                    depth[move.target] = 1
                    stack.append((move.target, iter(self.chain.moves[move.target])))
                    break
                else:
                    depth[i] = 2
                    stack.pop()
        return True

    def begin(self) -> Expansion:
        """The paths of length 0."""
        zero = (Fraction(0),) * len(self.returns)
        expansion = Expansion(0, (Fraction(1),) * len(self.returns), {}, {})
        for i, probability in self.chain.start:
            self._arrive(expansion, i, zero, probability)
        return expansion

    def advance(self, expansion: Expansion) -> Expansion:
        """The paths longer by one move."""
        weights = tuple(w * one.discount for w, one in zip(expansion.weights, self.returns, strict=True))
        longer = Expansion(expansion.time + 1, weights, {}, dict(expansion.atoms))
        for (i, values), probability in expansion.frontier.items():
            for index, move in enumerate(self.chain.moves[i]):
                then = tuple(
                    v + w * one.rewards[i][index]
                    for v, w, one in zip(values, expansion.weights, self.returns, strict=True)
                )
                self._arrive(longer, move.target, then, probability * move.probability)
        return longer

    def _arrive(self, expansion: Expansion, i: int, values: Values, probability: Any) -> None:
        rest = self.certain[i]
        if rest is None and any(expansion.weights):
            key = (i, values)
            known = expansion.frontier.get(key)
            expansion.frontier[key] = probability if known is None else known + probability
            return
        final = values if rest is None else tuple(
            v + w * g for v, w, g in zip(values, expansion.weights, rest, strict=True)
        )
        for c, absorbed in enumerate(self.absorbed[i]):
            if absorbed != 0:
                atom = (c, final)
                known = expansion.atoms.get(atom)
                mass = probability * absorbed
                expansion.atoms[atom] = mass if known is None else known + mass


def box(values: Values, weights: Sequence[Fraction], onward: Sequence[Enclosure]) -> tuple[Enclosure, ...]:
    """Where the returns lie, of a path with these returns so far."""
    return tuple(enclosure(v) + w * g for v, w, g in zip(values, weights, onward, strict=True))

