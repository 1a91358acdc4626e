"""Credentials that end: renewed under a lock, saved before they are used, and never guessed."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import attrs
import httpx
import pytest

from ecomkit.adapters.http import (
    AnswerUnreadableError,
    AsyncChannelClient,
    ClientStyle,
    CredentialsRefusedError,
    Grant,
    HeaderCredential,
    Lost,
    MemoryTokenStore,
    OAuth2,
    Options,
    Received,
    RenewedCredentials,
    Reply,
    Request,
    RequestRefusedError,
    Site,
)
from ecomkit.errors import FieldError, TransientError
from ecomkit.ports import Secret, Tokens

TOKEN_URL = "https://login.corner.example/token"  # noqa: S105 (an address)
SITE = Site(base="https://api.corner.example/v1", also=["login.corner.example"])
GET = Request.get("/orders")


class Issuer:
    """A system whose refresh tokens are replaced at each use: the old one is dead at once."""

    def __init__(self) -> None:
        self.number = 1
        self.renewals = 0
        self.dead: list[str] = []
        self.lock = threading.Lock()
        self.life_seconds = 3600
        self.answer: Any = None

    def __call__(self, received: Received) -> Any:
        """Answer as the system does."""
        if received.host == "login.corner.example":
            with self.lock:
                return self._renew(received)
        if received.header("authorization") != f"Bearer access-{self.number}":
            return Reply.of_json({"error": "invalid_token"}, status=401)
        return Reply.of_json({"ok": True})

    def _renew(self, received: Received) -> Any:
        assert received.header("x-api-key") is None
        if f"refresh_token=refresh-{self.number}&".encode() not in received.body + b"&":
            self.dead.append(received.body.decode())
            return Reply.of_json({"error": "invalid_grant"}, status=400)
        self.number += 1
        self.renewals += 1
        if self.answer is not None:
            return self.answer
        return Reply.of_json(
            {
                "access_token": f"access-{self.number}",
                "refresh_token": f"refresh-{self.number}",
                "expires_in": self.life_seconds,
            }
        )


class WatchedStore:
    """A token store that notes what is done to it, and can fail."""

    def __init__(self) -> None:
        self.inner = MemoryTokenStore()
        self.log: list[str] = []
        self.fails = 0

    @contextmanager
    def lock(self, account: str) -> Iterator[None]:
        """Hold, and note it."""
        with self.inner.lock(account):
            self.log.append("lock")
            yield
            self.log.append("unlock")

    def load(self, account: str) -> Tokens | None:
        """Load."""
        return self.inner.load(account)

    def save(self, account: str, tokens: Tokens) -> None:
        """Save, and note it, or fail."""
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        self.log.append(f"save {tokens.access.reveal()}")
        self.inner.save(account, tokens)


def credentials(store: Any, **rest: Any) -> RenewedCredentials:
    """Return credentials that the issuer renews."""
    renew = OAuth2(
        token_url=TOKEN_URL, client_id="app", client_secret=Secret("canary-client"), **rest
    )
    return RenewedCredentials(
        account="corner",
        store=store,
        renew=renew,
        also=[HeaderCredential("x-api-key", Secret("canary-app"))],
    )


def given(store: Any, *, expires_at: Any = None) -> Any:
    """Put the first tokens into *store*."""
    store.save(
        "corner",
        Tokens(access=Secret("access-1"), refresh=Secret("refresh-1"), expires_at=expires_at),
    )
    return store


def test_tokens_that_last_are_used_as_they_are(bench: Any) -> None:
    """Nothing is renewed before its time, and the application's key goes along."""
    issuer = Issuer()
    client = bench.client(issuer, site=SITE, credentials=credentials(given(MemoryTokenStore())))

    bench.send(client, GET, GET)

    assert issuer.renewals == 0
    assert [one.header("x-api-key") for one in bench.received] == ["canary-app"] * 2


def test_tokens_near_their_end_are_renewed_and_saved_before_they_are_used(bench: Any) -> None:
    """The store has the new tokens before a request carries them."""
    store = WatchedStore()
    given(store, expires_at=bench.time.now() + timedelta(seconds=59))
    issuer = Issuer()

    def answer(received: Received) -> Any:
        if received.host == "api.corner.example":
            store.log.append(f"call {received.header('authorization')}")
        return issuer(received)

    bench.send(bench.client(answer, site=SITE, credentials=credentials(store)), GET)

    assert store.log == [
        "save access-1",
        "lock",
        "save access-2",
        "unlock",
        "call Bearer access-2",
    ]
    kept = store.load("corner")
    assert kept is not None
    assert kept.refresh == Secret("refresh-2")
    assert kept.expires_at == bench.time.now() + timedelta(hours=1)


