"""A stock level while it is being changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ecomkit.stock._accounts import Bucket, Cause, LevelKey
from ecomkit.stock._rows import (
    PROMISE_KINDS,
    LevelRow,
    PromiseKind,
    PromiseRow,
    SavedPromise,
)

if TYPE_CHECKING:
    from ecomkit.stock._coverage import Coverage
    from ecomkit.stock._journal import Journal

__all__ = ["DraftLevel"]

BUCKETS = (
    Bucket.SELLABLE,
    Bucket.HELD,
    Bucket.ALLOCATED,
    Bucket.PICKED,
    Bucket.QUARANTINED,
    Bucket.DAMAGED,
    Bucket.IN_TRANSIT,
)
"""The inside buckets, in the order of :class:`LevelRow`."""

EMPTY = LevelRow()


class DraftLevel:
    """
    One stock level while a batch of commands is decided.

    A store makes a draft of the level's totals and of those promises that the batch may touch
    (see :class:`LevelNeed`), and saves what has changed: a command costs what it touches and not
    what the level holds.
    """

    __slots__ = (
        "before",
        "changed",
        "counted_at",
        "key",
        "next_expiry",
        "next_rank",
        "place",
        "promises",
        "uncovered",
        "units",
    )

    def __init__(
        self, key: LevelKey, row: LevelRow = EMPTY, promises: Iterable[SavedPromise] = ()
    ) -> None:
        self.key = key
        # Plain text, not identifiers: drivers bind and compare it faster.
        self.place = (str.__str__(key[0]), str.__str__(key[1]))
        self.before = row
        self.units: dict[Bucket, int] = dict(zip(BUCKETS, row[:7], strict=True))
        self.uncovered = row.uncovered
        self.counted_at = row.counted_at
        self.next_rank = row.next_rank
        self.promises: dict[PromiseKind, dict[str, PromiseRow]] = {
            kind: {} for kind in PROMISE_KINDS
        }
        self.changed: set[tuple[PromiseKind, str]] = set()
        self.next_expiry: datetime | None = None
        self.add(promises)

    def add(self, promises: Iterable[SavedPromise]) -> None:
        """Take in what stands at the level, as it was loaded."""
        for kind, owner, quantity, at, rank in promises:
            self.promises[kind][owner] = PromiseRow(quantity, at, rank)
            if kind == "hold":
                self._expire_by(at)

    def row(self) -> LevelRow:
        """Return the totals as they stand now."""
        return LevelRow._make(
            (*self.units.values(), self.uncovered, self.counted_at, self.next_rank)
        )

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from what was loaded."""
        return bool(self.changed) or self.row() != self.before

    # -- units ----------------------------------------------------------------------------

    def move(
        self,
        journal: Journal,
        quantity: int,
        *,
        source: Bucket,
        target: Bucket,
        cause: Cause,
        owner: str | None = None,
        lot: str | None = None,
        to: DraftLevel | None = None,
    ) -> None:
        """
        Move *quantity* units between two buckets, and write it down; 0 moves nothing.

        *to* is the level of the target, this one where it is not given.
        """
        if quantity == 0:
            return
        goal = self if to is None else to
        journal.write(
            quantity,
            (self.place, source, self.take(source, quantity)),
            (goal.place, target, goal.put(target, quantity)),
            cause=cause,
            owner=owner,
            lot=lot,
        )

    def take(self, bucket: Bucket, quantity: int) -> int | None:
        """Take units out of *bucket*; return what is left, None outside."""
        units = self.units
        if bucket not in units:
            return None
        left = units[bucket] - quantity
        assert left >= 0, f"{self.key}: {bucket} below zero"
        units[bucket] = left
        return left

    def put(self, bucket: Bucket, quantity: int) -> int | None:
        """Put units into *bucket*; return what is there, None outside."""
        units = self.units
        if bucket not in units:
            return None
        units[bucket] += quantity
        return units[bucket]

    @property
    def sellable(self) -> int:
        """Units that nobody was promised."""
        return self.units[Bucket.SELLABLE]

    @property
    def usable(self) -> int:
        """Units in sellable condition, promised or not."""
        units = self.units
        return (
            units[Bucket.SELLABLE]
            + units[Bucket.HELD]
            + units[Bucket.ALLOCATED]
            + units[Bucket.PICKED]
        )

    # -- promises -------------------------------------------------------------------------

    def quantity(self, kind: PromiseKind, owner: str) -> int:
        """Units that *owner* has of one kind."""
        promise = self.promises[kind].get(owner)
        return promise.quantity if promise else 0

    def owned(self, owner: str) -> int:
        """Units that *owner* waits for, has allocated or has picked."""
        return (
            self.quantity("uncovered", owner)
            + self.quantity("allocation", owner)
            + self.quantity("pick", owner)
        )

    def held_by(self, owner: str, *, now: datetime) -> int:
        """Units held by *owner* at *now*."""
        hold = self.promises["hold"].get(owner)
        return hold.quantity if hold and hold.at > now else 0

    # -- what a command would find: asked first, so that a refused one changes nothing --------

    def _free(self, now: datetime) -> int:
        """Units that no order and no live hold has at *now*."""
        free = self.units[Bucket.SELLABLE]
        if self.next_expiry is not None and self.next_expiry <= now:
            free += sum(hold.quantity for hold in self.promises["hold"].values() if hold.at <= now)
        return free

    def available(self, now: datetime) -> int:
        """Units that will be sellable once expired holds have ended and who waits is covered."""
        return max(0, self._free(now) - self.uncovered)

    def waiting(self, now: datetime) -> int:
        """Units that will be waited for once expired holds have ended and who waits is covered."""
        return max(0, self.uncovered - self._free(now))

    def shippable_to(self, owner: str, *, now: datetime, coverage: Coverage) -> int:
        """Units that will be allocated to *owner* or picked once who waits is covered."""
        there = self.quantity("allocation", owner) + self.quantity("pick", owner)
        if self.quantity("uncovered", owner):
            there += sum(
                quantity
                for waiting, _, quantity in self._covers(self._free(now), coverage)
                if waiting == owner
            )
        return there

    def _covers(self, free: int, coverage: Coverage) -> Iterator[tuple[str, PromiseRow, int]]:
        """Yield who is covered with *free* units, in the stated order, and how many each gets."""
        if free == 0 or self.uncovered == 0:
            return
        left = min(free, self.uncovered)
        for owner, debt in sorted(
            self.promises["uncovered"].items(),
            key=lambda item: (
                coverage.order(placed_at=item[1].at, rank=item[1].rank),
                item[0],
            ),
        ):
            quantity = min(left, debt.quantity)
            yield owner, debt, quantity
            left -= quantity
            if left == 0:
                return
        raise AssertionError(f"{self.key}: {left} more units are waited for than were loaded")

    # -- changes --------------------------------------------------------------------------

    def _rank(self) -> int:
        self.next_rank += 1
        return self.next_rank - 1

    def _expire_by(self, at: datetime) -> None:
        if self.next_expiry is None or at < self.next_expiry:
            self.next_expiry = at

    def _set(self, kind: PromiseKind, owner: str, row: PromiseRow) -> None:
        self.promises[kind][owner] = row
        self.changed.add((kind, owner))

    def grow(
        self,
        kind: PromiseKind,
        owner: str,
        quantity: int,
        *,
        at: datetime,
        rank: int | None = None,
    ) -> None:
        """
        Note *quantity* units more, at least one, for *owner*.

        One owner has one promise of a kind: it keeps the earliest place of those that it has a
        right to.
        """
        if kind == "uncovered":
            self.uncovered += quantity
        known = self.promises[kind].get(owner)
        if known is None:
            row = PromiseRow(quantity, at, self._rank() if rank is None else rank)
        else:
            row = PromiseRow(
                known.quantity + quantity,
                min(known.at, at),
                known.rank if rank is None else min(known.rank, rank),
            )
        self._set(kind, owner, row)

    def shrink(self, kind: PromiseKind, owner: str, quantity: int) -> PromiseRow:
        """Take *quantity* units off a promise, and return it as it was; one of none ends."""
        promises = self.promises[kind]
        known = promises[owner]
        left = known.quantity - quantity
        assert left >= 0, f"{self.key}: {owner} has less"
        if left:
            promises[owner] = known._replace(quantity=left)
        else:
            del promises[owner]
        self.changed.add((kind, owner))
        if kind == "uncovered":
            self.uncovered -= quantity
        return known

    def hold(self, journal: Journal, owner: str, quantity: int, *, expires_at: datetime) -> None:
        """Set *quantity* sellable units aside."""
        self.move(
            journal,
            quantity,
            source=Bucket.SELLABLE,
            target=Bucket.HELD,
            cause=Cause.HOLD,
            owner=owner,
        )
        self._set("hold", owner, PromiseRow(quantity, expires_at, self._rank()))
        self._expire_by(expires_at)

    def end_hold(self, journal: Journal, owner: str, *, cause: Cause) -> int:
        """Make all that *owner* holds sellable again; return how many units."""
        quantity = self.quantity("hold", owner)
        if quantity:
            self.shrink("hold", owner, quantity)
            self.move(
                journal,
                quantity,
                source=Bucket.HELD,
                target=Bucket.SELLABLE,
                cause=cause,
                owner=owner,
            )
        return quantity

    def allocate(
        self,
        journal: Journal,
        owner: str,
        quantity: int,
        *,
        placed_at: datetime,
        cause: Cause,
        rank: int | None = None,
    ) -> None:
        """Promise *quantity* sellable units, at least one, to *owner*."""
        self.move(
            journal,
            quantity,
            source=Bucket.SELLABLE,
            target=Bucket.ALLOCATED,
            cause=cause,
            owner=owner,
        )
        self.grow("allocation", owner, quantity, at=placed_at, rank=rank)

    # -- rules that hold at every command ---------------------------------------------------

    def settle(self, journal: Journal, coverage: Coverage) -> None:
        """End expired holds, then cover who waits with what is sellable, in the stated order."""
        now = journal.now
        if self.next_expiry is not None and self.next_expiry <= now:
            holds = self.promises["hold"]
            for owner, hold in by_rank(holds):
                if hold.at <= now:
                    self.end_hold(journal, owner, cause=Cause.EXPIRY)
            self.next_expiry = min((hold.at for hold in holds.values()), default=None)
        if self.uncovered and self.units[Bucket.SELLABLE]:
            for owner, debt, quantity in list(self._covers(self.sellable, coverage)):
                self.shrink("uncovered", owner, quantity)
                self.allocate(
                    journal,
                    owner,
                    quantity,
                    placed_at=debt.at,
                    cause=Cause.COVER,
                    rank=debt.rank,
                )


def by_rank(promises: dict[str, PromiseRow]) -> list[tuple[str, PromiseRow]]:
    """Return the promises of one kind, the earliest first; ties go by the owner's name."""
    return sorted(promises.items(), key=lambda item: (item[1].rank, item[0]))
