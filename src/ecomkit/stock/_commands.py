"""Stock commands: what may be asked of the ledger. Each carries the key that makes it count once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, TypeAlias, final

import attrs

from ecomkit._checks import (
    UNITS_MAX,
    as_tuple,
    as_utc,
    aware,
    each,
    is_a,
    optional,
    refuse,
    units,
    units_or_zero,
    whole,
)
from ecomkit.identifiers import CommandKey, LocationId, Sku
from ecomkit.stock._accounts import Bucket, LevelKey, Owner
from ecomkit.stock._levels import EPOCH, MAIN

__all__ = [
    "Adjust",
    "Count",
    "PutOnHold",
    "Receive",
    "Record",
    "Release",
    "ReleaseHolds",
    "Relocate",
    "Reserve",
    "Ship",
    "StockCommand",
    "TakeBack",
    "Want",
    "fingerprint",
    "levels_touched",
]


@final
@attrs.frozen(kw_only=True)
class Want:
    """
    *quantity* units of a sku at a location, wanted by one owner.

    >>> Want(owner=Owner("cart:1"), sku=Sku("A"), quantity=0)
    Traceback (most recent call last):
        ...
    ecomkit.errors.FieldError: Want.quantity must be a whole number above 0, got 0
    """

    owner: Owner = attrs.field(validator=is_a(Owner))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))

    @property
    def key(self) -> LevelKey:
        """The level that is asked."""
        return LevelKey(self.sku, self.location)


def _not_empty(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    each(Want)(instance, attribute, value)
    if not value:
        raise refuse(instance, attribute.name, value, "at least one Want")


def not_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
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
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    counted: int = attrs.field(validator=units_or_zero)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))


@final
@attrs.frozen(kw_only=True)
class Adjust:
    """
    *difference* usable units were found (above 0) or are missing (below 0), for a *reason*.

    Takes at most what lies there; missing units break promises as a count does.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    difference: int = attrs.field(validator=not_zero)
    reason: str = attrs.field(validator=is_a(str))
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))


@final
@attrs.frozen(kw_only=True)
class Receive:
    """*quantity* units came in from a supplier; they cover what was uncovered first."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))


@final
@attrs.frozen(kw_only=True)
class PutOnHold:
    """
    Set units aside for carts until *expires_at*: all of the wants, or none.

    An owner that holds units at a level already gets the new quantity and the new expiry in
    their place. A hold that has expired counts for nothing: when somebody else took its units
    since, extending it is refused like any other want.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=_not_empty)
    expires_at: datetime = attrs.field(converter=as_utc, validator=aware)


@final
@attrs.frozen(kw_only=True)
class ReleaseHolds:
    """Give back all that *owner* holds at the named levels; an expired hold gives back nothing."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    owner: Owner = attrs.field(validator=is_a(Owner))
    levels: tuple[LevelKey, ...] = attrs.field(converter=as_tuple, validator=each(LevelKey))


@final
@attrs.frozen(kw_only=True)
class Reserve:
    """
    Promise units to lines of an order of our own shop: all of the wants, or none.

    *cart*, where given, is the cart the order grew from: its holds at the levels of the wants
    are used first and end. What it holds elsewhere ends by ``ReleaseHolds`` or in time.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=_not_empty)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)
    cart: Owner | None = attrs.field(default=None, validator=optional(is_a(Owner)))


@final
@attrs.frozen(kw_only=True)
class Record:
    """
    Record what a channel has already sold: never refused.

    Covers what is there and leaves the rest uncovered. *placed_at* is when the shopper bought.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=_not_empty)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)


@final
@attrs.frozen(kw_only=True)
class Release:
    """
    Units are wanted no more: uncovered ones go first, then allocations. All, or none.

    What is freed covers other owners, never the one that released it.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=_not_empty)


@final
@attrs.frozen(kw_only=True)
class Ship:
    """Units left for the customer: taken from what is allocated to their owner. All, or none."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=_not_empty)


RETURN_BUCKETS = (Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED, Bucket.SCRAP)


@final
@attrs.frozen(kw_only=True)
class TakeBack:
    """Units came back from a customer, into *bucket*. Sellable ones cover what was uncovered."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=_not_empty)
    bucket: Bucket = attrs.field(validator=is_a(Bucket))

    def __attrs_post_init__(self) -> None:
        if self.bucket not in RETURN_BUCKETS:
            raise refuse(self, "bucket", self.bucket, "sellable, quarantined, damaged or scrap")


@final
@attrs.frozen(kw_only=True)
class Relocate:
    """
    Unpromised units change their bucket at one location, such as out of quarantine or to scrap.

    Only sellable, quarantined and damaged units move, since all others are promised; they may
    also go to scrap.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    source: Bucket
    target: Bucket
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))

    def __attrs_post_init__(self) -> None:
        if self.source not in RETURN_BUCKETS[:3]:
            raise refuse(self, "source", self.source, "sellable, quarantined or damaged")
        if self.target not in RETURN_BUCKETS or self.target == self.source:
            raise refuse(self, "target", self.target, "another bucket, or scrap")


StockCommand: TypeAlias = (
    Count
    | Adjust
    | Receive
    | PutOnHold
    | ReleaseHolds
    | Reserve
    | Record
    | Release
    | Ship
    | TakeBack
    | Relocate
)


def levels_touched(command: StockCommand) -> tuple[LevelKey, ...]:
    """
    Return the levels that *command* reads or writes, sorted and without repetition.

    A store locks them in this order, so that two commands cannot wait for each other.

    >>> levels_touched(Receive(key=CommandKey("r1"), sku=Sku("A"), quantity=1))
    (LevelKey(sku=Sku('A'), location=LocationId('main')),)
    """
    if isinstance(command, (Count, Adjust, Receive, Relocate)):
        return (LevelKey(command.sku, command.location),)
    if isinstance(command, ReleaseHolds):
        return tuple(sorted(set(command.levels)))
    return tuple(sorted({want.key for want in command.wants}))


def fingerprint(command: StockCommand) -> str:
    """
    Return what *command* asks for as a short digest: same content, same text.

    Equal commands have one digest, on whatever clock their instants were written.

    >>> a = Receive(key=CommandKey("r1"), sku=Sku("A"), quantity=1)
    >>> fingerprint(a) == fingerprint(Receive(key=CommandKey("r1"), sku=Sku("A"), quantity=2))
    False
    """
    content = attrs.asdict(command, value_serializer=_plain)
    return hashlib.sha256(f"{type(command).__name__}{content}".encode()).hexdigest()[:32]


def _plain(_instance: object, _attribute: object, value: object) -> object:
    # One instant has many spellings, one for each offset; its distance from another has one.
    return value - EPOCH if isinstance(value, datetime) else value
