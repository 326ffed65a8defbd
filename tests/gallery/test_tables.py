"""The numbers on the gallery's pages: written there by hand, and computed here again."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import specl
from tests.gallery.pages import GALLERY, name, value_tables

TABLES = [
    (page, table)
    for page in sorted(GALLERY.glob("*.md"))
    if page.name != "README.md"
    for table in value_tables(page.read_text("utf-8"))
]


def agrees(cell: str, rank: Any) -> bool:
    """Whether a cell says this rank: rationals exactly, tuples part by part, logarithms in floating point."""
    if isinstance(rank, tuple):
        parts = cell.removeprefix("(").removesuffix(")").split(", ")
        return len(parts) == len(rank) and all(map(agrees, parts, rank))
    if rank.rational is not None:
        return "log" not in cell and Fraction(cell) == rank.rational
    if "log" not in cell:
        return False
    around = rank.enclose(128)
    written: float = eval(cell, {"__builtins__": {}, "log": math.log})
    return abs(written - float(around.low)) < 1e-12 and bool(around.width < Fraction(1, 10**20))


@pytest.mark.parametrize(("page", "table"), TABLES, ids=lambda part: name(part) if isinstance(part, Path) else "")
def test_tables_say_what_is_computed(page: Path, table: dict[str, dict[str, str]]) -> None:
    document = specl.load(page.with_suffix(".spec"))
    objectives = list(table)
    policies = list(table[objectives[0]])
    found = specl.evaluate(document, objectives, policies).values
    for objective in objectives:
        for policy in policies:
            cell, rank = table[objective][policy], found[objective][policy]
            assert agrees(cell, rank), f"{objective} of {policy}: the page says {cell}, it is {rank}"


def test_there_are_tables() -> None:
    assert {page.stem for page, _ in TABLES} >= {path.stem for path in GALLERY.glob("*.spec")}
