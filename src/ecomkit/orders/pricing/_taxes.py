"""Tax rules: rates by tax category, an exemption, or one's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol, TypeAlias, assert_never, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text, refuse
from ecomkit.errors import InputError, shown
from ecomkit.money import Money, prorate
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import Taxation
from ecomkit.orders._tax import TaxMode, TaxTerms
from ecomkit.orders._trade import TaxExemption
from ecomkit.orders.pricing._basket import Basket
from ecomkit.orders.pricing._share import Rate, Share, not_negative_rate, percent

__all__ = ["NoTax", "NoTaxRateError", "TaxAmount", "TaxRate", "TaxRates", "TaxRule"]

MinorTaxes: TypeAlias = tuple[list[int], list[str]]
"""The tax of each part in minor units, and what the buyer reads beside it."""


@attrs.frozen(kw_only=True)
class NoTaxRateError(InputError):
    """
    Raised when a line or an extra has a tax category that no rate is for.

    >>> print(NoTaxRateError(category="books"))
    no tax rate is for the category 'books'; add one, 0 % if there is no tax
    """

    category: str | None

    @property
    def message(self) -> str:
        """The category, and what to do."""
        what = "what names no category" if self.category is None else "the category "
        named = "" if self.category is None else shown(self.category)
        return f"no tax rate is for {what}{named}; add one, 0 % if there is no tax"


@final
@attrs.frozen(kw_only=True)
class TaxAmount:
    """The tax on one part of a basket, and what the buyer reads beside it."""

    amount: Money = attrs.field(validator=not_negative_money)
    title: str = attrs.field(default="", validator=is_text)


class TaxRule(Protocol):
    """
    A tax rule: anything with terms that can be called with a basket.

    The basket is what all discounts have left. The terms are stored with the order and say
    whether the amounts stand on top of the prices or inside them.
    """

    @property
    def terms(self) -> TaxTerms:
        """Where the tax stands, and where and how it is rounded."""
        ...

    def __call__(self, basket: Basket, /) -> Sequence[TaxAmount]:
        """Return one amount for each of the parts of *basket*, 0 where there is no tax."""
        ...


@final
@attrs.frozen(kw_only=True)
class TaxRate:
    """
    The rate of some tax *categories*; of what names no category, if there are none.

    Raises:
        FieldError: If the rate is below 0, or no exact number.

    >>> from decimal import Decimal
    >>> TaxRate(rate=Decimal("0.055"), categories=["books", "food"], name="VAT").title
    'VAT 5.5 %'
    """

    rate: Rate = attrs.field(validator=not_negative_rate)
    categories: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    name: str = attrs.field(default="", validator=is_text)

    @property
    def title(self) -> str:
        """What the buyer reads: the name and the rate."""
        return f"{self.name} {percent(self.rate)}".lstrip()


@final
@attrs.frozen(kw_only=True)
class TaxRates:
    """
    Tax by category, on the terms of the shop.

    Tax that is added is the price times the rate; tax that is inside a price is the price times
    rate / (1 + rate). It is rounded on each unit, on each line and extra, or once for all that
    has the same rate (EN 16931, BR-CO-17, has it so) and then shared by largest remainder.

    Raises:
        FieldError: If two rates are for one category.

    >>> from decimal import Decimal
    >>> from ecomkit.money import Rounding
    >>> rates = TaxRates(
    ...     terms=TaxTerms(
    ...         taxation=Taxation.INCLUDED, mode=TaxMode.PER_LINE, rounding=Rounding.HALF_UP
    ...     ),
    ...     rates=[
    ...         TaxRate(rate=Decimal("0.2"), name="TVA"),
    ...         TaxRate(rate=Decimal("0.055"), name="TVA", categories=["books"]),
    ...     ],
    ... )
    >>> [rate.title for rate in rates.rates]
    ['TVA 20 %', 'TVA 5.5 %']
    """

    terms: TaxTerms = attrs.field(validator=is_a(TaxTerms))
    rates: tuple[TaxRate, ...] = attrs.field(converter=as_tuple, validator=each(TaxRate))

    def __attrs_post_init__(self) -> None:
        named = [category for rate in self.rates for category in rate.categories or (None,)]
        if len(set(named)) < len(named):
            raise refuse(self, "rates", named, "at most one for each category")

    def __call__(self, basket: Basket, /) -> tuple[TaxAmount, ...]:
        """
        Return the tax on each part of *basket*.

        Raises:
            NoTaxRateError: If no rate is for the category of a part.
        """
        amounts, titles = self.in_minor_units(basket)
        return tuple(
            TaxAmount(amount=Money(amount, basket.currency), title=title)
            for amount, title in zip(amounts, titles, strict=True)
        )

    def in_minor_units(self, basket: Basket, /) -> MinorTaxes:
        """
        Return the tax on each part of *basket* in minor units, and its titles.

        Raises:
            NoTaxRateError: If no rate is for the category of a part.
        """
        rows = [self._row(item.tax_category) for item in basket.items]
        amounts = basket.amounts
        match self.terms.mode:
            case TaxMode.PER_UNIT:
                units = [*(line.quantity for line in basket.lines), *(1 for _ in basket.extras)]
                taxes = [
                    row.share.of_units(amount, quantity)
                    for row, amount, quantity in zip(rows, amounts, units, strict=True)
                ]
            case TaxMode.PER_LINE:
                taxes = [row.share.of(amount) for row, amount in zip(rows, amounts, strict=True)]
            case TaxMode.PER_ORDER:
                taxes = _once(rows, amounts=amounts)
            case _:
                assert_never(self.terms.mode)
        return taxes, [row.title for row in rows]

    def _row(self, category: str | None) -> _Row:
        try:
            return self._rows[category]
        except KeyError:
            raise NoTaxRateError(category=category) from None

    @cached_property
    def _rows(self) -> dict[str | None, _Row]:
        # What has the same rate is one row, also where that is written in two ways.
        known: dict[tuple[str, Share], _Row] = {}
        rows: dict[str | None, _Row] = {}
        for rate in self.rates:
            numerator, denominator = rate.rate.as_integer_ratio()
            if self.terms.taxation is Taxation.INCLUDED:
                denominator += numerator
            share = Share(numerator, denominator, self.terms.rounding)
            row = known.setdefault((rate.title, share), _Row(title=rate.title, share=share))
            rows |= dict.fromkeys(rate.categories or (None,), row)
        return rows


@attrs.frozen(kw_only=True, eq=False)
class _Row:
    """A rate, made ready to be applied to many amounts."""

    title: str
    share: Share


def _once(rows: Sequence[_Row], *, amounts: Sequence[int]) -> list[int]:
    taxes = [0] * len(amounts)
    groups: dict[_Row, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row, []).append(place)
    for row, places in groups.items():
        bases = [amounts[place] for place in places]
        shares = prorate(row.share.of(sum(bases)), bases)
        for place, tax in zip(places, shares, strict=True):
            taxes[place] = tax
    return taxes


@final
@attrs.frozen(kw_only=True)
class NoTax:
    """
    No tax, for the reason of an *exemption*, such as a reverse charge or an export.

    Prices stay as they are: where they were made with a tax inside, taking it off is a discount
    that the shop gives.
    """

    terms: TaxTerms = attrs.field(validator=is_a(TaxTerms))
    exemption: TaxExemption = attrs.field(validator=is_a(TaxExemption))

    def __call__(self, basket: Basket, /) -> tuple[TaxAmount, ...]:
        """Return no tax for each part of *basket*, titled with the reason."""
        nothing = Money.zero(basket.currency)
        return (TaxAmount(amount=nothing, title=self.exemption.reason.value),) * len(
            basket.amounts
        )
