"""Reading files, and how errors are drawn."""

from pathlib import Path

import pytest

from specl import formalisms
from specl.language.diagnostics import Diagnostic, Diagnostics, SpecErrors, as_json, draw, nearest
from specl.language.load import load_document
from specl.language.source import Source, read_source


def _refused(path: Path) -> Diagnostic:
    with pytest.raises(SpecErrors) as caught:
        read_source(path)
    (only,) = caught.value.diagnostics
    assert str(path) in draw(caught.value)
    return only


def test_a_missing_file_a_directory_and_a_nul_are_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path / "none.spec").code == "E001"
    assert "directory" in _refused(tmp_path).message
    assert _refused(tmp_path / "a\0b").code == "E001"
    assert _refused(tmp_path / "x" / "y.spec").code == "E001"


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert "permission" in _refused(tmp_path / "secret.spec").message


def test_bytes_that_are_not_utf8_are_located(tmp_path: Path) -> None:
    path = tmp_path / "latin.spec"
    path.write_bytes("// gr\u00fc\u00df\n".encode() + b"policy gr\xfc\xdf { }")
    with pytest.raises(SpecErrors) as caught:
        read_source(path)
    (told,) = as_json(caught.value)["errors"]
    assert (told["code"], told["line"], told["column"]) == ("E002", 2, 10)
    assert "0xfc" in told["message"]


def test_a_byte_order_mark_and_line_ends_of_other_systems_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "dos.spec"
    path.write_bytes(b"\xef\xbb\xbf// one\r\nassert\r\n")
    source = read_source(path)
    assert source.line(1) == "// one"
    assert source.position(source.text.index("assert")) == (2, 1)


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specl.language.source.LARGEST", 100)
    path = tmp_path / "large.spec"
    path.write_bytes(b"/" * 101)
    assert _refused(path).code == "E005"


@pytest.mark.parametrize("text", ["", " \n\t\n", "// nothing\n", "//"])
def test_a_file_without_items_says_so(text: str) -> None:
    with pytest.raises(SpecErrors) as caught:
        load_document(Source(text, "empty.spec"), formalisms)
    assert [one.code for one in caught.value.diagnostics] == ["E003"]
    assert draw(caught.value).startswith("empty.spec: E003: ")


def test_positions_count_from_one() -> None:
    source = Source("ab\nc\n\nd")
    assert [source.position(offset) for offset in (0, 1, 2, 3, 5, 6, 7)] == [
        (1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (4, 1), (4, 2)
    ]  # fmt: skip
    assert [source.line(number) for number in (1, 2, 3, 4)] == ["ab", "c", "", "d"]


def test_an_error_is_drawn_with_its_line_a_caret_and_the_hint() -> None:
    source = Source("first\n\tuse lab here\n", "f.spec")
    start = source.text.index("lab")
    errors = SpecErrors([Diagnostic("E022", "unknown", (start, start + 3), "did you mean `label`?", "f.spec")], source)
    assert str(errors).split("\n") == [
        "f.spec:2:6: E022: unknown",
        "    2 | \tuse lab here",
        "      | \t    ^~~",
        "  = did you mean `label`?",
    ]
    assert as_json(errors) == {
        "errors": [
            {
                "code": "E022",
                "message": "unknown",
                "file": "f.spec",
                "line": 2,
                "column": 6,
                "hint": "did you mean `label`?",
            }
        ]
    }


@pytest.mark.parametrize("start", [0, 1, 60, 5000, 9_999, 10_000])
def test_long_lines_are_cut_around_the_caret(start: int) -> None:
    source = Source("x" * start + "!" + "y" * (10_000 - start))
    drawn = draw(SpecErrors([Diagnostic("E010", "m", (start, start + 1))], source)).split("\n")
    assert len(drawn[1]) < 130
    assert drawn[1][drawn[2].index("^")] == "!"


def test_errors_are_told_once_and_in_the_order_of_the_text() -> None:
    diagnostics = Diagnostics(Source("abc"))
    diagnostics.error("E020", "later", (2, 3))
    diagnostics.error("E020", "sooner", (0, 1))
    diagnostics.error("E020", "later", (2, 3))
    with pytest.raises(SpecErrors) as caught:
        diagnostics.raise_any()
    assert [one.message for one in caught.value.diagnostics] == ["sooner", "later"]


def test_nearest_is_blind_to_case_and_silent_where_nothing_is_near() -> None:
    assert nearest("Lab", ["label", "home"]) == "did you mean `label`?"
    assert nearest("zzz", ["label", "home"]) is None
