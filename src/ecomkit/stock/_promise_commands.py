"""Commands for promises: units that are held, reserved, recorded, released, picked and shipped."""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import (
    as_tuple,
    as_utc,
    aware,
    each,
    is_a,
    optional,
    refuse,
    units,
    units_or_zero,
)
from ecomkit.identifiers import CommandKey, LocationId, Sku
from ecomkit.stock._accounts import LevelKey, Owner
from ecomkit.stock._levels import MAIN
from ecomkit.stock._wants import Want, goods, promises

__all__ = [
    "Pick",
    "PutOnHold",
    "Reassign",
    "Record",
    "Release",
    "ReleaseHolds",
    "Reserve",
    "Ship",
    "Unpick",
    "Unship",
]


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
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=promises)
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

    *backorders* is the most units that may be uncovered at one level when this is done: so many
    are promised though they are not there, and wait as recorded sales do. 0, the default, sells
    only what is there.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=promises)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)
    cart: Owner | None = attrs.field(default=None, validator=optional(is_a(Owner)))
    backorders: int = attrs.field(default=0, validator=units_or_zero)


@final
@attrs.frozen(kw_only=True)
class Record:
    """
    Record what a channel has already sold: never refused.

    Covers what is there and leaves the rest uncovered. *placed_at* is when the shopper bought.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=promises)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)


@final
@attrs.frozen(kw_only=True)
class Release:
    """
    Units are wanted no more: uncovered ones go first, then allocations. All, or none.

    What is freed covers other owners, never the one that released it.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=promises)


@final
@attrs.frozen(kw_only=True)
class Ship:
    """
    Units left for the customer: picked ones first, then allocated ones. All, or none.

    Nobody ships what was promised to another. Picked units go with the lots that they were picked
    of; a want that names a lot takes allocated units of that lot from the shelf, unpicked.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=goods)


@final
@attrs.frozen(kw_only=True)
class Pick:
    """
    Allocated units were taken from the shelf, to be packed. All, or none.

    This is where lots are chosen: see the removal policies. A want without a lot takes units that
    carry none.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=goods)


@final
@attrs.frozen(kw_only=True)
class Unpick:
    """Picked units went back to the shelf; they stay allocated to their owner. All, or none."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=goods)


@final
@attrs.frozen(kw_only=True)
class Unship:
    """
    A fulfilment is cancelled before it left: its units are there again, allocated as before.

    The ledger keeps both entries. The caller knows what was shipped: an order refuses to take
    back more than it shipped, the ledger holds no customers' stock.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    wants: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=goods)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)


@final
@attrs.frozen(kw_only=True)
class Reassign:
    """
    *quantity* units that *owner* has at *location* go to another owner, location, or both.

    To another location: what waits goes first, since it may be covered there; then what is
    allocated, which covers others where it lay. There the units are recorded: covered as far as
    they are there, uncovered as far as not. To another owner at the same location, as when an
    order is split: what is covered goes first, and covered and uncovered units stay as many.
    The units keep the place in the queue that they had. Picked units stay.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    owner: Owner = attrs.field(validator=is_a(Owner))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    to_owner: Owner = attrs.field(validator=is_a(Owner))
    to_location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))

    def __attrs_post_init__(self) -> None:
        if (self.to_owner, self.to_location) == (self.owner, self.location):
            raise refuse(self, "to_owner", self.to_owner, "another owner or another location")

    @property
    def source_key(self) -> LevelKey:
        """The level that the promise leaves."""
        return LevelKey(self.sku, self.location)

    @property
    def target_key(self) -> LevelKey:
        """The level that it goes to."""
        return LevelKey(self.sku, self.to_location)
