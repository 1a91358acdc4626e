"""
Facts about a request that its order does not know: who asks, what was shown, what was told.

Beside them stand the clocks on which all deadlines of the returns are read.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import above_zero, aware, is_a, not_negative, optional, refuse
from ecomkit.money import Money
from ecomkit.timeline import days_after, on_clock, start_of_day, time_zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["BuyerKind", "Notice", "Party", "Proof", "ReturnHistory", "WithdrawalNotice"]


_is_str = is_a(str)


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of that name; every finding names one, so the few in use are kept."""
    return time_zone(name)


def known_zone(instance: object, attribute: attrs.Attribute[Any], value: str) -> None:
    """Accept the IANA name of a time zone."""
    _is_str(instance, attribute, value)
    zone_named(value)


@lru_cache(maxsize=1_024)
def start_after(day: date, zone: str) -> datetime:
    """
    Return the first instant after *day* in *zone*, in UTC.

    The same few days end the periods of all the returns of a season, so they are kept.
    """
    return start_of_day(days_after(day, days=1), zone=zone)


def on_clocks(moment: datetime, *, zone: str) -> str:
    """Return *moment* as the clocks of *zone* show it, to the minute, and the zone."""
    here = on_clock(moment, zone=zone_named(zone))
    # Without the offset: the zone says it.
    return f"{here.isoformat(' ', 'minutes')[:16]} in {zone}"


class Party(Enum):
    """One of the two sides of a sale."""

    BUYER = "buyer"
    SELLER = "seller"


class BuyerKind(Enum):
    """Who buys; the law protects consumers, and leaves businesses to their contracts."""

    CONSUMER = "consumer"
    BUSINESS = "business"


class Proof(Enum):
    """What a buyer can show."""

    PHOTOS = "photos"
    """Pictures of the units as they are."""

    RECEIPT = "receipt"
    """The receipt or the invoice."""

    PACKAGING = "packaging"
    """The packaging in which the units came, for the carrier's liability."""

    SERIAL_NUMBER = "serial_number"
    """The number on the unit, which says that it is the one that was sold."""


class Notice(Enum):
    """When the buyer was told."""

    IN_TIME = "in_time"
    """Before the contract, as the law asks."""

    LATE = "late"
    NEVER = "never"


@final
@attrs.frozen(kw_only=True)
class WithdrawalNotice:
    """
    What the consumer was told of the right to withdraw.

    Args:
        of_right: Whether the right itself was told; otherwise its period is longer
            (Directive 2011/83/EU, article 10).
        at: When it was told, if that was late.
        of_return_costs: Whether it was told that the consumer pays the way back; if not in
            time, the seller pays it (article 6(6) and article 14(1)).

    Raises:
        FieldError: If *at* is missing for a late notice, or given for another one.

    >>> WithdrawalNotice(of_right=Notice.NEVER).of_return_costs
    <Notice.IN_TIME: 'in_time'>
    """

    of_right: Notice = attrs.field(default=Notice.IN_TIME, validator=is_a(Notice))
    at: datetime | None = attrs.field(default=None, validator=optional(aware))
    of_return_costs: Notice = attrs.field(default=Notice.IN_TIME, validator=is_a(Notice))

    def __attrs_post_init__(self) -> None:
        if (self.of_right is Notice.LATE) != (self.at is not None):
            raise refuse(self, "at", self.at, "an instant for a late notice, and for no other")


@final
@attrs.frozen(kw_only=True)
class ReturnHistory:
    """
    What the customer of a request ordered and sent back in the *days* before it.

    Args:
        days: The length of the period.
        orders: How many orders were delivered.
        units: How many units those orders held.
        returns: How many returns were asked for, this one not counted.
        returned: How many units those returns held.
        spent: What the orders cost; None if it is not known.
        refunded: How much of it was paid back; None if it is not known.

    Raises:
        FieldError: If *days* is below 1, a number or an amount below 0, or only one of the two
            amounts is known.
        CurrencyMismatchError: If the amounts are in two currencies.

    >>> ReturnHistory(days=365, orders=12, units=30, returns=4, returned=9).returned
    9
    """

    days: int = attrs.field(validator=above_zero)
    orders: int = attrs.field(validator=not_negative)
    units: int = attrs.field(validator=not_negative)
    returns: int = attrs.field(validator=not_negative)
    returned: int = attrs.field(validator=not_negative)
    spent: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    refunded: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))

    def __attrs_post_init__(self) -> None:
        if self.spent is None or self.refunded is None:
            if self.spent is not self.refunded:
                raise refuse(self, "refunded", self.refunded, "both amounts, or none")
        elif min(self.spent, self.refunded).amount < 0:
            raise refuse(self, "refunded", self.refunded, "amounts of 0 or more")
