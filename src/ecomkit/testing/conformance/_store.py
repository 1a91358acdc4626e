"""What every store has to keep: the laws of the store port, for its author to run."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar, TypeVar

import attrs
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ecomkit.channels import Payload
from ecomkit.customers import Customer
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.identifiers import CartId, CommandKey, LocationId, MerchantId, Sku
from ecomkit.operations import KeptClaim, KeptPayload, Settings, execute
from ecomkit.orders import Order
from ecomkit.ports import (
    Collection,
    LevelNotLoadedError,
    MovementTakenError,
    NestedTransactionError,
    Retention,
    SnapshotWriteError,
    Store,
    StoreClosedError,
    Transaction,
    TransactionEndedError,
)
from ecomkit.replenishment import PurchaseOrder
from ecomkit.stock import (
    MAIN,
    Account,
    Bucket,
    Cause,
    Hold,
    LevelKey,
    Movement,
    Owner,
    Receive,
    StockLevel,
    Uncovered,
    empty_level,
)
from ecomkit.testing.conformance._kit import expect, unsupported
from ecomkit.testing.conformance._machine import run_store_machine
from ecomkit.testing.strategies import _channels as channels
from ecomkit.testing.strategies import (
    channel_ids,
    customers,
    identifiers,
    instants,
    location_ids,
    orders,
    purchase_orders,
    skus,
    stock_levels,
)
from ecomkit.timeline import utc

__all__ = ["StoreConformance"]

T = TypeVar("T")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
ELEPHANT = LevelKey(Sku("ELEPHANT"), MAIN)
ZEBRA = LevelKey(Sku("ZEBRA"), MAIN)
THREADS = 8
INCREMENTS = 10

HOSTILE_TEXTS = (
    "'; DROP TABLE level; --",
    '" OR 1=1',
    "100 %",
    "a_b",
    "a%b",
    "\\",
    "?1",
    ":key",
    "é",
    "e\u0301",  # the same to a reader, and another key
    "ﬀ",
    "ß",
    "SS",
    "ss",
    "𝔘nicode",
    "象",
    "\u202ertl",
    "NULL",
    "0",
    "00",
    "1e3",
    "/",
    "../../etc/passwd",
    "x" * 500,
)
"""Keys that a store must take as they are: no quoting, folding, trimming or converting."""

UNSTORABLE_TEXTS = ("", "\ud800")


@attrs.frozen(kw_only=True)
class Note:
    """The simplest value that a store can keep."""

    name: str
    text: str = ""
    topic: str | None = None


NOTES = Collection(
    name="kit-note", type=Note, key=lambda note: note.name, index=lambda note: note.topic
)
RAW_NOTES = Collection(
    name="kit-note",
    type=Note,
    key=lambda note: note.name,
    index=lambda note: note.topic,
    retention=Retention.RAW,
)
COUNTER = "counter"


class _Undone(Exception):  # noqa: N818 (ends a block on purpose)
    """Ends a transaction that is to leave nothing."""


def movement(name: str, *, key: LevelKey = ELEPHANT, quantity: int = 1) -> Movement:
    """Return a receipt under the id *name*."""
    return Movement(
        id=name,
        quantity=quantity,
        source=Account(key.sku, key.location, Bucket.SUPPLIER),
        target=Account(key.sku, key.location, Bucket.SELLABLE),
        cause=Cause.RECEIPT,
        command=CommandKey("kit"),
        at=NOON,
    )


def save(tx: Transaction, level: StockLevel) -> None:
    """Save *level* as the port asks for it: load first."""
    tx.levels([level.key])
    tx.append([level], [])


def by_rank(level: StockLevel) -> StockLevel:
    """Return *level* with its promises in the order of their ranks, as decisions leave it."""
    return attrs.evolve(
        level,
        holds=sorted(level.holds, key=lambda hold: hold.rank),
        allocations=sorted(level.allocations, key=lambda allocation: allocation.rank),
        uncovered=sorted(level.uncovered, key=lambda debt: debt.rank),
    )


class StoreConformance:
    """
    The laws of :class:`ecomkit.ports.Store`. Subclass it and say how your store is made.

    .. code-block:: python

        class TestMyStore(StoreConformance):
            def make_store(self, merchant):
                return MyStore(self.url, merchant=merchant)

            def reopen(self, store):
                store.close()
                return MyStore(self.url, merchant=store.merchant)
    """

    examples: ClassVar[int] = 30
    """How many values each law with random values is tried on."""

    def make_store(self, merchant: MerchantId) -> Store:
        """
        Return a store of the books of *merchant*, empty when it is asked for the first time.

        Stores made in one test share what your stores can share: a file, a database.
        """
        raise NotImplementedError

    def reopen(self, store: Store) -> Store | None:  # noqa: ARG002 (for the subclass)
        """Close *store* and open it again; None if nothing outlives your store."""
        return None

    # -- helpers ----------------------------------------------------------------------------

    @contextmanager
    def _opened(self, merchant: str = "kit") -> Iterator[Store]:
        store = self.make_store(MerchantId(merchant))
        try:
            yield store
        finally:
            store.close()

    def _always(self, strategy: st.SearchStrategy[T], law: Callable[[T], None]) -> None:
        # The laws are bound here and not decorated, since many subclasses inherit them.
        check = hypothesis_settings(
            max_examples=self.examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.nested_given],
        )
        check(given(strategy)(law))()

    # -- all or nothing -----------------------------------------------------------------------

    def test_an_exception_undoes_values_levels_and_movements(self) -> None:
        """A transaction that ends by an exception leaves nothing, and what was before remains."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        before = Note(name="old", topic="a")
        with self._opened() as store:
            with store.transaction() as tx:
                tx.put(NOTES, [before])
                tx.put(RAW_NOTES, [before])
                save(tx, level)
                tx.append([], [movement("m-1")])
            with suppress(_Undone), store.transaction() as tx:
                tx.put(NOTES, [Note(name="new", topic="a"), Note(name="old", topic="b")])
                tx.put(RAW_NOTES, [Note(name="new")])
                tx.delete(NOTES, ["old"])
                tx.delete(RAW_NOTES, ["old"])
                tx.levels([ELEPHANT, ZEBRA])
                more = attrs.evolve(level, sellable=9)
                other = StockLevel.counted(ZEBRA.sku, on_hand=1, at=NOON)
                tx.append([more, other], [movement("m-2")])
                raise _Undone
            with store.snapshot() as tx:
                left = (
                    tx.scan(NOTES),
                    tx.scan(NOTES, index="a"),
                    tx.scan(NOTES, index="b"),
                    tx.scan(RAW_NOTES),
                    tx.all_levels(),
                    tuple(entry.id for _, entry in tx.movements(limit=9)),
                )
        expect(
            ((before,), (before,), (), (before,), (level,), ("m-1",)),
            left,
            advice="an exception must undo all that its transaction wrote; roll back on every "
            "exception, BaseException included, and undo indexes too",
        )

    def test_the_exception_comes_out_as_it_was(self) -> None:
        """An exception inside a transaction reaches the caller, and the store works on."""
        with self._opened() as store:
            with pytest.raises(_Undone), store.transaction():
                raise _Undone
            with suppress(KeyboardInterrupt), store.transaction() as tx:
                tx.put(NOTES, [Note(name="half")])
                raise KeyboardInterrupt
            with store.transaction() as tx:
                found = tx.scan(NOTES)
        expect((), found, advice="an interrupt must undo the transaction like any exception")

    def test_values_that_fail_to_come_leave_nothing(self) -> None:
        """When the values given to put or append end by an exception, none of them was saved."""

        def notes() -> Iterator[Note]:
            yield Note(name="first")
            raise _Undone

        def movements() -> Iterator[Movement]:
            yield movement("m-1")
            raise _Undone

        with self._opened() as store, store.transaction() as tx:
            with suppress(_Undone):
                tx.put(NOTES, notes())
            tx.levels([ELEPHANT])
            with suppress(_Undone):
                tx.append([StockLevel.counted(ELEPHANT.sku, on_hand=1, at=NOON)], movements())
            left = (tx.scan(NOTES), tx.movements(limit=9), tx.all_levels())
        expect(
            ((), (), ()),
            left,
            advice="a call that raises must have written nothing: go through the iterable first",
        )

    # -- reading what was written ---------------------------------------------------------------

    def test_a_transaction_reads_its_own_writes(self) -> None:
        """What was written is seen by the reads that follow in the same transaction."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        note = Note(name="n", topic="t")
        with self._opened() as store, store.transaction() as tx:
            tx.put(NOTES, [note])
            save(tx, level)
            tx.append([], [movement("m-1")])
            seen = (
                tx.get(NOTES, "n"),
                tx.scan(NOTES, index="t"),
                tx.levels([ELEPHANT]),
                tx.all_levels(),
                len(tx.movements(limit=9)),
            )
            tx.delete(NOTES, ["n"])
            gone = tx.get(NOTES, "n")
        expect(
            ((note, (note,), (level,), (level,), 1), None),
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
            tx.append([], [movement("m-1")])
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
            )
        store.close()
        expect(
            ((note,), (note,), (level,), (movement("m-1"),)),
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
                tx.append([], [movement("m-1")])
            with two.transaction() as tx:
                seen = (
                    tx.get(NOTES, "n"),
                    tx.scan(NOTES),
                    tx.scan(NOTES, index="t"),
                    tx.scan(RAW_NOTES),
                    tx.levels([ELEPHANT]),
                    tx.all_levels(),
                    tx.movements(limit=9),
                    tx.waiting(),
                    tx.expired(NOON),
                )
                tx.delete(NOTES, ["n"])
                tx.put(NOTES, [Note(name="n", text="theirs")])
                tx.append([], [movement("m-1")])
            with one.snapshot() as tx:
                kept = (tx.get(NOTES, "n"), tx.all_levels(), len(tx.movements(limit=9)))
            names = (one.merchant, two.merchant)
        advice = "put the merchant into every key and every WHERE"
        expect((None, (), (), (), (empty_level(ELEPHANT),), (), (), (), ()), seen, advice=advice)
        expect((note, (held,), 1), kept, advice=advice)
        expect(("one", "two"), names, advice="merchant must be the one the store was made for")

    # -- values ---------------------------------------------------------------------------------

    def test_a_value_takes_the_place_of_the_one_before(self) -> None:
        """Under one key there is one value: the last that was put, in one call or in several."""
        with self._opened() as store, store.transaction() as tx:
            tx.put(NOTES, [Note(name="n", text="1"), Note(name="n", text="2")])
            tx.put(NOTES, [Note(name="n", text="3")])
            found = tx.scan(NOTES)
        expect((Note(name="n", text="3"),), found, advice="put must replace what has the same key")

    def test_scan_sorts_by_key_and_pages(self) -> None:
        """Values come sorted by code points of their keys; pages by after and limit miss none."""
        by_name = {name: Note(name=name, text=name[:3]) for name in HOSTILE_TEXTS}
        with self._opened() as store, store.transaction() as tx:
            tx.put(NOTES, by_name.values())
            found = tx.scan(NOTES)
            pages: list[Note] = []
            while page := tx.scan(NOTES, after=pages[-1].name if pages else "", limit=3):
                pages.extend(page)
            ends = (tx.scan(NOTES, limit=0), tx.scan(NOTES, after="\U0010ffff"))
        expected = tuple(by_name[name] for name in sorted(by_name))
        expect(
            expected,
            found,
            advice="scan must sort by key as Python sorts text: code points, no collation",
        )
        expect(expected, tuple(pages), advice="after must be exclusive, limit a most")
        expect(((), ()), ends, advice="a limit of 0 and an after at the end give nothing")

    def test_scan_by_index(self) -> None:
        """Only values saved with that index are found; it moves and vanishes with the value."""
        with self._opened() as store, store.transaction() as tx:
            tx.put(NOTES, [Note(name=name, topic="a") for name in "321"])
            tx.put(NOTES, [Note(name="4", topic="b"), Note(name="5")])
            first = tuple(note.name for note in tx.scan(NOTES, index="a"))
            paged = tuple(note.name for note in tx.scan(NOTES, index="a", after="1", limit=1))
            tx.put(NOTES, [Note(name="1", topic="b"), Note(name="2")])
            tx.delete(NOTES, ["3"])
            moved = tuple(
                tuple(note.name for note in tx.scan(NOTES, index=topic)) for topic in "abc"
            )
            everything = tuple(note.name for note in tx.scan(NOTES))
        expect(("1", "2", "3"), first, advice="scan by index must sort by key")
        expect(("2",), paged, advice="after and limit must apply within the index")
        expect(
            ((), ("1", "4"), ()),
            moved,
            advice="a value that is put again or deleted must leave its former index; one with "
            "the index None stands under none",
        )
        expect(("1", "2", "4", "5"), everything, advice="without an index, scan must give all")

    def test_delete_passes_over_what_is_not_there(self) -> None:
        """Deleting removes the named values only; a key without a value is no error."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.put(NOTES, [Note(name="1"), Note(name="2")])
            with store.transaction() as tx:
                tx.delete(NOTES, ["1", "9", "1"])
                tx.delete(NOTES, [])
            with store.snapshot() as tx:
                found = tuple(note.name for note in tx.scan(NOTES))
        expect(("2",), found, advice="delete must remove what is named and nothing else")

    def test_hostile_texts_are_kept_as_they_are(self) -> None:
        """Keys, skus and owners are data: quotes, percent signs, SQL and all of Unicode."""
        skus_ = [
            Sku(text)
            for text in HOSTILE_TEXTS
            if len(text) <= Sku.length_max and text.isprintable()
        ]
        levels = [
            StockLevel(
                sku=sku,
                location=LocationId("a'b"),
                sellable=1,
                held=1,
                holds=[Hold(owner=Owner.cart(CartId(sku)), quantity=1, expires_at=NOON, rank=0)],
                next_rank=1,
            )
            for sku in skus_
        ]
        with self._opened("o'merchant; --") as store:
            with store.transaction() as tx:
                tx.put(NOTES, [Note(name=name, topic=name, text=name) for name in HOSTILE_TEXTS])
                for level in levels:
                    save(tx, level)
            with store.snapshot() as tx:
                got = [tx.get(NOTES, name) for name in HOSTILE_TEXTS]
                indexed = [tx.scan(NOTES, index=name) for name in HOSTILE_TEXTS]
                found = tx.levels([level.key for level in levels])
                ended = tx.expired(NOON)
        notes = [Note(name=name, topic=name, text=name) for name in HOSTILE_TEXTS]
        advice = "bind texts as parameters, compare them byte by byte, fold and trim nothing"
        expect(notes, got, advice=advice)
        expect([(note,) for note in notes], indexed, advice=advice)
        expect(tuple(levels), found, advice=advice)
        expect(tuple(sorted(level.key for level in levels)), ended, advice=advice)

    def test_texts_that_no_store_can_hold_are_refused(self) -> None:
        """An empty key and half a character are refused by name, and nothing was written."""
        calls: list[Callable[[Transaction, str], object]] = [
            lambda tx, text: tx.put(NOTES, [Note(name="good"), Note(name=text)]),
            lambda tx, text: tx.put(NOTES, [Note(name="good"), Note(name="bad", topic=text)]),
            lambda tx, text: tx.delete(NOTES, [text]),
            lambda tx, text: tx.get(NOTES, text),
            lambda tx, text: tx.scan(NOTES, index=text),
        ]
        with self._opened() as store, store.transaction() as tx:
            for text, call in itertools.product(UNSTORABLE_TEXTS, calls):
                with pytest.raises(FieldError):
                    call(tx, text)
            with pytest.raises(FieldError):
                tx.scan(NOTES, after="\ud800")
            left = tx.scan(NOTES)
        expect((), left, advice="check all keys before the first value is written")

    def test_half_characters_inside_values_survive(self) -> None:
        """A text inside a value may be anything that JSON can spell."""
        note = Note(name="n", text="half a character \ud800, a NUL \x00, a line\u2028end")
        with self._opened() as store:
            with store.transaction() as tx:
                tx.put(NOTES, [note])
            with store.snapshot() as tx:
                found = tx.get(NOTES, "n")
        expect(note, found, advice="escape what your encoding cannot carry")

    def test_limits_below_zero_are_refused(self) -> None:
        """A limit or a number below 0 is refused: it means another thing to each system."""
        calls: list[Callable[[Transaction], object]] = [
            lambda tx: tx.scan(NOTES, limit=-1),
            lambda tx: tx.movements(limit=-1),
            lambda tx: tx.movements(after=-1, limit=1),
        ]
        with self._opened() as store, store.snapshot() as tx:
            for call in calls:
                with pytest.raises(FieldError):
                    call(tx)

    def test_raw_payloads_stand_apart(self) -> None:
        """Of two collections of one name, one raw and one a record, neither sees the other."""
        with self._opened() as store, store.transaction() as tx:
            tx.put(NOTES, [Note(name="n", text="record", topic="t")])
            tx.put(RAW_NOTES, [Note(name="n", text="raw", topic="t")])
            both = (tx.get(NOTES, "n"), tx.get(RAW_NOTES, "n"))
            tx.delete(RAW_NOTES, ["n"])
            left = (tx.scan(NOTES, index="t"), tx.scan(RAW_NOTES), tx.scan(RAW_NOTES, index="t"))
        record = Note(name="n", text="record", topic="t")
        raw = Note(name="n", text="raw", topic="t")
        advice = "keep Retention.RAW in a table of its own"
        expect((record, raw), both, advice=advice)
        expect(((record,), (), ()), left, advice=advice)

    # -- values of every type survive -------------------------------------------------------------

    def _survives(self, kind: type[T], strategy: st.SearchStrategy[T]) -> None:
        collection: Collection[Any] = Collection(
            name=f"kit-{kind.__name__}", type=kind, key=lambda _: "the one", index=lambda _: "it"
        )

        with self._opened() as store:

            def law(value: T) -> None:
                with store.transaction() as tx:
                    tx.put(collection, [value])
                with store.snapshot() as tx:
                    found = (tx.get(collection, "the one"), *tx.scan(collection, index="it"))
                expect(
                    (value, value),
                    found,
                    advice=f"a {kind.__name__} must come back equal to what was saved",
                )

            self._always(strategy, law)

    def test_orders_survive(self) -> None:
        """An order in any state comes back as it was saved."""
        self._survives(Order, orders())

    def test_claims_survive(self) -> None:
        """What a channel said comes back as it was saved."""
        self._survives(
            KeptClaim,
            st.builds(KeptClaim, claim=channels.channel_claims(), digest=st.text(max_size=9)),
        )

    def test_purchase_orders_survive(self) -> None:
        """A purchase order comes back as it was saved."""
        self._survives(PurchaseOrder, purchase_orders())

    def test_customers_survive(self) -> None:
        """A customer with contacts, addresses and consents comes back as it was saved."""
        self._survives(Customer, customers())

    def test_raw_texts_survive(self) -> None:
        """A payload comes back as it was sent, whatever its text."""
        self._survives(
            KeptPayload,
            st.builds(
                KeptPayload,
                payload=st.builds(
                    Payload,
                    channel=channel_ids(),
                    object_id=st.text(),
                    text=st.text(st.characters(), max_size=99),
                    subject=st.none() | st.text(),
                ),
                at=instants().map(utc),
            ),
        )

    # -- levels -----------------------------------------------------------------------------------

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
                        found = (*tx.levels([ELEPHANT]), *tx.all_levels())
                        lists = (tx.waiting(), tx.expired(NOON))
                    ended = any(hold.has_expired(NOON) for hold in level.holds)
                    expect(
                        (level, level),
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

    # -- movements ------------------------------------------------------------------------------

    def test_movements_are_numbered_and_paged(self) -> None:
        """Movements come in the order they were appended, with growing numbers, page by page."""
        names = [f"m-{place}" for place in range(7, 0, -1)]
        with self._opened() as store:
            for batch in (names[:3], names[3:4], [], names[4:]):
                with store.transaction() as tx:
                    tx.append([], map(movement, batch))
            with store.snapshot() as tx:
                everything = tx.movements(limit=99)
                pages: list[tuple[int, Movement]] = []
                while page := tx.movements(after=pages[-1][0] if pages else 0, limit=2):
                    pages.extend(page)
                nothing = tx.movements(limit=0)
        numbers = [number for number, _ in everything]
        expect(names, [entry.id for _, entry in everything], advice="keep the order of appending")
        expect(sorted({*numbers}), numbers, advice="each movement needs a number above the last")
        expect(everything, tuple(pages), advice="after must be exclusive, limit a most")
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

    # -- misuse ---------------------------------------------------------------------------------

    def test_a_snapshot_only_reads(self) -> None:
        """Writing to a snapshot is refused by name, and nothing was written."""
        calls: list[Callable[[Transaction], object]] = [
            lambda tx: tx.put(NOTES, [Note(name="n")]),
            lambda tx: tx.delete(NOTES, ["old"]),
            lambda tx: tx.append(tx.levels([ELEPHANT]), [movement("m-1")]),
            lambda tx: tx.put(NOTES, []),
        ]
        with self._opened() as store:
            with store.transaction() as tx:
                tx.put(NOTES, [Note(name="old")])
            with store.snapshot() as tx:
                for call in calls:
                    with pytest.raises(SnapshotWriteError):
                        call(tx)
            with store.snapshot() as tx:
                left = (tx.scan(NOTES), tx.movements(limit=9))
        expect(((Note(name="old"),), ()), left, advice="a snapshot must not write")

    def test_a_transaction_inside_another_is_refused(self) -> None:
        """A thread that holds the store is refused a second time; the first goes on unharmed."""
        calls: list[Callable[[Store], object]] = [
            lambda store: store.transaction().__enter__(),
            lambda store: store.snapshot().__enter__(),
            lambda store: store.close(),
        ]
        with self._opened() as store:
            for outer, call in itertools.product((store.transaction, store.snapshot), calls):
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
            lambda tx: tx.append([], [movement("m-1")]),
            lambda tx: tx.movements(limit=1),
        ]
        with self._opened() as store:
            with store.transaction() as ended:
                pass
            with suppress(_Undone), store.transaction() as undone:
                raise _Undone
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
        for begin in (store.transaction, store.snapshot):
            with pytest.raises(StoreClosedError), begin():
                pass

    # -- many writers -----------------------------------------------------------------------------

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

    # -- the whole --------------------------------------------------------------------------------

    def test_agrees_with_the_pure_model(self) -> None:
        """Random commands, repeats, aborts and reopenings lead where the pure model says."""
        runs = itertools.count()
        run_store_machine(
            lambda: [self.make_store(MerchantId(f"machine-{next(runs)}"))],
            reopen=self.reopen,
            settings=hypothesis_settings(
                max_examples=self.examples,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
