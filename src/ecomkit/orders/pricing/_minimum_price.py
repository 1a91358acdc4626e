"""The price below which no discount takes a unit."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit.identifiers import Sku
from ecomkit.money import Money
from ecomkit.orders._amounts import not_negative_money

__all__ = ["MinimumPrice"]


@final
@attrs.frozen(kw_only=True)
class MinimumPrice:
    """The price of a unit of *sku* below which no discount takes it."""

    sku: Sku = attrs.field(validator=is_a(Sku))
    price: Money = attrs.field(validator=not_negative_money)
