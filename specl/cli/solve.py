"""`specl solve`: the best policy for an objective, or of a model."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import specl
from specl.cli.output import (
    FINE,
    INTERNAL,
    INTERRUPTED,
    UNKNOWN,
    Inside,
    Json,
    fraction_of,
    print_json,
    styled,
    width_of,
)
from specl.cli.progress import progress, with_bar

STATUS = {"precise": FINE, "wide": UNKNOWN, "fault": INTERNAL}
WHAT = (
    "FILE:OBJECTIVE, a FILE with one objective, OBJECTIVE with --in FILE; or a model: MODEL.umb, .drn, .tra, "
    "gymnasium:NAME."
)


def run(
    objective: Annotated[str, typer.Argument(metavar="A", help=WHAT)],
    inside: Inside = None,
    precision: Annotated[
        str | None, typer.Option(metavar="WIDTH", help="Width of the bounds on the value; 1e-6 where it is left out.")
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="End with the exact optimum, where it is rational.")] = False,
    timeout: Annotated[
        float, typer.Option(metavar="S", min=0, help="Seconds for a search that has no end of its own.")
    ] = 20.0,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the policy, for `specl eval --policy`.")
    ] = None,
    reward: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a model: this reward, with one of the next three.")
    ] = None,
    discount: Annotated[str | None, typer.Option(metavar="G", help="Its discounted return, G in [0, 1).")] = None,
    average: Annotated[bool, typer.Option("--average", help="Its long-run average.")] = False,
    until: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Its total until LABEL holds, the least unless --maximise.")
    ] = None,
    reach: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Of a model: the probability that LABEL ever holds.")
    ] = None,
    formula: Annotated[
        str | None, typer.Option(metavar="TEXT", help='Of a model: the probability of a formula, "G F a & G !c".')
    ] = None,
    minimise: Annotated[
        bool | None, typer.Option("--minimise/--maximise", help="Whether the least value of a model is the best.")
    ] = None,
    pareto: Annotated[
        bool, typer.Option("--pareto", help="Of an objective with two or three rewards: their Pareto front.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to draw the Pareto front, as SVG.")
    ] = None,
    json: Json = False,
) -> int:
    """Find the best policy for an objective, and its value with bounds that are proved.

    Exit status: 0 where the bounds are as narrow as asked for, 3 where they are valid but wider.
    """
    if output is not None and not pareto:
        raise typer.BadParameter("-o is where --pareto draws; policies are written by --export")
    if export is not None and pareto:
        raise typer.BadParameter("a Pareto front has a policy for each corner; --json writes all of them")
    width = width_of(precision)
    last = ""
    with progress() as tell:
        show = with_bar(tell, float(width.get("precision", 1e-6)) / 2)

        def watch(line: str) -> None:
            nonlocal last
            last = line
            show(line)

        try:
            solution = specl.solve(
                objective, inside, exact=exact, seconds=timeout, watch=watch, **width,
                reward=reward, discount=fraction_of("--discount", discount), average=average, until=until, reach=reach,
                formula=formula, minimise=minimise, pareto=pareto,
            )  # fmt: skip
        except KeyboardInterrupt:
            show("")
            print(f"specl: interrupted before there was an answer ({last})", file=sys.stderr)
            return INTERRUPTED
    if json:
        print_json(solution.json())
    else:
        print(styled(solution.headline(), bold=True))
        for line in solution.details():
            print(line)
    for file, what in ((export, "the policy"), (output, "the picture")):
        if file is None or solution.status == "fault":
            continue
        try:
            solution.export(file)
        except OSError as error:
            raise typer.BadParameter(f"cannot write to {file}: {error.strerror}") from None
        print(f"{file}: {what}", file=sys.stderr)
    return INTERRUPTED if solution.interrupted else STATUS[solution.status]
