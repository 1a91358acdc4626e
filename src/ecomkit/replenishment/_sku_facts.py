"""Facts of a sku beside its position: what makes an advice sharper where it is known."""

from __future__ import annotations

from datetime import date
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, plain_date
from ecomkit.replenishment._bounds import StockBounds
from ecomkit.replenishment._economics import UnitEconomics
from ecomkit.replenishment._receipt import ExpectedReceipt
from ecomkit.replenishment._snooze import Snooze


def _as_receipts(receipts: Any) -> Any:
    return None if receipts is None else as_tuple(receipts)


@final
@attrs.frozen(kw_only=True)
class SkuFacts:
    """
    What is known of one sku beside its position; each may be missing.

    Args:
        receipts: Open lines of purchase orders for this sku and place, those that come too late
            to be in the position among them. None if the days are not known: what is on order
            is then taken as there in time.
        last_sold_on: The day of the last sale.
        economics: What a unit costs and brings.
        bounds: The floor for what is available, and the ceiling of the position.
        snooze: Until when nothing is to be asked.

    Raises:
        FieldError: If a fact is of another type.
    """

    receipts: tuple[ExpectedReceipt, ...] | None = attrs.field(
        default=None, converter=_as_receipts, validator=optional(each(ExpectedReceipt))
    )
    last_sold_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    economics: UnitEconomics | None = attrs.field(
        default=None, validator=optional(is_a(UnitEconomics))
    )
    bounds: StockBounds | None = attrs.field(default=None, validator=optional(is_a(StockBounds)))
    snooze: Snooze | None = attrs.field(default=None, validator=optional(is_a(Snooze)))
