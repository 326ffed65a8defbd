"""Regularisers that are sums of functions of one weight each:
F(p) = c + Σ_a (l_a p_a + h_a p_a log p_a + Σ_e k_{a,e} p_a^e).

All named regularisers are such sums, and whatever else is written with products p log(p·c), powers and multiples.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, evaluate, variables
from specl.model.quantities import Weight
from specl.model.real import ONE, ZERO, Real

MOST_FACTORS = 16
"""Powers of sums are multiplied out up to this exponent."""


@dataclass(frozen=True)
class Separable:
    """The coefficients c, l_a, h_a and k_{a,e} (e > 0, not 1); ``banned`` actions must have weight 0, elsewhere F is
    not defined."""

    constant: Real
    linear: tuple[Real, ...]
    entropy: tuple[Real, ...]
    powers: tuple[dict[Fraction, Real], ...]
    banned: frozenset[int] = frozenset()

    @property
    def allowed(self) -> tuple[int, ...]:
        """The actions that may have weight."""
        return tuple(a for a in range(len(self.linear)) if a not in self.banned)

    def curvature(self) -> int | None:
        """0 if F is proved to be affine, 1 if convex, −1 if concave, else None."""
        signs = {self.entropy[a].sign() for a in self.allowed}
        for a in self.allowed:
            for e, k in self.powers[a].items():
                sign = k.sign()
                signs.add(None if sign is None else sign if e > 1 else -sign)
        signs.discard(0)
        if not signs:
            return 0
        return signs.pop() if len(signs) == 1 else None

    def scaled(self, factor: Real) -> "Separable":
        """The same times a number."""
        return Separable(
            self.constant * factor,
            tuple(x * factor for x in self.linear),
            tuple(x * factor for x in self.entropy),
            tuple({e: k * factor for e, k in powers.items()} for powers in self.powers),
            self.banned,
        )

    def temperature(self) -> Real | None:
        """h where F − c − Σ l_a p_a is h Σ p_a log p_a over the allowed actions, h > 0."""
        found = {self.entropy[a] for a in self.allowed}
        if len(found) > 1 or any(self.powers[a] for a in self.allowed):
            return None
        (h,) = found
        return h if h.sign() == 1 else None

    def at(self, row: dict[int, Fraction]) -> Enclosure:
        """F at a distribution that gives banned actions no weight."""
        found = enclosure(self.constant)
        for a, p in row.items():
            if p:
                found = found + _of(self, a, p)
        return found

    def slope(self, a: int, p: Fraction) -> Enclosure:
        """∂F/∂p_a at p_a = p > 0, or at 0 where that is finite.

        Raises:
            Undefined: the slope at 0 is infinite.
        """
        at = Enclosure(p, p)
        found = enclosure(self.linear[a])
        if not self.entropy[a].is_zero():
            found = found + enclosure(self.entropy[a]) * (at.log() + 1)
        for e, k in self.powers[a].items():
            found = found + enclosure(k) * e * at.power(e - 1)
        return found


def _of(of: Separable, a: int, p: Fraction) -> Enclosure:
    at = Enclosure(p, p)
    found = enclosure(of.linear[a]) * p
    if not of.entropy[a].is_zero():
        found = found + enclosure(of.entropy[a]) * at.log() * p
    for e, k in of.powers[a].items():
        found = found + enclosure(k) * at.power(e)
    return found


def separable(expression: Expression, count: int) -> Separable | None:
    """The coefficients of an expression over `Weight`; None where it is not visibly such a sum."""
    found = _Sum(count)
    try:
        if not found.add(expression, ONE):
            return None
    except (Undefined, Unsupported):
        return None
    return Separable(
        found.constant, tuple(found.linear), tuple(found.entropy), tuple(found.powers), frozenset(found.banned)
    )


@dataclass
class _Sum:
    count: int
    constant: Real = ZERO
    linear: list[Real] = field(init=False)
    entropy: list[Real] = field(init=False)
    powers: list[dict[Fraction, Real]] = field(init=False)
    banned: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.linear = [ZERO] * self.count
        self.entropy = [ZERO] * self.count
        self.powers = [{} for _ in range(self.count)]

    def add(self, node: Expression, scale: Real) -> bool:
        """Add scale·node; whether that could be done."""
        if scale.is_zero():
            return True  # whatever is multiplied by 0 is 0
        if not variables(node):
            value = _decided(node)
            if value is not None:
                self.constant = self.constant + scale * value
            return value is not None
        if len(variables(node)) == 1 and node.op in ("*", "^"):
            powers = _polynomial(node)
            if powers is not None:
                weight = Expression("variable", key=next(iter(variables(node))))
                self.constant = self.constant + scale * powers[0]
                return all(self._power(weight, Fraction(e), scale * k) for e, k in enumerate(powers) if e and k)
        match node.op:
            case "variable":
                return self._power(node, Fraction(1), scale)
            case "+":
                return all(self.add(part, scale) for part in node.args)
            case "neg":
                return self.add(node.args[0], -scale)
            case "/":
                divisor = None if variables(node.args[1]) else _decided(node.args[1])
                return divisor is not None and not divisor.is_zero() and self.add(node.args[0], scale / divisor)
            case "^":
                exponent = None if variables(node.args[1]) else _decided(node.args[1])
                rational = None if exponent is None else exponent.rational
                return rational is not None and rational > 0 and self._power(node.args[0], rational, scale)
            case "sqrt":
                return self._power(node.args[0], Fraction(1, 2), scale)
            case "*":
                return self._product(node, scale)
        return False

    def _power(self, base: Expression, exponent: Fraction, scale: Real) -> bool:
        if base.op != "variable" or not isinstance(base.key, Weight):
            return False
        a = base.key.action
        if exponent == 1:
            self.linear[a] = self.linear[a] + scale
        else:
            self.powers[a][exponent] = self.powers[a].get(exponent, ZERO) + scale
        return True

    def _product(self, node: Expression, scale: Real) -> bool:
        varying: list[Expression] = []
        for part in node.args:
            if variables(part):
                varying.append(part)
                continue
            factor = _decided(part)
            if factor is None:
                return False
            scale = scale * factor
        first, *others = sorted(varying, key=lambda part: part.op != "variable")
        if not others or scale.is_zero():
            return self.add(first, scale)
        if first.op != "variable" or not isinstance(first.key, Weight) or len(others) > 1 or others[0].op != "log":
            return False
        return self._entropy(first, first.key.action, others[0].args[0], scale)

    def _entropy(self, weight: Expression, a: int, argument: Expression, scale: Real) -> bool:
        """scale·p·log(argument), the argument being p, p/q or p·c, for the weight p of a."""
        factor = ONE
        if argument.op == "/" and argument.args[0] == weight and not variables(argument.args[1]):
            divisor = _decided(argument.args[1])
            if divisor is None or divisor.sign() in (-1, None):
                return False
            if divisor.is_zero():
                self.banned.add(a)
                return True
            factor = ONE / divisor
        elif argument.op == "*" and len(argument.args) == 2 and weight in argument.args:
            other = argument.args[argument.args[0] == weight]
            found = None if variables(other) else _decided(other)
            if found is None or found.sign() != 1:
                return False
            factor = found
        elif argument != weight:
            return False
        self.entropy[a] = self.entropy[a] + scale
        if factor != ONE:
            self.linear[a] = self.linear[a] + scale * factor.log()
        return True


def _polynomial(node: Expression) -> list[Real] | None:
    """The coefficients, from the constant one on, of a polynomial in the one variable of an expression."""
    if not variables(node):
        value = _decided(node)
        return None if value is None else [value]
    match node.op:
        case "variable":
            return [ZERO, ONE]
        case "neg":
            inner = _polynomial(node.args[0])
            return None if inner is None else [-k for k in inner]
        case "+" | "*":
            total = [ZERO] if node.op == "+" else [ONE]
            for part in node.args:
                inner = _polynomial(part)
                if inner is None:
                    return None
                total = _sum(total, inner) if node.op == "+" else _times(total, inner)
            return total
        case "^":
            inner, exponent = _polynomial(node.args[0]), _polynomial(node.args[1])
            if inner is None or exponent is None or len(exponent) > 1:
                return None
            n = exponent[0].rational
            if n is None or n.denominator != 1 or not 0 <= n <= MOST_FACTORS:
                return None
            total = [ONE]
            for _ in range(int(n)):
                total = _times(total, inner)
            return total
    return None


def _sum(left: list[Real], right: list[Real]) -> list[Real]:
    return [x + y for x, y in zip_longest(left, right, fillvalue=ZERO)]


def _times(left: list[Real], right: list[Real]) -> list[Real]:
    total = [ZERO] * (len(left) + len(right) - 1)
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            total[i + j] = total[i + j] + x * y
    return total


def _decided(node: Expression) -> Real | None:
    found = evaluate(node, _no_variable)
    return found if isinstance(found, Real) else None


_no_variable: Callable[[Any], Any] = {}.__getitem__
