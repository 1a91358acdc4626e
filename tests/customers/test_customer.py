"""Customers and their consents."""

from __future__ import annotations

import typing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit import customers as room
from ecomkit.customers import (
    Address,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    Identity,
    LawfulBasis,
    Merged,
    Verification,
    merge,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies._customers import (
    PURPOSES,
    consent_records,
    customers,
    identities,
    related_customers,
)
from ecomkit.testing.strategies._timeline import instants
from ecomkit.timeline import NaiveInstantError, utc

DAY = datetime(2026, 3, 1, tzinfo=UTC)
CANARY = "Canary-4711"

PURPOSE = st.sampled_from(PURPOSES)
BASES = st.sampled_from(LawfulBasis)
SOON = st.integers(0, 6).map(lambda hours: DAY + timedelta(hours=hours))
NEAR = consent_records(min_value=DAY, max_value=DAY + timedelta(seconds=3))


def granted(at: datetime, *, basis: LawfulBasis = LawfulBasis.CONSENT) -> ConsentRecord:
    """Return a grant of the newsletter."""
    return ConsentRecord(purpose="newsletter", basis=basis, source="form", given_at=at)


@given(st.lists(st.tuples(st.booleans(), SOON), max_size=8), SOON)
def test_the_last_word_at_an_instant_counts(
    said: list[tuple[bool, datetime]], now: datetime
) -> None:
    """A person consents if the last thing said up to now is yes; a no at the same instant wins."""
    customer = Customer(id=CustomerId("c"))
    for is_yes, at in said:
        customer = (
            customer.record(granted(at))
            if is_yes
            else customer.withdraw("newsletter", at=at, source="link")
        )
    heard = [(at, not is_yes) for is_yes, at in said if at <= now]

    assert (bool(heard) and not max(heard)[1]) == customer.consents_to("newsletter", now=now)


@given(customers(), PURPOSE, BASES, instants(), st.integers(0, 86_400))
def test_a_withdrawal_holds_until_something_new_is_given(
    customer: Customer, purpose: str, basis: LawfulBasis, at: datetime, seconds: int
) -> None:
    """From a withdrawal on, its basis is in effect only if a later entry gives it again."""
    withdrawn = customer.withdraw(purpose, at=at, source="letter", basis=basis)
    now = utc(at) + timedelta(seconds=seconds)
    is_given_again = any(
        record.purpose == purpose and record.basis is basis and utc(at) < record.given_at <= now
        for record in customer.consents
    )

    assert is_given_again or basis not in withdrawn.bases_for(purpose, now=now)


@given(customers(), PURPOSE, BASES, instants())
def test_history_only_grows(
    customer: Customer, purpose: str, basis: LawfulBasis, at: datetime
) -> None:
    """A withdrawal adds one entry behind the others, and the same one only once."""
    once = customer.withdraw(purpose, at=at, source="letter", basis=basis)
    twice = once.withdraw(purpose, at=at, source="letter", basis=basis)

    assert customer.consents == once.consents[: len(customer.consents)]
    assert once.consents[-1].withdrawn_at == at
    assert len(once.consents) == len(customer.consents) + 1
    assert once == twice


@given(st.lists(NEAR, max_size=5), st.data(), PURPOSE, instants())
def test_the_order_of_entries_does_not_matter(
    records: list[ConsentRecord], data: st.DataObject, purpose: str, now: datetime
) -> None:
    """Entries that arrive in another order tell the same."""
    one = Customer(id=CustomerId("c"), consents=records)
    other = Customer(id=CustomerId("c"), consents=data.draw(st.permutations(records)))

    for at in (now, DAY, DAY + timedelta(seconds=1), DAY + timedelta(days=1)):
        assert one.bases_for(purpose, now=at) == other.bases_for(purpose, now=at)


@given(customers(), PURPOSE, BASES, instants(), instants())
def test_a_withdrawal_touches_its_purpose_and_basis_only(
    customer: Customer, purpose: str, basis: LawfulBasis, at: datetime, now: datetime
) -> None:
    """All other purposes and bases are in effect as before."""
    withdrawn = customer.withdraw(purpose, at=at, source="letter", basis=basis)

    for other in PURPOSES:
        before = customer.bases_for(other, now=now)
        after = withdrawn.bases_for(other, now=now)
        assert after == tuple(b for b in before if b in after)
        assert set(before) - set(after) <= ({basis} if other == purpose else set())


@given(customers(), PURPOSE, instants())
def test_consent_is_one_basis_of_six(customer: Customer, purpose: str, now: datetime) -> None:
    """Consent is in effect if it is among the bases, which come in the order of the law."""
    bases = customer.bases_for(purpose, now=now)

    assert (LawfulBasis.CONSENT in bases) == customer.consents_to(purpose, now=now)
    assert [basis for basis in LawfulBasis if basis in bases] == list(bases)


def test_a_contract_is_no_consent() -> None:
    """Data that a contract asks for may be used for it, and nobody consented."""
    customer = Customer(id=CustomerId("c"), consents=[granted(DAY, basis=LawfulBasis.CONTRACT)])

    assert customer.bases_for("newsletter", now=DAY) == (LawfulBasis.CONTRACT,)
    assert not customer.consents_to("newsletter", now=DAY)


def test_consent_starts_and_ends_at_its_instants() -> None:
    """Consent is in effect at the instant it is given, and no more at the one of withdrawal."""
    end = DAY + timedelta(hours=1)
    record = attrs.evolve(granted(DAY), withdrawn_at=end)
    customer = Customer(id=CustomerId("c"), consents=[record])
    moment = timedelta(microseconds=1)

    assert [
        customer.consents_to("newsletter", now=now)
        for now in (DAY - moment, DAY, end - moment, end)
    ] == [False, True, True, False]


def test_instants_compare_over_a_clock_change() -> None:
    """In the hour that comes twice, the second 02:30 is later than the first."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    customer = Customer(id=CustomerId("c")).withdraw("newsletter", at=first, source="link")
    customer = customer.record(granted(first.replace(fold=1)))

    assert not customer.consents_to("newsletter", now=first)
    assert customer.consents_to("newsletter", now=first.replace(fold=1))


def test_a_no_before_any_yes_is_recorded() -> None:
    """A person may refuse before anybody asked; it is on record and nothing is consented to."""
    customer = Customer(id=CustomerId("c")).withdraw("newsletter", at=DAY, source="letter")

    assert len(customer.consents) == 1
    assert not customer.consents_to("newsletter", now=DAY)


def test_an_entry_cannot_end_before_it_starts() -> None:
    """A withdrawal before the grant is refused; at the same instant it is taken."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(granted(DAY), withdrawn_at=DAY - timedelta(seconds=1))

    assert caught.value.field == "withdrawn_at"
    assert attrs.evolve(granted(DAY), withdrawn_at=DAY).withdrawn_at == DAY


@pytest.mark.parametrize("field", ["given_at", "withdrawn_at"])
def test_an_entry_has_instants(field: str) -> None:
    """A datetime without an offset is refused."""
    with pytest.raises(NaiveInstantError):
        attrs.evolve(granted(DAY), **{field: datetime(2026, 3, 1)})  # noqa: DTZ001  # meant


def test_questions_are_asked_at_instants() -> None:
    """A question about a datetime without an offset is refused, even if there is no entry."""
    with pytest.raises(NaiveInstantError):
        Customer(id=CustomerId("c")).consents_to("x", now=datetime(2026, 3, 1))  # noqa: DTZ001


@pytest.mark.parametrize("fields", [{"purpose": " "}, {"source": ""}, {"basis": "consent"}])
def test_an_entry_says_what_where_and_why(fields: dict[str, object]) -> None:
    """A blank purpose or source, and a basis that is none of the six, are refused."""
    with pytest.raises(FieldError):
        attrs.evolve(granted(DAY), **fields)


@given(st.lists(identities(), max_size=4))
def test_the_accounts_of_a_customer_differ(accounts: list[Identity]) -> None:
    """The same account twice is refused, verified or not; a guest beside it is taken."""
    keys = [(account.kind, account.key) for account in accounts]

    if len(set(keys)) == len(keys):
        assert Customer(id=CustomerId("c"), identities=accounts).identities == tuple(accounts)
    else:
        with pytest.raises(FieldError):
            Customer(id=CustomerId("c"), identities=accounts)


@pytest.mark.parametrize(
    "strategy",
    [
        lambda: customers(max_size=-1),
        lambda: related_customers(min_size=0),
        lambda: related_customers(min_size=3, max_size=2),
    ],
)
def test_the_strategies_refuse_bounds_that_cannot_be(
    strategy: typing.Callable[[], object],
) -> None:
    """A strategy that could draw nothing legal is a mistake, and says so when it is made."""
    with pytest.raises(FieldError):
        strategy()


@given(related_customers(min_size=3, max_size=3))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_related_customers_are_one_person(everybody: list[Customer]) -> None:
    """The strategy draws as many as asked for, and all of them can be merged."""
    assert len({one.id for one in everybody}) == 3
    assert isinstance(merge(everybody), Merged)


def test_one_account_is_one_identity_however_it_is_verified() -> None:
    """An account claimed and the same account verified are one, and cannot stand side by side."""
    claimed = Identity(channel=ChannelId("etsy"), external_id="1")
    proven = attrs.evolve(claimed, verification=Verification.VERIFIED)

    with pytest.raises(FieldError):
        Customer(id=CustomerId("c"), identities=[claimed, proven])


def test_the_id_does_not_tell_the_email_address() -> None:
    """An id with the address in it, in any case, is refused: it would outlive an erasure."""
    contact = Contact(email=EmailAddress.parse("ada@example.org"))

    with pytest.raises(FieldError) as caught:
        Customer(id=CustomerId("shop:ADA@example.org"), contact=contact)

    assert caught.value.field == "id"
    assert "ada" not in str(caught.value).casefold()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Ada"},
        {"identities": [Identity(channel=ChannelId("etsy"), external_id="1")]},
        {"contact": Contact(email=EmailAddress.parse("ada@example.org"))},
        {"addresses": [Address(country="FR")]},
    ],
)
def test_an_erased_customer_has_no_face(fields: dict[str, object]) -> None:
    """Nothing personal can stand on a customer that was erased."""
    with pytest.raises(FieldError) as caught:
        Customer(id=CustomerId("c"), erased_at=DAY, **fields)

    assert caught.value.field == "erased_at"


