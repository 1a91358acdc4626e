"""The reorder point at which the shortage of a cycle comes down to what a fill rate allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import attrs

from ecomkit.replenishment.distributions._normal_tail import STANDARD

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions._distribution import DemandDistribution
    from ecomkit.replenishment.distributions._fill_rate import FillRateMethod

_BEYOND_REACH = 40.0
"""Standard deviations below the mean where no distribution here has demand that a double shows."""

_CLOSE = 1e-8
"""A secant's step so small, in standard deviations, is one of the last."""

_MET = 1e-16
"""A secant's error is of the size of the product of the last two gaps: here nothing."""

_TAIL = 0.2
"""Below this loss, in standard deviations, a normal tail is about 2.4 times its loss."""

_SECANTS = 6
"""Steps of the secant before one halving of the bracket, which helps where the tail has gaps."""


@final
@attrs.frozen(kw_only=True)
class ShortageSearch:
    """
    The search for the least reorder point, on the logarithm of the shortage.

    That logarithm is nearly straight in the tail, so a secant gets there in four or five steps; a
    bracket around the answer keeps it on course where the distribution has gaps.
    """

    distribution: DemandDistribution
    order_quantity: float
    fill_rate: float
    method: FillRateMethod

    def root(self) -> float:
        """Return the reorder point at which the fill rate is met, a fraction as a rule."""
        sd = self.distribution.sd
        allowed = self._allowed
        if sd == 0.0:
            return self.distribution.mean - allowed
        x, slope = self._guess(allowed)
        low, high = self._floor(allowed), math.inf
        before: tuple[float, float] | None = None
        leap = sd
        steps = 0
        while True:
            reached, gap = self._gap(x, allowed)
            low, high = (low, x) if reached else (x, high)
            steps += 1
            straight = _secant(before, (x, gap), slope)
            if (
                before is not None
                and abs(straight - x) <= _CLOSE * sd
                and abs(gap * before[1]) <= _MET
            ):
                return straight
            before = (x, gap)
            if high == math.inf:
                leap *= 2.0
                x = straight if low < straight < low + leap else low + leap
            elif low < straight < high and steps % _SECANTS:
                x = straight
            else:
                x = 0.5 * (low + high)
                if not low < x < high:
                    return high

    def least_whole(self) -> int:
        """Return the least whole reorder point that reaches the fill rate."""
        allowed = self._allowed
        guess, slope = self._guess(allowed)
        x = math.ceil(guess)
        low = math.floor(self._floor(allowed))
        high: int | None = None
        before: tuple[float, float] | None = None
        leap = 1
        steps = 0
        while True:
            reached, gap = self._gap(x, allowed)
            low, high = (low, x) if reached else (x, high)
            if high is not None and high - low <= 1:
                return high
            steps += 1
            straight = _secant(before, (x, gap), slope)
            before = (x, gap)
            if high is None:
                leap *= 2
                x = math.ceil(straight) if low < straight < low + leap else low + leap
            elif math.isnan(straight) or steps % _SECANTS == 0:
                x = (low + high) // 2
            else:
                x = math.ceil(min(max(straight, low + 1), high - 1))

    @property
    def _allowed(self) -> float:
        return self.method.allowed(self.fill_rate, order_quantity=self.order_quantity)

    def _gap(self, reorder_point: float, allowed: float) -> tuple[bool, float]:
        # Whether the fill rate is reached, and the logarithm of the shortage over the allowed one.
        quantity = self.order_quantity
        short = self.method.shortage(
            self.distribution, reorder_point=reorder_point, order_quantity=quantity
        )
        reached = self.method.rate(short, order_quantity=quantity) >= self.fill_rate
        return reached, math.log(short / allowed) if short > 0.0 else -math.inf

    def _guess(self, allowed: float) -> tuple[float, float]:
        # Where a normal distribution loses about as much, and the slope of its logarithm there.
        sd = self.distribution.sd or 1.0
        loss = allowed / sd
        z = 0.3 - loss
        if loss < _TAIL:
            z = STANDARD.inv_cdf(1.0 - 2.4 * max(loss, 1e-15))
        if loss < 1.0:
            z = min(z, STANDARD.inv_cdf(self.fill_rate))
        slope = 1.25 + 0.75 * z if z > 0.0 else 1.25 / (1.0 - z)
        return self.distribution.mean + z * sd, -slope / sd

    def _floor(self, allowed: float) -> float:
        # A reorder point that leaves all demand short, and so never reaches the fill rate.
        lowest = min(0.0, self.distribution.mean - _BEYOND_REACH * self.distribution.sd)
        return lowest - max(self.order_quantity, allowed) - 1.0


def _secant(before: tuple[float, float] | None, now: tuple[float, float], slope: float) -> float:
    # Where the line through two points of the logarithm, or of this slope, comes to nothing.
    x, gap = now
    if before is not None:
        slope = (gap - before[1]) / (x - before[0]) if x != before[0] else math.nan
    return x - gap / slope if -math.inf < slope < 0.0 and gap > -math.inf else math.nan
