"""Expectations of functions of discounted returns and of the recurrent class: exact where possible, else enclosed.

The methods, tried in this order for each recurrent class's function:

1. a polynomial in the returns — by moments (`specl.chains.polynomial`);
2. any function, where the returns have finitely many values — by all paths (`specl.chains.law`);
3. else bounds (`specl.chains.bounds`).

Linear combinations of returns are made single returns first, and sums are split (`specl.chains.linear_forms`).
"""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specl.chains.bounds import Problem, enclose, exact_number, settled_value
from specl.chains.chain import Chain
from specl.chains.law import DiscountedReturn, Walk, certain_values, discounted_return
from specl.chains.linear_forms import Returns, combine, split
from specl.chains.polynomial import Polynomial, as_polynomial, expect_polynomials
from specl.chains.recurrence import Absorption, absorption
from specl.model.errors import Unsupported
from specl.model.expression import Expression, variables
from specl.model.real import Real

LARGEST_FINITE_LAW = 100_000


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
        returns: key -> (discount, the reward of each move, parallel to `Chain.moves`).
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
    absorbed = absorption(chain)
    used = variables(function)
    needed = {key: value for key, value in returns.items() if key in used}
    simpler, combined = combine(function, needed)
    parts = split(simpler, frozenset(combined))
    if len(parts) > 1:
        try:
            values = [_expect(chain, absorbed, part, combined, limits, precision / len(parts)) for part in parts]
            return sum(values[1:], start=values[0])
        except Unsupported:  # what the parts have without bounds may cancel
            pass
    return _expect(chain, absorbed, simpler, combined, limits, precision)


def _expect(
    chain: Chain,
    ends: Absorption,
    function: Expression,
    returns: Returns,
    limits: Mapping[Any, Sequence[Any]],
    precision: Fraction,
) -> Any:
    used = variables(function)
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
        {**certain, **{key: exact_number(column[c]) for key, column in limits.items() if key in used}} for c in classes
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
        return exact_number(exact)
    problem = Problem(chain, function, tuple(keys), tuple(records), known, wanted, ends.states, ends.start)
    rest = _others(problem, precision)
    return exact_number(exact) + rest if exact != 0 else rest


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
    return settled_value(problem, expansion, exact_number)
