"""Filters of sourcing: whether a location may serve at all, or a sku of it."""
# ruff: noqa: ARG002 - a filter takes what every filter takes, and reads what it needs

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Protocol, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text, optional, refuse
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock.locations import Authority, StockedLocation
from ecomkit.stock.sourcing._need import SourcingNeed

__all__ = [
    "CanCarry",
    "Excluding",
    "IsOpen",
    "IsOurs",
    "Rejection",
    "ServesDestination",
    "SourcingFilter",
]


@final
@attrs.frozen(kw_only=True)
class Rejection:
    """Why a location cannot serve: anything at all, or one *sku*."""

    reason: str = attrs.field(validator=is_text)
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))

    def explain(self) -> str:
        """Say why, and for which sku."""
        return self.reason if self.sku is None else f"no {self.sku} from here: {self.reason}"


class SourcingFilter(Protocol):
    """A filter of sourcing: any callable of this shape. It answers with all it objects to."""

    def __call__(
        self, location: StockedLocation, /, *, need: SourcingNeed
    ) -> tuple[Rejection, ...]:
        """Return why *location* cannot serve *need*; nothing, if it can."""
        ...


@final
@attrs.frozen(kw_only=True)
class IsOpen:
    """Locations that are closed do not serve."""

    def __call__(
        self, location: StockedLocation, /, *, need: SourcingNeed
    ) -> tuple[Rejection, ...]:
        """Reject *location* if it is closed, and say why it is; *need* plays no part."""
        closed = location.location.closed
        return () if closed is None else (Rejection(reason=f"closed: {closed}"),)


@final
@attrs.frozen(kw_only=True)
class IsOurs:
    """Locations whose truth lies elsewhere do not serve: what is there is not ours to promise."""

    def __call__(
        self, location: StockedLocation, /, *, need: SourcingNeed
    ) -> tuple[Rejection, ...]:
        """Reject *location* if its stock is only observed; *need* plays no part."""
        if location.location.authority is Authority.OURS:
            return ()
        return (Rejection(reason="its stock is observed, not ours to promise"),)


@final
@attrs.frozen(kw_only=True)
class ServesDestination:
    """Locations serve the countries they name; where no destination is known, all pass."""

    def __call__(
        self, location: StockedLocation, /, *, need: SourcingNeed
    ) -> tuple[Rejection, ...]:
        """Reject *location* if it does not send to the country that *need* goes to."""
        serves = location.location.serves
        if serves is None or need.destination is None or need.destination.country in serves:
            return ()
        return (Rejection(reason=f"does not send to {need.destination.country}"),)


@final
@attrs.frozen(kw_only=True)
class Excluding:
    """The named locations do not serve, for a stated reason."""

    locations: tuple[LocationId, ...] = attrs.field(converter=as_tuple, validator=each(LocationId))
    reason: str = attrs.field(default="excluded", validator=is_text)

    def __call__(
        self, location: StockedLocation, /, *, need: SourcingNeed
    ) -> tuple[Rejection, ...]:
        """Reject *location* if it is one of those named; *need* plays no part."""
        return (Rejection(reason=self.reason),) if location.id in self.locations else ()


def called(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept what can be called."""
    if not callable(value):
        raise refuse(instance, attribute.name, value, "something that can be called")


@final
@attrs.frozen(kw_only=True)
class CanCarry:
    """
    A sku that needs something, such as cold storage, comes from locations that have it.

    Args:
        tags_for: Says which tags a location must have to send a sku.

    >>> cold = CanCarry(tags_for=lambda sku: {"cold"} if sku.startswith("ICE") else set())
    """

    tags_for: Callable[[Sku], AbstractSet[str]] = attrs.field(validator=called)

    def __call__(
        self, location: StockedLocation, /, *, need: SourcingNeed
    ) -> tuple[Rejection, ...]:
        """Reject the skus of *need* for which *location* lacks a tag, and name the tags."""
        tags = location.location.tags
        return tuple(
            Rejection(sku=sku, reason=f"lacks {', '.join(missing)}")
            for sku in sorted(need.wanted)
            if (missing := sorted(self.tags_for(sku) - tags))
        )
