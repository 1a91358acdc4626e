"""Who a customer is on one channel: a guest, an account, or an alias that hides somebody."""

from __future__ import annotations

from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit._texts import not_blank, unshown
from ecomkit.customers._contact import Verification
from ecomkit.identifiers import ChannelId

__all__ = ["Identity", "IdentityKind"]


class IdentityKind(Enum):
    """As what a channel knows a customer."""

    GUEST = "guest"
    """Bought without signing in; the channel knows what was typed at the checkout."""
    ACCOUNT = "account"
    """Has an account, and signs in."""
    ALIAS = "alias"
    """A name that a marketplace hands out for one seller, such as a relay address."""


@final
@attrs.frozen(kw_only=True)
class Identity:
    """
    Who the customer is on one channel.

    >>> Identity(channel=ChannelId("etsy"), external_id="8675309").kind
    <IdentityKind.ACCOUNT: 'account'>
    """

    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    external_id: str = attrs.field(repr=False, validator=unshown(not_blank))
    """What the channel calls the customer: an id, or the email address where it uses these."""
    verification: Verification = attrs.field(
        default=Verification.UNVERIFIED, validator=is_a(Verification)
    )
    kind: IdentityKind = attrs.field(default=IdentityKind.ACCOUNT, validator=is_a(IdentityKind))

    @property
    def key(self) -> tuple[ChannelId, str]:
        """The channel and its name for the customer, who may be a guest and an account there."""
        return (self.channel, self.external_id)
