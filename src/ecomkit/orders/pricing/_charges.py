"""The charges of an order, made of what pricing computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from ecomkit.money import Money
from ecomkit.orders._charge import Charge, ChargeKind, ChargeTarget, Taxation
from ecomkit.orders._line import OrderLine
from ecomkit.orders.pricing._basket import Discount
from ecomkit.orders.pricing._extra import Extra
from ecomkit.orders.pricing._working import Working

__all__ = ["Parts", "charges_of"]

Parts: TypeAlias = Sequence[tuple[OrderLine | Extra, int]]
"""The lines and extras as they were given, each with its place in the working."""


def charges_of(
    working: Working,
    *,
    parts: Parts,
    discounts: Sequence[Discount],
    taxation: Taxation | None,
) -> tuple[Charge, ...]:
    """Return the extras, the discounts and the taxes as charges; discounts of 0 are none."""
    return (
        *_extras(parts),
        *_discounts(working, parts=parts, discounts=discounts),
        *_taxes(working, parts=parts, taxation=taxation),
    )


def _extras(parts: Parts) -> Iterator[Charge]:
    for item, _ in parts:
        if isinstance(item, Extra):
            yield Charge(kind=item.kind, amount=item.amount, line=item.line, title=item.title)


def _discounts(
    working: Working, *, parts: Parts, discounts: Sequence[Discount]
) -> Iterator[Charge]:
    for discount, (taken, _) in zip(discounts, working.taken, strict=True):
        for item, place in parts:
            if taken[place]:
                is_line = isinstance(item, OrderLine)
                yield Charge(
                    kind=ChargeKind.DISCOUNT,
                    amount=Money(-taken[place], working.placed.currency),
                    line=item.id if isinstance(item, OrderLine) else None,
                    on=ChargeTarget.ORDER if is_line else ChargeTarget.SHIPPING,
                    title=discount.name,
                )


def _taxes(working: Working, *, parts: Parts, taxation: Taxation | None) -> Iterator[Charge]:
    for item, place in parts:
        if working.taxes[place]:
            shipping = isinstance(item, Extra) and item.kind is ChargeKind.SHIPPING
            yield Charge(
                kind=ChargeKind.TAX,
                amount=Money(working.taxes[place], working.placed.currency),
                line=item.id if isinstance(item, OrderLine) else item.line,
                on=ChargeTarget.SHIPPING if shipping else ChargeTarget.ORDER,
                taxation=taxation,
                title=working.titles[place],
            )
