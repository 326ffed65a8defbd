"""`specl express`: which formalisms can express an ordering."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import specl
from specl.cli.output import FINE, INTERRUPTED, NO, UNKNOWN, Json, print_json, styled
from specl.cli.progress import progress

if TYPE_CHECKING:
    from specl.api.expressed import Expressed

COLOURS = {"yes": "green", "no": "red", "unknown": "yellow"}
STATUS = {"yes": FINE, "no": NO, "unknown": UNKNOWN}


def run(
    ordering: Annotated[
        str, typer.Argument(metavar="FILE[:ORDERING]", help="An ordering, or a file with one ordering.")
    ],
    more: Annotated[list[str] | None, typer.Argument(metavar="", hidden=True)] = None,
    codes: Annotated[
        list[str] | None,
        typer.Option("--in", metavar="CODE …", help="Only these formalisms: --in MR RRL, or --in MR --in RRL."),
    ] = None,
    discount: Annotated[
        str | None, typer.Option(metavar="G", help="The discount that objectives must have; free where it is left out.")
    ] = None,
    discounts: Annotated[
        bool, typer.Option("--discounts", help="The exact set of discounts for which MR and RRL can.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(metavar="S", min=0, help="Seconds for each search that has no end of its own.")
    ] = 20.0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where to write the objectives and certificates."),
    ] = None,
    json: Json = False,
) -> int:
    """Tell which formalisms can express an ordering of policies, or of trajectories.

    For each: yes, with an objective that orders them so, or no, with a certificate that none does.
    """
    if more and not codes:
        raise typer.BadParameter(f"one ordering at a time, and `{more[0]}` is a second one; formalisms go after --in")
    asked = [code for each in (*(codes or ()), *(more or ())) for code in each.split(",") if code]
    with progress() as tell:
        answer = specl.express(
            ordering, asked or None, discount=discount, discounts=discounts, seconds=timeout, watch=tell
        )
    if json:
        print_json(answer.json())
    else:
        _show(answer)
    if output is not None:
        try:
            files = answer.save(output)
        except OSError as error:
            raise typer.BadParameter(f"cannot write to {output}: {error.strerror}") from None
        print(f"{output}: {', '.join(file.name for file in files) or 'nothing to write'}", file=sys.stderr)
    if answer.interrupted:
        print("specl: interrupted; what is missing was not decided", file=sys.stderr)
        return INTERRUPTED
    if codes:
        return STATUS[answer.verdict]
    return UNKNOWN if any(verdict == "unknown" for _, verdict, _ in answer.overview()) else FINE


def _show(answer: "Expressed") -> None:
    print(styled(answer.headline(), bold=True))
    print()
    rows = list(answer.overview())
    widest = max((len(code) for code, _, _ in rows), default=0)
    for code, verdict, phrase in rows:
        print(f"  {code:{widest}}  {styled(verdict.ljust(7), fg=COLOURS[verdict])}  {phrase}".rstrip())
    for line in answer.details():
        print(line)
