"""Bodies: taken in small bites, unpacked in bounded memory, refused once they grow too large."""

from __future__ import annotations

import zlib
from typing import final

import attrs

from ecomkit.adapters.http._options import Options

__all__ = ["ACCEPT_ENCODING", "BodyRefused", "BodyTorn", "Inflater"]

ACCEPT_ENCODING = "gzip, deflate"
"""What we can unpack in bounded memory with the standard library alone."""

BITE = 65_536
RATIO_MAX = 200
RATIO_COUNTS_FROM = 1 << 20  # a short body may well be a thousand blanks
MEMBERS_MAX = 64
_GZIP = 31  # zlib's window bits: a gzip header is wanted
_ZLIB = 15
_RAW = -15


@attrs.frozen(kw_only=True)
class BodyRefused(Exception):  # noqa: N818 (a signal between two functions, not for callers)
    """The body is larger than we take, or packed in a way that we did not offer."""

    why: str


class BodyTorn(Exception):  # noqa: N818 (as above)
    """The body ended before its end, or broke on the way."""


@final
class Inflater:
    """
    Unpacks one body, bite by bite.

    >>> body = Inflater("gzip", options=Options())
    >>> import gzip
    >>> body.feed(gzip.compress(b"hello"))
    >>> body.end()
    b'hello'
    """

    def __init__(self, encoding: str | None, *, options: Options) -> None:
        self._options = options
        self._wire_bytes = 0
        self._body = bytearray()
        self._members = 0
        self._first_bytes = b""
        self._unpacker: zlib._Decompress | None = None
        self._name = (encoding or "identity").strip().lower()
        if self._name in {"gzip", "x-gzip"}:
            self._unpacker = zlib.decompressobj(_GZIP)
        elif self._name not in {"identity", "deflate"}:
            raise BodyRefused(why="it is packed in a way that we did not offer")

    def expect(self, length: str | None) -> None:
        """Refuse a body by the length that it announces, before the first byte of it."""
        # What is no number is left to the protocol, which judges framing.
        digits = (length or "").strip()
        if digits.isascii() and digits.isdigit():
            digits = digits.lstrip("0")[:16]
            if int(digits or 0) > self._options.wire_bytes_max:
                raise BodyRefused(why="it announces more bytes than we take")

    def feed(self, chunk: bytes) -> None:
        """
        Take the next bytes of the wire.

        Raises:
            BodyRefused: If the body is too large by now.
            BodyTorn: If it cannot be unpacked.
        """
        self._wire_bytes += len(chunk)
        if self._wire_bytes > self._options.wire_bytes_max:
            raise BodyRefused(why="it has more bytes than we take")
        if self._name == "deflate" and self._unpacker is None:
            # Half of the world sends zlib under this name and half sends it bare: two bytes tell.
            self._first_bytes += chunk
            if len(self._first_bytes) < 2:  # noqa: PLR2004 (two bytes tell the format)
                return
            header = int.from_bytes(self._first_bytes[:2], "big")
            is_zlib = self._first_bytes[0] & 0x0F == zlib.DEFLATED and header % 31 == 0
            self._unpacker = zlib.decompressobj(_ZLIB if is_zlib else _RAW)
            chunk, self._first_bytes = self._first_bytes, b""
        if self._unpacker is None:
            self._grow(chunk)
        else:
            self._inflate(self._unpacker, chunk)

    def _inflate(self, unpacker: zlib._Decompress, chunk: bytes) -> None:
        while True:
            if unpacker.eof:
                if not chunk:
                    return
                unpacker = self._next_member(chunk)
            try:
                piece = unpacker.decompress(chunk, BITE)
            except zlib.error:
                raise BodyTorn from None
            self._grow(piece)
            chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            # A full bite may have left more behind although its input is used up.
            if not chunk and len(piece) < BITE:
                return

    def _next_member(self, chunk: bytes) -> zlib._Decompress:
        """Return the unpacker of what follows: a gzip file may hold several, one after another."""
        self._members += 1
        if self._name == "deflate" or self._members > MEMBERS_MAX or not chunk.startswith(b"\x1f"):
            raise BodyRefused(why="something follows its end")
        self._unpacker = zlib.decompressobj(_GZIP)
        return self._unpacker

    def _grow(self, piece: bytes) -> None:
        size = len(self._body) + len(piece)
        if size > self._options.body_bytes_max:
            raise BodyRefused(why="it unpacks to more bytes than we take")
        if size > RATIO_COUNTS_FROM and size > RATIO_MAX * self._wire_bytes:
            raise BodyRefused(why="it unpacks to a suspicious multiple of its size")
        self._body += piece

    def end(self) -> bytes:
        """
        Return the body.

        Raises:
            BodyTorn: If it has not come to its end.
        """
        if self._first_bytes or (
            self._unpacker is not None and self._wire_bytes and not self._unpacker.eof
        ):
            raise BodyTorn
        return bytes(self._body)
