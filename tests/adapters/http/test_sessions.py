"""What both sessions do with a request: the same conformance for blocking and asyncio."""

import gzip
import itertools
import zlib
from decimal import Decimal
from typing import Any

import attrs
import httpx
import pytest

from ecomkit.adapters.http import (
    AnswerLostError,
    AnswerUnreadableError,
    ChannelClient,
    ConflictError,
    CredentialsRefusedError,
    HeaderCredential,
    Limit,
    Limiter,
    Lost,
    Method,
    NotFoundError,
    NotSentError,
    Options,
    PermissionDeniedError,
    QueryCredential,
    Reply,
    Request,
    RequestRefusedError,
    Scope,
    Signing,
    Site,
    StaticCredentials,
    SystemFaultError,
    TargetRefusedError,
    ThrottledError,
    Told,
    UnreadableJsonError,
    Unsent,
    Verdict,
    WaitHeader,
    WaitUnit,
)
from ecomkit.adapters.http._outcomes import Garbled
from ecomkit.adapters.http._wire import outcome_of_error
from ecomkit.channels import ChannelUnavailableError
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.ports import Secret

OK = Reply.of_json({"ok": True})
BUSY = Reply(status=503)
TOO_MANY = Reply(status=429)
LOST = Lost(why="reset")
UNSENT = Unsent(why="refused")
POST = Request.post("/orders", json={"n": 1})


def script(*answers: Any) -> Any:
    """Return a system that gives *answers* in turn, the last one for ever."""
    waiting = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda _: next(waiting)


def failing(bench: Any, client: ChannelClient, request: Request) -> EcomkitError:
    """Send *request*, which fails, and return the error."""
    with pytest.raises(EcomkitError) as caught:
        bench.send(client, request)
    return caught.value


def test_a_reply_comes_back_raw(bench: Any) -> None:
    """Status, headers and bytes of the reply are at hand, and its numbers are decimal."""
    body = b'{"total": 19.90}'
    client = bench.client(
        script(Reply(status=201, headers=[("X-A", "1"), ("X-A", "2")], body=body))
    )

    reply = bench.send(client, Request.get("/orders", query={"after": "a b&c", "limit": 2}))

    assert (reply.status, reply.body, str(reply.json()["total"])) == (201, body, "19.90")
    assert [value for name, value in reply.headers if name == "x-a"] == ["1", "2"]
    (received,) = bench.received
    assert received.path == "/v1/orders"
    assert received.query == (("after", "a b&c"), ("limit", "2"))
    assert received.header("x-api-key") == "canary-key-1"
    assert received.header("accept-encoding") == "gzip, deflate"


@pytest.mark.parametrize("fault", [BUSY, TOO_MANY, LOST, UNSENT])
def test_what_may_be_repeated_is_repeated(bench: Any, fault: Any) -> None:
    """A read is sent again after any passing fault, with a growing wait between."""
    reply = bench.send(bench.client(script(fault, fault, OK)), Request.get("/orders"))

    assert reply.json() == {"ok": True}
    assert len(bench.received) == 3
    assert bench.time.waits == [0.25, 0.5]


@pytest.mark.parametrize(
    ("fault", "sent", "error"),
    [
        (BUSY, 1, SystemFaultError),
        (LOST, 1, AnswerLostError),
        (TOO_MANY, 4, ThrottledError),
        (UNSENT, 4, NotSentError),
    ],
)
def test_what_may_have_been_done_is_not_sent_twice(
    bench: Any, fault: Any, sent: int, error: type[EcomkitError]
) -> None:
    """A POST without a key is sent again only if it surely was not done."""
    found = failing(bench, bench.client(script(fault)), POST)

    assert len(bench.received) == sent
    assert type(found) is error


