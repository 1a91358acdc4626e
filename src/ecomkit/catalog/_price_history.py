"""Price histories, and the price that a reduction has to be compared with in the EU."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, as_utc, aware, each, is_a, optional, refuse
from ecomkit.catalog._prices import is_price, same_currency
from ecomkit.errors import FieldError
from ecomkit.money import Money
from ecomkit.timeline import Window, day_of, days_after, start_of_day, time_zone, utc

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["PRIOR_PRICE_DAYS", "PriceHistory", "PricePoint", "PriorPrice", "prior_price"]

PRIOR_PRICE_DAYS = 30
"""Directive 98/6/EC, article 6a(2): a period not shorter than 30 days before the reduction."""


@final
@attrs.frozen(kw_only=True)
class PricePoint:
    """
    From *at* on one unit costs *price*; None while it is not for sale.

    Raises:
        FieldError: If *at* has no UTC offset, or the price is below 0.
    """

    at: datetime = attrs.field(converter=as_utc, validator=aware)
    price: Money | None = attrs.field(validator=optional(is_price))


@final
@attrs.frozen(kw_only=True)
class PriceHistory:
    """
    What a sku cost at a channel, in the order of time; a point is in force until the next.

    Raises:
        FieldError: If the points are not in the order of time, two at one instant included.
        CurrencyMismatchError: If two prices have two currencies.

    >>> from ecomkit.money import Currency
    >>> from ecomkit.timeline import instant
    >>> may = instant("2026-05-01T08:00:00Z")
    >>> history = PriceHistory(points=[PricePoint(at=may, price=Money(2390, Currency.EUR))])
    >>> print(history.price_at(may))
    23.90 EUR
    """

    points: tuple[PricePoint, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(PricePoint)
    )

    def __attrs_post_init__(self) -> None:
        for one, next_one in pairwise(self.points):
            if next_one.at <= one.at:
                raise refuse(self, "points", next_one.at, f"after {one.at}")
        prices = [point.price for point in self.points if point.price is not None]
        if prices:
            same_currency(prices, currency=prices[0].currency)

    def price_at(self, moment: datetime) -> Money | None:
        """
        Return what it costs at *moment*; None where it is not for sale.

        Raises:
            NaiveInstantError: If *moment* has no UTC offset.
        """
        asked = utc(moment)
        place = bisect_right(self.points, asked, key=attrgetter("at"))
        return self.points[place - 1].price if place else None

    def lowest(self, window: Window) -> Money | None:
        """Return the lowest price in force at any instant of *window*; None if it had none."""
        if window.start == window.end:
            return None
        inside = [point.price for point in self.points if window.contains(point.at)]
        prices = [price for price in (self.price_at(window.start), *inside) if price is not None]
        return min(prices, default=None)


@final
@attrs.frozen(kw_only=True)
class PriorPrice:
    """
    The lowest price before a reduction, over *window*; None where it was not for sale in it.

    ``known_from`` is the first instant of the window for which the history says anything.
    """

    price: Money | None = attrs.field(validator=optional(is_price))
    window: Window = attrs.field(validator=is_a(Window))
    known_from: datetime | None = attrs.field(validator=optional(aware))

    @property
    def is_complete(self) -> bool:
        """Whether the history reaches back to the beginning of the window."""
        return self.known_from == self.window.start

    def percent_off(self, price: Money) -> int:
        """
        Return by how many percent *price* is lower, rounded down so that none is overstated.

        A reduction is announced on the basis of the prior price alone (Court of Justice of the
        EU, C-330/23); where *price* is no lower, there is none to announce: 0.

        Raises:
            CurrencyMismatchError: If *price* is in another currency.

        >>> from ecomkit.money import Currency
        >>> from ecomkit.timeline import instant
        >>> june = Window(
        ...     start=instant("2026-06-01T00:00:00Z"), end=instant("2026-07-01T00:00:00Z")
        ... )
        >>> prior = PriorPrice(price=Money(2000, Currency.EUR), window=june, known_from=june.start)
        >>> prior.percent_off(Money(1490, Currency.EUR))
        25
        """
        if self.price is None or price >= self.price:
            return 0
        return (self.price - price).amount * 100 // self.price.amount

    def explain(self) -> str:
        """Say which price it is, over which time, and whether all of it is known."""
        found = "not for sale" if self.price is None else f"{self.price} at the lowest"
        text = f"{found} from {self.window.start.isoformat()} to {self.window.end.isoformat()}"
        if self.is_complete:
            return text
        if self.known_from is None:
            return f"{text}; nothing is known of that time"
        return f"{text}; nothing is known before {self.known_from.isoformat()}"


def prior_price(
    history: PriceHistory,
    *,
    reduced_at: datetime,
    zone: str | ZoneInfo,
    days: int = PRIOR_PRICE_DAYS,
) -> PriorPrice:
    """
    Return the price that a reduction at *reduced_at* has to be shown beside.

    It is the lowest price of the *days* calendar days before the day of the reduction, and of
    that day until the reduction (Directive 98/6/EC, article 6a, as inserted by Directive (EU)
    2019/2161). Where national law lets a reduction grow step by step without interruption
    (6a(5)), give the instant of its first step.

    Args:
        history: What it cost at that channel; it may go on after the reduction.
        reduced_at: When the reduced price begins.
        zone: The zone of the shop, whose days count.
        days: How many days; national law may ask for more, and for fewer where goods perish or
            have just come on the market.

    Raises:
        FieldError: If *days* is below 1.
        NaiveInstantError: If *reduced_at* has no UTC offset.
        UnknownZoneError: If *zone* is unknown.
        InstantRangeError: If the window leaves the years 1 to 9999.

    >>> from ecomkit.money import Currency
    >>> from ecomkit.timeline import instant
    >>> prices = {"2026-03-01": 2390, "2026-06-10": 1990, "2026-06-12": 2490, "2026-07-01": 1990}
    >>> points = [
    ...     PricePoint(at=instant(f"{day}T08:00:00Z"), price=Money(price, Currency.EUR))
    ...     for day, price in prices.items()
    ... ]
    >>> sale = instant("2026-07-01T08:00:00Z")
    >>> prior = prior_price(PriceHistory(points=points), reduced_at=sale, zone="Europe/Paris")
    >>> print(prior.price)
    19.90 EUR
    """
    if type(days) is not int or days < 1:
        raise FieldError(
            owner="prior_price", field="days", got=days, wanted="a whole number above 0"
        )
    here = time_zone(zone)
    first_day = days_after(day_of(reduced_at, zone=here), days=-days)
    window = Window(start=start_of_day(first_day, zone=here), end=reduced_at)
    began = history.points[0].at if history.points else window.end
    known_from = max(window.start, began)
    return PriorPrice(
        price=history.lowest(window),
        window=window,
        known_from=known_from if known_from < window.end else None,
    )
