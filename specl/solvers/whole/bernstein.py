"""Rigorous ranges of rational functions of a policy's entries on cells of policies, by their Bernstein coefficients.

A cell is a product of simplices, one for each row of the policy. In barycentric coordinates of a cell numerator and
denominator are homogeneous in each row; where no coefficient of the denominator is negative, their quotient is a mean
of the quotients of coefficients, and so between the least and the largest of these (Narkawicz, Garloff, Smith and
Muñoz 2012). That holds where both are 0 as well: at policies under which the recurrent classes change, near which a
long-run average or a probability takes a whole range of values. Coefficients are exact, as integers over a common
factor, which cancels; halving a cell is a linear map of them (de Casteljau).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement, product
from math import comb, lcm, prod
from typing import Any

import numpy as np
from flint import fmpq_mpoly
from numpy.typing import NDArray

from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.quantities import Choice
from specl.model.rational_function import RationalFunction, constant_function
from specl.model.real import Real
from specl.model.symbols import Applied, LogChoice, Symbol
from specl.solvers.whole.cells import Cell, Row

Integers = NDArray[Any]
"""Python's own, of any size."""

MOST_COEFFICIENTS = 20_000
"""Of the numerators and the denominator of one function."""

_BITS = 80
"""Quotients that are not exact are rounded outward to so many bits after the point."""


@dataclass(frozen=True)
class Weighed:
    """x·log x of an entry x; 0 at 0."""

    choice: Choice


_NOTHING = Enclosure(Fraction(0), Fraction(0))
_EITHER = Enclosure(Fraction(0), Fraction(1))

_MOST_UNSETTLED = 5

_Monomial = tuple[tuple[Symbol | Weighed, int], ...]


