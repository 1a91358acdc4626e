"""Absurd periods of return rules, of the right types, are answered or refused in plain words."""

from datetime import UTC, datetime

import pytest

from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, OrderLine
from ecomkit.returns import (
    ENGLISH,
    Condition,
    LegalRight,
    LegalRightKind,
    ReturnLine,
    ReturnReason,
    ReturnRequest,
    ReturnWindow,
)
from ecomkit.timeline import InstantRangeError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
A = LineId("A")


def test_a_window_of_more_days_than_the_calendar_has_is_open() -> None:
    """However many days a window has, what was delivered today is in time."""
    line = OrderLine(id=A, sku=Sku("A"), quantity=1, unit_price=Money(1000, Currency.EUR))
    order = Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=NOON,
        lines=[line],
    )
    order = order.ship(A, quantity=1, at=NOON).deliver(A, quantity=1, at=NOON)
    entry = ReturnLine(
        line=A, quantity=1, condition=Condition.NEW, reason=ReturnReason.CHANGED_MIND
    )
    request = ReturnRequest(order=order, lines=[entry], requested_at=NOON)
    assert ReturnWindow(days=2**61, zone="Europe/Paris")(request, entry, now=NOON) == ()


def test_a_deadline_beyond_the_clocks_of_its_zone_is_a_typed_error() -> None:
    """The last instant of the year 9999 in UTC is in no year in Paris."""
    right = LegalRight(
        kind=LegalRightKind.WITHDRAWAL,
        country="FR",
        units=1,
        period="14 days",
        deadline=LAST,
        zone="Europe/Paris",
        source="Directive 2011/83/EU, article 9",
    )
    with pytest.raises(InstantRangeError):
        right.explain()
    with pytest.raises(InstantRangeError):
        ENGLISH.day_before(LAST, zone="Europe/Paris")