@pytest.mark.parametrize("field", ["id", "name", "identities", "contact", "addresses", "consents"])
def test_a_customer_refuses_other_kinds_without_showing_them(field: str) -> None:
    """A value of the wrong kind is named by its field; if personal, it is not shown."""
    with pytest.raises(FieldError) as caught:
        Customer(**{"id": CustomerId("c"), field: [CANARY]})

    assert caught.value.field == field
    assert field == "id" or CANARY not in f"{caught.value}{caught.value!r}"


def test_nothing_personal_is_shown() -> None:
    """The repr of a customer, an account or a consent shows none of the personal text in it."""
    account = Identity(channel=ChannelId("etsy"), external_id=CANARY)
    consent = ConsentRecord(
        purpose="newsletter", basis=LawfulBasis.CONSENT, source=CANARY, given_at=DAY
    )
    customer = Customer(
        id=CustomerId("c-1"),
        name=CANARY,
        identities=[account],
        contact=Contact(email=EmailAddress.parse(f"{CANARY}@example.org")),
        addresses=[Address(recipient=CANARY, lines=[CANARY], country="FR")],
        consents=[consent],
    )

    for value in (account, consent, customer):
        assert "canary" not in f"{value}{value!r}".casefold()
    assert "c-1" in repr(customer)


def test_field_types_resolve_at_run_time() -> None:
    """A codec can read the type of every field of every value of this room."""
    values = [
        kind
        for name in room.__all__
        if isinstance(kind := getattr(room, name), type) and attrs.has(kind)
    ]

    assert all(
        {field.name for field in attrs.fields(kind)} <= typing.get_type_hints(kind).keys()
        for kind in values
    )
