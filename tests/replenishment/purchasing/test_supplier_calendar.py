"""Supplier calendars: order days, cut-offs, waiting, stages, the steady state."""

import math
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import LeadTime
from ecomkit.replenishment.purchasing import (
    NoOrderDayError,
    OrderDays,
    Stage,
    StageKind,
    SupplierCalendar,
)
from ecomkit.timeline import (
    BusinessCalendar,
    InstantRangeError,
    NaiveInstantError,
    NoWorkingDayError,
    Weekday,
    instant,
    instant_at,
)

MONDAY = date(2026, 1, 5)
ALWAYS = BusinessCalendar(zone="UTC", weekend=(), cut_off=time(12))
PARIS = BusinessCalendar(zone="Europe/Paris", cut_off=time(12))


def every(weeks: int, *days: Weekday, **rule: Any) -> OrderDays:
    """Return an order rule of so many weeks from Monday on."""
    return OrderDays(
        weekdays=days or [Weekday.MONDAY], every_weeks=weeks, starts_on=MONDAY, **rule
    )


weekday_sets = st.lists(st.sampled_from(Weekday), min_size=1, max_size=7, unique=True)
rules = st.builds(
    OrderDays,
    weekdays=weekday_sets,
    every_weeks=st.integers(1, 8),
    starts_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    weeks_of_month=st.just([]) | st.lists(st.sampled_from([-1, 1, 2, 3, 4]), max_size=3),
)
zones = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Niue"]
)
business = st.builds(
    BusinessCalendar,
    zone=zones,
    weekend=st.lists(st.sampled_from(Weekday), max_size=3, unique=True),
    holidays=st.lists(st.dates(date(2025, 12, 20), date(2026, 12, 31)), max_size=10),
    cut_off=st.times(),
)
stages = st.builds(
    Stage,
    kind=st.sampled_from(StageKind),
    days=st.integers(0, 20),
    calendar=st.none() | business,
    sd_days=st.floats(0, 10),
)
calendars = st.builds(
    SupplierCalendar,
    calendar=business,
    order_days=st.none() | weekday_sets.map(lambda days: OrderDays(weekdays=days)),
    stages=st.lists(stages, max_size=4),
)
moments = st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 (of hypothesis)


def scheduled(calendar: SupplierCalendar, now: datetime) -> Any:
    """Return the schedule; a supplier that opens on no order day is left out of the law."""
    try:
        return calendar.schedule(now)
    except NoOrderDayError:
        return None


@given(calendars, moments)
def test_the_order_day_is_the_first_whose_cut_off_is_ahead(
    calendar: SupplierCalendar, now: datetime
) -> None:
    """An order day's cut-off is still ahead, and no earlier order day had one."""
    told = scheduled(calendar, now)
    if told is None:
        return
    zone, cut_off = calendar.calendar.zone, calendar.calendar.cut_off

    assert calendar.is_order_day(told.order_day)
    assert told.order_by == instant_at(told.order_day, time=cut_off, zone=zone)
    assert now < told.order_by or told.order_day > now.astimezone(told.order_by.tzinfo).date()
    day = told.steps[0].from_day
    while day < told.order_day:
        missed = now >= instant_at(day, time=cut_off, zone=zone)
        assert missed or not calendar.is_order_day(day)
        day += timedelta(days=1)


@given(calendars, moments)
def test_steps_follow_each_other_and_add_up(calendar: SupplierCalendar, now: datetime) -> None:
    """Each step begins where the one before ended; the lead time leads from today to arrival."""
    told = scheduled(calendar, now)
    if told is None:
        return
    steps = told.steps

    assert ["waiting", *(stage.kind.value for stage in calendar.stages)] == [
        step.name for step in steps
    ]
    for one, following in pairwise(steps):
        assert one.to_day == following.from_day
    assert all(step.days >= 0 for step in steps)
    assert told.waiting_days == steps[0].days
    days = (told.arrives_on - now.date()).days
    assert max(0, days) == told.lead_time.mean_days
    assert pytest.approx(math.hypot(*(stage.sd_days for stage in calendar.stages))) == (
        told.lead_time.sd_days
    )
    assert (told.arrives_on, told.lead_time) == (calendar.arrives_on(now), calendar.lead_time(now))
    assert told.explain().count("\n") == len(steps)


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_who_orders_later_gets_it_no_earlier(
    calendar: SupplierCalendar, now: datetime, later: timedelta
) -> None:
    """Order day and arrival never fall as time passes."""
    first, second = scheduled(calendar, now), scheduled(calendar, now + later)
    if first is None or second is None:
        return

    assert first.order_day <= second.order_day
    assert first.arrives_on <= second.arrives_on


