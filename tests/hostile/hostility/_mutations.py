"""Replies as no system should send them, made from replies as it does send them."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterator
from typing import Any

import attrs

from ecomkit.adapters.http import Reply

HOME_LESS = [
    "https://evil.example/",
    "http://169.254.169.254/latest/meta-data/",
    "//evil.example/",
    "https://user:pass@evil.example/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://[::1]/",
    "/\\evil.example/",
    "/../../admin",
    "?a=b\r\nHost: evil.example",
    "",
    "\x00",
]
"""Where a reply may try to send a client."""

RAW = [
    "null",
    "true",
    "-1",
    "0",
    "1e200000",
    "-1e-200000",
    "NaN",
    "Infinity",
    "9" * 4_000,
    "0." + "9" * 4_000,
    "9007199254740993",
    "1.0",
    '""',
    '"' + "x" * 20_000 + '"',
    r'"\ud800"',
    r'"\u0000"',
    r'"\u202e\u2066"',
    '"2026-99-99T25:61:61Z"',
    '"9999-12-31T23:59:59-23:59"',
    '"0001-01-01T00:00:00+23:59"',
    '"1e9"',
    '"NaN"',
    '"-0"',
    '"٣"',
    '"../../x"',
    '"https://evil.example/"',
    "[]",
    "{}",
    "[[]]",
    "[null]",
    '{"__typename":"Nope"}',
    "[" * 60 + "]" * 60,
    '{"a":' * 60 + "1" + "}" * 60,
]
"""What may stand in the place of any value, as it is written."""

WHOLE = [
    b"",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"[[[]]]",
    b'"x"',
    b"0",
    b"\x00",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    '{"a":"é"}'.encode("utf-16"),
    b'{"a":"\xe9"}',
    b"<html><body>Login</body></html>",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"data":null}',
    b'{"data":{}}',
    b'{"data":[]}',
    b'{"errors":null,"data":null}',
    b'{"errors":"x"}',
    b'{"errors":[null,1,"x",[],{"message":{},"extensions":[]}]}',
    b'{"errors":[{"message":"x","extensions":{"code":{}}}],"data":{}}',
    b'{"code":[],"message":{},"data":{"status":[]}}',
    b"9" * 100_000,
    b'"' + b"\\ud800" * 10_000 + b'"',
    b'{"a":1,' * 20_000,
]
"""What may stand in the place of a whole body."""

HEADERS = [
    *(
        [("Retry-After", text)]
        for text in ("-1", "1e9", "soon", "", "٣", "9" * 400, "Wed, 99 Foo 2026", "\x00", "inf")
    ),
    [("Retry-After", "1"), ("Retry-After", "2")],
    [("Content-Type", "text/html")],
    [("Content-Type", "application/json; charset=utf-7")],
    [("Content-Length", "-5")],
    [("Content-Encoding", "br, gzip, gzip, gzip")],
    [("Content-Encoding", "é")],
    [("X-Request-Id", "a\r\nSet-Cookie: b=c")],
    [("X-Big", "x" * 60_000)],
    *([(f"X-{n}", "y")] * 1 for n in range(2)),
    [("Set-Cookie", "a=b; Domain=evil.example")],
    [("X-WP-Total", "-1"), ("X-WP-TotalPages", "9" * 400)],
    [("X-WP-TotalPages", "NaN")],
    [("vendure-auth-token", "x" * 10_000)],
    [("vendure-auth-token", "a\r\nb")],
    *([("Link", f'<{address}>; rel="next"')] for address in HOME_LESS),
    [("Link", "<" * 5_000)],
    [("Link", '</a>; rel="next"' * 2_000)],
]
"""What may come beside a good body."""

STATUSES = [
    *((status, address) for status in (301, 302, 303, 307, 308) for address in HOME_LESS[:4]),
    *((status, None) for status in (199, 204, 206, 226, 300, 304, 400, 401, 402, 403, 404, 405)),
    *((status, None) for status in (406, 408, 409, 410, 413, 418, 422, 423, 425, 429, 430, 451)),
    *((status, None) for status in (500, 501, 502, 503, 504, 520, 521, 599, 999)),
]
"""Statuses, those of redirects with where they point."""


def bombs() -> list[tuple[str, bytes]]:
    """Return bodies that unpack to much more than they are, or to nothing."""
    zeros = bytes(1 << 20)
    packer = zlib.compressobj(9, wbits=31)
    big = b"".join(packer.compress(zeros) for _ in range(160)) + packer.flush()
    return [
        ("gzip", big),
        ("deflate", zlib.compress(zeros * 4, 9)[:-4]),
        ("gzip", gzip.compress(b"{}")[:-1]),
        ("gzip", gzip.compress(b"{}") * 2_000),
        ("gzip", b"not packed"),
        ("deflate", b"\x00"),
        ("br", b"{}"),
    ]


BOMBS = bombs()
MARK = "hostile-mark"


@attrs.frozen(kw_only=True)
class Mutation:
    """One way of sending a reply wrong; *place* picks where, as far as the way has places."""

    way: str
    place: int = 0

    def __str__(self) -> str:
        return f"{self.way}-{self.place}"

    def of(self, reply: Reply) -> Reply:
        """Return *reply* as a hostile system would send it."""
        made: Reply = getattr(self, f"_{self.way}")(reply)
        return made

    def _truncated(self, reply: Reply) -> Reply:
        # Every length comes up over the corpus: the place is a share of a prime number.
        length = len(reply.body) * (self.place * 37 % 101) // 101
        return attrs.evolve(reply, body=reply.body[:length])

    def _flipped(self, reply: Reply) -> Reply:
        body = bytearray(reply.body or b"x")
        draw = random.Random(self.place)  # noqa: S311 (a seed)
        for _ in range(3):
            body[draw.randrange(len(body))] ^= 1 << draw.randrange(8)
        return attrs.evolve(reply, body=bytes(body))

    def _value(self, reply: Reply) -> Reply:
        return self._replaced(reply, RAW[self.place % len(RAW)])

    def _replaced(self, reply: Reply, raw: str) -> Reply:
        document = _document(reply)
        spots = list(_spots(document))
        if not spots:
            return attrs.evolve(reply, body=raw.encode())
        holder, key = spots[self.place * 31 % len(spots)]
        holder[key] = MARK
        return _written(reply, document, raw)

    def _everywhere(self, reply: Reply) -> Reply:
        """Put one value in the place of all values of the kind that the place picks."""
        document = _document(reply)
        raws = ("null", '"x"', "-7", "[]", "{}", "1e200000", "true")
        for holder, key in list(_spots(document)):
            if not isinstance(holder[key], (dict, list)):
                holder[key] = MARK
        return _written(reply, document, raws[self.place % len(raws)])

    def _doubled(self, reply: Reply) -> Reply:
        """Give every object the names of its values twice, the second time with another one."""

        def write(value: Any) -> str:
            if isinstance(value, dict):
                pairs = [f"{json.dumps(name)}:{write(item)}" for name, item in value.items()]
                again = [f"{json.dumps(name)}:{RAW[self.place % len(RAW)]}" for name in value]
                return "{" + ",".join(pairs + again[self.place % 3 :: 3]) + "}"
            if isinstance(value, list):
                return "[" + ",".join(map(write, value)) + "]"
            return json.dumps(value)

        return attrs.evolve(reply, body=write(_document(reply)).encode())

    def _dropped(self, reply: Reply) -> Reply:
        document = _document(reply)
        spots = [(holder, key) for holder, key in _spots(document) if isinstance(holder, dict)]
        if not spots:
            return attrs.evolve(reply, body=b"{}")
        holder, key = spots[self.place * 29 % len(spots)]
        del holder[key]
        return _written(reply, document, "null")

    def _whole(self, reply: Reply) -> Reply:
        return attrs.evolve(reply, body=WHOLE[self.place % len(WHOLE)])

    def _beside(self, reply: Reply) -> Reply:
        more = HEADERS[self.place % len(HEADERS)]
        names = {name.lower() for name, _ in more}
        kept = [(name, value) for name, value in reply.headers if name not in names]
        status = (200, 429, 503)[self.place % 3]
        return attrs.evolve(reply, headers=[*kept, *more], status=status)

    def _status(self, reply: Reply) -> Reply:
        status, address = STATUSES[self.place % len(STATUSES)]
        headers = [*reply.headers, *([] if address is None else [("location", address)])]
        return attrs.evolve(reply, status=status, headers=headers)

    def _packed(self, reply: Reply) -> Reply:
        encoding, body = BOMBS[self.place % len(BOMBS)]
        return attrs.evolve(
            reply, headers=[*reply.headers, ("content-encoding", encoding)], body=body
        )


def _document(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except ValueError:
        return {}


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the holder and the name or place of every value inside *value*."""
    if not isinstance(value, (dict, list)):
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(items):
        yield value, key
        yield from _spots(item)


def _written(reply: Reply, document: Any, raw: str) -> Reply:
    text = json.dumps(document, ensure_ascii=False).replace(f'"{MARK}"', raw)
    return attrs.evolve(reply, body=text.encode())


WAYS = {
    "truncated": 10,
    "flipped": 4,
    "value": 2 * len(RAW),
    "everywhere": 7,
    "doubled": 6,
    "dropped": 10,
    "whole": len(WHOLE),
    "beside": len(HEADERS),
    "status": len(STATUSES),
    "packed": len(BOMBS),
}
"""How many places of each way there are."""


def mutations() -> list[Mutation]:
    """Return all mutations."""
    return [
        Mutation(way=way, place=place) for way, count in WAYS.items() for place in range(count)
    ]
