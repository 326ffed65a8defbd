"""UMB, the Unified Markov Binary format: an archive of an index and raw arrays, as PRISM, Storm and Modest write it.

Source: the specification of the format, version 1. Arrays are little-endian; offsets have 64 bits; sets are bits in
words of 64. What the format leaves open, and only this file's reader knows, stands in annotations of its own: labels of
choices and transitions in the group `labels`, start probabilities in the group `start`; names of states lie beside.
"""

import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specl.interchange.reading.archive import Archive, archive_of, keep
from specl.interchange.reading.assembly import Draft, What, expected, finish
from specl.interchange.reading.index import Annotation, Index, index_of
from specl.interchange.reading.valuations import names_of, strings_of
from specl.language.diagnostics import SpecErrors
from specl.solvers.sparse import Bools, Floats, Indices, SparseModel

NAMES = "names/states"
"""The folder of the names of states, which stands outside of the index: Storm knows no type of texts."""

NAME = "UMB"
ENDINGS = (".umb", ".umb.gz", ".umb.xz")


def is_head(head: bytes, path: Path) -> bool:
    """Whether a file may begin so: with a tar, gzip or xz archive."""
    return head[257:262] == b"ustar" or head.startswith((b"\x1f\x8b\x08", b"\xfd7zXZ\x00"))


