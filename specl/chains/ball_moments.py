"""Moments of returns in ball arithmetic, for high degrees, where exact fractions would grow too long.

The recursion of `specl.chains.moments`, M_k(i) = Σ_moves p Σ_{j≤k} ∏ C(k,j)·r^{k−j}·γ^j M_j(target), at the current
precision of arb; the balls' radii account for all rounding.
"""

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat

from specl.chains.chain import Chain
from specl.model.ball import ball


def ball_moments(
    chain: Chain,
    returns: Sequence[tuple[Fraction, Sequence[Sequence[Fraction]]]],
    absorbed: Sequence[Sequence[Fraction]],
    degrees: Sequence[int],
) -> dict[tuple[int, ...], list[arb]]:
    """E[∏ G_a^{k_a}·1(class c)] from the start, for all k ≤ degrees: k -> one ball for each class.

    Args:
        returns: (discount, reward of each move) of each return; best scaled to [−1,1].
        absorbed: ``absorbed[i][c]``, the probability of class c from state i.
        degrees: the largest exponent of each return.
    """
    states, classes = range(len(chain.states)), range(len(absorbed[0]))
    gammas = [ball(discount) for discount, _ in returns]
    powers = [
        [[_powers_of(ball(r), n) for r in row] for row in rewards]
        for (_, rewards), n in zip(returns, degrees, strict=True)
    ]
    shrink = [_powers_of(g, n) for g, n in zip(gammas, degrees, strict=True)]
    probabilities = [[ball(move.probability) for move in row] for row in chain.moves]
    found: dict[tuple[int, ...], list[list[arb]]] = {}
    for k in itertools.product(*(range(n + 1) for n in degrees)):
        if not any(k):
            found[k] = [[ball(p) for p in row] for row in absorbed]
            continue
        right = [[arb(0)] * len(classes) for _ in states]
        for j in itertools.product(*(range(n + 1) for n in k)):
            if j == k:
                continue
            scale = arb(math.prod(math.comb(n, m) for n, m in zip(k, j, strict=True)))
            for a, m in enumerate(j):
                scale *= shrink[a][m]
            lower = found[j]
            for i in states:
                row = right[i]
                for index, move in enumerate(chain.moves[i]):
                    factor = scale * probabilities[i][index]
                    for a, (n, m) in enumerate(zip(k, j, strict=True)):
                        factor *= powers[a][i][index][n - m]
                    for c in classes:
                        row[c] += factor * lower[move.target][c]
        rate = arb(1)
        for a, n in enumerate(k):
            rate *= shrink[a][n]
        matrix = [[arb(int(row == column)) for column in states] for row in states]
        for i in states:
            for index, move in enumerate(chain.moves[i]):
                matrix[i][move.target] -= rate * probabilities[i][index]
        found[k] = arb_mat(matrix).solve(arb_mat(right)).tolist()
    start = [(i, ball(p)) for i, p in chain.start]
    return {k: [sum((p * table[i][c] for i, p in start), start=arb(0)) for c in classes] for k, table in found.items()}


def _powers_of(x: arb, n: int) -> list[arb]:
    return list(itertools.accumulate([x] * n, lambda a, b: a * b, initial=arb(1)))
