"""From the terms of a return to its refund: the rules, and what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.money import sum_money
from ecomkit.orders import Adjustment, AdjustmentKind
from ecomkit.returns._facts import Party
from ecomkit.returns._refund_rules import FeesRefund, RefundRules, ShippingRefund

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ecomkit.money import Money
    from ecomkit.returns._terms import ReturnTerms

__all__ = ["refund_fees", "refund_rules"]


def refund_rules(
    terms: Iterable[ReturnTerms],
    *,
    standard_shipping: Money | None = None,
    fees: FeesRefund = FeesRefund.NEVER,
) -> RefundRules:
    """
    Return the rules that *terms*, one for each entry of a return, add up to.

    If one of them gives the delivery back, the refund does: once nothing is left to be paid for,
    it makes no difference which unit came last.

    Args:
        terms: The terms of the entries.
        standard_shipping: What the cheapest standard delivery would have cost the buyer; no more
            than that is given back where it is known (EU 2011/83, article 13(2)).
        fees: Whether the fees of the order as a whole are paid back.

    Raises:
        FieldError: If the price of the standard delivery is needed and not given, or below 0.
    """
    granted = {each.standard_shipping for each in terms} - {ShippingRefund.NEVER}
    if not granted:
        return RefundRules(fees=fees)
    if standard_shipping is None and granted == {ShippingRefund.WHEN_EVERYTHING_RETURNS}:
        return RefundRules(shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS, fees=fees)
    return RefundRules(
        shipping=ShippingRefund.STANDARD_ONLY, standard_shipping=standard_shipping, fees=fees
    )


def refund_fees(
    terms: Iterable[ReturnTerms], *, at: datetime, return_shipping: Money | None = None
) -> tuple[Adjustment, ...]:
    """
    Return what is kept of a refund under *terms*, those of the units that are credited.

    Args:
        terms: The terms of the entries.
        at: When it is kept.
        return_shipping: What the way back cost the shop, such as a label that it sent; kept only
            if the buyer pays the way back of every entry.

    Raises:
        CurrencyMismatchError: If the terms are in several currencies.
        FieldError: If *return_shipping* is below 0.
    """
    terms = tuple(terms)
    if not terms:
        return ()
    fee = sum_money(each.restocking_fee for each in terms)
    kept = [(AdjustmentKind.RESTOCKING_FEE, fee)]
    payers = {each.return_shipping_paid_by for each in terms}
    if return_shipping is not None and payers == {Party.BUYER}:
        kept.append((AdjustmentKind.RETURN_SHIPPING, return_shipping))
    return tuple(
        Adjustment(kind=kind, amount=amount, at=at) for kind, amount in kept if amount.amount
    )
