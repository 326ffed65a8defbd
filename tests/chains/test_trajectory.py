"""Expectations of functions of returns against all paths of terminating chains, closed forms and simulation."""

import math
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.chains.bounds import Problem, enclose
from specl.chains.chain import Chain, Move, induced
from specl.chains.law import Walk, certain_values, discounted_return, ranges
from specl.chains.recurrence import absorption
from specl.chains.trajectory import expect
from specl.model.enclosure import Enclosure, enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, add, constant, evaluate, multiply, negate, variable
from specl.model.policy import Policy
from specl.model.rational_function import symbolic_policy
from specl.model.real import ONE, ZERO, Real
from tests.strategies import discounts, environments, expressions, policies, rewards

HALF = Fraction(1, 2)
MICRO = Fraction(1, 10**6)
G, H, L = variable("g"), variable("h"), variable("limit")


def c(value: int | Fraction) -> Expression:
    return constant(Fraction(value))


def at_least(x: Expression, threshold: int | Fraction) -> Expression:
    return Expression("if", (Expression(">=", (x, c(threshold))), c(1), c(0)))


def table(*rows: tuple[Any, ...]) -> tuple[tuple[Real, ...], ...]:
    return tuple(tuple(Real.of(value) for value in row) for row in rows)


COIN = Chain(
    (0,), ((0, Fraction(1)),), ((Move(HALF, (0, 0, 0), 0), Move(HALF, (0, 1, 0), 0)),)
)
"""Two actions, each with probability 1/2, for ever."""

QUEUE = Chain(
    (0, 1, 2),
    ((0, Fraction(1)),),
    (
        (Move(HALF, (0, 0, 0), 0), Move(Fraction(1, 4), (0, 1, 1), 1), Move(Fraction(1, 4), (0, 1, 2), 2)),
        (Move(Fraction(1), (1, 0, 1), 1),),
        (Move(Fraction(1), (2, 0, 2), 2),),
    ),
)
"""Waits with probability 1/2, then leaves to one of two absorbing states."""


def payments(chain: Chain, reward: Any) -> tuple[tuple[Real, ...], ...]:
    return tuple(tuple(reward.get(move.step, ZERO) for move in row) for row in chain.moves)


def all_paths(chain: Chain, returns: dict[str, Any], length: int) -> list[tuple[Fraction, dict[str, Real], int]]:
    """(probability, returns, last state) of every path of this length; absorbing states go on with their rewards."""
    found = []
    stack = [(p, i, 0, dict.fromkeys(returns, ZERO)) for i, p in chain.start]
    while stack:
        probability, i, time, sums = stack.pop()
        if time == length:
            for key, (discount, paid) in returns.items():
                sums[key] = sums[key] + discount**time * paid[i][0] / (1 - discount)
            found.append((probability, sums, i))
            continue
        for index, move in enumerate(chain.moves[i]):
            then = {key: sums[key] + d**time * paid[i][index] for key, (d, paid) in returns.items()}
            stack.append((probability * move.probability, move.target, time + 1, then))
    return found


@st.composite
def terminating(draw: st.DrawFn) -> tuple[Chain, dict[str, Any]]:
    """A chain that is absorbed in its last state after at most two steps, and two returns."""
    environment: Environment = draw(environments(terminating=True))
    policy: Policy = draw(policies(environment))
    chain = induced(environment, policy)
    # an absorbing state with several actions would go on without end
    assume(all(len({move.target for move in row}) > 1 or row[0].target != i or len(row) == 1
               for i, row in enumerate(chain.moves)))
    returns = {key: (draw(discounts()), payments(chain, draw(rewards(environment)))) for key in ("g", "h")}
    return chain, returns


