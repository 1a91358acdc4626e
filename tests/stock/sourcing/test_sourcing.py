"""Sourcing: what is asked for comes from where it is, or is missing, and each choice is explained."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.catalog import Component
from ecomkit.errors import FieldError
from ecomkit.identifiers import CommandKey, LocationId, Sku
from ecomkit.stock import Owner, Record, Recorded, Reserve, Reserved, Stock, StockLevel
from ecomkit.stock.locations import Authority, Location, Place, Pooling, StockedLocation, stocked
from ecomkit.stock.sourcing import (
    FewestSplits,
    HighestStock,
    LineUnits,
    LocationChoice,
    Preferred,
    Rank,
    Rejection,
    Sourcing,
    SourcingDecision,
    SourcingLine,
    SourcingNeed,
    Splitting,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KNIT, PENCIL, ERASER = Sku("KNIT"), Sku("PENCIL"), Sku("ERASER")
A, B, C = LocationId("a"), LocationId("b"), LocationId("c")
IN_ORDER = Sourcing(rankers=())


def at(name: str, units: dict[Sku, int], **facts: Any) -> StockedLocation:
    """Return a location with *units*."""
    return StockedLocation(location=Location(id=LocationId(name), **facts), available=units)


def line(name: str, quantity: int, *, parts: dict[Sku, int] | None = None) -> SourcingLine:
    """Return a line of so many knits, or of so many kits of *parts*."""
    return SourcingLine(
        owner=Owner(name),
        quantity=quantity,
        parts=[Component(sku=sku, quantity=n) for sku, n in (parts or {KNIT: 1}).items()],
    )


def came(decision: SourcingDecision) -> list[tuple[str, str, int]]:
    """Return the sku, the location and the quantity of each allocation."""
    return [(want.sku, want.location, want.quantity) for want in decision.allocations]


def missing(decision: SourcingDecision) -> dict[tuple[str, str], int]:
    """Return the units missing, by line and sku."""
    return {(part.owner.name, part.sku): part.quantity for part in decision.leftover}


def by_location(decision: SourcingDecision) -> dict[tuple[str, str], int]:
    """Return the units allocated, by location and sku, all lines added up."""
    totals: dict[tuple[str, str], int] = {}
    for want in decision.allocations:
        key = (want.location, want.sku)
        totals[key] = totals.get(key, 0) + want.quantity
    return totals


def findings(decision: SourcingDecision) -> dict[str, tuple[LocationChoice, tuple[str, ...]]]:
    """Return what became of each location, and why."""
    return {found.location: (found.choice, found.reasons) for found in decision.locations}


SKUS = st.sampled_from([KNIT, PENCIL, ERASER])


@st.composite
def locations(draw: st.DrawFn) -> list[StockedLocation]:
    """Return up to five locations with a few units each, some below 0, closed, or far ahead."""
    return [
        at(
            name,
            draw(st.dictionaries(SKUS, st.integers(-3, 6))),
            priority=draw(st.integers(0, 1)),
            closed=draw(st.sampled_from([None, None, None, "stocktaking"])),
        )
        for name in draw(st.permutations("abcde"))[: draw(st.integers(0, 5))]
    ]


@st.composite
def lines(draw: st.DrawFn) -> list[SourcingLine]:
    """Return up to four lines of plain skus and of kits, which share skus."""
    return [
        line(
            str(number),
            draw(st.integers(1, 4)),
            parts=draw(st.dictionaries(SKUS, st.integers(1, 2), min_size=1, max_size=2)),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


def abstains(_locations: Sequence[StockedLocation], /, *, need: SourcingNeed) -> Sequence[Rank]:
    """Have no opinion."""
    return ()


RANKERS = st.lists(
    st.sampled_from(
        [FewestSplits(), FewestSplits(exact_up_to=2), HighestStock(), Preferred(locations=[C, A])]
    ),
    max_size=3,
)
UNBOUND = st.builds(Sourcing, rankers=RANKERS, splitting=st.sampled_from(Splitting))
RULES = st.builds(
    Sourcing,
    rankers=RANKERS,
    splitting=st.sampled_from(Splitting),
    pooling=st.sampled_from(Pooling),
    locations_max=st.sampled_from([None, None, 1, 2]),
    leftover_at=st.sampled_from([None, A, LocationId("elsewhere")]),
)


@given(RULES, lines(), locations())
def test_what_is_asked_for_is_allocated_or_missing(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation]
) -> None:
    """Allocated and left over add up to what was wanted, for each line and sku."""
    decision = rule(asked, locations=places)

    wanted = {(part.owner.name, part.sku): part.quantity for a in asked for part in a.units}
    found = missing(decision)
    for want in decision.allocations:
        key = (want.owner.name, want.sku)
        found[key] = found.get(key, 0) + want.quantity
    assert wanted == found
    assert decision.is_complete is not any(missing(decision))


@given(RULES, lines(), locations())
def test_no_location_gives_more_than_it_has(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation]
) -> None:
    """All lines together take at most what is available, from open locations only."""
    decision = rule(asked, locations=places)

    known = {place.id: place for place in places}
    for (location, sku), units in by_location(decision).items():
        assert units <= known[LocationId(location)].units(Sku(sku))
        assert known[LocationId(location)].location.closed is None
    assert rule.locations_max is None or len(decision.used) <= rule.locations_max


@given(RULES, lines(), locations())
def test_wholes_come_from_one_location(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation]
) -> None:
    """The order, its lines or its kits are not split where that is forbidden."""
    decision = rule(asked, locations=places)

    if rule.splitting is Splitting.NOTHING:
        assert len(decision.used) <= 1
        assert not decision.allocations or decision.is_complete
    for one in asked:
        rows = [want for want in decision.allocations if want.owner == one.owner]
        sources = {want.location for want in rows}
        if rule.splitting is Splitting.ORDERS:
            assert len(sources) <= 1
            assert sum(want.quantity for want in rows) in {
                0,
                sum(part.quantity for part in one.units),
            }
        if rule.splitting is Splitting.LINES:
            for source in sources:
                taken = {want.sku: want.quantity for want in rows if want.location == source}
                kits = {taken.get(part.sku, 0) / part.quantity for part in one.parts}
                assert len(kits) == 1
                assert kits.pop().is_integer()


@given(UNBOUND, lines(), locations())
def test_nothing_is_missing_that_a_location_could_still_serve(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation]
) -> None:
    """Where neither a pool nor a limit is in the way, what is left over fits nowhere."""
    decision = rule(asked, locations=places)

    taken, lacking = by_location(decision), missing(decision)
    for one in asked:
        parts = {part.sku: part.quantity for part in one.parts}
        short = {sku: lacking.get((one.owner.name, sku), 0) for sku in parts}
        for place in places:
            if place.location.closed is not None or not any(short.values()):
                continue
            left = {sku: place.units(sku) - taken.get((place.id, sku), 0) for sku in parts}
            if rule.splitting is Splitting.KITS:
                assert not any(left[sku] for sku in parts if short[sku])
            if rule.splitting is Splitting.LINES:
                assert any(left[sku] < parts[sku] for sku in parts)
            if rule.splitting is Splitting.ORDERS:
                assert any(left[sku] < short[sku] for sku in parts)
    if rule.splitting is Splitting.NOTHING:
        wanted = [part for one in asked for part in one.units]
        needed = {
            sku: sum(p.quantity for p in wanted if p.sku == sku) for sku in [KNIT, PENCIL, ERASER]
        }
        able = [
            place.id
            for place in places
            if place.location.closed is None
            and asked
            and all(place.units(sku) >= units for sku, units in needed.items())
        ]
        assert sorted(decision.sole) == sorted(able)
        assert not asked or decision.is_complete is bool(able)


@example(
    [line("1", 2, parts={PENCIL: 1})],
    [at("a", {PENCIL: -1}), at("b", {PENCIL: 2})],
    [],
    Splitting.KITS,
)
@given(lines(), locations(), RANKERS, st.sampled_from(Splitting))
def test_a_pool_gives_no_more_than_it_has(
    asked: list[SourcingLine],
    places: list[StockedLocation],
    rankers: list[Any],
    splitting: Splitting,
) -> None:
    """Of each sku, no more comes from a pool than its locations have, debts taken off."""
    rule = Sourcing(rankers=rankers, splitting=splitting, pooling=Pooling.POOLED)
    decision = rule(asked, locations=places)

    for sku in (KNIT, PENCIL, ERASER):
        units = sum(want.quantity for want in decision.allocations if want.sku == sku)
        assert units <= max(0, sum(place.reported(sku) for place in places))


@given(RULES, lines(), locations(), st.data())
def test_the_order_of_the_locations_changes_nothing(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation], data: st.DataObject
) -> None:
    """The same locations in another order lead to the same decision, reasons and all."""
    shuffled = data.draw(st.permutations(places))

    assert rule(asked, locations=places) == rule(asked, locations=shuffled)


@given(RULES, lines(), locations(), st.data())
def test_the_order_of_the_lines_changes_no_total(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation], data: st.DataObject
) -> None:
    """The same lines in another order take the same units from the same locations."""
    shuffled = data.draw(st.permutations(asked))

    one, other = rule(asked, locations=places), rule(shuffled, locations=places)
    assert by_location(one) == by_location(other)
    assert one.locations == other.locations


@given(lines(), locations(), st.sampled_from(Splitting), st.sampled_from(Pooling))
def test_rankers_that_abstain_leave_it_to_priority_and_name(
    asked: list[SourcingLine],
    places: list[StockedLocation],
    splitting: Splitting,
    pooling: Pooling,
) -> None:
    """Rankers without an opinion change nothing; locations go by priority, then by name."""
    silent = Sourcing(rankers=[abstains, abstains], splitting=splitting, pooling=pooling)
    none = Sourcing(rankers=[], splitting=splitting, pooling=pooling)

    decision = silent(asked, locations=places)
    assert decision == none(asked, locations=places)
    if splitting is not Splitting.KITS:  # which goes through the locations twice
        known = {place.id: place.location.priority for place in places}
        order = [(known[name], name) for name in decision.used]
        assert splitting is not Splitting.LINES or order == sorted(order)


@given(RULES, lines(), locations())
def test_every_location_is_named_once_with_a_reason(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation]
) -> None:
    """Each location is taken, passed over or rejected, and the decision says why, once."""
    decision = rule(asked, locations=places)

    names = [found.location for found in decision.locations]
    assert sorted(place.id for place in places) == sorted(names)
    assert all(found.reasons and all(found.reasons) for found in decision.locations)
    text = decision.explain().splitlines()
    assert len(text) == 1 + len(asked) + len(places)
    for found in decision.locations:
        assert text.count(found.explain()) == 1
        rows = [want.quantity for want in decision.allocations if want.location == found.location]
        assert found.units == sum(rows)
        assert (found.choice is LocationChoice.TAKEN) is bool(rows)
    for number, one in enumerate(asked):
        assert text[1 + number].startswith(f"{one.owner}: ")


@given(RULES, lines(), locations())
def test_packages_hold_what_is_allocated_and_what_waits(
    rule: Sourcing, asked: list[SourcingLine], places: list[StockedLocation]
) -> None:
    """Packages and wants hold the allocations, and the leftover where it has a place to wait."""
    decision = rule(asked, locations=places)

    covered = [
        (item.owner, item.sku, item.quantity, package.location)
        for package in decision.packages
        for item in package.items
        if item.is_covered
    ]
    allocated = [(w.owner, w.sku, w.quantity, w.location) for w in decision.allocations]
    assert sorted(allocated) == sorted(covered)
    waiting = [
        LineUnits(owner=item.owner, sku=item.sku, quantity=item.quantity)
        for package in decision.packages
        for item in package.items
        if not item.is_covered and package.location == rule.leftover_at
    ]
    assert waiting == ([] if rule.leftover_at is None else list(decision.leftover))
    units = sum(want.quantity for want in decision.wants)
    assert units == sum(package.units for package in decision.packages)
    assert len({(w.owner, w.key) for w in decision.wants}) == len(decision.wants)


@given(st.integers(1, 12), st.lists(st.integers(-5, 9), max_size=4), st.sampled_from(Pooling))
def test_a_pool_serves_what_it_has_in_all(wanted: int, units: list[int], pooling: Pooling) -> None:
    """Of one sku, as much is served as the locations have together under the rule of the pool."""
    places = [at(f"l{number}", {KNIT: n}) for number, n in enumerate(units)]
    decision = Sourcing(pooling=pooling)([line("1", wanted)], locations=places)

    served = sum(want.quantity for want in decision.allocations)
    assert served == min(wanted, pooling.available(units))
    if served == 0:
        assert decision.sole == ()


def test_row_32_ten_and_fifteen_serve_thirteen_once() -> None:
    """Row 32: of 10 and 15 in order, 13 wanted units come as 10 and 3, never as 10 and 13."""
    decision = IN_ORDER([line("1", 13)], locations=[at("a", {KNIT: 10}), at("b", {KNIT: 15})])

    assert came(decision) == [("KNIT", "a", 10), ("KNIT", "b", 3)]
    assert decision.sole == (B,)
    assert decision.explain().splitlines() == [
        "13 of 13 units from a, b; b covers everything",
        "1: 10 KNIT from a, 3 KNIT from b",
        "a taken for 10: first by priority and name",
        "b taken for 3: the only one that can serve what was wanted by then",
    ]


def test_row_33_in_order_or_highest_stock_first() -> None:
    """Row 33: of A 6 and B 8, 10 come as 6 + 4 or as 2 + 8, and no single location covers it."""
    places = [at("a", {KNIT: 6}), at("b", {KNIT: 8})]

    in_order = IN_ORDER([line("1", 10)], locations=places)
    highest = Sourcing(rankers=[HighestStock()])([line("1", 10)], locations=places)

    assert came(in_order) == [("KNIT", "a", 6), ("KNIT", "b", 4)]
    assert came(highest) == [("KNIT", "b", 8), ("KNIT", "a", 2)]
    for decision in (in_order, highest):
        assert decision.is_complete
        assert decision.sole == ()
        assert "no single location covers everything" in decision.explain()
    assert findings(highest) == {
        "b": (LocationChoice.TAKEN, ("HighestStock: 8 in stock",)),
        "a": (
            LocationChoice.TAKEN,
            ("the only one that can serve what was wanted by then",),
        ),
    }


def test_row_35_a_location_below_zero() -> None:
    """Row 35: of A -4 and B +3, 3 may be served; where stock is pooled, none."""
    places = [at("a", {KNIT: -4}), at("b", {KNIT: 3})]

    apart = IN_ORDER([line("1", 3)], locations=places)
    pooled = Sourcing(rankers=(), pooling=Pooling.POOLED)([line("1", 3)], locations=places)

    assert came(apart) == [("KNIT", "b", 3)]
    assert apart.sole == (B,)
    assert findings(apart)["a"][1] == ("has nothing of what is wanted",)
    assert came(pooled) == []
    assert missing(pooled) == {("1", "KNIT"): 3}
    assert pooled.sole == ()
    assert findings(pooled)["b"] == (
        LocationChoice.PASSED_OVER,
        ("what it has is owed at other locations",),
    )


def test_a_pool_without_debts_is_in_nobodys_way() -> None:
    """Where nothing is owed, a location that is passed over has nothing, and that is why."""
    places = [at("a", {KNIT: 3}), at("b", {KNIT: 0})]
    decision = Sourcing(pooling=Pooling.POOLED)([line("1", 5)], locations=places)

    assert came(decision) == [("KNIT", "a", 3)]
    assert findings(decision)["b"][1] == ("has nothing of what is wanted",)


def test_a_split_kit_takes_no_more_from_a_pool_than_it_has() -> None:
    """Whole kits and single parts come out of one pool: an eraser owed is owed to both."""
    kit = line("1", 3, parts={PENCIL: 1, ERASER: 1})
    places = [at("a", {PENCIL: 3, ERASER: 1}), at("b", {ERASER: 2}), at("c", {ERASER: -2})]
    decision = Sourcing(splitting=Splitting.KITS, pooling=Pooling.POOLED)([kit], locations=places)

    assert came(decision) == [("PENCIL", "a", 3), ("ERASER", "a", 1)]
    assert missing(decision) == {("1", "ERASER"): 2}


def test_the_parts_of_one_sku_may_come_from_two_locations() -> None:
    """Where kits may be split, two pencils of one kit come from two locations."""
    kit = line("1", 1, parts={PENCIL: 2})
    decision = Sourcing(splitting=Splitting.KITS)(
        [kit], locations=[at("a", {PENCIL: 1}), at("b", {PENCIL: 1})]
    )

    assert came(decision) == [("PENCIL", "a", 1), ("PENCIL", "b", 1)]


def test_two_lines_of_one_sku_do_not_see_the_same_units() -> None:
    """Of 5 units, two lines of 3 get 3 and 2, and no location covers both."""
    decision = IN_ORDER([line("1", 3), line("2", 3)], locations=[at("a", {KNIT: 5})])

    assert [want.quantity for want in decision.allocations] == [3, 2]
    assert missing(decision) == {("2", "KNIT"): 1}
    assert decision.sole == ()
    assert "2: 2 KNIT from a, 1 KNIT missing" in decision.explain().splitlines()


def test_the_fewest_locations_serve() -> None:
    """One location that has it all is taken before two that come first by name."""
    places = [at("a", {KNIT: 6}), at("b", {KNIT: 6}), at("c", {KNIT: 12})]
    decision = Sourcing()([line("1", 10)], locations=places)

    assert came(decision) == [("KNIT", "c", 10)]
    assert findings(decision) == {
        "c": (LocationChoice.TAKEN, ("FewestSplits: alone serving 10 units",)),
        "a": (
            LocationChoice.PASSED_OVER,
            ("FewestSplits: c first, alone serving 10 units",),
        ),
        "b": (
            LocationChoice.PASSED_OVER,
            ("FewestSplits: c first, alone serving 10 units",),
        ),
    }


def test_rankers_break_each_others_ties() -> None:
    """A ranker decides among those that tie for the one before it, in whatever order."""
    places = [at("a", {KNIT: 10}), at("b", {KNIT: 12}), at("c", {KNIT: 9})]
    asked = [line("1", 10)]

    fewest = Sourcing(rankers=[FewestSplits(), HighestStock()])(asked, locations=places)
    preferred = Sourcing(rankers=[Preferred(locations=[C]), FewestSplits()])(
        asked, locations=places
    )

    assert came(fewest) == [("KNIT", "b", 10)]
    assert findings(fewest)["a"][1] == ("HighestStock: b first, 12 in stock, here 10 in stock",)
    assert came(preferred) == [("KNIT", "c", 9), ("KNIT", "a", 1)]
    assert findings(preferred)["a"][1] == (
        "FewestSplits: alone serving 1 units",
        "first by priority and name",
    )


def test_a_ranker_of_ones_own_is_any_callable() -> None:
    """A function of the right shape ranks, is named, and reads the facts of the location."""

    def cheapest_rent(places: Sequence[StockedLocation], /, *, need: SourcingNeed) -> list[Rank]:
        rents = {A: 30, B: 10}
        return [
            Rank(location=place.id, key=rents[place.id], reason=f"rent {rents[place.id]}")
            for place in places
            if place.id in rents
        ]

    places = [at("a", {KNIT: 1}), at("b", {KNIT: 1}), at("c", {KNIT: 1})]
    decision = Sourcing(rankers=[cheapest_rent])([line("1", 1)], locations=places)

    assert findings(decision)["b"] == (LocationChoice.TAKEN, ("cheapest_rent: rent 10",))
    assert findings(decision)["a"][1] == ("cheapest_rent: b first, rent 10, here rent 30",)
    assert findings(decision)["c"][1] == ("cheapest_rent: b first, rent 10",)


@pytest.mark.parametrize("names", [[A, A], [A, LocationId("z")]])
def test_a_ranker_ranks_what_it_was_asked_about(names: list[LocationId]) -> None:
    """A location that is ranked twice, or was not asked about, is a broken contract."""

    def broken(_places: Sequence[StockedLocation], /, *, need: SourcingNeed) -> list[Rank]:
        return [Rank(location=name, key=0, reason="broken") for name in names]

    with pytest.raises(FieldError) as caught:
        Sourcing(rankers=[broken])(
            [line("1", 1)], locations=[at("a", {KNIT: 1}), at("b", {KNIT: 1})]
        )

    assert caught.value.field == "ranks"
    assert caught.value.got == tuple(names)


def test_priority_comes_before_the_name() -> None:
    """Where no ranker decides, the lowest priority goes first."""
    places = [at("a", {KNIT: 1}, priority=1), at("b", {KNIT: 1})]
    decision = IN_ORDER([line("1", 1)], locations=places)

    assert decision.used == (B,)
    assert findings(decision)["a"][1] == ("b first by priority and name",)


def test_every_filter_is_asked_and_every_objection_is_kept() -> None:
    """A location that three filters reject says so three times; it is never taken."""
    places = [
        at("a", {KNIT: 9}, closed="flood", authority=Authority.OBSERVED, serves=["DE"]),
        at("b", {KNIT: 1}),
    ]
    decision = Sourcing()([line("1", 2)], locations=places, destination=Place(country="FR"))

    assert came(decision) == [("KNIT", "b", 1)]
    assert findings(decision)["a"] == (
        LocationChoice.REJECTED,
        (
            "closed: flood",
            "its stock is observed, not ours to promise",
            "does not send to FR",
        ),
    )
    assert decision.locations[-1].explain().startswith("a rejected: closed: flood; ")


def test_a_filter_may_reject_one_sku() -> None:
    """A location without the one sku serves the others, and says what it may not send."""

    def no_erasers(location: StockedLocation, /, *, need: SourcingNeed) -> tuple[Rejection, ...]:
        return (Rejection(sku=ERASER, reason="too small to find"),) if location.id == A else ()

    asked = [line("1", 1), line("2", 1, parts={ERASER: 1})]
    places = [at("a", {KNIT: 1, ERASER: 5}), at("b", {ERASER: 1})]
    decision = Sourcing(filters=[no_erasers], rankers=())(asked, locations=places)

    assert came(decision) == [("KNIT", "a", 1), ("ERASER", "b", 1)]
    assert "no ERASER from here: too small to find" in findings(decision)["a"][1]
    assert decision.sole == ()


def test_an_order_that_may_not_be_split_comes_from_one_location_or_not_at_all() -> None:
    """All lines from one location; where none has them all, nothing is allocated."""
    asked = [line("1", 1), line("2", 1, parts={PENCIL: 1})]
    rule = Sourcing(splitting=Splitting.NOTHING)

    apart = rule(asked, locations=[at("a", {KNIT: 1}), at("b", {PENCIL: 1})])
    together = rule(asked, locations=[at("a", {KNIT: 1}), at("b", {KNIT: 1, PENCIL: 1})])

    assert came(apart) == []
    assert missing(apart) == {("1", "KNIT"): 1, ("2", "PENCIL"): 1}
    assert findings(apart)["a"][1] == ("has some of it, but nothing that may leave as a whole",)
    assert came(together) == [("KNIT", "b", 1), ("PENCIL", "b", 1)]


def test_lines_that_may_not_be_split_come_from_one_location_each() -> None:
    """Of 6 and 8, a line of 10 finds no location; lines of 5 and 8 find one each."""
    places = [at("a", {KNIT: 6}), at("b", {KNIT: 8})]
    rule = Sourcing(splitting=Splitting.ORDERS)

    assert came(rule([line("1", 10)], locations=places)) == []
    assert came(rule([line("1", 5), line("2", 8)], locations=places)) == [
        ("KNIT", "a", 5),
        ("KNIT", "b", 8),
    ]


def test_the_parts_of_a_kit_stay_together() -> None:
    """A kit of 2 pencils and 1 eraser comes from where both are; the next one is missing."""
    kit = line("1", 2, parts={PENCIL: 2, ERASER: 1})
    places = [at("a", {PENCIL: 4}), at("b", {PENCIL: 2, ERASER: 1}), at("c", {ERASER: 1})]

    together = Sourcing(rankers=())([kit], locations=places)
    split = Sourcing(rankers=(), splitting=Splitting.KITS)([kit], locations=places)

    assert came(together) == [("PENCIL", "b", 2), ("ERASER", "b", 1)]
    assert missing(together) == {("1", "PENCIL"): 2, ("1", "ERASER"): 1}
    assert came(split) == [
        ("PENCIL", "b", 2),
        ("PENCIL", "a", 2),
        ("ERASER", "b", 1),
        ("ERASER", "c", 1),
    ]
    assert split.is_complete


def test_a_split_kit_uses_the_locations_already_taken_first() -> None:
    """What is left of a location that serves whole kits serves parts before another does."""
    kit = line("1", 2, parts={PENCIL: 1, ERASER: 1})
    places = [at("a", {ERASER: 1, PENCIL: 0}), at("b", {PENCIL: 2, ERASER: 1})]
    decision = Sourcing(rankers=(), splitting=Splitting.KITS, locations_max=1)(
        [kit], locations=places
    )

    assert came(decision) == [("PENCIL", "b", 2), ("ERASER", "b", 1)]
    assert missing(decision) == {("1", "ERASER"): 1}
    assert findings(decision)["a"][1] == ("could serve more, but no more locations may be used",)


def test_no_more_locations_are_used_than_allowed() -> None:
    """With one location at most, the one that serves the most is taken, and the rest waits."""
    places = [at("a", {KNIT: 6}), at("b", {KNIT: 8}), at("c", {PENCIL: 1})]
    decision = Sourcing(locations_max=1, leftover_at=A)([line("1", 10)], locations=places)

    assert came(decision) == [("KNIT", "b", 8)]
    assert missing(decision) == {("1", "KNIT"): 2}
    assert findings(decision)["a"][1] == ("could serve more, but no more locations may be used",)
    assert findings(decision)["c"][1] == ("has nothing of what is wanted",)
    assert "1: 8 KNIT from b, 2 KNIT missing, waiting at a" in decision.explain().splitlines()


def test_nothing_wanted_and_nowhere_to_take_it_from() -> None:
    """No lines, or no locations, are answered as any other question."""
    nothing = Sourcing(pooling=Pooling.POOLED)([], locations=[at("a", {KNIT: 1})])
    nowhere = Sourcing(leftover_at=A)([line("1", 1)], locations=[])

    assert nothing.is_complete
    assert nothing.explain().splitlines() == [
        "0 of 0 units from nowhere; no single location covers everything",
        "a passed over: nothing was wanted",
    ]
    assert missing(nowhere) == {("1", "KNIT"): 1}
    assert [(want.location, want.quantity) for want in nowhere.wants] == [(A, 1)]


def test_the_ledger_reserves_what_was_decided() -> None:
    """The wants of a complete decision are granted by the ledger it was made from."""
    levels = [
        StockLevel.counted(KNIT, on_hand=units, location=location, at=NOON)
        for location, units in ((A, 6), (B, 8))
    ]
    places = stocked([Location(id=A), Location(id=B)], levels=levels, now=NOON)
    decision = IN_ORDER([line("line:web/1#1", 10)], locations=places)

    reserve = Reserve(key=CommandKey("r1"), wants=decision.wants, placed_at=NOON)
    stock, ledger = Stock(levels).decide(reserve, now=NOON)
    assert isinstance(ledger.outcomes[0], Reserved)
    assert [stock.level(KNIT, location=name).available(NOON) for name in (A, B)] == [0, 4]


def test_the_ledger_records_what_is_missing_where_it_waits() -> None:
    """What a channel has sold is recorded with the leftover, which is uncovered there."""
    levels = [StockLevel.counted(KNIT, on_hand=6, location=A, at=NOON)]
    rule = Sourcing(rankers=(), leftover_at=A)
    decision = rule(
        [line("line:web/1#1", 10)],
        locations=stocked([Location(id=A)], levels=levels, now=NOON),
    )

    record = Record(key=CommandKey("r1"), wants=decision.wants, placed_at=NOON)
    stock, ledger = Stock(levels).decide(record, now=NOON)
    assert isinstance(ledger.outcomes[0], Recorded)
    assert (
        stock.level(KNIT, location=A).allocated,
        stock.level(KNIT, location=A).uncovered_units,
    ) == (6, 4)


def test_lines_and_locations_have_names_of_their_own() -> None:
    """Two lines of one owner, or two locations of one name, are refused."""
    with pytest.raises(FieldError, match="lines must be one line for each owner"):
        IN_ORDER([line("1", 1), line("1", 2)], locations=[])
    with pytest.raises(FieldError, match="locations must be one for each name"):
        IN_ORDER([], locations=[at("a", {}), at("a", {KNIT: 1})])


@pytest.mark.parametrize("field", ["filters", "rankers", "splitters"])
@pytest.mark.parametrize("nonsense", [None, 3, [3]])
def test_the_parts_of_the_rule_can_be_called(field: str, nonsense: Any) -> None:
    """What cannot be called is no filter, ranker or splitter."""
    with pytest.raises(FieldError) as caught:
        Sourcing(**{field: nonsense})

    assert caught.value.field == field
