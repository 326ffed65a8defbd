"""Moments of discounted returns, several returns and discounts at once, weighted by where the chain ends up.

A return G = Σ_t γ^t r(move at t) satisfies G = r + γ G', with G' the return from the next state on, which given that
state is independent of the move. So, by the binomial theorem, for returns G_1, …, G_d, a multi-index k and a
function h of the recurrent class in which the trajectory ends up,

    M_k(s) = E_s[∏ G_i^{k_i} · h(class)]
           = Σ_moves p Σ_{j ≤ k} ∏ C(k_i, j_i) r_i^{k_i − j_i} γ_i^{j_i} M_j(target),      M_0(s) = E_s[h(class)]:

for each k ≠ 0 a linear system with matrix I − ∏γ_i^{k_i} P, once the smaller multi-indices are known; for k = 0 the
absorption probabilities. Sobel, "The variance of discounted Markov decision processes", J. Appl. Prob. 19 (1982),
has the case d = 1, k ≤ 2; higher and mixed moments follow in the same way.
"""

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from specl.chains.chain import Chain
from specl.chains.linear import Scalar, quotient, solve
from specl.chains.recurrence import absorption
from specl.model.flint_rational import to_fmpq, to_fraction

Index = tuple[int, ...]
"""A multi-index: the exponent of each return."""

Return = tuple[Fraction, Sequence[Sequence[Scalar]]]
"""A discount in [0,1), and the reward of each move, parallel to `Chain.moves`."""

Weight = tuple[Scalar, ...]
"""A function h of the recurrent class: h(c) for each, in the order of `recurrent_classes`."""


def mixed_moments(
    chain: Chain, returns: Sequence[Return], weights: Mapping[Index, Sequence[Scalar]]
) -> dict[Index, Scalar]:
    """E[∏_i G_i^{k_i} · h_k(class)] for each multi-index k in `weights`.

    Args:
        returns: the returns G_1, …, G_d.
        weights: k -> (h_k(c) for each recurrent class c, in the order of `recurrent_classes`); k has length d.

    Returns:
        k -> the moment: Fractions where every probability, reward and weight is one.
    """
    scalars = itertools.chain(
        (probability for _, probability in chain.start),
        (move.probability for moves in chain.moves for move in moves),
        (reward for _, rewards in returns for row in rewards for reward in row),
        itertools.chain.from_iterable(weights.values()),
    )
    if all(isinstance(scalar, Fraction | int) for scalar in scalars):
        found = _moments(chain, returns, weights, to_fmpq)
        return {k: to_fraction(moment) for k, moment in found.items()}
    return _moments(chain, returns, weights, _unchanged)


Convert = Callable[[Scalar], Scalar]
"""Fraction -> the field in which the recursion runs."""


def _unchanged(value: Scalar) -> Scalar:
    return Fraction(value) if isinstance(value, int) else value


def _moments(
    chain: Chain, returns: Sequence[Return], weights: Mapping[Index, Sequence[Scalar]], convert: Convert
) -> dict[Index, Scalar]:
    zero, one = convert(Fraction(0)), convert(Fraction(1))
    discounts = [convert(discount) for discount, _ in returns]
    moves = _converted(chain, returns, [max((k[d] for k in weights), default=0) for d in range(len(returns))], convert)
    basis, combination = _basis(weights)
    needed: dict[Index, set[int]] = {}
    for k, parts in combination.items():
        for j in itertools.product(*(range(n + 1) for n in k)):
            needed.setdefault(j, set()).update(parts)
    found: dict[Index, dict[int, Sequence[Scalar]]] = {}  # k -> b -> (E_i[G^k basis[b](class)] for each state i)
    for k in sorted(needed, key=lambda k: (sum(k), k)):
        if not any(k):
            found[k] = {b: _absorbed(chain, basis[b], convert) for b in needed[k]}
            continue
        right = _right_sides(k, moves, discounts, found, sorted(needed[k]), zero)
        factor = one
        for n, g in zip(k, discounts, strict=True):
            factor = factor * g**n
        if factor != 0:
            rows = [{i: one} for i in range(len(moves))]
            for i, row in enumerate(moves):
                for move in row:
                    rows[i][move.target] = rows[i].get(move.target, zero) - factor * move.probability
            right = dict(zip(right, solve(rows, tuple(right.values())), strict=True))
        found[k] = right
    start = [(i, convert(probability)) for i, probability in chain.start]
    return {
        k: sum(
            (convert(scale) * probability * found[k][b][i] for b, scale in parts.items() for i, probability in start),
            start=zero,
        )
        for k, parts in combination.items()
    }


