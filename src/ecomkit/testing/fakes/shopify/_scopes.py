"""What an app may do, by the scopes that the merchant granted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecomkit.testing.fakes._graphql import GraphQLError

__all__ = ["ALL_SCOPES", "demand", "may"]

_FULFILLMENT = (
    "merchant_managed_fulfillment_orders",
    "assigned_fulfillment_orders",
    "third_party_fulfillment_orders",
)
NEEDED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("order", "orders", "ordersCount", "orderByIdentifier", "refund"), ("read_orders",)
    ),
    **dict.fromkeys(("fulfillment",), ("read_orders", "read_fulfillments")),
    **dict.fromkeys(
        (
            "product",
            "products",
            "productsCount",
            "productVariant",
            "productVariants",
            "productVariantsCount",
        ),
        ("read_products",),
    ),
    **dict.fromkeys(
        ("inventoryItem", "inventoryItems", "inventoryLevel"), ("read_inventory", "read_products")
    ),
    **dict.fromkeys(("location", "locations"), ("read_locations", "read_inventory")),
    **dict.fromkeys(("customer", "customers"), ("read_customers",)),
    "return": ("read_returns", "read_orders"),
    **dict.fromkeys(
        ("fulfillmentOrder", "fulfillmentOrders"), tuple(f"read_{one}" for one in _FULFILLMENT)
    ),
    **dict.fromkeys(
        ("inventorySetQuantities", "inventoryAdjustQuantities", "inventoryActivate"),
        ("write_inventory",),
    ),
    **dict.fromkeys(
        ("fulfillmentCreate", "fulfillmentCancel", "fulfillmentTrackingInfoUpdate"),
        tuple(f"write_{one}" for one in _FULFILLMENT),
    ),
    **dict.fromkeys(("refundCreate", "orderCancel", "orderClose"), ("write_orders",)),
    **dict.fromkeys(("returnCreate", "returnClose", "returnCancel"), ("write_returns",)),
    **dict.fromkeys(("productUpdate", "productVariantsBulkUpdate"), ("write_products",)),
}
"""Any one of the scopes is enough for the field."""

ALL_SCOPES: tuple[str, ...] = (
    "read_all_orders",
    "read_customers",
    "write_inventory",
    "read_locations",
    "write_merchant_managed_fulfillment_orders",
    "write_orders",
    "write_products",
    "write_returns",
)


def may(scopes: Iterable[str], wanted: str) -> bool:
    """Return whether *scopes* grant *wanted*; who may write may read."""
    return wanted in scopes or wanted.replace("read_", "write_", 1) in scopes


def demand(scopes: frozenset[str], field: str) -> None:
    """Refuse *field* unless one of the scopes that it needs is there."""
    needed = NEEDED.get(field, ())
    if needed and not any(may(scopes, one) for one in needed):
        words = " or ".join(f"`{one}`" for one in needed)
        raise GraphQLError(
            f"Access denied for {field} field. Required access: {words} access scope.",
            code="ACCESS_DENIED",
            whole=True,
            documentation="https://shopify.dev/api/usage/access-scopes",
            requiredAccess=f"{words} access scope.",
        )
