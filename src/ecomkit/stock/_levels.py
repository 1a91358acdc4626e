"""The stock level: what lies at one location, and to whom it is promised."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import final

import attrs

from ecomkit._checks import (
    above_zero,
    as_tuple,
    as_utc,
    aware,
    each,
    is_a,
    not_negative,
    optional,
    refuse,
)
from ecomkit.identifiers import LocationId, LotId, Sku
from ecomkit.stock._accounts import Bucket, LevelKey, Owner
from ecomkit.stock._lot_units import OWNED, PLACES

__all__ = ["MAIN", "Allocation", "Hold", "LotUnits", "StockLevel", "Transit", "Uncovered"]

MAIN = LocationId("main")
"""The location of a merchant who has only one."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@final
@attrs.frozen(kw_only=True)
class Hold:
    """Units set aside for a cart until *expires_at*; at that very instant the hold has ended."""

    owner: Owner = attrs.field(validator=is_a(Owner))
    quantity: int = attrs.field(validator=above_zero)
    expires_at: datetime = attrs.field(converter=as_utc, validator=aware)
    rank: int = attrs.field(validator=not_negative)

    def has_expired(self, now: datetime) -> bool:
        """Whether the hold has ended at *now* (equality is expired)."""
        return self.expires_at <= now


@final
@attrs.frozen(kw_only=True)
class Allocation:
    """
    Units promised to a line of an order, until they are shipped or released.

    Units that were picked for it are kept the same way, in ``StockLevel.picks``.
    """

    owner: Owner = attrs.field(validator=is_a(Owner))
    quantity: int = attrs.field(validator=above_zero)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)
    rank: int = attrs.field(validator=not_negative)


@final
@attrs.frozen(kw_only=True)
class Uncovered:
    """
    Units that a channel has sold and that are not there: visible, counted, to be resolved.

    *rank* is the order of arrival at this level.
    """

    owner: Owner = attrs.field(validator=is_a(Owner))
    quantity: int = attrs.field(validator=above_zero)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)
    rank: int = attrs.field(validator=not_negative)


@final
@attrs.frozen(kw_only=True)
class Transit:
    """Units of one transfer that are on their way to this level since *sent_at*."""

    owner: Owner = attrs.field(validator=is_a(Owner))
    quantity: int = attrs.field(validator=above_zero)
    sent_at: datetime = attrs.field(converter=as_utc, validator=aware)
    rank: int = attrs.field(validator=not_negative)


@final
@attrs.frozen(kw_only=True)
class LotUnits:
    """
    Units at a level that carry the name of a *lot*, in one *place*.

    *place* is ``"shelf"`` (sellable, held or allocated), ``"picked"``, ``"quarantined"``,
    ``"damaged"`` or ``"in_transit"``. Units that are picked or on their way have an owner.
    """

    lot: LotId = attrs.field(validator=is_a(LotId))
    place: str = attrs.field(validator=is_a(str))
    quantity: int = attrs.field(validator=above_zero)
    since: datetime = attrs.field(converter=as_utc, validator=aware)
    rank: int = attrs.field(validator=not_negative)
    owner: Owner | None = attrs.field(default=None, validator=optional(is_a(Owner)))

    def __attrs_post_init__(self) -> None:
        places = dict.fromkeys(PLACES.values())
        if self.place not in places:
            raise refuse(self, "place", self.place, f"one of {', '.join(places)}")
        if (self.owner is not None) != (self.place in OWNED):
            raise refuse(self, "owner", self.owner, "an owner where picked or in transit only")


