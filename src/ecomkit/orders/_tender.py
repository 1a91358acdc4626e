"""Tenders: what a buyer pays with, and where a refund can go back to."""

from __future__ import annotations

from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit._texts import note

__all__ = ["Tender", "TenderKind"]


class TenderKind(Enum):
    """What a buyer pays with."""

    CHANNEL = "channel"
    """The channel collected it, and pays it out to the merchant."""

    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    CASH = "cash"
    WALLET = "wallet"
    INVOICE = "invoice"
    """On account: paid later, on terms."""

    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    OTHER = "other"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class Tender:
    """
    One thing that was paid with; *name* tells two of a kind apart.

    The name is what the payment provider calls it, such as a token; never the number of a card.

    >>> Tender(kind=TenderKind.GIFT_CARD, name="gc-1").explain()
    'gift card gc-1'

    Raises:
        FieldError: If a field has no legal value.
    """

    kind: TenderKind = attrs.field(default=TenderKind.CHANNEL, validator=is_a(TenderKind))
    name: str = attrs.field(default="", validator=note)

    def explain(self) -> str:
        """Say what it is, in words."""
        kind = self.kind.value.replace("_", " ")
        return f"{kind} {self.name}" if self.name else kind
