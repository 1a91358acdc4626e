"""What the shipping of an order costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a
from ecomkit.money import Currency, Money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import ChargeKind, ChargeTarget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.orders._charge import Charge

__all__ = ["ShippingPrice", "price_shipping"]


@final
@attrs.frozen(kw_only=True)
class ShippingPrice:
    """
    The price of the shipping of an order, as a ladder.

    ``charged`` less ``discount``, which is 0 or negative, with ``tax_added`` is ``amount``.
    ``tax_included`` is inside them and shown only.
    """

    charged: Money = attrs.field(validator=not_negative_money)
    discount: Money = attrs.field(validator=is_a(Money))
    tax_added: Money = attrs.field(validator=not_negative_money)
    tax_included: Money = attrs.field(validator=not_negative_money)

    @property
    def amount(self) -> Money:
        """What the buyer pays for the shipping."""
        return self.charged + self.discount + self.tax_added


def price_shipping(charges: Iterable[Charge], *, currency: Currency) -> ShippingPrice:
    """Return the price of the shipping among *charges*, all of them in *currency*."""
    charged = discount = added = included = 0
    for charge in charges:
        if charge.kind is ChargeKind.SHIPPING:
            charged += charge.amount.amount
        elif charge.on is ChargeTarget.SHIPPING:
            if charge.kind is ChargeKind.DISCOUNT:
                discount += charge.amount.amount
            elif charge.adds:
                added += charge.amount.amount
            else:
                included += charge.amount.amount
    return ShippingPrice(
        charged=Money(charged, currency),
        discount=Money(discount, currency),
        tax_added=Money(added, currency),
        tax_included=Money(included, currency),
    )
