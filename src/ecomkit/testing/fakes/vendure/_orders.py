"""What can be done to an order, by the rules that Vendure has for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from ecomkit.testing.fakes._graphql import GraphQLError
from ecomkit.testing.fakes.vendure._errors import Refused, database_error, no_entity
from ecomkit.testing.fakes.vendure._stock import Stock, Variant
from ecomkit.testing.fakes.vendure._values import (
    FULFILMENT_STATES,
    Fulfilment,
    Order,
    OrderLine,
    Payment,
    Refund,
)

__all__ = ["Book", "Kept"]

Quantities = Sequence[tuple[int, int]]


@attrs.define
class Kept:
    """An order as it is, and as it was before its last change."""

    order: Order
    before: Order | None = None
    written: int = 0
    hidden_until: datetime | None = None

    def shown(self, now: datetime) -> Order | None:
        """Return what lists show at *now*: while the last change is hidden, what was before it."""
        is_hidden = self.hidden_until is not None and now < self.hidden_until
        return self.before if is_hidden else self.order


class Book:
    """
    All orders, and the stock that they take.

    Of an order's changes only those of its lines move its ``updatedAt``, on the real one too:
    neither paying nor fulfilling nor refunding does.
    """

    def __init__(self, stock: Stock) -> None:
        self.stock = stock
        self.variants: dict[int, Variant] = {}
        self._variants_of: dict[int, list[Variant]] = {}
        self.kept: dict[int, Kept] = {}
        self._numbers: dict[str, int] = {}
        self._writes = 0

    def number(self, kind: str) -> int:
        """Return the next id of that kind."""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return self._numbers[kind]

    def put_up(self, variant: Variant) -> None:
        """Take a new variant into the shop."""
        self.variants[variant.id] = variant
        self._variants_of.setdefault(variant.product, []).append(variant)

    def variants_of(self, product: int) -> list[Variant]:
        """Return the variants of a product; none where there is no such product."""
        return list(self._variants_of.get(product, ()))

    def order(self, key: int) -> Order:
        """Return the order of that id."""
        if key not in self.kept:
            raise no_entity("Order", key)
        return self.kept[key].order

    def put(self, order: Order, *, stamp: datetime | None) -> Order:
        """Write *order*; *stamp* becomes its ``updatedAt``, which stays where it is None."""
        if stamp is not None:
            order = attrs.evolve(order, updated_at=stamp)
        self._writes += 1
        known = self.kept.get(order.id)
        self.kept[order.id] = Kept(
            order,
            before=known.order if known else None,
            written=self._writes,
            hidden_until=known.hidden_until if known else None,
        )
        return order

    def shown(self, now: datetime) -> list[Order]:
        """Return the orders that lists show, in the order in which they were last written."""
        rows = sorted(self.kept.values(), key=lambda kept: kept.written)
        return [order for kept in rows if (order := kept.shown(now)) is not None]

    def pay(self, order: Order, *, state: str, at: datetime) -> Order:
        """Turn a cart into an order."""
        payment = Payment(
            id=self.number("Payment"),
            amount=order.total,
            state=state,
            transaction=f"t{order.id}",
            created_at=at,
        )
        order = attrs.evolve(order, payments=(payment,)).moved("ArrangingPayment", at=at)
        order = order.noted(
            "ORDER_PAYMENT_TRANSITION",
            at=at,
            paymentId=payment.id,
            **{"from": "Created", "to": state},
        )
        order = attrs.evolve(order.moved(f"Payment{state}", at=at), placed_at=at)
        for line in order.lines:
            if self.variants[line.variant].tracked:
                self.stock.allocate(line.id, variant=line.variant, quantity=line.quantity, at=at)
        return self.put(order, stamp=None)

    def fulfil(
        self, quantities: Quantities, *, method: str, tracking: str, at: datetime
    ) -> Fulfilment:
        """Make a fulfilment, which takes its units off the shelf at once."""
        order = self._order_of(quantities)
        for key, quantity in quantities:
            line = self._line(order, key)
            if quantity > line.quantity - order.fulfilled(key):
                raise Refused("ItemsAlreadyFulfilledError", "Units are in a Fulfillment already")
        self._check_on_hand(order, quantities)
        fulfilment = Fulfilment(
            id=self.number("Fulfillment"),
            lines=tuple(quantities),
            method=method,
            tracking=tracking,
            created_at=at,
            updated_at=at,
        )
        for key, quantity in quantities:
            line = self._line(order, key)
            self.stock.sell(key, variant=line.variant, quantity=quantity, at=at)
        order = attrs.evolve(order, fulfilments=(*order.fulfilments, fulfilment))
        order = order.noted("ORDER_FULFILLMENT", at=at, fulfillmentId=fulfilment.id)
        order = _noted_fulfilment(order, fulfilment.id, start="Created", end="Pending", at=at)
        self.put(order, stamp=None)
        return fulfilment

    def _check_on_hand(self, order: Order, quantities: Quantities) -> None:
        for key, quantity in quantities:
            variant = self.variants[self._line(order, key).variant]
            on_hand = sum(level.on_hand for level in self.stock.of(variant.id))
            if variant.tracked and on_hand < quantity:
                raise Refused(
                    "InsufficientStockOnHandError",
                    f"Too little on hand of {variant.name} ({on_hand})",
                    productVariantId=str(variant.id),
                    productVariantName=variant.name,
                    stockOnHand=on_hand,
                )

    def move_fulfilment(self, key: int, state: str, *, at: datetime) -> Fulfilment:
        """Move a fulfilment on; the order follows."""
        for kept in self.kept.values():
            for fulfilment in kept.order.fulfilments:
                if fulfilment.id == key:
                    return self._moved(kept.order, fulfilment, state, at=at)
        raise no_entity("Fulfillment", key)

    def _moved(
        self, order: Order, fulfilment: Fulfilment, state: str, *, at: datetime
    ) -> Fulfilment:
        start = fulfilment.state
        if state not in FULFILMENT_STATES[start]:
            # The message is the key of one: the words are beside it.
            raise Refused(
                "FulfillmentStateTransitionError",
                "errorResult.FULFILLMENT_STATE_TRANSITION_ERROR",
                transitionError=f'Cannot transition Fulfillment from "{start}" to "{state}"',
                fromState=start,
                toState=state,
            )
        moved = attrs.evolve(fulfilment, state=state, updated_at=at)
        order = attrs.evolve(
            order,
            fulfilments=tuple(moved if one.id == moved.id else one for one in order.fulfilments),
        )
        if state == "Cancelled":
            for key, quantity in moved.lines:
                line = self._line(order, key)
                self.stock.put_back(key, variant=line.variant, quantity=quantity, at=at)
                self.stock.allocate(key, variant=line.variant, quantity=quantity, at=at)
        order = _noted_fulfilment(order, moved.id, start=start, end=state, at=at)
        self.put(order.followed(at=at), stamp=None)
        return moved

    def cancel(
        self,
        key: int,
        quantities: Quantities | None,
        *,
        reason: str | None,
        shipping: str,
        at: datetime,
    ) -> Order:
        """Cancel units, or all that are left; *shipping* is ``"kept"`` or ``"cancelled"``."""
        order = self.order(key)
        if order.active and quantities is None:
            return self.put(order.moved("Cancelled", at=at), stamp=at)
        if order.active:
            raise Refused(
                "CancelActiveOrderError",
                f'Cannot cancel OrderLines from an Order in the "{order.state}" state',
                orderState=order.state,
            )
        if quantities is None:
            quantities = [(line.id, line.quantity) for line in order.lines if line.quantity]
        if self._order_of(quantities).id != key:
            raise Refused("MultipleOrderError", "errorResult.MULTIPLE_ORDER_ERROR")
        for line_id, quantity in quantities:
            if quantity > self._line(order, line_id).quantity:
                raise Refused("QuantityTooGreatError", "More than there is")
        for line_id, quantity in quantities:
            line = self._line(order, line_id)
            # Units of a line that is shipped in part are counted back twice, on the real one
            # too: as promised ones and as sold ones.
            self.stock.put_back(line_id, variant=line.variant, quantity=quantity, at=at)
            self.stock.release(line_id, variant=line.variant, quantity=quantity, at=at)
            order = order.with_line(attrs.evolve(line, quantity=line.quantity - quantity))
        if shipping == "cancelled":
            order = attrs.evolve(order, shipping=0)
        order = order.noted(
            "ORDER_CANCELLATION",
            at=at,
            lines=[{"orderLineId": one, "quantity": units} for one, units in quantities],
            reason=reason,
            shippingCancelled=shipping == "cancelled",
        )
        if not any(line.quantity for line in order.lines):
            order = order.moved("Cancelled", at=at)
        return self.put(order, stamp=at)

    def refund(
        self,
        payment_id: int,
        quantities: Quantities,
        *,
        amount: int | None,
        shipping: int | None,
        adjustment: int | None,
        reason: str | None,
        at: datetime,
    ) -> Refund:
        """
        Promise money back; without *amount* it is for the units, shipping and adjustment.

        How many units it is for is not checked, nor whether it is less than nothing.
        """
        units = sum(units for _, units in quantities)
        if not units and shipping == 0 and not amount:
            raise Refused("NothingToRefundError", "Nothing to refund")
        order = self._order_of_payment(payment_id)
        if quantities and self._order_of(quantities).id != order.id:
            raise Refused("PaymentOrderMismatchError", "The payment is of another order")
        if order.active or order.state == "PaymentAuthorized":
            raise Refused(
                "RefundOrderStateError",
                f'Nothing can be refunded in the state "{order.state}"',
                orderState=order.state,
            )
        payment = next(one for one in order.payments if one.id == payment_id)
        worth = sum(_worth(self._line(order, key), quantity) for key, quantity in quantities)
        total = worth + (shipping or 0) + (adjustment or 0) if amount is None else amount
        left = payment.amount - payment.refunded
        if total > left:
            raise Refused(
                "RefundAmountError",
                "The amount is more than is left of the payment",
                maximumRefundable=left,
            )
        if shipping is None or adjustment is None:
            raise database_error('null value in column "shipping" of relation "refund"')
        refund = Refund(
            id=self.number("Refund"),
            payment=payment_id,
            total=total,
            items=worth if amount is None else 0,
            shipping=shipping,
            adjustment=adjustment,
            reason=reason,
            lines=tuple(quantities),
            created_at=at,
            updated_at=at,
        )
        payment = attrs.evolve(payment, refunds=(*payment.refunds, refund))
        self.put(order.with_payment(payment), stamp=None)
        return refund

    def settle_refund(self, key: int, *, transaction: str, at: datetime) -> Refund:
        """Take down that the money of a refund has gone."""
        for kept in self.kept.values():
            for payment in kept.order.payments:
                for refund in payment.refunds:
                    if refund.id == key:
                        return self._settled(kept.order, payment, refund, transaction, at=at)
        raise no_entity("Refund", key)

    def _settled(
        self, order: Order, payment: Payment, refund: Refund, transaction: str, *, at: datetime
    ) -> Refund:
        if refund.state != "Pending":
            raise GraphQLError(
                f'Cannot transition Refund from "{refund.state}" to "Settled"',
                code="ILLEGAL_OPERATION",
            )
        settled = attrs.evolve(refund, state="Settled", transaction=transaction, updated_at=at)
        payment = attrs.evolve(
            payment,
            refunds=tuple(settled if one.id == settled.id else one for one in payment.refunds),
        )
        order = order.with_payment(payment).noted(
            "ORDER_REFUND_TRANSITION",
            at=at,
            refundId=refund.id,
            reason=refund.reason,
            **{"from": "Pending", "to": "Settled"},
        )
        self.put(order, stamp=None)
        return settled

    def _order_of(self, quantities: Quantities) -> Order:
        """Return the one order that all lines named are of."""
        if sum(units for _, units in quantities) == 0:
            raise Refused("EmptyOrderLineSelectionError", "No line is named")
        found: dict[int, Order] = {}
        for key, _ in quantities:
            order = next((one.order for one in self.kept.values() if one.order.line(key)), None)
            if order is None:
                raise no_entity("OrderLine", key)
            found[order.id] = order
        if len(found) > 1:
            raise Refused("MultipleOrderError", "errorResult.MULTIPLE_ORDER_ERROR")
        return next(iter(found.values()))

    def _order_of_payment(self, key: int) -> Order:
        for kept in self.kept.values():
            if any(payment.id == key for payment in kept.order.payments):
                return kept.order
        raise no_entity("Payment", key)

    def _line(self, order: Order, key: int) -> OrderLine:
        line = order.line(key)
        if line is None:
            raise no_entity("OrderLine", key)
        return line


def _worth(line: OrderLine, quantity: int) -> int:
    return line.unit * quantity - (2 * line.discount * quantity + line.placed) // (2 * line.placed)


def _noted_fulfilment(
    order: Order, fulfilment: int, *, start: str, end: str, at: datetime
) -> Order:
    words: Mapping[str, Any] = {"from": start, "to": end}
    return order.noted("ORDER_FULFILLMENT_TRANSITION", at=at, fulfillmentId=fulfilment, **words)
