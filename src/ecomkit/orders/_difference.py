"""What changed between two versions of an order, in words that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.identifiers import OrderId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecomkit.orders._order import Order

__all__ = ["OrderChange", "OrderDifference", "difference"]

_COUNTERS = ("cancelled", "shipped", "delivered", "lost", "returned", "credited")
_AXES = ("state", "payment_state", "fulfilment_state", "return_state")
_AMOUNTS = ("effective_total", "owed", "overpaid")
_NAMES = {"effective_total": "due", "state": "order"}


@final
@attrs.frozen(kw_only=True)
class OrderChange:
    """One thing that is another in the later version: what it is, and what it was and is."""

    what: str = attrs.field(validator=is_a(str))
    before: str = attrs.field(validator=is_a(str))
    after: str = attrs.field(validator=is_a(str))

    def explain(self) -> str:
        """Say what changed, from what to what."""
        if not self.before:
            return f"{self.what}: {self.after}"
        return f"{self.what}: {self.before} -> {self.after}"


@final
@attrs.frozen(kw_only=True)
class OrderDifference:
    """What changed in an order between the version *before* and the version *after*."""

    order: OrderId = attrs.field(validator=is_a(OrderId))
    before: int = attrs.field(validator=is_a(int))
    after: int = attrs.field(validator=is_a(int))
    changes: tuple[OrderChange, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(OrderChange)
    )

    def explain(self) -> str:
        """Say all that changed, one thing a line."""
        head = f"order {self.order}, version {self.before} -> {self.after}"
        return "\n".join([head, *(change.explain() for change in self.changes)])


def difference(order: Order, *, since: Order) -> OrderDifference:
    """
    Return what is another in *order* than it was *since*: lines, units, amounts, axes, holds.

    Raises:
        FieldError: If the two are versions of different orders.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import Order, OrderLine
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=3, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> placed = Order(
    ...     id=OrderId("shop/1"),
    ...     channel=ChannelId("shop"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[line],
    ... )
    >>> print(difference(placed.cancel(line.id, quantity=1, at=noon), since=placed).explain())
    order shop/1, version 0 -> 1
    line 1 cancelled: 0 -> 1
    due: 71.70 EUR -> 47.80 EUR
    owed: 71.70 EUR -> 47.80 EUR
    """
    if order.id != since.id:
        raise refuse(order, "difference(since)", since.id, f"a version of {order.id}")
    return OrderDifference(
        order=order.id,
        before=since.version,
        after=order.version,
        changes=[*_lines(order, since), *_named(order, since), *_holds(order, since)],
    )


def _lines(order: Order, since: Order) -> Iterator[OrderChange]:
    known = {line.id: line for line in since.lines}
    for line in order.lines:
        if line.id not in known:
            added = f"{line.quantity} x {line.sku} at {line.unit_price}"
            yield OrderChange(what=f"line {line.id} added", before="", after=added)
            continue
        counts, before = order.counts(line.id), since.counts(line.id)
        for name in _COUNTERS:
            if getattr(counts, name) != getattr(before, name):
                yield OrderChange(
                    what=f"line {line.id} {name}",
                    before=str(getattr(before, name)),
                    after=str(getattr(counts, name)),
                )


def _named(order: Order, since: Order) -> Iterator[OrderChange]:
    for name in (*_AMOUNTS, *_AXES):
        before, after = getattr(since, name), getattr(order, name)
        if before != after:
            yield OrderChange(
                what=_NAMES.get(name, name.replace("_state", "")),
                before=str(getattr(before, "value", before)),
                after=str(getattr(after, "value", after)),
            )


def _holds(order: Order, since: Order) -> Iterator[OrderChange]:
    before, after = (
        ", ".join(kind.value for kind in version.open_holds) or "none"
        for version in (since, order)
    )
    if before != after:
        yield OrderChange(what="on hold for", before=before, after=after)
