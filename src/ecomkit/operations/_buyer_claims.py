"""Claims of buyers in the books: something is missing, wrong, damaged or lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs

from ecomkit.identifiers import ClaimId, CommandKey, OrderId, ReturnId
from ecomkit.operations._ledger import KeyReusedError, once
from ecomkit.operations._orders import load_order
from ecomkit.operations._return_books import (
    BUYER_CLAIMS,
    RETURNS,
    load_claim,
    reserve_added,
    save_case,
)
from ecomkit.operations._settings import Settings
from ecomkit.ports import Transaction
from ecomkit.returns import (
    Claim,
    ClaimDecision,
    ClaimedUnits,
    ClaimKind,
    ClaimOutcome,
    Condition,
    RefundRules,
    Return,
    ReturnLine,
    ReturnReason,
    settle_claim,
)
from ecomkit.stock import Short

__all__ = ["decide_claim", "open_claim"]

_AS_RETURNED = {
    ClaimKind.WRONG: (Condition.NEW, ReturnReason.WRONG_ITEM),
    ClaimKind.DAMAGED: (Condition.DAMAGED_IN_TRANSIT, ReturnReason.DAMAGED),
}


def open_claim(
    tx: Transaction,
    order: OrderId,
    lines: Iterable[ClaimedUnits],
    *,
    claim: ClaimId,
    now: datetime,
) -> Claim:
    """
    Take a claim of a buyer down. Nothing is credited by it; the same *claim* again changes nothing.

    Raises:
        UnknownOrderError: If the order is not in the books.
        UnknownLineError: If the order lacks a line.
        NotReturnableError: If it is about more units than are out and in no return or claim.
        KeyReusedError: If the claim is known with another content.
    """
    lines = tuple(lines)
    known = tx.get(BUYER_CLAIMS, claim)
    once(tx, CommandKey(f"claim:{claim}"), order, lines, now=now)
    if known is not None:
        return known
    opened = Claim(id=claim, order=order, at=now, lines=lines)
    save_case(tx, load_order(tx, order), opened)
    return opened


def decide_claim(
    tx: Transaction,
    claim: ClaimId,
    outcome: ClaimOutcome,
    *,
    by: str = "",
    reason: str = "",
    returned: ReturnId | None = None,
    rules: RefundRules | None = None,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> Claim | Short:
    """
    Decide a claim: credit its units, send others, ask for them back, or deny it.

    What is credited at once stands in the decision's settlement; :func:`pay_back` pays it. Where
    a refund waits for units to come back, they come in a return that is authorised by this, under
    the number *returned*, or that of the claim unless given. Where a replacement is not there the
    answer is ``Short``, and nothing changes. The same *key* again changes nothing.

    Raises:
        UnknownClaimError: If the claim is not in the books.
        ClaimClosedError: If it is decided already.
        FieldError: If it is denied for no reason.
        NotReturnableError: If its units are in a return or another claim meanwhile.
        KeyReusedError: If the key is known with another content.
    """
    before = load_claim(tx, claim)
    content = (claim, outcome, reason, returned, rules)
    if tx.kept([key]):
        once(tx, key, *content, now=now)
        return before
    order = load_order(tx, before.order)
    decision = ClaimDecision(outcome=outcome, at=now, by=by, reason=reason)
    cases: list[Return] = []
    if back := before.coming_back(outcome):
        returned = ReturnId(claim) if returned is None else returned
        if tx.get(RETURNS, returned) is not None:
            raise KeyReusedError(key=CommandKey(returned))
        cases.append(_return_for(before, back, returned=returned, now=now))
        decision = attrs.evolve(decision, returned=returned)
    if outcome.is_crediting and before.units(outcome):
        rules = RefundRules() if rules is None else rules
        settled = settle_claim(before, outcome=outcome, order=order, rules=rules, key=key, at=now)
        short = reserve_added(tx, order, settled.order, key=key, now=now, settings=settings)
        if short is not None:
            return short
        decision = attrs.evolve(
            decision,
            kept=before.kept(outcome, order=order).items(),
            settlement=settled.settlement,
        )
        order = settled.order
    once(tx, key, *content, now=now)
    after = before.decide(decision)
    save_case(tx, order, after, *cases)
    return after


def _return_for(
    claim: Claim, lines: Iterable[ClaimedUnits], *, returned: ReturnId, now: datetime
) -> Return:
    """Return the return in which *lines* of a claim come back."""
    announced = []
    for line in lines:
        condition, why = _AS_RETURNED[line.kind]
        announced.append(
            ReturnLine(line=line.line, quantity=line.quantity, condition=condition, reason=why)
        )
    asked = Return(id=returned, order=claim.order, requested_at=now, lines=announced)
    return asked.authorise(at=now, reason=f"claim {claim.id}")
