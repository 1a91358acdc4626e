"""Risk buffer: how many units to keep back, so that late news oversells seldom enough."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from datetime import timedelta
from itertools import accumulate, count
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional, refuse

__all__ = ["BufferAdvice", "RiskBuffer"]

RISK_MIN = 1e-12
"""Smaller risks are lost in the rounding of floats, and in the doubts about any demand."""

SPREAD_MAX = 20_000.0
"""Largest standard deviation of the demand in one delay, in units: it is added up unit by unit."""

DISPERSION_MAX = 10_000.0
"""Largest variance of a day's demand, as a multiple of its mean."""

AMOUNT_MAX = 1e15
"""Largest mean and variance of a day's demand."""

NEGLIGIBLE = 1e-18
"""A term that small, next to what it is compared with, ends the sum."""

DAY = timedelta(days=1)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _probability(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not _is_number(value) or not 0 <= value <= 1:
        raise refuse(instance, attribute.name, value, "a number from 0 to 1")


def _risk(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not _is_number(value) or not RISK_MIN <= value < 1:
        raise refuse(instance, attribute.name, value, f"a number from {RISK_MIN} to below 1")


def _amount(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not _is_number(value) or not 0 <= value <= AMOUNT_MAX:
        raise refuse(instance, attribute.name, value, f"a number from 0 to {AMOUNT_MAX:g}")


@final
@attrs.frozen(kw_only=True)
class BufferAdvice:
    """
    How many units to keep back, and why.

    Args:
        buffer: Units: the ``buffer`` of a ``Publication``.
        risk: The probability that more than the buffer is sold elsewhere in one delay.
        expected: Units expected to be sold elsewhere in one delay.
        reasons: What was reckoned with, in words.
    """

    buffer: int = attrs.field(validator=not_negative)
    risk: float = attrs.field(validator=_probability)
    expected: float = attrs.field(validator=_amount)
    reasons: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))

    def explain(self) -> str:
        """Say how large the buffer is, and why."""
        return "\n".join([f"buffer of {self.buffer}", *self.reasons])


@final
@attrs.frozen(kw_only=True)
class RiskBuffer:
    """
    The smallest buffer of a channel that oversells with at most a stated risk.

    Args:
        risk: The largest probability, above 0 and below 1, that in one delay more units are sold
            on the other channels than are kept back. So often, at the most, a channel that sells
            all it shows has sold more than there was.

    A number that a channel shows is as old as the *delay*: what was sold elsewhere since then is
    not in it. With D units sold elsewhere in a delay, the buffer is the smallest b with
    P(D > b) <= risk. D is Poisson, the law of buyers that come one by one and independently;
    where the variance of a day's demand is given and above its mean, D is negative binomial with
    that mean and variance (both grow with the length of the delay). A variance below the mean
    makes no smaller buffer. The probabilities are summed exactly, not approximated by a normal
    distribution, which is wrong by whole units for the small means that buffers are made for.

    >>> buffer = RiskBuffer(risk=0.01)
    >>> advice = buffer(20, delay=timedelta(minutes=90))
    >>> print(advice.explain())
    buffer of 4
    1.25 units expected elsewhere in one delay of 1:30:00 (Poisson)
    more than 4 with probability 0.91%, allowed 1%; more than 3 with 3.8%
    >>> from ecomkit.stock import Publication
    >>> Publication(buffer=advice.buffer)(10).quantity
    6
    """

    risk: float = attrs.field(validator=_risk)

    def __call__(
        self,
        mean_per_day: float,
        *,
        delay: timedelta,
        variance_per_day: float | None = None,
    ) -> BufferAdvice:
        """
        Return the buffer against *mean_per_day* units a day sold on all other channels together.

        Args:
            mean_per_day: The demand rate, 0 or more.
            delay: How old the channel's number may get: the time between two polls of the other
                channels, and the time until this one shows what followed from it.
            variance_per_day: Variance of a day's demand, None if it is not known.

        Raises:
            FieldError: If a number is negative or no number, or the demand in one delay varies
                by more than 20,000 units (standard deviation), or by more than 10,000 times its
                mean.
        """
        asked = SalesElsewhere(
            mean_per_day=mean_per_day, delay=delay, variance_per_day=variance_per_day
        )
        law = asked.law
        buffer, above, above_less = law.smallest_with(self.risk)
        odds = (
            f"more than {buffer} with probability {_percent(above)}, allowed {_percent(self.risk)}"
        )
        if above_less is not None:
            odds += f"; more than {buffer - 1} with {_percent(above_less)}"
        return BufferAdvice(
            buffer=buffer,
            risk=above,
            expected=law.mean,
            reasons=[
                f"{law.mean:.4g} units expected elsewhere in one delay of {delay} ({law.name})",
                odds,
            ],
        )


@final
@attrs.frozen(kw_only=True)
class SalesElsewhere:
    """The facts that a buffer is asked for, checked."""

    mean_per_day: float = attrs.field(validator=_amount)
    delay: timedelta = attrs.field(validator=is_a(timedelta))
    variance_per_day: float | None = attrs.field(validator=optional(_amount))

    def __attrs_post_init__(self) -> None:
        if self.delay < timedelta(0):
            raise refuse(self, "delay", self.delay, "no time or some, not less")
        law = self.law
        if law.dispersion > DISPERSION_MAX:
            raise refuse(
                self,
                "variance_per_day",
                self.variance_per_day,
                f"at most {DISPERSION_MAX:,.0f} times the mean",
            )
        if law.mean * law.dispersion > SPREAD_MAX * SPREAD_MAX:
            raise refuse(
                self,
                "mean_per_day",
                self.mean_per_day,
                f"a demand that varies by at most {SPREAD_MAX:,.0f} units in one delay",
            )

    @property
    def law(self) -> _Demand:
        """The law of the units sold in one delay."""
        mean = self.mean_per_day
        variance = mean if self.variance_per_day is None else self.variance_per_day
        dispersion = max(1.0, variance / mean) if mean > 0 else 1.0
        return _Demand(mean=mean * (self.delay / DAY), dispersion=dispersion)


@final
@attrs.frozen(kw_only=True)
class _Demand:
    """
    Units sold in one delay: a law on 0, 1, 2, ... with its mean, and its variance over the mean.

    It is Poisson where the two are equal, and else negative binomial.
    """

    mean: float
    dispersion: float

    @property
    def name(self) -> str:
        """The law in words."""
        if self.dispersion == 1:
            return "Poisson"
        return f"negative binomial, variance {self.dispersion:.4g} times the mean"

    def ratio(self, number: int) -> float:
        """
        Return P(number + 1) / P(number).

        With the dispersion c the negative binomial has the size r = mean / (c - 1) and the ratio
        (number + r) / (number + 1) * (c - 1) / c; so written, c = 1 gives that of Poisson.
        """
        c = self.dispersion
        return (self.mean + number * (c - 1)) / (c * (number + 1))

    def smallest_with(self, risk: float) -> tuple[int, float, float | None]:
        """
        Return the smallest b with P(D > b) <= *risk*, that probability, and P(D > b - 1).

        Each term is found from its neighbour, from the most likely number outwards until they
        are negligible, as a multiple of the largest; their sum stands for 1. So no factorial is
        needed, whose logarithm would be rounded by more than the probabilities differ. What is
        rounded is below 1e-10 of each of them.
        """
        mode = max(0, math.floor(self.mean - (self.dispersion - 1)))
        below = _terms((1 / self.ratio(number) for number in range(mode - 1, -1, -1)), least=1)
        above = _terms((self.ratio(number) for number in count(mode)), least=risk)
        terms = [*reversed(below), 1.0, *above]
        total = math.fsum(terms)
        tail = 0.0
        # From the far end, the small terms first.
        while (longer := tail + terms[-1]) <= risk * total and len(terms) > 1:
            tail = longer
            terms.pop()
        buffer = mode - len(below) + len(terms) - 1
        return buffer, tail / total, longer / total if buffer else None


def _terms(ratios: Iterable[float], *, least: float) -> list[float]:
    """Multiply *ratios* up, until what comes is negligible beside *least*."""
    terms: list[float] = []
    for term in accumulate(ratios, operator.mul):
        if term < NEGLIGIBLE * least:
            break
        terms.append(term)
    return terms


def _percent(probability: float) -> str:
    return f"{100 * probability:.2g}%"
