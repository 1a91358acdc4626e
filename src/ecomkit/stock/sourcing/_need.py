"""What is still wanted while lines are sourced, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional
from ecomkit.identifiers import Sku
from ecomkit.stock.locations import Place, StockedLocation
from ecomkit.stock.sourcing._lines import SourcingClaim, SourcingPiece, cut

__all__ = ["SourcingNeed"]


@final
@attrs.frozen(kw_only=True)
class SourcingNeed:
    """
    What filters and rankers are told: the pieces still wanted, and where they go.

    Args:
        pieces: What is still wanted, in wholes; see :class:`Splitting`.
        destination: Where it goes, if that is known.
        locations_left: How many more locations may be used; None for any number.
    """

    pieces: tuple[SourcingPiece, ...] = attrs.field(
        converter=as_tuple, validator=each(SourcingPiece)
    )
    destination: Place | None = attrs.field(default=None, validator=optional(is_a(Place)))
    locations_left: int | None = attrs.field(default=None, validator=optional(not_negative))

    @cached_property
    def wanted(self) -> dict[Sku, int]:
        """Units still wanted by sku, all lines added up."""
        wanted: dict[Sku, int] = {}
        for piece in self.pieces:
            for sku, quantity in piece.parts:
                wanted[sku] = wanted.get(sku, 0) + piece.count * quantity
        return wanted

    def pieces_from(self, location: StockedLocation) -> tuple[int, ...]:
        """
        Return how many of each piece *location* can serve by itself.

        The largest pieces are served first; what they take is gone for the others.
        """
        left = {sku: location.units(sku) for sku in self.wanted}
        counts: list[int] = []
        for piece in self.pieces:
            fitting = [left[sku] // quantity for sku, quantity in piece.parts]
            count = min(piece.count, *fitting)
            for sku, quantity in piece.parts:
                left[sku] -= count * quantity
            counts.append(count)
        return tuple(counts)

    def contents(self, counts: Iterable[int]) -> dict[Sku, int]:
        """Return the units, by sku, of so many of each piece."""
        units: dict[Sku, int] = {}
        for piece, count in zip(self.pieces, counts, strict=True):
            for sku, quantity in piece.parts if count else ():
                units[sku] = units.get(sku, 0) + count * quantity
        return units

    def units_from(self, location: StockedLocation) -> int:
        """Return how many of the units still wanted *location* can serve by itself."""
        return sum(self.contents(self.pieces_from(location)).values())

    def take(self, counts: Sequence[int]) -> tuple[tuple[SourcingClaim, ...], SourcingNeed]:
        """Return the first so many of each piece, and what is wanted besides."""
        taken: list[SourcingClaim] = []
        open_: list[SourcingClaim] = []
        for piece, count in zip(self.pieces, counts, strict=True):
            first, others = piece.split(count)
            taken += first
            open_ += others
        return tuple(taken), attrs.evolve(self, pieces=cut(open_))

    @property
    def claims(self) -> tuple[SourcingClaim, ...]:
        """All that is still wanted."""
        return tuple(claim for piece in self.pieces for claim in piece.claims)
