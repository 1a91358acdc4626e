"""The rules of a refund: what is given back besides the units themselves."""

from __future__ import annotations

from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.money import Money

__all__ = ["FeesRefund", "RefundRules", "ShippingRefund"]


class ShippingRefund(Enum):
    """Whether the buyer gets back what was paid for the delivery."""

    NEVER = "never"

    WHEN_EVERYTHING_RETURNS = "when_everything_returns"
    """All of it, once no unit is left that has to be paid for (EU 2011/83, article 13(1))."""

    STANDARD_ONLY = "standard_only"
    """
    As above, and no more than the cheapest standard delivery that was offered: who chose a dearer
    one bears the difference (EU 2011/83, article 13(2)).
    """


class FeesRefund(Enum):
    """Whether the buyer gets back the fees and taxes of the order as a whole."""

    NEVER = "never"

    WHEN_EVERYTHING_RETURNS = "when_everything_returns"
    """Once no unit is left that has to be paid for."""


@final
@attrs.frozen(kw_only=True)
class RefundRules:
    """
    What is given back besides the units: nothing, unless it says so.

    Args:
        shipping: Whether the delivery is paid back.
        standard_shipping: What the cheapest standard delivery would have cost the buyer, tax
            included; needed for ``STANDARD_ONLY``, and for nothing else.
        fees: Whether the fees and taxes of the order as a whole are paid back.

    Raises:
        FieldError: If the price of the standard delivery is missing, too much or below 0.

    >>> from ecomkit.money import Currency
    >>> RefundRules(
    ...     shipping=ShippingRefund.STANDARD_ONLY, standard_shipping=Money(490, Currency.EUR)
    ... ).shipping.value
    'standard_only'
    """

    shipping: ShippingRefund = attrs.field(
        default=ShippingRefund.NEVER, validator=is_a(ShippingRefund)
    )
    standard_shipping: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    fees: FeesRefund = attrs.field(default=FeesRefund.NEVER, validator=is_a(FeesRefund))

    def __attrs_post_init__(self) -> None:
        standard = self.standard_shipping
        if (standard is None) is (self.shipping is ShippingRefund.STANDARD_ONLY):
            wanted = "named for STANDARD_ONLY, and for nothing else"
            raise refuse(self, "standard_shipping", standard, wanted)
        if standard is not None and standard.amount < 0:
            raise refuse(self, "standard_shipping", standard, "money, 0 or more")
