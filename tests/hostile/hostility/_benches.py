"""The clients that are put to it, each with the fake that it speaks to in peace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs

from ecomkit.adapters.http import ChannelClient, Kit, VirtualTime
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.vendure import Vendure
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency
from ecomkit.ports import Secret
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.vendure import VendureFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

START = datetime(2026, 11, 20, tzinfo=UTC)
CHANNEL = ChannelId("corner")


@attrs.frozen(kw_only=True)
class Bench:
    """
    One client and its fake.

    Args:
        name: Of the system.
        home: The host that the client's credentials are for.
        fake: Makes a fake that lets in whoever has the secret.
        client: Makes a client with that secret, which runs on a kit.
        made_for: Makes a client for an address or a shop's name.
        is_called: Whether the system has webhooks.
    """

    name: str
    home: str
    fake: Callable[[str, VirtualTime], Any]
    client: Callable[[str, Any, Kit], ChannelClient]
    made_for: Callable[[str], ChannelClient]
    is_called: bool = True


def _shopify(secret: str, fake: Any, kit: Kit) -> ChannelClient:
    return Shopify(
        CHANNEL,
        shop="corner.myshopify.com",
        token=Secret(f"token-{secret}"),
        location=fake.location,
        webhook_secrets=[Secret(f"hook-{secret}")],
        kit=kit,
    )


def _woocommerce(secret: str, _: Any, kit: Kit) -> ChannelClient:
    return WooCommerce(
        CHANNEL,
        url="https://shop.example",
        key=Secret(f"ck_{secret}"),
        secret=Secret(f"cs_{secret}"),
        currency=Currency.EUR,
        webhook_secrets=[Secret(f"hook-{secret}")],
        kit=kit,
    )


def _vendure(secret: str, fake: Any, kit: Kit) -> ChannelClient:
    return Vendure(
        CHANNEL,
        url="https://shop.example/admin-api",
        username=fake.username,
        password=Secret(f"password-{secret}"),
        location=fake.location,
        channel_token=Secret(f"channel-{secret}"),
        kit=kit,
    )


BENCHES = (
    Bench(
        name="shopify",
        home="corner.myshopify.com",
        fake=lambda secret, time: ShopifyFake(
            time=time,
            token=f"token-{secret}",
            webhook_secret=f"hook-{secret}",
            storage="https://storage.googleapis.com",
        ),
        client=_shopify,
        made_for=lambda shop: Shopify(CHANNEL, shop=shop, token=Secret("t"), location="1"),
    ),
    Bench(
        name="woocommerce",
        home="shop.example",
        fake=lambda secret, time: WooCommerceFake(
            time=time,
            key=Secret(f"ck_{secret}"),
            secret=Secret(f"cs_{secret}"),
            currency=Currency.EUR,
        ),
        client=_woocommerce,
        made_for=lambda url: WooCommerce(
            CHANNEL, url=url, key=Secret("k"), secret=Secret("s"), currency=Currency.EUR
        ),
    ),
    Bench(
        name="vendure",
        home="shop.example",
        fake=lambda secret, time: VendureFake(
            time=time, password=f"password-{secret}", currency=Currency.EUR
        ),
        client=_vendure,
        made_for=lambda url: Vendure(
            CHANNEL, url=url, username="u", password=Secret("p"), location="1"
        ),
        is_called=False,
    ),
)
