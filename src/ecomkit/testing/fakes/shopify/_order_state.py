"""An order and all that hangs on it, as plain records that change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import attrs

from ecomkit.money import Currency, Money, sum_money
from ecomkit.testing.fakes.shopify._state import Customer, Location, Variant
from ecomkit.testing.fakes.shopify._wire import presented

__all__ = [
    "Fulfillment",
    "FulfillmentLine",
    "FulfillmentOrder",
    "FulfillmentOrderLine",
    "Line",
    "Order",
    "Refund",
    "RefundLine",
    "Return",
    "ReturnLine",
    "Transaction",
]


@attrs.define(kw_only=True, eq=False)
class Line:
    """A line of an order: what was ordered, and what became of it."""

    id: int
    order: Order
    variant: Variant | None
    sku: str | None
    title: str | None
    variant_title: str | None
    quantity: int
    price: Money
    discount: Money
    tax: Money
    fulfilled: int = 0
    cancelled: int = 0
    refunded: int = 0
    requires_shipping: bool = True

    @property
    def total(self) -> Money:
        """The line's price after discounts."""
        return self.price * self.quantity - self.discount

    @property
    def unfulfilled(self) -> int:
        """Units still to be fulfilled."""
        return self.quantity - self.fulfilled - self.cancelled

    def share(self, whole: Money, *, units: int, before: int = 0) -> Money:
        """Return what *units* carry of *whole* after *before* others: shares sum to the whole."""

        def upto(count: int) -> int:
            return whole.amount * count // self.quantity

        return Money(upto(before + units) - upto(before), whole.currency)


@attrs.define(kw_only=True, eq=False)
class Transaction:
    """Money that moved."""

    id: int
    kind: str
    amount: Money
    at: datetime
    gateway: str = "bogus"
    status: str = "SUCCESS"
    parent: Transaction | None = None


@attrs.define(kw_only=True, eq=False)
class FulfillmentOrderLine:
    """Units of a line that one location is to fulfil."""

    id: int
    line: Line
    total: int
    remaining: int


@attrs.define(kw_only=True, eq=False)
class FulfillmentOrder:
    """What one location is to fulfil of an order."""

    id: int
    order: Order
    location: Location
    created_at: datetime
    updated_at: datetime
    lines: list[FulfillmentOrderLine] = attrs.field(factory=list)
    on_hold: bool = False

    @property
    def status(self) -> str:
        """The vendor's word."""
        if any(line.remaining for line in self.lines):
            if self.on_hold:
                return "ON_HOLD"
            done = any(line.remaining < line.total for line in self.lines)
            return "IN_PROGRESS" if done else "OPEN"
        return "CANCELLED" if self.order.cancelled_at else "CLOSED"


@attrs.define(kw_only=True, eq=False)
class FulfillmentLine:
    """Units of a line in a parcel."""

    id: int
    line: Line
    quantity: int
    returning: int = 0


@attrs.define(kw_only=True, eq=False)
class Fulfillment:
    """What was sent."""

    id: int
    order: Order
    name: str
    location: Location
    created_at: datetime
    updated_at: datetime
    company: str | None
    tracking: list[tuple[str | None, str | None]]
    lines: list[FulfillmentLine]
    orders: list[FulfillmentOrder]
    status: str = "SUCCESS"


@attrs.define(kw_only=True, eq=False)
class RefundLine:
    """Units that were refunded."""

    id: int
    line: Line
    quantity: int
    restock: str
    location: Location | None
    subtotal: Money
    tax: Money


@attrs.define(kw_only=True, eq=False)
class Refund:
    """Units taken off an order, and the money given back for them."""

    id: int
    order: Order
    at: datetime
    note: str | None
    lines: list[RefundLine]
    shipping: Money
    transactions: list[Transaction]

    @property
    def total(self) -> Money:
        """The money that went back."""
        return self.order.sum(one.amount for one in self.transactions)


@attrs.define(kw_only=True, eq=False)
class ReturnLine:
    """Units that come back."""

    id: int
    parcel: FulfillmentLine
    quantity: int
    reason: str
    note: str
    processed: int = 0


