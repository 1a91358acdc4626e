"""The folder: where people put exports, and where sheets for people are written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, final

import attrs

__all__ = ["Document", "Folder", "write_whole"]

UNFINISHED = (".", "~")
"""How the names of files start that a program is still at work on."""


@final
@attrs.frozen(kw_only=True)
class Document:
    """A file as it lies there now: its name, when it was last written (microseconds), its size."""

    name: str
    written: int
    size: int


@final
@attrs.frozen
class Folder:
    """A folder of files that end in ``.csv``, in any capitals."""

    path: Path

    def documents(self) -> tuple[Document, ...]:
        """Return what is there, in the order of writing; nothing where there is no such folder."""
        found = []
        try:
            entries = list(os.scandir(self.path))
        except FileNotFoundError:
            return ()
        for entry in entries:
            name = entry.name
            sheet = name.lower().endswith(".csv") and not name.startswith(UNFINISHED)
            if sheet and entry.is_file():
                state = entry.stat()
                found.append(
                    Document(name=name, written=state.st_mtime_ns // 1000, size=state.st_size)
                )
        return tuple(sorted(found, key=lambda document: (document.written, document.name)))

    @contextmanager
    def opened(self, document: Document) -> Iterator[BinaryIO]:
        """Give the bytes of a document."""
        with (self.path / document.name).open("rb") as file:
            yield file


def write_whole(path: Path, data: bytes) -> None:
    """
    Put *data* in the file at *path*: readers see the old file or the new one, never a part.

    Raises:
        OSError: If it cannot be written; the old file is left as it was.
    """
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is its owner's alone; the sheet is for people.
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
