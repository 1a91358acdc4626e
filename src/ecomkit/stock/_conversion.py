"""Between the level as a value and the draft that the rule works on."""

from __future__ import annotations

from ecomkit.errors import FieldError
from ecomkit.stock._accounts import Owner
from ecomkit.stock._draft import DraftLevel, by_rank
from ecomkit.stock._levels import Allocation, Hold, LotUnits, StockLevel, Transit, Uncovered
from ecomkit.stock._lot_units import lot_name, parse_lot
from ecomkit.stock._rows import LevelRow, PromiseRow, SavedPromise

__all__ = ["draft_of", "level_of"]


def draft_of(level: StockLevel) -> DraftLevel:
    """Return a draft with all that *level* holds."""
    row = LevelRow(
        sellable=level.sellable,
        held=level.held,
        allocated=level.allocated,
        picked=level.picked,
        quarantined=level.quarantined,
        damaged=level.damaged,
        in_transit=level.in_transit,
        uncovered=level.uncovered_units,
        counted_at=level.counted_at,
        next_rank=level.next_rank,
    )
    promises = [
        *(
            SavedPromise("hold", p.owner.name, p.quantity, p.expires_at, p.rank)
            for p in level.holds
        ),
        *(
            SavedPromise("allocation", p.owner.name, p.quantity, p.placed_at, p.rank)
            for p in level.allocations
        ),
        *(
            SavedPromise("pick", p.owner.name, p.quantity, p.placed_at, p.rank)
            for p in level.picks
        ),
        *(
            SavedPromise("uncovered", p.owner.name, p.quantity, p.placed_at, p.rank)
            for p in level.uncovered
        ),
        *(
            SavedPromise("transit", p.owner.name, p.quantity, p.sent_at, p.rank)
            for p in level.transits
        ),
        *(
            SavedPromise(
                "lot",
                lot_name(p.place, p.lot, None if p.owner is None else p.owner.name),
                p.quantity,
                p.since,
                p.rank,
            )
            for p in level.lots
        ),
    ]
    return DraftLevel(level.key, row, promises)


def level_of(draft: DraftLevel) -> StockLevel:
    """
    Return what *draft*, of which everything was loaded, stands for.

    Raises:
        FieldError: If its totals and its promises disagree.
    """
    row = draft.row()
    promises = {kind: by_rank(rows) for kind, rows in draft.promises.items()}

    def allocations(rows: list[tuple[str, PromiseRow]]) -> list[Allocation]:
        return [
            Allocation(owner=Owner(owner), quantity=p.quantity, placed_at=p.at, rank=p.rank)
            for owner, p in rows
        ]

    level = StockLevel(
        sku=draft.key.sku,
        location=draft.key.location,
        sellable=row.sellable,
        held=row.held,
        allocated=row.allocated,
        picked=row.picked,
        quarantined=row.quarantined,
        damaged=row.damaged,
        in_transit=row.in_transit,
        holds=[
            Hold(owner=Owner(owner), quantity=p.quantity, expires_at=p.at, rank=p.rank)
            for owner, p in promises["hold"]
        ],
        allocations=allocations(promises["allocation"]),
        picks=allocations(promises["pick"]),
        uncovered=[
            Uncovered(owner=Owner(owner), quantity=p.quantity, placed_at=p.at, rank=p.rank)
            for owner, p in promises["uncovered"]
        ],
        transits=[
            Transit(owner=Owner(owner), quantity=p.quantity, sent_at=p.at, rank=p.rank)
            for owner, p in promises["transit"]
        ],
        lots=[_lot_units(name, p) for name, p in promises["lot"]],
        counted_at=row.counted_at,
        next_rank=row.next_rank,
    )
    if level.uncovered_units != row.uncovered:
        raise FieldError(
            owner="StockLevel",
            field="uncovered",
            got=row.uncovered,
            wanted=f"the sum of what is waited for, {level.uncovered_units}",
        )
    return level


def _lot_units(name: str, row: PromiseRow) -> LotUnits:
    place, lot, owner = parse_lot(name)
    return LotUnits(
        lot=lot,
        place=place,
        quantity=row.quantity,
        since=row.at,
        rank=row.rank,
        owner=None if owner is None else Owner(owner),
    )
