"""Expectations of analytic functions of returns: a Chebyshev interpolant with a proved remainder, and moments.

If f is analytic, and |f| ≤ M, in the Bernstein ellipse {(s·e^{iθ} + e^{−iθ}/s)/2 : s ≤ ρ}, its interpolant p_n in the
n+1 Chebyshev points satisfies |f − p_n| ≤ 4·M·ρ^{−n}/(ρ−1) on [−1,1] (Trefethen, Approximation Theory and
Approximation Practice, 2013, Theorem 8.2). In several variables the interpolation operators P_a of the axes commute,
f − P_1⋯P_d f = Σ_a P_1⋯P_{a−1}(f − P_a f), and each P_a is bounded by Λ = 1 + (2/π)·log(n+1) (Theorem 15.2), so the
error is at most Σ_a Λ^{a−1}·ε_a. Analyticity and M are checked by complex ball arithmetic on boxes that cover the
ellipse. The coefficients are balls too; p's expectation is then computed exactly from moments of the returns.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log
from typing import Any

from flint import acb, arb, ctx, fmpq

from specl.chains.ball_moments import ball_moments
from specl.chains.chain import Chain
from specl.chains.law import DiscountedReturn
from specl.model.ball import ball, bounds
from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate
from specl.model.real import Real

PRECISION_BITS = 256
MOMENT_BITS = 768
LARGEST_WORK = 10_000_000
"""Products of balls in the moments, about half a microsecond each."""

RADII = tuple(Fraction(n, 100) for n in (2000, 1000, 600, 400, 300, 240, 200, 170, 150, 135, 125, 118, 115, 112, 109))
LARGEST_DEGREES = (0, 240, 40, 10)
"""By the number of variables; more than three are not attempted."""


class NotAnalytic(Exception):
    """No proof of analyticity (or of a bound) was found on these boxes."""


@dataclass(frozen=True)
class ComplexBall:
    """Complex balls as a number type; operations with a branch cut raise `NotAnalytic` where a ball meets it."""

    value: acb

    def __add__(self, other: "ComplexBall") -> "ComplexBall":
        return ComplexBall(self.value + other.value)

    def __mul__(self, other: "ComplexBall") -> "ComplexBall":
        return ComplexBall(self.value * other.value)

    def __truediv__(self, other: "ComplexBall") -> "ComplexBall":
        return _finite(self.value / other.value)

    def __neg__(self) -> "ComplexBall":
        return ComplexBall(-self.value)

    def power(self, exponent: "ComplexBall") -> "ComplexBall":
        if exponent.value.imag.is_zero() and exponent.value.real.is_exact():
            real = exponent.value.real
            whole = real.unique_fmpz()
            if whole is not None and abs(int(whole)) <= 64:
                return _finite(self.value ** int(whole))
            if real == arb(1) / 2:
                return _finite(self._right().sqrt())
        return _finite((exponent.value * self._right().log()).exp())

    def log(self) -> "ComplexBall":
        return _finite(self._right().log())

    def exp(self) -> "ComplexBall":
        return _finite(self.value.exp())

    def absolute(self) -> "ComplexBall":
        raise NotAnalytic

    def minimum(self, _: Any) -> "ComplexBall":
        raise NotAnalytic

    def maximum(self, _: Any) -> "ComplexBall":
        raise NotAnalytic

    def compare(self, _op: str, _: Any) -> bool:
        raise NotAnalytic

    def choose(self, _truth: Any, _: Any) -> "ComplexBall":
        raise NotAnalytic

    def is_zero(self) -> bool:
        """Whether it is the point 0."""
        return bool(self.value.is_zero())

    def _right(self) -> acb:
        """The ball, off the branch cut (−∞, 0]."""
        real, imag = self.value.real, self.value.imag
        if real > 0 or imag > 0 or imag < 0:
            return self.value
        raise NotAnalytic


def _finite(value: acb) -> ComplexBall:
    if not value.is_finite():
        raise NotAnalytic
    return ComplexBall(value)


def _ball(value: Any) -> ComplexBall:
    ends = enclosure(value) if not isinstance(value, Real) else value.enclose(PRECISION_BITS)
    return ComplexBall(acb(_between(ends)))


def _between(ends: Enclosure) -> arb:
    middle, radius = (ends.low + ends.high) / 2, ends.width / 2
    between = ball(middle)
    if radius:
        between += ball(radius) * arb(0, 1)
    return between


@dataclass(frozen=True)
class Axis:
    """A return, brought to [−1,1]: G = middle + radius·z; ``shaken`` bounds |z − ẑ| for the rational return ẑ whose
    moments are computed, made of rewards rounded to rationals."""

    middle: Fraction
    radius: Fraction
    discount: Fraction
    rewards: tuple[tuple[Fraction, ...], ...]
    shaken: Fraction


def axis(of: DiscountedReturn, ends: Enclosure) -> Axis:
    """The axis of a return that lies between these ends; z = Σ γ^t·(r − (1−γ)·middle)/radius."""
    unit = Fraction(1, 64)  # short numbers near the middle and the radius keep the moments short
    width = max(ends.width, Fraction(1, 1 << 40))
    while unit * 64 > width:
        unit /= 2
    while unit * 128 <= width:
        unit *= 2
    middle = round((ends.low + ends.high) / 2 / unit) * unit
    radius = (ceil(ends.width / 2 / unit) + 1) * unit
    error = Fraction(0)
    rewards = []
    for row in of.rewards:
        plain = []
        for reward in row:
            near = reward.enclose(PRECISION_BITS) if isinstance(reward, Real) else enclosure(reward)
            error = max(error, near.width)
            center = (near.low + near.high) / 2
            plain.append((center - (1 - of.discount) * middle) / radius)
        rewards.append(tuple(plain))
    return Axis(middle, radius, of.discount, tuple(rewards), error / (1 - of.discount) / radius)


@dataclass(frozen=True)
class Interpolant:
    """Σ coefficients[k]·∏ z_a^{k_a}, at most ``error`` away from f on [−1,1]^d, `Axis.shaken` included."""

    coefficients: Mapping[tuple[int, ...], Fraction]
    error: Fraction


def interpolate(function: Callable[[Sequence[Any]], Any], axes: Sequence[Axis], target: Fraction) -> Interpolant | None:
    """A polynomial close to a function of z ∈ [−1,1]^d, given on complex balls; None if no proof is found or the
    degree would be too large."""
    size = len(axes)
    if not 1 <= size < len(LARGEST_DEGREES):
        return None
    degrees, error = [], Fraction(0)
    amplify = Fraction(1)
    with ctx.workprec(PRECISION_BITS):
        for a in range(size):
            found = _degree(function, size, a, target / (2 * size) / amplify, LARGEST_DEGREES[size], axes[a].shaken)
            if found is None:
                return None
            n, remainder = found
            degrees.append(n)
            error += amplify * remainder
            amplify *= 1 + Fraction(2, 3) * Fraction(ceil(log(n + 1) * 1000 + 1), 1000)
        try:
            coefficients, radius = _chebyshev(function, degrees)
        except (NotAnalytic, Undefined):
            return None
    return Interpolant(_powers(coefficients), error + radius)


def _degree(
    function: Callable[[Sequence[Any]], Any], size: int, a: int, target: Fraction, largest: int, shaken: Fraction
) -> tuple[int, Fraction] | None:
    """(n, a bound on |f − P_a f| and on the effect of the shaking), with the smallest n that any ellipse gives."""
    best: tuple[int, Fraction] | None = None
    for rho in RADII:
        try:
            largest_value = _largest(function, size, a, rho)
        except (NotAnalytic, Undefined):
            continue
        # Cauchy: |f'| ≤ M/κ on [−1,1], κ = (ρ + 1/ρ)/2 − 1 the distance to the ellipse
        moved = shaken * largest_value / ((rho + 1 / rho) / 2 - 1)
        n, power = 1, 1 / rho
        while n < largest and 4 * largest_value * power / (rho - 1) > target:
            n += 1
            power /= rho
        remainder = 4 * largest_value * power / (rho - 1)
        if remainder <= target and (best is None or n < best[0]):
            best = (n, remainder + moved)
        elif best is not None:
            break
    return best


def _largest(function: Callable[[Sequence[Any]], Any], size: int, a: int, rho: Fraction) -> Fraction:
    """A bound on |f| where z_a is in the ellipse and the others in [−1,1]; f is found analytic in z_a there."""
    cuts = 12 if size > 1 else 24
    others = [ComplexBall(acb(_between(Enclosure(Fraction(i, 4), Fraction(i + 1, 4))))) for i in range(-4, 4)]
    largest = arb(0)
    for z in _ellipse(rho, cuts):
        for rest in itertools.product(others, repeat=size - 1):
            value = function((*rest[:a], ComplexBall(z), *rest[a:])).value
            size_of = abs(value)
            if not size_of.is_finite():
                raise NotAnalytic
            largest = largest.max(size_of)
    return bounds(largest)[1]


def _ellipse(rho: Fraction, cuts: int) -> Iterator[acb]:
    """Boxes that cover the upper half of the closed ellipse; f is real on the reals, so the lower half mirrors it."""
    layers = 4
    for i in range(layers):
        s = _between(Enclosure(1 + (rho - 1) * i / layers, 1 + (rho - 1) * (i + 1) / layers))
        wide, high = (s + 1 / s) / 2, (s - 1 / s) / 2
        for j in range(cuts):
            angle = _between(Enclosure(Fraction(j, cuts), Fraction(j + 1, cuts)))
            yield acb(wide * angle.cos_pi(), high * angle.sin_pi())


def _chebyshev(
    function: Callable[[Sequence[Any]], Any], degrees: Sequence[int]
) -> tuple[dict[tuple[int, ...], Fraction], Fraction]:
    """The interpolant's Chebyshev coefficients, and a bound on their rounding: Σ of the radii, as |T_k| ≤ 1."""
    cosines = [[arb.cos_pi_fmpq(fmpq(k, n)) for k in range(2 * n)] for n in degrees]
    values: dict[tuple[int, ...], arb] = {}
    for index in itertools.product(*(range(n + 1) for n in degrees)):
        point = [ComplexBall(acb(table[i])) for table, i in zip(cosines, index, strict=True)]
        values[index] = function(point).value.real
    for a, n in enumerate(degrees):
        transformed: dict[tuple[int, ...], arb] = {}
        rest = [range(m + 1) for m in (*degrees[:a], *degrees[a + 1:])]
        for others in itertools.product(*rest):
            line = [values[(*others[:a], k, *others[a:])] for k in range(n + 1)]
            line[0], line[n] = line[0] / 2, line[n] / 2
            for j in range(n + 1):
                total = arb(0)
                for k, value in enumerate(line):
                    total += value * cosines[a][j * k % (2 * n)]
                transformed[(*others[:a], j, *others[a:])] = total * 2 / n / (2 if j in (0, n) else 1)
        values = transformed
    error = Fraction(0)
    coefficients = {}
    for index, value in values.items():
        low, high = bounds(value)
        middle = Fraction(round((low + high) / 2 * (1 << PRECISION_BITS)), 1 << PRECISION_BITS)
        coefficients[index] = middle
        error += max(high - middle, middle - low)
    return coefficients, error


