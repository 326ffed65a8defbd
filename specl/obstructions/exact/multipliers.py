"""Multipliers that show an ordering to contradict linearity: certificates of Motzkin's transposition theorem (1936).

Policies with feature vectors f_π are ordered by a linear functional as demanded iff there are no weights on pairs
(better, worse), ≥ 0 on strict pairs, one of these positive, free on tied ones, with Σ weight·(f_better − f_worse) = 0.
By chaining it is enough to look at the pairs of neighbours in the ordering.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import gcd, lcm

from flint import fmpq_poly

from specl.model.flint_rational import to_fmpq, to_fraction
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.exact.interval import DISCOUNTS, Interval, first_root
from specl.obstructions.exact.ratio import ONE, ZERO, Json, Ratio, constant, polynomial
from specl.obstructions.exact.simplex import vertex

Ordering = Sequence[Sequence[str]]
"""Groups of policies that tie, best first."""

Features = Mapping[str, Sequence[Ratio]]
"""Policy -> its features, in one order for all."""

SAMPLES = tuple(map(Fraction, ("1/2", "0", "1/3", "9/10", "1/7")))
MOST_PIECES = 64


@dataclass(frozen=True)
class Weights:
    """Weights on pairs (better, worse), valid for all discounts of an interval."""

    on: Interval
    pairs: tuple[tuple[str, str, Ratio], ...]

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies that occur, in the order in which they first do."""
        return tuple(dict.fromkeys(name for *pair, _ in self.pairs for name in pair))

    def json(self) -> Json:
        """As a certificate writes them."""
        return [[better, worse, weight.json()] for better, worse, weight in self.pairs]


def constant_weights(ordering: Ordering, features: Features) -> Weights | None:
    """Weights that are numbers and cancel the features identically, few and small; None where there are none."""
    coefficients = _coefficients(ordering, _expanded(features))
    return None if coefficients is None else _matched(ordering, coefficients)


def weights(ordering: Ordering, features: Features) -> tuple[Weights, ...]:
    """Weights for every discount, in pieces that cover [0,1): numbers where possible, else rational functions of γ.

    Raises:
        NoCertificate: for some discount there are none, or the pieces do not meet at rational points.
    """
    same = constant_weights(ordering, features)
    if same is not None:
        return (Weights(DISCOUNTS, same.pairs),)
    for sample in SAMPLES:
        found = _around(ordering, features, sample)
        if found is not None and _is_valid(ordering, found, DISCOUNTS):
            return (Weights(DISCOUNTS, found),)
    return tuple(_cover(ordering, features))


def _cover(ordering: Ordering, features: Features) -> list[Weights]:
    pieces: list[Weights] = []
    low, is_closed = Fraction(0), True
    while len(pieces) < MOST_PIECES:
        piece = _next(ordering, features, low, is_closed)
        if piece is None:
            break
        pieces.append(piece)
        if piece.on.high == 1:
            return pieces
        low, is_closed = piece.on.high, not piece.on.closed_high
    raise NoCertificate(f"no weights were found that hold for the discounts right of {low}", decided=False)


def _next(ordering: Ordering, features: Features, low: Fraction, is_closed: bool) -> Weights | None:
    """The longest piece that starts at `low`, among those found from discounts to the right of it."""
    best: Weights | None = None
    for halvings in range(1, 9):
        found = _around(ordering, features, low + (1 - low) / 2**halvings)
        for on in _stretches(found, low, is_closed) if found else ():
            if found and (best is None or on.high > best.on.high) and _is_valid(ordering, found, on):
                best = Weights(on, found)
    if best is None and is_closed:
        found = _around(ordering, features, low)
        if found is not None and _is_valid(ordering, found, Interval(low, low)):
            return Weights(Interval(low, low), tuple((b, w, x.at(low)) for b, w, x in found))
    return best


def _stretches(found: "Pairs", low: Fraction, is_closed: bool) -> list[Interval]:
    """Intervals that start at `low`: up to 1, and up to where a weight may change its sign."""
    ends = [Interval(low, Fraction(1), is_closed, False)]
    start = low
    product = reduce(lambda p, q: p * q, (weight.num for *_, weight in found), fmpq_poly([1]))
    while len(ends) < 2 * MOST_PIECES:
        root = first_root(product, start, Fraction(1))
        if root is None:
            break
        start = root[1]
        exact = root[0] == root[1]
        ends.append(Interval(low, root[0], is_closed, True))
        if not exact:
            ends.append(Interval(low, root[1], is_closed, True))
    return [on for on in ends if on.low < on.high]