def test_a_key_makes_a_post_repeatable_and_stays_the_same(bench: Any) -> None:
    """Each attempt of a keyed request carries the same key."""
    bench.send(bench.client(script(LOST, BUSY, OK)), attrs.evolve(POST, key="k-1"))
    request = Request.post("/orders", json={}, key="k-1")

    bench.received.clear()
    bench.send(bench.client(script(LOST, BUSY, OK)), request)

    assert [one.header("idempotency-key") for one in bench.received] == ["k-1"] * 3


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ([("Retry-After", "7")], 7),
        ([("Retry-After", "Mon, 05 Jan 2026 09:00:20 GMT")], 20),
        ([("Retry-After-Ms", "1500"), ("Retry-After", "9")], 1.5),
        ([("X-Reset-Ms", "2500"), ("Retry-After", "9")], 2.5),
        ([("Retry-After", "-5")], 0.25),
        ([("Retry-After", "soon")], 0.25),
        ([("Retry-After", "0")], 0.25),
    ],
)
def test_the_system_says_how_long_to_wait(
    bench: Any, headers: list[tuple[str, str]], wait: float
) -> None:
    """The vendor's header goes first, then Retry-After, then the backoff; garbage is not said."""

    class Corner(ChannelClient):
        wait_headers = (WaitHeader(name="x-reset-ms", unit=WaitUnit.MILLISECONDS),)

    client = bench.client(script(Reply(status=429, headers=headers), OK), system=Corner)

    bench.send(client, POST)

    assert bench.time.waits == [wait]


@pytest.mark.parametrize("text", ["61", "1000000000", "9" * 60, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_beyond_the_deadline_is_not_begun(bench: Any, text: str) -> None:
    """The caller learns at once how long it would be, and never of more than a day."""
    client = bench.client(script(Reply(status=429, headers=[("Retry-After", text)])))

    error = failing(bench, client, Request.get("/orders"))

    assert isinstance(error, ThrottledError)
    assert bench.time.waits == []
    assert 61 <= error.retry_after_seconds <= 86_400


def test_all_attempts_and_waits_end_before_the_deadline(bench: Any) -> None:
    """A system that is slow to fail gets fewer attempts."""

    def slow(_: Any) -> Any:
        bench.time.advance(25)
        return BUSY

    error = failing(bench, bench.client(slow), Request.get("/orders"))

    assert isinstance(error, SystemFaultError)
    assert error.facts.attempts == 3
    assert bench.time.monotonic() < 80


def test_options_of_one_request_go_before_those_of_the_client(bench: Any) -> None:
    """One request may ask for one attempt, and the client for two."""
    client = bench.client(script(BUSY), options=Options(attempts_max=2))

    failing(bench, client, Request.get("/a"))
    failing(bench, client, Request.get("/b", options=Options(attempts_max=1)))

    assert [one.path for one in bench.received] == ["/v1/a", "/v1/a", "/v1/b"]


def test_a_run_of_several_requests_has_a_deadline_of_its_own(bench: Any) -> None:
    """What is left of a run limits each of its requests."""

    def slow(_: Any) -> Any:
        bench.time.advance(4)
        return OK

    def three() -> Any:
        for _ in range(3):
            yield Request.get("/orders")

    client = bench.client(slow).with_options(Options(), run_seconds=6)

    with pytest.raises(NotSentError, match="no time was left"):
        bench.run(client, three())
    assert len(bench.received) == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RequestRefusedError),
        (401, CredentialsRefusedError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (410, NotFoundError),
        (412, ConflictError),
        (422, RequestRefusedError),
        (429, ThrottledError),
        (500, SystemFaultError),
        (301, AnswerUnreadableError),
        (304, AnswerUnreadableError),
        (199, AnswerUnreadableError),
        (700, AnswerUnreadableError),
    ],
)
def test_errors_say_what_the_caller_can_do(
    bench: Any, status: int, error: type[EcomkitError]
) -> None:
    """Each status has its class; it carries the vendor's code and the request's id."""
    body = {"code": "no_route", "message": "No route was found"}
    reply = Reply.of_json(body, status=status, headers=[("X-Request-Id", "r-7")])

    found: Any = failing(bench, bench.client(script(reply)), POST)

    assert type(found) is error
    assert found.facts.status == status
    assert (found.facts.code, found.facts.request_id) == ("no_route", "r-7")
    assert (found.channel, found.operation) == ("corner", "send")
    assert str(status) in str(found) or error is ThrottledError


