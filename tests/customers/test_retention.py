"""How long what is kept, and what is due to go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.customers import (
    FRENCH_RETENTION,
    GERMAN_RETENTION,
    CountedFrom,
    ErasureAction,
    Holding,
    HoldingKind,
    Period,
    RetentionGround,
    RetentionRule,
    review_retention,
)
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.testing.strategies._customers import holdings, retention_rules
from ecomkit.testing.strategies._timeline import instants
from ecomkit.timeline import InstantRangeError, NaiveInstantError, UnknownZoneError, instant, utc

SOLD = instant("2026-03-01T12:00:00Z")
LATE = 9_800  # later than this a hundred years end after the last year there is
ENDED = instants(max_value=datetime(LATE, 1, 1, tzinfo=UTC))
KINDS = [HoldingKind.PAYLOAD, HoldingKind.INVOICE, HoldingKind.ORDER]


def held(kind: HoldingKind = HoldingKind.INVOICE, ended: datetime | None = SOLD) -> Holding:
    """Return something that is held."""
    return Holding(kind=kind, reference="R", ended_at=ended)


def rule(**facts: object) -> RetentionRule:
    """Return a rule for invoices: ten years from their end, unless told otherwise."""
    facts = {
        "what": HoldingKind.INVOICE,
        "keep_for": Period(years=10),
        "counted_from": CountedFrom.END,
        "ground": RetentionGround.LEGAL_OBLIGATION,
        "source": "a law",
    } | facts
    return RetentionRule(**facts)


@given(retention_rules(), ENDED)
def test_nothing_may_go_before_its_period_is_over(one: RetentionRule, ended: datetime) -> None:
    """The end is after the matter's end by the period at least, and at the start of a day."""
    until = one.until(held(one.what, ended))

    assert until is not None
    least = timedelta(days=365 * one.keep_for.years + 28 * one.keep_for.months + one.keep_for.days)
    assert until - utc(ended) >= least - timedelta(days=1)
    assert until > utc(ended)


@given(retention_rules(), ENDED)
def test_counting_from_the_end_of_the_year_adds_less_than_a_year(
    one: RetentionRule, ended: datetime
) -> None:
    """A rule that counts from the end of the year ends later than one from the end of the matter."""
    facts = {"what": one.what, "keep_for": one.keep_for, "zone": one.zone}
    by_year = rule(**facts, year_ends_in=one.year_ends_in, counted_from=CountedFrom.END_OF_YEAR)
    by_end = rule(**facts)
    thing = held(one.what, ended)

    assert timedelta(days=-3) <= by_year.until(thing) - by_end.until(thing) < timedelta(days=370)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"keep_for": Period(years=10)}, "2036-03-02T00:00:00Z"),
        ({"keep_for": Period(days=30)}, "2026-04-01T00:00:00Z"),
        ({"keep_for": Period()}, "2026-03-02T00:00:00Z"),
        ({"counted_from": CountedFrom.END_OF_YEAR}, "2037-01-01T00:00:00Z"),
        ({"counted_from": CountedFrom.END_OF_YEAR, "year_ends_in": 3}, "2036-04-01T00:00:00Z"),
        ({"counted_from": CountedFrom.END_OF_YEAR, "year_ends_in": 2}, "2037-03-01T00:00:00Z"),
        ({"zone": "Europe/Paris"}, "2036-03-01T23:00:00Z"),
        ({"zone": "Pacific/Auckland"}, "2036-03-02T11:00:00Z"),
    ],
)
def test_the_end_is_the_first_instant_after_the_last_day(
    facts: dict[str, object], expected: str
) -> None:
    """A period counts whole days on the calendar of its zone, from the end or the year's end."""
    assert rule(**facts).until(held()) == instant(expected)


def test_a_month_ends_with_its_last_day() -> None:
    """A month after 31 January is the end of February, in a leap year too."""
    assert Period(months=1).after(date(2027, 1, 31)) == date(2027, 2, 28)
    assert Period(months=1).after(date(2028, 1, 31)) == date(2028, 2, 29)
    assert Period(years=1).after(date(2028, 2, 29)) == date(2029, 2, 28)


def test_what_still_runs_has_no_end() -> None:
    """Retention of a matter that has not ended does not count yet."""
    assert rule().until(held(ended=None)) is None


def test_the_law_of_france() -> None:
    """Ten years from the end of the financial year, on the calendar of Paris."""
    [invoices] = [r for r in FRENCH_RETENTION if r.what is HoldingKind.INVOICE]

    assert invoices.until(held()) == instant("2036-12-31T23:00:00Z")
    assert invoices.explain() == (
        "invoice: 10 years from the end of the financial year of its end, "
        "since a law demands it (Code de commerce, article L123-22)"
    )


def test_the_law_of_germany() -> None:
    """Eight years from the end of the calendar year since 2025, on the calendar of Berlin."""
    [invoices] = [r for r in GERMAN_RETENTION if r.what is HoldingKind.INVOICE]

    assert invoices.until(held()) == instant("2034-12-31T23:00:00Z")


