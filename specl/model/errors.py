"""What can go wrong in arithmetic, with the place in the source text where it was asked for."""

Span = tuple[int, int]
"""Character offsets [start, end) in the source text."""


class Undefined(ArithmeticError):
    """An operation outside its domain (division by zero, log of a negative number); ``at`` says where it stands."""

    def __init__(self, message: str, at: Span | None = None) -> None:
        super().__init__(message)
        self.at = at


class Unsupported(Exception):
    """An operation that a number type does not have (a minimum of rational functions, say), or a quantity that
    cannot be computed or enclosed; the message says which part and why, ``at`` where it stands."""

    def __init__(self, message: str, at: Span | None = None) -> None:
        super().__init__(message)
        self.at = at
