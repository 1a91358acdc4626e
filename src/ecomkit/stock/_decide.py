"""
The one rule of the ledger, pure: levels and commands in; outcomes, levels and movements out.

The stores lock, load and save; they decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import assert_never, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.stock._accounts import Bucket, Cause, LevelKey, Movement, Owner
from ecomkit.stock._commands import (
    Adjust,
    Count,
    PutOnHold,
    Receive,
    Record,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Ship,
    StockCommand,
    TakeBack,
    Want,
)
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._draft import DraftLevel, Journal
from ecomkit.stock._levels import StockLevel
from ecomkit.stock._outcomes import (
    Covered,
    Done,
    Outcome,
    Recorded,
    Refused,
    Reserved,
    Short,
    Shortage,
)

__all__ = ["Decision", "decide"]


@final
@attrs.frozen(kw_only=True)
class Decision:
    """
    What a batch of commands leads to.

    *outcomes* answer the commands one by one; *levels* are those touched, as they stand after
    the batch; *movements* are to be appended to the ledger, in this order.
    """

    outcomes: tuple[Outcome, ...] = attrs.field(converter=as_tuple, validator=is_a(tuple))
    levels: tuple[StockLevel, ...] = attrs.field(converter=as_tuple, validator=each(StockLevel))
    movements: tuple[Movement, ...] = attrs.field(converter=as_tuple, validator=each(Movement))


_Drafts = Mapping[LevelKey, DraftLevel]


def decide(
    levels: Iterable[StockLevel],
    commands: Sequence[StockCommand],
    *,
    now: datetime,
    coverage: Coverage = Coverage.ARRIVAL,
) -> Decision:
    """
    Fold *commands* over *levels* at *now*, each seeing what the one before it did.

    Args:
        levels: Every level that the commands touch (see ``levels_touched``).
        commands: In the order in which they take effect. A command that is refused changes
            nothing and writes no movement, so that its key may be used again; the others take
            effect all the same.
        now: The instant at which holds are judged; it stamps the movements.
        coverage: Who is covered first.

    Raises:
        KeyError: If a level that a command touches is not among *levels*.
        FieldError: If *now* has no UTC offset.

    >>> from ecomkit.identifiers import CommandKey, LineId, OrderId, Sku
    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    >>> level = StockLevel.counted(Sku("ELEPHANT-KNIT"), on_hand=10)
    >>> line = Owner.line(OrderId("etsy/1"), LineId("1"))
    >>> sale = Record(
    ...     key=CommandKey("etsy/1"), placed_at=now,
    ...     wants=(Want(owner=line, sku=level.sku, quantity=12),),
    ... )
    >>> decision = decide([level], [sale], now=now)
    >>> print(decision.outcomes[0].explain())
    recorded, uncovered: 2 of 12 ELEPHANT-KNIT
    """
    drafts = {level.key: DraftLevel(level) for level in levels}
    outcomes: list[Outcome] = []
    movements: list[Movement] = []
    for command in commands:
        journal = Journal(command=command.key, now=now)
        outcomes.append(_apply(command, drafts, journal, coverage))
        movements.extend(journal.movements)
    return Decision(
        outcomes=tuple(outcomes),
        levels=tuple(draft.freeze() for draft in drafts.values()),
        movements=tuple(movements),
    )


def _apply(  # noqa: C901 (one case a command, and nothing else)
    command: StockCommand, drafts: _Drafts, journal: Journal, coverage: Coverage
) -> Outcome:
    match command:
        case Count():
            return _count(command, drafts, journal, coverage)
        case Adjust():
            return _adjust(command, drafts, journal, coverage)
        case Receive():
            return _receive(command, drafts, journal, coverage)
        case PutOnHold():
            return _put_on_hold(command, drafts, journal, coverage)
        case ReleaseHolds():
            return _release_holds(command, drafts, journal, coverage)
        case Reserve():
            return _reserve(command, drafts, journal, coverage)
        case Record():
            return _record(command, drafts, journal, coverage)
        case Release():
            return _release(command, drafts, journal, coverage)
        case Ship():
            return _ship(command, drafts, journal, coverage)
        case TakeBack():
            return _take_back(command, drafts, journal, coverage)
        case Relocate():
            return _relocate(command, drafts, journal, coverage)
        case _:
            assert_never(command)


def _settled(
    keys: Iterable[LevelKey], drafts: _Drafts, journal: Journal, coverage: Coverage
) -> None:
    # Sorted, so that the movements do not depend on the order of the lines.
    for key in sorted(set(keys)):
        drafts[key].settle(journal, coverage)


def _by_level(wants: Sequence[Want]) -> dict[LevelKey, int]:
    """Sum the wants per level: two lines of one sku are one demand on it."""
    totals: dict[LevelKey, int] = {}
    for want in wants:
        totals[want.key] = totals.get(want.key, 0) + want.quantity
    return dict(sorted(totals.items()))


def _by_owner(wants: Sequence[Want]) -> dict[tuple[LevelKey, Owner], int]:
    """Sum the wants per level and owner, in the order given."""
    totals: dict[tuple[LevelKey, Owner], int] = {}
    for want in wants:
        totals[want.key, want.owner] = totals.get((want.key, want.owner), 0) + want.quantity
    return totals


def _shortage(key: LevelKey, *, wanted: int, available: int) -> Shortage:
    return Shortage(sku=key.sku, location=key.location, wanted=wanted, available=available)


def _short(wanted: Mapping[LevelKey, int], there: Mapping[LevelKey, int]) -> tuple[Shortage, ...]:
    """Return every level of which more is wanted than is there."""
    return tuple(
        _shortage(key, wanted=quantity, available=there[key])
        for key, quantity in wanted.items()
        if quantity > there[key]
    )


def _count(command: Count, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    draft = drafts[LevelKey(command.sku, command.location)]
    draft.settle(journal, coverage)
    difference = command.counted - draft.usable
    opening = draft.counted_at is None
    if difference > 0:
        draft.move(
            journal,
            difference,
            source=Bucket.OPENING if opening else Bucket.SHRINKAGE,
            target=Bucket.SELLABLE,
            cause=Cause.OPENING if opening else Cause.COUNT,
        )
        draft.settle(journal, coverage)
    else:
        draft.write_off(journal, -difference, cause=Cause.COUNT)
    draft.counted_at = journal.now
    return Done(units=abs(difference))


def _adjust(command: Adjust, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    key = LevelKey(command.sku, command.location)
    draft = drafts[key]
    missing = -command.difference
    if missing > draft.usable:
        return Refused(shortages=(_shortage(key, wanted=missing, available=draft.usable),))
    draft.settle(journal, coverage)
    if missing > 0:
        draft.write_off(journal, missing, cause=Cause.ADJUSTMENT)
    else:
        draft.move(
            journal,
            command.difference,
            source=Bucket.SHRINKAGE,
            target=Bucket.SELLABLE,
            cause=Cause.ADJUSTMENT,
        )
        draft.settle(journal, coverage)
    return Done(units=abs(command.difference))


def _receive(command: Receive, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    draft = drafts[LevelKey(command.sku, command.location)]
    draft.move(
        journal,
        command.quantity,
        source=Bucket.SUPPLIER,
        target=Bucket.SELLABLE,
        cause=Cause.RECEIPT,
    )
    draft.settle(journal, coverage)
    return Done(units=command.quantity)


def _put_on_hold(
    command: PutOnHold, drafts: _Drafts, journal: Journal, coverage: Coverage
) -> Outcome:
    totals = _by_level(command.wants)
    wants = _by_owner(command.wants)
    # An owner's live holds are replaced, so their units are there for it, and for it alone.
    there = {key: drafts[key].available(journal.now) for key in totals}
    for key, owner in wants:
        there[key] += drafts[key].held_by(owner, now=journal.now)
    if short := _short(totals, there):
        return Short(shortages=short)
    _settled(totals, drafts, journal, coverage)
    for key, owner in wants:
        drafts[key].end_hold(journal, owner, cause=Cause.RELEASE)
    for (key, owner), quantity in wants.items():
        drafts[key].hold(journal, owner, quantity, expires_at=command.expires_at)
    # A hold that became smaller leaves units, for which others may wait.
    _settled(totals, drafts, journal, coverage)
    return Reserved(units=sum(totals.values()))


def _release_holds(
    command: ReleaseHolds, drafts: _Drafts, journal: Journal, coverage: Coverage
) -> Outcome:
    keys = sorted(set(command.levels))
    _settled(keys, drafts, journal, coverage)
    units = sum(drafts[key].end_hold(journal, command.owner, cause=Cause.RELEASE) for key in keys)
    _settled(keys, drafts, journal, coverage)
    return Done(units=units)


def _reserve(command: Reserve, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    totals = _by_level(command.wants)
    cart = command.cart
    there = {key: drafts[key].available(journal.now) for key in totals}
    if cart:
        for key in totals:
            there[key] += drafts[key].held_by(cart, now=journal.now)
    if short := _short(totals, there):
        return Short(shortages=short)
    _settled(totals, drafts, journal, coverage)
    if cart:
        for key in totals:
            drafts[key].end_hold(journal, cart, cause=Cause.RELEASE)
    for (key, owner), quantity in _by_owner(command.wants).items():
        drafts[key].allocate(
            journal, owner, quantity, placed_at=command.placed_at, cause=Cause.RESERVE
        )
    # A cart may have held more than was ordered; others may wait for the rest.
    _settled(totals, drafts, journal, coverage)
    return Reserved(units=sum(totals.values()))


def _record(command: Record, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    _settled((want.key for want in command.wants), drafts, journal, coverage)
    lines = []
    for (key, owner), quantity in _by_owner(command.wants).items():
        draft = drafts[key]
        covered = min(quantity, draft.sellable)
        if covered:
            draft.allocate(
                journal, owner, covered, placed_at=command.placed_at, cause=Cause.RECORD
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


def _release(command: Release, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    wants = _by_owner(command.wants)
    refused = tuple(
        _shortage(key, wanted=quantity, available=drafts[key].owned(owner))
        for (key, owner), quantity in wants.items()
        if quantity > drafts[key].owned(owner)
    )
    if refused:
        return Refused(shortages=refused)
    _settled((key for key, _ in wants), drafts, journal, coverage)
    for (key, owner), quantity in wants.items():
        draft = drafts[key]
        waited = min(quantity, draft.owed_to(owner))
        if waited:
            draft.forgive(owner, waited)
        if waited < quantity:
            draft.free(
                journal, owner, quantity - waited, target=Bucket.SELLABLE, cause=Cause.RELEASE
            )
    # Only when all lines have let go: a cancelled order must not cover its own other line.
    _settled((key for key, _ in wants), drafts, journal, coverage)
    return Done(units=sum(wants.values()))


def _ship(command: Ship, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    wants = _by_owner(command.wants)
    there = {
        (key, owner): drafts[key].shippable_to(owner, now=journal.now, coverage=coverage)
        for key, owner in wants
    }
    refused = tuple(
        _shortage(key, wanted=quantity, available=there[key, owner])
        for (key, owner), quantity in wants.items()
        if quantity > there[key, owner]
    )
    if refused:
        return Refused(shortages=refused)
    _settled((key for key, _ in wants), drafts, journal, coverage)
    for (key, owner), quantity in wants.items():
        drafts[key].free(journal, owner, quantity, target=Bucket.CUSTOMER, cause=Cause.SHIP)
    return Done(units=sum(wants.values()))


def _take_back(
    command: TakeBack, drafts: _Drafts, journal: Journal, coverage: Coverage
) -> Outcome:
    wants = _by_owner(command.wants)
    for (key, owner), quantity in wants.items():
        drafts[key].move(
            journal,
            quantity,
            source=Bucket.CUSTOMER,
            target=command.bucket,
            cause=Cause.RETURN,
            owner=owner,
        )
    _settled((key for key, _ in wants), drafts, journal, coverage)
    return Done(units=sum(wants.values()))


def _relocate(command: Relocate, drafts: _Drafts, journal: Journal, coverage: Coverage) -> Outcome:
    key = LevelKey(command.sku, command.location)
    draft = drafts[key]
    sellable = command.source is Bucket.SELLABLE
    there = draft.available(journal.now) if sellable else draft.units[command.source]
    if command.quantity > there:
        return Refused(shortages=(_shortage(key, wanted=command.quantity, available=there),))
    draft.settle(journal, coverage)
    draft.move(
        journal,
        command.quantity,
        source=command.source,
        target=command.target,
        cause=Cause.RELOCATION,
    )
    draft.settle(journal, coverage)
    return Done(units=command.quantity)
