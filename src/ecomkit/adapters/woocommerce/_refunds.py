"""Reading refunds: what was paid back, and for which units; WooCommerce writes both negative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from ecomkit.adapters.woocommerce._words import gmt
from ecomkit.channels import (
    ChannelRefund,
    Fields,
    LineUnits,
    RefundState,
    identity,
    key_mark,
    money_of,
    text_of,
    whole_of,
)
from ecomkit.identifiers import LineId
from ecomkit.money import Currency

__all__ = ["KEY", "RefundedUnits", "key_of", "read_refund", "refunded_units"]

KEY = "_ecomkit_key"
"""The name of the meta field in which a refund of ours keeps its command's key."""


@final
@attrs.frozen(kw_only=True)
class RefundedUnits:
    """Units of lines that were refunded at an instant, None where it is not known."""

    at: datetime | None
    units: Counter[str]


def refunded_units(refund: Fields) -> RefundedUnits:
    """Return the units that one refund is for, by line."""
    units: Counter[str] = Counter()
    for line, quantity in refund.each("line_items", _line, default=()):
        if line is not None:
            units[line] += quantity
    return RefundedUnits(at=refund.read("date_created_gmt", gmt, default=None), units=units)


def read_refund(refund: Fields, *, currency: Currency | None) -> ChannelRefund:
    """
    Return one refund. Woo counts it as paid back, whether a gateway or a person did it.

    *status* says which: ``refunded_payment`` for the gateway, ``manual`` for a person.
    """
    amount = refund.read("amount", money_of(currency))
    lines = refunded_units(refund)
    by_gateway = refund.read("refunded_payment", bool, default=False)
    return refund.build(
        lambda **fields: ChannelRefund(state=RefundState.PAID, **fields),
        id=refund.read("id", identity),
        amount=amount if amount is None else abs(amount),
        at=lines.at,
        lines=[
            LineUnits(line=LineId(line), quantity=quantity)
            for line, quantity in lines.units.items()
            if quantity > 0
        ],
        status=("refunded_payment" if by_gateway else "manual",),
        reason=refund.read("reason", text_of, default=""),
        mark=next((key_mark(key) for name, key in _meta(refund) if name == KEY and key), None),
    )


def key_of(refund: object) -> str | None:
    """Return the key of the command that made a refund; None if it was none of ours."""
    meta = refund.get("meta_data") if isinstance(refund, dict) else None
    for row in meta if isinstance(meta, list) else ():
        if isinstance(row, dict) and row.get("key") == KEY:
            return str(row.get("value"))
    return None


def _line(row: Fields) -> tuple[str | None, int]:
    quantity = row.read("quantity", whole_of, default=0)
    line = next((value for key, value in _meta(row) if key == "_refunded_item_id"), None)
    return line, abs(quantity or 0)


def _meta(row: Fields) -> Iterable[tuple[str, str | None]]:
    return row.each(
        "meta_data",
        lambda meta: (
            meta.read("key", text_of, default=""),
            meta.read("value", _name, default=None),
        ),
        default=(),
    )


def _name(raw: object) -> str | None:
    """Return a name; None for the structures that extensions keep in meta fields."""
    return identity(raw) if isinstance(raw, str) or type(raw) is int else None
