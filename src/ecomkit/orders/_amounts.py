"""Validators for the amounts of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit._checks import refuse
from ecomkit.money import Money

if TYPE_CHECKING:
    import attrs

__all__ = ["above_zero_money", "not_negative_money"]


def not_negative_money(instance: object, attribute: attrs.Attribute[Money], value: object) -> None:
    """Accept money, nothing or more."""
    if not isinstance(value, Money) or value.amount < 0:
        raise refuse(instance, attribute.name, value, "money, 0 or more")


def above_zero_money(instance: object, attribute: attrs.Attribute[Money], value: object) -> None:
    """Accept money, more than nothing."""
    if not isinstance(value, Money) or value.amount <= 0:
        raise refuse(instance, attribute.name, value, "money above 0")
