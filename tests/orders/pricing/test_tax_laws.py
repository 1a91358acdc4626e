"""Laws of tax: net and tax are gross, and each mode rounds where it says."""

from fractions import Fraction

from hypothesis import given

from ecomkit.money import round_ratio, sum_money
from ecomkit.orders import OrderLine, Taxation, TaxMode
from ecomkit.orders.pricing import Pricing, TaxRates
from ecomkit.testing.strategies._pricing import pricings, tax_rules


def ratio_of(pricing: Pricing, category: str | None) -> Fraction:
    """Return the part of what is left that is tax, by the definition."""
    assert isinstance(pricing.tax, TaxRates)
    (rate,) = (
        Fraction(rate.rate)
        for rate in pricing.tax.rates
        if category in (rate.categories or (None,))
    )
    return rate / (1 + rate) if pricing.tax.terms.taxation is Taxation.INCLUDED else rate


@given(pricings(tax=tax_rules(taxation=Taxation.INCLUDED)))
def test_tax_inside_changes_no_price(pricing: Pricing) -> None:
    """Net and tax are the gross price that the shopper saw, per line and per order."""
    for price in pricing.prices:
        assert price.left == price.net + price.tax
        assert price.net.amount >= 0
    totals = pricing.totals

    assert totals.total == pricing.net + totals.tax_included
    assert totals.tax_added.is_zero


@given(pricings(tax=tax_rules(taxation=Taxation.ADDED)))
def test_tax_on_top_is_added_to_what_is_left(pricing: Pricing) -> None:
    """The price before tax is what the discounts have left; the tax comes on top."""
    for price in pricing.prices:
        assert price.left == price.net
        assert price.left + price.tax == price.gross
    assert pricing.totals.total == pricing.net + pricing.totals.tax_added
    assert pricing.totals.tax_included.is_zero


@given(pricings(tax=tax_rules(mode=TaxMode.PER_ORDER)))
def test_tax_on_the_order_is_rounded_once_for_each_rate(pricing: Pricing) -> None:
    """The tax of all that has one rate is the rounded tax of its sum."""
    if not isinstance(pricing.tax, TaxRates):
        return
    sums: dict[str, int] = {}
    exact: dict[str, Fraction] = {}
    for price in pricing.prices:
        title = price.tax_title
        sums[title] = sums.get(title, 0) + price.tax.amount
        due = ratio_of(pricing, price.item.tax_category) * price.left.amount
        exact[title] = exact.get(title, Fraction(0)) + due

    rounding = pricing.tax.terms.rounding
    assert sums == {title: round_ratio(due, rounding=rounding) for title, due in exact.items()}


@given(pricings(tax=tax_rules(mode=TaxMode.PER_LINE)))
def test_tax_on_lines_is_rounded_on_each(pricing: Pricing) -> None:
    """The tax of each line and extra is its own rounded tax."""
    if not isinstance(pricing.tax, TaxRates):
        return
    for price in pricing.prices:
        due = ratio_of(pricing, price.item.tax_category) * price.left.amount

        assert round_ratio(due, rounding=pricing.tax.terms.rounding) == price.tax.amount


@given(pricings(tax=tax_rules(mode=TaxMode.PER_UNIT)))
def test_tax_on_units_is_rounded_on_each(pricing: Pricing) -> None:
    """The tax of a line is the sum of the rounded taxes of its units, which cost whole cents."""
    if not isinstance(pricing.tax, TaxRates):
        return
    for price in pricing.prices:
        units = price.item.quantity if isinstance(price.item, OrderLine) else 1
        ratio = ratio_of(pricing, price.item.tax_category)
        due = sum(
            round_ratio(ratio * unit.amount, rounding=pricing.tax.terms.rounding)
            for unit in price.left.split(units)
        )

        assert due == price.tax.amount


@given(pricings())
def test_the_tax_summary_is_of_everything(pricing: Pricing) -> None:
    """The sums by rate are the net and the tax of the whole order."""
    currency = pricing.currency
    if pricing.tax is None:
        assert pricing.taxes == ()
        return
    assert pricing.net == sum_money((tax.net for tax in pricing.taxes), currency=currency)
    assert pricing.totals.total == sum_money(
        (tax.gross for tax in pricing.taxes), currency=currency
    )
