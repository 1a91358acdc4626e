"""The same roles for asyncio: what a role answers is awaited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ecomkit.channels._account import AccountReport, ChannelLocation
from ecomkit.channels._after_sales import ChannelRefund, ChannelReturn
from ecomkit.channels._listings import StockReading
from ecomkit.channels._pages import Cursor, ListingPage, OrderPage, PageEntry
from ecomkit.channels._updates import (
    Cancellation,
    Effect,
    Fulfilment,
    ListingChange,
    Refund,
    StockResult,
    StockUpdate,
)
from ecomkit.channels._webhooks import HintKind, Subscription, WebhookHint
from ecomkit.identifiers import ListingId

__all__ = [
    "AsyncAccountCheck",
    "AsyncCancelSink",
    "AsyncCatalogSource",
    "AsyncFulfilmentSink",
    "AsyncListingSink",
    "AsyncLocationSource",
    "AsyncOrderSource",
    "AsyncRefundSink",
    "AsyncRefundSource",
    "AsyncReturnSource",
    "AsyncStockSink",
    "AsyncStockSource",
    "AsyncWebhookSource",
    "AsyncWebhookSubscriber",
]


@runtime_checkable
class AsyncOrderSource(Protocol):
    """Orders can be pulled."""

    async def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Return the orders changed after *cursor* (None: from the beginning), oldest change first."""
        ...

    async def order(self, number: str) -> PageEntry | None:
        """Return one order as it is now; None if the channel has none of that number."""
        ...


@runtime_checkable
class AsyncStockSink(Protocol):
    """Stock can be shown."""

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        ...

    async def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Show the quantities; answer one result a row, in the order of *updates*."""
        ...


@runtime_checkable
class AsyncStockSource(Protocol):
    """What is shown can be read back."""

    async def read_stock(self, listings: Sequence[ListingId]) -> tuple[StockReading, ...]:
        """Return what the channel shows, one reading a listing, in the order given."""
        ...


@runtime_checkable
class AsyncCatalogSource(Protocol):
    """Listings can be pulled."""

    async def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Return the listings after *cursor* (None: from the beginning)."""
        ...


@runtime_checkable
class AsyncFulfilmentSink(Protocol):
    """The channel can be told that units have left."""

    async def push_fulfilment(self, fulfilment: Fulfilment) -> Effect:
        """Tell the channel; the same key twice counts once."""
        ...

    async def read_fulfilment(self, fulfilment: Fulfilment) -> Effect:
        """Say whether the channel knows it: ``Applied``, ``Rejected`` if it does not, or ``Unknown``."""
        ...


@runtime_checkable
class AsyncRefundSink(Protocol):
    """The channel can be asked to pay back."""

    async def push_refund(self, refund: Refund) -> Effect:
        """Ask the channel; the same key twice counts once."""
        ...

    async def read_refund(self, refund: Refund) -> Effect:
        """Say whether the channel knows it: ``Applied``, ``Rejected`` if it does not, or ``Unknown``."""
        ...


@runtime_checkable
class AsyncListingSink(Protocol):
    """Listings can be changed."""

    async def push_listings(self, changes: Sequence[ListingChange]) -> tuple[Effect, ...]:
        """Change the listings; answer one effect a row, in the order of *changes*."""
        ...


@runtime_checkable
class AsyncWebhookSource(Protocol):
    """The channel calls us when something changed."""

    async def read_webhook(
        self, body: bytes, *, headers: Sequence[tuple[str, str]]
    ) -> WebhookHint:
        """Verify the call and return what it hints at; the state is read again, never taken from it."""
        ...


@runtime_checkable
class AsyncCancelSink(Protocol):
    """The channel can be told that units will not be shipped."""

    async def push_cancellation(self, cancellation: Cancellation) -> Effect:
        """Tell the channel; the same key twice counts once."""
        ...

    async def read_cancellation(self, cancellation: Cancellation) -> Effect:
        """Say whether the channel knows it: ``Applied``, ``Rejected`` if it does not, or ``Unknown``."""
        ...


@runtime_checkable
class AsyncRefundSource(Protocol):
    """What was paid back for an order can be pulled."""

    async def refunds(self, number: str) -> tuple[ChannelRefund, ...]:
        """Return all refunds of one order, oldest first; none for an order that is not there."""
        ...


@runtime_checkable
class AsyncReturnSource(Protocol):
    """What comes back of an order can be pulled."""

    async def returns(self, number: str) -> tuple[ChannelReturn, ...]:
        """Return all returns of one order, oldest first; none for an order that is not there."""
        ...


@runtime_checkable
class AsyncLocationSource(Protocol):
    """The channel counts stock by place."""

    async def locations(self) -> tuple[ChannelLocation, ...]:
        """Return the places of the account."""
        ...


@runtime_checkable
class AsyncWebhookSubscriber(Protocol):
    """The channel can be asked to call us, and to stop."""

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the subscriptions of the account that this client can see."""
        ...

    async def subscribe(self, kind: HintKind, *, address: str) -> tuple[Subscription, ...]:
        """Have the channel call *address* when something of *kind* changes; twice counts once."""
        ...

    async def unsubscribe(self, subscription: str) -> None:
        """End a subscription, by its id; one that is not there is no error."""
        ...


@runtime_checkable
class AsyncAccountCheck(Protocol):
    """The account can be looked at before it is relied on."""

    async def check(self) -> AccountReport:
        """Say what the account may really do: credentials, scopes, settings. Changes nothing."""
        ...
