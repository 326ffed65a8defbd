"""The index of a UMB archive: `index.json`, checked."""

import json
from dataclasses import dataclass
from typing import Any

from specl.interchange.reading.archive import LARGEST_INDEX, Archive

COUNTS = ("#players", "#states", "#initial-states", "#choices", "#choice-actions", "#branches")


@dataclass(frozen=True)
class Annotation:
    """Values of states, choices or branches.

    Attributes:
        folder: where its arrays lie.
        name: its alias, or its identifier.
        size: bits of one value.
    """

    folder: str
    name: str
    about: tuple[str, ...]
    type: str
    size: int


@dataclass(frozen=True)
class Index:
    """What the index says: counts, the type of probabilities ("" where there are none), and annotations by group."""

    counts: dict[str, int]
    type: str
    size: int
    groups: dict[str, list[Annotation]]
    valuations: dict[str, Any] | None


def index_of(archive: Archive) -> Index:
    """The index of an archive.

    Raises:
        SpecErrors: it is missing, malformed, or describes what is no Markov decision process.
    """
    if "index.json" not in archive:
        raise archive.fault("E107", "", "the archive has no `index.json`, as a UMB file has")
    if archive.sizes["index.json"] > LARGEST_INDEX:
        raise archive.fault("E005", "index.json", f"the index is larger than {LARGEST_INDEX // 2**20} MiB")
    try:
        said = json.loads(archive.bytes_of("index.json").tobytes())
    except (ValueError, RecursionError) as error:
        raise archive.fault("E101", "index.json", f"this is no JSON: {error}") from None
    system = _get(archive, _record(archive, said, "the index"), "transition-system", dict)
    if said.get("format-version") not in (0, 1):  # umbi wrote 0 for what is 1
        raise archive.fault("E106", "index.json", f"format-version is {said.get('format-version')!r}; 1 is read")
    _refuse_kinds(archive, system)
    counts = {key: _count(archive, system, key) for key in COUNTS}
    if not counts["#states"]:
        raise archive.fault("E003", "index.json", "the model has no states")
    type, size = "", 0
    if "branch-probability-type" in system:
        type, size = _type(archive, system["branch-probability-type"], "branch-probability-type")
        if type not in ("double", "rational"):
            raise archive.fault("E106", "index.json", f"probabilities of type {type}; double and rational are read")
    elif counts["#players"] == 1:
        raise archive.fault("E106", "index.json", "this is a transition system without probabilities (LTS)")
    valuations = said.get("valuations", {})
    states = _record(archive, valuations, "valuations").get("states")
    return Index(counts, type, size, _groups(archive, said), states)


def _refuse_kinds(archive: Archive, system: dict[str, Any]) -> None:
    """What is no Markov decision process."""
    hint = "Markov chains and decision processes in discrete time are read"
    if system.get("time") != "discrete":
        raise archive.fault("E106", "index.json", f"the time of the model is {system.get('time')!r}", hint)
    if _count(archive, system, "#players") > 1:
        raise archive.fault("E106", "index.json", "this is a game: it has several players", hint)
    if _count(archive, {"#observations": 0, **system}, "#observations"):
        raise archive.fault("E106", "index.json", "this is a partially observable model", hint)


def _groups(archive: Archive, said: dict[str, Any]) -> dict[str, list[Annotation]]:
    found: dict[str, list[Annotation]] = {}
    for group, entries in _record(archive, said.get("annotations", {}), "annotations").items():
        for key, entry in _record(archive, entries, f"annotations.{group}").items():
            where = f"annotations.{group}.{key}"
            about = _get(archive, _record(archive, entry, where), "applies-to", list)
            type, size = _type(archive, entry.get("type"), where)
            name = entry.get("alias", key)
            if not isinstance(name, str) or not all(isinstance(what, str) for what in about):
                raise archive.fault("E101", "index.json", f"{where}: names are texts")
            if any(name == other.name for other in found.get(group, [])):
                raise archive.fault("E105", "index.json", f"{where}: the name `{name}` is given twice")
            annotation = Annotation(f"annotations/{group}/{key}", name, tuple(about), type, size)
            found.setdefault(group, []).append(annotation)
    return found


def _type(archive: Archive, said: Any, where: str) -> tuple[str, int]:
    """A type and its size in bits."""
    defaults = {"bool": 1, "double": 64, "int": 64, "uint": 64, "string": 64, "rational": 128}
    known = _record(archive, said, where)
    name = known.get("type")
    if not isinstance(name, str):
        raise archive.fault("E101", "index.json", f"{where}: a type has a name, such as double")
    size = known.get("size", defaults.get(name, 128))
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size < 2**32:
        raise archive.fault("E101", "index.json", f"{where}: the size of a type is a number of bits")
    if (name == "double" and size != 64) or (name == "rational" and size % 128):
        raise archive.fault("E101", "index.json", f"{where}: {name} cannot have {size} bits")
    return name, size


def _record(archive: Archive, said: Any, where: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise archive.fault("E101", "index.json", f"{where}: an object in braces is expected")
    return said


def _get(archive: Archive, said: dict[str, Any], key: str, kind: type) -> Any:
    if not isinstance(said.get(key), kind):
        raise archive.fault("E101", "index.json", f"`{key}` is missing, or of the wrong kind")
    return said[key]


def _count(archive: Archive, system: dict[str, Any], key: str) -> int:
    value = system.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise archive.fault("E101", "index.json", f"transition-system.{key} is a number from 0 on, not {value!r}")
    if value >= 2**62:
        raise archive.fault("E005", "index.json", f"transition-system.{key} is {value}: no machine holds as many")
    return value
