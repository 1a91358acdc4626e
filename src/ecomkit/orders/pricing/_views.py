"""What pricing says: of each discount, of each part, and of each rate of tax."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_a, is_text, optional
from ecomkit.money import Money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import Taxation
from ecomkit.orders._line import OrderLine
from ecomkit.orders.pricing._extra import Extra

__all__ = ["DiscountStep", "PartPrice", "TaxSummary"]


@final
@attrs.frozen(kw_only=True)
class DiscountStep:
    """What one discount took off, and what of it found nothing to be taken off."""

    name: str = attrs.field(validator=is_text)
    rule: str = attrs.field(default="", validator=is_text)
    taken: Money = attrs.field(validator=not_negative_money)
    unused: Money = attrs.field(validator=not_negative_money)

    def explain(self) -> str:
        """
        Say the discount, its rule, what it took off, and what was not used.

        >>> from ecomkit.money import Currency
        >>> euros = Money(3000, Currency.EUR)
        >>> step = DiscountStep(name="voucher", taken=euros, unused=Money(1500, Currency.EUR))
        >>> print(step.explain())
        voucher: 30.00 EUR off, 15.00 EUR not used
        """
        rule = f" ({self.rule})" if self.rule else ""
        rest = "" if self.unused.is_zero else f", {self.unused} not used"
        return f"{self.name}{rule}: {self.taken} off{rest}"


@final
@attrs.frozen(kw_only=True)
class PartPrice:
    """
    The price of one line or extra, from what it was to what it is with and without tax.

    *discount* is what all discounts took off, 0 or more. ``net + tax`` is ``gross``, always.
    """

    item: OrderLine | Extra = attrs.field(validator=is_a(OrderLine, Extra))
    original: Money = attrs.field(validator=not_negative_money)
    discount: Money = attrs.field(validator=not_negative_money)
    tax: Money = attrs.field(validator=not_negative_money)
    tax_title: str = attrs.field(default="", validator=is_text)
    taxation: Taxation | None = attrs.field(default=None, validator=optional(is_a(Taxation)))

    @property
    def left(self) -> Money:
        """The price after all discounts: with the tax where that is inside."""
        return self.original - self.discount

    @property
    def net(self) -> Money:
        """The price without tax."""
        return self.left - self.tax if self.taxation is Taxation.INCLUDED else self.left

    @property
    def gross(self) -> Money:
        """The price with tax: what is paid."""
        return self.net + self.tax


@final
@attrs.frozen(kw_only=True)
class TaxSummary:
    """What was taxed in one way: the sum without tax, and the tax."""

    title: str = attrs.field(validator=is_text)
    net: Money = attrs.field(validator=not_negative_money)
    tax: Money = attrs.field(validator=not_negative_money)

    @property
    def gross(self) -> Money:
        """The sum with tax."""
        return self.net + self.tax

    def explain(self) -> str:
        """Say what was taxed, and the tax."""
        return f"{self.title or 'tax'} on {self.net}: {self.tax}"
