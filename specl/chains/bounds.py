"""Bounds on the expectation of any function of discounted returns and of the recurrent class.

Paths are expanded and merged, and set apart when their returns, or the function's value, are certain; what remains is
enclosed by the function's range on the rest of each path (Σ probability × range), by a polynomial approximation of an
analytic function (`specl.chains.smooth`), or by the laws of the returns on a grid (`specl.chains.grid`). Each gives
valid bounds of the same number; their intersection is returned.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic
from typing import Any

from specl.chains.chain import Chain
from specl.chains.law import DiscountedReturn, Expansion, Walk, box, ranges
from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, evaluate
from specl.model.real import ZERO, Real

EXPANSION_PATHS = 3000
EXPANSION_SECONDS = 1.5
GRID_NODES = 12
GRID_POINTS = 1 << 17
GRID_STAGES = (256, 16, 1)
GRID_SECONDS = 3.0


@dataclass(frozen=True)
class Problem:
    """E[f_c(G)] over some of the recurrent classes c.

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


def settled_value(problem: Problem, expansion: Expansion, constant_of: Callable[[Any], Any]) -> Any:
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
    search = Search(problem, walk, onward, precision, walk.begin(), Enclosure(Fraction(0), Fraction(0)))
    for method in (_expand_briefly, _smooth, _expand, _gridded):
        found = method(search)
        if found is not None:
            best = search.best
            search.best = found if best is None else Enclosure(max(best.low, found.low), min(best.high, found.high))
            if search.best.width <= precision:
                return search.best
    if search.best is None:
        raise Unsupported(
            "the function may be unbounded or undefined on the returns that are possible: no enclosure was found",
            problem.function.at,
        )
    return search.best


@dataclass
class Search:
    """What is found so far.

    Attributes:
        onward: ``onward[a][i]``: the range of return a from state i.
        expansion: the paths that are not settled.
        settled: the contribution of paths whose returns, or function values, are certain.
        few: (expansion, settled) at the last time when there were few paths.
        best: bounds on the value.
    """

    problem: Problem
    walk: Walk
    onward: Sequence[Sequence[Enclosure]]
    precision: Fraction
    expansion: Expansion
    settled: Enclosure
    few: tuple[Expansion, Enclosure] | None = None
    best: Enclosure | None = None


def _expand_briefly(search: Search) -> Enclosure | None:
    return _expanded(search, 300, 0.15)


def _expand(search: Search) -> Enclosure | None:
    return _expanded(search, EXPANSION_PATHS, EXPANSION_SECONDS)


def _expanded(search: Search, most_paths: int, seconds: float) -> Enclosure | None:
    """Expand the paths until the bounds are narrow enough or the work is done; the best bounds on the way."""
    problem, begun = search.problem, monotonic()
    best: Enclosure | None = None
    while True:
        search.settled = search.settled + enclosure(settled_value(problem, search.expansion, exact_number))
        open_paths: dict[tuple[int, tuple[Any, ...]], Any] = {}
        unsettled: Enclosure | None = Enclosure(Fraction(0), Fraction(0))
        for (i, values), probability in search.expansion.frontier.items():
            contribution = _rest(search, i, values, probability)
            if contribution is not None and contribution.width == 0:
                search.settled = search.settled + contribution
                continue
            open_paths[i, values] = probability
            unsettled = None if unsettled is None or contribution is None else unsettled + contribution
        search.expansion = replace(search.expansion, frontier=open_paths, atoms={})
        if unsettled is not None:
            total = search.settled + unsettled
            best = total if best is None else Enclosure(max(best.low, total.low), min(best.high, total.high))
        if search.few is None or len(open_paths) <= GRID_NODES:
            search.few = search.expansion, search.settled
        if (
            not open_paths
            or (best is not None and best.width <= search.precision / 2)
            or len(open_paths) > most_paths
            or monotonic() - begun > seconds
        ):
            return best
        search.expansion = search.walk.advance(search.expansion)


