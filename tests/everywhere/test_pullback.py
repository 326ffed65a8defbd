"""Objectives over an alphabet in environments over it: copies that behave alike are as one state, whatever is asked."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import specl
from specl.everywhere.difference import Side, difference
from specl.everywhere.pullback import pullback
from specl.formalisms import codes, rank
from specl.formalisms.fpr import FPR
from specl.formalisms.mr import MR
from specl.formalisms.po import PO
from specl.model.alphabet import Alphabet, World, world
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, constant, variable
from specl.model.order import Lexicographic
from specl.model.policy import Policy, deterministic
from specl.model.quantities import Choice
from specl.model.real import ONE, Real
from specl.reductions.writing import spec_of
from tests.laws.test_formalisms import same
from tests.objectives import objectives
from tests.strategies import environments, policies, step_sets

OF_ENTRIES = ("FPR", "PO")
"""Formalisms that speak of pi(s, a), which copies give no meaning."""

few = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
)


@st.composite
def alphabets(draw: st.DrawFn, environment: Environment) -> Alphabet:
    """The environment's names, and labels that hold on steps that it may not have."""
    bare = Alphabet("letters", environment.states, environment.actions, {})
    labels = {name: draw(step_sets(bare.environment)) for name in environment.labels}
    return Alphabet("letters", environment.states, environment.actions, labels)


def plain(alphabet: Alphabet, environment: Environment) -> World:
    """The environment over the alphabet, with one copy of each state."""
    return world(alphabet, range(len(alphabet.states)), environment.start, environment.transitions)


@st.composite
def copied(draw: st.DrawFn, alphabet: Alphabet, environment: Environment) -> World:
    """The same with up to three copies of each state, which may lead to different copies of the next one."""
    counts = [draw(st.integers(1, 3)) for _ in alphabet.states]
    of = [s for s, count in enumerate(counts) for _ in range(count)]

    def among(pairs: tuple[tuple[int, Fraction], ...]) -> list[tuple[int, Fraction]]:
        found = []
        for t, weight in pairs:
            places = [i for i, s in enumerate(of) if s == t]
            shares = [1, *(draw(st.integers(0, 2)) for _ in places[1:])]
            found += [(i, weight * Fraction(part, sum(shares))) for i, part in zip(places, shares, strict=True)]
        return found

    rows = [[among(environment.transitions[s][a]) for a in range(len(alphabet.actions))] for s in of]
    return world(alphabet, of, among(environment.start), rows)


def worth(code: str, objective: Any, place: World, policy: Policy) -> Any:
    try:
        return rank(code, pullback(objective, place), place.environment, policy)
    except Undefined:
        assume(False)


