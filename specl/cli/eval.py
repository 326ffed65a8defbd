"""`specl eval`: the table of values, and per objective the ordering of the policies."""

import sys
from typing import Annotated

import typer

import specl
from specl.cli.output import FINE, INTERRUPTED, Json, Precision, console, print_json, styled, width_of
from specl.cli.progress import progress


def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A .spec file.")],
    objective: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this objective (repeatable).")
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help='Only this policy, a member like "gate(1/3)", or a file POLICY.json (repeatable).'
        ),
    ] = None,
    precision: Precision = None,
    json: Json = False,
) -> int:
    """Print exact values and the orderings that they give."""
    from specl.render.table import values_tables

    document = specl.load(file)
    with progress() as tell:
        table = specl.evaluate(document, objective or None, policy or None, **width_of(precision), watch=tell)
    if table.errors is not None and json:
        raise table.errors
    if json:
        print_json(table.json())
        return INTERRUPTED if table.interrupted else FINE
    screen = console()
    several = len(set(table.environments.values())) > 1
    for environment in dict.fromkeys(table.environments.values()):
        values = {name: table.values[name] for name in table.values if table.environments[name] == environment}
        if several:
            screen.print(f"environment {environment}", style="bold")
        for block in values_tables(values, table.formalisms, screen.width):
            screen.print(block, crop=False)
            screen.print()
    widest = max(map(len, table.orderings), default=0)
    print(styled("best first", dim=True))
    for name in table.orderings:
        print(f"  {styled(name.ljust(widest), bold=True)}  {table.ordering(name) or 'no policy'}")
    if document.families and not policy:
        members = ", ".join(
            f'--policy "{name}({", ".join("1/2" for _ in family.family.parameters)})"'
            for name, family in document.families.items()
        )
        print(styled(f"\nfamilies are evaluated member by member: {members}", dim=True))
    if table.errors is not None:
        raise table.errors
    if table.interrupted:
        print("specl: interrupted; the values that are missing were not computed", file=sys.stderr)
        return INTERRUPTED
    return FINE
