"""What a store has to keep of the values it is given."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st

from ecomkit.channels import ChannelClaim, ClaimLine, Payload
from ecomkit.customers import Customer
from ecomkit.errors import FieldError
from ecomkit.identifiers import CartId, ListingId, LocationId, Sku
from ecomkit.operations import KeptClaim, KeptPayload
from ecomkit.orders import Order
from ecomkit.ports import (
    Collection,
    Transaction,
)
from ecomkit.replenishment import PurchaseOrder
from ecomkit.stock import (
    Hold,
    Owner,
    StockLevel,
)
from ecomkit.testing.conformance._kit import expect, paged
from ecomkit.testing.conformance._store_kit import (
    HOSTILE_TEXTS,
    NOON,
    NOTES,
    RAW_NOTES,
    UNSTORABLE_TEXTS,
    Note,
    StoreKit,
    save,
)
from ecomkit.testing.strategies import (
    channel_ids,
    customers,
    instants,
    orders,
    purchase_orders,
)
from ecomkit.timeline import utc

__all__ = ["ValueLaws"]

T = TypeVar("T")


def _claim_of(order: Order) -> ChannelClaim:
    """Return *order* as a channel might tell it."""
    counts = {line.id: order.counts(line.id) for line in order.lines}
    return ChannelClaim(
        channel=order.channel,
        number="1001",
        version=len(order.events),
        placed_at=order.placed_at,
        currency=order.currency,
        lines=[
            ClaimLine(
                id=line.id,
                listing=ListingId(line.sku),
                quantity=line.quantity,
                unit_price=line.unit_price,
                title=line.title,
                cancelled=counts[line.id].cancelled,
                shipped=counts[line.id].shipped,
                returned=counts[line.id].returned,
            )
            for line in order.lines
        ],
        charges=order.charges,
        buyer=order.customer,
        paid=order.paid.captured,
        status=[order.payment_state.value],
    )


class ValueLaws(StoreKit):
    """Values come back as they were saved, sorted, paged, by index."""

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
            pages = paged(lambda last: tx.scan(NOTES, after=last.name if last else "", limit=3))
            ends = (tx.scan(NOTES, limit=0), tx.scan(NOTES, after="\U0010ffff"))
        expected = tuple(by_name[name] for name in sorted(by_name))
        expect(
            expected,
            found,
            advice="scan must sort by key as Python sorts text: code points, no collation",
        )
        expect(expected, pages, advice="after must be exclusive, limit a most")
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
                save(tx, *levels)
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
            lambda tx: tx.entries(limit=-1),
            lambda tx: tx.entries(after=-1, limit=1),
        ]
        with self._opened() as store:
            with store.snapshot() as tx:
                for call in calls:
                    with pytest.raises(FieldError):
                        call(tx)
            with store.transaction() as tx, pytest.raises(FieldError):
                tx.claim("kit", now=NOON, until=NOON, limit=-1)

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
            st.builds(KeptClaim, claim=orders().map(_claim_of), digest=st.text(max_size=9)),
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
                    text=st.text(max_size=99),
                    subject=st.none() | st.text(),
                ),
                at=instants().map(utc),
            ),
        )
