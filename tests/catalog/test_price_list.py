"""What price lists and the prices of channels promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import (
    ChannelListing,
    ChannelListings,
    DuplicateError,
    PriceList,
    PriceListEntry,
    PriceTier,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.testing.strategies import currencies

ELEPHANT, TIGER = Sku("ELEPHANT"), Sku("TIGER")
ETSY, SHOP = ChannelId("etsy"), ChannelId("shop")


def eur(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


def tier(from_units: int, amount: int, *, currency: Currency = Currency.EUR) -> PriceTier:
    """Return one tier."""
    return PriceTier(from_units=from_units, unit_price=Money(amount, currency))


def entry(*tiers: PriceTier, minimum: int = 1, multiple: int = 1) -> PriceListEntry:
    """Return an entry for elephants."""
    return PriceListEntry(sku=ELEPHANT, tiers=tiers, minimum=minimum, multiple=multiple)


@st.composite
def entries(draw: st.DrawFn) -> PriceListEntry:
    """Return entries with one tier or several, in any currency."""
    currency = draw(currencies())
    starts = draw(st.lists(st.integers(2, 200), unique=True, max_size=4).map(sorted))
    prices = draw(
        st.lists(st.integers(0, 10_000), min_size=len(starts) + 1, max_size=len(starts) + 1)
    )
    prices.sort(reverse=True)
    tiers = [
        tier(start, price, currency=currency)
        for start, price in zip([1, *starts], prices, strict=True)
    ]
    return entry(*tiers, minimum=draw(st.integers(1, 50)), multiple=draw(st.integers(1, 12)))


@given(entries(), st.integers(1, 250), st.integers(1, 250))
def test_more_units_never_cost_more_each(some: PriceListEntry, one: int, other: int) -> None:
    """The price of a unit falls, or stays, with the number of units."""
    assert some.unit_price(max(one, other)) <= some.unit_price(min(one, other))


@given(entries(), st.integers(1, 250))
def test_the_tier_that_is_reached_counts(some: PriceListEntry, units: int) -> None:
    """The price is that of the last tier whose threshold is reached."""
    reached = [tier.unit_price for tier in some.tiers if tier.from_units <= units]
    assert reached[-1] == some.unit_price(units)


@given(entries(), st.integers(0, 250))
def test_what_is_sold_is_the_next_quantity_that_is_allowed(
    some: PriceListEntry, wanted: int
) -> None:
    """It is the least number that is enough, at least the minimum, and whole multiples."""
    allowed = [
        units for units in range(400) if units >= some.minimum and units % some.multiple == 0
    ]
    enough = [units for units in allowed if units >= wanted and units]
    assert enough[0] == some.sold_from(wanted)


def test_forty_eight_cost_less_each_than_forty_seven() -> None:
    """The threshold itself belongs to the lower price."""
    some = entry(tier(1, 1200), tier(48, 1000), minimum=10, multiple=6)
    assert [eur(1200), eur(1000), eur(1000)] == [some.unit_price(n) for n in (47, 48, 49)]
    assert [some.sold_from(n) for n in (1, 12, 13)] == [12, 12, 18]


@pytest.mark.parametrize(
    ("tiers", "wanted"),
    [
        ((), "the first from 1 unit on"),
        ((tier(2, 100),), "the first from 1 unit on"),
        ((tier(1, 100), tier(1, 90)), "rising numbers"),
        ((tier(1, 100), tier(9, 90), tier(5, 80)), "rising numbers"),
        ((tier(1, 100), tier(5, 101)), "1.00 EUR a unit at most from 5 units on"),
    ],
)
def test_tiers_that_contradict_each_other_are_refused(
    tiers: tuple[PriceTier, ...], wanted: str
) -> None:
    """Tiers begin with one unit, rise in units and never in price."""
    with pytest.raises(FieldError, match=wanted):
        entry(*tiers)


def test_a_list_has_one_currency_and_each_sku_once() -> None:
    """Two currencies, a sku that stands twice and a name of blanks are refused."""
    with pytest.raises(CurrencyMismatchError):
        entry(tier(1, 100), tier(5, 90, currency=Currency.JPY))
    with pytest.raises(CurrencyMismatchError):
        PriceList(name="retail", currency=Currency.JPY, entries=[entry(tier(1, 100))])
    with pytest.raises(DuplicateError, match="ELEPHANT"):
        PriceList(name="retail", currency=Currency.EUR, entries=[entry(tier(1, 100))] * 2)
    with pytest.raises(FieldError, match=r"PriceList\.name"):
        PriceList(name=" ", currency=Currency.EUR, entries=[])
    with pytest.raises(FieldError, match="unit_price"):
        tier(1, -1)


def test_a_list_answers_for_the_skus_that_it_has() -> None:
    """A sku that the list lacks has no price in it; no units have none at all."""
    some = entry(tier(1, 1200), tier(48, 1000))
    retail = PriceList(name="retail", currency=Currency.EUR, entries=[some])
    assert some == retail.entry(ELEPHANT)
    assert eur(1000) == retail.unit_price(ELEPHANT, units=50)
    assert retail.entry(TIGER) is None
    assert retail.unit_price(TIGER, units=50) is None
    with pytest.raises(FieldError, match="1 or more"):
        retail.unit_price(ELEPHANT, units=0)


def listed(
    *,
    channel: ChannelId = ETSY,
    listing: str | None = "1",
    sku: Sku = ELEPHANT,
    minimum: int | None = None,
    compare_at: int | None = None,
) -> ChannelListing:
    """Return a listing for 20.00 EUR."""
    return ChannelListing(
        sku=sku,
        channel=channel,
        listing=None if listing is None else ListingId(listing),
        price=eur(2000),
        minimum_price=None if minimum is None else eur(minimum),
        compare_at=None if compare_at is None else eur(compare_at),
    )


@given(st.integers(0, 2000), st.integers(0, 5000))
def test_no_discount_takes_a_price_below_its_floor(minimum: int, discount: int) -> None:
    """Shared under the room as a cap, a discount leaves the floor and reports the rest."""
    some = listed(minimum=minimum)
    shares, rest = eur(discount).prorate_up_to([1], caps=[some.room])
    assert some.price - shares[0] >= eur(minimum)
    assert eur(discount) == shares[0] + rest
    assert rest.is_zero or some.price - shares[0] == eur(minimum)


def test_without_a_floor_all_of_the_price_may_be_taken_off() -> None:
    """The room is the whole price then."""
    assert eur(2000) == listed().room


def test_prices_of_a_listing_that_contradict_each_other_are_refused() -> None:
    """The floor is the price at most, and what is crossed out is higher than the price."""
    assert eur(2000) == listed(minimum=2000).minimum_price
    assert eur(2001) == listed(compare_at=2001).compare_at
    with pytest.raises(FieldError, match="minimum_price"):
        listed(minimum=2001)
    with pytest.raises(FieldError, match="compare_at"):
        listed(compare_at=2000)
    with pytest.raises(CurrencyMismatchError):
        ChannelListing(
            sku=ELEPHANT,
            channel=ETSY,
            price=eur(2000),
            minimum_price=Money(1000, Currency.JPY),
        )


def test_a_sku_is_found_by_what_each_channel_calls_it() -> None:
    """The same name at another channel is another listing; one sku may have several."""
    some = [
        listed(),
        listed(listing="2"),
        listed(channel=SHOP, sku=TIGER),
        listed(channel=SHOP, listing=None),
    ]
    listings = ChannelListings(listings=some)
    assert some[0] == listings.find(ETSY, listing=ListingId("1"))
    assert some[2] == listings.find(SHOP, listing=ListingId("1"))
    assert listings.find(SHOP, listing=ListingId("2")) is None
    assert (some[0], some[1], some[3]) == listings.of_sku(ELEPHANT)
    assert (some[3],) == listings.of_sku(ELEPHANT, channel=SHOP)
    assert ChannelListings().of_sku(ELEPHANT) == ()


def test_a_channel_calls_one_thing_so() -> None:
    """Two skus under one name, and one sku twice without any, cannot be told apart."""
    with pytest.raises(DuplicateError, match="every listing may stand once"):
        ChannelListings(listings=[listed(), listed(sku=TIGER)])
    with pytest.raises(DuplicateError, match="sku without a listing"):
        ChannelListings(listings=[listed(listing=None), listed(listing=None)])
