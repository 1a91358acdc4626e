"""A small system behind both sessions: what holds for one has to hold for the other."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ecomkit.adapters.http import (
    AsyncChannelClient,
    ChannelClient,
    FakeAnswer,
    FakeTransport,
    HeaderCredential,
    Kit,
    Limiter,
    Received,
    Reply,
    Request,
    Site,
    StaticCredentials,
    VirtualTime,
)
from ecomkit.identifiers import ChannelId
from ecomkit.ports import Secret

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BASE = "https://api.corner.example/v1"


class Bench:
    """A client of one kind over a fake system, called the same way whichever kind it is."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.time = VirtualTime(START)
        self.received: list[Received] = []
        self.events: list[Any] = []
        self._runner = asyncio.Runner()

    def client(
        self,
        answer: Callable[[Received], FakeAnswer],
        *,
        system: type[ChannelClient] = ChannelClient,
        limiter: Limiter | None = None,
        draw: Callable[[], float] = lambda: 0.5,
        **rest: Any,
    ) -> ChannelClient:
        """Return a client of the system that *answer* plays."""

        def take(received: Received) -> FakeAnswer:
            self.received.append(received)
            return answer(received)

        rest.setdefault("site", Site(base=BASE))
        rest.setdefault(
            "credentials",
            StaticCredentials(items=[HeaderCredential("x-api-key", Secret("canary-key-1"))]),
        )
        return system(
            ChannelId("corner"),
            kit=Kit(
                transport=FakeTransport(take),
                time=self.time,
                limiter=limiter or Limiter(),
                draw=draw,
                observe=self.events.append,
            ),
            **rest,
        )

    def send(self, client: ChannelClient, *requests: Request) -> Reply:
        """Send *requests* one after another and return the last reply."""
        if self.kind == "blocking":
            for request in requests:
                reply = client.send(request)
            return reply
        return self._runner.run(self._send(client, requests))

    @staticmethod
    async def _send(client: ChannelClient, requests: tuple[Request, ...]) -> Reply:
        async with AsyncChannelClient(client) as twin:
            for request in requests:
                reply = await twin.send(request)
        return reply

    def run(self, client: ChannelClient, made: Any) -> Any:
        """Drive a flow."""
        if self.kind == "blocking":
            return client.run(made)
        return self._runner.run(AsyncChannelClient(client).run(made))

    def close(self) -> None:
        """Close the event loop."""
        self._runner.close()


@pytest.fixture(params=["blocking", "asyncio"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A bench for each kind of session."""
    made = Bench(request.param)
    yield made
    made.close()
