"""What a store has to keep of movements."""

from __future__ import annotations

import attrs
import pytest

from ecomkit.identifiers import LocationId, LotId
from ecomkit.ports import STOCK, MovementTakenError, Transaction
from ecomkit.stock import MAIN, Account, Bucket, Owner, StockLevel, movement_row
from ecomkit.testing.conformance._kit import expect, paged
from ecomkit.testing.conformance._store_kit import (
    ELEPHANT,
    NOON,
    TOKYO,
    ZEBRA,
    StoreKit,
    answer,
    append,
    movement,
    opened,
    replaced,
    rows,
    whole,
)

__all__ = ["MovementLaws"]


class MovementLaws(StoreKit):
    """Movements come back as they were booked, in their order, and each is booked once."""

    def test_movements_are_numbered_and_paged(self) -> None:
        """Movements come in the order they were appended, with growing numbers, page by page."""
        names = [f"m-{place}" for place in range(7, 0, -1)]
        with self._opened() as store:
            for batch in (names[:3], names[3:4], [], names[4:]):
                with store.transaction() as tx:
                    append(tx, *batch)
            with store.snapshot() as tx:
                everything = tx.movements(limit=99)
                pages = paged(lambda last: tx.movements(after=last[0] if last else 0, limit=2))
                nothing = tx.movements(limit=0)
        numbers = [number for number, _ in everything]
        expect(names, [entry.id for _, entry in everything], advice="keep the order of appending")
        expect(sorted({*numbers}), numbers, advice="each movement needs a number above the last")
        expect(everything, pages, advice="after must be exclusive, limit a most")
        expect((), nothing, advice="a limit of 0 gives nothing")

    def test_movements_survive(self) -> None:
        """A movement comes back with all of its fields."""
        full = attrs.evolve(
            movement("m-1", quantity=2**61),
            owner=Owner("line:é#1"),
            lot=LotId("L 7/象"),
            target_after=2**61,
            note="from 'them'\n; and more",
        )
        away = attrs.evolve(
            movement("m-3"),
            source=Account(ELEPHANT.sku, MAIN, Bucket.SELLABLE),
            target=Account(ELEPHANT.sku, LocationId("b"), Bucket.IN_TRANSIT),
            source_after=0,
            target_after=1,
            at=NOON.astimezone(TOKYO),
        )
        movements = [full, movement("m-2", key=ZEBRA), away]
        with self._opened() as store:
            with store.transaction() as tx:
                booked = [movement_row(entry) for entry in movements]
                tx.book((), movements=booked, outcomes=(), changed=())
            with store.snapshot() as tx:
                found = [entry for _, entry in tx.movements(limit=9)]
                numbers = [number for number, _ in tx.movements(limit=9)]
                entries = tx.entries(limit=9)
                pages = paged(lambda last: tx.entries(after=last.number if last else 0, limit=2))
        expect(movements, found, advice="save every field of a movement")
        expected = [
            (number, row.sku, row.quantity, *row[3:7], row.source_after, row.target_after)
            for number, row in zip(numbers, booked, strict=True)
        ]
        expect(expected, [tuple(entry) for entry in entries], advice="entries must be movements")
        expect(expected, [tuple(entry) for entry in pages], advice="after must be exclusive")

    def test_a_movement_is_written_once(self) -> None:
        """An id that the ledger has is refused, in a batch too; nothing is half-written."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)

        def book(tx: Transaction, *names: str) -> None:
            draft = opened(tx, {ELEPHANT: whole()}).drafts[ELEPHANT]
            tx.book(
                [replaced(draft, level)],
                movements=rows(*names),
                outcomes=[answer("k-1")],
                changed=["ELEPHANT"],
            )

        with self._opened() as store:
            with store.transaction() as tx:
                append(tx, "m-1")
            with store.transaction() as tx:
                for names in (["m-2", "m-1"], ["m-2", "m-3", "m-2"]):
                    with pytest.raises(MovementTakenError) as caught:
                        book(tx, *names)
                    expect(names[-1], caught.value.movement, advice="the error must name the id")
                left = (
                    tx.all_levels(),
                    [entry.id for _, entry in tx.movements(limit=9)],
                    tx.kept(["k-1"]),
                    tx.posted(STOCK),
                )
                book(tx, "m-2")
            with store.snapshot() as tx:
                after = (tx.all_levels(), [entry.id for _, entry in tx.movements(limit=9)])
        advice = "a refused booking must have written nothing, and the transaction must go on"
        expect(((), ["m-1"], {}, ()), left, advice=advice)
        expect(((level,), ["m-1", "m-2"]), after, advice=advice)
