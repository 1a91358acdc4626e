"""What a store has to refuse by name."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from ecomkit.identifiers import MerchantId
from ecomkit.ports import (
    Claim,
    NestedTransactionError,
    SnapshotWriteError,
    Store,
    StoreClosedError,
    Transaction,
    TransactionEndedError,
)
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._store_kit import (
    ELEPHANT,
    NOON,
    NOTES,
    Note,
    StoreKit,
    Undone,
    answer,
    append,
    opened,
    whole,
)

__all__ = ["MisuseLaws"]

LATER = NOON + timedelta(hours=1)


class MisuseLaws(StoreKit):
    """Misuse is refused by name and does no harm."""

    def test_a_snapshot_only_reads(self) -> None:
        """Writing to a snapshot is refused by name, and nothing was written."""
        calls: list[Callable[[Transaction], object]] = [
            lambda tx: tx.put(NOTES, [Note(name="n")]),
            lambda tx: tx.delete(NOTES, ["old"]),
            lambda tx: append(tx, "m-1"),
            lambda tx: tx.keep([answer("k-1")]),
            lambda tx: tx.forget(before=LATER),
            lambda tx: tx.post("kit", ["a"]),
            lambda tx: tx.claim("kit", now=NOON, until=LATER, limit=1),
            lambda tx: tx.settle("kit", [Claim("old", 1, 0)]),
            lambda tx: tx.put(NOTES, []),
        ]
        with self._opened() as store:
            with store.transaction() as tx:
                tx.put(NOTES, [Note(name="old")])
                tx.keep([answer("old")])
                tx.post("kit", ["old"])
                posted = tx.posted("kit")
            with store.snapshot() as tx:
                for call in calls:
                    with pytest.raises(SnapshotWriteError):
                        call(tx)
            with store.snapshot() as tx:
                left = (
                    tx.scan(NOTES),
                    tx.movements(limit=9),
                    sorted(tx.kept(["old", "k-1"])),
                    tx.posted("kit"),
                )
        expect(
            ((Note(name="old"),), (), ["old"], posted), left, advice="a snapshot must not write"
        )

    def test_a_transaction_inside_another_is_refused(self) -> None:
        """A thread that holds the store is refused a second time; the first goes on unharmed."""
        calls: list[Callable[[Store], object]] = [
            lambda store: store.transaction().__enter__(),
            lambda store: store.posting().__enter__(),
            lambda store: store.snapshot().__enter__(),
            lambda store: store.close(),
        ]
        with self._opened() as store:
            held = (store.transaction, store.posting, store.snapshot)
            for outer, call in itertools.product(held, calls):
                with outer(), pytest.raises(NestedTransactionError):
                    call(store)
            with store.transaction() as tx:
                tx.put(NOTES, [Note(name="n")])
                with suppress(NestedTransactionError), store.transaction():
                    pass
            with store.snapshot() as tx:
                found = tx.scan(NOTES)
        expect(
            (Note(name="n"),), found, advice="a refused inner transaction must not end the outer"
        )

    def test_a_transaction_that_ended_is_refused(self) -> None:
        """A transaction kept beyond its block reads and writes nothing more."""
        calls: list[Callable[[Transaction], object]] = [
            lambda tx: tx.get(NOTES, "n"),
            lambda tx: tx.put(NOTES, [Note(name="n")]),
            lambda tx: tx.delete(NOTES, ["n"]),
            lambda tx: tx.scan(NOTES),
            lambda tx: tx.levels([ELEPHANT]),
            lambda tx: tx.all_levels(),
            lambda tx: tx.waiting(),
            lambda tx: tx.expired(NOON),
            lambda tx: opened(tx, {ELEPHANT: whole()}),
            lambda tx: append(tx, "m-1"),
            lambda tx: tx.available([ELEPHANT], now=NOON),
            lambda tx: tx.movements(limit=1),
            lambda tx: tx.entries(limit=1),
            lambda tx: tx.kept(["k"]),
            lambda tx: tx.keep([answer("k")]),
            lambda tx: tx.forget(before=NOON),
            lambda tx: tx.post("kit", ["a"]),
            lambda tx: tx.posted("kit"),
            lambda tx: tx.claim("kit", now=NOON, until=LATER, limit=1),
            lambda tx: tx.settle("kit", [Claim("a", 1, 1)]),
        ]
        with self._opened() as store:
            with store.transaction() as ended:
                pass
            with suppress(Undone), store.transaction() as undone:
                raise Undone
            with store.snapshot() as seen:
                pass
            for call in calls:
                for tx in (ended, undone):
                    with pytest.raises(TransactionEndedError):
                        call(tx)
                with pytest.raises((TransactionEndedError, SnapshotWriteError)):
                    call(seen)
            with store.snapshot() as tx:
                left = (tx.scan(NOTES), tx.movements(limit=9))
        expect(((), ()), left, advice="outside of its block a transaction must write nothing")

    def test_a_closed_store_is_refused(self) -> None:
        """A closed store opens no transaction; closing twice is no error."""
        store = self.make_store(MerchantId("kit"))
        store.close()
        store.close()
        for begin in (store.transaction, store.posting, store.snapshot):
            with pytest.raises(StoreClosedError), begin():
                pass
