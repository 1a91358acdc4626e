"""Retention rules: how long what is kept, counted from when, and who says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, final

import attrs
from dateutil.relativedelta import relativedelta

from ecomkit._checks import is_a, not_negative, refuse
from ecomkit._texts import free_text
from ecomkit.customers._holding import Holding, HoldingKind
from ecomkit.timeline import InstantRangeError, day_of, start_of_day, time_zone

__all__ = ["CountedFrom", "Period", "RetentionGround", "RetentionRule"]

MONTHS = 12


@final
@attrs.frozen(kw_only=True)
class Period:
    """
    A length of calendar time: 1 month after 31 January is the last day of February.

    >>> Period(years=10).explain()
    '10 years'
    """

    years: int = attrs.field(default=0, validator=not_negative)
    months: int = attrs.field(default=0, validator=not_negative)
    days: int = attrs.field(default=0, validator=not_negative)

    def after(self, day: date) -> date:
        """
        Return the day that lies this long after *day*.

        Raises:
            InstantRangeError: If it lies outside the years 1 to 9999.
        """
        try:
            return day + relativedelta(years=self.years, months=self.months, days=self.days)
        except (ValueError, OverflowError):
            raise InstantRangeError(got=day) from None

    def explain(self) -> str:
        """Tell the length in plain words."""
        parts = {"year": self.years, "month": self.months, "day": self.days}
        told = [f"{n} {unit}{'s' if n > 1 else ''}" for unit, n in parts.items() if n]
        return ", ".join(told) or "no time"


class CountedFrom(Enum):
    """Where a retention begins to count."""

    END = "its end"
    END_OF_YEAR = "the end of the financial year of its end"


class RetentionGround(Enum):
    """Why something is kept."""

    LEGAL_OBLIGATION = "a law demands it"
    """Withstands an erasure: article 17(3)(b) GDPR."""
    LEGAL_CLAIMS = "legal claims may be made or defended with it"
    """Withstands an erasure: article 17(3)(e) GDPR."""
    OWN_RULE = "our own rule"
    """How long we keep what nobody asks us to erase: article 5(1)(e) GDPR."""

    @property
    def withstands_erasure(self) -> bool:
        """Whether it is kept although the person asks for its erasure."""
        return self is not RetentionGround.OWN_RULE


def _zone(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_a(str)(instance, attribute, value)
    time_zone(value)


def _month(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if type(value) is not int or not 1 <= value <= MONTHS:
        raise refuse(instance, attribute.name, value, f"a month from 1 to {MONTHS}")


@final
@attrs.frozen(kw_only=True)
class RetentionRule:
    """
    How long one kind of thing is kept.

    The last day of a period counts in full: what is kept for a year from 1 March may go when
    1 March of the next year is over, in the zone of the rule.

    >>> from datetime import UTC
    >>> rule = RetentionRule(
    ...     what=HoldingKind.INVOICE,
    ...     keep_for=Period(years=10),
    ...     counted_from=CountedFrom.END_OF_YEAR,
    ...     ground=RetentionGround.LEGAL_OBLIGATION,
    ...     source="Code de commerce, article L123-22",
    ...     zone="Europe/Paris",
    ... )
    >>> sold = datetime(2026, 3, 1, tzinfo=UTC)
    >>> rule.until(Holding(kind=HoldingKind.INVOICE, reference="F-1", ended_at=sold)).isoformat()
    '2036-12-31T23:00:00+00:00'

    Raises:
        UnknownZoneError: If *zone* is unknown.
    """

    what: HoldingKind = attrs.field(validator=is_a(HoldingKind))
    keep_for: Period = attrs.field(validator=is_a(Period))
    counted_from: CountedFrom = attrs.field(validator=is_a(CountedFrom))
    ground: RetentionGround = attrs.field(validator=is_a(RetentionGround))
    source: str = attrs.field(validator=free_text)
    """The article of the law, or who decided on it."""
    zone: str = attrs.field(default="UTC", validator=_zone)
    """On whose calendar it counts: the IANA name of a time zone."""
    year_ends_in: int = attrs.field(default=MONTHS, validator=_month)
    """The month with which the merchant's financial year ends."""

    def until(self, holding: Holding) -> datetime | None:
        """
        Return the first instant at which *holding* may go; None while it has no end yet.

        Raises:
            InstantRangeError: If it lies outside the years 1 to 9999.
        """
        if holding.ended_at is None:
            return None
        day = day_of(holding.ended_at, zone=self.zone)
        if self.counted_from is CountedFrom.END_OF_YEAR:
            ahead = Period(months=(self.year_ends_in - day.month) % MONTHS + 1)
            day = ahead.after(day.replace(day=1)) - timedelta(days=1)
        after = Period(days=1).after(self.keep_for.after(day))
        return start_of_day(after, zone=self.zone)

    def explain(self) -> str:
        """Tell the rule in plain words."""
        return (
            f"{self.what.value}: {self.keep_for.explain()} from {self.counted_from.value}, "
            f"since {self.ground.value} ({self.source})"
        )
