"""Tables of values for the terminal (rich) and for notebooks (HTML)."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from specl.render.number import show

Groups = Sequence[Sequence[str]]
"""An ordering: groups of policies that tie, best first."""


def ordering_line(groups: Groups, undecided: Sequence[tuple[str, str]] = ()) -> str:
    """``a > b ~ c``; policies of which some pair is undecided stand together as ``{b ? c}``."""
    loose = {policy for pair in undecided for policy in pair}
    return " > ".join("{" + " ? ".join(group) + "}" if loose & set(group) else " ~ ".join(group) for group in groups)


def values_tables(values: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, str], width: int) -> list[Any]:
    """The values as rich tables no wider than `width` characters, where that can be.

    Policies are rows and objectives columns if that fits; else the other way round; else the objectives are
    dealt out over several tables.

    Args:
        values: objective -> policy -> rank.
        kinds: objective -> its formalism's code.
    """
    cells = {objective: {policy: show(rank) for policy, rank in column.items()} for objective, column in values.items()}
    policies = list(dict.fromkeys(policy for column in cells.values() for policy in column))
    headers = {objective: f"{objective}\n{kinds[objective]}" for objective in cells}
    upright = [[headers[o], *(cells[o].get(p, "") for p in policies)] for o in cells]
    if _width(["policy", *policies], *upright) <= width:
        return [_table("policy", policies, upright)]
    across = [[p, *(cells[o].get(p, "") for o in cells)] for p in policies]
    titles = [f"{objective} : {kinds[objective]}" for objective in cells]
    if _width(["objective", *titles], *across) <= width:
        return [_table("objective", titles, across)]
    return [_table("policy", policies, block, width) for block in _blocks(policies, upright, width)]


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a plain table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = []
    for first, *others in (head, *rows):
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  " + "  ".join([first.ljust(widths[0]), *cells]))
    return lines


def _blocks(policies: Sequence[str], columns: Sequence[list[str]], width: int) -> list[list[list[str]]]:
    """The columns in as few runs as fit; a run has at least one column."""
    blocks: list[list[list[str]]] = [[]]
    for column in columns:
        if blocks[-1] and _width(["policy", *policies], *blocks[-1], column) > width:
            blocks.append([])
        blocks[-1].append(column)
    return blocks


def _width(*columns: Sequence[str]) -> int:
    """Characters across a table of these columns: the widest line of each, with its padding and a line after it."""
    return sum(max(len(line) for cell in column for line in cell.split("\n")) + 3 for column in columns)


def _table(corner: str, rows: Sequence[str], columns: Sequence[Sequence[str]], width: int | None = None) -> Any:
    from rich import box  # rich is slow to load; only what draws a table waits for it
    from rich.table import Table
    from rich.text import Text

    natural = _width([corner, *rows], *columns)
    # One column that is too wide by itself is drawn whole: rich would leave its cells empty.
    wide = natural if width is not None and natural > width else None
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, width=wide)
    table.add_column(Text(corner, style="dim"), no_wrap=True)
    for column in columns:
        first, _, second = column[0].partition("\n")
        header = Text(first, style="bold")
        if second:
            header.append(f"\n{second}", style="dim")
        table.add_column(header, justify="right", overflow="fold")
    for index, name in enumerate(rows):
        table.add_row(Text(name), *(Text(column[index + 1]) for column in columns))
    return table


def values_html(
    values: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, str], orderings: Mapping[str, tuple[Groups, Any]]
) -> str:
    """The values and the orderings as an HTML table, for notebooks."""
    policies = list(dict.fromkeys(policy for column in values.values() for policy in column))
    head = "".join(f"<th>{escape(name)}</th>" for name in ["objective", "formalism", *policies, "ordering"])
    body = []
    for objective, column in values.items():
        groups, undecided = orderings[objective]
        cells = [objective, kinds[objective], *(show(column[p]) if p in column else "" for p in policies)]
        cells.append(ordering_line(groups, undecided))
        body.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
