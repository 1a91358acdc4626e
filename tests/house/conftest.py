"""Values that no strategy draws, made the way their users make them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecomkit.catalog import Component, Kit, Kits, Pack
from ecomkit.identifiers import (
    ChannelId,
    LineId,
    LocationId,
    LotId,
    OrderId,
    PurchaseOrderId,
    Sku,
)
from ecomkit.money import Currency, Money
from ecomkit.stock import Owner, StockLevel, lots, promising, sourcing, valuation
from ecomkit.stock import locations as places

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
KNIT, BOX = Sku("KNIT"), Sku("BOX")
PARIS, FBA = LocationId("paris"), LocationId("fba-de")
OWNER = Owner.line(OrderId("web/1"), LineId("1"))


def observed() -> list[Any]:
    """Return what is known of places, ours and others'."""
    before = places.ObservedLevel(sku=KNIT, location=FBA, observed_at=NOON, fulfillable=7)
    after = places.ObservedLevel(
        sku=KNIT, location=FBA, observed_at=NOON + timedelta(hours=2), fulfillable=5
    )
    change = places.KnownChange(
        sku=KNIT, location=FBA, units=-1, at=NOON + timedelta(hours=1), reference="amazon/1"
    )
    fresh = places.FreshObservations(max_age=timedelta(days=1))
    return [
        fresh,
        fresh([before], sku=KNIT, channel=ChannelId("shop"), now=NOON),
        places.Observations().observe(before),
        places.observed_drift(before, after=after, changes=[change]),
        places.Place(country="FR"),
    ]


def sourced() -> list[Any]:
    """Return the rules of sourcing, what they are asked and what they answer."""
    shelf = places.StockedLocation(location=places.Location(id=PARIS), available={KNIT: 3})
    line = sourcing.SourcingLine.of(OWNER, sku=KNIT, quantity=5)
    claim = sourcing.SourcingClaim(
        count=1, contents=[sourcing.LineUnits(owner=OWNER, sku=KNIT, quantity=1)]
    )
    piece = sourcing.SourcingPiece(claims=[claim])
    rule = sourcing.Sourcing(
        filters=[sourcing.IsOpen(), sourcing.IsOurs(), sourcing.ServesDestination()],
        rankers=[sourcing.FewestSplits(), sourcing.SameRegion(), sourcing.HighestStock()],
        splitters=[sourcing.UncoveredApart(), sourcing.AtMost(limit=2)],
        leftover_at=PARIS,
    )
    return [
        shelf,
        rule,
        rule([line], locations=[shelf]),
        line,
        sourcing.SourcingNeed(pieces=[piece]),
        sourcing.ByCategory(category=str),
        sourcing.CanCarry(tags_for=frozenset),
        sourcing.Excluding(locations=[PARIS], reason="stocktaking"),
        sourcing.LowestCost(),
        sourcing.Nearest(),
        sourcing.Preferred(locations=[PARIS]),
        sourcing.Rank(location=PARIS, key=0, reason="near"),
        sourcing.Rejection(reason="closed"),
    ]


def picked() -> list[Any]:
    """Return lots, the rules by which they go, and picks that were made and refused."""
    good, gone = (
        lots.LotBalance(
            lot=lots.Lot(
                id=LotId(name), sku=KNIT, received_at=NOON, expires_on=TODAY + timedelta(days=days)
            ),
            units=5,
        )
        for name, days in (("good", 9), ("gone", -1))
    )
    removal = lots.Removal()
    named = lots.NamedLots(choices=[lots.LotChoice(lot=LotId("gone"), quantity=6)])
    return [
        good,
        removal,
        removal([good, gone], wanted=4, today=TODAY),
        named,
        named([good, gone], wanted=6, today=TODAY),
    ]


def promised() -> list[Any]:
    """Return what can be promised, for a day and for a basket."""
    level = StockLevel.counted(KNIT, on_hand=10)
    incoming = promising.Incoming(
        sku=KNIT,
        quantity=20,
        expected_on=TODAY + timedelta(days=3),
        source=PurchaseOrderId("PO-1"),
    )
    commitment = promising.Commitment(
        owner=OWNER, sku=KNIT, quantity=8, due_on=TODAY + timedelta(days=2)
    )
    rule = promising.AvailableToPromise()
    basket = promising.Basket.of((BOX, 2))
    kits = Kits(kits=[Kit(sku=BOX, components=[Component(sku=KNIT, quantity=12)])])
    return [
        rule,
        rule(level, incoming=[incoming], commitments=[commitment], now=NOON),
        commitment,
        promising.basket_available(basket, available={KNIT: 20}, kits=kits),
        promising.fit_basket(basket, available={KNIT: 20}, kits=kits),
        basket,
    ]


def valued() -> list[Any]:
    """Return entries of a valuation, and what they come to."""
    entries: list[valuation.ValuationEntry] = [
        valuation.ReceiptEntry(id="r1", quantity=3, cost=Money(100, Currency.EUR)),
        valuation.RevaluationEntry(id="v1", amount=Money(10, Currency.EUR), reason="freight"),
        valuation.IssueEntry(id="s1", quantity=2),
        valuation.ReturnEntry(id="b1", issue="s1", quantity=1),
    ]
    rule = valuation.Valuation(method=valuation.ValuationMethod.FIFO, currency=Currency.EUR)
    return [rule, rule(entries), *entries]


@pytest.fixture(scope="session")
def stock_values() -> list[Any]:
    """A legal value of every public class of the rules that read the ledger."""
    return [
        *observed(),
        *sourced(),
        *picked(),
        *promised(),
        *valued(),
        Pack(name="carton", units=12),
    ]
