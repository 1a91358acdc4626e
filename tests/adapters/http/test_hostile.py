"""Hostile input: addresses, headers, numbers, bodies and bombs, with memory and time bounded."""

import gc
import gzip
import itertools
import json
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.http import (
    Options,
    Reach,
    Reply,
    Request,
    Site,
    TargetRefusedError,
    UnreadableJsonError,
    fault_of_json,
    parse_json,
    path_of,
)
from ecomkit.adapters.http._bodies import BodyRefused, BodyTorn, Inflater
from ecomkit.errors import EcomkitError, FieldError

SITE = Site(base="https://api.corner.example/v1", also=["files.example", "*.cdn.example"])

HOSTS = [
    "evil.example",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "0",
    "localhost",
    "metadata",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[fd00::1]",
    "api.corner.example.",
    "api.corner.example.evil.example",
    "evil-api.corner.example.evil",
    "xapi.corner.example",
    "cdn.example",
    "files.example.",
    "evilfiles.example",
    "a.files.example",
    "-.cdn.example",
    "..cdn.example",
    "аpi.corner.example",
    "api。corner。example",
    "api%2ecorner.example",
    "api.corner.example%00.evil.example",
    "api_corner.example",
    "ⓔxample.com",
    "",
    "x" * 300 + ".example",
    "*.cdn.example",
]
SCHEMES = [
    "https://",
    "http://",
    "HTTPS://",
    "ftp://",
    "file://",
    "javascript:",
    "//",
    "https:/",
    "https:",
]
USERS = ["", "user@", "user:pass@", "api.corner.example@", "a%40b@"]
PORTS = ["", ":22", ":443", ":0", ":99999", ":44x", ":"]
PATHS = [
    "",
    "/",
    "/../admin",
    "/%2e%2e/admin",
    "/a b",
    "/a\\b",
    "/a#b",
    "/a\r\nHost: x",
    "//x",
    "/é",
]


def addresses() -> Iterator[str]:
    """Yield addresses that must not be called: wrong hosts, schemes, users, ports or paths."""
    for host, user, scheme in itertools.product(HOSTS, USERS, SCHEMES):
        yield f"{scheme}{user}{host}/orders"
    for port, path in itertools.product(PORTS, PATHS):
        if (port, path) not in {("", ""), ("", "/"), (":443", ""), (":443", "/")}:
            text = f"https://api.corner.example{port}{path}"
            if port not in {"", ":443"} or path not in {"", "/"}:
                yield text
    for user in USERS[1:]:
        yield f"https://{user}api.corner.example/orders"
    yield from (
        "https://api.corner.example\\@evil.example/",
        "https://evil.example\\.api.corner.example/",
        "https://api.corner.example\t/",
        " https://api.corner.example/",
        "https://api.corner.example/\x7f",
        "\\\\evil.example\\a",
        "/\\evil.example",
        "https:///api.corner.example/",
        "https://api.corner.example:443:80/",
        "?a=b",
        "#a",
        "",
        "orders",
        "https://files.example:8443/a",
    )


def test_no_hostile_address_is_called() -> None:
    """Each of more than a thousand addresses is refused with an error of ours."""
    corpus = list(addresses())
    taken = []
    for text in corpus:
        try:
            taken.append(SITE.address(Request.get(text).target).url)
        except (TargetRefusedError, FieldError) as error:
            assert "\n" not in str(error)

    assert len(corpus) > 1_000
    assert taken == []


@given(st.text(max_size=60), st.sampled_from(["", "/", "https://", "https://api.corner.example"]))
def test_an_address_that_is_called_is_on_the_list(text: str, start: str) -> None:
    """Whatever a vendor sends as a link, the host that would be called is one of ours."""
    try:
        address = SITE.address(start + text)
    except TargetRefusedError:
        return
    url = address.url
    assert url.scheme == "https"
    assert url.port is None
    assert url.host in {"api.corner.example", "files.example"} or url.host.endswith(".cdn.example")
    assert address.at_home == (url.host == "api.corner.example")


