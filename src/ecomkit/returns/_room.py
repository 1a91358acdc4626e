"""How many units of an order may still come back: a unit is in one return or claim at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ecomkit.returns._return_errors import NotReturnableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecomkit.identifiers import LineId
    from ecomkit.orders import Order

__all__ = ["Case", "bound_units", "check_room", "returnable_units"]


class Case(Protocol):
    """What binds units of an order that count as out: a return or a claim."""

    @property
    def bound(self) -> Mapping[LineId, int]:
        """How many units of each line."""
        ...


def bound_units(cases: Iterable[Case]) -> dict[LineId, int]:
    """Return how many units of each line returns and claims are about together."""
    sums: dict[LineId, int] = {}
    for case in cases:
        for line, units in case.bound.items():
            sums[line] = sums.get(line, 0) + units
    return sums


def returnable_units(order: Order, *, cases: Iterable[Case]) -> dict[LineId, int]:
    """
    Return how many units of each line are out and in no other return or claim.

    Args:
        order: The order.
        cases: All returns and claims about the order, closed ones too.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import Order, OrderLine
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=2, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[line],
    ... ).ship(line.id, quantity=2, at=noon)
    >>> returnable_units(order, cases=())
    {LineId('1'): 2}
    """
    bound = bound_units(cases)
    return {
        line.id: max(0, order.counts(line.id).out - bound.get(line.id, 0)) for line in order.lines
    }


def check_room(order: Order, *, cases: Iterable[Case]) -> None:
    """
    Refuse returns and claims that are about more units than are out.

    Raises:
        NotReturnableError: For the first line of which more units are bound.
    """
    for line, units in bound_units(cases).items():
        if units > (out := order.counts(line).out):
            raise NotReturnableError(order=order.id, line=line, wanted=units, possible=out)
