"""The rules for fulfilment: units that are picked, shipped, and the two ways back."""

from __future__ import annotations

from collections.abc import Sequence

from ecomkit.stock._accounts import Bucket, Cause, LevelKey
from ecomkit.stock._leaving import free
from ecomkit.stock._lot_units import lot_shortage, move_goods
from ecomkit.stock._outcomes import Done, Outcome, Refused, Shortage
from ecomkit.stock._promise_commands import Pick, Ship, Unpick, Unship
from ecomkit.stock._wants import Want
from ecomkit.stock._workspace import Workspace, as_goods, by_owner, lacking

__all__ = ["pick", "ship", "unpick", "unship"]


def pick(command: Pick, work: Workspace) -> Outcome:
    """Take allocated units from the shelf: all, or none."""
    wants = by_owner(command.wants)
    there = {(key, owner): _allocated(work, key, owner) for key, owner in wants}
    refused = lacking(wants, there) or _lots_lacking(work, command.wants, Bucket.ALLOCATED)
    if refused:
        return Refused(shortages=refused)
    work.settle(key for key, _ in wants)
    for want in as_goods(command.wants):
        _change_place(work, want, source=Bucket.ALLOCATED, target=Bucket.PICKED, cause=Cause.PICK)
    return Done(units=sum(wants.values()))


def unpick(command: Unpick, work: Workspace) -> Outcome:
    """Put picked units back; they stay allocated: all, or none."""
    wants = by_owner(command.wants)
    there = {(key, owner): work.drafts[key].quantity("pick", owner) for key, owner in wants}
    refused = lacking(wants, there) or _lots_lacking(work, command.wants, Bucket.PICKED)
    if refused:
        return Refused(shortages=refused)
    work.settle(key for key, _ in wants)
    for want in as_goods(command.wants):
        _change_place(
            work, want, source=Bucket.PICKED, target=Bucket.ALLOCATED, cause=Cause.UNPICK
        )
    return Done(units=sum(wants.values()))


def _change_place(
    work: Workspace, want: Want, *, source: Bucket, target: Bucket, cause: Cause
) -> None:
    """Move goods of one owner between the shelf and what is picked."""
    draft, owner = work.drafts[want.key], want.owner.name
    move_goods(
        draft,
        work.journal,
        want.quantity,
        source=source,
        target=target,
        cause=cause,
        lot=want.lot,
        owner=owner,
    )
    picks = target is Bucket.PICKED
    known = draft.shrink("allocation" if picks else "pick", owner, want.quantity)
    draft.grow(
        "pick" if picks else "allocation", owner, want.quantity, at=known.at, rank=known.rank
    )


def ship(command: Ship, work: Workspace) -> Outcome:
    """Let picked and allocated units leave for customers: all, or none."""
    if refused := _unshippable(command, work):
        return Refused(shortages=refused)
    work.settle(want.key for want in command.wants)
    for want in as_goods(command.wants):
        draft, owner = work.drafts[want.key], want.owner.name
        if want.lot is None:
            free(
                draft,
                work.journal,
                owner,
                want.quantity,
                target=Bucket.CUSTOMER,
                cause=Cause.SHIP,
            )
            continue
        move_goods(
            draft,
            work.journal,
            want.quantity,
            source=Bucket.ALLOCATED,
            target=Bucket.CUSTOMER,
            cause=Cause.SHIP,
            lot=want.lot,
            owner=owner,
        )
        draft.shrink("allocation", owner, want.quantity)
    return Done(units=sum(want.quantity for want in command.wants))


def _unshippable(command: Ship, work: Workspace) -> tuple[Shortage, ...]:
    """Return what is lacking to ship all of the wants."""
    wants = by_owner(command.wants)
    allocated = {(key, owner): _allocated(work, key, owner) for key, owner in wants}
    picked = {(key, owner): work.drafts[key].quantity("pick", owner) for key, owner in wants}
    if short := lacking(wants, {place: allocated[place] + picked[place] for place in wants}):
        return short
    named = [want for want in command.wants if want.lot is not None]
    if short := lacking(by_owner(named), allocated):
        return short
    # What was not picked comes from the shelf; where no lot is named, of units without one.
    unnamed: dict[LevelKey, int] = {}
    for (key, owner), quantity in by_owner([w for w in command.wants if w.lot is None]).items():
        unnamed[key] = unnamed.get(key, 0) + max(0, quantity - picked[key, owner])
    found = (
        lot_shortage(work.drafts[key], Bucket.ALLOCATED, quantity, lot=None)
        for key, quantity in unnamed.items()
    )
    return (
        *_lots_lacking(work, named, Bucket.ALLOCATED),
        *(short for short in found if short is not None),
    )


def _allocated(work: Workspace, key: LevelKey, owner: str) -> int:
    """Return the units that will be allocated to *owner*, unpicked, once who waits is covered."""
    draft = work.drafts[key]
    there = draft.shippable_to(owner, now=work.journal.now, coverage=work.coverage)
    return there - draft.quantity("pick", owner)


def _lots_lacking(work: Workspace, wants: Sequence[Want], bucket: Bucket) -> tuple[Shortage, ...]:
    """Return every lot of which more is wanted, over all wants, than lies in *bucket*."""
    totals: dict[tuple[LevelKey, str | None, str | None], int] = {}
    for want in wants:
        owner = want.owner.name if bucket is Bucket.PICKED else None
        place = (want.key, owner, want.lot)
        totals[place] = totals.get(place, 0) + want.quantity
    found = (
        lot_shortage(work.drafts[key], bucket, quantity, lot=lot, owner=owner)
        for (key, owner, lot), quantity in totals.items()
    )
    return tuple(short for short in found if short is not None)


def unship(command: Unship, work: Workspace) -> Outcome:
    """Take back a fulfilment that did not leave: its units are allocated as before."""
    work.settle(want.key for want in command.wants)
    for want in as_goods(command.wants):
        move_goods(
            work.drafts[want.key],
            work.journal,
            want.quantity,
            source=Bucket.CUSTOMER,
            target=Bucket.ALLOCATED,
            cause=Cause.UNSHIP,
            lot=want.lot,
            owner=want.owner.name,
        )
    # In the order of the wants, whatever their lots: a lot gives nobody an earlier place.
    for (key, owner), quantity in by_owner(command.wants).items():
        work.drafts[key].grow("allocation", owner, quantity, at=command.placed_at)
    return Done(units=sum(want.quantity for want in command.wants))
