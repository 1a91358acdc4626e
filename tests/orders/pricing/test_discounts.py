"""Discounts by example: what is taken off, how it is shared, and what is not used."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money, Rounding
from ecomkit.orders import ChargeKind, ChargeTarget, Order, OrderLine
from ecomkit.orders.pricing import (
    Allocation,
    Basket,
    Cut,
    Discount,
    Extra,
    FixedDiscount,
    MinimumPrice,
    OfCategories,
    OfSkus,
    PercentageDiscount,
    PercentageOf,
    Pricing,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B = LineId("A"), LineId("B")


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


def line(name: str, price: int, *, units: int = 1, category: str | None = None) -> OrderLine:
    """Return a line of some units at a price in cents."""
    return OrderLine(
        id=LineId(name),
        sku=Sku(f"SKU-{name}"),
        quantity=units,
        unit_price=eur(price),
        category=category,
    )


def shipping(amount: int) -> Extra:
    """Return shipping for the order."""
    return Extra(kind=ChargeKind.SHIPPING, amount=eur(amount))


def fixed(
    amount: int,
    *,
    allocation: Allocation = Allocation.PER_ORDER,
    on: ChargeTarget | OfSkus | OfCategories = ChargeTarget.ORDER,
) -> FixedDiscount:
    """Return an amount in cents off."""
    return FixedDiscount(name="voucher", amount=eur(amount), allocation=allocation, on=on)


def percentage(
    rate: str,
    *,
    allocation: Allocation = Allocation.PER_LINE,
    on: ChargeTarget | OfSkus | OfCategories = ChargeTarget.ORDER,
    of: PercentageOf = PercentageOf.LEFT,
    rounding: Rounding = Rounding.HALF_UP,
) -> PercentageDiscount:
    """Return a part of the price off."""
    return PercentageDiscount(
        name="spring", rate=Decimal(rate), allocation=allocation, on=on, of=of, rounding=rounding
    )


def priced(*lines: OrderLine, off: Sequence[Discount]) -> Pricing:
    """Return lines with some discounts, without extras and tax."""
    return Pricing(lines=lines, discounts=off)


def left(pricing: Pricing) -> list[int]:
    """Return what is left of each line and extra, in cents."""
    return [price.left.amount for price in pricing.prices]


def test_no_line_falls_below_zero_and_no_cent_is_lost() -> None:
    """4.45 off nine lines of 1.00 and one of 0.01: the order pays exactly 4.56."""
    lines = [line(str(place), 100) for place in range(9)]
    pricing = priced(*lines, line("last", 1), off=[fixed(445)])

    assert eur(456) == pricing.totals.total
    assert min(left(pricing)) >= 0
    assert pricing.steps[0].unused.is_zero


def test_the_unused_rest_of_a_discount_is_reported() -> None:
    """45.00 off a basket of 30.00: the total is 0, never -15.00, and 15.00 are not used."""
    pricing = priced(line("A", 3000), off=[fixed(4500)])

    assert eur(0) == pricing.totals.total
    assert (eur(3000), eur(1500)) == (pricing.steps[0].taken, pricing.steps[0].unused)
    assert "voucher (45.00 EUR in all): 30.00 EUR off, 15.00 EUR not used" in pricing.explain()


def test_a_discount_is_shared_by_largest_remainder() -> None:
    """2.99 off lines of 43.00, 14.00 and 23.00: 1.61, 0.52 and 0.86."""
    pricing = priced(line("A", 4300), line("B", 1400), line("C", 2300), off=[fixed(299)])

    assert [price.discount.amount for price in pricing.prices] == [161, 52, 86]


def test_a_free_line_gets_no_share_of_a_discount() -> None:
    """1.00 off a free line and three of 10.00: nothing, 0.34, 0.33 and 0.33."""
    lines = [line("A", 0), line("B", 1000), line("C", 1000), line("D", 1000)]
    pricing = priced(*lines, off=[fixed(100)])

    assert [price.discount.amount for price in pricing.prices] == [0, 34, 33, 33]


def test_a_discount_on_free_goods_is_not_lost() -> None:
    """2.99 off an order of one free line: nothing is taken off, and 2.99 are not used."""
    pricing = priced(line("A", 0), off=[fixed(299)])

    assert (eur(0), eur(299)) == (pricing.steps[0].taken, pricing.steps[0].unused)


@pytest.mark.parametrize(
    ("rounding", "off", "price"), [(Rounding.HALF_UP, 500, 1499), (Rounding.DOWN, 499, 1500)]
)
def test_a_percentage_is_rounded_by_name(rounding: Rounding, off: int, price: int) -> None:
    """19.99 less 25 %: 5.00 off by default, 4.99 where it is rounded down."""
    pricing = priced(line("A", 1999), off=[percentage("0.25", rounding=rounding)])

    assert (eur(off), eur(price)) == (pricing.steps[0].taken, pricing.totals.total)
    assert percentage("0.25").rounding is Rounding.HALF_UP


@pytest.mark.parametrize(
    ("allocation", "off"),
    [(Allocation.PER_UNIT, 1500), (Allocation.PER_LINE, 1499), (Allocation.PER_ORDER, 1999)],
)
def test_a_percentage_is_rounded_where_it_says(allocation: Allocation, off: int) -> None:
    """25 % of 3 x 19.99: 3 x 5.00 by unit, 14.99 by line; with 19.99 more, 19.99 in all."""
    other = () if allocation is not Allocation.PER_ORDER else (line("B", 1999),)
    pricing = priced(
        line("A", 1999, units=3), *other, off=[percentage("0.25", allocation=allocation)]
    )

    assert eur(off) == pricing.steps[0].taken


def test_units_of_unequal_price_are_rounded_one_by_one() -> None:
    """10.00 for 3 units is 3.34, 3.33 and 3.33: half of them is 1.67 each, 5.01 in all."""
    half = percentage("0.5", allocation=Allocation.PER_UNIT)
    pricing = priced(line("A", 400, units=3), off=[fixed(200), half])

    assert [eur(200), eur(501)] == [step.taken for step in pricing.steps]


def test_percentages_are_of_what_is_left() -> None:
    """50 % and 50 % leave a quarter, and never make an order free."""
    pricing = priced(line("A", 10000), off=[percentage("0.5"), percentage("0.5")])

    assert eur(2500) == pricing.totals.total


def test_percentages_of_the_original_price_are_asked_for_by_name() -> None:
    """50 % and 60 % of the original price leave nothing, and 10 % are not used."""
    original = PercentageOf.ORIGINAL
    pricing = priced(
        line("A", 10000), off=[percentage("0.5", of=original), percentage("0.6", of=original)]
    )

    assert eur(0) == pricing.totals.total
    assert [eur(0), eur(1000)] == [step.unused for step in pricing.steps]


def test_discounts_act_in_the_order_in_which_they_stand() -> None:
    """10.00 and then 10 % take 19.00 off 100.00; 10 % and then 10.00 take 20.00."""
    voucher, spring = fixed(1000), percentage("0.1")

    assert eur(8100) == priced(line("A", 10000), off=[voucher, spring]).totals.total
    assert eur(8000) == priced(line("A", 10000), off=[spring, voucher]).totals.total


@pytest.mark.parametrize(
    ("allocation", "off"),
    [
        (Allocation.PER_UNIT, [300, 100]),
        (Allocation.PER_LINE, [100, 100]),
        (Allocation.PER_ORDER, [75, 25]),
    ],
)
def test_a_fixed_amount_is_for_units_lines_or_the_order(
    allocation: Allocation, off: list[int]
) -> None:
    """1.00 off three units and one: 3.00 and 1.00, 1.00 each, or 1.00 by what they cost."""
    lines = (line("A", 1000, units=3), line("B", 1000))
    pricing = priced(*lines, off=[fixed(100, allocation=allocation)])

    assert off == [price.discount.amount for price in pricing.prices]


@pytest.mark.parametrize(
    ("on", "off"),
    [
        (OfSkus(skus=[Sku("SKU-A")]), [100, 0]),
        (OfCategories(categories=["toys"]), [0, 100]),
        (lambda line: line.unit_price >= eur(2000), [0, 100]),
    ],
)
def test_a_discount_is_on_the_lines_it_names(on: OfSkus | OfCategories, off: list[int]) -> None:
    """By sku, by category, or by any predicate of a line."""
    pricing = priced(line("A", 1000), line("B", 2000, category="toys"), off=[fixed(100, on=on)])

    assert off == [price.discount.amount for price in pricing.prices]


def test_a_discount_that_is_on_no_line_is_not_used() -> None:
    """A voucher for toys in a basket without toys: all of it is left."""
    toys = OfCategories(categories=["toys"])
    pricing = priced(line("A", 1000), off=[fixed(100, on=toys), percentage("0.5", on=toys)])

    assert eur(1000) == pricing.totals.total
    assert [eur(100), eur(0)] == [step.unused for step in pricing.steps]


def test_shipping_has_discounts_of_its_own() -> None:
    """Shipping of 4.90 and 2.00 at half the price, less 5.00: free, and 1.55 are not used."""
    pricing = Pricing(
        lines=[line("A", 1000)],
        extras=[shipping(490), shipping(200)],
        discounts=[
            percentage("0.5", on=ChargeTarget.SHIPPING),
            fixed(500, on=ChargeTarget.SHIPPING, allocation=Allocation.PER_UNIT),
        ],
    )

    assert left(pricing) == [1000, 0, 0]
    assert [(eur(345), eur(0)), (eur(345), eur(155))] == [
        (step.taken, step.unused) for step in pricing.steps
    ]
    assert {ChargeTarget.SHIPPING} == {
        charge.on for charge in pricing.charges if charge.kind is ChargeKind.DISCOUNT
    }


def test_goods_and_fees_keep_out_of_each_others_discounts() -> None:
    """A discount of the order takes nothing off shipping and fees, one of shipping nothing else."""
    fee = Extra(kind=ChargeKind.FEE, amount=eur(300), title="gift wrap")
    pricing = Pricing(
        lines=[line("A", 1000)],
        extras=[fee, shipping(490)],
        discounts=[fixed(5000), fixed(90, on=ChargeTarget.SHIPPING)],
    )

    assert left(pricing) == [0, 300, 400]
    assert eur(700) == pricing.totals.total


def test_no_unit_falls_below_its_minimum_price() -> None:
    """Three units with a floor of 8.00 give 6.00 of 20.00; the other line gives the rest."""
    floor = MinimumPrice(sku=Sku("SKU-A"), price=eur(800))
    lines = [line("A", 1000, units=3), line("B", 1000)]
    pricing = Pricing(lines=lines, discounts=[fixed(2000)], minimum_prices=[floor])

    assert left(pricing) == [2400, 0]
    assert eur(400) == pricing.steps[0].unused


def test_a_floor_that_binds_leaves_the_rest_to_the_others() -> None:
    """10.00 off 10.00 with a floor of 9.00, and 20.00: 1.00 and 9.00."""
    floor = MinimumPrice(sku=Sku("SKU-A"), price=eur(900))
    lines = [line("A", 1000), line("B", 2000)]
    pricing = Pricing(lines=lines, discounts=[fixed(1000)], minimum_prices=[floor])

    assert left(pricing) == [900, 1100]


def test_a_price_below_its_minimum_stays_as_it_is() -> None:
    """What is sold below the floor already gets no discount, and is not made dearer."""
    floor = MinimumPrice(sku=Sku("SKU-A"), price=eur(2000))
    pricing = Pricing(lines=[line("A", 1000)], discounts=[fixed(1)], minimum_prices=[floor])

    assert left(pricing) == [1000]


def placed(pricing: Pricing) -> Order:
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


def test_a_cancelled_line_takes_its_share_with_it() -> None:
    """Lines of 60.00 and 40.00 with 10.00 off: without A, B still carries 4.00, not 10.00."""
    order = placed(priced(line("A", 6000), line("B", 4000), off=[fixed(1000)]))
    after = order.cancel(A, quantity=1, at=AT)

    assert (eur(5400), eur(3600)) == (order.line_amount(A), order.line_amount(B))
    assert eur(3600) == after.effective_total


@pytest.mark.parametrize(
    ("prices", "off", "worth"),
    [
        ((600, 400), fixed(100), (540, 360)),
        ((15000, 6000), percentage("0.2"), (12000, 4800)),
    ],
)
def test_what_comes_back_is_worth_what_it_cost(
    prices: tuple[int, int], off: Discount, worth: tuple[int, int]
) -> None:
    """An item is worth its price less its own share of the discount, not less all of it."""
    order = placed(priced(line("A", prices[0]), line("B", prices[1]), off=[off]))

    assert tuple(map(eur, worth)) == (order.line_amount(A), order.line_amount(B))


def test_units_are_worth_the_line_to_the_cent() -> None:
    """10 x 23.90 less 25 %: unit by unit, exactly 179.25."""
    order = placed(priced(line("A", 2390, units=10), off=[percentage("0.25")]))
    running = [order.entitlement(A, units=units).amount for units in range(11)]

    assert running[-1] == 17925
    assert {1792, 1793} == {after - before for before, after in pairwise(running)}


@attrs.frozen(kw_only=True)
class ThreeForTwo:
    """Of each three units of a line, one is free."""

    name: str = "three for two"

    def __call__(self, basket: Basket, /) -> list[Cut]:
        """Return the price of the free units."""
        return [
            Cut(amount=line.unit_price * (line.quantity // 3), on=(line.id,))
            for line in basket.lines
        ]


def test_a_discount_of_ones_own_stands_wherever_ours_do() -> None:
    """Three for two, then 10 % of what is left; the explanation names both."""
    pricing = priced(
        line("A", 1000, units=7), line("B", 500), off=[ThreeForTwo(), percentage("0.1")]
    )

    assert left(pricing) == [4500, 450]
    assert "three for two: 20.00 EUR off" in pricing.explain().splitlines()


def test_cuts_are_on_lines_on_the_order_or_on_the_shipping() -> None:
    """One discount may take off all of them; what is beyond them is not used."""

    @attrs.frozen
    class Everything:
        name: str = "everything"

        def __call__(self, basket: Basket, /) -> list[Cut]:
            return [
                Cut(amount=basket.left_of(A), on=(A,)),
                Cut(amount=basket.goods_left),
                Cut(amount=basket.shipping_left + eur(100), on=ChargeTarget.SHIPPING),
            ]

    pricing = Pricing(
        lines=[line("A", 1000), line("B", 500)],
        extras=[shipping(490), shipping(200)],
        discounts=[Everything()],
    )

    assert left(pricing) == [0, 0, 0, 0]
    assert eur(1000 + 100) == pricing.steps[0].unused


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ([eur(5)], FieldError),
        ([Cut(amount=Money(5, Currency.JPY))], CurrencyMismatchError),
        ([Cut(amount=eur(5), on=(LineId("C"),))], FieldError),
        (None, FieldError),
        (7, FieldError),
    ],
)
def test_a_wrong_answer_of_a_discount_is_refused(answer: Any, error: type[Exception]) -> None:
    """A discount answers with cuts of the basket's lines, in its currency."""

    @attrs.frozen
    class Wrong:
        name: str = "wrong"

        def __call__(self, basket: Basket, /) -> Any:
            return answer

    with pytest.raises(error):
        priced(line("A", 1000), off=[Wrong()])


