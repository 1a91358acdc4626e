"""Since: what was said of a merged customer after the merge, and whose it is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Self, final

import attrs

from ecomkit.customers._address import Address
from ecomkit.customers._consent import ConsentRecord
from ecomkit.customers._contact import Contact, EmailAddress, PhoneNumber
from ecomkit.customers._customer import Customer
from ecomkit.customers._identity import Identity

__all__ = ["Since"]


def _accounts(customer: Customer) -> dict[Hashable, Identity]:
    return {(identity.kind, identity.key): identity for identity in customer.identities}


def _places(customer: Customer) -> dict[EmailAddress | PhoneNumber, Contact]:
    """Return each email address and each number of *customer*, as a contact by itself."""
    found: dict[EmailAddress | PhoneNumber, Contact] = {}
    for contact in customer.contacts:
        if contact.email is not None:
            proof = contact.email_verification
            found[contact.email] = Contact(email=contact.email, email_verification=proof)
        if contact.phone is not None:
            proof = contact.phone_verification
            found[contact.phone] = Contact(phone=contact.phone, phone_verification=proof)
    return found


@final
@attrs.frozen(kw_only=True)
class Since:
    """What came, went and changed between two states of one customer."""

    name: str | None = attrs.field(repr=False)
    """The new name, if there is one."""
    name_gone: str | None = attrs.field(repr=False)
    """The name that was taken out, if it was."""
    identities: tuple[Identity, ...]
    identities_gone: frozenset[Hashable] = attrs.field(repr=False)
    identities_changed: Mapping[Hashable, Identity] = attrs.field(repr=False)
    contacts: tuple[Contact, ...]
    contacts_gone: frozenset[EmailAddress | PhoneNumber]
    contacts_changed: Mapping[EmailAddress | PhoneNumber, Contact]
    """Email addresses and numbers that were verified, or are so no more."""
    addresses: tuple[Address, ...]
    addresses_gone: frozenset[Address]
    grants: tuple[ConsentRecord, ...]
    withdrawals: tuple[ConsentRecord, ...]

    @classmethod
    def between(cls, before: Customer, *, now: Customer) -> Self:
        """Return what happened from *before* to *now*."""
        had, has = _accounts(before), _accounts(now)
        reached, reaches = _places(before), _places(now)
        fresh = [record for record in now.consents if record not in before.consents]
        return cls(
            name=now.name if now.name != before.name else None,
            name_gone=before.name if now.name is None else None,
            identities=tuple(identity for key, identity in has.items() if key not in had),
            identities_gone=frozenset(had.keys() - has.keys()),
            identities_changed={k: has[k] for k in had.keys() & has.keys() if had[k] != has[k]},
            contacts=tuple(contact for key, contact in reaches.items() if key not in reached),
            contacts_gone=frozenset(reached.keys() - reaches.keys()),
            contacts_changed={
                key: reaches[key]
                for key in reached.keys() & reaches.keys()
                if reached[key] != reaches[key]
            },
            addresses=tuple(a for a in now.addresses if a not in before.addresses),
            addresses_gone=frozenset(before.addresses).difference(now.addresses),
            grants=tuple(record for record in fresh if record.withdrawn_at is None),
            withdrawals=tuple(record for record in fresh if record.withdrawn_at is not None),
        )

    def settled(self, original: Customer) -> Customer:
        """Return *original* with what became of what it had, and with all withdrawals."""
        contact = self._settled_contact(original.contact)
        further = [(one, self._settled_contact(one)) for one in original.further_contacts]
        return attrs.evolve(
            original,
            name=None if original.name == self.name_gone else original.name,
            identities=[
                self.identities_changed.get(key, identity)
                for key, identity in _accounts(original).items()
                if key not in self.identities_gone
            ],
            contact=contact,
            further_contacts=[now for was, now in further if now is was or now != Contact()],
            addresses=[a for a in original.addresses if a not in self.addresses_gone],
            consents=(*original.consents, *self.withdrawals),
        )

    def _settled_contact(self, contact: Contact) -> Contact:
        email = self._settled_place(contact.email)
        if email is not None:
            contact = attrs.evolve(
                contact, email=email.email, email_verification=email.email_verification
            )
        phone = self._settled_place(contact.phone)
        if phone is not None:
            contact = attrs.evolve(
                contact, phone=phone.phone, phone_verification=phone.phone_verification
            )
        return contact

    def _settled_place(self, place: EmailAddress | PhoneNumber | None) -> Contact | None:
        """Return what *place* became, None if nothing happened to it."""
        if place is None:
            return None
        return Contact() if place in self.contacts_gone else self.contacts_changed.get(place)

    def added_to(self, original: Customer) -> Customer:
        """Return *original* with all that is new."""
        known = () if original.contact == Contact() else (original.contact,)
        contact, *further = (*known, *original.further_contacts, *self.contacts) or (Contact(),)
        return attrs.evolve(
            original,
            name=self.name or original.name,
            identities=(*original.identities, *self.identities),
            contact=contact,
            further_contacts=further,
            addresses=(*original.addresses, *self.addresses),
            consents=(*original.consents, *self.grants),
        )