@given(st.integers(1, 6))
def test_waiting_for_every_nth_week_follows_the_formula(weeks: int) -> None:
    """Orders every N days wait (N − 1)/2 on average, with sd √((N² − 1)/12)."""
    told = SupplierCalendar(calendar=ALWAYS, order_days=every(weeks)).waiting(
        starts_on=MONDAY + timedelta(days=3), days=420
    )
    between = 7 * weeks

    assert (between - 1) / 2 == told.mean_days
    assert pytest.approx(math.sqrt((between**2 - 1) / 12), rel=1e-12) == told.sd_days
    assert between - 1 == told.longest_days


@given(calendars, st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(1, 60))
def test_the_steady_state_is_the_average_over_days(
    calendar: SupplierCalendar, starts_on: date, days: int
) -> None:
    """The lead time to plan with averages those of orders decided at the start of each day."""
    zone = calendar.calendar.zone
    try:
        told = calendar.planning_lead_time(starts_on=starts_on, days=days)
        waiting = calendar.waiting(starts_on=starts_on, days=days)
    except NoOrderDayError:
        return
    taken, waited = [], []
    for ahead in range(days):
        day = starts_on + timedelta(days=ahead)
        cut_off = instant_at(day, time=calendar.calendar.cut_off, zone=zone)
        schedule = calendar.schedule(cut_off - timedelta(microseconds=1))
        if schedule.steps[0].from_day != day:  # a cut-off at midnight: nothing is before it
            return
        taken.append((schedule.arrives_on - day).days)
        waited.append(schedule.waiting_days)
    spread = math.hypot(*(stage.sd_days for stage in calendar.stages))
    variance = sum((one - sum(taken) / days) ** 2 for one in taken) / days

    assert pytest.approx(sum(taken) / days) == told.mean_days
    assert pytest.approx(math.sqrt(variance + spread**2), abs=1e-9) == told.sd_days
    assert pytest.approx(sum(waited) / days) == waiting.mean_days
    assert max(waited) == waiting.longest_days


