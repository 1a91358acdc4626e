"""Commands for goods: what is counted, comes in, comes back, breaks, or changes its place."""

from __future__ import annotations

from typing import Any, final

import attrs

from ecomkit._checks import (
    UNITS_MAX,
    as_tuple,
    is_a,
    is_text,
    optional,
    refuse,
    units,
    units_or_zero,
    whole,
)
from ecomkit.identifiers import CommandKey, LocationId, LotId, Sku, TransferId
from ecomkit.stock._accounts import Bucket, LevelKey, Owner
from ecomkit.stock._levels import MAIN
from ecomkit.stock._wants import Want, goods

__all__ = [
    "Adjust",
    "Arrive",
    "Count",
    "Damage",
    "Dispatch",
    "LoseTransfer",
    "Receive",
    "Relocate",
    "TakeBack",
    "Transfer",
]


def _not_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number above or below 0."""
    whole(instance, attribute, value)
    if not 0 < abs(value) <= UNITS_MAX:
        raise refuse(instance, attribute.name, value, f"above or below 0, at most {UNITS_MAX}")


@final
@attrs.frozen(kw_only=True)
class Count:
    """
    The shelf was counted: *counted* usable units lie there.

    Usable units are those in sellable condition, promised or not; quarantined and damaged ones
    are not part of the count. The first count of a level is its opening count; a difference
    found later is shrinkage. Where fewer are found than were promised, the latest promises
    become uncovered: holds end first, then the latest allocations.

    *expected* is the usable units that the books showed when the counting began: what moved
    since then is not part of the count, so the difference between the two is booked on what
    lies there now. None where nothing moved meanwhile.

    Where *lot* is named, only its units on the shelf were counted; else only units without a lot
    may be found missing.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.stock import Stock
    >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    >>> stock = Stock.counted({Sku("A"): 10})
    >>> sale = Adjust(key=CommandKey("s"), sku=Sku("A"), difference=-2, reason="sold")
    >>> count = Count(key=CommandKey("c"), sku=Sku("A"), counted=9, expected=10)
    >>> stock, _ = stock.decide(sale, count, now=noon)
    >>> stock.level(Sku("A")).sellable
    7
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    counted: int = attrs.field(validator=units_or_zero)
    expected: int | None = attrs.field(default=None, validator=optional(units_or_zero))
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))


@final
@attrs.frozen(kw_only=True)
class Adjust:
    """
    *difference* usable units were found (above 0) or are missing (below 0), for a *reason*.

    Takes at most what lies there; missing units break promises as a count does.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    difference: int = attrs.field(validator=_not_zero)
    reason: str = attrs.field(validator=is_text)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))


@final
@attrs.frozen(kw_only=True)
class Receive:
    """*quantity* units, of one *lot* or none, came in from a supplier; they cover who waits first."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))


RETURN_BUCKETS = (Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED, Bucket.SCRAP)


@final
@attrs.frozen(kw_only=True)
class TakeBack:
    """Units came back from a customer, into *bucket*. Sellable ones cover what was uncovered."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=goods)
    bucket: Bucket = attrs.field(validator=is_a(Bucket))

    def __attrs_post_init__(self) -> None:
        if self.bucket not in RETURN_BUCKETS:
            raise refuse(self, "bucket", self.bucket, "sellable, quarantined, damaged or scrap")


RELOCATION_TARGETS = (*RETURN_BUCKETS, Bucket.SUPPLIER, Bucket.CUSTOMER)


@final
@attrs.frozen(kw_only=True)
class Relocate:
    """
    Unpromised units change their bucket at one location, such as out of quarantine or to scrap.

    Only sellable, quarantined and damaged units move, since all others are promised; they may
    also go to scrap, back to their supplier, or to the customer whose return was not accepted.
    This is how an inspection ends. Where promised units broke, see
    :class:`Damage`.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    source: Bucket
    target: Bucket
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    reason: str = attrs.field(default="", validator=is_text)
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))

    def __attrs_post_init__(self) -> None:
        if self.source not in RETURN_BUCKETS[:3]:
            raise refuse(self, "source", self.source, "sellable, quarantined or damaged")
        if self.target not in RELOCATION_TARGETS or self.target == self.source:
            raise refuse(
                self, "target", self.target, "another bucket, scrap, the supplier or the customer"
            )


@final
@attrs.frozen(kw_only=True)
class Damage:
    """
    Usable units turned out to be broken, spoilt or gone: a fact, whoever they were promised to.

    They go to *bucket*: damaged, quarantined or scrap. Free units go first; then promises break
    as they do at a count that finds too few.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    reason: str = attrs.field(validator=is_text)
    bucket: Bucket = attrs.field(default=Bucket.DAMAGED, validator=is_a(Bucket))
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))

    def __attrs_post_init__(self) -> None:
        if self.bucket not in RETURN_BUCKETS[1:]:
            raise refuse(self, "bucket", self.bucket, "damaged, quarantined or scrap")


@final
@attrs.frozen(kw_only=True)
class Transfer:
    """
    Which units go where: *quantity* of a sku, from one location to another.

    >>> str(Transfer(
    ...     id=TransferId("t-1"), sku=Sku("A"), source=LocationId("a"), target=LocationId("b"),
    ... ).owner)
    'transfer:t-1'
    """

    id: TransferId = attrs.field(validator=is_a(TransferId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    source: LocationId = attrs.field(validator=is_a(LocationId))
    target: LocationId = attrs.field(validator=is_a(LocationId))

    def __attrs_post_init__(self) -> None:
        if self.target == self.source:
            raise refuse(self, "target", self.target, "another location than the source")

    @property
    def owner(self) -> Owner:
        """Who the units belong to on their way."""
        return Owner.transfer(self.id)

    @property
    def source_key(self) -> LevelKey:
        """The level that the units leave."""
        return LevelKey(self.sku, self.source)

    @property
    def target_key(self) -> LevelKey:
        """The level that they go to, and at which they are in transit."""
        return LevelKey(self.sku, self.target)


@final
@attrs.frozen(kw_only=True)
class Dispatch:
    """
    The first step of a transfer: free units leave the source and are in transit to the target.

    In transit they are promised to nobody and count once, at the location they go to. Refused
    where fewer are free: a transfer takes nothing that was promised.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    transfer: Transfer = attrs.field(validator=is_a(Transfer))
    quantity: int = attrs.field(validator=units)
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))


@final
@attrs.frozen(kw_only=True)
class Arrive:
    """
    The second step of a transfer: units arrived, all that were dispatched or a part of them.

    They cover who waits at the target. No more arrive than are on their way. They keep their lots:
    without a *lot* named, those of the transfer come in the order in which they were sent.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    transfer: Transfer = attrs.field(validator=is_a(Transfer))
    quantity: int = attrs.field(validator=units)
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))


@final
@attrs.frozen(kw_only=True)
class LoseTransfer:
    """Units of a transfer will not arrive: they are written off. No more than are on their way."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    transfer: Transfer = attrs.field(validator=is_a(Transfer))
    quantity: int = attrs.field(validator=units)
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))
    reason: str = attrs.field(validator=is_text)
