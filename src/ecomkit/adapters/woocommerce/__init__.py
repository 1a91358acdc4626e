"""
The client of WooCommerce shops: orders, stock, listings and after-sales through REST v3.

:class:`WooCommerce` blocks, :class:`AsyncWooCommerce` beside it is awaited.
"""

from ecomkit.adapters.woocommerce._base import Authentication, RefundRoute
from ecomkit.adapters.woocommerce._client import AsyncWooCommerce, WooCommerce

__all__ = ["AsyncWooCommerce", "Authentication", "RefundRoute", "WooCommerce"]
