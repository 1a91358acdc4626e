"""Laws of pricing: totals add up, shares are whole, and no cent depends on the order of lines."""

import pickle
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import ChannelId, OrderId
from ecomkit.money import Money, sum_money
from ecomkit.orders import ChargeKind, ChargeTarget, Order, OrderLine, Taxation, TaxTerms
from ecomkit.orders.pricing import (
    Allocation,
    Basket,
    Cut,
    Discount,
    Extra,
    FixedDiscount,
    PercentageDiscount,
    PercentageOf,
    Pricing,
    TaxAmount,
    TaxRates,
    TaxRule,
)
from ecomkit.testing.strategies._pricing import pricings, tax_rules

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TAXED = {taxation: pricings(tax=tax_rules(taxation=taxation)) for taxation in Taxation}


def order_of(pricing: Pricing) -> Order:
    """Return the order that is placed with these prices."""
    return Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=pricing.currency,
        placed_at=AT,
        lines=pricing.lines,
        charges=pricing.charges,
        tax=pricing.terms,
    )


@given(pricings())
def test_an_order_of_these_charges_costs_the_same(pricing: Pricing) -> None:
    """The totals of the order are those of the pricing, and so are each line and the shipping."""
    order = order_of(pricing)

    assert pricing.totals == order.totals
    for price in pricing.prices[: len(pricing.lines)]:
        assert isinstance(price.item, OrderLine)
        assert price.left == order.price(price.item.id).net
    assert order.shipping.amount == sum_money(
        (
            price.gross
            for price in pricing.prices
            if isinstance(price.item, Extra) and price.item.kind is ChargeKind.SHIPPING
        ),
        currency=pricing.currency,
    )


@given(pricings())
def test_totals_add_up(pricing: Pricing) -> None:
    """What is paid is the sum of what is paid for each line and each extra."""
    currency, totals = pricing.currency, pricing.totals
    prices = pricing.prices

    assert totals.total == sum_money((price.gross for price in prices), currency=currency)
    assert pricing.net == sum_money((price.net for price in prices), currency=currency)
    assert totals.tax_added + totals.tax_included == sum_money(
        (price.tax for price in prices), currency=currency
    )
    assert -totals.discounts == sum_money(
        (step.taken for step in pricing.steps), currency=currency
    )


@given(pricings(), st.randoms(use_true_random=False))
def test_no_cent_depends_on_the_order_of_the_lines(pricing: Pricing, random: Random) -> None:
    """The same lines in another order cost the same, each of them and together."""
    lines = list(pricing.lines)
    random.shuffle(lines)
    shuffled = attrs.evolve(pricing, lines=lines)
    by_line = {price.item: price for price in pricing.prices[: len(lines)]}

    assert pricing.totals == shuffled.totals
    assert pricing.steps == shuffled.steps
    assert by_line == {price.item: price for price in shuffled.prices[: len(lines)]}
    assert tuple(lines) == tuple(price.item for price in shuffled.prices[: len(lines)])


@given(pricings())
def test_nothing_falls_below_zero_or_its_floor(pricing: Pricing) -> None:
    """No line, no shipping and no fee costs less than nothing, no unit less than its minimum."""
    floors = {floor.sku: floor.price for floor in pricing.minimum_prices}
    for price in pricing.prices:
        item = price.item
        if isinstance(item, OrderLine):
            floor = floors.get(item.sku, Money.zero(pricing.currency)) * item.quantity

            assert price.left >= min(price.original, floor)
        elif item.kind is ChargeKind.FEE:
            assert price.discount.is_zero
        assert price.original >= price.left >= Money.zero(pricing.currency)
        assert price.tax.amount >= 0


@given(pricings())
def test_what_is_not_taken_is_reported(pricing: Pricing) -> None:
    """A fixed amount for the order or the shipping is taken off or reported, to the last unit."""
    for discount, step in zip(pricing.discounts, pricing.steps, strict=True):
        if isinstance(discount, FixedDiscount) and (
            discount.on is ChargeTarget.SHIPPING or discount.allocation is Allocation.PER_ORDER
        ):
            assert discount.amount == step.taken + step.unused
        assert step.unused.amount >= 0


