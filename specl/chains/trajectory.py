"""Expectations of functions of discounted returns and of the recurrent class: exact where possible, else enclosed.

The methods, tried in this order for each recurrent class's function:

1. a polynomial in the returns — by moments (`specl.chains.polynomial`);
2. any function, where the returns have finitely many values — by all paths (`specl.chains.law`);
3. else bounds: paths are expanded and merged, and set apart when their returns, or the function's value, are certain;
   what remains is enclosed by the function's range on the rest of each path (the sum of probability × range),
   or by a polynomial approximation of an analytic function (`specl.chains.smooth`),
   or by the laws of the returns on a grid (`specl.chains.grid`).

Each gives a valid enclosure of the same number; their intersection is returned.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic
from typing import Any

from specl.chains.chain import Chain
from specl.chains.law import DiscountedReturn, Expansion, Walk, box, certain_values, discounted_return, ranges
from specl.chains.polynomial import Polynomial, as_polynomial, expect_polynomials
from specl.chains.recurrence import absorption
from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, evaluate, variables
from specl.model.real import ZERO, Real

Returns = Mapping[Any, tuple[Fraction, Sequence[Sequence[Real]]]]
"""key -> (discount, the reward of each move, parallel to `Chain.moves`)."""

LARGEST_FINITE_LAW = 100_000
EXPANSION_PATHS = 3000
EXPANSION_SECONDS = 1.5
GRID_NODES = 32
GRID_WORK = 1.2e8
GRID_POINTS = 1 << 17


@dataclass(frozen=True)
class Problem:
    """E[f_c(G)] for the classes c that are left after the polynomial ones.

    Attributes:
        place: return's key -> its index.
        known: for each class the numbers of the other variables.
        wanted: the classes.
        absorbed: ``absorbed[i][c]``; ``total[c]`` from the start.
    """

    chain: Chain
    function: Expression
    keys: tuple[Hashable, ...]
    returns: tuple[DiscountedReturn, ...]
    known: tuple[Mapping[Any, Any], ...]
    wanted: tuple[int, ...]
    absorbed: Sequence[Sequence[Any]]
    total: Sequence[Any]

    @property
    def place(self) -> dict[Hashable, int]:
        """Return's key -> its index."""
        return {key: index for index, key in enumerate(self.keys)}

    def value(self, c: int, values: Sequence[Any], constant_of: Callable[[Any], Any]) -> Any:
        """f_c at these values of the returns, in the number type of ``constant_of``."""
        place = self.place

        def value_of(key: Any) -> Any:
            return values[place[key]] if key in place else constant_of(self.known[c][key])

        return evaluate(self.function, value_of, constant_of)


def expect(
    chain: Chain,
    function: Expression,
    returns: Returns,
    limits: Mapping[Any, Sequence[Any]],
    precision: Fraction = Fraction(1, 10**6),
) -> Any:
    """E[f], where f's variables are discounted returns and random variables that the recurrent class decides.

    Args:
        function: over the keys of ``returns`` and ``limits``.
        returns: the discounted returns.
        limits: key -> its value in each recurrent class, in the order of `specl.chains.recurrence`.
        precision: the width aimed at where the value is not exact; a wider enclosure is returned where it is not
            reached within the limits on work.

    Returns:
        A Real; an Enclosure; or, for symbolic probabilities, an element of their field.

    Raises:
        Undefined: f is undefined on trajectories that occur.
        Unsupported: f may be unbounded where it cannot be computed exactly, or the probabilities are symbolic and
            f is not a polynomial.
    """
    used = variables(function)
    ends = absorption(chain)
    keys: list[Hashable] = []
    records: list[DiscountedReturn] = []
    certain: dict[Any, Real] = {}
    for key, (discount, rewards) in returns.items():
        if key not in used:
            continue
        record = discounted_return(discount, rewards)
        values = certain_values(chain, record)
        from_start = {values[i] for i, _ in chain.start}
        only = next(iter(from_start))
        if len(from_start) == 1 and only is not None:
            certain[key] = Real.of(only)
        else:
            keys.append(key)
            records.append(record)
    classes = range(len(ends.classes))
    known = tuple(
        {**certain, **{key: _number(column[c]) for key, column in limits.items() if key in used}} for c in classes
    )
    place = {key: index for index, key in enumerate(keys)}
    polynomials = [
        as_polynomial(function, place, known[c].__getitem__) if ends.start[c] != 0 else Polynomial(len(keys), {})
        for c in classes
    ]
    wanted = tuple(c for c in classes if polynomials[c] is None)
    exact = expect_polynomials(
        chain,
        [Polynomial(len(keys), {}) if p is None else p for p in polynomials],
        [(one.discount, _reals(one)) for one in records],
    )
    if not wanted:
        return _number(exact)
    problem = Problem(chain, function, tuple(keys), tuple(records), known, wanted, ends.states, ends.start)
    rest = _others(problem, precision)
    return _number(exact) + rest if exact != 0 else rest


