"""Reconciliation: what a claim asks of our facts, and where the two disagree. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import final

import attrs

from ecomkit._checks import is_a, not_negative
from ecomkit.channels._claims import ChannelClaim, ClaimLine
from ecomkit.channels._updates import LineUnits
from ecomkit.identifiers import CustomerId, LineId, ListingId, Sku
from ecomkit.money import Money
from ecomkit.orders import LineCounts, Order, OrderLine, Payment, PaymentKind

__all__ = [
    "Disagreement",
    "DisagreementKind",
    "Reconciliation",
    "order_of_claim",
    "payment_of_claim",
    "reconcile",
]


class DisagreementKind(enum.Enum):
    """How a channel's claim and our facts can differ. Neither is overwritten."""

    CANCELLED_AFTER_SHIPPING = "the channel cancelled units that had left"
    CANCELLED_HERE = "we cancelled units that the channel still has"
    SHIPPED_WITHOUT_COVER = "the channel says units left that the ledger does not have"
    RETURN_AWAITED = "the channel says units come back that have not arrived"
    EDITED = "the channel changed the line after we took it down"


@final
@attrs.frozen(kw_only=True)
class Disagreement:
    """
    One point at which a claim and our facts differ, in units.

    >>> d = Disagreement(
    ...     line=LineId("1"), kind=DisagreementKind.RETURN_AWAITED, ours=0, theirs=1
    ... )
    >>> print(d.explain())
    line 1: the channel says units come back that have not arrived (ours 0, theirs 1)
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    kind: DisagreementKind = attrs.field(validator=is_a(DisagreementKind))
    ours: int = attrs.field(validator=not_negative)
    theirs: int = attrs.field(validator=not_negative)

    def explain(self) -> str:
        """Say where the two differ."""
        return f"line {self.line}: {self.kind.value} (ours {self.ours}, theirs {self.theirs})"


@final
@attrs.frozen(kw_only=True)
class Reconciliation:
    """What to do so that our facts follow the claim, and what remains different."""

    cancel: tuple[LineUnits, ...]
    ship: tuple[LineUnits, ...]
    disagreements: tuple[Disagreement, ...]

    def explain(self) -> str:
        """
        Say what follows from the claim, and where the two still differ.

        >>> Reconciliation(cancel=(), ship=(), disagreements=()).explain()
        'nothing to do'
        """
        steps = [
            *(f"line {units.line}: cancel {units.quantity}" for units in self.cancel),
            *(f"line {units.line}: ship {units.quantity}" for units in self.ship),
            *(difference.explain() for difference in self.disagreements),
        ]
        return "; ".join(steps) or "nothing to do"


def order_of_claim(
    claim: ChannelClaim, *, skus: Mapping[ListingId, Sku], customer: CustomerId | None = None
) -> Order:
    """
    Return the order that *claim* tells of, as it was placed: nothing cancelled, nothing shipped.

    Args:
        claim: What the channel says.
        skus: Our sku of each listing the claim names.
        customer: Who bought, where that is known.

    Raises:
        KeyError: If a listing has no sku.
        InputError: If the claim cannot be an order, such as with a total below zero, or with one
            that is larger than an amount can be.
    """
    # An order derives its amounts when they are asked for, which is too late to refuse it.
    goods = sum(line.unit_price.amount * line.quantity for line in claim.lines)
    Money(goods, claim.currency)
    return Order(
        id=claim.order_id,
        channel=claim.channel,
        currency=claim.currency,
        placed_at=claim.placed_at,
        lines=[
            OrderLine(
                id=line.id,
                sku=skus[line.listing],
                quantity=line.quantity,
                unit_price=line.unit_price,
                title=line.title,
            )
            for line in claim.lines
        ],
        charges=claim.charges,
        customer=customer,
        payments=()
        if claim.paid is None or claim.paid.is_zero
        else (_capture(claim, claim.paid),),
    )


def _capture(claim: ChannelClaim, amount: Money) -> Payment:
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
    return _capture(claim, missing) if missing.amount > 0 else None


def reconcile(
    order: Order, claim: ChannelClaim, *, covered: Mapping[LineId, int]
) -> Reconciliation:
    """
    Compare *claim* with *order* and say what follows.

    Cancellations at the channel are followed as far as the units are still here. Shipments
    told by the channel are followed as far as the ledger has units for them. A return told by
    the channel changes nothing: a unit is back when it was received.

    Args:
        order: Our facts.
        claim: The newest claim.
        covered: Units allocated to each line; a line that is absent has none.

    The answer is stable: applying it and comparing again asks for nothing more.
    """
    cancel: list[LineUnits] = []
    ship: list[LineUnits] = []
    disagreements: list[Disagreement] = []
    theirs = {line.id: line for line in claim.lines}
    for line in order.lines:
        told = theirs.pop(line.id, None)
        if told is None:
            disagreements.append(
                _differs(line.id, DisagreementKind.EDITED, ours=line.quantity, theirs=0)
            )
            continue
        cancelled, shipped, differences = _follow(
            line, order.counts(line.id), told, covered=covered.get(line.id, 0)
        )
        if cancelled:
            cancel.append(LineUnits(line=line.id, quantity=cancelled))
        if shipped:
            ship.append(LineUnits(line=line.id, quantity=shipped))
        disagreements.extend(differences)
    disagreements.extend(
        _differs(line, DisagreementKind.EDITED, ours=0, theirs=told.quantity)
        for line, told in theirs.items()
    )
    return Reconciliation(
        cancel=tuple(cancel), ship=tuple(ship), disagreements=tuple(disagreements)
    )


def _differs(line: LineId, kind: DisagreementKind, *, ours: int, theirs: int) -> Disagreement:
    return Disagreement(line=line, kind=kind, ours=ours, theirs=theirs)


def _follow(
    line: OrderLine, counts: LineCounts, told: ClaimLine, *, covered: int
) -> tuple[int, int, list[Disagreement]]:
    """Return the units of one line to cancel and to ship, and what remains different."""
    differences: list[Disagreement] = []
    if (told.quantity, told.unit_price) != (line.quantity, line.unit_price):
        differences.append(
            _differs(line.id, DisagreementKind.EDITED, ours=line.quantity, theirs=told.quantity)
        )
    cancel = min(max(0, told.cancelled - counts.cancelled), counts.open)
    cancelled = counts.cancelled + cancel
    if cancelled != told.cancelled:
        kind = (
            DisagreementKind.CANCELLED_AFTER_SHIPPING
            if told.cancelled > cancelled
            else DisagreementKind.CANCELLED_HERE
        )
        differences.append(_differs(line.id, kind, ours=cancelled, theirs=told.cancelled))
    # Of units cancelled in the same breath the uncovered ones go first, so what is covered
    # stays covered as far as it is still open.
    ship = min(max(0, told.shipped - counts.shipped), covered, counts.open - cancel)
    shipped = counts.shipped + ship
    if told.shipped > shipped:
        differences.append(
            _differs(
                line.id,
                DisagreementKind.SHIPPED_WITHOUT_COVER,
                ours=shipped,
                theirs=told.shipped,
            )
        )
    if told.returned > counts.returned:
        differences.append(
            _differs(
                line.id,
                DisagreementKind.RETURN_AWAITED,
                ours=counts.returned,
                theirs=told.returned,
            )
        )
    return cancel, ship, differences
