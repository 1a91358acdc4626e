"""The operations of a shop on its customers: known, merged, told what is held, and forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecomkit.customers import (
    Approval,
    Customer,
    Holding,
    Merged,
    MergeRefused,
    RetentionRule,
    Split,
    SplitRefused,
    SubjectExport,
    SubjectRecord,
)
from ecomkit.identifiers import CustomerId
from ecomkit.operations._customers import CUSTOMERS, UnknownCustomerError
from ecomkit.operations._erasure import ErasureReport, erase_and_wipe
from ecomkit.operations._merging import merge_customers, split_customer
from ecomkit.operations._retention import RetentionReport, apply_retention
from ecomkit.operations._shop_base import ShopBase
from ecomkit.operations._subject_access import export_customer

__all__ = ["PeopleOperations"]


class PeopleOperations(ShopBase):
    """Who buys, over all channels, and what is kept of them."""

    def customer(self, customer: CustomerId) -> Customer:
        """
        Return a customer.

        Raises:
            UnknownCustomerError: If the customer is not in the books.
        """
        with self._store.snapshot() as tx:
            found = tx.get(CUSTOMERS, customer)
        if found is None:
            raise UnknownCustomerError(customer=customer)
        return found

    def save_customer(self, customer: Customer) -> None:
        """Keep a customer as they are now: a contact that was verified, a consent, an address."""
        with self._store.transaction() as tx:
            tx.put(CUSTOMERS, [customer])

    def merge_customers(
        self, customers: Sequence[CustomerId], *, approval: Approval | None = None
    ) -> Merged | MergeRefused:
        """Make one person of several customers, or say why not; it can be undone."""
        with self._store.transaction() as tx:
            return merge_customers(tx, customers, approval=approval, now=self._now())

    def split_customer(
        self, customer: CustomerId, *, belongs_to: CustomerId | None = None
    ) -> Split | SplitRefused:
        """Undo the last merge of a customer; *belongs_to* gets what was added since."""
        with self._store.transaction() as tx:
            return split_customer(tx, customer, belongs_to=belongs_to)

    def export_customer(
        self,
        customer: CustomerId,
        *,
        records: Iterable[SubjectRecord] = (),
        rules: Iterable[RetentionRule] = (),
        recipients: Iterable[str] = (),
    ) -> SubjectExport:
        """Return all that the books hold of a person, and *records* that the caller holds."""
        with self._store.snapshot() as tx:
            return export_customer(
                tx,
                customer,
                records=records,
                rules=rules,
                recipients=recipients,
                now=self._now(),
            )

    def erase(
        self,
        customer: CustomerId,
        *,
        rules: Iterable[RetentionRule] = (),
        elsewhere: Iterable[Holding] = (),
    ) -> ErasureReport:
        """
        Forget a person, and wipe what is left of them from the files of the store.

        Amounts and movements stay. The report says what went, what stays and why, and where the
        person may be found still.
        """
        return erase_and_wipe(
            self._store, customer, rules=rules, elsewhere=elsewhere, now=self._now()
        )

    def apply_retention(self, rules: Iterable[RetentionRule]) -> RetentionReport:
        """Delete what no rule keeps any longer, and fulfil the wishes that waited; for each night."""
        return apply_retention(self._store, rules=rules, now=self._now())
