"""Tax on the lines of an order, rounded in a named way at a named place."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import is_a
from ecomkit.errors import FieldError
from ecomkit.money import Money, Rounding, sum_money
from ecomkit.orders._charge import Charge, ChargeKind, Taxation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from ecomkit.identifiers import LineId
    from ecomkit.orders._order import Order

__all__ = ["TaxMode", "TaxTerms", "tax_charges"]


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
        case TaxMode.PER_UNIT:
            taxes = [
                _tax_per_unit(base, units=price.units, share=share, rounding=rounding)
                for base, price in zip(bases, prices, strict=True)
            ]
        case TaxMode.PER_LINE:
            taxes = [base.times(share, rounding=rounding) for base in bases]
        case TaxMode.PER_ORDER:
            tax = sum_money(bases, currency=order.currency).times(share, rounding=rounding)
            # No line, no share: proration wants one weight or more.
            taxes = tax.prorate([base.amount for base in bases]) if bases else ()
        case _:
            assert_never(mode)
    return tuple(
        Charge(kind=ChargeKind.TAX, amount=tax, line=line, taxation=taxation, title=title)
        for line, tax in zip(chosen, taxes, strict=True)
    )


def _tax_per_unit(base: Money, *, units: int, share: Fraction, rounding: Rounding) -> Money:
    # A line that does not divide evenly has units of two worths, one minor unit apart.
    less, more_units = divmod(base.amount, units)
    taxes = [
        Money(unit, base.currency).times(share, rounding=rounding) * times
        for unit, times in ((less + 1, more_units), (less, units - more_units))
    ]
    return sum_money(taxes, currency=base.currency)
