"""Erasure over the books: a plan says what goes and what stays, and the books follow it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.customers import (
    ErasurePlan,
    ErasureStep,
    Holding,
    RetentionRule,
    plan_erasure,
)
from ecomkit.identifiers import CustomerId
from ecomkit.operations._customers import ALIASES, CUSTOMERS, Alias
from ecomkit.operations._eraser import Eraser
from ecomkit.operations._order_entries import ended_at
from ecomkit.operations._subject import Traces, order_of
from ecomkit.operations._wiping import Wiped, WipeState, note_wipe, wipe_deleted
from ecomkit.ports import Collection, Store, Transaction

__all__ = [
    "BEYOND_REACH",
    "WISHES",
    "ErasureReport",
    "ErasureWish",
    "erase_and_wipe",
    "erase_customer",
]

BEYOND_REACH: Final = (
    "backups and other copies of the store",
    "the write-ahead log of a PostgreSQL server, its archive, its replicas and its own log",
    "snapshots of disks, and blocks of a disk that a file system has freed",
    "what channels, carriers and payment services have of the person",
    "logs, files and tables of the program around this library",
    "persons that were put into identifiers, command keys or notes of stock movements",
    "orders, for whoever knows how a channel calls the person: the id on them is a digest of that",
)
"""Where a person may still be found after an erasure, for whoever runs the system to look at."""


NOT_YET: Final = Wiped(state=WipeState.DUE)


@final
@attrs.frozen(kw_only=True)
class ErasureWish:
    """That a person is to be erased as soon as nothing of theirs is under way."""

    customer: CustomerId
    asked_at: datetime


WISHES = Collection(name="erasure_wish", type=ErasureWish, key=lambda wish: wish.customer)


@final
@attrs.frozen(kw_only=True)
class ErasureReport:
    """
    What was erased for one person, what was kept and why, and where they may be found still.

    Args:
        plan: What goes, what stays and why.
        changed: How many entries of the books were deleted or stripped.
        elsewhere: Steps that are not the books' to take: they are the caller's.
        doubtful: What in quarantine quotes the person, though nothing says that it is of them;
            somebody is to look at it.
        wiped: Whether the files of the store are rid of it.
    """

    plan: ErasurePlan
    changed: int
    elsewhere: tuple[ErasureStep, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ErasureStep)
    )
    doubtful: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    wiped: Wiped = attrs.field(default=NOT_YET)

    @property
    def is_complete(self) -> bool:
        """Whether the person is erased; not while an order of theirs is under way."""
        return self.plan.erased is not None

    def explain(self) -> str:
        """Say what went, what stays, and where to look besides."""
        lines = [self.plan.explain(), f"{self.changed} entries of the books changed"]
        if not self.is_complete:
            lines.append("the rest goes when nothing is under way any more; the wish is kept")
        if self.elsewhere:
            lines.append(f"{len(self.elsewhere)} steps are to be taken outside of the books")
        if self.doubtful:
            lines.append(f"look at these in quarantine: {', '.join(self.doubtful)}")
        lines.append(self.wiped.explain())
        lines.append(f"not reached: {'; '.join(BEYOND_REACH)}")
        return "\n".join(lines)


def erase_and_wipe(
    store: Store,
    customer: CustomerId,
    *,
    rules: Iterable[RetentionRule] = (),
    elsewhere: Iterable[Holding] = (),
    now: datetime,
) -> ErasureReport:
    """
    Forget a person, see :func:`erase_customer`, and wipe the files of the store.

    Not to be called inside a transaction. Where the wipe is kept out, or the process is killed
    before it, the erasure stands, and the next call of this or of :func:`wipe_deleted` wipes.

    Raises:
        UnknownCustomerError: If the customer is not in the books.
    """
    with store.transaction() as tx:
        report = erase_customer(tx, customer, rules=rules, elsewhere=elsewhere, now=now)
    return attrs.evolve(report, wiped=wipe_deleted(store))


def erase_customer(
    tx: Transaction,
    customer: CustomerId,
    *,
    rules: Iterable[RetentionRule] = (),
    elsewhere: Iterable[Holding] = (),
    now: datetime,
) -> ErasureReport:
    """
    Forget a person: their customer, raw payloads, ways back of merges, and what quotes them.

    Orders, amounts, taxes and movements stay as they are: they name a customer by an id that
    says nothing. Of orders, returns, claims and effects the notes go, and the texts that quote
    the person. While units of an order are to be shipped the person stays; the wish is kept, and
    the next retention run after that fulfils it. Erasing again changes nothing.

    Args:
        tx: The transaction.
        customer: Any id of the person.
        rules: What the law has the merchant keep, and for how long.
        elsewhere: What the caller holds of the person outside of the books; planned with the
            rest, and left to the caller.
        now: When they are forgotten.

    Raises:
        UnknownCustomerError: If the customer is not in the books.
    """
    traces = Traces.of(tx, customer)
    others = tuple(elsewhere)
    plan = plan_erasure(
        traces.customer, holdings=(*traces.holdings(), *others), rules=tuple(rules), now=now
    )
    ours = [step for step in plan.steps if step.holding not in others]
    eraser = Eraser(tx, words=traces.words)
    for step in ours:
        eraser.take(step)
    running = {order.id for order in traces.orders if ended_at(order) is None}
    eraser.strip_effects(due for due in traces.effects if order_of(due) not in running)
    _finish(tx, eraser, traces, plan, now=now)
    if eraser.changed:
        note_wipe(tx, now=now)
    return ErasureReport(
        plan=plan,
        changed=eraser.changed,
        elsewhere=(step for step in plan.steps if step.holding in others),
        doubtful=(kept.name for kept in traces.doubtful),
    )


def _finish(
    tx: Transaction, eraser: Eraser, traces: Traces, plan: ErasurePlan, *, now: datetime
) -> None:
    """Take the face of the customer, or keep the wish to have it taken later."""
    customer = traces.customer
    if plan.erased is None:
        if tx.get(WISHES, customer.id) is None:
            tx.put(WISHES, [ErasureWish(customer=customer.id, asked_at=now)])
        return
    faceless = plan.erased.customer
    eraser.change(CUSTOMERS, customer.id, lambda _: faceless)
    # By these a channel's late word of the person is recognised.
    others = (name for name in traces.ids if name != customer.id)
    tx.put(ALIASES, [Alias(id=name, customer=customer.id) for name in others])
    tx.delete(WISHES, traces.ids)
