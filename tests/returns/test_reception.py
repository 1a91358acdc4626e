"""What comes in a parcel, and the bucket that it goes into."""

from datetime import UTC, datetime

import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import LineId, Sku
from ecomkit.returns import Disposition, ReceivedLine, Reception
from ecomkit.stock import Bucket

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = LineId("A")


def received(
    units: int, disposition: Disposition = Disposition.RESTOCK, *, sku: Sku | None = None
) -> ReceivedLine:
    """Return an entry for units of the one line."""
    return ReceivedLine(line=A, quantity=units, disposition=disposition, sku=sku)


def test_each_disposition_ends_in_a_bucket() -> None:
    """Units are sold again, looked at, kept apart, or leave us."""
    assert {disposition: disposition.bucket for disposition in Disposition} == {
        Disposition.RESTOCK: Bucket.SELLABLE,
        Disposition.QUARANTINE: Bucket.QUARANTINED,
        Disposition.DAMAGED: Bucket.DAMAGED,
        Disposition.SCRAP: Bucket.SCRAP,
        Disposition.REFURBISH: Bucket.DAMAGED,
        Disposition.DONATE: Bucket.SCRAP,
        Disposition.RETURN_TO_VENDOR: Bucket.SUPPLIER,
        Disposition.SEND_BACK: Bucket.CUSTOMER,
    }


def test_an_empty_parcel_is_no_reception() -> None:
    """Something came, or there is nothing to record."""
    with pytest.raises(FieldError):
        Reception(lines=())
    with pytest.raises(FieldError):
        received(0)