def _powers(chebyshev: Mapping[tuple[int, ...], Fraction]) -> dict[tuple[int, ...], Fraction]:
    """The same polynomial in powers of z."""
    size = max(max(k) for k in chebyshev) + 1
    table: list[list[int]] = [[1], [0, 1]]
    while len(table) < size:
        doubled = [0, *(2 * c for c in table[-1])]
        table.append([c - d for c, d in itertools.zip_longest(doubled, table[-2], fillvalue=0)])
    axes = len(next(iter(chebyshev)))
    current = dict(chebyshev)
    for a in range(axes):
        following: dict[tuple[int, ...], Fraction] = {}
        for k, value in current.items():
            for power, c in enumerate(table[k[a]]):
                if c:
                    at = (*k[:a], power, *k[a + 1:])
                    following[at] = following.get(at, Fraction(0)) + c * value
        current = following
    return current


def expect_smooth(
    chain: Chain,
    functions: Sequence[tuple[Expression, Callable[[Any], Any]] | None],
    place: Mapping[Any, int],
    axes: Sequence[Axis],
    target: Fraction,
    absorbed: Sequence[Sequence[Fraction]],
    total: Sequence[Fraction],
) -> Enclosure | None:
    """Σ_c E[f_c(G)·1(class c)] within about ``target``, if every f_c is analytic enough; else None.

    Args:
        functions: for each class the expression, without undecided cases on the box of the axes, and the numbers of
            its other variables; None where the class is left out.
        place: return's key -> index of its axis.
        absorbed: ``absorbed[i][c]``, the probability of class c from state i; ``total[c]`` from the start.
    """
    weights: dict[tuple[int, ...], list[Fraction]] = {}
    error = Fraction(0)
    for c, entry in enumerate(functions):
        if entry is None:
            continue
        expression, known = entry
        found = interpolate(_scaled(expression, known, place, axes), axes, target)
        if found is None:
            return None
        error += total[c] * found.error
        for k, value in found.coefficients.items():
            weights.setdefault(k, [Fraction(0)] * len(functions))[c] = value
    if not weights:
        return None
    degrees = [max(k[a] for k in weights) for a in range(len(axes))]
    moves = sum(len(row) for row in chain.moves)
    indices = math.prod(n + 1 for n in degrees)
    work = math.prod((n + 1) ** 2 // 2 for n in degrees) * moves * len(functions) + indices * len(chain.moves) ** 3 // 8
    if work > LARGEST_WORK:
        return None
    scaled = [(one.discount, one.rewards) for one in axes]
    with ctx.workprec(MOMENT_BITS):
        expectation = arb(0)
        for k, moment in ball_moments(chain, scaled, absorbed, degrees).items():
            for c, value in enumerate(weights.get(k, ())):
                if value:
                    expectation += ball(value) * moment[c]
        low, high = bounds(expectation)
    return Enclosure(low - error, high + error)


def _scaled(
    expression: Expression, known: Callable[[Any], Any], place: Mapping[Any, int], axes: Sequence[Axis]
) -> Callable[[Sequence[ComplexBall]], Any]:
    scales = [(_ball(one.middle), _ball(one.radius)) for one in axes]

    def function(point: Sequence[ComplexBall]) -> Any:
        def value_of(key: Any) -> ComplexBall:
            if key not in place:
                return _ball(known(key))
            middle, radius = scales[place[key]]
            return middle + radius * point[place[key]]

        return evaluate(expression, value_of, _ball)

    return function
