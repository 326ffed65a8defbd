"""Whatever is done to a text, the answer is a document or located errors: no other exception, and no long wait."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl import formalisms
from specl.language.diagnostics import SpecErrors, as_json, draw
from specl.language.load import load_document
from specl.language.scan import scan
from specl.language.source import Source

GALLERY = [
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "docs" / "gallery").glob("*.spec"))
]
SIGNS = [*"{}()[],;:=<>~!&|+-*/^_'.#\"\n\t é\0", "--", "-->", "->", "<->", "//", "1/0", "0.5", "self", "others"]
WORDS = sorted({word for text in GALLERY for word in text.split()})


def _answer(text: str) -> None:
    source = Source(text, "fuzz.spec")
    found: SpecErrors | None = None
    try:
        load_document(source, formalisms)
    except SpecErrors as errors:
        found = errors
    if found is None:
        return
    assert found.diagnostics
    assert draw(found)
    for told in as_json(found)["errors"]:
        assert told["line"] is None or 1 <= told["line"] <= text.count("\n") + 1
        assert told["column"] is None or 1 <= told["column"] <= len(source.line(told["line"])) + 2


def _mutated(text: str, dice: random.Random) -> str:
    for _ in range(dice.randint(1, 3)):
        start = dice.randrange(len(text))
        end = min(len(text), start + dice.choice([0, 1, 1, 2, 5, 30]))
        match dice.randrange(5):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + dice.choice(SIGNS) + text[end:]
            case 2:
                text = text[:start] + dice.choice(WORDS) + " " + text[start:]
            case 3:
                other = dice.randrange(len(text))
                text = text[:start] + text[other : other + end - start] + text[end:]
            case 4:
                pieces = text.split()
                i, j = dice.randrange(len(pieces)), dice.randrange(len(pieces))
                pieces[i], pieces[j] = pieces[j], pieces[i]
                text = " ".join(pieces) if dice.random() < 0.2 else text[:start] + text[start:end] * 2 + text[end:]
        if not text:
            return "x"
    return text


@pytest.mark.parametrize("seed", range(12))
def test_mutated_gallery_files(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(12):
        started = time.process_time()
        _answer(_mutated(dice.choice(GALLERY), dice))
        assert time.process_time() - started < 5


@given(st.text(st.sampled_from(list("ab1 {}()[]:,=>~-_/\n'é")), max_size=60))
@settings(max_examples=150, deadline=None)
def test_random_characters(text: str) -> None:
    _answer(text)


@given(st.lists(st.sampled_from(SIGNS + WORDS), max_size=25).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_random_words(text: str) -> None:
    _answer(text)


PIECES = [*"{}()[]/ \n", "policy p {", "\nobjective o : ", "assert ", "//"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_pieces_lie_in_order_and_leave_out_only_blanks_and_comments(text: str) -> None:
    end = 0
    for piece in scan(text).pieces:
        assert end <= piece.start < piece.end <= len(text)
        left_out = "".join(line.split("//")[0] for line in text[end : piece.start].splitlines())
        assert left_out.strip() == ""
        end = piece.end


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 10**6, "E004"),
        ("{[(" * 10**6, "E004"),
        ("()" * 10**6, "E011"),
        ("}" * 10**6, "E011"),
        ("policy " * 10**5, "E010"),
        ("objective o : LTL { formula " + "!" * 10**6 + "a }", "E004"),
        ("objective o : LTL { formula " + "X " * 10**5 + "a }", "E004"),
        ("objective o : LTL { formula " + "a -> " * 10**5 + "a }", "E004"),
        ("objective o : LTL { formula " + "a U " * 10**5 + "a }", "E004"),
        ("objective o : FPR { value " + "-" * 10**5 + "1 }", "E004"),
        ("objective o : FPR { value " + "2^" * 10**5 + "1 }", "E004"),
        ("objective o : FPR { value " + "1/x/" * 10**3 + "1 }", "E004"),
        ("objective o : FPR { value " + "(" * 140 + "!" * 10 + ")" * 140 + " }", "E010"),
        ("objective o : FPR { value " + "if 1 < 2 then 1 else " * 10**4 + "1 }", "E004"),
        ("objective o : FPR { value if " + "not " * 10**4 + " 1 < 2 then 1 else 2 }", "E004"),
        ("objective o : FPR { value " + "9" * 2 * 10**6 + " }", "E013"),
        ("objective o : FPR { value 1e99999 }", "E013"),
        ("objective o : FPR { value 1e99999999999999 }", "E013"),
    ],
    ids=range(18),
)
def test_excess_is_told_and_located(text: str, code: str) -> None:
    started = time.process_time()
    with pytest.raises(SpecErrors) as caught:
        load_document(Source(text), formalisms)
    assert code in {one.code for one in caught.value.diagnostics}
    assert all(one.span is not None for one in caught.value.diagnostics)
    assert time.process_time() - started < 10
    assert len(draw(caught.value)) < 10**5


ENVIRONMENT = "environment e { states a, b actions go start a _ --_--> b }\n"


@pytest.mark.parametrize(
    "value",
    [
        "(" * 140 + "1" + ")" * 140,
        "-" * 70 + "pi(a, go)",
        "(pi(a, go) + (" * 35 + "1" + "))" * 35,
        "if 1 < 2 then 1 else " * 60 + "pi(a, go)",
    ],
    ids=range(4),
)
def test_what_is_not_too_deep_is_read(value: str) -> None:
    load_document(Source(ENVIRONMENT + f"objective o : FPR {{ value {value} }}"), formalisms)


@pytest.mark.slow
def test_long_flat_sums_are_read() -> None:
    value = " + ".join(["1"] * 100_000)
    document = load_document(Source(ENVIRONMENT + f"objective o : FPR {{ value {value} }}"), formalisms)
    assert document.objectives["o"].objective.value.key == 100_000
