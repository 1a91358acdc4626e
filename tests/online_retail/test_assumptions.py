"""The assumptions: fixed, printed, and the same on every machine."""

import lzma
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from online_retail._assumptions import EUROPE, Assumptions, Selection
from online_retail._source import DATA

from ecomkit.identifiers import Sku

ASSUMED = Assumptions()
LONDON = ASSUMED.tzinfo


def test_every_country_has_a_channel() -> None:
    """All 38 countries of the file buy somewhere, and the list of Europe has none but theirs."""
    with lzma.open(DATA, "rt", encoding="utf-8") as file:
        next(file)
        countries = {line.rstrip("\n").rpartition(",")[2] for line in file}

    assert len(countries) == 38
    assert set(EUROPE) <= countries
    assert set(ASSUMED.channels()) == {ASSUMED.channel(country) for country in countries}


@pytest.mark.parametrize(
    ("country", "channel"),
    [
        ("United Kingdom", "uk-shop"),
        ("EIRE", "europe-market"),
        ("Japan", "world-market"),
        ("Unspecified", "world-market"),
    ],
)
def test_channels(country: str, channel: str) -> None:
    """A customer's country decides the channel."""
    assert channel == ASSUMED.channel(country)


@given(st.integers(10_000, 99_999).map(str).map(Sku), st.integers(0, 50))
def test_lead_times_are_in_their_range(sku: Sku, purchase: int) -> None:
    """Mean lead times and arrivals stay in the assumed ranges, and depend on the sku alone."""
    lead_time = ASSUMED.lead_time(sku)
    took = ASSUMED.arrives_after(sku, purchase=purchase)

    assert 10 <= lead_time.mean_days <= 21
    assert abs(took.days - lead_time.mean_days) <= lead_time.spread_days
    assert lead_time == Assumptions().lead_time(sku)
    assert took == Assumptions().arrives_after(sku, purchase=purchase)


def test_lead_times_are_the_same_on_every_machine() -> None:
    """Drawing is hashing: these values never change."""
    assert [
        (ASSUMED.lead_time(Sku(sku)).mean_days, ASSUMED.arrives_after(Sku(sku), purchase=1).days)
        for sku in ("85123A", "23166", "23843")
    ] == [(14, 9), (15, 20), (17, 18)]


@pytest.mark.parametrize(
    ("placed", "ships"),
    [
        (datetime(2011, 7, 4, 9, tzinfo=LONDON), datetime(2011, 7, 5, 6, tzinfo=LONDON)),
        (datetime(2011, 7, 8, 9, tzinfo=LONDON), datetime(2011, 7, 11, 6, tzinfo=LONDON)),
        (datetime(2011, 7, 10, 9, tzinfo=LONDON), datetime(2011, 7, 11, 6, tzinfo=LONDON)),
    ],
    ids=["Monday", "Friday", "Sunday"],
)
def test_ships_the_next_working_day(placed: datetime, ships: datetime) -> None:
    """Goods leave early on the next Monday to Friday."""
    assert ships == ASSUMED.ships(placed)


def test_reviews_are_on_mondays() -> None:
    """Stock is reviewed on each Monday between two dates, both included."""
    reviews = list(ASSUMED.reviews(first=date(2010, 12, 6), last=date(2010, 12, 20)))

    assert [date(2010, 12, day) for day in (6, 13, 20)] == [at.date() for at in reviews]
    assert (
        date(2010, 12, 6)
        == next(ASSUMED.reviews(first=date(2010, 12, 1), last=date(2010, 12, 7))).date()
    )
    assert timedelta(hours=5) == timedelta(hours=reviews[0].hour)


def test_the_famous_products_are_always_taken() -> None:
    """The default selection holds the two huge orders' products and the best known one."""
    assert all(ASSUMED.selection.takes(sku) for sku in ("23843", "23166", "85123A"))


@given(st.text())
def test_everything_and_nothing(code: str) -> None:
    """The whole selection takes any code; one by name takes no other."""
    assert Selection.everything().takes(code)
    assert Selection.of("22423").takes(code) is (code == "22423")


def test_assumptions_are_printed_with_their_values() -> None:
    """The lines name whose assumptions they are, and every figure that can be changed."""
    text = "\n".join(ASSUMED.lines())

    assert "assumed by us" in text
    for value in ("uk-shop", "europe-market", "world-market", "28 days", "12 at least"):
        assert value in text
    for value in ("10 to 21 days", "30 %", "95 %", "Europe/London", "3 %", "541431", "581483"):
        assert value in text