def _number(value: Any) -> Any:
    return Real.of(value) if isinstance(value, int | Fraction) else value


def _reals(of: DiscountedReturn) -> list[list[Real]]:
    return [[Real.of(reward) for reward in row] for row in of.rewards]


def _others(problem: Problem, precision: Fraction) -> Any:
    walk = Walk.of(problem.chain, problem.returns, problem.absorbed)
    if walk.is_finite():
        found = _finite(problem, walk)
        if found is not None:
            return found
    if not _is_rational(problem.chain):
        raise Unsupported(
            "a function of returns that is not a polynomial, for symbolic probabilities", problem.function.at
        )
    return enclose(problem, walk, precision)


def _is_rational(chain: Chain) -> bool:
    probabilities = [p for _, p in chain.start] + [move.probability for row in chain.moves for move in row]
    return all(isinstance(p, int | Fraction) for p in probabilities)


def _finite(problem: Problem, walk: Walk) -> Any:
    """Σ over the returns' values of probability · f; None if there are too many."""
    expansion = walk.begin()
    while expansion.frontier:
        if len(expansion.frontier) + len(expansion.atoms) > LARGEST_FINITE_LAW:
            return None
        expansion = walk.advance(expansion)
    return _atoms(problem, expansion, lambda value: Real.of(value) if isinstance(value, int | Fraction) else value)


def _atoms(problem: Problem, expansion: Expansion, constant_of: Callable[[Any], Any]) -> Any:
    """Σ probability · f_c over the paths whose returns are certain, in one pass over the values."""
    masses: dict[Any, Any] = {}
    for (c, values), probability in expansion.atoms.items():
        if c in problem.wanted:
            value = problem.value(c, [constant_of(v) for v in values], constant_of)
            masses[value] = masses[value] + probability if value in masses else probability
    parts: dict[Real, Any] = {}
    others: Any = ZERO
    for value, probability in masses.items():
        if not isinstance(value, Real):
            others = others + value * probability
            continue
        for monomial, coefficient in value.parts().items():
            term = probability * coefficient
            parts[monomial] = parts[monomial] + term if monomial in parts else term
    for monomial, coefficient in parts.items():
        others = others + monomial * coefficient
    return others


def enclose(problem: Problem, walk: Walk, precision: Fraction) -> Enclosure:
    """Bounds on Σ_c E[f_c(G)·1(class c)] over the problem's classes.

    Raises:
        Unsupported: no finite bounds are found.
    """
    onward = [ranges(problem.chain, one) for one in problem.returns]
    best, snapshot = _expanded(problem, walk, onward, precision)
    if best is not None and best.width <= precision:
        return best
    for method in (_smooth, _gridded):
        found = method(problem, snapshot, onward, precision)
        if found is not None:
            best = found if best is None else Enclosure(max(best.low, found.low), min(best.high, found.high))
            if best.width <= precision:
                return best
    if best is None:
        raise Unsupported(
            "the function may be unbounded or undefined on the returns that are possible: no enclosure was found",
            problem.function.at,
        )
    return best


@dataclass
class Snapshot:
    """An expansion, with what is settled: paths whose returns or function values are certain."""

    expansion: Expansion
    settled: Enclosure


def _expanded(
    problem: Problem, walk: Walk, onward: Sequence[Sequence[Enclosure]], precision: Fraction
) -> tuple[Enclosure | None, Snapshot]:
    """Expand until the bounds are narrow enough or the work is done: (bounds, the last expansion with few paths)."""
    begun = monotonic()
    expansion = walk.begin()
    settled = Enclosure(Fraction(0), Fraction(0))
    best: Enclosure | None = None
    snapshot: Snapshot | None = None
    ranged: dict[Any, Enclosure | None] = {}
    while True:
        settled = settled + enclosure(_atoms(problem, expansion, _exact))
        expansion = replace(expansion, atoms={})
        open_paths: dict[tuple[int, tuple[Any, ...]], Any] = {}
        total: Enclosure | None = settled
        for (i, values), probability in expansion.frontier.items():
            where = box(values, expansion.weights, [column[i] for column in onward])
            contribution: Enclosure | None = Enclosure(Fraction(0), Fraction(0))
            for c in problem.wanted:
                absorbed = problem.absorbed[i][c]
                if absorbed != 0 and contribution is not None:
                    found = _range(problem, c, where)
                    contribution = None if found is None else contribution + found * (probability * absorbed)
            if contribution is not None and contribution.width == 0:
                settled = settled + contribution
            else:
                open_paths[i, values] = probability
            total = None if total is None or contribution is None else total + contribution
        ranged.clear()
        expansion = replace(expansion, frontier=open_paths)
        if total is not None:
            best = total if best is None else Enclosure(max(best.low, total.low), min(best.high, total.high))
        if snapshot is None or len(open_paths) <= GRID_NODES:
            snapshot = Snapshot(expansion, settled)
        if (
            not open_paths
            or (best is not None and best.width <= precision / 2)
            or len(open_paths) > EXPANSION_PATHS
            or monotonic() - begun > EXPANSION_SECONDS
        ):
            return best, snapshot
        expansion = walk.advance(expansion)


