"""The second-order loss: expected shortage added up over all positions from one on."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, final

import attrs

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions import DemandDistribution, NormalDemand

NODES = (
    (0.0, 0.2729250867779006),
    (0.26954315595234496, 0.26280454451024666),
    (0.5190961292068118, 0.23319376459199048),
    (0.7301520055740494, 0.18629021092773426),
    (0.8870625997680953, 0.1255803694649046),
    (0.978228658146057, 0.05566856711617366),
)
"""Gauss-Legendre nodes of 11 points, from the middle on, and their weights."""

TAILS = (1e-16, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 4e-3, 0.01, 0.03)
"""Probabilities of the panels' ends in both tails; closer together where the loss bends more."""

MIDDLE = (0.07, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.93)
"""Probabilities of the panels' ends between the tails."""


def normal_second_order_loss(demand: NormalDemand, units: float) -> float:
    """Return E[((D − y)⁺)²] / 2 of normal demand, from its loss of the first order."""
    beyond = units - demand.mean
    return (demand.sd**2 * (1 - demand.cdf(units)) - beyond * demand.loss(units)) / 2


@final
@attrs.frozen(kw_only=True)
class SecondOrderLoss:
    """
    The second-order loss E[((D − y)⁺)²] / 2 of any demand with fractions of a unit.

    It is the integral of the loss from y on. Panels end at quantiles, so that they are as narrow
    as the demand is dense, and are added up once; each answer adds a part of one panel.
    """

    demand: DemandDistribution
    ends: tuple[float, ...]
    beyond: tuple[float, ...]

    @classmethod
    def of(cls, demand: DemandDistribution) -> SecondOrderLoss:
        """Return the second-order loss of *demand*."""
        shares = (*TAILS, *MIDDLE, *(1 - tail for tail in reversed(TAILS)))
        ends = sorted({demand.quantile(share) for share in shares})
        total = 0.0
        beyond = [total]
        for end, start in pairwise(reversed(ends)):
            total += _panel(demand, start, end)
            beyond.append(total)
        return cls(demand=demand, ends=tuple(ends), beyond=tuple(reversed(beyond)))

    def __call__(self, units: float) -> float:
        """Return the second-order loss at *units*."""
        place = bisect_right(self.ends, units)
        if place == len(self.ends):
            return 0.0
        return self.beyond[place] + _panel(self.demand, units, self.ends[place])


def _panel(demand: DemandDistribution, start: float, end: float) -> float:
    middle, half = (start + end) / 2, (end - start) / 2
    return half * sum(
        weight * demand.loss(middle + side * half)
        for node, weight in NODES
        for side in ((node, -node) if node else (node,))
    )
