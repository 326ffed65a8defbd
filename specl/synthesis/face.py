"""What a proof is about: two objectives on the policies of one support."""

from dataclasses import dataclass

from specl.evaluation.context import Rank
from specl.model.policy import Policy
from specl.model.rational_function import RationalFunction


@dataclass(frozen=True)
class Face:
    """Both objectives on the policies of one support.

    Attributes:
        policy: the symbolic policy.
        left, right: the ranks, in the entries of `policy`.
        closed: whether they are given by the same functions on the border, where entries are 0.
    """

    policy: Policy
    left: Rank
    right: Rank
    closed: bool = False

    @property
    def is_point(self) -> bool:
        """Whether there is one policy of this support, but for choices that do not count."""
        return not any(isinstance(entry, RationalFunction) for row in self.policy.rows for entry in row)
