"""An order as GraphQL spells it, its connections already gathered into lists. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ecomkit.adapters.shopify._claim import OrderFacts, ReadLine, ReadRefund, ReadShipment, Tax
from ecomkit.adapters.shopify._names import number_of_gid
from ecomkit.channels import (
    ChannelClaim,
    Fields,
    RefundState,
    identity,
    instant_of,
    money_of,
    text_of,
    whole_of,
)
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency, Money

__all__ = ["flag_of", "graphql_claim"]


def flag_of(raw: object) -> bool:
    """Return *raw*, which must be true or false."""
    if not isinstance(raw, bool):
        raise TypeError("not true or false")
    return raw


def graphql_claim(channel: ChannelId) -> Callable[[Fields], ChannelClaim]:
    """Return the reader of an order of *channel*."""

    def read(order: Fields) -> ChannelClaim:
        currency = order.read("currencyCode", Currency.parse)
        amount = money_of(currency)

        def money(fields: Fields, name: str) -> Money:
            return fields.inside(name).inside("shopMoney").read("amount", amount)

        def money_if(fields: Fields, name: str) -> Money | None:
            return money(fields, name) if fields.has(name) else None

        def tax(row: Fields) -> Tax:
            return row.build(
                Tax,
                title=row.read("title", text_of, default=""),
                amount=money(row, "priceSet"),
            )

        def line(row: Fields) -> ReadLine:
            variant = None
            if row.has("variant"):
                variant = row.inside("variant").read("legacyResourceId", identity)
            return row.build(
                ReadLine,
                id=row.read("id", number_of_gid),
                variant=variant,
                title=row.read("title", text_of, default=""),
                quantity=row.read("quantity", whole_of),
                current=row.read("currentQuantity", whole_of, default=None),
                unfulfilled=row.read("unfulfilledQuantity", whole_of, default=None),
                unit_price=money(row, "originalUnitPriceSet"),
                discounts=row.each(
                    "discountAllocations",
                    lambda one: money(one, "allocatedAmountSet"),
                    default=(),
                ),
                taxes=row.each("taxLines", tax, default=()),
            )

        shipping_taxes: list[Tax] = []

        def shipping(row: Fields) -> tuple[str, Money]:
            shipping_taxes.extend(row.each("taxLines", tax, default=()))
            return (row.read("title", text_of, default=""), money(row, "discountedPriceSet"))

        buyer = None
        if order.has("customer"):
            buyer = order.inside("customer").read("legacyResourceId", identity)
        fees = [
            (title, found)
            for title, name in (
                ("tip", "totalTipReceivedSet"),
                ("duties", "originalTotalDutiesSet"),
                ("fees", "originalTotalAdditionalFeesSet"),
            )
            if (found := money_if(order, name)) is not None
        ]

        def make(**fields: Any) -> ChannelClaim:
            return OrderFacts(
                channel=channel,
                buyer=buyer,
                shipping_taxes=tuple(shipping_taxes),
                fees=tuple(fees),
                **fields,
            ).claim()

        return order.build(
            make,
            number=order.read("legacyResourceId", identity),
            name=order.read("name", text_of, default=""),
            created_at=order.read("createdAt", instant_of),
            updated_at=order.read("updatedAt", instant_of),
            cancelled_at=order.read("cancelledAt", instant_of, default=None),
            closed_at=order.read("closedAt", instant_of, default=None),
            currency=currency,
            taxes_included=order.read("taxesIncluded", flag_of),
            status=(
                order.read("displayFinancialStatus", text_of, default=None),
                order.read("displayFulfillmentStatus", text_of, default=None),
                order.read("returnStatus", text_of, default=None),
            ),
            paid=money_if(order, "totalReceivedSet"),
            lines=order.each("lineItems", line),
            shipping=order.each("shippingLines", shipping, default=()),
            shipments=order.each("fulfillments", _shipment, default=()),
            refunds=order.each("refunds", partial(_refund, money=money_if), default=()),
            total=money_if(order, "totalPriceSet"),
            presentment_total=_presented(order, currency),
        )

    return read


def _presented(order: Fields, currency: Currency | None) -> Money | None:
    """Return the total as the buyer saw it, where that was in another currency."""
    if not order.has("totalPriceSet") or not order.inside("totalPriceSet").has("presentmentMoney"):
        return None
    shown = order.inside("totalPriceSet").inside("presentmentMoney")
    other = shown.read("currencyCode", Currency.parse)
    total = shown.read("amount", money_of(other))
    return None if other is currency else total


def _shipment(row: Fields) -> ReadShipment:
    return row.build(
        ReadShipment,
        at=row.read("createdAt", instant_of),
        status=row.read("status", text_of),
        lines=row.each(
            "fulfillmentLineItems",
            # A quantity of null is a fulfilment of nothing that is counted.
            lambda one: (_line_of(one), one.read("quantity", whole_of, default=0)),
        ),
    )


def _refund(row: Fields, *, money: Callable[[Fields, str], Money | None]) -> ReadRefund:
    return row.build(
        ReadRefund,
        id=row.read("legacyResourceId", identity, default=None),
        at=row.read("createdAt", instant_of, default=None),
        note=row.read("note", text_of, default=""),
        # It holds what has moved; what is on its way, or failed, is not in it.
        amount=money(row, "totalRefundedSet"),
        state=RefundState.PAID,
        lines=row.each(
            "refundLineItems",
            lambda one: (
                _line_of(one),
                one.read("quantity", whole_of),
                one.read("restockType", text_of),
            ),
        ),
    )


def _line_of(row: Fields) -> str:
    return row.inside("lineItem").read("id", number_of_gid)
