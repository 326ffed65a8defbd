"""Few coordinates: what a function of expected returns or of an occupancy measure depends on.

Every quantity is a linear form of m(s,a) = Σ_t γ^t P(s_t=s, a_t=a). The largest affine parts of an expression, m(a) +
2·m(b) in ``(m(a) + 2*m(b))^2``, become forms of their own, and of forms that differ by constants and multiples on the
polytope of occupancy measures one is kept. Two forms agree up to a constant there iff their advantages against one
policy do: L(m) = L(m_0) + Σ m(s,a)·A(s,a), where A(s,a) = 0 for what the policy does, and the other m(s,a) can be
chosen freely near 0 (Puterman, Markov Decision Processes, 1994, §6.9).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from specl.chains.linear import solve
from specl.chains.polynomial import as_polynomial
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined
from specl.model.expression import Expression, add, constant, multiply, number, variable, variables
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.model.real import ONE, Real

Table = tuple[tuple[Fraction, ...], ...]
"""What m(s,a) is weighted with: shape |S|×|A|."""

Amounts = Callable[[Any], Sequence[Sequence[Real]]]
"""The key of a variable -> the linear form that it is: shape |S|×|A|."""

LARGEST = 400
"""For more states than that, dependent forms are not looked for."""

_NOISE_BITS = 160
"""Forms whose entries have irrational ratios are rounded to so many bits; the error goes on as an enclosure."""


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Expressions over ``variable(i)``, the value of ``forms[i]``.

    The forms and 1 are linearly independent on the polytope, so that it has full dimension in them (in models of at
    most `LARGEST` states). ``reached`` are the states that some policy reaches (at discount 0, where it starts): only
    there choices matter.
    """

    expressions: tuple[Expression, ...]
    forms: tuple[Table, ...]
    reached: tuple[int, ...]


def coordinates(
    environment: Environment, discount: Fraction, expressions: Sequence[Expression], amounts: Amounts
) -> Coordinates:
    """The expressions as functions of as few forms as they have independent affine parts."""
    keys = sorted(frozenset[Any]().union(*map(variables, expressions)), key=repr)
    place = {key: i for i, key in enumerate(keys)}
    columns = {key: amounts(key) for key in keys}
    tables: list[Table] = []
    known: dict[Table, int] = {}

    def walk(node: Expression) -> Expression:
        affine = _affine(node, place) if variables(node) else None
        if affine is None:
            return replace(node, args=tuple(map(walk, node.args)))
        whole = [
            [sum((c * columns[keys[i]][s][a] for i, c in affine[0].items()), Real.of(0)) for a in actions]
            for s in states
        ]
        table, factor, noise = _rational(whole)
        if table not in known:
            known[table] = len(tables)
            tables.append(table)
        parts = [multiply((constant(factor), variable(known[table])))] if factor != ONE else [variable(known[table])]
        if noise:
            total = noise / (1 - discount)
            parts.append(constant(Enclosure(-total, total)))
        if not affine[1].is_zero():
            parts.append(constant(affine[1]))
        return replace(add(parts), at=node.at)

    states, actions = range(len(environment.states)), range(len(environment.actions))
    walked = [walk(expression) for expression in expressions]
    reached = reached_states(environment, discount)
    kept, images = _independent(environment, discount, reached, tables)
    renamed = tuple(_replace(expression, images) for expression in walked)
    return Coordinates(renamed, tuple(tables[i] for i in kept), reached)


def affine(node: Expression, dimension: int) -> tuple[tuple[Fraction, ...], Any] | None:
    """(coefficients, constant) of an affine function of variables 0 … dimension − 1 with rational coefficients; the
    constant is a Real. None for all others."""
    found = _affine(node, {i: i for i in range(dimension)})
    if found is None:
        return None
    coefficients = [found[0].get(i, Real.of(0)).rational for i in range(dimension)]
    if any(c is None for c in coefficients):
        return None
    return tuple(c for c in coefficients if c is not None), found[1]


def constant_of(value: Any) -> Any:
    """A constant of a function over coordinates: an exact number, or an enclosure where rounding was needed."""
    return value if isinstance(value, Enclosure) else number(value)


def is_transcendental(node: Expression) -> bool:
    """Whether logarithms, exponentials or roots occur."""
    return node.op in ("log", "exp", "sqrt") or any(map(is_transcendental, node.args))