@attrs.define(kw_only=True, eq=False)
class Return:
    """A return of an order."""

    id: int
    order: Order
    name: str
    created_at: datetime
    lines: list[ReturnLine]
    status: str = "OPEN"
    closed_at: datetime | None = None


@attrs.define(kw_only=True, eq=False)
class Order:
    """An order and all that hangs on it."""

    id: int
    number: int
    created_at: datetime
    updated_at: datetime
    currency: Currency
    customer: Customer
    shipping: Money
    taxes_included: bool
    presentment: Currency
    rate: Decimal
    scopes: frozenset[str]
    lines: list[Line] = attrs.field(factory=list)
    transactions: list[Transaction] = attrs.field(factory=list)
    fulfillment_orders: list[FulfillmentOrder] = attrs.field(factory=list)
    fulfillments: list[Fulfillment] = attrs.field(factory=list)
    refunds: list[Refund] = attrs.field(factory=list)
    returns: list[Return] = attrs.field(factory=list)
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    note: str | None = None
    tags: list[str] = attrs.field(factory=list)
    test: bool = False
    spoiled: bool = False
    hidden_until: datetime | None = None

    @property
    def name(self) -> str:
        """What the merchant calls it."""
        return f"#{self.number}"

    @property
    def currency_code(self) -> str:
        """The shop's currency; no currency at all once the order is spoiled."""
        return "???" if self.spoiled else self.currency.name

    def presented(self, money: Money) -> Money:
        """Return *money* in the buyer's currency."""
        return presented(money, currency=self.presentment, rate=self.rate)

    def sum(self, amounts: Iterable[Money]) -> Money:
        """Return the sum of *amounts*, which may be none."""
        return sum_money(amounts, currency=self.currency)

    @property
    def subtotal(self) -> Money:
        """All lines after discounts."""
        return self.sum(line.total for line in self.lines)

    @property
    def tax(self) -> Money:
        """All taxes, included in prices or not."""
        return self.sum(line.tax for line in self.lines)

    @property
    def total(self) -> Money:
        """What was to be paid when it was placed."""
        total = self.subtotal + self.shipping
        return total if self.taxes_included else total + self.tax

    @property
    def removed(self) -> Money:
        """The value of what was refunded or removed since."""
        value = Money.zero(self.currency)
        for refund in self.refunds:
            value += refund.shipping
            for line in refund.lines:
                value += line.subtotal if self.taxes_included else line.subtotal + line.tax
        return value

    @property
    def received(self) -> Money:
        """What was captured."""
        return self._moved("SALE", "CAPTURE")

    @property
    def returned_money(self) -> Money:
        """What was paid back."""
        return self._moved("REFUND")

    def _moved(self, *kinds: str) -> Money:
        return self.sum(
            one.amount
            for one in self.transactions
            if one.kind in kinds and one.status == "SUCCESS"
        )

    @property
    def financial_status(self) -> str:
        """The vendor's word for its payment."""
        received, back = self.received, self.returned_money
        if received.is_zero and not self.total.is_zero:
            if self.cancelled_at:
                return "VOIDED"
            held = any(one.kind == "AUTHORIZATION" for one in self.transactions)
            return "AUTHORIZED" if held else "PENDING"
        if not back.is_zero:
            return "REFUNDED" if back >= received else "PARTIALLY_REFUNDED"
        return "PAID" if received >= self.total - self.removed else "PARTIALLY_PAID"

    @property
    def fulfillment_status(self) -> str:
        """The vendor's word for its fulfilment."""
        open_units = sum(line.unfulfilled for line in self.lines)
        if not any(line.fulfilled for line in self.lines):
            if self.cancelled_at and not open_units:
                return "RESTOCKED"
            return (
                "ON_HOLD" if any(one.on_hold for one in self.fulfillment_orders) else "UNFULFILLED"
            )
        return "PARTIALLY_FULFILLED" if open_units else "FULFILLED"

    @property
    def return_status(self) -> str:
        """The vendor's word for its returns."""
        states = {one.status for one in self.returns}
        if "REQUESTED" in states:
            return "RETURN_REQUESTED"
        if "OPEN" in states:
            return "IN_PROGRESS"
        return "RETURNED" if "CLOSED" in states else "NO_RETURN"