@given(rules, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_rule_is_what_it_says(rule: OrderDays, day: date) -> None:
    """A day that holds is of a named weekday, week and place of the month, and no other is."""
    assert rule.starts_on is not None
    weeks = (
        (day - timedelta(days=day.weekday()))
        - (rule.starts_on - timedelta(days=rule.starts_on.weekday()))
    ).days // 7
    places = {(day.day - 1) // 7 + 1}
    if (day + timedelta(days=7)).month != day.month:
        places.add(-1)
    expected = (
        Weekday(day.isoweekday()) in rule.weekdays
        and weeks % rule.every_weeks == 0
        and (not rule.weeks_of_month or bool(places & set(rule.weeks_of_month)))
    )

    assert expected is rule.holds(day)


@given(st.integers(1, 8), st.sampled_from(Weekday), st.integers(-1, 4).filter(bool))
def test_rules_are_those_of_calendars(weeks: int, weekday: Weekday, place: int) -> None:
    """Every so many weeks, and the n-th of a month, are what dateutil finds."""
    first, last = datetime(2026, 1, 5), datetime(2027, 2, 28)  # noqa: DTZ001 (of dateutil)
    days = [first.date() + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    mine = [day for day in days if every(weeks, weekday).holds(day)]
    by_week = rrule.rrule(
        rrule.WEEKLY, interval=weeks, byweekday=weekday.value - 1, dtstart=first, wkst=rrule.MO
    )

    assert [day.date() for day in by_week.between(first, last, inc=True)] == mine
    nth = OrderDays(weekdays=[weekday], weeks_of_month=[place])
    by_month = rrule.rrule(
        rrule.MONTHLY, byweekday=rrule.weekday(weekday.value - 1, place), dtstart=first
    )

    assert [day.date() for day in by_month.between(first, last, inc=True)] == [
        day for day in days if nth.holds(day)
    ]


@pytest.mark.parametrize(
    ("now", "order_day"),
    [
        # Clocks in Paris jump from 2 to 3 on 29 March 2026 and back on 25 October 2026.
        ("2026-03-27T10:59:59Z", "2026-03-27"),
        ("2026-03-27T11:00:00Z", "2026-03-30"),
        ("2026-03-30T09:59:59Z", "2026-03-30"),
        ("2026-03-30T10:00:00Z", "2026-03-31"),
        ("2026-10-23T09:59:59Z", "2026-10-23"),
        ("2026-10-26T10:59:59Z", "2026-10-26"),
        ("2026-10-26T11:00:00Z", "2026-10-27"),
        # Over the year's end, with holidays on either side.
        ("2026-12-24T11:00:00Z", "2026-12-28"),
        ("2026-12-31T11:00:00Z", "2027-01-04"),
        # Late at night in Paris it is still the day before in UTC.
        ("2026-06-02T22:30:00Z", "2026-06-03"),
    ],
)
def test_the_cut_off_is_on_the_suppliers_clock(now: str, order_day: str) -> None:
    """Summer time, year ends and midnight are those of the supplier's zone."""
    paris = BusinessCalendar(
        zone="Europe/Paris",
        holidays=[date(2026, 12, 25), date(2027, 1, 1)],
        cut_off=time(12),
    )

    assert date.fromisoformat(order_day) == SupplierCalendar(calendar=paris).order_day(
        instant(now)
    )


def test_a_cut_off_that_clocks_jump_over_is_the_jump() -> None:
    """On the day on which 02:30 is never shown, orders are late from the jump on."""
    night = BusinessCalendar(zone="Europe/Paris", weekend=(), cut_off=time(2, 30))
    calendar = SupplierCalendar(calendar=night)

    assert date(2026, 3, 29) == calendar.order_day(instant("2026-03-29T00:59:59Z"))
    assert date(2026, 3, 30) == calendar.order_day(instant("2026-03-29T01:00:00Z"))


def test_an_order_day_on_a_holiday_is_none() -> None:
    """Whoever orders on Tuesdays waits two weeks over a Tuesday that is a holiday."""
    closed = BusinessCalendar(zone="Europe/Paris", holidays=[date(2026, 7, 14)], cut_off=time(12))
    tuesdays = SupplierCalendar(calendar=closed, order_days=OrderDays(weekdays=[Weekday.TUESDAY]))

    assert date(2026, 7, 21) == tuesdays.order_day(instant("2026-07-07T11:00:00Z"))


def test_stages_count_their_own_days() -> None:
    """Working days of whoever works, or calendar days; our own calendar for what we do."""
    ours = BusinessCalendar(zone="Europe/Paris", holidays=[date(2026, 3, 16)], cut_off=time(12))
    told = SupplierCalendar(
        calendar=PARIS,
        stages=[
            Stage(kind=StageKind.PROCESSING, days=1, calendar=PARIS),
            Stage(kind=StageKind.TRANSIT, days=8),
            Stage(kind=StageKind.RECEIVING, days=0, calendar=ours),
            Stage(kind=StageKind.PUT_AWAY, days=1, calendar=ours),
        ],
    ).schedule(instant("2026-03-05T09:00:00Z"))

    assert [step.days for step in told.steps] == [0, 1, 8, 3, 1]
    assert date(2026, 3, 18) == told.arrives_on


def test_west_of_greenwich_today_may_be_the_day_before() -> None:
    """Goods of the same day there are here at once, never in less than no time."""
    niue = SupplierCalendar(
        calendar=BusinessCalendar(zone="Pacific/Niue", weekend=(), cut_off=time(23, 59))
    )
    told = niue.schedule(instant("2026-03-05T05:00:00Z"))

    assert (date(2026, 3, 4), 0) == (told.arrives_on, told.lead_time.mean_days)


def test_no_order_day_at_all_is_told() -> None:
    """Order days that all fall on closed days raise, in the one case and in the steady state."""
    sundays = SupplierCalendar(calendar=PARIS, order_days=OrderDays(weekdays=[Weekday.SUNDAY]))
    now = instant("2026-03-05T09:00:00Z")

    for ask in (
        lambda: sundays.schedule(now),
        lambda: sundays.waiting(starts_on=MONDAY),
        lambda: sundays.planning_lead_time(starts_on=MONDAY),
    ):
        with pytest.raises(NoOrderDayError) as caught:
            ask()
        assert caught.value.searched_days == 3650
    fifth = OrderDays(weekdays=[Weekday.MONDAY], every_weeks=10**9, starts_on=date(2020, 1, 1))
    with pytest.raises(NoOrderDayError):
        SupplierCalendar(calendar=PARIS, order_days=fifth).schedule(now)


def test_faults_of_time_are_told() -> None:
    """A naive moment, the end of the calendar and a stage that never ends are typed errors."""
    calendar = SupplierCalendar(calendar=PARIS)
    with pytest.raises(NaiveInstantError):
        calendar.schedule(datetime(2026, 3, 5))  # noqa: DTZ001 (what is tested)
    with pytest.raises(InstantRangeError):
        calendar.schedule(datetime(9999, 12, 31, 23, tzinfo=UTC))
    shut = BusinessCalendar(
        zone="UTC",
        holidays=[MONDAY + timedelta(days=ahead) for ahead in range(3700)],
        cut_off=time(12),
    )
    never = SupplierCalendar(
        calendar=PARIS, stages=[Stage(kind=StageKind.CUSTOMS, days=1, calendar=shut)]
    )
    with pytest.raises(NoWorkingDayError):
        never.schedule(instant("2026-01-06T09:00:00Z"))
    long = SupplierCalendar(
        calendar=PARIS,
        stages=[Stage(kind=StageKind.PRODUCTION, days=3650)] * 2,
    )
    with pytest.raises(FieldError):
        long.lead_time(instant("2026-01-06T09:00:00Z"))


@pytest.mark.parametrize("days", [0, 3651, 1.0, True, None])
def test_a_steady_state_is_over_some_days(days: Any) -> None:
    """The window is a whole number of days."""
    with pytest.raises(FieldError) as caught:
        SupplierCalendar(calendar=PARIS).waiting(starts_on=MONDAY, days=days)
    assert caught.value.field == "days"
    with pytest.raises(FieldError):
        SupplierCalendar(calendar=PARIS).waiting(starts_on=instant("2026-01-06T09:00:00Z"))


def test_a_supplier_without_rule_or_stages_delivers_the_same_day() -> None:
    """On working days nothing is waited for; the plan has the weekends in it."""
    told = SupplierCalendar(calendar=PARIS).planning_lead_time(starts_on=MONDAY)

    assert pytest.approx(3 / 7) == told.mean_days
    longest = SupplierCalendar(calendar=PARIS).waiting(starts_on=MONDAY, days=3650)
    assert longest.longest_days == 2
    assert isinstance(told, LeadTime)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": []},
        {"weekdays": ["monday"]},
        {"every_weeks": 0},
        {"weeks_of_month": [0]},
        {"weeks_of_month": [6]},
        {"weeks_of_month": [True]},
        {"starts_on": instant("2026-01-06T09:00:00Z")},
    ],
    ids=str,
)
def test_a_rule_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Each field of a rule is checked."""
    with pytest.raises(FieldError) as caught:
        OrderDays(**wrong)
    assert [caught.value.field] == list(wrong)


def test_every_other_week_needs_a_week_to_count_from() -> None:
    """Without it nobody knows which week is meant."""
    with pytest.raises(FieldError) as caught:
        OrderDays(every_weeks=2)
    assert caught.value.field == "starts_on"


def test_a_rule_is_told_in_words() -> None:
    """Weekdays, weeks and places of the month."""
    rule = OrderDays(
        weekdays=[Weekday.MONDAY, Weekday.FRIDAY],
        every_weeks=2,
        starts_on=MONDAY,
        weeks_of_month=[1, -1],
    )

    assert rule.explain() == (
        "Monday, Friday, every 2 weeks from 2026-01-05, of the month: 1, last"
    )
    assert OrderDays(weekdays=[Weekday.SUNDAY], weeks_of_month=[-1]).holds(date(9999, 12, 26))
    fridays = OrderDays(weekdays=[Weekday.FRIDAY], weeks_of_month=[-1])
    assert [fridays.holds(date(9999, 12, day)) for day in (24, 31)] == [False, True]
