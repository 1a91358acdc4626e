"""By the terms of its verdict: what a return costs the buyer, what is given back, and by when."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecomkit.money import Money
from ecomkit.orders import Adjustment, AdjustmentKind
from ecomkit.returns._facts import Party
from ecomkit.returns._refund_rules import RefundRules, ShippingRefund
from ecomkit.returns._unit_state import ReceptionState

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.identifiers import LineId
    from ecomkit.returns._return import Return
    from ecomkit.returns._terms import ReturnTerms

__all__ = ["costs_by_terms", "rules_by_terms", "send_back_by"]


def rules_by_terms(returned: Return, *, standard_shipping: Money | None = None) -> RefundRules:
    """
    Return what is given back besides the units, as the verdict on *returned* says.

    Where its entries differ, what is best for the buyer counts for the order as a whole.

    Args:
        returned: The return.
        standard_shipping: What the cheapest standard delivery would have cost the buyer; all of
            the delivery is given back where it is not known.
    """
    shipping = {terms.standard_shipping for _, _, terms in _entries(returned)}
    if shipping <= {ShippingRefund.NEVER}:
        return RefundRules()
    if standard_shipping is None:
        return RefundRules(shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS)
    return RefundRules(shipping=ShippingRefund.STANDARD_ONLY, standard_shipping=standard_shipping)


def costs_by_terms(
    returned: Return, *, way_back: Money | None = None, at: datetime
) -> tuple[Adjustment, ...]:
    """
    Return what the buyer pays for *returned* with its next settlement.

    That is the restocking fee for the units that are back and accepted, and the way back once,
    where the buyer pays it: by the terms of every entry. A fee for several units is dealt out as
    a running amount, rounded down, so any parts of a return cost the same; among entries of one
    line the cheapest count first. What earlier settlements took is taken off.

    Args:
        returned: The return, not settled yet.
        way_back: What the way back costs; None if it costs nothing, or the buyer paid the carrier.
        at: When.
    """
    entries = _entries(returned)
    taken: dict[AdjustmentKind, int] = {}
    for settlement in returned.settlements:
        for adjustment in settlement.refund.adjustments:
            amount = adjustment.amount.amount
            taken[adjustment.kind] = taken.get(adjustment.kind, 0) + amount
    wanted = []
    if entries:
        fee = sum(_fee(returned, line) for line in {line for line, _, _ in entries})
        currency = entries[0][2].restocking_fee.currency
        wanted.append((AdjustmentKind.RESTOCKING_FEE, Money(fee, currency)))
    is_due = any(
        state.is_creditable for line in returned.line_ids for state in returned.units(line)
    )
    buyer_pays = all(terms.return_shipping_paid_by is Party.BUYER for _, _, terms in entries)
    if way_back is not None and entries and buyer_pays and is_due:
        wanted.append((AdjustmentKind.RETURN_SHIPPING, way_back))
    return tuple(
        Adjustment(kind=kind, amount=Money(rest, amount.currency), at=at)
        for kind, amount in wanted
        if (rest := amount.amount - taken.get(kind, 0)) > 0
    )


def send_back_by(returned: Return) -> datetime | None:
    """
    Return the first instant that is too late for sending anything of *returned* back.

    Where its entries differ the latest counts; None if one of them may be sent at any time.
    """
    ends = [terms.send_back_by for _, _, terms in _entries(returned)]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _entries(returned: Return) -> list[tuple[LineId, int, ReturnTerms]]:
    """Return line, units and terms of each entry that the policy judged."""
    if returned.verdict is None:
        return []
    return [
        (entry.line.line, entry.line.quantity, entry.terms)
        for entry in returned.verdict.lines
        if entry.terms is not None
    ]


def _fee(returned: Return, line: LineId) -> int:
    """Return the fee for all units of *line* that are back and accepted, in minor units."""
    back = sum(
        units
        for state, units in returned.units(line).items()
        if state.reception is ReceptionState.RECEIVED
        and (state.is_creditable or state.is_credited)
    )
    fees = [
        (units, terms.restocking_fee.amount)
        for other, units, terms in _entries(returned)
        if other == line
    ]
    total = 0
    for units, fee in sorted(fees, key=lambda entry: Fraction(entry[1], entry[0])):
        counted = min(back, units)
        back -= counted
        total += fee * counted // units
    return total
