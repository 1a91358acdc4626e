"""Returns in the books: on their way, received, inspected, or given up."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime

from ecomkit.identifiers import CommandKey, LineId, LocationId, ReturnId
from ecomkit.operations._ledger import Once, once
from ecomkit.operations._orders import load_order
from ecomkit.operations._return_books import (
    OPEN_RETURNS,
    load_return,
    save_case,
)
from ecomkit.operations._return_goods import move_goods
from ecomkit.operations._settings import Settings
from ecomkit.orders import Order
from ecomkit.ports import Transaction
from ecomkit.returns import (
    Inspection,
    Reception,
    ReceptionState,
    Return,
    order_facts,
    send_back_by,
)

__all__ = [
    "ReturnStep",
    "expire_returns",
    "inspect_return",
    "note_return",
    "receive_parcel",
]


class ReturnStep(enum.Enum):
    """What is known of units of a return besides parcels and inspections."""

    SHIPPED_BACK = "shipped back"
    LOST = "lost on the way back"
    MISSING = "missing in their parcel"
    KEPT = "left to the buyer"

    WITHDRAWN = "withdrawn"
    """All that has not been sent, by the buyer."""

    EXPIRED = "expired"
    """All that has not been sent, by the time."""


_STEPS = {
    ReturnStep.SHIPPED_BACK: Return.ship_back,
    ReturnStep.LOST: Return.lose,
    ReturnStep.MISSING: Return.miss,
    ReturnStep.KEPT: Return.keep,
}


def note_return(
    tx: Transaction,
    returned: ReturnId,
    step: ReturnStep,
    *,
    units: Mapping[LineId, int] | None = None,
    by: str = "",
    reason: str = "",
    key: CommandKey,
    now: datetime,
) -> Return:
    """
    Take down what became of units that have not come: *units* of lines, or all not sent.

    Raises:
        UnknownReturnError: If the return is not in the books.
        AuthorisationError: If it is not authorised.
        ReturnStepError: If fewer units can take that step.
        KeyReusedError: If the key is known with another content.
    """
    quantities = {} if units is None else dict(units)
    before = load_return(tx, returned)
    if once(tx, key, returned, step, sorted(quantities.items()), reason, now=now) is Once.KNOWN:
        return before
    after = before
    match step:
        case ReturnStep.WITHDRAWN:
            after = before.withdraw(at=now, by=by, reason=reason)
        case ReturnStep.EXPIRED:
            after = before.expire(at=now)
        case _:
            take = _STEPS[step]
            for line, quantity in quantities.items():
                after = take(after, line, quantity=quantity, at=now, by=by, reason=reason)
    save_case(tx, load_order(tx, before.order), after)
    return after


def expire_returns(tx: Transaction, *, now: datetime) -> tuple[ReturnId, ...]:
    """
    Give up what was not sent in time, by the terms of its verdict, and return whose it was.

    Running it again gives up nothing more. What comes too late can still be received.
    """
    expired = []
    for opened in tx.scan(OPEN_RETURNS):
        before = load_return(tx, opened.id)
        end = send_back_by(before)
        if end is None or now < end or ReceptionState.AWAITED not in before.receptions:
            continue
        save_case(tx, load_order(tx, before.order), before.expire(at=now))
        expired.append(before.id)
    return tuple(expired)


def receive_parcel(
    tx: Transaction,
    returned: ReturnId,
    reception: Reception,
    *,
    key: CommandKey,
    location: LocationId | None = None,
    now: datetime,
    settings: Settings,
) -> Return:
    """
    Take in what was in a parcel of a return: into the buckets it is fit for, and into the order.

    At a location whose stock others count our ledger moves nothing; the order's facts do.

    Args:
        tx: The books.
        returned: The return.
        reception: What was in the parcel.
        key: The parcel's own.
        location: Where it came; the merchant's own location unless given.
        now: The present.
        settings: The merchant's choices.

    Raises:
        UnknownReturnError: If the return is not in the books.
        AuthorisationError: If it is not authorised.
        UnknownLineError: If the order lacks a line.
        TransitionError: If more units of the order came back than are out.
        KeyReusedError: If the key is known with another content.
    """
    before = load_return(tx, returned)
    if once(tx, key, returned, reception, location, now=now) is Once.KNOWN:
        return before
    order = load_order(tx, before.order)
    after = before.receive(reception, order=order, at=now)
    _book(tx, order, before, after, key=key, location=location, now=now, settings=settings)
    return after


def inspect_return(
    tx: Transaction,
    returned: ReturnId,
    inspection: Inspection,
    *,
    by: str = "",
    key: CommandKey,
    location: LocationId | None = None,
    now: datetime,
    settings: Settings,
) -> Return:
    """
    Judge units of a return, and put them where they are fit for.

    Raises:
        UnknownReturnError: If the return is not in the books.
        ReturnStepError: If fewer units can be judged so.
        StockRefusedError: If a unit that is to move is no longer where it was put.
        NotReturnableError: If what nobody had announced is accepted, and is not out.
        KeyReusedError: If the key is known with another content.
    """
    before = load_return(tx, returned)
    if once(tx, key, returned, inspection, location, now=now) is Once.KNOWN:
        return before
    order = load_order(tx, before.order)
    after = before.inspect(inspection, at=now, by=by)
    _book(tx, order, before, after, key=key, location=location, now=now, settings=settings)
    return after


def _book(
    tx: Transaction,
    order: Order,
    before: Return,
    after: Return,
    *,
    key: CommandKey,
    location: LocationId | None,
    now: datetime,
    settings: Settings,
) -> None:
    """Save what happened between *before* and *after*, in the order and in the ledger too."""
    events = after.events[len(before.events) :]
    move_goods(tx, order, events, key=key, location=location, now=now, settings=settings)
    save_case(tx, order.with_events(order_facts(events)), after)
