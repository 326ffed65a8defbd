"""Every faulty line of the corpus carries the error that it must give; no other error may appear.

``// error: E020 no state `d` `` beside a line: that code on that line, its message holding that text.
"""

import re
from pathlib import Path

import pytest

from specl import formalisms
from specl.language.codes import CODES
from specl.language.diagnostics import SpecErrors
from specl.language.load import load_document
from specl.language.source import Source, read_source

CORPUS = sorted((Path(__file__).parent / "bad").glob("*.spec"))
_EXPECTED = re.compile(r"// error: (E\d{3})\s?((?:(?!// error:).)*)")


def _expected(text: str) -> list[tuple[int, str, str]]:
    return [
        (number, mark[1], mark[2].strip())
        for number, line in enumerate(text.split("\n"), 1)
        for mark in _EXPECTED.finditer(line)
    ]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_errors_are_those_beside_the_lines(path: Path) -> None:
    source = read_source(path)
    with pytest.raises(SpecErrors) as caught:
        load_document(source, formalisms)
    told = [(source.position(one.span[0])[0], one.code, one.message) for one in caught.value.diagnostics if one.span]
    assert len(told) == len(caught.value.diagnostics)
    for expected in _expected(source.text):
        line, code, part = expected
        matching = [one for one in told if one[:2] == (line, code) and part in one[2]]
        assert matching, f"{path.name}:{line}: no {code} … {part} … among {[one for one in told if one[0] == line]}"
        told.remove(matching[0])
    assert told == []


def test_the_corpus_covers_every_code_about_the_text() -> None:
    of_files = {"E001", "E002", "E003", "E004", "E005", "E013", "E085"}  # these have tests of their own
    covered = {code for path in CORPUS for _, code, _ in _expected(path.read_text(encoding="utf-8"))}
    assert set(CODES) - covered == of_files


def test_every_code_has_its_section_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (E\d{3}): (.*)$", page, re.MULTILINE)
    assert dict(sections) == CODES
    assert [code for code, _ in sections] == sorted(CODES)


def test_every_code_in_the_program_is_listed() -> None:
    folder = Path(__file__).parents[2] / "specl" / "language"
    used = {code for path in folder.glob("*.py") for code in re.findall(r'"(E\d{3})"', path.read_text())}
    assert used == set(CODES)


def test_examples_in_the_documentation_give_their_error() -> None:
    page = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
    examples = re.findall(r"^## (E\d{3}).*?$(?:(?!^## ).)*?^```spec\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(examples) >= len(CODES) - 5

    for code, text in examples:
        with pytest.raises(SpecErrors) as caught:
            load_document(Source(text, code), formalisms)
        assert {one.code for one in caught.value.diagnostics} == {code}, text
