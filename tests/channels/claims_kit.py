"""Claims for tests: one line of five units at 25.00, and what is changed about it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecomkit.channels import ChannelClaim, ChannelRefund, ClaimLine, RefundState, order_of_claim
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Order

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 4, 12, tzinfo=UTC)
SKUS: Mapping[ListingId, Sku] = {ListingId(name): Sku(name) for name in ("L1", "L2", "L3")}
ONE, TWO = LineId("1"), LineId("2")


def eur(minor: int) -> Money:
    """Return an amount in minor units of the euro."""
    return Money(minor, Currency.EUR)


def line(name: str = "1", **changes: Any) -> ClaimLine:
    """Return a line of five units at 25.00."""
    fields = {
        "id": LineId(name),
        "listing": ListingId("L1"),
        "quantity": 5,
        "unit_price": eur(2500),
    }
    return ClaimLine(**fields | changes)


def claim(*lines: ClaimLine, **changes: Any) -> ChannelClaim:
    """Return a claim of *lines*."""
    fields = {
        "channel": ChannelId("etsy"),
        "number": "1001",
        "version": 1,
        "placed_at": NOON,
        "currency": Currency.EUR,
        "lines": lines or (line(),),
    }
    return ChannelClaim(**fields | changes)


def refund(name: str = "r1", amount: int = 2500, **changes: Any) -> ChannelRefund:
    """Return a refund that was paid."""
    fields = {"id": name, "amount": eur(amount), "at": LATER, "state": RefundState.PAID}
    return ChannelRefund(**fields | changes)


def placed(told: ChannelClaim) -> Order:
    """Return the order that *told* speaks of, as it was placed."""
    return order_of_claim(told, skus=SKUS)
