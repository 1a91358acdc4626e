"""The account: its places, and a check of what it may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecomkit.adapters.http import (
    CredentialsRefusedError,
    Flow,
    NotFoundError,
    PermissionDeniedError,
    Reply,
    flow,
    graphql_data,
)
from ecomkit.adapters.shopify._base import ShopifyBase
from ecomkit.adapters.shopify._documents import ACCOUNT, LOCATIONS
from ecomkit.channels import AccountReport, ChannelLocation, Finding, Health, identity

__all__ = ["AccountFlows"]

_NEEDED = ("read_orders", "read_products", "read_inventory", "write_inventory")
_OPTIONAL = {
    "read_all_orders": "orders older than 60 days are absent, without an error",
    "read_customers": "orders come without their buyers",
    "read_locations": "places cannot be listed",
    "read_merchant_managed_fulfillment_orders": "what is open to be fulfilled cannot be read",
    "read_returns": "returns cannot be read",
    "write_merchant_managed_fulfillment_orders": "fulfilments cannot be told",
    "write_orders": "orders cannot be cancelled or paid back",
    "write_products": "listings cannot be changed",
}


class AccountFlows(ShopifyBase):
    """The flows of a location source and an account check."""

    @flow
    def locations(self) -> Flow[tuple[ChannelLocation, ...]]:
        """Return the shop's locations, those that are not active too."""
        nodes = yield from self._ask_all(LOCATIONS, "locations")
        return tuple(
            ChannelLocation(
                id=identity(node["legacyResourceId"]),
                name=node["name"],
                is_active=node["isActive"],
            )
            for node in nodes
        )

    @flow
    def check(self) -> Flow[AccountReport]:
        """
        Say what the token may do, whether the location is active, the currency and the plan.

        Approval for protected customer data cannot be asked for: where it is missing, orders
        come without their buyers.
        """
        try:
            reply = yield from self._reply_to(ACCOUNT, variables={"location": self._location})
        except CredentialsRefusedError as error:
            findings = [_bad("credentials", error.message)]
        except PermissionDeniedError as error:
            findings = [
                Finding(subject="credentials", health=Health.GOOD),
                _bad("access to the account", error.message),
            ]
        except NotFoundError as error:
            findings = [_bad("shop and version", error.message)]
        else:
            findings = [*self._findings(graphql_data(reply)), self._version_found(reply)]
        return AccountReport(channel=self.channel, findings=findings)

    def _version_found(self, reply: Reply) -> Finding:
        """Say which version answered: one that is too old is silently replaced by Shopify."""
        answered = reply.header("x-shopify-api-version")
        if answered is None or answered == self._version:
            return Finding(subject="version", health=Health.GOOD, text=self._version)
        text = f"{answered} answers in the place of {self._version}; name one that is supported"
        return Finding(subject="version", health=Health.DOUBTFUL, text=text)

    def _findings(self, data: Mapping[str, Any]) -> Iterable[Finding]:
        yield Finding(subject="credentials", health=Health.GOOD)
        granted = {one["handle"] for one in data["currentAppInstallation"]["accessScopes"]}
        # Who may write may read.
        granted |= {one.replace("write_", "read_") for one in granted}
        for scope in _NEEDED:
            if scope in granted:
                yield Finding(subject=f"scope {scope}", health=Health.GOOD)
            else:
                yield _bad(f"scope {scope}", "grant it to the application")
        for scope, without in _OPTIONAL.items():
            health = Health.GOOD if scope in granted else Health.DOUBTFUL
            text = "" if scope in granted else f"without it {without}"
            yield Finding(subject=f"scope {scope}", health=health, text=text)
        place = data["location"]
        if place is None:
            yield _bad("location", "the shop has none of this id")
        elif not place["isActive"]:
            yield _bad("location", f"{place['name']} is not active")
        else:
            yield Finding(subject="location", health=Health.GOOD, text=place["name"])
        shop = data["shop"]
        yield Finding(subject="currency", health=Health.GOOD, text=shop["currencyCode"])
        plan = shop["plan"]
        if plan["partnerDevelopment"]:
            text = "a development store: its orders are tests, see test_orders"
            yield Finding(subject="plan", health=Health.DOUBTFUL, text=text)
        else:
            yield Finding(subject="plan", health=Health.GOOD, text=plan["publicDisplayName"])


def _bad(subject: str, text: str) -> Finding:
    return Finding(subject=subject, health=Health.BAD, text=text)
