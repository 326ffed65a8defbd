"""`specl compare`: two formalisms, or two objectives of one environment."""

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
    json: Json = False,
) -> int:
    """Compare two formalisms, or two objectives on all policies.

    Of two formalisms it tells which is more expressive, with the chain of facts behind it; of two objectives whether
    they order all stationary policies of their environment alike, with two policies that they rank differently if not.
    """
    with progress() as tell:
        tell(f"comparing {left} and {right}")
        answer = specl.compare(left, right, inside)
    if json:
        print_json(answer.json())
    else:
        first, *rest = answer.text().split("\n")
        print("\n".join([styled(first, bold=True), *rest]))
    return {"yes": FINE, "no": NO, "unknown": UNKNOWN}[answer.status]
