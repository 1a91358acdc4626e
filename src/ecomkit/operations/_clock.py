"""The one place that asks the machine what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import final

__all__ = ["SystemClock"]


@final
class SystemClock:
    """
    The machine's clock, in UTC.

    >>> SystemClock().now().utcoffset()
    datetime.timedelta(0)
    """

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)