@pytest.mark.parametrize("laws", [FRENCH_RETENTION, GERMAN_RETENTION])
def test_the_books_withstand_an_erasure(laws: tuple[RetentionRule, ...]) -> None:
    """Invoices, orders and returns are kept by law in both countries; each rule has a source."""
    kept = {r.what for r in laws if r.ground.withstands_erasure}

    assert {HoldingKind.INVOICE, HoldingKind.ORDER, HoldingKind.RETURN} <= kept
    assert all(r.source for r in laws)
    assert [
        r for r in laws if r.what is HoldingKind.CUSTOMER and r.ground.withstands_erasure
    ] == []


@given(
    st.lists(holdings(kinds=st.sampled_from(KINDS)), max_size=4),
    st.lists(retention_rules(), max_size=4),
    st.integers(2000, 2200),
)
def test_everything_is_due_or_kept_or_without_a_rule(
    things: list[Holding], rules: list[RetentionRule], year: int
) -> None:
    """Each thing has one lot: due if its last rule has ended, and never before."""
    now = datetime(year, 1, 1, tzinfo=UTC)
    things = [t for t in things if t.ended_at is None or t.ended_at.year < LATE]

    review = review_retention(things, rules=rules, now=now)

    placed = [step.holding for step in (*review.due, *review.kept)] + list(review.unruled)
    assert sorted(map(id, things)) == sorted(map(id, placed))
    for thing in things:
        ends = [r.until(thing) for r in rules if r.what is thing.kind]
        if not ends:
            assert thing in review.unruled
        elif None in ends or max(ends) > now:
            assert thing in [step.holding for step in review.kept]
        else:
            assert thing in [step.holding for step in review.due]


def test_what_is_due_and_what_is_kept_is_told_with_numbers_and_reasons() -> None:
    """The review counts kinds, names rules and dates, and shows no reference."""
    own = rule(
        what=HoldingKind.PAYLOAD,
        keep_for=Period(days=90),
        ground=RetentionGround.OWN_RULE,
        source="to read again after a fix",
    )
    things = [
        held(HoldingKind.PAYLOAD),
        held(HoldingKind.PAYLOAD),
        held(),
        held(HoldingKind.INVOICE, None),
        held(HoldingKind.CART),
    ]

    review = review_retention(things, rules=[own, rule()], now=instant("2026-06-01T00:00:00Z"))

    assert review.explain() == (
        "due: payload: 2 deleted (our own rule: to read again after a fix); "
        "invoice: 1 kept until 2036-03-02T00:00:00Z (a law demands it: a law); "
        "invoice: 1 kept as long as it is needed for the person; no rule for: cart"
    )
    assert review_retention([], rules=[], now=SOLD).explain() == ""


@pytest.mark.parametrize("kind", [HoldingKind.ORDER, HoldingKind.CUSTOMER, HoldingKind.CLAIM])
def test_books_are_stripped_when_they_are_due(kind: HoldingKind) -> None:
    """An order that has been kept long enough loses the person, and keeps its amounts."""
    ends = instant("2036-03-02T00:00:00Z")
    for now, action in ((ends - timedelta(microseconds=1), None), (ends, ErasureAction.STRIP)):
        review = review_retention([held(kind)], rules=[rule(what=kind)], now=now)
        assert [step.action for step in review.due] == ([] if action is None else [action])


@pytest.mark.parametrize(
    ("period", "told"),
    [
        (Period(), "no time"),
        (Period(years=1, months=2, days=1), "1 year, 2 months, 1 day"),
    ],
)
def test_a_period_is_told_in_words(period: Period, told: str) -> None:
    """Years, months and days, those that are there."""
    assert period.explain() == told


def test_bad_rules_are_refused() -> None:
    """Negative lengths, months that are none, unknown zones, card numbers, naive instants."""
    for bad in (-1, True, 1.5, None):
        with pytest.raises(FieldError):
            Period(years=bad)
    for month in (0, 13, True, 1.5, "12"):
        with pytest.raises(FieldError):
            rule(year_ends_in=month)
    for zone in ("Mars/Olympus", 7):
        with pytest.raises(EcomkitError):
            rule(zone=zone)
    with pytest.raises(UnknownZoneError):
        rule(zone="Mars/Olympus")
    with pytest.raises(FieldError):
        rule(source="4242 4242 4242 4242")
    with pytest.raises(NaiveInstantError):
        review_retention([], rules=[], now=datetime(2026, 3, 1))  # noqa: DTZ001  # meant


@pytest.mark.parametrize("period", [Period(years=9000), Period(days=10**15), Period(months=10**9)])
def test_the_calendar_has_an_end(period: Period) -> None:
    """A period that ends after the year 9999 is refused by an error of ours."""
    with pytest.raises(InstantRangeError):
        rule(keep_for=period).until(held())
    with pytest.raises(InstantRangeError):
        rule(counted_from=CountedFrom.END_OF_YEAR, year_ends_in=1).until(
            held(ended=datetime(9999, 6, 1, tzinfo=UTC))
        )
