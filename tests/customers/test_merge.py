"""Merging customers, and splitting them again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecomkit.customers import (
    E164,
    Address,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    Identity,
    LawfulBasis,
    Merged,
    MergeFault,
    MergeReason,
    MergeRefused,
    MergeUndo,
    PhoneNumber,
    Split,
    SplitFault,
    SplitRefused,
    Verification,
    erase,
    merge,
    split,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies._customers import PURPOSES, customers
from ecomkit.testing.strategies._timeline import instants

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EMAIL = EmailAddress.parse("ada@example.org")
ACCOUNT = Identity(
    channel=ChannelId("etsy"), external_id="8675309", verification=Verification.VERIFIED
)
LINK = Identity(channel=ChannelId("the link"), external_id="1", verification=Verification.VERIFIED)


FEW = settings(max_examples=30)  # two or three whole customers take their time to draw


@st.composite
def related(draw: st.DrawFn) -> list[Customer]:
    """Return two or three different customers that share a verified account."""
    drawn = draw(
        st.lists(customers(), min_size=2, max_size=3, unique_by=lambda customer: customer.id)
    )
    assume(all(LINK.key != i.key for customer in drawn for i in customer.identities))
    # The id that survives must not tell the address of another.
    texts = [customer.contact.email for customer in drawn if customer.contact.email]
    assume(not any(text.is_in(drawn[0].id) for text in texts))
    return [attrs.evolve(c, identities=[*c.identities, LINK]) for c in drawn]


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


@FEW
@given(related())
def test_a_split_undoes_a_merge(originals: list[Customer]) -> None:
    """Merged and split at once, the customers are what they were, each bit of them."""
    outcome = merged(originals)

    assert Split(customers=originals) == split(outcome.customer, undo=outcome.undo)


@FEW
@given(related())
def test_nothing_is_lost_in_a_merge(originals: list[Customer]) -> None:
    """Every account, address and consent of the originals stands on the merged customer."""
    one = merged(originals).customer

    assert originals[0].id == one.id
    assert {i.key for c in originals for i in c.identities} == {i.key for i in one.identities}
    assert {a for c in originals for a in c.addresses} == set(one.addresses)
    assert {r for c in originals for r in c.consents} == set(one.consents)


@FEW
@given(related())
def test_what_the_first_lacks_the_others_fill_in(originals: list[Customer]) -> None:
    """Name, email and telephone are the first's that has one."""
    one = merged(originals).customer
    names = [c.name for c in originals if c.name is not None]
    emails = [c.contact.email for c in originals if c.contact.email is not None]
    phones = [c.contact.phone for c in originals if c.contact.phone is not None]

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
@given(related(), st.sampled_from(PURPOSES), instants())
def test_a_withdrawal_since_the_merge_holds_for_all_after_a_split(
    originals: list[Customer], purpose: str, at: datetime
) -> None:
    """Who said no as one person is not asked again as two."""
    outcome = merged(originals)
    later = outcome.customer.withdraw(purpose, at=at, source="letter")

    parts = split(later, undo=outcome.undo)

    assert isinstance(parts, Split)
    assert [c.id for c in originals] == [part.id for part in parts.customers]
    assert not any(part.consents_to(purpose, now=at) for part in parts.customers)
    assert originals == [
        attrs.evolve(part, consents=original.consents)
        for part, original in zip(parts.customers, originals, strict=True)
    ]


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
    assert outcome.explain() == "customers a, b are one person, from now on a"


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
        "a shared email address or account is not verified on both sides (typed); "
        "no email address and no account is shared (stranger)"
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


def test_a_changed_customer_is_not_split_by_a_guess() -> None:
    """Whatever changed since the merge is named, each part of it, and nothing is split."""
    outcome = merged([customer("a", identities=(LINK,)), customer("b", identities=(LINK,))])
    changed = attrs.evolve(
        outcome.customer,
        name="Ada",
        identities=[ACCOUNT],
        contact=Contact(phone=PhoneNumber(raw="1", e164=E164.parse("+331"))),
        addresses=[Address(country="FR")],
        consents=[
            ConsentRecord(
                purpose="newsletter", basis=LawfulBasis.CONSENT, source="form", given_at=DAY
            )
        ],
    )

    refused = split(changed, undo=outcome.undo)

    assert refused == SplitRefused(
        reasons=[
            SplitFault.NAME,
            SplitFault.IDENTITIES,
            SplitFault.CONTACT,
            SplitFault.ADDRESSES,
            SplitFault.GRANTS,
        ]
    )
    assert refused.explain().startswith("not split: the name changed since the merge; the acc")


def test_an_erased_customer_is_not_brought_back() -> None:
    """After an erasure the undo gives nobody back."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])
    gone = erase(outcome.customer, at=DAY + timedelta(days=1)).customer

    assert split(gone, undo=outcome.undo) == SplitRefused(reasons=[SplitFault.ERASED])


def test_an_undo_fits_one_customer() -> None:
    """The undo of one merge does not split another customer."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])

    assert split(customer("b"), undo=outcome.undo) == SplitRefused(reasons=[SplitFault.OTHER])


def test_an_undo_shows_nobody() -> None:
    """The originals in an undo are shown by id only."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])

    assert "ada" not in repr(outcome)


def test_a_split_is_explained() -> None:
    """A split names who is apart again."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])

    assert split(outcome.customer, undo=outcome.undo).explain() == (
        "customers a, b are apart again"
    )
