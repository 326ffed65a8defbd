"""Two objectives of one environment: verdicts against brute force, published identities, limits of each method."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.evaluation.ranks import compare_ranks
from specl.expressivity.compare import Comparison, Limits, Side, compare
from specl.formalisms import rank
from specl.formalisms.fpr import FPR
from specl.formalisms.gomorl import GOMORL
from specl.formalisms.lar import LAR
from specl.formalisms.mr import MR
from specl.formalisms.po import PO
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.model.expression import Expression, constant, multiply, negate, variable
from specl.model.formula import TRUE, Formula, atom
from specl.model.machine import Edge, Machine, Reward
from specl.model.order import Constrained, Lexicographic, Ranking
from specl.model.policy import Policy, deterministic, deterministic_policies
from specl.model.quantities import Choice, Expectation, Indicator, RewardReturn, Weight
from specl.model.real import Real
from tests.expressivity.small import (
    HALF,
    RETURN,
    distance,
    divergence,
    escape,
    eventually,
    ltl,
    minus,
    mr,
    onmr,
    rooms,
    square,
    texts,
)
from tests.strategies import environments, policies, rewards


def check(environment: Environment, left: Side, right: Side, expected: str) -> Comparison:
    """Compare; what is said must be `expected` and true as far as other policies tell."""
    comparison = compare(environment, left, right)
    assert comparison.verdict == expected, comparison.reason
    assert comparison.scope == environment.name
    if expected == "different":
        assert is_witness(environment, left, right, comparison)
    if expected == "same":
        assert not list(disagreements(environment, left, right, list(deterministic_policies(environment))[:16]))
    return comparison


def is_witness(environment: Environment, left: Side, right: Side, comparison: Comparison) -> bool:
    """Whether the two policies are ranked differently by an evaluation of their own, with the values as reported."""
    witness = comparison.witness
    assert witness is not None
    orders = []
    for side, values in (
        (left, (witness.first.left, witness.second.left)),
        (right, (witness.first.right, witness.second.right)),
    ):
        again = [
            rank(side.code, side.objective, environment, ranked.policy) for ranked in (witness.first, witness.second)
        ]
        assert all(compare_ranks(value, other) == 0 for value, other in zip(values, again, strict=True))
        orders.append(compare_ranks(*again))
    assert None not in orders
    return tuple(orders) == witness.orders and orders[0] != orders[1]


def disagreements(
    environment: Environment, left: Side, right: Side, tried: list[Policy]
) -> Iterator[tuple[Policy, Policy]]:
    """Pairs among these policies that are certainly ranked differently."""
    ranks = [
        (rank(left.code, left.objective, environment, p), rank(right.code, right.objective, environment, p), p)
        for p in tried
    ]
    for i, (x, y, p) in enumerate(ranks):
        for x2, y2, q in ranks[:i]:
            orders = compare_ranks(x, x2), compare_ranks(y, y2)
            if None not in orders and orders[0] != orders[1]:
                yield p, q


# --- linear in one occupancy measure ---


@st.composite
def two_rewards(draw: st.DrawFn) -> tuple[Environment, Reward, Reward, Fraction]:
    environment = draw(environments())
    discount = draw(st.sampled_from([Fraction(0), HALF, Fraction(9, 10)]))
    return environment, draw(rewards(environment)), draw(rewards(environment)), discount


def value_by_inversion(environment: Environment, policy: Policy, reward: Reward, discount: Fraction) -> fmpq:
    """J = I·(1 − γP)⁻¹ r, an independent evaluation of a Markov reward with rational numbers."""
    n = len(environment.states)
    matrix, pay = fmpq_mat(n, n), fmpq_mat(n, 1)
    for s, a, t in environment.steps:
        p = policy.rows[s][a] * dict(environment.transitions[s][a])[t]
        matrix[s, t] += fmpq(p.numerator, p.denominator) * fmpq(discount.numerator, discount.denominator)
        amount = reward[s, a, t].rational * p if (s, a, t) in reward else Fraction(0)
        pay[s, 0] += fmpq(amount.numerator, amount.denominator)
    identity = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    values = (identity - matrix).solve(pay)
    return sum((values[s, 0] * fmpq(p.numerator, p.denominator) for s, p in environment.start), fmpq(0))


@settings(max_examples=60, deadline=None)
@given(two_rewards(), st.data())
def test_markov_rewards_are_decided(world: tuple[Environment, Reward, Reward, Fraction], data: st.DataObject) -> None:
    environment, first, second, discount = world
    comparison = compare(
        environment, Side("a", "MR", MR(first, discount)), Side("b", "MR", MR(second, discount)), limits=Limits(3)
    )
    assert comparison.verdict in ("same", "different")
    pair = [data.draw(policies(environment)) for _ in range(2)]
    if comparison.witness is not None:
        pair = [comparison.witness.first.policy, comparison.witness.second.policy]
    orders = []
    for reward in (first, second):
        x, y = (value_by_inversion(environment, policy, reward, discount) for policy in pair)
        orders.append((x > y) - (x < y))
    if comparison.verdict == "same":
        assert orders[0] == orders[1]
    else:
        assert comparison.witness is not None
        assert tuple(orders) == comparison.witness.orders
        assert orders[0] != orders[1]


@settings(max_examples=40, deadline=None)
@given(two_rewards(), st.data())
def test_potential_shaping_is_the_same_and_the_factor_is_found(
    world: tuple[Environment, Reward, Reward, Fraction], data: st.DataObject
) -> None:
    """Ng, Harada, Russell (1999): R + γΦ(s') − Φ(s) orders policies as R does; so does c·R, c > 0."""
    environment, reward, _, discount = world
    potential = [Real.of(data.draw(st.integers(-3, 3))) for _ in environment.states]
    factor = data.draw(st.sampled_from([Real.of(HALF), Real.of(3), Real.of(2).power(HALF)]))
    shaped = {
        (s, a, t): factor * reward.get((s, a, t), Real.of(0)) + discount * potential[t] - potential[s]
        for s, a, t in environment.steps
    }
    left, right = Side("plain", "MR", MR(reward, discount)), Side("shaped", "MR", MR(shaped, discount))
    assume(left.objective != right.objective)
    comparison = compare(environment, right, left)
    assert comparison.verdict == "same"
    if comparison.factor is not None:
        assert (comparison.factor - factor).is_zero()
    else:
        values = {value_by_inversion(environment, p, reward, discount) for p in deterministic_policies(environment)}
        assert len(values) == 1


def test_vertices_may_agree_where_the_objectives_do_not() -> None:
    """Three actions worth 0, 1, 3 and 0, 2, 3: alike on deterministic policies, not on mixtures."""
    environment = texts(3)
    left, right = mr("a", {(0, 1, 1): 1, (0, 2, 1): 3}), mr("b", {(0, 1, 1): 2, (0, 2, 1): 3})
    assert not list(disagreements(environment, left, right, list(deterministic_policies(environment))))
    comparison = check(environment, left, right, "different")
    assert "tangent space" in comparison.reason


def test_reversed_rewards_differ_and_named_policies_come_first() -> None:
    environment = escape()
    named = {"sitter": deterministic(environment, (0, 0)), "runner": deterministic(environment, (1, 0))}
    left, right = mr("gain", {(0, 1, 1): 1}), mr("loss", {(0, 1, 1): -1})
    comparison = compare(environment, left, right, named)
    assert comparison.verdict == "different"
    assert comparison.witness is not None
    assert {comparison.witness.first.name, comparison.witness.second.name} == {"sitter", "runner"}
    assert "gain prefers runner to sitter, loss prefers sitter to runner" in comparison.reason


# --- affine relations, discontinuous objectives among them ---


def test_kl_regularised_fine_tuning_is_bayesian_inference() -> None:
    """Korbak, Perez, Buckley (2022): E[r] − β KL(π‖π₀) = −β KL(π‖posterior) + β log Z."""
    environment = texts(4)
    prior = [HALF, Fraction(1, 4), Fraction(1, 8), Fraction(1, 8)]
    likelihood = [Fraction(1), Fraction(3), Fraction(2), Fraction(5)]
    evidence = sum((p * q for p, q in zip(prior, likelihood, strict=True)), Fraction(0))
    posterior = [p * q / evidence for p, q in zip(prior, likelihood, strict=True)]
    reward = {(0, a, 1): Real.of(HALF) * Real.of(q).log() for a, q in enumerate(likelihood)}
    weights = [variable(Weight(a)) for a in range(4)]
    penalty = Expression(
        "+",
        tuple(
            multiply([w, Expression("log", (Expression("/", (w, constant(p))),))])
            for w, p in zip(weights, prior, strict=True)
        ),
    )
    tuned = Side("tuned", "RRL", RRL(reward, Real.of(HALF), penalty, Fraction(0)))
    bayes = Side("bayes", "FPR", FPR(negate(divergence(0, posterior))))
    comparison = check(environment, tuned, bayes, "same")
    assert comparison.factor == HALF
    assert "as expressions in its entries" in comparison.reason
    check(environment, tuned, Side("prior", "FPR", FPR(negate(divergence(0, prior)))), "different")
    collapsed = Side("reward", "MR", MR(reward, Fraction(0)))
    check(environment, tuned, collapsed, "different")


def test_reaching_and_the_share_of_time_there_are_the_same_function() -> None:
    environment = escape()
    share = Side("share", "LAR", LAR({(1, a, 1): Real.of(3) for a in range(2)}))
    comparison = check(environment, share, ltl("some_day", eventually("outside")), "same")
    assert comparison.factor == 3


def test_agreement_on_the_interior_is_not_enough() -> None:
    """Leaving some day is certain for every policy of full support, yet not for all."""
    environment = escape()
    check(environment, ltl("some_day", eventually("outside")), ltl("always", TRUE), "different")
    comparison = check(environment, ltl("some_day", eventually("outside")), mr("soon", {(0, 1, 1): 1}), "different")
    assert comparison.witness is not None


def test_constants() -> None:
    environment = rooms()
    constant_one = mr("one", {(s, a, 1 - s): 1 for s in range(2) for a in range(2)})
    tautology = ltl("true", TRUE)
    assert "the same value" in check(environment, constant_one, tautology, "same").reason
    check(environment, tautology, ltl("left", Formula("G", (atom("left"),))), "different")
    check(environment, ltl("left", Formula("G", (atom("left"),))), tautology, "different")


def test_one_machine_written_in_two_ways() -> None:
    environment = rooms()
    reward = {(0, 0, 1): Real.of(1), (1, 0, 0): Real.of(2)}
    one = RM(Machine(("u",), 0, (Edge(0, TRUE, 0, reward),)), HALF)
    guard = atom("left")
    paid = {step: value * 2 for step, value in reward.items()}
    two = RM(Machine(("u", "v"), 0, (Edge(0, guard, 1, paid), Edge(1, guard, 0, paid))), HALF)
    comparison = check(environment, Side("two", "RM", two), Side("one", "RM", one), "same")
    assert comparison.factor == 2
    check(environment, Side("one", "RM", one), mr("plain", reward), "same")
    check(environment, Side("one", "RM", one), mr("other", {(0, 0, 1): 1, (1, 0, 0): 1}), "different")


def test_lexicographic_ranks_component_by_component() -> None:
    environment = rooms()
    indicators = {"x": {(0, 0, 1): Real.of(1)}, "y": {(1, 0, 0): Real.of(1)}}
    x, y = (variable(RewardReturn(name)) for name in "xy")

    def side(name: str, *keys: Expression) -> Side:
        return Side(name, "GOMORL", GOMORL(indicators, Lexicographic(keys), HALF))

    three = constant(Fraction(3))
    check(
        environment, side("xy", x, y), side("scaled", minus(multiply([three, x]), three), multiply([three, y])), "same"
    )
    check(environment, side("xy", x, y), side("yx", y, x), "different")
    check(environment, side("x", x), mr("plain", {(0, 0, 1): 1}), "same")
    check(environment, side("padded", three, x), mr("plain", {(0, 0, 1): 1}), "same")
    check(environment, side("xy", x, y), side("x", x), "different")


def test_constraints_are_functions_of_the_policy_too() -> None:
    environment = rooms()
    x, y = (variable(Expectation(variable(Indicator(f)))) for f in (atom("left"), Formula("X", (atom("left"),))))
    half = constant(HALF)

    def side(name: str, value: Expression, limit: Expression, bound: Expression) -> Side:
        return Side(name, "TLO", TLO({}, {}, Constrained(value, (Expression(">=", (limit, bound)),))))

    two = constant(Fraction(2))
    left = side("a", x, y, half)
    check(environment, left, side("b", multiply([two, x]), multiply([two, y]), constant(Fraction(1))), "same")
    check(environment, left, side("c", x, y, constant(Fraction(1, 3))), "different")


# --- beyond affine relations: Z3 ---


def test_square_and_distance_are_the_same_by_z3() -> None:
    comparison = check(
        rooms(),
        onmr("far", distance(Fraction(4, 3))),
        onmr("square", square(minus(RETURN, constant(Fraction(4, 3))))),
        "same",
    )
    assert "Z3" in comparison.reason
    comparison = check(
        rooms(), onmr("far", distance(Fraction(4, 3))), onmr("other", distance(Fraction(1))), "different"
    )
    assert comparison.witness is not None


def test_minima_by_way_of_distances() -> None:
    """max(f, −f) is |f|: a proof as expressions, not by Z3."""
    shift = minus(RETURN, constant(Fraction(4, 3)))
    comparison = check(
        rooms(), onmr("far", distance(Fraction(4, 3))), onmr("max", Expression("max", (shift, negate(shift)))), "same"
    )
    assert comparison.factor == 1


def test_two_discounts() -> None:
    environment = escape()
    soon = {(0, 1, 1): 1}
    assert "Z3" in check(environment, mr("half", soon), mr("third", soon, Fraction(1, 3)), "same").reason
    check(environment, mr("half", soon), mr("none", soon, Fraction(0)), "same")


def test_logarithm_of_an_entry_is_increasing() -> None:
    environment = texts(2)
    p = variable(Choice(0, 0))
    left, right = Side("p", "FPR", FPR(p)), Side("root", "FPR", FPR(Expression("sqrt", (p,))))
    check(environment, left, right, "same")
    check(environment, left, Side("q", "FPR", FPR(variable(Choice(0, 1)))), "different")


def test_thresholds_differ_on_one_policy_only() -> None:
    environment = texts(2)
    p, half = variable(Choice(0, 0)), constant(HALF)
    one, zero = constant(Fraction(1)), constant(Fraction(0))

    def above(op: str) -> Side:
        return Side(op, "FPR", FPR(Expression("if", (Expression(op, (p, half)), one, zero))))

    check(environment, above(">"), above(">="), "different")
    comparison = check(environment, above(">="), Side("<", "FPR", FPR(Expression("if", (
        Expression("<", (p, half)), zero, one)))), "same")  # fmt: skip
    assert comparison.factor == 1


# --- rankings ---


def test_rankings_of_policies() -> None:
    environment = rooms()
    ll, lr, rr = (deterministic(environment, choice) for choice in ((0, 0), (0, 1), (1, 1)))

    def side(name: str, *tiers: tuple[Policy, ...]) -> Side:
        named = tuple(tuple((f"p{i}{j}", policy) for j, policy in enumerate(tier)) for i, tier in enumerate(tiers))
        return Side(name, "PO", PO(Ranking(named)))

    check(environment, side("a", (ll,), (lr, rr)), side("b", (ll,), (rr, lr)), "same")
    check(environment, side("a", (ll,), (lr, rr)), side("b", (ll,), (rr,), (lr,)), "different")
    check(environment, side("a", (ll,), (lr,)), side("b", (ll,)), "different")  # lr against what neither names
    comparison = compare(environment, side("a", (ll,)), Side("entries", "FPR", FPR(variable(Choice(0, 0)))))
    assert comparison.verdict == "different"


# --- limits ---


def test_unknown_says_what_was_tried() -> None:
    limits = Limits(policies=20, proof_seconds=0.0)
    left = onmr("far", distance(Fraction(4, 3)))
    right = onmr("square", square(minus(RETURN, constant(Fraction(4, 3)))))
    comparison = compare(rooms(), left, right, limits=limits)
    assert comparison.verdict == "unknown"
    assert any("affinely" in line for line in comparison.tried)
    assert any("20 policies" in line for line in comparison.tried)
    assert any("out of time" in line for line in comparison.tried)


def test_too_many_supports_are_no_proof() -> None:
    left, right = ltl("a", eventually("left")), ltl("b", Formula("!", (Formula("G", (atom("right"),)),)))
    assert compare(rooms(), left, right).verdict == "same"
    comparison = compare(rooms(), left, right, limits=Limits(supports=3, policies=30))
    assert comparison.verdict == "unknown"
    assert any("more than 3 supports" in line for line in comparison.tried)


@st.composite
def random_sides(draw: st.DrawFn, environment: Environment, name: str) -> Side:
    reward = draw(rewards(environment))
    sides = [
        Side(name, "MR", MR(reward, HALF)),
        Side(name, "LAR", LAR(reward)),
        onmr(name, distance(Fraction(1))),
        ltl(name, eventually(environment.states[0])),
    ]
    return draw(st.sampled_from(sides))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_is_said_of_random_objectives_is_true(data: st.DataObject) -> None:
    environment = data.draw(environments())
    left, right = data.draw(st.tuples(random_sides(environment, "a"), random_sides(environment, "b")))
    comparison = compare(environment, left, right, limits=Limits(policies=60, search_seconds=2, proof_seconds=1))
    tried = [data.draw(policies(environment)) for _ in range(3)] + list(deterministic_policies(environment))
    if comparison.verdict == "same":
        assert not list(disagreements(environment, left, right, tried))
    elif comparison.verdict == "different":
        assert is_witness(environment, left, right, comparison)