@given(terminating(), expressions(["g", "h"], polynomial=False))
@settings(max_examples=60, deadline=None)
def test_finitely_many_values_are_exact(world: tuple[Chain, dict[str, Any]], f: Expression) -> None:
    chain, returns = world
    total: Any = ZERO
    try:
        for probability, sums, _ in all_paths(chain, returns, 3):
            total = total + probability * evaluate(f, sums.__getitem__)
    except Undefined:
        assume(False)
    found = expect(chain, f, returns, {})
    if isinstance(total, Real):
        assert isinstance(found, Real)
        assert found.compare("=", total) is True


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_bounds_contain_the_exact_value(data: st.DataObject) -> None:
    """The methods for functions that are not polynomials, made to work on polynomials."""
    environment = data.draw(environments())
    chain = induced(environment, data.draw(policies(environment)))
    returns = {
        key: (data.draw(st.sampled_from([HALF, Fraction(1, 3)])), payments(chain, data.draw(rewards(environment))))
        for key in ("g", "h")
    }
    f = data.draw(expressions(["g", "h"], max_leaves=3))
    exact = expect(chain, f, returns, {})
    ends = absorption(chain)
    records = tuple(discounted_return(*returns[key]) for key in ("g", "h"))
    classes = range(len(ends.classes))
    known: tuple[dict[str, Real], ...] = tuple({} for _ in classes)
    problem = Problem(chain, f, ("g", "h"), records, known, tuple(classes), ends.states, ends.start)
    found = enclose(problem, Walk.of(chain, records, ends.states), Fraction(1, 1000))
    assert found.contains(exact)


@given(terminating())
@settings(max_examples=40, deadline=None)
def test_ranges_contain_every_path_and_certain_values_are_theirs(world: tuple[Chain, dict[str, Any]]) -> None:
    chain, returns = world
    for discount, paid in returns.values():
        record = discounted_return(discount, paid)
        reach = ranges(chain, record)
        values = certain_values(chain, record)
        for i in range(len(chain.states)):
            begun = Chain(chain.states, ((i, Fraction(1)),), chain.moves)
            on_paths = {sums["g"] for _, sums, _ in all_paths(begun, {"g": (discount, paid)}, 3)}
            assert all(reach[i].contains(value) for value in on_paths)
            assert values[i] == (next(iter(on_paths)) if len(on_paths) == 1 else None)


def test_polynomials_are_exact() -> None:
    returns = {"g": (HALF, table((0, 1)))}
    # G is uniform on [0, 2]
    assert expect(COIN, Expression("^", (G, c(3))), returns, {}) == 2
    assert expect(COIN, Expression("/", (multiply((G, G)), c(2))), returns, {}) == Fraction(2, 3)


def test_irrational_rewards_are_exact() -> None:
    root, logarithm = Real.of(2).power(HALF), Real.of(3).log()
    returns = {"g": (HALF, table((0, root))), "h": (HALF, table((logarithm, 1)))}
    found = expect(COIN, multiply((G, G)), returns, {})
    assert found == Fraction(8, 3)
    plain = {"x": (HALF, table((0, 1))), "y": (HALF, table((1, 0)))}
    x, y = variable("x"), variable("y")
    xy = expect(COIN, multiply((x, y)), plain, {})
    xx = expect(COIN, multiply((x, x)), plain, {})
    assert expect(COIN, multiply((G, H)), returns, {}) == root * (logarithm * xy + xx)


def test_the_class_and_the_return_are_dependent() -> None:
    returns = {"g": (HALF, table((0, 1, 3), (0,), (0,)))}
    limits = {"limit": (Real.of(5), Real.of(7))}
    # leaving at time t has probability 2^-(t+2) for each side and pays 2^-t or 3·2^-t
    assert expect(QUEUE, multiply((G, L)), returns, limits) == (5 + 21) * Fraction(1, 3)
    indicator = Expression("if", (Expression("=", (L, c(5))), at_least(G, HALF), c(0)))
    found = expect(QUEUE, indicator, returns, limits)
    assert found.contains(Fraction(1, 4) + Fraction(1, 8))
    assert found.width <= MICRO


