"""Risk buffer: the smallest number to keep back for a stated risk to oversell."""

import math
import random
from datetime import timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.stock import Publication
from ecomkit.stock._risk_buffer import BufferAdvice, RiskBuffer

DAY = timedelta(days=1)
RISKS = st.sampled_from([0.5, 0.2, 0.05, 0.01, 0.001, 1e-6, 1e-12])
MEANS = st.integers(0, 4000).map(lambda units: Fraction(units, 16))


def exact_tails(mean: Fraction, dispersion: Fraction, *, up_to: int) -> list[Decimal]:
    """
    Return P(D > b) for b from 0, in sixty digits, from the formula of each law at 0.

    Poisson begins with exp(-mean), the negative binomial with (1 / c) ** (mean / (c - 1)).
    """
    with localcontext(prec=60):
        m = Decimal(mean.numerator) / mean.denominator
        c = Decimal(dispersion.numerator) / dispersion.denominator
        term = (-m).exp() if c == 1 else (-(c.ln()) * m / (c - 1)).exp()
        tails = [1 - term]
        for number in range(up_to):
            term *= (m + number * (c - 1)) / (c * (number + 1))
            tails.append(tails[-1] - term)
        return tails


def buffer_of(risk: float, mean: Any, variance: Any = None) -> BufferAdvice:
    """Return the advice for one day's delay."""
    variance = None if variance is None else float(variance)
    return RiskBuffer(risk=risk)(float(mean), delay=DAY, variance_per_day=variance)


@given(RISKS, MEANS, st.sampled_from([1, 2, 5, 40]).map(Fraction) | st.just(Fraction(3, 2)))
def test_the_buffer_is_the_exact_quantile(
    risk: float, mean: Fraction, dispersion: Fraction
) -> None:
    """More than the buffer has at most the risk, and more than one unit less has a larger one."""
    advice = buffer_of(risk, mean, mean * dispersion)
    tails = exact_tails(mean, dispersion, up_to=advice.buffer)
    # Closer to the risk than floats can tell, either neighbour is right.
    assume(all(abs(float(tail) / risk - 1) > 1e-9 for tail in tails[-2:]))

    assert tails[advice.buffer] <= Decimal(risk)
    assert advice.buffer == 0 or tails[advice.buffer - 1] > Decimal(risk)
    assert advice.risk == pytest.approx(float(tails[advice.buffer]), rel=1e-9, abs=1e-40)
    assert advice.expected == float(mean)


@given(RISKS, RISKS, MEANS, MEANS)
def test_more_demand_or_less_risk_never_needs_less(
    risk: float, other: float, mean: Fraction, more: Fraction
) -> None:
    """The buffer grows with the demand rate and shrinks with the risk."""
    assert buffer_of(risk, mean).buffer <= buffer_of(risk, mean + more).buffer
    assert buffer_of(max(risk, other), mean).buffer <= buffer_of(min(risk, other), mean).buffer


@given(RISKS, MEANS, st.integers(1, 96))
def test_only_rate_times_delay_counts(risk: float, mean: Fraction, parts: int) -> None:
    """A delay of a part of a day, and that part of the demand in a day, are the same."""
    short = RiskBuffer(risk=risk)(float(mean * parts), delay=timedelta(days=1) / parts)

    assert short.expected == pytest.approx(float(mean), rel=1e-9)
    assert abs(short.buffer - buffer_of(risk, mean).buffer) <= 1


@given(RISKS, MEANS, st.fractions(0, 1))
def test_less_variance_than_poisson_makes_no_smaller_buffer(
    risk: float, mean: Fraction, part: Fraction
) -> None:
    """A variance at or below the mean is reckoned as Poisson."""
    assert buffer_of(risk, mean, mean * part) == buffer_of(risk, mean)


@pytest.mark.parametrize(
    ("mean", "variance"), [(1e6, None), (4e8, None), (1e5, 1e6), (1e6, 1e8), (4e5, 4e7)]
)
@pytest.mark.parametrize("risk", [0.3, 0.01, 1e-6])
def test_large_means_agree_with_the_expansion_around_the_normal_law(
    mean: float, variance: float | None, risk: float
) -> None:
    """
    Far from small numbers the quantile is that of Cornish and Fisher, to a thousandth of a sigma.

    With the dispersion c both laws have the skewness (2 c - 1) / sigma and the excess kurtosis
    (1 + 6 c (c - 1)) / sigma squared.
    """
    var = mean if variance is None else variance
    sigma, c = math.sqrt(var), var / mean
    skew, kurt = (2 * c - 1) / sigma, (1 + 6 * c * (c - 1)) / var
    z = NormalDist().inv_cdf(1 - risk)
    w = z + skew * (z * z - 1) / 6 + kurt * (z**3 - 3 * z) / 24
    w -= skew * skew * (2 * z**3 - 5 * z) / 36
    expected = mean + sigma * w

    assert abs(buffer_of(risk, mean, variance).buffer - expected) <= 1 + sigma / 1000


