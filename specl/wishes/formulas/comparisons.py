"""What a wish demands of the probabilities of a formula, and whether a formula gives it, exactly."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.evaluation.means import probability
from specl.model.environment import Environment
from specl.model.errors import Unsupported
from specl.model.formula import Formula
from specl.model.policy import Policy
from specl.wishes.wish import Wish


@dataclass(frozen=True)
class Comparisons:
    """A wish with its policies numbered, each once.

    Attributes:
        strict: (better, worse), from which with the ties all others follow.
        ties: pairs to be equal.
    """

    environment: Environment
    policies: tuple[Policy, ...]
    strict: tuple[tuple[int, int], ...]
    ties: tuple[tuple[int, int], ...]

    def granted_by(self, values: Any, close: Any = 0.0) -> Any:
        """Which rows of values, shape k × policies, order the policies as wished; floats, so a proposal.

        Args:
            close: how far apart ties may be, one number for each tie.
        """
        import numpy as np

        good = np.ones(len(values), dtype=bool)
        for better, worse in self.strict:
            good &= values[:, better] > values[:, worse] + 1e-9
        for number, (one, other) in enumerate(self.ties):
            good &= np.abs(values[:, one] - values[:, other]) <= np.broadcast_to(close, len(self.ties))[number] + 1e-9
        return good

    def granted(self, formula: Formula) -> bool:
        """Whether the probabilities of the formula are ordered as wished, exactly; what has no automaton is not."""
        known: dict[int, Fraction] = {}

        def value(policy: int) -> Fraction:
            if policy not in known:
                found = probability(self.environment, self.policies[policy], formula).rational
                assert found is not None  # sums of products of rationals
                known[policy] = found
            return known[policy]

        try:
            return all(value(better) > value(worse) for better, worse in self.strict) and all(
                value(one) == value(other) for one, other in self.ties
            )
        except Unsupported:
            return False


def comparisons(wish: Wish) -> Comparisons:
    """The comparisons of a wish that do not follow from the others."""
    number = {policy: i for i, policy in enumerate(dict.fromkeys(wish.policies.values()))}
    index = {name: number[policy] for name, policy in wish.policies.items()}
    strict = tuple(dict.fromkeys((index[better], index[worse]) for better, worse in wish.covers))
    pairs = ((index[group[0]], index[name]) for group in wish.classes for name in group[1:])
    ties = tuple(dict.fromkeys((one, other) for one, other in pairs if one != other))
    return Comparisons(wish.environment, tuple(number), strict, ties)
