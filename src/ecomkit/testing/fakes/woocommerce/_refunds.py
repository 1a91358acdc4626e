"""What the API does with refunds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ecomkit.testing.fakes.woocommerce._calls import Answer, Call, flag_of
from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError
from ecomkit.testing.fakes.woocommerce._lists import listed
from ecomkit.testing.fakes.woocommerce._order_shapes import refund_document
from ecomkit.testing.fakes.woocommerce._orders import Orders
from ecomkit.testing.fakes.woocommerce._shapes import API
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import (
    Line,
    Order,
    Refund,
    RefundLine,
    meta_value,
    with_meta,
)

__all__ = ["Refunds"]


def _refused(why: str) -> WooRefusalError:
    # The route gives a bare number where a mapping belongs, and so its status is always 500.
    return WooRefusalError(
        "woocommerce_rest_cannot_create_order_refund", why, status=500, data=500
    )


class Refunds:
    """The refunds of a shop's orders, as the API reads and writes them."""

    def __init__(self, shop: Shop, *, orders: Orders) -> None:
        self.shop = shop
        self.orders = orders

    def list(self, call: Call) -> Answer:
        """List the refunds of an order; none where there is no such order."""
        record = self.shop.orders.get(call.ids[0])
        page = listed(
            record.now.refunds if record else (),
            call.params,
            address=f"{self.shop.base}{API}/orders/{call.ids[0]}/refunds",
            zone=self.shop.zone,
        )
        return Answer(
            document=[refund_document(self.shop, row, order=call.ids[0]) for row in page.rows],
            headers=page.headers,
        )

    def read(self, call: Call) -> Answer:
        """Show one refund."""
        order, refund = self._found(call)
        return Answer(document=refund_document(self.shop, refund, order=order.id))

    def delete(self, call: Call) -> Answer:
        """Destroy a refund; there is no bin for it."""
        order, refund = self._found(call)
        if not call.params.flag("force"):
            raise WooRefusalError(
                "woocommerce_rest_trash_not_supported",
                "The order_refund does not support trashing.",
                status=501,
            )
        rest = tuple(each for each in order.refunds if each.id != refund.id)
        self.orders.changed(attrs.evolve(order, refunds=rest))
        return Answer(document=refund_document(self.shop, refund, order=order.id))

    def create(self, call: Call) -> Answer:
        """Refund a part of an order or all of it."""
        record = self.shop.orders.get(call.ids[0])
        if record is None:
            raise WooRefusalError(
                "woocommerce_rest_invalid_order_id", "Invalid order ID.", status=500, data=404
            )
        refund = self.make(record.now, call.body)
        document = refund_document(self.shop, refund, order=record.now.id)
        return Answer(document=document, status=201)

    def make(self, order: Order, body: Mapping[str, Any]) -> Refund:
        """Refund what *body* asks for."""
        rows = self._rows(order, body)
        amount = (
            sum(row.total + row.total_tax for row in rows)
            if body.get("amount") is None
            else self.shop.minor(body["amount"], name="amount")
        )
        if amount < 0:
            raise WooRefusalError(
                "woocommerce_rest_invalid_order_refund",
                "Refund amount must be greater than zero.",
                status=500,
                data=400,
            )
        if amount > order.total - order.refunded:
            raise _refused("Invalid refund amount.")
        pays_back = flag_of(body, "api_refund", default=True)
        if pays_back:
            self._pay_back(order)
        full = amount == order.total - order.refunded
        refund = Refund(
            id=self.shop.number("post"),
            created=self.shop.now(),
            amount=amount,
            reason=str(body.get("reason") or ""),
            paid_back=pays_back,
            lines=rows,
            meta=self.shop.meta_of(
                body.get("meta_data"),
                among=(self.shop.meta("_refund_type", "full" if full else "partial"),),
            ),
        )
        if flag_of(body, "api_restock", default=True):
            order = self._restocked(order, rows)
        order = attrs.evolve(order, refunds=(*order.refunds, refund))
        if full:
            order = attrs.evolve(order, status="refunded")
        self.orders.changed(order)
        return refund

    def _found(self, call: Call) -> tuple[Order, Refund]:
        record = self.shop.orders.get(call.ids[0])
        if record is None:
            raise WooRefusalError(
                "woocommerce_rest_invalid_order_id", "Invalid order ID.", status=404
            )
        for refund in record.now.refunds:
            if refund.id == call.ids[1]:
                return record.now, refund
        raise WooRefusalError(
            "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", status=404
        )

    def _pay_back(self, order: Order) -> None:
        if not order.payment_method:
            raise _refused("The payment gateway for this order does not exist.")
        if order.payment_method not in self.shop.gateways:
            raise _refused(
                "The payment gateway for this order does not support automatic refunds."
            )

    def _rows(self, order: Order, body: Mapping[str, Any]) -> tuple[RefundLine, ...]:
        asked = {int(row["id"]): row for row in body.get("line_items") or ()}
        return tuple(self._row(line, asked[line.id]) for line in order.lines if line.id in asked)

    def _row(self, line: Line, asked: Mapping[str, Any]) -> RefundLine:
        taxes = asked.get("refund_tax") or ()
        return RefundLine(
            id=self.shop.number("line"),
            line=line,
            quantity=int(asked.get("quantity") or 0),
            total=self.shop.minor(asked.get("refund_total") or 0, name="refund_total"),
            total_tax=sum(
                self.shop.minor(tax.get("refund_total") or 0, name="refund_tax") for tax in taxes
            ),
            meta=(self.shop.meta("_refunded_item_id", str(line.id)),),
        )

    def _restocked(self, order: Order, rows: tuple[RefundLine, ...]) -> Order:
        units = {row.line.id: row.quantity for row in rows}
        return attrs.evolve(
            order, lines=tuple(self._put_back(line, units.get(line.id, 0)) for line in order.lines)
        )

    def _put_back(self, line: Line, units: int) -> Line:
        product = self.shop.products.get(line.sold)
        if not units or not line.held or product is None or not self.shop.move(product, units):
            return line
        before = int(meta_value(line.meta, "_restock_refunded_items") or 0)
        meta = with_meta(line.meta, self.shop.meta("_reduced_stock", str(line.held - units)))
        meta = with_meta(meta, self.shop.meta("_restock_refunded_items", str(before + units)))
        return attrs.evolve(line, meta=meta)
