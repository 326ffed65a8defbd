"""Mixed moments against brute force on terminating environments, Sobel's variance, simulation and algebra."""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import prod

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import Chain, induced
from specl.chains.linear import solve
from specl.chains.moments import Index, mixed_moments
from specl.chains.occupancy import step_occupancy
from specl.chains.recurrence import absorption, recurrent_classes
from specl.model.environment import Environment, Step
from specl.model.policy import Policy
from specl.model.rational_function import symbolic_policy
from tests.oracles import simulate
from tests.oracles.enumerate import discounted, paths
from tests.strategies import NUMBERS, discounts, environments, policies, worlds

INDICES = list(itertools.product(range(4), range(3)))

Amounts = dict[Step, Fraction]


def amounts(environment: Environment) -> st.SearchStrategy[Amounts]:
    return st.dictionaries(st.sampled_from(environment.steps), NUMBERS)


def on_moves(chain: Chain, reward: Amounts) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(reward.get(move.step, Fraction(0)) for move in moves) for moves in chain.moves)


def stopped(environment: Environment, reward: Amounts) -> Amounts:
    """Without the rewards of the state that is never left, so that returns are finite sums."""
    last = len(environment.states) - 1
    return {step: amount for step, amount in reward.items() if step[0] != last}


@settings(max_examples=60, deadline=None)
@given(worlds(max_states=4, terminating=True), discounts(), discounts(), st.data())
def test_brute_force_agrees(
    world: tuple[Environment, Policy], first: Fraction, second: Fraction, data: st.DataObject
) -> None:
    environment, policy = world
    chain = induced(environment, policy)
    one, two = (stopped(environment, data.draw(amounts(environment))) for _ in range(2))
    found = mixed_moments(
        chain, [(first, on_moves(chain, one)), (second, on_moves(chain, two))], {k: [Fraction(1)] for k in INDICES}
    )
    expected = dict.fromkeys(INDICES, Fraction(0))
    size = len(environment.states)
    for probability, path in paths(environment, policy, size, frozenset({size - 1})):
        values = (
            discounted(path, lambda step: one.get(step, Fraction(0)), first),
            discounted(path, lambda step: two.get(step, Fraction(0)), second),
        )
        for k in INDICES:
            expected[k] += probability * prod((value**n for value, n in zip(values, k, strict=True)), start=Fraction(1))
    assert found == expected


@settings(max_examples=40, deadline=None)
@given(worlds(), discounts(), st.data())
def test_weights_split_by_class(world: tuple[Environment, Policy], discount: Fraction, data: st.DataObject) -> None:
    """Weights are linear, indicators of classes add up, and k = 0 is absorption."""
    environment, policy = world
    chain = induced(environment, policy)
    returns = [(discount, on_moves(chain, data.draw(amounts(environment))))]
    width = len(recurrent_classes(chain))
    degrees: list[Index] = [(0,), (1,), (2,)]
    weights = {k: [data.draw(NUMBERS) for _ in range(width)] for k in degrees}
    found = mixed_moments(chain, returns, weights)
    split = [
        mixed_moments(chain, returns, {k: [Fraction(int(c == d)) for c in range(width)] for k in degrees})
        for d in range(width)
    ]
    for k in degrees:
        assert found[k] == sum(h * part[k] for h, part in zip(weights[k], split, strict=True))
    assert [part[(0,)] for part in split] == list(absorption(chain).start)


@settings(max_examples=40, deadline=None)
@given(worlds(), discounts(), st.data())
def test_the_first_moment_is_the_expected_return(
    world: tuple[Environment, Policy], discount: Fraction, data: st.DataObject
) -> None:
    environment, policy = world
    chain = induced(environment, policy)
    reward = data.draw(amounts(environment))
    ones = [Fraction(1)] * len(recurrent_classes(chain))
    found = mixed_moments(chain, [(discount, on_moves(chain, reward))], {(1,): ones})
    occupancy = step_occupancy(chain, discount)
    assert found == {(1,): sum(m * reward.get(step, Fraction(0)) for step, m in occupancy.items())}


