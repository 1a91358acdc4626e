"""Holdings: everything that somebody holds of a person, each thing with its kind and its end."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit._texts import not_blank, unshown
from ecomkit.timeline import utc

__all__ = ["Holding", "HoldingKind"]


class HoldingKind(Enum):
    """What is held."""

    CUSTOMER = "customer"
    ORDER = "order"
    RETURN = "return"
    INVOICE = "invoice"
    """Invoices and credit notes, which have to name the buyer."""
    CLAIM = "claim"
    """What a channel says of an order."""
    PAYLOAD = "payload"
    """What a channel sent, word for word."""
    QUARANTINE = "quarantine"
    LOG = "log"
    MERGE_UNDO = "merge undo"
    """The customers that a merge made one of, as they were."""
    CONSENT_PROOF = "consent proof"
    """A signed form, a confirmation mail."""
    MESSAGE = "message"
    """Correspondence with the person."""
    CART = "cart"


@final
@attrs.frozen(kw_only=True)
class Holding:
    """
    One thing that is held of a person.

    >>> from datetime import UTC
    >>> Holding(
    ...     kind=HoldingKind.PAYLOAD,
    ...     reference="etsy/1001",
    ...     ended_at=datetime(2026, 3, 1, tzinfo=UTC),
    ... ).kind
    <HoldingKind.PAYLOAD: 'payload'>
    """

    kind: HoldingKind = attrs.field(validator=is_a(HoldingKind))
    reference: str = attrs.field(repr=False, validator=unshown(not_blank))
    """Under which name it is found; it may say who the person is, and is not shown."""
    ended_at: datetime | None = attrs.field(converter=attrs.converters.optional(utc))
    """
    When it had done its work, from which retention counts: the order was delivered, the payload
    was read. None while it is needed for the person's own sake: a parcel is on its way.
    """
