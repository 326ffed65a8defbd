"""Measures over ℚ(x): their equations hold, and at single policies and discounts they are what the chains give."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.chains.recurrence import frequencies as step_frequencies
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.obstructions.exact.chain import Rows, explore, frequencies, visits
from specl.obstructions.exact.interval import DISCOUNTS, POINT, Interval
from specl.obstructions.exact.ranks import step_masses
from specl.obstructions.exact.ratio import ONE, ZERO, Ratio, X, constant
from tests.strategies import discounts, environments, policies, worlds

POINT_INSIDE = Interval(Fraction(1, 3), Fraction(1, 3))


def rows_of(policy: Policy) -> Rows:
    return tuple(tuple(constant(weight) for weight in row) for row in policy.rows)


@settings(max_examples=40, deadline=None)
@given(worlds(), discounts())
def test_visits_for_every_discount_are_those_for_each(world: tuple[Environment, Policy], discount: Fraction) -> None:
    environment, policy = world
    masses = step_masses(environment, rows_of(policy), X, DISCOUNTS)
    expected = step_occupancy(induced(environment, policy), discount)
    assert {step: mass.at(discount).rational for step, mass in masses.steps.items()} == {
        step: mass for step, mass in expected.items() if step in masses.steps
    }
    assert all(not mass for step, mass in expected.items() if step not in masses.steps)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_frequencies(world: tuple[Environment, Policy]) -> None:
    environment, policy = world
    masses = step_masses(environment, rows_of(policy), None, POINT)
    found = {step: mass.rational for step, mass in masses.steps.items() if not mass.is_zero()}
    assert found == {step: mass for step, mass in step_frequencies(induced(environment, policy)).items() if mass}


@st.composite
def segments(draw: st.DrawFn) -> tuple[Environment, Rows]:
    """The policies on a segment between two, t its parameter."""
    environment = draw(environments())
    first, last = draw(policies(environment)), draw(policies(environment))
    rows = [[a + (b - a) * X for a, b in zip(*pair, strict=True)] for pair in zip(first.rows, last.rows, strict=True)]
    return environment, tuple(tuple(row) for row in rows)


@settings(max_examples=40, deadline=None)
@given(segments(), st.sampled_from([Fraction(1, 3), Fraction(5, 7)]))
def test_measures_along_a_segment_are_those_of_its_members(segment: tuple[Environment, Rows], at: Fraction) -> None:
    environment, rows = segment
    here = Policy(tuple(tuple(weight.at(at).rational for weight in row) for row in rows))
    along = step_masses(environment, rows, None, POINT_INSIDE)
    expected = {step: mass for step, mass in step_frequencies(induced(environment, here)).items() if mass}
    assert {step: mass.at(at).rational for step, mass in along.steps.items() if not mass.at(at).is_zero()} == expected
    discounted = step_masses(environment, rows, constant(Fraction(1, 2)), POINT_INSIDE)
    occupancy = step_occupancy(induced(environment, here), Fraction(1, 2))
    assert {step: mass.at(at).rational for step, mass in discounted.steps.items()} == {
        step: occupancy[step] for step in discounted.steps
    }


@settings(max_examples=40, deadline=None)
@given(segments())
def test_the_equations_that_certificates_are_checked_by(segment: tuple[Environment, Rows]) -> None:
    environment, rows = segment
    chain = explore(environment, rows)
    size = range(len(chain.nodes))

    def moved(vector: tuple[Ratio, ...]) -> list[Ratio]:
        return [sum((vector[i] * chain.row(i).get(j, ZERO) for i in size), ZERO) for j in size]

    mass = visits(chain, X / 2, POINT_INSIDE).mass
    assert list(mass) == [s + X / 2 * p for s, p in zip(chain.start, moved(mass), strict=True)]
    measure = frequencies(chain, POINT_INSIDE)
    assert moved(measure.mass) == list(measure.mass)
    assert sum(measure.mass, ZERO) == ONE
    assert set(measure.json) == {"frequency", "deviation"}


def test_nodes_are_numbered_breadth_first() -> None:
    environment = Environment(
        "world", ("a", "b", "c", "d"), ("u", "v"), ((1, Fraction(1, 2)), (3, Fraction(1, 2))),
        tuple(
            tuple(((t, Fraction(1)),) for t in targets) for targets in ((0, 0), (2, 0), (3, 1), (3, 3))
        ),
        {},
    )  # fmt: skip
    half = constant(Fraction(1, 2))
    chain = explore(environment, ((half, half),) * 4)
    assert [s for s, _ in chain.nodes] == [1, 3, 2, 0]
    assert [move.target for move in chain.moves[0]] == [2, 3]
