"""Machine code of loops over arrays: kept in the user's cache, loaded by LLVM, and called through a table.

The code is one function of a table of 64-bit words, in which the arguments stand, an array as its address and its
shape, and into which it puts the results. It has no need of numba, which has made it. What is kept is named by a digest
of what it was made from (the instructions of the loop and of those it calls, the values of names they use, types, the
processor, versions), so that nothing in the cache can be out of date.
"""

import contextlib
import ctypes
import hashlib
import os
import struct
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from specl.solvers.native import ENTRY, Kind, features, processor, used_by

if TYPE_CHECKING:
    from specl.solvers.compiled import Loop

WORD = {"b": "?7x", "i": "q", "u": "q", "f": "d"}
"""How a number is put into a word of the table, by the letter for what it is."""


def machine_code(loop: "Loop", kinds: Sequence[Kind]) -> Callable[..., Any]:
    """The loop, compiled for arguments of these kinds.

    The function raises a TypeError for an array that has gaps.
    """
    place = _folder() / f"loop-{_digest(loop, kinds)}.o"
    kept = _kept(place)
    if kept is None:
        kept = _made(loop, kinds)
        with contextlib.suppress(OSError):
            _keep(kept, place)
    results, _, code = kept.partition(b"\n")
    if not code:
        from specl.solvers.object_code import by_numba

        found: Callable[..., Any] = by_numba(loop, cache=True)
        return found
    return _caller(_loaded(code), kinds, results.decode())


def _made(loop: "Loop", kinds: Sequence[Kind]) -> bytes:
    from specl.solvers.object_code import object_code  # loads numba

    try:
        return object_code(loop, kinds)
    except (AttributeError, KeyError, RuntimeError, TypeError):  # another numba than those this has been tried with
        return b"\n"


def _caller(address: int, kinds: Sequence[Kind], results: str) -> Callable[..., Any]:
    """A function that fills the table, runs the code and reads the results, as `object_code` says they are."""
    scalars = [ndim is None for _, ndim in kinds]
    words = "".join(WORD[dtype.kind] if ndim is None else "q" * (1 + ndim) for dtype, ndim in kinds)
    given, found = struct.Struct(words), struct.Struct(results.strip("()").replace("?", "?7x"))
    table = ctypes.c_int64 * ((given.size + found.size) // 8 + 2)
    unused = given.size + found.size  # words that numba's calling convention wants, for a result and for an error
    run = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 4)(address)

    def call(*arguments: Any) -> Any:
        values: list[Any] = []
        for is_scalar, argument in zip(scalars, arguments, strict=True):
            if is_scalar:
                values.append(argument)
            elif argument.flags.c_contiguous:
                values.append(argument.__array_interface__["data"][0])
                values.extend(argument.shape)
            else:
                raise TypeError("an array that has gaps")
        words = table()
        given.pack_into(words, 0, *values)
        where = ctypes.addressof(words)
        run(where + unused, where + unused + 8, where, where)
        answers = found.unpack_from(words, given.size)
        return answers if results.startswith("(") else answers[0] if answers else None

    return call


_ENGINES: list[Any] = []
"""Own the code that was loaded."""


def _loaded(code: bytes) -> int:
    """Where the function of an object file has been put. Each has an engine of its own, since names may clash."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), processor())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _ENGINES.append(engine)
    address: int = engine.get_function_address(ENTRY)
    return address


def _digest(loop: "Loop", kinds: Sequence[Kind]) -> str:
    types = [(dtype.str, ndim) for dtype, ndim in kinds]
    about = repr((llvmlite.__version__, sys.version_info[:2], features(), types)).encode()
    return hashlib.sha256(about + _own_digest(loop)).hexdigest()[:32]


def _own_digest(loop: "Loop") -> bytes:
    """Of the instructions of a loop, and of what it uses."""
    code = loop.function.__code__
    made = hashlib.sha256(code.co_code)
    made.update(repr((code.co_consts, code.co_names, code.co_varnames, sorted(loop.liberties))).encode())
    for name, used in sorted(used_by(loop.function).items()):
        made.update(name.encode())
        if isinstance(used, type(loop)):
            made.update(_own_digest(used))
        elif isinstance(used, np.ndarray):
            made.update(used.tobytes())
        elif not isinstance(used, ModuleType):
            made.update(repr(used).encode())
    return made.digest()


def _folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "specl"


def _kept(place: Path) -> bytes | None:
    """What was kept, if it is whole."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    return content[32:] if hashlib.sha256(content[32:]).digest() == content[:32] else None


def _keep(content: bytes, place: Path) -> None:
    """Write beside the place and move there, so that nobody reads half a file."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest() + content)
        os.replace(temporary, place)
    except BaseException:
        os.unlink(temporary)
        raise
