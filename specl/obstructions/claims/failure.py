"""Why there is no certificate, or no claim to begin with."""

from specl.model.errors import Span


class NoCertificate(Exception):
    """The argument does not go through: the message says where it breaks.

    `decided` is True where there can be no certificate of this kind, False where the search was too narrow to tell.
    """

    def __init__(self, reason: str, decided: bool = True) -> None:
        super().__init__(reason)
        self.decided = decided


class NoClaim(Exception):
    """A refutation that makes no claim: a kind that does not suit the formalism, evidence that does not suit the kind,
    or an objective that certificates cannot carry; ``code`` is that of the message, ``at`` where it is."""

    def __init__(self, code: str, message: str, at: Span | None, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.at = at
        self.hint = hint


def uncarried(message: str, at: Span | None, hint: str | None = None) -> NoClaim:
    """The objective is one that certificates cannot carry."""
    return NoClaim("E094", message, at, hint)
