"""What a search for a counterexample came to: a witness as a file with its certificate, or why there is none."""

from dataclasses import dataclass
from typing import Any, Literal

from specl.separation.driver import Found
from specl.separation.shrink import Shrunk
from specl.separation.written import witness_file

Verdict = Literal["found", "holds", "unknown"]


@dataclass(frozen=True)
class Witnessed:
    """A witness that the kernel accepts.

    Attributes:
        reason: what the kernel says that it has checked.
        claim, certificate: the two documents as text.
        seconds: how long the search took, and making the witness smaller.
    """

    found: Found
    shrunk: Shrunk
    reason: str
    claim: str
    certificate: str
    seconds: tuple[float, float]


@dataclass(frozen=True)
class Separated:
    """Whether ``upper ⋡ lower`` was shown by an environment found in this run.

    Attributes:
        verdict: "found", or "holds" where there can be none since ``upper ⪰ lower``, or "unknown".
        reason: in a line.
        seed: of the search.
        witness: what was found.
        interrupted: whether Ctrl-C ended the search or the shrinking.
    """

    upper: str
    lower: str
    verdict: Verdict
    reason: str
    seed: int
    witness: Witnessed | None = None
    interrupted: bool = False

    @property
    def status(self) -> Literal["yes", "no", "unknown"]:
        """Whether the two are separated."""
        answers: dict[Verdict, Literal["yes", "no", "unknown"]] = {"found": "yes", "holds": "no", "unknown": "unknown"}
        return answers[self.verdict]

    @property
    def spec(self) -> str | None:
        """The witness as a .spec file, told about in comments; `specl prove` finds the certificate again."""
        if self.witness is None:
            return None
        return witness_file(self.witness.shrunk.proposal, self.lower, self.lines())

    def lines(self) -> list[str]:
        """What was found, for a person."""
        if self.witness is None:
            return [self.reason]
        found, proposal = self.witness.found, self.witness.shrunk.proposal
        route, shape = found.route, proposal.shape
        lines = [f"{self.upper} ⋡ {self.lower}, by {proposal.kind}.", self.reason]
        if route.length:
            lines.append(
                f"So {route.refuted} ⋡ {route.expressing}; {' and '.join(_carried(route.above, route.below))}."
            )
        counted = [(shape.states, "state"), (shape.actions, "action"), (shape.policies, "policy")]
        size = ", ".join(_count(number, what) for number, what in counted if number)
        left = "" if self.witness.shrunk.finished else "; there was no time to try all that could make it smaller"
        lines.append(f"{size}; seed {self.seed}, {_count(found.tried, 'try')}{left}.")
        return lines

    def text(self) -> str:
        """The file, or the reason why there is none."""
        return self.spec or self.reason

    def json(self) -> dict[str, Any]:
        """``{"upper", "lower", "verdict", "reason", "seed", "interrupted", "witness"}``; the witness is null, or
        ``{"kind", "refuted", "expressing", "above", "below", "states", "actions", "policies", "tried", "seconds",
        "smallest", "spec", "claim", "certificate"}``."""
        document: dict[str, Any] = {
            "upper": self.upper,
            "lower": self.lower,
            "verdict": self.verdict,
            "reason": self.reason,
            "seed": self.seed,
            "interrupted": self.interrupted,
            "witness": None,
        }
        if self.witness is not None:
            found, proposal = self.witness.found, self.witness.shrunk.proposal
            document["witness"] = {
                "kind": proposal.kind,
                "refuted": proposal.refuted,
                "expressing": proposal.code,
                "above": list(found.route.above),
                "below": list(found.route.below),
                "states": proposal.shape.states,
                "actions": proposal.shape.actions,
                "policies": proposal.shape.policies,
                "tried": found.tried,
                "seconds": dict(zip(("search", "shrink"), (round(s, 3) for s in self.witness.seconds), strict=True)),
                "smallest": self.witness.shrunk.finished,
                "spec": self.spec,
                "claim": self.witness.claim,
                "certificate": self.witness.certificate,
            }
        return document

    def __str__(self) -> str:
        return self.text()


def _carried(above: tuple[str, ...], below: tuple[str, ...]) -> list[str]:
    """How a refutation of the last above by the first below carries over to the first and the last."""
    told = []
    if len(above) > 1:
        told.append(f"what {above[0]} expresses, {above[-1]} does ({' → '.join(above)})")
    if len(below) > 1:
        told.append(f"what {below[0]} expresses, {below[-1]} does ({' → '.join(below)})")
    return told


def _count(number: int, one: str) -> str:
    if number == 1:
        return f"1 {one}"
    return f"{number} {one[:-1]}ies" if one.endswith("y") else f"{number} {one}s"
