"""`specl verify`: checks certificates by the kernel alone."""

from typing import Annotated

import typer

import specl
from specl.cli.output import FINE, NO, Json, print_json, styled


def run(
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="A folder of claims and certificates; by default specl's own proofs."),
    ] = None,
    json: Json = False,
) -> int:
    """Check claims and certificates by the kernel alone, and count what follows from those that it accepts."""
    verified = specl.verify(path)
    answer = verified.json()
    if json:
        print_json(answer)
    else:
        for each in verified.checked:
            verdict = each.verdict
            if each.accepted:
                print(f"{styled('accepted', fg='green')}  {each.name}: {verdict.words.split(chr(10), 1)[0]}")
            else:
                where = f" (at {verdict.where})" if verdict.where else ""
                print(f"{styled('rejected', fg='red')}  {each.name}: {verdict.status}: {verdict.reason}{where}")
        pairs = ", ".join(f"{count} {status}" for status, count in answer["pairs"].items())
        print(f"{answer['accepted']} accepted, {len(answer['rejected'])} rejected; pairs of formalisms: {pairs}")
    return NO if verified.rejected else FINE
