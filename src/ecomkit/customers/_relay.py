"""
Relay addresses: email addresses that a marketplace hands out in place of a buyer's own.

A relay address is a name on one channel. It says nothing of who somebody is elsewhere; some are
another one for each order, and some are the same for thousands of buyers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import refuse
from ecomkit._texts import not_blank
from ecomkit.customers._contact import EmailAddress

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["RELAYS", "Relay", "relay_of"]

DOMAIN_SHAPE = re.compile(r"[^\s@.*]+(\.[^\s@.*]+)*(\.\*)?")
ANY_ENDING = ".*"


def _domain(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    is_domain = isinstance(value, str) and DOMAIN_SHAPE.fullmatch(value)
    if not is_domain or value != str(value).lower():
        raise refuse(instance, attribute.name, value, "a domain in lower case")


@final
@attrs.frozen(kw_only=True)
class Relay:
    """
    A domain whose addresses are aliases that *operator* hands out.

    >>> Relay(domain="relay.example", operator="Example", source="its handbook").covers(
    ...     EmailAddress.parse("k7@relay.example")
    ... )
    True
    """

    domain: str = attrs.field(validator=_domain)
    """In lower case; with ``.*`` at its end it may end in any country."""
    operator: str = attrs.field(validator=not_blank)
    source: str = attrs.field(validator=not_blank)
    """Where it is said that these are aliases."""

    def covers(self, email: EmailAddress) -> bool:
        """Return whether *email* is one of these aliases."""
        domain = email.address.rpartition("@")[2]
        if self.domain.endswith(ANY_ENDING):
            return domain.startswith(self.domain.removesuffix("*"))
        return domain == self.domain


RELAYS: tuple[Relay, ...] = (
    Relay(
        domain="marketplace.amazon.*",
        operator="Amazon",
        source="Seller Central, Buyer-Seller Messages: one alias for each buyer and seller; "
        "business buyers may share one",
    ),
    Relay(
        domain="members.ebay.*",
        operator="eBay",
        source="Trading API guide, Member communications: static alias",
    ),
    Relay(
        domain="relay.walmart.com",
        operator="Walmart",
        source="Marketplace Orders API: customerEmailId",
    ),
    Relay(
        domain="allegromail.*",
        operator="Allegro",
        source="Allegro help, addresses in correspondence: another one for each order",
    ),
    Relay(
        domain="scs.tiktokw.us",
        operator="TikTok Shop",
        source="TikTok Shop orders: virtual address",
    ),
    Relay(
        domain="privaterelay.appleid.com",
        operator="Apple",
        source="Sign in with Apple, private email relay: one alias for each app developer",
    ),
)
"""Relays of large marketplaces; add your own with ``(*RELAYS, Relay(...))``."""


def relay_of(email: EmailAddress, *, relays: Iterable[Relay] = RELAYS) -> Relay | None:
    """
    Return which of *relays* handed *email* out, None for an address of somebody's own.

    >>> relay_of(EmailAddress.parse("wsv5fqfhhlm92wr@marketplace.amazon.co.uk")).operator
    'Amazon'
    """
    return next((relay for relay in relays if relay.covers(email)), None)
