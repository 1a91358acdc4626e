"""What one merchant has chosen: the settings that the operations share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import attrs

from ecomkit._checks import (
    Validator,
    above_zero,
    as_tuple,
    each,
    is_a,
    not_negative,
    optional,
    refuse,
)
from ecomkit.catalog import Kits, SkuPolicy, explode
from ecomkit.identifiers import ChannelId, LocationId, Sku
from ecomkit.orders import Fulfiller, Guards, OrderLine, PaidBeforeShipping
from ecomkit.stock import MAIN, Coverage, Publication

__all__ = ["Brake", "BrakeVerdict", "Settings"]

PAGE_SIZE = 100
"""Orders or listings a page: what most channels give at the most."""


@final
@attrs.frozen(kw_only=True)
class BrakeVerdict:
    """Whether a run was stopped: it would have put *zeroing* of *shown* listings to 0."""

    is_stopped: bool
    zeroing: int
    shown: int
    share: Fraction

    def explain(self) -> str:
        """Say what the run would have done, and what is allowed."""
        verb = "stopped: would put" if self.is_stopped else "puts"
        return (
            f"{verb} {self.zeroing} of {self.shown} shown listings to 0 "
            f"(allowed share {float(self.share):.0%})"
        )


@final
@attrs.frozen(kw_only=True)
class Brake:
    """
    Stops a run that would take too much off the market: a sign of a lost count, not of sales.

    Args:
        share: The largest share of shown listings that one run may put to 0.
        listings_min: So many may always go to 0: a shop with three listings sells out.

    >>> Brake()(zeroing=400, shown=1000).is_stopped
    True
    >>> Brake()(zeroing=2, shown=2).is_stopped
    False
    """

    share: Fraction = attrs.field(default=Fraction(1, 4), validator=is_a(Fraction))
    listings_min: int = attrs.field(default=20, validator=not_negative)

    def __call__(self, *, zeroing: int, shown: int) -> BrakeVerdict:
        """Judge a run that would put *zeroing* of *shown* listings to 0."""
        is_stopped = zeroing > self.listings_min and zeroing > self.share * shown
        return BrakeVerdict(is_stopped=is_stopped, zeroing=zeroing, shown=shown, share=self.share)


def _as_pairs(rules: Mapping[Any, Any] | Iterable[tuple[Any, Any]]) -> tuple[Any, ...]:
    return as_tuple(rules.items() if isinstance(rules, Mapping) else rules)


def _as_set(locations: Iterable[LocationId]) -> Any:
    return frozenset(locations) if isinstance(locations, Iterable) else locations


def _locations(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, frozenset) or not all(isinstance(one, LocationId) for one in value):
        raise refuse(instance, attribute.name, value, "a set of LocationId")


def _pairs_of(key: type[Any], kind: type[Any]) -> Validator:
    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        each(tuple)(instance, attribute, value)
        for pair in value:
            if [type(item) for item in pair] != [key, kind]:
                wanted = f"pairs of a {key.__name__} and a {kind.__name__}"
                raise refuse(instance, attribute.name, pair, wanted)

    return check


@final
@attrs.frozen(kw_only=True)
class Settings:
    """
    What one merchant has chosen.

    Args:
        location: Where the units lie that channels may sell.
        observed: Locations whose stock others count (a marketplace's warehouse, a 3PL): nothing
            is reserved or held there by us. What channels have sold there is recorded all the
            same.
        coverage: Who is covered first when units become free.
        publications: The publication rule of each channel; one that is not named shows all.
            Where several could show a unit that only one may, those named first come first.
        oversell_budget: How many units of a sku the numbers of all listings may add up to above
            what is available; None to let each show what its own rule allows.
        sku_policy: How a channel's text is read as a sku at adoption.
        kits: What is sold as one and taken from the shelves as several.
        fulfillers: Who ships which sku in our place, such as its supplier: lines of orders get
            it as they are placed, and their units are never in our ledger.
        guards: What has to hold before an order is shipped, cancelled or edited. By default no
            payment is waited for, since channels tell of payments late or not at all.
        brake: What stops a run that would take too much off the market.
        page_size: Orders or listings to ask for at a time.

    >>> Settings().publication(ChannelId("etsy"))(7).quantity
    7
    """

    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    observed: frozenset[LocationId] = attrs.field(
        default=frozenset(), converter=_as_set, validator=_locations
    )
    coverage: Coverage = attrs.field(default=Coverage.ARRIVAL, validator=is_a(Coverage))
    publications: tuple[tuple[ChannelId, Publication], ...] = attrs.field(
        default=(), converter=_as_pairs, validator=_pairs_of(ChannelId, Publication)
    )
    oversell_budget: int | None = attrs.field(default=None, validator=optional(not_negative))
    sku_policy: SkuPolicy = attrs.field(factory=SkuPolicy, validator=is_a(SkuPolicy))
    kits: Kits = attrs.field(factory=Kits, validator=is_a(Kits))
    fulfillers: tuple[tuple[Sku, Fulfiller], ...] = attrs.field(
        default=(), converter=_as_pairs, validator=_pairs_of(Sku, Fulfiller)
    )
    guards: Guards = attrs.field(
        default=Guards().without(PaidBeforeShipping), validator=is_a(Guards)
    )
    brake: Brake = attrs.field(factory=Brake, validator=is_a(Brake))
    page_size: int = attrs.field(default=PAGE_SIZE, validator=above_zero)

    def publication(self, channel: ChannelId) -> Publication:
        """Return the rule of *channel*."""
        return dict(self.publications).get(channel, Publication())

    def priority(self, channel: ChannelId) -> int:
        """Return the place of *channel* in the order of the rules; those without come last."""
        names = [name for name, _ in self.publications]
        return names.index(channel) if channel in names else len(names)

    def assigned(self, line: OrderLine) -> OrderLine:
        """Return *line* with who ships it, where that is set and not known otherwise."""
        if line.fulfilled_by is not None or line.sku not in self._fulfiller_of:
            return line
        return attrs.evolve(line, fulfilled_by=self._fulfiller_of[line.sku])

    @cached_property
    def _fulfiller_of(self) -> dict[Sku, Fulfiller]:
        return dict(self.fulfillers)

    def parts(self, sku: Sku) -> tuple[Sku, ...]:
        """Return what lies on the shelf for *sku*: the components of a kit, or itself."""
        if self.kits.get(sku) is None:
            return (sku,)
        return tuple(explode([(sku, 1)], kits=self.kits))
