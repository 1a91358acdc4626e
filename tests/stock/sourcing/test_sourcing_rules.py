"""The filters and the rankers of sourcing, and the lines they are asked about."""

import math
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import Component, Kit, Kits
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, LocationId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, OrderLine
from ecomkit.stock import Owner, wants_of
from ecomkit.stock._levels import EPOCH
from ecomkit.stock.locations import Authority, Location, Place, StockedLocation
from ecomkit.stock.sourcing import (
    CanCarry,
    Excluding,
    HighestStock,
    IsOpen,
    IsOurs,
    LineUnits,
    Nearest,
    Preferred,
    Rank,
    Rejection,
    SameRegion,
    ServesDestination,
    SourcingClaim,
    SourcingLine,
    SourcingNeed,
    SourcingPiece,
    Splitting,
)
from ecomkit.stock.sourcing._lines import cut

KNIT, ICE = Sku("KNIT"), Sku("ICE")
A, B, C = LocationId("a"), LocationId("b"), LocationId("c")
PARIS = Place(country="FR", region="IDF", latitude=48.8566, longitude=2.3522)
LYON = Place(country="FR", region="ARA", latitude=45.7640, longitude=4.8357)
BERLIN = Place(country="DE", latitude=52.52, longitude=13.405)


def at(name: LocationId, units: int = 1, **facts: Any) -> StockedLocation:
    """Return a location with so many knits."""
    return StockedLocation(location=Location(id=name, **facts), available={KNIT: units})


def need(*skus: Sku, destination: Place | None = None) -> SourcingNeed:
    """Return the need of 5 units of each sku."""
    lines = [SourcingLine.of(Owner(sku), sku=sku, quantity=5) for sku in skus]
    return SourcingNeed(pieces=cut(Splitting.LINES.claims(lines)), destination=destination)


def keys(ranks: tuple[Rank, ...]) -> dict[str, Any]:
    """Return the keys by location."""
    return {rank.location: rank.key for rank in ranks}


# -- filters ---------------------------------------------------------------------------------------


def test_closed_locations_and_observed_ones_do_not_serve() -> None:
    """A location that is open, and ours, passes."""
    assert IsOpen()(at(A), need=need(KNIT)) == ()
    assert IsOpen()(at(A, closed="flood"), need=need(KNIT)) == (Rejection(reason="closed: flood"),)
    assert IsOurs()(at(A), need=need(KNIT)) == ()
    [rejection] = IsOurs()(at(A, authority=Authority.OBSERVED), need=need(KNIT))
    assert rejection.explain() == "its stock is observed, not ours to promise"


def test_a_location_serves_the_countries_that_it_names() -> None:
    """Without countries, or without a destination, there is nothing to object to."""
    serves = ServesDestination()
    there = need(KNIT, destination=BERLIN)

    assert serves(at(A, serves={"DE", "FR"}), need=there) == ()
    assert serves(at(A), need=there) == ()
    assert serves(at(A, serves={"FR"}), need=need(KNIT)) == ()
    assert serves(at(A, serves={"FR"}), need=there) == (Rejection(reason="does not send to DE"),)
    assert serves(at(A, serves=set()), need=there) == (Rejection(reason="does not send to DE"),)


def test_excluded_locations_say_why() -> None:
    """Only the named ones are excluded."""
    excluding = Excluding(locations=[A], reason="moving house")

    assert excluding(at(A), need=need(KNIT)) == (Rejection(reason="moving house"),)
    assert excluding(at(B), need=need(KNIT)) == ()


def test_a_sku_comes_from_where_it_can_be_carried() -> None:
    """Only the skus that lack a tag are rejected, each with what it lacks."""
    rule = CanCarry(tags_for=lambda sku: {"cold", "food"} if sku == ICE else set())
    wanted = need(ICE, KNIT)

    assert rule(at(A, tags=["cold", "food"]), need=wanted) == ()
    [rejection] = rule(at(A, tags=["cold"]), need=wanted)
    assert rejection == Rejection(sku=ICE, reason="lacks food")
    assert rejection.explain() == "no ICE from here: lacks food"
    assert rule(at(A), need=need(KNIT)) == ()


