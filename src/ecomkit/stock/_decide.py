"""
The one rule of the ledger, pure: levels and commands in; outcomes, levels and movements out.

The stores lock, load and save; they decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.stock import _goods as goods
from ecomkit.stock import _promises as promises
from ecomkit.stock._accounts import Movement
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
)
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._draft import DraftLevel
from ecomkit.stock._journal import Journal
from ecomkit.stock._levels import StockLevel
from ecomkit.stock._outcomes import Outcome
from ecomkit.stock._workspace import Workspace

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
    >>> from ecomkit.stock import Owner, Want
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
        work = Workspace(drafts=drafts, journal=journal, coverage=coverage)
        outcomes.append(_apply(command, work))
        movements.extend(journal.movements)
    return Decision(
        outcomes=tuple(outcomes),
        levels=tuple(draft.freeze() for draft in drafts.values()),
        movements=tuple(movements),
    )


def _apply(  # noqa: C901 (one case a command, and nothing else)
    command: StockCommand, work: Workspace
) -> Outcome:
    match command:
        case Count():
            return goods.count(command, work)
        case Adjust():
            return goods.adjust(command, work)
        case Receive():
            return goods.receive(command, work)
        case PutOnHold():
            return promises.put_on_hold(command, work)
        case ReleaseHolds():
            return promises.release_holds(command, work)
        case Reserve():
            return promises.reserve(command, work)
        case Record():
            return promises.record(command, work)
        case Release():
            return promises.release(command, work)
        case Ship():
            return promises.ship(command, work)
        case TakeBack():
            return goods.take_back(command, work)
        case Relocate():
            return goods.relocate(command, work)
        case _:
            assert_never(command)