@final
@attrs.frozen(kw_only=True)
class StockLevel:
    """
    One sku at one location: units by bucket, and the promises made on them.

    Quantities are whole units of the sku's smallest measure, never below zero. A level is a
    fold over movements; its holds add up to ``held``, its allocations to ``allocated``, its picks
    to ``picked`` and its transits to ``in_transit``. Its lots name some of its units, or all, or
    none. ``counted_at`` is the last count: a level that was never counted is not
    published.

    Raises:
        FieldError: If a quantity is negative, if promises and buckets disagree, or if one owner
            has two promises of one kind.

    >>> level = StockLevel.counted(Sku("ELEPHANT-KNIT"), on_hand=10)
    >>> level.on_hand, level.available(level.counted_at)
    (10, 10)
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    sellable: int = attrs.field(default=0, validator=not_negative)
    held: int = attrs.field(default=0, validator=not_negative)
    allocated: int = attrs.field(default=0, validator=not_negative)
    picked: int = attrs.field(default=0, validator=not_negative)
    quarantined: int = attrs.field(default=0, validator=not_negative)
    damaged: int = attrs.field(default=0, validator=not_negative)
    in_transit: int = attrs.field(default=0, validator=not_negative)
    holds: tuple[Hold, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Hold))
    allocations: tuple[Allocation, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Allocation)
    )
    picks: tuple[Allocation, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Allocation)
    )
    uncovered: tuple[Uncovered, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Uncovered)
    )
    transits: tuple[Transit, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Transit)
    )
    lots: tuple[LotUnits, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(LotUnits)
    )
    counted_at: datetime | None = attrs.field(
        default=None, converter=as_utc, validator=optional(aware)
    )
    next_rank: int = attrs.field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        # The same fact stands in the buckets and in the promises; this is the one place that
        # refuses a level in which they differ, whoever built it.
        for total, parts in (
            ("held", self.holds),
            ("allocated", self.allocations),
            ("picked", self.picks),
            ("in_transit", self.transits),
        ):
            promises: tuple[Hold | Allocation | Transit, ...] = parts
            if sum(promise.quantity for promise in promises) != getattr(self, total):
                raise refuse(self, total, getattr(self, total), "the sum of its promises")
        for name in ("holds", "allocations", "picks", "uncovered", "transits"):
            promises = getattr(self, name)
            # A draft finds promises by their owner: a second one would be lost.
            if len({promise.owner.name for promise in promises}) != len(promises):
                raise refuse(self, name, len(promises), "one for each owner")
            if any(promise.rank >= self.next_rank for promise in promises):
                raise refuse(self, "next_rank", self.next_rank, f"above the ranks of {name}")

        self._check_lots()

    def _check_lots(self) -> None:
        seen: set[tuple[str, str, str]] = set()
        named: dict[str, int] = {}
        for part in self.lots:
            name = (part.place, part.lot, "" if part.owner is None else part.owner.name)
            if name in seen:
                raise refuse(self, "lots", part.lot, "one entry for each lot, place and owner")
            seen.add(name)
            if part.rank >= self.next_rank:
                raise refuse(self, "next_rank", self.next_rank, "above the ranks of lots")
            # Goods of an owner are so many as it has; all others as many as lie in the place.
            where = part.place if part.owner is None else f"{part.place} for {part.owner}"
            named[where] = named.get(where, 0) + part.quantity
            if named[where] > self._in_place(part):
                raise refuse(self, "lots", named[where], f"at most the units {where}")

    def _in_place(self, part: LotUnits) -> int:
        if part.place == "shelf":
            return self.sellable + self.held + self.allocated
        if part.owner is None:
            return self.units(Bucket(part.place))
        promises: tuple[Allocation | Transit, ...] = (
            self.picks if part.place == "picked" else self.transits
        )
        return sum(promise.quantity for promise in promises if promise.owner == part.owner)

    @classmethod
    def counted(
        cls, sku: Sku, *, on_hand: int, location: LocationId = MAIN, at: datetime = EPOCH
    ) -> StockLevel:
        """
        Return the level after an opening count of *on_hand* sellable units.

        >>> StockLevel.counted(Sku("ELEPHANT-KNIT"), on_hand=10).sellable
        10
        """
        return cls(sku=sku, location=location, sellable=on_hand, counted_at=at)

    @property
    def key(self) -> LevelKey:
        """The sku and the location."""
        return LevelKey(self.sku, self.location)

    @property
    def usable(self) -> int:
        """Units in a condition to be sold, promised or not."""
        return self.sellable + self.held + self.allocated + self.picked

    @property
    def on_hand(self) -> int:
        """Units that lie at the location: usable, quarantined and damaged, not in transit."""
        return self.usable + self.quarantined + self.damaged

    @property
    def uncovered_units(self) -> int:
        """Units sold that are not there."""
        return sum(debt.quantity for debt in self.uncovered)

    def available(self, now: datetime) -> int:
        """
        Return the units that anyone may still be promised at *now*; never negative.

        A hold that has expired counts as available at once. Units that uncovered orders wait
        for are not available.
        """
        expired = sum(hold.quantity for hold in self.holds if hold.has_expired(now))
        return max(0, self.sellable + expired - self.uncovered_units)

    def available_to(self, owner: Owner, *, now: datetime) -> int:
        """Return the units that *owner* may have at *now*: the available ones and its own hold."""
        own = sum(
            hold.quantity
            for hold in self.holds
            if hold.owner == owner and not hold.has_expired(now)
        )
        return self.available(now) + own

    def promised(self, now: datetime) -> int:
        """Return the units promised at *now*: allocations, picked units and live holds."""
        live = sum(hold.quantity for hold in self.holds if not hold.has_expired(now))
        return self.allocated + self.picked + live

    def units(self, bucket: Bucket) -> int:
        """
        Return the balance of an inside *bucket*, in units.

        >>> StockLevel.counted(Sku("ELEPHANT-KNIT"), on_hand=3).units(Bucket.SELLABLE)
        3
        """
        units: int = getattr(self, bucket.value)
        return units
