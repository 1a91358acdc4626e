"""What a store has to keep of levels and movements."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, Sku
from ecomkit.ports import (
    LevelNotLoadedError,
    MovementTakenError,
)
from ecomkit.stock import (
    MAIN,
    Hold,
    Owner,
    StockLevel,
    empty_level,
)
from ecomkit.testing.conformance._kit import expect, paged
from ecomkit.testing.conformance._store_kit import (
    ELEPHANT,
    NOON,
    TOKYO,
    ZEBRA,
    StoreKit,
    by_rank,
    movement,
    save,
)
from ecomkit.testing.strategies import (
    identifiers,
    instants,
    location_ids,
    skus,
    stock_levels,
)
from ecomkit.timeline import utc

__all__ = ["LedgerLaws"]


class LedgerLaws(StoreKit):
    """Levels and movements come back as they were saved, and none is lost."""

    def test_levels_survive(self) -> None:
        """A level with all of its promises comes back as it was saved, over what was there."""
        strategy = st.tuples(
            *[
                stock_levels(
                    skus=st.just(ELEPHANT.sku),
                    locations=st.just(MAIN),
                    instants=instants().map(utc),
                ).map(by_rank)
            ]
            * 2
        )
        with self._opened() as store:

            def law(levels: tuple[StockLevel, ...]) -> None:
                for level in levels:
                    with store.transaction() as tx:
                        save(tx, level)
                    with store.snapshot() as tx:
                        found = tx.levels([ELEPHANT])
                        lists = (tx.waiting(), tx.expired(NOON))
                    ended = any(hold.has_expired(NOON) for hold in level.holds)
                    expect(
                        (level,),
                        found,
                        advice="a level must come back as it was saved; promises that ended must "
                        "be gone, the others stand in the order of their ranks",
                    )
                    expect(
                        ((ELEPHANT,) if level.uncovered else (), (ELEPHANT,) if ended else ()),
                        lists,
                        advice="waiting() and expired() must follow the promises that were saved",
                    )

            self._always(strategy, law)

    def test_levels_of_any_name_survive(self) -> None:
        """Skus, locations and owners of any legal text keep their levels apart."""
        owners = identifiers(CartId).map(Owner.cart)
        strategy = st.lists(
            stock_levels(skus=skus(), locations=location_ids(), owners=owners).map(by_rank),
            max_size=4,
            unique_by=lambda level: level.key,
        )
        runs = itertools.count()

        def law(levels: list[StockLevel]) -> None:
            with self._opened(f"run-{next(runs)}") as store:
                with store.transaction() as tx:
                    for level in levels:
                        save(tx, level)
                with store.snapshot() as tx:
                    found = tx.all_levels()
            kept = (level for level in levels if level != empty_level(level.key))
            expect(
                tuple(sorted(kept, key=lambda level: level.key)),
                found,
                advice="all_levels() must give every level that was saved, sorted by sku, then "
                "by location",
            )

        self._always(strategy, law)

    def test_unknown_levels_are_empty(self) -> None:
        """A level that was never saved is empty; levels come in the order they are asked in."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        with self._opened() as store:
            with store.transaction() as tx:
                save(tx, level)
            with store.snapshot() as tx:
                found = tx.levels([ZEBRA, ELEPHANT, ZEBRA])
                known = tx.all_levels()
        expect(
            (empty_level(ZEBRA), level, empty_level(ZEBRA)),
            found,
            advice="levels() must answer each key in the order given, unknown ones empty",
        )
        expect((level,), known, advice="asking for a level must not save it")

    def test_a_level_that_has_not_changed_is_not_saved(self) -> None:
        """An empty level that is given back as it was loaded is not taken down."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.append(tx.levels([ELEPHANT]), [])
            with store.snapshot() as tx:
                found = tx.all_levels()
        expect((), found, advice="append must pass over levels that are as they were loaded")

    def test_only_loaded_levels_may_be_saved(self) -> None:
        """A level that was not loaded in this transaction is refused, and nothing was written."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        other = StockLevel.counted(ZEBRA.sku, on_hand=3, at=NOON)
        with self._opened() as store:
            with store.transaction() as tx:
                tx.levels([ELEPHANT])
            with store.transaction() as tx:
                tx.levels([ZEBRA])
                with pytest.raises(LevelNotLoadedError) as caught:
                    tx.append([other, level], [movement("m-1")])
                left = (tx.all_levels(), tx.movements(limit=9))
        expect(ELEPHANT, caught.value.level, advice="the error must name the level")
        expect(
            ((), ()), left, advice="a refused append must have written no level and no movement"
        )

    def test_a_level_may_be_saved_again(self) -> None:
        """Two saves of one level in one transaction, or in one call: the last one counts."""
        first = StockLevel(
            sku=ELEPHANT.sku,
            held=1,
            holds=[Hold(owner=Owner("cart:1"), quantity=1, expires_at=NOON, rank=0)],
            next_rank=1,
        )
        last = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        with self._opened() as store, store.transaction() as tx:
            tx.levels([ELEPHANT])
            tx.append([first], [])
            tx.append([last], [])
            once = tx.levels([ELEPHANT])
            tx.append([first, last], [])
            twice = tx.levels([ELEPHANT])
        expect(((last,), (last,)), (once, twice), advice="of two saves the last one must remain")

    def test_holds_expire_at_their_very_instant(self) -> None:
        """A hold is listed as expired at its instant, not a microsecond earlier, on any clock."""
        ends = [NOON, NOON + timedelta(microseconds=1), NOON - timedelta(days=400)]
        names = [Sku(f"SKU-{place}") for place in range(len(ends))]
        with self._opened() as store:
            with store.transaction() as tx:
                for name, end in zip(names, ends, strict=True):
                    hold = Hold(owner=Owner("cart:1"), quantity=1, expires_at=end, rank=0)
                    save(tx, StockLevel(sku=name, held=1, holds=[hold], next_rank=1))
            with store.snapshot() as tx:
                at_noon = tuple(key.sku for key in tx.expired(NOON))
                elsewhere = tuple(key.sku for key in tx.expired(NOON.astimezone(TOKYO)))
                before = tx.expired(NOON - timedelta(microseconds=1))
        expect(("SKU-0", "SKU-2"), at_noon, advice="at its very instant a hold has expired")
        expect(at_noon, elsewhere, advice="compare instants in UTC, to the microsecond")
        expect(("SKU-2",), tuple(key.sku for key in before), advice="a live hold is not expired")

    def test_an_hour_that_passes_twice_is_two_hours(self) -> None:
        """In the night in which clocks go back, a hold of the second pass outlives the first."""
        first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
        end = first.replace(minute=10, fold=1)
        hold = Hold(owner=Owner("cart:1"), quantity=1, expires_at=end, rank=0)
        with self._opened() as store:
            with store.transaction() as tx:
                save(tx, StockLevel(sku=ELEPHANT.sku, held=1, holds=[hold], next_rank=1))
            with store.snapshot() as tx:
                found = (tx.expired(first), tx.expired(end))
        expect(
            ((), (ELEPHANT,)),
            found,
            advice="compare instants in UTC: on one wall clock a later one may show less",
        )

    def test_movements_are_numbered_and_paged(self) -> None:
        """Movements come in the order they were appended, with growing numbers, page by page."""
        names = [f"m-{place}" for place in range(7, 0, -1)]
        with self._opened() as store:
            for batch in (names[:3], names[3:4], [], names[4:]):
                with store.transaction() as tx:
                    tx.append([], map(movement, batch))
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
        full = attrs.evolve(movement("m-1", quantity=2**61), owner=Owner("line:é#1"))
        with self._opened() as store:
            with store.transaction() as tx:
                tx.append([], [full, movement("m-2", key=ZEBRA)])
            with store.snapshot() as tx:
                found = tuple(entry for _, entry in tx.movements(limit=9))
        expect((full, movement("m-2", key=ZEBRA)), found, advice="save every field of a movement")

    def test_a_movement_is_written_once(self) -> None:
        """An id that the ledger has is refused, in a batch too; nothing is half-written."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        with self._opened() as store:
            with store.transaction() as tx:
                tx.append([], [movement("m-1")])
            with store.transaction() as tx:
                tx.levels([ELEPHANT])
                for names in (["m-2", "m-1"], ["m-2", "m-3", "m-2"]):
                    with pytest.raises(MovementTakenError) as caught:
                        tx.append([level], map(movement, names))
                    expect(names[-1], caught.value.movement, advice="the error must name the id")
                left = (tx.all_levels(), [entry.id for _, entry in tx.movements(limit=9)])
                tx.append([level], [movement("m-2")])
            with store.snapshot() as tx:
                after = (tx.all_levels(), [entry.id for _, entry in tx.movements(limit=9)])
        advice = "a refused append must have written nothing, and the transaction must go on"
        expect(((), ["m-1"]), left, advice=advice)
        expect(((level,), ["m-1", "m-2"]), after, advice=advice)