def test_refused_tokens_are_renewed_once_and_the_request_goes_again(bench: Any) -> None:
    """A 401 means that nothing was done, so even a POST goes again, with new tokens."""
    store = MemoryTokenStore()
    store.save("corner", Tokens(access=Secret("stale"), refresh=Secret("refresh-1")))
    issuer = Issuer()
    client = bench.client(issuer, site=SITE, credentials=credentials(store))

    reply = bench.send(client, Request.post("/orders", json={}))

    assert reply.status == 200
    assert issuer.renewals == 1


def test_credentials_that_are_refused_for_good_end_in_an_error(bench: Any) -> None:
    """A system that refuses new tokens too is not asked for ever."""
    issuer = Issuer()

    def never(received: Received) -> Any:
        return issuer(received) if received.host.startswith("login") else Reply(status=401)

    client = bench.client(never, site=SITE, credentials=credentials(given(MemoryTokenStore())))

    with pytest.raises(CredentialsRefusedError):
        bench.send(client, GET)
    assert issuer.renewals == 1
    assert len(bench.received) == 3


def test_a_lost_renewal_is_not_repeated(bench: Any) -> None:
    """The refresh token may be used up: the caller learns that nothing was called."""
    issuer = Issuer()
    issuer.answer = Lost(why="reset")
    store = given(MemoryTokenStore(), expires_at=bench.time.now())
    client = bench.client(issuer, site=SITE, credentials=credentials(store))

    with pytest.raises(TransientError):
        bench.send(client, GET)
    assert [one.host for one in bench.received] == ["login.corner.example"]


def test_tokens_that_could_not_be_saved_are_saved_later_and_not_used_before(bench: Any) -> None:
    """A store that fails for a while costs no account."""
    store = WatchedStore()
    given(store, expires_at=bench.time.now())
    store.fails = 1
    issuer = Issuer()
    client = bench.client(issuer, site=SITE, credentials=credentials(store))

    with pytest.raises(OSError, match="disk full"):
        bench.send(client, GET)
    assert [one.host for one in bench.received] == ["login.corner.example"]
    bench.send(client, GET)

    assert issuer.renewals == 1
    assert store.load("corner") == Tokens(
        access=Secret("access-2"),
        refresh=Secret("refresh-2"),
        expires_at=bench.time.now() + timedelta(hours=1),
    )


def test_tokens_that_another_worker_renewed_are_taken_over(bench: Any) -> None:
    """Whoever waited for the lock looks into the store before asking."""
    store = given(MemoryTokenStore(), expires_at=bench.time.now())
    issuer = Issuer()
    first = bench.client(issuer, site=SITE, credentials=credentials(store))
    second = bench.client(issuer, site=SITE, credentials=credentials(store))

    bench.send(first, GET)
    bench.send(second, GET)

    assert issuer.renewals == 1


def test_many_threads_renew_once(bench: Any) -> None:
    """Sixteen threads that find the tokens at their end buy one new pair and kill none."""
    if bench.kind != "blocking":
        return
    store = given(MemoryTokenStore(), expires_at=bench.time.now())
    issuer = Issuer()
    client = bench.client(issuer, site=SITE, credentials=credentials(store))

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: client.send(GET), range(64)))

    assert {reply.status for reply in replies} == {200}
    assert (issuer.renewals, issuer.dead) == (1, [])


def test_many_tasks_and_clients_renew_once(bench: Any) -> None:
    """Tasks of several async clients on one store buy one new pair and kill none."""
    if bench.kind != "asyncio":
        return
    store = given(MemoryTokenStore(), expires_at=bench.time.now())
    issuer = Issuer()
    clients = [bench.client(issuer, site=SITE, credentials=credentials(store)) for _ in range(8)]

    async def all_at_once() -> list[Reply]:
        twins = [AsyncChannelClient(client) for client in clients]
        return await asyncio.gather(*[twin.send(GET) for twin in twins for _ in range(20)])

    replies = asyncio.run(all_at_once())

    assert {reply.status for reply in replies} == {200}
    assert (issuer.renewals, issuer.dead) == (1, [])


