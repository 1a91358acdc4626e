"""The terms of a return become the rules of its refund, and what is kept of it."""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import Adjustment, AdjustmentKind
from ecomkit.returns import FeesRefund, RefundRules, ShippingRefund
from ecomkit.returns._facts import Party
from ecomkit.returns._refund_terms import refund_fees, refund_rules
from ecomkit.returns._terms import Offer, OfferKind, ReturnTerms, ValueLoss

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


def terms(**changes: Any) -> ReturnTerms:
    """Return terms: the buyer pays the way back, nothing else is kept or given back."""
    plain = ReturnTerms(
        return_shipping_paid_by=Party.BUYER,
        restocking_fee=eur(0),
        standard_shipping=ShippingRefund.NEVER,
        value_loss=ValueLoss.NOT_DEDUCTED,
        offers=[Offer(kind=OfferKind.REFUND)],
        asked_at=AT,
    )
    return attrs.evolve(plain, **changes)


WITHDRAWAL = terms(standard_shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS)
STANDARD = terms(standard_shipping=ShippingRefund.STANDARD_ONLY)


def test_one_entry_that_gives_the_delivery_back_is_enough() -> None:
    """Up to the price of the standard delivery where it is known, and all of it where it is not."""
    assert refund_rules([]) == refund_rules([terms()], standard_shipping=eur(490)) == RefundRules()
    assert refund_rules([terms(), WITHDRAWAL]).shipping is ShippingRefund.WHEN_EVERYTHING_RETURNS
    for known in ([terms(), WITHDRAWAL], [STANDARD], [STANDARD, WITHDRAWAL]):
        assert refund_rules(known, standard_shipping=eur(490)) == RefundRules(
            shipping=ShippingRefund.STANDARD_ONLY, standard_shipping=eur(490)
        )


@pytest.mark.parametrize("entries", [[terms()], [WITHDRAWAL], [WITHDRAWAL, STANDARD]])
def test_fees_of_the_order_are_a_rule_of_their_own(entries: list[ReturnTerms]) -> None:
    """They come back whether the delivery does or not."""
    fees = FeesRefund.WHEN_EVERYTHING_RETURNS

    assert refund_rules(entries, standard_shipping=eur(490), fees=fees).fees is fees
    assert refund_rules([WITHDRAWAL], fees=fees).fees is fees


def test_a_standard_delivery_without_a_price_is_refused() -> None:
    """What is given back at most has to be known."""
    with pytest.raises(FieldError):
        refund_rules([STANDARD])


def test_fees_of_the_entries_are_kept_together() -> None:
    """3.58 and 1.42 for restocking, and the label; nothing is kept of nothing."""
    entries = [terms(restocking_fee=eur(358)), terms(restocking_fee=eur(142))]

    assert refund_fees(entries, at=AT, return_shipping=eur(590)) == (
        Adjustment(kind=AdjustmentKind.RESTOCKING_FEE, amount=eur(500), at=AT),
        Adjustment(kind=AdjustmentKind.RETURN_SHIPPING, amount=eur(590), at=AT),
    )
    assert refund_fees([terms()], at=AT) == refund_fees([], at=AT, return_shipping=eur(590)) == ()
    assert refund_fees([terms()], at=AT, return_shipping=eur(0)) == ()


def test_the_way_back_is_not_kept_if_the_seller_pays_for_one_entry() -> None:
    """The parcel would have come anyway."""
    faulty = terms(return_shipping_paid_by=Party.SELLER)

    assert refund_fees([terms(), faulty], at=AT, return_shipping=eur(590)) == ()


def test_fees_are_money_of_one_currency() -> None:
    """Two currencies, and less than nothing for the way back, are refused."""
    with pytest.raises(CurrencyMismatchError):
        refund_fees([terms(), terms(restocking_fee=Money(1, Currency.JPY))], at=AT)
    with pytest.raises(FieldError):
        refund_fees([terms()], at=AT, return_shipping=eur(-1))
