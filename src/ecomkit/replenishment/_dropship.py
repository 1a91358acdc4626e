"""Dropshipping: what a supplier is asked to send to a buyer for us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, plain_date, refuse, units
from ecomkit.catalog import PriceList
from ecomkit.customers import Address
from ecomkit.identifiers import LineId, OrderId, PurchaseOrderId, Sku, SupplierId
from ecomkit.money import CurrencyMismatchError, Money, sum_money
from ecomkit.orders import FulfillerKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.orders import Order, OrderLine

__all__ = ["SupplierOrder", "SupplierOrderLine", "dropship"]

ORDER_CHARACTERS_MAX = 150
"""So much of an order's name stands in that of a supplier's order, for people to read."""


@final
@attrs.frozen(kw_only=True)
class SupplierOrderLine:
    """
    Units of a line that a supplier sends; ``unit_cost`` is None where no cost is known.

    Raises:
        FieldError: If the units are below 1, or the cost is below 0.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    unit_cost: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))

    def __attrs_post_init__(self) -> None:
        if self.unit_cost is not None and self.unit_cost.amount < 0:
            raise refuse(self, "unit_cost", self.unit_cost, "money, 0 or more")


@final
@attrs.frozen(kw_only=True)
class SupplierOrder:
    """
    What one supplier is asked to send to the buyer of one order.

    It is no :class:`PurchaseOrder`: nothing of it comes to us, so it is neither stock nor on
    order, and no receipt is expected. The address is personal and not shown.

    Raises:
        FieldError: If there is no line.
        CurrencyMismatchError: If two costs have two currencies.
    """

    id: PurchaseOrderId = attrs.field(validator=is_a(PurchaseOrderId))
    order: OrderId = attrs.field(validator=is_a(OrderId))
    supplier: SupplierId = attrs.field(validator=is_a(SupplierId))
    placed_on: date = attrs.field(validator=plain_date)
    lines: tuple[SupplierOrderLine, ...] = attrs.field(
        converter=as_tuple, validator=each(SupplierOrderLine)
    )
    ship_to: Address | None = attrs.field(
        default=None, repr=False, validator=optional(is_a(Address))
    )

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "one line or more")
        currencies = [cost.currency for cost in self._costs]
        for currency in currencies:
            if currency is not currencies[0]:
                raise CurrencyMismatchError(left=currencies[0], right=currency)

    @property
    def units(self) -> int:
        """Units that the supplier sends."""
        return sum(line.quantity for line in self.lines)

    @property
    def cost(self) -> Money | None:
        """What all of it costs us; None as long as the cost of a line is unknown."""
        if len(self._costs) < len(self.lines):
            return None
        return sum_money(self._costs)

    @property
    def without_cost(self) -> tuple[SupplierOrderLine, ...]:
        """The lines whose cost is unknown."""
        return tuple(line for line in self.lines if line.unit_cost is None)

    @property
    def _costs(self) -> list[Money]:
        return [
            line.unit_cost * line.quantity for line in self.lines if line.unit_cost is not None
        ]

    def explain(self) -> str:
        """Say what the supplier sends, and what it costs."""
        head = f"{self.id}: {self.supplier} sends {self.units} units of order {self.order}"
        lines = [
            f"line {line.line}: {line.quantity} {line.sku}, "
            + ("cost unknown" if line.unit_cost is None else f"{line.unit_cost} each")
            for line in self.lines
        ]
        total = "cost unknown" if self.cost is None else f"{self.cost} in all"
        return "\n".join([f"{head}, {total}", *lines])


def dropship(
    order: Order,
    *,
    placed_on: date,
    costs: Mapping[SupplierId, PriceList] | None = None,
    ship_to: Address | None = None,
) -> tuple[SupplierOrder, ...]:
    """
    Return what the suppliers of *order* are asked to send: one order for each of them.

    It takes the lines that a supplier fulfils, with the units that are not cancelled; those
    that are shipped already stay in it. The id is made of the order and the supplier alone, so
    that asking twice is asking once: where something was cancelled or added in between, the
    second is a change of the first. No stock is touched.

    Args:
        order: The order.
        placed_on: The day on which the suppliers are asked.
        costs: The price list of each supplier, as it charges us; all units of a sku count for
            its tier. None, or a sku that is not on it, leaves the cost open.
        ship_to: Where the goods go; orders keep no addresses.

    Raises:
        IdentifierError: If the line of a supplier does not name it.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.catalog import PriceListEntry, PriceTier
    >>> from ecomkit.identifiers import ChannelId
    >>> from ecomkit.money import Currency
    >>> from ecomkit.orders import Fulfiller, Order, OrderLine
    >>> lamp = OrderLine(
    ...     id=LineId("1"),
    ...     sku=Sku("LAMP"),
    ...     quantity=2,
    ...     unit_price=Money(4900, Currency.EUR),
    ...     fulfilled_by=Fulfiller(kind=FulfillerKind.SUPPLIER, name="Lumen"),
    ... )
    >>> order = Order(
    ...     id=OrderId("web/1001"),
    ...     channel=ChannelId("web"),
    ...     currency=Currency.EUR,
    ...     placed_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    ...     lines=[lamp],
    ... )
    >>> tiers = [PriceTier(from_units=1, unit_price=Money(2750, Currency.EUR))]
    >>> costs = PriceList(
    ...     name="Lumen",
    ...     currency=Currency.EUR,
    ...     entries=[PriceListEntry(sku=Sku("LAMP"), tiers=tiers)],
    ... )
    >>> [asked] = dropship(
    ...     order, placed_on=date(2026, 3, 2), costs={SupplierId("Lumen"): costs}
    ... )
    >>> print(asked.explain())
    web/1001~...: Lumen sends 2 units of order web/1001, 55.00 EUR in all
    line 1: 2 LAMP, 27.50 EUR each
    """
    by_supplier: dict[SupplierId, list[OrderLine]] = {}
    for line in order.lines:
        by = line.fulfilled_by
        if by is not None and by.kind is FulfillerKind.SUPPLIER and order.counts(line.id).due:
            by_supplier.setdefault(SupplierId(by.name), []).append(line)
    return tuple(
        SupplierOrder(
            id=_id_of(order.id, supplier),
            order=order.id,
            supplier=supplier,
            placed_on=placed_on,
            lines=_lines(order, lines, costs=(costs or {}).get(supplier)),
            ship_to=ship_to,
        )
        for supplier, lines in by_supplier.items()
    )


def _lines(
    order: Order, lines: list[OrderLine], *, costs: PriceList | None
) -> Iterable[SupplierOrderLine]:
    together: dict[Sku, int] = {}
    for line in lines:
        together[line.sku] = together.get(line.sku, 0) + order.counts(line.id).due
    for line in lines:
        cost = None if costs is None else costs.unit_price(line.sku, units=together[line.sku])
        yield SupplierOrderLine(
            line=line.id, sku=line.sku, quantity=order.counts(line.id).due, unit_cost=cost
        )


def _id_of(order: OrderId, supplier: SupplierId) -> PurchaseOrderId:
    # Both names are of any text, so none that joins them could be read apart again.
    digest = sha256(f"{len(order)}:{order}{supplier}".encode()).hexdigest()[:16]
    return PurchaseOrderId(f"{order[:ORDER_CHARACTERS_MAX]}~{digest}")
