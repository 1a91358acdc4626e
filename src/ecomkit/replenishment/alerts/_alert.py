"""An alert: a condition that was bad enough, and what has become of it."""

from __future__ import annotations

from datetime import date, datetime  # stores read the field types at run time
from typing import Any, final

import attrs

from ecomkit._checks import (
    above_zero,
    as_utc,
    aware,
    is_a,
    is_text,
    not_negative,
    optional,
    plain_date,
    refuse,
)
from ecomkit.replenishment._economics import most_first
from ecomkit.replenishment.alerts._alert_state import NEWS, AlertEvent, AlertState
from ecomkit.replenishment.alerts._condition import Condition


@final
@attrs.frozen(kw_only=True)
class Alert:
    """
    One alert of a kind about a subject, over all its rises and falls.

    Args:
        condition: What was measured last while it was on, or as it was cleared.
        state: How it stands.
        raised_at: When it was raised last.
        seen_at: When it was last observed; it does not move while the alert is over.
        grade: The worst grade since it was raised.
        news: How many pieces of news it has made: the number of the newest.
        snoozed_until: The day on which a snooze ends; None unless it is snoozed.
        note: What somebody said to it.

    Raises:
        FieldError: If a field is of another type, or the day and the state contradict each other.
    """

    condition: Condition = attrs.field(validator=is_a(Condition))
    state: AlertState = attrs.field(validator=is_a(AlertState))
    raised_at: datetime = attrs.field(converter=as_utc, validator=aware)
    seen_at: datetime = attrs.field(converter=as_utc, validator=aware)
    grade: int = attrs.field(default=0, validator=not_negative)
    news: int = attrs.field(default=1, validator=above_zero)
    snoozed_until: date | None = attrs.field(default=None, validator=optional(plain_date))
    note: str = attrs.field(default="", validator=is_text)

    def __attrs_post_init__(self) -> None:
        if (self.snoozed_until is not None) != (self.state is AlertState.SNOOZED):
            raise refuse(
                self, "snoozed_until", self.snoozed_until, "a date while it is snoozed, else None"
            )

    @property
    def name(self) -> str:
        """The kind and the subject: there is one alert of each name."""
        return self.condition.name

    @property
    def is_on(self) -> bool:
        """Whether the condition has not been cleared since it was raised."""
        return self.state is not AlertState.CLEARED

    @property
    def rank(self) -> tuple[Any, ...]:
        """
        The sort key: most money at risk a day, then fewest days, then most tied up, then kind.

        Those of which an amount is not known come after those of which it is. Amounts in
        different currencies are not compared: each currency is ranked by itself, by its code.
        """
        days = self.condition.days
        return (
            *most_first(self.condition.at_risk),
            float("inf") if days is None else days,
            *most_first(self.condition.tied_up),
            self.condition.kind.place,
            self.name,
        )

    def explain(self) -> str:
        """Return what it is about, how it stands, since when, and what was measured."""
        until = f" until {self.snoozed_until}" if self.snoozed_until else ""
        note = f" ({self.note})" if self.note else ""
        return (
            f"{self.condition.kind.value}, {self.state.value}{until}{note}, since "
            f"{self.raised_at:%Y-%m-%d %H:%M} UTC: {self.condition.explain()}"
        )


@final
@attrs.frozen(kw_only=True)
class AlertTransition:
    """
    What one observation, or one person, did to an alert.

    ``key`` is the same each time the same news is told: a sink that was told it before, since
    nobody knew whether it had heard, leaves it out.

    Raises:
        FieldError: If a field is of another type.
    """

    alert: Alert = attrs.field(validator=is_a(Alert))
    event: AlertEvent = attrs.field(validator=is_a(AlertEvent))
    at: datetime = attrs.field(converter=as_utc, validator=aware)

    @property
    def is_news(self) -> bool:
        """Whether a sink is told of it."""
        return self.event in NEWS

    @property
    def key(self) -> str:
        """The name of the alert and the number of its newest news."""
        return f"{self.alert.name}#{self.alert.news}"

    def explain(self) -> str:
        """Return what happened, and how the alert stands."""
        return f"{self.event.value}: {self.alert.explain()}"
