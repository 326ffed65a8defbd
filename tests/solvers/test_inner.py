"""Expected functions of returns: against all histories, stationary policies, and solutions of affine objectives."""

import time
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import specl
from specl.evaluation.beside import rank_beside
from specl.evaluation.context import Evaluation
from specl.formalisms import rank
from specl.formalisms.ftr import FTR
from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.model.enclosure import Enclosure, enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import evaluate, substitute, variable
from specl.model.machine import Reward
from specl.model.policy import deterministic_policies
from specl.model.quantities import Return, RewardReturn
from specl.model.real import ZERO, Real
from specl.solvers.formalisms import solve
from specl.solvers.inner.augmented import process
from specl.solvers.inner.interpolated import upper_bound
from specl.solvers.policies import as_policy
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from tests.objectives import objectives
from tests.strategies import discounts, environments, policies, rewards

FORK = """
environment fork {
  states  x, y
  actions left, right
  start   x
  x --left-->  x
  x --right--> { x: 1/3, y: 2/3 }
  y --left-->  x
  y --right--> y
}
"""
LADDER = """
environment ladder {
  states s, m, n, e
  actions a, b
  start s
  s --_--> { m: 1/2, n: 1/2 }
  m --_--> { n: 1/3, e: 2/3 }
  n --_--> e
  e --_--> e
}
"""
LADDER_PAYS = "reward r { s --a--> m: 1, s --b--> n: 2, m --a--> _: 1, m --b--> n: 3, n --a--> e: 2, n --b--> e: 1 }"
FORK_PAYS = "reward g { x --left--> _: 1, y --right--> _: 2 }"


def solved(world: str, objective: str, **task: Any) -> tuple[Solved, str, Any, Environment]:
    document = specl.load(f"{world}objective o : {objective}")
    found = document.objectives["o"]
    environment = document.environment_of(found)
    answer = solve(found.code, found.objective, environment, Task(**{"seconds": 4.0, **task}))
    return answer, found.code, found.objective, environment


def worth(answer: Solved, code: str, objective: Any, environment: Environment) -> Enclosure:
    """What the policy is worth by the formalism's definition."""
    assert answer.policy is not None
    if answer.memory is None:
        return enclosure(rank(code, objective, environment, as_policy(environment, answer.policy)))
    return enclosure(rank_beside(code, objective, environment, answer.memory, answer.policy, Evaluation(rank)))


def check(answer: Solved, code: str, objective: Any, environment: Environment) -> None:
    own = worth(answer, code, objective, environment)
    assert own.low <= answer.achieved[0].high
    assert own.high >= answer.achieved[0].low
    assert answer.value[0].low <= answer.achieved[0].high
    assert own.low <= answer.value[0].high


def by_histories(objective: INMR | IMORL, environment: Environment) -> Fraction | None:
    """The best over all trees of choices, each history on its own, in an environment that settles within |S| steps;
    None where f is not defined on some run of every policy."""

    def best(s: int, t: int, gathered: Mapping[str, Real]) -> Fraction | None:
        if t == len(environment.states):
            try:
                found = evaluate(objective.value, lambda key: gathered[key.reward]).rational
            except Undefined:
                return None
            assert found is not None
            return Fraction(found)
        values = []
        for a, targets in enumerate(environment.transitions[s]):
            total: Fraction | None = Fraction(0)
            for target, p in targets:
                after = {name: x + objective.discount**t * objective.rewards[name].get((s, a, target), ZERO)
                         for name, x in gathered.items()}  # fmt: skip
                rest = best(target, t + 1, after)
                total = None if rest is None or total is None else total + p * rest
            if total is not None:
                values.append(total)
        return max(values, default=None)

    found = [(p, best(s, 0, dict.fromkeys(objective.rewards, ZERO))) for s, p in environment.start]
    if any(value is None for _, value in found):
        return None
    return sum((p * value for p, value in found if value is not None), start=Fraction(0))


