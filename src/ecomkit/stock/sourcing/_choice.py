"""The reducer: each ranker keeps the locations that tie for the best, and hands them on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, final

import attrs

from ecomkit._checks import refuse
from ecomkit.identifiers import LocationId
from ecomkit.stock.locations import StockedLocation
from ecomkit.stock.sourcing._need import SourcingNeed
from ecomkit.stock.sourcing._rankers import Rank, SourcingRanker

__all__ = ["Choice", "choose", "in_order"]


@final
@attrs.frozen(kw_only=True)
class Choice:
    """The location that comes first, why, and why each of the others does not."""

    first: StockedLocation
    reasons: tuple[str, ...]
    beaten: dict[LocationId, str]


def in_order(locations: Iterable[StockedLocation]) -> list[StockedLocation]:
    """Return *locations* by priority and then by name: the order where nothing else decides."""
    return sorted(locations, key=lambda stocked: (stocked.location.priority, stocked.id))


def _name(ranker: Callable[..., Any]) -> str:
    return getattr(ranker, "__name__", type(ranker).__name__)


def _ranks(
    ranker: SourcingRanker, locations: Sequence[StockedLocation], *, need: SourcingNeed
) -> dict[LocationId, Rank]:
    ranks = tuple(ranker(tuple(locations), need=need))
    by_id = {rank.location: rank for rank in ranks}
    if len(by_id) != len(ranks) or not by_id.keys() <= {stocked.id for stocked in locations}:
        raise refuse(
            ranker, "ranks", tuple(rank.location for rank in ranks), "one rank a location asked"
        )
    return by_id


def choose(
    locations: Iterable[StockedLocation],
    *,
    rankers: Iterable[SourcingRanker],
    need: SourcingNeed,
) -> Choice:
    """
    Return which of *locations*, one or more, comes first for *need*.

    Raises:
        FieldError: If a ranker ranks a location twice, or one that it was not asked about.
    """
    tied = in_order(locations)
    reasons: list[str] = []
    beaten: dict[LocationId, str] = {}
    for ranker in rankers:
        ranks = _ranks(ranker, tied, need=need) if len(tied) > 1 else {}
        if not ranks:
            continue
        best = min(rank.key for rank in ranks.values())
        kept = [each for each in tied if each.id in ranks and ranks[each.id].key == best]
        front = ranks[kept[0].id]
        reasons.append(f"{_name(ranker)}: {front.reason}")
        for other in tied:
            if other not in kept:
                own = f", here {ranks[other.id].reason}" if other.id in ranks else ""
                beaten[other.id] = f"{_name(ranker)}: {front.location} first, {front.reason}{own}"
        tied = kept
    first, *others = tied
    for other in others:
        beaten[other.id] = f"{first.id} first by priority and name"
    if others:
        reasons.append("first by priority and name")
    if not reasons:
        reasons.append("the only one that can serve what was wanted by then")
    return Choice(first=first, reasons=tuple(reasons), beaten=beaten)
