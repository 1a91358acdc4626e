"""Goods of a return: what came in, and what changed its place, as facts of the return say."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional, units
from ecomkit.identifiers import LineId, Sku
from ecomkit.orders import LineEvent, LineEventKind
from ecomkit.returns._reception import Disposition
from ecomkit.returns._unit_state import ReceptionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecomkit.orders import Order
    from ecomkit.returns._return_event import ReturnEvent

__all__ = ["GoodsMove", "goods_moved", "order_facts"]


@final
@attrs.frozen(kw_only=True)
class GoodsMove:
    """*quantity* units of a sku came (*source* is None), or went on to another disposition."""

    line: LineId = attrs.field(validator=is_a(LineId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    source: Disposition | None = attrs.field(validator=optional(is_a(Disposition)))
    target: Disposition = attrs.field(validator=is_a(Disposition))


def goods_moved(events: Iterable[ReturnEvent], *, order: Order) -> tuple[GoodsMove, ...]:
    """
    Return what *events* of a return of *order* moved, line by line and sku by sku.

    Things are conserved: what lies somewhere after the events came with them, or lay somewhere
    before. A thing that only changes whom it counts for does not move.

    Raises:
        UnknownLineError: If the order lacks a line.
    """
    changes: dict[tuple[LineId, Sku], dict[Disposition, int]] = {}
    for event in events:
        for state, sign in ((event.source, -1), (event.target, 1)):
            if state is not None and state.disposition is not None:
                sku = order.line(event.line).sku if state.sku is None else state.sku
                change = changes.setdefault((event.line, sku), {})
                change[state.disposition] = (
                    change.get(state.disposition, 0) + sign * event.quantity
                )
    return tuple(
        GoodsMove(line=line, sku=sku, quantity=quantity, source=source, target=target)
        for (line, sku), change in changes.items()
        for source, target, quantity in _matched(change)
    )


def _matched(
    change: dict[Disposition, int],
) -> Iterator[tuple[Disposition | None, Disposition, int]]:
    """Yield how many things went from where to where; what lay nowhere before has come."""
    left = {source: -number for source, number in change.items() if number < 0}
    for target, wanted in change.items():
        missing = max(0, wanted)
        for source, there in left.items():
            if moved := min(missing, there):
                yield source, target, moved
                left[source] -= moved
                missing -= moved
        if missing:
            yield None, target, missing


def order_facts(events: Iterable[ReturnEvent]) -> tuple[LineEvent, ...]:
    """
    Return what *events* of a return are to its order: units that are back, or were sent back.

    What nobody had announced, and another item than was sent, is no unit of the order until a
    person accepts it and it is credited.
    """
    facts = []
    for event in events:
        source, target = event.source, event.target
        if source is None or target.reception is not ReceptionState.RECEIVED:
            continue
        kinds = []
        if source.reception is not ReceptionState.RECEIVED:
            kinds.append(LineEventKind.RETURNED)
        if target.disposition is Disposition.SEND_BACK is not source.disposition:
            kinds.append(LineEventKind.SENT_BACK)
        facts += [
            LineEvent(kind=kind, line=event.line, quantity=event.quantity, at=event.at)
            for kind in kinds
        ]
    return tuple(facts)
