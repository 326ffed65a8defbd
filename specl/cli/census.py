"""`specl census`: how many random sets of acceptable policies each formalism can express."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import specl
from specl.cli.output import FINE, INTERRUPTED, Json, console, json_text, print_json

if TYPE_CHECKING:
    from specl.api.census import Census


class Vary(StrEnum):
    """The quantities of which one varies."""

    ACTIONS = "actions"
    STATES = "states"
    DISCOUNT = "discount"
    ENTROPY = "entropy"
    SPREAD = "spread"
    SIZE = "size"


class Notion(StrEnum):
    """What is wanted of a set of acceptable policies."""

    EQUAL = "equal"
    RANGE = "range"


def _quantity(what: str) -> Any:
    return typer.Option(metavar="N[,N…]", help=f"{what}; several values where it varies.")


def run(
    vary: Annotated[Vary, typer.Option(help="The quantity that varies.")] = Vary.ACTIONS,
    notion: Annotated[
        Notion, typer.Option(help="Acceptable policies are to tie, or just to be better than all others.")
    ] = Notion.EQUAL,
    samples: Annotated[int | None, typer.Option(metavar="N", help="Random sets at each value.")] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--in", metavar="CODE", help="A formalism, or several: MR,LTL; MR:free chooses its discount."),
    ] = None,
    actions: Annotated[str | None, _quantity("The number of actions")] = None,
    states: Annotated[str | None, _quantity("The number of states")] = None,
    discount: Annotated[str | None, _quantity("The discount")] = None,
    entropy: Annotated[str | None, _quantity("The entropy of transitions in bits")] = None,
    spread: Annotated[str | None, _quantity("How far acceptable policies lie apart, above 0 and at most 1")] = None,
    size: Annotated[str | None, _quantity("The number of acceptable policies")] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Another seed, other samples.")] = 1,
    jobs: Annotated[int | None, typer.Option(metavar="J", help="Processes; one for each processor by default.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Have a Dask cluster do it: tcp://host:port.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where to write the data and a figure.")
    ] = None,
    json: Json = False,
) -> int:
    """Count which random sets of acceptable policies can be expressed, as Abel et al. (2021) did for Markov rewards."""
    given = {
        "actions": actions, "states": states, "discount": discount, "entropy": entropy, "spread": spread, "size": size,
    }  # fmt: skip
    options: dict[str, Any] = {name: text.split(",") for name, text in given.items() if text is not None}
    if samples is not None:
        options["samples"] = samples
    if columns:
        options["columns"] = [code for text in columns for code in text.split(",")]
    with _bar() as watch:
        found = specl.census(vary, notion, seed=seed, jobs=jobs, scheduler=scheduler, watch=watch, **options)
    if json:
        print_json(found.json())
    else:
        _print(found)
    if output is not None:
        _write(found, output)
    if found.errors is not None:
        raise found.errors
    if found.interrupted:
        print("specl: interrupted; what is missing was not counted", file=sys.stderr)
        return INTERRUPTED
    return FINE


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on the standard error, where a person looks at it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # slow to load
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("samples"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("samples", total=None)
        yield lambda finished, total: bar.update(task, completed=finished, total=total)


def _print(found: "Census") -> None:
    from rich import box  # slow to load
    from rich.table import Table
    from rich.text import Text

    told = found.json()
    fixed = ", ".join(f"{name} {value}" for name, value in told["fixed"].items() if value is not None)
    print(f"{told['notion']}-SOAPs that can be expressed, of {told['samples']} for each value of {told['vary']}")
    print(f"{fixed}; seed {told['seed']}\n")
    screen = console()
    fitting = max(1, (screen.width - 12) // 12)
    for first in range(0, len(told["columns"]), fitting):
        names = told["columns"][first : first + fitting]
        table = Table(box=box.SIMPLE_HEAD, show_edge=False)
        table.add_column(Text(told["vary"], style="dim"), no_wrap=True)
        for name in names:
            table.add_column(Text(name, style="bold"), justify="right", no_wrap=True)
        for point in told["points"]:
            value = Text(f"{float(Fraction(point['value'])):.4g}")
            table.add_row(value, *(_cell(point["columns"][name]) for name in names))
        screen.print(table, crop=False)
        print()
    print("below each: its 95 % confidence interval, whatever the unknown answers would be")


def _cell(tally: dict[str, Any]) -> Any:
    from rich.text import Text

    if tally["fraction"] is None:
        return Text("·", style="dim")
    cell = Text(f"{100 * tally['fraction']:.1f} %")
    cell.append(f"\n{100 * tally['low']:.0f}–{100 * tally['high']:.0f} %", style="dim")
    if tally["unknown"]:
        cell.append(f"\n{tally['unknown']} unknown", style="yellow")
    return cell


def _write(found: "Census", folder: Path) -> None:
    """The data first, so that nothing is lost where the figure cannot be drawn."""
    told = found.json()
    stem = f"{told['vary']}-{told['notion']}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{stem}.json").write_text(json_text(told) + "\n", encoding="utf-8")
        print(f"{folder / stem}.json: the data", file=sys.stderr)
        (folder / f"{stem}.svg").write_text(found.svg(), encoding="utf-8")
        print(f"{folder / stem}.svg: the figure", file=sys.stderr)
    except OSError as error:
        raise typer.BadParameter(f"cannot write into {folder}: {error.strerror}") from None
