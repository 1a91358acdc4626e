"""The rules for goods: units that are counted, come in, come back, break, or change their place."""

from __future__ import annotations

from ecomkit.identifiers import LotId
from ecomkit.stock._accounts import Bucket, Cause, LevelKey
from ecomkit.stock._draft import DraftLevel
from ecomkit.stock._goods_commands import (
    Adjust,
    Arrive,
    Count,
    Damage,
    Dispatch,
    LoseTransfer,
    Receive,
    Relocate,
    TakeBack,
)
from ecomkit.stock._leaving import losable, lose
from ecomkit.stock._lot_units import lot_shortage, move_goods
from ecomkit.stock._outcomes import Done, Outcome, Refused, Shortage
from ecomkit.stock._workspace import Workspace, as_goods, shortage

__all__ = [
    "adjust",
    "arrive",
    "count",
    "damage",
    "dispatch",
    "lose_transfer",
    "receive",
    "relocate",
    "take_back",
]


def _refused(
    key: LevelKey, *, wanted: int, available: int, lot: LotId | None = None
) -> Refused | None:
    """Refuse if more is wanted than there is."""
    if wanted <= available:
        return None
    return Refused(shortages=(shortage(key, wanted=wanted, available=available, lot=lot),))


def _lots_refused(short: Shortage | None) -> Refused | None:
    return None if short is None else Refused(shortages=(short,))


def _missing(draft: DraftLevel, missing: int, *, lot: LotId | None) -> Refused | None:
    """Refuse to lose more than lies there, or units of which nobody says the lot."""
    return _refused(draft.key, wanted=missing, available=losable(draft, lot=lot), lot=lot)


def count(command: Count, work: Workspace) -> Outcome:
    """Take a count down; the first is the opening, a later difference is shrinkage."""
    draft = work.drafts[LevelKey(command.sku, command.location)]
    there = draft.usable if command.lot is None else losable(draft, lot=command.lot)
    difference = command.counted - (there if command.expected is None else command.expected)
    # Counted against books that have changed by more than what is left; or the lot is not named.
    if refused := _missing(draft, -difference, lot=command.lot):
        return refused
    opening = draft.counted_at is None
    _correct(
        draft,
        work,
        difference,
        lot=command.lot,
        found_in=Bucket.OPENING if opening else Bucket.SHRINKAGE,
        cause=Cause.OPENING if opening and difference > 0 else Cause.COUNT,
    )
    draft.counted_at = work.journal.now
    return Done(units=abs(difference))


def adjust(command: Adjust, work: Workspace) -> Outcome:
    """Book units found or missing; no more can be missing than lie there."""
    draft = work.drafts[LevelKey(command.sku, command.location)]
    if refused := _missing(draft, -command.difference, lot=command.lot):
        return refused
    _correct(
        draft,
        work,
        command.difference,
        lot=command.lot,
        found_in=Bucket.SHRINKAGE,
        cause=Cause.ADJUSTMENT,
    )
    return Done(units=abs(command.difference))


def _correct(
    draft: DraftLevel,
    work: Workspace,
    difference: int,
    *,
    lot: LotId | None,
    found_in: Bucket,
    cause: Cause,
) -> None:
    """Put units on the shelf that were found, or take off those that are missing."""
    draft.settle(work.journal, work.coverage)
    if difference < 0:
        lose(draft, work.journal, -difference, target=Bucket.SHRINKAGE, cause=cause, lot=lot)
        return
    move_goods(
        draft,
        work.journal,
        difference,
        source=found_in,
        target=Bucket.SELLABLE,
        cause=cause,
        lot=lot,
    )
    draft.settle(work.journal, work.coverage)


def damage(command: Damage, work: Workspace) -> Outcome:
    """Take broken units off the shelf, promised or not; no more can break than lie there."""
    draft = work.drafts[LevelKey(command.sku, command.location)]
    if refused := _missing(draft, command.quantity, lot=command.lot):
        return refused
    draft.settle(work.journal, work.coverage)
    lose(
        draft,
        work.journal,
        command.quantity,
        target=command.bucket,
        cause=Cause.DAMAGE,
        lot=command.lot,
    )
    return Done(units=command.quantity)