def test_a_cancelled_task_does_not_lose_the_tokens(bench: Any) -> None:
    """A renewal that has begun is brought to its end and saved, whoever lost patience."""
    if bench.kind != "asyncio":
        return
    store = WatchedStore()
    given(store, expires_at=bench.time.now())
    client = bench.client(Issuer(), site=SITE, credentials=credentials(store))
    asked = asyncio.Event()
    answered = asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        """Takes the refresh token, and lets the answer wait."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.set()
            await answered.wait()
            return httpx.Response(200, json={"access_token": "access-2", "expires_in": "600"})

    object.__setattr__(client.kit, "transport", Slow())

    async def lose_patience() -> None:
        task = asyncio.ensure_future(AsyncChannelClient(client).send(GET))
        await asked.wait()
        task.cancel()
        asyncio.get_running_loop().call_later(0.01, answered.set)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(lose_patience())

    kept = store.load("corner")
    assert kept is not None
    assert kept.access == Secret("access-2")
    assert store.log[-1] == "unlock"


@pytest.mark.parametrize(
    ("style", "grant", "body", "authorization"),
    [
        (
            ClientStyle.BODY,
            Grant.REFRESH_TOKEN,
            b"grant_type=refresh_token&refresh_token=refresh-1&client_id=app&client_secret=canary-client",
            None,
        ),
        (
            ClientStyle.BASIC,
            Grant.CLIENT_CREDENTIALS,
            b"grant_type=client_credentials&scope=read",
            "Basic YXBwOmNhbmFyeS1jbGllbnQ=",
        ),
    ],
)
def test_each_style_of_a_token_endpoint_is_spoken(
    bench: Any, style: ClientStyle, grant: Grant, body: bytes, authorization: str | None
) -> None:
    """The application says who it is in the form or in a header, as the endpoint wants it."""
    store = given(MemoryTokenStore(), expires_at=bench.time.now())
    extra = (("scope", "read"),) if grant is Grant.CLIENT_CREDENTIALS else ()

    def answer(received: Received) -> Any:
        if received.host.startswith("login"):
            return Reply.of_json({"access_token": "a", "expires_in": "3600"})
        return Reply.of_json({})

    made = credentials(store, style=style, grant=grant, extra=extra)
    bench.send(bench.client(answer, site=SITE, credentials=made), GET)

    asked = bench.received[0]
    assert (asked.body, asked.header("authorization")) == (body, authorization)
    kept = store.load("corner")
    assert kept is not None
    assert kept.refresh == Secret("refresh-1")
    assert kept.expires_at == bench.time.now() + timedelta(hours=1)


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"access_token": 3}, {"access_token": ""}, {"access_token": "a\nb"}, "x"],
)
def test_an_endpoint_that_gives_no_token_is_an_error(bench: Any, answer: Any) -> None:
    """Nothing is called with what is no token, and nothing of it is kept or shown."""
    store = given(MemoryTokenStore(), expires_at=bench.time.now())
    issuer = Issuer()
    issuer.answer = Reply.of_json(answer)
    client = bench.client(issuer, site=SITE, credentials=credentials(store))

    with pytest.raises((AnswerUnreadableError, FieldError)):
        bench.send(client, GET)
    assert store.load("corner").access == Secret("access-1")


@pytest.mark.parametrize("life", [0, -5, None, True, 10**12, "x", 1.0 and "9" * 30])
def test_any_life_of_a_token_is_taken(bench: Any, life: Any) -> None:
    """A life that makes no sense counts as not said; a huge one is bounded."""
    store = given(MemoryTokenStore(), expires_at=bench.time.now())
    issuer = Issuer()
    issuer.life_seconds = life
    client = bench.client(issuer, site=SITE, credentials=credentials(store))

    assert bench.send(client, GET).status == 200


def test_an_account_without_a_refresh_token_needs_a_person(bench: Any) -> None:
    """The error says that the account's owner has to allow us in."""
    client = bench.client(Issuer(), site=SITE, credentials=credentials(MemoryTokenStore()))

    with pytest.raises(FieldError, match="allow us in"):
        bench.send(client, GET)


def test_a_refused_renewal_is_an_error_of_its_own(bench: Any) -> None:
    """A refresh token that is dead is told as what the endpoint said."""
    store = MemoryTokenStore()
    store.save("corner", Tokens(access=Secret("a"), refresh=Secret("canary-dead")))
    client = bench.client(Issuer(), site=SITE, credentials=credentials(store))

    with pytest.raises((RequestRefusedError, CredentialsRefusedError)) as caught:
        bench.send(client, GET)
    assert "invalid_grant" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_one_attempt_is_enough_to_renew(bench: Any) -> None:
    """New tokens and the request after them count as one attempt."""
    store = given(MemoryTokenStore())
    issuer = Issuer()
    issuer.number = 1
    store.save("corner", Tokens(access=Secret("stale"), refresh=Secret("refresh-1")))
    client = bench.client(issuer, site=SITE, credentials=credentials(store))

    reply = bench.send(client, attrs.evolve(GET, options=Options(attempts_max=1)))

    assert reply.status == 200
