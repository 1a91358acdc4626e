"""What a transaction of a store has to keep."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import attrs
import pytest

from ecomkit.errors import EcomkitError
from ecomkit.identifiers import CommandKey, MerchantId
from ecomkit.operations import Settings, execute
from ecomkit.ports import STOCK, KeptOutcome, Store
from ecomkit.stock import (
    Hold,
    LevelNeed,
    Owner,
    Receive,
    StockLevel,
    Uncovered,
    empty_level,
    level_of,
)
from ecomkit.testing.conformance._kit import expect, unsupported
from ecomkit.testing.conformance._store_kit import (
    COUNTER,
    ELEPHANT,
    INCREMENTS,
    NOON,
    NOTES,
    RAW_NOTES,
    THREADS,
    ZEBRA,
    Note,
    StoreKit,
    Undone,
    answer,
    append,
    movement,
    opened,
    rows,
    save,
    whole,
)

__all__ = ["TransactionLaws"]


class TransactionLaws(StoreKit):
    """All or nothing, read as it was written, one at a time."""

    def test_an_exception_undoes_values_levels_and_movements(self) -> None:
        """A transaction that ends by an exception leaves nothing, and what was before remains."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        before = Note(name="old", topic="a")
        with self._opened() as store:
            with store.transaction() as tx:
                tx.put(NOTES, [before])
                tx.put(RAW_NOTES, [before])
                save(tx, level)
                append(tx, "m-1")
                tx.keep([answer("k-1")])
                tx.post("kit", ["a"])
            with suppress(Undone), store.transaction() as tx:
                tx.put(NOTES, [Note(name="new", topic="a"), Note(name="old", topic="b")])
                tx.put(RAW_NOTES, [Note(name="new")])
                tx.delete(NOTES, ["old"])
                tx.delete(RAW_NOTES, ["old"])
                more = attrs.evolve(level, sellable=9)
                other = StockLevel.counted(ZEBRA.sku, on_hand=1, at=NOON)
                save(tx, more, other)
                append(tx, "m-2")
                tx.forget(before=NOON + timedelta(hours=1))
                tx.keep([answer("k-2")])
                tx.post("kit", ["b"])
                raise Undone
            with store.snapshot() as tx:
                left = (
                    tx.scan(NOTES),
                    tx.scan(NOTES, index="a"),
                    tx.scan(NOTES, index="b"),
                    tx.scan(RAW_NOTES),
                    tx.all_levels(),
                    tuple(entry.id for _, entry in tx.movements(limit=9)),
                    sorted(tx.kept(["k-1", "k-2"])),
                    [entry.key for entry in tx.posted("kit")],
                )
        expect(
            ((before,), (before,), (), (before,), (level,), ("m-1",), ["k-1"], ["a"]),
            left,
            advice="an exception must undo all that its transaction wrote; roll back on every "
            "exception, BaseException included, and undo indexes too",
        )

    def test_the_exception_comes_out_as_it_was(self) -> None:
        """An exception inside a transaction reaches the caller, and the store works on."""
        with self._opened() as store:
            with pytest.raises(Undone), store.transaction():
                raise Undone
            with suppress(KeyboardInterrupt), store.transaction() as tx:
                tx.put(NOTES, [Note(name="half")])
                raise KeyboardInterrupt
            with store.transaction() as tx:
                found = tx.scan(NOTES)
        expect((), found, advice="an interrupt must undo the transaction like any exception")

    def test_values_that_fail_to_come_leave_nothing(self) -> None:
        """When the values given to a call end by an exception, none of them was saved."""

        def notes() -> Iterator[Note]:
            yield Note(name="first")
            raise Undone

        def answers() -> Iterator[KeptOutcome]:
            yield answer("k-1")
            raise Undone

        def keys() -> Iterator[str]:
            yield "a"
            raise Undone

        with self._opened() as store, store.transaction() as tx:
            with suppress(Undone):
                tx.put(NOTES, notes())
            with suppress(Undone):
                tx.keep(answers())
            with suppress(Undone):
                tx.post("kit", keys())
            with suppress(Undone):
                tx.book((), movements=rows("m-1"), outcomes=(), changed=keys())
            left = (
                tx.scan(NOTES),
                dict(tx.kept(["k-1"])),
                tx.posted("kit"),
                tx.movements(limit=9),
                tx.posted(STOCK),
            )
        expect(
            ((), {}, (), (), ()),
            left,
            advice="a call that raises must have written nothing: go through the iterable first",
        )

    def test_a_transaction_reads_its_own_writes(self) -> None:
        """What was written is seen by the reads that follow in the same transaction."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        note = Note(name="n", topic="t")
        with self._opened() as store, store.transaction() as tx:
            tx.put(NOTES, [note])
            save(tx, level)
            append(tx, "m-1")
            tx.keep([answer("k-1")])
            tx.post("kit", ["a"])
            seen = (
                tx.get(NOTES, "n"),
                tx.scan(NOTES, index="t"),
                tx.levels([ELEPHANT]),
                tx.all_levels(),
                tx.available([ELEPHANT], now=NOON),
                opened(tx, {ELEPHANT: LevelNeed()}).drafts[ELEPHANT].sellable,
                len(tx.movements(limit=9)),
                len(tx.entries(limit=9)),
                list(tx.kept(["k-1"])),
                list(opened(tx, {}, keys=["k-1"]).kept),
                [entry.key for entry in tx.posted("kit")],
            )
            tx.delete(NOTES, ["n"])
            gone = tx.get(NOTES, "n")
        expect(
            ((note, (note,), (level,), (level,), (3,), 3, 1, 1, ["k-1"], ["k-1"], ["a"]), None),
            (seen, gone),
            advice="reads inside a transaction must show what it wrote before",
        )

    def test_what_was_committed_is_read_by_the_next(self) -> None:
        """A later transaction and a snapshot see what was committed."""
        note = Note(name="n", text="t")
        with self._opened() as store:
            with store.transaction() as tx:
                tx.put(NOTES, [note])
            with store.snapshot() as tx:
                seen = tx.get(NOTES, "n")
            with store.transaction() as tx:
                again = tx.get(NOTES, "n")
        expect((note, note), (seen, again), advice="a transaction that ended must last")

    def test_what_was_committed_outlives_the_store(self) -> None:
        """A store that lasts has values, levels and movements when it is opened again."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        note = Note(name="n", topic="t")
        first = self.make_store(MerchantId("kit"))
        with first.transaction() as tx:
            tx.put(NOTES, [note])
            tx.put(RAW_NOTES, [note])
            save(tx, level)
            append(tx, "m-1")
            tx.keep([answer("k-1")])
            tx.post("kit", ["a"])
        store = self.reopen(first)
        if store is None:
            first.close()
            unsupported("reopen (nothing outlives the store)")
        with store.snapshot() as tx:
            found = (
                tx.scan(NOTES, index="t"),
                tx.scan(RAW_NOTES),
                tx.all_levels(),
                tuple(entry for _, entry in tx.movements(limit=9)),
                dict(tx.kept(["k-1"])),
                [entry.key for entry in tx.posted("kit")],
            )
        store.close()
        expect(
            ((note,), (note,), (level,), (movement("m-1"),), {"k-1": answer("k-1")}, ["a"]),
            found,
            advice="what was committed must be there when the store is opened again",
        )

    def test_merchants_do_not_meet(self) -> None:
        """Two merchants see nothing of each other, wherever their books lie, under the same names."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        held = attrs.evolve(
            level,
            sellable=2,
            held=1,
            holds=[Hold(owner=Owner("cart:1"), quantity=1, expires_at=NOON, rank=0)],
            uncovered=[Uncovered(owner=Owner("line:1"), quantity=1, placed_at=NOON, rank=1)],
            next_rank=2,
        )
        note = Note(name="n", text="ours", topic="t")
        with self._opened("one") as one, self._opened("two") as two:
            with one.transaction() as tx:
                tx.put(NOTES, [note])
                tx.put(RAW_NOTES, [note])
                save(tx, held)
                append(tx, "m-1")
                tx.keep([answer("k-1")])
                tx.post("kit", ["a"])
            with two.transaction() as tx:
                seen = (
                    tx.get(NOTES, "n"),
                    tx.scan(NOTES),
                    tx.scan(NOTES, index="t"),
                    tx.scan(RAW_NOTES),
                    tx.levels([ELEPHANT]),
                    tx.all_levels(),
                    tx.movements(limit=9),
                    tx.entries(limit=9),
                    tx.waiting(),
                    tx.expired(NOON),
                    tx.available([ELEPHANT], now=NOON),
                    dict(tx.kept(["k-1"])),
                    tx.posted("kit"),
                    tx.claim("kit", now=NOON, until=NOON, limit=9),
                    tx.forget(before=NOON + timedelta(hours=1)),
                )
                draft = opened(tx, {ELEPHANT: whole()}).drafts[ELEPHANT]
                tx.delete(NOTES, ["n"])
                tx.put(NOTES, [Note(name="n", text="theirs")])
                append(tx, "m-1")
                tx.keep([answer("k-1")])
                tx.post("kit", ["a"])
                tx.settle("kit", tx.claim("kit", now=NOON, until=NOON, limit=9))
            with one.snapshot() as tx:
                kept = (
                    tx.get(NOTES, "n"),
                    tx.all_levels(),
                    len(tx.movements(limit=9)),
                    sorted(tx.kept(["k-1"])),
                    [entry.key for entry in tx.posted("kit")],
                )
            names = (one.merchant, two.merchant)
        advice = "put the merchant into every key and every WHERE"
        values = (None, (), (), ())
        ledger: tuple[object, ...] = ((empty_level(ELEPHANT),), (), (), [], (), (), (None,))
        expect(
            (*values, *ledger, {}, (), (), 0), (*seen[:7], list(seen[7]), *seen[8:]), advice=advice
        )
        expect(empty_level(ELEPHANT), level_of(draft), advice=advice)
        expect((note, (held,), 1, ["k-1"], ["a"]), kept, advice=advice)
        expect(("one", "two"), names, advice="merchant must be the one the store was made for")

    def test_threads_lose_nothing(self) -> None:
        """Threads that read and write at once are served one by one: every increment counts."""
        failed: list[BaseException] = []

        def work(store: Store, name: int) -> None:
            try:
                for place in range(INCREMENTS):
                    key = CommandKey(f"receipt-{name}-{place}")
                    with store.transaction() as tx:
                        known = tx.get(NOTES, COUNTER) or Note(name=COUNTER, text="0")
                        tx.put(NOTES, [attrs.evolve(known, text=str(int(known.text) + 1))])
                        receipt = Receive(key=key, sku=ELEPHANT.sku, quantity=1)
                        execute(tx, [receipt], now=NOON, settings=Settings())
                    with store.snapshot() as tx:
                        tx.all_levels()
            except EcomkitError as error:
                failed.append(error)

        with self._opened() as store:
            threads = [
                threading.Thread(target=work, args=(store, name)) for name in range(THREADS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            with store.snapshot() as tx:
                counter = tx.get(NOTES, COUNTER)
                levels = [level.sellable for level in tx.all_levels()]
                moved = len(tx.movements(limit=THREADS * INCREMENTS * 2))
        total = THREADS * INCREMENTS
        expect([], failed, advice="threads must wait for each other, not fail")
        expect(
            (Note(name=COUNTER, text=str(total)), [total], total),
            (counter, levels, moved),
            advice="one writer at a time: take the lock before the first read",
        )
