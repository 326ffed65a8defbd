"""What is printed parses back to what was printed."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from specl.language.parse import parse, parse_expression
from specl.language.print_expressions import show_expression
from specl.language.printer import show_file
from specl.language.syntax import File
from tests.language.trees import files

GALLERY = sorted((Path(__file__).parents[2] / "docs" / "gallery").glob("*.spec"))


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_gallery_files_print_and_parse_back(path: Path) -> None:
    tree = parse(path.read_text(encoding="utf-8"), path.name)
    printed = show_file(tree)
    assert parse(printed) == tree
    assert show_file(parse(printed)) == printed


def test_there_is_a_gallery() -> None:
    assert len(GALLERY) >= 4


@given(files)
@settings(max_examples=300, deadline=None)
def test_random_files_print_and_parse_back(tree: File) -> None:
    assert parse(show_file(tree)) == tree


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("0.1", "1/10"),
        ("1e-3 + 25e2", "1/1000 + 2500"),
        ("-1/3", "-1/3"),
        ("- - 2", "2"),
        ("x-1/3", "x - 1/3"),
        ("x - -1", "x + 1"),
        ("-x^2", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("2^-1", "2^-1"),
        ("2^3^2", "2^3^2"),
        ("(2^3)^2", "(2^3)^2"),
        ("a*b/c*d", "a * b / c * d"),
        ("a*(b/c)", "a * (b / c)"),
        ("2*1/3", "2 * 1 / 3"),
        ("2*(1/3)", "2 * (1/3)"),
        ("(1/3)^2", "(1/3)^2"),
        ("a-(b+c)", "a - (b + c)"),
        ("a-b-c", "a - b - c"),
        ("a-(b-c)", "a - (b - c)"),
        ("-(a*b)", "-(a * b)"),
        ("-a*b", "-a * b"),
        ("1/0", "1 / 0"),
        ("if not x < 1 and y > 2 or x = y then 1 else if x<1 then 2 else 3",
         "if not x < 1 and y > 2 or x = y then 1 else if x < 1 then 2 else 3"),
        ("(if x < 1 then 1 else 2) + 1", "(if x < 1 then 1 else 2) + 1"),
        ("P(!(a|b) U X c)", "P(!(a | b) U X c)"),
        ("[a -> b -> c] + [(a -> b) -> c]", "[a -> b -> c] + [(a -> b) -> c]"),
    ],
)  # fmt: skip
def test_expressions_are_shown_with_few_parentheses(written: str, shown: str) -> None:
    tree = parse_expression(written)
    assert show_expression(tree) == shown
    assert parse_expression(shown) == tree
