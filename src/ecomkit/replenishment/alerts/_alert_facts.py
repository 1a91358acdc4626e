"""Alert facts: what rules look at, of one sku at one instant."""

from __future__ import annotations

from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, is_a, optional, refuse
from ecomkit.identifiers import Sku
from ecomkit.replenishment._advice import Advice
from ecomkit.replenishment._numbers import is_number, units_of_day


def _with_sku(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_a(Advice)(instance, attribute, value)
    if value.sku is None:
        raise refuse(instance, attribute.name, value, "an advice that knows its sku")


def _days(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "whole units of the last days")
    for units in value:
        units_of_day(units, owner=type(instance).__name__)


def _number(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or value != value:  # noqa: PLR0124 (NaN is not itself)
        raise refuse(instance, attribute.name, value, "a number of standard deviations")


@final
@attrs.frozen(kw_only=True)
class AlertFacts:
    """
    What alert rules look at: the advice of one sku, and what lies outside of it.

    Args:
        advice: With its sku, and best with its facts: receipts, bounds, economics, last sale.
        recent_units: Units asked for on each of the last days of the demand, the newest last.
        lead_time_z: By how many standard deviations the last receipts took longer than those
            before, below 0 for less long; None if it is not known.

    Raises:
        FieldError: If the advice has no sku, or a number is none.
    """

    advice: Advice = attrs.field(validator=_with_sku)
    recent_units: tuple[int, ...] = attrs.field(default=(), converter=as_tuple, validator=_days)
    lead_time_z: float | None = attrs.field(default=None, validator=optional(_number))

    @property
    def sku(self) -> Sku:
        """The sku that the facts are about."""
        assert self.advice.sku is not None  # as the validator has seen to
        return self.advice.sku
