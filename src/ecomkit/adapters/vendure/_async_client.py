"""The asyncio twin of the Vendure client."""

from __future__ import annotations

from ecomkit.adapters.http import AsyncChannelClient, awaiting
from ecomkit.adapters.vendure._client import Vendure
from ecomkit.channels import (
    AsyncAccountCheck,
    AsyncCancelSink,
    AsyncCatalogSource,
    AsyncFulfilmentSink,
    AsyncListingSink,
    AsyncLocationSource,
    AsyncOrderSource,
    AsyncRefundSink,
    AsyncRefundSource,
    AsyncStockSink,
    AsyncStockSource,
    PageEntry,
    Payload,
    PayloadReader,
)

__all__ = ["AsyncVendure"]


class AsyncVendure(
    AsyncChannelClient[Vendure],
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
        AsyncLocationSource,
        AsyncAccountCheck,
    ),
):
    """The asyncio twin of :class:`Vendure`: ``AsyncVendure(Vendure(...))``."""

    orders_after = awaiting(Vendure.orders_after)
    order = awaiting(Vendure.order)
    push_stock = awaiting(Vendure.push_stock)
    read_stock = awaiting(Vendure.read_stock)
    listings_after = awaiting(Vendure.listings_after)
    push_listings = awaiting(Vendure.push_listings)
    push_fulfilment = awaiting(Vendure.push_fulfilment)
    read_fulfilment = awaiting(Vendure.read_fulfilment)
    push_cancellation = awaiting(Vendure.push_cancellation)
    read_cancellation = awaiting(Vendure.read_cancellation)
    push_refund = awaiting(Vendure.push_refund)
    read_refund = awaiting(Vendure.read_refund)
    refunds = awaiting(Vendure.refunds)
    locations = awaiting(Vendure.locations)
    check = awaiting(Vendure.check)

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        return self.client.push_rows_max

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read *payload* again."""
        return self.client.read_payload(payload)
