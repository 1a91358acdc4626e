"""What each line costs, after its own discounts and its share of those of the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import above_zero, is_a
from ecomkit.money import Currency, Money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import ChargeKind, ChargeTarget
from ecomkit.orders._errors import DiscountExceedsLineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.identifiers import LineId, OrderId
    from ecomkit.orders._charge import Charge
    from ecomkit.orders._line import OrderLine

__all__ = ["LinePrice", "price_lines"]


@final
@attrs.frozen(kw_only=True)
class LinePrice:
    """
    The price of a line for all of its units, as a ladder.

    ``goods`` less ``line_discount`` and ``order_discount`` is ``net``; with ``fees`` and
    ``tax_added`` it is ``amount``. Discounts are 0 or negative. Shipping is never in it.
    """

    units: int = attrs.field(validator=above_zero)
    goods: Money = attrs.field(validator=not_negative_money)
    line_discount: Money = attrs.field(validator=is_a(Money))
    order_discount: Money = attrs.field(validator=is_a(Money))
    fees: Money = attrs.field(validator=not_negative_money)
    tax_added: Money = attrs.field(validator=not_negative_money)

    @property
    def net(self) -> Money:
        """The goods after all discounts; includes the tax where prices include tax."""
        return self.goods + self.line_discount + self.order_discount

    @property
    def amount(self) -> Money:
        """What the line costs: net, its fees, and the tax on top."""
        # In minor units, since amounts are taken on the hot path; one currency by construction.
        minor = self.goods.amount + self.line_discount.amount + self.order_discount.amount
        minor += self.fees.amount + self.tax_added.amount
        return Money(minor, self.goods.currency)

    def entitlement(self, units: int) -> Money:
        r"""
        Return what the first *units* units are worth, rounded up to the minor unit.

        Shares are differences of this running amount, so they sum to the line exactly, however
        the units are grouped: :math:`E(k) = \lceil amount \cdot k / units \rceil`.
        """
        amount = self.amount
        return Money((amount.amount * units + self.units - 1) // self.units, amount.currency)


def price_lines(
    lines: Sequence[OrderLine],
    *,
    order: OrderId,
    charges: Sequence[Charge],
    currency: Currency,
) -> dict[LineId, LinePrice]:
    """
    Return the price of each line; the charges refer to these lines and have this currency.

    The discounts of the order are shared over the lines by largest remainder, in proportion to
    the goods after their own discounts, and never take a line below 0. What is left of them
    takes off the fees and taxes of the lines, and then what the order costs besides its lines.

    Raises:
        DiscountExceedsLineError: If a line's own discounts are larger than its goods.
    """
    attached: dict[LineId, dict[ChargeKind, int]] = {}
    order_discount = 0
    for charge in charges:
        if charge.line is not None:
            if charge.adds:
                sums = attached.setdefault(charge.line, dict.fromkeys(ChargeKind, 0))
                sums[charge.kind] += charge.amount.amount
        elif charge.kind is ChargeKind.DISCOUNT and charge.on is ChargeTarget.ORDER:
            order_discount += charge.amount.amount

    zero = Money.zero(currency)
    prices: dict[LineId, LinePrice] = {}
    for line in lines:
        goods = line.goods
        price = LinePrice(
            units=line.quantity,
            goods=goods,
            line_discount=zero,
            order_discount=zero,
            fees=zero,
            tax_added=zero,
        )
        if line.id in attached:
            sums = attached[line.id]
            discount = Money(sums[ChargeKind.DISCOUNT], currency)
            if goods.amount + discount.amount < 0:
                raise DiscountExceedsLineError(
                    order=order, line=line.id, discount=discount, goods=goods
                )
            price = attrs.evolve(
                price,
                line_discount=discount,
                fees=Money(sums[ChargeKind.FEE], currency),
                tax_added=Money(sums[ChargeKind.TAX], currency),
            )
        prices[line.id] = price
    if order_discount:
        # The discount was shared when the order was placed: a later line does not change that.
        placed = [line.id for line in lines if line.added_at is None]
        prices |= _discounted(
            {line: prices[line] for line in placed}, discount=Money(order_discount, currency)
        )
    return prices


def _discounted(prices: dict[LineId, LinePrice], *, discount: Money) -> dict[LineId, LinePrice]:
    goods = [price.net.amount for price in prices.values()]
    extras = [price.fees.amount + price.tax_added.amount for price in prices.values()]
    off_goods, rest = discount.prorate_up_to(goods, caps=goods)
    off_extras, _ = rest.prorate_up_to(extras, caps=extras)
    return {
        line: attrs.evolve(price, order_discount=share + more)
        for (line, price), share, more in zip(prices.items(), off_goods, off_extras, strict=True)
    }
