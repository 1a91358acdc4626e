"""What a store has to keep of levels and movements."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, Sku
from ecomkit.ports import STOCK, LevelNotLoadedError
from ecomkit.stock import (
    MAIN,
    Hold,
    Owner,
    StockLevel,
    empty_level,
)
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._store_kit import (
    ELEPHANT,
    NOON,
    TOKYO,
    ZEBRA,
    StoreKit,
    answer,
    by_rank,
    opened,
    replaced,
    rows,
    save,
    whole,
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

# Whole hours, so that a hold often ends at the very instant that is asked about.
MOMENTS = st.integers(-4, 4).map(lambda hours: NOON + timedelta(hours=hours))


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
                    save(tx, *levels)
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
                drafts = opened(tx, {ELEPHANT: whole()}).drafts
                tx.book(drafts.values(), movements=(), outcomes=(), changed=())
            with store.snapshot() as tx:
                found = tx.all_levels()
        expect((), found, advice="book must pass over levels that are as they were loaded")

    def test_only_opened_levels_may_be_booked(self) -> None:
        """A level that was not opened in this transaction is refused, and nothing was written."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        other = StockLevel.counted(ZEBRA.sku, on_hand=3, at=NOON)
        with self._opened() as store:
            with store.transaction() as tx:
                draft = opened(tx, {ELEPHANT: whole()}).drafts[ELEPHANT]
            with store.transaction() as tx:
                mine = opened(tx, {ZEBRA: whole()}).drafts[ZEBRA]
                with pytest.raises(LevelNotLoadedError) as caught:
                    tx.book(
                        [replaced(mine, other), replaced(draft, level)],
                        movements=rows("m-1"),
                        outcomes=[answer("k-1")],
                        changed=["ZEBRA"],
                    )
                left = (tx.all_levels(), tx.movements(limit=9), tx.kept(["k-1"]), tx.posted(STOCK))
        expect(ELEPHANT, caught.value.level, advice="the error must name the level")
        expect(
            ((), (), {}, ()),
            left,
            advice="a refused booking must have written no level, movement, answer or post",
        )

    def test_a_level_may_be_booked_again(self) -> None:
        """Two bookings of one level in one transaction: the last one counts."""
        first = StockLevel(
            sku=ELEPHANT.sku,
            held=1,
            holds=[Hold(owner=Owner("cart:1"), quantity=1, expires_at=NOON, rank=0)],
            next_rank=1,
        )
        last = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        with self._opened() as store, store.transaction() as tx:
            save(tx, first)
            save(tx, last)
            found = tx.levels([ELEPHANT])
        expect((last,), found, advice="of two bookings the last one must remain")

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

    def test_what_is_available_is_what_the_level_says(self) -> None:
        """available() is the level's own answer at any instant, None where nothing was counted."""
        strategy = st.tuples(
            stock_levels(skus=st.just(ELEPHANT.sku), locations=st.just(MAIN), instants=MOMENTS),
            MOMENTS,
        )

        with self._opened() as store:

            def law(drawn: tuple[StockLevel, datetime]) -> None:
                level, now = drawn
                with store.transaction() as tx:
                    save(tx, level)
                with store.snapshot() as tx:
                    found = tx.available([ZEBRA, ELEPHANT, ELEPHANT], now=now)
                    elsewhere = tx.available([ELEPHANT], now=now.astimezone(TOKYO))
                units = None if level.counted_at is None else level.available(now)
                expect(
                    ((None, units, units), (units,)),
                    (found, elsewhere),
                    advice="available() must answer each key, in the order given, as the whole "
                    "level would: with holds that have ended, without what is waited for",
                )

            self._always(strategy, law)
