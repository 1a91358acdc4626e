"""Vendure, through the admin API of Vendure 3: orders, stock, listings, shipping, money."""

from ecomkit.adapters.vendure._async_client import (
    AsyncVendure,
)
from ecomkit.adapters.vendure._client import (
    Vendure,
)

__all__ = [
    "AsyncVendure",
    "Vendure",
]
