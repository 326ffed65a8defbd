"""What policies earn, enclosed: from approximate occupancies and bounds on their errors."""

from dataclasses import dataclass

import numpy as np

from specl.wishes.linear.occupancies import UNIT, Array, Occupancies

SLACK = 1 + 1e-9
"""Covers the rounding of what bounds are computed with."""


@dataclass(frozen=True)
class Values:
    """J(π) is within `radii` of `centres`, for each policy."""

    centres: Array
    radii: Array

    def signs(self, better: list[int], worse: list[int]) -> list[int | None]:
        """The sign of J(better) − J(worse) for pairs of indices, None where the enclosures overlap."""
        gaps = self.centres[better] - self.centres[worse]
        sizes = np.abs(self.centres)
        doubt = (self.radii[better] + self.radii[worse] + 4 * UNIT * (sizes[better] + sizes[worse])) * SLACK
        return [int(np.sign(gap)) if abs(gap) > margin else None for gap, margin in zip(gaps, doubt, strict=True)]


def values(found: Occupancies, reward: Array) -> Values:
    """The values of all policies.

    Args:
        reward: R(s,a), shape states × actions, each rounded once.
    """
    _, size, width = found.choices.shape
    expected = np.einsum("psa,sa->ps", found.choices, reward)
    largest = np.einsum("psa,sa->ps", found.choices, np.abs(reward))
    visits = np.abs(found.visits)
    rounding = 1.01 * (size + width + 8) * UNIT * (visits * largest).sum(axis=1)
    radii = (found.errors * largest.max(axis=1) + rounding) * SLACK + 1e-300
    return Values((found.visits * expected).sum(axis=1), radii)
