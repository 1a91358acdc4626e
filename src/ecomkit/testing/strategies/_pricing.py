"""Strategies for pricing: lines, extras, discounts and taxes of all kinds together."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import attrs
from hypothesis import strategies as st

from ecomkit.identifiers import LineId, Sku
from ecomkit.money import Currency, Money, Rounding
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
    Allocation,
    Extra,
    FixedDiscount,
    MinimumPrice,
    NoTax,
    OfCategories,
    OfSkus,
    PercentageDiscount,
    PercentageOf,
    Pricing,
    TaxRate,
    TaxRates,
)
from ecomkit.testing.strategies._orders import order_lines

__all__ = ["discounts", "pricings", "tax_rules"]

# The simplest first, since shrinking ends there: two digits, none, three.
_CURRENCIES = (Currency.EUR, Currency.JPY, Currency.KWD)
_TAX_CATEGORIES = (None, "reduced", "zero")


def tax_rules(
    *, taxation: Taxation | None = None, mode: TaxMode | None = None
) -> st.SearchStrategy[TaxRates | NoTax]:
    """Return rates for some categories, zero among them, and exemptions; on all terms but those named."""
    terms = st.builds(
        TaxTerms,
        taxation=st.sampled_from(Taxation) if taxation is None else st.just(taxation),
        mode=st.sampled_from(TaxMode) if mode is None else st.just(mode),
        rounding=st.sampled_from(Rounding),
    )
    rates = st.tuples(_rates(), _rates().map(lambda rate: rate / 2)).map(
        lambda pair: (
            TaxRate(rate=pair[0], name="VAT"),
            TaxRate(rate=pair[1], name="VAT", categories=("reduced",)),
            TaxRate(rate=Decimal(0), name="VAT", categories=("zero",)),
        )
    )
    by_category = st.builds(TaxRates, terms=terms, rates=rates)
    exemptions = st.builds(
        TaxExemption, reason=st.sampled_from(ExemptionReason), reference=st.just("DE123456789")
    )
    exempt = st.builds(NoTax, terms=terms, exemption=exemptions)
    return st.one_of(by_category, by_category, by_category, exempt)


def discounts(
    *, currency: Currency = Currency.EUR
) -> st.SearchStrategy[FixedDiscount | PercentageDiscount]:
    """Return discounts on lines, on the order and on shipping, fixed in *currency* or percentages."""
    on = st.one_of(
        st.sampled_from(ChargeTarget),
        st.builds(OfSkus, skus=st.lists(st.sampled_from("ABC").map(Sku), min_size=1, max_size=2)),
        st.builds(
            OfCategories,
            categories=st.lists(st.sampled_from(("toys", "books")), min_size=1, max_size=2),
        ),
    )
    names = st.sampled_from(("spring", "voucher", "sorry"))
    allocations = st.sampled_from(Allocation)
    return st.one_of(
        st.builds(
            FixedDiscount,
            name=names,
            amount=st.integers(0, 200_000).map(lambda amount: Money(amount, currency)),
            allocation=allocations,
            on=on,
        ),
        st.builds(
            PercentageDiscount,
            name=names,
            rate=st.decimals(0, 1, places=3),
            allocation=allocations,
            on=on,
            of=st.sampled_from(PercentageOf),
            rounding=st.sampled_from(Rounding),
        ),
    )


@st.composite
def pricings(
    draw: st.DrawFn,
    *,
    tax: st.SearchStrategy[TaxRates | NoTax] | None = None,
    max_lines: int = 4,
    max_discounts: int = 3,
) -> Pricing:
    """Return orders that are priced, in currencies of 0, 2 and 3 digits; *tax* bounds the rules."""
    currency = draw(st.sampled_from(_CURRENCIES))
    lines = [
        attrs.evolve(line, id=LineId(str(place)), tax_category=category)
        for place, (line, category) in enumerate(draw(_lines(currency, max_lines)), start=1)
    ]
    extras = [
        attrs.evolve(extra, line=draw(st.sampled_from((None, *(line.id for line in lines)))))
        if extra.kind is ChargeKind.FEE
        else extra
        for extra in draw(_extras(currency))
    ]
    return Pricing(
        lines=draw(st.permutations(lines)),
        extras=extras,
        discounts=draw(_stacks(currency, max_discounts)),
        tax=draw(_RULES if tax is None else tax),
        minimum_prices=draw(_floors(currency)),
    )


def _rates() -> st.SearchStrategy[Decimal]:
    return st.one_of(
        st.sampled_from((Decimal("0.2"), Decimal("0.055"), Decimal("0.14975"))),
        st.decimals(0, 1, places=4),
    )


# Strategies are made once for each currency: making them costs more than drawing from them.

_RULES = st.one_of(st.none(), tax_rules())


@cache
def _lines(currency: Currency, most: int) -> st.SearchStrategy[list[tuple[OrderLine, str | None]]]:
    line = st.tuples(order_lines(currency=currency), st.sampled_from(_TAX_CATEGORIES))
    return st.lists(line, min_size=1, max_size=most)


@cache
def _stacks(
    currency: Currency, most: int
) -> st.SearchStrategy[list[FixedDiscount | PercentageDiscount]]:
    return st.lists(discounts(currency=currency), max_size=most)


@cache
def _extras(currency: Currency) -> st.SearchStrategy[list[Extra]]:
    extra = st.builds(
        Extra,
        kind=st.sampled_from((ChargeKind.SHIPPING, ChargeKind.FEE)),
        amount=_small(currency),
        title=st.sampled_from(("", "express", "gift wrap")),
        tax_category=st.sampled_from(_TAX_CATEGORIES),
    )
    return st.lists(extra, max_size=2)


@cache
def _floors(currency: Currency) -> st.SearchStrategy[list[MinimumPrice]]:
    floor = st.builds(MinimumPrice, sku=st.sampled_from("ABC").map(Sku), price=_small(currency))
    return st.lists(floor, max_size=2, unique_by=lambda floor: floor.sku)


def _small(currency: Currency) -> st.SearchStrategy[Money]:
    return st.integers(0, 5_000).map(lambda amount: Money(amount, currency))
