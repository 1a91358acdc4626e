"""Canary secrets in every credential of every client turn up nowhere and go nowhere else."""

import json
import pickle
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hostility import BENCHES, HOME_LESS, Bench, opened, probes_of

from ecomkit.adapters.http import FakeAnswer, FakeTransport, Kit, Received, Reply
from ecomkit.channels import WebhookSource
from ecomkit.errors import EcomkitError

CANARY = "c4n4ry"
ADDRESS = re.compile(rb"https:(?:\\?/){2}[^\"\s]+")
Twist = Callable[[Received, Reply], Reply]


def told(received: Received) -> str:
    """Return all that was sent, as a system may throw it back."""
    parts = [*received.headers, *received.query, ("body", received.body.decode(errors="replace"))]
    return ", ".join(f"{name} {value}" for name, value in parts)


def echo(status: int) -> Twist:
    """Return a system that answers with what it was sent, as its words and as its codes."""

    def twist(received: Received, _: Reply) -> Reply:
        text = told(received)
        secret = received.header("authorization") or received.header("x-shopify-access-token")
        error = {"message": text, "extensions": {"code": secret, "documentation": text}}
        body = {"message": text, "code": secret, "errors": [error], "data": {secret: text}}
        return Reply.of_json(
            body,
            status=status,
            headers=[
                ("X-Request-Id", secret or ""),
                ("WWW-Authenticate", text),
                ("Retry-After", "1"),
            ],
        )

    return twist


def redirect(status: int, address: str) -> Twist:
    """Return a system that sends its callers elsewhere."""
    return lambda received, _: Reply(
        status=status, headers=[("Location", address + (received.path.lstrip("/")))]
    )


def linked(_: Received, reply: Reply) -> Reply:
    """Say that the next page is elsewhere."""
    link = ("Link", '<https://evil.example/next>; rel="next"')
    return attrs.evolve(reply, headers=[*reply.headers, link])


def lured(_: Received, reply: Reply) -> Reply:
    """Put an address elsewhere in the place of every address."""
    return attrs.evolve(reply, body=ADDRESS.sub(b"https://evil.example/x", reply.body))


TWISTS: dict[str, Twist] = {
    **{f"echo {status}": echo(status) for status in (200, 202, 400, 401, 403, 404, 409, 422)},
    **{f"echo {status}": echo(status) for status in (429, 500, 503)},
    **{
        f"{status} to {address[:20]!r}": redirect(status, address)
        for status, address in (
            [(302, address) for address in HOME_LESS]
            + [(status, HOME_LESS[0]) for status in (301, 303, 307, 308)]
        )
    },
    "linked": linked,
    "lured": lured,
    "no answer": lambda _, reply: attrs.evolve(reply, body=b"", status=200),
}


class Watch:
    """A client of a bench whose system is honest for some calls and twisted from then on."""

    def __init__(self, bench: Bench, twist: Twist, *, honest: int) -> None:
        self.bench = bench
        self.received: list[Received] = []
        self.events: list[Any] = []
        self.errors: list[EcomkitError] = []
        fake, client, self.listings, self.claim = opened(bench, secret=CANARY)
        client.close()

        def answer(received: Received) -> FakeAnswer:
            self.received.append(received)
            reply = fake.answer(received)
            if len(self.received) <= honest or not isinstance(reply, Reply):
                return reply
            return twist(received, reply)

        kit = Kit(transport=FakeTransport(answer), time=fake.time, observe=self.events.append)
        self.client = bench.client(CANARY, fake, kit)

    def run(self) -> None:
        """Ask the client for all that it can do."""
        probes = probes_of(self.client, listings=self.listings, claim=self.claim)
        for probe in probes.values():
            try:
                probe(self.client)
            except EcomkitError as error:
                self.errors.append(error)
        if isinstance(self.client, WebhookSource):
            with pytest.raises(EcomkitError) as caught:
                self.client.read_webhook(b"{}", headers=[("x-signature", "AAAA")])
            self.errors.append(caught.value)

    def secrets(self) -> set[str]:
        """Return what must not be seen: the canary, and what it became on its way home."""
        seen = {CANARY}
        for received in self.received:
            for name in ("authorization", "x-shopify-access-token", "vendure-token"):
                value = received.header(name)
                if value:
                    seen.add(value.rpartition(" ")[2])
        return seen

    def away(self) -> list[str]:
        """Return all that went to other hosts than the client's own."""
        return [
            f"{received.host} {received.path} {told(received)}"
            for received in self.received
            if received.host != self.bench.home
        ]


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def shown(error: BaseException) -> Iterator[str]:
    """Yield every text that an error becomes."""
    yield str(error)
    yield repr(error)
    if isinstance(error, EcomkitError):
        yield str(pickle.dumps(error))
        yield repr(attrs.asdict(error)) if attrs.has(type(error)) else repr(vars(error))
    found = traceback.TracebackException.from_exception(error)
    yield "".join(found.format_exception_only())


def frames_of(error: BaseException) -> Iterator[str]:
    """Yield the locals of the frames that an error passed, as error reporters take them down."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    for frame in found.stack:
        # The fakes and these tests know the secrets, as the real systems do.
        is_theirs = "/testing/fakes/" in frame.filename or "/http/_fake.py" in frame.filename
        if not is_theirs and "/tests/" not in frame.filename:
            yield f"{frame.filename}:{frame.lineno} {frame.locals}"


@pytest.mark.parametrize("honest", [0, 1, 2])
@pytest.mark.parametrize("twist", TWISTS)
@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.name)
def test_no_secret_is_shown_or_sent_elsewhere(
    bench: Bench, twist: str, honest: int, caplog: Any
) -> None:
    """Whatever the system answers: not in logs, events, errors, pickles, locals; not to others."""
    caplog.set_level(0)
    watch = Watch(bench, TWISTS[twist], honest=honest)
    watch.run()
    texts = [repr(watch.client), str(watch.client), repr(watch.events), caplog.text]
    texts += [f"{record.__dict__!r}" for record in caplog.records]
    for error in watch.errors:
        for one in causes(error):
            texts += shown(one)
            # The words of a good answer are data, whatever they say.
            texts += [] if twist.startswith("echo 2") else frames_of(one)
    secrets = watch.secrets()

    assert watch.received
    for text in texts:
        for secret in secrets:
            assert secret not in text, text[:400]
    for text in watch.away():
        for secret in secrets:
            assert secret not in text


@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.name)
def test_the_canaries_are_really_in_use(bench: Bench) -> None:
    """At home the secrets arrive: a test of leaks would prove nothing without them."""
    watch = Watch(bench, lambda _, reply: reply, honest=0)
    watch.run()
    sent = json.dumps([told(received) for received in watch.received])

    assert len(watch.secrets()) > 1
    assert any(secret in sent for secret in watch.secrets())
    assert all(secret not in text for text in watch.away() for secret in watch.secrets())
    # Shopify keeps its exports elsewhere: they are fetched there, and without the token.
    assert bool(watch.away()) is (bench.name == "shopify")