@dataclass(frozen=True)
class _Move:
    """A move with ``powers[d]`` = (1, r_d, r_d², …), or (1,) where the reward r_d is 0."""

    probability: Scalar
    target: int
    powers: tuple[tuple[Scalar, ...], ...]


def _converted(chain: Chain, returns: Sequence[Return], degrees: Sequence[int], convert: Convert) -> list[list[_Move]]:
    one = convert(Fraction(1))

    def powers(i: int, m: int) -> Iterator[tuple[Scalar, ...]]:
        for (_, rewards), degree in zip(returns, degrees, strict=True):
            reward = convert(rewards[i][m])
            yield tuple(itertools.accumulate([one] + [reward] * (degree if reward != 0 else 0), operator.mul))

    return [
        [_Move(convert(move.probability), move.target, tuple(powers(i, m))) for m, move in enumerate(row)]
        for i, row in enumerate(chain.moves)
    ]


def _basis(weights: Mapping[Index, Sequence[Scalar]]) -> tuple[list[Weight], dict[Index, dict[int, Scalar]]]:
    """Few functions of the class, and each weight as a combination of them: k -> {function's place: scale}.

    Proportional weights share one function; if there are then more functions than classes, the classes' indicators
    serve instead.
    """
    basis: list[Weight] = []
    combination: dict[Index, dict[int, Scalar]] = {}
    for k, weight in weights.items():
        scale = next((value for value in map(_unchanged, weight) if value != 0), None)
        if scale is None:
            combination[k] = {}
            continue
        unit = tuple(quotient(_unchanged(value), scale) for value in weight)
        if unit not in basis:
            basis.append(unit)
        combination[k] = {basis.index(unit): scale}
    width = max(map(len, weights.values()), default=0)
    if len(basis) > width:
        basis = [tuple(Fraction(int(c == d)) for c in range(width)) for d in range(width)]
        combination = {k: {c: value for c, value in enumerate(weight) if value != 0} for k, weight in weights.items()}
    return basis, combination


def _right_sides(
    k: Index,
    moves: list[list[_Move]],
    discounts: Sequence[Scalar],
    found: Mapping[Index, Mapping[int, Sequence[Scalar]]],
    columns: Sequence[int],
    zero: Scalar,
) -> dict[int, Sequence[Scalar]]:
    """b -> for each state Σ_moves p Σ_{j ≤ k, j ≠ k} ∏ C(k_i, j_i) r_i^{k_i − j_i} γ_i^{j_i} M_j(target)."""
    binomials = [[comb(n, m) * g**m for m in range(n + 1)] for n, g in zip(k, discounts, strict=True)]
    right: dict[int, list[Scalar]] = {b: [] for b in columns}
    for row in moves:
        sums = dict.fromkeys(columns, zero)
        for move in row:
            lower = (range(n + 1) if len(r) > 1 else (n,) for n, r in zip(k, move.powers, strict=True))
            for j in itertools.product(*lower):
                if j == k:
                    continue
                scale = move.probability
                for d, (n, m) in enumerate(zip(k, j, strict=True)):
                    scale = scale * binomials[d][m] * move.powers[d][n - m] if n else scale
                if scale == 0:
                    continue
                for b in columns:
                    sums[b] = sums[b] + scale * found[j][b][move.target]
        for b in columns:
            right[b].append(sums[b])
    return dict(right)


def _absorbed(chain: Chain, weight: Sequence[Scalar], convert: Convert) -> list[Scalar]:
    """E_i[h(class)] for each state i."""
    if all(value == weight[0] for value in weight):
        return [convert(weight[0])] * len(chain.states)
    zero = convert(Fraction(0))
    return [
        sum((convert(p) * convert(value) for p, value in zip(row, weight, strict=True)), start=zero)
        for row in absorption(chain).states
    ]
