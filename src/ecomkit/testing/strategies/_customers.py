"""Strategies for customers, their consents and carts; all people in them are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ecomkit._checks import UNITS_MAX
from ecomkit.customers import (
    E164,
    Address,
    Cart,
    CartLine,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    Identity,
    LawfulBasis,
    PhoneNumber,
    Verification,
)
from ecomkit.errors import FieldError
from ecomkit.testing.strategies import _identifiers as identifiers
from ecomkit.testing.strategies import _money as money
from ecomkit.testing.strategies._timeline import INSTANT_MAX, INSTANT_MIN, instants
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.identifiers import ChannelId, CustomerId, Sku
    from ecomkit.money import Currency

__all__ = [
    "addresses",
    "carts",
    "consent_records",
    "contacts",
    "customers",
    "e164_numbers",
    "email_addresses",
    "identities",
    "phone_numbers",
]

QUANTITY_MAX = UNITS_MAX  # so that two carts still add up

PURPOSES = ("newsletter", "profiling", "order fulfilment")

_VISIBLE = st.characters(exclude_categories=("C", "Z"))
_LABEL = st.characters(categories=("Ll", "Nd"), include_characters="-")


def _texts(*, max_size: int = 40) -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=max_size).filter(str.strip)


def email_addresses() -> st.SearchStrategy[EmailAddress]:
    """Return email addresses of every shape, with local parts and domains outside ASCII."""
    local = st.text(_VISIBLE, min_size=1, max_size=64)
    labels = st.lists(st.text(_LABEL, min_size=1, max_size=12), min_size=1, max_size=3)
    return st.builds(
        lambda name, domain: EmailAddress.parse(f"{name}@{'.'.join(domain)}"), local, labels
    )


def e164_numbers() -> st.SearchStrategy[E164]:
    """Return telephone numbers of 2 to 15 digits in international form."""
    return st.integers(10, 10**15 - 1).map(lambda number: E164.parse(f"+{number}"))


def phone_numbers() -> st.SearchStrategy[PhoneNumber]:
    """Return telephone numbers, with and without their international form."""
    return st.builds(PhoneNumber, raw=_texts(), e164=st.none() | e164_numbers())


def contacts() -> st.SearchStrategy[Contact]:
    """Return contacts, empty ones included."""
    return st.builds(
        Contact,
        email=st.none() | email_addresses(),
        email_verification=st.sampled_from(Verification),
        phone=st.none() | phone_numbers(),
    )


def addresses() -> st.SearchStrategy[Address]:
    """Return addresses, with any of their parts but the country missing."""
    return st.builds(
        Address,
        recipient=st.none() | _texts(),
        lines=st.lists(st.text(max_size=40), max_size=3),
        postal_code=st.none() | _texts(max_size=12),
        city=st.none() | _texts(),
        region=st.none() | _texts(),
        country=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    )


def identities(
    *, channels: st.SearchStrategy[ChannelId] | None = None
) -> st.SearchStrategy[Identity]:
    """Return accounts on channels, verified or not."""
    return st.builds(
        Identity,
        channel=identifiers.channel_ids() if channels is None else channels,
        external_id=_texts(),
        verification=st.sampled_from(Verification),
    )


def consent_records(
    *,
    purposes: st.SearchStrategy[str] | None = None,
    min_value: datetime = INSTANT_MIN,
    max_value: datetime = INSTANT_MAX,
) -> st.SearchStrategy[ConsentRecord]:
    """
    Return entries of a consent history between *min_value* and *max_value*, some withdrawn.

    Raises:
        FieldError: If *min_value* is after *max_value*.
        NaiveInstantError: If a bound has no UTC offset.
    """
    moments = instants(min_value=min_value, max_value=max_value).map(utc)
    return st.builds(
        lambda purpose, basis, source, ends, is_withdrawn: ConsentRecord(
            purpose=purpose,
            basis=basis,
            source=source,
            given_at=min(ends),
            withdrawn_at=max(ends) if is_withdrawn else None,
        ),
        st.sampled_from(PURPOSES) if purposes is None else purposes,
        st.sampled_from(LawfulBasis),
        _texts(),
        st.tuples(moments, moments),
        st.booleans(),
    )


def _is_discreet(who: tuple[CustomerId, Contact]) -> bool:
    """Return whether the id keeps the email address to itself, as a customer's must."""
    email = who[1].email
    return email is None or not email.is_in(who[0])


def _customer(who: tuple[CustomerId, Contact], **others: Any) -> Customer:
    return Customer(id=who[0], contact=who[1], **others)


def customers(*, ids: st.SearchStrategy[CustomerId] | None = None) -> st.SearchStrategy[Customer]:
    """Return customers that were not erased, down to those of whom only the id is known."""
    return st.builds(
        _customer,
        st.tuples(identifiers.customer_ids() if ids is None else ids, contacts()).filter(
            _is_discreet
        ),
        identities=st.lists(identities(), max_size=2, unique_by=lambda identity: identity.key),
        name=st.none() | _texts(),
        addresses=st.lists(addresses(), max_size=2),
        consents=st.lists(consent_records(), max_size=3),
    )


def carts(
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    currencies: st.SearchStrategy[Currency] | None = None,
    max_size: int = 5,
    max_quantity: int = QUANTITY_MAX,
) -> st.SearchStrategy[Cart]:
    """
    Return carts of up to *max_size* lines, empty ones included.

    Raises:
        FieldError: If *max_size* is below 0, or *max_quantity* is out of bounds.
    """
    if max_size < 0:
        raise FieldError(owner="carts", field="max_size", got=max_size, wanted="0 or more")
    if not 1 <= max_quantity <= QUANTITY_MAX:
        raise FieldError(
            owner="carts",
            field="max_quantity",
            got=max_quantity,
            wanted=f"from 1 to {QUANTITY_MAX}",
        )
    line = st.builds(
        CartLine,
        sku=identifiers.skus() if skus is None else skus,
        quantity=st.integers(1, max_quantity),
    )
    return st.builds(
        Cart,
        id=identifiers.cart_ids(),
        currency=money.currencies() if currencies is None else currencies,
        lines=st.lists(line, max_size=max_size, unique_by=lambda one: one.sku),
    )
