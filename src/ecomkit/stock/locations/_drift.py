"""Drift: what changed at an observed location that nothing we know of explains."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, as_utc, aware, each, is_a, is_text, refuse, whole
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock._accounts import LevelKey
from ecomkit.stock.locations._observed import ObservedLevel

__all__ = ["KnownChange", "ObservedDrift", "observed_drift"]


@final
@attrs.frozen(kw_only=True)
class KnownChange:
    """
    Something that we know changed the fulfillable units of an observed location.

    An order that was fulfilled there takes units out (*units* below 0), a delivery that was
    booked in brings some. The same change may be told many times: *reference* names what it
    comes from, so that two alike are not taken for one.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    units: int = attrs.field(validator=whole)
    at: datetime = attrs.field(converter=as_utc, validator=aware)
    reference: str = attrs.field(validator=is_text)

    def __attrs_post_init__(self) -> None:
        if self.units == 0:
            raise refuse(self, "units", self.units, "a whole number other than 0")

    def explain(self) -> str:
        """Say what changed the units, and by how many."""
        return f"{self.units:+} {self.reference}"


def _same_level(
    instance: ObservedDrift, attribute: attrs.Attribute[Any], value: ObservedLevel
) -> None:
    if value.key != instance.before.key or value.recency < instance.before.recency:
        wanted = f"a later snapshot of {instance.before.sku} at {instance.before.location}"
        raise refuse(instance, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class ObservedDrift:
    """
    Two snapshots of one level, and the known changes between them.

    Raises:
        FieldError: If the snapshots are of two levels, or the second is the older one.
    """

    before: ObservedLevel = attrs.field(validator=is_a(ObservedLevel))
    after: ObservedLevel = attrs.field(validator=[is_a(ObservedLevel), _same_level])
    changes: tuple[KnownChange, ...] = attrs.field(converter=as_tuple, validator=each(KnownChange))

    @property
    def expected(self) -> int:
        """Fulfillable units that the second snapshot would show if nothing else happened."""
        return self.before.fulfillable + sum(change.units for change in self.changes)

    @property
    def unexplained(self) -> int:
        """Units more (fewer, if negative) than expected: to be looked at by a person."""
        return self.after.fulfillable - self.expected

    def explain(self) -> str:
        """Say what was there, what changed it, and what is left to explain."""
        told = ", ".join(change.explain() for change in self.changes) or "no known change"
        left = f"{self.unexplained:+} unexplained" if self.unexplained else "nothing unexplained"
        return (
            f"{self.before.sku} at {self.before.location}: {self.before.fulfillable} -> "
            f"{self.after.fulfillable} ({told}; {left})"
        )


def observed_drift(
    before: ObservedLevel, *, after: ObservedLevel, changes: Iterable[KnownChange]
) -> ObservedDrift:
    """
    Return the drift from one snapshot to a later one.

    Changes of this level count if they happened after the first snapshot and not after the
    second; those told twice count once, and all others are passed over.

    Raises:
        FieldError: If the snapshots are of two levels, or the second is the older one.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> fba, elephant = LocationId("fba-de"), Sku("ELEPHANT-KNIT")
    >>> before = ObservedLevel(sku=elephant, location=fba, observed_at=noon, fulfillable=10)
    >>> after = attrs.evolve(before, observed_at=noon.replace(hour=18), fulfillable=6)
    >>> sold = KnownChange(
    ...     sku=elephant, location=fba, units=-3, at=noon.replace(hour=15), reference="amazon/1"
    ... )
    >>> print(observed_drift(before, after=after, changes=[sold]).explain())
    ELEPHANT-KNIT at fba-de: 10 -> 6 (-3 amazon/1; -1 unexplained)
    """
    between = {
        change
        for change in changes
        if LevelKey(change.sku, change.location) == before.key
        and before.observed_at < change.at <= after.observed_at
    }
    ordered = sorted(between, key=lambda change: (change.at, change.reference, change.units))
    return ObservedDrift(before=before, after=after, changes=ordered)
