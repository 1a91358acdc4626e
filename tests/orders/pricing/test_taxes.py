"""Taxes by example: rates, places of rounding, exemptions, and rules of one's own."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import LineId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money, Rounding, sum_money
from ecomkit.orders import (
    ChargeKind,
    ChargeTarget,
    ExemptionReason,
    OrderLine,
    Taxation,
    TaxExemption,
    TaxMode,
    TaxTerms,
)
from ecomkit.orders.pricing import (
    Basket,
    Extra,
    FixedDiscount,
    NoTax,
    NoTaxRateError,
    PercentageDiscount,
    Pricing,
    TaxAmount,
    TaxRate,
    TaxRates,
)

A, B = LineId("A"), LineId("B")


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


def line(
    name: str,
    price: int,
    *,
    units: int = 1,
    category: str | None = None,
    currency: Currency = Currency.EUR,
) -> OrderLine:
    """Return a line of some units, in a tax category."""
    return OrderLine(
        id=LineId(name),
        sku=Sku(f"SKU-{name}"),
        quantity=units,
        unit_price=Money(price, currency),
        tax_category=category,
    )


def terms(
    taxation: Taxation = Taxation.ADDED,
    *,
    mode: TaxMode = TaxMode.PER_LINE,
    rounding: Rounding = Rounding.HALF_UP,
) -> TaxTerms:
    """Return terms, of tax that is added and rounded half up on lines unless said otherwise."""
    return TaxTerms(taxation=taxation, mode=mode, rounding=rounding)


def rates(standard: str, on: TaxTerms, *, books: str | None = None, name: str = "VAT") -> TaxRates:
    """Return a standard rate, and one for books."""
    of_books = (
        [] if books is None else [TaxRate(rate=Decimal(books), categories=["books"], name=name)]
    )
    return TaxRates(terms=on, rates=[TaxRate(rate=Decimal(standard), name=name), *of_books])


def taxes(pricing: Pricing) -> list[int]:
    """Return the tax of each line and extra, in minor units."""
    return [price.tax.amount for price in pricing.prices]


@pytest.mark.parametrize(
    ("currency", "price", "rounding", "expected"),
    [
        (Currency.JPY, 1127, Rounding.HALF_UP, 113),
        (Currency.JPY, 1127, Rounding.DOWN, 112),
        (Currency.KWD, 1127, Rounding.HALF_UP, 113),
        (Currency.KWD, 1_127_005, Rounding.HALF_UP, 112_701),
    ],
)
@pytest.mark.parametrize("mode", TaxMode)
def test_tax_is_rounded_to_the_minor_unit_by_name(
    mode: TaxMode, currency: Currency, price: int, rounding: Rounding, expected: int
) -> None:
    """Ten percent of 1127 yen are 113 or 112, and dinars keep three digits."""
    pricing = Pricing(
        lines=[line("A", price, currency=currency)],
        tax=rates("0.1", terms(mode=mode, rounding=rounding)),
    )

    assert Money(expected, currency) == pricing.totals.tax_added
    assert Money(price + expected, currency) == pricing.totals.total


@pytest.mark.parametrize(
    ("mode", "total", "shares"),
    [(TaxMode.PER_LINE, 117, [45, 72]), (TaxMode.PER_ORDER, 116, [44, 72])],
)
def test_tax_per_line_and_per_order_differ(mode: TaxMode, total: int, shares: list[int]) -> None:
    """2.98 and 4.79 at 14.975 %: 1.17 by line, 1.16 once; the totals follow the terms."""
    pricing = Pricing(
        lines=[line("A", 298), line("B", 479)], tax=rates("0.14975", terms(mode=mode))
    )

    assert eur(total) == pricing.totals.tax_added
    assert shares == taxes(pricing)
    assert pricing.terms == terms(mode=mode)


def test_tax_per_unit_is_rounded_on_each() -> None:
    """Ten units of 0.33 at 20 %: 0.07 each and 0.70 in all; by line it is 0.66."""
    lines = [line("A", 33, units=10)]

    assert taxes(Pricing(lines=lines, tax=rates("0.2", terms(mode=TaxMode.PER_UNIT)))) == [70]
    assert taxes(Pricing(lines=lines, tax=rates("0.2", terms()))) == [66]


def test_units_that_do_not_cost_the_same_are_taxed_one_by_one() -> None:
    """0.32 for 3 units is 0.11, 0.11 and 0.10: at 14 % each is 0.02, 0.02 and 0.01."""
    on = terms(mode=TaxMode.PER_UNIT)
    off = FixedDiscount(name="cent", amount=eur(1))
    pricing = Pricing(lines=[line("A", 11, units=3)], discounts=[off], tax=rates("0.14", on))

    assert taxes(pricing) == [2 + 2 + 1]


def test_tax_inside_the_prices_is_shown_and_adds_nothing() -> None:
    """10 x 23.90 less 25 % with 20 % tax inside: 179.25, of which 29.88 are tax."""
    pricing = Pricing(
        lines=[line("A", 2390, units=10)],
        discounts=[PercentageDiscount(name="spring", rate=Decimal("0.25"))],
        tax=rates("0.2", terms(Taxation.INCLUDED)),
    )

    assert eur(17925) == pricing.totals.total
    assert eur(2988) == pricing.totals.tax_included
    assert eur(14937) == pricing.net


def test_a_discount_over_two_rates_lowers_the_tax_of_each() -> None:
    """30.00 off 100.00 at 20 % and 50.00 at 5.5 %: 20.00 and 10.00 off, before tax."""
    pricing = Pricing(
        lines=[line("A", 10000), line("B", 5000, category="books")],
        discounts=[FixedDiscount(name="voucher", amount=eur(3000))],
        tax=rates("0.2", terms(), books="0.055"),
    )

    assert [price.discount.amount for price in pricing.prices] == [2000, 1000]
    assert taxes(pricing) == [1600, 220]
    assert eur(13820) == pricing.totals.total


def test_a_cent_left_over_goes_to_the_same_line_however_lines_stand() -> None:
    """One cent off two lines of 0.03: the tax is the same, whichever of them stands first."""
    lines = [line("A", 3), line("B", 3, category="books")]
    off = FixedDiscount(name="cent", amount=eur(1))
    tax = rates("0.2", terms(), books="0")
    one, other = (
        Pricing(lines=both, discounts=[off], tax=tax) for both in (lines, reversed(lines))
    )

    assert one.totals == other.totals
    assert set(one.prices) == set(other.prices)


def test_a_discount_is_in_the_terms_of_the_prices() -> None:
    """12.00 off a gross price of 120.00 is gross: 108.00 are paid, 18.00 of them tax."""
    pricing = Pricing(
        lines=[line("A", 12000)],
        discounts=[FixedDiscount(name="voucher", amount=eur(1200))],
        tax=rates("0.2", terms(Taxation.INCLUDED)),
    )

    assert (eur(10800), eur(1800)) == (pricing.totals.total, pricing.totals.tax_included)


def test_shipping_and_fees_have_tax_of_their_own() -> None:
    """Books at 5.5 %, shipping and gift wrap at 20 %, a payment fee at 0 %."""
    extras = [
        Extra(kind=ChargeKind.SHIPPING, amount=eur(490)),
        Extra(kind=ChargeKind.FEE, amount=eur(300), title="gift wrap", line=A),
        Extra(kind=ChargeKind.FEE, amount=eur(100), title="card", tax_category="books"),
    ]
    pricing = Pricing(
        lines=[line("A", 1000, category="books")],
        extras=extras,
        tax=rates("0.2", terms(), books="0.055"),
    )
    charged = [charge for charge in pricing.charges if charge.kind is ChargeKind.TAX]

    assert [
        (eur(55), A, ChargeTarget.ORDER, "VAT 5.5 %"),
        (eur(98), None, ChargeTarget.SHIPPING, "VAT 20 %"),
        (eur(60), A, ChargeTarget.ORDER, "VAT 20 %"),
        (eur(6), None, ChargeTarget.ORDER, "VAT 5.5 %"),
    ] == [(tax.amount, tax.line, tax.on, tax.title) for tax in charged]


def test_shipping_is_taxed_with_the_goods_of_its_rate() -> None:
    """Once for the order means once for all of one rate: 0.12 and 0.12 at 10 % are 0.02."""
    pricing = Pricing(
        lines=[line("A", 12)],
        extras=[Extra(kind=ChargeKind.SHIPPING, amount=eur(12))],
        tax=rates("0.1", terms(mode=TaxMode.PER_ORDER)),
    )

    assert eur(2) == pricing.totals.tax_added
    assert taxes(pricing) == [1, 1]


def test_one_rate_written_twice_is_one_rate() -> None:
    """Two categories with the same rate and name are rounded and shown together."""
    two = TaxRates(
        terms=terms(mode=TaxMode.PER_ORDER),
        rates=[
            TaxRate(rate=Decimal("0.055"), categories=["books"]),
            TaxRate(rate=Decimal("0.0550"), categories=["food"]),
        ],
    )
    lines = [line("A", 100, category="books"), line("B", 100, category="food")]
    pricing = Pricing(lines=lines, tax=two)

    assert eur(11) == pricing.totals.tax_added
    assert [tax.explain() for tax in pricing.taxes] == ["5.5 % on 2.00 EUR: 0.11 EUR"]


def test_a_rate_of_zero_is_shown_and_brings_no_charge() -> None:
    """0 % is in the summary with its base, and no charge of 0 is made of it."""
    pricing = Pricing(lines=[line("A", 1000)], tax=rates("0", terms()))

    assert [tax.explain() for tax in pricing.taxes] == ["VAT 0 % on 10.00 EUR: 0.00 EUR"]
    assert pricing.charges == ()


@pytest.mark.parametrize("taxation", Taxation)
def test_an_exemption_has_a_reason_and_no_tax(taxation: Taxation) -> None:
    """A reverse charge leaves the prices as they are, and says why there is no tax."""
    exemption = TaxExemption(reason=ExemptionReason.REVERSE_CHARGE, reference="DE123456789")
    rule = NoTax(terms=terms(taxation), exemption=exemption)
    pricing = Pricing(lines=[line("A", 1000)], tax=rule)

    assert eur(1000) == pricing.totals.total == pricing.net
    assert "the buyer accounts for the tax on 10.00 EUR: 0.00 EUR" in pricing.explain()
    assert "DE123456789" not in pricing.explain() + repr(pricing)


def test_without_a_rule_there_is_no_tax() -> None:
    """No terms, no taxes, nothing said of them."""
    pricing = Pricing(lines=[line("A", 1000)])

    assert (pricing.terms, pricing.taxes) == (None, ())
    assert pricing.explain() == "goods: 10.00 EUR\ntotal: 10.00 EUR"


@pytest.mark.parametrize(
    ("category", "said"),
    [
        ("toys", "no tax rate is for the category 'toys'; add one, 0 % if there is no tax"),
        (None, "no tax rate is for what names no category; add one, 0 % if there is no tax"),
    ],
)
def test_a_category_without_a_rate_is_refused(category: str | None, said: str) -> None:
    """A rate that is missing is never taken for no tax, nor for the standard rate."""
    books = TaxRates(terms=terms(), rates=[TaxRate(rate=Decimal("0.055"), categories=["books"])])
    with pytest.raises(NoTaxRateError) as caught:
        Pricing(lines=[line("A", 1000, category=category)], tax=books)

    assert said == str(caught.value)


def test_a_category_has_one_rate() -> None:
    """Two rates for one category, or two for what names none, are refused."""
    for categories in ([], ["books"]):
        rate = TaxRate(rate=Decimal("0.2"), categories=categories)
        with pytest.raises(FieldError):
            TaxRates(terms=terms(), rates=[rate, rate])


@pytest.mark.parametrize(
    "rate", [Decimal("-0.1"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e1000000"), 0.2, True]
)
def test_tax_rates_are_exact_and_not_negative(rate: Decimal) -> None:
    """A rate below 0, without end or with a float's error is refused."""
    with pytest.raises(FieldError):
        TaxRate(rate=rate)


