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
    elsewhere = {"E001", "E002", "E003", "E004", "E013", "E085"}  # these have tests of their own
    of_commands = {code for code in CODES if code >= "E090"}
    covered = {code for path in CORPUS for _, code, _ in _expected(path.read_text(encoding="utf-8"))}
    assert set(CODES) - covered == elsewhere | of_commands


def test_every_code_has_its_section_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (E\d{3}): (.*)$", page, re.MULTILINE)
    assert dict(sections) == CODES
    assert [code for code, _ in sections] == sorted(CODES)


def test_every_code_in_the_program_is_listed() -> None:
    files = [path for path in (Path(__file__).parents[2] / "specl").rglob("*.py") if path.name != "codes.py"]
    used = {code for path in files for code in re.findall(r'"(E\d{3})"', path.read_text(encoding="utf-8"))}
    assert used == set(CODES)


def test_examples_in_the_documentation_give_their_error() -> None:
    page = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
    sections = [section for section in page.split("\n## ")[1:] if "```spec" in section]
    assert len(sections) >= len([code for code in CODES if code < "E090"]) - 3
    for section in sections:
        code, text = section[:4], section.split("```spec\n")[1].split("```")[0]
        with pytest.raises(SpecErrors) as caught:
            load_document(Source(text, code), formalisms)
        assert {one.code for one in caught.value.diagnostics} == {code}, text


def test_examples_of_the_language_are_correct() -> None:
    page = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in page.split("```spec\n")[1:]]
    assert len(examples) >= 8
    # The examples are parts of one file.
    document = load_document(Source("".join(examples), "language.md"), formalisms)
    assert {one.code for one in document.objectives.values()} == set(formalisms.codes())
