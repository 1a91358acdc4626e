"""What a claim says of money: taken and paid back, by whomever, each booked once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import final

import attrs

from ecomkit.channels._after_sales import ChannelRefund, RefundState, key_mark
from ecomkit.channels._claims import ChannelClaim
from ecomkit.channels._disagreements import Disagreement, DisagreementKind
from ecomkit.money import Money
from ecomkit.orders import Order, Payment, PaymentKind, PaymentState, Tender

__all__ = ["MoneyAsked", "capture_of_claim", "money_of_claim", "payment_of_claim"]

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_SIGNS = {PaymentKind.REFUNDED: 1, PaymentKind.REFUND_FAILED: -1}


@final
@attrs.frozen
class MoneyAsked:
    """The payments that follow from a claim, in their order, and where the two still differ."""

    payments: tuple[Payment, ...]
    disagreements: tuple[Disagreement, ...]


def capture_of_claim(claim: ChannelClaim, amount: Money) -> Payment:
    """Return *amount* as what the channel has taken for the order."""
    return Payment(
        kind=PaymentKind.CAPTURED, amount=amount, at=claim.placed_at, reference=claim.number
    )


def payment_of_claim(order: Order, claim: ChannelClaim) -> Payment | None:
    """
    Return what the channel has taken from the buyer and *order* does not know of; None of nothing.

    A channel that tells an order before it is paid, or not how much was paid, tells it later.
    """
    if claim.paid is None or claim.paid.currency is not order.currency:
        return None
    missing = claim.paid - order.paid.captured
    return capture_of_claim(claim, missing) if missing.amount > 0 else None


def money_of_claim(order: Order, claim: ChannelClaim) -> MoneyAsked:
    """
    Return the payments that *claim* tells of and *order* does not have.

    A refund is booked when it was paid, under the channel's name for it. One that we asked for
    is known by its mark, or else as one of the same amount that the channel does not name
    otherwise: it stays under our name, and what failed of it is booked as failed. No more is
    booked than was taken. Where all the channel has is the word that the order was paid back,
    that is all that is left of what was taken.
    """
    payment = payment_of_claim(order, claim)
    captures = () if payment is None else (payment,)
    if claim.refunds == ():
        return MoneyAsked(captures, ())
    after = order.with_events(captures)
    if claim.refunds is None:
        refunds, differences = _by_word(after, claim)
    else:
        refunds, differences = _by_refund(after, claim, claim.refunds)
    return MoneyAsked((*captures, *refunds), tuple(differences))


def _by_word(
    order: Order, claim: ChannelClaim
) -> tuple[Sequence[Payment], Sequence[Disagreement]]:
    word, paid = claim.states.payment, order.paid
    if word is PaymentState.REFUNDED and paid.kept.amount > 0:
        reference = f"{claim.number}/refunded"
        back = Payment(
            kind=PaymentKind.REFUNDED, amount=paid.kept, at=claim.placed_at, reference=reference
        )
        return [back], []
    if word is PaymentState.PARTIALLY_REFUNDED and paid.refunded.is_zero:
        return [], [
            Disagreement(
                kind=DisagreementKind.REFUND_UNTOLD,
                ours=0,
                theirs=paid.captured.amount,
                currency=order.currency,
            )
        ]
    return [], []


def _by_refund(
    order: Order, claim: ChannelClaim, refunds: Sequence[ChannelRefund]
) -> tuple[Sequence[Payment], Sequence[Disagreement]]:
    booked = _booked(order)
    groups = _by_reference(order, claim, refunds, booked)
    asked = {name: _asked(group, booked.get(name, 0)) for name, group in groups.items()}
    room = order.paid.captured.amount - order.paid.refunded.amount
    moves: dict[str, int] = {}
    # What failed makes room for what was paid.
    for name in sorted(groups, key=lambda name: asked[name] > 0):
        moves[name] = min(asked[name], room)
        room -= moves[name]
    payments = [
        Payment(
            kind=PaymentKind.REFUNDED if move > 0 else PaymentKind.REFUND_FAILED,
            amount=Money(abs(move), order.currency),
            at=next((one.at for one in groups[name] if one.at is not None), claim.placed_at),
            reference=name,
            tender=_tender(order, name),
        )
        for name, move in moves.items()
        if move
    ]
    differences = []
    for name, group in groups.items():
        standing = booked.get(name, 0) + moves[name]
        paid = _sum(group, RefundState.PAID)
        told = paid + _sum(group, RefundState.PENDING) + _sum(group, None)
        if told > standing:
            kind, theirs = DisagreementKind.REFUND_PENDING, told
            if moves[name] < asked[name]:
                kind, theirs = DisagreementKind.REFUND_BEYOND_PAID, paid
            differences.append(
                Disagreement(
                    kind=kind, ours=standing, theirs=theirs, currency=order.currency, note=name
                )
            )
    return payments, differences


def _tender(order: Order, reference: str) -> Tender:
    """Return what was paid back under *reference* before; else the money is the channel's."""
    known = (one.tender for one in order.payments if one.reference == reference)
    return next(known, Tender())


def _asked(group: Sequence[ChannelRefund], net: int) -> int:
    """Return what is still to be booked of *group*, of which *net* is; below 0 for what failed."""
    if all(one.state is RefundState.FAILED for one in group):
        return -net
    return max(0, _sum(group, RefundState.PAID) - net)


def _sum(group: Iterable[ChannelRefund], state: RefundState | None) -> int:
    return sum(one.amount.amount for one in group if one.state is state)


def _booked(order: Order) -> dict[str, int]:
    """Return what stands as paid back under each reference, in minor units."""
    booked: dict[str, int] = {}
    for payment in order.payments:
        if payment.kind in _SIGNS:
            amount = booked.get(payment.reference, 0)
            amount += _SIGNS[payment.kind] * payment.amount.amount
            booked[payment.reference] = amount
    return booked


def _by_reference(
    order: Order, claim: ChannelClaim, refunds: Sequence[ChannelRefund], booked: dict[str, int]
) -> dict[str, list[ChannelRefund]]:
    """
    Return refunds by the reference under which they are booked, or are to be booked.

    Those of one command of ours stand together: a channel may split it over what was paid with.
    """
    groups: dict[str, list[ChannelRefund]] = {}
    for refund in sorted(refunds, key=lambda one: (one.at or _LONG_AGO, one.id)):
        if refund.amount.currency is order.currency:
            name = _name(claim, refund) if refund.mark is None else refund.mark
            groups.setdefault(name, []).append(refund)
    marks = {key_mark(name): name for name in booked}
    names = [
        next(
            (
                name
                for name in (marks.get(mark), *(_name(claim, refund) for refund in group))
                if name in booked
            ),
            None,
        )
        for mark, group in groups.items()
    ]
    # What we asked for and the channel does not name: it keeps no marks.
    unnamed = {name: net for name, net in booked.items() if name not in names}
    found: dict[str, list[ChannelRefund]] = {}
    for known, group in zip(names, groups.values(), strict=True):
        name = known or _name(claim, group[0])
        if known is None and any(one.state is not RefundState.FAILED for one in group):
            amount = sum(one.amount.amount for one in group)
            name = next((ours for ours, net in unnamed.items() if net == amount), name)
            unnamed.pop(name, None)
        found.setdefault(name, []).extend(group)
    return found


def _name(claim: ChannelClaim, refund: ChannelRefund) -> str:
    return f"{claim.channel}/{refund.id}"
