"""Available to promise over time: no promise made today takes a unit from one made before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import (
    LineId,
    LocationId,
    LotId,
    OrderId,
    PurchaseOrderId,
    Sku,
    TransferId,
)
from ecomkit.stock import Allocation, Coverage, Hold, Owner, StockLevel, Transit, Uncovered
from ecomkit.stock.lots import Lot, LotBalance, LotStatus
from ecomkit.stock.promising import (
    AvailableToPromise,
    Commitment,
    Counting,
    CoverPart,
    ExpectedCover,
    Firmness,
    Incoming,
    PromiseSchedule,
    PromiseStep,
)
from ecomkit.timeline import UnknownZoneError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
HONEY = Sku("HONEY")
LYON = LocationId("lyon")
DAYS = 7
"""The tests look a week ahead; the day after it nothing happens any more."""

BARE = AvailableToPromise()
GREEDY = AvailableToPromise(overdue=Counting.COUNTED, planned=Counting.COUNTED)


def day(number: int) -> date:
    """Return the day *number* days after today."""
    return TODAY + timedelta(days=number)


def owner(name: str) -> Owner:
    """Return the owner of the one line of an order."""
    return Owner.line(OrderId(name), LineId("1"))


def level_of(
    sellable: int = 0, *, allocated: int = 0, held: int = 0, uncovered: tuple[int, ...] = ()
) -> StockLevel:
    """Return a level of honey with one allocation, one live hold, and orders that wait."""
    return StockLevel(
        sku=HONEY,
        sellable=sellable,
        allocated=allocated,
        held=held,
        holds=[Hold(owner=owner("h"), quantity=held, expires_at=NOW + timedelta(1), rank=0)]
        if held
        else [],
        allocations=[Allocation(owner=owner("a"), quantity=allocated, placed_at=NOW, rank=1)]
        if allocated
        else [],
        uncovered=[
            Uncovered(owner=owner(f"u{n}"), quantity=units, placed_at=NOW, rank=2 + n)
            for n, units in enumerate(uncovered)
        ],
        next_rank=2 + len(uncovered),
    )


def incoming(quantity: int, on: int, *, good_for: int | None = None, **fields: Any) -> Incoming:
    """Return honey that comes *on* days from today and is good until *good_for* days from it."""
    return Incoming(
        sku=HONEY,
        quantity=quantity,
        expected_on=day(on),
        source=PurchaseOrderId("PO-1"),
        expires_on=None if good_for is None else day(good_for),
        **fields,
    )


def commitment(quantity: int, on: int, *, name: str = "c") -> Commitment:
    """Return honey that is promised for the day *on* days from today."""
    return Commitment(owner=owner(name), sku=HONEY, quantity=quantity, due_on=day(on))


def lot(units: int, good_for: int | None, status: LotStatus = LotStatus.APPROVED) -> LotBalance:
    """Return a lot on the shelf whose last good day is *good_for* days from today."""
    return LotBalance(
        lot=Lot(
            id=LotId(f"L{good_for}"),
            sku=HONEY,
            received_at=NOW,
            expires_on=None if good_for is None else day(good_for),
            status=status,
        ),
        units=units,
    )


class Case(NamedTuple):
    """Facts for one question."""

    level: StockLevel
    incoming: list[Incoming]
    commitments: list[Commitment]
    lots: list[LotBalance]

    def schedule(self, rule: AvailableToPromise = BARE) -> PromiseSchedule:
        """Return the answer."""
        return rule(
            self.level,
            incoming=self.incoming,
            commitments=self.commitments,
            lots=self.lots,
            now=NOW,
        )

    def curve(self, rule: AvailableToPromise = BARE) -> list[int]:
        """Return what can be promised for each day of the week, and for the day after it."""
        schedule = self.schedule(rule)
        return [schedule.on(day(n)) for n in range(DAYS + 1)]


UNITS = st.integers(1, 4)
WHEN = st.integers(0, DAYS)
GOOD_FOR = st.none() | st.integers(-1, DAYS)
INCOMING = st.builds(
    lambda quantity, on, good_for: incoming(quantity, on, good_for=good_for), UNITS, WHEN, GOOD_FOR
)
COMMITMENTS = st.builds(commitment, UNITS, st.integers(-1, DAYS))


@st.composite
def cases(draw: st.DrawFn, *, good_for: st.SearchStrategy[int | None] = GOOD_FOR) -> Case:
    """Return levels with waiting orders, lots, incoming units and commitments of a week."""
    parts = draw(st.lists(st.tuples(UNITS, good_for), max_size=3))
    spare = draw(st.integers(0, 3))
    shelf = sum(units for units, _ in parts) + spare
    allocated = draw(st.integers(0, shelf))
    held = draw(st.integers(0, shelf - allocated))
    return Case(
        level_of(
            shelf - allocated - held,
            allocated=allocated,
            held=held,
            uncovered=tuple(draw(st.lists(UNITS, max_size=2))),
        ),
        draw(
            st.lists(
                st.builds(
                    lambda quantity, on, keeps: incoming(quantity, on, good_for=keeps),
                    UNITS,
                    WHEN,
                    good_for,
                ),
                max_size=3,
            )
        ),
        draw(st.lists(COMMITMENTS, max_size=3)),
        [lot(units, keeps) for units, keeps in parts],
    )


# -- the slow models --------------------------------------------------------------------------


class Unit(NamedTuple):
    """One unit: the first day on which it is there, and the last."""

    first: int
    last: int


class Wish(NamedTuple):
    """One unit wanted on a day, and by whom."""

    due: int
    who: str


def units_of(case: Case) -> list[Unit]:
    """Return every unit by itself."""
    far = 10 * DAYS

    def last(expires_on: date | None) -> int:
        return far if expires_on is None else (expires_on - TODAY).days

    level = case.level
    loose = level.sellable + level.allocated + level.held - sum(b.units for b in case.lots)
    return [
        *(Unit(0, far) for _ in range(loose)),
        *(Unit(0, last(b.lot.expires_on)) for b in case.lots for _ in range(b.units)),
        *(
            Unit((each.expected_on - TODAY).days, last(each.expires_on))
            for each in case.incoming
            for _ in range(each.quantity)
        ),
    ]


def wishes_of(case: Case) -> list[Wish]:
    """Return every unit wanted by itself, in the order in which they are served."""
    level = case.level
    due = sorted(case.commitments, key=lambda c: c.due_on)
    return [
        *(Wish(0, "promised") for _ in range(level.allocated + level.held)),
        *(Wish(0, debt.owner.name) for debt in level.uncovered for _ in range(debt.quantity)),
        *(
            Wish(max(0, (c.due_on - TODAY).days), c.owner.name)
            for c in due
            for _ in range(c.quantity)
        ),
    ]


def live_through(units: list[Unit], wishes: list[Wish]) -> list[int | None]:
    """Live the week day by day, hand over what expires first, and return who got theirs when."""
    shelf = [*units]
    got: list[int | None] = [None] * len(wishes)
    for today in range(DAYS + 1):
        for number, wish in enumerate(wishes):
            good = sorted(
                (unit for unit in shelf if unit.first <= today <= unit.last),
                key=lambda unit: unit.last,
            )
            if wish.due <= today and got[number] is None and good:
                shelf.remove(good[0])
                got[number] = today
    return got


def with_promise(wishes: list[Wish], quantity: int, on: int) -> list[Wish]:
    """Return the wishes with a new promise behind all that are due no later than it."""
    place = sum(1 for wish in wishes if wish.due <= on)
    return [*wishes[:place], *[Wish(on, "new")] * quantity, *wishes[place:]]


def promisable(case: Case, on: int) -> int:
    """Return the most units that can be promised while nobody gets theirs later than before."""
    units, wishes = units_of(case), wishes_of(case)
    before = live_through(units, wishes)
    quantity = 0
    while True:
        more = with_promise(wishes, quantity + 1, on)
        after = live_through(units, more)
        new = [when for when, wish in zip(after, more, strict=True) if wish.who == "new"]
        old = [when for when, wish in zip(after, more, strict=True) if wish.who != "new"]
        harmed = any(
            was is not None and (now is None or now > was)
            for was, now in zip(before, old, strict=True)
        )
        if harmed or new != [on] * len(new):
            return quantity
        quantity += 1


def can_all_be_served(units: list[Unit], windows: list[tuple[int, int]]) -> bool:
    """Return whether each window can have a unit of its own (augmenting paths)."""
    taken: dict[int, int] = {}

    def find(window: int, seen: set[int]) -> bool:
        first, last = windows[window]
        for number, unit in enumerate(units):
            if number in seen or max(first, unit.first) > min(last, unit.last):
                continue
            seen.add(number)
            if number not in taken or find(taken[number], seen):
                taken[number] = window
                return True
        return False

    return all(find(window, set()) for window in range(len(windows)))


# -- the laws -----------------------------------------------------------------------------------


@settings(max_examples=300)
@given(cases())
def test_what_can_be_promised_is_what_living_through_the_week_allows(case: Case) -> None:
    """Day by day, unit by unit: the largest promise that is kept and makes nobody wait longer."""
    assert [promisable(case, n) for n in range(DAYS + 1)] == case.curve()


@settings(max_examples=200)
@given(cases())
def test_no_cleverer_use_of_the_units_would_allow_more(case: Case) -> None:
    """One unit more, and there is no way at all to serve all others by the days they have now."""
    units, wishes = units_of(case), wishes_of(case)
    windows = [
        (wish.due, when)
        for wish, when in zip(wishes, live_through(units, wishes), strict=True)
        if when is not None
    ]
    for number, quantity in enumerate(case.curve()):
        assert can_all_be_served(units, [*windows, *[(number, number)] * quantity])
        assert not can_all_be_served(units, [*windows, *[(number, number)] * (quantity + 1)])


@given(cases(good_for=st.none()))
def test_where_nothing_expires_it_is_the_least_of_all_later_days(case: Case) -> None:
    """Classical cumulative ATP with look-ahead: there and received, less promised, at its least."""
    level = case.level
    net = [
        level.sellable
        - level.uncovered_units
        + sum(each.quantity for each in case.incoming if each.expected_on <= day(n))
        - sum(each.quantity for each in case.commitments if each.due_on <= day(n))
        for n in range(DAYS + 1)
    ]

    assert [max(0, min(net[n:])) for n in range(DAYS + 1)] == case.curve()
    assert case.curve() == sorted(case.curve())


@given(cases(), COMMITMENTS)
def test_one_more_commitment_never_raises_what_can_be_promised(
    case: Case, more: Commitment
) -> None:
    """A promise takes units and gives none."""
    after = case._replace(commitments=[*case.commitments, more]).curve()

    assert all(new <= old for old, new in zip(case.curve(), after, strict=True))


@given(cases(), INCOMING)
def test_one_more_receipt_never_lowers_what_can_be_promised(case: Case, more: Incoming) -> None:
    """Units that come help, or are of no use."""
    after = case._replace(incoming=[*case.incoming, more]).curve()

    assert all(new >= old for old, new in zip(case.curve(), after, strict=True))


@given(cases(), WHEN, st.data())
def test_a_promise_that_was_allowed_is_kept_and_costs_what_it_says(
    case: Case, on: int, data: st.DataObject
) -> None:
    """Taken down as a commitment it is covered on its day, and nobody is covered later."""
    before = case.schedule()
    quantity = data.draw(st.integers(0, before.on(day(on))))
    if not quantity:
        return
    new = commitment(quantity, on, name="new")
    after = case._replace(commitments=[*case.commitments, new]).schedule()

    assert after.covered_on(new.owner) == day(on)
    assert after.on(day(on)) == before.on(day(on)) - quantity
    others = [cover for cover in after.covers if cover.owner != new.owner]
    assert [c.covered_on for c in before.covers] == [c.covered_on for c in others]


@given(cases())
def test_who_waits_is_told_the_day_on_which_the_units_come(case: Case) -> None:
    """The days of each owner are those of living through the week."""
    wishes = wishes_of(case)
    got = live_through(units_of(case), wishes)
    lived: dict[str, list[int | None]] = {}
    for wish, when in zip(wishes, got, strict=True):
        lived.setdefault(wish.who, []).append(when)
    told: dict[str, list[int | None]] = {}
    for cover in case.schedule().covers:
        days = told.setdefault(cover.owner.name, [])
        days += [(part.day - TODAY).days for part in cover.parts for _ in range(part.units)]
        days += [None] * cover.missing
    lived.pop("promised", None)

    assert lived == told


@given(cases(), st.integers(1, 12))
def test_the_earliest_day_is_the_first_that_has_them(case: Case, quantity: int) -> None:
    """No day before it has as many, and if there is none, no day has."""
    schedule = case.schedule()
    days = [day(n) for n in range(DAYS + 1) if schedule.on(day(n)) >= quantity]

    assert (days[0] if days else None) == schedule.earliest(quantity)


@given(cases())
def test_every_step_changes_something_and_is_told(case: Case) -> None:
    """No two neighbours are the same, and each has its line."""
    schedule = case.schedule()
    facts = [(step.there, step.kept) for step in schedule.steps]

    assert all(one != other for one, other in pairwise(facts))
    assert all(step.explain() in schedule.explain() for step in schedule.steps)


# -- examples -----------------------------------------------------------------------------------


def test_a_promise_for_today_does_not_take_the_units_of_a_dated_one() -> None:
    """Ten there, eight promised for Thursday, twenty come on Friday: two until then, then 22."""
    schedule = BARE(
        level_of(10), incoming=[incoming(20, 5)], commitments=[commitment(8, 4)], now=NOW
    )

    assert [schedule.on(day(n)) for n in (0, 3, 4, 5, 400)] == [2, 2, 2, 22, 22]
    assert (schedule.earliest(2), schedule.earliest(3), schedule.earliest(23)) == (
        day(0),
        day(5),
        None,
    )
    assert schedule.steps == (
        PromiseStep(day=day(0), there=10, kept=8),
        PromiseStep(day=day(4), there=2),
        PromiseStep(day=day(5), there=22),
    )


def test_who_waits_is_served_before_anything_new_is_promised() -> None:
    """Four and three wait, five come: the first has all four, the second one and then the rest."""
    schedule = BARE(
        level_of(0, uncovered=(4, 3)), incoming=[incoming(5, 2), incoming(4, 6)], now=NOW
    )

    assert schedule.covers == (
        ExpectedCover(owner=owner("u0"), quantity=4, parts=[CoverPart(day=day(2), units=4)]),
        ExpectedCover(
            owner=owner("u1"),
            quantity=3,
            parts=[CoverPart(day=day(2), units=1), CoverPart(day=day(6), units=2)],
        ),
    )
    assert (schedule.covered_on(owner("u0")), schedule.covered_on(owner("u1"))) == (day(2), day(6))
    assert [schedule.on(day(n)) for n in (0, 2, 5, 6)] == [0, 0, 0, 2]


def test_by_placement_who_bought_first_is_served_first() -> None:
    """Heard of second and bought first: by placement first, by arrival second."""
    level = attrs.evolve(
        level_of(),
        uncovered=[
            Uncovered(owner=owner("late"), quantity=1, placed_at=NOW, rank=0),
            Uncovered(owner=owner("early"), quantity=1, placed_at=NOW - timedelta(1), rank=1),
        ],
    )
    coming = [incoming(1, 2), incoming(1, 6)]
    placement = AvailableToPromise(coverage=Coverage.PLACEMENT)

    assert BARE(level, incoming=coming, now=NOW).covered_on(owner("late")) == day(2)
    assert placement(level, incoming=coming, now=NOW).covered_on(owner("late")) == day(6)
    assert placement(level, incoming=coming, now=NOW).covered_on(owner("early")) == day(2)


def test_a_backorder_without_a_receipt_has_no_day() -> None:
    """Two wait, one comes: the day is not known, and one is missing."""
    schedule = BARE(level_of(uncovered=(2,)), incoming=[incoming(1, 3)], now=NOW)
    [cover] = schedule.covers

    assert schedule.covered_on(owner("u0")) is None
    assert (cover.missing, cover.covered_on, cover.is_late) == (1, None, False)
    assert cover.explain() == ("line:u0#1 waits for 2: 1 on 2026-03-04, 1 with nothing expected")


def test_an_owner_with_two_promises_is_covered_when_both_are() -> None:
    """The later day counts, and a promise without a day leaves no day."""
    two = [commitment(1, 1), commitment(1, 3)]

    assert BARE(level_of(2), commitments=two, now=NOW).covered_on(owner("c")) == day(3)
    assert BARE(level_of(1), commitments=two, now=NOW).covered_on(owner("c")) is None


def test_a_commitment_that_will_be_late_is_seen() -> None:
    """Promised for the second day, there on the fourth; overdue ones are due today."""
    schedule = BARE(
        level_of(),
        incoming=[incoming(3, 4)],
        commitments=[commitment(1, 2), commitment(1, -2, name="old"), commitment(1, 4, name="ok")],
        now=NOW,
    )

    assert [(c.owner, c.is_late) for c in schedule.covers] == [
        (owner("old"), True),
        (owner("c"), True),
        (owner("ok"), False),
    ]
    assert schedule.covers[1].explain() == (
        "line:c#1 waits for 1 due on 2026-03-03: 1 on 2026-03-05, late"
    )


def test_an_expiring_lot_counts_until_its_last_good_day() -> None:
    """Of ten, six are good for two days more: ten, ten, ten, then four."""
    case = Case(level_of(10), [], [], [lot(6, 2)])

    assert case.curve() == [10, 10, 10, 4, 4, 4, 4, 4]


def test_a_commitment_before_the_expiry_takes_the_lot_that_expires() -> None:
    """Six expire on day 3, but five of them are handed over on day 2: one is lost, not six."""
    case = Case(level_of(10), [], [commitment(5, 2)], [lot(6, 2)])

    assert case.curve() == [5, 5, 5, 4, 4, 4, 4, 4]


def test_a_commitment_after_the_expiry_keeps_the_units_that_last() -> None:
    """Four last and three of them are promised for day 5: seven can be had before, then one."""
    case = Case(level_of(10), [], [commitment(3, 5)], [lot(6, 2)])

    assert case.curve() == [7, 7, 7, 1, 1, 1, 1, 1]


def test_a_lot_too_close_to_its_expiry_is_not_promised() -> None:
    """Row 50: good until the 10th and the 20th, three days wanted, today the 8th: the second."""
    today = datetime(2026, 1, 8, 9, tzinfo=UTC)
    lots = [
        LotBalance(
            lot=Lot(id=LotId(str(n)), sku=HONEY, received_at=today, expires_on=date(2026, 1, n)),
            units=5,
        )
        for n in (10, 20)
    ]
    schedule = AvailableToPromise(minimum_shelf_life_days=3)(level_of(10), lots=lots, now=today)

    assert (schedule.usable, schedule.unfit) == (5, 5)
    assert schedule.on(date(2026, 1, 8)) == 5
    assert schedule.on(date(2026, 1, 17)) == 5
    assert schedule.on(date(2026, 1, 18)) == 0
    assert schedule.explain().splitlines()[0] == "HONEY at main: 5 usable, 5 unfit, 0 promised"


def test_a_lot_that_never_expires_and_the_last_day_of_the_calendar() -> None:
    """A lot without a date, or with the last date there is, counts for ever."""
    last = attrs.evolve(lot(2, 1).lot, expires_on=date.max)
    schedule = BARE(level_of(5), lots=[lot(3, None), LotBalance(lot=last, units=2)], now=NOW)

    assert schedule.on(date.max) == 5
    assert len(schedule.steps) == 1


@pytest.mark.parametrize("status", [s for s in LotStatus if s is not LotStatus.APPROVED])
def test_a_lot_that_is_not_approved_is_promised_to_nobody(status: LotStatus) -> None:
    """On hold, in quarantine or recalled: its units do not count."""
    assert Case(level_of(10), [], [], [lot(6, 5, status)]).curve() == [4] * 8


def test_promised_units_in_an_expired_lot_wait_like_all_others() -> None:
    """Four allocated, four of five expired yesterday: three wait for what comes."""
    case = Case(level_of(1, allocated=4), [incoming(5, 3)], [], [lot(4, -1)])

    assert case.curve() == [0, 0, 0, 2, 2, 2, 2, 2]


def test_lots_are_not_more_than_the_shelf() -> None:
    """Eleven units in lots of ten on the shelf are a contradiction; picked ones do not count."""
    level = attrs.evolve(
        level_of(),
        sellable=10,
        picked=1,
        picks=[Allocation(owner=owner("a"), quantity=1, placed_at=NOW, rank=0)],
        next_rank=1,
    )
    with pytest.raises(FieldError) as caught:
        BARE(level, lots=[lot(6, 1), lot(5, 2)], now=NOW)

    assert (caught.value.owner, caught.value.field, caught.value.got) == (
        "AvailableToPromise",
        "lots",
        11,
    )
    assert BARE(level, lots=[lot(6, 1), lot(4, 2)], now=NOW).on(TODAY) == 10


def test_incoming_units_that_expire_count_while_they_are_good() -> None:
    """Three come on day 1 and are good until day 2."""
    assert Case(level_of(1), [incoming(3, 1, good_for=2)], [], []).curve() == [1, 4, 4] + [1] * 5


def test_overdue_receipts_are_named_and_count_on_request_only() -> None:
    """Expected yesterday: left out and told, or counted from today on; today is not overdue."""
    late, now_due = incoming(5, -1), incoming(2, 0)
    case = Case(level_of(1), [late, now_due], [], [])
    counting = AvailableToPromise(overdue=Counting.COUNTED)

    assert case.schedule().on(TODAY) == 3
    assert case.schedule().overdue == case.schedule().left_out == (late,)
    assert "not counted: 5 on 2026-02-28 from PO-1, overdue" in case.schedule().explain()
    assert case.schedule(counting).on(TODAY) == 8
    assert case.schedule(counting).overdue == (late,)
    assert case.schedule(counting).left_out == ()
    assert "comes: 5 on 2026-02-28 from PO-1, overdue" in case.schedule(counting).explain()


def test_planned_receipts_count_on_request_only() -> None:
    """A proposal is no promise: left out and told, or counted."""
    planned = incoming(5, 2, firmness=Firmness.PLANNED)
    case = Case(level_of(1), [planned], [], [])

    assert case.schedule().on(day(2)) == 1
    assert "not counted: 5 on 2026-03-03 from PO-1, planned" in case.schedule().explain()
    assert case.schedule().overdue == ()
    assert case.schedule(GREEDY).on(day(2)) == 6


def test_other_skus_and_locations_are_passed_over() -> None:
    """Each fact counts at its own level only."""
    schedule = BARE(
        level_of(4),
        incoming=[
            attrs.evolve(incoming(9, 0), sku=Sku("JAM")),
            attrs.evolve(incoming(9, 0), location=LYON),
        ],
        commitments=[
            attrs.evolve(commitment(3, 0), sku=Sku("JAM")),
            attrs.evolve(commitment(3, 0), location=LYON),
        ],
        lots=[attrs.evolve(lot(9, -1), location=LYON)],
        now=NOW,
    )

    assert schedule == BARE(level_of(4), now=NOW)


def test_a_hold_counts_as_promised_until_it_has_expired() -> None:
    """Two held: gone for every day while the hold lives, back at its very end."""
    level = level_of(3, held=2)
    [hold] = level.holds

    assert BARE(level, now=NOW).on(day(6)) == 3
    assert BARE(level, now=hold.expires_at).on(day(6)) == 5
    assert BARE(level, now=NOW).on(TODAY) == level.available(NOW)


def test_quarantined_damaged_and_picked_units_are_not_promised() -> None:
    """Only what is in a condition to be sold and still on the shelf counts."""
    level = StockLevel(
        sku=HONEY,
        sellable=2,
        picked=3,
        quarantined=5,
        damaged=7,
        in_transit=11,
        picks=[Allocation(owner=owner("a"), quantity=3, placed_at=NOW, rank=0)],
        transits=[
            Transit(owner=Owner.transfer(TransferId("t1")), quantity=11, sent_at=NOW, rank=1)
        ],
        next_rank=2,
    )
    schedule = BARE(level, now=NOW)

    assert (schedule.on(TODAY), schedule.usable, schedule.promised) == (2, 2, 0)


def test_today_is_the_day_of_the_location() -> None:
    """At 23:30 in Greenwich it is tomorrow in Paris: what comes tomorrow is there today."""
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    paris = AvailableToPromise(zone="Europe/Paris")

    assert BARE(level_of(), incoming=[incoming(1, 1)], now=late).on(TODAY) == 0
    assert paris(level_of(), incoming=[incoming(1, 1)], now=late).on(day(1)) == 1
    assert paris(level_of(), now=late).today == day(1)


def test_the_whole_answer_is_told() -> None:
    """The shelf, what comes, who waits, and every step."""
    schedule = BARE(
        level_of(7, allocated=2, uncovered=(1,)),
        incoming=[attrs.evolve(incoming(4, 3), source=TransferId("T-9"))],
        commitments=[commitment(5, 2)],
        now=NOW,
    )

    assert schedule.explain() == (
        "HONEY at main: 9 usable, 2 promised\n"
        "comes: 4 on 2026-03-04 from T-9\n"
        "line:u0#1 waits for 1: 1 on 2026-03-01\n"
        "line:c#1 waits for 5 due on 2026-03-03: 5 on 2026-03-03\n"
        "can be promised from 2026-03-01: 1 (6 there, 5 kept for later)\n"
        "can be promised from 2026-03-03: 1\n"
        "can be promised from 2026-03-04: 5"
    )


@pytest.mark.parametrize("wrong", [day(-1), NOW, "2026-03-02", None])
def test_a_day_is_a_date_from_today_on(wrong: Any) -> None:
    """The past, an instant and a text are refused."""
    with pytest.raises(FieldError) as caught:
        BARE(level_of(), now=NOW).on(wrong)

    assert (caught.value.field, caught.value.got) == ("day", wrong)


@pytest.mark.parametrize("wrong", [0, -1, True, 1.0, None])
def test_a_quantity_is_a_whole_number_above_zero(wrong: Any) -> None:
    """Nothing, less than nothing and a float are refused."""
    with pytest.raises(FieldError) as caught:
        BARE(level_of(), now=NOW).earliest(wrong)

    assert caught.value.field == "quantity"


def test_who_does_not_wait_has_no_day() -> None:
    """An owner that is not here is refused, and not told that it is never covered."""
    with pytest.raises(FieldError) as caught:
        BARE(level_of(), now=NOW).covered_on(owner("nobody"))

    assert caught.value.field == "owner"


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True])
@pytest.mark.parametrize("make", [incoming, commitment])
def test_nothing_or_less_is_neither_expected_nor_promised(make: Any, quantity: Any) -> None:
    """A quantity is a whole number above zero."""
    with pytest.raises(FieldError) as caught:
        make(quantity, 1)

    assert caught.value.field == "quantity"


def test_an_instant_is_no_day() -> None:
    """Receipts and commitments have a day of the location's calendar."""
    with pytest.raises(FieldError):
        attrs.evolve(incoming(1, 1), expected_on=NOW)
    with pytest.raises(FieldError):
        attrs.evolve(commitment(1, 1), due_on=NOW)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("coverage", "arrival"),
        ("overdue", None),
        ("planned", True),
        ("minimum_shelf_life_days", -1),
        ("zone", 3),
    ],
)
def test_the_parts_of_the_rule_are_checked(field: str, wrong: Any) -> None:
    """A wrong kind is refused with the name of the field."""
    with pytest.raises(FieldError) as caught:
        AvailableToPromise(**{field: wrong})

    assert caught.value.field == field


