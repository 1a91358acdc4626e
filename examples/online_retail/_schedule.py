"""The shop's days: which step of work is done at which moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import final

import attrs

from ._assumptions import Assumptions

__all__ = ["Step", "Work", "schedule"]

MONDAY = 0


class Work(Enum):
    """What a step does."""

    ADOPT = "put the listings up and adopt the channels"
    COUNT = "count what is sold from today on"
    GIVE_UP = "cancel what waited too long"
    REVIEW = "plan and purchase"
    SHIP = "ship what is covered"
    SYNC = "pull, cover, publish"
    PAY_BACK = "pay back what was cancelled"
    RECEIVE = "take deliveries in"
    UNPACK = "take returned parcels in"


@final
@attrs.frozen(kw_only=True)
class Step:
    """The *number*-th step of the year; what happened until *at* has happened before it."""

    number: int
    at: datetime
    work: Work


def schedule(*, first: date, last: date, assumptions: Assumptions) -> Iterator[Step]:
    """
    Yield the steps of all days from *first* to *last*, both included, the same in every run.

    >>> from itertools import islice
    >>> days = schedule(first=date(2011, 1, 3), last=date(2011, 1, 4), assumptions=Assumptions())
    >>> [(f"{step.at:%a %H:%M}", step.work.name) for step in islice(days, 3)]
    [('Mon 00:00', 'ADOPT'), ('Mon 05:00', 'GIVE_UP'), ('Mon 05:00', 'REVIEW')]
    """
    number = 0
    for place in range((last - first).days + 1):
        day = first + timedelta(days=place)
        for at, work in _day(day, assumptions):
            number += 1
            is_first = work is Work.COUNT and place == 0
            yield Step(
                number=number,
                at=datetime.combine(day, at, assumptions.tzinfo),
                work=Work.ADOPT if is_first else work,
            )


def _day(day: date, assumptions: Assumptions) -> list[tuple[time, Work]]:
    work = [(time(), Work.COUNT)]
    if day.weekday() == MONDAY:
        work += [(assumptions.review_at, Work.GIVE_UP), (assumptions.review_at, Work.REVIEW)]
    if assumptions.is_working_day(day):
        work.append((assumptions.ships_at, Work.SHIP))
    for at in assumptions.syncs_at:
        # Right after a run the books know what was cancelled.
        work += [(at, Work.SYNC), (at, Work.PAY_BACK)]
    work += [(assumptions.deliveries_at, Work.RECEIVE), (assumptions.returns_at, Work.UNPACK)]
    return sorted(work, key=lambda item: item[0])
