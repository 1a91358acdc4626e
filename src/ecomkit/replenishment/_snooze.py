"""Snooze: not before a day, unless it gets worse."""

from __future__ import annotations

from datetime import date  # stores read the field types at run time
from typing import TYPE_CHECKING, Self, final

import attrs

from ecomkit._checks import is_a, is_text, plain_date
from ecomkit.replenishment._verdict import Severity

if TYPE_CHECKING:
    from ecomkit.replenishment._advice import Advice


@final
@attrs.frozen(kw_only=True)
class Snooze:
    """
    What an advice asks for is not to be asked for before a day.

    It ends on the day ``until``, or earlier when the sku stands worse than it did: ``severity``
    is how it stood. A sku snoozed while an order was due is heard of again as soon as an order
    would come too late, or units are sold that no stock covers.

    Raises:
        FieldError: If ``until`` is no date, or ``reason`` no text.

    >>> snooze = Snooze(until=date(2026, 10, 8), reason="fair next week", severity=Severity.NOW)
    >>> snooze.ended(on=date(2026, 10, 7), severity=Severity.NOW)
    False
    >>> snooze.ended(on=date(2026, 10, 8), severity=Severity.NOW)
    True
    >>> snooze.ended(on=date(2026, 10, 7), severity=Severity.TOO_LATE)
    True
    """

    until: date = attrs.field(validator=plain_date)
    reason: str = attrs.field(default="", validator=is_text)
    severity: Severity = attrs.field(default=Severity.CALM, validator=is_a(Severity))

    @classmethod
    def of(cls, advice: Advice, *, until: date, reason: str = "") -> Self:
        """Return a snooze of what *advice* asks for, as the sku stands in it."""
        return cls(until=until, reason=reason, severity=advice.severity)

    def ended(self, *, on: date, severity: Severity) -> bool:
        """Return whether it is over *on* a day on which the sku stands as *severity* says."""
        return on >= self.until or severity > self.severity

    def explain(self) -> str:
        """Return until when and why, and what would end it."""
        why = f" ({self.reason})" if self.reason else ""
        worse = " or until the sku stands worse" if self.severity < Severity.OWED else ""
        return f"Snoozed until {self.until}{worse}{why}."
