"""Stages of a lead time: what happens between the order day and the shelf."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit.replenishment._numbers import DAYS_MAX, up_to, whole_days
from ecomkit.timeline import BusinessCalendar, days_after


class StageKind(Enum):
    """The parts of a lead time, in the order in which they follow each other."""

    PROCESSING = "processing"
    """The supplier handles the order."""

    PRODUCTION = "production"
    TRANSIT = "transit"
    CUSTOMS = "customs"

    RECEIVING = "receiving"
    """We unload, count and check."""

    PUT_AWAY = "put-away"
    """We put it where it can be sold from."""


@final
@attrs.frozen(kw_only=True)
class Stage:
    """
    One part of a lead time: how many days, and whose days.

    Args:
        kind: Which part.
        days: How many days.
        calendar: Whose working days they are: the supplier's, the customs', our own; None for
            calendar days.
        sd_days: Their standard deviation; stages are taken as independent of each other.

    Raises:
        FieldError: If ``days`` is no whole number from 0 to ten years, or ``sd_days`` negative.
    """

    kind: StageKind = attrs.field(validator=is_a(StageKind))
    days: int = attrs.field(validator=whole_days)
    calendar: BusinessCalendar | None = attrs.field(
        default=None, validator=optional(is_a(BusinessCalendar))
    )
    sd_days: float = attrs.field(default=0.0, validator=up_to(DAYS_MAX))

    def ends_on(self, begins_on: date) -> date:
        """
        Return the day on which it is over if it begins on the day *begins_on*.

        Raises:
            NoWorkingDayError: If the calendar has too few working days.
            InstantRangeError: If the result leaves the calendar.
        """
        if self.calendar is None:
            return days_after(begins_on, days=self.days)
        return self.calendar.add_working_days(begins_on, days=self.days)

    def explain(self) -> str:
        """Return the stage in words."""
        return f"{self.days} {'calendar' if self.calendar is None else 'working'} days"
