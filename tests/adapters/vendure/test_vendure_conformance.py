"""The Vendure client keeps the laws of its roles, on a good wire and on a bad one, awaited or not."""

from collections.abc import Sequence
from typing import Any

from vendure_remote import client_of, fake_of

from ecomkit.adapters.vendure import AsyncVendure, Vendure
from ecomkit.channels import ClaimLine, ListingState
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Money
from ecomkit.testing.conformance import (
    CancelSinkConformance,
    CatalogSourceConformance,
    FulfilmentSinkConformance,
    ListingSinkConformance,
    OrderSourceConformance,
    RefundSinkConformance,
    StockSinkConformance,
    awaited,
)
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.vendure import VendureFake


class Remote:
    """A shop with two things on sale."""

    faults: WireFaults | None = None
    listings: tuple[ListingId, ...] = (ListingId("1"), ListingId("2"))
    remote: VendureFake

    def client(self) -> Any:
        """Return a client of a fresh shop."""
        self.remote = fake_of(faults=self.faults)
        return client_of(self.remote)

    def stocked(self) -> Any:
        """Return a client of a fresh shop that has the listings."""
        client = self.client()
        assert self.listings == tuple(
            self.remote.put_up(sku, quantity=90) for sku in ("KNIT", "WOOD")
        )
        return client

    def sold(self, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys and pays."""
        self.remote.time.sleep(1)
        return self.remote.sell([(one.listing, one.quantity, one.unit_price) for one in lines])


class Awaited:
    """The same client, awaited."""

    def client(self) -> Any:
        """Return the asyncio twin, seen as a blocking client."""
        blocking: Vendure = super().client()  # type: ignore[misc]  # of the class beside it
        return awaited(AsyncVendure(blocking))


class BadWire:
    """A wire that loses, repeats and refuses."""

    faults: WireFaults | None = WireFaults(
        seed=11, unsent=0.1, lost=0.1, lost_answers=0.1, torn=0.1, broken=0.1
    )


class TestOrders(Remote, OrderSourceConformance):
    """Orders are pulled."""

    examples = 15

    def make_source(self) -> Any:
        """Return a client."""
        return self.stocked()

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys; the shop gives the number."""
        return self.sold(lines)

    def change(self, number: str) -> None:
        """The merchant writes a note."""
        self.remote.time.sleep(1)
        self.remote.touch(number)

    def spoil(self, number: str) -> None:
        """The shop gives an order without its lines."""
        self.remote.spoil(number)

    def change_unseen(self, number: str) -> None:
        """The merchant writes a note that the lists show late."""
        self.remote.delay(number, 60)
        self.change(number)

    def reveal(self) -> None:
        """Time goes by."""
        self.remote.time.sleep(61)


class TestOrdersAwaited(Awaited, TestOrders):
    """Orders are pulled, awaited."""

    examples = 5


class TestOrdersBadWire(BadWire, TestOrders):
    """Orders are pulled over a bad wire."""

    examples = 5


class TestOrdersBadWireAwaited(BadWire, Awaited, TestOrders):
    """Orders are pulled over a bad wire, awaited."""

    examples = 5


class TestStock(Remote, StockSinkConformance):
    """Stock is shown."""

    def make_sink(self) -> Any:
        """Return a client."""
        return self.client()

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put things on sale."""
        return [self.remote.put_up(f"SKU-{place}") for place in range(count)]

    def observed(self, listing: ListingId) -> int | None:
        """Return what shoppers can buy."""
        shown = self.remote.shown(listing)
        return None if shown is None else shown - self.remote.allocated(listing)

    def show(self, listing: ListingId, quantity: int) -> None:
        """The merchant counts."""
        self.remote.show(listing, quantity)


class TestStockAwaited(Awaited, TestStock):
    """Stock is shown, awaited."""


class TestStockBadWire(BadWire, TestStock):
    """Stock is shown over a bad wire."""


class TestStockBadWireAwaited(BadWire, Awaited, TestStock):
    """Stock is shown over a bad wire, awaited."""


class TestCatalog(Remote, CatalogSourceConformance):
    """Listings are pulled."""

    def make_source(self) -> Any:
        """Return a client."""
        return self.client()

    def put_up(self, skus: Sequence[str], *, quantity: int) -> Sequence[ListingId]:
        """Put things on sale."""
        return [self.remote.put_up(sku, quantity=quantity) for sku in skus]


class TestListings(Remote, ListingSinkConformance):
    """Listings are changed."""

    def make_sink(self) -> Any:
        """Return a client."""
        return self.client()

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put things on sale."""
        return [self.remote.put_up(f"SKU-{place}") for place in range(count)]

    def price(self, listing: ListingId) -> Money | None:
        """Return the price as it was entered."""
        return Money(self.remote._variant(listing).price, self.remote.currency)

    def sku(self, listing: ListingId) -> str | None:
        """Return the sku."""
        return self.remote._variant(listing).sku

    def state(self, listing: ListingId) -> ListingState | None:
        """Return whether shoppers see it."""
        is_seen = self.remote._variant(listing).enabled
        return ListingState.ON_SALE if is_seen else ListingState.HIDDEN


class Effects(Remote):
    """A shop that is told what to do with its orders."""

    def make_sink(self) -> Any:
        """Return a client."""
        return self.stocked()

    def place(self, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys and pays."""
        return self.sold(lines)

    def line_ids(self, number: str) -> Sequence[LineId]:
        """Return the ids of an order's lines."""
        return self.remote.lines(number)


class TestFulfilments(Effects, FulfilmentSinkConformance):
    """Units are shipped."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return the units that have left."""
        found = dict.fromkeys(self.line_ids(number), 0)
        for fulfilment in self.remote.fulfilments(number):
            for key, quantity in fulfilment.lines:
                found[LineId(str(key))] += quantity
        return found


class TestFulfilmentsBadWireAwaited(BadWire, Awaited, TestFulfilments):
    """Units are shipped over a bad wire, awaited."""


class TestCancellations(Effects, CancelSinkConformance):
    """Units are cancelled."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return the units that were cancelled."""
        return {
            LineId(str(line.id)): line.placed - line.quantity
            for line in self.remote._order(number).lines
        }


class TestCancellationsBadWireAwaited(BadWire, Awaited, TestCancellations):
    """Units are cancelled over a bad wire, awaited."""


class TestRefunds(Effects, RefundSinkConformance):
    """Money is paid back."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return the units that were paid back."""
        found = dict.fromkeys(self.line_ids(number), 0)
        for payment in self.remote._order(number).payments:
            for refund in payment.refunds:
                for key, quantity in refund.lines:
                    found[LineId(str(key))] += quantity
        return found

    def paid_back(self, number: str) -> Money:
        """Return the money that was paid back."""
        return self.remote.refunded(number)


class TestRefundsBadWireAwaited(BadWire, Awaited, TestRefunds):
    """Money is paid back over a bad wire, awaited."""


class TestCatalogBadWire(BadWire, TestCatalog):
    """Listings are pulled over a bad wire."""


class TestCatalogBadWireAwaited(BadWire, Awaited, TestCatalog):
    """Listings are pulled over a bad wire, awaited."""


class TestListingsBadWire(BadWire, TestListings):
    """Listings are changed over a bad wire."""


class TestListingsBadWireAwaited(BadWire, Awaited, TestListings):
    """Listings are changed over a bad wire, awaited."""


class TestFulfilmentsBadWire(BadWire, TestFulfilments):
    """Shipments are told over a bad wire."""


class TestCancellationsBadWire(BadWire, TestCancellations):
    """Cancellations are told over a bad wire."""


class TestRefundsBadWire(BadWire, TestRefunds):
    """Money is paid back over a bad wire."""
