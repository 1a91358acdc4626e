"""Retention: what has been kept for as long as its rules say goes, with a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.customers import Customer, Holding, HoldingKind, RetentionRule, review_retention
from ecomkit.operations._customers import CUSTOMERS, find_customer
from ecomkit.operations._eraser import Eraser
from ecomkit.operations._erasure import WISHES, ErasureReport, erase_customer
from ecomkit.operations._merging import MERGES, KeptMerge
from ecomkit.operations._order_entries import CASES, Case, CaseShelf, cases_about, ended_at
from ecomkit.operations._orders import CLAIMS, ORDERS, KeptClaim
from ecomkit.operations._quarantine import (
    PAYLOADS,
    QUARANTINE,
    KeptPayload,
    Quarantined,
    QuarantineState,
)
from ecomkit.operations._stripping import words_of
from ecomkit.operations._subject import orders_of
from ecomkit.operations._wiping import Wiped, note_wipe, wipe_deleted
from ecomkit.orders import Order
from ecomkit.ports import Collection, Store, Transaction

__all__ = ["RetentionReport", "apply_retention"]

ENTRIES_AT_A_TIME = 200
"""So many entries are read in one snapshot, and go in one transaction."""


@final
@attrs.frozen(kw_only=True)
class RetentionReport:
    """
    What went since it had been kept for long enough, and what did not.

    Args:
        gone: The kinds of which something was deleted or stripped, and how many of each.
        kept: How many entries were looked at and stay.
        unruled: The kinds that the books have and no rule speaks of: a gap in the rules.
        persons: The customers that were due, and those who had asked for it earlier.
        waiting: How many wishes to be erased wait for an order under way.
        wiped: Whether the files of the store are rid of what went.
    """

    gone: tuple[tuple[HoldingKind, int], ...] = attrs.field(converter=as_tuple)
    kept: int
    unruled: tuple[HoldingKind, ...] = attrs.field(converter=as_tuple, validator=each(HoldingKind))
    persons: tuple[ErasureReport, ...] = attrs.field(
        converter=as_tuple, validator=each(ErasureReport)
    )
    waiting: int
    wiped: Wiped

    def explain(self) -> str:
        """Say what went, what stays, and what no rule speaks of."""
        lines = [f"{kind.value}: {number} went" for kind, number in self.gone if number]
        lines.append(f"{len(self.persons)} persons erased, {self.waiting} wishes waiting")
        lines.append(f"{self.kept} entries looked at and kept")
        lines.extend(f"no rule for: {kind.value}" for kind in self.unruled)
        return "\n".join([*lines, self.wiped.explain()])


def apply_retention(
    store: Store, *, rules: Iterable[RetentionRule], now: datetime
) -> RetentionReport:
    """
    Delete and strip what no rule keeps any longer, fulfil wishes to be erased, and wipe.

    Meant for once a night. It reads all entries of the kinds that *rules* speak of, page by page,
    and holds the store for a page at a time only. Cut off anywhere it goes on where it is called
    again. A payload that waits in quarantine goes with the quarantined object, not before.

    Args:
        store: The books; not to be called inside a transaction.
        rules: How long what is kept. A kind without a rule is kept, and named in the report.
        now: The moment by which ends are judged.
    """
    rules = tuple(rules)
    run = _Run(store, rules, now=now)
    ruled = {rule.what for rule in rules}
    gone: Counter[HoldingKind] = Counter()
    for shelf in SHELVES:
        if shelf.kind in ruled:
            gone[shelf.kind] += run.clear(shelf)
    if HoldingKind.CUSTOMER in ruled:
        run.clear_customers()
    run.fulfil_wishes()
    with store.snapshot() as tx:
        waiting = len(tx.scan(WISHES))
    wiped = wipe_deleted(store)
    return RetentionReport(
        gone=gone.items(),
        kept=run.kept,
        unruled=(kind for kind in HELD if kind not in ruled),
        persons=(attrs.evolve(person, wiped=wiped) for person in run.persons),
        waiting=waiting,
        wiped=wiped,
    )


@final
@attrs.frozen(kw_only=True)
class _Shelf:
    """One kind of entries: when each has ended, None while it is needed, and how one goes."""

    kind: HoldingKind
    collection: Collection[Any]
    ended: Callable[[Transaction, Any], datetime | None]
    remove: Callable[[Transaction, Any], int]

    def holding(self, tx: Transaction, value: Any) -> Holding:
        """Return an entry as the rules see it."""
        return Holding(
            kind=self.kind,
            reference=str(self.collection.key(value)),
            ended_at=self.ended(tx, value),
        )


@final
class _Run:
    """One run over the books of a store."""

    def __init__(self, store: Store, rules: Sequence[RetentionRule], *, now: datetime) -> None:
        self._store = store
        self._rules = rules
        self._now = now
        self.kept = 0
        self.persons: list[ErasureReport] = []

    def clear(self, shelf: _Shelf) -> int:
        """Have all entries of *shelf* go that are due; return how many were changed by it."""
        gone = 0
        for page in self._pages(shelf.collection):
            with self._store.snapshot() as tx:
                due = self._due([shelf.holding(tx, value) for value in page])
            self.kept += len(page) - len(due)
            if due:
                with self._store.transaction() as tx:
                    changed = self._remove(tx, shelf, due)
                    if changed:
                        note_wipe(tx, now=self._now)
                gone += changed
        return gone

    def _remove(self, tx: Transaction, shelf: _Shelf, names: Iterable[str]) -> int:
        # Read again: much may have happened since the snapshot.
        found = [value for name in names if (value := tx.get(shelf.collection, name)) is not None]
        holdings = {shelf.holding(tx, value): value for value in found}
        due = set(self._due(list(holdings)))
        return sum(
            shelf.remove(tx, value)
            for holding, value in holdings.items()
            if holding.reference in due
        )

    def clear_customers(self) -> None:
        """Erase the customers that have not ordered for long enough."""
        for page in self._pages(CUSTOMERS):
            with self._store.snapshot() as tx:
                due = self._due([_as_holding(tx, one) for one in page if one.erased_at is None])
            self.kept += len(page) - len(due)
            for name in due:
                with self._store.transaction() as tx:
                    customer = tx.get(CUSTOMERS, name)
                    if customer is not None and self._due([_as_holding(tx, customer)]):
                        self._erase(tx, customer)

    def fulfil_wishes(self) -> None:
        """Erase those who have asked for it, and of whom nothing is under way any more."""
        for page in self._pages(WISHES):
            for wish in page:
                with self._store.transaction() as tx:
                    # Of two wishes of one person the first has fulfilled the other.
                    is_open = tx.get(WISHES, wish.customer) is not None
                    customer = find_customer(tx, wish.customer) if is_open else None
                    if customer is not None and None not in _ends(tx, customer):
                        self._erase(tx, customer)

    def _erase(self, tx: Transaction, customer: Customer) -> None:
        report = erase_customer(tx, customer.id, rules=self._rules, now=self._now)
        self.persons.append(report)

    def _due(self, holdings: Sequence[Holding]) -> list[str]:
        review = review_retention(holdings, rules=self._rules, now=self._now)
        return [step.holding.reference for step in review.due]

    def _pages(self, collection: Collection[Any]) -> Iterator[tuple[Any, ...]]:
        after = ""
        while True:
            with self._store.snapshot() as tx:
                page = tx.scan(collection, after=after, limit=ENTRIES_AT_A_TIME)
            if not page:
                return
            yield page
            after = collection.key(page[-1])


def _ends(tx: Transaction, customer: Customer) -> list[datetime | None]:
    """Return when each order of *customer*, and each case about one, has ended."""
    orders = orders_of(tx, customer)
    cases = (case for order in orders for case in cases_about(tx, order))
    return [*map(ended_at, orders), *(case.ended_at for case in cases)]


def _as_holding(tx: Transaction, customer: Customer) -> Holding:
    """Return a customer as the rules see them: they end with the last that is known of them."""
    ends = _ends(tx, customer)
    is_running = None in ends
    given = [consent.given_at for consent in customer.consents]
    known = [end for end in (*ends, *given) if end is not None]
    return Holding(
        kind=HoldingKind.CUSTOMER,
        reference=str(customer.id),
        ended_at=None if is_running else max(known, default=None),
    )


def _order_end(tx: Transaction, kept: KeptClaim) -> datetime | None:
    order = tx.get(ORDERS, kept.claim.order_id)
    return None if order is None else ended_at(order)


def _payload_end(tx: Transaction, raw: KeptPayload) -> datetime | None:
    aside = tx.get(QUARANTINE, PAYLOADS.key(raw))
    is_waiting = aside is not None and aside.state is QuarantineState.WAITING
    return None if is_waiting else raw.at


def _strip_order(tx: Transaction, order: Order) -> int:
    eraser = _eraser_of(tx, order)
    eraser.strip_order(order.id)
    return eraser.changed


def _strip_claim(tx: Transaction, kept: KeptClaim) -> int:
    eraser = _eraser_of(tx, tx.get(ORDERS, kept.claim.order_id))
    eraser.strip_claim(CLAIMS.key(kept))
    return eraser.changed


def _eraser_of(tx: Transaction, order: Order | None) -> Eraser:
    """Return an eraser that knows who placed *order*."""
    name = None if order is None else order.customer
    customer = None if name is None else find_customer(tx, name)
    return Eraser(tx, words=words_of([] if customer is None else [customer]))


def _strip_quarantined(tx: Transaction, kept: Quarantined) -> int:
    eraser = Eraser(tx, words=frozenset())
    eraser.strip_quarantined(kept.name)
    eraser.delete_payload(kept.name)
    return eraser.changed


def _delete_payload(tx: Transaction, raw: KeptPayload) -> int:
    tx.delete(PAYLOADS, [PAYLOADS.key(raw)])
    return 1


def _delete_merge(tx: Transaction, kept: KeptMerge) -> int:
    tx.delete(MERGES, [kept.name])
    return 1


def _shelf_of_cases(shelf: CaseShelf) -> _Shelf:
    def strip(tx: Transaction, value: Any) -> int:
        eraser = _eraser_of(tx, tx.get(ORDERS, value.order))
        eraser.strip_case(Case(shelf=shelf, value=value).name)
        return eraser.changed

    return _Shelf(
        kind=HoldingKind.RETURN,
        collection=shelf.collection,
        ended=lambda _, value: shelf.ended(value),
        remove=strip,
    )


SHELVES: Final = (
    _Shelf(
        kind=HoldingKind.PAYLOAD,
        collection=PAYLOADS,
        ended=_payload_end,
        remove=_delete_payload,
    ),
    _Shelf(
        kind=HoldingKind.QUARANTINE,
        collection=QUARANTINE,
        ended=lambda _, kept: kept.at,
        remove=_strip_quarantined,
    ),
    _Shelf(kind=HoldingKind.CLAIM, collection=CLAIMS, ended=_order_end, remove=_strip_claim),
    *map(_shelf_of_cases, CASES),
    _Shelf(
        kind=HoldingKind.ORDER,
        collection=ORDERS,
        ended=lambda _, order: ended_at(order),
        remove=_strip_order,
    ),
    _Shelf(
        kind=HoldingKind.MERGE_UNDO,
        collection=MERGES,
        ended=lambda _, kept: kept.at,
        remove=_delete_merge,
    ),
)
"""What of the books retention looks through."""

HELD: Final = tuple(dict.fromkeys((HoldingKind.CUSTOMER, *(shelf.kind for shelf in SHELVES))))
"""The kinds of what the books hold."""
