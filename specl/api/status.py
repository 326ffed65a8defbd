"""The answer to whether two things are alike."""

from typing import Literal

Status = Literal["yes", "no", "unknown"]
"""They are; they are not; that is open."""


def of_verdict(verdict: str) -> Status:
    """Whether two objectives are the same, of a verdict "same", "different" or "unknown"."""
    answers: dict[str, Status] = {"same": "yes", "different": "no"}
    return answers.get(verdict, "unknown")
