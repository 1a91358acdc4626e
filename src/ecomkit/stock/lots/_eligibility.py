"""Which lots may be picked at all, and why others may not."""

from __future__ import annotations

import enum
from datetime import date
from typing import Protocol, final

import attrs

from ecomkit._checks import is_a, is_text, not_negative
from ecomkit.stock.lots._lot import Lot, LotStatus
from ecomkit.timeline import Boundary

__all__ = ["LotEligibility", "LotFinding", "LotReason", "LotRule"]


class LotReason(enum.Enum):
    """Why a lot is not picked: one word for code and figures."""

    EXPIRED = "expired"
    SHELF_LIFE = "shelf life"
    STATUS = "status"
    UNITS = "units"


@final
@attrs.frozen(kw_only=True)
class LotFinding:
    """One reason why a lot is not picked, and the *problem* in words."""

    reason: LotReason = attrs.field(validator=is_a(LotReason))
    problem: str = attrs.field(validator=is_text)

    def explain(self) -> str:
        """Say what is wrong."""
        return self.problem


class LotRule(Protocol):
    """A rule about lots: any callable that answers with all it finds wrong, or with nothing."""

    def __call__(self, lot: Lot, /, *, today: date) -> tuple[LotFinding, ...]:
        """Return what keeps *lot* from being picked on *today*."""
        ...


@final
@attrs.frozen(kw_only=True)
class LotEligibility:
    """
    A lot may be picked if it is approved, good today, and good for long enough after today.

    Args:
        min_shelf_life_days: Days that must be left until the last good day of the lot.
        boundary: ``INCLUSIVE`` takes a lot with exactly so many days left, ``STRICT`` wants
            more. With 0 days, inclusive, a lot may be picked on its last good day.

    A lot without a date has all the days there are. An expired lot is never picked, whatever
    the other numbers say, and is reported as expired alone: it has no shelf life to be short.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import LotId, Sku
    >>> lot = Lot(
    ...     id=LotId("A"),
    ...     sku=Sku("HONEY"),
    ...     received_at=datetime(2026, 1, 2, 9, tzinfo=UTC),
    ...     expires_on=date(2026, 1, 10),
    ...     status=LotStatus.RECALLED,
    ... )
    >>> rule = LotEligibility(min_shelf_life_days=3)
    >>> [finding.explain() for finding in rule(lot, today=date(2026, 1, 8))]
    ['is recalled', 'is good until 2026-01-10, 2 days from now; at least 3 are wanted']
    """

    min_shelf_life_days: int = attrs.field(default=0, validator=not_negative)
    boundary: Boundary = attrs.field(default=Boundary.INCLUSIVE, validator=is_a(Boundary))

    def __call__(self, lot: Lot, /, *, today: date) -> tuple[LotFinding, ...]:
        """Return every reason that keeps *lot* from being picked on *today*."""
        found: list[LotFinding] = []
        if lot.status is not LotStatus.APPROVED:
            found.append(LotFinding(reason=LotReason.STATUS, problem=f"is {lot.status.value}"))
        left = lot.days_left(today)
        if left is None:
            return tuple(found)
        if lot.has_expired(today):
            problem = f"expired: {lot.expires_on} was its last good day"
            found.append(LotFinding(reason=LotReason.EXPIRED, problem=problem))
        elif not self._is_enough(left):
            wanted = "at least" if self.boundary is Boundary.INCLUSIVE else "more than"
            problem = (
                f"is good until {lot.expires_on}, {left} days from now; "
                f"{wanted} {self.min_shelf_life_days} are wanted"
            )
            found.append(LotFinding(reason=LotReason.SHELF_LIFE, problem=problem))
        return tuple(found)

    def _is_enough(self, days: int) -> bool:
        if self.boundary is Boundary.INCLUSIVE:
            return days >= self.min_shelf_life_days
        return days > self.min_shelf_life_days