@pytest.mark.parametrize(
    ("mean", "risk", "buffer"),
    [(0, 0.01, 0), (0.01, 0.01, 0), (0.5, 0.01, 3), (1, 0.05, 3), (5, 0.01, 11), (10, 0.05, 15)],
)
def test_tabulated_poisson_quantiles(mean: float, risk: float, buffer: int) -> None:
    """The numbers that tables of the cumulated Poisson law give."""
    assert buffer_of(risk, mean).buffer == buffer


@pytest.mark.parametrize("buffer", [0, 1, 2, 5])
def test_a_risk_that_is_met_exactly_is_met(buffer: int) -> None:
    """With mean 1 and variance 2 each further unit is half as likely: P(D > b) is 2 ** -(b + 1)."""
    advice = buffer_of(0.5 ** (buffer + 1), 1, 2)

    assert (advice.buffer, advice.risk) == (buffer, 0.5 ** (buffer + 1))


def test_the_advice_says_why() -> None:
    """Law, expected units, both probabilities and the allowed one are in the text."""
    buffer = RiskBuffer(risk=0.01)

    assert buffer(20, delay=timedelta(minutes=90), variance_per_day=80).explain() == (
        "buffer of 10\n"
        "1.25 units expected elsewhere in one delay of 1:30:00 "
        "(negative binomial, variance 4 times the mean)\n"
        "more than 10 with probability 0.97%, allowed 1%; more than 9 with 1.4%"
    )
    assert buffer(0, delay=DAY).explain() == (
        "buffer of 0\n"
        "0 units expected elsewhere in one delay of 1 day, 0:00:00 (Poisson)\n"
        "more than 0 with probability 0%, allowed 1%"
    )


def test_without_a_delay_nothing_is_kept_back() -> None:
    """A channel that hears at once needs no buffer."""
    assert RiskBuffer(risk=1e-6)(1e4, delay=timedelta(0)).buffer == 0


class _Arrivals:
    """Sales elsewhere in one delay: Poisson, or a rate that is itself drawn from a gamma law."""

    def __init__(self, draw: random.Random, *, mean: float, dispersion: float) -> None:
        self.draw, self.mean, self.dispersion = draw, mean, dispersion

    def times(self) -> list[float]:
        """Return when in a delay, from 0 to 1, a unit is sold elsewhere."""
        rate = self.mean
        if self.dispersion > 1:
            over = self.dispersion - 1
            rate = self.draw.gammavariate(self.mean / over, over)
        found, at = [], 0.0
        while rate > 0 and (at := at + self.draw.expovariate(rate)) < 1:
            found.append(at)
        return found


