"""What a client is asked to do: every method of every role that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecomkit import channels
from ecomkit.adapters.http import ChannelClient
from ecomkit.channels import (
    Cancellation,
    ChannelClaim,
    Fulfilment,
    HintKind,
    LineUnits,
    ListingChange,
    ReadOrder,
    Refund,
    StockUpdate,
)
from ecomkit.identifiers import CommandKey, ListingId, Sku
from ecomkit.money import Currency, Money
from hostility._benches import START

__all__ = ["Probe", "probes_of"]

Probe = Callable[[Any], Any]
KEY = CommandKey("key-1")
PAGES_MAX = 4


def _pull(client: Any) -> list[Any]:
    """Pull page after page, from the start and once more from where that ended."""
    found: list[Any] = []
    cursor = None
    for _ in range(PAGES_MAX):
        page = client.orders_after(cursor, page_size=2)
        found.append(page)
        cursor = page.next
        if not page.more:
            break
    found.append(client.orders_after(cursor, page_size=50))
    return found


def _catalogue(client: Any) -> list[Any]:
    found: list[Any] = []
    cursor = None
    for _ in range(PAGES_MAX):
        page = client.listings_after(cursor, page_size=2)
        found.append(page)
        cursor = page.next
        if not page.more:
            break
    return found


def _bulk(client: Any) -> Any:
    """Have an export made, wait for it and read its file, which lies elsewhere."""
    export = client.start_bulk_orders()
    client.kit.time.sleep(10)
    return client.bulk_orders(export)


def probes_of(
    client: ChannelClient, *, listings: list[ListingId], claim: ChannelClaim
) -> Mapping[str, Probe]:
    """Return what *client* can be asked about two listings and an order, by names."""
    number = claim.number
    units = [LineUnits(line=claim.lines[0].id, quantity=1)]
    fulfilment = Fulfilment(
        key=KEY, number=number, lines=units, shipped_at=START, carrier="Post", tracking="T1"
    )
    cancellation = Cancellation(key=KEY, number=number, lines=units, reason="gone")
    refund = Refund(
        key=KEY, number=number, amount=Money(500, Currency.EUR), reason="late", lines=units
    )
    updates = [StockUpdate(listing=one, quantity=3, expected=7) for one in listings]
    changes = [
        ListingChange(listing=one, sku=Sku("NEW"), price=Money(900, Currency.EUR))
        for one in listings
    ]
    by_role: Mapping[str, Mapping[str, Probe]] = {
        "OrderSource": {"pull": _pull, "order": lambda client: client.order(number)},
        "CatalogSource": {"catalogue": _catalogue},
        "StockSource": {"read_stock": lambda client: client.read_stock(listings)},
        "StockSink": {"push_stock": lambda client: client.push_stock(updates)},
        "ListingSink": {"push_listings": lambda client: client.push_listings(changes)},
        "FulfilmentSink": {
            "push_fulfilment": lambda client: client.push_fulfilment(fulfilment),
            "read_fulfilment": lambda client: client.read_fulfilment(fulfilment),
        },
        "CancelSink": {
            "push_cancellation": lambda client: client.push_cancellation(cancellation),
            "read_cancellation": lambda client: client.read_cancellation(cancellation),
        },
        "RefundSink": {
            "push_refund": lambda client: client.push_refund(refund),
            "read_refund": lambda client: client.read_refund(refund),
        },
        "RefundSource": {"refunds": lambda client: client.refunds(number)},
        "ReturnSource": {"returns": lambda client: client.returns(number)},
        "LocationSource": {"locations": lambda client: client.locations()},
        "WebhookSubscriber": {
            "subscriptions": lambda client: client.subscriptions(),
            "subscribe": lambda client: client.subscribe(
                HintKind.ORDER, address="https://hub.example/hooks"
            ),
            "unsubscribe": lambda client: client.unsubscribe("1"),
        },
        "AccountCheck": {"check": lambda client: client.check()},
    }
    found = {
        name: probe
        for role, probes in by_role.items()
        if isinstance(client, getattr(channels, role))
        for name, probe in probes.items()
    }
    return found | ({"bulk": _bulk} if hasattr(client, "start_bulk_orders") else {})


def first_claim(client: Any) -> ChannelClaim:
    """Return the first order that the client pulls."""
    for entry in client.orders_after(None, page_size=10).entries:
        if isinstance(entry, ReadOrder):
            return entry.claim
    raise LookupError("the fake shows no order")
