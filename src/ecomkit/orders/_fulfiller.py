"""Who ships a line, where that is not the merchant."""

from __future__ import annotations

from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit._texts import note

__all__ = ["Fulfiller", "FulfillerKind"]


class FulfillerKind(Enum):
    """What kind of party ships."""

    SUPPLIER = "supplier"
    """The supplier ships to the buyer for us: dropshipping."""

    CHANNEL = "channel"
    """The channel ships from a warehouse of its own."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class Fulfiller:
    """
    Who ships a line in the place of the merchant, so that its units are never in our ledger.

    Raises:
        FieldError: If a field has no legal value.
    """

    kind: FulfillerKind = attrs.field(validator=is_a(FulfillerKind))
    name: str = attrs.field(default="", validator=note)
