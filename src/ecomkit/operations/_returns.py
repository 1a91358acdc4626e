"""Returns in the books: requested, authorised, received, inspected."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import final

import attrs

from ecomkit.identifiers import CommandKey, LineId, LocationId, OrderId, ReturnId
from ecomkit.operations._ledger import Once, once
from ecomkit.operations._orders import load_order
from ecomkit.operations._return_books import (
    RETURNS,
    load_return,
    open_units,
    reserve_added,
    save_case,
)
from ecomkit.operations._return_goods import move_goods
from ecomkit.operations._return_settling import receive_return
from ecomkit.operations._settings import Settings
from ecomkit.orders import Order
from ecomkit.ports import Transaction
from ecomkit.returns import (
    Accepted,
    BuyerKind,
    ExchangeLine,
    Inspection,
    Proof,
    Reception,
    Return,
    ReturnHistory,
    ReturnLine,
    ReturnPolicy,
    ReturnRequest,
    ReturnVerdict,
    WithdrawalNotice,
    add_ship_first,
    order_facts,
)
from ecomkit.stock import Short

__all__ = [
    "BuyerFacts",
    "ReturnStep",
    "authorise_return",
    "inspect_return",
    "judge_return",
    "note_return",
    "receive_parcel",
    "receive_return",
    "request_return",
]

# The names under which the shop still looks for what stands elsewhere now.
ReceivedReturn = Return


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


@final
@attrs.frozen(kw_only=True)
class BuyerFacts:
    """What a return policy may ask about the buyer and the books do not know."""

    country: str | None = None
    kind: BuyerKind = BuyerKind.CONSUMER
    notice: WithdrawalNotice = attrs.field(factory=WithdrawalNotice)
    proofs: tuple[Proof, ...] = ()
    history: ReturnHistory | None = None


def judge_return(
    tx: Transaction,
    order: OrderId,
    lines: Iterable[ReturnLine],
    *,
    policy: ReturnPolicy,
    facts: BuyerFacts | None = None,
    now: datetime,
) -> ReturnVerdict:
    """
    Say whether *policy* accepts the return of *lines*, with all reasons. Writes nothing.

    Raises:
        UnknownOrderError: If the order is not in the books.
    """
    return _judge(tx, load_order(tx, order), tuple(lines), policy=policy, facts=facts, now=now)


def _judge(
    tx: Transaction,
    order: Order,
    lines: Sequence[ReturnLine],
    *,
    policy: ReturnPolicy,
    facts: BuyerFacts | None,
    now: datetime,
) -> ReturnVerdict:
    facts = BuyerFacts() if facts is None else facts
    request = ReturnRequest(
        order=order,
        lines=lines,
        requested_at=now,
        country=facts.country,
        buyer=facts.kind,
        notice=facts.notice,
        proofs=facts.proofs,
        open_units=open_units(tx, order.id),
        history=facts.history,
    )
    return policy(request, now=now)


def request_return(
    tx: Transaction,
    order: OrderId,
    lines: Iterable[ReturnLine],
    *,
    returned: ReturnId,
    policy: ReturnPolicy,
    facts: BuyerFacts | None = None,
    exchanges: Iterable[ExchangeLine] = (),
    now: datetime,
    settings: Settings,
) -> Return | Short:
    """
    Take a return down that was asked for: authorised or refused, as *policy* says.

    What is refused is kept with all reasons, so that a person may let it in. What goes out first
    in exchange is added to the order and reserved; where it is not there the answer is ``Short``
    and nothing is written. The same *returned* again changes nothing.

    Args:
        tx: The books.
        order: The order.
        lines: What comes back.
        returned: The number of the return (RMA), which is the command's key as well.
        policy: Says what may come back.
        facts: What is known about the buyer besides.
        exchanges: What goes out instead.
        now: The present.
        settings: The merchant's choices.

    Raises:
        UnknownOrderError: If the order is not in the books.
        NotReturnableError: If the policy accepts more units than are out and in no other return
            or claim.
        KeyReusedError: If the number is known with another content.
    """
    lines, exchanges = tuple(lines), tuple(exchanges)
    key = CommandKey(f"request:{returned}")
    known = tx.get(RETURNS, returned)
    if known is not None:
        once(tx, key, order, lines, exchanges, now=now)
        return known
    before = load_order(tx, order)
    verdict = _judge(tx, before, lines, policy=policy, facts=facts, now=now)
    asked = Return(
        id=returned,
        order=order,
        requested_at=now,
        lines=lines,
        verdict=verdict,
        exchanges=exchanges,
    )
    if not isinstance(verdict, Accepted):
        once(tx, key, order, lines, exchanges, now=now)
        save_case(tx, before, asked.refuse(at=now))
        return asked.refuse(at=now)
    short = _let_in(tx, before, asked.authorise(at=now), key=key, now=now, settings=settings)
    if short is not None:
        return short
    once(tx, key, order, lines, exchanges, now=now)
    return load_return(tx, returned)


def authorise_return(
    tx: Transaction,
    returned: ReturnId,
    *,
    by: str,
    reason: str,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> Return | Short:
    """
    Let a return in that the policy refused: a person does, with a name and a reason.

    Raises:
        UnknownReturnError: If the return is not in the books.
        AuthorisationError: If it is authorised.
        FieldError: If the name or the reason is missing.
        NotReturnableError: If its units are not out, or in another return or claim: that is no
            matter of policy.
        KeyReusedError: If the key is known with another content.
    """
    before = load_return(tx, returned)
    if tx.kept([key]):
        once(tx, key, returned, reason, now=now)
        return before
    order = load_order(tx, before.order)
    after = before.authorise(at=now, by=by, reason=reason)
    short = _let_in(tx, order, after, key=key, now=now, settings=settings)
    if short is not None:
        return short
    once(tx, key, returned, reason, now=now)
    return after


def _let_in(
    tx: Transaction,
    order: Order,
    returned: Return,
    *,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> Short | None:
    """Save a return that was authorised, with what goes out first; or say what is short."""
    after = add_ship_first(returned, order=order, at=now)
    short = reserve_added(tx, order, after, key=key, now=now, settings=settings)
    if short is None:
        save_case(tx, after, returned)
    return short


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
