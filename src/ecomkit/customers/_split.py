"""Split: undo a merge, without losing what was said since."""

from __future__ import annotations

from enum import Enum
from typing import final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.customers._customer import Customer
from ecomkit.customers._merge import MergeUndo

__all__ = ["Split", "SplitFault", "SplitRefused", "split"]


class SplitFault(Enum):
    """Why a merge is not undone."""

    OTHER = "this undo belongs to another customer"
    ERASED = "the customer was erased, and a split would bring the person back"
    NAME = "the name changed since the merge"
    IDENTITIES = "the accounts changed since the merge"
    CONTACT = "the contact changed since the merge"
    ADDRESSES = "the addresses changed since the merge"
    GRANTS = "a consent was given since the merge"


@final
@attrs.frozen(kw_only=True)
class Split:
    """The customers that were one."""

    customers: tuple[Customer, ...] = attrs.field(converter=as_tuple, validator=each(Customer))

    def explain(self) -> str:
        """Tell in plain words who is apart again."""
        return f"customers {', '.join(c.id for c in self.customers)} are apart again"


@final
@attrs.frozen(kw_only=True)
class SplitRefused:
    """A merge that stays, and all reasons."""

    reasons: tuple[SplitFault, ...] = attrs.field(converter=as_tuple, validator=each(SplitFault))

    def explain(self) -> str:
        """Tell the reasons in plain words."""
        return f"not split: {'; '.join(reason.value for reason in self.reasons)}"


def split(customer: Customer, *, undo: MergeUndo) -> Split | SplitRefused:
    """
    Return the customers of whom *undo* made *customer*, as they were.

    What was withdrawn since the merge is withdrawn for each of them. Anything else that changed
    since could be either one's, and a guess would give one person's data to another: the split
    is refused, and a person decides with ``undo.originals`` at hand.

    >>> from ecomkit.customers import Contact, EmailAddress, Verification, merge
    >>> from ecomkit.identifiers import CustomerId
    >>> ada = Contact(
    ...     email=EmailAddress.parse("ada@example.org"), email_verification=Verification.VERIFIED
    ... )
    >>> both = [Customer(id=CustomerId(name), contact=ada) for name in ("c-1", "c-2")]
    >>> merged = merge(both)
    >>> print(split(merged.customer, undo=merged.undo).explain())
    customers c-1, c-2 are apart again
    """
    before = undo.merged
    since = [record for record in customer.consents if record not in before.consents]
    changes = {
        SplitFault.OTHER: customer.id != before.id,
        SplitFault.ERASED: customer.erased_at is not None,
        SplitFault.NAME: customer.name != before.name,
        SplitFault.IDENTITIES: customer.identities != before.identities,
        SplitFault.CONTACT: customer.contact != before.contact,
        SplitFault.ADDRESSES: customer.addresses != before.addresses,
        SplitFault.GRANTS: any(record.withdrawn_at is None for record in since),
    }
    reasons = [fault for fault, is_so in changes.items() if is_so]
    decisive = {SplitFault.OTHER, SplitFault.ERASED}.intersection(reasons)
    if reasons:
        # Compared with somebody else, or with nobody, everything has changed: that says nothing.
        return SplitRefused(reasons=[r for r in reasons if not decisive or r in decisive])
    return Split(
        customers=[
            attrs.evolve(original, consents=(*original.consents, *since))
            for original in undo.originals
        ]
    )
