"""Which encoding the bytes of a file are in: judged over the whole file before a row is read."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from ecomkit.adapters.csv._errors import CsvFileError

__all__ = ["encoding_of"]

CHUNK = 65_536

# The mark of UTF-32 starts with that of UTF-16, so it is asked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(file: BinaryIO, *, given: str | None, name: str) -> str:
    """
    Return the encoding in which all bytes of *file* can be read.

    A byte order mark decides. Without one and without a given encoding it is UTF-16 where every second byte at the
    start is zero, UTF-8 where the bytes are that, and Windows-1252 else.

    Raises:
        CsvFileError: If the bytes are in none of them.
    """
    file.seek(0)
    start = file.read(CHUNK)
    marked = [encoding for mark, encoding in MARKS if start.startswith(mark)]
    if marked:
        candidates = marked[:1]
    elif given is not None:
        # A plain "utf-16" without a mark would be read in the byte order of the machine.
        candidates = [{"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(_name(given), given)]
    else:
        candidates = [*_by_zeros(start), "utf-8", "cp1252"]
    faults = []
    for encoding in candidates:
        fault = _fault(file, encoding)
        if fault is None:
            return encoding
        faults.append(fault)
    raise CsvFileError(document=name, faults=tuple(faults))


def _name(encoding: str) -> str:
    return codecs.lookup(encoding).name


def _by_zeros(start: bytes) -> list[str]:
    odd, even = start[1:200:2], start[0:200:2]
    if odd and odd.count(0) * 2 > len(odd) and not even.count(0):
        return ["utf-16-le"]
    if even and even.count(0) * 2 > len(even) and not odd.count(0):
        return ["utf-16-be"]
    return []


def _fault(file: BinaryIO, encoding: str) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    at = 0
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
            at += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        return f"not {encoding} near byte {at + getattr(error, 'start', 0)}"
    return None
