"""`specl compare`: two formalisms, or two objectives, in one environment or in every one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import specl
from specl.cli.output import FINE, NO, UNKNOWN, Inside, Json, print_json, styled
from specl.cli.progress import progress

WHAT = "A formalism's code, FILE:OBJECTIVE, a FILE with one objective, or OBJECTIVE with --in FILE."


def run(
    left: Annotated[str, typer.Argument(metavar="A", help=WHAT)],
    right: Annotated[str, typer.Argument(metavar="B", help="Likewise.")],
    inside: Inside = None,
    every_environment: Annotated[
        bool,
        typer.Option(
            "--every-environment",
            help="In every environment with these states, actions and labels; so without it where there is none.",
        ),
    ] = False,
    in_environment: Annotated[
        bool,
        typer.Option(
            "--in-environment", help="In the environment that both are about; so without it where there is one."
        ),
    ] = False,
    timeout: Annotated[
        float, typer.Option(metavar="T", min=0, help="Seconds to search an environment, where nothing decides.")
    ] = 60.0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write the environment, as .spec.")
    ] = None,
    json: Json = False,
) -> int:
    """Compare two formalisms, or two objectives on all policies.

    Of two formalisms it tells which is more expressive, with the chain of facts behind it; of two objectives whether
    they order all stationary policies of their environment alike, with two policies that they rank differently if not.
    Two objectives over alphabets are compared in every environment; if they differ, one is shown.
    """
    if every_environment and in_environment:
        raise typer.BadParameter("--every-environment and --in-environment exclude each other")
    with progress() as tell:
        tell(f"comparing {left} and {right}")
        answer = specl.compare(
            left, right, inside, every_environment=every_environment, in_environment=in_environment, seconds=timeout,
            watch=tell,
        )  # fmt: skip
    spec = getattr(answer, "spec", None)  # what compares in every environment has one
    if json:
        print_json(answer.json())
    else:
        first, *rest = answer.text().split("\n")
        print("\n".join([styled(first, bold=True), *rest]))
    if output is not None and spec is not None:
        try:
            output.write_text(spec, encoding="utf-8", newline="\n")
        except OSError as error:
            raise typer.BadParameter(f"cannot write to {output}: {error.strerror}") from None
        print(f"{output}: the environment", file=sys.stderr)
    return {"yes": FINE, "no": NO, "unknown": UNKNOWN}[answer.status]
