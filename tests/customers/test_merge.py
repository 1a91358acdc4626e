"""Merging customers, and splitting them again."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.customers import (
    E164,
    Approval,
    Contact,
    Customer,
    EmailAddress,
    Identity,
    Merged,
    MergeFault,
    MergeReason,
    MergeRefused,
    MergeUndo,
    PhoneNumber,
    Verification,
    erase,
    merge,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies._customers import PURPOSES, customers, related_customers
from ecomkit.testing.strategies._timeline import instants

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EMAIL = EmailAddress.parse("ada@example.org")
ACCOUNT = Identity(
    channel=ChannelId("etsy"), external_id="8675309", verification=Verification.VERIFIED
)
LINK = Identity(channel=ChannelId("the link"), external_id="1", verification=Verification.VERIFIED)


# Several whole customers take their time to draw.
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def related() -> st.SearchStrategy[list[Customer]]:
    """Return two or three different customers that share verified accounts."""
    return related_customers(max_size=3)


def merged(customers: list[Customer]) -> Merged:
    """Return the merge of customers that are known to be related."""
    outcome = merge(customers)
    assert isinstance(outcome, Merged)
    return outcome


def customer(
    name: str,
    *,
    email: EmailAddress | None = None,
    verification: Verification = Verification.VERIFIED,
    identities: tuple[Identity, ...] = (),
) -> Customer:
    """Return a customer with little on record."""
    return Customer(
        id=CustomerId(name),
        contact=Contact(email=email, email_verification=verification),
        identities=identities,
    )


def places(customers: list[Customer]) -> set[object]:
    """Return all email addresses and numbers of *customers*."""
    contacts = [contact for customer in customers for contact in customer.contacts]
    return {c.email for c in contacts if c.email} | {c.phone for c in contacts if c.phone}


@FEW
@given(related())
def test_nothing_is_lost_in_a_merge(originals: list[Customer]) -> None:
    """Everything that the originals are reached at or said stands on the merged customer."""
    one = merged(originals).customer

    assert originals[0].id == one.id
    assert {i.key for c in originals for i in c.identities} == {i.key for i in one.identities}
    assert {a for c in originals for a in c.addresses} == set(one.addresses)
    assert {r for c in originals for r in c.consents} == set(one.consents)
    assert places(originals) == places([one])


@FEW
@given(related())
def test_what_the_first_lacks_the_others_fill_in(originals: list[Customer]) -> None:
    """Name, email and telephone are the first's that has one."""
    one = merged(originals).customer
    names = [c.name for c in originals if c.name is not None]
    contacts = [contact for c in originals for contact in c.contacts]
    emails = [contact.email for contact in contacts if contact.email is not None]
    phones = [contact.phone for contact in contacts if contact.phone is not None]

    assert (names or [None])[0] == one.name
    assert (emails or [None])[0] == one.contact.email
    assert (phones or [None])[0] == one.contact.phone


@FEW
@given(related(), st.sampled_from(PURPOSES), instants())
def test_a_merge_never_widens_consent(
    originals: list[Customer], purpose: str, now: datetime
) -> None:
    """The merged customer consents only to what one of the originals consented to."""
    one = merged(originals).customer

    assert not one.consents_to(purpose, now=now) or any(
        original.consents_to(purpose, now=now) for original in originals
    )


@FEW
@given(st.lists(customers(), max_size=3))
def test_customers_are_merged_or_reasons_are_given(several: list[Customer]) -> None:
    """Any customers are merged over something that two of them have verified, or refused."""
    match merge(several):
        case Merged(undo=undo):
            assert several == list(undo.originals)
        case MergeRefused(reasons=reasons):
            assert reasons


def test_a_verified_email_address_joins() -> None:
    """Two customers who both answered at one address are one person."""
    outcome = merge([customer("a", email=EMAIL), customer("b", email=EMAIL)])

    assert isinstance(outcome, Merged)
    assert outcome.customer == customer("a", email=EMAIL)
    assert outcome.explain() == (
        "customers a, b are one person, from now on a; "
        "customers a and b: one person; shared: email address (verified on both sides)"
    )


def test_a_verified_account_joins() -> None:
    """Two customers who are one account of a channel are one person."""
    assert isinstance(
        merge([customer("a", identities=(ACCOUNT,)), customer("b", identities=(ACCOUNT,))]), Merged
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_address_that_was_only_typed_joins_nobody(order: tuple[int, int]) -> None:
    """A guest who typed somebody's address does not get their orders, whoever comes first."""
    pair = [
        customer("owner", email=EMAIL),
        customer("guest", email=EMAIL, verification=Verification.UNVERIFIED),
    ]
    first, second = pair[order[0]], pair[order[1]]

    outcome = merge([first, second])

    assert outcome == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.UNVERIFIED, customers=[second.id])]
    )


