"""The client keeps the laws of effects, listings and webhooks, over a good wire and a bad one."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ecomkit.adapters.http import Kit, Options, VirtualTime
from ecomkit.adapters.woocommerce import AsyncWooCommerce, WooCommerce
from ecomkit.channels import ClaimLine, HintKind, ListingState
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret
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
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

from .conftest import START

FAULTS = WireFaults(
    seed=7, unsent=0.05, lost=0.05, lost_answers=0.1, torn=0.05, throttled=0.05, broken=0.05
)


class Remote:
    """A shop that sells two things, and its client."""

    faults: WireFaults | None = None
    listings: tuple[ListingId, ...] = ()
    awaits = False

    def make_sink(self) -> Any:
        """Return a client of a fresh shop."""
        time = VirtualTime(START)
        self.shop = WooCommerceFake(time=time, faults=self.faults, currency=Currency.EUR)
        client = WooCommerce(
            ChannelId("woo"),
            url="https://shop.example",
            key=self.shop.key,
            secret=self.shop.secret,
            currency=Currency.EUR,
            webhook_secrets=[Secret("whs")],
            options=Options(deadline_seconds=3600, attempts_max=20),
            kit=Kit(transport=self.shop.transport, time=time, draw=lambda: 0.5),
        )
        self.put_up_two()
        return awaited(AsyncWooCommerce(client)) if self.awaits else client

    make_source = make_sink

    def put_up_two(self) -> None:
        """Put up what the kit sells."""
        self.listings = (self.shop.put_up("MUG", quantity=9), self.shop.put_up("CUP", quantity=9))

    def place(self, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        return self.shop.sell([(row.listing, row.quantity, row.unit_price) for row in lines])

    def order(self, number: str) -> Any:
        """Return the order as the shop keeps it."""
        return self.shop.shop.order(number)

    def line_ids(self, number: str) -> Sequence[LineId]:
        """Return the ids of the lines."""
        return [LineId(str(line.id)) for line in self.order(number).lines]

    def refunded(self, number: str) -> dict[LineId, int]:
        """Return the units of all refunds."""
        units: Counter[LineId] = Counter()
        for refund in self.order(number).refunds:
            units.update({LineId(str(row.line.id)): row.quantity for row in refund.lines})
        return dict(units)


class TestFulfilmentSink(Remote, FulfilmentSinkConformance):
    """Shipping."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return what our marks at the order say; a completed order has one for each parcel."""
        units: Counter[LineId] = Counter()
        for row in self.order(number).meta:
            if row.key.startswith("_ecomkit_fulfilment_"):
                units.update(json.loads(row.value)["lines"])
        return {LineId(line): quantity for line, quantity in units.items()}


class TestCancelSink(Remote, CancelSinkConformance):
    """Cancelling."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return all of a cancelled order, or the units that were refunded for nothing."""
        order = self.order(number)
        if order.status == "cancelled":
            return {LineId(str(line.id)): line.quantity for line in order.lines}
        assert self.shop.refunded(number).is_zero
        return self.refunded(number)


class TestRefundSink(Remote, RefundSinkConformance):
    """Paying back."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return the units of all refunds."""
        return self.refunded(number)

    def paid_back(self, number: str) -> Money:
        """Return what was paid back."""
        return self.shop.refunded(number)


class Empty(Remote):
    """A shop that sells nothing yet."""

    def put_up_two(self) -> None:
        """Put up nothing."""


class TestCatalogSource(Empty, CatalogSourceConformance):
    """The catalogue."""

    def put_up(self, skus: Sequence[str], *, quantity: int) -> Sequence[ListingId]:
        """Put up a product, and variations of another one."""
        first, *rest = skus
        found = [self.shop.put_up(first, quantity=quantity)]
        return [*found, *(self.shop.put_up_variations(rest, quantity=quantity) if rest else ())]


class TestListingSink(Empty, ListingSinkConformance):
    """Changing listings."""

    unknown = ListingId("999999")

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put up products."""
        return [self.shop.put_up(f"P{place}") for place in range(count)]

    def product(self, listing: ListingId) -> Any:
        """Return the product as the shop keeps it."""
        return self.shop.shop.products[int(listing)]

    def price(self, listing: ListingId) -> Money | None:
        """Return what shoppers pay."""
        return Money(self.product(listing).price, Currency.EUR)

    def sku(self, listing: ListingId) -> str | None:
        """Return the sku."""
        return str(self.product(listing).sku)

    def state(self, listing: ListingId) -> ListingState | None:
        """Return whether it is published."""
        published = self.product(listing).status == "publish"
        return ListingState.ON_SALE if published else ListingState.HIDDEN


class TestWebhookSource(Empty, WebhookSourceConformance):
    """Calls of the shop."""

    signature_header = "x-wc-webhook-signature"

    def make_source(self) -> Any:
        """Return a client that has subscribed."""
        client = super().make_sink()
        self.mug = self.shop.put_up("MUG")

        client.subscribe(HintKind.ORDER, address="https://hub.example/in")
        return client

    def place(self) -> str:
        """A shopper buys."""
        return self.shop.sell([(self.mug, 1, Money(100, Currency.EUR))])

    def deliveries(self) -> Any:
        """Return what was sent."""
        return self.shop.webhooks()


class TestAsyncFulfilmentSink(TestFulfilmentSink):
    """Shipping, awaited, over a wire that breaks."""

    awaits = True
    faults = FAULTS


class TestAsyncCancelSink(TestCancelSink):
    """Cancelling, awaited, over a wire that breaks."""

    awaits = True
    faults = FAULTS


class TestAsyncRefundSink(TestRefundSink):
    """Paying back, awaited, over a wire that breaks."""

    awaits = True
    faults = FAULTS


class TestAsyncCatalogSource(TestCatalogSource):
    """The catalogue, awaited, over a wire that breaks."""

    awaits = True
    faults = FAULTS


class TestAsyncListingSink(TestListingSink):
    """Changing listings, awaited, over a wire that breaks."""

    awaits = True
    faults = FAULTS


class TestAsyncWebhookSource(TestWebhookSource):
    """Calls of the shop, awaited."""

    awaits = True


class TestFulfilmentSinkWithFaults(TestFulfilmentSink):
    """Shipping, over a wire that breaks."""

    faults = FAULTS


class TestCancelSinkWithFaults(TestCancelSink):
    """Cancelling, over a wire that breaks."""

    faults = FAULTS


class TestRefundSinkWithFaults(TestRefundSink):
    """Paying back, over a wire that breaks."""

    faults = FAULTS


class TestCatalogSourceWithFaults(TestCatalogSource):
    """The catalogue, over a wire that breaks."""

    faults = FAULTS


class TestListingSinkWithFaults(TestListingSink):
    """Changing listings, over a wire that breaks."""

    faults = FAULTS
