"""The shop and the app's installation as objects of the schema."""

from __future__ import annotations

from typing import Any

from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import gid, instant

__all__ = ["VERSIONS", "show_installation", "show_shop", "versions"]

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")


def show_shop(store: Store) -> dict[str, Any]:
    """Return the Shop."""
    domain = store.domain
    return {
        "__typename": "Shop",
        "__interfaces": ("Node",),
        "id": gid("Shop", 5_000_000_001),
        "name": domain.partition(".")[0].replace("-", " ").title(),
        "myshopifyDomain": domain,
        "url": f"https://{domain}",
        "email": f"owner@{domain}",
        "contactEmail": f"owner@{domain}",
        "shopOwnerName": "Ada Example",
        "currencyCode": store.currency.name,
        "enabledPresentmentCurrencies": [store.currency.name],
        "ianaTimezone": "Etc/UTC",
        "timezoneAbbreviation": "UTC",
        "timezoneOffset": "+0000",
        "timezoneOffsetMinutes": 0,
        "taxesIncluded": True,
        "taxShipping": True,
        "unitSystem": "METRIC_SYSTEM",
        "weightUnit": "GRAMS",
        "orderNumberFormatPrefix": "#",
        "orderNumberFormatSuffix": "",
        "setupRequired": False,
        "createdAt": instant(store.created_at),
        "updatedAt": instant(store.created_at),
        "plan": {
            "__typename": "ShopPlan",
            "partnerDevelopment": True,
            "publicDisplayName": "Development",
            "shopifyPlus": False,
        },
        "primaryDomain": {
            "__typename": "Domain",
            "id": gid("Domain", 5_000_000_002),
            "host": domain,
            "url": f"https://{domain}",
            "sslEnabled": True,
        },
    }


def show_installation(store: Store) -> dict[str, Any]:
    """Return the AppInstallation with the scopes that were granted."""
    # Who may write may read, and both are listed.
    handles = store.scopes | {one.replace("write_", "read_", 1) for one in store.scopes}
    return {
        "__typename": "AppInstallation",
        "__interfaces": ("Node",),
        "id": gid("AppInstallation", 5_000_000_003),
        "launchUrl": f"https://{store.domain}/admin/apps/ecomkit",
        "uninstallUrl": None,
        "accessScopes": [
            {
                "__typename": "AccessScope",
                "handle": handle,
                "description": handle.replace("_", " "),
            }
            for handle in sorted(handles)
        ],
    }


def versions() -> list[dict[str, Any]]:
    """Return the versions of the API that there are."""
    return [
        {"__typename": "ApiVersion", "handle": one, "displayName": one, "supported": True}
        for one in VERSIONS
    ]