def test_discounts_are_in_the_currency_of_the_order() -> None:
    """Five yen off an order in euros are refused."""
    yen = FixedDiscount(name="yen", amount=Money(5, Currency.JPY))

    with pytest.raises(CurrencyMismatchError):
        priced(line("A", 1000), off=[yen])


@pytest.mark.parametrize("rate", [Decimal("1.01"), Decimal("-0.1"), Decimal("NaN"), 0.5, None, 2])
def test_a_percentage_is_an_exact_part_of_the_whole(rate: Decimal) -> None:
    """Below 0, above 1, without end or with a float's error, a rate is refused."""
    with pytest.raises(FieldError):
        PercentageDiscount(name="spring", rate=rate)


@pytest.mark.parametrize("rate", [Decimal("0.25"), Fraction(1, 4)])
def test_a_percentage_is_a_decimal_or_a_fraction(rate: Decimal | Fraction) -> None:
    """Both say the same."""
    pricing = priced(line("A", 1999), off=[PercentageDiscount(name="spring", rate=rate)])

    assert eur(1499) == pricing.totals.total


@pytest.mark.parametrize("on", [None, "toys", (A,)])
def test_a_discount_is_on_a_target_or_on_what_a_predicate_says(on: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(FieldError):
        FixedDiscount(name="voucher", amount=eur(5), on=on)


@pytest.mark.parametrize("on", [None, A, ("A",), (A, A), [A]])
def test_a_cut_names_each_line_once(on: Any) -> None:
    """Lines that are no tuple of ids, or twice the same, are refused."""
    with pytest.raises(FieldError):
        Cut(amount=eur(5), on=on)


@pytest.mark.parametrize("nothing", [[], None, [None]])
def test_a_selection_names_something(nothing: list[str]) -> None:
    """No sku and no category is no selection."""
    with pytest.raises(FieldError):
        OfSkus(skus=nothing)
    with pytest.raises(FieldError):
        OfCategories(categories=nothing)


@pytest.mark.parametrize(
    ("discount", "said"),
    [
        (fixed(500), "5.00 EUR in all"),
        (fixed(500, allocation=Allocation.PER_UNIT), "5.00 EUR a unit"),
        (
            fixed(500, allocation=Allocation.PER_LINE, on=OfCategories(categories=["toys", "x"])),
            "5.00 EUR a line for toys, x",
        ),
        (fixed(500, on=ChargeTarget.SHIPPING), "5.00 EUR for shipping"),
        (percentage("0.25"), "25 % of what is left, rounded half up per line"),
        (
            percentage("0.125", on=OfSkus(skus=[Sku("A")]), allocation=Allocation.PER_UNIT),
            "12.5 % of what is left for A, rounded half up per unit",
        ),
        (
            percentage("1", on=ChargeTarget.SHIPPING, of=PercentageOf.ORIGINAL),
            "100 % of the original price for shipping, rounded half up once",
        ),
        (
            PercentageDiscount(name="x", rate=Fraction(1, 3), on=lambda line: line.quantity > 1),
            "100/3 % of what is left for some lines, rounded half up per line",
        ),
    ],
)
def test_discounts_say_what_they_do(
    discount: FixedDiscount | PercentageDiscount, said: str
) -> None:
    """The rule is said with all that changes its result."""
    assert said == discount.explain()