@dataclass(frozen=True, eq=False)
class Form:
    """Σ monomial·top/bottom, the monomials being of what is no entry.

    ``coefficients[k]`` belong to the numerator of ``monomials[k]``, the last ones to the denominator, which is
    multiplied by ``scale``, a monomial of constants; axis r + 1 is row r's. ``inner``: the functions that others are
    applied to. ``by_sign``: the same function with ±g in place of each |g|, whose bounds hold too.
    """

    monomials: tuple[_Monomial, ...]
    coefficients: Integers
    degrees: tuple[int, ...]
    scale: _Monomial
    inner: Mapping[Applied, "Form"]
    by_sign: "Form | None" = None

    def half(self, rows: Sequence[Row], r: int, i: int, j: int) -> "Form":
        """On the half of the cell at corner i."""
        inner = {symbol: form.half(rows, r, i, j) for symbol, form in self.inner.items()}
        by_sign = None if self.by_sign is None else self.by_sign.half(rows, r, i, j)
        if not self.degrees[r]:
            return replace(self, inner=inner, by_sign=by_sign)
        matrix = _halving(self.degrees[r], len(rows[r].actions), i, j)
        turned = np.moveaxis(np.tensordot(self.coefficients, matrix, axes=(r + 1, 1)), -1, r + 1)
        return replace(self, coefficients=turned, inner=inner, by_sign=by_sign)

    def range(self, cell: Cell) -> Enclosure | None:
        """Bounds on the cell, exact where a corner's value is the bound; None where there are none."""
        forms = [self] if self.by_sign is None else [self, self.by_sign]
        found = [each for each in (form._range(cell) for form in forms) if each is not None]
        return Enclosure(max(each.low for each in found), min(each.high for each in found)) if found else None

    def _range(self, cell: Cell) -> Enclosure | None:
        """Of indicators that are not settled both values are tried, each for all of its occurrences."""
        try:
            values = {symbol: self._value(symbol, cell) for symbol in self._symbols}
            found: Enclosure | None = None
            for settled in _settled(values):
                one = self._total(settled)
                if one is None:
                    return None
                found = one if found is None else found.hull(one)
        except (Undefined, Unsupported):
            return None
        return found

    @property
    def _symbols(self) -> frozenset["Symbol | Weighed"]:
        return frozenset(symbol for monomial in (*self.monomials, self.scale) for symbol, _ in monomial)

    def _total(self, values: Mapping[Any, Enclosure]) -> Enclosure | None:
        """The range where what is no entry has these values; monomials that become the same are put together."""
        tops: dict[_Monomial, Integers] = {}
        for monomial, top in zip(self.monomials, self.coefficients, strict=False):
            if not any(values[symbol].is_zero() for symbol, _ in monomial):
                left = tuple((symbol, e) for symbol, e in monomial if values[symbol].rational != 1)
                tops[left] = tops[left] + top if left in tops else top
        total = _NOTHING
        for monomial, top in tops.items():
            part = quotients(top, self.coefficients[-1])
            if part is None:
                return None
            for symbol, exponent in monomial:
                part = part * values[symbol].power(exponent)
            total = total + part
        for symbol, exponent in self.scale:
            total = total / values[symbol].power(exponent)
        return total

    def variation(self, r: int) -> float:
        """How much the function changes along a row, roughly: a guide to which one to halve."""
        found = sum(form.variation(r) for form in self.inner.values())
        bottom = self.coefficients[-1].astype(object)
        for monomial, top in zip(self.monomials, self.coefficients, strict=False):
            if self.degrees[r]:
                with np.errstate(all="ignore"):
                    near = np.where(bottom == 0, 0, top * (1 << 20) // np.where(bottom == 0, 1, bottom)).astype(float)
                found += float(np.ptp(near, axis=r).max()) / (1 << 20)
            found += sum(1.0 for symbol, _ in monomial if isinstance(symbol, LogChoice | Weighed))
        return found

    def _value(self, symbol: Symbol | Weighed, cell: Cell) -> Enclosure:
        match symbol:
            case Choice():
                return cell.entry(symbol)
            case LogChoice(choice):
                return cell.entry(choice).log()
            case Weighed(choice):
                return _weighed(cell.entry(choice))
            case Applied(function=("positive" | "nonnegative") as function):
                inside = self.inner[symbol].range(cell)
                is_strict = function == "positive"
                if inside is None:
                    return _EITHER
                high = inside.high > 0 if is_strict else inside.high >= 0
                low = inside.low > 0 if is_strict else inside.low >= 0
                return Enclosure(Fraction(int(low)), Fraction(int(high)))
            case Applied():
                inside = self.inner[symbol].range(cell)
                if inside is None:
                    raise Undefined("a function of what has no bounds")
                found: Enclosure = symbol.of(inside)
                return found
        return symbol.enclose()


def form_of(function: RationalFunction, rows: Sequence[Row]) -> Form:
    """The function on all policies.

    Raises:
        Unsupported: too many coefficients, or a denominator with several irrational numbers.
    """
    symbols = function.symbols
    top, bottom = symbols.lift(function.numerator), symbols.lift(function.denominator)
    parts = _grouped(function, top, {}, rows)
    below = _grouped(function, bottom, {}, rows)
    if len(below) != 1 or any(not isinstance(symbol, Real) for symbol, _ in next(iter(below))):
        raise Unsupported("a denominator of several irrational numbers or of functions")
    ((scale, divisor),) = below.items()
    polynomials = [*parts.values(), divisor]
    degrees = tuple(max((sum(term[r]) for each in polynomials for term in each), default=0) for r in range(len(rows)))
    shape = tuple(comb(d + len(row.actions) - 1, d) for d, row in zip(degrees, rows, strict=True))
    if prod(shape) * len(polynomials) > MOST_COEFFICIENTS:
        raise Unsupported(f"functions with more than {MOST_COEFFICIENTS} coefficients")
    common = lcm(*(c.denominator for each in polynomials for c in each.values()))
    stacked = np.zeros((len(polynomials), *shape), dtype=object)
    for k, each in enumerate(polynomials):
        for term, c in each.items():
            place = tuple(
                _places(d, len(row.actions))[(*powers, d - sum(powers))]
                for d, row, powers in zip(degrees, rows, term, strict=True)
            )
            stacked[(k, *place)] += int(c * common)
    for r, (d, row) in enumerate(zip(degrees, rows, strict=True)):
        if d:
            matrix = _filling(d, len(row.actions))
            stacked = np.moveaxis(np.tensordot(stacked, matrix, axes=(r + 1, 1)), -1, r + 1)
    applied = {symbol for monomial in parts for symbol, _ in monomial if isinstance(symbol, Applied)}
    inner = {symbol: form_of(symbol.argument, rows) for symbol in applied}
    by_sign = None
    if any(symbol.function == "abs" for symbol in applied):
        with suppress(Unsupported):  # too large
            by_sign = form_of(_signed(function), rows)
    return Form(tuple(parts), stacked, degrees, scale, inner, by_sign)


def _signed(function: RationalFunction) -> RationalFunction:
    """With (2·[g ≥ 0] − 1)·g in place of |g|."""
    symbols, one = function.symbols, function.symbols.ring.constant(1)

    def value_of(symbol: Symbol) -> Any:
        if isinstance(symbol, Applied) and symbol.function == "abs":
            side = Applied("nonnegative", symbol.argument, symbol.exponent)
            return (2 * RationalFunction(symbols, symbols.polynomial(side), one) - 1) * symbol.argument
        return RationalFunction(symbols, symbols.polynomial(symbol), one)

    found: RationalFunction = function.evaluate(value_of, lambda number: constant_function(symbols, number))
    return found


def _settled(values: Mapping[Any, Enclosure]) -> Iterator[Mapping[Any, Enclosure]]:
    """The ways in which indicators can be 0 or 1; that of f > 0 is 0 where that of f ≥ 0 is."""
    unsettled = [
        symbol
        for symbol, value in values.items()
        if isinstance(symbol, Applied) and symbol.function in ("positive", "nonnegative") and value == _EITHER
    ]
    if len(unsettled) > _MOST_UNSETTLED:
        yield values
        return
    for truths in product((0, 1), repeat=len(unsettled)):
        chosen = dict(zip(unsettled, truths, strict=True))
        weaker = {symbol: replace(symbol, function="nonnegative") for symbol in chosen}
        if all(truth <= chosen.get(weaker[symbol], 1) for symbol, truth in chosen.items()):
            yield {**values, **{symbol: Enclosure(Fraction(t), Fraction(t)) for symbol, t in chosen.items()}}


def quotients(top: Integers, bottom: Integers) -> Enclosure | None:
    """Bounds on Σ top·b/Σ bottom·b for all b ≥ 0 for which it is defined; None where there are none."""
    if (bottom < 0).any():
        top, bottom = -top, -bottom
    if (bottom < 0).any():
        return None
    blank = bottom == 0
    if top[blank].any():
        return None
    above, below = top[~blank], bottom[~blank]
    if not len(above):
        return None
    scaled = above << _BITS
    low, high = scaled // below, -(-scaled // below)
    return Enclosure(_end(above, below, int(low.argmin()), low, 1), _end(above, below, int(high.argmax()), high, -1))


def _end(above: Integers, below: Integers, k: int, rounded: Integers, sign: int) -> Fraction:
    """The k-th quotient, if it is the least (sign 1) or the largest (−1); else the rounded one."""
    if (sign * (above * below[k] - above[k] * below) >= 0).all():
        return Fraction(int(above[k]), int(below[k]))
    return Fraction(int(rounded[k]), 1 << _BITS)


def _grouped(
    function: RationalFunction, polynomial: fmpq_mpoly, known: dict[_Monomial, Any], rows: Sequence[Row]
) -> dict[_Monomial, dict[tuple[tuple[int, ...], ...], Fraction]]:
    """Monomial of what is no entry -> polynomial in the entries, by their powers in each row (all but the last)."""
    symbols = function.symbols
    index = {Choice(row.state, a): (r, k) for r, row in enumerate(rows) for k, a in enumerate(row.actions[:-1])}
    found: dict[_Monomial, dict[tuple[tuple[int, ...], ...], Fraction]] = {}
    for monomial, factor in _split(symbols.meanings, polynomial):
        for choice, exponent in monomial:
            if isinstance(choice, LogChoice) and exponent == 1:
                entry = symbols.lift(symbols.entries[choice.choice])
                divided, rest = divmod(factor, entry)
                if rest.is_zero():
                    factor = divided
                    monomial = tuple((Weighed(choice.choice), 1) if s == choice else (s, e) for s, e in monomial)
        terms = found.setdefault(monomial, {})
        for exponents, c in factor.terms():
            powers = [[0] * (len(row.actions) - 1) for row in rows]
            for position, exponent in enumerate(exponents):
                if exponent:
                    r, k = index[symbols.meanings[position]]  # type: ignore[index]
                    powers[r][k] = int(exponent)
            key = tuple(map(tuple, powers))
            terms[key] = terms.get(key, Fraction(0)) + Fraction(int(c.p), int(c.q))
    return found


def _split(meanings: Sequence[Symbol], polynomial: fmpq_mpoly) -> Iterator[tuple[_Monomial, fmpq_mpoly]]:
    """The polynomial's monomials in what is no entry, and their factors, polynomials in the entries."""
    ring = polynomial.context()
    found: dict[_Monomial, fmpq_mpoly] = {}
    for exponents, c in polynomial.terms():
        others = tuple(
            (meanings[i], int(e)) for i, e in enumerate(exponents) if e and not isinstance(meanings[i], Choice)
        )
        kept = tuple(int(e) if isinstance(meanings[i], Choice) else 0 for i, e in enumerate(exponents))
        found[others] = found.get(others, ring.constant(0)) + ring.term(c, kept)
    yield from found.items()


def _weighed(x: Enclosure) -> Enclosure:
    """The range of x·log x, which falls until 1/e and rises from there."""
    ends = [Enclosure(e, e) * Enclosure(e, e).log() if e else Enclosure(e, e) for e in (x.low, x.high)]
    turn = Enclosure(Fraction(-1), Fraction(-1)).exp()
    low = min(ends[0].low, ends[1].low)
    if x.low < turn.high and turn.low < x.high:
        low = min(low, -turn.high)
    return Enclosure(low, max(ends[0].high, ends[1].high))


@cache
def _places(degree: int, width: int) -> dict[tuple[int, ...], int]:
    """The powers (α_1, …, α_width) with sum ``degree``, numbered."""
    found: dict[tuple[int, ...], int] = {}
    for chosen in combinations_with_replacement(range(width), degree):
        found[tuple(chosen.count(v) for v in range(width))] = len(found)
    return found


@cache
def _filling(degree: int, width: int) -> Integers:
    """x^α for x_1, …, x_{width−1}, as homogeneous polynomials in the coordinates: times (Σ x)^(degree − |α|)."""
    places = _places(degree, width)
    matrix = np.zeros((len(places), len(places)), dtype=object)
    for powers, column in places.items():
        rest = powers[-1]
        for more in _places(rest, width):
            count, left = 1, rest
            for e in more:
                count *= comb(left, e)
                left -= e
            matrix[places[tuple(x + y for x, y in zip((*powers[:-1], 0), more, strict=True))], column] += count
    return matrix


@cache
def _halving(degree: int, width: int, i: int, j: int) -> Integers:
    """2^degree times the substitution x_i = y_i + y_j/2, x_j = y_j/2."""
    places = _places(degree, width)
    matrix = np.zeros((len(places), len(places)), dtype=object)
    for powers, column in places.items():
        others = degree - powers[i] - powers[j]
        for t in range(powers[i] + 1):
            turned = list(powers)
            turned[i], turned[j] = powers[i] - t, powers[j] + t
            matrix[places[tuple(turned)], column] += 2 ** (others + powers[i] - t) * comb(powers[i], t)
    return matrix
