"""Errors in files of any length: the line where it stands is read again, and nothing else."""

import mmap
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specl.language.diagnostics import Diagnostic, SpecErrors
from specl.language.source import Source

LONGEST = 4096
"""So many bytes of a line are shown and looked at."""


@dataclass(frozen=True)
class Excerpt(Source):
    """One line of a long file."""

    number: int = 1

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character of this line."""
        return self.number, offset + 1

    def line(self, number: int) -> str:
        """The line itself, whatever its number."""
        return self.text


@dataclass(frozen=True, eq=False)
class Text:
    """A file mapped into memory: ``data`` its bytes, ``bytes_of`` them as numbers, uint8 [length]."""

    file: str
    data: mmap.mmap

    @property
    def numbers(self) -> NDArray[np.uint8]:
        """The bytes as an array, not copied."""
        return np.frombuffer(self.data, dtype=np.uint8)

    def fault(self, code: str, message: str, at: int, hint: str | None = None) -> SpecErrors:
        """An error at the byte ``at``, with its line."""
        at = min(at, max(len(self.data) - 1, 0))
        begin = self.data.rfind(b"\n", max(0, at - LONGEST), at) + 1 or max(0, at - LONGEST)
        end = self.data.find(b"\n", at, at + LONGEST)
        end = min(at + LONGEST, len(self.data)) if end < 0 else end
        line = self.data[begin:end].decode("utf-8", "replace").rstrip("\r")
        column = len(self.data[begin:at].decode("utf-8", "replace"))
        width = max(1, len(line[column:].split(" ")[0].rstrip()) if column < len(line) else 1)
        source = Excerpt(line, self.file, self._lines_before(begin) + 1)
        return SpecErrors((Diagnostic(code, message, (column, column + width), hint, self.file),), source)

    def _lines_before(self, at: int) -> int:
        return sum(self.data[i : min(i + 2**24, at)].count(b"\n") for i in range(0, at, 2**24))

    def begin_of_line(self, at: int) -> int:
        """Where the first word of the line stands that a byte belongs to."""
        begin = self.data.rfind(b"\n", 0, at) + 1
        line = self.data[begin:at]
        return begin + len(line) - len(line.lstrip())

    def line_at(self, at: int) -> tuple[bytes, int]:
        """The line that begins at a byte, without its end, and where the next begins.

        Raises:
            SpecErrors: it is longer than any line of a model.
        """
        end = self.data.find(b"\n", at, at + 2**20)
        if end < 0 and len(self.data) - at > 2**20:
            raise self.fault("E101", "this line is longer than a mebibyte, so that the file is no model", at)
        end = len(self.data) if end < 0 else end
        return self.data[at:end].rstrip(b"\r"), min(end + 1, len(self.data))


def text_of(path: Path) -> Text:
    """A file, mapped into memory.

    Raises:
        SpecErrors: it is missing, empty or unreadable.
    """
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise refusal("E001", "this is a directory, not a file", str(path), "name a file in it")
        if not stat.S_ISREG(mode):
            raise refusal("E001", "this is no file on a disk, as can be mapped into memory", str(path))
        with open(path, "rb") as file:
            if not os.fstat(file.fileno()).st_size:
                raise refusal("E003", "the file is empty", str(path))
            return Text(str(path), mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except FileNotFoundError:
        raise refusal("E001", "there is no such file", str(path)) from None
    except (OSError, ValueError) as error:  # a name may hold what no name can
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise refusal("E001", f"the file cannot be read: {reason}", str(path)) from None


def refusal(code: str, message: str, file: str, hint: str | None = None) -> SpecErrors:
    """An error about a file as a whole."""
    return SpecErrors((Diagnostic(code, message, None, hint, file),), Source("", file))
