"""The reception of a return: what came back, and where it goes."""

from __future__ import annotations

from enum import Enum
from typing import assert_never, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, optional, refuse
from ecomkit.identifiers import LineId, Sku
from ecomkit.stock import Bucket

__all__ = ["Disposition", "ReceivedLine", "Reception"]


class Disposition(Enum):
    """What becomes of a unit that came back."""

    RESTOCK = "restock"
    """It can be sold again."""

    QUARANTINE = "quarantine"
    """It waits for somebody to look at it."""

    DAMAGED = "damaged"
    """It is kept, and not sold as it is."""

    SCRAP = "scrap"
    """It is thrown away."""

    REFURBISH = "refurbish"
    """It is mended before it can be sold again."""

    DONATE = "donate"
    """It is given away."""

    RETURN_TO_VENDOR = "return_to_vendor"
    """It goes back to whom it was bought from."""

    SEND_BACK = "send_back"
    """It was refused, and goes back to the buyer."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__

    @property
    def bucket(self) -> Bucket:
        """The bucket of the stock that it goes into."""
        match self:
            case Disposition.RESTOCK:
                return Bucket.SELLABLE
            case Disposition.QUARANTINE:
                return Bucket.QUARANTINED
            case Disposition.DAMAGED | Disposition.REFURBISH:
                return Bucket.DAMAGED
            case Disposition.SCRAP | Disposition.DONATE:
                return Bucket.SCRAP
            case Disposition.RETURN_TO_VENDOR:
                return Bucket.SUPPLIER
            case Disposition.SEND_BACK:
                return Bucket.CUSTOMER
            case _:
                assert_never(self)


@final
@attrs.frozen(kw_only=True)
class ReceivedLine:
    """
    *quantity* units that came back for one line of the order.

    *sku* is what came, if that is not what was sent.

    Raises:
        FieldError: If the quantity is below 1.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)
    disposition: Disposition = attrs.field(validator=is_a(Disposition))
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))


@final
@attrs.frozen(kw_only=True)
class Reception:
    """
    What was in the parcel.

    All that came goes into a bucket of the stock. What is what was sent counts as returned;
    another sku than was sent goes into quarantine, and counts as nothing until somebody has
    decided.

    Raises:
        FieldError: If nothing came.
    """

    lines: tuple[ReceivedLine, ...] = attrs.field(converter=as_tuple, validator=each(ReceivedLine))

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "one entry or more")
