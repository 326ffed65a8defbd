"""The answer to whether two things are alike."""

from typing import Literal

Status = Literal["yes", "no", "unknown"]
"""They are; they are not; that is open."""
