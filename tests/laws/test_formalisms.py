"""What holds of every formalism, those included that are still to come."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from specl import formalisms
from specl.evaluation.context import Rank
from specl.evaluation.ranks import compare_ranks
from specl.evaluation.recovered import OF_POLICIES
from specl.formalisms import codes, formalism, rank
from specl.language.load import load_document
from specl.language.printer import show_file
from specl.language.source import Source
from specl.language.syntax import File, Item
from specl.language.writing import environment_item, objective_item, policy_item
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.order import Ranking
from specl.model.policy import Policy, reachable_states
from specl.model.rational_function import symbolic_policy
from specl.model.real import Real
from tests.laws.renaming import environment_under, permutation, policy_under, under, with_copies
from tests.objectives import objectives
from tests.strategies import environments, policies

every_formalism = pytest.mark.parametrize("code", codes())
few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
)

BY_FIELD_OPERATIONS = frozenset(("MR", "LAR", "LTL", "RM"))
"""Formalisms every objective of which a symbolic policy must be ranked by."""


def worth(code: str, objective: Any, environment: Environment, policy: Policy) -> Rank:
    """The rank; examples where the objective is not defined at the policy are passed over."""
    try:
        return rank(code, objective, environment, policy)
    except Undefined:
        assume(False)


def same(left: Rank, right: Rank) -> bool:
    """Equal where exact, overlapping where enclosed."""
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Enclosure) or isinstance(right, Enclosure):
        return compare_ranks(left, right) in (None, 0)
    return bool(left == right)


@every_formalism
@few
@given(data=st.data())
def test_a_rank_is_a_number_or_a_tuple_of_numbers(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective, policy = data.draw(objectives(code, environment)), data.draw(policies(environment))
    found = worth(code, objective, environment, policy)
    for value in found if isinstance(found, tuple) else (found,):
        assert isinstance(value, Real | Enclosure)
    assert compare_ranks(found, found) in (0, None)


@every_formalism
@few
@given(data=st.data())
def test_names_and_their_order_do_not_matter(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective, policy = data.draw(objectives(code, environment, programs=False)), data.draw(policies(environment))
    renaming = permutation(
        environment,
        data.draw(st.permutations(range(len(environment.states)))),
        data.draw(st.permutations(range(len(environment.actions)))),
    )
    before = worth(code, objective, environment, policy)
    after = worth(
        code, under(renaming, objective), environment_under(renaming, environment), policy_under(renaming, policy)
    )
    assert same(before, after)


@every_formalism
@few
@given(data=st.data())
def test_states_that_nothing_leads_to_do_not_matter(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective, policy = data.draw(objectives(code, environment, programs=False)), data.draw(policies(environment))
    renaming = with_copies(
        environment, data.draw(st.lists(st.sampled_from(range(len(environment.states))), min_size=1, max_size=2))
    )
    before = worth(code, objective, environment, policy)
    after = worth(
        code, under(renaming, objective), environment_under(renaming, environment), policy_under(renaming, policy)
    )
    assert same(before, after)


@pytest.mark.parametrize("code", sorted(frozenset(codes()) - OF_POLICIES))
@few
@given(data=st.data())
def test_choices_in_states_that_are_not_reached_do_not_matter(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective, policy, other = (
        data.draw(objectives(code, environment)),
        data.draw(policies(environment)),
        data.draw(policies(environment)),
    )
    reached = reachable_states(environment, policy)
    changed = Policy(tuple(row if s in reached else other.rows[s] for s, row in enumerate(policy.rows)))
    before = worth(code, objective, environment, policy)
    assert same(before, worth(code, objective, environment, changed))


@every_formalism
@few
@given(data=st.data())
def test_a_symbolic_policy_is_worth_what_its_members_are(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective, policy = data.draw(objectives(code, environment, programs=False)), data.draw(policies(environment))
    support = [[a for a, weight in enumerate(row) if weight] for row in policy.rows]
    expected = worth(code, objective, environment, policy)
    try:
        symbolic = worth(code, objective, environment, symbolic_policy(environment, support))
    except Unsupported:
        assert code not in BY_FIELD_OPERATIONS
        assume(False)
    assert same(at(symbolic, policy), expected)


def at(value: Any, policy: Policy) -> Rank:
    if isinstance(value, tuple):
        return tuple(at(part, policy) for part in value)
    if isinstance(value, Real | Enclosure):
        return value
    try:
        return value.at(policy)
    except Undefined:
        assume(False)


@every_formalism
@few
@given(data=st.data())
def test_what_is_written_has_the_fields_that_it_must(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    this = formalism(code)
    written = this.write(data.draw(objectives(code, environment, programs=False)), environment)
    kinds = [getattr(field, "keyword", type(field).__name__.removesuffix("Field").lower()) for field in written]
    assert set(kinds) <= set(this.fields)
    for keyword, (fewest, most) in this.fields.items():
        assert fewest <= kinds.count(keyword) <= (len(kinds) if most is None else most)


@every_formalism
@few
@given(data=st.data())
def test_what_is_written_reads_back(code: str, data: st.DataObject) -> None:
    """To a record that ranks alike; and once it has been read, to an equal one (constants are folded, say)."""
    environment = data.draw(environments().map(without_labels_that_never_hold))
    objective, policy = data.draw(objectives(code, environment, programs=False)), data.draw(policies(environment))
    once = read_back(code, objective, environment)
    assert same(worth(code, objective, environment, policy), worth(code, once, environment, policy))
    assert read_back(code, once, environment) == once


def without_labels_that_never_hold(environment: Environment) -> Environment:
    """The language has no words for them where every step is possible."""
    return replace(environment, labels={name: steps for name, steps in environment.labels.items() if steps})


def read_back(code: str, objective: Any, environment: Environment) -> Any:
    """The record that the text of an objective is read to."""
    tiers = objective.order.tiers if isinstance(getattr(objective, "order", None), Ranking) else ()
    items: tuple[Item, ...] = (
        environment_item(environment),
        *(policy_item(environment, name, policy) for tier in tiers for name, policy in tier),
        objective_item(environment, "same", code, formalism(code).write(objective, environment)),
    )
    document = load_document(Source(show_file(File(items))), formalisms)
    assert document.environments[environment.name] == environment
    assert document.objectives["same"].code == code
    return document.objectives["same"].objective


def test_the_codes_are_the_files() -> None:
    assert [formalism(code).code for code in codes()] == list(codes())
    assert len({formalism(code).name for code in codes()}) == len(codes())


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        formalism("XYZ")
