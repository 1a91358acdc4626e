"""Django-oscar by itself, with nothing of ecomkit in front."""

from collections.abc import Callable

import pytest
from harness import OscarShop, burst

pytestmark = pytest.mark.slow

STOCK = 50


def test_an_order_holds_its_units_and_a_larger_basket_is_refused(oscar: OscarShop) -> None:
    """What is sold is allocated; who asks for more than is left gets no order."""
    product = oscar.put_up("BARE-1", quantity=5)

    bought = oscar.buy(product, quantity=2)
    refused = oscar.buy(product, quantity=4)

    assert bought.refused is None
    assert refused.order is None
    assert refused.refused is not None
    assert "a maximum of 3 can be bought" in refused.refused
    assert oscar.levels(product) == (5, 2)


def test_the_bare_server_sells_out_and_does_not_guard_the_last_unit(
    oscar: OscarShop, record_property: Callable[[str, object], None]
) -> None:
    """Eight shoppers with 25 baskets each buy all there is; nothing stops the one too many."""
    product = oscar.put_up("BARE-50", quantity=STOCK)

    sale = burst(lambda: oscar.buy(product))

    record_property(
        "figure", f"django-oscar {oscar.server.version} by itself, {STOCK} units: {sale}"
    )
    assert len(sale.orders) >= STOCK
    assert len(set(sale.orders)) == len(sale.orders)
    assert oscar.levels(product) == (STOCK, len(sale.orders))
