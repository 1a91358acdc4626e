"""Contradictions: where a claim cannot be true as it stands, all points at once. Pure."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterator
from typing import final

import attrs

from ecomkit._checks import is_a, optional, whole
from ecomkit.channels._after_sales import RefundState
from ecomkit.channels._claims import ChannelClaim, ClaimLine
from ecomkit.channels._disagreements import bounded, side
from ecomkit.identifiers import LineId
from ecomkit.money import Currency
from ecomkit.orders import FulfilmentState, OrderState, PaymentState

__all__ = ["Contradiction", "ContradictionKind", "contradictions"]

_ALL_LEFT = frozenset({FulfilmentState.FULFILLED, FulfilmentState.DELIVERED})


class ContradictionKind(enum.Enum):
    """How a claim can contradict itself. What it says beside that is used."""

    MORE_THAN_ORDERED = "more units are cancelled and shipped than were ordered"
    MORE_RETURNED = "more units came back than were shipped"
    MORE_UNITS_PAID_BACK = "more units are paid back than were ordered"
    MORE_PAID_BACK = "more was paid back than was taken"
    CANCELLED_YET_OPEN = "the order is called cancelled and has units that are open"
    SHIPPED_YET_OPEN = "the order is called shipped and has units that are open"
    OPEN_YET_SHIPPED = "the order is called unshipped and has units that have left"
    PAID_YET_NOTHING = "the order is called paid and nothing was taken"
    TOTAL = "lines and charges come to another amount than the total"
    OTHER_CURRENCY = "an amount is in another currency than the order"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class Contradiction:
    """
    One point at which a claim contradicts itself.

    Args:
        line: The line it is about; None for the whole order.
        kind: What cannot be.
        said: What it says first, in units, or in minor units of *currency*.
        against: What it says against that, counted the same.
        currency: What amounts are in; None where units are counted.

    >>> one = Contradiction(
    ...     line=LineId("1"), kind=ContradictionKind.MORE_RETURNED, said=3, against=2
    ... )
    >>> print(one.explain())
    line 1: more units came back than were shipped (3 against 2)
    """

    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))
    kind: ContradictionKind = attrs.field(validator=is_a(ContradictionKind))
    said: int = attrs.field(converter=bounded, validator=whole)
    against: int = attrs.field(converter=bounded, validator=whole)
    currency: Currency | None = attrs.field(default=None, validator=optional(is_a(Currency)))

    def explain(self) -> str:
        """Say what cannot be."""
        where = "order" if self.line is None else f"line {self.line}"
        said, against = (side(each, self.currency) for each in (self.said, self.against))
        return f"{where}: {self.kind.value} ({said} against {against})"


def contradictions(claim: ChannelClaim) -> tuple[Contradiction, ...]:
    """
    Return all points at which *claim* contradicts itself. It never raises.

    What the claim does not say contradicts nothing.
    """
    return (
        *(one for line in claim.lines for one in _of_line(line)),
        *_of_refunded_units(claim),
        *_of_words(claim),
        *_of_money(claim),
    )


def _of_line(line: ClaimLine) -> Iterator[Contradiction]:
    gone = (line.cancelled or 0) + (line.shipped or 0)
    if gone > line.quantity:
        yield Contradiction(
            line=line.id,
            kind=ContradictionKind.MORE_THAN_ORDERED,
            said=gone,
            against=line.quantity,
        )
    if line.shipped is not None and line.returned > line.shipped:
        yield Contradiction(
            line=line.id,
            kind=ContradictionKind.MORE_RETURNED,
            said=line.returned,
            against=line.shipped,
        )


def _of_refunded_units(claim: ChannelClaim) -> Iterator[Contradiction]:
    units = Counter[LineId]()
    for refund in claim.refunds or ():
        if refund.state is not RefundState.FAILED:
            units.update({one.line: one.quantity for one in refund.lines})
    if units:
        for line in claim.lines:
            if units[line.id] > line.quantity:
                yield Contradiction(
                    line=line.id,
                    kind=ContradictionKind.MORE_UNITS_PAID_BACK,
                    said=units[line.id],
                    against=line.quantity,
                )


def _of_words(claim: ChannelClaim) -> Iterator[Contradiction]:
    """Yield where the words for the order say otherwise than its lines."""
    states = claim.states
    if states.order is None and states.fulfilment is None:
        return
    still_open = shipped = 0
    for line in claim.lines:
        shipped += line.shipped or 0
        if line.cancelled is not None and line.shipped is not None:
            still_open += max(0, line.quantity - line.cancelled - line.shipped)
    ordered = sum(line.quantity for line in claim.lines)
    for kind, is_said, against in (
        (
            ContradictionKind.CANCELLED_YET_OPEN,
            states.order is OrderState.CANCELLED,
            still_open,
        ),
        (ContradictionKind.SHIPPED_YET_OPEN, states.fulfilment in _ALL_LEFT, still_open),
        (
            ContradictionKind.OPEN_YET_SHIPPED,
            states.fulfilment is FulfilmentState.UNFULFILLED,
            shipped,
        ),
    ):
        if is_said and against:
            yield Contradiction(kind=kind, said=ordered, against=against)


def _of_money(claim: ChannelClaim) -> Iterator[Contradiction]:
    currency, total, paid = claim.currency, claim.total, claim.paid
    refunds = [one.amount for one in claim.refunds or () if one.state is RefundState.PAID]
    amounts = [*refunds, *(one for one in (total, paid) if one is not None)]
    for amount in amounts:
        if amount.currency is not currency:
            yield Contradiction(
                kind=ContradictionKind.OTHER_CURRENCY,
                said=amount.amount,
                against=0,
                currency=amount.currency,
            )
    if total is not None and total.currency is currency and total.amount != claim.computed_total:
        yield _amounts(claim, ContradictionKind.TOTAL, claim.computed_total, total.amount)
    if paid is None or paid.currency is not currency:
        return
    back = sum(one.amount for one in refunds if one.currency is currency)
    if back > paid.amount:
        yield _amounts(claim, ContradictionKind.MORE_PAID_BACK, back, paid.amount)
    costs = claim.computed_total if total is None else total.amount
    if claim.states.payment is PaymentState.PAID and costs > 0 and paid.is_zero:
        yield _amounts(claim, ContradictionKind.PAID_YET_NOTHING, costs, 0)


def _amounts(
    claim: ChannelClaim, kind: ContradictionKind, said: int, against: int
) -> Contradiction:
    return Contradiction(kind=kind, said=said, against=against, currency=claim.currency)
