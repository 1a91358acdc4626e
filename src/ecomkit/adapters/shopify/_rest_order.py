"""An order as webhooks and the REST interface spell it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ecomkit.adapters.shopify._claim import OrderFacts, ReadLine, ReadRefund, ReadShipment, Tax
from ecomkit.adapters.shopify._graphql_order import flag_of
from ecomkit.adapters.shopify._words import refund_state_of
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
from ecomkit.money import Currency, Money, sum_money

__all__ = ["rest_claim"]


def _capitals(raw: object) -> str:
    return text_of(raw).upper()


def rest_claim(channel: ChannelId) -> Callable[[Fields], ChannelClaim]:
    """
    Return the reader of an order of *channel*.

    It does not say what was received, so ``paid`` stays open.
    """

    def read(order: Fields) -> ChannelClaim:
        currency = order.read("currency", Currency.parse)
        amount = money_of(currency)

        def tax(row: Fields) -> Tax:
            return row.build(
                Tax,
                title=row.read("title", text_of, default=""),
                amount=row.read("price", amount),
            )

        def line(row: Fields) -> ReadLine:
            return row.build(
                ReadLine,
                id=row.read("id", identity),
                variant=row.read("variant_id", identity, default=None),
                title=row.read("title", text_of, default=""),
                quantity=row.read("quantity", whole_of),
                current=row.read("current_quantity", whole_of, default=None),
                # REST's fulfillable_quantity leaves out what is under way: it says less.
                unfulfilled=None,
                unit_price=row.read("price", amount),
                discounts=row.each(
                    "discount_allocations", lambda one: one.read("amount", amount), default=()
                ),
                taxes=row.each("tax_lines", tax, default=()),
            )

        shipping_taxes: list[Tax] = []

        def shipping(row: Fields) -> tuple[str, Money]:
            shipping_taxes.extend(row.each("tax_lines", tax, default=()))
            price = row.read("price", amount)
            return (
                row.read("title", text_of, default=""),
                row.read("discounted_price", amount, default=price),
            )

        buyer = None
        if order.has("customer"):
            buyer = order.inside("customer").read("id", identity)
        tip = order.read("total_tip_received", amount, default=None)
        order_taxes = order.each("tax_lines", tax, default=())

        def make(lines: tuple[ReadLine, ...], **fields: Any) -> ChannelClaim:
            said = any(row.taxes for row in lines) or bool(shipping_taxes)
            return OrderFacts(
                channel=channel,
                buyer=buyer,
                lines=lines,
                # Old orders tell taxes only of the whole; new ones tell them twice.
                shipping_taxes=tuple(shipping_taxes) if said else order_taxes,
                fees=() if tip is None else (("tip", tip),),
                paid=None,
                is_sent=True,
                **fields,
            ).claim()

        return order.build(
            make,
            number=order.read("id", identity),
            name=order.read("name", text_of, default=""),
            created_at=order.read("created_at", instant_of),
            updated_at=order.read("updated_at", instant_of),
            cancelled_at=order.read("cancelled_at", instant_of, default=None),
            closed_at=order.read("closed_at", instant_of, default=None),
            currency=currency,
            taxes_included=order.read("taxes_included", flag_of),
            status=(
                order.read("financial_status", _capitals, default=None),
                order.read("fulfillment_status", _capitals, default=None),
                None,
            ),
            lines=order.each("line_items", line),
            shipping=order.each("shipping_lines", shipping, default=()),
            shipments=order.each("fulfillments", _shipment, default=()),
            refunds=order.each("refunds", partial(_refund, currency=currency), default=()),
            total=order.read("total_price", amount, default=None),
            presentment_total=_presented(order, currency),
        )

    return read


def _shipment(row: Fields) -> ReadShipment:
    return row.build(
        ReadShipment,
        at=row.read("created_at", instant_of),
        status=row.read("status", _capitals),
        lines=row.each(
            "line_items",
            lambda one: (one.read("id", identity), one.read("quantity", whole_of)),
            default=(),
        ),
    )


def _refund(row: Fields, *, currency: Currency | None) -> ReadRefund:
    found = row.each("transactions", partial(_move, currency=currency), default=None)
    moves = [one for one in found or () if one is not None]
    state = refund_state_of(word for _, word in moves)
    amounts = [
        amount
        for amount, word in moves
        if amount is not None and (word == "SUCCESS" or state is not RefundState.PAID)
    ]
    is_told = found is not None and all(amount is not None for amount, _ in moves)
    amount = sum_money(amounts, currency=currency) if is_told and currency is not None else None
    return row.build(
        ReadRefund,
        id=row.read("id", identity, default=None),
        at=row.read("created_at", instant_of, default=None),
        note=row.read("note", text_of, default=""),
        amount=amount,
        state=state,
        lines=row.each(
            "refund_line_items",
            lambda one: (
                one.read("line_item_id", identity),
                one.read("quantity", whole_of),
                one.read("restock_type", _capitals, default="NO_RESTOCK"),
            ),
            default=(),
        ),
    )


def _move(row: Fields, *, currency: Currency | None) -> tuple[Money | None, str] | None:
    """Return the amount and the status of a transaction; no amount of another currency."""
    if row.read("kind", _capitals) != "REFUND":
        return None
    word = row.read("status", _capitals, default="SUCCESS")
    if row.read("currency", Currency.parse, default=currency) is not currency:
        return None, word
    return row.read("amount", money_of(currency)), word


def _presented(order: Fields, currency: Currency | None) -> Money | None:
    """Return the total as the buyer saw it, where that was in another currency."""
    if not order.has("total_price_set"):
        return None
    total = order.inside("total_price_set")
    if not total.has("presentment_money"):
        return None
    shown = total.inside("presentment_money")
    other = shown.read("currency_code", Currency.parse)
    amount = shown.read("amount", money_of(other))
    return None if other is currency else amount
