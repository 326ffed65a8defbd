"""`specl separate`: a new counterexample, found by search."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import specl
from specl.cli.output import FINE, INTERRUPTED, NO, UNKNOWN, Inside, Json, print_json
from specl.cli.progress import progress

WHAT = "A formalism's code, FILE:OBJECTIVE, a FILE with one objective, or OBJECTIVE with --in FILE."


def run(
    left: Annotated[str | None, typer.Argument(metavar="A", help=WHAT)] = None,
    right: Annotated[str | None, typer.Argument(metavar="B", help="Likewise.")] = None,
    inside: Inside = None,
    states: Annotated[int | None, typer.Option(metavar="N", help="So many states; else as few as can be.")] = None,
    actions: Annotated[int | None, typer.Option(metavar="M", help="So many actions; else as few as can be.")] = None,
    policies: Annotated[
        int | None, typer.Option(metavar="K", help="So many policies at most; of two formalisms.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Only this kind of argument, as in `refute`; of two formalisms.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Other seeds give other environments.")] = 0,
    timeout: Annotated[float, typer.Option(metavar="T", min=0, help="Seconds to search and to shrink.")] = 60.0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write the environment, as .spec.")
    ] = None,
    minimal: Annotated[
        bool,
        typer.Option("--minimal", help="The smallest sizes of a witness by linear dependence; of all, without A B."),
    ] = False,
    json: Json = False,
) -> int:
    """Find an environment in which formalism A cannot express what B can, or in which two objectives differ.

    The witness is a .spec file. For formalisms it has an objective of B and policies, with a certificate that the
    kernel has accepted; for objectives, two policies that they rank differently.
    """
    if minimal:
        return _minimal(left, right, seed, timeout, json)
    if left is None or right is None:
        raise typer.BadParameter("two formalisms are needed, or two objectives")
    with progress() as tell:
        answer = specl.separate(
            left, right, inside, states=states, actions=actions, policies=policies, kind=kind, seed=seed,
            seconds=timeout, watch=tell,
        )  # fmt: skip
    if json:
        print_json(answer.json())
    elif output is None or answer.spec is None:
        print(answer.text().rstrip("\n"))
    else:
        print("\n".join(answer.lines()))
    if output is not None and answer.spec is not None:
        try:
            output.write_text(answer.spec, encoding="utf-8", newline="\n")
        except OSError as error:
            raise typer.BadParameter(f"cannot write to {output}: {error.strerror}") from None
        print(f"{output}: the environment", file=sys.stderr)
    if answer.interrupted:
        print("specl: interrupted; this is what there was by then", file=sys.stderr)
        return INTERRUPTED
    return {"yes": FINE, "no": NO, "unknown": UNKNOWN}[answer.status]


def _minimal(left: str | None, right: str | None, seed: int, timeout: float, json: bool) -> int:
    from specl.api.minimal import minimal, minimal_table, table_text

    if (left is None) != (right is None):
        raise typer.BadParameter("--minimal takes two formalisms, or none for a table of all")
    with progress() as tell:
        if left is None or right is None:
            rows = minimal_table(seed=seed, seconds=timeout, watch=tell)
        else:
            rows = (minimal(left, right, seed=seed, seconds=timeout, watch=tell),)
    if json:
        documents = [row.json() for row in rows]
        print_json(documents if left is None else documents[0])
    else:
        print(table_text(rows) if left is None else rows[0].text())
    return FINE if all(row.status == "yes" for row in rows) else UNKNOWN