def settling(paid: Mapping[str, Reward], environment: Environment) -> dict[str, Reward]:
    """Rewards that the last state, which is never left, does not pay."""
    last = len(environment.states) - 1
    return {name: {step: r for step, r in reward.items() if step[0] != last} for name, reward in paid.items()}


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_terminating_models_by_all_histories(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=4, terminating=True))
    code = data.draw(st.sampled_from(["INMR", "IMORL"]))
    drawn = data.draw(objectives(code, environment, programs=False))
    objective = type(drawn)(settling(drawn.rewards, environment), drawn.value, drawn.discount)
    best = by_histories(objective, environment)
    if best is None:
        with pytest.raises(Undefined):
            solve(code, objective, environment, Task(is_exact=True, seconds=1.0))
        return
    answer = solve(code, objective, environment, Task(is_exact=True, seconds=1.0))
    assert answer.value[0].low == answer.value[0].high == best
    assert answer.over == "all policies"
    assert worth(answer, code, objective, environment).rational == best


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_stationary_policy_beats_the_bounds(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=2))
    code = data.draw(st.sampled_from(["INMR", "IMORL", "FTR"]))
    objective = data.draw(objectives(code, environment, programs=False))
    try:
        answer = solve(code, objective, environment, Task(seconds=0.4))
    except (Undefined, Unsupported):
        assume(False)
    check(answer, code, objective, environment)
    tried = [] if answer.over == "policies that were looked at" else list(deterministic_policies(environment))
    if answer.over in ("all policies", "stationary policies"):
        tried += [data.draw(policies(environment)) for _ in range(3)]
    for policy in tried:
        try:
            value = enclosure(rank(code, objective, environment, policy, Evaluation(rank, Fraction(1, 100))))
        except (Undefined, Unsupported):
            continue
        assert value.low <= answer.value[0].high


def test_memory_helps() -> None:
    """What is best in the third state depends on what was gained before."""
    answer, *given_ = solved(LADDER, f"INMR {{ discount 1/2 {LADDER_PAYS} value (r - 2)^2 }}")
    assert answer.value[0].low == answer.value[0].high == Fraction(59, 32)
    assert answer.memory is not None
    assert answer.stationary is not None
    assert answer.stationary[0].high < answer.value[0].low
    check(answer, *given_)


@pytest.mark.parametrize("value", [
    "(r - 2)^2", "-(r - 2)^2", "if r >= 2 then 1 else 0", "exp(-r)", "1/(r - 2)", "min(r, 2)", "sqrt(r)", "r^3 - r",
])  # fmt: skip
def test_functions_of_a_terminating_run(value: str) -> None:
    answer, code, objective, environment = solved(LADDER, f"INMR {{ discount 1/2 {LADDER_PAYS} value {value} }}")
    assert answer.is_precise
    assert answer.over == "all policies"
    check(answer, code, objective, environment)
    for policy in deterministic_policies(environment):
        try:
            other = enclosure(rank(code, objective, environment, policy))
        except Undefined:
            continue
        assert other.low <= answer.value[0].high


def test_two_returns_of_a_terminating_run() -> None:
    more = "reward q { n --b--> _: 1, s --a--> n: 1 }"
    answer, *given_ = solved(LADDER, f"IMORL {{ discount 1/2 {LADDER_PAYS} {more} value min(r, 2 * q) }}")
    assert answer.value[0].low == answer.value[0].high
    check(answer, *given_)


def test_what_no_policy_can_avoid() -> None:
    with pytest.raises(Undefined, match="no policy can avoid"):
        solved(LADDER, "INMR { discount 1/2 reward r { n --_--> _: 1 } value log(-1 - r) }")


def test_runs_that_do_not_end() -> None:
    """A return of 3/2 can be hit, but not by a stationary policy."""
    precision = Fraction(1, 100)
    answer, *given_ = solved(FORK, f"INMR {{ discount 1/2 {FORK_PAYS} value -(g - 3/2)^2 }}", precision=precision)
    assert answer.is_precise
    assert answer.value[0].high <= 0
    assert answer.stationary is not None
    assert answer.stationary[0].high < answer.value[0].low
    check(answer, *given_)


@pytest.mark.slow
def test_slow_discounts_are_bounded_and_told() -> None:
    answer, *given_ = solved(FORK, f"INMR {{ discount 9/10 {FORK_PAYS} value -(g - 8)^2 }}")
    assert not answer.is_precise
    assert "too many histories" in answer.note
    assert answer.value[0].low < answer.value[0].high <= 0
    check(answer, *given_)


def test_one_step_counts_at_discount_0() -> None:
    answer, *given_ = solved(FORK, f"INMR {{ discount 0 {FORK_PAYS} value g^2 + g }}", is_exact=True)
    assert answer.value[0].low == answer.value[0].high == 2
    assert answer.memory is None
    check(answer, *given_)


LINEAR = [
    ("INMR { discount 9/10 GAIN value 2 * g + 1 }", "MR { discount 9/10 GAIN }", 2, 1),
    ("INMR { discount 9/10 GAIN value 1 - 0 * g }", "MR { discount 9/10 GAIN }", 0, 1),
    ("IMORL { discount 1/2 GAIN value (g - 4) / 3 }", "MR { discount 1/2 GAIN }", Fraction(1, 3), Fraction(-4, 3)),
    ("FTR { GAIN value 3 * return(g, 1/2) - 1 }", "MR { discount 1/2 GAIN }", 3, -1),
    ("FTR { GAIN value average(g) / 2 }", "LAR { GAIN }", Fraction(1, 2), 0),
    ("FTR { value 2 * [F G left] - 1 }", "LTL { formula F G left }", 2, -1),
    ("FTR { value 2 - 3 * [X left] }", "LTL { formula !(X left) }", 3, -1),
]


