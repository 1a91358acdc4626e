"""What the shop says of itself: its settings and its state."""

from __future__ import annotations

from typing import Any

from ecomkit.testing.fakes.woocommerce._calls import Answer, Call
from ecomkit.testing.fakes.woocommerce._shapes import API, SYMBOLS
from ecomkit.testing.fakes.woocommerce._shop import Shop

__all__ = ["Settings"]


class Settings:
    """The settings that clients read, and the report of the system's state."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The settings there are, by group."""
        return {group: tuple(values) for group, values in self._values().items()}

    def list(self, group: str) -> Answer:
        """List the settings of a group."""
        return Answer(document=[self._setting(group, name) for name in self.groups[group]])

    def read(self, group: str, name: str) -> Answer:
        """Show one setting."""
        return Answer(document=self._setting(group, name))

    def system_status(self, call: Call) -> Answer:  # noqa: ARG002 (a handler)
        """Report the state of the system."""
        currency = self.shop.currency
        return Answer(
            document={
                "environment": {
                    "home_url": self.shop.base,
                    "site_url": self.shop.base,
                    "version": "11.0.1",
                    "wp_version": "7.1",
                    "php_version": "8.2.36",
                    "default_timezone": "UTC",
                },
                "database": {},
                "active_plugins": [],
                "theme": {},
                "settings": {
                    "api_enabled": False,
                    "force_ssl": False,
                    "currency": currency.value,
                    "currency_symbol": SYMBOLS.get(currency.value, currency.value),
                    "currency_position": "left",
                    "thousand_separator": ",",
                    "decimal_separator": ".",
                    "number_of_decimals": currency.exponent,
                },
                "security": {"secure_connection": True, "hide_errors": True},
                "pages": [],
            }
        )

    def _values(self) -> dict[str, dict[str, str]]:
        return {
            "general": {
                "woocommerce_currency": self.shop.currency.value,
                "woocommerce_price_num_decimals": str(self.shop.currency.exponent),
            },
            "products": {"woocommerce_manage_stock": "yes"},
        }

    def _setting(self, group: str, name: str) -> dict[str, Any]:
        href = f"{self.shop.base}{API}/settings/{group}"
        return {
            "id": name,
            "label": name.removeprefix("woocommerce_").replace("_", " ").capitalize(),
            "description": "",
            "type": "select" if name == "woocommerce_currency" else "text",
            "default": "USD" if name == "woocommerce_currency" else "",
            "tip": "",
            "value": self._values()[group][name],
            "group_id": group,
            "_links": {
                "self": [{"href": f"{href}/{name}"}],
                "collection": [{"href": href}],
            },
        }
