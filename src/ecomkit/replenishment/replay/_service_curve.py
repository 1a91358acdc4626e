"""Service curve: how much stock each point of service costs, as a policy's knob is turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text, refuse
from ecomkit.replenishment._numbers import is_number
from ecomkit.replenishment.replay._backtest import DAILY
from ecomkit.replenishment.replay._comparison import Contender, Outcome, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ecomkit.replenishment._policy import ReplenishmentPolicy
    from ecomkit.replenishment._smoothed_demand import DemandEstimator
    from ecomkit.replenishment.replay._case import ReplayCase, ReplayRules


def _number(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not is_number(value):
        raise refuse(instance, attribute.name, value, "a number")


@final
@attrs.frozen(kw_only=True)
class ServicePoint:
    """One setting of a knob, and what it achieved."""

    knob: float = attrs.field(validator=_number)
    outcome: Outcome = attrs.field(validator=is_a(Outcome))


@final
@attrs.frozen(kw_only=True)
class ServiceCurve:
    """Service against stock for one kind of policy; its points are in the order of service."""

    name: str = attrs.field(validator=is_text)
    points: tuple[ServicePoint, ...] = attrs.field(
        converter=as_tuple, validator=each(ServicePoint)
    )

    def __attrs_post_init__(self) -> None:
        # Frozen fields that follow from others are set this way.
        by_service = sorted(self.points, key=lambda point: point.outcome.value_fill_rate)
        object.__setattr__(self, "points", tuple(by_service))

    def stock_at(self, service: float) -> float | None:
        """
        Return the stock at cost that reaches *service*, a value fill rate, between two points.

        Linear between the neighbours; None where the curve does not reach so low or so high.
        """
        for low, high in zip(self.points, self.points[1:], strict=False):
            below, above = low.outcome.value_fill_rate, high.outcome.value_fill_rate
            if below <= service <= above:
                share = (service - below) / (above - below) if above > below else 0.0
                return low.outcome.stock_value + share * (
                    high.outcome.stock_value - low.outcome.stock_value
                )
        return None


def service_curve(
    cases: Iterable[ReplayCase],
    *,
    name: str,
    knobs: Sequence[float],
    policy_for: Callable[[ReplayCase, float], ReplenishmentPolicy],
    estimator: DemandEstimator,
    rules: ReplayRules = DAILY,
) -> ServiceCurve:
    """
    Replay one kind of policy at each setting of its *knobs*: a what-if over a whole shop.

    A knob is what the policy lets one turn: a service level, a multiple of the lead time.
    """

    def contender(knob: float) -> Contender:
        return Contender(
            name=f"{name} {knob:g}",
            policy_for=lambda case: policy_for(case, knob),
            estimator=estimator,
        )

    comparison = compare(cases, contenders=[contender(knob) for knob in knobs], rules=rules)
    return ServiceCurve(
        name=name,
        points=[
            ServicePoint(knob=knob, outcome=outcome)
            for knob, outcome in zip(knobs, comparison.outcomes, strict=True)
        ],
    )