def test_an_account_that_was_only_claimed_joins_nobody() -> None:
    """An account must be verified on both sides."""
    claimed = attrs.evolve(ACCOUNT, verification=Verification.UNVERIFIED)

    outcome = merge([customer("a", identities=(ACCOUNT,)), customer("b", identities=(claimed,))])

    assert outcome == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.UNVERIFIED, customers=[CustomerId("b")])]
    )


def test_the_same_number_on_two_channels_is_two_accounts() -> None:
    """Customer 1 of one shop is not customer 1 of another."""
    other = attrs.evolve(ACCOUNT, channel=ChannelId("ebay"))

    outcome = merge([customer("a", identities=(ACCOUNT,)), customer("b", identities=(other,))])

    assert outcome == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.UNRELATED, customers=[CustomerId("b")])]
    )


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b"), ("a", "c", "b")])
def test_links_join_over_others(order: tuple[str, ...]) -> None:
    """A shares an address with b and b an account with c: all three are one, in any order."""
    chain = {
        "a": customer("a", email=EMAIL),
        "b": customer("b", email=EMAIL, identities=(ACCOUNT,)),
        "c": customer("c", identities=(ACCOUNT,)),
    }

    assert isinstance(merge([chain[name] for name in order]), Merged)


def test_all_reasons_are_given_with_names() -> None:
    """A customer twice, one erased, one only claimed and one unrelated are four reasons."""
    a = customer("a", email=EMAIL)
    gone = erase(customer("gone", email=EMAIL), at=DAY).customer
    typed = customer("typed", email=EMAIL, verification=Verification.UNVERIFIED)
    stranger = customer("stranger")

    outcome = merge([gone, a, a, typed, stranger])

    assert outcome == MergeRefused(
        reasons=[
            MergeReason(fault=MergeFault.REPEATED, customers=[CustomerId("a")]),
            MergeReason(fault=MergeFault.ERASED, customers=[CustomerId("gone")]),
            MergeReason(fault=MergeFault.UNVERIFIED, customers=[CustomerId("typed")]),
            MergeReason(fault=MergeFault.UNRELATED, customers=[CustomerId("stranger")]),
        ]
    )
    assert outcome.explain() == (
        "not merged: the same customer is given more than once (a); "
        "an erased customer has nobody to be compared with (gone); "
        "what is shared is not verified on both sides (typed); "
        "no email address, phone number or account is shared (stranger)"
    )


def test_a_merge_takes_two() -> None:
    """Nobody, or one alone, is not merged; nor are two who were erased."""
    nobody, alone = merge([]), merge([customer("a")])
    gone = [erase(customer(name), at=DAY).customer for name in ("a", "b")]

    assert nobody == MergeRefused(reasons=[MergeReason(fault=MergeFault.TOO_FEW, customers=[])])
    assert alone == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.TOO_FEW, customers=[CustomerId("a")])]
    )
    assert nobody.explain() == "not merged: a merge takes two customers or more (none given)"
    assert merge(gone) == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.ERASED, customers=[c.id for c in gone])]
    )


def test_the_proof_of_an_account_or_address_is_kept() -> None:
    """What one has verified and another only claimed is verified for the merged customer."""
    claimed = attrs.evolve(ACCOUNT, verification=Verification.UNVERIFIED)
    first = customer(
        "a", email=EMAIL, verification=Verification.UNVERIFIED, identities=(claimed, LINK)
    )
    second = customer("b", email=EMAIL, identities=(LINK, ACCOUNT))

    one = merged([first, second]).customer
    other = merged([second, first]).customer

    assert one.identities == (ACCOUNT, LINK)
    assert set(other.identities) == {ACCOUNT, LINK}
    assert one.contact.email_verification is Verification.VERIFIED


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_proof_of_a_number_is_kept(order: tuple[int, int]) -> None:
    """A number that one has verified is so for the merged customer, whoever comes first."""
    phone = PhoneNumber(raw="1", e164=E164.parse("+331"))
    pair = [
        attrs.evolve(
            customer(name, identities=(LINK,)),
            contact=Contact(phone=phone, phone_verification=verification),
        )
        for name, verification in (
            ("a", Verification.UNVERIFIED),
            ("b", Verification.VERIFIED),
        )
    ]

    one = merged([pair[order[0]], pair[order[1]]]).customer

    assert one.contacts == (Contact(phone=phone, phone_verification=Verification.VERIFIED),)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_proof_of_an_address_is_kept_whoever_comes_first(order: tuple[int, int]) -> None:
    """An address that was verified does not become a claim by a second one who typed it."""
    pair = [
        customer("a", email=EMAIL, verification=Verification.UNVERIFIED, identities=(LINK,)),
        customer("b", email=EMAIL, identities=(LINK,)),
    ]

    one = merged([pair[order[0]], pair[order[1]]]).customer

    assert one.contacts == (Contact(email=EMAIL, email_verification=Verification.VERIFIED),)


