"""The reference channel keeps the laws of its roles, well behaved and not."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ecomkit.adapters.memory import ChannelFaults, Comparison, MemoryChannel, SoldLine
from ecomkit.channels import ClaimLine, Listing, OrderSource, StockSink
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.ports import ManualClock
from ecomkit.testing.conformance import OrderSourceConformance, StockSinkConformance

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestOrderSource(OrderSourceConformance):
    """Orders of a channel without faults."""

    faults: ChannelFaults | None = None

    def make_source(self) -> OrderSource:
        """Return a channel with the listings of the kit."""
        self.remote = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON), faults=self.faults)
        self.remote.put_up(Listing(id=listing, quantity=9) for listing in self.listings)
        return self.remote

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        sold = [
            SoldLine(
                id=line.id,
                listing=line.listing,
                quantity=line.quantity,
                unit_price=line.unit_price,
                title=line.title,
            )
            for line in lines
        ]
        self.remote.sell(number, sold, placed_at=NOON, buyer="ada")
        return number

    def change(self, number: str) -> None:
        """The marketplace touches the order."""
        self.remote.cancel(number, {})

    def spoil(self, number: str) -> None:
        """The marketplace sends half a document."""
        self.remote.post(number, '{"number": ')


class TestOrderSourceWithFaults(TestOrderSource):
    """Orders of a channel that fails, repeats and is late."""

    faults = ChannelFaults(seed=7, unavailable=0.2, rate_limited=0.2, repeated=0.4, late=0.5)


class TestStockSink(StockSinkConformance):
    """Stock of a channel without faults that compares."""

    faults: ChannelFaults | None = None

    def make_sink(self) -> StockSink:
        """Return a channel without listings."""
        self.remote = MemoryChannel(
            ChannelId("etsy"),
            clock=ManualClock(NOON),
            faults=self.faults,
            compares=Comparison.ENFORCED,
        )
        return self.remote

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put listings up."""
        ids = [ListingId(f"L{place}") for place in range(count)]
        self.remote.put_up(Listing(id=listing, quantity=7) for listing in ids)
        return ids

    def observed(self, listing: ListingId) -> int | None:
        """Look at the listing as a shopper does."""
        return self.remote.shown(listing)

    def show(self, listing: ListingId, quantity: int) -> None:
        """Change the listing past the client."""
        self.remote.put_up([Listing(id=listing, quantity=quantity)])


class TestStockSinkWithFaults(TestStockSink):
    """Stock of a channel that fails and loses answers."""

    faults = ChannelFaults(seed=7, unavailable=0.3, rate_limited=0.2, lost_answers=0.4)
