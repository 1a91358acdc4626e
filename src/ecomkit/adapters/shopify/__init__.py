"""Shopify, through its Admin GraphQL API: orders, stock, listings, shipping, money, webhooks."""

from ecomkit.adapters.shopify._async_client import (
    AsyncShopify,
)
from ecomkit.adapters.shopify._base import (
    TestOrders,
)
from ecomkit.adapters.shopify._bulk_flows import (
    BulkOrders,
)
from ecomkit.adapters.shopify._client import (
    Shopify,
)
from ecomkit.adapters.shopify._credentials import (
    expiring_token,
)

__all__ = [
    "AsyncShopify",
    "BulkOrders",
    "Shopify",
    "TestOrders",
    "expiring_token",
]
