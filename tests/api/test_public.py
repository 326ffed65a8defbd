"""The public names, from Python."""

from fractions import Fraction
from pathlib import Path

import pytest

import specl
from specl.language.diagnostics import SpecErrors
from specl.model.real import Real
from tests.cli.running import WORLD


def test_the_public_names_are_those_that_are_promised() -> None:
    assert set(specl.__all__) == {
        "SparseModel", "census", "check", "compare", "evaluate", "express", "hasse", "load", "prove",
        "separate", "solve", "translate", "verify",
    }  # fmt: skip
    assert set(specl.__all__) <= set(dir(specl))
    for name in specl.__all__:
        assert callable(getattr(specl, name))
        assert getattr(specl, name).__doc__
    with pytest.raises(AttributeError, match="nonsense"):
        specl.nonsense  # noqa: B018


def test_a_document_is_loaded_from_a_path_or_from_text(tmp_path: Path) -> None:
    file = tmp_path / "world.spec"
    file.write_text(WORLD)
    from_path, from_string, from_text = specl.load(file), specl.load(str(file)), specl.load(WORLD)
    assert from_path == from_string
    assert from_path.objectives.keys() == from_text.objectives.keys() == {"trips", "often", "rests", "once", "worth"}
    with pytest.raises(SpecErrors) as caught:
        specl.load(WORLD.replace("start   home", "start nowhere"))
    assert "nowhere" in str(caught.value)
    assert "^" in str(caught.value)


def test_values_are_exact_numbers() -> None:
    table = specl.evaluate(WORLD, objective="trips", policy=["mover", "gate(0)"])
    assert table.values["trips"]["mover"] == Real.of(Fraction(25, 6))
    assert table.orderings["trips"] == (("mover",), ("gate(0)",))
    assert table.undecided["trips"] == ()
    assert table.ordering("trips") == "mover > gate(0)"


def test_a_notebook_shows_a_table() -> None:
    page = specl.evaluate(WORLD)._repr_html_()
    assert page.count("<tr>") == 1 + 5
    assert "mover &gt; lazy &gt; sitter" in page


def test_comparison_and_translation_take_a_document() -> None:
    document = specl.load(WORLD)
    answer = specl.compare("trips", "once", document)
    assert answer.verdict == "different"
    translated = specl.translate("trips", "FTR", document)
    again = specl.evaluate(specl.load(str(translated)))
    assert again.orderings["trips"] == again.orderings[translated.name]


def test_assertions_can_be_run_from_python() -> None:
    checked = specl.check(WORLD + "assert mover > sitter under trips\nassert sitter > mover under trips\n")
    assert [outcome.verdict for outcome in checked.outcomes] == ["ok", "failed"]
    assert checked.verdict == "failed"


def test_what_cannot_be_ordered_within_the_precision_is_undecided() -> None:
    names = ["gate(1/2)", "gate(499999/1000000)"]
    text = f"""{WORLD}
objective late : INMR {{ discount 1/2 reward {{ _ --go--> _: 1 }} value if reward > 1 then exp(reward) else 0 }}
assert {names[0]} > {names[1]} under late
assert not {names[0]} ~ {names[1]} under late
"""
    rough = specl.evaluate(text, "late", names, precision=Fraction(1))
    assert rough.undecided == {"late": (tuple(names),)}
    assert rough.json()["undecided"] == {"late": [names]}
    assert rough.ordering("late") == "{gate(1/2) ? gate(499999/1000000)}"
    checked = specl.check(text, precision=Fraction(1))
    assert [outcome.verdict for outcome in checked.outcomes] == ["unknown", "unknown"]
    assert checked.verdict == "unknown"
    assert "[" in checked.outcomes[0].reason


def test_what_was_computed_before_an_interruption_is_kept() -> None:
    seen: list[str] = []

    def watch(what: str) -> None:
        seen.append(what)
        if len(seen) == 3:
            raise KeyboardInterrupt

    whole = specl.evaluate(WORLD)
    cut = specl.evaluate(WORLD, watch=watch)
    kept = {o: {p: str(value) for p, value in column.items()} for o, column in cut.values.items()}
    assert cut.interrupted
    assert not whole.interrupted
    assert sum(map(len, kept.values())) == 2
    assert all(str(whole.values[o][p]) == value for o, column in kept.items() for p, value in column.items())
