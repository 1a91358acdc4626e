"""The fewest splits are really the fewest, and the lowest cost really the lowest."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import Component
from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.stock import Owner
from ecomkit.stock.locations import Location, Place, StockedLocation
from ecomkit.stock.sourcing import (
    FewestSplits,
    HighestStock,
    LowestCost,
    Preferred,
    Sourcing,
    SourcingDecision,
    SourcingLine,
    SourcingNeed,
    Splitting,
)
from ecomkit.stock.sourcing._lines import cut
from ecomkit.stock.sourcing._sets import _Sets

SKUS = [Sku(name) for name in ("KNIT", "PENCIL", "ERASER", "CASE")]
KNIT = SKUS[0]
LIMITS = st.sampled_from([None, None, 1, 2])


def at(name: str, units: Mapping[Sku, int], *, cost: int | None = None) -> StockedLocation:
    """Return a location with *units*, whose packages cost so many cents."""
    money = None if cost is None else Money(cost, Currency.EUR)
    return StockedLocation(
        location=Location(id=LocationId(name), ship_cost=money), available=units
    )


def line(name: str, quantity: int, *, parts: Mapping[Sku, int]) -> SourcingLine:
    """Return a line of so many kits of *parts*."""
    components = [Component(sku=sku, quantity=number) for sku, number in parts.items()]
    return SourcingLine(owner=Owner(name), quantity=quantity, parts=components)


@st.composite
def places(draw: st.DrawFn) -> list[StockedLocation]:
    """Return up to five locations with a few units, and a cost, each."""
    return [
        at(
            name,
            draw(st.dictionaries(st.sampled_from(SKUS), st.integers(0, 6))),
            cost=draw(st.integers(0, 9)),
        )
        for name in "abcde"[: draw(st.integers(0, 5))]
    ]


@st.composite
def apart(draw: st.DrawFn) -> list[SourcingLine]:
    """Return lines of plain skus, and of one kit, that share no sku."""
    asked = [
        line(str(number), draw(st.integers(1, 8)), parts={sku: 1})
        for number, sku in enumerate(SKUS[: draw(st.integers(0, 2))])
    ]
    kit = {SKUS[2]: draw(st.integers(1, 2)), SKUS[3]: 1}
    return [*asked, line("kit", draw(st.integers(1, 4)), parts=kit)]


def sets(found: Sequence[StockedLocation], *, limit: int | None) -> Iterator[Any]:
    """Yield every set of at most so many locations."""
    for size in range((len(found) if limit is None else min(limit, len(found))) + 1):
        yield from combinations(found, size)


def kits_of(members: Sequence[StockedLocation], one: SourcingLine) -> int:
    """Return how many units of a line a set of locations serves, each kit from one of them."""
    alone = [
        min(place.units(part.sku) // part.quantity for part in one.parts) for place in members
    ]
    return min(one.quantity, sum(alone))


def served(decision: SourcingDecision) -> int:
    """Return the units allocated."""
    return sum(want.quantity for want in decision.allocations)


def units_of(one: SourcingLine) -> int:
    """Return the units in one kit of the line."""
    return sum(part.quantity for part in one.parts)


RANKERS = st.lists(st.sampled_from([HighestStock(), Preferred(locations=[LocationId("c")])]))


@given(apart(), places(), LIMITS, RANKERS)
def test_no_smaller_set_of_locations_serves_as_much(
    asked: list[SourcingLine],
    found: list[StockedLocation],
    limit: int | None,
    after: list[Any],
) -> None:
    """Of all sets, brute force finds none that serves more, nor as much with fewer members."""
    best = max(
        (sum(units_of(one) * kits_of(members, one) for one in asked), -len(members))
        for members in sets(found, limit=limit)
    )

    decision = Sourcing(rankers=[FewestSplits(), *after], locations_max=limit)(
        asked, locations=found
    )
    assert best == (served(decision), -len(decision.used))


@given(apart(), places(), LIMITS)
def test_no_other_way_to_place_whole_lines_is_better(
    asked: list[SourcingLine], found: list[StockedLocation], limit: int | None
) -> None:
    """Of all ways to give each line a location or none, none serves more from fewer locations."""
    scores = []
    for way in product([None, *found], repeat=len(asked)):
        homes = [place for place in way if place is not None]
        fits = all(
            place is None
            or all(place.units(part.sku) >= part.quantity * one.quantity for part in one.parts)
            for one, place in zip(asked, way, strict=True)
        )
        used = {place.id for place in homes}
        if fits and (limit is None or len(used) <= limit):
            units = sum(
                units_of(one) * one.quantity
                for one, place in zip(asked, way, strict=True)
                if place is not None
            )
            scores.append((units, -len(used)))

    rule = Sourcing(splitting=Splitting.ORDERS, locations_max=limit)
    decision = rule(asked, locations=found)
    assert max(scores) == (served(decision), -len(decision.used))


@given(apart(), places(), LIMITS)
def test_no_cheaper_set_of_locations_serves_as_much(
    asked: list[SourcingLine], found: list[StockedLocation], limit: int | None
) -> None:
    """Of all sets, brute force finds none that serves more, nor as much at a lower cost."""
    costs = {place.id: place.location.ship_cost for place in found}

    def cost(names: Sequence[LocationId]) -> int:
        return sum(money.amount for name in names if (money := costs[name]) is not None)

    best = max(
        (
            sum(units_of(one) * kits_of(members, one) for one in asked),
            -cost([place.id for place in members]),
        )
        for members in sets(found, limit=limit)
    )

    decision = Sourcing(rankers=[LowestCost()], locations_max=limit)(asked, locations=found)
    assert best == (served(decision), -cost(decision.used))


@given(apart(), places())
def test_beyond_the_bound_the_greedy_choice_stays_near_the_fewest(
    asked: list[SourcingLine], found: list[StockedLocation]
) -> None:
    """Greedy serves as much, from at most 1 + 1/2 + ... + 1/u times as many locations."""
    exact = Sourcing(rankers=[FewestSplits()])(asked, locations=found)
    greedy = Sourcing(rankers=[FewestSplits(exact_up_to=0)])(asked, locations=found)

    largest = max((sum(units_of(o) * kits_of([p], o) for o in asked) for p in found), default=0)
    bound = sum((Fraction(1, number) for number in range(1, largest + 1)), Fraction(0))
    assert served(exact) == served(greedy)
    assert len(exact.used) <= len(greedy.used) <= bound * len(exact.used)


def test_greedy_is_not_exact_which_is_why_there_is_a_bound() -> None:
    """The largest location first leads to three where two would do; the exact rule finds the two."""
    asked = [line(str(number), 4, parts={sku: 1}) for number, sku in enumerate(SKUS[:2])]
    found = [
        at("a", {SKUS[0]: 4}),
        at("b", {SKUS[1]: 4}),
        at("c", {SKUS[0]: 3, SKUS[1]: 3}),
    ]

    exact = Sourcing()(asked, locations=found)
    greedy = Sourcing(rankers=[FewestSplits(exact_up_to=2)])(asked, locations=found)
    assert exact.used == (LocationId("a"), LocationId("b"))
    assert greedy.used == (LocationId("c"), LocationId("a"), LocationId("b"))
    assert greedy.locations[0].reasons == ("FewestSplits: serving 6 units",)


def test_no_more_sets_are_looked_at_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten locations have 1023 sets; where one location serves all, the sets of one are enough."""
    looked_at: list[int] = []
    units = _Sets.units

    def counting(sets_: _Sets, members: Sequence[Any]) -> int:
        looked_at.append(len(members))
        return units(sets_, members)

    monkeypatch.setattr(_Sets, "units", counting)
    found = [at(f"l{number}", {KNIT: 1 + number}) for number in range(10)]
    decision = Sourcing()([line("1", 10, parts={KNIT: 1})], locations=found)

    assert decision.used == (LocationId("l9"),)
    assert looked_at == [10, *[1] * 10]


