"""`specl hasse`: the diagram of the 17 formalisms."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import specl
from specl.cli.output import FINE, Json, json_text


class Form(StrEnum):
    """What the diagram is written as."""

    SVG = "svg"
    DOT = "dot"
    PNG = "png"
    JSON = "json"
    TEXT = "text"


def run(
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write it.")] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="By default what FILE's name ends in; text where there is no FILE.")
    ] = None,
    explain: Annotated[
        tuple[str, str] | None, typer.Option(metavar="X Y", help="Bring out how these two formalisms compare.")
    ] = None,
    json: Json = False,
) -> int:
    """Draw the Hasse diagram of the formalisms from what is known."""
    if json:
        form = Form.JSON
    if form is None:
        form = _by_name(output)
    picture = specl.hasse(explain or None)
    if form is Form.PNG:
        content = picture.png()
    elif form is Form.JSON:
        content = (json_text(picture.json()) + "\n").encode()
    else:
        text = {Form.SVG: picture.svg, Form.DOT: picture.dot, Form.TEXT: picture.text}[form]()
        content = (text.rstrip("\n") + "\n").encode()
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise typer.BadParameter(f"cannot write {output}: {error.strerror}") from None
        print(f"{output}: the diagram as {form}", file=sys.stderr)
        if picture.explanation is not None and form not in (Form.JSON, Form.TEXT):
            print(picture.reason())
    elif form is Form.PNG and sys.stdout.isatty():
        raise typer.BadParameter("a PNG does not suit a terminal; name a file with -o FILE")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    return FINE


def _by_name(output: Path | None) -> Form:
    if output is None:
        return Form.TEXT
    ending = output.suffix.lstrip(".").lower()
    ending = {"gv": "dot", "txt": "text"}.get(ending, ending)
    if ending not in list(Form):
        raise typer.BadParameter(f"what {output} is to be written as is not told by its name; add --format")
    return Form(ending)