@pytest.mark.parametrize(
    ("rate", "title"),
    [
        (Decimal("0.2"), "20 %"),
        (Decimal("0.20"), "20 %"),
        (Decimal("0.0055"), "0.55 %"),
        (Fraction(1, 3), "100/3 %"),
        (1, "100 %"),
        (Decimal("1E-99"), f"0.{'0' * 96}1 %"),
        (Fraction(1, 2**101), f"{Fraction(25, 2**99)} %"),
    ],
)
def test_rates_are_written_as_people_write_them(
    rate: Decimal | Fraction | int, title: str
) -> None:
    """In percent, without zeros that say nothing, and with nothing lost."""
    assert title == TaxRate(rate=rate).title
    assert f"VAT {title}" == TaxRate(rate=rate, name="VAT").title


@attrs.frozen(kw_only=True)
class SwissCash:
    """7.7 % on top, rounded to five minor units: there are no smaller coins."""

    terms: TaxTerms

    def __call__(self, basket: Basket, /) -> list[TaxAmount]:
        """Return the tax of each part."""
        return [
            TaxAmount(
                amount=part.left.times(Decimal("0.077") / 5, rounding=self.terms.rounding) * 5,
                title=f"MWST on {part.units}",
            )
            for part in basket.parts
        ]


def test_a_tax_rule_of_ones_own_stands_wherever_ours_do() -> None:
    """7.7 % of 10.10 and 3.00 of shipping to five centimes: 0.80 and 0.25."""
    francs = Currency.CHF
    pricing = Pricing(
        lines=[line("A", 505, units=2, currency=francs)],
        extras=[Extra(kind=ChargeKind.SHIPPING, amount=Money(300, francs))],
        tax=SwissCash(terms=terms()),
    )

    assert taxes(pricing) == [80, 25]
    assert [tax.title for tax in pricing.taxes] == ["MWST on 2", "MWST on 1"]
    assert Money(1415, francs) == pricing.totals.total