@pytest.mark.parametrize(
    "base",
    [
        "http://shop.example",
        "https://10.0.0.1/",
        "https://shop",
        "https://user:pass@shop.example/",
        "https://shop.example/?a=b",
        "https://shop.example/../x",
        "ftp://shop.example",
        "https://shop.example:0",
        "",
    ],
)
def test_a_base_has_to_be_an_https_address_of_a_named_host(base: str) -> None:
    """A wrong setting is found when the client is made."""
    with pytest.raises(TargetRefusedError):
        Site(base=base)


def test_a_list_of_hosts_is_a_list_of_hosts() -> None:
    """A wildcard for all of a top-level domain is none, nor is an address."""
    for name in ["*.example", "*", "10.0.0.1", "a.*.example", "https://a.example"]:
        with pytest.raises(TargetRefusedError):
            Site(base="https://shop.example", also=[name])


def test_a_shop_in_the_back_room_may_have_a_short_name() -> None:
    """Where private addresses are allowed a host needs no domain; TLS it needs all the same."""
    site = Site(base="https://shop:8443/api", reach=Reach.PRIVATE)

    assert str(site.address("/orders").url) == "https://shop:8443/api/orders"
    with pytest.raises(TargetRefusedError):
        Site(base="http://shop/api", reach=Reach.PRIVATE)


def test_without_tls_only_this_machine_can_be_called() -> None:
    """The door for tests opens to the loopback and to nothing else."""
    assert Site.insecure_for_tests("http://127.0.0.1:8080").host == "127.0.0.1"
    for base in ["http://shop.example", "http://10.0.0.1", "http://127.0.0.1.evil.example"]:
        with pytest.raises(TargetRefusedError):
            Site.insecure_for_tests(base)
    with pytest.raises(FieldError):
        Site.insecure_for_tests("https://shop.example")


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_a_path_keeps_its_segments(segments: list[str]) -> None:
    """Whatever ids hold, each stays one segment of the path, and the site takes it."""
    try:
        path = path_of(*segments)
    except FieldError:
        assert {".", ".."} & set(segments)
        return
    assert path.count("/") == len(segments)
    if len(path) <= 8_000:
        assert SITE.address(Request.get(path).target).at_home


def feed(inflater: Inflater, body: bytes) -> bytes:
    """Unpack *body* as it comes over a wire."""
    for start in range(0, len(body), 65_536):
        inflater.feed(body[start : start + 65_536])
    return inflater.end()


def growth(work: Any) -> int:
    """Return by how many bytes the peak of memory grew while *work* ran."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield small bodies that unpack to a lot."""
    zeros = bytes(1 << 20)
    for encoding, bits in [("gzip", 31), ("deflate", 15), ("deflate", -15)]:
        packer = zlib.compressobj(9, wbits=bits)
        yield (
            encoding,
            b"".join(packer.compress(zeros) for _ in range(256)) + packer.flush(),
        )
    yield "gzip", gzip.compress(bytes(4 << 20)) * 200
    yield "gzip", gzip.compress(b"") * 100_000


@pytest.mark.parametrize(("encoding", "body"), list(bombs()), ids=range(5))
def test_a_bomb_is_refused_in_bounded_memory_and_time(encoding: str, body: bytes) -> None:
    """A body that would unpack to hundreds of megabytes stops early and leaves no trace."""

    def unpack() -> None:
        inflater = Inflater(encoding, options=Options(body_bytes_max=2 << 20))
        with pytest.raises(BodyRefused):
            feed(inflater, body)

    started = time.process_time()

    assert growth(unpack) < 8 << 20
    assert time.process_time() - started < 2


