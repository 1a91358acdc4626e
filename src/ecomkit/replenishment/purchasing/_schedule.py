"""Schedules: what becomes of an order that is decided on now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, plain_date, refuse
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._numbers import DAYS_MAX, up_to


@final
@attrs.frozen(kw_only=True)
class ScheduleStep:
    """From one day to another, and why; both fall together where it takes no day."""

    name: str = attrs.field(validator=is_a(str))
    from_day: date = attrs.field(validator=plain_date)
    to_day: date = attrs.field(validator=plain_date)
    why: str = attrs.field(validator=is_a(str))

    @property
    def days(self) -> int:
        """Calendar days that it takes."""
        return (self.to_day - self.from_day).days

    def explain(self) -> str:
        """Return the step in words."""
        return f"{self.name}: {self.from_day} → {self.to_day}, {self.days} days ({self.why})"


def _steps(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(ScheduleStep)(instance, attribute, value)
    if not value:
        raise refuse(instance, attribute.name, value, "one step or more")


@final
@attrs.frozen(kw_only=True)
class SupplierSchedule:
    """
    What becomes of an order that is decided on now: when it is taken, and when it can be sold.

    ``order_by`` is the last moment for the order to be taken on that order day. The steps are
    in days of the supplier's zone; ``decided_on`` is the day of UTC, by which we count demand.
    """

    decided_on: date = attrs.field(validator=plain_date)
    order_by: datetime = attrs.field(validator=aware)
    steps: tuple[ScheduleStep, ...] = attrs.field(converter=as_tuple, validator=_steps)
    sd_days: float = attrs.field(validator=up_to(DAYS_MAX))

    @property
    def order_day(self) -> date:
        """The day on which the supplier takes the order."""
        return self.steps[0].to_day

    @property
    def waiting_days(self) -> int:
        """Days from now until the order is taken."""
        return self.steps[0].days

    @property
    def arrives_on(self) -> date:
        """The day from which on the units can be sold."""
        return self.steps[-1].to_day

    @property
    def lead_time(self) -> LeadTime:
        """
        Days from ``decided_on`` until the units can be sold; 0 if that is the same day.

        Raises:
            FieldError: If it is longer than ten years.
        """
        days = (self.arrives_on - self.decided_on).days
        # West of Greenwich the supplier's day may still be the one before.
        return LeadTime(mean_days=max(0, days), sd_days=self.sd_days)

    def explain(self) -> str:
        """Say each step, and the sum of them."""
        lines = [step.explain() for step in self.steps]
        lines.append(
            f"in all {self.lead_time.explain()}, from {self.decided_on} on; "
            f"order by {self.order_by.isoformat()}"
        )
        return "\n".join(lines)
