"""Offers: what a quantity costs under price breaks, and what the supplier takes."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import PriceListEntry, PriceTier
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku, SupplierId
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.replenishment import LeadTime
from ecomkit.replenishment.purchasing import (
    Discount,
    SupplierBook,
    SupplierCalendar,
    SupplierOffer,
    SupplierTerms,
)
from ecomkit.timeline import BusinessCalendar, instant

LAMP = Sku("LAMP")


def offer(
    *tiers: tuple[int, int], sku: Sku = LAMP, minimum: int = 1, multiple: int = 1, **fields: Any
) -> SupplierOffer:
    """Return an offer with tiers of units and cents."""
    entry = PriceListEntry(
        sku=sku,
        tiers=[
            PriceTier(
                from_units=units, unit_price=Money(cents, fields.pop("currency", Currency.EUR))
            )
            for units, cents in tiers or [(1, 100)]
        ],
        minimum=minimum,
        multiple=multiple,
    )
    return SupplierOffer(entry=entry, **fields)


@st.composite
def offers(draw: st.DrawFn) -> SupplierOffer:
    """Return offers of one to four tiers."""
    breaks = sorted(draw(st.sets(st.integers(2, 60), max_size=3)))
    prices = sorted(
        draw(st.lists(st.integers(0, 500), min_size=len(breaks) + 1, max_size=len(breaks) + 1)),
        reverse=True,
    )
    return offer(
        *zip([1, *breaks], prices, strict=True),
        minimum=draw(st.integers(1, 30)),
        multiple=draw(st.integers(1, 12)),
        discount=draw(st.sampled_from(Discount)),
    )


@given(offers(), st.integers(0, 90))
def test_a_cost_is_the_sum_over_its_units(one: SupplierOffer, units: int) -> None:
    """All units at the price that is reached, or each unit at the price of its own tier."""
    prices = [one.entry.unit_price(place).amount for place in range(1, units + 1)]
    if one.discount is Discount.ALL_UNITS and prices:
        prices = prices[-1:] * units

    assert Money(sum(prices), Currency.EUR) == one.cost(units)


@given(offers(), st.integers(1, 90))
def test_discounts_agree_below_the_first_break(one: SupplierOffer, units: int) -> None:
    """Incremental discounts never cost less than those on all units, and the same without breaks."""
    every, beyond = (SupplierOffer(entry=one.entry, discount=kind) for kind in Discount)

    assert every.cost(units) <= beyond.cost(units)
    if len(one.entry.tiers) == 1 or units < one.entry.tiers[1].from_units:
        assert every.cost(units) == beyond.cost(units)


@given(offers(), st.integers(0, 200))
def test_what_a_supplier_takes_is_enough_and_legal(one: SupplierOffer, wanted: int) -> None:
    """0, or at least what is wanted and the minimum, in whole cases, and no case too many."""
    steps = one.steps(wanted)
    if not wanted:
        assert steps == ()
        return
    taken = steps[-1].after

    assert taken >= max(wanted, one.entry.minimum)
    assert taken % one.entry.multiple == 0
    assert taken - one.entry.multiple < max(wanted, one.entry.minimum)
    assert [wanted, steps[0].after] == [step.before for step in steps]


def test_an_offer_holds_on_its_first_and_last_day() -> None:
    """An end that is open has no bound."""
    march = offer(valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]

    assert [march.holds_on(day) for day in days] == [False, True, True, False]
    assert all(offer().holds_on(day) for day in days)
    april = offer(valid_from=date(2026, 4, 1))
    assert not march.overlaps(april)
    assert not april.overlaps(march)
    assert offer().overlaps(march)
    until = offer(valid_to=date(2026, 3, 1))
    assert march.overlaps(until)
    assert until.overlaps(march)


def test_the_largest_count_has_a_cost() -> None:
    """What costs nothing costs nothing at any quantity."""
    assert Money(0, Currency.EUR) == offer((1, 0)).cost(10**15)
    assert [step.after for step in offer().steps(10**15)] == [10**15] * 2


@pytest.mark.parametrize("units", [-1, True, 1.0, None, 10**16, 10**400])
def test_units_are_counted(units: Any) -> None:
    """A cost is asked for a whole number of units, not beyond the largest count."""
    with pytest.raises(FieldError):
        offer((1, 0)).cost(units)
    with pytest.raises(FieldError):
        offer().steps(units)


@pytest.mark.parametrize(
    "wrong",
    [
        {"entry": 1},
        {"discount": "all"},
        {"valid_from": "2026-03-01"},
        {"valid_to": date(2026, 2, 28), "valid_from": date(2026, 3, 1)},
    ],
    ids=str,
)
def test_an_offer_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Each field is checked."""
    with pytest.raises(FieldError) as caught:
        SupplierOffer(**{"entry": offer().entry, **wrong})
    assert next(iter(wrong)) == caught.value.field