Pairs = tuple[tuple[str, str, Ratio], ...]


def _around(ordering: Ordering, features: Features, sample: Fraction) -> Pairs | None:
    """Weights over ℚ(γ), polynomials, from the vertex at one discount; None where they do not extend.

    Raises:
        NoCertificate: there are none at that discount.
    """
    vectors = {name: [feature.at(sample).rational or Fraction(0) for feature in row] for name, row in features.items()}
    names = needed(ordering, vectors)
    if names is None:
        message = f"with the discount {sample} the formalism does order these policies in this way"
        raise NoCertificate(message)
    chain = _chain(ordering, names)
    found = vertex(*_system(chain, vectors))
    assert found is not None  # these names suffice
    used = sorted({j if j < len(chain) else j - len(chain) for j in found.basis})
    columns = [
        [features[better][k] - features[worse][k] for k in range(len(features[better]))] + [constant(int(strict))]
        for better, worse, strict in (chain[j] for j in used)
    ]
    solution = _unique(columns, [ZERO] * (len(columns[0]) - 1) + [ONE])
    if solution is None:
        return None
    coefficients = dict.fromkeys(names, ZERO)
    for j, x in zip(used, solution, strict=True):
        better, worse, _ = chain[j]
        coefficients[better] = coefficients[better] + x
        coefficients[worse] = coefficients[worse] - x
    return _neighbours(ordering, _cleared(coefficients, sample))


def _is_valid(ordering: Ordering, pairs: Pairs, on: Interval) -> bool:
    group = {name: i for i, members in enumerate(ordering) for name in members}
    strict = [weight for better, worse, weight in pairs if group[better] != group[worse]]
    return all(-1 not in weight.signs(on) for weight in strict) and sum(strict, ZERO).signs(on) == {1}


# --- over the rationals ---

Vectors = Mapping[str, Sequence[Fraction]]


def _coefficients(ordering: Ordering, vectors: Vectors) -> dict[str, Fraction] | None:
    """c with Σ c_π f_π = 0 that is a nonnegative combination of (better − worse), in coprime integers."""
    names = needed(ordering, vectors)
    if names is None:
        return None
    chain = _chain(ordering, names)
    found = vertex(*_system(chain, vectors))
    assert found is not None  # these names suffice
    coefficients = dict.fromkeys(names, Fraction(0))
    for j, x in enumerate(found.values):
        better, worse, _ = chain[j] if j < len(chain) else chain[j - len(chain)]
        signed = x if j < len(chain) else -x
        coefficients[better] += signed
        coefficients[worse] -= signed
    scale = Fraction(lcm(*(c.denominator for c in coefficients.values())))
    scale /= gcd(*(int(c * scale) for c in coefficients.values()))
    return {name: c * scale for name, c in coefficients.items() if c}


def needed(ordering: Ordering, vectors: Vectors) -> list[str] | None:
    """Policies, best first, of which none can be done without; None where all together do not suffice."""
    names = [name for group in ordering for name in group]
    if not _suffices(ordering, vectors, names):
        return None
    for name in reversed(names):
        fewer = [other for other in names if other != name]
        if _suffices(ordering, vectors, fewer):
            names = fewer
    return names


def _suffices(ordering: Ordering, vectors: Vectors, names: list[str]) -> bool:
    chain = _chain(ordering, names)
    return any(strict for *_, strict in chain) and vertex(*_system(chain, vectors)) is not None