def test_what_cannot_be_called_says_no_tags() -> None:
    """The rule is refused before it is asked."""
    with pytest.raises(
        FieldError, match=r"CanCarry\.tags_for must be something that can be called"
    ):
        CanCarry(tags_for=None)  # type: ignore[arg-type]  # on purpose


# -- rankers ---------------------------------------------------------------------------------------


def test_preferred_locations_come_in_their_order() -> None:
    """Locations that are not named have no rank; without any that is, nobody has."""
    preferred = Preferred(locations=[C, A])

    assert keys(preferred([at(A), at(B), at(C)], need=need(KNIT))) == {"a": 1, "c": 0}
    assert preferred([at(B)], need=need(KNIT)) == ()
    assert preferred([at(A)], need=need(KNIT))[0].reason == "preference 2"


def test_the_region_comes_before_the_country() -> None:
    """Other countries, and locations that lie nowhere known, have no rank."""
    places = [at(A, place=PARIS), at(B, place=LYON), at(C, place=BERLIN), at(LocationId("d"))]
    ranks = SameRegion()(places, need=need(KNIT, destination=LYON))

    assert keys(ranks) == {"a": 1, "b": 0}
    assert [rank.reason for rank in ranks] == ["in FR", "in ARA"]
    assert SameRegion()(places, need=need(KNIT)) == ()
    nowhere_in_france = need(KNIT, destination=Place(country="FR"))
    assert keys(SameRegion()([at(A, place=Place(country="FR"))], need=nowhere_in_france)) == {
        "a": 1
    }


def test_the_nearest_location_comes_first() -> None:
    """Paris is nearer to Lyon than Berlin is; without coordinates there is no rank."""
    places = [
        at(A, place=BERLIN),
        at(B, place=PARIS),
        at(C, place=Place(country="FR")),
        at(LocationId("d")),
    ]
    ranks = {rank.location: rank for rank in Nearest()(places, need=need(KNIT, destination=LYON))}

    assert sorted(ranks) == ["a", "b"]
    assert ranks[B].key < ranks[A].key
    assert ranks[B].reason == "391.5 km away"
    assert Nearest()(places, need=need(KNIT)) == ()


def test_distances_may_be_measured_otherwise_and_in_steps() -> None:
    """Two locations of one step tie; the way is whatever the caller measures."""

    def by_road(origin: Place, /, *, to: Place) -> int | None:
        return {"FR": 12_300, "DE": 19_900}.get(origin.country)

    places = [at(A, place=PARIS), at(B, place=BERLIN), at(C, place=Place(country="ES"))]
    wanted = need(KNIT, destination=LYON)

    assert keys(Nearest(distance=by_road)(places, need=wanted)) == {"a": 12_300, "b": 19_900}
    assert keys(Nearest(distance=by_road, step=10_000)(places, need=wanted)) == {"a": 1, "b": 1}


def test_the_highest_stock_counts_what_is_still_wanted() -> None:
    """Units of other skus, and units below 0, count for nothing."""
    full = StockedLocation(location=Location(id=A), available={KNIT: 4, ICE: 90})
    owing = StockedLocation(location=Location(id=B), available={KNIT: -4})

    assert keys(HighestStock()([full, owing], need=need(KNIT))) == {"a": -4, "b": 0}
    assert keys(HighestStock()([full, owing], need=need(KNIT, ICE))) == {"a": -94, "b": 0}


# -- lines -----------------------------------------------------------------------------------------


def test_a_line_of_a_kit_wants_its_parts() -> None:
    """Three kits of two pencils and a case want six and three, two and one at a time."""
    pencil, case, school = Sku("PENCIL"), Sku("CASE"), Sku("SCHOOL")
    kit = Kit(
        sku=school,
        components=[Component(sku=pencil, quantity=2), Component(sku=case, quantity=1)],
    )
    line = SourcingLine.of(Owner("1"), sku=school, quantity=3, kits=Kits(kits=[kit]))

    assert [(part.sku, part.quantity) for part in line.units] == [(pencil, 6), (case, 3)]
    assert [(part.sku, part.quantity) for part in line.one] == [(pencil, 2), (case, 1)]


