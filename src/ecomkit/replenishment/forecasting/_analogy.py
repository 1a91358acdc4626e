"""New products: demand from products like them, until their own history speaks."""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text, optional, refuse
from ecomkit.replenishment import DAYS_MAX, Demand
from ecomkit.replenishment._numbers import UNITS_MAX, is_number, plain, up_to

if TYPE_CHECKING:
    from collections.abc import Sequence

SCALE_MAX = 1_000.0

LONE = 1e-9
"""Where one analogue has all the weight but this, it is the only one."""


def _above_zero(maximum: float) -> Any:
    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not is_number(value) or not 0 < value <= maximum:
            wanted = f"a number above 0, up to {maximum}"
            raise refuse(instance, attribute.name, value, wanted)

    return check


@final
@attrs.frozen(kw_only=True)
class Analogue:
    """
    A product like the new one, its demand, and how alike they are.

    Raises:
        FieldError: If ``similarity`` is not above 0.

    >>> Analogue(name="Knit cap, blue", demand=Demand.of(mean_per_day=4, sd_per_day=2)).similarity
    1.0
    """

    name: str = attrs.field(validator=is_text)
    demand: Demand = attrs.field(validator=is_a(Demand))
    similarity: float = attrs.field(default=1.0, validator=_above_zero(UNITS_MAX))


@final
@attrs.frozen(kw_only=True)
class AnalogyForecast:
    """
    The demand of a product with little or no history, from products like it and its own days.

    The mean is that of the analogues by ``similarity``, times ``scale``: what the caller expects
    of another price or of more traffic. Two spreads go with it. That of single days *within*
    a product is the mean of the analogues' variances. That *between* products says how wrong
    the mean may be; it is the same every day, so over a lead time it does not average out.

    As ``own`` days come they count with credibility n / (n + k) (Bühlmann, 1967), the analogues
    with the rest; what remains between products shrinks by the same share. ``k`` is how many
    days of one's own are worth as much as the analogues; None for within over between, the best
    linear one: analogues that agree with each other are believed for longer.

    Raises:
        FieldError: If there is no analogue, or a number is out of range.

    >>> forecast = AnalogyForecast(
    ...     analogues=[
    ...         Analogue(name="blue", demand=Demand.of(mean_per_day=4, sd_per_day=2)),
    ...         Analogue(name="red", demand=Demand.of(mean_per_day=6, sd_per_day=3)),
    ...     ],
    ...     scale=0.8,
    ... )
    >>> forecast.mean_per_day, round(forecast.demand(days=7).sd_per_day, 2)
    (4.0, 3.62)
    >>> print(forecast.explain())
    4 a day, as blue (4) and red (6) by similarity, times 0.8; sd 2.04 within a product, 1.13 between products.
    """

    analogues: tuple[Analogue, ...] = attrs.field(converter=as_tuple, validator=each(Analogue))
    scale: float = attrs.field(default=1.0, validator=_above_zero(SCALE_MAX))
    own: Demand | None = attrs.field(default=None, validator=optional(is_a(Demand)))
    k: float | None = attrs.field(default=None, validator=optional(up_to(DAYS_MAX)))

    def __attrs_post_init__(self) -> None:
        if not self.analogues:
            raise refuse(self, "analogues", self.analogues, "one product or more")

    @property
    def analogue_mean(self) -> float:
        """The scaled mean of the analogues, in units a day."""
        return self.scale * self._mean

    @property
    def within_variance(self) -> float:
        """The variance of single days of one product, in units squared."""
        squares = self._weighted([one.demand.sd_per_day**2 for one in self.analogues])
        return self.scale**2 * squares

    @property
    def between_variance(self) -> float:
        """
        The variance of the means of products, in units squared, unbiased for unequal weights.

        From a single analogue nothing can be told of it: the mean itself is taken for the
        standard deviation, as for products that have nothing but their category in common.
        """
        total = math.fsum(one.similarity for one in self.analogues)
        squares = math.fsum((one.similarity / total) ** 2 for one in self.analogues)
        if 1 - squares < LONE:
            return self.analogue_mean**2
        apart = [(one.demand.mean_per_day - self._mean) ** 2 for one in self.analogues]
        return self.scale**2 * self._weighted(apart) / (1 - squares)

    @property
    def credibility(self) -> float:
        """The weight of the product's own days, from 0 to 1."""
        days = 0 if self.own is None else self.own.observed_days
        k = self.k
        if k is None:
            between = self.between_variance
            k = self.within_variance / between if between else math.inf
        return days / (days + k) if days else 0.0

    @property
    def mean_per_day(self) -> float:
        """The expected units of a day."""
        share = self.credibility
        own = 0.0 if self.own is None else self.own.mean_per_day
        return share * own + (1 - share) * self.analogue_mean

    def demand(self, *, days: float = 1.0) -> Demand:
        """
        Return the demand for the policies, over a lead time and review period of *days*.

        The standard deviation per day is that of the sum over *days*, over the root of *days*:
        √(within + *days* · between). Stated for one day it would promise more than is known.

        Raises:
            FieldError: If *days* is not above 0, or above ten years, or the demand is too large.
        """
        if not is_number(days) or not 0 < days <= DAYS_MAX:
            raise refuse(self, "days", days, f"a number above 0, up to {DAYS_MAX}")
        return Demand(
            mean_per_day=self.mean_per_day,
            sd_per_day=math.sqrt(self._within + days * self._between),
            observed_days=0 if self.own is None else self.own.observed_days,
            series=None if self.own is None else self.own.series,
        )

    def explain(self) -> str:
        """Return the mean, the analogues, both spreads, and how far its own days are believed."""
        named = " and ".join(
            f"{one.name} ({plain(one.demand.mean_per_day)})" for one in self.analogues
        )
        scaled = "" if self.scale == 1 else f", times {plain(self.scale)}"
        blended = ""
        if self.own is not None:
            blended = (
                f"; {plain(100 * self.credibility)} % from {self.own.observed_days} days of its "
                f"own ({plain(self.own.mean_per_day)})"
            )
        return (
            f"{plain(self.mean_per_day)} a day, as {named} by similarity{scaled}{blended}; "
            f"sd {plain(math.sqrt(self._within))} within a product, "
            f"{plain(math.sqrt(self._between))} between products."
        )

    @property
    def _mean(self) -> float:
        return self._weighted([one.demand.mean_per_day for one in self.analogues])

    @property
    def _within(self) -> float:
        share = self.credibility
        own = 0.0 if self.own is None else self.own.sd_per_day**2
        return share * own + (1 - share) * self.within_variance

    @property
    def _between(self) -> float:
        return (1 - self.credibility) * self.between_variance

    def _weighted(self, figures: Sequence[float]) -> float:
        weights = [one.similarity for one in self.analogues]
        return math.fsum(map(mul, weights, figures)) / math.fsum(weights)
