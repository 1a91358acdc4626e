"""How the tax of an order is found: on top or inside, and where it is rounded."""

from __future__ import annotations

from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit.money import Rounding
from ecomkit.orders._charge import Taxation

__all__ = ["TaxMode", "TaxTerms"]


class TaxMode(Enum):
    """Where tax is rounded; the modes differ by cents."""

    PER_UNIT = "per_unit"
    """On each unit, at the unit's share of the line."""

    PER_LINE = "per_line"
    """On each line."""

    PER_ORDER = "per_order"
    """Once, on the sum of the lines, and then shared over them by largest remainder."""


@final
@attrs.frozen(kw_only=True)
class TaxTerms:
    """
    How the tax of an order was found: it is stored with the order, so that it can be shown.

    Args:
        taxation: Whether the tax stands on top of the prices or inside them.
        mode: Where it is rounded.
        rounding: How it is rounded.
    """

    taxation: Taxation = attrs.field(validator=is_a(Taxation))
    mode: TaxMode = attrs.field(validator=is_a(TaxMode))
    rounding: Rounding = attrs.field(default=Rounding.HALF_UP, validator=is_a(Rounding))
