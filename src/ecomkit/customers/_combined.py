"""What several customers are as one: nothing of any of them is lost."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import attrs

from ecomkit.customers._contact import Contact, EmailAddress, PhoneNumber, Verification
from ecomkit.customers._customer import Customer
from ecomkit.customers._identity import Identity

__all__ = ["combined"]

T = TypeVar("T")


def combined(customers: Sequence[Customer]) -> Customer:
    """Return the one customer made of *customers*, under the first one's id."""
    contact, *further = _contacts([c for customer in customers for c in customer.contacts])
    return Customer(
        id=customers[0].id,
        name=_first(customer.name for customer in customers),
        identities=_identities(customers),
        contact=contact,
        further_contacts=further,
        addresses=dict.fromkeys(a for customer in customers for a in customer.addresses),
        consents=dict.fromkeys(c for customer in customers for c in customer.consents),
    )


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _identities(customers: Sequence[Customer]) -> Iterable[Identity]:
    found: dict[Hashable, Identity] = {}
    for identity in (i for customer in customers for i in customer.identities):
        # The same account may be verified here and only claimed there: the proof is kept.
        account = (identity.kind, identity.key)
        if account not in found or identity.verification is Verification.VERIFIED:
            found[account] = identity
    return found.values()


def _contacts(contacts: Sequence[Contact]) -> list[Contact]:
    """Return the first address and the first number as one contact, and each other by itself."""
    emails: dict[EmailAddress, Contact] = {}
    phones: dict[PhoneNumber, Contact] = {}
    for contact in contacts:
        if contact.email is not None:
            proof = contact.email_verification
            if contact.email not in emails or proof is Verification.VERIFIED:
                emails[contact.email] = Contact(email=contact.email, email_verification=proof)
        if contact.phone is not None:
            proof = contact.phone_verification
            if contact.phone not in phones or proof is Verification.VERIFIED:
                phones[contact.phone] = Contact(phone=contact.phone, phone_verification=proof)
    email, *other_emails = emails.values() or [Contact()]
    phone, *other_phones = phones.values() or [Contact()]
    first = attrs.evolve(email, phone=phone.phone, phone_verification=phone.phone_verification)
    return [first, *other_emails, *other_phones]
