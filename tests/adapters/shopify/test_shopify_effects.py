"""What the client tells Shopify keeps the laws of its roles: it counts once, and is found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shopify_helpers import FAULTS, NOON, client_of

from ecomkit.adapters.http import VirtualTime
from ecomkit.adapters.shopify import AsyncShopify
from ecomkit.channels import ClaimLine, HintKind, ListingState
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.conformance import (
    CancelSinkConformance,
    CatalogSourceConformance,
    FulfilmentSinkConformance,
    ListingSinkConformance,
    RefundSinkConformance,
    WebhookSourceConformance,
    awaited,
)
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.shopify import ShopifyFake

STATES = {
    "ACTIVE": ListingState.ON_SALE,
    "ARCHIVED": ListingState.ENDED,
    "DRAFT": ListingState.HIDDEN,
}


class Shop:
    """A fake shop, as the hooks of the kits want it."""

    faults: WireFaults | None = None
    listings: tuple[ListingId, ...] = ()

    def make_sink(self) -> Any:
        """Return a client of a shop with two listings and no order."""
        self.remote = ShopifyFake(time=VirtualTime(NOON), faults=self.faults, job_seconds=0)
        self.listings = tuple(self.remote.put_up(f"SKU-{place}", quantity=99) for place in (1, 2))
        return self.twin(client_of(self.remote))

    def twin(self, client: Any) -> Any:
        """Return the client itself."""
        return client

    def place(self, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys and pays."""
        return self.remote.sell([(line.listing, line.quantity, line.unit_price) for line in lines])

    def line_ids(self, number: str) -> Sequence[LineId]:
        """Return the lines of an order."""
        return [LineId(str(line.id)) for line in self.remote.order(number).lines]


class Awaited:
    """The async twin in the client's place."""

    def twin(self, client: Any) -> Any:
        """Return the twin, awaited."""
        return awaited(AsyncShopify(client))


class TestFulfilment(Shop, FulfilmentSinkConformance):
    """Shipping."""

    def done(self, number: str) -> Mapping[LineId, int]:
        """Return what was shipped."""
        return {LineId(str(line.id)): line.fulfilled for line in self.remote.order(number).lines}


class TestFulfilmentWithFaults(TestFulfilment):
    """Shipping, over a wire that is not well."""

    faults = FAULTS


class TestFulfilmentAwaited(Awaited, TestFulfilmentWithFaults):
    """Shipping for asyncio."""


class TestCancel(Shop, CancelSinkConformance):
    """Cancelling."""

    def done(self, number: str) -> Mapping[LineId, int]:
        """Return what was cancelled, once the shop has come to it."""
        self.remote.time.sleep(5)
        return {
            LineId(str(line.id)): line.quantity - line.unfulfilled
            for line in self.remote.order(number).lines
        }


class TestCancelWithFaults(TestCancel):
    """Cancelling, over a wire that is not well."""

    faults = FAULTS


class TestCancelAwaited(Awaited, TestCancelWithFaults):
    """Cancelling for asyncio."""


class TestRefund(Shop, RefundSinkConformance):
    """Paying back."""

    def done(self, number: str) -> Mapping[LineId, int]:
        """Return what was paid back in units."""
        return {LineId(str(line.id)): line.refunded for line in self.remote.order(number).lines}

    def paid_back(self, number: str) -> Money:
        """Return what was paid back in money."""
        return self.remote.refunded(number)


class TestRefundWithFaults(TestRefund):
    """Paying back, over a wire that is not well."""

    faults = FAULTS


class TestRefundAwaited(Awaited, TestRefundWithFaults):
    """Paying back for asyncio."""


class TestListings(ListingSinkConformance):
    """Changing listings."""

    faults: WireFaults | None = None

    def make_sink(self) -> Any:
        """Return a client of a shop without listings."""
        self.remote = ShopifyFake(time=VirtualTime(NOON), faults=self.faults)
        return client_of(self.remote)

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put things on sale."""
        price = Money(2000, Currency.EUR)
        return [self.remote.put_up(f"SKU-{place}", price=price) for place in range(count)]

    def _variant(self, listing: ListingId) -> Any:
        return self.remote.store.variants[int(listing)]

    def price(self, listing: ListingId) -> Money | None:
        """Return what shoppers pay."""
        found: Money = self._variant(listing).price
        return found

    def sku(self, listing: ListingId) -> str | None:
        """Return the sku."""
        found: str | None = self._variant(listing).sku
        return found

    def state(self, listing: ListingId) -> ListingState | None:
        """Return what the product's status means."""
        return STATES[self._variant(listing).product.status]


class TestListingsWithFaults(TestListings):
    """Changing listings, over a wire that is not well."""

    faults = FAULTS


class TestCatalogue(CatalogSourceConformance):
    """Pulling listings."""

    faults: WireFaults | None = None

    def make_source(self) -> Any:
        """Return a client of a shop without listings."""
        self.remote = ShopifyFake(time=VirtualTime(NOON), faults=self.faults)
        return client_of(self.remote)

    def put_up(self, skus: Sequence[str], *, quantity: int) -> Sequence[ListingId]:
        """Put things on sale."""
        return [self.remote.put_up(sku, quantity=quantity) for sku in skus]


class TestCatalogueWithFaults(TestCatalogue):
    """Pulling listings, over a wire that is not well."""

    faults = FAULTS


class TestWebhooks(WebhookSourceConformance):
    """Being called."""

    signature_header = "x-shopify-hmac-sha256"

    def make_source(self) -> Any:
        """Return a client of a shop that calls about orders."""
        self.remote = ShopifyFake(time=VirtualTime(NOON))
        client = client_of(self.remote)
        client.subscribe(HintKind.ORDER, address="https://app.example/hooks")
        return client

    def place(self) -> str:
        """A shopper buys."""
        return self.remote.sell([(self.remote.put_up("SKU"), 1, Money(2000, Currency.EUR))])

    def deliveries(self) -> Any:
        """Return the calls."""
        return self.remote.webhooks()


class TestListingsAwaited(TestListingsWithFaults):
    """Changing listings for asyncio."""

    def make_sink(self) -> Any:
        """Return the twin."""
        return awaited(AsyncShopify(super().make_sink()))


class TestCatalogueAwaited(TestCatalogueWithFaults):
    """Pulling listings for asyncio."""

    def make_source(self) -> Any:
        """Return the twin."""
        return awaited(AsyncShopify(super().make_source()))


class TestWebhooksAwaited(TestWebhooks):
    """Being called, for asyncio."""

    def make_source(self) -> Any:
        """Return the twin."""
        return awaited(AsyncShopify(super().make_source()))
