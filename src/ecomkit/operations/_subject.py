"""What the books hold of one person, found by the ids that they go by and by what quotes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Self, final

import attrs

from ecomkit.customers import Customer, Holding, HoldingKind
from ecomkit.identifiers import CustomerId
from ecomkit.operations._customers import (
    ALIASES,
    CUSTOMER_ORDERS,
    buyer_id,
    load_customer,
)
from ecomkit.operations._effects import EFFECTS, PendingEffect
from ecomkit.operations._merging import MERGES, KeptMerge
from ecomkit.operations._order_entries import FOLLOWERS, Case, cases_about, ended_at
from ecomkit.operations._orders import CLAIMS, ORDERS, KeptClaim
from ecomkit.operations._quarantine import PAYLOADS, QUARANTINE, KeptPayload, Quarantined
from ecomkit.operations._stripping import marks_of, quotes, words_of
from ecomkit.orders import Order
from ecomkit.ports import Transaction

__all__ = ["Traces", "order_of", "orders_of"]


def order_of(pending: PendingEffect) -> str:
    """Return the id of the order that a channel is to be told of."""
    return f"{pending.channel}/{pending.effect.number}"


def orders_of(tx: Transaction, customer: Customer) -> tuple[Order, ...]:
    """Return what *customer* has ordered, under any of their ids."""
    return tuple(_orders(tx, dict.fromkeys(_ids(tx, _faces(customer, _merges(tx, customer.id))))))


@final
@attrs.frozen(kw_only=True)
class Traces:
    """
    All that the books hold of one person.

    Args:
        customer: The person.
        ids: All ids that they go by, on orders or with channels.
        words: What they are known by.
        orders: What they have ordered.
        cases: Returns of it, and what they said was wrong with it.
        followers: Edits and refunds of it.
        claims: What channels have said of their orders.
        payloads: What channels have sent of them.
        quarantined: What of that could not be taken in.
        effects: What channels are to be told of their orders.
        merges: Of whom they were made.
        doubtful: What in quarantine quotes them, though nothing says that it is of them.
    """

    customer: Customer
    ids: tuple[CustomerId, ...]
    words: frozenset[str] = attrs.field(repr=False)
    orders: tuple[Order, ...]
    cases: tuple[Case, ...]
    followers: tuple[tuple[str, object], ...]
    claims: tuple[KeptClaim, ...]
    payloads: tuple[KeptPayload, ...]
    quarantined: tuple[Quarantined, ...]
    effects: tuple[PendingEffect, ...]
    merges: tuple[KeptMerge, ...]
    doubtful: tuple[Quarantined, ...]

    @classmethod
    def of(cls, tx: Transaction, customer: CustomerId) -> Self:
        """
        Find all of it, without reading what is others'.

        Raises:
            UnknownCustomerError: If the customer is not in the books.
        """
        person = load_customer(tx, customer)
        merges = tuple(_merges(tx, person.id))
        faces = _faces(person, merges)
        ids = tuple(dict.fromkeys(_ids(tx, faces)))
        orders = tuple(_orders(tx, ids))
        quarantine = _Quarantine.of(tx, _payloads(tx, ids, orders), faces=faces, orders=orders)
        return cls(
            customer=person,
            ids=ids,
            words=words_of(faces),
            orders=orders,
            cases=tuple(case for order in orders for case in cases_about(tx, order)),
            followers=tuple(_followers(tx, orders)),
            claims=tuple(_claims(tx, orders)),
            payloads=quarantine.payloads,
            quarantined=quarantine.theirs,
            effects=tuple(_effects(tx, orders)),
            merges=merges,
            doubtful=quarantine.doubtful,
        )

    def holdings(self) -> tuple[Holding, ...]:
        """Return all of it by kind and key, with the moment from which its retention counts."""
        ends = {order.id: ended_at(order) for order in self.orders}
        is_running = None in (*ends.values(), *(case.ended_at for case in self.cases))
        return (
            *(_held(HoldingKind.ORDER, order.id, ends[order.id]) for order in self.orders),
            *(_held(HoldingKind.RETURN, case.name, case.ended_at) for case in self.cases),
            *(
                _held(HoldingKind.CLAIM, CLAIMS.key(kept), ends[kept.claim.order_id])
                for kept in self.claims
            ),
            *(_held(HoldingKind.PAYLOAD, PAYLOADS.key(raw), raw.at) for raw in self.payloads),
            *(_held(HoldingKind.QUARANTINE, kept.name, kept.at) for kept in self.quarantined),
            # Until they are erased as a whole it is known by these what else quotes them.
            *(
                _held(HoldingKind.MERGE_UNDO, kept.name, None if is_running else kept.at)
                for kept in self.merges
            ),
        )


def _held(kind: HoldingKind, reference: str, at: datetime | None) -> Holding:
    return Holding(kind=kind, reference=str(reference), ended_at=at)


def _merges(tx: Transaction, customer: CustomerId) -> Iterator[KeptMerge]:
    """Yield the merges that *customer* went through, and those of whoever was merged into them."""
    for kept in tx.scan(MERGES, index=customer):
        yield kept
        for other in kept.undo.ids[1:]:
            yield from _merges(tx, other)


def _faces(customer: Customer, merges: Iterable[KeptMerge]) -> tuple[Customer, ...]:
    """Return *customer* and all that they were before they were merged."""
    return (customer, *(face for kept in merges for face in kept.undo.originals))


def _ids(tx: Transaction, faces: Iterable[Customer]) -> Iterator[CustomerId]:
    for face in faces:
        yield face.id
        yield from (alias.id for alias in tx.scan(ALIASES, index=face.id))
        yield from (buyer_id(*account.key) for account in face.identities)


def _orders(tx: Transaction, ids: Iterable[CustomerId]) -> Iterator[Order]:
    for name in ids:
        placed = tx.scan(CUSTOMER_ORDERS, index=name)
        yield from filter(None, (tx.get(ORDERS, one.order) for one in placed))


def _followers(tx: Transaction, orders: Iterable[Order]) -> Iterator[tuple[str, object]]:
    for collection in FOLLOWERS:
        for order in orders:
            for entry in tx.scan(collection, index=order.id):
                yield f"{collection.name}/{collection.key(entry)}", entry


def _payloads(
    tx: Transaction, ids: Iterable[CustomerId], orders: Iterable[Order]
) -> Iterator[KeptPayload]:
    for name in ids:
        yield from tx.scan(PAYLOADS, index=name)
    # Of these the channel may not have said whom they speak of.
    yield from filter(None, (tx.get(PAYLOADS, order.id) for order in orders))


def _claims(tx: Transaction, orders: Iterable[Order]) -> Iterator[KeptClaim]:
    return filter(None, (tx.get(CLAIMS, order.id) for order in orders))


def _effects(tx: Transaction, orders: Iterable[Order]) -> Iterator[PendingEffect]:
    # Only what is not confirmed is kept, so there are few.
    theirs = {order.id for order in orders}
    return (pending for pending in tx.scan(EFFECTS) if order_of(pending) in theirs)


@final
@attrs.frozen(kw_only=True)
class _Quarantine:
    """Of what could not be taken in, that which is of one person, and what may be."""

    payloads: tuple[KeptPayload, ...]
    theirs: tuple[Quarantined, ...]
    doubtful: tuple[Quarantined, ...]

    @classmethod
    def of(
        cls,
        tx: Transaction,
        payloads: Iterable[KeptPayload],
        *,
        faces: Iterable[Customer],
        orders: Iterable[Order],
    ) -> Self:
        """
        Sort what is in quarantine, all of which is read: it is little.

        What nobody could tell the buyer of is theirs if it has an address, a number or an account
        of theirs in it. A name alone may be another's.
        """
        faces = tuple(faces)
        words, marks = words_of(faces), marks_of(faces)
        known = {PAYLOADS.key(raw): raw for raw in payloads}
        names = {*known, *(str(order.id) for order in orders)}
        theirs, doubtful = [], []
        for kept in tx.scan(QUARANTINE):
            raw = known.get(kept.name) or tx.get(PAYLOADS, kept.name)
            said = "\n".join((*kept.faults, kept.reason, "" if raw is None else raw.payload.text))
            is_anybodys = raw is None or raw.payload.subject is None
            if kept.name in names or (is_anybodys and quotes(said, marks)):
                theirs.append(kept)
                if raw is not None:
                    known[kept.name] = raw
            elif quotes(said, words):
                doubtful.append(kept)
        return cls(payloads=tuple(known.values()), theirs=tuple(theirs), doubtful=tuple(doubtful))
