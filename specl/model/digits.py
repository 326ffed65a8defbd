"""Rational numbers as text, however long: Python itself refuses more than 4300 digits, and is slow at them."""

from fractions import Fraction

_SHORT = 8000
"""Bits of a whole number that Python writes."""

_LONGEST = 40
"""Characters of a number that a message holds."""


def written(value: int | Fraction) -> str:
    """``12`` or ``1/3``, in full."""
    if value.denominator != 1:
        return f"{written(value.numerator)}/{written(value.denominator)}"
    whole = value.numerator
    if whole.bit_length() <= _SHORT:
        return str(whole)
    from flint import fmpz

    text: str = fmpz(whole).str()
    return text


def parsed(text: str) -> Fraction:
    """The number that ``12``, ``0.5`` or ``1.5e-3`` denotes."""
    from flint import fmpz

    mantissa, _, power = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    return Fraction(int(fmpz(whole + decimals)), 10 ** len(decimals)) * Fraction(10) ** int(power or 0)


def exponent(value: Fraction) -> int:
    """The e with 10^e ≤ |value| < 10^(e+1), of a number other than 0."""
    size = abs(value)
    if size >= 1:
        return len(written(size.numerator // size.denominator)) - 1
    return -len(written(-(-size.denominator // size.numerator) - 1))


def scientific(value: Fraction, digits: int) -> str:
    """``-1.2345…e-400``: so many digits, cut off towards 0 where there are more."""
    if not value:
        return "0"
    size, e = abs(value), exponent(value)
    scaled = size * Fraction(10) ** (digits - 1 - e)
    first, rest = (text := written(scaled.numerator // scaled.denominator))[0], text[1:]
    mantissa = f"{first}.{rest}…" if scaled.denominator != 1 else f"{first}.{rest}".rstrip("0").rstrip(".")
    return f"{'-' if value < 0 else ''}{mantissa}e{e}"


def brief(number: object) -> str:
    """A number for a message: in full if it is short, else its first digits."""
    if isinstance(number, int | Fraction):
        if max(number.numerator.bit_length(), number.denominator.bit_length()) <= 3 * _LONGEST:
            return str(number)
        return scientific(Fraction(number), 6)
    rational = getattr(number, "rational", None)
    if isinstance(rational, Fraction):
        return brief(rational)
    text = str(number)
    return text if len(text) <= 2 * _LONGEST else f"{text[: 2 * _LONGEST]}…"
