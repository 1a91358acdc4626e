"""Returns in the books: judged, requested, authorised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import final

import attrs

from ecomkit.identifiers import CommandKey, OrderId, ReturnId
from ecomkit.operations._ledger import KeyReusedError, Once, once
from ecomkit.operations._orders import load_order
from ecomkit.operations._return_books import (
    RETURNS,
    load_return,
    open_units,
    reserve_added,
    save_case,
)
from ecomkit.operations._settings import Settings
from ecomkit.orders import Order
from ecomkit.ports import Transaction
from ecomkit.returns import (
    Accepted,
    BuyerKind,
    ExchangeLine,
    Proof,
    Return,
    ReturnHistory,
    ReturnLine,
    ReturnPolicy,
    ReturnRequest,
    ReturnVerdict,
    WithdrawalNotice,
    add_ship_first,
)
from ecomkit.stock import Short

__all__ = ["BuyerFacts", "authorise_return", "judge_return", "request_return"]


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
        KeyReusedError: If the number is that of another return.
    """
    lines, exchanges = tuple(lines), tuple(exchanges)
    key = CommandKey(f"request:{returned}")
    known = tx.get(RETURNS, returned)
    if known is not None:
        if once(tx, key, order, lines, exchanges, now=now) is Once.FRESH:
            # A parcel or a claim has opened it: it is another return.
            raise KeyReusedError(key=key)
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