@given(pricings())
def test_the_explanation_names_everything(pricing: Pricing) -> None:
    """Each discount, each rest that was not used, each tax and the total are said."""
    text = pricing.explain()
    for step in pricing.steps:
        assert step.explain() in text.splitlines()
        assert step.unused.is_zero or f"{step.unused} not used" in step.explain()
    for tax in pricing.taxes:
        assert tax.explain() in text.splitlines()
    assert text.endswith(f"total: {pricing.totals.total}")


@attrs.frozen
class Wrapped:
    """A discount of another class that answers with the cuts of *inner*."""

    inner: Discount

    @property
    def name(self) -> str:
        """The name of the discount inside."""
        return self.inner.name

    def __call__(self, basket: Basket, /) -> tuple[Cut, ...]:
        """Return what the discount inside returns."""
        return tuple(self.inner(basket))

    def explain(self) -> str:
        """Say what the discount inside says."""
        return self.inner.explain()  # type: ignore[attr-defined,no-any-return]  # one of ours


@attrs.frozen
class WrappedRates:
    """A tax rule of another class that answers with the amounts of *inner*."""

    inner: TaxRates

    @property
    def terms(self) -> TaxTerms:
        """The terms of the rule inside."""
        return self.inner.terms

    def __call__(self, basket: Basket, /) -> tuple[TaxAmount, ...]:
        """Return what the rule inside returns."""
        return self.inner(basket)


@given(pricings())
def test_rules_of_ones_own_are_worked_like_ours(pricing: Pricing) -> None:
    """What our rules answer when they are called is what pricing computes with."""
    tax: TaxRule | None = pricing.tax
    if isinstance(tax, TaxRates):
        tax = WrappedRates(tax)
    wrapped = attrs.evolve(
        pricing,
        discounts=[Wrapped(discount) for discount in pricing.discounts],
        tax=tax,
    )

    assert pricing.prices == wrapped.prices
    assert pricing.steps == wrapped.steps
    assert pricing.charges == wrapped.charges
    assert pricing.explain() == wrapped.explain()


@given(pricings())
def test_pricing_survives_pickling(pricing: Pricing) -> None:
    """A pickled pricing comes back equal, with the same hash and the same totals."""
    back = pickle.loads(pickle.dumps(pricing))  # noqa: S301  # our own bytes

    assert pricing == back
    assert hash(pricing) == hash(back)
    assert pricing.totals == back.totals


@given(pricings(max_discounts=0), st.lists(st.decimals("0.01", "0.99", places=2), max_size=4))
def test_percentages_of_what_is_left_never_make_an_order_free(
    pricing: Pricing, rates: list[Decimal]
) -> None:
    """However many percentages below 100 are stacked, less than the whole is taken off."""
    discounts = [
        PercentageDiscount(name=f"{rate}", rate=rate, allocation=tuple(Allocation)[place % 3])
        for place, rate in enumerate(rates)
    ]
    lines = [
        attrs.evolve(line, unit_price=line.unit_price + Money(10**9, pricing.currency))
        for line in pricing.lines
    ]
    priced = attrs.evolve(pricing, lines=lines, discounts=discounts)

    for price in priced.prices[: len(lines)]:
        assert price.left.amount > 0
    assert all(discount.of is PercentageOf.LEFT for discount in discounts)
    assert all(step.unused.is_zero for step in priced.steps)


@pytest.mark.parametrize("taxation", Taxation)
@given(data=st.data())
def test_a_line_that_goes_takes_only_its_own_shares(
    taxation: Taxation, data: st.DataObject
) -> None:
    """Without a line, each other line carries the same discounts and taxes as before."""
    pricing = data.draw(TAXED[taxation])
    order = order_of(pricing)
    line = data.draw(st.sampled_from(order.lines))
    after = order.cancel(line.id, quantity=line.quantity, at=AT)

    for other in order.lines:
        assert order.price(other.id) == after.price(other.id)
    if len(order.lines) > 1:
        assert order.totals.total - order.line_amount(line.id) == after.effective_total