def oversold(draw: random.Random, *, rule: Publication, stock: int, elsewhere: list[float]) -> int:
    """
    Return how many units too many are sold while one number of a channel stands.

    The market shows what its rule made of the stock at the start, and sells all of it at times
    of its own. The shop knows the stock at every moment and sells no unit that is not there.
    """
    market = [(draw.random(), "market") for _ in range(rule(stock).quantity)]
    left = stock
    for _, channel in sorted([*market, *((at, "shop") for at in elsewhere)]):
        if channel == "market" or left > 0:
            left -= 1
    return max(0, -left)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("mean", "dispersion", "risk"), [(0.4, 1, 0.01), (3, 1, 0.05), (12, 1, 0.01), (2, 4, 0.02)]
)
def test_a_simulated_channel_oversells_no_more_often_than_stated(
    seed: int, mean: float, dispersion: float, risk: float
) -> None:
    """
    Of many delays in which a channel sells out, oversold ones are at most the stated share.

    And they are more than the share with one unit less, so the buffer is not just large. The
    bound leaves four standard deviations of the number of oversold delays.
    """
    rounds = 4000
    draw = random.Random(f"{seed}/{mean}/{dispersion}")  # noqa: S311 (a simulation)
    advice = RiskBuffer(risk=risk)(
        mean * 24, delay=timedelta(hours=1), variance_per_day=mean * 24 * dispersion
    )
    arrivals = _Arrivals(draw, mean=mean, dispersion=dispersion)
    rule = Publication(buffer=advice.buffer)
    less = Publication(buffer=advice.buffer - 1)
    too_many = too_many_with_less = 0
    for _ in range(rounds):
        stock = draw.randint(1, 60)
        elsewhere = arrivals.times()
        too_many += oversold(draw, rule=rule, stock=stock, elsewhere=elsewhere) > 0
        # Enough stock for the market to show something, or no buffer would oversell.
        stock = advice.buffer + draw.randint(20, 60)
        too_many_with_less += oversold(draw, rule=less, stock=stock, elsewhere=elsewhere) > 0
    bound = 4 * math.sqrt(rounds * risk * (1 - risk))

    assert too_many <= rounds * risk + bound
    assert too_many <= rounds * advice.risk + 4 * math.sqrt(rounds * advice.risk)
    assert too_many_with_less >= rounds * risk - bound


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("rate", "risk"), [(48, 0.02), (200, 0.01)])
def test_a_polled_market_oversells_no_more_often_than_stated(
    seed: int, rate: float, risk: float
) -> None:
    """
    Day after day: a poll each half hour, five minutes until the market shows what followed.

    The market counts its own sales down; the shop sells *rate* units a day and knows the stock
    at every moment. A number is as old as both times together when the next one comes. Of the
    numbers that showed anything, those with which the market sold what was not there are at most
    the stated share; goods come in whenever the market would show nothing.
    """
    draw = random.Random(f"{seed}/{rate}")  # noqa: S311 (a simulation)
    poll, push = timedelta(minutes=30), timedelta(minutes=5)
    rule = Publication(buffer=RiskBuffer(risk=risk)(rate, delay=poll + push).buffer)
    minute = rate / (24 * 60)
    stock = rule.buffer + 5
    shown = polled = sold_since_poll = numbers = oversold_numbers = 0
    is_oversold = False
    for now in range(30 * 6000):
        if now % 30 == 0:
            polled, sold_since_poll = rule(stock).quantity, 0
        if now % 30 == 5:
            oversold_numbers += is_oversold
            shown, is_oversold = polled - sold_since_poll, False
            numbers += shown > 0
            # After the last number has had its time, so that none is saved by goods coming in.
            stock = stock if polled else rule.buffer + draw.randint(1, 30)
        if stock > 0 and draw.random() < minute:
            stock -= 1
        # Shoppers like the market: by the time of the next number all of this one is sold.
        if draw.random() < shown / (30 - (now - 5) % 30):
            shown, stock, sold_since_poll = shown - 1, stock - 1, sold_since_poll + 1
            is_oversold = is_oversold or stock < 0

    assert numbers > 1000
    assert oversold_numbers <= numbers * risk + 4 * math.sqrt(numbers * risk)
    assert oversold_numbers > 0


@pytest.mark.parametrize("risk", [0, 1, -0.1, 1e-13, True, "1%", None, math.nan])
def test_a_risk_is_between_none_and_certainty(risk: Any) -> None:
    """Neither 0 nor 1 nor anything that is no number."""
    with pytest.raises(FieldError) as caught:
        RiskBuffer(risk=risk)

    assert (caught.value.owner, caught.value.field) == ("RiskBuffer", "risk")


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("mean_per_day", {"mean_per_day": -1}),
        ("mean_per_day", {"mean_per_day": math.nan}),
        ("mean_per_day", {"mean_per_day": math.inf}),
        ("mean_per_day", {"mean_per_day": "5"}),
        ("mean_per_day", {"mean_per_day": 10**400}),
        ("mean_per_day", {"mean_per_day": 5e8}),
        ("variance_per_day", {"mean_per_day": 1, "variance_per_day": -1}),
        ("variance_per_day", {"mean_per_day": 1, "variance_per_day": 20_000}),
        ("variance_per_day", {"mean_per_day": 5e-324, "variance_per_day": 1}),
        ("delay", {"mean_per_day": 1, "delay": timedelta(seconds=-1)}),
        ("delay", {"mean_per_day": 1, "delay": 60}),
    ],
)
def test_facts_that_are_none_are_refused(field: str, facts: dict[str, Any]) -> None:
    """Demand is a number of sensible size, and a delay a time."""
    facts.setdefault("delay", DAY)
    mean = facts.pop("mean_per_day")

    with pytest.raises(FieldError) as caught:
        RiskBuffer(risk=0.01)(mean, **facts)

    assert (caught.value.owner, caught.value.field) == ("SalesElsewhere", field)


@pytest.mark.parametrize(
    ("field", "value"), [("buffer", -1), ("risk", 2), ("expected", -1), ("reasons", 3)]
)
def test_an_advice_holds_numbers(field: str, value: Any) -> None:
    """No part of an advice is out of its range."""
    facts = {"buffer": 1, "risk": 0.1, "expected": 1.0, "reasons": ()}
    with pytest.raises(FieldError) as caught:
        BufferAdvice(**{**facts, field: value})

    assert (caught.value.owner, caught.value.field) == ("BufferAdvice", field)
