"""What pricing, its extras and its baskets refuse."""

from decimal import Decimal
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import LineId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import ChargeKind, ChargeTarget, OrderLine
from ecomkit.orders.pricing import (
    Basket,
    Extra,
    FixedDiscount,
    MinimumPrice,
    PercentageDiscount,
    Pricing,
)

EUR = Currency.EUR
LINE = OrderLine(id=LineId("A"), sku=Sku("A"), quantity=2, unit_price=Money(1000, EUR))
SHIPPING = Extra(kind=ChargeKind.SHIPPING, amount=Money(490, EUR))
FLOOR = MinimumPrice(sku=Sku("A"), price=Money(1, EUR))


@attrs.frozen
class Nameless:
    """A callable that has no name."""

    def __call__(self, basket: Basket, /) -> tuple[()]:
        """Return no cuts."""
        return ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lines", []),
        ("lines", None),
        ("lines", [None]),
        ("lines", [LINE, LINE]),
        ("extras", [None]),
        ("extras", 5),
        ("extras", [Extra(kind=ChargeKind.FEE, amount=Money(1, EUR), line=LineId("B"))]),
        ("discounts", None),
        ("discounts", [None]),
        ("discounts", [Nameless()]),
        ("discounts", [LINE]),
        ("tax", Decimal("0.2")),
        ("tax", Nameless()),
        ("minimum_prices", [None]),
        ("minimum_prices", [FLOOR, FLOOR]),
        ("lines", [attrs.evolve(LINE, unit_price=Money(2**62 - 1, EUR))]),
    ],
)
def test_what_cannot_be_priced_is_refused(field: str, value: Any) -> None:
    """At once, and with the field named."""
    with pytest.raises(FieldError):
        attrs.evolve(Pricing(lines=[LINE]), **{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lines", [LINE, attrs.evolve(LINE, id=LineId("B"), unit_price=Money(1, Currency.JPY))]),
        ("extras", [attrs.evolve(SHIPPING, amount=Money(1, Currency.JPY))]),
        ("minimum_prices", [MinimumPrice(sku=Sku("A"), price=Money(1, Currency.JPY))]),
        ("discounts", [FixedDiscount(name="yen", amount=Money(1, Currency.JPY))]),
    ],
)
def test_currencies_never_mix(field: str, value: Any) -> None:
    """Lines, extras, floors and discounts are in one currency; nothing is converted silently."""
    with pytest.raises(CurrencyMismatchError):
        attrs.evolve(Pricing(lines=[LINE]), **{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", ChargeKind.TAX),
        ("kind", ChargeKind.DISCOUNT),
        ("amount", Money(-1, EUR)),
        ("line", LineId("A")),
        ("title", None),
        ("tax_category", 7),
    ],
)
def test_an_extra_is_shipping_or_a_fee(field: str, value: Any) -> None:
    """Taxes and discounts are worked out; shipping belongs to no line."""
    with pytest.raises(FieldError):
        attrs.evolve(SHIPPING, **{field: value})


@pytest.mark.parametrize("amounts", [[], [1], [1, 2, 3], [-1, 0], [None, 0], None])
def test_a_basket_has_an_amount_for_each_part(amounts: list[int]) -> None:
    """As many as lines and extras, none below 0."""
    with pytest.raises(FieldError):
        Basket(currency=EUR, lines=[LINE], extras=[SHIPPING], amounts=amounts)


def test_a_basket_says_what_is_left() -> None:
    """Of a line, of the goods and of the shipping; an unknown line is refused."""
    basket = Basket(currency=EUR, lines=[LINE], extras=[SHIPPING], amounts=[1500, 490])

    assert Money(1500, EUR) == basket.left_of(LineId("A")) == basket.goods_left
    assert Money(490, EUR) == basket.shipping_left
    assert [(part.item, part.units, part.left.amount) for part in basket.parts] == [
        (LINE, 2, 1500),
        (SHIPPING, 1, 490),
    ]
    with pytest.raises(FieldError):
        basket.left_of(LineId("B"))


def test_what_a_discount_would_take_off_can_be_asked() -> None:
    """Called with a basket, a discount answers with cuts, of the lines or of the shipping."""
    basket = Basket(currency=EUR, lines=[LINE], extras=[SHIPPING], amounts=[2000, 490])
    half = PercentageDiscount(name="half", rate=Decimal("0.5"))
    (of_goods,) = half(basket)
    (of_shipping,) = attrs.evolve(half, on=ChargeTarget.SHIPPING)(basket)

    assert (Money(1000, EUR), (LineId("A"),)) == (of_goods.amount, of_goods.on)
    assert (Money(245, EUR), ChargeTarget.SHIPPING) == (of_shipping.amount, of_shipping.on)