def terms(*offered: SupplierOffer, **fields: Any) -> SupplierTerms:
    """Return the terms of the mill."""
    fields = {"supplier": SupplierId("mill"), "takes": LeadTime(mean_days=9.2), **fields}
    return SupplierTerms(offers=offered, **fields)


def test_no_two_offers_of_a_sku_hold_on_one_day() -> None:
    """One after the other is well; another sku is no matter."""
    old, new = offer(valid_to=date(2026, 3, 31)), offer((1, 90), valid_from=date(2026, 4, 1))
    both = terms(old, new, offer(sku=Sku("TIGER")))

    assert (old, new) == (
        both.offer(LAMP, on=date(2026, 3, 31)),
        both.offer(LAMP, on=date(2026, 4, 1)),
    )
    assert both.offer(Sku("OWL"), on=date(2026, 4, 1)) is None
    assert terms(old).offer(LAMP, on=date(2026, 4, 1)) is None
    with pytest.raises(FieldError) as caught:
        terms(old, offer())
    assert caught.value.field == "offers"


def test_terms_are_in_one_currency() -> None:
    """Prices and minimum have one currency, and the minimum is not below 0."""
    dollars = SupplierOffer(
        entry=PriceListEntry(
            sku=Sku("TIGER"), tiers=[PriceTier(from_units=1, unit_price=Money(1, Currency.USD))]
        )
    )
    with pytest.raises(CurrencyMismatchError):
        terms(offer(), dollars)
    with pytest.raises(CurrencyMismatchError):
        terms(offer(), minimum_value=Money(1, Currency.USD))
    with pytest.raises(FieldError):
        terms(offer(), minimum_value=Money(-1, Currency.EUR))


def test_the_lead_time_is_there_before_the_quantity_is() -> None:
    """It is that of the terms, for a quantity below the supplier's minimum as well."""
    now = instant("2026-03-02T09:00:00Z")
    stated = terms(offer(minimum=500))

    assert (LeadTime(mean_days=9.2), date(2026, 3, 12)) == (
        stated.lead_time(now),
        stated.arrives_on(now),
    )
    by_calendar = terms(
        offer(),
        takes=SupplierCalendar(
            calendar=BusinessCalendar(zone="UTC", cut_off=instant("2026-03-02T12:00:00Z").time())
        ),
    )
    assert (0, date(2026, 3, 2)) == (
        by_calendar.lead_time(now).mean_days,
        by_calendar.arrives_on(now),
    )


def test_a_book_prefers_who_comes_first() -> None:
    """The first supplier that offers a sku on that day is asked; each stands in it once."""
    mill = terms(offer(valid_from=date(2026, 4, 1)))
    corner = terms(offer(), supplier=SupplierId("corner"), takes=LeadTime(mean_days=2))
    book = SupplierBook(terms=[mill, corner])

    assert [corner, mill] == [
        book.terms_of(LAMP, on=day) for day in (date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert book.terms_of(Sku("OWL"), on=date(2026, 4, 1)) is None
    lead_time_of = book.lead_times(
        instant("2026-04-02T09:00:00Z"), otherwise=LeadTime(mean_days=30)
    )
    assert [lead_time_of(sku).mean_days for sku in (LAMP, Sku("OWL"))] == [9.2, 30]
    with pytest.raises(FieldError):
        SupplierBook(terms=[mill, terms(offer())])
