"""A customer: one person or company, however many accounts they have on however many channels."""

from __future__ import annotations

from datetime import datetime
from typing import Self, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit._texts import personal_text, unshown
from ecomkit.customers._address import Address
from ecomkit.customers._consent import ConsentRecord, LawfulBasis, bases_in_effect
from ecomkit.customers._contact import Contact
from ecomkit.customers._identity import Identity
from ecomkit.identifiers import CustomerId
from ecomkit.timeline import utc

__all__ = ["Customer"]


@final
@attrs.frozen(kw_only=True)
class Customer:
    """
    Who buys. Nothing personal is shown by ``repr``.

    The id stays on orders after an erasure, so it must not say who the customer is.

    >>> Customer(id=CustomerId("c-1"), name="Ada Lovelace")
    Customer(id=CustomerId('c-1'), erased_at=None)

    Raises:
        FieldError: If two identities are the same account, the id has an email address of the
            customer in it, a text has a card number in it, or something personal is left on a
            customer that was erased.
        NaiveInstantError: If *erased_at* has no UTC offset.
    """

    id: CustomerId = attrs.field(validator=is_a(CustomerId))
    name: str | None = attrs.field(default=None, repr=False, validator=optional(personal_text))
    identities: tuple[Identity, ...] = attrs.field(
        default=(), repr=False, converter=as_tuple, validator=unshown(each(Identity))
    )
    contact: Contact = attrs.field(factory=Contact, repr=False, validator=unshown(is_a(Contact)))
    addresses: tuple[Address, ...] = attrs.field(
        default=(), repr=False, converter=as_tuple, validator=unshown(each(Address))
    )
    consents: tuple[ConsentRecord, ...] = attrs.field(
        default=(), repr=False, converter=as_tuple, validator=unshown(each(ConsentRecord))
    )
    """The history, which only grows; see :meth:`consents_to` for what holds at an instant."""
    erased_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(utc)
    )
    """When the customer was erased; None for a customer that still has a face."""
    further_contacts: tuple[Contact, ...] = attrs.field(
        default=(), repr=False, converter=as_tuple, validator=unshown(each(Contact))
    )
    """Where else the customer is reached: what other names of theirs brought in a merge."""

    def __attrs_post_init__(self) -> None:
        accounts = {(identity.kind, identity.key) for identity in self.identities}
        if len(accounts) < len(self.identities):
            raise refuse(self, "identities", "(not shown)", "accounts that all differ")
        if any(c.email is not None and c.email.is_in(self.id) for c in self.contacts):
            raise refuse(self, "id", "(not shown)", "a text without the email address in it")
        has_face = (
            self.name
            or self.identities
            or self.addresses
            or self.contact != Contact()
            or self.further_contacts
        )
        if self.erased_at is not None and has_face:
            raise refuse(self, "erased_at", self.erased_at, "None while anything personal is left")

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """All ways to reach the customer, the first one first."""
        return (self.contact, *self.further_contacts)

    def bases_for(self, purpose: str, *, now: datetime) -> tuple[LawfulBasis, ...]:
        """
        Return the bases on which the customer's data may be used for *purpose* at *now*.

        None of them is a consent that was withdrawn; see
        :class:`~ecomkit.customers.ConsentRecord`.
        """
        return bases_in_effect(self.consents, purpose=purpose, now=now)

    def consents_to(self, purpose: str, *, now: datetime) -> bool:
        """
        Return whether the customer's own consent to *purpose* is in effect at *now*.

        Other bases, such as a contract, are no consent: see :meth:`bases_for`.

        >>> from datetime import UTC, datetime
        >>> march, april, may = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))
        >>> ada = Customer(id=CustomerId("c-1")).record(
        ...     ConsentRecord(
        ...         purpose="newsletter",
        ...         basis=LawfulBasis.CONSENT,
        ...         source="checkout form",
        ...         given_at=march,
        ...     )
        ... )
        >>> ada = ada.withdraw("newsletter", at=may, source="unsubscribe link")
        >>> ada.consents_to("newsletter", now=april), ada.consents_to("newsletter", now=may)
        (True, False)
        """
        return LawfulBasis.CONSENT in self.bases_for(purpose, now=now)

    def record(self, consent: ConsentRecord) -> Self:
        """Return the customer with *consent* in its history; the same entry counts once."""
        if consent in self.consents:
            return self
        return attrs.evolve(self, consents=(*self.consents, consent))

    def withdraw(
        self,
        purpose: str,
        *,
        at: datetime,
        source: str,
        basis: LawfulBasis = LawfulBasis.CONSENT,
    ) -> Self:
        """
        Return the customer without *basis* for *purpose* from *at* on; the history stays.

        A withdrawal is recorded even if nothing is known to have been given, since a person may
        say no before anybody asked. With ``LawfulBasis.LEGITIMATE_INTERESTS`` it is an objection
        (article 21 GDPR).

        Args:
            purpose: What the data may no longer be used for.
            at: When the person said so.
            source: Where the person said so.
            basis: What is withdrawn.
        """
        return self.record(
            ConsentRecord(
                purpose=purpose, basis=basis, source=source, given_at=at, withdrawn_at=at
            )
        )
