"""The rules for promises: units that are held, reserved, recorded, released and shipped."""

from __future__ import annotations

from ecomkit.stock._accounts import Bucket, Cause
from ecomkit.stock._commands import PutOnHold, Record, Release, ReleaseHolds, Reserve, Ship
from ecomkit.stock._outcomes import (
    Covered,
    Done,
    Outcome,
    Recorded,
    Refused,
    Reserved,
    Short,
)
from ecomkit.stock._workspace import Workspace, by_level, by_owner, lacking, short_of

__all__ = ["put_on_hold", "record", "release", "release_holds", "reserve", "ship"]


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
        work.drafts[key].end_hold(work.journal, command.owner, cause=Cause.RELEASE) for key in keys
    )
    work.settle(keys)
    return Done(units=units)


def reserve(command: Reserve, work: Workspace) -> Outcome:
    """Promise units to order lines of our own: all, or none."""
    totals = by_level(command.wants)
    cart = command.cart
    there = {key: work.drafts[key].available(work.journal.now) for key in totals}
    if cart:
        for key in totals:
            there[key] += work.drafts[key].held_by(cart, now=work.journal.now)
    if short := short_of(totals, there):
        return Short(shortages=short)
    work.settle(totals)
    if cart:
        for key in totals:
            work.drafts[key].end_hold(work.journal, cart, cause=Cause.RELEASE)
    for (key, owner), quantity in by_owner(command.wants).items():
        work.drafts[key].allocate(
            work.journal, owner, quantity, placed_at=command.placed_at, cause=Cause.RESERVE
        )
    # A cart may have held more than was ordered; others may wait for the rest.
    work.settle(totals)
    return Reserved(units=sum(totals.values()))


def record(command: Record, work: Workspace) -> Outcome:
    """Take down what was sold: cover what is there, owe the rest."""
    work.settle(want.key for want in command.wants)
    lines = []
    for (key, owner), quantity in by_owner(command.wants).items():
        draft = work.drafts[key]
        covered = min(quantity, draft.sellable)
        if covered:
            draft.allocate(
                work.journal, owner, covered, placed_at=command.placed_at, cause=Cause.RECORD
            )
        if covered < quantity:
            draft.owe(owner, quantity - covered, placed_at=command.placed_at)
        lines.append(
            Covered(
                owner=owner,
                sku=key.sku,
                location=key.location,
                covered=covered,
                uncovered=quantity - covered,
            )
        )
    return Recorded(lines=tuple(lines))


def release(command: Release, work: Workspace) -> Outcome:
    """Give up what order lines wait for, then what they have: all, or none."""
    wants = by_owner(command.wants)
    there = {(key, owner): work.drafts[key].owned(owner) for key, owner in wants}
    if refused := lacking(wants, there):
        return Refused(shortages=refused)
    work.settle(key for key, _ in wants)
    for (key, owner), quantity in wants.items():
        draft = work.drafts[key]
        waited = min(quantity, draft.owed_to(owner))
        if waited:
            draft.forgive(owner, waited)
        if waited < quantity:
            draft.free(
                work.journal, owner, quantity - waited, target=Bucket.SELLABLE, cause=Cause.RELEASE
            )
    # Only when all lines have let go: a cancelled order must not cover its own other line.
    work.settle(key for key, _ in wants)
    return Done(units=sum(wants.values()))


def ship(command: Ship, work: Workspace) -> Outcome:
    """Let allocated units leave for customers: all, or none."""
    wants = by_owner(command.wants)
    there = {
        (key, owner): work.drafts[key].shippable_to(
            owner, now=work.journal.now, coverage=work.coverage
        )
        for key, owner in wants
    }
    if refused := lacking(wants, there):
        return Refused(shortages=refused)
    work.settle(key for key, _ in wants)
    for (key, owner), quantity in wants.items():
        work.drafts[key].free(
            work.journal, owner, quantity, target=Bucket.CUSTOMER, cause=Cause.SHIP
        )
    return Done(units=sum(wants.values()))
