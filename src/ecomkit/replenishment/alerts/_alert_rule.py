"""What an alert rule is: any callable of this shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment._numbers import is_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.replenishment.alerts._alert_facts import AlertFacts
    from ecomkit.replenishment.alerts._condition import Condition


class AlertRule(Protocol):
    """
    A callable from facts to a condition: one measured value with its thresholds.

    It answers whether or not the value is bad, since what is good again has to be told as well;
    None only where it cannot measure, which leaves the alert as it is.
    """

    def __call__(self, facts: AlertFacts) -> Condition | None:
        """Return what was measured of the sku of *facts*."""
        ...


def evaluate(facts: Iterable[AlertFacts], *, rules: Iterable[AlertRule]) -> tuple[Condition, ...]:
    """Return what each of *rules* measures of each of *facts*."""
    asked = tuple(rules)
    return tuple(
        condition for one in facts for rule in asked if (condition := rule(one)) is not None
    )


def share(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a band as a share of a threshold, from 0 to 1."""
    if not is_number(value) or not 0 <= value <= 1:
        raise refuse(instance, attribute.name, value, "a share from 0 to 1")
