"""JSON documents as text: the same document always gives the same bytes, and a person can read them."""

import json

from specl.obstructions.exact.ratio import Json

WIDTH = 120


def text(document: Json) -> str:
    """The document; what fits into a line stands on one, everything else is indented by two."""
    return _written(document, 0, 0) + "\n"


def _written(part: Json, indent: int, taken: int) -> str:
    """A part that starts in column `indent` + `taken`."""
    flat = json.dumps(part, ensure_ascii=False)
    if not isinstance(part, dict | list | tuple) or not part or indent + taken + len(flat) < WIDTH:
        return flat
    inner = " " * (indent + 2)
    if isinstance(part, dict):
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in part]
        lines = [
            inner + key + _written(each, indent + 2, len(key)) for key, each in zip(keys, part.values(), strict=True)
        ]
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    lines = [inner + _written(each, indent + 2, 0) for each in part]
    return "[\n" + ",\n".join(lines) + "\n" + " " * indent + "]"