@attrs.frozen
class Wrong:
    """A rule with terms that answers with what it was told."""

    answer: Any
    terms: TaxTerms

    def __call__(self, basket: Basket, /) -> Any:
        """Return what it was told."""
        return self.answer


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ([], FieldError),
        ([TaxAmount(amount=Money(5, Currency.EUR))] * 2, FieldError),
        ([TaxAmount(amount=Money(1001, Currency.EUR))], FieldError),
        ([TaxAmount(amount=Money(5, Currency.JPY))], CurrencyMismatchError),
        ([Money(5, Currency.EUR)], FieldError),
        (None, FieldError),
    ],
)
def test_a_wrong_answer_of_a_tax_rule_is_refused(
    answer: Sequence[TaxAmount], error: type[Exception]
) -> None:
    """One amount a part, in its currency, and none inside a price that is larger than it."""
    rule = Wrong(answer, terms(Taxation.INCLUDED))
    with pytest.raises(error):
        Pricing(lines=[line("A", 1000)], tax=rule)


def test_tax_on_top_may_be_larger_than_the_price() -> None:
    """Some duties are: it is only inside a price that a tax has an end."""
    rule = Wrong([TaxAmount(amount=eur(1001))], terms())
    pricing = Pricing(lines=[line("A", 1000)], tax=rule)

    assert eur(2001) == pricing.totals.total


def test_a_large_tax_breaks_no_law() -> None:
    """300 % inside a price of 1.00 are 0.75, the rest is what the shop keeps."""
    pricing = Pricing(lines=[line("A", 100)], tax=rates("3", terms(Taxation.INCLUDED)))

    assert (eur(75), eur(25)) == (pricing.totals.tax_included, pricing.net)
    assert eur(100) == sum_money(price.gross for price in pricing.prices)
