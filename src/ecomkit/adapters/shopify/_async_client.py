"""The Shopify client for asyncio."""

from __future__ import annotations

from ecomkit.adapters.http import AsyncChannelClient, awaiting, immediate
from ecomkit.adapters.shopify._client import Shopify
from ecomkit.channels import (
    AsyncAccountCheck,
    AsyncCancelSink,
    AsyncCatalogSource,
    AsyncDeliveryReader,
    AsyncFulfilmentSink,
    AsyncListingSink,
    AsyncLocationSource,
    AsyncOrderSource,
    AsyncRefundSink,
    AsyncRefundSource,
    AsyncReturnSource,
    AsyncStockSink,
    AsyncStockSource,
    AsyncWebhookSource,
    AsyncWebhookSubscriber,
    PageEntry,
    Payload,
    PayloadReader,
)

__all__ = ["AsyncShopify"]


class AsyncShopify(
    AsyncChannelClient[Shopify],
    roles=(
        AsyncOrderSource,
        PayloadReader,
        AsyncStockSink,
        AsyncStockSource,
        AsyncCatalogSource,
        AsyncListingSink,
        AsyncFulfilmentSink,
        AsyncCancelSink,
        AsyncRefundSink,
        AsyncRefundSource,
        AsyncReturnSource,
        AsyncLocationSource,
        AsyncWebhookSource,
        AsyncDeliveryReader,
        AsyncWebhookSubscriber,
        AsyncAccountCheck,
    ),
):
    """The asyncio twin of :class:`Shopify`: ``AsyncShopify(Shopify(...))``."""

    orders_after = awaiting(Shopify.orders_after)
    order = awaiting(Shopify.order)
    read_stock = awaiting(Shopify.read_stock)
    push_stock = awaiting(Shopify.push_stock)
    listings_after = awaiting(Shopify.listings_after)
    push_listings = awaiting(Shopify.push_listings)
    push_fulfilment = awaiting(Shopify.push_fulfilment)
    read_fulfilment = awaiting(Shopify.read_fulfilment)
    push_cancellation = awaiting(Shopify.push_cancellation)
    read_cancellation = awaiting(Shopify.read_cancellation)
    push_refund = awaiting(Shopify.push_refund)
    read_refund = awaiting(Shopify.read_refund)
    refunds = awaiting(Shopify.refunds)
    returns = awaiting(Shopify.returns)
    locations = awaiting(Shopify.locations)
    read_webhook = immediate(Shopify.read_webhook)
    read_delivery = immediate(Shopify.read_delivery)
    subscriptions = awaiting(Shopify.subscriptions)
    subscribe = awaiting(Shopify.subscribe)
    unsubscribe = awaiting(Shopify.unsubscribe)
    check = awaiting(Shopify.check)
    start_bulk_orders = awaiting(Shopify.start_bulk_orders)
    bulk_orders = awaiting(Shopify.bulk_orders)

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        return self.client.push_rows_max

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read *payload* again; no call goes out."""
        return self.client.read_payload(payload)
