"""What comes of a wish: an objective that grants it, a certificate that none does, or what stood in the way."""

from dataclasses import dataclass
from typing import Any

Json = Any
"""What `json.dumps` takes."""


@dataclass(frozen=True)
class Yes:
    """An objective that orders the policies as wished. Nobody believes it before it has been evaluated again.

    Attributes:
        objective: a record of the formalism.
        note: how it was made, in words; may be empty.
    """

    objective: Any
    note: str = ""


@dataclass(frozen=True)
class No:
    """No objective can. Nobody believes it before the kernel has accepted the certificate.

    Attributes:
        refuted: the formalism that the certificate refutes: the one that was asked for, or one that can do more.
        reason: the conflict in words.
        claim, certificate: documents for the kernel.
    """

    refuted: str
    reason: str
    claim: Json
    certificate: Json


@dataclass(frozen=True)
class Unknown:
    """Undecided; ``reason`` says which limit was hit."""

    reason: str


Answer = Yes | No | Unknown