def test_a_status_that_is_an_answer_here_is_no_error(bench: Any) -> None:
    """A request may accept a 404 as an answer."""
    reply = bench.send(
        bench.client(script(Reply(status=404))), Request.get("/orders/1", accepted=[404])
    )

    assert reply.status == 404


def test_an_error_inside_status_200_is_found_by_the_dialect(bench: Any) -> None:
    """A client whose system throttles with status 200 says so, and the session waits."""

    class Graph(ChannelClient):
        def verdict(self, request: Request, reply: Reply) -> Verdict:
            if "errors" in reply.json():
                return Verdict.THROTTLED
            return super().verdict(request, reply)

    throttled = Reply.of_json({"errors": [{"extensions": {"code": "THROTTLED"}}]})

    reply = bench.send(bench.client(script(throttled, OK), system=Graph), POST)

    assert reply.json() == {"ok": True}
    assert len(bench.received) == 2


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        "http://api.corner.example/v1/orders",
        "https://api.corner.example:444/",
        "https://api.corner.example@evil.example/",
        "//evil.example/",
        "/v1/elsewhere",
        "https://api.corner.example/v1/elsewhere",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(bench: Any, status: int, location: str) -> None:
    """A redirect is an answer that a person has to look at; nothing more is sent."""
    client = bench.client(script(Reply(status=status, headers=[("Location", location)])))

    error = failing(bench, client, Request.get("/orders"))

    assert isinstance(error, AnswerUnreadableError)
    assert len(bench.received) == 1
    assert "evil" not in str(error)


def test_credentials_go_home_only(bench: Any) -> None:
    """Another host on the list is called without the account's credentials."""
    client = bench.client(
        script(OK), site=Site(base="https://api.corner.example/v1", also=["*.files.example"])
    )

    bench.send(
        client,
        Request.get("https://eu.files.example/feed?sig=1"),
        Request.get("https://api.corner.example/v1/next?page=2"),
        Request.get("/token", signing=Signing.NONE),
    )

    assert [one.header("x-api-key") for one in bench.received] == [None, "canary-key-1", None]
    with pytest.raises(TargetRefusedError):
        bench.send(client, Request.get("https://files.example.evil/"))
    assert len(bench.received) == 3


def test_a_query_credential_is_sent_and_not_shown(bench: Any, caplog: Any) -> None:
    """It reaches the system, and no log."""
    caplog.set_level(0)
    secret = StaticCredentials(items=[QueryCredential("ws_key", Secret("canary-q"))])
    client = bench.client(script(BUSY, OK), credentials=secret)

    bench.send(client, Request.get("/orders", query={"email": "jane@example.com"}))

    assert bench.received[0].query == (("email", "jane@example.com"), ("ws_key", "canary-q"))
    assert "ecomkit.http" in caplog.text
    assert "canary-q" not in caplog.text
    assert "jane" not in caplog.text


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("identity", bytes),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    ],
)
def test_packed_bodies_are_unpacked(bench: Any, encoding: str, pack: Any) -> None:
    """The kinds of packing that we offer come out as what went in."""
    body = b'{"rows": [' + b"1," * 100_000 + b"1]}"
    packed = Reply(status=200, headers=[("Content-Encoding", encoding)], body=pack(body))

    reply = bench.send(bench.client(script(packed)), Request.get("/orders"))

    assert reply.body == body


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([("Content-Encoding", "gzip")], gzip.compress(bytes(300_000_000))),
        ([("Content-Encoding", "br")], b"abc"),
        ([("Content-Encoding", "gzip, gzip")], gzip.compress(gzip.compress(b"abc"))),
        ([("Content-Length", "9" * 30)], b"abc"),
        ([], bytes(2_000_001)),
        ([("Content-Encoding", "gzip")], gzip.compress(b"abc") + b"tail"),
    ],
    ids=range(6),
)
def test_a_body_that_we_do_not_take_is_refused(
    bench: Any, headers: list[tuple[str, str]], body: bytes
) -> None:
    """Too large, packed otherwise, or with something behind its end: a person has to look."""
    client = bench.client(
        script(Reply(status=200, headers=headers, body=body)),
        options=Options(wire_bytes_max=2_000_000, body_bytes_max=8_000_000),
    )

    error: Any = failing(bench, client, POST)

    assert type(error) is AnswerUnreadableError
    assert len(bench.received) == 1