@pytest.mark.slow
@pytest.mark.parametrize("code", codes())
@few
@given(data=st.data())
def test_copies_that_behave_alike_are_as_one_state(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    alphabet = data.draw(alphabets(environment))
    objective = data.draw(objectives(code, alphabet.environment, programs=False))
    policy = data.draw(policies(environment))
    one = plain(alphabet, environment)
    if code in OF_ENTRIES:
        assert pullback(_without_rankings(objective), one) == objective
        return
    many = data.draw(copied(alphabet, environment))
    lifted = Policy(tuple(policy.rows[s] for s in many.of))
    assert same(worth(code, objective, one, policy), worth(code, objective, many, lifted))


def _without_rankings(objective: Any) -> Any:
    assume(not hasattr(objective, "order") or hasattr(objective.order, "keys") or hasattr(objective.order, "value"))
    return objective


@pytest.mark.slow
@pytest.mark.parametrize("code", codes())
@few
@given(data=st.data())
def test_what_is_pulled_back_is_written_and_read_back(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    alphabet = data.draw(alphabets(environment))
    objective = data.draw(objectives(code, alphabet.environment, programs=code not in OF_ENTRIES))
    place = plain(alphabet, environment)
    if code not in OF_ENTRIES:
        place = data.draw(copied(alphabet, environment))
    policy = data.draw(policies(place.environment))
    pulled = pullback(_without_rankings(objective), place)
    document = specl.load(spec_of(place.environment, {"p": policy}, {"o": (code, pulled)}))
    assert document.environments["witness"] == place.environment
    try:
        expected = rank(code, pulled, place.environment, policy)
    except (Undefined, Unsupported):
        assume(False)
    assert same(rank(code, document.objectives["o"].objective, place.environment, policy), expected)


ALPHABET = "alphabet e { states x, y  actions a, b  label goal  label up = x --_--> y }"
ENVIRONMENT = """environment e { states x, y  actions a, b  start { x: 1/3, y: 2/3 }
  x --a--> { x: 1/2, y: 1/2 }  x --b--> y  y --a--> { x: 1/4, y: 3/4 }  y --b--> x
  label goal = y --a--> _  label up = x --_--> y }"""
OBJECTIVES = """
objective mr : MR { discount 1/2  reward { x --_--> y: 2, _ --b--> _: -1 } }
objective rm : RM { discount 9/10  machine {
  start u  u --goal & x--> v: 5  u --goal & y--> v: { y --a--> x: 1, y --a--> y: 2, x --a--> x: 7 }
  u --up & !goal--> v  v --!goal--> u: 3 } }
objective ltl : LTL { formula goal U (up & X b) }
objective lar : LAR { reward { _ --a--> y: 1 } }
objective rrl : RRL { discount 1/2  reward { x: 1 }  strength 1/3  regulariser tsallis(2) }
objective fomr : FOMR { discount 1/2  value m(x) * m(y, a) - m(x, b, y)^2 }
objective omo : OMO { discount 1/2  order m(x) subject to m(y, b) <= 1/2 }
objective tlo : TLO { order lexicographic(P(F goal), P(up)) }
objective ftlr : FTLR { reward r { x: 1 }  value E(return(r, 1/2)) - Var(return(r, 1/2)) + P(G !goal) }
objective ftr : FTR { machine r { start u  u --goal--> u: 1 }  value max(average(r), [F up]) }
objective fpr : FPR { value pi(x, a) * pi(y, b) }
objective po : PO { order lexicographic(pi(x, a), pi(y, a)) }
objective again : FTLR { value recover(rm) }
"""


def test_over_an_alphabet_and_read_in_an_environment_of_the_same_names_is_the_same() -> None:
    over, inside = specl.load(ALPHABET + OBJECTIVES), specl.load(ENVIRONMENT + OBJECTIVES)
    environment = inside.environments["e"]
    alphabet = over.alphabets["e"]
    place = world(
        alphabet, (0, 1), environment.start, environment.transitions, {"goal": environment.labels["goal"]}, "e"
    )
    assert place.environment == environment
    for name, named in over.objectives.items():
        pulled = pullback(named.objective, place)
        if name != "again":
            assert pulled == inside.objectives[name].objective
        policy = Policy(((Fraction(1, 3), Fraction(2, 3)), (Fraction(1, 4), Fraction(3, 4))))
        expected = rank(named.code, inside.objectives[name].objective, environment, policy)
        assert rank(named.code, pulled, environment, policy) == expected


def test_entries_of_a_policy_need_one_copy_of_the_state() -> None:
    alphabet = Alphabet("letters", ("x", "y"), ("a", "b"), {})
    stay = Fraction(1)
    place = world(alphabet, (0, 0, 1), [(0, stay)], [[[(s, stay)]] * 2 for s in range(3)])
    assert pullback(FPR(variable(Choice(1, 0))), place) == FPR(variable(Choice(2, 0)))
    with pytest.raises(Unsupported, match=r"pi\(x,a\) is one number only where the state has one copy, not 2"):
        pullback(FPR(variable(Choice(0, 0))), place)
    alone = world(alphabet, (1,), [(0, stay)], [[[(0, stay)]] * 2])
    with pytest.raises(Unsupported, match="not 0"):
        pullback(FPR(variable(Choice(0, 0))), alone)


def test_no_difference_is_made_of_what_is_none() -> None:
    alphabet = Alphabet("letters", ("x",), ("a", "b"), {})
    stay = Fraction(1)
    place = world(alphabet, (0, 0), [(0, stay)], [[[(s, stay)]] * 2 for s in range(2)])
    first, second = deterministic(place.environment, (0, 0)), deterministic(place.environment, (1, 0))
    reward = MR({(0, 0, 0): ONE}, Fraction(1, 2))
    doubled = MR({(0, 0, 0): Real.of(2), (0, 1, 0): ONE}, Fraction(1, 2))
    reverse = MR({(0, 1, 0): ONE}, Fraction(1, 2))
    undefined = FPR(Expression("/", (constant(Fraction(1)), constant(Fraction(0)))))
    left = Side("o", "MR", reward)
    assert difference(place, left, Side("r", "MR", doubled), first, second) is None
    assert difference(place, left, Side("r", "FPR", undefined), first, second) is None
    assert difference(place, left, Side("r", "PO", PO(Lexicographic((variable(Choice(0, 0)),)))), first, second) is None
    found = difference(place, left, Side("r", "MR", reverse), second, first)
    assert found is not None
    assert (found.first.policy, found.orders) == (first, (1, -1))
    clash = difference(place, Side("a.spec:p", "MR", reward), Side("b.spec:p", "MR", reverse), first, second)
    assert clash is not None
    assert (clash.left.name, clash.right.name, clash.first.name, clash.second.name) == ("p", "p'", "p1", "p2")
    assert [outcome.verdict for outcome in specl.check(specl.load(clash.text())).outcomes] == ["ok", "ok"]
