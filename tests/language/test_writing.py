"""What records are written as reads back to equal records."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl import formalisms
from specl.language.document import Document
from specl.language.load import load_document
from specl.language.printer import show_field, show_file, show_item
from specl.language.source import Source, read_source
from specl.language.syntax import File, Item
from specl.language.writing import (
    discount_field,
    environment_item,
    machine_field,
    objective_item,
    policy_item,
    real_expression,
    regulariser_field,
)
from specl.model.environment import Environment
from specl.model.machine import Machine, run
from specl.model.policy import Policy
from specl.model.real import Real
from tests.objectives import objectives
from tests.strategies import environments, machines, policies, worlds

GALLERY = sorted((Path(__file__).parents[2] / "docs" / "gallery").glob("*.spec"))


def _document(environment: Environment, *items: Item) -> Document:
    text = show_file(File((environment_item(environment), *items)))
    return load_document(Source(text, "written.spec"), formalisms)


def _written(environment: Environment, code: str, record: Any) -> Item:
    return objective_item(environment, "o", code, formalisms.formalism(code).write(record, environment))


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_gallery_records_read_back_equal(path: Path) -> None:
    document = load_document(read_source(path), formalisms)
    for objective in document.objectives.values():
        environment = document.environment_of(objective)
        members = [policy for policy in document.policies.values() if policy.environment == environment.name]
        again = _document(
            environment,
            *(policy_item(environment, policy.name, policy.policy) for policy in members),
            _written(environment, objective.code, objective.objective),
        )
        assert again.environments[environment.name] == environment
        assert {name: policy.policy for name, policy in again.policies.items()} == {
            policy.name: policy.policy for policy in members
        }
        assert again.objectives["o"].objective == objective.objective


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_random_environments_and_policies_read_back_equal(world: tuple[Environment, Policy]) -> None:
    environment, policy = world
    again = _document(environment, policy_item(environment, "p", policy))
    assert again.environments[environment.name] == environment
    assert again.policies["p"].policy == policy


@pytest.mark.parametrize("code", formalisms.codes())
@given(data=st.data())
@settings(max_examples=6, deadline=None)
def test_random_objectives_read_back_with_the_same_value(code: str, data: st.DataObject) -> None:
    environment, policy = data.draw(worlds())
    record = data.draw(objectives(code, environment, programs=False))
    extra = [] if code != "PO" else _ranked(environment, record)
    first = _document(environment, *extra, _written(environment, code, record)).objectives["o"].objective
    second = _document(environment, *extra, _written(environment, code, first)).objectives["o"].objective
    assert second == first
    # What is drawn may hold constants that are not folded, so that it is equal in value only.
    assert formalisms.rank(code, first, environment, policy) == formalisms.rank(code, record, environment, policy)


def _ranked(environment: Environment, record: Any) -> list[Item]:
    tiers = getattr(record.order, "tiers", ())
    return [policy_item(environment, name, policy) for tier in tiers for name, policy in tier]


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_random_machines_read_back_to_the_same_table(data: st.DataObject) -> None:
    environment = data.draw(environments())
    machine = data.draw(machines(environment))
    item = objective_item(environment, "o", "RM", (*_half(), machine_field(environment, machine)))
    again = _document(environment, item).objectives["o"].objective.machine
    assert _by_name(again, environment) == {
        key: value for key, value in _by_name(machine, environment).items() if key[0] in again.states
    }
    assert again.states[again.start] == machine.states[machine.start]


def _half() -> tuple[Any, ...]:
    return (discount_field(Fraction(1, 2)),)


def _by_name(machine: Machine, environment: Environment) -> dict[Any, Any]:
    table = run(machine, environment)
    return {(machine.states[u], step): (machine.states[v], paid) for (u, step), (v, paid) in table.items()}


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_policies_of_random_environments_are_shown_on_few_lines(data: st.DataObject) -> None:
    environment = data.draw(environments())
    policy = data.draw(policies(environment))
    assert len(show_item(policy_item(environment, "p", policy)).splitlines()) <= len(environment.states) + 2


@pytest.mark.parametrize(
    "value",
    [
        Real.of(Fraction(-7, 3)),
        Real.of(3).log() / 2 - Fraction(1, 3),
        Real.of(2).power(Fraction(1, 2)) * 5,
        Real.of(2).power(Fraction(-1, 3)),
        Real.of(Fraction(1, 2)).exp() * Real.of(5).log(),
        1 / (Real.of(2).log() + 3),
        (Real.of(2).log() + 3).power(Fraction(1, 2)),
    ],
    ids=str,
)
def test_reals_are_written_as_expressions_of_the_same_value(value: Real) -> None:
    text = "environment e { states a actions b start a _ --_--> a }\nobjective o : RRL { discount 0 "
    document = load_document(Source(text + f"reward {{ }} strength {value} regulariser negentropy }}"), formalisms)
    assert document.objectives["o"].objective.strength == value
    assert real_expression(value) is not None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("negentropy", "regulariser negentropy"),
        ("kl({ x: 1/4, y: 3/4 })", "regulariser kl({ x: 1/4, y: 3/4 })"),
        ("kl(y)", "regulariser kl({ x: 0, y: 1 })"),
        ("tsallis(2)", "regulariser (p[x]^2 + p[y]^2 - 1) / 1"),
        ("p[x] * log(p[x]) + p[y] * log(p[y])", "regulariser negentropy"),
        ("abs(p[x] - 1/2)", "regulariser abs(p[x] - 1/2)"),
    ],
)
def test_regularisers_are_written_by_name_where_they_have_one(written: str, shown: str) -> None:
    text = "environment e { states a actions x, y start a _ --_--> a }\nobjective o : RRL { discount 0 reward { } "
    document = load_document(Source(text + f"strength 1 regulariser {written} }}"), formalisms)
    environment = document.environments["e"]
    field = regulariser_field(environment, document.objectives["o"].objective.regulariser)
    assert show_field(field) == shown
