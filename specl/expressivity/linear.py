"""Objectives that are linear in one occupancy measure: exactly when they order all policies alike.

Fix γ. The occupancy measures m_π of all stationary policies fill a polytope: m ≥ 0 on the state-action pairs of the
reachable states with Σ_a m(s',a) = I(s') + γ Σ_{s,a} T(s'|s,a) m(s,a) (Puterman 1994, §6.9). A uniformly random π has
m > 0, so the tangent space is cut out by the equations alone. With a reference policy that takes action 0 everywhere,
the weights y(s,a), a ≠ 0, of a tangent vector are free and determine the others, and

    J(π) − J(π₀) = Σ_{s, a≠0} m_π(s,a) · (Q₀(s,a) − V₀(s)),

so the *advantages* of the actions a ≠ 0 over the reference are the gradient in these coordinates. Two linear functions
on a polytope order its points alike iff their gradients on the tangent space are positive multiples of each other, or
both zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.linear import solve
from specl.expressivity.affine import simplest
from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.policy import Policy
from specl.model.real import ZERO, Real

Coordinate = tuple[int, int]
"""(s, a) with s reachable and a ≠ 0."""


def visited_states(environment: Environment, discount: Fraction) -> tuple[int, ...]:
    """The states in which an occupancy measure can be positive: all reachable ones; the start alone where γ = 0."""
    seen = [s for s, _ in environment.start]
    if discount == 0:
        return tuple(seen)
    for s in seen:  # grows as it is walked
        for targets in environment.transitions[s]:
            seen.extend(t for t, _ in targets if t not in seen)
    return tuple(sorted(set(seen)))


def gradient(environment: Environment, reward: Reward, discount: Fraction) -> dict[Coordinate, Real]:
    """The advantages Q₀(s,a) − V₀(s) of a Markov reward over the policy that always takes action 0."""
    states = visited_states(environment, discount)
    index = {s: i for i, s in enumerate(states)}
    expected = {
        (s, a): _total(Real.of(p) * reward.get((s, a, t), ZERO) for t, p in environment.transitions[s][a])
        for s in states
        for a in range(len(environment.actions))
    }
    rows = [_bellman_row(environment, s, discount, index) for s in states]
    values = dict.fromkeys(states, ZERO)
    for monomial in dict.fromkeys(part for s in states for part in expected[s, 0].parts()):
        column = [expected[s, 0].parts().get(monomial, Fraction(0)) for s in states]
        for s, coefficient in zip(states, solve(rows, [column])[0], strict=True):
            values[s] = values[s] + monomial * coefficient
    found = {}
    for s, a in expected:
        if a > 0:
            ahead = (values[t] * (discount * p) for t, p in environment.transitions[s][a] if t in index)
            found[s, a] = expected[s, a] + _total(ahead) - values[s]
    return found


def _bellman_row(environment: Environment, s: int, discount: Fraction, index: dict[int, int]) -> dict[int, Fraction]:
    row = {index[s]: Fraction(1)}
    for t, p in environment.transitions[s][0]:
        if t in index:
            row[index[t]] = row.get(index[t], Fraction(0)) - discount * p
    return row


@dataclass(frozen=True)
class Proportion:
    """How one gradient relates to another: left = factor · right with factor > 0; factor None where both are zero."""

    factor: Real | None


def proportion(left: dict[Coordinate, Real], right: dict[Coordinate, Real]) -> Proportion | None:
    """The positive factor between two gradients; None if there is none.

    Raises:
        Undefined: a ratio of irrational numbers whose zero test stays undecided.
    """
    if all(value.is_zero() for value in left.values()) and all(value.is_zero() for value in right.values()):
        return Proportion(None)
    pivot = next((key for key, value in right.items() if value.sign()), None)
    if pivot is None:
        return None
    factor = simplest(left[pivot] / right[pivot])
    if factor.sign() != 1 or not all((left[key] - factor * right[key]).is_zero() for key in left):
        return None
    return Proportion(factor)


def separating_direction(left: Sequence[Fraction], right: Sequence[Fraction]) -> list[Fraction] | None:
    """A direction y with left·y > 0 ≥ right·y, rational and of small height; None if left is zero or the two are
    positive multiples of each other (in which case there is none).

    It is left/|left| − right/|right|, rounded: by Cauchy–Schwarz left·y > 0 > right·y before rounding.
    """
    if not any(left):
        return None
    if not any(right):
        return list(left)
    norms = [_root(_dot(vector, vector)) for vector in (left, right)]
    exact = [x / norms[0] - y / norms[1] for x, y in zip(left, right, strict=True)]
    largest = max(map(abs, exact))
    for height in (2, 4, 12, 60, 1000, 10**6, 10**12):
        if largest == 0:
            break
        rounded = [(x / largest).limit_denominator(height) for x in exact]
        if _dot(left, rounded) > 0 >= _dot(right, rounded):
            return rounded
    return None


def apart(
    environment: Environment, discount: Fraction, left: dict[Coordinate, Real], right: dict[Coordinate, Real]
) -> tuple[Policy, Policy] | None:
    """Two policies (p, q) with J_left(p) > J_left(q) and J_right(p) ≤ J_right(q), for gradients that are not positive
    multiples of each other with left ≠ 0. The search for one is by rational approximation and may, in principle, end
    with None."""
    for bits in (64, 256, 1024):
        rounded = [[_middle(values[key], bits) for key in left] for values in (left, right)]
        direction = separating_direction(*rounded)
        if direction is None:
            continue
        exact = [_total(values[key] * y for key, y in zip(left, direction, strict=True)) for values in (left, right)]
        if exact[0].sign() == 1 and exact[1].sign() in (-1, 0):
            return _step(environment, discount, dict(zip(left, direction, strict=True)))
    return None


def _step(environment: Environment, discount: Fraction, direction: dict[Coordinate, Fraction]) -> tuple[Policy, Policy]:
    """(p, q) with m_p − m_q a positive multiple of the tangent vector with these coordinates; q uniform."""
    states = visited_states(environment, discount)
    index = {s: i for i, s in enumerate(states)}
    width = len(environment.actions)
    uniform = Fraction(1, width)
    # y(s,·) sums to Y(s) = γ Σ T(s|s',a) y(s',a); with the free weights given this is a system in Y
    rows: list[dict[int, Fraction]] = [{i: Fraction(1)} for i in range(len(states))]
    flow = [Fraction(0) for _ in states]
    centre_rows: list[dict[int, Fraction]] = [{i: Fraction(1)} for i in range(len(states))]
    for s in states:
        for a in range(width):
            for t, p in environment.transitions[s][a]:
                if t in index:
                    i, j = index[t], index[s]
                    centre_rows[i][j] = centre_rows[i].get(j, Fraction(0)) - discount * p * uniform
                    if a == 0:
                        rows[i][j] = rows[i].get(j, Fraction(0)) - discount * p
                    flow[i] += discount * p * (direction[s, a] if a else -_free(direction, s, width))
    (totals,) = solve(rows, [flow])
    begin = [Fraction(0) for _ in states]
    for s, p in environment.start:
        begin[index[s]] = p
    (centre,) = solve(centre_rows, [begin])
    change = {
        (s, a): direction[s, a] if a else totals[index[s]] - _free(direction, s, width)
        for s in states
        for a in range(width)
    }
    scale = min((centre[index[s]] * uniform / -y for (s, _), y in change.items() if y < 0), default=Fraction(1))
    weights = [[[uniform] * width for _ in environment.states] for _ in range(2)]
    for s in states:
        moved = [centre[index[s]] * uniform + scale * change[s, a] for a in range(width)]
        if sum(moved) > 0:
            weights[0][s] = [weight / sum(moved) for weight in moved]
    first, second = (Policy(tuple(tuple(row) for row in each)) for each in weights)
    return first, second


def _free(direction: dict[Coordinate, Fraction], s: int, width: int) -> Fraction:
    return sum((direction[s, a] for a in range(1, width)), Fraction(0))


def _total(values: Iterable[Real]) -> Real:
    total = ZERO
    for value in values:
        total = total + value
    return total


def _dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(left, right, strict=True)), Fraction(0))


def _middle(value: Real, bits: int) -> Fraction:
    if value.rational is not None:
        return value.rational
    box = value.enclose(bits)
    return (box.low + box.high) / 2


def _root(square: Fraction) -> Fraction:
    """√square to about 32 digits: rounding only turns the direction a little."""
    power = Real.of(square).power(Fraction(1, 2))
    return _middle(power, 128)
