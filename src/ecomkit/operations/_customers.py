"""Customers in the books: one for each buyer of each channel, and their erasure."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import final

import attrs

from ecomkit.customers import Customer, Erased, Identity, erase
from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.operations._orders import CLAIMS
from ecomkit.operations._quarantine import PAYLOADS, QUARANTINE, subject_index
from ecomkit.ports import Collection, Transaction

__all__ = [
    "CUSTOMERS",
    "ErasureReport",
    "UnknownCustomerError",
    "buyer_id",
    "erase_customer",
    "with_buyer",
]

CUSTOMERS = Collection(name="customer", type=Customer, key=lambda customer: customer.id)

ERASED = "erased with the person it spoke of"


@attrs.frozen(kw_only=True)
class UnknownCustomerError(InputError):
    """
    Raised when a customer is named that is not in the books.

    >>> print(UnknownCustomerError(customer=CustomerId("c-1")))
    there is no customer 'c-1'
    """

    customer: CustomerId

    @property
    def message(self) -> str:
        """The customer."""
        return f"there is no customer {str(self.customer)!r}"


@final
@attrs.frozen(kw_only=True)
class ErasureReport:
    """What was erased for one person, and what was kept and why."""

    erased: Erased
    payloads: int
    claims: int

    def explain(self) -> str:
        """Say what went and what stays."""
        return (
            f"{self.erased.explain()}; {self.payloads} raw payloads deleted, "
            f"{self.claims} claims stripped of their buyer; orders and movements stay as they are"
        )


def buyer_id(channel: ChannelId, buyer: str) -> CustomerId:
    """
    Return the id of the customer that *channel* calls *buyer*.

    It is a digest, so that it says nothing of the person; it stays on orders for good.
    """
    return CustomerId(hashlib.sha256(f"{channel}/{buyer}".encode()).hexdigest()[:24])


def with_buyer(
    known: Customer | None, *, name: CustomerId, channel: ChannelId, buyer: str
) -> Customer:
    """
    Return *known* as the one that *channel* calls *buyer*, itself where it says so already.

    Where nobody is known, it is somebody new under *name*. Who was erased and is spoken of again
    has a face again, so that they can be erased again.

    Raises:
        FieldError: If *buyer* is blank.
    """
    identity = Identity(channel=channel, external_id=buyer)
    if known is None:
        return Customer(id=name, identities=(identity,))
    if identity.key in {account.key for account in known.identities}:
        return known
    return attrs.evolve(known, identities=(*known.identities, identity), erased_at=None)


def erase_customer(tx: Transaction, customer: CustomerId, *, now: datetime) -> ErasureReport:
    """
    Forget a person: raw payloads, the buyer on claims, name, contact and addresses.

    Orders, amounts and movements stay as they are: they name a customer by an id that says
    nothing.

    Raises:
        UnknownCustomerError: If the customer is not in the books.
    """
    known = tx.get(CUSTOMERS, customer)
    if known is None:
        raise UnknownCustomerError(customer=customer)
    payloads = [
        kept
        for identity in known.identities
        for kept in tx.scan(PAYLOADS, index=subject_index(identity.channel, identity.external_id))
    ]
    names = [PAYLOADS.key(kept) for kept in payloads]
    tx.delete(PAYLOADS, names)
    # What was found wrong in a payload may quote it.
    quarantined = [tx.get(QUARANTINE, name) for name in names]
    tx.put(QUARANTINE, (attrs.evolve(q, faults=(ERASED,)) for q in quarantined if q is not None))
    accounts = {identity.key for identity in known.identities}
    claims = [
        kept
        for kept in tx.scan(CLAIMS)
        if kept.claim.buyer is not None and (kept.claim.channel, kept.claim.buyer) in accounts
    ]
    tx.put(
        CLAIMS,
        (attrs.evolve(kept, claim=attrs.evolve(kept.claim, buyer=None)) for kept in claims),
    )
    erased = erase(known, at=now)
    tx.put(CUSTOMERS, [erased.customer])
    return ErasureReport(erased=erased, payloads=len(names), claims=len(claims))
