"""Observed levels: what somebody else says lies at a location where the ledger is not ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, final

import attrs

from ecomkit._checks import (
    as_tuple,
    as_utc,
    aware,
    each,
    is_a,
    not_negative,
    optional,
    refuse,
    whole,
)
from ecomkit.identifiers import ChannelId, LocationId, Sku
from ecomkit.stock._accounts import LevelKey
from ecomkit.stock.locations._location import Pooling
from ecomkit.timeline import utc

__all__ = ["FreshObservations", "Observations", "ObservedAvailability", "ObservedLevel"]


@final
@attrs.frozen(kw_only=True)
class ObservedLevel:
    """
    A dated snapshot of one sku at one observed location, as its source reports it.

    It is never reserved from, and never told back to its source: whoever keeps that ledger
    decides who gets the units, and orders say who fulfils them. Sources do report numbers below
    zero (units sold that they do not have), so a quantity may be negative.

    Args:
        sku: What lies there.
        location: Where; a location of ``Authority.OBSERVED``.
        observed_at: When the source says that this was so.
        fulfillable: Units that the source would send today.
        reserved: Units that the source keeps for its own orders or transfers.
        inbound: Units on their way to the source.
        unfulfillable: Units there that cannot be sold.
        version: The source's own count of its snapshots, 0 where it has none: it decides
            between two of one instant.
        source: The channel that reports, None if it is no channel (a 3PL, an ERP).

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> level = ObservedLevel(
    ...     sku=Sku("ELEPHANT-KNIT"), location=LocationId("fba-de"), observed_at=noon, fulfillable=7
    ... )
    >>> level.age(noon + timedelta(hours=2))
    datetime.timedelta(seconds=7200)
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    observed_at: datetime = attrs.field(converter=as_utc, validator=aware)
    fulfillable: int = attrs.field(validator=whole)
    reserved: int = attrs.field(default=0, validator=whole)
    inbound: int = attrs.field(default=0, validator=whole)
    unfulfillable: int = attrs.field(default=0, validator=whole)
    version: int = attrs.field(default=0, validator=not_negative)
    source: ChannelId | None = attrs.field(default=None, validator=optional(is_a(ChannelId)))

    @property
    def key(self) -> LevelKey:
        """The sku and the location."""
        return LevelKey(self.sku, self.location)

    @property
    def recency(self) -> tuple[Any, ...]:
        """
        What says which of two snapshots of one level is kept: the greater.

        The later instant, then the higher version. Two that still differ contradict each other;
        the one that promises less is kept, so that the order in which they came plays no part.
        """
        quantities = (self.fulfillable, self.inbound, self.reserved, self.unfulfillable)
        return (
            self.observed_at,
            self.version,
            tuple(-quantity for quantity in quantities),
            self.source or "",
        )

    def age(self, now: datetime) -> timedelta:
        """Return the time since the snapshot; none if the source's clock is ahead of ours."""
        return max(timedelta(0), utc(now) - self.observed_at)

    def is_stale(self, now: datetime, *, max_age: timedelta) -> bool:
        """Whether the snapshot is older than *max_age*; at that very age it is still fresh."""
        return self.age(now) > max_age

    def explain(self) -> str:
        """Say what was seen where and when."""
        return (
            f"{self.sku} at {self.location}: {self.fulfillable} fulfillable, "
            f"{self.reserved} reserved, {self.inbound} inbound, "
            f"{self.unfulfillable} unfulfillable, seen {self.observed_at.isoformat()}"
        )