def test_a_number_typed_in_two_ways_is_kept_in_both() -> None:
    """Numbers stay as they were given, though both ways to write them are one number."""
    phones = [PhoneNumber(raw=raw, e164=E164.parse("+331")) for raw in ("1", "+33 1")]
    pair = [
        attrs.evolve(customer(name, identities=(LINK,)), contact=Contact(phone=phone))
        for name, phone in zip("ab", phones, strict=True)
    ]

    assert [contact.phone for contact in merged(pair).customer.contacts] == phones


def test_another_address_lends_no_proof() -> None:
    """An address that was only typed stays so, though another customer's other one is proven."""
    first = customer("a", email=EMAIL, verification=Verification.UNVERIFIED, identities=(LINK,))
    second = customer("b", email=EmailAddress.parse("b@example.org"), identities=(LINK,))

    contact = merged([first, second]).customer.contact

    assert contact == Contact(email=EMAIL, email_verification=Verification.UNVERIFIED)


def test_an_id_that_tells_the_address_does_not_survive() -> None:
    """If the first one's id has another's address in it, the merge is refused, not the values."""
    first = customer("guest:ADA@example.org", identities=(LINK,))
    second = customer("b", email=EMAIL, identities=(LINK,))

    assert merge([first, second]) == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.TELLING_ID, customers=[first.id])]
    )
    assert isinstance(merge([second, first]), Merged)


def test_an_undo_has_originals() -> None:
    """The way back from no merge does not exist, and its error shows nobody."""
    with pytest.raises(FieldError):
        MergeUndo(originals=[customer("a")])


def test_an_undo_shows_nobody() -> None:
    """The originals in an undo are shown by id only."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])

    assert "ada" not in repr(outcome)


WORD = Approval(by="support-7", reason="Ada told us both order numbers", at=DAY)


def test_a_person_may_approve_a_suggestion() -> None:
    """What is shared and not verified joins on somebody's word, which is kept with the undo."""
    typed = customer("b", email=EMAIL, verification=Verification.UNVERIFIED)

    outcome = merge([customer("a", email=EMAIL), typed], approval=WORD)

    assert isinstance(outcome, Merged)
    assert outcome.undo.approval == WORD
    assert outcome.explain() == (
        "customers a, b are one person, from now on a; customers a and b: perhaps one person; "
        "shared: email address (not verified on both sides); approved by support-7"
    )
    assert "Ada" not in repr(outcome) + outcome.explain()


def test_nobody_is_merged_on_a_word_alone() -> None:
    """Who shares nothing, or a name only, stays apart whoever approves; so do the erased."""
    named = [attrs.evolve(customer(name), name="Ada") for name in "ab"]
    gone = erase(customer("gone", email=EMAIL), at=DAY).customer

    assert merge(named, approval=WORD) == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.UNRELATED, customers=[CustomerId("b")])]
    )
    assert merge([customer("a", email=EMAIL), gone], approval=WORD) == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.ERASED, customers=[gone.id])]
    )


def test_an_id_tells_no_address_of_anybody_in_a_merge() -> None:
    """The address of a further contact of the second one counts too."""
    further = Contact(email=EmailAddress.parse("b@example.org"))
    second = attrs.evolve(customer("b", identities=(LINK,)), further_contacts=[further])
    first = customer("guest:b@example.org", identities=(LINK,))

    assert merge([first, second]) == MergeRefused(
        reasons=[MergeReason(fault=MergeFault.TELLING_ID, customers=[first.id])]
    )
    with pytest.raises(FieldError):
        attrs.evolve(second, id=first.id)


def test_an_approval_has_a_name_and_a_reason() -> None:
    """Blank words and words with a card number in them are refused, and not shown."""
    for facts in ({"by": " "}, {"reason": ""}, {"reason": "card 4242 4242 4242 4242"}):
        with pytest.raises(FieldError) as caught:
            attrs.evolve(WORD, **facts)
        assert "4242" not in str(caught.value)
