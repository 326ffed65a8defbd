"""Exact real numbers, closed under field operations, powers, log and exp; equality by normal form."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from specl.model import elementary
from specl.model.condition import Condition
from specl.model.digits import written
from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.normal_form import Form, add, form_key, multiply, of_rational, scale
from specl.model.show_form import show
from specl.model.sign import form_bounds, is_nonzero, sign

_FLIPPED = {"<": ">", "<=": ">=", "=": "=", ">=": "<=", ">": "<"}
_LARGEST_RATIONAL = 1 << 22


class Real:
    """An exact real number; immutable.

    It is a rational, or a normal form (`specl.model.normal_form`). ``==`` and ``hash`` are those of the normal form:
    equal numbers built from rationals by field operations, rational powers of rationals, logarithms of positive
    rationals and exponentials of rational combinations of those are equal, as far as their integers were small enough
    to be factored (`specl.model.factors`); for every other pair `compare` decides by
    clearing denominators and refining enclosures, and says None where 4096 bits are not enough.

    Operators take ints, Fractions and Reals; with other number types the result is theirs.
    """

    __slots__ = ("_form", "_hash", "_rational")

    _form: Form | None
    _hash: int | None
    _rational: Fraction | None

    def __init__(self, rational: Fraction | None, form: Form | None = None) -> None:
        """Use `Real.of`; a form must be in normal form and not rational."""
        self._rational = rational
        self._form = form
        self._hash = None

    @staticmethod
    def of(value: "int | Fraction | Real") -> "Real":
        """A number as a Real."""
        if isinstance(value, Real):
            return value
        return Real(value if isinstance(value, Fraction) else Fraction(value))

    @property
    def form(self) -> Form:
        """The normal form."""
        if self._form is None:
            assert self._rational is not None
            self._form = of_rational(self._rational)
        return self._form

    @property
    def rational(self) -> Fraction | None:
        """The number, where it is rational in normal form."""
        return self._rational

    def parts(self) -> "Mapping[Real, Fraction]":
        """Monomial -> coefficient ≠ 0: the number is Σ coefficient · monomial; {1: q} for a rational q, {} for 0."""
        return {_of_form(((monomial, Fraction(1)),)): coefficient for monomial, coefficient in self.form}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Real):
            if self._rational is not None or other._rational is not None:
                return self._rational == other._rational
            return self._form == other._form
        if isinstance(other, int | Fraction):
            return self._rational == other
        return NotImplemented

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self._rational) if self._rational is not None else hash(self._form)
        return self._hash

    def __str__(self) -> str:
        return written(self._rational) if self._rational is not None else show(self.form)

    def __repr__(self) -> str:
        return f"Real({self})"

    def __bool__(self) -> bool:
        return self._rational != 0

    # arithmetic

    def __add__(self, other: Any) -> "Real":
        that = _operand(other)
        if that is None:
            return NotImplemented
        if self._rational is not None and that._rational is not None:
            return Real(self._rational + that._rational)
        return _of_form(add(self.form, that.form))

    __radd__ = __add__

    def __neg__(self) -> "Real":
        if self._rational is not None:
            return Real(-self._rational)
        return Real(None, scale(self.form, Fraction(-1)))

    def __sub__(self, other: Any) -> "Real":
        that = _operand(other)
        return NotImplemented if that is None else self + -that

    def __rsub__(self, other: Any) -> "Real":
        that = _operand(other)
        return NotImplemented if that is None else that + -self

    def __mul__(self, other: Any) -> "Real":
        that = _operand(other)
        if that is None:
            return NotImplemented
        if self._rational is not None and that._rational is not None:
            return Real(self._rational * that._rational)
        if that._rational is not None:
            return _of_form(scale(self.form, that._rational))
        if self._rational is not None:
            return _of_form(scale(that.form, self._rational))
        return _of_form(multiply(self.form, that.form))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Real":
        """Raises Undefined where the divisor is 0, or may be."""
        that = _operand(other)
        if that is None:
            return NotImplemented
        if that._rational is None:
            return self * _of_form(elementary.invert(that.form))
        if that._rational == 0:
            raise Undefined("division by 0")
        return self * Real(1 / that._rational)

    def __rtruediv__(self, other: Any) -> "Real":
        that = _operand(other)
        return NotImplemented if that is None else that / self

    # elementary functions

    def power(self, exponent: Any) -> Any:
        """x^y: any x for integers y (x^0 = 1), x ≥ 0 for other rationals, e^(y log x) for irrational y.

        Raises:
            Undefined: 0 to a power that is not positive, a negative number to a power that is not an integer.
            Unsupported: an exponent of another type than int, Fraction, Real or Enclosure.
        """
        if isinstance(exponent, Enclosure):
            return self.enclose().power(exponent)
        y = _need(exponent, "a power")
        if y._rational is None:
            return self._irrational_power(y)
        e = y._rational
        if self._rational is not None and e.denominator == 1 and (self._rational or e >= 0):
            if abs(e) * self._rational.numerator.bit_length() > _LARGEST_RATIONAL and abs(self._rational) != 1:
                raise Undefined("a power too large to be written down")
            return Real(self._rational ** int(e))
        return _of_form(elementary.power(self.form, e))

    def _irrational_power(self, y: "Real") -> "Real":
        if self._rational == 0:
            if y.sign() == 1:
                return ZERO
            raise Undefined("0 to a power that is not positive")
        return (y * self.log()).exp()

    def log(self) -> "Real":
        """Natural logarithm; Undefined where the number is not certainly positive."""
        return _of_form(elementary.log(self.form))

    def exp(self) -> "Real":
        """e^x; Undefined where it is too large to be written down."""
        return _of_form(elementary.exp(self.form))

    def absolute(self) -> Any:
        """|x|; an enclosure where the sign is undecided."""
        match self.sign():
            case None:
                return self.enclose().absolute()
            case -1:
                return -self
        return self

    def minimum(self, other: Any) -> Any:
        """The smaller of two numbers; an enclosure where that is undecided or the other is one."""
        that = _operand(other)
        if that is None:
            return other.minimum(self)
        truth = self.compare("<=", that)
        return self.enclose().minimum(that) if truth is None else self if truth else that

    def maximum(self, other: Any) -> Any:
        """The larger of two numbers; an enclosure where that is undecided or the other is one."""
        that = _operand(other)
        if that is None:
            return other.maximum(self)
        truth = self.compare(">=", that)
        return self.enclose().maximum(that) if truth is None else self if truth else that

    # conditions

    def compare(self, op: str, other: Any) -> Any:
        """Whether ``self op other`` holds; None where 4096 bits do not decide it.

        Args:
            op: "<", "<=", "=", ">=" or ">".
        """
        if isinstance(other, Enclosure):
            return self.enclose().compare(op, other)
        that = _operand(other)
        if that is None:
            return other.compare(_FLIPPED[op], self)
        if self._rational is not None and that._rational is not None:
            order: int | None = (self._rational > that._rational) - (self._rational < that._rational)
        else:
            difference = self - that
            order = difference.sign()
            if order is None:
                return False if op == "=" and is_nonzero(difference.form) else None
        match op:
            case "<":
                return order == -1
            case "<=":
                return order != 1
            case "=":
                return order == 0
            case ">=":
                return order != -1
            case ">":
                return order == 1
        raise ValueError(f"not a comparison: {op}")

    def choose(self, truth: Any, other: Any) -> Any:
        """``self`` where truth holds, ``other`` where not, an enclosure of both where it is undecided."""
        if isinstance(truth, Condition):
            return truth.choose(self, other)
        if truth is None:
            return self if self == other else self.enclose().hull(other)
        return self if truth else other

    def sign(self) -> int | None:
        """−1, 0 or 1; None where 4096 bits do not decide it."""
        if self._rational is not None:
            return (self._rational > 0) - (self._rational < 0)
        return sign(self.form)

    def is_zero(self) -> bool:
        """Whether the number is certainly 0."""
        return self._rational == 0 or (self._rational is None and sign(self.form) == 0)

    def enclose(self, bits: int = 128) -> Enclosure:
        """An enclosure of relative width about 2^(−bits); a point for a rational."""
        if self._rational is not None:
            return Enclosure(self._rational, self._rational)
        return Enclosure(*form_bounds(self.form, bits))

    def key(self) -> tuple[Any, ...]:
        """A total order on normal forms, for deterministic listings; it is not the order of the numbers."""
        return form_key(self.form)


def _of_form(form: Form) -> Real:
    if not form:
        return ZERO
    if len(form) == 1 and not form[0][0]:
        return Real(form[0][1])
    return Real(None, form)


def _operand(value: Any) -> Real | None:
    if isinstance(value, Real):
        return value
    return Real.of(value) if isinstance(value, int | Fraction) else None


def _need(value: Any, what: str) -> Real:
    found = _operand(value)
    if found is None:
        raise Unsupported(f"{what} of an exact number and a {type(value).__name__}")
    return found


ZERO = Real(Fraction(0))
ONE = Real(Fraction(1))
