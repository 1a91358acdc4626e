"""Ecomkit in front of the real django-oscar: what it sells too much is seen, and nothing is lost."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import OscarShop
from loops import STOCK, hold_to_the_laws, sold_under_our_eyes

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "custom_adapter")
if EXAMPLE not in sys.path:
    sys.path.insert(0, EXAMPLE)

from oscar import Oscar  # noqa: E402 - its folder has to be known first

from ecomkit import ChannelId, MemoryStore, Shop, Sku  # noqa: E402 (the path is set first)
from ecomkit.adapters.http import Site  # noqa: E402 (the path is set first)
from ecomkit.ports import Secret  # noqa: E402 (the path is set first)

pytestmark = pytest.mark.slow


def test_no_unit_is_promised_twice_whatever_the_shop_sells(
    oscar: OscarShop, record_property: Callable[[str, object], None]
) -> None:
    """Of a burst on 50 units exactly 50 are covered; the surplus is uncovered, no order is lost."""
    product = oscar.put_up("LOOP-50", quantity=STOCK)
    with (
        Oscar(
            ChannelId("oscar"),
            site=Site.insecure_for_tests(oscar.server.api),
            username=oscar.server.username,
            password=Secret(oscar.server.password),
        ) as client,
        Shop(store=MemoryStore(), channels=[client]) as shop,
    ):
        shop.adopt(client.channel, opening={Sku("LOOP-50"): STOCK})
        books = sold_under_our_eyes(shop, client, Sku("LOOP-50"), buy=lambda: oscar.buy(product))

    record_property("figure", f"ecomkit and django-oscar {oscar.server.version}, {books}")
    hold_to_the_laws(books)
    in_stock, allocated = oscar.levels(product)
    assert in_stock - allocated <= 0
