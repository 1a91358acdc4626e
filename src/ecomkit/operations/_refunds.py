"""Refunds in the books: stored before they are asked for, and settled part by part."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, assert_never, final

import attrs

from ecomkit.channels import Applied, Effect, Rejected, Unknown
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import CommandKey, OrderId
from ecomkit.money import Money
from ecomkit.operations._effects import tell_refund
from ecomkit.operations._ledger import Once, once
from ecomkit.operations._orders import ORDERS, load_order
from ecomkit.orders import Adjustment, AdjustmentKind, Order, Payment, PaymentKind, Tender
from ecomkit.ports import Collection, Transaction
from ecomkit.returns import InStoreCredit, RefundCeilingError, TenderPolicy, plan_refund

__all__ = [
    "REFUNDS",
    "REFUND_TRANSITIONS",
    "RefundPart",
    "RefundPartState",
    "UnknownRefundError",
    "pay_back",
    "refunds_of",
    "settle_refund",
]


class RefundPartState(enum.Enum):
    """How far a part of a refund has come. All but a failed one count as paid back."""

    ASKED = "the channel is to be asked"
    BY_HAND = "to be paid by hand: there is no channel to ask"
    UNKNOWN = "asked, outcome unknown"
    PAID = "paid back"
    FAILED = "did not go through"


REFUND_TRANSITIONS: Final[Mapping[RefundPartState, frozenset[RefundPartState]]] = MappingProxyType(
    {
        RefundPartState.ASKED: frozenset(
            {
                RefundPartState.BY_HAND,
                RefundPartState.UNKNOWN,
                RefundPartState.PAID,
                RefundPartState.FAILED,
            }
        ),
        RefundPartState.BY_HAND: frozenset(
            {RefundPartState.UNKNOWN, RefundPartState.PAID, RefundPartState.FAILED}
        ),
        RefundPartState.UNKNOWN: frozenset(
            {RefundPartState.BY_HAND, RefundPartState.PAID, RefundPartState.FAILED}
        ),
        # A bank may refuse what a provider had confirmed, and the other way round.
        RefundPartState.PAID: frozenset({RefundPartState.FAILED}),
        RefundPartState.FAILED: frozenset({RefundPartState.PAID}),
    }
)
"""Where an outcome can take a part of a refund."""


@final
@attrs.frozen(kw_only=True)
class RefundPart:
    """
    What one tender gets of a refund.

    Args:
        key: The part's own key, under which a channel is asked and the outcome is settled.
        refund: The key of the refund that it is a part of.
        order: The order.
        tender: Where the money goes.
        amount: How much goes there.
        at: When it was granted.
        reason: Why it was granted.
        bonus: What comes on top in store credit; it is no money of the order.
        state: How far it has come.
        note: What was last said about it, such as why it failed.
    """

    key: CommandKey
    refund: CommandKey
    order: OrderId
    tender: Tender
    amount: Money
    at: datetime
    reason: str = attrs.field(default="", repr=False)
    bonus: Money | None = None
    state: RefundPartState = RefundPartState.ASKED
    note: str = attrs.field(default="", repr=False)

    @property
    def is_counting(self) -> bool:
        """Whether it counts as paid back: in doubt it does, so that nothing is paid twice."""
        return self.state is not RefundPartState.FAILED

    def explain(self) -> str:
        """Say how much goes where, and how far it has come."""
        text = f"{self.key}: {self.amount} to {self.tender.explain()}, {self.state.value}"
        return f"{text}: {self.note}" if self.note else text


REFUNDS = Collection(
    name="refund", type=RefundPart, key=lambda part: part.key, index=lambda part: part.order
)


@attrs.frozen(kw_only=True)
class UnknownRefundError(InputError):
    """
    Raised when a part of a refund is named that is not in the books.

    >>> print(UnknownRefundError(part=CommandKey("refund:etsy/1:7")))
    there is no part 'refund:etsy/1:7' of a refund
    """

    part: CommandKey

    @property
    def message(self) -> str:
        """The part."""
        return f"there is no part {str(self.part)!r} of a refund"


def pay_back(
    tx: Transaction,
    order: OrderId,
    amount: Money,
    *,
    key: CommandKey,
    reason: str,
    now: datetime,
    tenders: TenderPolicy | InStoreCredit | None = None,
    goodwill: Money | None = None,
) -> Order:
    """
    Book *amount* as paid back, and store the intent to ask the order's channel for it.

    A refund pays back what the order is overpaid by, and no more; a favour beyond that is named as
    *goodwill*, and lowers what the order costs. It counts from here on, so two refunds at once
    cannot exceed what is left. The same *key* again changes nothing, whatever became of it: a
    refund that failed is paid back under a key of its own.

    Args:
        tx: The books.
        order: The order.
        amount: What to pay back, the favour included.
        key: The refund's own.
        reason: Why, for the channel and the books.
        now: The present.
        tenders: Where the money goes; None means a :class:`~ecomkit.returns.TenderOrder`.
        goodwill: How much of the amount is a favour.

    Raises:
        FieldError: If the amount is not above 0, or the favour is not.
        UnknownOrderError: If the order is not in the books.
        RefundCeilingError: If the order is overpaid by less.
        KeyReusedError: If the key is known with another content.
    """
    if amount.amount <= 0:
        raise FieldError(owner="pay_back", field="amount", got=amount, wanted="money above 0")
    before = load_order(tx, order)
    credit = tenders if isinstance(tenders, InStoreCredit) else None
    if once(tx, key, order, amount, goodwill, credit, now=now) is Once.KNOWN:
        return before
    if goodwill is not None:
        favour = Adjustment(kind=AdjustmentKind.GOODWILL, amount=-goodwill, at=now)
        before = before.with_events([favour])
    if amount > before.overpaid:
        raise RefundCeilingError(order=order, asked=amount, ceiling=before.overpaid)
    plan = plan_refund(before, amount=amount, tenders=tenders)
    if not plan.unplaced.is_zero:
        raise RefundCeilingError(order=order, asked=amount, ceiling=amount - plan.unplaced)
    parts = []
    for place, share in enumerate(plan.parts, start=1):
        part = RefundPart(
            # The order's version makes the key: it grows with every fact of the order.
            key=CommandKey(f"refund:{order}:{before.version + place}"),
            refund=key,
            order=order,
            tender=share.tender,
            amount=share.amount,
            at=now,
            reason=reason,
            bonus=None if plan.credit is None else plan.credit.bonus,
        )
        is_asked = share.tender in before.tenders and tell_refund(
            tx, before, share.amount, tender=share.tender, key=part.key, reason=reason
        )
        parts.append(part if is_asked else attrs.evolve(part, state=RefundPartState.BY_HAND))
    after = before.with_events(_payment(part, kind=PaymentKind.REFUNDED, at=now) for part in parts)
    tx.put(ORDERS, [after])
    tx.put(REFUNDS, parts)
    return after


def settle_refund(
    tx: Transaction, part: CommandKey, outcome: Effect | None, *, now: datetime
) -> RefundPart:
    """
    Take down what became of a part of a refund: a channel's answer, or what the merchant knows.

    One that did not go through is booked as failed, and what the buyer has to get back shows on
    the order again. A bank may refuse what a provider had confirmed, so each outcome can follow
    each; one that is in doubt says nothing against what is known.

    Args:
        tx: The books.
        part: The part's key.
        outcome: What became of it; None if the channel cannot be asked.
        now: The present.

    Raises:
        UnknownRefundError: If there is no such part.
        RefundExceedsCapturedError: If it failed, was paid back another way, and is now said to
            have gone through.
    """
    before = tx.get(REFUNDS, part)
    if before is None:
        raise UnknownRefundError(part=part)
    after = _settled(before, outcome)
    if before.is_counting is not after.is_counting:
        kind = PaymentKind.REFUNDED if after.is_counting else PaymentKind.REFUND_FAILED
        order = load_order(tx, before.order)
        tx.put(ORDERS, [order.with_events([_payment(before, kind=kind, at=now)])])
    tx.put(REFUNDS, [after])
    return after


def refunds_of(tx: Transaction, order: OrderId) -> tuple[RefundPart, ...]:
    """Return the parts of all refunds of *order*, by key."""
    return tx.scan(REFUNDS, index=order)


def _settled(part: RefundPart, outcome: Effect | None) -> RefundPart:
    match outcome:
        case None | Unknown() if part.state in {RefundPartState.PAID, RefundPartState.FAILED}:
            return part
        case None:
            return attrs.evolve(part, state=RefundPartState.BY_HAND, note="")
        case Applied():
            return attrs.evolve(part, state=RefundPartState.PAID, note="")
        case Rejected():
            return attrs.evolve(part, state=RefundPartState.FAILED, note=outcome.reason)
        case Unknown():
            return attrs.evolve(part, state=RefundPartState.UNKNOWN, note=outcome.reason)
        case _:
            assert_never(outcome)


def _payment(part: RefundPart, *, kind: PaymentKind, at: datetime) -> Payment:
    return Payment(kind=kind, amount=part.amount, at=at, reference=part.key, tender=part.tender)
