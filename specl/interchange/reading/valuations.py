"""Names of states from the valuations of a UMB archive: bits of variables, decoded when a name is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import unpack
from typing import Any, overload

import numpy as np

from specl.interchange.reading.archive import Archive
from specl.solvers.sparse import Indices

FOLDER = "valuations/states"


@dataclass(frozen=True)
class Variable:
    """Bits begin … end − 1 of a valuation; ``optional``: the bit that says whether there is a value, or −1."""

    name: str
    type: str
    begin: int
    end: int
    optional: int
    offset: int


@dataclass(frozen=True, eq=False)
class Names(Sequence[str]):
    """What states are called: `x=1, y=true`.

    Attributes:
        places: where the valuation of each state begins and the last ends, in bytes, [n + 1].
        kinds: which of the ``classes`` the valuation of each state has, [n].
    """

    data: bytes
    places: Indices
    kinds: Indices
    classes: tuple[tuple[Variable, ...], ...]
    strings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        s = range(len(self))[at]
        bits = int.from_bytes(self.data[self.places[s] : self.places[s + 1]], "little")
        return ", ".join(f"{variable.name}={self._value(variable, bits)}" for variable in self.classes[self.kinds[s]])

    def _value(self, variable: Variable, bits: int) -> str:
        if variable.optional >= 0 and not bits >> variable.optional & 1:
            return "none"
        size = variable.end - variable.begin
        value = bits >> variable.begin & (1 << size) - 1
        if variable.type == "bool":
            return "true" if value else "false"
        if variable.type == "string":
            return self.strings[value] if value < len(self.strings) else f"string {value}"
        if variable.type == "double":
            return repr(unpack("<d", value.to_bytes(8, "little"))[0])
        if variable.type == "rational":
            return f"{_signed(value & (1 << size // 2) - 1, size // 2)}/{value >> size // 2}"
        return str((_signed(value, size) if variable.type == "int" else value) + variable.offset)


def _signed(value: int, size: int) -> int:
    return value - (1 << size) if value >> size - 1 else value


def names_of(archive: Archive, said: Any, n: int) -> Names | None:
    """The names that the valuations of the states give; None where there are no valuations.

    Raises:
        SpecErrors: they are malformed.
    """
    if not isinstance(said, dict) or f"{FOLDER}/valuations.bin" not in archive:
        return None
    described = said.get("classes")
    if not isinstance(described, list) or not described:
        raise archive.fault("E101", "index.json", "valuations.states.classes is a list")
    classes, sizes = zip(*(_variables(archive, one) for one in described), strict=True)
    kinds: Indices = np.zeros(n, dtype=np.int32)
    if f"{FOLDER}/valuation-to-class.bin" in archive:
        kinds = archive.array(f"{FOLDER}/valuation-to-class.bin", "<u4", n)
        if kinds.max() >= len(classes):
            raise archive.fault("E103", f"{FOLDER}/valuation-to-class.bin", f"there is no class {kinds.max()}")
    places = np.concatenate(([0], np.cumsum(np.array(sizes, dtype=np.int64)[kinds])))
    data = archive.array(f"{FOLDER}/valuations.bin", "u1", int(places[-1])).tobytes()
    return Names(data, places, kinds, classes, strings_of(archive, FOLDER))


def _variables(archive: Archive, said: Any) -> tuple[tuple[Variable, ...], int]:
    """The variables of a class, and the bytes of a valuation."""
    found, at = [], 0
    try:
        for one in said["variables"]:
            if "padding" in one:
                at += int(one["padding"])
                continue
            optional = at if one.get("is-optional") else -1
            at += optional >= 0
            type = one["type"]["type"]
            size = int(one["type"].get("size", {"bool": 1, "rational": 128}.get(type, 64)))
            found.append(Variable(str(one["name"]), type, at, at + size, optional, int(one.get("offset", 0))))
            if not 0 < size < 2**20 or (type == "double" and size != 64):
                raise ValueError
            at += size
        if at % 8 or at < 0:
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise archive.fault("E101", "index.json", "valuations.states: the variables of a class are malformed") from None
    return tuple(found), at // 8


def strings_of(archive: Archive, folder: str) -> tuple[str, ...]:
    """The texts that `string-mapping.bin` and `strings.bin` of a folder hold; none where there are none.

    Raises:
        SpecErrors: the offsets do not fit.
    """
    mapping = f"{folder}/string-mapping.bin"
    if mapping not in archive:
        return ()
    if f"{folder}/strings.bin" not in archive:
        raise archive.fault("E107", f"{folder}/strings.bin", "this file is missing")
    data = archive.bytes_of(f"{folder}/strings.bin").tobytes()
    offsets = archive.array(mapping, "<u8", archive.sizes[mapping] // 8).tolist()
    if not offsets or offsets[0] != 0 or offsets[-1] != len(data) or offsets != sorted(offsets):
        raise archive.fault("E102", mapping, f"offsets ascend from 0 to {len(data)}, the size of `strings.bin`")
    return tuple(data[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets))
