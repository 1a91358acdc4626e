"""The client of Corner keeps the laws of its roles: blocking, under asyncio, on a bad wire."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from corner import AsyncCorner, Corner
from corner_fake import TOKEN, CornerFake

from ecomkit.adapters.http import Kit, VirtualTime
from ecomkit.channels import ClaimLine
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.ports import Secret
from ecomkit.testing.conformance import OrderSourceConformance, StockSinkConformance, awaited
from ecomkit.testing.fakes import WireFaults


class Remote:
    """A fresh Corner for each law, and a client of it."""

    faults = WireFaults()

    def make(self) -> Any:
        """Return a client."""
        time = VirtualTime(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self.remote = CornerFake(time=time, faults=self.faults)
        kit = Kit(transport=self.remote.transport, time=time)
        url = "https://corner.example"
        return Corner(ChannelId("corner"), url=url, token=Secret(TOKEN), kit=kit)


class TestOrders(Remote, OrderSourceConformance):
    """Orders of Corner."""

    def make_source(self) -> Any:
        """Return a client of a Corner without orders."""
        return self.make()

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        return self.remote.sell(number, lines)

    def change(self, number: str) -> None:
        """The shop touches the order."""
        self.remote.change(number)

    def spoil(self, number: str) -> None:
        """The shop writes nonsense into the order."""
        self.remote.change(number, lines="none", currency="?")


class TestStock(Remote, StockSinkConformance):
    """Stock at Corner."""

    def make_sink(self) -> Any:
        """Return a client of a Corner without listings."""
        return self.make()

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put things on sale."""
        listings = [ListingId(f"L{number}") for number in range(count)]
        self.remote.stock = dict.fromkeys(listings, 7)
        return listings

    def observed(self, listing: ListingId) -> int | None:
        """Look at the shop window."""
        return self.remote.stock[listing]


BAD_WIRE = WireFaults(
    seed=7, unsent=0.05, lost=0.05, lost_answers=0.1, torn=0.1, throttled=0.1, broken=0.05
)


class TestOrdersOnABadWire(TestOrders):
    """Calls are lost, cut off, refused as too many."""

    faults = BAD_WIRE


class TestStockOnABadWire(TestStock):
    """Calls are lost, cut off, refused as too many."""

    faults = BAD_WIRE


class TestAsyncOrders(TestOrders):
    """Orders of Corner, awaited."""

    def make_source(self) -> Any:
        """Return an async client, seen as a blocking one."""
        return awaited(AsyncCorner(self.make()))


class TestAsyncStock(TestStock):
    """Stock at Corner, awaited."""

    def make_sink(self) -> Any:
        """Return an async client, seen as a blocking one."""
        return awaited(AsyncCorner(self.make()))