def _rest(search: Search, i: int, values: Sequence[Any], probability: Fraction) -> Enclosure | None:
    """Bounds on the contribution of the paths that are in state i with these returns so far."""
    problem = search.problem
    where = box(tuple(values), search.expansion.weights, [column[i] for column in search.onward])
    contribution = Enclosure(Fraction(0), Fraction(0))
    for c in problem.wanted:
        absorbed = problem.absorbed[i][c]
        if absorbed != 0:
            try:
                contribution = contribution + enclosure(problem.value(c, where, enclosure)) * (probability * absorbed)
            except Undefined:  # somewhere on the box, which need not be where the returns are
                return None
    return contribution


def exact_number(value: Any) -> Any:
    """Fractions as Reals; other numbers as they are."""
    return Real.of(value) if isinstance(value, int | Fraction) else value


def _start_box(problem: Problem, onward: Sequence[Sequence[Enclosure]]) -> list[Enclosure]:
    boxes = []
    for column in onward:
        hull = column[problem.chain.start[0][0]]
        for i, _ in problem.chain.start[1:]:
            hull = hull.hull(column[i])
        boxes.append(hull)
    return boxes


def _smooth(search: Search) -> Enclosure | None:
    """By polynomial approximation on the box of all returns."""
    from specl.chains.smooth import axis, expect_smooth

    problem = search.problem
    where = _start_box(problem, search.onward)
    axes = [axis(one, ends) for one, ends in zip(problem.returns, where, strict=True)]
    wide = [Enclosure(one.middle - one.radius, one.middle + one.radius) for one in axes]
    functions: list[tuple[Expression, Callable[[Any], Any]] | None] = [None] * len(problem.known)
    for c in problem.wanted:
        functions[c] = (_decided(problem, c, problem.function, wide), problem.known[c].__getitem__)
    return expect_smooth(
        problem.chain, functions, problem.place, axes, search.precision / 2, problem.absorbed, problem.total
    )


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


def _gridded(search: Search) -> Enclosure | None:
    """By the laws of the returns on grids, coarse ones first, until one is fine enough."""
    best: Enclosure | None = None
    for coarser in GRID_STAGES:
        found = _on_grid(search, GRID_POINTS // coarser)
        if found is None:
            continue
        best = found if best is None else Enclosure(max(best.low, found.low), min(best.high, found.high))
        if best.width <= search.precision:
            break
    return best


def _on_grid(search: Search, points: int) -> Enclosure | None:
    """By the laws of the returns on a grid of about so many points, after a short expansion of paths."""
    from specl.chains.grid import build
    from specl.chains.grid_integral import integrate

    problem = search.problem
    assert search.few is not None
    expansion, total = search.few
    merged = len(problem.wanted) == len(problem.known) and all(one == problem.known[0] for one in problem.known)
    absorbed = [[Fraction(1)] for _ in problem.absorbed] if merged else problem.absorbed
    cells = points * 16 // (16 + sum(len(row) for row in problem.chain.moves) * len(absorbed[0]))
    grid = build(problem.chain, problem.returns, search.onward, absorbed, cells, GRID_SECONDS)
    begun = monotonic()
    for (i, values), probability in expansion.frontier.items():
        limits = box(values, expansion.weights, [column[i] for column in search.onward])
        for c in (0,) if merged else problem.wanted:
            law = grid.cells[i][c]
            if law is None:
                continue

            def function(at: Callable[[int], Any], constant_of: Callable[[Any], Any], c: int = c) -> Any:
                return problem.value(c, [at(a) for a in range(len(problem.keys))], constant_of)

            hurry = monotonic() - begun > GRID_SECONDS
            low, high = integrate(grid, law, function, values, expansion.weights, limits, hurry)
            if low == float("-inf") or high == float("inf"):
                return None
            total = total + Enclosure(Fraction(low), Fraction(high)) * probability
    return total
