"""Discounts that most shops have: a fixed amount, or a part of the price."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import cached_property
from typing import Any, TypeAlias, assert_never, final

import attrs

from ecomkit._checks import is_a, is_text, refuse
from ecomkit.money import CurrencyMismatchError, Money, Rounding
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import ChargeTarget
from ecomkit.orders.pricing._basket import Basket, Cut, LinePredicate
from ecomkit.orders.pricing._share import Rate, Share, not_negative_rate, percent

__all__ = [
    "Allocation",
    "FixedDiscount",
    "PercentageDiscount",
    "PercentageOf",
]

Wish: TypeAlias = tuple[int, Sequence[int]]
"""Minor units that a discount wants, and the places over which they are shared."""


class Allocation(Enum):
    """
    What a fixed amount is for, or where a percentage is rounded.

    It is about lines: the shipping is always taken as one.
    """

    PER_UNIT = "per_unit"
    """Each unit of each line."""

    PER_LINE = "per_line"
    """Each line, whatever its quantity."""

    PER_ORDER = "per_order"
    """All of them together, and then shared by what is left of each."""


class PercentageOf(Enum):
    """The price that a percentage is a part of."""

    LEFT = "left"
    """What the discounts before it have left: 50 % and 50 % leave a quarter."""

    ORIGINAL = "original"
    """The price before all discounts: 50 % and 50 % leave nothing."""


def _check_on(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, ChargeTarget) and not callable(value):
        raise refuse(instance, attribute.name, value, "a ChargeTarget, or a predicate of a line")


@final
@attrs.frozen(kw_only=True)
class FixedDiscount:
    """
    A fixed *amount* off each unit, each line, or all of them together.

    Args:
        name: What the buyer reads beside it.
        amount: What is taken off; 0 or more.
        allocation: What the amount is for.
        on: All lines (``ChargeTarget.ORDER``), the shipping, or the lines of a predicate.

    Raises:
        FieldError: If a field has no legal value.

    >>> from ecomkit.money import Currency
    >>> voucher = FixedDiscount(name="ten off", amount=Money(1000, Currency.EUR))
    >>> voucher.explain()
    '10.00 EUR in all'
    """

    name: str = attrs.field(validator=is_text)
    amount: Money = attrs.field(validator=not_negative_money)
    allocation: Allocation = attrs.field(default=Allocation.PER_ORDER, validator=is_a(Allocation))
    on: ChargeTarget | LinePredicate = attrs.field(default=ChargeTarget.ORDER, validator=_check_on)

    def __call__(self, basket: Basket, /) -> tuple[Cut, ...]:
        """
        Return the cuts in *basket*.

        Raises:
            CurrencyMismatchError: If the basket is in another currency.
        """
        return _cuts(self, basket=basket)

    def wishes(self, basket: Basket, /) -> list[Wish]:
        """Return the cuts in minor units, and the places among the amounts that they are on."""
        if self.amount.currency is not basket.currency:
            raise CurrencyMismatchError(left=basket.currency, right=self.amount.currency)
        places, amount = basket.places(self.on), self.amount.amount
        match _allocation(self):
            case Allocation.PER_UNIT:
                return [(amount * basket.lines[place].quantity, (place,)) for place in places]
            case Allocation.PER_LINE:
                return [(amount, (place,)) for place in places]
            case Allocation.PER_ORDER:
                return [(amount, places)]
            case _ as unknown:
                assert_never(unknown)

    def explain(self) -> str:
        """Say what is taken off."""
        if self.on is ChargeTarget.SHIPPING:
            return f"{self.amount} for shipping"
        words = {
            Allocation.PER_UNIT: "a unit",
            Allocation.PER_LINE: "a line",
            Allocation.PER_ORDER: "in all",
        }
        return f"{self.amount} {words[self.allocation]}{_target(self.on)}"


@final
@attrs.frozen(kw_only=True)
class PercentageDiscount:
    """
    A part of the price.

    Args:
        name: What the buyer reads beside it.
        rate: The part, 0 to 1: a quarter is 0.25.
        allocation: Where it is rounded.
        on: All lines (``ChargeTarget.ORDER``), the shipping, or the lines of a predicate.
        of: Whether it is a part of what is left, or of the original price.
        rounding: How it is rounded.

    Raises:
        FieldError: If a field has no legal value.

    >>> from decimal import Decimal
    >>> PercentageDiscount(name="spring", rate=Decimal("0.25")).explain()
    '25 % of what is left, rounded half up per line'
    """

    name: str = attrs.field(validator=is_text)
    rate: Rate = attrs.field(validator=not_negative_rate)
    allocation: Allocation = attrs.field(default=Allocation.PER_LINE, validator=is_a(Allocation))
    on: ChargeTarget | LinePredicate = attrs.field(default=ChargeTarget.ORDER, validator=_check_on)
    of: PercentageOf = attrs.field(default=PercentageOf.LEFT, validator=is_a(PercentageOf))
    rounding: Rounding = attrs.field(default=Rounding.HALF_UP, validator=is_a(Rounding))

    def __attrs_post_init__(self) -> None:
        if self.rate > 1:
            raise refuse(self, "rate", self.rate, "0 to 1")

    def __call__(self, basket: Basket, /) -> tuple[Cut, ...]:
        """Return the cuts in *basket*."""
        return _cuts(self, basket=basket)

    def wishes(self, basket: Basket, /) -> list[Wish]:
        """Return the cuts in minor units, and the places among the amounts that they are on."""
        places, share = basket.places(self.on), self._share
        amounts = basket.amounts if self.of is PercentageOf.LEFT else basket.originals
        match _allocation(self):
            case Allocation.PER_UNIT:
                return [
                    (share.of_units(amounts[place], basket.lines[place].quantity), (place,))
                    for place in places
                ]
            case Allocation.PER_LINE:
                return [(share.of(amounts[place]), (place,)) for place in places]
            case Allocation.PER_ORDER:
                return [(share.of(sum(amounts[place] for place in places)), places)]
            case _ as unknown:
                assert_never(unknown)

    def explain(self) -> str:
        """Say which part of what is taken off, and how it is rounded."""
        base = "what is left" if self.of is PercentageOf.LEFT else "the original price"
        how = self.rounding.name.lower().replace("_", " ")
        where = {
            Allocation.PER_UNIT: "per unit",
            Allocation.PER_LINE: "per line",
            Allocation.PER_ORDER: "once",
        }[_allocation(self)]
        return f"{percent(self.rate)} of {base}{_target(self.on)}, rounded {how} {where}"

    @cached_property
    def _share(self) -> Share:
        return Share(*self.rate.as_integer_ratio(), self.rounding)


def _allocation(discount: FixedDiscount | PercentageDiscount) -> Allocation:
    # The shipping is one service, in however many parcels.
    return Allocation.PER_ORDER if discount.on is ChargeTarget.SHIPPING else discount.allocation


def _target(on: ChargeTarget | LinePredicate) -> str:
    if on is ChargeTarget.ORDER:
        return ""
    if on is ChargeTarget.SHIPPING:
        return " for shipping"
    explain = getattr(on, "explain", None)
    return f" for {explain()}" if callable(explain) else " for some lines"


def _cuts(discount: FixedDiscount | PercentageDiscount, *, basket: Basket) -> tuple[Cut, ...]:
    shipping = discount.on is ChargeTarget.SHIPPING
    return tuple(
        Cut(
            amount=Money(amount, basket.currency),
            on=ChargeTarget.SHIPPING
            if shipping
            else tuple(basket.lines[place].id for place in places),
        )
        for amount, places in discount.wishes(basket)
    )