def receive(command: Receive, work: Workspace) -> Outcome:
    """Take units in from a supplier."""
    draft = work.drafts[LevelKey(command.sku, command.location)]
    move_goods(
        draft,
        work.journal,
        command.quantity,
        source=Bucket.SUPPLIER,
        target=Bucket.SELLABLE,
        cause=Cause.RECEIPT,
        lot=command.lot,
    )
    draft.settle(work.journal, work.coverage)
    return Done(units=command.quantity)


def take_back(command: TakeBack, work: Workspace) -> Outcome:
    """Take units back from customers into the bucket they are fit for."""
    for want in as_goods(command.wants):
        move_goods(
            work.drafts[want.key],
            work.journal,
            want.quantity,
            source=Bucket.CUSTOMER,
            target=command.bucket,
            cause=Cause.RETURN,
            lot=want.lot,
            owner=want.owner.name,
        )
    work.settle(want.key for want in command.wants)
    return Done(units=sum(want.quantity for want in command.wants))


def relocate(command: Relocate, work: Workspace) -> Outcome:
    """Move unpromised units to another bucket."""
    key = LevelKey(command.sku, command.location)
    draft = work.drafts[key]
    sellable = command.source is Bucket.SELLABLE
    there = draft.available(work.journal.now) if sellable else draft.units[command.source]
    refused = _refused(key, wanted=command.quantity, available=there) or _lots_refused(
        lot_shortage(draft, command.source, command.quantity, lot=command.lot)
    )
    if refused:
        return refused
    draft.settle(work.journal, work.coverage)
    move_goods(
        draft,
        work.journal,
        command.quantity,
        source=command.source,
        target=command.target,
        cause=Cause.RELOCATION,
        lot=command.lot,
    )
    draft.settle(work.journal, work.coverage)
    return Done(units=command.quantity)


def dispatch(command: Dispatch, work: Workspace) -> Outcome:
    """Let free units leave for another location."""
    transfer = command.transfer
    source, target = work.drafts[transfer.source_key], work.drafts[transfer.target_key]
    there = source.available(work.journal.now)
    refused = _refused(source.key, wanted=command.quantity, available=there) or _lots_refused(
        lot_shortage(source, Bucket.SELLABLE, command.quantity, lot=command.lot)
    )
    if refused:
        return refused
    work.settle((source.key, target.key))
    owner = transfer.owner.name
    move_goods(
        source,
        work.journal,
        command.quantity,
        source=Bucket.SELLABLE,
        target=Bucket.IN_TRANSIT,
        cause=Cause.DISPATCH,
        lot=command.lot,
        owner=owner,
        to=target,
    )
    target.grow("transit", owner, command.quantity, at=work.journal.now)
    return Done(units=command.quantity)


def arrive(command: Arrive, work: Workspace) -> Outcome:
    """Take units of a transfer in; they cover who waits."""
    return _end_transit(command, work, target=Bucket.SELLABLE, cause=Cause.ARRIVAL)


def lose_transfer(command: LoseTransfer, work: Workspace) -> Outcome:
    """Write off units of a transfer that will not arrive."""
    return _end_transit(command, work, target=Bucket.SHRINKAGE, cause=Cause.LOSS)


def _end_transit(
    command: Arrive | LoseTransfer, work: Workspace, *, target: Bucket, cause: Cause
) -> Outcome:
    draft = work.drafts[command.transfer.target_key]
    owner = command.transfer.owner.name
    there = draft.quantity("transit", owner)
    refused = _refused(draft.key, wanted=command.quantity, available=there) or _lots_refused(
        lot_shortage(draft, Bucket.IN_TRANSIT, command.quantity, lot=command.lot, owner=owner)
    )
    if refused:
        return refused
    move_goods(
        draft,
        work.journal,
        command.quantity,
        source=Bucket.IN_TRANSIT,
        target=target,
        cause=cause,
        lot=command.lot,
        owner=owner,
    )
    draft.shrink("transit", owner, command.quantity)
    draft.settle(work.journal, work.coverage)
    return Done(units=command.quantity)
