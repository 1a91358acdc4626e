"""The rules for promises: units that are held, reserved, recorded, released and reassigned."""

from __future__ import annotations

from ecomkit.stock._accounts import Bucket, Cause, LevelKey, Owner
from ecomkit.stock._leaving import free
from ecomkit.stock._outcomes import (
    Covered,
    Done,
    Outcome,
    Recorded,
    Refused,
    Reserved,
    Short,
)
from ecomkit.stock._promise_commands import (
    PutOnHold,
    Reassign,
    Record,
    Release,
    ReleaseHolds,
    Reserve,
)
from ecomkit.stock._rows import PromiseKind, PromiseRow
from ecomkit.stock._workspace import (
    Workspace,
    by_level,
    by_owner,
    lacking,
    short_of,
    shortage,
)

__all__ = ["put_on_hold", "reassign", "record", "release", "release_holds", "reserve"]


def put_on_hold(command: PutOnHold, work: Workspace) -> Outcome:
    """Set units aside for carts: all, or none."""
    totals = by_level(command.wants)
    wants = by_owner(command.wants)
    # An owner's live holds are replaced, so their units are there for it, and for it alone.
    there = {key: work.drafts[key].available(work.journal.now) for key in totals}
    for key, owner in wants:
        there[key] += work.drafts[key].held_by(owner, now=work.journal.now)
    if short := short_of(totals, there):
        return Short(shortages=short)
    work.settle(totals)
    for key, owner in wants:
        work.drafts[key].end_hold(work.journal, owner, cause=Cause.RELEASE)
    for (key, owner), quantity in wants.items():
        work.drafts[key].hold(work.journal, owner, quantity, expires_at=command.expires_at)
    # A hold that became smaller leaves units, for which others may wait.
    work.settle(totals)
    return Reserved(units=sum(totals.values()))


def release_holds(command: ReleaseHolds, work: Workspace) -> Outcome:
    """Give back what a cart holds."""
    keys = sorted(set(command.levels))
    work.settle(keys)
    units = sum(
        work.drafts[key].end_hold(work.journal, command.owner.name, cause=Cause.RELEASE)
        for key in keys
    )
    work.settle(keys)
    return Done(units=units)


def reserve(command: Reserve, work: Workspace) -> Outcome:
    """Promise units to order lines of our own: all, or none."""
    totals = by_level(command.wants)
    now, cart = work.journal.now, command.cart
    there = {}
    for key in totals:
        draft = work.drafts[key]
        own = 0 if cart is None else draft.held_by(cart.name, now=now)
        # What already waits counts against the limit, and so does what would be waited for.
        there[key] = draft.available(now) + own + max(0, command.backorders - draft.waiting(now))
    if short := short_of(totals, there):
        return Short(shortages=short)
    work.settle(totals)
    if cart is not None:
        for key in totals:
            work.drafts[key].end_hold(work.journal, cart.name, cause=Cause.RELEASE)
    for (key, owner), quantity in by_owner(command.wants).items():
        _promise(work, key, owner, quantity, command=command, cause=Cause.RESERVE)
    # A cart may have held more than was ordered; others may wait for the rest.
    work.settle(totals)
    return Reserved(units=sum(totals.values()))


def record(command: Record, work: Workspace) -> Outcome:
    """Take down what was sold: cover what is there, owe the rest."""
    work.settle(want.key for want in command.wants)
    lines = []
    for (key, owner), quantity in by_owner(command.wants).items():
        covered = _promise(work, key, owner, quantity, command=command, cause=Cause.RECORD)
        lines.append(
            Covered(
                owner=Owner(owner),
                sku=key.sku,
                location=key.location,
                covered=covered,
                uncovered=quantity - covered,
            )
        )
    return Recorded(lines=tuple(lines))


def _promise(
    work: Workspace,
    key: LevelKey,
    owner: str,
    quantity: int,
    *,
    command: Reserve | Record,
    cause: Cause,
) -> int:
    """Allocate what is there to *owner*, owe it the rest; return how many units were there."""
    draft = work.drafts[key]
    covered = min(quantity, draft.sellable)
    if covered:
        draft.allocate(work.journal, owner, covered, placed_at=command.placed_at, cause=cause)
    if covered < quantity:
        draft.grow("uncovered", owner, quantity - covered, at=command.placed_at)
    return covered


def release(command: Release, work: Workspace) -> Outcome:
    """Give up what order lines wait for, then what they have: all, or none."""
    wants = by_owner(command.wants)
    there = {(key, owner): work.drafts[key].owned(owner) for key, owner in wants}
    if refused := lacking(wants, there):
        return Refused(shortages=refused)
    work.settle(key for key, _ in wants)
    for (key, owner), quantity in wants.items():
        draft = work.drafts[key]
        waited = min(quantity, draft.quantity("uncovered", owner))
        if waited:
            draft.shrink("uncovered", owner, waited)
        if waited < quantity:
            free(
                draft,
                work.journal,
                owner,
                quantity - waited,
                target=Bucket.SELLABLE,
                cause=Cause.RELEASE,
            )
    # Only when all lines have let go: a cancelled order must not cover its own other line.
    work.settle(key for key, _ in wants)
    return Done(units=sum(wants.values()))


def reassign(command: Reassign, work: Workspace) -> Outcome:
    """Let a promise go to another owner or another location."""
    source, target = work.drafts[command.source_key], work.drafts[command.target_key]
    owner, to_owner = command.owner.name, command.to_owner.name
    movable = source.quantity("uncovered", owner) + source.quantity("allocation", owner)
    if command.quantity > movable:
        short = shortage(command.source_key, wanted=command.quantity, available=movable)
        return Refused(shortages=(short,))
    work.settle((source.key, target.key))
    waited, allocated = source.quantity("uncovered", owner), source.quantity("allocation", owner)
    if source is target:
        waited = max(0, command.quantity - allocated)
    else:
        waited = min(waited, command.quantity)
    allocated = command.quantity - waited
    parts: tuple[tuple[PromiseKind, int], ...] = (("allocation", allocated), ("uncovered", waited))
    gone: list[tuple[PromiseKind, int, PromiseRow]] = [
        (kind, units, source.shrink(kind, owner, units)) for kind, units in parts if units
    ]
    if source is target:
        for kind, units, known in gone:
            source.grow(kind, to_owner, units, at=known.at, rank=known.rank)
        return Done(units=command.quantity)
    placed_at = min(known.at for _, _, known in gone)
    source.move(
        work.journal,
        allocated,
        source=Bucket.ALLOCATED,
        target=Bucket.SELLABLE,
        cause=Cause.REASSIGN,
        owner=owner,
    )
    covered = min(command.quantity, target.sellable)
    if covered:
        target.allocate(work.journal, to_owner, covered, placed_at=placed_at, cause=Cause.REASSIGN)
    if covered < command.quantity:
        target.grow("uncovered", to_owner, command.quantity - covered, at=placed_at)
    work.settle((source.key,))
    return Done(units=command.quantity)
