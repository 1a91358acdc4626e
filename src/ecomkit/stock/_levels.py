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
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock._accounts import Bucket, LevelKey, Owner

__all__ = ["MAIN", "Allocation", "Hold", "StockLevel", "Uncovered"]

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
    """Units promised to a line of an order, until they are shipped or released."""

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
class StockLevel:
    """
    One sku at one location: units by bucket, and the promises made on them.

    Quantities are whole units of the sku's smallest measure, never below zero. A level is a
    fold over movements; its holds add up to ``held`` and its allocations to ``allocated`` and
    ``picked``. ``counted_at`` is the last count: a level that was never counted is not
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
    uncovered: tuple[Uncovered, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Uncovered)
    )
    counted_at: datetime | None = attrs.field(
        default=None, converter=as_utc, validator=optional(aware)
    )
    next_rank: int = attrs.field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        # The same fact stands in the buckets and in the promises; this is the one place that
        # refuses a level in which they differ, whoever built it.
        if sum(hold.quantity for hold in self.holds) != self.held:
            raise refuse(self, "held", self.held, "the sum of the holds")
        if sum(a.quantity for a in self.allocations) != self.allocated + self.picked:
            raise refuse(self, "allocated", self.allocated, "with picked, the sum of allocations")
        for name, promises in (
            ("holds", self.holds),
            ("allocations", self.allocations),
            ("uncovered", self.uncovered),
        ):
            # A draft finds promises by their owner: a second one would be lost.
            if len({promise.owner.name for promise in promises}) != len(promises):
                raise refuse(self, name, len(promises), "one for each owner")
            if any(promise.rank >= self.next_rank for promise in promises):
                raise refuse(self, "next_rank", self.next_rank, f"above the ranks of {name}")

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
