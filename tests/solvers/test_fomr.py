"""The best function of an occupancy measure: against exact programs, closed forms, and measures that are given."""

from fractions import Fraction
from math import exp, isclose, log

import pytest
import z3

from specl.api.load import load
from specl.model.errors import Undefined, Unsupported
from specl.solvers.task import Task
from tests.solvers.beating import exact, solved
from tests.solvers.occupancy_program import measures, rational, returns
from tests.solvers.written import world

ONE = "environment one { states s  actions a, b, c  start s  s --_--> s }\n"
NARROW = Fraction(1, 10**6)


def text(seed: int, value: str, discount: str = "1/2") -> str:
    return world(seed) + f"objective o : FOMR {{ discount {discount} value {value} }}"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("discount", ["0", "2/3"])
def test_linear_and_piecewise_linear_forms(seed: int, discount: str) -> None:
    written = text(seed, "min(m(s0, a0), 2*m(s1)) + m(s2, a1)/3 - abs(m(s1, a0) - m(s1, a1))", discount)
    environment = load(written).environments["world"]
    of = measures(environment, Fraction(discount))
    t, u = z3.Reals("t u")
    m = of.m
    best = of.largest(
        t + m[2, 1] / 3 - u,
        t <= m[0, 0], t <= 2 * (m[1, 0] + m[1, 1]), u >= m[1, 0] - m[1, 1], u >= m[1, 1] - m[1, 0],
    )  # fmt: skip
    assert exact(written) == best


@pytest.mark.parametrize("seed", range(3))
def test_steps_into_a_state_are_counted(seed: int) -> None:
    written = text(seed, "m(s0, a1, s2) - m(s1, a0, s1)")
    environment = load(written).environments["world"]
    of = measures(environment, Fraction(1, 2))
    chances = {(s, a): dict(environment.transitions[s][a]) for s in range(3) for a in range(2)}
    zero = Fraction(0)
    goal = rational(chances[0, 1].get(2, zero)) * of.m[0, 1] - rational(chances[1, 0].get(1, zero)) * of.m[1, 0]
    assert exact(written) == of.largest(goal)


@pytest.mark.parametrize("seed", range(3))
def test_the_measure_of_a_given_policy_is_found_again(seed: int) -> None:
    """−Σ (m − m*)² is 0 for the policy with the measure m* alone."""
    environment = load(text(seed, "0")).environments["world"]
    shares = [{0: Fraction(k + 1, 5), 1: Fraction(4 - k, 5)} for k in range(3)]
    cells = [(s, a) for s in range(3) for a in range(2)]
    tables = [tuple(tuple(Fraction(int((s, a) == cell)) for a in range(2)) for s in range(3)) for cell in cells]
    given = returns(environment, Fraction(1, 2), tables, shares)
    apart = " + ".join(f"(m(s{s}, a{a}) - {x})^2" for (s, a), x in zip(cells, given, strict=True))
    found = solved(text(seed, f"-({apart})"), Task(Fraction(1, 10**8)))
    assert found.value[0].low <= 0 <= found.value[0].high
    assert found.value[0].width <= Fraction(1, 10**8)
    assert found.policy is not None
    for s, row in enumerate(shares):
        assert all(abs(float(found.policy[s].get(a, Fraction(0)) - x)) < 0.01 for a, x in row.items())


def test_entropy_of_one_state() -> None:
    """Σ m = 2 in three parts: −Σ m log m is largest at 2/3 each."""
    entropy = " - ".join(f"m(s, {a})*log(m(s, {a}))" for a in "abc")
    (bounds,) = solved(ONE + f"objective o : FOMR {{ discount 1/2 value -{entropy} }}").value
    assert isclose(float(bounds.low), 2 * log(1.5), abs_tol=2e-6)
    assert bounds.width <= NARROW


def test_divergence_from_a_reference() -> None:
    """Σ m·r − KL(m ‖ q) is largest, log Σ q·e^r, at m in proportion to q·e^r."""
    reference = {"a": (1, "1/2"), "b": (0, "1/3"), "c": (2, "1/6")}
    gain = " + ".join(f"{r}*m(s, {k})" for k, (r, _) in reference.items())
    apart = " - ".join(f"m(s, {k})*log(m(s, {k})/({q}))" for k, (_, q) in reference.items())
    found = solved(ONE + f"objective o : FOMR {{ discount 0 value {gain} - {apart} }}")
    best = log(sum(float(Fraction(q)) * exp(r) for r, q in reference.values()))
    assert found.value[0].width <= NARROW
    assert float(found.value[0].low) - 1e-12 <= best <= float(found.value[0].high) + 1e-12
    assert found.policy is not None
    weight = float(found.policy[0][2])
    assert isclose(weight, exp(2) / 6 / exp(best), abs_tol=0.01)


@pytest.mark.parametrize(
    ("value", "best"),
    [
        ("m(s, a)*m(s, b)", "1/4"),
        ("m(s, a)*m(s, b)*m(s, c)", "1/27"),
        ("m(s, a)^2 + m(s, b)^2", "1"),
        ("min(m(s, a), m(s, b)) + max(m(s, b), m(s, c))", "1"),
        ("if m(s, a) = 1/7 then m(s, b) + 1 else m(s, b)", "13/7"),
        ("abs(m(s, a) - m(s, b)) - abs(m(s, c) - 1/2)", "1/2"),
        ("if m(s, a) >= 1/3 and m(s, b) >= 1/2 then m(s, c) else -1", "1/6"),
        ("-(m(s, a) - 1/5)^2 - (m(s, b) - 1/5)^2", "0"),
        ("m(s, a)/(1 + m(s, b))", "1"),
    ],
)
def test_closed_forms_over_distributions(value: str, best: str) -> None:
    found = solved(ONE + f"objective o : FOMR {{ discount 0 value {value} }}")
    (bounds,) = found.value
    assert bounds.low <= Fraction(best) <= bounds.high
    assert bounds.width <= NARROW


def test_what_has_no_bound() -> None:
    with pytest.raises((Undefined, Unsupported), match="bound"):
        solved(ONE + "objective o : FOMR { discount 0 value 1/(m(s, a) - m(s, b)) }", Task(seconds=5))


def test_all_measures_of_one_action_tie() -> None:
    alone = "environment one { states s, t  actions a  start s  s --_--> t  t --_--> s }\n"
    assert exact(alone + "objective o : FOMR { discount 1/2 value m(s) - 2*m(t)^2 }") == Fraction(4, 3) - Fraction(8, 9)
