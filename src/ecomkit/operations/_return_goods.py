"""Goods of returns in the ledger: what came goes where it is fit for, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ecomkit.identifiers import CommandKey, LocationId
from ecomkit.operations._ledger import execute, must
from ecomkit.operations._settings import Settings
from ecomkit.orders import Order
from ecomkit.ports import Transaction
from ecomkit.returns import Disposition, GoodsMove, ReturnEvent, goods_moved
from ecomkit.stock import Bucket, Owner, Relocate, StockCommand, TakeBack, Want, wants_of_line

__all__ = ["move_goods"]

_AT_ONCE = frozenset(
    {Disposition.RESTOCK, Disposition.QUARANTINE, Disposition.DAMAGED, Disposition.SCRAP}
)
"""What says all about a unit by its bucket; all else comes in first, and moves on with a reason."""


def _commands(
    order: Order,
    moves: Iterable[GoodsMove],
    *,
    key: CommandKey,
    location: LocationId,
    settings: Settings,
) -> list[StockCommand]:
    """
    Return what *moves* of goods of *order* are to the ledger, in this order.

    That is nothing at a location whose stock others count, and nothing for a line that somebody
    else had shipped: our ledger never knew those units.
    """
    if location in settings.observed:
        return []
    came: dict[Bucket, list[Want]] = {}
    went: list[Relocate] = []
    for move in moves:
        if order.line(move.line).fulfilled_by is not None:
            continue
        wants = wants_of_line(
            Owner.line(order.id, move.line),
            sku=move.sku,
            quantity=move.quantity,
            location=location,
            kits=settings.kits,
        )
        source, target = move.source, move.target
        if source is None:
            source = target if target in _AT_ONCE else Disposition.QUARANTINE
            came.setdefault(source.bucket, []).extend(wants)
        if source.bucket is not target.bucket:
            went += [
                Relocate(
                    key=CommandKey(f"return:{key}/{len(went) + place}"),
                    sku=want.sku,
                    quantity=want.quantity,
                    source=source.bucket,
                    target=target.bucket,
                    location=location,
                    reason=target.value,
                )
                for place, want in enumerate(wants, start=1)
            ]
    taken = [
        TakeBack(key=CommandKey(f"return:{key}/{bucket.value}"), bucket=bucket, wants=wants)
        for bucket, wants in sorted(came.items(), key=lambda item: item[0].value)
    ]
    return [*taken, *went]


def move_goods(
    tx: Transaction,
    order: Order,
    events: Sequence[ReturnEvent],
    *,
    key: CommandKey,
    location: LocationId | None,
    now: datetime,
    settings: Settings,
) -> None:
    """Move in the ledger what *events* of a return moved."""
    commands = _commands(
        order,
        goods_moved(events, order=order),
        key=key,
        location=settings.location if location is None else location,
        settings=settings,
    )
    must(execute(tx, commands, now=now, settings=settings))
