"""What a translation prints loads again and ranks policies as its source does."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from specl.evaluation.ranks import compare_ranks
from specl.formalisms import codes, rank
from specl.model.environment import Environment
from specl.reductions import NoReduction, arrows, path, translate
from specl.reductions.writing import spec_of
from tests.objectives import objectives
from tests.reductions.reading import read
from tests.strategies import environments, policies

REACHABLE = [
    (source, target)
    for source, target in itertools.product(codes(), codes())
    if any(source == start for start, _ in arrows()) or source == target
]


def _writable(environment: Environment) -> Environment:
    """A label that never holds cannot be written where every step is possible: let it hold always."""
    every = frozenset(environment.steps)
    return replace(environment, labels={name: steps or every for name, steps in environment.labels.items()})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_printed_translation_orders_alike(data: st.DataObject) -> None:
    source, target = data.draw(st.sampled_from(REACHABLE))
    try:
        path(source, target)
    except NoReduction:
        assume(False)
    environment = data.draw(environments().map(_writable))
    objective = data.draw(objectives(source, environment))
    some = {f"policy{i}": data.draw(policies(environment)) for i in range(3)}
    _, compiled = translate(source, objective, environment, target)
    document = read(spec_of(environment, some, {"result": (target, compiled)}))
    loaded = document.objectives["result"]
    assert document.environments["world"] == environment
    assert {name: document.policies[name].policy for name in some} == some
    old = [rank(source, objective, environment, policy) for policy in some.values()]
    new = [rank(loaded.code, loaded.objective, environment, policy) for policy in some.values()]
    for (a, b), (c, d) in zip(itertools.combinations(old, 2), itertools.combinations(new, 2), strict=True):
        expected = compare_ranks(a, b)
        assume(expected is not None)
        assert compare_ranks(c, d) == expected


WORLD = """
environment world {
  states a, b
  actions stay, step
  start a
  _ --stay--> self
  a --step--> b
  b --step--> a
}
policy mover { _: step }
policy gate(t) { _: { step: t, stay: 1 - t } }
objective goal : LTL { formula G F b }
objective shown : PO { order { gate(1/2) > mover } }
objective again : PO { order recover(shown) }
"""


@pytest.mark.parametrize("target", ["INMR", "IMORL", "OMORL", "FPR", "PO"])
def test_recovered_objective_keeps_its_name(target: str) -> None:
    document = read(WORLD)
    environment, goal = document.environments["world"], document.objectives["goal"].objective
    _, compiled = translate("LTL", goal, environment, target)
    text = spec_of(environment, {}, {"goal": ("LTL", goal), "result": (target, compiled)})
    loaded = read(text)
    assert next(iter(loaded.objectives)) == "goal"
    assert list(loaded.objectives)[-1] == "result"
    assert len(loaded.objectives) == 3  # an FTR or FTLR objective lies between
    assert text.count("recover(") == 1


def test_known_objectives_are_called_by_their_names() -> None:
    document = read(WORLD)
    environment, again = document.environments["world"], document.objectives["again"].objective
    text = spec_of(environment, {}, {"result": ("PO", again)}, {"shown": document.objectives["shown"].objective})
    loaded = read(text)
    assert list(loaded.objectives) == ["shown", "result"]
    member = document.policies["mover"].policy
    assert loaded.policies["mover"].policy == member
    assert loaded.policies["gate_1_2"].policy.rows == ((Fraction(1, 2),) * 2,) * 2


def test_new_names_do_not_clash() -> None:
    document = read(WORLD)
    environment, goal = document.environments["world"], document.objectives["goal"].objective
    _, compiled = translate("LTL", goal, environment, "INMR")
    mover = document.policies["mover"].policy
    text = spec_of(environment, {"result_ftr": mover}, {"result": ("INMR", compiled)})
    loaded = read(text)
    assert list(loaded.policies) == ["result_ftr"]
    assert list(loaded.objectives) == ["result_ftr'", "result"]
