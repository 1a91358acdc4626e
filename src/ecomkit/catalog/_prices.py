"""What a price is: money, nothing or more, in one currency with its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit._checks import refuse
from ecomkit.money import Currency, CurrencyMismatchError, Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    import attrs

__all__ = ["is_price", "same_currency"]


def is_price(instance: object, attribute: attrs.Attribute[Money], value: object) -> None:
    """Accept money, nothing or more."""
    if not isinstance(value, Money) or value.amount < 0:
        raise refuse(instance, attribute.name, value, "money, 0 or more")


def same_currency(prices: Iterable[Money | None], *, currency: Currency) -> None:
    """
    Check that all *prices* that there are have *currency*.

    Raises:
        CurrencyMismatchError: If one has another.
    """
    for price in prices:
        if price is not None and price.currency is not currency:
            raise CurrencyMismatchError(left=currency, right=price.currency)