def test_an_unknown_zone_is_refused_at_once() -> None:
    """Not only when the rule is asked."""
    with pytest.raises(UnknownZoneError):
        AvailableToPromise(zone="Europe/Atlantis")


def test_a_step_keeps_no_more_than_is_there() -> None:
    """A step that would promise less than nothing is a contradiction."""
    with pytest.raises(FieldError) as caught:
        PromiseStep(day=TODAY, there=1, kept=2)

    assert caught.value.field == "kept"


@pytest.mark.parametrize("days", [(), (1,), (0, 2, 2), (0, 3, 2)])
def test_steps_begin_today_and_go_forward(days: tuple[int, ...]) -> None:
    """A schedule answers for every day from today on, once."""
    steps = [PromiseStep(day=day(n), there=0) for n in days]
    with pytest.raises(FieldError) as caught:
        PromiseSchedule(sku=HONEY, location=LYON, today=TODAY, usable=0, steps=steps)

    assert caught.value.field == "steps"


def test_nobody_is_covered_with_more_than_is_waited_for() -> None:
    """Parts that add up to more than the quantity are a contradiction."""
    with pytest.raises(FieldError) as caught:
        ExpectedCover(owner=owner("a"), quantity=2, parts=[CoverPart(day=TODAY, units=3)])

    assert (caught.value.field, caught.value.got) == ("parts", 3)
