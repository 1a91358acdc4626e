"""The client: all its parts in one class, and its asyncio twin."""

from __future__ import annotations

from typing import final

from ecomkit.adapters.http import AsyncChannelClient, awaiting, immediate
from ecomkit.adapters.woocommerce._catalog import CatalogPart
from ecomkit.adapters.woocommerce._check import AccountPart
from ecomkit.adapters.woocommerce._dispatch import Dispatch
from ecomkit.adapters.woocommerce._stock import StockPart
from ecomkit.adapters.woocommerce._webhooks import Webhooks
from ecomkit.channels import (
    AccountCheck,
    AsyncAccountCheck,
    AsyncCancelSink,
    AsyncCatalogSource,
    AsyncDeliveryReader,
    AsyncFulfilmentSink,
    AsyncListingSink,
    AsyncOrderSource,
    AsyncRefundSink,
    AsyncRefundSource,
    AsyncStockSink,
    AsyncStockSource,
    AsyncWebhookSource,
    AsyncWebhookSubscriber,
    CancelSink,
    CatalogSource,
    DeliveryReader,
    FulfilmentSink,
    GroupingStockSink,
    ListingSink,
    OrderSource,
    PageEntry,
    Payload,
    PayloadReader,
    RefundSink,
    RefundSource,
    StockSink,
    StockSource,
    WebhookSource,
    WebhookSubscriber,
)
from ecomkit.identifiers import ListingId

__all__ = ["AsyncWooCommerce", "WooCommerce"]


@final
class WooCommerce(
    Dispatch,
    StockPart,
    CatalogPart,
    Webhooks,
    AccountPart,
    roles=(
        OrderSource,
        PayloadReader,
        DeliveryReader,
        CatalogSource,
        StockSource,
        StockSink,
        GroupingStockSink,
        ListingSink,
        FulfilmentSink,
        CancelSink,
        RefundSink,
        RefundSource,
        WebhookSource,
        WebhookSubscriber,
        AccountCheck,
    ),
):
    """
    A shop that runs WooCommerce, through its REST interface v3.

    An order's number is its id; a listing is ``12`` for a product and ``12:34`` for variation 34
    of product 12. The shop counts stock in one place and knows no returns. Each part says in its
    docstrings what the shop cannot do: it compares no stock, knows no keys of commands, and
    tells the time of a change to the second.

    >>> from ecomkit.adapters.http import FakeTransport, Kit, Reply
    >>> from ecomkit.identifiers import ChannelId
    >>> from ecomkit.money import Currency
    >>> from ecomkit.ports import Secret
    >>> empty = FakeTransport(lambda _: Reply.of_json([], headers=[("X-WP-Total", "0")]))
    >>> shop = WooCommerce(ChannelId("shop"), url="https://shop.example", key=Secret("ck_1"),
    ...                    secret=Secret("cs_1"), currency=Currency.EUR, kit=Kit(transport=empty))
    >>> shop.orders_after(None, page_size=50).entries
    ()
    """


class AsyncWooCommerce(
    AsyncChannelClient[WooCommerce],
    roles=(
        AsyncOrderSource,
        AsyncCatalogSource,
        AsyncStockSource,
        AsyncStockSink,
        AsyncListingSink,
        AsyncFulfilmentSink,
        AsyncCancelSink,
        AsyncRefundSink,
        AsyncRefundSource,
        AsyncWebhookSource,
        AsyncDeliveryReader,
        AsyncWebhookSubscriber,
        AsyncAccountCheck,
    ),
):
    """The asyncio twin of :class:`WooCommerce`."""

    orders_after = awaiting(WooCommerce.orders_after)
    order = awaiting(WooCommerce.order)
    listings_after = awaiting(WooCommerce.listings_after)
    push_listings = awaiting(WooCommerce.push_listings)
    push_stock = awaiting(WooCommerce.push_stock)
    read_stock = awaiting(WooCommerce.read_stock)
    push_fulfilment = awaiting(WooCommerce.push_fulfilment)
    read_fulfilment = awaiting(WooCommerce.read_fulfilment)
    push_cancellation = awaiting(WooCommerce.push_cancellation)
    read_cancellation = awaiting(WooCommerce.read_cancellation)
    push_refund = awaiting(WooCommerce.push_refund)
    read_refund = awaiting(WooCommerce.read_refund)
    refunds = awaiting(WooCommerce.refunds)
    read_webhook = immediate(WooCommerce.read_webhook)
    read_delivery = immediate(WooCommerce.read_delivery)
    subscriptions = awaiting(WooCommerce.subscriptions)
    subscribe = awaiting(WooCommerce.subscribe)
    unsubscribe = awaiting(WooCommerce.unsubscribe)
    check = awaiting(WooCommerce.check)

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        return self.client.push_rows_max

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read *payload* with the code of today."""
        return self.client.read_payload(payload)

    def push_group(self, listing: ListingId) -> str:
        """Return the group of a listing, whose rows share calls."""
        return self.client.push_group(listing)