def test_a_body_that_breaks_off_is_a_lost_answer(bench: Any) -> None:
    """Half a body is repeated for a read, and unknown for a POST without a key."""
    torn = Reply(
        status=200, headers=[("Content-Encoding", "gzip")], body=gzip.compress(b"abc" * 99)[:-9]
    )

    assert bench.send(bench.client(script(torn, OK)), Request.get("/orders")).status == 200
    assert isinstance(failing(bench, bench.client(script(torn)), POST), AnswerLostError)


def test_an_allowance_spreads_calls_over_time(bench: Any) -> None:
    """No more calls go out than the limit lets through; the others wait for theirs."""

    class Slow(ChannelClient):
        limits = (Limit(per_second=2, burst=3),)

    bench.send(bench.client(script(OK), system=Slow), *[Request.get("/orders")] * 7)

    assert bench.time.monotonic() == pytest.approx(2, rel=0.01)


def test_an_allowance_that_takes_too_long_is_an_error_at_once(bench: Any) -> None:
    """Nothing is sent, and the error says when to come back."""

    class Slow(ChannelClient):
        limits = (Limit(per_second=1 / 180, burst=1),)

    client = bench.client(script(OK), system=Slow)
    bench.send(client, Request.get("/orders"))

    error: Any = failing(bench, client, Request.get("/orders"))

    assert isinstance(error, ThrottledError)
    assert (error.retry_after_seconds, error.facts.attempts, len(bench.received)) == (180, 0, 1)


def test_allowances_are_kept_by_account_and_operation(bench: Any) -> None:
    """Clients that share a limiter share an account's bucket; operations may have their own."""

    class Slow(ChannelClient):
        limits = (Limit(per_second=1, burst=1, scope=Scope.OPERATION),)

    limiter = Limiter()
    for _ in range(2):
        client = bench.client(script(OK), system=Slow, limiter=limiter)
        bench.send(
            client,
            Request.get("/orders", operation="pull"),
            Request.get("/stock", operation="push"),
        )

    assert bench.time.monotonic() == pytest.approx(1, rel=0.01)


def test_an_allowance_learns_from_what_the_system_says(bench: Any) -> None:
    """What the system has left counts, also if others have used it up; its rate is believed."""

    class Learning(ChannelClient):
        limits = (Limit(per_second=1, burst=100),)

        def told(self, request: Request, reply: Reply) -> tuple[Told, ...]:
            return (Told(available=0, per_second=4, burst=10),)

    bench.send(bench.client(script(OK), system=Learning), *[Request.get("/orders")] * 5)

    assert bench.time.monotonic() == pytest.approx(1, rel=0.01)


def test_points_are_taken_by_cost(bench: Any) -> None:
    """A request may cost more than one, even more than there can be."""

    class Points(ChannelClient):
        limits = (Limit(per_second=10, burst=10),)

    dear = Request.get("/orders", options=Options(cost=20))

    bench.send(bench.client(script(OK), system=Points), dear, dear)

    assert bench.time.monotonic() == pytest.approx(2, rel=0.01)


def test_after_too_many_calls_all_callers_of_the_account_wait(bench: Any) -> None:
    """A wait that one caller was told holds back the next one too."""

    class Slow(ChannelClient):
        limits = (Limit(per_second=100, burst=100),)

    limiter = Limiter()
    told = Reply(status=429, headers=[("Retry-After", "30")])
    first = bench.client(script(told), system=Slow, limiter=limiter)
    failing(bench, first, Request.get("/orders", options=Options(attempts_max=1)))

    bench.send(bench.client(script(OK), system=Slow, limiter=limiter), Request.get("/stock"))

    assert bench.time.waits == [30]


def test_retries_stay_a_small_share_of_calls(bench: Any) -> None:
    """A system that is down is asked little more often than there are calls."""
    client = bench.client(script(BUSY))
    for _ in range(200):
        with pytest.raises(ChannelUnavailableError):
            client.send(Request.get("/orders"))

    assert 200 <= len(bench.received) <= 200 * 1.1 + 10


