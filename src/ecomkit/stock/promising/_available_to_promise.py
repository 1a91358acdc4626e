"""Available to promise (ATP): how many units can still be promised for which day."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, final

import attrs

from ecomkit._checks import is_a, not_negative
from ecomkit.errors import FieldError
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._levels import StockLevel, Uncovered
from ecomkit.stock.lots import LotBalance, LotStatus
from ecomkit.stock.promising._incoming import Commitment, Firmness, Incoming
from ecomkit.stock.promising._schedule import (
    CoverPart,
    ExpectedCover,
    PromiseSchedule,
    PromiseStep,
)
from ecomkit.stock.promising._serving import NEVER, Demand, Supply, kept_for_later, serve
from ecomkit.timeline import day_of, time_zone

__all__ = ["AvailableToPromise", "Counting"]


class Counting(enum.Enum):
    """What becomes of units that may not come."""

    LEFT_OUT = "left out"
    """They are named, and nothing is promised on them."""

    COUNTED = "counted"
    """They can be promised like all others; overdue ones from today on."""


def _known_zone(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_a(str)(instance, attribute, value)
    time_zone(value)


@final
@attrs.frozen(kw_only=True)
class AvailableToPromise:
    """
    The rule of available to promise (ATP), cumulative and looking ahead.

    What can be newly promised for a day is what lies on the shelf on that day once all who are
    promised units by then have theirs, less what the days after it need of that shelf beyond
    what comes in after it. Where nothing expires, this is the least, over the day and all later
    ones, of units there and received less units promised: no promise made today takes a unit
    from one made before, nor makes anybody wait longer.

    Units are handed over in the order of the days on which they are due: allocated and held
    units and the waiting (uncovered) ones today, commitments on their day. Who cannot be served
    on the day gets the first units that come. What expires first goes first (FEFO), so that a
    lot counts on the days on which somebody could still have it and on no other. A live hold
    counts as promised even on days after its expiry, since its cart may buy.

    Args:
        coverage: Who of the waiting ones is served first.
        overdue: What becomes of units expected on a day that has passed.
        planned: What becomes of incoming units that nobody has confirmed.
        minimum_shelf_life_days: Days for which a unit must be good after it is handed over.
        zone: The IANA time zone of the location: it says which day is today.

    Raises:
        FieldError: If a field is of the wrong kind.
        UnknownZoneError: If *zone* is unknown.

    >>> from datetime import UTC
    >>> from ecomkit.identifiers import PurchaseOrderId, Sku
    >>> level = StockLevel.counted(Sku("ELEPHANT-KNIT"), on_hand=10)
    >>> purchase = Incoming(
    ...     sku=level.sku,
    ...     quantity=20,
    ...     expected_on=date(2026, 10, 8),
    ...     source=PurchaseOrderId("PO-1"),
    ... )
    >>> now = datetime(2026, 10, 1, 9, tzinfo=UTC)
    >>> schedule = AvailableToPromise()(level, incoming=[purchase], now=now)
    >>> schedule.on(date(2026, 10, 7)), schedule.on(date(2026, 10, 8))
    (10, 30)
    >>> schedule.earliest(25)
    datetime.date(2026, 10, 8)
    """

    coverage: Coverage = attrs.field(default=Coverage.ARRIVAL, validator=is_a(Coverage))
    overdue: Counting = attrs.field(default=Counting.LEFT_OUT, validator=is_a(Counting))
    planned: Counting = attrs.field(default=Counting.LEFT_OUT, validator=is_a(Counting))
    minimum_shelf_life_days: int = attrs.field(default=0, validator=not_negative)
    zone: str = attrs.field(default="UTC", validator=_known_zone)

    def __call__(
        self,
        level: StockLevel,
        *,
        incoming: Iterable[Incoming] = (),
        commitments: Iterable[Commitment] = (),
        lots: Iterable[LotBalance] = (),
        now: datetime,
    ) -> PromiseSchedule:
        """
        Return what can be promised of *level*, from today on.

        Args:
            level: The sku and the location asked about.
            incoming: What is on its way; other skus and locations are passed over.
            commitments: What is promised for later days; others are passed over.
            lots: The units of *level* by lot, as far as they are kept by lot; others are passed
                over. A lot that is not approved is promised to nobody. Units that belong to no
                lot keep for ever.
            now: The present: it ends holds, and its day is today.

        Raises:
            FieldError: If *lots* have more units than the shelf.
        """
        today = day_of(now, zone=self.zone)
        lots = [lot for lot in lots if (lot.lot.sku, lot.location) == (level.sku, level.location)]
        coming = [each for each in incoming if _is_of(each, level)]
        due = sorted((c for c in commitments if _is_of(c, level)), key=lambda c: c.due_on)
        debts = sorted(
            level.uncovered,
            key=lambda debt: self.coverage.order(placed_at=debt.placed_at, rank=debt.rank),
        )
        promised = level.promised(now) - level.picked

        supplies = list(self._shelf(level, lots=lots))
        usable = sum(s.units for s in supplies if s.until > today.toordinal())
        counted = [each for each in coming if self._counts(each, today)]
        supplies += (
            Supply(each.quantity, each.expected_on.toordinal(), self._until(each.expires_on))
            for each in counted
        )
        demands = [
            Demand(promised, today.toordinal()),
            *(Demand(debt.quantity, today.toordinal()) for debt in debts),
            *(Demand(c.quantity, c.due_on.toordinal()) for c in due),
        ]
        serving = serve(supplies, demands, today=today.toordinal())
        kept = kept_for_later(supplies, (part for parts in serving.parts for part in parts))
        return PromiseSchedule(
            sku=level.sku,
            location=level.location,
            today=today,
            usable=usable,
            unfit=level.usable - level.picked - usable,
            promised=promised,
            incoming=counted,
            left_out=[each for each in coming if not self._counts(each, today)],
            covers=_covers([*debts, *due], parts=serving.parts[1:]),
            steps=_steps(serving.left, kept),
        )

    def _until(self, expires_on: date | None) -> int:
        """Return the first day on which units that are good until *expires_on* are out."""
        if expires_on is None:
            return NEVER
        return expires_on.toordinal() + 1 - self.minimum_shelf_life_days

    def _shelf(self, level: StockLevel, *, lots: Iterable[LotBalance]) -> Iterator[Supply]:
        """Yield the units on the shelf that may be promised, picked ones apart."""
        left = level.usable - level.picked
        for lot in lots:
            left -= lot.units
            if lot.lot.status is LotStatus.APPROVED:
                yield Supply(lot.units, 0, self._until(lot.lot.expires_on))
        if left < 0:
            shelf = level.usable - level.picked
            raise FieldError(
                owner="AvailableToPromise",
                field="lots",
                got=shelf - left,
                wanted=f"at most the {shelf} units on the shelf",
            )
        yield Supply(left, 0)

    def _counts(self, incoming: Incoming, today: date) -> bool:
        return (self.overdue is Counting.COUNTED or not incoming.is_overdue(today)) and (
            self.planned is Counting.COUNTED or incoming.firmness is Firmness.FIRM
        )


def _is_of(fact: Incoming | Commitment, level: StockLevel) -> bool:
    return (fact.sku, fact.location) == (level.sku, level.location)


def _covers(
    waiting: Iterable[Uncovered | Commitment], *, parts: Iterable[list[tuple[int, int]]]
) -> Iterator[ExpectedCover]:
    """Yield for each of *waiting* the days of its *parts* and the units of each day."""
    for who, served in zip(waiting, parts, strict=True):
        yield ExpectedCover(
            owner=who.owner,
            quantity=who.quantity,
            due_on=who.due_on if isinstance(who, Commitment) else None,
            parts=(CoverPart(day=date.fromordinal(day), units=units) for day, units in served),
        )


def _steps(left: dict[int, int], kept: dict[int, int]) -> list[PromiseStep]:
    """Return a step for each day on which what is there or what is kept changes."""
    steps: list[PromiseStep] = []
    needed = sum(change for day, change in kept.items() if day < min(left))
    for day, there in left.items():
        needed += kept.get(day, 0)
        step = PromiseStep(day=date.fromordinal(day), there=there, kept=needed)
        if not steps or (steps[-1].there, steps[-1].kept) != (there, needed):
            steps.append(step)
    return steps
