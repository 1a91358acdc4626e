"""Settling: accepted units are credited, others go out for them, and what is due is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, final

import attrs

from ecomkit._checks import is_a
from ecomkit.money import Money
from ecomkit.orders import Adjustment, AdjustmentKind, LineEvent, LineEventKind, Order
from ecomkit.returns._claim import ClaimOutcome
from ecomkit.returns._exchange import (
    ExchangeLine,
    ExchangeTiming,
    add_replacement,
    replacement_id,
)
from ecomkit.returns._refund import refund_due
from ecomkit.returns._settlement import Replacement, Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ecomkit.identifiers import CommandKey, LineId
    from ecomkit.returns._claim import Claim
    from ecomkit.returns._refund_rules import RefundRules
    from ecomkit.returns._return import Return

__all__ = ["Settled", "add_ship_first", "settle_claim", "settle_return"]

CORRECTION_TITLE = "even exchange"


@final
@attrs.frozen(kw_only=True)
class Settled:
    """The order after a settlement, and what the settlement says."""

    order: Order = attrs.field(validator=is_a(Order))
    settlement: Settlement = attrs.field(validator=is_a(Settlement))


class _Exchanged(NamedTuple):
    """Units that are credited now and exchanged, by the number of their exchange."""

    number: int
    exchange: ExchangeLine
    used: int
    units: int
    worth: Money


def add_ship_first(returned: Return, *, order: Order, at: datetime) -> Order:
    """
    Return *order* with the lines of the exchanges that ship before anything comes back.

    Raises:
        UnknownLineError: If the order lacks a line.
        DuplicateLineError: If they were added already.
    """
    for number, exchange in enumerate(returned.exchanges, start=1):
        if exchange.timing is ExchangeTiming.SHIP_FIRST:
            off = order.counts(exchange.line).off
            order = add_replacement(
                order,
                exchange=exchange,
                name=_first_id(returned, exchange, number),
                units=exchange.quantity,
                worth=_worth(order, exchange.line, off=off, units=exchange.quantity),
                at=at,
            )
    return order


def settle_return(
    returned: Return,
    *,
    order: Order,
    rules: RefundRules,
    adjustments: Iterable[Adjustment] = (),
    key: CommandKey,
    at: datetime,
) -> Settled:
    """
    Return *order* with all that *returned* has accepted credited, and what is due then.

    Units that are exchanged count first; what goes out for them after the receipt is added to
    the order. The refund is what the buyer has then paid too much.

    Args:
        returned: The return.
        order: Its order, which has the units that came back as announced.
        rules: What else is given back with the last units.
        adjustments: What the buyer pays for the return, or gets besides.
        key: The command.
        at: When.

    Raises:
        TransitionError: If more units are credited than were shipped.
        CurrencyMismatchError: If an adjustment is in another currency than the order.
    """
    back = [
        LineEvent(kind=LineEventKind.RETURNED, line=line, quantity=units, at=at)
        for line, units in returned.creditable_over.items()
    ]
    exchanged = _exchanged(returned, order=order, credited=returned.creditable)
    corrections = [
        correction
        for one in exchanged
        if one.exchange.timing is ExchangeTiming.SHIP_FIRST
        and (correction := _correction(one, returned=returned, order=order, at=at)) is not None
    ]
    return _settled(
        order.with_events(back),
        credited=returned.creditable,
        exchanged=exchanged,
        case=str(returned.id),
        settlement=len(returned.settlements) + 1,
        rules=rules,
        adjustments=[*adjustments, *corrections],
        key=key,
        at=at,
    )


def settle_claim(
    claim: Claim,
    *,
    outcome: ClaimOutcome,
    order: Order,
    rules: RefundRules,
    key: CommandKey,
    at: datetime,
) -> Settled:
    """
    Return *order* with the units credited that *outcome* credits at once, and what is due then.

    Units that never reached the buyer are lost; a replacement goes out for the same price.

    Raises:
        TransitionError: If more units are credited than were shipped.
    """
    credited = claim.units(outcome)
    exchanged = []
    if outcome is ClaimOutcome.REPLACEMENT:
        for number, (line, units) in enumerate(credited.items(), start=1):
            off = order.counts(line).off
            worth = _worth(order, line, off=off, units=units)
            exchange = ExchangeLine(line=line, quantity=units)
            exchanged.append(_Exchanged(number, exchange, 0, units, worth))
    return _settled(
        order.with_events(claim.losses(order, at=at)),
        credited=credited,
        exchanged=exchanged,
        case=str(claim.id),
        settlement=1,
        rules=rules,
        adjustments=(),
        key=key,
        at=at,
    )


def _settled(
    order: Order,
    *,
    credited: Mapping[LineId, int],
    exchanged: Iterable[_Exchanged],
    case: str,
    settlement: int,
    rules: RefundRules,
    adjustments: Iterable[Adjustment],
    key: CommandKey,
    at: datetime,
) -> Settled:
    replacements = []
    for one in exchanged:
        exchange = one.exchange
        if exchange.timing is ExchangeTiming.AFTER_RECEIPT:
            name = replacement_id(exchange.line, case=case, number=f"{one.number}.{settlement}")
            order = add_replacement(
                order, exchange=exchange, name=name, units=one.units, worth=one.worth, at=at
            )
        else:
            name = replacement_id(exchange.line, case=case, number=f"{one.number}")
        replacements.append(Replacement(number=one.number, units=one.units, line=name))
    # What goes out is owed before the refund is decided: so the two are set off, and an order
    # of which all is exchanged does not count as one of which all came back.
    refund = refund_due(order, credited=credited, rules=rules, adjustments=adjustments)
    after = order.with_events(refund.facts(at=at))
    return Settled(
        order=after,
        settlement=Settlement(
            key=key,
            order=order.id,
            refund=refund,
            replacements=replacements,
            overpaid=after.overpaid,
            owed=after.owed,
            at=at,
        ),
    )


def _exchanged(
    returned: Return, *, order: Order, credited: Mapping[LineId, int]
) -> list[_Exchanged]:
    """Return which of the units that are credited now are exchanged, exchange by exchange."""
    left = dict(credited)
    found = []
    for number, exchange in enumerate(returned.exchanges, start=1):
        used = sum(
            replacement.units
            for settlement in returned.settlements
            for replacement in settlement.replacements
            if replacement.number == number
        )
        there = left.get(exchange.line, 0)
        if units := min(there, exchange.quantity - used):
            off = order.counts(exchange.line).off + credited[exchange.line] - there
            worth = _worth(order, exchange.line, off=off, units=units)
            found.append(_Exchanged(number, exchange, used, units, worth))
            left[exchange.line] = there - units
    return found


def _worth(order: Order, line: LineId, *, off: int, units: int) -> Money:
    """Return what the next *units* units of a line are worth, after *off* units of it."""
    return order.entitlement(line, units=off + units) - order.entitlement(line, units=off)


def _first_id(returned: Return, exchange: ExchangeLine, number: int) -> LineId:
    return replacement_id(exchange.line, case=str(returned.id), number=f"{number}")


def _correction(
    one: _Exchanged, *, returned: Return, order: Order, at: datetime
) -> Adjustment | None:
    """
    Return what an even exchange that shipped first is out by, in minor units.

    What its units are worth was foretold; which cent falls to which unit is known only as they
    are credited.
    """
    if one.exchange.unit_price is not None:
        return None
    name = _first_id(returned, one.exchange, one.number)
    price = order.price(name)
    cost = price.entitlement(one.used + one.units) - price.entitlement(one.used)
    if (amount := one.worth - cost).is_zero:
        return None
    return Adjustment(kind=AdjustmentKind.CORRECTION, amount=amount, at=at, title=CORRECTION_TITLE)
