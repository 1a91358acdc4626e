"""The workspace of one command: the levels it may change, and the journal it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import final

import attrs

from ecomkit.stock._accounts import LevelKey, Owner
from ecomkit.stock._commands import Want
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._draft import DraftLevel
from ecomkit.stock._journal import Journal
from ecomkit.stock._outcomes import Shortage

__all__ = ["Workspace", "by_level", "by_owner", "lacking", "short_of", "shortage"]


@final
@attrs.frozen(kw_only=True)
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
    totals: dict[LevelKey, int] = {}
    for want in wants:
        totals[want.key] = totals.get(want.key, 0) + want.quantity
    return dict(sorted(totals.items()))


def by_owner(wants: Sequence[Want]) -> dict[tuple[LevelKey, Owner], int]:
    """Sum the wants per level and owner, in the order given."""
    totals: dict[tuple[LevelKey, Owner], int] = {}
    for want in wants:
        totals[want.key, want.owner] = totals.get((want.key, want.owner), 0) + want.quantity
    return totals


def shortage(key: LevelKey, *, wanted: int, available: int) -> Shortage:
    """Return what is short at one level."""
    return Shortage(sku=key.sku, location=key.location, wanted=wanted, available=available)


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
    wanted: Mapping[tuple[LevelKey, Owner], int], there: Mapping[tuple[LevelKey, Owner], int]
) -> tuple[Shortage, ...]:
    """Return every level at which an owner asks for more than it has."""
    return tuple(
        shortage(key, wanted=quantity, available=there[key, owner])
        for (key, owner), quantity in wanted.items()
        if quantity > there[key, owner]
    )
