"""
The one rule of the ledger, pure: levels and commands in; outcomes, levels and movements out.

The stores lock, load and save; they decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.errors import FieldError
from ecomkit.stock import _fulfilment as fulfilment
from ecomkit.stock import _goods as goods
from ecomkit.stock import _promises as promises
from ecomkit.stock._accounts import LevelKey, Movement
from ecomkit.stock._commands import StockCommand
from ecomkit.stock._conversion import draft_of, level_of
from ecomkit.stock._coverage import Coverage
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
from ecomkit.stock._journal import Journal
from ecomkit.stock._levels import StockLevel
from ecomkit.stock._outcomes import Outcome
from ecomkit.stock._promise_commands import (
    Pick,
    PutOnHold,
    Reassign,
    Record,
    Release,
    ReleaseHolds,
    Reserve,
    Ship,
    Unpick,
    Unship,
)
from ecomkit.stock._rows import MovementRow, movement_of
from ecomkit.stock._workspace import Workspace
from ecomkit.timeline import utc

__all__ = ["Decision", "decide", "decide_drafts"]


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
    drafts = {level.key: draft_of(level) for level in levels}
    outcomes, rows = decide_drafts(drafts, commands, now=now, coverage=coverage)
    return Decision(
        outcomes=outcomes,
        levels=[level_of(draft) for draft in drafts.values()],
        movements=[movement_of(row) for row in rows],
    )


RULES: Final = dict[type, Callable[[Any, Workspace], Outcome]](
    {
        Count: goods.count,
        Adjust: goods.adjust,
        Receive: goods.receive,
        TakeBack: goods.take_back,
        Relocate: goods.relocate,
        Damage: goods.damage,
        Dispatch: goods.dispatch,
        Arrive: goods.arrive,
        LoseTransfer: goods.lose_transfer,
        PutOnHold: promises.put_on_hold,
        ReleaseHolds: promises.release_holds,
        Reserve: promises.reserve,
        Record: promises.record,
        Release: promises.release,
        Reassign: promises.reassign,
        Pick: fulfilment.pick,
        Unpick: fulfilment.unpick,
        Ship: fulfilment.ship,
        Unship: fulfilment.unship,
    }
)


def decide_drafts(
    drafts: Mapping[LevelKey, DraftLevel],
    commands: Iterable[StockCommand],
    *,
    now: datetime,
    coverage: Coverage,
) -> tuple[list[Outcome], list[MovementRow]]:
    """
    Fold *commands* over *drafts*, which stand changed afterwards: the rule as a store runs it.

    Raises:
        KeyError: If a level that a command touches is not among *drafts*.
        FieldError: If *now* has no UTC offset.
    """
    if now.utcoffset() is None:
        raise FieldError(
            owner="decide", field="now", got=now, wanted="a datetime with a UTC offset"
        )
    journal = Journal(now=utc(now))
    work = Workspace(drafts=drafts, journal=journal, coverage=coverage)
    outcomes: list[Outcome] = []
    for command in commands:
        journal.begin(command.key, note=getattr(command, "reason", None) or None)
        outcomes.append(RULES[type(command)](command, work))
    return outcomes, journal.rows