@settings(max_examples=40, deadline=None)
@given(worlds(), discounts(), st.data())
def test_the_variance_is_sobels(world: tuple[Environment, Policy], discount: Fraction, data: st.DataObject) -> None:
    """Sobel (1982), Theorem 1: Var_s = Var(r + γ v(s')) + γ² Σ p Var_{s'}, from one start state."""
    environment, policy = world
    chain = induced(environment, policy)
    single = Chain(chain.states, ((data.draw(st.integers(0, len(chain.states) - 1)), Fraction(1)),), chain.moves)
    rewards = on_moves(chain, data.draw(amounts(environment)))
    ones = [Fraction(1)] * len(recurrent_classes(single))
    found = mixed_moments(single, [(discount, rewards)], {(1,): ones, (2,): ones})

    mean = _backward(chain, discount, [_mean(chain, i, rewards[i]) for i in range(len(chain.states))])
    spread = []
    for i, row in enumerate(rewards):
        ahead = [reward + discount * mean[move.target] for reward, move in zip(row, chain.moves[i], strict=True)]
        squares = [value * value for value in ahead]
        spread.append(_mean(chain, i, squares) - _mean(chain, i, ahead) ** 2)
    variance = _backward(chain, discount**2, spread)
    (start, _), *_ = single.start
    assert found[(2,)] - found[(1,)] ** 2 == variance[start]


def _mean(chain: Chain, state: int, values: Sequence[Fraction]) -> Fraction:
    return sum((move.probability * x for move, x in zip(chain.moves[state], values, strict=True)), Fraction(0))


def _backward(chain: Chain, discount: Fraction, right: list[Fraction]) -> tuple[Fraction, ...]:
    """x = right + discount P x."""
    rows = []
    for i, moves in enumerate(chain.moves):
        row = {i: Fraction(1)}
        for move in moves:
            row[move.target] = row.get(move.target, Fraction(0)) - discount * move.probability
        rows.append(row)
    return solve(rows, [right])[0]


def test_two_coins_by_hand() -> None:
    """A fair coin each time: G = Σ 2^{−t−1}·coin is uniform on [0,1], with moments 1/(n+1)."""
    half = Fraction(1, 2)
    environment = Environment("coin", ("h", "t"), ("a",), ((0, half), (1, half)), ((((0, half), (1, half)),),) * 2, {})
    chain = induced(environment, Policy(((Fraction(1),),) * 2))
    rewards = on_moves(chain, dict.fromkeys([(0, 0, 0), (0, 0, 1)], half))
    found = mixed_moments(chain, [(half, rewards)], {(n,): [Fraction(1)] for n in range(21)})
    assert found == {(n,): Fraction(1, n + 1) for n in range(21)}


def test_simulation_agrees_on_a_mixed_moment() -> None:
    third = Fraction(1, 3)
    environment = Environment(
        "split",
        ("a", "b", "c"),
        ("d",),
        ((0, Fraction(1)),),
        ((((0, third), (1, third), (2, third)),), (((1, Fraction(1)),),), (((2, Fraction(1)),),)),
        {},
    )
    policy = Policy(((Fraction(1),),) * 3)
    chain = induced(environment, policy)
    one = {(0, 0, 0): Fraction(2), (1, 0, 1): Fraction(1)}
    two = {(0, 0, 0): Fraction(1), (0, 0, 2): Fraction(-1), (2, 0, 2): Fraction(1)}
    ends = [Fraction(3), Fraction(-1)]  # a function of the class: b, then c
    found = mixed_moments(
        chain, [(Fraction(1, 2), on_moves(chain, one)), (third, on_moves(chain, two))], {(2, 1): ends, (1, 1): ends}
    )
    paths_ = simulate.trajectories(environment, policy, runs=60_000, horizon=60, seed=3)
    g = simulate.discounted(simulate.paid(environment, {s: float(x) for s, x in one.items()}, paths_), 1 / 2)
    h = simulate.discounted(simulate.paid(environment, {s: float(x) for s, x in two.items()}, paths_), 1 / 3)
    last = paths_[:, -1] == environment.steps.index((1, 0, 1))
    for k, value in found.items():
        low, high = simulate.normal(g ** k[0] * h ** k[1] * (3.0 * last - 1.0 * ~last), bias=1e-9)
        assert low <= value <= high


@settings(max_examples=20, deadline=None)
@given(environments(), discounts(), st.data())
def test_a_symbolic_policy_covers_the_policies_of_its_support(
    environment: Environment, discount: Fraction, data: st.DataObject
) -> None:
    policy = data.draw(policies(environment))
    support = [[a for a, weight in enumerate(row) if weight > 0] for row in policy.rows]
    chain = induced(environment, symbolic_policy(environment, support))
    returns = [(discount, on_moves(chain, data.draw(amounts(environment))))]
    weights: dict[Index, list[Fraction]] = {(2,): [data.draw(NUMBERS) for _ in recurrent_classes(chain)]}
    value = mixed_moments(chain, returns, weights)[(2,)]
    at_policy = value if isinstance(value, Fraction) else value.at(policy).rational
    assert at_policy == mixed_moments(induced(environment, policy), returns, weights)[(2,)]
