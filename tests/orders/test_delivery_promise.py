"""What a promise of delivery may say: never too early, and never earlier for a later order."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.orders import (
    CarrierService,
    DayStep,
    DeliveryPromise,
    Promise,
    PromiseDecision,
)
from ecomkit.testing.strategies import business_calendars, instants, zone_names
from ecomkit.timeline import (
    BusinessCalendar,
    InstantRangeError,
    NaiveInstantError,
    Weekday,
    day_of,
    instant,
)

PARIS = "Europe/Paris"
SOON = {
    "min_value": datetime(2000, 1, 1, tzinfo=UTC),
    "max_value": datetime(2040, 1, 1, tzinfo=UTC),
}
HOLIDAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))
NOON = time(12)
NAIVE = datetime(2026, 8, 3, 15)  # noqa: DTZ001  # what is refused


def paris(*, cut_off: time = time(14), holidays: tuple[date, ...] = ()) -> BusinessCalendar:
    """Return a calendar of Paris that rests at the weekend."""
    return BusinessCalendar(zone=PARIS, cut_off=cut_off, holidays=holidays)


def service(
    *, min_days: int = 1, max_days: int = 2, calendar: BusinessCalendar | None = None
) -> CarrierService:
    """Return a service that delivers in Paris until eight in the evening."""
    return CarrierService(
        name="home",
        calendar=paris(cut_off=time(20)) if calendar is None else calendar,
        min_days=min_days,
        max_days=max_days,
    )


def warehouse(
    *, handling_days: int = 0, calendar: BusinessCalendar | None = None
) -> DeliveryPromise:
    """Return a policy of a warehouse in Paris that hands over at five."""
    return DeliveryPromise(
        calendar=paris() if calendar is None else calendar,
        leaves_at=time(17),
        handling_days=handling_days,
    )


@st.composite
def policies(draw: st.DrawFn) -> DeliveryPromise:
    """Return policies in any zone, with awkward cut-offs."""
    calendar = draw(business_calendars(zones=zone_names(), holidays=HOLIDAYS))
    return DeliveryPromise(
        calendar=calendar,
        leaves_at=draw(st.times(min_value=calendar.cut_off)),
        handling_days=draw(st.integers(0, 4)),
    )


@st.composite
def services(draw: st.DrawFn) -> CarrierService:
    """Return services that carry in any zone."""
    fewest = draw(st.integers(0, 4))
    return CarrierService(
        name="any",
        calendar=draw(business_calendars(zones=zone_names(), holidays=HOLIDAYS)),
        min_days=fewest,
        max_days=fewest + draw(st.integers(0, 4)),
    )


def days_between(first: date, last: date) -> list[date]:
    """Return the days after *first*, up to *last*."""
    return [first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1)]


def steps_of(decision: PromiseDecision) -> list[tuple[str, date]]:
    """Return what is done by which day."""
    return [(step.what, step.day) for step in decision.steps]


@given(policies(), services(), instants(**SOON), instants(**SOON))
def test_a_later_order_is_never_promised_earlier(
    policy: DeliveryPromise, carrier: CarrierService, one: datetime, other: datetime
) -> None:
    """Each of the three instants of a promise is monotone in the instant of the order."""
    earlier, later = sorted((one.astimezone(UTC), other.astimezone(UTC)))
    first = policy(carrier, now=earlier).promise
    second = policy(carrier, now=later).promise
    assert first.ship_by <= second.ship_by
    assert first.deliver_from <= second.deliver_from
    assert first.deliver_by <= second.deliver_by


@given(policies(), services(), instants(**SOON))
def test_nothing_leaves_before_cut_off_and_handling_allow(
    policy: DeliveryPromise, carrier: CarrierService, now: datetime
) -> None:
    """The parcel leaves on a working day, with the days of handling behind it, and not before now."""
    calendar = policy.calendar
    promise = policy(carrier, now=now).promise
    placed = day_of(now, zone=calendar.zone)
    start = calendar.ships_on(now)
    leaves = day_of(promise.ship_by, zone=calendar.zone)
    worked = [day for day in days_between(start, leaves) if calendar.is_working_day(day)]
    assert now <= promise.ship_by
    assert placed <= start
    # A zone may have skipped the day on which it would have left: then it leaves as the next begins.
    assert len(worked) in (policy.handling_days, policy.handling_days + 1)


@given(policies(), services(), instants(**SOON))
def test_nothing_arrives_before_the_carrier_can(
    policy: DeliveryPromise, carrier: CarrierService, now: datetime
) -> None:
    """From the hand-over on, at least the days at best, and those at worst, are working days."""
    calendar = carrier.calendar
    decision = policy(carrier, now=now)
    promise = decision.promise
    first, last = (step.day for step in decision.steps if step.what == "arrive")
    handed_over = day_of(promise.ship_by, zone=calendar.zone)
    for days, arrival in ((carrier.min_days, first), (carrier.max_days, last)):
        worked = [
            day for day in days_between(handed_over, arrival) if calendar.is_working_day(day)
        ]
        assert calendar.is_working_day(arrival)
        assert len(worked) >= days
    assert promise.ship_by <= promise.deliver_from <= promise.deliver_by


@given(policies(), services(), instants(**SOON), st.integers(0, 60))
def test_stock_that_is_still_to_come_never_makes_it_earlier(
    policy: DeliveryPromise, carrier: CarrierService, now: datetime, days: int
) -> None:
    """What is promised with stock to come is what is promised without it, or later."""
    stock_on = now.date() + timedelta(days=days)
    there = policy(carrier, now=now).promise
    to_come = policy(carrier, now=now, stock_on=stock_on).promise
    assert there.ship_by <= to_come.ship_by
    assert there.deliver_by <= to_come.deliver_by
    assert stock_on <= day_of(to_come.ship_by, zone=policy.calendar.zone)


@pytest.mark.parametrize(
    ("placed", "leaves"),
    [
        ("2026-07-30T13:59:59+02:00", date(2026, 7, 30)),
        ("2026-07-30T14:00:00+02:00", date(2026, 7, 31)),
        ("2026-07-31T13:59:59+02:00", date(2026, 7, 31)),
        ("2026-07-31T14:00:00+02:00", date(2026, 8, 3)),
        ("2026-08-01T09:00:00+02:00", date(2026, 8, 3)),
        ("2026-07-30T12:00:00Z", date(2026, 7, 31)),
    ],
)
def test_an_order_at_the_cut_off_moves_on(placed: str, leaves: date) -> None:
    """Before two o'clock in Paris it leaves on the same day; at two, on the next working day."""
    decision = warehouse()(service(), now=instant(placed))
    assert [("start", leaves), ("leave", leaves)] == steps_of(decision)[:2]


