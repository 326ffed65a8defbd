"""Transition structures of reward machines: the discounted masses that they see, and the rewards that grant a wish.

With the structure δ_U and the discount fixed, a machine's value is Σ reward(u,ℓ)·mass(u,ℓ), where mass(u,ℓ) is the
expected discounted number of times that letter ℓ is read in machine state u. So the rewards are a linear problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from specl.chains.chain import Chain, induced, product
from specl.chains.occupancy import visits
from specl.wishes.lotteries.alphabet import Alphabet
from specl.wishes.lotteries.trials import Trials
from specl.wishes.wish import Wish

Structure = tuple[tuple[int, ...], ...]
"""``structure[u][ℓ]``: the machine state after reading letter ℓ in u; state 0 is the start."""

Place = tuple[int, int]
"""(machine state, letter)."""


@dataclass
class Machines:
    """Looks for rewards on structures, under one discount."""

    wish: Wish
    alphabet: Alphabet
    discount: Fraction

    @cached_property
    def _trials(self) -> Trials:
        return Trials(self.wish)

    @cached_property
    def chains(self) -> dict[str, Chain]:
        """Policy -> its chain."""
        return {name: induced(self.wish.environment, policy) for name, policy in self.wish.policies.items()}

    @cached_property
    def read(self) -> frozenset[int]:
        """The letters that some policy brings about."""
        letter = self.alphabet.letter
        return frozenset(
            letter[move.step] for chain in self.chains.values() for moves in chain.moves for move in moves
        )

    def masses(self, structure: Structure, name: str) -> dict[Place, Fraction]:
        """(u, ℓ) -> Σ_t γ^t P(the machine is in u at time t and reads ℓ)."""
        letter = self.alphabet.letter
        beside = product(self.chains[name], 0, lambda u, step: structure[u][letter[step]])
        found: dict[Place, Fraction] = {}
        for visited, state, moves in zip(visits(beside, self.discount), beside.states, beside.moves, strict=True):
            assert isinstance(state, tuple)
            for move in moves:
                place = (state[1], letter[move.step])
                found[place] = found.get(place, Fraction(0)) + visited * move.probability
        return found

    def rewards(self, structure: Structure, readable: bool = True) -> dict[Place, Fraction] | None:
        """Rewards with which the machine grants the wish, 0 left out; None where there are none."""
        return self._trials.weights(lambda name: self.masses(structure, name), readable)


def reachable(structure: Structure, letters: Sequence[int]) -> Structure:
    """The part that can be reached by these letters, its states in breadth-first order."""
    order = [0]
    for u in order:
        order += [v for v in dict.fromkeys(structure[u][i] for i in letters) if v not in order]
    number = {u: i for i, u in enumerate(order)}
    used = frozenset(letters)
    return tuple(
        tuple(number[v] if i in used else k for i, v in enumerate(structure[u])) for k, u in enumerate(order)
    )
