"""Comparing in every environment, from Python."""

import pytest

import specl
from specl.api.everywhere import EverywhereCompared, common, without_dynamics
from specl.api.references import Reference
from specl.language.diagnostics import SpecErrors

ENVIRONMENT = """
environment e { states s, t  actions a, b  start s  _ --_--> t  label near = s --_--> t  label nowhere }
objective one : LTL { formula F (near & a) }
objective two : FTLR { value recover(one) }
objective three : LTL { formula F (s & X t & a) }
"""


def test_an_environment_is_taken_for_its_alphabet() -> None:
    document = specl.load(ENVIRONMENT)
    over = without_dynamics(document, "e", "two")
    alphabet = over.alphabets["e"]
    assert set(over.objectives) == {"one", "two"}
    assert (alphabet.states, alphabet.actions, alphabet.free) == (("s", "t"), ("a", "b"), ("nowhere",))
    assert alphabet.labels == {"near": {(0, 0, 1), (0, 1, 1)}}
    answer = specl.compare("one", "three", document, every_environment=True)
    assert isinstance(answer, EverywhereCompared)
    assert (answer.verdict, answer.status, answer.spec) == ("same", "yes", None)
    assert str(answer) == answer.text()
    assert specl.compare("two", "three", document, every_environment=True).verdict == "same"


def test_guards_that_exclude_each_other_on_possible_steps_only_are_told_of() -> None:
    possible = "environment e { states s, t  actions a, b  start s  _ --_--> t  label back = _ --_--> s }\n"
    machine = "objective o : RM { discount 1/2  machine { start u  u --back--> u: 1  u --s--> u: 2 } }\n"
    document = specl.load(possible + machine + "objective p : RM { discount 1/2  machine { start u } }")
    with pytest.raises(SpecErrors, match="E064") as caught:
        specl.compare("o", "p", document, every_environment=True)
    assert "s --a--> s" in str(caught.value)


def test_labels_of_both_files_count() -> None:
    one, other = (
        specl.load(f"alphabet w {{ actions a, b  label {label} }} objective o : LTL {{ formula F {label} }}")
        for label in ("goal", "home")
    )
    alphabet, left, right = common(*(Reference(each, each.objectives["o"]) for each in (one, other)))
    assert alphabet.free == ("goal", "home")
    assert (left.objective, right.objective) == (one.objectives["o"].objective, other.objectives["o"].objective)


def test_one_environment_and_every_one_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="or in one"):
        specl.compare("one", "two", specl.load("environment e { states s  actions a  start s  s --a--> s }"),
                      every_environment=True, in_environment=True)  # fmt: skip
