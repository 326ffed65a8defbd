"""Certificates that a search proposes against a wish: compared with the wish, then put to the kernel."""

from fractions import Fraction
from typing import Any

from specl import kernel
from specl.api.granted import Unconfirmed
from specl.expressivity.preorder import Preorder
from specl.model.environment import Environment
from specl.model.ordering import Trajectory
from specl.wishes.answer import No
from specl.wishes.trajectories import TrajectoryWish
from specl.wishes.wish import Wish

WORK = 1_000_000_000
"""What the kernel may spend on one certificate, a few minutes at the most: what a search here proposes is no attack."""


def check_refutation(wish: Wish | TrajectoryWish, code: str, answer: No, order: Preorder) -> None:
    """Have the kernel check the certificate, once it is seen that its claim is about this wish.

    Raises:
        Unconfirmed: the claim is about something else, or the kernel does not accept the certificate.
    """
    claim = answer.claim
    try:
        _about(wish, claim)
        refuted, bound = claim["refuted"], discount_of_claim(claim)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise Unconfirmed("the claim has not the form of a claim about a wish") from None
    if refuted != answer.refuted:
        raise Unconfirmed(f"the claim refutes {refuted}, not {answer.refuted}")
    if bound is not None and bound != wish.discount:
        raise Unconfirmed(f"the claim is about the discount {bound}")
    if not carries(order, refuted, code, bound):
        raise Unconfirmed(f"a refutation of {refuted} says nothing of {code}")
    verdict = kernel.check(claim, answer.certificate, WORK)
    if verdict.status != kernel.ACCEPT:
        where = f" (at {verdict.where})" if verdict.where else ""
        raise Unconfirmed(f"the kernel says {verdict.status} of its certificate: {verdict.reason}{where}")


def discount_of_claim(claim: Any) -> Fraction | None:
    """The discount that a claim about a wish is restricted to."""
    return Fraction(claim["wish"]["discount"]) if "discount" in claim["wish"] else None


def carries(order: Preorder, refuted: str, code: str, discount: Fraction | None) -> bool:
    """Whether what `refuted` cannot express, at this discount or at any, `code` cannot express either.

    Where the refutation is about one discount, the chain of reductions has to keep it all the way.
    """
    if discount is None:
        return refuted == code or order.evidence(refuted, code).verdict == "holds"
    reached = {code}
    while more := {upper for lower, upper in AT_ONE_DISCOUNT if lower in reached} - reached:
        reached |= more
    return refuted in reached


AT_ONE_DISCOUNT = frozenset(
    {
        ("MR", "RM"), ("MR", "RRL"), ("MR", "ONMR"), ("MR", "INMR"), ("INMR", "IMORL"), ("ONMR", "OMORL"),
        ("OMORL", "FOMR"), ("OMORL", "GOMORL"), ("GOMORL", "OMO"), ("RRL", "FOMR"), ("FOMR", "OMO"),
    }
)  # fmt: skip
"""The reductions between formalisms with a discount whose result has the discount of what it is made from. FOMR → OMO
is among them: to compare by a function of the occupancy measure is to order occupancy measures."""


def _about(wish: Wish | TrajectoryWish, claim: Any) -> None:
    """Raises Unconfirmed where the claim is about something else."""
    environment = wish.environment
    if claim["format"] != "specl-claim/1":
        raise Unconfirmed("the claim is of another format")
    if _numbers(claim["environment"]) != _environment(environment):
        raise Unconfirmed("the claim is about another environment")
    if isinstance(wish, TrajectoryWish):
        known = {name: _spelt(environment, each) for name, each in wish.trajectories.items()}
        claimed = claim["policies"]["trajectories"]
    else:
        known = {name: _rows(environment, policy.rows) for name, policy in wish.policies.items()}
        claimed = {name: _numbers(rows) for name, rows in claim["policies"]["rows"].items()}
    for name, each in claimed.items():
        if known.get(name) != each:
            raise Unconfirmed(f"the claim is about another {name}")
    follows = Consequences(wish if isinstance(wish, Wish) else wish.order)
    for better, worse in claim["wish"]["strict"]:
        if not follows.strict(better, worse):
            raise Unconfirmed(f"{better} > {worse} does not follow from the wish")
    for left, right in claim["wish"]["ties"]:
        if not follows.tie(left, right):
            raise Unconfirmed(f"{left} ~ {right} does not follow from the wish")


class Consequences:
    """What follows from the comparisons of a wish by transitivity, names of one policy being tied."""

    def __init__(self, wish: Wish) -> None:
        self.group = {name: i for i, names in enumerate(wish.classes) for name in names}
        self.below: dict[int, set[int]] = {i: set() for i in self.group.values()}
        for better, worse in wish.strict:
            self.below[self.group[better]].add(self.group[worse])
        self.reached: dict[int, set[int]] = {}

    def tie(self, left: str, right: str) -> bool:
        """Whether the two are to be equally good."""
        return self.group[left] == self.group[right]

    def strict(self, better: str, worse: str) -> bool:
        """Whether the first is to be better than the second."""
        start = self.group[better]
        if start not in self.reached:
            found, frontier = set[int](), [start]
            while frontier:
                new = self.below[frontier.pop()] - found
                found |= new
                frontier += new
            self.reached[start] = found
        return self.group[worse] in self.reached[start]


def _environment(environment: Environment) -> Any:
    states = environment.states
    return {
        "states": list(states),
        "actions": list(environment.actions),
        "start": {states[s]: weight for s, weight in environment.start},
        "transitions": {
            state: {
                action: {states[t]: weight for t, weight in targets}
                for action, targets in zip(environment.actions, row, strict=True)
            }
            for state, row in zip(states, environment.transitions, strict=True)
        },
    }


def _spelt(environment: Environment, trajectory: Trajectory) -> list[str]:
    names = [environment.states[s] for s in trajectory.states]
    for t, a in enumerate(trajectory.actions):
        names.insert(2 * t + 1, environment.actions[a])
    return names


def _rows(environment: Environment, rows: Any) -> Any:
    return {
        state: {action: weight for action, weight in zip(environment.actions, row, strict=True) if weight}
        for state, row in zip(environment.states, rows, strict=True)
    }


def _numbers(part: Any) -> Any:
    """The document with its rationals read and entries that are 0 left out; lists hold names."""
    if isinstance(part, dict):
        return {key: number for key, value in part.items() if (number := _numbers(value)) != 0}
    return Fraction(part) if isinstance(part, str) else list(part)
