"""Order quantities of each row: minimum order, whole packs and a maximum position."""

from __future__ import annotations

from ecomkit.bulk._arrays import Integers, Truths, np
from ecomkit.bulk._columns import Columns
from ecomkit.replenishment import UNITS_MAX, OrderQuantity

__all__ = ["order_quantities"]


def order_quantities(
    quantity: OrderQuantity,
    table: Columns,
    block: slice,
    *,
    position: Integers,
    target: Integers,
    fires: Truths,
) -> Integers:
    """
    Return the units to order of a block of rows: 0 where none *fires*.

    Columns ``moq``, ``case_pack`` and ``maximum`` stand in for the fields of *quantity*.

    Raises:
        ColumnError: If a row has a number that an OrderQuantity refuses.
    """
    moq: int | Integers = quantity.moq
    if "moq" in table:
        moq = table.whole("moq", block, least=1, most=UNITS_MAX)
    pack: int | Integers = quantity.case_pack
    if "case_pack" in table:
        pack = table.whole("case_pack", block, least=1, most=UNITS_MAX)
    order = _whole_packs(np.maximum(target - position, moq) + (pack - 1), pack)

    maximum: int | Integers | None = quantity.maximum
    if "maximum" in table:
        maximum = table.whole("maximum", block, most=UNITS_MAX)
    if maximum is not None:
        # Where there is no room it is below zero, and so below any minimum order.
        room = _whole_packs(maximum - position, pack)
        order = np.minimum(order, np.where(room < moq, 0, room))
    return order * fires


def _whole_packs(units: Integers, pack: int | Integers) -> Integers:
    """Round units down to whole packs."""
    return units if isinstance(pack, int) and pack == 1 else units - units % pack