def test_two_cheap_packages_beat_a_dear_one() -> None:
    """Two packages of 3.00 are cheaper than one of 7.00, however many locations that takes."""
    found = [
        at("a", {KNIT: 5}, cost=300),
        at("b", {KNIT: 5}, cost=300),
        at("c", {KNIT: 10}, cost=700),
        at("d", {KNIT: 10}),
    ]
    asked = [line("1", 10, parts={KNIT: 1})]

    decision = Sourcing(rankers=[LowestCost()])(asked, locations=found)
    assert decision.used == (LocationId("a"), LocationId("b"))
    assert decision.locations[0].reasons == (
        "LowestCost: one of 2 serving 10 units, 3.00 EUR a package",
        "first by priority and name",
    )
    dear = Sourcing(rankers=[FewestSplits(), LowestCost()])(asked, locations=found)
    assert dear.used == (LocationId("c"),)


def test_beyond_the_bound_the_lowest_cost_a_unit_comes_first() -> None:
    """A package of 4.00 with 5 units goes before one of 3.00 with 2."""
    found = [at("a", {KNIT: 2}, cost=300), at("b", {KNIT: 5}, cost=400)]
    rule = Sourcing(rankers=[LowestCost(exact_up_to=0)])

    decision = rule([line("1", 6, parts={KNIT: 1})], locations=found)
    assert decision.used == (LocationId("b"), LocationId("a"))


