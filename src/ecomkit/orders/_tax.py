"""Tax on the lines of an order, rounded in a named way at a named place."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ecomkit.errors import FieldError
from ecomkit.money import Money, Rounding, sum_money
from ecomkit.orders._charge import Charge, ChargeKind, Taxation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from ecomkit.identifiers import LineId
    from ecomkit.orders._order import Order

__all__ = ["TaxMode", "tax_charges"]


class TaxMode(Enum):
    """Where tax is rounded; the two differ by cents."""

    PER_LINE = "per_line"
    """On each line."""

    ON_TOTAL = "on_total"
    """Once, on the sum of the lines, and then shared over them by largest remainder."""


def tax_charges(
    order: Order,
    *,
    rate: Decimal | Fraction,
    taxation: Taxation,
    mode: TaxMode,
    rounding: Rounding,
    lines: Iterable[LineId] | None = None,
    title: str = "",
) -> tuple[Charge, ...]:
    """
    Return the tax on the lines of *order*, one charge attached to each line.

    The base of a line is its goods after all discounts, and its fees; never below 0, also
    where a discount of the order is so large that it comes off another tax too. Tax of shipping
    is another charge, of the order.

    Args:
        order: The order, without this tax.
        rate: The tax per unit of money: 0.2 is 20 %.
        taxation: On top of the prices, or inside them (then the tax is rate / (1 + rate)).
        mode: Round each line, or the sum.
        rounding: How to round.
        lines: The lines that have this rate; none means all.
        title: What the buyer reads beside it.

    Raises:
        FieldError: If the rate is below 0, or no exact finite number.
        UnknownLineError: If one of *lines* is not there.
    """
    chosen = tuple(line.id for line in order.lines) if lines is None else tuple(lines)
    # Money refuses what is no exact, finite number, before anything else touches it.
    nothing = Money.zero(order.currency)
    nothing.times(rate, rounding=rounding)
    if rate < 0:
        raise FieldError(owner="tax_charges", field="rate", got=rate, wanted="0 or more")
    share = Fraction(rate)
    if taxation is Taxation.INCLUDED:
        share = Fraction(share.numerator, share.numerator + share.denominator)
    prices = [order.price(line) for line in chosen]
    bases = [max(price.net + price.fees, nothing) for price in prices]
    taxes: Iterable[Money]
    match mode:
        case TaxMode.PER_LINE:
            taxes = [base.times(share, rounding=rounding) for base in bases]
        case TaxMode.ON_TOTAL:
            tax = sum_money(bases, currency=order.currency).times(share, rounding=rounding)
            # No line, no share: proration wants one weight or more.
            taxes = tax.prorate([base.amount for base in bases]) if bases else ()
        case _:
            assert_never(mode)
    return tuple(
        Charge(kind=ChargeKind.TAX, amount=tax, line=line, taxation=taxation, title=title)
        for line, tax in zip(chosen, taxes, strict=True)
    )
