"""The lines of orders as objects of the schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecomkit.money import Money
from ecomkit.testing.fakes._graphql import Asked
from ecomkit.testing.fakes.shopify._goods_fields import show_product, show_variant
from ecomkit.testing.fakes.shopify._order_state import Line, Order
from ecomkit.testing.fakes.shopify._wire import FieldTable, Shown, bag, gid

__all__ = ["show_line", "tax_line"]


def show_line(line: Line) -> Shown:
    """Return a LineItem; a spoiled order has lines that no schema allows."""
    return Shown("LineItem", SPOILED_LINE if line.order.spoiled else LINE, line)


def tax_line(money: Money, order: Order) -> dict[str, Any]:
    """Return a TaxLine."""
    return {
        "__typename": "TaxLine",
        "title": "VAT",
        "rate": 0.2,
        "ratePercentage": 20.0,
        "source": "Shopify",
        "channelLiable": False,
        "priceSet": bag(money, order),
    }


def _of_line(take: Callable[[Line], Money]) -> Callable[[Line, Asked], Any]:
    return lambda line, _: bag(take(line), line.order)


def _unit(line: Line) -> Money:
    return line.share(line.total, units=1)


def _discounts(line: Line, _: Asked) -> list[dict[str, Any]]:
    if line.discount.is_zero:
        return []
    application = {
        "__typename": "ManualDiscountApplication",
        "__interfaces": ("DiscountApplication",),
        "title": "Discount",
        "description": None,
        "index": 0,
        "allocationMethod": "ACROSS",
        "targetSelection": "ALL",
        "targetType": "LINE_ITEM",
        "value": {"__typename": "PricingPercentageValue", "percentage": 0.0},
    }
    return [
        {
            "__typename": "DiscountAllocation",
            "allocatedAmountSet": bag(line.discount, line.order),
            "discountApplication": application,
        }
    ]


LINE: FieldTable = {
    "id": lambda it, _: gid("LineItem", it.id),
    "sku": lambda it, _: it.sku,
    "title": lambda it, _: it.title,
    "name": lambda it, _: it.title if not it.variant_title else f"{it.title} - {it.variant_title}",
    "variantTitle": lambda it, _: it.variant_title,
    "vendor": lambda it, _: it.variant.product.vendor if it.variant else None,
    "quantity": lambda it, _: it.quantity,
    "currentQuantity": lambda it, _: it.quantity - it.refunded,
    "refundableQuantity": lambda it, _: it.quantity - it.refunded,
    "unfulfilledQuantity": lambda it, _: it.unfulfilled,
    "nonFulfillableQuantity": lambda *_: 0,
    "requiresShipping": lambda it, _: it.requires_shipping,
    "isGiftCard": lambda *_: False,
    "taxable": lambda *_: True,
    "restockable": lambda it, _: it.variant is not None,
    "merchantEditable": lambda it, _: it.unfulfilled > 0,
    "customAttributes": lambda *_: [],
    "product": lambda it, _: it.variant and show_product(it.variant.product),
    "variant": lambda it, _: it.variant and show_variant(it.variant),
    "originalUnitPriceSet": _of_line(lambda it: it.price),
    "originalTotalSet": _of_line(lambda it: it.price * it.quantity),
    "discountedUnitPriceSet": _of_line(_unit),
    "discountedUnitPriceAfterAllDiscountsSet": _of_line(_unit),
    "discountedTotalSet": _of_line(lambda it: it.total),
    "totalDiscountSet": _of_line(lambda it: it.discount),
    "unfulfilledOriginalTotalSet": _of_line(lambda it: it.price * it.unfulfilled),
    "unfulfilledDiscountedTotalSet": _of_line(lambda it: it.share(it.total, units=it.unfulfilled)),
    "discountAllocations": _discounts,
    "taxLines": lambda it, _: [] if it.tax.is_zero else [tax_line(it.tax, it.order)],
    "duties": lambda *_: [],
    "priceAfterAllDiscountsBeforeTaxesSet": _of_line(
        lambda it: it.total - it.tax if it.order.taxes_included else it.total
    ),
    **dict.fromkeys(
        ("contract", "image", "lineItemGroup", "sellingPlan", "staffMember", "weight"),
        lambda *_: None,
    ),
}
SPOILED_LINE: FieldTable = {
    **LINE,
    "title": lambda *_: None,
    "name": lambda *_: None,
    "quantity": lambda it, _: f"{it.quantity} pieces",
}