def test_a_cost_of_ones_own_knows_the_contents_and_the_destination() -> None:
    """A cost by weight and country is asked with what the location could send."""
    asked_for: list[tuple[str, dict[Sku, int], Place | None]] = []

    def by_weight(
        location: StockedLocation,
        /,
        *,
        units: Mapping[Sku, int],
        destination: Place | None,
    ) -> Money | None:
        asked_for.append((location.id, dict(units), destination))
        return Money(100 if location.id == "b" else 200, Currency.EUR)

    found = [at("a", {KNIT: 3}), at("b", {KNIT: 9})]
    decision = Sourcing(rankers=[LowestCost(cost=by_weight)])(
        [line("1", 2, parts={KNIT: 1})], locations=found, destination=Place(country="FR")
    )

    assert decision.used == (LocationId("b"),)
    assert asked_for == [
        ("a", {KNIT: 2}, Place(country="FR")),
        ("b", {KNIT: 2}, Place(country="FR")),
    ]


def test_costs_that_cannot_be_compared_are_refused() -> None:
    """Two currencies, or a cost below nothing, are broken contracts."""

    def cost(
        location: StockedLocation, /, *, units: Mapping[Sku, int], destination: Place | None
    ) -> Money | None:
        return Money(1, Currency.EUR if location.id == "a" else Currency.JPY)

    def negative(
        location: StockedLocation, /, *, units: Mapping[Sku, int], destination: Place | None
    ) -> Money | None:
        return Money(-1, Currency.EUR)

    found = [at("a", {KNIT: 3}), at("b", {KNIT: 9})]
    asked = [line("1", 2, parts={KNIT: 1})]
    with pytest.raises(CurrencyMismatchError):
        Sourcing(rankers=[LowestCost(cost=cost)])(asked, locations=found)
    with pytest.raises(FieldError, match=r"LowestCost\.cost must be 0 or more"):
        Sourcing(rankers=[LowestCost(cost=negative)])(asked, locations=found)


def test_costs_that_nobody_knows_leave_it_to_the_next() -> None:
    """Without a single known cost, the ranker abstains."""
    found = [at("a", {KNIT: 3}), at("b", {KNIT: 9})]
    need = SourcingNeed(pieces=cut(Splitting.LINES.claims([line("1", 2, parts={KNIT: 1})])))

    assert LowestCost()(found, need=need) == ()


@pytest.mark.parametrize("exact_up_to", [0, 5])
def test_a_location_that_serves_nothing_has_no_rank(exact_up_to: int) -> None:
    """Asked about a location without any of it, both rankers leave it out."""
    found = [at("a", {}, cost=0), at("b", {KNIT: 1}, cost=0)]
    need = SourcingNeed(pieces=cut(Splitting.LINES.claims([line("1", 2, parts={KNIT: 1})])))

    for ranker in (FewestSplits(exact_up_to=exact_up_to), LowestCost(exact_up_to=exact_up_to)):
        assert [rank.location for rank in ranker(found, need=need)] == ["b"]
        assert ranker(found[:1], need=need) == ()
