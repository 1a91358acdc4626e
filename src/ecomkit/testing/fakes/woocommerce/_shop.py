"""The shop behind the API: what it keeps, its clock, its numbers and its money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import attrs

from ecomkit.adapters.http import Timekeeper
from ecomkit.money import Currency
from ecomkit.testing.fakes.woocommerce._errors import invalid_param
from ecomkit.testing.fakes.woocommerce._values import Meta, Order, Product, Webhook, with_meta

__all__ = ["CORE_STATUSES", "OrderRecord", "Shop"]

CORE_STATUSES = (
    "pending",
    "processing",
    "on-hold",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "checkout-draft",
)


@attrs.define(kw_only=True)
class OrderRecord:
    """
    An order as it is, as it was before its last change, and what lists show of it.

    Args:
        stale: What lists show until *stale_until*, None for nothing at all.
    """

    now: Order
    before: Order | None = None
    stale: Order | None = None
    stale_until: datetime | None = None

    def seen(self, at: datetime) -> Order | None:
        """Return what lists show of it at the instant *at*."""
        if self.stale_until is not None and at < self.stale_until:
            return self.stale
        return self.now


class Shop:
    """All that the shop keeps. Its fake sets ``changed``, which takes each event: topic and id."""

    def __init__(
        self,
        *,
        time: Timekeeper,
        host: str,
        currency: Currency,
        zone: timedelta,
        statuses: Sequence[str],
        gateways: Sequence[str],
        tax_percent: int,
    ) -> None:
        self.changed: Callable[[str, int], None]
        self.time = time
        self.base = f"https://{host}"
        self.currency = currency
        self.zone = zone
        self.statuses = (*CORE_STATUSES, *statuses)
        self.gateways = frozenset(gateways)
        self.tax_percent = tax_percent
        self.products: dict[int, Product] = {}
        self._children: dict[int, list[int]] = {}
        self.orders: dict[int, OrderRecord] = {}
        self.webhooks: dict[int, Webhook] = {}
        self._numbers: dict[str, int] = {"post": 9}

    def number(self, kind: str) -> int:
        """Return the next id of a *kind*; products, orders and refunds share theirs."""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return self._numbers[kind]

    def now(self) -> datetime:
        """Return the present second."""
        return self.time.now().astimezone(UTC).replace(microsecond=0)

    def meta(self, key: str, value: Any) -> Meta:
        """Return a new row of free data."""
        return Meta(id=self.number("meta"), key=key, value=value)

    def meta_of(self, rows: Any, *, among: tuple[Meta, ...]) -> tuple[Meta, ...]:
        """Return *among* with the rows that a body holds."""
        for row in rows or ():
            among = with_meta(among, self.meta(str(row["key"]), row.get("value")))
        return among

    def local(self, at: datetime | None) -> str | None:
        """Return an instant as the shop's own clock had it."""
        return self.gmt(at + self.zone) if at else None

    def gmt(self, at: datetime | None) -> str | None:
        """Return an instant in UTC, which the text does not say."""
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if at else None

    def money(self, minor: int, *, decimals: int | None = None) -> str:
        """Return an amount as text, with the decimals of the shop."""
        digits = self.currency.exponent
        amount = Decimal(minor).scaleb(-digits)
        shown = digits if decimals is None else decimals
        return f"{amount.quantize(Decimal(1).scaleb(-shown), rounding=ROUND_HALF_UP):f}"

    def minor(self, given: Any, *, name: str) -> int:
        """Return an amount that a client sent, in minor units, a half rounded up."""
        try:
            amount = Decimal(str(given))
            return int(amount.scaleb(self.currency.exponent).quantize(1, rounding=ROUND_HALF_UP))
        except InvalidOperation:
            raise invalid_param(name, f"{name} is not of type string.") from None

    def keep(self, order: Order, *, at: datetime | None = None) -> Order:
        """Keep *order* as changed now, or *at* another instant; return it as kept."""
        order = attrs.evolve(order, modified=at or self.now())
        record = self.orders.get(order.id)
        if record is None:
            self.orders[order.id] = OrderRecord(now=order)
        else:
            record.before, record.now = record.now, order
        return order

    def order(self, number: str) -> Order:
        """Return the order with the number that clients know it by."""
        return self.orders[int(number)].now

    def variations(self, product: Product) -> list[Product]:
        """Return the variations of a product."""
        return self.children(product.id) if product.kind == "variable" else []

    def children(self, parent: int) -> list[Product]:
        """Return what was put up below a product, as long as it is there."""
        return [
            self.products[one] for one in self._children.get(parent, ()) if one in self.products
        ]

    def put_up(self, product: Product) -> None:
        """Take a new product into the shop."""
        self.products[product.id] = product
        if product.parent_id:
            self._children.setdefault(product.parent_id, []).append(product.id)

    def keeper(self, product: Product) -> Product | None:
        """Return whose stock moves when *product* is sold, None where none is kept."""
        if product.managed == "parent":
            product = self.products[product.parent_id]
        return product if product.managed is True else None

    def move(self, product: Product, delta: int) -> bool:
        """Move the stock of *product*, below zero if need be; say whether any is kept."""
        keeper = self.keeper(product)
        if keeper is None:
            return False
        self.set_stock(keeper, (keeper.quantity or 0) + delta)
        return True

    def stock_word(self, product: Product, quantity: int) -> str:
        """Return what the shop says of a product that has *quantity* units left."""
        if quantity > 0:
            return "instock"
        return "outofstock" if product.backorders == "no" else "onbackorder"

    def set_stock(self, product: Product, quantity: int) -> None:
        """Write the stock of a product that manages its own."""
        self.products[product.id] = attrs.evolve(
            product,
            quantity=quantity,
            stock_status=self.stock_word(product, quantity),
            modified=self.now(),
        )
        self.changed("product.updated", product.id)