def test_holidays_of_warehouse_and_carrier_are_waited_for() -> None:
    """The first of May is off for the warehouse, the Monday after it for the carrier alone."""
    may_day, monday = date(2026, 5, 1), date(2026, 5, 4)
    policy = warehouse(handling_days=1, calendar=paris(holidays=(may_day,)))
    carrier = service(calendar=paris(cut_off=time(20), holidays=(may_day, monday)))
    decision = policy(carrier, now=instant("2026-04-30T09:00:00+02:00"))
    wanted = [
        ("start", date(2026, 4, 30)),
        ("leave", monday),
        ("arrive", date(2026, 5, 6)),
        ("arrive", date(2026, 5, 7)),
    ]
    assert wanted == steps_of(decision)


def test_the_clock_of_the_warehouse_counts_when_clocks_change() -> None:
    """Two o'clock in Paris is 13:00 UTC in winter and 12:00 UTC in summer."""
    saturdays = BusinessCalendar(zone=PARIS, cut_off=time(14), weekend=[Weekday.WEDNESDAY])
    policy = warehouse(calendar=saturdays)
    winter, summer = date(2026, 3, 28), date(2026, 3, 29)
    just_in_time = [
        policy(service(), now=instant(f"{winter}T12:59:59Z")),
        policy(service(), now=instant(f"{summer}T11:59:59Z")),
    ]
    late = policy(service(), now=instant(f"{summer}T12:00:00Z"))
    assert [winter, summer] == [decision.steps[1].day for decision in just_in_time]
    assert date(2026, 3, 30) == late.steps[1].day
    leaves = [decision.promise.ship_by for decision in just_in_time]
    assert [instant(f"{winter}T16:00Z"), instant(f"{summer}T15:00Z")] == leaves


def test_an_address_an_ocean_away_has_its_own_days() -> None:
    """Monday at five in Los Angeles is Tuesday in Auckland, and days count from there."""
    policy = DeliveryPromise(
        calendar=BusinessCalendar(zone="America/Los_Angeles", cut_off=NOON), leaves_at=time(17)
    )
    there = BusinessCalendar(zone="Pacific/Auckland", cut_off=time(18))
    carrier = service(min_days=0, max_days=2, calendar=there)
    decision = policy(carrier, now=instant("2026-08-03T09:00:00-07:00"))
    assert [date(2026, 8, 4), date(2026, 8, 6)] == [step.day for step in decision.steps[2:]]
    assert decision.promise.ship_by == decision.promise.deliver_from


@pytest.mark.parametrize(
    ("round_ends", "arrives"), [(time(20), date(2026, 8, 3)), (time(17), date(2026, 8, 4))]
)
def test_a_parcel_that_misses_the_last_round_arrives_with_the_next(
    round_ends: time, arrives: date
) -> None:
    """What leaves at five is not delivered on the same day by a carrier that is home at five."""
    carrier = service(min_days=0, max_days=0, calendar=paris(cut_off=round_ends))
    decision = warehouse()(carrier, now=instant("2026-08-03T09:00:00+02:00"))
    assert [arrives, arrives] == [step.day for step in decision.steps[2:]]
    assert decision.promise.ship_by < decision.promise.deliver_by


