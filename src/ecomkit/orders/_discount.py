"""A discount off an order: at most what there is."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit.money import Money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import Charge, ChargeKind

__all__ = ["AppliedDiscount", "apply_discount"]


@final
@attrs.frozen(kw_only=True)
class AppliedDiscount:
    """The charge that a discount became, and what of it found nothing to be taken off."""

    charge: Charge = attrs.field(validator=is_a(Charge))
    unused: Money = attrs.field(validator=not_negative_money)

    def explain(self) -> str:
        """Say what was taken off, and what was not."""
        taken = f"{-self.charge.amount} taken off"
        return taken if self.unused.is_zero else f"{taken}, {self.unused} not used"


def apply_discount(discount: Money, *, base: Money, title: str = "") -> AppliedDiscount:
    """
    Return *discount* as a charge of an order, no larger than *base*.

    Args:
        discount: What may be taken off; 0 or more.
        base: What it is taken off from, such as the goods of the order; 0 or more.
        title: What the buyer reads beside it.

    Raises:
        FieldError: If *discount* or *base* is below 0.
        CurrencyMismatchError: If the two are in different currencies.

    >>> from ecomkit.money import Currency
    >>> print(
    ...     apply_discount(Money(4500, Currency.EUR), base=Money(3000, Currency.EUR)).explain()
    ... )
    30.00 EUR taken off, 15.00 EUR not used
    """
    taken = min(discount, base)
    return AppliedDiscount(
        charge=Charge(kind=ChargeKind.DISCOUNT, amount=-taken, title=title),
        unused=discount - taken,
    )
