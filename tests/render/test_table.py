"""Tables fit the terminal, and lose nothing."""

import io
from fractions import Fraction

import pytest
from rich.console import Console

from specl.model.real import Real
from specl.render.number import show
from specl.render.table import ordering_line, values_html, values_tables

POLICIES = ("mover", "sitter", "lazy")
VALUES = {
    f"objective{i}": {p: Real.of(Fraction(7919 * i + 1, (j + 3) * 99991)) for j, p in enumerate(POLICIES)}
    for i in range(12)
}
KINDS = dict.fromkeys(VALUES, "MR")


def drawn(width: int, count: int = 12) -> tuple[list[str], int]:
    some = {name: VALUES[name] for name in list(VALUES)[:count]}
    screen = Console(file=io.StringIO(), width=width)
    tables = values_tables(some, KINDS, width)
    for table in tables:
        screen.print(table, crop=False)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines(), len(tables)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 300])
def test_no_line_is_wider_than_the_terminal_and_every_cell_is_whole(width: int) -> None:
    lines, _ = drawn(width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for name in (*VALUES, *POLICIES):
        assert name in text
    assert all(show(rank) in text for column in VALUES.values() for rank in column.values())


@pytest.mark.parametrize("width", [1, 10, 20])
def test_where_not_even_one_column_fits_its_cells_are_whole_too(width: int) -> None:
    lines, tables = drawn(width)
    assert tables == len(VALUES)
    assert max(map(len, lines)) < 30
    cells = [line.split() for line in lines]
    for name, column in VALUES.items():
        assert [name] in cells
        assert all([policy, show(rank)] in cells for policy, rank in column.items())


def test_policies_are_rows_where_that_fits_and_columns_where_only_that_fits() -> None:
    lines, tables = drawn(80, count=3)
    assert tables == 1
    assert lines[1].split()[0] == "policy"
    lines, tables = drawn(80)
    assert tables == 1
    assert lines[0].split()[0] == "objective"
    _, tables = drawn(40)
    assert tables > 1


def test_a_policy_without_a_value_has_an_empty_cell() -> None:
    screen = Console(file=io.StringIO(), width=80)
    [table] = values_tables(
        {"o": {"p": Real.of(1)}, "u": {"p": Real.of(2), "q": Real.of(3)}}, {"o": "MR", "u": "RM"}, 80
    )
    screen.print(table)
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue().splitlines()[-1].split() == ["q", "3"]


def test_an_ordering_is_written_best_first() -> None:
    assert ordering_line([["a"], ["b", "c"]]) == "a > b ~ c"
    assert ordering_line([["a"], ["b", "c"], ["d", "e"]], [("b", "c")]) == "a > {b ? c} > d ~ e"
    assert ordering_line([]) == ""


def test_html_is_escaped() -> None:
    page = values_html({"o": {"<p>": Real.of(1)}}, {"o": "MR"}, {"o": ([["<p>"]], ())})
    assert "<p>" not in page
    assert "&lt;p&gt;" in page
