"""Holds: why an order must wait, and that it need not any more."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_utc, aware, is_a
from ecomkit._texts import note

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HoldEvent", "HoldKind", "HoldStep", "open_holds"]


class HoldKind(Enum):
    """What an order waits for."""

    FRAUD = "fraud"
    """Somebody is to look at whether it is genuine."""

    ADDRESS = "address"
    """The address is to be mended."""

    STOCK = "stock"
    """The units are to come, or to be found."""

    PAYMENT = "payment"
    """The money is to come."""

    OTHER = "other"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


class HoldStep(Enum):
    """Whether a hold begins or ends."""

    PLACED = "placed"
    RELEASED = "released"


@final
@attrs.frozen(kw_only=True)
class HoldEvent:
    """
    A fact: an order was put on hold, or released from one, for a *reason*, by somebody.

    *by* names a member of the staff or a program, not the buyer.

    Raises:
        FieldError: If a field has no legal value.
    """

    step: HoldStep = attrs.field(validator=is_a(HoldStep))
    kind: HoldKind = attrs.field(validator=is_a(HoldKind))
    at: datetime = attrs.field(converter=as_utc, validator=aware)
    reason: str = attrs.field(default="", repr=False, validator=note)
    by: str = attrs.field(default="", validator=note)


def open_holds(events: Iterable[HoldEvent]) -> tuple[HoldKind, ...]:
    """
    Return what an order waits for, in the order of the kinds.

    Of each kind the latest event counts; at the same instant the hold does, to be safe. So the
    order of *events* does not matter.

    >>> from datetime import UTC
    >>> noon, one = (datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (12, 13))
    >>> fraud = HoldEvent(step=HoldStep.PLACED, kind=HoldKind.FRAUD, at=noon, reason="new card")
    >>> open_holds([fraud])
    (<HoldKind.FRAUD: 'fraud'>,)
    >>> open_holds([fraud, HoldEvent(step=HoldStep.RELEASED, kind=HoldKind.FRAUD, at=one)])
    ()
    """
    latest: dict[HoldKind, HoldEvent] = {}
    for event in events:
        known = latest.get(event.kind)
        if known is None or _rank(event) > _rank(known):
            latest[event.kind] = event
    return tuple(
        kind for kind in HoldKind if kind in latest and latest[kind].step is HoldStep.PLACED
    )


def _rank(event: HoldEvent) -> tuple[datetime, int]:
    return (event.at, int(event.step is HoldStep.PLACED))
