"""Inbound units day by day: when open receipts count, and when the stock runs out in spite of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import DAYS_MAX, day_of, floor_days
from ecomkit.replenishment._receipt import ExpectedReceipt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

OVERDUE_DAYS = 1
"""What is overdue is counted tomorrow, unless another rule is asked for."""


def arrivals(
    receipts: Iterable[ExpectedReceipt], *, today: date, overdue_days: int | None = OVERDUE_DAYS
) -> tuple[tuple[int, int], ...]:
    """
    Return pairs of days from *today* and units that are still to come then, the earliest first.

    A receipt that should have come before today is overdue: it is taken to come *overdue_days*
    from today. 1 is tomorrow, a larger number the typical lateness, and None does not count it,
    for a supplier whose word is worth nothing. One that is due today has not come yet and is
    taken to come today. All *receipts* are of one sku, and go where the units are needed.

    Raises:
        FieldError: If *receipts* are of several skus or no receipts, *today* is no date, or
            *overdue_days* is negative, not whole or above ten years.
    """
    day_of(today, owner="arrivals", field="today")
    if overdue_days is not None and (
        type(overdue_days) is not int or not 0 <= overdue_days <= DAYS_MAX
    ):
        wanted = f"a whole number of days from 0 to {DAYS_MAX}, or None"
        raise FieldError(owner="arrivals", field="overdue_days", got=overdue_days, wanted=wanted)
    found: dict[int, int] = {}
    skus = set()
    for receipt in receipts:
        if not isinstance(receipt, ExpectedReceipt):
            raise FieldError(
                owner="arrivals", field="receipts", got=receipt, wanted="an ExpectedReceipt"
            )
        skus.add(receipt.sku)
        ahead: int | None = (receipt.expected_on - today).days
        if ahead is not None and ahead < 0:
            ahead = overdue_days
        if ahead is not None and receipt.open:
            found[ahead] = found.get(ahead, 0) + receipt.open
    if len(skus) > 1:
        raise FieldError(
            owner="arrivals", field="receipts", got=sorted(skus), wanted="receipts of one sku"
        )
    return tuple(sorted(found.items()))


def days_until_short(
    opening: int, *, mean_per_day: float, arriving: Iterable[tuple[int, int]] = ()
) -> int | None:
    """
    Return the first day, counted from 0, that cannot be served in full on mean demand.

    *opening* units are there at the start of day 0; what arrives, the earliest first, is there
    at the start of its day. None for never: without demand, or not within ten years.

    >>> days_until_short(30, mean_per_day=8, arriving=[(3, 20)])
    6
    """
    supplied = opening
    for day, units in arriving:
        short = _runs_out(supplied, mean_per_day)
        if short is not None and short < day:
            return short
        supplied += units
    return _runs_out(supplied, mean_per_day)


def _runs_out(units: int, mean_per_day: float) -> int | None:
    if units < 0:
        return 0
    # Not by quotient first: of the smallest floats it would be too large for a float.
    if units >= mean_per_day * DAYS_MAX:
        return None
    days = floor_days(units / mean_per_day)
    return days if days < DAYS_MAX else None


def days_to_arrive(mean_days: float) -> int:
    """
    Return in how many days an order placed now arrives, rounded up to whole days.

    >>> days_to_arrive(3.2)
    4
    """
    return math.ceil(mean_days)
