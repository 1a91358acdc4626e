"""Merging in the books: customers that are one person become one, and can be told apart again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import final

import attrs

from ecomkit.customers import (
    Approval,
    Merged,
    MergeRefused,
    MergeUndo,
    Split,
    SplitRefused,
    merge,
    split,
)
from ecomkit.errors import InputError
from ecomkit.identifiers import CustomerId
from ecomkit.operations._customers import ALIASES, CUSTOMERS, Alias, load_customer
from ecomkit.ports import Collection, Transaction

__all__ = ["MERGES", "KeptMerge", "NotMergedError", "merge_customers", "split_customer"]


@attrs.frozen(kw_only=True)
class NotMergedError(InputError):
    """
    Raised when a customer is to be split that was not merged, or was split already.

    >>> print(NotMergedError(customer=CustomerId("c-1")))
    customer 'c-1' was not made of several, or no way back is kept
    """

    customer: CustomerId

    @property
    def message(self) -> str:
        """The customer."""
        return f"customer {str(self.customer)!r} was not made of several, or no way back is kept"


@final
@attrs.frozen(kw_only=True)
class KeptMerge:
    """A merge and the way back, which holds the customers as they were."""

    customer: CustomerId
    number: int
    undo: MergeUndo = attrs.field(repr=False)
    at: datetime

    @property
    def name(self) -> str:
        """The customer and the running number of the merge, so that the newest comes last."""
        return f"{self.customer}/{self.number:06}"


MERGES = Collection(
    name="customer_merge",
    type=KeptMerge,
    key=lambda kept: kept.name,
    index=lambda kept: kept.customer,
)


def merge_customers(
    tx: Transaction,
    customers: Sequence[CustomerId],
    *,
    approval: Approval | None = None,
    now: datetime,
) -> Merged | MergeRefused:
    """
    Make one of *customers*, under the first one's id, if they are shown to be one person.

    Orders keep the ids that they were placed under; all of these lead to the one customer from
    now on. A refusal writes nothing.

    Raises:
        UnknownCustomerError: If one is not in the books.
    """
    outcome = merge([load_customer(tx, name) for name in customers], approval=approval)
    if isinstance(outcome, MergeRefused):
        return outcome
    into, *others = outcome.undo.ids
    earlier = tx.scan(MERGES, index=into)
    number = earlier[-1].number + 1 if earlier else 1
    tx.put(MERGES, [KeptMerge(customer=into, number=number, undo=outcome.undo, at=now)])
    tx.put(CUSTOMERS, [outcome.customer])
    tx.delete(CUSTOMERS, others)
    _lead(tx, (name for other in others for name in _names(tx, other)), to=into)
    return outcome


def split_customer(
    tx: Transaction,
    customer: CustomerId,
    *,
    belongs_to: CustomerId | None = None,
) -> Split | SplitRefused:
    """
    Undo the newest merge of *customer*; the ones before it can be undone afterwards.

    A refusal writes nothing.

    Args:
        tx: The transaction.
        customer: Any id of the merged customer.
        belongs_to: Whose everything is that came since the merge.

    Raises:
        UnknownCustomerError: If the customer is not in the books.
        NotMergedError: If the customer was not merged.
    """
    merged = load_customer(tx, customer)
    kept = tx.scan(MERGES, index=merged.id)
    if not kept:
        raise NotMergedError(customer=merged.id)
    outcome = split(merged, undo=kept[-1].undo, belongs_to=belongs_to)
    if isinstance(outcome, SplitRefused):
        return outcome
    tx.delete(MERGES, [kept[-1].name])
    tx.put(CUSTOMERS, outcome.customers)
    _, *others = kept[-1].undo.ids
    tx.delete(ALIASES, others)
    for other in others:
        _lead(tx, (name for name in _names(tx, other) if name != other), to=other)
    return outcome


def _names(tx: Transaction, customer: CustomerId) -> Iterator[CustomerId]:
    """Yield *customer* and all that were merged into them before."""
    yield customer
    for kept in tx.scan(MERGES, index=customer):
        for other in kept.undo.ids[1:]:
            yield from _names(tx, other)


def _lead(tx: Transaction, names: Iterable[CustomerId], *, to: CustomerId) -> None:
    tx.put(ALIASES, [Alias(id=name, customer=to) for name in names])
