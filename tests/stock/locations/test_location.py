"""A location is told in one way, and what lies there counts by itself."""

import math
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.customers import Address
from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, Sku
from ecomkit.money import Currency, Money
from ecomkit.stock import Hold, Owner, StockLevel
from ecomkit.stock.locations import (
    Location,
    Place,
    Pooling,
    StockedLocation,
    great_circle,
    stocked,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KNIT, ICE = Sku("KNIT"), Sku("ICE")
A, B = LocationId("a"), LocationId("b")
HALF_ROUND = round(math.pi * 6_371_009)

PLACES = st.builds(
    Place,
    country=st.just("FR"),
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways(one: Place, other: Place) -> None:
    """From here to there is as far as back, at most half round the Earth, and nothing to here."""
    there, back = great_circle(one, to=other), great_circle(other, to=one)

    assert there == back
    assert there is not None
    assert 0 <= there <= HALF_ROUND
    assert great_circle(one, to=one) == 0


@given(PLACES, st.floats(0, 90))
def test_a_way_along_a_meridian_is_its_share_of_the_circle(start: Place, degrees: float) -> None:
    """So many degrees to the south are that share of half the way round, to the metre."""
    north = Place(country="FR", latitude=90 - degrees, longitude=start.longitude)
    south = Place(country="FR", latitude=-90, longitude=start.longitude)
    metres = great_circle(north, to=south)

    assert metres is not None
    assert abs(metres - HALF_ROUND * (180 - degrees) / 180) <= 1


@given(st.lists(st.integers(-9, 9), max_size=5))
def test_pools_and_separate_locations(units: list[int]) -> None:
    """Apart, nobody's debt counts; in a pool all debts do; neither is ever below 0."""
    apart, pooled = Pooling.SEPARATE.available(units), Pooling.POOLED.available(units)

    assert 0 <= pooled <= apart
    assert apart == sum(number for number in units if number > 0)
    assert pooled == max(0, sum(units))


def test_without_coordinates_there_is_no_distance() -> None:
    """Neither end may be missing."""
    somewhere = Place(country="FR", latitude=1, longitude=2)

    assert great_circle(Place(country="FR"), to=somewhere) is None
    assert great_circle(somewhere, to=Place(country="FR")) is None


def test_a_place_is_read_off_an_address() -> None:
    """Country and region are all that sourcing needs of a person's address."""
    address = Address(city="Lyon", region="ARA", country="FR")

    assert Place.of(address) == Place(country="FR", region="ARA")


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("country", {"country": "fr"}),
        ("country", {"country": "FRA"}),
        ("country", {"country": None}),
        ("region", {"region": 3}),
        ("latitude", {"latitude": 91, "longitude": 0}),
        ("latitude", {"latitude": math.nan, "longitude": 0}),
        ("latitude", {"latitude": True, "longitude": 0}),
        ("longitude", {"latitude": 0, "longitude": -181.5}),
        ("longitude", {"latitude": 0, "longitude": "2"}),
        ("longitude", {"latitude": 0}),
        ("longitude", {"longitude": 0}),
    ],
)
def test_a_place_is_on_the_map(field: str, facts: dict[str, Any]) -> None:
    """Codes have their shape, degrees their bounds, and both coordinates are given or none."""
    with pytest.raises(FieldError) as caught:
        Place(**{"country": "FR", **facts})

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("serves", "FR"),
        ("serves", ["fr"]),
        ("serves", [["FR"]]),
        ("tags", "cold"),
        ("tags", [None]),
        ("tags", None),
        ("tags", ["\ud800"]),
        ("priority", True),
        ("ship_cost", 3),
        ("ship_cost", Money(-1, Currency.EUR)),
        ("closed", 0),
        ("place", "Paris"),
        ("authority", "ours"),
    ],
)
def test_the_facts_of_a_location_are_checked(field: str, value: Any) -> None:
    """Texts are no sets, flags are no numbers, and a package costs nothing or more."""
    with pytest.raises(FieldError) as caught:
        Location(**{"id": A, field: value})

    assert caught.value.field == field


@pytest.mark.parametrize(
    "available",
    [
        None,
        [(KNIT, 1)],
        {"KNIT": 1},
        {KNIT: 1.5},
        {KNIT: True},
        (KNIT,),
        ((KNIT,),),
        ((KNIT, 1), (KNIT, 2)),
    ],
)
def test_what_is_available_is_units_by_sku(available: Any) -> None:
    """Each sku has one whole number, which may be below 0."""
    with pytest.raises(FieldError) as caught:
        StockedLocation(location=Location(id=A), available=available)

    assert caught.value.field == "available"


def test_a_stocked_location_is_a_value() -> None:
    """The order in which skus are named changes nothing; it hashes and survives pickling."""
    one = StockedLocation(location=Location(id=A), available={KNIT: 1, ICE: -2})
    other = StockedLocation(location=Location(id=A), available={ICE: -2, KNIT: 1})

    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 (made here)
    assert (one.reported(ICE), one.units(ICE), one.units(KNIT)) == (-2, 0, 1)
    assert one.less({KNIT: 1, ICE: 0}).available == ((ICE, -2), (KNIT, 0))


def test_levels_say_what_lies_at_each_location() -> None:
    """What is available now counts: live holds do not, expired ones do, other locations neither."""
    hold = Hold(owner=Owner("cart:1"), quantity=2, expires_at=NOON, rank=0)
    levels = [
        StockLevel(sku=KNIT, location=A, sellable=3, held=2, holds=[hold], next_rank=1),
        StockLevel.counted(ICE, on_hand=4, location=A),
        StockLevel.counted(KNIT, on_hand=9, location=LocationId("elsewhere")),
    ]
    facts = [Location(id=A, priority=7), Location(id=B)]

    before = stocked(facts, levels=levels, now=NOON - timedelta(seconds=1))
    at_noon = stocked(facts, levels=levels, now=NOON)
    assert [place.location for place in at_noon] == facts
    assert [place.available for place in before] == [((ICE, 4), (KNIT, 3)), ()]
    assert [place.available for place in at_noon] == [((ICE, 4), (KNIT, 5)), ()]
