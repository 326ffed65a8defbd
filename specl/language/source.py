"""The text of a .spec file: reading it, and telling lines and columns."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from specl.language.diagnostics import Diagnostic, SpecErrors

LARGEST = 32 * 1024 * 1024
"""Bytes; a longer file is not read."""


@dataclass(frozen=True)
class Source:
    """A text and the name by which messages call it."""

    text: str
    file: str = "<text>"

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] - 1 if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


def read_source(path: str | Path) -> Source:
    """The text of a file.

    Raises:
        SpecErrors: it is missing, a directory, unreadable, too large or not UTF-8.
    """
    name = str(path)

    def refuse(code: str, message: str, hint: str | None = None) -> SpecErrors:
        return SpecErrors((Diagnostic(code, message, None, hint, name),), Source("", name))

    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise refuse("E001", "there is no such file") from None
    except IsADirectoryError:
        raise refuse("E001", "this is a directory, not a .spec file", "name a file in it") from None
    except PermissionError:
        raise refuse("E001", "the file may not be read (permission denied)") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise refuse("E001", f"the file cannot be read: {reason}") from None
    if len(data) > LARGEST:
        raise refuse("E005", f"the file is larger than {LARGEST // 2**20} MiB", "split it into several files")
    try:
        # A line may also end with a carriage return alone, as on old Macs; a comment ends there too.
        return Source(re.sub(r"\r(?!\n)", "\n", data.decode("utf-8-sig")), name)
    except UnicodeDecodeError as error:
        return _not_utf8(data, error, name)


def _not_utf8(data: bytes, error: UnicodeDecodeError, name: str) -> Source:
    # Line and column are told in the text with every undecodable byte replaced by one character.
    skipped = len(b"\xef\xbb\xbf") if data.startswith(b"\xef\xbb\xbf") else 0
    place = len(data[skipped : skipped + error.start].decode("utf-8", "replace"))
    source = Source(data[skipped:].decode("utf-8", "replace"), name)
    byte = data[skipped + error.start]
    message = f"the file is not UTF-8: the byte 0x{byte:02x} cannot stand here"
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    hint = f"{'this looks like UTF-16: ' if utf16 else ''}save the file as UTF-8"
    raise SpecErrors((Diagnostic("E002", message, (place, place + 1), hint, name),), source)