def read(path: Path, tell: Callable[[str], None]) -> SparseModel:
    """The model of a UMB file.

    Raises:
        SpecErrors: it is damaged, or holds what is no Markov decision process.
    """
    archive = archive_of(path)
    index = index_of(archive)
    counts = index.counts
    n, m, nnz = counts["#states"], counts["#choices"], counts["#branches"]
    _refuse_size(archive, 8 * (n + m) + 12 * nnz)
    keep(archive, path, (max(n, m, nnz) + 1) * max(8, index.size // 8) + 2**26)
    draft = Draft(
        _offsets(archive, "state-to-choices.bin", n, m),
        _offsets(archive, "choice-to-branches.bin", m, nnz),
        _targets(archive, n, nnz),
        _numbers(archive, "branch-to-probability.bin", index.type, index.size, nnz, 1.0, tell),
        _initial(archive, n),
        states=_names(archive, index, n),
    )
    if len(draft.initial) != counts["#initial-states"]:
        said = counts["#initial-states"]
        raise archive.fault("E102", "", f"{said} initial states are announced, and {len(draft.initial)} given")
    draft.action, draft.actions = _actions(archive, draft, counts["#choice-actions"])
    _annotate(archive, index, draft, tell)

    def complain(code: str, message: str, what: What, index: int, hint: str | None) -> SpecErrors:
        if what == "model":
            return archive.fault(code, "", message, hint)
        k = int(np.searchsorted(draft.entries, index, side="right")) - 1 if what == "entry" else index
        s = int(np.searchsorted(draft.choices, k, side="right")) - 1 if what != "state" else index
        place = f"state {s}" + (f", choice {k - int(draft.choices[s])}" if what != "state" else "")
        return archive.fault(code, "", f"{place}: {message}", hint)

    return finish(draft, complain, tell, doubles_allowed=True)


def _refuse_size(archive: Archive, size: int) -> None:
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 2**62
    if size > there:
        message = f"the model takes {size / 2**30:.1f} GiB, and this machine has {there / 2**30:.1f} GiB of memory"
        raise archive.fault("E005", "", message)


def _offsets(archive: Archive, name: str, count: int, last: int) -> Indices:
    """Offsets, [count + 1]; one to one where the file is absent."""
    if name not in archive:
        if count != last:
            raise archive.fault("E107", name, f"this file is missing, and {count} and {last} are not one to one")
        return np.arange(count + 1)
    found = archive.array(name, "<u8", count + 1)
    if found[0] != 0 or found[-1] != last or (found[1:] < found[:-1]).any():
        raise archive.fault("E102", name, f"offsets ascend from 0 to {last}")
    return found.astype(np.int32 if last < 2**31 else np.int64)


def _targets(archive: Archive, n: int, nnz: int) -> Indices:
    if "branch-to-target.bin" not in archive:
        return np.zeros(nnz, dtype=np.int32)
    found = archive.array("branch-to-target.bin", "<u8", nnz)
    return found.astype(np.int32) if nnz == 0 or int(found.max()) < min(n, 2**31) else found


def _initial(archive: Archive, n: int) -> Indices:
    if "state-is-initial.bin" not in archive:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(archive.bits("state-is-initial.bin", n))


def _names(archive: Archive, index: Index, n: int) -> Sequence[str] | None:
    """What states are called: by names, or else by the values of variables."""
    names = strings_of(archive, NAMES)
    if names and len(names) != n:
        raise archive.fault("E102", f"{NAMES}/string-mapping.bin", f"{n} states have {len(names)} names")
    return names or names_of(archive, index.valuations, n)


def _numbers(
    archive: Archive, name: str, type: str, size: int, count: int, default: float, tell: Callable[[str], None]
) -> Floats:
    """Doubles, or rationals rounded to the nearest doubles; ``default`` where the file is absent."""
    if name not in archive:
        return np.full(count, default)
    if type == "double":
        return np.array(archive.array(name, "<f8", count), dtype=np.float64)
    if type != "rational":
        raise archive.fault("E106", name, f"numbers of type {type} are not read; double and rational are")
    words = archive.array(name, "<u8", count * size // 64).reshape(count, size // 64)
    tell(f"`{name}` holds exact rationals; they are rounded to the nearest doubles")
    if size != 128:
        return _long_rationals(archive, name, words)
    above, below = words[:, 0].view("<i8"), words[:, 1]
    is_exact = (np.abs(above) < 2**53) & (below < 2**53) & (below > 0)
    found: Floats = np.divide(above, below, out=np.zeros(count), where=is_exact)
    rest = np.flatnonzero(~is_exact)
    found[rest] = _long_rationals(archive, name, words[rest])
    return found


def _long_rationals(archive: Archive, name: str, words: NDArray[Any]) -> Floats:
    half = words.shape[1] * 4
    known: dict[bytes, float] = {}
    for row in words:
        data = row.tobytes()
        if data not in known:
            below = int.from_bytes(data[half:], "little")
            try:
                known[data] = int.from_bytes(data[:half], "little", signed=True) / below
            except ZeroDivisionError:
                raise archive.fault("E101", name, "a rational has the denominator 0") from None
            except OverflowError:
                raise archive.fault("E101", name, "a rational is larger than any double") from None
    return np.array([known[row.tobytes()] for row in words])


def _actions(archive: Archive, draft: Draft, count: int) -> tuple[NDArray[np.int32] | None, tuple[str, ...]]:
    """The action of each choice; a choice whose action has no name is called by its number in its state."""
    m = len(draft.entries) - 1
    if not count:
        return None, ()
    name = "actions/choices/values.bin"
    found = archive.array(name, "<u4", m) if name in archive else np.zeros(m, dtype=np.uint32)
    if m and int(found.max()) >= count:
        raise archive.fault("E103", name, f"there is no action {int(found.max())} among {count}")
    names = strings_of(archive, "actions/choices") or tuple(f"a{i}" for i in range(count))
    if len(names) != count:
        raise archive.fault("E102", "actions/choices/string-mapping.bin", f"{count} actions have {len(names)} names")
    action = found.astype(np.int32)
    unnamed = np.flatnonzero(np.array([not name for name in names])[action])
    if len(unnamed):
        state = np.searchsorted(draft.choices, unnamed, side="right") - 1
        number = unnamed - draft.choices[state]
        action[unnamed] = count + number
        names = (*names, *map(str, range(int(number.max()) + 1)))
    return action, names


def _annotate(archive: Archive, index: Index, draft: Draft, tell: Callable[[str], None]) -> None:
    """Rewards, labels and start probabilities."""
    sizes = {"states": index.counts["#states"], "choices": index.counts["#choices"], "branches": len(draft.targets)}
    labels = {"states": draft.state_labels, "choices": draft.choice_labels, "branches": draft.entry_labels}
    for group, annotations in index.groups.items():
        for one in annotations:
            if group == "rewards":
                draft.rewards[one.name] = _reward(archive, one, sizes, draft, tell)
            elif group in ("aps", "labels") and one.type == "bool":
                for what in one.about:
                    name = f"{one.folder}/{what}/values.bin"
                    if what not in sizes:
                        raise archive.fault("E106", name, f"labels of {what} are not read")
                    if any(one.name in others for others in labels.values()):
                        tell(f"the label `{one.name}` of {what} is left out: there is another of its name")
                    elif name in archive:
                        labels[what][one.name] = archive.bits(name, sizes[what])
                    else:
                        labels[what][one.name] = np.zeros(sizes[what], dtype=np.bool_)
            elif group == "start" and one.name == "probability" and one.about == ("states",):
                name = f"{one.folder}/states/values.bin"
                draft.start = _numbers(archive, name, one.type, one.size, sizes["states"], 0.0, tell)[draft.initial]
            else:
                tell(f"the annotation `{group}.{one.name}` is left out")


def _reward(
    archive: Archive, one: Annotation, sizes: Mapping[str, int], draft: Draft, tell: Callable[[str], None]
) -> Floats:
    """What each choice is expected to earn: with its state, by itself, and on its way."""
    earned = np.zeros(sizes["choices"])
    for what in one.about:
        name = f"{one.folder}/{what}/values.bin"
        if what not in sizes:
            raise archive.fault("E106", name, f"rewards of {what} are not read")
        values = _numbers(archive, name, one.type, one.size, sizes[what], 0.0, tell)
        if not np.isfinite(values).all():
            raise archive.fault("E101", name, f"value {int((~np.isfinite(values)).argmax())} is no finite number")
        if what == "states":
            values = np.repeat(values, np.diff(draft.choices))
        elif what == "branches":
            owner = np.repeat(np.arange(sizes["choices"]), np.diff(draft.entries))
            values = expected(draft.probabilities * values, owner, sizes["choices"])
        earned += values
    return earned


def write(model: SparseModel, path: Path, tell: Callable[[str], None]) -> None:
    """Write a model as UMB; nothing is left out.

    Raises:
        OSError: the file cannot be written.
    """
    n, m, nnz = model.size, len(model.entries) - 1, len(model.targets)
    start, weights = model.start
    initial = np.zeros(n, dtype=np.bool_)
    initial[start] = True
    is_chain = bool((np.diff(model.choices) == 1).all())
    arrays: dict[str, NDArray[Any]] = {
        "state-to-choices.bin": model.choices.astype("<u8"),
        "state-is-initial.bin": _words(initial),
        "choice-to-branches.bin": model.entries.astype("<u8"),
        "branch-to-target.bin": model.targets.astype("<u8"),
        "branch-to-probability.bin": model.probabilities.astype("<f8", copy=False),
    }
    groups: dict[str, dict[str, Any]] = {}
    for name, values in model.rewards.items():
        arrays[_annotation(groups, "rewards", name, "choices", "double")] = values.astype("<f8", copy=False)
    for name, holds in model.labels.items():
        what = "states" if len(holds) == n else "choices" if len(holds) == m else "branches"
        arrays[_annotation(groups, "aps" if what == "states" else "labels", name, what, "bool")] = _words(holds)
    if not (weights == weights[0]).all():
        values = np.zeros(n)
        values[start] = weights
        arrays[_annotation(groups, "start", "probability", "states", "double")] = values
    index: dict[str, Any] = {
        "format-version": 1,
        "format-revision": 0,
        "file-data": {"tool": "specl"},
        "transition-system": {
            "time": "discrete",
            "#players": 0 if is_chain else 1,
            "#states": n,
            "#initial-states": len(start),
            "#choices": m,
            "#choice-actions": len(model.actions) if model.action is not None else 0,
            "#branches": nnz,
            "#branch-actions": 0,
            "#observations": 0,
            "branch-probability-type": {"type": "double", "size": 64},
        },
    }
    if model.action is not None:
        arrays["actions/choices/values.bin"] = model.action.astype("<u4")
        arrays |= _strings("actions/choices", model.actions)
    if model.states is not None:
        arrays |= _strings(NAMES, model.states)
    if groups:
        index["annotations"] = groups
    _pack(path, {"index.json": np.frombuffer(json.dumps(index, indent=1).encode(), dtype=np.uint8), **arrays})


def _words(holds: Bools) -> NDArray[np.uint8]:
    """A set as bits, in words of 64."""
    packed = np.zeros((len(holds) + 63) // 64 * 8, dtype=np.uint8)
    packed[: (len(holds) + 7) // 8] = np.packbits(holds, bitorder="little")
    return packed


def _annotation(groups: dict[str, dict[str, Any]], group: str, name: str, what: str, type: str) -> str:
    """Enter an annotation; where its values go."""
    entered = groups.setdefault(group, {})
    plain = re.sub(r"[^0-9a-z_-]", "_", name.lower())[:48] or "_"
    key = plain if plain not in entered else f"{plain}-{len(entered)}"
    while key in entered:
        key += "-"
    size = 1 if type == "bool" else 64
    entered[key] = {"alias": name, "applies-to": [what], "type": {"type": type, "size": size}}
    return f"annotations/{group}/{key}/{what}/values.bin"


def _strings(folder: str, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    encoded = [name.encode() for name in names]
    offsets = np.concatenate(([0], np.cumsum([len(one) for one in encoded], dtype=np.int64))).astype("<u8")
    data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return {f"{folder}/string-mapping.bin": offsets, f"{folder}/strings.bin": data}


def _pack(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    mode = {".gz": "w:gz", ".xz": "w:xz"}.get(path.suffix, "w:")
    with tarfile.open(path, mode, copybufsize=2**20) as tar:  # type: ignore[call-overload]  # modes are not known to mypy
        for name, values in arrays.items():
            member = tarfile.TarInfo(name)
            member.size = values.nbytes
            tar.addfile(member, io.BytesIO(np.ascontiguousarray(values).data))
