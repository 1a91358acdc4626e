"""The reference channel keeps the laws of its roles, well behaved and not."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ecomkit.adapters.memory import ChannelFaults, Comparison, MemoryChannel, SoldLine
from ecomkit.channels import ClaimLine, Listing, OrderSource, StockSink
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Money
from ecomkit.ports import ManualClock
from ecomkit.testing.conformance import (
    CancelSinkConformance,
    CatalogSourceConformance,
    FulfilmentSinkConformance,
    OrderSourceConformance,
    RefundSinkConformance,
    StockSinkConformance,
)

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


class Remote:
    """A channel that sells two listings, with faults or without."""

    faults: ChannelFaults | None = None
    listings = (ListingId("L1"), ListingId("L2"))

    def make_sink(self) -> MemoryChannel:
        """Return a channel without orders."""
        self.remote = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON), faults=self.faults)
        self.remote.put_up(Listing(id=listing, quantity=9) for listing in self.listings)
        return self.remote

    def place(self, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        number = str(1001 + len(self.remote._orders))
        sold = [
            SoldLine(
                id=line.id,
                listing=line.listing,
                quantity=line.quantity,
                unit_price=line.unit_price,
            )
            for line in lines
        ]
        self.remote.sell(number, sold, placed_at=NOON)
        return number

    def line_ids(self, number: str) -> Sequence[LineId]:
        """Return the ids of the lines."""
        return [line["id"] for line in self.remote._orders[number]["lines"]]

    def counted(self, number: str, field: str) -> dict[LineId, int]:
        """Return what the channel counts of each line."""
        return {line["id"]: line[field] for line in self.remote._orders[number]["lines"]}


class TestFulfilmentSink(Remote, FulfilmentSinkConformance):
    """Shipping at a channel without faults."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return what is shipped."""
        return self.counted(number, "shipped")


class TestCancelSink(Remote, CancelSinkConformance):
    """Cancelling at a channel without faults."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return what is cancelled."""
        return self.counted(number, "cancelled")


class TestRefundSink(Remote, RefundSinkConformance):
    """Paying back at a channel without faults."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return what was paid back, by units."""
        units: dict[LineId, int] = {}
        for refund in self.remote._refunds.get(number, ()):
            for line in refund.lines:
                units[line.line] = units.get(line.line, 0) + line.quantity
        return units

    def paid_back(self, number: str) -> Money:
        """Return what was paid back."""
        return self.remote.paid_back(number)


FAULTS = ChannelFaults(seed=7, unavailable=0.2, rate_limited=0.2, lost_answers=0.4)


class TestFulfilmentSinkWithFaults(TestFulfilmentSink):
    """Shipping at a channel that fails and loses answers."""

    faults = FAULTS


class TestCancelSinkWithFaults(TestCancelSink):
    """Cancelling at a channel that fails and loses answers."""

    faults = FAULTS


class TestRefundSinkWithFaults(TestRefundSink):
    """Paying back at a channel that fails and loses answers."""

    faults = FAULTS


class TestCatalogSource(CatalogSourceConformance):
    """The catalogue of a channel."""

    def make_source(self) -> MemoryChannel:
        """Return a channel without listings."""
        self.remote = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON))
        return self.remote

    def put_up(self, skus: Sequence[str], *, quantity: int) -> Sequence[ListingId]:
        """Put things on sale."""
        ids = [ListingId(f"L-{sku}") for sku in skus]
        self.remote.put_up(
            Listing(id=listing, sku_text=sku, quantity=quantity)
            for listing, sku in zip(ids, skus, strict=True)
        )
        return ids