def test_every_attempt_is_told(bench: Any) -> None:
    """The observer sees each attempt, its outcome and the wait after it."""
    client = bench.client(script(BUSY, UNSENT, OK))

    bench.send(client, Request.get("/orders", operation="pull"))

    assert [
        (event.attempt, event.outcome, event.status, event.wait_seconds) for event in bench.events
    ] == [(1, "Answered", 503, 0.25), (2, "Unsent", None, 0.5), (3, "Answered", 200, None)]
    assert {event.operation for event in bench.events} == {"pull"}
    assert {event.host for event in bench.events} == {"api.corner.example"}


def test_the_errors_causes_hold_nothing_of_the_http_library(bench: Any) -> None:
    """Frames of httpx hold headers and addresses; none hangs on an error of ours."""
    error: BaseException | None = failing(bench, bench.client(script(LOST)), POST)

    assert error is not None
    assert (error.__cause__, error.__context__) == (None, None)
    frame = error.__traceback__
    while frame is not None:
        assert "httpx" not in frame.tb_frame.f_code.co_filename
        frame = frame.tb_next


def test_headers_of_the_request_go_before_ours(bench: Any) -> None:
    """A request may ask for another media type."""
    bench.send(bench.client(script(OK)), Request.get("/a", headers=[("Accept", "text/csv")]))

    assert bench.received[0].header("accept") == "text/csv"


def test_no_cookie_is_kept(bench: Any) -> None:
    """What one reply sets no later request carries."""
    reply = Reply(status=200, headers=[("Set-Cookie", "session=1; Path=/")])
    client = bench.client(script(reply))

    client.send(Request.get("/a"))
    client.send(Request.get("/b"))

    assert [one.header("cookie") for one in bench.received] == [None, None]


def test_a_transport_of_the_wrong_kind_is_refused(bench: Any) -> None:
    """What is no transport raises, and says what is wanted."""
    client = bench.client(script(OK), credentials=StaticCredentials())
    object.__setattr__(client.kit, "transport", object())

    assert isinstance(failing(bench, client, Request.get("/a")), FieldError)


@pytest.mark.parametrize(
    "make",
    [
        lambda: HeaderCredential("x y", Secret("canary-h")),
        lambda: HeaderCredential("x", Secret("canary-\u00e9")),
        lambda: HeaderCredential("x", Secret("canary ")),
        lambda: Request.post("/a", key="k\nx"),
        lambda: Request.get("/a", headers=[("x", "1\r\nx-api-key: 2")]),
        lambda: Request.get("/a", headers=[("Authorization", "Bearer canary")]),
        lambda: Request.get("/a b"),
        lambda: Request.get("/a", headers=[("x", "1")] * 65),
        lambda: Request.get("/a", query=[("x",)]),
    ],
)
def test_what_cannot_be_sent_as_it_is_cannot_be_made(make: Any) -> None:
    """Names and values that would split a message are refused, and not shown."""
    with pytest.raises(FieldError) as caught:
        make()

    assert "canary" not in str(caught.value)


class Careless(ChannelClient):
    """A dialect whose hooks trust the system."""

    limits = (Limit(per_second=1000, burst=1000),)

    def verdict(self, request: Request, reply: Reply) -> Verdict:
        """Look into the body."""
        return Verdict.THROTTLED if reply.json()["throttled"] else Verdict.ACCEPTED

    def told(self, request: Request, reply: Reply) -> tuple[Told, ...]:
        """Believe the rate."""
        return (Told(per_second=float(reply.header("x-rate") or 0)),)

    def fault(self, reply: Reply) -> Any:
        """Believe the body."""
        return reply.json()["error"]["text"]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"3", b"{}", b"\xff", b'{"throttled": {}}'])
@pytest.mark.parametrize("rate", ["", "x", "-1", "nan", "1e999", "0"])
def test_what_a_hook_cannot_read_counts_as_not_understood(
    bench: Any, body: bytes, rate: str
) -> None:
    """A strange reply ends in an error of the channel, whatever the hooks raise over it."""
    client = bench.client(
        script(Reply(status=200, headers=[("x-rate", rate)], body=body)), system=Careless
    )
    if body.startswith(b'{"'):
        assert bench.send(client, POST).status == 200
    else:
        assert isinstance(failing(bench, client, POST), AnswerUnreadableError)
    failed = bench.client(script(Reply(status=404, body=body)), system=Careless)
    if not body.startswith(b'{"'):
        assert isinstance(failing(bench, failed, POST), NotFoundError)


