"""
Lots inside the ledger: which of the units of a level carry the name of a lot.

A lot is a second name of goods, not a promise: units on the shelf may be sellable, held or
allocated whatever lot they are of, and a lot is chosen when they are picked. So lots are kept by
*place*: on the shelf, picked for an owner, quarantined, damaged, or on their way in a transfer.
Units that came in without a lot stay without one; both kinds may lie at one level.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ecomkit.identifiers import LotId
from ecomkit.stock._accounts import Bucket, Cause
from ecomkit.stock._outcomes import Shortage

if TYPE_CHECKING:
    from ecomkit.stock._draft import DraftLevel
    from ecomkit.stock._journal import Journal

__all__ = [
    "LOTS_END",
    "LOTS_START",
    "OWNED",
    "PLACES",
    "in_lot",
    "lot_name",
    "lot_shortage",
    "move_goods",
    "parse_lot",
    "without_lot",
]

LOTS_START: Final = "lot:"
LOTS_END: Final = "lot;"
"""Rows of lots are named between these two, so that a store finds them by the name alone."""

PLACES: Final = {
    Bucket.SELLABLE: "shelf",
    Bucket.HELD: "shelf",
    Bucket.ALLOCATED: "shelf",
    Bucket.PICKED: "picked",
    Bucket.QUARANTINED: "quarantined",
    Bucket.DAMAGED: "damaged",
    Bucket.IN_TRANSIT: "in_transit",
}

OWNED: Final = frozenset({"picked", "in_transit"})
"""Places in which each unit belongs to somebody."""


def lot_name(place: str, lot: str, owner: str | None) -> str:
    """Return the name of the row that counts units of *lot* in *place*, of *owner* where owned."""
    # No lot has a line break in its name.
    whose = f"\n{owner}" if place in OWNED else ""
    return f"{LOTS_START}{place}:{lot}{whose}"


def parse_lot(name: str) -> tuple[str, LotId, str | None]:
    """Return the place, the lot and the owner, None where nobody owns, that a row's name holds."""
    _, place, rest = name.split(":", 2)
    lot, _, owner = rest.partition("\n")
    return place, LotId(lot), owner or None


def in_lot(draft: DraftLevel, bucket: Bucket, lot: str, owner: str | None) -> int:
    """Return the units of *lot* in the place of *bucket*, of *owner* where owned."""
    return draft.quantity("lot", lot_name(PLACES[bucket], lot, owner))


def without_lot(draft: DraftLevel, bucket: Bucket) -> int:
    """Return the units that carry no lot in the place of *bucket*, in which nobody owns units."""
    place = PLACES[bucket]
    units = sum(n for inside, n in draft.units.items() if PLACES[inside] == place)
    return units - sum(quantity for _, quantity in _lots_in(draft, place, None))


def _lots_in(draft: DraftLevel, place: str, owner: str | None) -> Iterator[tuple[LotId, int]]:
    """Yield the lots in *place*, of *owner* where owned: who came first, first."""
    rows = draft.promises["lot"]
    if not rows:
        return
    for name, row in sorted(rows.items(), key=lambda item: item[1].rank):
        at, lot, whose = parse_lot(name)
        if at == place and (place not in OWNED or whose == owner):
            yield lot, row.quantity


def lot_shortage(
    draft: DraftLevel, bucket: Bucket, quantity: int, *, lot: str | None, owner: str | None = None
) -> Shortage | None:
    """
    Return what is lacking to take *quantity* units of *lot* out of *bucket*, None if nothing is.

    Without a lot, units are taken that carry none. Picked units and those on their way are known
    by their owner, with the lots that they have.
    """
    place = PLACES[bucket]
    if lot is not None:
        there = in_lot(draft, bucket, lot, owner)
    elif place in OWNED:
        return None
    else:
        there = without_lot(draft, bucket)
    if quantity <= there:
        return None
    return Shortage(
        sku=draft.key.sku,
        location=draft.key.location,
        wanted=quantity,
        available=max(0, there),
        lot=None if lot is None else LotId(lot),
    )


def move_goods(
    draft: DraftLevel,
    journal: Journal,
    quantity: int,
    *,
    source: Bucket,
    target: Bucket,
    cause: Cause,
    lot: str | None,
    owner: str | None = None,
    to: DraftLevel | None = None,
) -> None:
    """
    Move goods from one place to another, with the lots that they carry; 0 moves nothing.

    *to* is the level that they go to, the same one where it is not given.
    """
    goal = draft if to is None else to
    for part, units in _parts(draft, source, quantity, lot=lot, owner=owner):
        draft.move(
            journal,
            units,
            source=source,
            target=target,
            cause=cause,
            owner=owner,
            lot=part,
            to=to,
        )
        if part is None:
            continue
        from_place, to_place = PLACES.get(source), PLACES.get(target)
        if from_place is not None:
            draft.shrink("lot", lot_name(from_place, part, owner), units)
        if to_place is not None:
            name = lot_name(to_place, part, owner)
            goal.grow("lot", name, units, at=journal.now)


def _parts(
    draft: DraftLevel, source: Bucket, quantity: int, *, lot: str | None, owner: str | None
) -> list[tuple[str | None, int]]:
    """Return the lots, None for units without one, that *quantity* units are taken from."""
    place = PLACES.get(source)
    if lot is not None or place not in OWNED:
        return [(lot, quantity)] if quantity else []
    parts: list[tuple[str | None, int]] = []
    for known, there in _lots_in(draft, place, owner):
        taken = min(quantity, there)
        if taken:
            parts.append((known, taken))
            quantity -= taken
    if quantity:
        parts.append((None, quantity))
    return parts