def reached_states(environment: Environment, discount: Fraction) -> tuple[int, ...]:
    """The states in which choices matter."""
    seen = {s for s, _ in environment.start}
    frontier = list(seen) if discount else []
    while frontier:
        for targets in environment.transitions[frontier.pop()]:
            for t, _ in targets:
                if t not in seen:
                    seen.add(t)
                    frontier.append(t)
    return tuple(sorted(seen))


def _affine(node: Expression, place: dict[Any, int]) -> tuple[dict[int, Real], Real] | None:
    """(variable -> coefficient, constant) where the expression is visibly affine."""
    if node.op in ("<", "<=", "=", ">=", ">", "and", "or", "not") or _has_noise(node):
        return None
    try:
        found = as_polynomial(node, place, place.__getitem__)
    except Undefined:
        return None
    if found is None or found.degree > 1 or not all(isinstance(c, Real) for c in found.terms.values()):
        return None
    rest = Real.of(0)
    coefficients: dict[int, Real] = {}
    for powers, c in found.terms.items():
        if any(powers):
            coefficients[powers.index(1)] = c
        else:
            rest = c
    return coefficients, rest


def _has_noise(node: Expression) -> bool:
    return isinstance(node.key, Enclosure) or any(map(_has_noise, node.args))


def _rational(whole: Sequence[Sequence[Real]]) -> tuple[Table, Real, Fraction]:
    """(rational form, factor, error): the form is factor·rational, each entry up to the error."""
    entries = [entry for row in whole for entry in row if not entry.is_zero()]
    unit = next((entry for entry in entries if entry.rational is None), ONE)
    scaled = [[entry / unit if not entry.is_zero() else entry for entry in row] for row in whole]
    if all(entry.rational is not None for row in scaled for entry in row):
        return tuple(tuple(entry.rational or Fraction(0) for entry in row) for row in scaled), unit, Fraction(0)
    near = [[entry.enclose(_NOISE_BITS) for entry in row] for row in whole]
    error = max(entry.width for row in near for entry in row)
    return tuple(tuple((entry.low + entry.high) / 2 for entry in row) for row in near), ONE, error


def _independent(
    environment: Environment, discount: Fraction, reached: Sequence[int], tables: Sequence[Table]
) -> tuple[list[int], list[Expression]]:
    """Which forms are kept, and each form as an affine expression of the kept ones."""
    if not tables:
        return [], []
    if len(reached) > LARGEST:
        return list(range(len(tables))), [variable(i) for i in range(len(tables))]
    index = {s: i for i, s in enumerate(reached)}
    transitions = environment.transitions

    def ahead(s: int, a: int, values: Sequence[Fraction]) -> Fraction:
        return sum((p * values[index[t]] for t, p in transitions[s][a]), Fraction(0)) if discount else Fraction(0)

    rows: list[dict[int, Fraction]] = []
    for s in reached:
        row = {index[s]: Fraction(1)}
        for t, p in transitions[s][0] if discount else ():
            row[index[t]] = row.get(index[t], Fraction(0)) - discount * p
        rows.append(row)
    values = solve(rows, [[table[s][0] for s in reached] for table in tables])
    free = [(s, a) for s in reached for a in range(1, len(environment.actions))]
    matrix: list[fmpq] = []
    for s, a in free:
        matrix += [
            to_fmpq(table[s][a] + discount * ahead(s, a, value) - value[index[s]])
            for table, value in zip(tables, values, strict=True)
        ]
    at_first = [sum((p * value[index[s]] for s, p in environment.start), Fraction(0)) for value in values]
    reduced, rank = fmpq_mat(len(free), len(tables), matrix).rref() if free else (fmpq_mat(0, len(tables)), 0)
    kept = [next(j for j in range(len(tables)) if reduced[i, j] != 0) for i in range(rank)]
    images = []
    for j in range(len(tables)):
        weights = [to_fraction(reduced[i, j]) for i in range(rank)]
        rest = at_first[j] - sum((w * at_first[k] for w, k in zip(weights, kept, strict=True)), Fraction(0))
        parts = [multiply((constant(w), variable(i))) if w != 1 else variable(i) for i, w in enumerate(weights) if w]
        images.append(add((*parts, constant(rest)) if rest or not parts else parts))
    return kept, images


def _replace(node: Expression, images: Sequence[Expression]) -> Expression:
    if node.op == "variable":
        return images[int(str(node.key))]
    return replace(node, args=tuple(_replace(part, images) for part in node.args)) if node.args else node
