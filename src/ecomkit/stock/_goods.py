"""The rules for goods: units that are counted, come in, come back, or change their condition."""

from __future__ import annotations

from ecomkit.stock._accounts import Bucket, Cause, LevelKey
from ecomkit.stock._commands import Adjust, Count, Receive, Relocate, TakeBack
from ecomkit.stock._outcomes import Done, Outcome, Refused
from ecomkit.stock._workspace import Workspace, by_owner, shortage

__all__ = ["adjust", "count", "receive", "relocate", "take_back"]


def count(command: Count, work: Workspace) -> Outcome:
    """Take a count down; the first is the opening, a later difference is shrinkage."""
    draft = work.drafts[LevelKey(command.sku, command.location)]
    draft.settle(work.journal, work.coverage)
    difference = command.counted - draft.usable
    opening = draft.counted_at is None
    if difference > 0:
        draft.move(
            work.journal,
            difference,
            source=Bucket.OPENING if opening else Bucket.SHRINKAGE,
            target=Bucket.SELLABLE,
            cause=Cause.OPENING if opening else Cause.COUNT,
        )
        draft.settle(work.journal, work.coverage)
    else:
        draft.write_off(work.journal, -difference, cause=Cause.COUNT)
    draft.counted_at = work.journal.now
    return Done(units=abs(difference))


def adjust(command: Adjust, work: Workspace) -> Outcome:
    """Book units found or missing; no more can be missing than lie there."""
    key = LevelKey(command.sku, command.location)
    draft = work.drafts[key]
    missing = -command.difference
    if missing > draft.usable:
        return Refused(shortages=(shortage(key, wanted=missing, available=draft.usable),))
    draft.settle(work.journal, work.coverage)
    if missing > 0:
        draft.write_off(work.journal, missing, cause=Cause.ADJUSTMENT)
    else:
        draft.move(
            work.journal,
            command.difference,
            source=Bucket.SHRINKAGE,
            target=Bucket.SELLABLE,
            cause=Cause.ADJUSTMENT,
        )
        draft.settle(work.journal, work.coverage)
    return Done(units=abs(command.difference))


def receive(command: Receive, work: Workspace) -> Outcome:
    """Take units in from a supplier."""
    draft = work.drafts[LevelKey(command.sku, command.location)]
    draft.move(
        work.journal,
        command.quantity,
        source=Bucket.SUPPLIER,
        target=Bucket.SELLABLE,
        cause=Cause.RECEIPT,
    )
    draft.settle(work.journal, work.coverage)
    return Done(units=command.quantity)


def take_back(command: TakeBack, work: Workspace) -> Outcome:
    """Take units back from customers into the bucket they are fit for."""
    wants = by_owner(command.wants)
    for (key, owner), quantity in wants.items():
        work.drafts[key].move(
            work.journal,
            quantity,
            source=Bucket.CUSTOMER,
            target=command.bucket,
            cause=Cause.RETURN,
            owner=owner,
        )
    work.settle(key for key, _ in wants)
    return Done(units=sum(wants.values()))


def relocate(command: Relocate, work: Workspace) -> Outcome:
    """Move unpromised units to another bucket."""
    key = LevelKey(command.sku, command.location)
    draft = work.drafts[key]
    sellable = command.source is Bucket.SELLABLE
    there = draft.available(work.journal.now) if sellable else draft.units[command.source]
    if command.quantity > there:
        return Refused(shortages=(shortage(key, wanted=command.quantity, available=there),))
    draft.settle(work.journal, work.coverage)
    draft.move(
        work.journal,
        command.quantity,
        source=command.source,
        target=command.target,
        cause=Cause.RELOCATION,
    )
    draft.settle(work.journal, work.coverage)
    return Done(units=command.quantity)
