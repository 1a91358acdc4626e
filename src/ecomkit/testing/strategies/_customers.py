"""Strategies for customers, their consents and carts; all people in them are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from ecomkit._checks import UNITS_MAX
from ecomkit.customers import (
    E164,
    Address,
    AddressKind,
    Cart,
    CartLine,
    ConsentRecord,
    ConsentStep,
    Contact,
    CountedFrom,
    Customer,
    EmailAddress,
    Holding,
    HoldingKind,
    Identity,
    IdentityKind,
    LawfulBasis,
    Period,
    PhoneNumber,
    RetentionGround,
    RetentionRule,
    Verification,
    contains_card_number,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies import _identifiers as identifiers
from ecomkit.testing.strategies import _money as money
from ecomkit.testing.strategies._timeline import INSTANT_MAX, INSTANT_MIN, instants, zone_names
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.identifiers import Sku
    from ecomkit.money import Currency

__all__ = [
    "addresses",
    "carts",
    "consent_records",
    "contacts",
    "customers",
    "e164_numbers",
    "email_addresses",
    "holdings",
    "identities",
    "phone_numbers",
    "related_customers",
    "retention_rules",
]

QUANTITY_MAX = UNITS_MAX  # so that two carts still add up

PURPOSES = ("newsletter", "profiling", "order fulfilment")

_VISIBLE = st.characters(exclude_categories=("C", "Z"))
_LABEL = st.characters(categories=("Ll", "Nd"), include_characters="-")


def _texts(*, max_size: int = 40) -> st.SearchStrategy[str]:
    """Return texts that a person may have typed: not blank, and no card number in them."""
    return st.text(min_size=1, max_size=max_size).filter(
        lambda text: bool(text.strip()) and not contains_card_number(text)
    )


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
        phone_verification=st.sampled_from(Verification),
    )


def addresses() -> st.SearchStrategy[Address]:
    """Return addresses, with any of their parts but the country missing."""
    return st.builds(
        Address,
        recipient=st.none() | _texts(),
        lines=st.lists(st.text(max_size=40), max_size=3).filter(
            lambda lines: not contains_card_number("\n".join(lines))
        ),
        postal_code=st.none() | _texts(max_size=12),
        city=st.none() | _texts(),
        region=st.none() | _texts(),
        country=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
        kind=st.none() | st.sampled_from(AddressKind),
        since=st.none() | instants(),
    )


def identities(
    *, channels: st.SearchStrategy[ChannelId] | None = None
) -> st.SearchStrategy[Identity]:
    """Return guests, accounts and aliases on channels, verified or not."""
    return st.builds(
        Identity,
        channel=identifiers.channel_ids() if channels is None else channels,
        external_id=_texts(),
        verification=st.sampled_from(Verification),
        kind=st.sampled_from(IdentityKind),
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
        lambda purpose, basis, source, ends, is_withdrawn, wording, step: ConsentRecord(
            purpose=purpose,
            basis=basis,
            source=source,
            given_at=min(ends),
            withdrawn_at=max(ends) if is_withdrawn else None,
            wording=wording,
            step=step,
        ),
        st.sampled_from(PURPOSES) if purposes is None else purposes,
        st.sampled_from(LawfulBasis),
        _texts(),
        st.tuples(moments, moments),
        st.booleans(),
        st.none() | _texts(),
        st.sampled_from(ConsentStep),
    )


def _is_discreet(who: tuple[CustomerId, list[Contact]]) -> bool:
    """Return whether the id keeps the email addresses to itself, as a customer's must."""
    emails = [contact.email for contact in who[1]]
    return not any(email is not None and email.is_in(who[0]) for email in emails)


def _customer(who: tuple[CustomerId, list[Contact]], **others: Any) -> Customer:
    contact, *further = who[1]
    return Customer(id=who[0], contact=contact, further_contacts=further, **others)


def customers(
    *, ids: st.SearchStrategy[CustomerId] | None = None, max_size: int = 2
) -> st.SearchStrategy[Customer]:
    """
    Return customers that were not erased, down to those of whom only the id is known.

    They have up to *max_size* accounts, addresses, consents and further contacts.

    Raises:
        FieldError: If *max_size* is below 0.
    """
    if max_size < 0:
        raise FieldError(owner="customers", field="max_size", got=max_size, wanted="0 or more")
    return st.builds(
        _customer,
        st.tuples(
            identifiers.customer_ids() if ids is None else ids,
            st.lists(contacts(), min_size=1, max_size=1 + max_size),
        ).filter(_is_discreet),
        identities=st.lists(
            identities(),
            max_size=max_size,
            unique_by=lambda identity: (identity.kind, identity.key),
        ),
        name=st.none() | _texts(),
        addresses=st.lists(addresses(), max_size=max_size),
        consents=st.lists(consent_records(), max_size=max_size),
    )


def _with_identity(customer: Customer, identity: Identity) -> Customer:
    return attrs.evolve(customer, identities=(*customer.identities, identity))


def related_customers(
    *, min_size: int = 2, max_size: int = 4
) -> st.SearchStrategy[list[Customer]]:
    """
    Return customers with different ids that verified accounts join to one person.

    Each shares an account with one of those before, so that their links are any tree.

    Raises:
        FieldError: If *min_size* is below 1 or above *max_size*.
    """
    if not 1 <= min_size <= max_size:
        raise FieldError(
            owner="related_customers",
            field="min_size",
            got=min_size,
            wanted=f"from 1 to max_size, which is {max_size}",
        )
    return _related(min_size, max_size)


@st.composite
def _related(draw: st.DrawFn, min_size: int, max_size: int) -> list[Customer]:
    everybody: list[Customer] = []
    for number in range(draw(st.integers(min_size, max_size))):
        # The id tells no address that anybody else in the tree can have.
        one = draw(customers(ids=st.just(CustomerId(f"c-{number}")), max_size=1))
        if number:
            link = Identity(
                channel=ChannelId("the link"),
                external_id=str(number),
                verification=Verification.VERIFIED,
            )
            place = draw(st.integers(0, number - 1))
            everybody[place] = _with_identity(everybody[place], link)
            one = _with_identity(one, link)
        everybody.append(one)
    return draw(st.permutations(everybody))


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


def holdings(*, kinds: st.SearchStrategy[HoldingKind] | None = None) -> st.SearchStrategy[Holding]:
    """Return things that are held of a person, some of them needed still."""
    return st.builds(
        Holding,
        kind=st.sampled_from(HoldingKind) if kinds is None else kinds,
        reference=_texts(),
        ended_at=st.none() | instants(),
    )


def retention_rules() -> st.SearchStrategy[RetentionRule]:
    """Return rules of up to a hundred years, of any ground, for any kind of thing."""
    return st.builds(
        RetentionRule,
        what=st.sampled_from(HoldingKind),
        keep_for=st.builds(
            Period,
            years=st.integers(0, 100),
            months=st.integers(0, 24),
            days=st.integers(0, 1_000),
        ),
        counted_from=st.sampled_from(CountedFrom),
        ground=st.sampled_from(RetentionGround),
        source=_texts(),
        zone=zone_names(),
        year_ends_in=st.integers(1, 12),
    )
