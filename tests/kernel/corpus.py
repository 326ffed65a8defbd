"""The pairs of documents in accept/, reject/ and malformed/: whole, or as an accepted pair with one place changed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Json = Any


def names(folder: str) -> list[str]:
    return sorted(path.stem for path in (HERE / folder).glob("*.json"))


def record(folder: str, name: str) -> Json:
    return json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))


def pair(folder: str, name: str) -> tuple[Json, Json]:
    """The claim and the certificate of a file."""
    read = record(folder, name)
    if "of" in read:
        changed = copy.deepcopy(record("accept", read["of"]))
        inner = changed
        *front, last = read["at"]
        for key in front:
            inner = inner[key]
        if "put" in read:
            inner[last] = read["put"]
        else:
            del inner[last]
        read = changed
    return read["claim"], read["certificate"]