@final
@attrs.frozen(kw_only=True)
class Observations:
    """
    The newest snapshot of each sku at each observed location.

    Taking in is an upsert: an older snapshot never overwrites a newer one, and the same one may
    come any number of times. Whatever the order of arrival, the result is the same.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> fba, elephant = LocationId("fba-de"), Sku("ELEPHANT-KNIT")
    >>> new = ObservedLevel(sku=elephant, location=fba, observed_at=noon, fulfillable=7)
    >>> old = attrs.evolve(new, observed_at=noon - timedelta(hours=1), fulfillable=9)
    >>> Observations().observe(new, old, new).level(elephant, location=fba).fulfillable
    7

    Raises:
        FieldError: If two levels have the same sku and location.
    """

    levels: tuple[ObservedLevel, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ObservedLevel)
    )

    def __attrs_post_init__(self) -> None:
        if len(self._by_key) != len(self.levels):
            raise refuse(self, "levels", len(self.levels), "one level for each sku and location")

    @cached_property
    def _by_key(self) -> dict[LevelKey, ObservedLevel]:
        return {level.key: level for level in self.levels}

    def level(self, sku: Sku, *, location: LocationId) -> ObservedLevel | None:
        """Return the newest snapshot, None if nothing was ever seen there."""
        return self._by_key.get(LevelKey(sku, location))

    def observe(self, *snapshots: ObservedLevel) -> Observations:
        """Return the observations with *snapshots* taken in, sorted by sku and location."""
        newest = dict(self._by_key)
        for snapshot in snapshots:
            known = newest.get(snapshot.key)
            if known is None or snapshot.recency > known.recency:
                newest[snapshot.key] = snapshot
        return Observations(levels=(newest[key] for key in sorted(newest)))


@final
@attrs.frozen(kw_only=True)
class ObservedAvailability:
    """
    What observed locations have of one sku for one channel, and what was left out.

    Attributes:
        units: Units that may be shown, never below 0.
        counted: The snapshots that count.
        stale: Those that are too old to go by.
        own: Those that the channel itself reports: it knows them, and is not told again.
    """

    units: int = attrs.field(validator=not_negative)
    counted: tuple[ObservedLevel, ...] = attrs.field(
        converter=as_tuple, validator=each(ObservedLevel)
    )
    stale: tuple[ObservedLevel, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ObservedLevel)
    )
    own: tuple[ObservedLevel, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ObservedLevel)
    )

    def explain(self) -> str:
        """Say how many units, and what each location says."""
        told = [f"{level.location} has {level.fulfillable}" for level in self.counted]
        told += [f"{level.location} is stale" for level in self.stale]
        told += [f"{level.location} is the channel's own" for level in self.own]
        return f"{self.units} observed ({'; '.join(told) or 'nothing was seen'})"


@final
@attrs.frozen(kw_only=True)
class FreshObservations:
    """
    The rule by which observed units count for a channel: fresh ones, from somebody else.

    Args:
        max_age: How old a snapshot may be; an older one counts as nothing and is named.
        pooling: What a location below zero does to the others.

    Raises:
        FieldError: If *max_age* is no timedelta above 0.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> seen = [
    ...     ObservedLevel(sku=Sku("A"), location=LocationId(name), observed_at=noon, fulfillable=n)
    ...     for name, n in (("fba-de", -4), ("fba-fr", 3))
    ... ]
    >>> rule = FreshObservations(max_age=timedelta(hours=1))
    >>> print(rule(seen, sku=Sku("A"), channel=ChannelId("shop"), now=noon).explain())
    3 observed (fba-de has -4; fba-fr has 3)
    """

    max_age: timedelta = attrs.field(validator=is_a(timedelta))
    pooling: Pooling = attrs.field(default=Pooling.SEPARATE, validator=is_a(Pooling))

    def __attrs_post_init__(self) -> None:
        if self.max_age <= timedelta(0):
            raise refuse(self, "max_age", self.max_age, "above 0")

    def __call__(
        self,
        levels: Iterable[ObservedLevel],
        *,
        sku: Sku,
        channel: ChannelId,
        now: datetime,
    ) -> ObservedAvailability:
        """Return what *channel* may show of *sku* out of *levels*, one for each location."""
        counted, stale, own = [], [], []
        for level in levels:
            if level.sku != sku:
                continue
            if level.source == channel:
                own.append(level)
            elif level.is_stale(now, max_age=self.max_age):
                stale.append(level)
            else:
                counted.append(level)
        return ObservedAvailability(
            units=self.pooling.available(level.fulfillable for level in counted),
            counted=counted,
            stale=stale,
            own=own,
        )
