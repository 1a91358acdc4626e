"""A shop on a virtual clock and a client of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ecomkit.adapters.http import Kit, Options, VirtualTime
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency
from ecomkit.ports import Secret
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOOK_SECRETS = (Secret("whs-new"), Secret("whs-old"))

Bench = Callable[..., tuple[WooCommerceFake, WooCommerce]]


def make_bench(client: dict[str, Any] | None = None, **fake: Any) -> tuple[Any, WooCommerce]:
    """Return a fake shop and a client of it, on one clock."""
    time = VirtualTime(START)
    shop = WooCommerceFake(time=time, currency=Currency.EUR, **fake)
    settings: dict[str, Any] = {
        "url": "https://shop.example",
        "key": shop.key,
        "secret": shop.secret,
        "currency": Currency.EUR,
        "webhook_secrets": HOOK_SECRETS,
        "options": Options(deadline_seconds=3600, attempts_max=20),
        "kit": Kit(transport=shop.transport, time=time),
    }
    return shop, WooCommerce(ChannelId("woo"), **(settings | (client or {})))


@pytest.fixture
def bench() -> Bench:
    """Make a shop and its client."""
    return make_bench
