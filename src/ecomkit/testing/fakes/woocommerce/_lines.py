"""The lines of orders: what a body says of them, and what they hold of the stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import (
    Line,
    Product,
    Side,
    SideLine,
    meta_value,
    with_meta,
)

__all__ = ["Lines"]

HOLDING = frozenset({"processing", "completed", "on-hold"})
RELEASING = frozenset({"cancelled", "pending"})
SIDES: Mapping[Side, tuple[str, str, str]] = {
    "shipping": ("method_id", "method_title", "total"),
    "fee": ("", "name", "total"),
    "coupon": ("code", "", "discount"),
}
"""The fields of each kind that hold its code, its title and its amount."""


class Lines:
    """Makes and changes lines, and moves the stock that goes with them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def written(
        self, lines: tuple[Line, ...], rows: Iterable[Mapping[str, Any]]
    ) -> tuple[Line, ...]:
        """Return *lines* with *rows*: new ones, and changes of those that they name by id."""
        found = {line.id: line for line in lines}
        for row in rows:
            number = row.get("id")
            if number is None:
                line = self._new(row)
                found[line.id] = line
            elif number not in found:
                raise WooRefusalError(
                    "woocommerce_rest_invalid_item_id",
                    "Order item ID provided is not associated with order.",
                    status=400,
                )
            elif row.get("quantity") == 0 or row.get("product_id", 0) is None:
                self._give_back(found.pop(number))
            else:
                found[number] = self._changed(found[number], row)
        return tuple(found.values())

    def beside(self, lines: tuple[SideLine, ...], body: Mapping[str, Any]) -> tuple[SideLine, ...]:
        """Return *lines* with the new ones of shipping, fees and coupons that *body* says."""
        return (
            *lines,
            *(
                self._beside(kind, row)
                for kind in SIDES
                for row in body.get(f"{kind}_lines") or ()
            ),
        )

    def moved(self, lines: tuple[Line, ...], *, status: str) -> tuple[Line, ...]:
        """Return *lines* as an order with a new *status* holds stock, or no longer does."""
        if status in HOLDING:
            return tuple(self._hold(line) for line in lines)
        if status in RELEASING:
            return tuple(self._give_back(line) for line in lines)
        return lines

    def taxed(self, amount: int) -> int:
        """Return the tax on an amount, a half rounded up."""
        return (2 * amount * self.shop.tax_percent + 100) // 200

    def _beside(self, kind: Side, row: Mapping[str, Any]) -> SideLine:
        code, title, amount = SIDES[kind]
        total = self._amount(row, amount, default=0)
        return SideLine(
            id=self.shop.number("line"),
            kind=kind,
            code=str(row.get(code, "")),
            title=str(row.get(title, "")),
            total=total,
            total_tax=self.taxed(total),
        )

    def _new(self, row: Mapping[str, Any]) -> Line:
        product = self._product(row)
        parent = self.shop.products[product.parent_id] if product.parent_id else None
        quantity = int(row.get("quantity", 1))
        price = (product.price or 0) * quantity
        subtotal = self._amount(row, "subtotal", default=price)
        total = self._amount(row, "total", default=subtotal)
        return Line(
            id=self.shop.number("line"),
            product_id=product.parent_id or product.id,
            variation_id=product.id if parent else 0,
            name=f"{parent.name} - {product.option}" if parent else product.name,
            quantity=quantity,
            subtotal=subtotal,
            total=total,
            subtotal_tax=self.taxed(subtotal),
            total_tax=self.taxed(total),
            meta=tuple(
                self.shop.meta(str(each["name"]).lower(), each["option"])
                for each in product.attributes
                if parent
            ),
        )

    def _product(self, row: Mapping[str, Any]) -> Product:
        if row.get("sku"):
            found = [each for each in self.shop.products.values() if each.sku == row["sku"]]
            product = found[0] if found else None
        else:
            number = row.get("variation_id") or row.get("product_id")
            if not number:
                raise WooRefusalError(
                    "woocommerce_rest_required_product_reference",
                    "Product ID or SKU is required.",
                    status=400,
                )
            product = self.shop.products.get(int(number))
        if product is None:
            raise WooRefusalError(
                "order_item_product_invalid_product_id", "Invalid product ID", status=400
            )
        return product

    def _amount(self, row: Mapping[str, Any], name: str, *, default: int) -> int:
        return default if row.get(name) is None else self.shop.minor(row[name], name=name)

    def _changed(self, line: Line, row: Mapping[str, Any]) -> Line:
        subtotal = self._amount(row, "subtotal", default=line.subtotal)
        total = self._amount(row, "total", default=line.total)
        quantity = int(row.get("quantity", line.quantity))
        changed = attrs.evolve(
            line,
            quantity=quantity,
            subtotal=subtotal,
            total=total,
            subtotal_tax=self.taxed(subtotal),
            total_tax=self.taxed(total),
            meta=self.shop.meta_of(row.get("meta_data"), among=line.meta),
        )
        product = self.shop.products.get(line.sold)
        delta = quantity - line.quantity
        if delta and line.held and product is not None and self.shop.move(product, -delta):
            held = self.shop.meta("_reduced_stock", str(line.held + delta))
            changed = attrs.evolve(changed, meta=with_meta(changed.meta, held))
        return changed

    def _hold(self, line: Line) -> Line:
        product = self.shop.products.get(line.sold)
        # What was held once is not held again, though refunds have given all of it back.
        is_held = meta_value(line.meta, "_reduced_stock") is not None
        if is_held or product is None or not self.shop.move(product, -line.quantity):
            return line
        held = self.shop.meta("_reduced_stock", str(line.quantity))
        return attrs.evolve(line, meta=with_meta(line.meta, held))

    def _give_back(self, line: Line) -> Line:
        product = self.shop.products.get(line.sold)
        if not line.held or product is None or not self.shop.move(product, line.held):
            return line
        return attrs.evolve(
            line, meta=tuple(row for row in line.meta if row.key != "_reduced_stock")
        )
