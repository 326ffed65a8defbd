"""Enclosures of normal forms by ball arithmetic, and the sign of a number."""

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from specl.model import ball
from specl.model.errors import Undefined
from specl.model.normal_form import Atom, Form, Monomial, cleared, split_radicals
from specl.model.separation import separation_bits

if TYPE_CHECKING:
    from flint import arb

UNDECIDED_BITS = 4096
"""A sum that is not known to differ from 0 is refined to this precision before its sign is given up."""

NONZERO_BITS = 1 << 16
"""A sum that is known to differ from 0 is refined to this precision."""


@lru_cache(maxsize=4096)
def form_bounds(form: Form, bits: int) -> ball.Bounds:
    """Ends around the number, computed with ``bits`` bits and more where terms cancel, until the interval is
    narrower than 2^(−bits) times the number (or than 2^(−2·bits), near 0), or four times as many bits are used up.

    Raises:
        Undefined: the number is too large to be written down.
    """
    from flint import ctx

    used = bits + 16
    while True:
        with ctx.workprec(used):
            value = _value(form)
        if value.is_finite() or used > 8 * bits + 256:
            low, high = ball.bounds(value)
            size = max(abs(low), abs(high), Fraction(1, 1 << bits))
            if (high - low) * (1 << bits) <= size or used > 8 * bits + 256:
                return low, high
        used *= 2


def sign(form: Form) -> int | None:
    """−1, 0 or 1; None if neither the normal form nor 4096 bits decide it."""
    if not form:
        return 0
    if len({coefficient > 0 for _, coefficient in form}) == 1 and all(_positive(monomial) for monomial, _ in form):
        return 1 if form[0][1] > 0 else -1
    return _refined_sign(form)


@lru_cache(maxsize=4096)
def _refined_sign(form: Form) -> int | None:
    bits = 64
    limit = UNDECIDED_BITS
    while bits <= limit:
        found = _numeric_sign(form, bits)
        if found is not None:
            return found
        if bits == 256:
            if not cleared(form):
                return 0
            if independent(form):
                limit = NONZERO_BITS
            gap = separation_bits(form)
            if gap is not None and gap <= NONZERO_BITS:
                low, high = form_bounds(form, gap + 2)
                if low > 0 or high < 0:
                    return 1 if low > 0 else -1
                if max(-low, high) * (1 << gap) < 1:
                    return 0
        bits *= 2
    return None


def is_zero(form: Form) -> bool:
    """Whether the number is certainly 0."""
    return sign(form) == 0


def is_nonzero(form: Form) -> bool:
    """Whether the number is certainly not 0, by independence or by its enclosure."""
    return independent(form) or sign(form) in (-1, 1)


def independent(form: Form) -> bool:
    """Whether the form is not empty and its monomials are known to be linearly independent over ℚ: a single
    monomial of nonzero atoms; radicals times logarithms of integers or 1 (Baker); radicals times e^q (Lindemann)."""
    if not form:
        return False
    rests = [split_radicals(monomial)[1] for monomial, _ in form]
    if len(form) == 1:
        return all(atom.kind != "logform" for atom, _ in rests[0])
    return all(_is_logarithm(rest) for rest in rests) or all(_is_exponential(rest) for rest in rests)


def _is_logarithm(rest: Monomial) -> bool:
    return not rest or (len(rest) == 1 and rest[0][0].kind == "log" and rest[0][1] == 1)


def _is_exponential(rest: Monomial) -> bool:
    return not rest or (len(rest) == 1 and rest[0][0].kind == "exp" and rest[0][0].of == (((), Fraction(1)),))


def _positive(monomial: Monomial) -> bool:
    return all(atom.kind != "logform" for atom, _ in monomial)


def _numeric_sign(form: Form, bits: int) -> int | None:
    from flint import ctx

    with ctx.workprec(bits):
        value = _value(form)
        if value.is_finite():
            if value > 0:
                return 1
            if value < 0:
                return -1
    return None


def _value(form: Form) -> "arb":
    total = ball.ball(Fraction(0))
    for monomial, coefficient in form:
        term = ball.ball(coefficient)
        for atom, exponent in monomial:
            term *= _power(atom, exponent)
        total += term
    return total


def _power(atom: Atom, exponent: Fraction) -> "arb":
    if atom.kind == "exp":
        return (_value(atom.of) * ball.ball(exponent)).exp()
    if atom.kind in ("log", "logform"):
        base = (ball.ball(Fraction(atom.number)) if atom.kind == "log" else _value(atom.of)).log()
    else:
        base = ball.ball(Fraction(atom.number)) if atom.kind == "root" else _value(atom.of)
    if exponent == Fraction(1, 2):
        return base.sqrt()
    if exponent.denominator == 1:
        return base ** int(exponent)
    return (base.log() * ball.ball(exponent)).exp()


def require_sign(form: Form, what: str) -> int:
    """The sign, where an operation depends on it.

    Raises:
        Undefined: it cannot be decided.
    """
    found = sign(form)
    if found is None:
        raise Undefined(f"{what}: its sign could not be decided with {UNDECIDED_BITS} bits")
    return found
