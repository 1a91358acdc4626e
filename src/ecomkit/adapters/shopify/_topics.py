"""Shopify's topics: what kind of object each is about, and which ones to ask for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecomkit.channels import HintKind

__all__ = ["TOPICS", "kind_of_topic"]

# By how the topic starts, the longest first.
_KINDS: tuple[tuple[str, HintKind], ...] = (
    ("CUSTOMERS_REDACT", HintKind.ERASURE),
    ("SHOP_REDACT", HintKind.ERASURE),
    ("CUSTOMERS_DATA_REQUEST", HintKind.ACCESS),
    ("APP_UNINSTALLED", HintKind.ACCOUNT),
    ("APP_SCOPES_", HintKind.ACCOUNT),
    ("SHOP_UPDATE", HintKind.ACCOUNT),
    ("ORDER_TRANSACTIONS_", HintKind.ORDER),
    ("ORDERS_", HintKind.ORDER),
    ("FULFILLMENTS_", HintKind.ORDER),
    ("REFUNDS_", HintKind.REFUND),
    ("RETURNS_", HintKind.RETURN),
    ("INVENTORY_LEVELS_", HintKind.STOCK),
    ("PRODUCTS_", HintKind.LISTING),
)

TOPICS: Mapping[HintKind, tuple[str, ...]] = MappingProxyType(
    {
        HintKind.ACCOUNT: ("APP_UNINSTALLED", "APP_SCOPES_UPDATE"),
        HintKind.LISTING: ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"),
        HintKind.ORDER: ("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_DELETE"),
        HintKind.REFUND: ("REFUNDS_CREATE",),
        HintKind.RETURN: ("RETURNS_REQUEST", "RETURNS_APPROVE", "RETURNS_UPDATE", "RETURNS_CLOSE"),
        HintKind.STOCK: ("INVENTORY_LEVELS_UPDATE",),
    }
)
"""What to subscribe to. Erasure and access are set in the application, not for one shop."""


def kind_of_topic(topic: str) -> HintKind:
    """
    Return what *topic* is about, as headers or as GraphQL spell it.

    >>> kind_of_topic("orders/updated"), kind_of_topic("ORDERS_UPDATED")
    (<HintKind.ORDER: ...>, <HintKind.ORDER: ...>)
    """
    word = topic.upper().replace("/", "_")
    return next((kind for start, kind in _KINDS if word.startswith(start)), HintKind.OTHER)
