"""
Merge: two customers turn out to be one person; split: they turn out to be two after all.

Somebody else's orders must not be had by typing somebody else's email address, so customers are
merged only over an identity that is verified on both sides.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeVar, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.customers._contact import Contact, Verification
from ecomkit.customers._customer import Customer, Identity
from ecomkit.identifiers import CustomerId

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

__all__ = ["MergeFault", "MergeReason", "MergeRefused", "MergeUndo", "Merged", "merge"]

T = TypeVar("T")

CUSTOMERS_MIN = 2


class MergeFault(Enum):
    """Why customers are not merged."""

    TOO_FEW = "a merge takes two customers or more"
    REPEATED = "the same customer is given more than once"
    ERASED = "an erased customer has nobody to be compared with"
    UNVERIFIED = "a shared email address or account is not verified on both sides"
    UNRELATED = "no email address and no account is shared"
    TELLING_ID = "the first one's id has the email address in it, and would outlive an erasure"


@final
@attrs.frozen(kw_only=True)
class MergeReason:
    """One reason, and the customers that it is about."""

    fault: MergeFault = attrs.field(validator=is_a(MergeFault))
    customers: tuple[CustomerId, ...] = attrs.field(converter=as_tuple, validator=each(CustomerId))


@final
@attrs.frozen(kw_only=True)
class MergeUndo:
    """
    What a split needs: the customers as they were.

    It holds personal data: whoever erases the merged customer drops it too.
    """

    originals: tuple[Customer, ...] = attrs.field(converter=as_tuple, validator=each(Customer))

    def __attrs_post_init__(self) -> None:
        if len(self.originals) < CUSTOMERS_MIN:
            raise refuse(self, "originals", len(self.originals), "two customers or more")

    @property
    def merged(self) -> Customer:
        """The customer that the merge made of the originals."""
        return combined(self.originals)


@final
@attrs.frozen(kw_only=True)
class Merged:
    """The one customer, under the first one's id, and the way back."""

    customer: Customer = attrs.field(validator=is_a(Customer))
    undo: MergeUndo = attrs.field(validator=is_a(MergeUndo))

    def explain(self) -> str:
        """Tell in plain words who became one."""
        names = ", ".join(original.id for original in self.undo.originals)
        return f"customers {names} are one person, from now on {self.customer.id}"


@final
@attrs.frozen(kw_only=True)
class MergeRefused:
    """Customers that stay apart, and all reasons."""

    reasons: tuple[MergeReason, ...] = attrs.field(converter=as_tuple, validator=each(MergeReason))

    def explain(self) -> str:
        """Tell the reasons in plain words."""
        told = (
            f"{reason.fault.value} ({', '.join(reason.customers) or 'none given'})"
            for reason in self.reasons
        )
        return f"not merged: {'; '.join(told)}"


def merge(customers: Sequence[Customer]) -> Merged | MergeRefused:
    """
    Make one customer of *customers*, if verified identities show that they are one person.

    Two are one person if they share an email address or a channel's account that is verified on
    both; several are, if such links join them all. The first customer's id, name and contact
    win, and the others fill in what it lacks; accounts, addresses and consents are put together.
    A consent that was withdrawn under one of them is withdrawn for the merged customer.

    >>> from ecomkit.customers import EmailAddress
    >>> ada = Contact(
    ...     email=EmailAddress.parse("ada@example.org"), email_verification=Verification.VERIFIED
    ... )
    >>> one = Customer(id=CustomerId("c-1"), contact=ada)
    >>> two = Customer(id=CustomerId("c-2"), contact=ada)
    >>> print(merge([one, two]).explain())
    customers c-1, c-2 are one person, from now on c-1
    >>> print(merge([one, Customer(id=CustomerId("c-3"))]).explain())
    not merged: no email address and no account is shared (c-3)
    """
    reasons = tuple(_reasons(customers))
    if reasons:
        return MergeRefused(reasons=reasons)
    undo = MergeUndo(originals=customers)
    return Merged(customer=undo.merged, undo=undo)


def _reasons(customers: Sequence[Customer]) -> Iterable[MergeReason]:
    ids = [customer.id for customer in customers]
    if len(customers) < CUSTOMERS_MIN:
        yield MergeReason(fault=MergeFault.TOO_FEW, customers=ids)
        return
    repeated = [name for name in dict.fromkeys(ids) if ids.count(name) > 1]
    if repeated:
        yield MergeReason(fault=MergeFault.REPEATED, customers=repeated)
    erased = [customer.id for customer in customers if customer.erased_at is not None]
    if erased:
        yield MergeReason(fault=MergeFault.ERASED, customers=erased)
    alive = [customer for customer in customers if customer.erased_at is None]
    proven = _reached(alive, by=_verified_keys)
    claimed = _reached(alive, by=_all_keys)
    unverified = [customer.id for customer in alive if customer.id in claimed - proven]
    if unverified:
        yield MergeReason(fault=MergeFault.UNVERIFIED, customers=unverified)
    unrelated = [customer.id for customer in alive if customer.id not in claimed]
    if unrelated:
        yield MergeReason(fault=MergeFault.UNRELATED, customers=unrelated)
    email = _first(customer.contact.email for customer in customers)
    if email is not None and email.is_in(ids[0]):
        yield MergeReason(fault=MergeFault.TELLING_ID, customers=ids[:1])


def _keys(customer: Customer) -> Iterable[tuple[Hashable, Verification]]:
    for identity in customer.identities:
        yield identity.key, identity.verification
    if customer.contact.email is not None:
        yield customer.contact.email, customer.contact.email_verification


def _all_keys(customer: Customer) -> set[Hashable]:
    return {key for key, _ in _keys(customer)}


def _verified_keys(customer: Customer) -> set[Hashable]:
    return {key for key, verification in _keys(customer) if verification is Verification.VERIFIED}


def _reached(
    customers: Sequence[Customer], *, by: Callable[[Customer], set[Hashable]]
) -> set[CustomerId]:
    """Return the customers that shared keys join to the first one, itself included."""
    known: set[Hashable] = set()
    reached: set[CustomerId] = set()
    for customer in customers[:1]:
        known |= by(customer)
        reached.add(customer.id)
    for _ in customers:  # each round reaches one more at least, or changes nothing
        for customer in customers:
            keys = by(customer)
            if keys & known:
                known |= keys
                reached.add(customer.id)
    return reached


def combined(customers: Sequence[Customer]) -> Customer:
    """Return the one customer made of *customers*, under the first one's id."""
    return Customer(
        id=customers[0].id,
        name=_first(customer.name for customer in customers),
        identities=_identities(customers),
        contact=_contact([customer.contact for customer in customers]),
        addresses=dict.fromkeys(a for customer in customers for a in customer.addresses),
        consents=dict.fromkeys(c for customer in customers for c in customer.consents),
    )


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _identities(customers: Sequence[Customer]) -> Iterable[Identity]:
    by_key: dict[Hashable, Identity] = {}
    for identity in (i for customer in customers for i in customer.identities):
        # The same account may be verified here and only claimed there: the proof is kept.
        if identity.key not in by_key or identity.verification is Verification.VERIFIED:
            by_key[identity.key] = identity
    return by_key.values()


def _contact(contacts: Sequence[Contact]) -> Contact:
    email = _first(contact.email for contact in contacts)
    is_proven = any(
        contact.email == email and contact.email_verification is Verification.VERIFIED
        for contact in contacts
    )
    return Contact(
        email=email,
        email_verification=Verification.VERIFIED if is_proven else Verification.UNVERIFIED,
        phone=_first(contact.phone for contact in contacts),
    )
