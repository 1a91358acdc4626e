"""
Reading what an order costs, so that no cent is lost.

WooCommerce tells a line's ``subtotal`` and ``total`` before tax, for all its units, and its
``price`` as a number that may have any digits: the price is not read. A unit costs the subtotal
divided by the units, cut off to whole cents; what that leaves is a fee of the line named
``rounding``, and the difference between total and subtotal its discount. Where all of it still
differs from the order's total by what rounding can leave (tax that was rounded elsewhere, a store
with more digits than its currency) the difference is a charge of the order, with the same name; a
larger one is left for those who compare the claim's total with its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import final

import attrs

from ecomkit.channels import Fields, money_of, text_of
from ecomkit.identifiers import LineId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Taxation

__all__ = ["LinePrice", "line_price", "order_charges", "rounding_charges"]

ROUNDING = "rounding"


@final
@attrs.frozen(kw_only=True)
class LinePrice:
    """What one unit of a line costs, and the charges that belong to the line."""

    unit: Money
    charges: tuple[Charge, ...]


def line_price(row: Fields, *, line: str, quantity: int, currency: Currency) -> LinePrice:
    """Return the price of a line of *quantity* units."""
    money = money_of(currency)
    subtotal = row.read("subtotal", money)
    total = row.read("total", money, default=subtotal)
    tax = row.read("total_tax", money, default=None)
    if subtotal is None or total is None:
        return LinePrice(unit=Money.zero(currency), charges=())
    unit, rest = divmod(subtotal.amount, quantity)
    owner = LineId(line)
    return LinePrice(
        unit=Money(unit, currency),
        charges=(
            *_signed(rest, currency, title=ROUNDING, line=owner),
            *_signed(total.amount - subtotal.amount, currency, title="", line=owner),
            *_taxes(tax, line=owner, title=""),
        ),
    )


def order_charges(order: Fields, *, currency: Currency) -> tuple[Charge, ...]:
    """Return shipping and fees with their taxes; a fee below zero is a discount."""
    money = money_of(currency)

    def shipping(row: Fields) -> tuple[Charge, ...]:
        title = row.read("method_title", text_of, default="")
        amount = row.read("total", money)
        return row.build(
            lambda: (
                *(() if amount.is_zero else (_shipping(amount, title),)),
                *_taxes(row.read("total_tax", money, default=None), title=title),
            )
        )

    def fee(row: Fields) -> tuple[Charge, ...]:
        title = row.read("name", text_of, default="")
        amount = row.read("total", money)
        return row.build(
            lambda: (
                *_signed(amount.amount, currency, title=title),
                *_taxes(row.read("total_tax", money, default=None), title=title),
            )
        )

    found = (
        *order.each("shipping_lines", shipping, default=()),
        *order.each("fee_lines", fee, default=()),
    )
    return tuple(charge for row in found if row is not None for charge in row)


def rounding_charges(
    total: Money | None,
    *,
    goods: Iterable[int],
    charges: Sequence[Charge],
    rows: int,
    currency: Currency,
) -> tuple[Charge, ...]:
    """
    Return what is missing between an order's *goods*, in minor units, its charges and its *total*.

    Each of *rows* amounts may have been rounded by as much as one minor unit. What is more was
    not rounded: nobody knows what it is, and the order's total is kept beside ours.
    """
    if total is None:
        return ()
    missing = total.amount - sum(goods) - sum(charge.amount.amount for charge in charges)
    return _signed(missing, currency, title=ROUNDING) if abs(missing) <= rows else ()


def _signed(
    amount: int, currency: Currency, *, title: str, line: LineId | None = None
) -> tuple[Charge, ...]:
    """Return *amount* as a fee, or as a discount where it is below zero; nothing for nothing."""
    if amount == 0:
        return ()
    kind = ChargeKind.FEE if amount > 0 else ChargeKind.DISCOUNT
    return (Charge(kind=kind, amount=Money(amount, currency), line=line, title=title),)


def _shipping(amount: Money, title: str) -> Charge:
    return Charge(kind=ChargeKind.SHIPPING, amount=amount, title=title)


def _taxes(amount: Money | None, *, title: str, line: LineId | None = None) -> tuple[Charge, ...]:
    """Return a tax on top; the tax that a discount takes off is part of the discount."""
    if amount is None or amount.is_zero:
        return ()
    if amount.amount < 0:
        return _signed(amount.amount, amount.currency, title=title, line=line)
    return (
        Charge(
            kind=ChargeKind.TAX,
            amount=amount,
            line=line,
            title=title,
            taxation=Taxation.ADDED,
        ),
    )