def _exact(value: Any) -> Any:
    return Real.of(value) if isinstance(value, int | Fraction) else value


def _range(problem: Problem, c: int, where: Sequence[Enclosure]) -> Enclosure | None:
    """Bounds of f_c on a box; None where f_c may be undefined there."""
    try:
        return enclosure(problem.value(c, where, enclosure))
    except Undefined:
        return None


def _start_box(problem: Problem, onward: Sequence[Sequence[Enclosure]]) -> list[Enclosure]:
    boxes = []
    for column in onward:
        hull = column[problem.chain.start[0][0]]
        for i, _ in problem.chain.start[1:]:
            hull = hull.hull(column[i])
        boxes.append(hull)
    return boxes


def _smooth(
    problem: Problem, _: Snapshot, onward: Sequence[Sequence[Enclosure]], precision: Fraction
) -> Enclosure | None:
    """By polynomial approximation on the box of all returns."""
    from specl.chains.smooth import axis, expect_smooth

    where = _start_box(problem, onward)
    axes = [axis(one, ends) for one, ends in zip(problem.returns, where, strict=True)]
    wide = [Enclosure(one.middle - one.radius, one.middle + one.radius) for one in axes]
    functions: list[tuple[Expression, Callable[[Any], Any]] | None] = [None] * len(problem.known)
    for c in problem.wanted:
        functions[c] = (_decided(problem, c, problem.function, wide), problem.known[c].__getitem__)
    return expect_smooth(problem.chain, functions, problem.place, axes, precision / 2, problem.total)


def _decided(problem: Problem, c: int, node: Expression, where: Sequence[Enclosure]) -> Expression:
    """The expression without the cases, minima, maxima and absolute values that are decided on a box."""

    def value(part: Expression) -> Any:
        return replace(problem, function=part).value(c, where, enclosure)

    if not node.args:
        return node
    try:
        if node.op == "if":
            condition, yes, no = node.args
            zero, one = Expression("number", key=Fraction(0)), Expression("number", key=Fraction(1))
            truth = value(Expression("if", (condition, one, zero))).rational
            if truth is not None:
                return _decided(problem, c, yes if truth == 1 else no, where)
        elif node.op in ("min", "max") and len(node.args) == 2:
            left, right = node.args
            truth = value(left).compare("<=" if node.op == "min" else ">=", value(right))
            if truth is not None:
                return _decided(problem, c, left if truth else right, where)
        elif node.op == "abs":
            (inside,) = node.args
            truth = value(inside).compare(">=", 0)
            if truth is not None:
                simpler = _decided(problem, c, inside, where)
                return simpler if truth else Expression("neg", (simpler,))
    except Undefined:
        return node
    return replace(node, args=tuple(_decided(problem, c, part, where) for part in node.args))


def _gridded(
    problem: Problem, snapshot: Snapshot, onward: Sequence[Sequence[Enclosure]], _: Fraction
) -> Enclosure | None:
    """By the laws of the returns on a grid, after a short expansion of paths."""
    from specl.chains.grid import build, integrate

    merged = len({tuple(sorted(one.items(), key=str)) for one in problem.known}) == 1 and len(problem.wanted) == len(
        problem.known
    )
    absorbed = [[Fraction(1)] for _ in problem.absorbed] if merged else problem.absorbed
    moves = sum(len(row) for row in problem.chain.moves) * len(absorbed[0])
    slowest = max(one.discount for one in problem.returns)
    rounds = 8 + 2 / float(1 - slowest)
    points = int(min(GRID_POINTS, max(64, GRID_WORK / (moves * rounds * (1 + len(problem.returns))))))
    grid = build(problem.chain, problem.returns, onward, absorbed, points, GRID_WORK)
    total = snapshot.settled
    for (i, values), probability in snapshot.expansion.frontier.items():
        for c in (0,) if merged else problem.wanted:
            law = grid.cells[i][c]
            if law is None:
                continue
            low, high = integrate(
                grid, law, lambda at, constant_of, c=c: _evaluated(problem, c, at, constant_of),
                values, snapshot.expansion.weights,
            )
            if low == float("-inf") or high == float("inf"):
                return None
            total = total + Enclosure(Fraction(low), Fraction(high)) * probability
    return total


def _evaluated(problem: Problem, c: int, at: Callable[[int], Any], constant_of: Callable[[Any], Any]) -> Any:
    return problem.value(c, [at(a) for a in range(len(problem.keys))], constant_of)
