"""What a fake answers to each probe in peace: the material that hostile replies are made of."""

from __future__ import annotations

from typing import Any

import attrs

from ecomkit.adapters.http import (
    ChannelClient,
    FakeAnswer,
    FakeTransport,
    Kit,
    Received,
    Reply,
    VirtualTime,
)
from ecomkit.errors import EcomkitError
from ecomkit.money import Currency, Money
from hostility._benches import START, Bench
from hostility._mutations import Mutation
from hostility._probes import Probe, first_claim, probes_of

__all__ = ["Cassette", "EndlessError", "record"]

CALLS_MAX = 400
SECRET = "s3cret"  # noqa: S105 (nobody's)


class EndlessError(BaseException):
    """Raised in the place of an answer when a client does not stop asking."""


@attrs.frozen(kw_only=True)
class Cassette:
    """A probe of a client and the replies that it was given in peace."""

    bench: Bench
    name: str
    probe: Probe
    fake: Any
    replies: tuple[Reply, ...]

    def played(self, mutation: Mutation | None = None) -> Any:
        """Put the probe to a new client whose replies are those, one or more of them mutated."""
        client = self.client(mutation)
        with client:
            return self.probe(client)

    def client(self, mutation: Mutation | None) -> ChannelClient:
        """Return a client that is answered so: from the mutated reply on all are mutated."""
        calls = 0
        count = len(self.replies)
        start = mutation.place % count if mutation else count

        def answer(_: Received) -> FakeAnswer:
            nonlocal calls
            calls += 1
            if calls > CALLS_MAX:
                raise EndlessError(f"{self.bench.name} {self.name} {mutation}")
            reply = self.replies[min(calls, count) - 1]
            return mutation.of(reply) if mutation and calls > start else reply

        kit = Kit(transport=FakeTransport(answer), time=VirtualTime(START), draw=lambda: 0.5)
        return self.bench.client(SECRET, self.fake, kit)


def opened(bench: Bench, *, secret: str = SECRET) -> Any:
    """Return a new fake that has sold something, its client, listings and the claim of an order."""
    time = VirtualTime(START)
    fake = bench.fake(secret, time)
    price = Money(1000, Currency.EUR)
    listings = [fake.put_up("TEA", price=price), fake.put_up("POT", price=price)]
    fake.sell([(listings[0], 2, price), (listings[1], 1, price)])
    fake.sell([(listings[1], 1, price)])
    time.advance(60)
    client = bench.client(secret, fake, Kit(transport=fake.transport, time=time))
    return fake, client, listings, first_claim(client)


def record(bench: Bench) -> list[Cassette]:
    """Put every probe to the client of *bench* in peace, each on a fake of its own."""
    _, client, listings, claim = opened(bench)
    cassettes = []
    for name in probes_of(client, listings=listings, claim=claim):
        taken: list[Reply] = []
        fake, client, listings, claim = opened(bench)
        client.close()
        probe = probes_of(client, listings=listings, claim=claim)[name]

        def answer(received: Any, fake: Any = fake, taken: list[Reply] = taken) -> FakeAnswer:
            reply = fake.answer(received)
            taken.append(reply)
            return reply

        kit = Kit(transport=FakeTransport(answer), time=fake.time, draw=lambda: 0.5)
        with bench.client(SECRET, fake, kit) as fresh:
            try:
                probe(fresh)
            except EcomkitError:
                # Such as unsubscribing from what is not there: a refusal is an answer too.
                assert taken
        cassettes.append(
            Cassette(bench=bench, name=name, probe=probe, fake=fake, replies=tuple(taken))
        )
    return cassettes