def test_the_open_lines_of_an_order_are_sourced() -> None:
    """An order's lines want what the ledger is told they want."""
    price = Money(2500, Currency.EUR)
    order = Order(
        id=OrderId("web/1"),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=EPOCH,
        lines=[
            OrderLine(id=LineId("1"), sku=KNIT, quantity=5, unit_price=price),
            OrderLine(id=LineId("2"), sku=ICE, quantity=1, unit_price=price),
        ],
    )

    found = [
        (part.owner, part.sku, part.quantity)
        for line in SourcingLine.of_order(order)
        for part in line.units
    ]
    assert found == [(want.owner, want.sku, want.quantity) for want in wants_of(order)]
    assert len(found) == 2


@given(
    st.lists(st.tuples(st.sampled_from([KNIT, ICE]), st.integers(1, 9)), max_size=6),
    st.sampled_from(Splitting),
)
def test_pieces_hold_what_the_lines_want(wanted: list[tuple[Sku, int]], how: Splitting) -> None:
    """However lines are cut, the pieces add up to them, and the largest piece is first."""
    lines = [
        SourcingLine.of(Owner(str(number)), sku=sku, quantity=quantity)
        for number, (sku, quantity) in enumerate(wanted)
    ]
    pieces = cut(how.claims(lines))
    whole = SourcingNeed(pieces=pieces)

    expected: dict[Sku, int] = {}
    for sku, quantity in wanted:
        expected[sku] = expected.get(sku, 0) + quantity
    assert whole.wanted == expected
    assert whole.contents([piece.count for piece in pieces]) == expected
    sizes = [piece.size for piece in pieces]
    assert sizes == sorted(sizes, reverse=True)
    assert len({piece.parts for piece in pieces}) == len(pieces)


def test_lines_of_one_sku_are_one_piece() -> None:
    """Lines of 3 and 4 are 7 pieces of one, and the first line is served first."""
    lines = [SourcingLine.of(Owner(str(n)), sku=KNIT, quantity=n) for n in (3, 4)]
    [piece] = cut(Splitting.LINES.claims(lines))

    assert (piece.count, piece.parts, piece.size) == (7, ((KNIT, 1),), 1)
    first, others = piece.split(5)
    assert [(claim.contents[0].owner.name, claim.count) for claim in first] == [("3", 3), ("4", 2)]
    assert [(claim.contents[0].owner.name, claim.count) for claim in others] == [("4", 2)]
    wanted = SourcingNeed(pieces=[piece])
    assert wanted.units_from(at(A, 5)) == 5


def test_lines_that_are_no_lines_are_refused() -> None:
    """No parts, a part twice, or more units than anyone may name are refused."""
    part = Component(sku=KNIT, quantity=2)
    with pytest.raises(FieldError, match=r"SourcingLine\.parts"):
        SourcingLine(owner=Owner("1"), quantity=1, parts=[])
    with pytest.raises(FieldError, match=r"SourcingLine\.parts"):
        SourcingLine(owner=Owner("1"), quantity=1, parts=[part, part])
    with pytest.raises(FieldError, match=r"SourcingLine\.quantity must be at most"):
        SourcingLine(owner=Owner("1"), quantity=10**12, parts=[part])
    with pytest.raises(FieldError, match=r"SourcingLine\.quantity"):
        SourcingLine(owner=Owner("1"), quantity=0, parts=[part])
    with pytest.raises(FieldError, match=r"SourcingClaim\.contents"):
        SourcingClaim(count=1, contents=[])
    with pytest.raises(FieldError, match=r"SourcingPiece\.claims"):
        SourcingPiece(claims=[])


def test_a_claim_holds_its_contents_so_many_times() -> None:
    """Three times two units are six."""
    two = LineUnits(owner=Owner("1"), sku=KNIT, quantity=2)

    assert SourcingClaim(count=3, contents=[two]).units == (attrs.evolve(two, quantity=6),)


@pytest.mark.parametrize("key", [None, object(), math.nan, Decimal("NaN")])
def test_a_key_that_does_not_sort_is_refused_where_it_is_made(key: object) -> None:
    """A ranker of one's own that gives keys without an order is told so, with the field's name."""
    with pytest.raises(FieldError) as caught:
        Rank(location=LocationId("lyon"), key=key, reason="unknown")

    assert (caught.value.owner, caught.value.field) == ("Rank", "key")
