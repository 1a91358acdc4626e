"""Price breaks: whether it pays to order up to where the price falls."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import PriceListEntry, PriceTier
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.money import Currency, Money
from ecomkit.replenishment.purchasing import Discount, PriceBreakRule, SupplierOffer


def offer(*tiers: tuple[int, int], multiple: int = 1, **fields: Any) -> SupplierOffer:
    """Return an offer with tiers of units and cents."""
    entry = PriceListEntry(
        sku=Sku("LAMP"),
        tiers=[
            PriceTier(from_units=units, unit_price=Money(cents, Currency.EUR))
            for units, cents in tiers
        ],
        multiple=multiple,
    )
    return SupplierOffer(entry=entry, **fields)


TWO = offer((1, 200), (100, 180))


def euros(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


@given(st.integers(1, 99), st.floats(0.3, 100), st.floats(0.01, 2))
def test_a_break_pays_where_the_saving_is_above_the_cost_of_holding(
    units: int, per_day: float, rate: float
) -> None:
    """The saving is the next order's price less what the extra units cost now."""
    told = PriceBreakRule(holding_rate=rate, cover_days_max=3650)(
        units, offer=TWO, per_day=per_day
    )
    assert told is not None
    extra = 100 - units
    waits = units / per_day

    assert told.raised == 100
    assert pytest.approx(waits) == told.waits_days
    assert euros(200 * extra - (180 * 100 - 200 * units)) == told.saving
    assert pytest.approx(180 * extra * rate * waits / 365, abs=1.01) == told.holding.amount
    assert told.holding.amount >= 180 * extra * rate * waits / 365 - 1e-6
    assert (told.saving > told.holding) is told.pays
    assert (units, 100) == (told.step.before, told.step.after)


@given(st.integers(1, 99), st.floats(0.3, 50))
def test_holding_dearer_never_makes_a_break_pay(units: int, per_day: float) -> None:
    """What does not pay at a rate does not pay at a higher one."""
    low, high = (
        PriceBreakRule(holding_rate=rate, cover_days_max=3650)(units, offer=TWO, per_day=per_day)
        for rate in (0.2, 0.6)
    )
    assert low is not None
    assert high is not None
    assert low.pays or not high.pays


def test_the_break_that_saves_most_is_suggested() -> None:
    """Of several breaks the one with the greatest saving net of holding."""
    steep = offer((1, 200), (100, 199), (110, 150), (10_000, 149))
    told = PriceBreakRule(holding_rate=0.25)(90, offer=steep, per_day=3)

    assert told is not None
    assert told.raised == 110
    assert told.explain() == (
        "110 in place of 90 pays: saves 55.00 EUR, and holding 20 more for 30 days costs 0.62 EUR"
    )


def test_a_break_in_whole_cases_is_reached_by_the_next_case() -> None:
    """Twelves that reach a hundred are a hundred and eight."""
    told = PriceBreakRule()(96, offer=offer((1, 200), (100, 180), multiple=12), per_day=5)

    assert told is not None
    assert told.raised == 108


def test_incremental_discounts_save_on_the_units_beyond_alone() -> None:
    """Below the threshold they keep their price, so the saving is that of the few beyond."""
    beyond = offer((1, 200), (100, 180), discount=Discount.INCREMENTAL, multiple=60)
    told = PriceBreakRule()(60, offer=beyond, per_day=5)

    assert told is not None
    assert (120, euros(21 * 20)) == (told.raised, told.saving)


def test_what_never_sells_is_raised_only_if_the_order_gets_cheaper() -> None:
    """Without demand the extra units are worth nothing."""
    cheaper = PriceBreakRule()(95, offer=TWO, per_day=0)
    assert cheaper is not None
    assert (euros(1000), euros(0), True) == (cheaper.saving, cheaper.holding, cheaper.pays)
    assert "for ever" in cheaper.explain()

    assert PriceBreakRule()(90, offer=TWO, per_day=0) is None
    assert PriceBreakRule()(80, offer=TWO, per_day=0) is None


def test_nothing_is_suggested_beyond_the_cover() -> None:
    """A break that would last two years is not looked at, unless the larger order costs less."""
    rule = PriceBreakRule(cover_days_max=365)

    assert rule(60, offer=TWO, per_day=0.2) is None
    told = rule(95, offer=TWO, per_day=0.2)
    assert told is not None
    assert told.raised == 100


def test_above_all_breaks_and_for_nothing_there_is_no_suggestion() -> None:
    """Nothing is said where there is nothing to say."""
    assert PriceBreakRule()(100, offer=TWO, per_day=2) is None
    assert PriceBreakRule()(0, offer=TWO, per_day=2) is None
    assert PriceBreakRule()(50, offer=offer((1, 200)), per_day=2) is None


def test_what_does_not_pay_is_said_too() -> None:
    """The merchant sees what the break would cost."""
    told = PriceBreakRule(holding_rate=2, cover_days_max=3650)(50, offer=TWO, per_day=0.25)

    assert told is not None
    assert told.explain() == (
        "100 in place of 50 does not pay: saves 20.00 EUR, and holding 50 more for 200 days "
        "costs 98.64 EUR"
    )


@pytest.mark.parametrize("per_day", [-1, float("nan"), float("inf"), "2", True])
def test_demand_is_a_number(per_day: Any) -> None:
    """Anything else is refused; the tiniest demand is no fault."""
    with pytest.raises(FieldError):
        PriceBreakRule()(50, offer=TWO, per_day=per_day)
    assert PriceBreakRule()(99, offer=TWO, per_day=5e-324) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"holding_rate": 0},
        {"holding_rate": float("nan")},
        {"holding_rate": 101},
        {"holding_rate": True},
        {"cover_days_max": -1},
        {"cover_days_max": float("inf")},
    ],
    ids=str,
)
def test_a_rule_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Rates and days have bounds."""
    with pytest.raises(FieldError) as caught:
        PriceBreakRule(**wrong)
    assert [caught.value.field] == list(wrong)
