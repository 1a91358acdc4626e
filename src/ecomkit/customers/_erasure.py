"""
Erasure: the person goes, the books stay (articles 17 and 5(1)(e) GDPR).

Orders keep their amounts, dates and the customer's id, which tells nothing by itself any more.
What was kept elsewhere is erased elsewhere: the originals in a merge's undo, the addresses on
orders, raw payloads of channels.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.customers._customer import Customer
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Erased", "Kept", "KeptReason", "PersonalField", "erase"]

ERASED_SOURCE = "erased"


class PersonalField(Enum):
    """A part of a customer that says who they are."""

    NAME = "name"
    IDENTITIES = "identities"
    EMAIL = "contact.email"
    PHONE = "contact.phone"
    FURTHER_CONTACTS = "further contacts"
    ADDRESSES = "addresses"
    CONSENTS = "consents"
    """Grants, and the sources and wordings of all entries."""


class KeptReason(Enum):
    """Why something stays after an erasure."""

    REFERENCE = "orders and their tax records refer to it"
    WITHDRAWAL = "a withdrawal must stay on record"


@final
@attrs.frozen(kw_only=True)
class Kept:
    """One part of a customer that stays, and why."""

    field: str = attrs.field(validator=is_a(str))
    reason: KeptReason = attrs.field(validator=is_a(KeptReason))


@final
@attrs.frozen(kw_only=True)
class Erased:
    """The customer without a face, what went, and what stays with the reasons."""

    customer: Customer = attrs.field(validator=is_a(Customer))
    erased: tuple[PersonalField, ...] = attrs.field(
        converter=as_tuple, validator=each(PersonalField)
    )
    kept: tuple[Kept, ...] = attrs.field(converter=as_tuple, validator=each(Kept))

    def explain(self) -> str:
        """Tell in plain words what went and what stays."""
        gone = ", ".join(field.value for field in self.erased) or "nothing"
        stays = "; ".join(f"{kept.field}: {kept.reason.value}" for kept in self.kept)
        return f"customer {self.customer.id}: erased {gone}; kept {stays}"


def erase(customer: Customer, *, at: datetime) -> Erased:
    """
    Return *customer* without anything that says who they are.

    Names, accounts, contacts and addresses go. Of the consents only the withdrawals up to *at*
    stay, without their sources: from *at* on nothing is consented to, and nobody who asked to
    be left alone is forgotten. Erasing again changes nothing but what was recorded in between.

    Args:
        customer: The person to forget.
        at: When they are forgotten.

    Raises:
        NaiveInstantError: If *at* has no UTC offset.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import CustomerId
    >>> ada = Customer(id=CustomerId("c-1"), name="Ada Lovelace")
    >>> print(erase(ada, at=datetime(2026, 3, 1, tzinfo=UTC)).explain())
    customer c-1: erased name; kept id: orders and their tax records refer to it
    """
    moment = max(utc(at), customer.erased_at) if customer.erased_at else utc(at)
    withdrawals = [
        attrs.evolve(consent, source=ERASED_SOURCE, wording=None)
        for consent in customer.consents
        if consent.withdrawn_at is not None and consent.withdrawn_at <= moment
    ]
    faceless = Customer(
        id=customer.id, consents=withdrawals, erased_at=customer.erased_at or moment
    )
    is_gone = {
        PersonalField.NAME: customer.name is not None,
        PersonalField.IDENTITIES: bool(customer.identities),
        PersonalField.EMAIL: customer.contact.email is not None,
        PersonalField.PHONE: customer.contact.phone is not None,
        PersonalField.FURTHER_CONTACTS: bool(customer.further_contacts),
        PersonalField.ADDRESSES: bool(customer.addresses),
        PersonalField.CONSENTS: customer.consents != faceless.consents,
    }
    gone = [field for field, is_so in is_gone.items() if is_so]
    return Erased(customer=faceless, erased=gone, kept=_kept(faceless))


def _kept(customer: Customer) -> tuple[Kept, ...]:
    reference = Kept(field="id", reason=KeptReason.REFERENCE)
    if not customer.consents:
        return (reference,)
    return (reference, Kept(field="consents", reason=KeptReason.WITHDRAWAL))
