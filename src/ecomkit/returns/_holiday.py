"""Holiday extensions: presents may be returned after the holidays."""

from __future__ import annotations

from datetime import date
from typing import final

import attrs

from ecomkit._checks import plain_date, refuse

__all__ = ["HolidayExtension"]


@final
@attrs.frozen(kw_only=True)
class HolidayExtension:
    """
    What was bought from *first* to *last* may be returned up to *until*, if not longer anyway.

    All three are days of the zone of the window that the extension belongs to, and count whole.

    Raises:
        FieldError: If the days are not in that order.

    >>> from datetime import date
    >>> christmas = HolidayExtension(
    ...     first=date(2026, 11, 1), last=date(2026, 12, 24), until=date(2027, 1, 31)
    ... )
    >>> christmas.covers(date(2026, 12, 24)), christmas.covers(date(2026, 12, 25))
    (True, False)
    """

    first: date = attrs.field(validator=plain_date)
    last: date = attrs.field(validator=plain_date)
    until: date = attrs.field(validator=plain_date)

    def __attrs_post_init__(self) -> None:
        if not self.first <= self.last <= self.until:
            raise refuse(self, "until", self.until, "first, last and until in that order")

    def covers(self, bought: date) -> bool:
        """Return whether what was bought on that day may be returned for longer."""
        return self.first <= bought <= self.last
