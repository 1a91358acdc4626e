"""The first day for which a whole basket can be promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ecomkit.catalog import Kits
from ecomkit.identifiers import Sku
from ecomkit.stock.promising._basket import NO_KITS, Basket, basket_available
from ecomkit.stock.promising._schedule import PromiseSchedule

__all__ = ["earliest_basket"]


def earliest_basket(
    basket: Basket, *, schedules: Mapping[Sku, PromiseSchedule], kits: Kits = NO_KITS
) -> date | None:
    """
    Return the first day for which all of *basket* can be promised together, None if there is none.

    A basket without lines waits for nothing and has no day.

    Args:
        basket: The lines.
        schedules: What can be promised of each sku, none of which is a kit, all reckoned on one
            day. A sku left out can never be promised.
        kits: The kits and the cartons; kits inside kits are taken apart too.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.stock import StockLevel
    >>> from ecomkit.stock.promising import AvailableToPromise
    >>> noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    >>> schedule = AvailableToPromise()(StockLevel.counted(Sku("A"), on_hand=3), now=noon)
    >>> earliest_basket(Basket.of((Sku("A"), 3)), schedules={Sku("A"): schedule})
    datetime.date(2026, 10, 1)
    >>> earliest_basket(Basket.of((Sku("A"), 4)), schedules={Sku("A"): schedule}) is None
    True
    """
    needed = {sku: schedules[sku] for sku in basket.needs(kits) if sku in schedules}
    # Between two steps nothing changes, so that only days on which a step begins can be first.
    days = sorted({step.day for schedule in needed.values() for step in schedule.steps})
    for day in days:
        available = {sku: schedule.on(day) for sku, schedule in needed.items()}
        if basket_available(basket, available=available, kits=kits).fits:
            return day
    return None