def json_bombs() -> list[bytes]:
    """Return texts that are dear to read for those who do not look."""
    return [
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'"' + b'\\"' * 500_000,
        b"\\" * 1_000_000 + b"[" * 100,
        b'["' * 300_000,
        b"9" * 4_000_000,
        b"1e" + b"9" * 1_000_000,
        b"0." + b"0" * 1_000_000 + b"1",
        b"\xff" * 1_000,
        b"[" + b"[]," * 300_000 + b"1",
        b"{" * 70 + b"}" * 70,
    ]


@pytest.mark.parametrize("text", json_bombs(), ids=range(12))
def test_a_json_bomb_is_refused_in_time(text: bytes) -> None:
    """Depth, length and exponents cost no more than their bytes."""
    started = time.process_time()

    with pytest.raises(UnreadableJsonError) as caught:
        parse_json(text)

    assert time.process_time() - started < 2
    assert len(str(caught.value)) < 200


def hostile_values() -> list[Any]:
    """Return values that vendors' errors were never meant to hold."""
    deep: Any = "x"
    for _ in range(50):
        deep = {"errors": [deep]}
    return [
        None,
        True,
        0,
        1.0 and 3,
        "",
        "x" * 10_000,
        [],
        {},
        [[]],
        [{}],
        deep,
        {"errors": None},
        {"errors": "x"},
        {"errors": {"message": 3}},
        {"code": [], "message": {}},
        {"errors": [None, 3, "x", [], {"code": {}}]},
        {"message": "\ud800"},
        {"code": True},
        {"extensions": 3},
        {"errors": [{"extensions": {"code": "X"}}] * 1000},
    ]


def test_no_error_of_a_vendor_breaks_ours(bench: Any) -> None:
    """Several hundred strange replies all end in an error of ours or in a reply, and fit on a line."""
    headers = [
        [],
        [("X-Request-Id", "a\x00b")],
        [("X-Request-Id", "x" * 5000)],
        [("Retry-After", "\u0661")],
        [("Content-Length", "-1")],
        [("Content-Encoding", "\u00e9")],
    ]
    cases = [
        Reply(status=status, headers=head, body=json.dumps(value).encode())
        for value in hostile_values()
        for head in headers
        for status in (200, 301, 400, 429, 500)
    ]
    waiting = iter(cases)
    client = bench.client(lambda _: next(waiting), options=Options(attempts_max=1))

    def call() -> None:
        for _ in cases:
            try:
                bench.send(client, Request.get("/orders"))
            except EcomkitError as error:
                assert len(str(error)) < 1_000
                assert str(error).isprintable()

    assert len(cases) >= 600
    assert growth(call) < 16 << 20


@given(st.binary(max_size=300))
def test_any_bytes_have_a_fault(body: bytes) -> None:
    """Reading the vendor's words never raises."""
    assert fault_of_json(Reply(status=400, body=body)) is not None


def test_a_huge_error_is_not_read() -> None:
    """Megabytes of error text are left alone."""
    body = b'{"message": "' + b"x" * 1_000_000 + b'"}'

    assert fault_of_json(Reply(status=400, body=body)).text is None


@given(st.text(max_size=300))
def test_a_link_header_never_breaks(text: str) -> None:
    """Whatever the Link header holds, there is an address or none."""
    found = Reply(status=200, headers=[("link", text)]).link("next")

    assert found is None or found in text


def test_a_hostile_link_header_is_read_in_time() -> None:
    """A header made to be read for ever is read in time."""
    started = time.process_time()
    for text in [
        "<" * 100_000,
        '<a>; rel="' * 50_000,
        "<a>" + "; x=y" * 50_000,
        "<a>;" + " " * 99_999,
    ]:
        Reply(status=200, headers=[("link", text)]).link("next")

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "body", [gzip.compress(b"x" * 99)[:-1], b"\x1f\x8b", b"\x1f", b"abc"], ids=range(4)
)
def test_a_torn_body_is_no_body(body: bytes) -> None:
    """What ends before its end is never handed on."""
    inflater = Inflater("gzip", options=Options())

    with pytest.raises(BodyTorn):
        feed(inflater, body)
