"""A stock level while it is being changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import attrs

from ecomkit.stock._accounts import Bucket, Cause, Owner
from ecomkit.stock._levels import Allocation, Hold, StockLevel, Uncovered

if TYPE_CHECKING:
    from ecomkit.stock._coverage import Coverage
    from ecomkit.stock._journal import Journal

__all__ = ["DraftLevel"]


class DraftLevel:
    """
    One stock level while a batch of commands is decided.

    A draft is made once for a batch and frozen once after it, so that a command costs what it
    touches and not what the level holds.
    """

    __slots__ = (
        "allocations",
        "counted_at",
        "holds",
        "key",
        "next_rank",
        "uncovered",
        "units",
    )

    def __init__(self, level: StockLevel) -> None:
        self.key = level.key
        self.units = {
            Bucket.SELLABLE: level.sellable,
            Bucket.HELD: level.held,
            Bucket.ALLOCATED: level.allocated,
            Bucket.PICKED: level.picked,
            Bucket.QUARANTINED: level.quarantined,
            Bucket.DAMAGED: level.damaged,
            Bucket.IN_TRANSIT: level.in_transit,
        }
        self.holds = {hold.owner: hold for hold in level.holds}
        self.allocations = {allocation.owner: allocation for allocation in level.allocations}
        self.uncovered = {debt.owner: debt for debt in level.uncovered}
        self.counted_at = level.counted_at
        self.next_rank = level.next_rank

    def freeze(self) -> StockLevel:
        """Return the level as it stands now."""
        return StockLevel(
            sku=self.key.sku,
            location=self.key.location,
            sellable=self.units[Bucket.SELLABLE],
            held=self.units[Bucket.HELD],
            allocated=self.units[Bucket.ALLOCATED],
            picked=self.units[Bucket.PICKED],
            quarantined=self.units[Bucket.QUARANTINED],
            damaged=self.units[Bucket.DAMAGED],
            in_transit=self.units[Bucket.IN_TRANSIT],
            holds=_by_rank(self.holds.values()),
            allocations=_by_rank(self.allocations.values()),
            uncovered=_by_rank(self.uncovered.values()),
            counted_at=self.counted_at,
            next_rank=self.next_rank,
        )

    # -- units ----------------------------------------------------------------------------

    def move(
        self,
        journal: Journal,
        quantity: int,
        *,
        source: Bucket,
        target: Bucket,
        cause: Cause,
        owner: Owner | None = None,
    ) -> None:
        """Move *quantity* units between two buckets, and write it down; 0 moves nothing."""
        if quantity == 0:
            return
        if source in self.units:
            self.units[source] -= quantity
            assert self.units[source] >= 0, f"{self.key}: {source} below zero"
        if target in self.units:
            self.units[target] += quantity
        journal.write(
            self.key, quantity=quantity, source=source, target=target, cause=cause, owner=owner
        )

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

    def owned(self, owner: Owner) -> int:
        """Units that *owner* waits for or has allocated."""
        return self.allocated_to(owner) + self.owed_to(owner)

    def owed_to(self, owner: Owner) -> int:
        """Units that *owner* waits for."""
        debt = self.uncovered.get(owner)
        return debt.quantity if debt else 0

    def allocated_to(self, owner: Owner) -> int:
        """Units allocated to *owner*."""
        allocation = self.allocations.get(owner)
        return allocation.quantity if allocation else 0

    def held_by(self, owner: Owner, *, now: datetime) -> int:
        """Units held by *owner* at *now*."""
        hold = self.holds.get(owner)
        return hold.quantity if hold and not hold.has_expired(now) else 0

    # -- what a command would find: asked first, so that a refused one changes nothing --------

    def _free(self, now: datetime) -> int:
        """Units that no order and no live hold has at *now*."""
        expired = sum(hold.quantity for hold in self.holds.values() if hold.has_expired(now))
        return self.sellable + expired

    def available(self, now: datetime) -> int:
        """Units that will be sellable once expired holds have ended and who waits is covered."""
        free = self._free(now)
        if free and self.uncovered:
            free -= sum(debt.quantity for debt in self.uncovered.values())
        return max(0, free)

    def shippable_to(self, owner: Owner, *, now: datetime, coverage: Coverage) -> int:
        """Units that will be allocated to *owner* once who waits is covered."""
        covered = sum(
            quantity
            for debt, quantity in self._covers(self._free(now), coverage)
            if debt.owner == owner
        )
        return self.allocated_to(owner) + covered

    def _covers(self, free: int, coverage: Coverage) -> Iterator[tuple[Uncovered, int]]:
        """Yield who is covered with *free* units, in the stated order, and how many each gets."""
        if free == 0:
            return
        for debt in sorted(self.uncovered.values(), key=coverage.order):
            quantity = min(free, debt.quantity)
            if quantity == 0:
                return
            free -= quantity
            yield debt, quantity

    # -- changes --------------------------------------------------------------------------

    def _rank(self) -> int:
        self.next_rank += 1
        return self.next_rank - 1

    def hold(self, journal: Journal, owner: Owner, quantity: int, *, expires_at: datetime) -> None:
        """Set *quantity* sellable units aside."""
        self.move(
            journal,
            quantity,
            source=Bucket.SELLABLE,
            target=Bucket.HELD,
            cause=Cause.HOLD,
            owner=owner,
        )
        self.holds[owner] = Hold(
            owner=owner, quantity=quantity, expires_at=expires_at, rank=self._rank()
        )

    def end_hold(self, journal: Journal, owner: Owner, *, cause: Cause) -> int:
        """Make all that *owner* holds sellable again; return how many units."""
        hold = self.holds.pop(owner, None)
        if hold is None:
            return 0
        self.move(
            journal,
            hold.quantity,
            source=Bucket.HELD,
            target=Bucket.SELLABLE,
            cause=cause,
            owner=owner,
        )
        return hold.quantity

    def allocate(
        self,
        journal: Journal,
        owner: Owner,
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
        known = self.allocations.get(owner)
        self.allocations[owner] = (
            attrs.evolve(known, quantity=known.quantity + quantity)
            if known
            else Allocation(
                owner=owner,
                quantity=quantity,
                placed_at=placed_at,
                rank=self._rank() if rank is None else rank,
            )
        )

    def owe(
        self, owner: Owner, quantity: int, *, placed_at: datetime, rank: int | None = None
    ) -> None:
        """
        Note that *owner* waits for *quantity* units, at least one.

        An owner waits in one place: the earliest of those it has a right to.
        """
        known = self.uncovered.get(owner)
        if known:
            self.uncovered[owner] = attrs.evolve(
                known,
                quantity=known.quantity + quantity,
                placed_at=min(known.placed_at, placed_at),
                rank=known.rank if rank is None else min(known.rank, rank),
            )
        else:
            self.uncovered[owner] = Uncovered(
                owner=owner,
                quantity=quantity,
                placed_at=placed_at,
                rank=self._rank() if rank is None else rank,
            )

    def free(
        self, journal: Journal, owner: Owner, quantity: int, *, target: Bucket, cause: Cause
    ) -> None:
        """
        Take *quantity* units out of what is allocated to *owner*, into *target*.

        Picked units are allocated ones too: they ship first, and go back to the shelf last.
        """
        _shrink(self.allocations, owner, quantity)
        sources = (Bucket.ALLOCATED, Bucket.PICKED)
        for source in reversed(sources) if target is Bucket.CUSTOMER else sources:
            taken = min(quantity, self.units[source])
            self.move(journal, taken, source=source, target=target, cause=cause, owner=owner)
            quantity -= taken

    def forgive(self, owner: Owner, quantity: int) -> None:
        """Note that *owner* waits for *quantity* units less."""
        _shrink(self.uncovered, owner, quantity)

    # -- rules that hold at every command ---------------------------------------------------

    def settle(self, journal: Journal, coverage: Coverage) -> None:
        """End expired holds, then cover who waits with what is sellable, in the stated order."""
        if self.holds:
            ended = [hold for hold in self.holds.values() if hold.has_expired(journal.now)]
            for hold in _by_rank(ended):
                self.end_hold(journal, hold.owner, cause=Cause.EXPIRY)
        for debt, quantity in self._covers(self.sellable, coverage):
            _shrink(self.uncovered, debt.owner, quantity)
            self.allocate(
                journal,
                debt.owner,
                quantity,
                placed_at=debt.placed_at,
                cause=Cause.COVER,
                rank=debt.rank,
            )

    def write_off(self, journal: Journal, missing: int, *, cause: Cause) -> None:
        """
        Take *missing* usable units off the books.

        Free units go first, then holds, then allocations, the latest promise first: who came
        first keeps what there is. What an order loses it waits for, at its old rank.
        """
        free = min(missing, self.sellable)
        self.move(journal, free, source=Bucket.SELLABLE, target=Bucket.SHRINKAGE, cause=cause)
        missing -= free
        for hold in reversed(_by_rank(self.holds.values())):
            taken = min(missing, hold.quantity)
            if taken == 0:
                break
            self.move(
                journal,
                taken,
                source=Bucket.HELD,
                target=Bucket.SHRINKAGE,
                cause=cause,
                owner=hold.owner,
            )
            _shrink(self.holds, hold.owner, taken)
            missing -= taken
        for allocation in reversed(_by_rank(self.allocations.values())):
            taken = min(missing, allocation.quantity)
            if taken == 0:
                break
            self.free(journal, allocation.owner, taken, target=Bucket.SHRINKAGE, cause=cause)
            self.owe(allocation.owner, taken, placed_at=allocation.placed_at, rank=allocation.rank)
            missing -= taken
        assert missing == 0, f"{self.key}: {missing} more units missing than there were"


_Promise = TypeVar("_Promise", Hold, Allocation, Uncovered)


def _by_rank(promises: Iterable[_Promise]) -> tuple[_Promise, ...]:
    return tuple(sorted(promises, key=lambda promise: promise.rank))


def _shrink(promises: dict[Owner, _Promise], owner: Owner, quantity: int) -> None:
    """Take *quantity* units off a promise; one of no units ends."""
    promise = promises[owner]
    if promise.quantity == quantity:
        del promises[owner]
    else:
        promises[owner] = attrs.evolve(promise, quantity=promise.quantity - quantity)
