"""A start and an objective's parameters for which policies are ordered as their features do not allow: one question.

Everything that is asked about is linear in the start distribution ι: the features φ of a policy, and what its value is
made of; the value is linear in the parameters θ, too. Unknown are ι, θ and multipliers λ(p,q) ≥ 0 on pairs of policies,
for each set of features (one for each discount that is looked at) its own, such that

    Σ λ(p,q)·(φ(p) − φ(q)) = 0,
    λ(p,q) > 0 only where value(p) ≥ value(q), and for one such pair value(p) > value(q).

By Motzkin's theorem (1936) no linear functional of the features orders the policies so. That there *is* an objective
for which *no* functional does becomes one existential question. What Z3 answers is a proposal; others verify it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

import z3

Table = Mapping[str, Sequence[Sequence[Fraction]]]
"""Policy -> for each start state a row of numbers."""

EFFORT = 500_000
"""Steps of Z3's own count, so that the answer does not depend on how busy the machine is."""


@dataclass(frozen=True)
class Contradiction:
    """The start, the parameters, and the policies that some multiplier is about."""

    start: tuple[Fraction, ...]
    parameters: tuple[Fraction, ...]
    policies: frozenset[str]


def contradiction(features: Sequence[Table], values: Table, effort: int = EFFORT) -> Contradiction | None:
    """A solution with rational numbers; None where there is none, or Z3 has not found it."""
    names = list(values)
    rows = values[names[0]]
    solver = z3.SolverFor("QF_NRA", ctx=z3.Context())
    solver.set("rlimit", effort)
    start = _start(solver, len(rows))
    parameters = [z3.Real(f"parameter{k}", solver.ctx) for k in range(len(rows[0]))]
    solver.add([z3.And(x >= -2, x <= 2) for x in parameters])
    worth = {name: _dot(parameters, _mixed(start, values[name])) for name in names}
    multipliers = []
    for d, table in enumerate(features):
        mixed = {name: _mixed(start, table[name]) for name in names}
        flow = {(p, q): z3.Real(f"flow{d}_{p}_{q}", solver.ctx) for p, q in permutations(names, 2)}
        solver.add([x >= 0 for x in flow.values()])
        solver.add([z3.Implies(x > 0, worth[p] >= worth[q]) for (p, q), x in flow.items()])
        solver.add(z3.Or([z3.And(x > 0, worth[p] > worth[q]) for (p, q), x in flow.items()]))
        surplus = {p: z3.Sum([flow[p, q] - flow[q, p] for q in names if q != p]) for p in names}
        for column in range(len(mixed[names[0]])):
            solver.add(z3.Sum([surplus[p] * mixed[p][column] for p in names]) == 0)
        multipliers += list(flow.items())
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    numbers = [_fraction(model.eval(x, model_completion=True)) for x in (*start, *parameters)]
    if None in numbers:
        return None
    found = tuple(number for number in numbers if number is not None)
    used = {name for pair, x in multipliers if z3.is_true(model.eval(x > 0, model_completion=True)) for name in pair}
    return Contradiction(found[: len(start)], found[len(start) :], frozenset(used))


def _start(solver: Any, size: int) -> list[Any]:
    if size == 1:
        return [z3.RealVal(1, solver.ctx)]
    weights = [z3.Real(f"start{s}", solver.ctx) for s in range(size)]
    solver.add([x >= 0 for x in weights])
    solver.add(z3.Sum(weights) == 1)
    return weights


def _mixed(start: Sequence[Any], rows: Sequence[Sequence[Fraction]]) -> list[Any]:
    """The row for a start distribution."""
    return [_dot(start, [[row[k]] for row in rows]) for k in range(len(rows[0]))]


def _dot(unknowns: Sequence[Any], numbers: Sequence[Any]) -> Any:
    """Σ unknown·number, where numbers are terms, or single Fractions in a list."""
    terms = []
    for unknown, number in zip(unknowns, numbers, strict=True):
        factor = number
        if isinstance(number, list):
            factor = z3.RatVal(number[0].numerator, number[0].denominator, unknown.ctx)
        terms.append(unknown * factor)
    return z3.Sum(terms)


def _fraction(value: Any) -> Fraction | None:
    """None where it is irrational."""
    if not z3.is_rational_value(value):
        return None
    return Fraction(value.numerator_as_long(), value.denominator_as_long())
