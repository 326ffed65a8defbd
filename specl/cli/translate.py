"""`specl translate`: an objective in another formalism."""

from typing import Annotated

import typer

import specl
from specl.cli.output import FINE, Inside, Json, print_json


def run(
    objective: Annotated[
        str, typer.Argument(metavar="A", help="FILE:OBJECTIVE, a FILE with one objective, or OBJECTIVE.")
    ],
    to: Annotated[str, typer.Option(metavar="CODE", help="The formalism to write it in.")],
    inside: Inside = None,
    json: Json = False,
) -> int:
    """Write an objective down in another formalism.

    Prints a .spec file with the objective and its translation, which orders all policies as it does.
    """
    translated = specl.translate(objective, to, inside)
    if json:
        print_json(translated.json())
        return FINE
    if len(translated.chain) == 1:
        print(f"// {objective} is written in {translated.code} already")
    else:
        print(f"// {translated.name} orders all policies as {objective} does: {' → '.join(translated.chain)}")
    for source, target, construction in zip(
        translated.chain, translated.chain[1:], translated.constructions, strict=False
    ):
        print(f"//   {source} → {target}: {' '.join(construction.split())}")
    print(translated.spec.rstrip("\n"))
    return FINE