def _chain(ordering: Ordering, names: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Neighbours (better, worse, whether strictly)."""
    group = {name: i for i, members in enumerate(ordering) for name in members}
    return [(a, b, group[a] != group[b]) for a, b in pairwise(names)]


def _system(
    chain: Sequence[tuple[str, str, bool]], vectors: Vectors
) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Σ x_j d_j = 0 and Σ x_j = 1 over the strict ones, x ≥ 0; the j-th of a tie counts negative as x_(len + j)."""
    columns = [[a - b for a, b in zip(vectors[better], vectors[worse], strict=True)] for better, worse, _ in chain]
    rows = []
    for k in range(len(columns[0])):
        row = [column[k] for column in columns]
        rows.append(row + [Fraction(0) if strict else -x for x, (*_, strict) in zip(row, chain, strict=True)])
    total = [Fraction(int(strict)) for *_, strict in chain]
    rows.append(total + [Fraction(0)] * len(chain))
    return rows, [Fraction(0)] * (len(rows) - 1) + [Fraction(1)]


def _matched(ordering: Ordering, coefficients: Mapping[str, Fraction]) -> Weights:
    """Weights on pairs from positive to negative coefficients, the best with the best; they need no further policy."""
    names = [name for group in ordering for name in group if name in coefficients]
    left = dict(coefficients)
    sources = [name for name in names if left[name] > 0]
    sinks = [name for name in names if left[name] < 0]
    pairs = []
    while sources:
        better, worse = sources[0], sinks[0]
        flow = min(left[better], -left[worse])
        pairs.append((better, worse, constant(flow)))
        left[better] -= flow
        left[worse] += flow
        sources, sinks = ([name for name in side if left[name]] for side in (sources, sinks))
    return Weights(DISCOUNTS, tuple(pairs))


# --- over the rational functions ---


def _expanded(features: Features) -> dict[str, list[Fraction]]:
    """The features as vectors over ℚ: by feature, the coefficients of the numerators over a common denominator."""
    width = len(next(iter(features.values())))
    found: dict[str, list[Fraction]] = {name: [] for name in features}
    for k in range(width):
        denominator = fmpq_poly([1])
        for row in features.values():
            denominator = _common(denominator, row[k].den)
        numerators = {name: row[k].num * (denominator // row[k].den) for name, row in features.items()}
        degree = max(top.degree() for top in numerators.values())
        for name, top in numerators.items():
            found[name] += [to_fraction(top[i]) for i in range(degree + 1)]
    return found


def _common(p: fmpq_poly, q: fmpq_poly) -> fmpq_poly:
    return p * (q // p.gcd(q))


def _unique(columns: Sequence[Sequence[Ratio]], right: Sequence[Ratio]) -> list[Ratio] | None:
    """The solution of Σ x_j·column_j = b where the columns are independent; None where there is none."""
    rows = [[*(column[k] for column in columns), b] for k, b in enumerate(right)]
    width = len(columns)
    for j in range(width):
        pivot = next((row for row in rows[j:] if not row[j].is_zero()), None)
        if pivot is None:
            return None
        rows.remove(pivot)
        pivot = [x / pivot[j] for x in pivot]
        rows = [
            row if row[j].is_zero() else [x - row[j] * y for x, y in zip(row, pivot, strict=True)] for row in rows
        ]
        rows.insert(j, pivot)
    if any(not row[width].is_zero() for row in rows[width:]):
        return None
    return [row[width] for row in rows[:width]]


def _cleared(coefficients: Mapping[str, Ratio], sample: Fraction) -> dict[str, Ratio]:
    """A multiple in coprime integer polynomials, positive at the sample."""
    values = {name: value for name, value in coefficients.items() if not value.is_zero()}
    denominator = reduce(_common, (value.den for value in values.values()), fmpq_poly([1]))
    tops = {name: value.num * (denominator // value.den) for name, value in values.items()}
    shared = reduce(lambda p, q: p.gcd(q), tops.values())
    tops = {name: top // shared for name, top in tops.items()}
    numbers = [to_fraction(c) for top in tops.values() for c in top.coeffs() if c != 0]
    scale = Fraction(lcm(*(c.denominator for c in numbers)))
    scale /= gcd(*(int(c * scale) for c in numbers))
    factor = (polynomial(denominator) / polynomial(shared)).at(sample).rational
    if factor is not None and factor < 0:
        scale = -scale
    return {name: polynomial(top * to_fmpq(scale)) for name, top in tops.items()}


def _neighbours(ordering: Ordering, coefficients: Mapping[str, Ratio]) -> Pairs:
    """The same as weights on neighbours in the ordering: the sums of all coefficients up to the better one."""
    names = [name for group in ordering for name in group if name in coefficients]
    total = ZERO
    pairs = []
    for better, worse in pairwise(names):
        total = total + coefficients[better]
        if not total.is_zero():
            pairs.append((better, worse, total))
    return tuple(pairs)
