"""Erasure: what goes, what stays, and that nothing personal is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.customers import (
    E164,
    Address,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    Erased,
    Identity,
    Kept,
    KeptReason,
    LawfulBasis,
    PersonalField,
    PhoneNumber,
    Verification,
    erase,
)
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies._customers import PURPOSES, customers
from ecomkit.testing.strategies._timeline import instants
from ecomkit.timeline import NaiveInstantError, utc

DAY = datetime(2026, 3, 1, tzinfo=UTC)
CANARIES = [f"canary{number}x" for number in range(13)]


@st.composite
def full_customers(draw: st.DrawFn) -> Customer:
    """Return customers whose every personal text is a canary that occurs nowhere else."""
    c = iter(draw(st.permutations(CANARIES[:10])))
    base = draw(customers())
    return Customer(
        id=CustomerId("c-1"),
        name=next(c),
        identities=[Identity(channel=ChannelId("etsy"), external_id=next(c))],
        contact=Contact(
            email=EmailAddress.parse(f"{next(c)}@{next(c)}.example"),
            email_verification=Verification.VERIFIED,
            phone=PhoneNumber(raw=next(c), e164=E164.parse("+471147114711")),
        ),
        addresses=[
            Address(
                recipient=next(c),
                lines=[next(c)],
                postal_code=next(c),
                city=next(c),
                region=next(c),
                country="FR",
            )
        ],
        consents=[
            attrs.evolve(record, source=CANARIES[10], wording=CANARIES[12])
            for record in base.consents
        ],
        further_contacts=[Contact(phone=PhoneNumber(raw=CANARIES[11]))],
    )


@given(full_customers(), instants())
def test_no_personal_text_is_left(customer: Customer, at: datetime) -> None:
    """No canary occurs in the erased value: not in its repr, its fields or its explanation."""
    erased = erase(customer, at=at)

    for text in (repr(erased), str(attrs.asdict(erased)), erased.explain()):
        assert "canary" not in text
        assert "4711" not in text


@given(customers(), instants())
def test_the_id_stays_and_the_rest_goes(customer: Customer, at: datetime) -> None:
    """Orders still find their customer, who has no name, account, contact or address."""
    faceless = erase(customer, at=at).customer

    assert faceless == Customer(id=customer.id, consents=faceless.consents, erased_at=utc(at))


@given(customers(), instants())
def test_erasing_again_changes_nothing(customer: Customer, at: datetime) -> None:
    """The second erasure, at any time, finds nothing to erase and keeps the first one's date."""
    once = erase(customer, at=at)
    for later in (at, datetime(9999, 12, 1, tzinfo=UTC), datetime(1, 2, 1, tzinfo=UTC)):
        again = erase(once.customer, at=later)
        assert once.customer == again.customer
        assert again.erased == ()


@given(customers(), instants(), st.sampled_from(PURPOSES), st.integers(0, 86_400))
def test_nothing_is_consented_to_any_more(
    customer: Customer, at: datetime, purpose: str, seconds: int
) -> None:
    """From the erasure on, no basis is in effect for any purpose."""
    faceless = erase(customer, at=at).customer
    now = utc(at) + timedelta(seconds=seconds)

    assert faceless.bases_for(purpose, now=now) == ()


@given(customers(), instants())
def test_withdrawals_up_to_now_are_kept(customer: Customer, at: datetime) -> None:
    """Each withdrawal that has taken effect stays, with its purpose, basis and instants."""

    def facts(record: ConsentRecord) -> tuple[object, ...]:
        return (record.purpose, record.basis, record.given_at, record.withdrawn_at)

    faceless = erase(customer, at=at).customer
    expected = [
        facts(record)
        for record in customer.consents
        if record.withdrawn_at is not None and record.withdrawn_at <= utc(at)
    ]

    assert expected == [facts(record) for record in faceless.consents]


@given(customers(), instants())
def test_exactly_what_was_there_is_reported(customer: Customer, at: datetime) -> None:
    """A field is reported as erased if it held something, and as kept with a reason."""
    erased = erase(customer, at=at)
    held = {
        PersonalField.NAME: customer.name,
        PersonalField.IDENTITIES: customer.identities,
        PersonalField.EMAIL: customer.contact.email,
        PersonalField.PHONE: customer.contact.phone,
        PersonalField.FURTHER_CONTACTS: customer.further_contacts,
        PersonalField.ADDRESSES: customer.addresses,
        PersonalField.CONSENTS: customer.consents,
    }

    assert [field for field, content in held.items() if content] == list(erased.erased)
    assert Kept(field="id", reason=KeptReason.REFERENCE) == erased.kept[0]
    assert bool(erased.customer.consents) == (
        Kept(field="consents", reason=KeptReason.WITHDRAWAL) in erased.kept
    )


def test_of_a_withdrawal_neither_source_nor_wording_is_left() -> None:
    """Who said no is remembered by purpose, basis and date, and by no text of theirs."""
    ada = Customer(id=CustomerId("c-1")).record(
        ConsentRecord(
            purpose="newsletter",
            basis=LawfulBasis.CONSENT,
            source="letter of Ada",
            wording="I, Ada, agree",
            given_at=DAY,
            withdrawn_at=DAY,
        )
    )

    [kept] = erase(ada, at=DAY).customer.consents

    assert (kept.source, kept.wording) == ("erased", None)
    assert (kept.purpose, kept.withdrawn_at) == ("newsletter", DAY)


def test_what_was_recorded_after_an_erasure_is_erased_by_the_next() -> None:
    """A letter that came after the erasure names the person again; the next erasure mends it."""
    gone = erase(Customer(id=CustomerId("c-1"), name="Ada"), at=DAY).customer
    wrote = gone.withdraw("newsletter", at=DAY + timedelta(days=1), source="letter of Ada")

    again = erase(wrote, at=DAY + timedelta(days=2))

    assert again.erased == (PersonalField.CONSENTS,)
    assert "Ada" not in str(attrs.asdict(again))
    assert again.customer.erased_at == DAY
    assert len(again.customer.consents) == 1


def test_an_erasure_is_explained() -> None:
    """The explanation lists what went and what stays, and why; or that nothing was there."""
    customer = Customer(
        id=CustomerId("c-1"),
        name="Ada",
        consents=[
            ConsentRecord(
                purpose="newsletter",
                basis=LawfulBasis.CONSENT,
                source="link",
                given_at=DAY,
                withdrawn_at=DAY,
            )
        ],
    )
    first = erase(customer, at=DAY)

    assert first.explain() == (
        "customer c-1: erased name, consents; kept id: orders and their tax records refer to it; "
        "consents: a withdrawal must stay on record"
    )
    assert erase(Customer(id=CustomerId("c")), at=DAY).explain() == (
        "customer c: erased nothing; kept id: orders and their tax records refer to it"
    )


def test_an_erasure_has_an_instant() -> None:
    """A datetime without an offset is refused, even if the customer was erased before."""
    gone = Customer(id=CustomerId("c"), erased_at=DAY)

    for customer in (gone, Customer(id=CustomerId("c"))):
        with pytest.raises(NaiveInstantError):
            erase(customer, at=datetime(2026, 3, 1))  # noqa: DTZ001  # meant
    assert isinstance(erase(gone, at=DAY), Erased)
