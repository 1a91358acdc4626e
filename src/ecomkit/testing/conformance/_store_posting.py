"""What a store has to keep when stock commands are posted by many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from ecomkit.errors import EcomkitError
from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Settings, execute
from ecomkit.ports import (
    STOCK,
    KeyTakenError,
    LedgerTransaction,
    MovementTakenError,
    Store,
    TransactionEndedError,
)
from ecomkit.stock import (
    Outcome,
    Owner,
    Receive,
    Record,
    Recorded,
    Reserve,
    Reserved,
    StockCommand,
    StockLevel,
    Want,
    audit_levels,
    fold,
)
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._store_kit import (
    ELEPHANT,
    INCREMENTS,
    NOON,
    THREADS,
    ZEBRA,
    StoreKit,
    Undone,
    answer,
    append,
    opened,
    rows,
    save,
    whole,
)

__all__ = ["PostingLaws"]

TOTAL = THREADS * INCREMENTS


def _run(tx: LedgerTransaction, *commands: StockCommand) -> tuple[Outcome, ...]:
    return execute(tx, commands, now=NOON, settings=Settings())


class PostingLaws(StoreKit):
    """Posting to some levels lasts or does not, loses nothing, and promises nothing twice."""

    def test_a_posting_works_alone(self) -> None:
        """What is booked in a posting is there when it has ended, and undone when it raises."""
        receipt = Receive(key=CommandKey("r-1"), sku=ELEPHANT.sku, quantity=2)
        other = Receive(key=CommandKey("r-2"), sku=ZEBRA.sku, quantity=2)
        with self._opened() as store:
            with store.posting() as tx:
                first = _run(tx, receipt)
            with store.posting() as ended:
                again = _run(ended, receipt)
            with suppress(Undone), store.posting() as tx:
                _run(tx, other)
                raise Undone
            with pytest.raises(TransactionEndedError):
                opened(ended, {ELEPHANT: whole()})
            with pytest.raises(TransactionEndedError):
                append(ended, "m-1")
            with store.snapshot() as tx:
                left = (
                    [(level.sku, level.sellable) for level in tx.all_levels()],
                    len(tx.movements(limit=9)),
                    sorted(tx.kept(["r-1", "r-2"])),
                    [entry.key for entry in tx.posted(STOCK)],
                )
        expect(first, again, advice="a posting must find what the one before it kept")
        expect(
            ([(ELEPHANT.sku, 2)], 1, ["r-1"], ["ELEPHANT"]),
            left,
            advice="a posting that ends by an exception must leave nothing",
        )

    def test_what_is_refused_in_a_posting_writes_nothing(self) -> None:
        """A taken id or key is told, at the latest when the block ends, and nothing was written."""
        calls: list[tuple[type[EcomkitError], Callable[[LedgerTransaction], None]]] = [
            (MovementTakenError, lambda tx: append(tx, "m-2", "m-1")),
            (
                KeyTakenError,
                lambda tx: tx.book(
                    (), movements=rows("m-2"), outcomes=[answer("k-1")], changed=["ZEBRA"]
                ),
            ),
        ]
        with self._opened() as store:
            with store.transaction() as tx:
                append(tx, "m-1")
                tx.keep([answer("k-1")])
            for error, call in calls:
                with pytest.raises(error), store.posting() as posting:
                    call(posting)
            with store.snapshot() as tx:
                left = ([entry.id for _, entry in tx.movements(limit=9)], tx.posted(STOCK))
        expect((["m-1"], ()), left, advice="a refused posting must have written nothing")

    def test_threads_that_post_to_one_level_lose_nothing(self) -> None:
        """Receipts of many threads at one level add up, and each movement shows its balance."""

        def work(store: Store, name: int, place: int) -> None:
            receipt = Receive(key=CommandKey(f"r-{name}-{place}"), sku=ELEPHANT.sku, quantity=1)
            with store.posting() as tx:
                _run(tx, receipt)

        with self._opened() as store:
            self._at_once(store, work)
            with store.snapshot() as tx:
                units = [level.sellable for level in tx.all_levels()]
                balances = [entry.target_after for entry in tx.entries(limit=2 * TOTAL)]
        expect(
            ([TOTAL], list(range(1, TOTAL + 1))),
            (units, balances),
            advice="lock a level before it is read; movements of a level must be numbered in the "
            "order in which its balance changed",
        )

    def test_threads_that_post_to_several_levels_lose_nothing(self) -> None:
        """Threads that touch levels in any order neither wait in a circle nor lose anything."""
        skus = [Sku(f"SKU-{n}") for n in range(4)]

        def work(store: Store, name: int, place: int) -> None:
            wanted = [skus[(name + place) % 4], skus[(name * place + 1) % 4]]
            commands: list[StockCommand] = [
                Record(
                    key=CommandKey(f"s-{name}-{place}"),
                    wants=[
                        Want(owner=Owner(f"line:{name}-{place}#{n}"), sku=sku, quantity=1)
                        for n, sku in enumerate(wanted)
                    ],
                    placed_at=NOON,
                ),
                Receive(key=CommandKey(f"r-{name}-{place}"), sku=skus[place % 4], quantity=1),
            ]
            with store.posting() as tx:
                [sale, _] = _run(tx, *commands)
            assert isinstance(sale, Recorded)

        with self._opened() as store:
            self._at_once(store, work)
            with store.snapshot() as tx:
                levels = tx.all_levels()
                movements = [movement for _, movement in tx.movements(limit=10 * TOTAL)]
                kept = tx.kept(
                    f"{of}-{n}-{p}"
                    for of in "rs"
                    for n in range(THREADS)
                    for p in range(INCREMENTS)
                )
        promised = sum(level.allocated + level.uncovered_units for level in levels)
        expect((2 * TOTAL, 2 * TOTAL), (promised, len(kept)), advice="no command may be lost")
        expect((), audit_levels(levels, fold(movements)), advice="levels are what moved")

    def test_threads_never_promise_a_unit_twice(self) -> None:
        """Of many who reserve the last units at once, as many get one as there are."""
        units = TOTAL // 2
        granted: list[str] = []

        def work(store: Store, name: int, place: int) -> None:
            want = Want(owner=Owner(f"line:{name}-{place}#1"), sku=ELEPHANT.sku, quantity=1)
            command = Reserve(key=CommandKey(f"o-{name}-{place}"), wants=[want], placed_at=NOON)
            with store.posting() as tx:
                [outcome] = _run(tx, command)
            if isinstance(outcome, Reserved):
                granted.append(command.key)

        with self._opened() as store:
            with store.transaction() as tx:
                save(tx, StockLevel.counted(ELEPHANT.sku, on_hand=units, at=NOON))
            self._at_once(store, work)
            with store.snapshot() as tx:
                [level] = tx.levels([ELEPHANT])
                kept = tx.kept(granted)
        expect(
            (units, 0, units, units),
            (len(granted), level.sellable, len(level.allocations), len(kept)),
            advice="a level must be locked from the moment it is read until the commit",
        )

    def test_one_command_from_many_threads_counts_once(self) -> None:
        """Twins of a command, posted at once, get one answer and have one effect."""

        def work(store: Store, name: int, place: int) -> None:  # noqa: ARG001 (all are twins)
            receipt = Receive(key=CommandKey(f"r-{place}"), sku=ELEPHANT.sku, quantity=1)
            with store.posting() as tx:
                answers.append(_run(tx, receipt))

        answers: list[tuple[Outcome, ...]] = []
        with self._opened() as store:
            self._at_once(store, work)
            with store.snapshot() as tx:
                [level] = tx.levels([ELEPHANT])
        expect(
            (INCREMENTS, TOTAL, 1),
            (level.sellable, len(answers), len(set(answers))),
            advice="read what was kept once the levels are locked",
        )

    def _at_once(self, store: Store, work: Callable[[Store, int, int], None]) -> None:
        failed: list[BaseException] = []
        gate = threading.Barrier(THREADS)

        def run(name: int) -> None:
            gate.wait()
            try:
                for place in range(INCREMENTS):
                    work(store, name, place)
            except (EcomkitError, AssertionError) as error:
                failed.append(error)

        threads = [threading.Thread(target=run, args=(name,)) for name in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect([], failed, advice="threads must wait for each other, not fail")
