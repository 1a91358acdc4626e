"""The promise schedule: what can be promised for which day, and when who waits is covered."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from typing import final

import attrs

from ecomkit._checks import (
    above_zero,
    as_tuple,
    each,
    is_a,
    not_negative,
    optional,
    plain_date,
    refuse,
)
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock._accounts import Owner
from ecomkit.stock.promising._incoming import Incoming

__all__ = ["CoverPart", "ExpectedCover", "PromiseSchedule", "PromiseStep"]


@final
@attrs.frozen(kw_only=True)
class PromiseStep:
    """
    From *day* on, until the next step: *there* units on the shelf, *kept* of them for later days.

    *there* is what is left on a day once all who are promised units by then have theirs.
    """

    day: date = attrs.field(validator=plain_date)
    there: int = attrs.field(validator=not_negative)
    kept: int = attrs.field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if self.kept > self.there:
            raise refuse(self, "kept", self.kept, f"at most the {self.there} units there")

    @property
    def units(self) -> int:
        """Units that can still be promised for these days."""
        return self.there - self.kept

    def explain(self) -> str:
        """
        Say how many units can be promised, and why not more.

        >>> PromiseStep(day=date(2026, 10, 1), there=10, kept=4).explain()
        'from 2026-10-01: 6 (10 there, 4 kept for later)'
        """
        why = f" ({self.there} there, {self.kept} kept for later)" if self.kept else ""
        return f"from {self.day}: {self.units}{why}"


@final
@attrs.frozen(kw_only=True)
class CoverPart:
    """*units* units that will be there on *day* for somebody who waits for them."""

    day: date = attrs.field(validator=plain_date)
    units: int = attrs.field(validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class ExpectedCover:
    """
    When somebody who waits for *quantity* units will have them.

    *parts* are the days on which units become theirs, the earliest first. *due_on* is the day
    on which they are promised, None for a sale that is uncovered and due at once.

    >>> cover = ExpectedCover(
    ...     owner=Owner("line:etsy/1#1"),
    ...     quantity=5,
    ...     parts=[CoverPart(day=date(2026, 10, 8), units=3)],
    ... )
    >>> cover.missing, cover.covered_on
    (2, None)
    """

    owner: Owner = attrs.field(validator=is_a(Owner))
    quantity: int = attrs.field(validator=above_zero)
    parts: tuple[CoverPart, ...] = attrs.field(converter=as_tuple, validator=each(CoverPart))
    due_on: date | None = attrs.field(default=None, validator=optional(plain_date))

    def __attrs_post_init__(self) -> None:
        if self.missing < 0:
            raise refuse(
                self,
                "parts",
                self.quantity - self.missing,
                f"at most {self.quantity} units in all",
            )

    @property
    def missing(self) -> int:
        """Units for which nothing is expected."""
        return self.quantity - sum(part.units for part in self.parts)

    @property
    def covered_on(self) -> date | None:
        """The day on which the last unit is there, None if something is missing."""
        return None if self.missing else self.parts[-1].day

    @property
    def is_late(self) -> bool:
        """Whether a day was promised on which not all of the units will be there."""
        return self.due_on is not None and (
            self.covered_on is None or self.covered_on > self.due_on
        )

    def explain(self) -> str:
        """Say who gets what when."""
        told = [f"{part.units} on {part.day}" for part in self.parts]
        if self.missing:
            told.append(f"{self.missing} with nothing expected")
        due = "" if self.due_on is None else f" due on {self.due_on}"
        late = ", late" if self.is_late else ""
        return f"{self.owner} waits for {self.quantity}{due}: {', '.join(told)}{late}"


@final
@attrs.frozen(kw_only=True)
class PromiseSchedule:
    """
    What can be promised of one sku at one location, day by day from *today* on.

    Attributes:
        usable: Units on the shelf that may be handed over today, promised ones among them.
        unfit: Units on the shelf that may not: expired, too close to it, or in a lot that is
            not approved.
        promised: Allocated and held units on the shelf; they are served before all others.
        incoming: What is on its way and counts.
        left_out: What is on its way and does not count: overdue, or planned only.
        covers: Who waits or is promised a later day, in the order in which they are served.
        steps: The step function; the last step holds for ever.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    today: date = attrs.field(validator=plain_date)
    usable: int = attrs.field(validator=not_negative)
    unfit: int = attrs.field(default=0, validator=not_negative)
    promised: int = attrs.field(default=0, validator=not_negative)
    incoming: tuple[Incoming, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Incoming)
    )
    left_out: tuple[Incoming, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Incoming)
    )
    covers: tuple[ExpectedCover, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ExpectedCover)
    )
    steps: tuple[PromiseStep, ...] = attrs.field(converter=as_tuple, validator=each(PromiseStep))

    def __attrs_post_init__(self) -> None:
        days = [step.day for step in self.steps]
        if days[:1] != [self.today] or days != sorted(set(days)):
            raise refuse(self, "steps", days, "from today on, each later than the one before")

    @property
    def overdue(self) -> tuple[Incoming, ...]:
        """What should be here by now, whether it counts or not."""
        return tuple(
            each for each in (*self.incoming, *self.left_out) if each.is_overdue(self.today)
        )

    def on(self, day: date) -> int:
        """
        Return the units that can be newly promised for *day*.

        Raises:
            FieldError: If *day* is no date, or before today.
        """
        if not isinstance(day, date) or isinstance(day, datetime) or day < self.today:
            raise refuse(self, "day", day, f"a date from {self.today} on, without a time")
        return self.steps[bisect_right(self.steps, day, key=_day) - 1].units

    def earliest(self, quantity: int) -> date | None:
        """
        Return the first day for which *quantity* units can be promised, None if there is none.

        Where units expire, a later day may have fewer: ask :meth:`on`.

        Raises:
            FieldError: If *quantity* is not a whole number above 0.
        """
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
            raise refuse(self, "quantity", quantity, "a whole number above 0")
        return next((step.day for step in self.steps if step.units >= quantity), None)

    def covered_on(self, owner: Owner) -> date | None:
        """
        Return the day on which *owner* will have all units waited for, None if never.

        Raises:
            FieldError: If *owner* waits for nothing here.
        """
        days = [cover.covered_on for cover in self.covers if cover.owner == owner]
        if not days:
            raise refuse(self, "owner", owner, "somebody who waits here")
        known = [day for day in days if day is not None]
        return max(known) if len(known) == len(days) else None

    def explain(self) -> str:
        """Say what can be promised when, and what it was reckoned from, a line each."""
        unfit = f", {self.unfit} unfit" if self.unfit else ""
        lines = [
            f"{self.sku} at {self.location}: {self.usable} usable{unfit}, {self.promised} promised"
        ]
        lines += [f"comes: {self._told(each)}" for each in self.incoming]
        lines += [f"not counted: {self._told(each)}" for each in self.left_out]
        lines += [cover.explain() for cover in self.covers]
        lines += [f"can be promised {step.explain()}" for step in self.steps]
        return "\n".join(lines)

    def _told(self, incoming: Incoming) -> str:
        overdue = ", overdue" if incoming.is_overdue(self.today) else ""
        return f"{incoming.explain()}{overdue}"


def _day(step: PromiseStep) -> date:
    return step.day
