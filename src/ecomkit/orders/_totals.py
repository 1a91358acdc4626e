"""Totals: what an order costs, by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a
from ecomkit.money import Currency, Money, sum_money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import ChargeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.orders._charge import Charge
    from ecomkit.orders._line import OrderLine

__all__ = ["Totals", "sum_totals"]


@final
@attrs.frozen(kw_only=True)
class Totals:
    """
    What an order costs, by kind, as it was placed and added to.

    Discounts are 0 or negative. ``tax_included`` is inside the other amounts and shown only.
    """

    items: Money = attrs.field(validator=not_negative_money)
    discounts: Money = attrs.field(validator=is_a(Money))
    shipping: Money = attrs.field(validator=not_negative_money)
    fees: Money = attrs.field(validator=not_negative_money)
    tax_added: Money = attrs.field(validator=not_negative_money)
    tax_included: Money = attrs.field(validator=not_negative_money)

    @property
    def total(self) -> Money:
        """Items, discounts, shipping, fees and the tax on top."""
        return self.items + self.discounts + self.shipping + self.fees + self.tax_added


def sum_totals(
    lines: Sequence[OrderLine], *, charges: Sequence[Charge], currency: Currency
) -> Totals:
    """Return the totals of *lines* and *charges*, all of them in *currency*."""
    sums = dict.fromkeys(ChargeKind, 0)
    included = 0
    for charge in charges:
        if charge.adds:
            sums[charge.kind] += charge.amount.amount
        else:
            included += charge.amount.amount
    return Totals(
        items=sum_money((line.goods for line in lines), currency=currency),
        discounts=Money(sums[ChargeKind.DISCOUNT], currency),
        shipping=Money(sums[ChargeKind.SHIPPING], currency),
        fees=Money(sums[ChargeKind.FEE], currency),
        tax_added=Money(sums[ChargeKind.TAX], currency),
        tax_included=Money(included, currency),
    )
