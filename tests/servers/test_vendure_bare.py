"""Vendure by itself, with nothing of ecomkit in front: it sells more than it has."""

from collections.abc import Callable

import pytest
from harness import VendureShop, burst

pytestmark = pytest.mark.slow

STOCK = 50


def test_a_paid_order_holds_its_units_and_a_larger_cart_is_refused(vendure: VendureShop) -> None:
    """What is sold is allocated; who asks for more than is left gets no order."""
    variant = vendure.put_up("BARE-1", quantity=5)

    bought = vendure.buy(variant, quantity=2)
    refused = vendure.buy(variant, quantity=4)

    assert bought.refused is None
    assert refused.order is None
    assert refused.refused is not None
    assert "INSUFFICIENT_STOCK_ERROR" in refused.refused
    assert vendure.levels(variant) == (5, 2)


def test_the_bare_server_sells_more_than_it_has(
    vendure: VendureShop, record_property: Callable[[str, object], None]
) -> None:
    """Eight shoppers with 25 carts each get more paid orders than there are units."""
    variant = vendure.put_up("BARE-50", quantity=STOCK)

    sale = burst(lambda: vendure.buy(variant))

    record_property("figure", f"Vendure {vendure.server.version} by itself, {STOCK} units: {sale}")
    assert len(sale.orders) >= STOCK
    assert len(set(sale.orders)) == len(sale.orders)
    paid = vendure.server.cluster.psql(
        'SELECT count(*) FROM "order" JOIN order_line ON order_line."orderId" = "order".id'
        f""" WHERE "order".state = 'PaymentSettled' AND "productVariantId" = {variant}""",
        database=vendure.server.database,
    )
    assert paid == str(len(sale.orders))
