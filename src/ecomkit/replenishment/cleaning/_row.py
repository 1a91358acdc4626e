"""One row of a sales history, whoever kept it."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a, optional, plain_date, units
from ecomkit.identifiers import ChannelId, CustomerId, LineId, OrderId, Sku


class RowKind(Enum):
    """What happened to the units of a row."""

    SALE = "sale"
    """They were ordered."""

    CANCELLATION = "cancellation"
    """They had been ordered, and will not be shipped."""

    RETURN = "return"
    """They had been ordered, and came back to us."""

    WRITE_OFF = "write-off"
    """They left the stock, and nobody had ordered them: broken, lost, given away."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class DemandRow:
    """
    *units* of a sku that were ordered, cancelled, returned or written off on *day*.

    Units are always above 0: the kind says whether they came or went. ``day`` is the shop's own
    day. A cancellation or a return may name the *order* (and *line*) that it takes back; where it
    does not, *customer* helps to find it. Read an exported table yourself, and make a row of each
    of its lines.

    Raises:
        FieldError: If a field is not of its kind, or there is no unit.

    >>> row = DemandRow(sku=Sku("ELEPHANT"), day=date(2026, 10, 1), units=12)
    >>> row.kind
    <RowKind.SALE: 'sale'>
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    day: date = attrs.field(validator=plain_date)
    units: int = attrs.field(validator=units)
    kind: RowKind = attrs.field(default=RowKind.SALE, validator=is_a(RowKind))
    channel: ChannelId | None = attrs.field(default=None, validator=optional(is_a(ChannelId)))
    order: OrderId | None = attrs.field(default=None, validator=optional(is_a(OrderId)))
    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))
    customer: CustomerId | None = attrs.field(default=None, validator=optional(is_a(CustomerId)))

    def explain(self) -> str:
        """
        Say what the row is.

        >>> DemandRow(
        ...     sku=Sku("ELEPHANT"), day=date(2026, 10, 1), units=12, order=OrderId("1001")
        ... ).explain()
        'sale of 12 of order 1001 on 2026-10-01'
        """
        order = "" if self.order is None else f" of order {self.order}"
        return f"{self.kind.value} of {self.units}{order} on {self.day}"
