"""The price that a reduction is compared with: the lowest of thirty days."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecomkit.catalog import (
    PRIOR_PRICE_DAYS,
    PriceHistory,
    PricePoint,
    PriorPrice,
    prior_price,
)
from ecomkit.errors import FieldError
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.timeline import Window, instant, start_of_day

PARIS = "Europe/Paris"
START = datetime(2026, 1, 1, tzinfo=UTC)
SALE = instant("2026-07-01T08:00:00Z")


def eur(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


def history(*points: tuple[str, int | None]) -> PriceHistory:
    """Return a history of instants and cents; None is off sale."""
    return PriceHistory(
        points=[
            PricePoint(at=instant(at), price=None if price is None else eur(price))
            for at, price in points
        ]
    )


def on_the_sale(*points: tuple[str, int | None], days: int = PRIOR_PRICE_DAYS) -> PriorPrice:
    """Return the prior price of a sale that begins on the first of July at ten in Paris."""
    return prior_price(history(*points), reduced_at=SALE, zone=PARIS, days=days)


@st.composite
def histories(draw: st.DrawFn) -> PriceHistory:
    """Return histories over half a year, gaps without a sale included."""
    hours = draw(st.lists(st.integers(0, 4_000), unique=True, max_size=8).map(sorted))
    price = st.none() | st.integers(0, 50).map(eur)
    return PriceHistory(
        points=[PricePoint(at=START + timedelta(hours=hour), price=draw(price)) for hour in hours]
    )


@given(histories(), st.integers(0, 4_000), st.integers(1, 60))
def test_the_prior_price_is_the_lowest_of_every_hour_before(
    some: PriceHistory, hour: int, days: int
) -> None:
    """Asked hour by hour, no price of the window is lower, and one is just that."""
    reduced_at = START + timedelta(hours=hour)
    prior = prior_price(some, reduced_at=reduced_at, zone="UTC", days=days)
    hours = (reduced_at - prior.window.start) // timedelta(hours=1)
    asked = [some.price_at(prior.window.start + timedelta(hours=ahead)) for ahead in range(hours)]
    assert min((price for price in asked if price is not None), default=None) == prior.price
    assert days * 24 <= hours < (days + 1) * 24


@given(histories(), st.integers(0, 4_000), st.integers(1, 30), st.integers(1, 30))
def test_a_longer_look_back_never_finds_a_higher_price(
    some: PriceHistory, hour: int, days: int, more: int
) -> None:
    """A law that asks for more days can lower the prior price alone."""
    reduced_at = START + timedelta(hours=hour)
    short = prior_price(some, reduced_at=reduced_at, zone=PARIS, days=days).price
    long = prior_price(some, reduced_at=reduced_at, zone=PARIS, days=days + more).price
    assume(short is not None)
    assert long is not None
    assert short is not None
    assert long <= short


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_no_reduction_is_overstated(before: int, now: int) -> None:
    """The percentage is the largest whole one that the prices bear out."""
    prior = PriorPrice(price=eur(before), window=Window(start=START, end=SALE), known_from=START)
    percent = prior.percent_off(eur(now))
    exact = Fraction(100 * (before - now), before)
    off = max(Fraction(0), exact)
    assert off - 1 < percent <= off


def test_a_price_that_was_raised_before_the_sale_hides_nothing() -> None:
    """19.90 three weeks ago is what counts, though the tag said 24.90 yesterday."""
    prior = on_the_sale(
        ("2026-03-01T08:00Z", 2390), ("2026-06-10T08:00Z", 1990), ("2026-06-12T08:00Z", 2490)
    )
    assert eur(1990) == prior.price
    assert prior.is_complete
    assert prior.percent_off(eur(1990)) == 0
    assert prior.percent_off(eur(1500)) == 24


@pytest.mark.parametrize(
    ("ended", "price"), [("2026-05-31T22:00:00Z", 2390), ("2026-05-31T22:00:01Z", 1990)]
)
def test_thirty_days_are_counted_on_the_clock_of_the_shop(ended: str, price: int) -> None:
    """A price that ends at midnight in Paris, thirty days before, is out; a second later it counts."""
    prior = on_the_sale(("2026-05-01T08:00Z", 1990), (ended, 2390))
    assert start_of_day(date(2026, 6, 1), zone=PARIS) == prior.window.start
    assert eur(price) == prior.price


def test_the_reduced_price_itself_does_not_count() -> None:
    """What begins with the reduction is not before it."""
    prior = on_the_sale(("2026-03-01T08:00Z", 2390), ("2026-07-01T08:00Z", 1000))
    assert eur(2390) == prior.price


def test_time_off_sale_has_no_price() -> None:
    """A sku that was not for sale all along has no prior price, and so no reduction."""
    prior = on_the_sale(("2026-03-01T08:00Z", 2390), ("2026-05-01T08:00Z", None))
    assert prior.price is None
    assert prior.percent_off(eur(1000)) == 0
    assert prior.explain().startswith("not for sale from 2026-05-31T22:00:00+00:00")


def test_a_history_that_is_too_short_says_so() -> None:
    """Goods that are new have a prior price of fewer days, and the answer tells from when."""
    prior = on_the_sale(("2026-06-20T08:00Z", 2390))
    assert eur(2390) == prior.price
    assert not prior.is_complete
    wanted = (
        "23.90 EUR at the lowest from 2026-05-31T22:00:00+00:00 to 2026-07-01T08:00:00+00:00; "
        "nothing is known before 2026-06-20T08:00:00+00:00"
    )
    assert wanted == prior.explain()
    assert on_the_sale(("2026-03-01T08:00Z", 2390)).explain() == wanted.split(";", maxsplit=1)[0]


@pytest.mark.parametrize("points", [(), (("2026-07-01T08:00Z", 2390),)])
def test_nothing_known_is_no_price(points: tuple[tuple[str, int | None], ...]) -> None:
    """Where the history begins with the reduction, or never, nothing is known."""
    prior = on_the_sale(*points)
    assert (prior.price, prior.known_from) == (None, None)
    assert prior.explain().endswith("; nothing is known of that time")


def test_a_price_is_in_force_from_its_instant_on() -> None:
    """Before the first point there is none."""
    some = history(("2026-03-01T08:00:00Z", 2390))
    assert some.price_at(instant("2026-03-01T07:59:59Z")) is None
    assert eur(2390) == some.price_at(instant("2026-03-01T08:00:00Z"))
    at = instant("2026-03-02T08:00:00Z")
    assert some.lowest(Window(start=at, end=at)) is None


def test_histories_run_forward_in_one_currency() -> None:
    """Two prices at one instant, a step back, two currencies and no days are refused."""
    for second in ("2026-03-01T08:00:00Z", "2026-03-01T07:00:00Z"):
        with pytest.raises(FieldError, match=r"PriceHistory\.points"):
            history(("2026-03-01T08:00:00Z", 2390), (second, 2390))
    with pytest.raises(CurrencyMismatchError):
        PriceHistory(
            points=[
                PricePoint(at=START, price=eur(1)),
                PricePoint(at=SALE, price=Money(1, Currency.JPY)),
            ]
        )
    with pytest.raises(FieldError, match="days must be a whole number above 0"):
        on_the_sale(days=0)
