"""The best policies from Python: of objectives, and of models that come as arrays or as files of other tools."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specl
from specl.api.model_solution import ModelSolution
from specl.api.solution import Solution
from specl.interchange import write
from specl.language.diagnostics import SpecErrors
from specl.model.policy import Policy
from specl.model.real import Real
from specl.solvers.solved import Bounds
from tests.cli.running import WORLD

HALF = Fraction(1, 2)


@pytest.fixture
def model() -> specl.SparseModel:
    """From 0: toss a coin between 1 and 2 (worth 1), or go to 2; from 1 back to 0 (worth 2); 2 is never left."""
    return specl.SparseModel.from_arrays(
        [0, 2, 3, 4],
        [0, 2, 3, 4, 5],
        [1, 2, 2, 0, 2],
        [0.5, 0.5, 1, 1, 1],
        rewards={"gain": [1, 0, 2, 0], "cost": [1, 1, 1, 0]},
        labels={"middle": [0, 1, 0], "end": [0, 0, 1], "tossed": [1, 0, 0, 0]},
        states=["start", "middle", "end"],
        actions=["toss", "go"],
        action=[0, 1, 1, 1],
    )


def ask(model: Any, **question: Any) -> ModelSolution:
    found = specl.solve(model, **question)
    assert isinstance(found, ModelSolution)
    return found


def around(bounds: Bounds, value: Fraction) -> bool:
    return bounds.low <= value <= bounds.high and bounds.width <= Fraction(1, 10**6)


def test_an_objective_of_a_document() -> None:
    document = specl.load(WORLD)
    found = specl.solve("trips", document, exact=True)
    assert isinstance(found, Solution)
    assert found.value == (Bounds(Fraction(25, 6), Fraction(25, 6)),)
    assert found.worth == Real.of(Fraction(25, 6))
    assert found.policy == Policy(((Fraction(1), Fraction(0)), (Fraction(1), Fraction(0))))
    assert found.status == "precise"
    assert str(found) == found.text()
    assert "<pre>" in found._repr_html_()


def test_what_is_said_on_the_way() -> None:
    lines: list[str] = []
    specl.solve("trips", WORLD, watch=lines.append)
    assert lines[0] == "solving trips"
    assert lines[-1] == "evaluating the policy again"


def test_a_discounted_reward(model: specl.SparseModel) -> None:
    """v(start) = 1 + ½·γ·(2 + γ·v(start))."""
    found = ask(model, reward="gain", discount=Fraction(9, 10))
    exact = (1 + HALF * Fraction(9, 10) * 2) / (1 - HALF * Fraction(81, 100))
    assert around(found.answer.bounds, exact)
    assert found.answer.choice.tolist()[0] == 0
    assert found.status == "precise"
    least = ask(model, reward="gain", discount=Fraction(9, 10), minimise=True)
    assert around(least.answer.bounds, Fraction(0))
    assert least.answer.choice.tolist()[0] == 1


def test_a_probability_to_reach(model: specl.SparseModel) -> None:
    assert around(ask(model, reach="middle").answer.bounds, HALF)
    assert ask(model, reach="middle", minimise=True).answer.bounds == Bounds(Fraction(0), Fraction(0))
    assert ask(model, reach="end").answer.bounds == Bounds(Fraction(1), Fraction(1))


def test_a_total(model: specl.SparseModel) -> None:
    """At least one step; tossing until it ends costs 1 + ½·(1 + …) = 3."""
    assert around(ask(model, reward="cost", until="end").answer.bounds, Fraction(1))
    assert around(ask(model, reward="cost", until="end", minimise=False).answer.bounds, Fraction(3))


def test_a_long_run_average(model: specl.SparseModel) -> None:
    assert around(ask(model, reward="gain", average=True).answer.bounds, Fraction(0))


def test_a_formula(model: specl.SparseModel) -> None:
    assert around(ask(model, formula="F middle & G F end").answer.bounds, HALF)
    assert around(ask(model, formula="F middle & G F !end", minimise=True).answer.bounds, Fraction(0))
    assert around(ask(model, formula="F (middle & X X middle)").answer.bounds, Fraction(1, 4))


def test_a_start_distribution_is_scaled() -> None:
    model = specl.SparseModel.from_arrays(
        [0, 1, 2], [0, 1, 2], [0, 1], [1, 1], start=[1 / 3, 2 / 3], labels={"one": [0, 1]}
    )
    value = Fraction(2 / 3) / (Fraction(1 / 3) + Fraction(2 / 3))
    assert ask(model, reach="one").answer.bounds == Bounds(value, value)


@pytest.mark.parametrize("ending", ["umb", "drn"])
def test_a_file_gives_the_same_answers(model: specl.SparseModel, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"model.{ending}"
    write(model, file)
    for question in ({"reward": "gain", "discount": HALF}, {"reach": "middle"}, {"reward": "cost", "until": "end"}):
        given, read = ask(model, **question), ask(str(file), **question)
        assert read.answer.bounds == given.answer.bounds
        assert read.answer.choice.tolist() == given.answer.choice.tolist()
        assert set(read.seconds) > set(given.seconds)


def test_a_policy_in_the_words_of_the_model(model: specl.SparseModel, tmp_path: Path) -> None:
    found = ask(model, reward="gain", discount=HALF)
    assert "  start   toss\n  middle  go\n  end     go\n" in found.text()
    assert found.json()["policy"] == [["start", "toss"], ["middle", "go"], ["end", "go"]]
    found.export(tmp_path / "policy.json")
    document = json.loads((tmp_path / "policy.json").read_text())
    assert document["format"] == "specl-policy/1"
    assert document["choices"] == found.answer.choice.tolist()


def test_a_large_policy_is_cut_off() -> None:
    n = 2000
    model = specl.SparseModel.from_arrays(
        np.arange(n + 1), np.arange(n + 1), np.minimum(np.arange(n) + 1, n - 1), np.ones(n), rewards=np.ones(n)
    )
    found = ask(model, discount=HALF)
    assert around(found.answer.bounds, Fraction(2))
    assert "… and 1980 more" in found.text()
    assert found.json()["policy"] is None


@pytest.mark.parametrize(
    ("question", "code", "told"),
    [
        ({}, "E090", "nothing is asked"),
        ({"reward": "gain"}, "E090", "nothing is asked"),
        ({"reward": "gain", "discount": HALF, "average": True}, "E090", "more than one thing"),
        ({"reward": "gain", "reach": "end"}, "E090", "a probability is asked for, and a reward given"),
        ({"reward": "gian", "discount": HALF}, "E028", "did you mean `gain`?"),
        ({"discount": HALF}, "E028", "the model has 2 rewards"),
        ({"reward": "gain", "discount": Fraction(1)}, "E063", "lies in [0, 1)"),
        ({"reach": "edn"}, "E029", "did you mean `end`?"),
        ({"reach": "tossed"}, "E029", "is about steps"),
        ({"formula": "F edn"}, "E022", "did you mean `end`?"),
        ({"formula": "F &"}, "E010", "expected a formula"),
        ({"reward": "cost", "until": "middle"}, "E091", "no policy reaches `middle` almost surely"),
        ({"reward": "gain", "discount": HALF, "exact": True}, "E090", "exact answers are for .spec environments"),
    ],
)
def test_questions_that_do_not_fit(model: specl.SparseModel, question: dict[str, Any], code: str, told: str) -> None:
    with pytest.raises(SpecErrors) as caught:
        specl.solve(model, **question)
    assert [one.code for one in caught.value.diagnostics] == [code]
    assert told in str(caught.value)


def test_an_objective_is_asked_nothing() -> None:
    with pytest.raises(SpecErrors, match="for models"):
        specl.solve("trips", WORLD, discount=HALF)


def test_a_file_that_is_missing() -> None:
    with pytest.raises(SpecErrors, match="E001"):
        specl.solve("none.umb", reach="end")


def test_an_environment_of_gymnasium() -> None:
    pytest.importorskip("gymnasium")
    found = ask("gymnasium:FrozenLake-v1", reward="reward", discount=Fraction(99, 100))
    assert abs(found.answer.bounds.low - Fraction("0.542026")) < Fraction(1, 10**6)
