"""The workspace of a batch: the levels it may change, and the journal it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import final

import attrs

from ecomkit.identifiers import LotId
from ecomkit.stock._accounts import LevelKey, Owner
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._draft import DraftLevel
from ecomkit.stock._journal import Journal
from ecomkit.stock._outcomes import Shortage
from ecomkit.stock._wants import Want

__all__ = ["Workspace", "as_goods", "by_level", "by_owner", "lacking", "short_of", "shortage"]


@final
@attrs.define(kw_only=True)
class Workspace:
    """What a rule works on."""

    drafts: Mapping[LevelKey, DraftLevel]
    journal: Journal
    coverage: Coverage

    def settle(self, keys: Iterable[LevelKey]) -> None:
        """End expired holds and cover who waits, level by level."""
        # Sorted, so that the movements do not depend on the order of the lines.
        for key in sorted(set(keys)):
            self.drafts[key].settle(self.journal, self.coverage)


def by_level(wants: Sequence[Want]) -> dict[LevelKey, int]:
    """Sum the wants per level: two lines of one sku are one demand on it."""
    if len(wants) == 1:
        return {wants[0].key: wants[0].quantity}
    totals: dict[LevelKey, int] = {}
    for want in wants:
        key = want.key
        totals[key] = totals.get(key, 0) + want.quantity
    return dict(sorted(totals.items()))


def by_owner(wants: Sequence[Want]) -> dict[tuple[LevelKey, str], int]:
    """Sum the wants per level and owner, in the order given."""
    totals: dict[tuple[LevelKey, str], int] = {}
    for want in wants:
        place = (want.key, want.owner.name)
        totals[place] = totals.get(place, 0) + want.quantity
    return totals


def as_goods(wants: Sequence[Want]) -> list[Want]:
    """Sum the wants per level, owner and lot; those that name a lot first: others take the rest."""
    totals: dict[tuple[LevelKey, Owner, LotId | None], int] = {}
    for want in wants:
        place = (want.key, want.owner, want.lot)
        totals[place] = totals.get(place, 0) + want.quantity
    summed = [
        Want(owner=owner, sku=key.sku, location=key.location, quantity=quantity, lot=lot)
        for (key, owner, lot), quantity in totals.items()
    ]
    return sorted(summed, key=lambda want: want.lot is None)


def shortage(key: LevelKey, *, wanted: int, available: int, lot: LotId | None = None) -> Shortage:
    """Return what is short at one level."""
    return Shortage(
        sku=key.sku, location=key.location, wanted=wanted, available=available, lot=lot
    )


def short_of(
    wanted: Mapping[LevelKey, int], there: Mapping[LevelKey, int]
) -> tuple[Shortage, ...]:
    """Return every level of which more is wanted than is there."""
    return tuple(
        shortage(key, wanted=quantity, available=there[key])
        for key, quantity in wanted.items()
        if quantity > there[key]
    )


def lacking(
    wanted: Mapping[tuple[LevelKey, str], int], there: Mapping[tuple[LevelKey, str], int]
) -> tuple[Shortage, ...]:
    """Return every level at which an owner asks for more than it has."""
    return tuple(
        shortage(key, wanted=quantity, available=there[key, owner])
        for (key, owner), quantity in wanted.items()
        if quantity > there[key, owner]
    )
