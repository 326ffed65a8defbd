"""`specl prove`: finds certificates for the `refute` items of .spec files."""

from typing import Annotated

import typer

import specl
from specl.cli.output import FINE, NO, UNKNOWN, Json, print_json, styled

MARKS = {"ok": ("ok", "green"), "failed": ("FAILED", "red"), "unknown": ("unknown", "yellow")}
STATUS = {"ok": FINE, "failed": NO, "unknown": UNKNOWN}


def run(
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="A .spec file or a folder of them; by default specl's own proofs."),
    ] = None,
    json: Json = False,
) -> int:
    """Find certificates for the refutations in .spec files, and write them down.

    Each goes to the folder `certificates` beside the files, as NAME.claim.json and NAME.certificate.json, once the
    kernel has accepted it. The same files always give the same bytes.
    """
    proved = specl.prove(path)
    if json:
        print_json(proved.json())
        return STATUS[proved.verdict]
    widest = max((len(MARKS[each.verdict][0]) for each in proved.outcomes), default=0)
    for each in proved.outcomes:
        mark, colour = MARKS[each.verdict]
        print(f"{styled(mark.ljust(widest), fg=colour)}  {each.name}")
        place = "" if each.verdict == "ok" else f"{each.file}:{each.line}: "
        print(f"{' ' * widest}  {place}{each.reason}")
    written = sum(each.documents is not None for each in proved.outcomes)
    print(f"{_count(len(proved.outcomes), 'refutation')}, {_count(written, 'certificate')} in {proved.folder}")
    return STATUS[proved.verdict]


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'s' * (number != 1)}"