def test_no_returns_means_any_function_is_exact() -> None:
    limits = {"limit": (Real.of(5), Real.of(7))}
    f = Expression("sqrt", (Expression("exp", (L,)),))
    expected = (Real.of(Fraction(5, 2)).exp() + Real.of(Fraction(7, 2)).exp()) / 2
    assert expect(QUEUE, f, {}, limits) == expected


def test_linear_combinations_become_certain() -> None:
    returns = {"g": (Fraction(9, 10), table((0, 1))), "h": (Fraction(9, 10), table((1, 0)))}
    assert expect(COIN, Expression("sqrt", (add((G, H, c(1))),)), returns, {}) == Real.of(11).power(HALF)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (at_least(G, 1), HALF),
        (at_least(G, Fraction(2, 3)), Fraction(2, 3)),
        (Expression("max", (G, c(1))), Fraction(5, 4)),
        (Expression("abs", (add((G, c(-1))),)), HALF),
        (Expression("exp", (G,)), (Real.of(2).exp() - 1) / 2),
        (Expression("sqrt", (G,)), Real.of(2).power(HALF) * Fraction(2, 3)),
        (Expression("log", (add((G, c(1))),)), Real.of(3).log() * Fraction(3, 2) - 1),
        (Expression("/", (c(1), add((G, c(1))))), Real.of(3).log() / 2),
        (Expression("^", (add((G, c(1))), c(Fraction(-1, 2)))), Real.of(3).power(HALF) - 1),
        (add((multiply((G, G)), at_least(G, 1))), Fraction(4, 3) + HALF),
    ],
)
def test_the_uniform_distribution(f: Expression, expected: Any) -> None:
    """With a fair coin for rewards 0, 1 and γ = 1/2 the return is uniform on [0, 2]."""
    found = expect(COIN, f, {"g": (HALF, table((0, 1)))}, {})
    assert isinstance(found, Enclosure)
    assert found.contains(expected)
    assert found.width <= MICRO


def test_smooth_functions_of_two_returns_reach_the_precision() -> None:
    chain = Chain((0,), ((0, Fraction(1)),), (tuple(Move(Fraction(1, 3), (0, a, 0), 0) for a in range(3)),))
    returns = {"g": (Fraction(3, 4), table((0, 1, 0))), "h": (HALF, table((0, 0, 1)))}
    f = Expression("exp", (negate(multiply((G, H))),))
    found = expect(chain, f, returns, {})
    assert found.width <= MICRO
    low, high = simulate(chain, returns, lambda v: math.exp(-v["g"] * v["h"]))
    assert low <= found.high
    assert found.low <= high


def simulate(chain: Chain, returns: dict[str, Any], f: Any, runs: int = 20000) -> tuple[float, float]:
    """The mean of f ± 5 standard errors, from runs long enough for the discount."""
    source = random.Random(7)
    weights = [[float(move.probability) for move in row] for row in chain.moves]
    floats = {
        key: (float(discount), [[float(r.enclose().low) for r in row] for row in paid])
        for key, (discount, paid) in returns.items()
    }
    values = []
    for _ in range(runs):
        (i,) = source.choices([s for s, _ in chain.start], [float(p) for _, p in chain.start])
        sums = dict.fromkeys(returns, 0.0)
        for time in range(80):
            (index,) = source.choices(range(len(weights[i])), weights[i])
            for key, (discount, paid) in floats.items():
                sums[key] += discount**time * paid[i][index]
            i = chain.moves[i][index].target
        values.append(f(sums))
    mean = sum(values) / runs
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (runs - 1) / runs)
    return mean - 5 * deviation - 1e-4, mean + 5 * deviation + 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("threshold", [Fraction(3), Fraction(5), Fraction(33, 5)])
def test_thresholds_at_nine_tenths(threshold: Fraction) -> None:
    returns = {"g": (Fraction(9, 10), table((0, 1)))}
    found = expect(COIN, at_least(G, threshold), returns, {})
    assert found.width <= Fraction(1, 1000)
    low, high = simulate(COIN, returns, lambda v: float(v["g"] >= threshold))
    assert low <= found.high
    assert found.low <= high


