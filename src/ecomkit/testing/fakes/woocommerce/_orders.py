"""What the API does with orders and their notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ecomkit.testing.fakes.woocommerce._calls import Answer, Call, batch, flag_of
from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError, invalid_param
from ecomkit.testing.fakes.woocommerce._lines import Lines
from ecomkit.testing.fakes.woocommerce._lists import listed
from ecomkit.testing.fakes.woocommerce._order_shapes import order_document
from ecomkit.testing.fakes.woocommerce._shapes import API, note_document
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import Note, Order, Refund

__all__ = ["Orders"]

PAID = frozenset({"processing", "completed"})
TEXTS = (
    "payment_method",
    "payment_method_title",
    "transaction_id",
    "customer_note",
    "created_via",
)


def _invalid_id(*, status: int) -> WooRefusalError:
    return WooRefusalError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", status=status)


class Orders:
    """The orders of a shop, as the API reads and writes them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.lines = Lines(shop)

    def list(self, call: Call) -> Answer:
        """List orders as lists see them, which may be behind."""
        params, now = call.params, self.shop.time.now()
        statuses = params.choices("status", ("any", "trash", *self.shop.statuses)) or ["any"]
        customer = params.whole("customer", default=0, least=0)
        product = params.whole("product", default=0, least=0)
        number, parents = params.text("search"), params.ids("parent")
        decimals = params.whole("dp", default=self.shop.currency.exponent, least=0, most=12)
        seen = (record.seen(now) for record in self.shop.orders.values())
        rows = [
            order
            for order in seen
            if order is not None
            and (order.status in statuses or ("any" in statuses and order.status != "trash"))
            and (not customer or order.customer_id == customer)
            and (not product or any(line.product_id == product for line in order.lines))
            and (number is None or number in (order.number, str(order.id)))
            and not parents
        ]
        page = listed(
            rows,
            params,
            address=f"{self.shop.base}{API}/orders",
            zone=self.shop.zone,
            keys={"title": lambda row: row.created, "slug": lambda row: row.created},
        )
        return Answer(
            document=[order_document(self.shop, row, decimals=decimals) for row in page.rows],
            headers=page.headers,
        )

    def read(self, call: Call) -> Answer:
        """Show one order as it is."""
        decimals = call.params.whole("dp", default=self.shop.currency.exponent, least=0, most=12)
        order = self.found(call.ids[0], status=404)
        return Answer(document=order_document(self.shop, order, decimals=decimals))

    def create(self, call: Call) -> Answer:
        """Place an order; whether there is stock for it is not asked."""
        return Answer(document=order_document(self.shop, self.place(call.body)), status=201)

    def update(self, call: Call) -> Answer:
        """Change an order."""
        return Answer(document=self._update(call.ids[0], call.body))

    def delete(self, call: Call) -> Answer:
        """Throw an order away, or destroy it by force."""
        order = self.found(call.ids[0], status=404)
        if call.params.flag("force"):
            return Answer(document=self._destroy(order.id))
        if order.status == "trash":
            raise WooRefusalError(
                "woocommerce_rest_already_trashed",
                "The shop_order has already been deleted.",
                status=410,
            )
        order = self.shop.keep(attrs.evolve(order, status="trash"))
        self.shop.changed("order.deleted", order.id)
        return Answer(document=order_document(self.shop, order))

    def batch(self, call: Call) -> Answer:
        """Do many changes to orders."""
        return batch(
            call.body,
            create=lambda body: order_document(self.shop, self.place(body)),
            update=self._update,
            delete=self._destroy,
        )

    def list_notes(self, call: Call) -> Answer:
        """List the notes of an order, newest first, all at once."""
        order = self._noted(call.ids[0])
        return Answer(
            document=[
                note_document(self.shop, note, order=order.id) for note in reversed(order.notes)
            ]
        )

    def read_note(self, call: Call) -> Answer:
        """Show one note."""
        order = self._noted(call.ids[0])
        for note in order.notes:
            if note.id == call.ids[1]:
                return Answer(document=note_document(self.shop, note, order=order.id))
        raise WooRefusalError("woocommerce_rest_invalid_id", "Invalid resource ID.", status=404)

    def create_note(self, call: Call) -> Answer:
        """Put a note on an order; the order's own times stay."""
        order = self._noted(call.ids[0])
        if not str(call.body.get("note") or ""):
            raise invalid_param("note", "note is not of type string.")
        note = Note(
            id=self.shop.number("comment"),
            created=self.shop.now(),
            text=str(call.body["note"]),
            for_customer=flag_of(call.body, "customer_note", default=False),
        )
        record = self.shop.orders[order.id]
        record.now = attrs.evolve(order, notes=(*order.notes, note))
        return Answer(document=note_document(self.shop, note, order=order.id), status=201)

    def found(self, number: int, *, status: int) -> Order:
        """Return the order with an id, or refuse with *status*."""
        record = self.shop.orders.get(number)
        if record is None:
            raise _invalid_id(status=status)
        return record.now

    def place(
        self,
        body: Mapping[str, Any],
        *,
        number: str | None = None,
        at: datetime | None = None,
    ) -> Order:
        """Place the order that *body* says, now or *at* an instant, named by its id or *number*."""
        at = at or self.shop.now()
        new = self.shop.number("post")
        order = Order(
            id=new,
            number=number or str(new),
            key=f"wc_order_{new:x}",
            status="pending",
            currency=str(body.get("currency") or self.shop.currency.value),
            created=at,
            modified=at,
        )
        order = self._written(order, body)
        status = self._status_of(body) or order.status
        if flag_of(body, "set_paid", default=False):
            status = "processing"
        order = self.shop.keep(self.moved(order, status=status, at=at), at=at)
        for topic in ("order.updated", "order.created", "order.updated"):
            self.shop.changed(topic, order.id)
        return order

    def changed(self, order: Order) -> Order:
        """Keep a changed order, and say so as often as the shop does."""
        order = self.shop.keep(order)
        for _ in range(2):
            self.shop.changed("order.updated", order.id)
        return order

    def moved(self, order: Order, *, status: str, at: datetime | None = None) -> Order:
        """Return *order* with a new status, and with all that goes with it."""
        if status == order.status:
            return order
        now = at or self.shop.now()
        if status in PAID and order.paid is None:
            order = attrs.evolve(order, paid=now)
        if status == "completed":
            order = attrs.evolve(order, completed=now)
        if status == "refunded" and order.total > order.refunded:
            order = self._refunded_in_full(order)
        return attrs.evolve(
            order, status=status, lines=self.lines.moved(order.lines, status=status)
        )

    def _update(self, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
        order = self._written(self.found(number, status=400), body)
        status = self._status_of(body) or order.status
        if flag_of(body, "set_paid", default=False) and order.status in {"pending", "failed"}:
            status = "processing"
        return order_document(self.shop, self.changed(self.moved(order, status=status)))

    def _destroy(self, number: int) -> dict[str, Any]:
        document = order_document(self.shop, self.found(number, status=404))
        del self.shop.orders[number]
        self.shop.changed("order.deleted", number)
        return document

    def _written(self, order: Order, body: Mapping[str, Any]) -> Order:
        """Return *order* with what *body* says; what the API does not know is passed over."""
        changes: dict[str, Any] = {
            name: str(body[name]) for name in TEXTS if body.get(name) is not None
        }
        for name in ("billing", "shipping"):
            if isinstance(body.get(name), Mapping):
                given = {key: str(value) for key, value in body[name].items()}
                changes[name] = {**getattr(order, name), **given}
        if "meta_data" in body:
            changes["meta"] = self.shop.meta_of(body["meta_data"], among=order.meta)
        if body.get("line_items"):
            changes["lines"] = self.lines.written(order.lines, body["line_items"])
        changes["side_lines"] = self.lines.beside(order.side_lines, body)
        return attrs.evolve(order, **changes)

    def _status_of(self, body: Mapping[str, Any]) -> str | None:
        status = body.get("status")
        if status is not None and status not in self.shop.statuses:
            why = f"status is not one of auto-draft, {', '.join(self.shop.statuses)}."
            raise invalid_param("status", why, code="rest_not_in_enum")
        return status

    def _refunded_in_full(self, order: Order) -> Order:
        refund = Refund(
            id=self.shop.number("post"),
            created=self.shop.now(),
            amount=order.total - order.refunded,
            reason="Order fully refunded.",
            meta=(self.shop.meta("_refund_type", "full"),),
        )
        return attrs.evolve(order, refunds=(*order.refunds, refund))

    def _noted(self, number: int) -> Order:
        record = self.shop.orders.get(number)
        if record is None:
            raise WooRefusalError(
                "woocommerce_rest_order_invalid_id", "Invalid order ID.", status=404
            )
        return record.now
