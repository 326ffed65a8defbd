"""Rigorous ranges of a rational function of a policy's entries on boxes of policies, in arb's ball arithmetic.

The range on a box is taken twice: by the operations on intervals, and by the mean value form f(m) + Σ ∂f·(x − m), which
is sharper on small boxes (Moore 1966); both hold, so their intersection does. Derivatives also tell where f is monotone
in an entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq_mpoly

from specl.model.ball import ball, bounds
from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined
from specl.model.flint_rational import to_fraction
from specl.model.quantities import Choice
from specl.model.rational_function import RationalFunction
from specl.model.real import Real
from specl.model.symbols import Applied, LogChoice, Symbol

Box = Mapping[Choice, tuple[Fraction, Fraction]]
"""For each free entry of a policy, the ends of an interval."""

Terms = tuple[tuple[tuple[tuple[int, int], ...], Any], ...]
"""A polynomial: (((variable, exponent), …), coefficient) for each term."""


@dataclass(frozen=True, eq=False)
class Ranged:
    """A rational function, prepared for many boxes.

    Attributes:
        rests: what the entries are that are 1 minus the other entries of their rows.
        slopes: for each free entry the numerator of its derivative over denominator²; none where functions other than
            field operations are applied.
    """

    function: RationalFunction
    meanings: tuple[Symbol, ...]
    top: Terms
    bottom: Terms
    rests: Mapping[Choice, Terms]
    slopes: Mapping[Choice, Terms]

    def at(self, point: Mapping[Choice, Fraction]) -> tuple[Fraction, Fraction] | None:
        """Bounds on the value at one policy, equal where it is rational; None where it has none."""
        try:
            value = self.function.evaluate(lambda symbol: self._exactly(symbol, point), Real.of)
        except (Undefined, ZeroDivisionError):
            return None
        if isinstance(value, Real) and value.rational is not None:
            return value.rational, value.rational
        enclosed = value.enclose() if isinstance(value, Real) else value
        return enclosed.low, enclosed.high

    def _exactly(self, symbol: Symbol, point: Mapping[Choice, Fraction]) -> Any:
        match symbol:
            case Choice():
                return Real.of(point[symbol])
            case LogChoice(choice):
                others = sum((x for other, x in point.items() if other.state == choice.state), Fraction(0))
                return Real.of(point[choice] if choice in point else 1 - others).log()
            case Applied(argument=argument):
                return symbol.of(argument.evaluate(lambda inner: self._exactly(inner, point), Real.of))
        return symbol

    def on(self, box: Box) -> tuple[Fraction | None, Fraction | None, Mapping[Choice, int]]:
        """(lower bound, upper bound, signs of derivatives that are certain); None where there is no bound."""
        values = _Values(self, {choice: _interval(*ends) for choice, ends in box.items()})
        try:
            bottom = values.total(self.bottom)
            plain = values.total(self.top) / bottom
            found = _ends(plain)
        except (Undefined, ZeroDivisionError):
            return None, None, {}
        if not self.slopes or found[0] is None:
            return *found, {}
        square = bottom * bottom
        slopes = {choice: values.total(terms) / square for choice, terms in self.slopes.items() if choice in box}
        middles = {choice: (low + high) / 2 for choice, (low, high) in box.items()}
        centre = _Values(self, {choice: ball(middle) for choice, middle in middles.items()})
        form = centre.total(self.top) / centre.total(self.bottom)
        for choice, slope in slopes.items():
            form += slope * (_interval(*box[choice]) - ball(middles[choice]))
        other = _ends(form)
        signs = {choice: 1 if slope > 0 else -1 for choice, slope in slopes.items() if slope > 0 or slope < 0}
        low = max((end for end in (found[0], other[0]) if end is not None), default=None)
        high = min((end for end in (found[1], other[1]) if end is not None), default=None)
        return low, high, signs


def ranged(function: RationalFunction) -> Ranged:
    """The function, prepared."""
    symbols = function.symbols
    top, bottom = symbols.lift(function.numerator), symbols.lift(function.denominator)
    used = {symbols.meanings[i] for part in (top, bottom) for i, d in enumerate(part.degrees()) if d}
    slopes: dict[Choice, Terms] = {}
    if not any(isinstance(each, Applied | LogChoice) for each in used):
        for choice in (each for each in used if isinstance(each, Choice)):
            i = symbols.positions[choice]
            slopes[choice] = _terms(top.derivative(i) * bottom - top * bottom.derivative(i))
    rests = {c: _terms(symbols.lift(p)) for c, p in symbols.entries.items() if c not in symbols.positions}
    return Ranged(function, tuple(symbols.meanings), _terms(top), _terms(bottom), rests, slopes)


class _Values:
    """What the variables are on a box, and their powers, each computed once."""

    def __init__(self, of: Ranged, entries: Mapping[Choice, Any]) -> None:
        self.meanings = of.meanings
        self.rests = of.rests
        self.entries = entries
        self.powers: dict[tuple[int, int], Any] = {}

    def total(self, terms: Terms) -> Any:
        """The polynomial's value."""
        result = arb(0)
        for powers, coefficient in terms:
            term = coefficient
            for power in powers:
                if power not in self.powers:
                    self.powers[power] = self.value(self.meanings[power[0]]) ** power[1]
                term = term * self.powers[power]
            result += term
        return result

    def value(self, symbol: Symbol) -> Any:
        """The value of one variable."""
        match symbol:
            case Choice():
                return self.entries[symbol]
            case LogChoice(choice):
                entry = self.entries[choice] if choice in self.entries else self.total(self.rests[choice])
                low, high = bounds(entry)
                return _of(Enclosure(low, min(high, Fraction(1))).log())
            case Applied(argument=argument):
                inner = argument.evaluate(self.value, ball)
                return _of(symbol.of(Enclosure(*bounds(inner))))
        return _of(symbol)


def _of(value: Any) -> Any:
    enclosed = value.enclose() if isinstance(value, Real) else value
    return _interval(enclosed.low, enclosed.high)


def _interval(low: Fraction, high: Fraction) -> Any:
    return ball((low + high) / 2) + ball((high - low) / 2) * arb(0, 1)


def _ends(value: Any) -> tuple[Fraction | None, Fraction | None]:
    return bounds(value) if value.is_finite() else (None, None)


def _terms(polynomial: fmpq_mpoly) -> Terms:
    return tuple(
        (tuple((i, int(e)) for i, e in enumerate(exponents) if e), ball(to_fraction(coefficient)))
        for exponents, coefficient in polynomial.terms()
    )
