"""What a proof is about: two objectives on the policies of one support."""

from dataclasses import dataclass

from specl.evaluation.context import Rank
from specl.model.policy import Policy


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
