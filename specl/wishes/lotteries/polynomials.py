"""Polynomials of discounted returns whose expectations grant a wish: a linear problem in the coefficients.

E[p(G_1,…,G_d)] = Σ c_k·E[∏ G_i^{k_i}], and the moments are exact. Returns are bounded, so their moments determine
their law (Weierstrass); where γ and the rewards make ξ ↦ G(ξ) injective, as digits do, a linear relation among all the
moments of policies is one among their lotteries. So powers up to some degree are enough for what lotteries allow.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from specl.chains.chain import Chain, induced
from specl.chains.moments import mixed_moments
from specl.chains.recurrence import recurrent_classes
from specl.model.machine import Reward
from specl.model.real import Real
from specl.wishes.lotteries.alphabet import Alphabet
from specl.wishes.lotteries.trials import Trials
from specl.wishes.wish import Wish

Paid = Mapping[tuple[int, int], int]
"""(state, action) -> a small reward; 0 where absent."""

Powers = tuple[int, ...]
"""The exponent of each return."""

DRAWS = 12
"""Rewards drawn at random, besides those with a meaning."""


@dataclass
class Polynomials:
    """Looks for polynomials of returns, under one discount."""

    wish: Wish
    discount: Fraction

    @cached_property
    def _trials(self) -> Trials:
        return Trials(self.wish)

    @cached_property
    def chains(self) -> dict[str, tuple[Chain, int]]:
        """Policy -> its chain, and the number of its recurrent classes."""
        found = {name: induced(self.wish.environment, policy) for name, policy in self.wish.policies.items()}
        return {name: (chain, len(recurrent_classes(chain))) for name, chain in found.items()}

    def moments(self, paid: Sequence[Paid], degree: int, name: str) -> dict[Powers, Fraction]:
        """k -> E[∏ G_i^{k_i}] for 1 ≤ Σ k_i ≤ degree."""
        chain, classes = self.chains[name]
        returns = [
            (self.discount, [[Fraction(each.get(move.step[:2], 0)) for move in moves] for moves in chain.moves])
            for each in paid
        ]
        powers = itertools.product(range(degree + 1), repeat=len(paid))
        return mixed_moments(chain, returns, {k: (Fraction(1),) * classes for k in powers if 0 < sum(k) <= degree})

    def coefficients(self, paid: Sequence[Paid], degree: int, readable: bool = True) -> dict[Powers, Fraction] | None:
        """Coefficients of a polynomial of at most this degree that grants the wish; None where there are none."""
        return self._trials.weights(lambda name: self.moments(paid, degree, name), readable)


def rewards(alphabet: Alphabet) -> Iterator[Paid]:
    """Rewards to try, readable ones first: 1 for what an atom or two say, digits, and small ones at random; at last
    digits that tell all states and actions apart."""
    chosen = list(dict.fromkeys(alphabet.choices))
    seen: set[frozenset[tuple[tuple[int, int], int]]] = set()
    for paid in _rewards(alphabet, chosen):
        key = frozenset((choice, amount) for choice, amount in paid.items() if amount)
        if key and key not in seen:
            seen.add(key)
            yield dict(key)


def _rewards(alphabet: Alphabet, chosen: Sequence[tuple[int, int]]) -> Iterator[Paid]:
    actions = len(alphabet.environment.actions)
    for term in alphabet.terms[1:]:
        yield {alphabet.choices[i]: 1 for i in term.letters}
    for step in (1, 2):
        yield {(s, a): a + step * s for s, a in chosen}
        yield {(s, a): a * (s + step) for s, a in chosen}
    drawn = random.Random(0)  # the same ones every time
    for most in range(1, DRAWS + 1):
        yield {choice: drawn.randint(0, most) for choice in chosen}
    yield {(s, a): s * actions + a for s, a in chosen}


def as_reward(alphabet: Alphabet, paid: Paid) -> Reward:
    """The reward that every step from this state with this action pays."""
    return {step: Real.of(paid[step[:2]]) for step in alphabet.environment.steps if paid.get(step[:2])}