@pytest.mark.parametrize(("objective", "other", "scale", "constant"), LINEAR)
def test_affine_functions(objective: str, other: str, scale: Fraction, constant: Fraction) -> None:
    answer, *given_ = solved(FORK, objective.replace("GAIN", FORK_PAYS), is_exact=True)
    plain, *_ = solved(FORK, other.replace("GAIN", FORK_PAYS.replace("reward g", "reward")), is_exact=True)
    assert answer.value[0].low == answer.value[0].high == scale * plain.value[0].low + constant
    assert answer.over == "all policies"
    check(answer, *given_)


MACHINE = "machine m { start u  u --right--> v: 1  v --left--> u: 2 }"


@pytest.mark.parametrize("value", ["-(return(m, 1/2) - 1)^2", "-return(m, 1/2)", "return(m, 0)^2 - return(m, 1/3)^2"])
def test_returns_of_machines(value: str) -> None:
    answer, code, objective, environment = solved(FORK, f"FTR {{ {MACHINE} value {value} }}", precision=Fraction(1, 50))
    assert answer.is_precise
    assert answer.over == "all policies"
    check(answer, code, objective, environment)
    for policy in deterministic_policies(environment):
        assert enclosure(rank(code, objective, environment, policy)).low <= answer.value[0].high


def test_formulas_in_products_are_searched_among_stationary_policies() -> None:
    answer, *given_ = solved(FORK, "FTR { value [F left] * [F right] }")
    assert answer.over == "stationary policies"
    assert "memory may" in answer.note
    assert answer.value[0].high == 1
    check(answer, *given_)


def test_recovered_objectives() -> None:
    """Digits that give the trajectory away carry any objective about it."""
    world = "environment one { states s  actions a, b  start s  s --_--> s }\n"
    inner = "objective i : MR { discount 1/2 reward { s --a--> s: 1 } }\n"
    document = specl.load(
        f"{world}{inner}objective o : INMR {{ discount 1/3 reward d {{ s --a--> s: 1 }} value recover(i) }}"
    )
    found = document.objectives["o"]
    answer = solve("INMR", found.objective, document.environment_of(found), Task(is_exact=True))
    assert answer.value[0].low == answer.value[0].high == 2


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_one_function_in_two_formalisms(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=3, terminating=True))
    paid = settling({"g": data.draw(rewards(environment))}, environment)
    gamma = data.draw(discounts())
    document = specl.load(FORK + f"objective o : FTR {{ {FORK_PAYS} value return(g, 1/2)^2 - return(g, 1/2) }}")
    value = document.objectives["o"].objective.value
    both = [
        FTR(paid, {}, _renamed(value, gamma, is_return=True)),
        INMR(paid, _renamed(value, gamma, is_return=False), gamma),
    ]
    task = Task(is_exact=True, seconds=1.0)
    answers = [solve(code, one, environment, task) for code, one in zip(("FTR", "INMR"), both, strict=True)]
    assert answers[0].value == answers[1].value


def _renamed(value: Any, gamma: Fraction, is_return: bool) -> Any:
    return substitute(value, lambda _: variable(Return("g", gamma) if is_return else RewardReturn("g")))


@pytest.mark.parametrize("value", ["(r - 2)^2", "-(r - 2)^2", "exp(-r)", "min(r, 2)", "r^3 - 4*r", "abs(r - 1)"])
@pytest.mark.parametrize("discount", ["1/2", pytest.param("9/10", marks=pytest.mark.slow)])
def test_interpolation_bounds_what_is_known_exactly(value: str, discount: str) -> None:
    """The ladder ends, so that backward induction over histories is exact."""
    answer, _, objective, environment = solved(LADDER, f"INMR {{ discount {discount} {LADDER_PAYS} value {value} }}")
    key = RewardReturn("r")
    beside = process(environment, [(key, "r", objective.discount)], objective.rewards, {})
    high = upper_bound(beside, objective.value, Fraction(1, 10**5), time.monotonic() + 2)
    assert high is not None
    assert answer.value[0].low <= high <= answer.value[0].high + Fraction(1, 20)


@pytest.mark.slow
@pytest.mark.parametrize("value", ["(g - 3)^2 - g", "g^3 - 9*g^2", "exp(g/5) - g"])
def test_runs_that_do_not_end_are_bounded_closely(value: str) -> None:
    answer, *given_ = solved(
        FORK, f"INMR {{ discount 9/10 {FORK_PAYS} value {value} }}", precision=Fraction(1, 100), seconds=8.0
    )
    assert answer.value[0].width <= Fraction(5, 100)
    check(answer, *given_)
