"""
The roles that a channel client can play: Protocols of one to three methods.

A client implements those that its system can carry; each role has an ``Async`` twin of the same
shape. Methods may raise the errors of :mod:`ecomkit.channels`; a push that raises
``ChannelUnavailableError`` counts as unknown for every row that was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ecomkit.channels._account import AccountReport, ChannelLocation
from ecomkit.channels._after_sales import ChannelRefund, ChannelReturn
from ecomkit.channels._listings import StockReading
from ecomkit.channels._pages import Cursor, ListingPage, OrderPage, PageEntry
from ecomkit.channels._payloads import Payload
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
from ecomkit.identifiers import ChannelId, ListingId

__all__ = [
    "AccountCheck",
    "CancelSink",
    "CatalogSource",
    "Channel",
    "FulfilmentSink",
    "GroupingStockSink",
    "ListingSink",
    "LocationSource",
    "OrderSource",
    "PayloadReader",
    "RefundSink",
    "RefundSource",
    "ReturnSource",
    "StockSink",
    "StockSource",
    "WebhookSource",
    "WebhookSubscriber",
]


@runtime_checkable
class Channel(Protocol):
    """What every client has: the name under which this account is known."""

    @property
    def channel(self) -> ChannelId:
        """The channel's name in orders, listings and reports."""
        ...


@runtime_checkable
class OrderSource(Protocol):
    """Orders can be pulled."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Return the orders changed after *cursor* (None: from the beginning), oldest change first."""
        ...

    def order(self, number: str) -> PageEntry | None:
        """Return one order as it is now; None if the channel has none of that number."""
        ...


@runtime_checkable
class PayloadReader(Protocol):
    """A payload that was kept can be read again, without asking the channel."""

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read *payload* with the code of today: pure, no call goes out."""
        ...


@runtime_checkable
class StockSink(Protocol):
    """Stock can be shown."""

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        ...

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Show the quantities; answer one result a row, in the order of *updates*."""
        ...


@runtime_checkable
class GroupingStockSink(Protocol):
    """Stock can be shown, and only some rows go to the channel in one call."""

    def push_group(self, listing: ListingId) -> str:
        """Return the group of a listing: rows of one group share calls, rows of several do not."""
        ...


@runtime_checkable
class StockSource(Protocol):
    """What is shown can be read back."""

    def read_stock(self, listings: Sequence[ListingId]) -> tuple[StockReading, ...]:
        """Return what the channel shows, one reading a listing, in the order given."""
        ...


@runtime_checkable
class CatalogSource(Protocol):
    """Listings can be pulled."""

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Return the listings after *cursor* (None: from the beginning)."""
        ...


@runtime_checkable
class FulfilmentSink(Protocol):
    """The channel can be told that units have left."""

    def push_fulfilment(self, fulfilment: Fulfilment) -> Effect:
        """Tell the channel; the same key twice counts once."""
        ...

    def read_fulfilment(self, fulfilment: Fulfilment) -> Effect:
        """Say whether the channel knows it: ``Applied``, ``Rejected`` if it does not, or ``Unknown``."""
        ...


@runtime_checkable
class RefundSink(Protocol):
    """The channel can be asked to pay back."""

    def push_refund(self, refund: Refund) -> Effect:
        """Ask the channel; the same key twice counts once."""
        ...

    def read_refund(self, refund: Refund) -> Effect:
        """Say whether the channel knows it: ``Applied``, ``Rejected`` if it does not, or ``Unknown``."""
        ...


@runtime_checkable
class ListingSink(Protocol):
    """Listings can be changed."""

    def push_listings(self, changes: Sequence[ListingChange]) -> tuple[Effect, ...]:
        """Change the listings; answer one effect a row, in the order of *changes*."""
        ...


@runtime_checkable
class WebhookSource(Protocol):
    """The channel calls us when something changed."""

    def read_webhook(self, body: bytes, *, headers: Sequence[tuple[str, str]]) -> WebhookHint:
        """Verify the call and return what it hints at; the state is read again, never taken from it."""
        ...


@runtime_checkable
class CancelSink(Protocol):
    """The channel can be told that units will not be shipped."""

    def push_cancellation(self, cancellation: Cancellation) -> Effect:
        """Tell the channel; the same key twice counts once."""
        ...

    def read_cancellation(self, cancellation: Cancellation) -> Effect:
        """Say whether the channel knows it: ``Applied``, ``Rejected`` if it does not, or ``Unknown``."""
        ...


@runtime_checkable
class RefundSource(Protocol):
    """What was paid back for an order can be pulled."""

    def refunds(self, number: str) -> tuple[ChannelRefund, ...]:
        """Return all refunds of one order, oldest first; none for an order that is not there."""
        ...


@runtime_checkable
class ReturnSource(Protocol):
    """What comes back of an order can be pulled."""

    def returns(self, number: str) -> tuple[ChannelReturn, ...]:
        """Return all returns of one order, oldest first; none for an order that is not there."""
        ...


@runtime_checkable
class LocationSource(Protocol):
    """The channel counts stock by place."""

    def locations(self) -> tuple[ChannelLocation, ...]:
        """Return the places of the account."""
        ...


@runtime_checkable
class WebhookSubscriber(Protocol):
    """The channel can be asked to call us, and to stop."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return the subscriptions of the account that this client can see."""
        ...

    def subscribe(self, kind: HintKind, *, address: str) -> tuple[Subscription, ...]:
        """Have the channel call *address* when something of *kind* changes; twice counts once."""
        ...

    def unsubscribe(self, subscription: str) -> None:
        """End a subscription, by its id; one that is not there is no error."""
        ...


@runtime_checkable
class AccountCheck(Protocol):
    """The account can be looked at before it is relied on."""

    def check(self) -> AccountReport:
        """Say what the account may really do: credentials, scopes, settings. Changes nothing."""
        ...