def test_work_begins_when_stock_is_there() -> None:
    """Units that come on a Saturday are worked on from Monday, and the step says why."""
    now = instant("2026-07-30T09:00:00+02:00")
    decision = warehouse(handling_days=1)(service(), now=now, stock_on=date(2026, 8, 1))
    wanted = DayStep(what="start", day=date(2026, 8, 3), why="stock comes on 2026-08-01")
    assert wanted == decision.steps[0]
    assert date(2026, 8, 4) == decision.steps[1].day
    in_time = warehouse()(service(), now=now, stock_on=date(2026, 7, 30))
    assert in_time.steps[0].why == "placed before 14:00"


def test_a_decision_says_how_it_was_found() -> None:
    """Every step of the way is named with its day and its reason."""
    decision = warehouse()(service(), now=instant("2026-08-03T09:30:00+02:00"))
    wanted = """\
home: leaves by 2026-08-03 17:00 (Europe/Paris), arrives from 2026-08-04 00:00 (Europe/Paris) \
to 2026-08-05 20:00 (Europe/Paris)
placed: 2026-08-03 09:30 (Europe/Paris)
start: 2026-08-03 (placed before 14:00)
leave: 2026-08-03 (0 working days of handling)
arrive: 2026-08-04 (1 working day of the carrier at best)
arrive: 2026-08-05 (2 working days of the carrier at worst)"""
    assert wanted == decision.explain()


def test_a_promise_is_kept_up_to_its_last_instant() -> None:
    """What is delivered at the instant promised is on time, and a microsecond later it is late."""
    promise = warehouse()(service(), now=instant("2026-08-03T09:30:00+02:00")).promise
    assert promise.is_kept_at(promise.deliver_by)
    assert not promise.is_kept_at(promise.deliver_by + timedelta(microseconds=1))


def test_promises_are_kept_in_utc() -> None:
    """Equal instants of two zones make equal promises."""
    there = instant("2026-08-03T15:00:00Z").astimezone(ZoneInfo(PARIS))
    promise = Promise(ship_by=there, deliver_from=there, deliver_by=there)
    assert (
        promise.ship_by.tzinfo,
        promise.deliver_from.tzinfo,
        promise.deliver_by.tzinfo,
    ) == (UTC, UTC, UTC)


@pytest.mark.parametrize("field", ["ship_by", "deliver_from", "deliver_by"])
def test_a_promise_without_an_offset_is_refused(field: str) -> None:
    """An instant that nobody can place is no promise."""
    at = instant("2026-08-03T15:00:00Z")
    fields = {"ship_by": at, "deliver_from": at, "deliver_by": at}
    with pytest.raises(FieldError, match=field):
        Promise(**fields | {field: NAIVE})


@pytest.mark.parametrize("field", ["ship_by", "deliver_from"])
def test_a_promise_ends_with_the_delivery(field: str) -> None:
    """Nothing leaves, and no delivery begins, after the last instant; what leaves early may arrive early."""
    at = instant("2026-08-03T15:00:00Z")
    fields = {"ship_by": at, "deliver_from": at, "deliver_by": at}
    with pytest.raises(FieldError, match=r"Promise\.deliver_by"):
        Promise(**fields | {field: at + timedelta(microseconds=1)})
    early = Promise(**fields | {field: at - timedelta(days=1)})
    assert early.deliver_by == at


def test_what_cannot_be_promised_is_refused() -> None:
    """A hand-over before the cut-off, days that run backwards and instants without offset."""
    with pytest.raises(FieldError, match="leaves_at must be 14:00:00, the cut-off, or later"):
        DeliveryPromise(calendar=paris(), leaves_at=time(13, 59))
    with pytest.raises(FieldError, match="own clock"):
        DeliveryPromise(calendar=paris(), leaves_at=time(15, tzinfo=UTC))
    with pytest.raises(FieldError, match="max_days must be 2 or more"):
        service(min_days=2, max_days=1)
    with pytest.raises(NaiveInstantError):
        warehouse()(service(), now=NAIVE)
    now = instant("2026-08-03T15:00:00Z")
    with pytest.raises(FieldError, match="without a time"):
        warehouse()(service(), now=now, stock_on=now)


def test_a_decision_at_the_end_of_the_calendar_cannot_be_told_on_a_clock_beyond_it() -> None:
    """The first hours of the year 1 in UTC are in no year in New York: a typed error says so."""
    decision = warehouse()(service(), now=instant("2026-08-03T09:30:00+02:00"))
    early = attrs.evolve(decision, placed_at=instant("0001-01-01T00:00:00Z"), zone="US/Eastern")
    with pytest.raises(InstantRangeError):
        early.explain()