@pytest.mark.slow
def test_thresholds_by_symmetry() -> None:
    """G and 10 − G have one law: P(G ≥ x) + P(G ≥ 10 − x) = 1 + P(G = x)."""
    returns = {"g": (Fraction(9, 10), table((0, 1)))}
    both = [expect(COIN, at_least(G, x), returns, {}) for x in (Fraction(4), Fraction(6))]
    assert (both[0] + both[1]).contains(1)


def test_atoms_at_the_threshold_are_exact() -> None:
    """P(G ≥ 1) where G = 1 has probability 1/4: only leaving at once to the second state counts with equality."""
    returns = {"g": (Fraction(9, 10), table((0, 0, 1), (0,), (0,)))}
    assert expect(QUEUE, at_least(G, 1), returns, {}).contains(Fraction(1, 4))
    assert expect(QUEUE, at_least(G, 1), returns, {}).width == 0
    found = expect(QUEUE, at_least(G, Fraction(81, 100)), returns, {})
    assert found.contains(Fraction(1, 4) + Fraction(1, 8) + Fraction(1, 16))


def test_symbolic_probabilities() -> None:
    one = Fraction(1)
    environment = Environment("coin", ("s",), ("a", "b"), ((0, one),), ((((0, one),), ((0, one),)),), {})
    returns = {"g": (HALF, table((0, 1)))}
    chain = induced(environment, symbolic_policy(environment, [[0, 1]]))
    symbolic = expect(chain, multiply((G, G)), returns, {})
    for q in (Fraction(1, 3), Fraction(1, 4)):
        policy = Policy(((1 - q, q),))
        expected = 4 * q**2 + q * (1 - q) * Fraction(4, 3)  # E[G]² + Var(G), Var = q(1−q)/(1−γ²)
        assert expect(induced(environment, policy), multiply((G, G)), returns, {}) == expected
        assert symbolic.at(policy) == expected
    with pytest.raises(Unsupported):
        expect(chain, Expression("sqrt", (G,)), returns, {})
    first = {"g": (Fraction(0), table((1, 4)))}
    root = expect(chain, Expression("sqrt", (G,)), first, {})  # two values: finitely many
    assert root.at(Policy(((Fraction(1, 3), Fraction(2, 3)),))) == Fraction(5, 3)


def test_undefined_and_unbounded_are_said() -> None:
    with pytest.raises(Undefined):
        expect(QUEUE, Expression("log", (negate(G),)), {"g": (Fraction(0), table((0, 1, 1), (0,), (0,)))}, {})
    with pytest.raises(Unsupported):
        expect(COIN, Expression("/", (c(1), G)), {"g": (HALF, table((0, 1)))}, {})


def test_ranges_are_tight() -> None:
    (reach,) = ranges(COIN, discounted_return(Fraction(9, 10), table((0, 1))))
    assert reach.low == 0
    assert 10 <= reach.high <= 10 + MICRO


def test_long_cycles_are_certain() -> None:
    """A deterministic cycle has one return, whatever the rewards."""
    size = 40
    moves = tuple((Move(Fraction(1), (i, 0, (i + 1) % size), (i + 1) % size),) for i in range(size))
    chain = Chain(tuple(range(size)), ((0, Fraction(1)),), moves)
    paid = table(*((i % 7,) for i in range(size)))
    value = sum(Fraction(9, 10) ** i * (i % 7) for i in range(size)) / (1 - Fraction(9, 10) ** size)
    found = expect(chain, Expression("exp", (G,)), {"g": (Fraction(9, 10), paid)}, {})
    assert found == Real.of(value).exp()


def test_enclosures_of_constants_pass_through() -> None:
    interval = Enclosure(Fraction(1), Fraction(2))
    found = expect(QUEUE, multiply((G, L)), {"g": (HALF, table((0, 1, 1), (0,), (0,)))}, {"limit": (interval, ONE)})
    assert enclosure(found).contains(Fraction(2, 3))
    assert found == Enclosure(Fraction(2, 3), Fraction(1))
