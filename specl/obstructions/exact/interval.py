"""Intervals with rational ends, and the signs of polynomials on them (Sturm's theorem)."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import fmpq_poly

from specl.model.flint_rational import to_fmpq, to_fraction


@dataclass(frozen=True)
class Interval:
    """A nonempty interval; a point where the ends are equal."""

    low: Fraction
    high: Fraction
    closed_low: bool = True
    closed_high: bool = True

    def __str__(self) -> str:
        return f"{'(['[self.closed_low]}{self.low},{self.high}{')]'[self.closed_high]}"


POINT = Interval(Fraction(0), Fraction(0))
UNIT = Interval(Fraction(0), Fraction(1))
DISCOUNTS = Interval(Fraction(0), Fraction(1), True, False)
POSITIVE = Interval(Fraction(0), Fraction(1), False, True)


def sign_at(polynomial: fmpq_poly, x: Fraction) -> int:
    """−1, 0 or 1."""
    found = polynomial(to_fmpq(x))
    return int(found > 0) - int(found < 0)


def signs(polynomial: fmpq_poly, on: Interval) -> set[int]:
    """The signs (−1, 0, 1) that a polynomial takes on an interval, exactly."""
    if polynomial.degree() <= 0 or on.low == on.high:
        return {sign_at(polynomial, on.low)}
    found = {sign_at(polynomial, x) for x, closed in ((on.low, on.closed_low), (on.high, on.closed_high)) if closed}
    inside = [(factor, power) for factor, power in polynomial.factor()[1] if _roots_between(factor, on.low, on.high)]
    if any(power % 2 for _, power in inside):
        return {-1, 0, 1}
    if inside:
        found.add(0)
    middle, step = (on.low + on.high) / 2, (on.high - on.low) / 4
    while (sign := sign_at(polynomial, middle)) == 0:
        middle, step = middle + step, step / 2
    return found | {sign}


def first_root(polynomial: fmpq_poly, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction] | None:
    """The smallest zero in (low, high), None if there is none: (z, z) where it is rational, otherwise (a, b) with the
    zero in between, a > low and no other zero of the polynomial in [a, b]."""
    if polynomial.degree() <= 0:
        return None
    best: tuple[Fraction, Fraction] | None = None
    factors = [factor for factor, _ in polynomial.factor()[1]]
    for factor in factors:
        if factor.degree() == 1:
            root = to_fraction(-factor[0] / factor[1])
            found = (root, root) if low < root < high else None
        else:
            found = _isolate(factor, low, high)
        if found is not None and (best is None or found < best):
            best = found
    return best


def _isolate(irreducible: fmpq_poly, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction] | None:
    count = _roots_between(irreducible, low, high)
    if not count:
        return None
    start = low
    while count > 1 or low == start or high - low > Fraction(1, 1 << 20):
        middle = (low + high) / 2
        left = _roots_between(irreducible, low, middle)
        low, high, count = (low, middle, left) if left else (middle, high, count)
        count = count or 1
    return low, high


def _roots_between(irreducible: fmpq_poly, low: Fraction, high: Fraction) -> int:
    """How many zeros an irreducible polynomial has in the open interval."""
    if irreducible.degree() == 1:
        return int(low < to_fraction(-irreducible[0] / irreducible[1]) < high)
    chain = [irreducible, irreducible.derivative()]
    while chain[-1].degree() > 0:
        chain.append(-(chain[-2] % chain[-1]))
    changes = []
    for x in (low, high):
        taken = [sign for each in chain if (sign := sign_at(each, x))]
        changes.append(sum(a != b for a, b in pairwise(taken)))
    return changes[0] - changes[1]
