"""
A stateful fake of a WooCommerce shop with its REST API v3.

It keeps products, orders, refunds and subscriptions, and answers as WooCommerce 11 does.
"""

from ecomkit.testing.fakes.woocommerce._fake import (
    WooCommerceFake,
)
from ecomkit.testing.fakes.woocommerce._merchant import (
    PartOfOrderError,
)

__all__ = [
    "PartOfOrderError",
    "WooCommerceFake",
]