def test_a_head_that_announces_a_large_body_has_none(bench: Any) -> None:
    """The length in the reply to a HEAD speaks of the body of a GET."""
    large = Reply(status=200, headers=[("Content-Length", "9" * 12)])

    reply = bench.send(bench.client(script(large)), Request(method=Method.HEAD, target="/dump"))

    assert reply.header("content-length") == "9" * 12


def test_requests_of_every_kind_can_be_made(bench: Any) -> None:
    """Patch, delete, forms and bodies of one's own go out as they are said."""
    client = bench.client(script(OK))

    bench.send(
        client,
        Request.patch("/a", json={"n": Decimal("1.50")}, headers=[("x-a", "1")]),
        Request.delete("/a"),
        Request.form("/a", fields=[("b", "c d"), ("e", Secret("f"))]),
        Request(method=Method.POST, target="/a", body=b"raw"),
    )

    assert [(one.method, one.body) for one in bench.received] == [
        ("PATCH", b'{"n":1.50}'),
        ("DELETE", b""),
        ("POST", b"b=c+d&e=f"),
        ("POST", b"raw"),
    ]
    assert bench.received[0].header("content-type") == "application/json"
    assert bench.received[0].header("X-A") == "1"
    assert bench.received[0].json() == {"n": Decimal("1.50")}
    assert bench.received[0].param("x") is None


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectTimeout("x"), Unsent(why="no connection in time")),
        (httpx.PoolTimeout("x"), Unsent(why="no free connection in time")),
        (httpx.ReadTimeout("x"), Lost(why="no answer in time")),
        (httpx.WriteTimeout("x"), Lost(why="no answer in time")),
        (httpx.RemoteProtocolError("x"), Lost(why="the connection broke")),
        (httpx.LocalProtocolError("x"), Garbled(why="it cannot be sent as HTTP", status=0)),
        (httpx.InvalidURL("x"), Garbled(why="it cannot be sent as HTTP", status=0)),
    ],
)
def test_each_error_of_the_wire_says_whether_anything_left(error: Any, outcome: Any) -> None:
    """Only what surely never left counts as unsent."""
    assert outcome_of_error(error, status=None) == outcome


def test_the_text_of_a_reply_is_read_or_refused() -> None:
    """Text is UTF-8 or an error."""
    assert Reply(status=200, body="é".encode()).text() == "é"
    with pytest.raises(UnreadableJsonError):
        Reply(status=200, body=b"\xff").text()


def test_a_mock_of_httpx_serves_as_a_transport(bench: Any) -> None:
    """Whoever has a MockTransport already can hand it over, with bodies packed or not."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("packed"):
            body = gzip.compress(b'{"n": 2}', mtime=0)
            return httpx.Response(200, headers={"content-encoding": "gzip"}, content=body)
        return httpx.Response(200, json={"n": 1})

    client = bench.client(script(OK))
    object.__setattr__(client.kit, "transport", httpx.MockTransport(answer))

    assert bench.send(client, Request.get("/a")).json() == {"n": 1}
    assert bench.send(client, Request.get("/a", query={"packed": 1})).json() == {"n": 2}


def test_an_absurd_wait_does_not_lock_an_account_out(bench: Any) -> None:
    """A system that says a thousand years is asked again after a quarter of an hour."""

    class Limited(ChannelClient):
        limits = (Limit(per_second=10, burst=10),)

    absurd = Reply(status=429, headers=[("Retry-After", "31536000000")])
    client = bench.client(script(absurd, OK), system=Limited)
    with pytest.raises(ThrottledError) as caught:
        bench.send(client, Request.get("/a"))
    assert caught.value.retry_after_seconds == 86_400
    with pytest.raises(ThrottledError):
        bench.send(client, Request.get("/a"))
    assert len(bench.received) == 1

    bench.time.advance(901)

    assert bench.send(client, Request.get("/a")).status == 200
