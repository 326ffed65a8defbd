"""The members of a tar archive, plain or compressed, as arrays; those of a plain one are mapped, not copied."""

import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specl.interchange.reading.faults import refusal, text_of
from specl.language.diagnostics import SpecErrors

LARGEST_INDEX = 2**26
"""Bytes of an index that is read."""

PIECE = 2**24
"""Bytes that are decompressed at a time."""

_DAMAGE = (tarfile.TarError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError, ValueError, OverflowError)


@dataclass(eq=False)
class Archive:
    """An archive that is read member by member.

    Attributes:
        sizes: name -> bytes.
        offsets: name -> where it begins in the file; empty for a compressed one.
        held: the members of a compressed one that were kept.
    """

    file: str
    sizes: dict[str, int] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)
    held: dict[str, bytes] = field(default_factory=dict)
    data: Any = None

    def __contains__(self, name: str) -> bool:
        return name in self.sizes

    def fault(self, code: str, name: str, message: str, hint: str | None = None) -> SpecErrors:
        """An error in a member."""
        return refusal(code, f"`{name}`: {message}" if name else message, self.file, hint)

    def bytes_of(self, name: str) -> NDArray[np.uint8]:
        """A member's bytes."""
        if name in self.held:
            return np.frombuffer(self.held[name], dtype=np.uint8)
        if name not in self.offsets:
            raise self.fault("E005", name, f"{self.sizes[name]} bytes are more than the index announces")
        begin = self.offsets[name]
        return np.frombuffer(self.data, dtype=np.uint8, count=self.sizes[name], offset=begin)

    def array(self, name: str, type: str, count: int) -> NDArray[Any]:
        """A member as an array of ``count`` numbers of a type such as "<u8".

        Raises:
            SpecErrors: it has another size.
        """
        size = count * np.dtype(type).itemsize
        if self.sizes[name] != size:
            message = f"{self.sizes[name]} bytes are there, where {count} values need {size}"
            raise self.fault("E102", name, message)
        return self.bytes_of(name).view(type) if size else np.empty(0, dtype=type)

    def bits(self, name: str, count: int) -> NDArray[np.bool_]:
        """A member as a set of ``count`` bits in words of 64, least significant first."""
        words = self.array(name, "u1", (count + 63) // 64 * 8)
        if np.unpackbits(words[count // 8 :], bitorder="little")[count % 8 :].any():
            raise self.fault("E102", name, f"more than {count} bits are set or unset")
        return np.unpackbits(words, count=count, bitorder="little").view(np.bool_)


def archive_of(path: Path) -> Archive:
    """The archive in a file, with sizes; of a compressed one nothing is kept yet but ``index.json``.

    Raises:
        SpecErrors: it is damaged or cut short.
    """
    text = text_of(path)
    archive = Archive(str(path), data=text.data)
    is_plain = text.data[257:262] == b"ustar"
    with _damage(archive), _opened(path) as tar:
        for member, name in _files(tar, archive):
            if is_plain:
                archive.offsets[name] = member.offset_data
                if member.offset_data + member.size > len(text.data):
                    raise archive.fault("E101", name, "the archive ends inside this file: it is cut short")
            elif name == "index.json" and member.size <= LARGEST_INDEX:
                _hold(tar, member, archive, name)
                break
    return archive


def keep(archive: Archive, path: Path, largest: int) -> None:
    """Read the members of a compressed archive that have at most so many bytes; of larger ones note the size alone.

    Raises:
        SpecErrors: it is damaged or cut short.
    """
    if archive.offsets:
        return
    archive.sizes.clear()
    with _damage(archive), _opened(path) as tar:
        for member, name in _files(tar, archive):
            if member.size <= largest and name not in archive.held:
                _hold(tar, member, archive, name)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive, by what it begins with; a compressed one can only be read forwards."""
    with open(path, "rb") as file:
        head = file.read(6)
    if not head.startswith((b"\x1f\x8b", b"\xfd7zXZ\x00")):
        with tarfile.open(path, "r:") as tar:
            yield tar
        return
    with ExitStack() as opened:
        decompressed = gzip.GzipFile if head.startswith(b"\x1f\x8b") else lzma.LZMAFile
        stream = opened.enter_context(decompressed(path, "rb"))
        yield opened.enter_context(tarfile.open(fileobj=stream, mode="r|"))


def _files(tar: tarfile.TarFile, archive: Archive) -> Iterator[tuple[tarfile.TarInfo, str]]:
    """The files of the archive with their names; their sizes are noted."""
    for member in tar:
        name = member.name.removeprefix("./").lstrip("/")
        if member.isdir():
            continue
        if not member.isfile() or member.issparse():
            raise archive.fault("E101", name, "this is no plain file, as those of a model are")
        if name in archive.sizes:
            raise archive.fault("E105", name, "this file is in the archive twice")
        archive.sizes[name] = member.size
        yield member, name


def _hold(tar: tarfile.TarFile, member: tarfile.TarInfo, archive: Archive, name: str) -> None:
    found = tar.extractfile(member)
    pieces, left = [], member.size
    while found is not None and left:
        piece = found.read(min(left, PIECE))
        if not piece:
            raise archive.fault("E101", name, "the archive ends inside this file: it is cut short")
        pieces.append(piece)
        left -= len(piece)
    archive.held[name] = b"".join(pieces)


@contextmanager
def _damage(archive: Archive) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        reason = str(error) or type(error).__name__
        hint = "a UMB file is a tar archive, plain or compressed by gzip or xz"
        raise refusal("E101", f"the archive is damaged or cut short: {reason}", archive.file, hint) from None
