"""Splitting customers that were merged: in any order, and with what was said since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.customers import (
    E164,
    Address,
    Approval,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    Identity,
    IdentityKind,
    LawfulBasis,
    Merged,
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
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies._customers import PURPOSES, related_customers
from ecomkit.testing.strategies._timeline import instants

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EMAIL = EmailAddress.parse("ada@example.org")
ACCOUNT = Identity(
    channel=ChannelId("etsy"), external_id="8675309", verification=Verification.VERIFIED
)
LINK = Identity(channel=ChannelId("the link"), external_id="1", verification=Verification.VERIFIED)
OTHER_LINK = attrs.evolve(LINK, external_id="2")
NEWSLETTER = ConsentRecord(
    purpose="newsletter", basis=LawfulBasis.CONSENT, source="form", given_at=DAY
)
HOME = Address(lines=["1 rue de la Paix"], city="Paris", country="FR")
PHONE = PhoneNumber(raw="1", e164=E164.parse("+331"))

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


def parts(
    person: Customer,
    *,
    undo: MergeUndo,
    later: tuple[MergeUndo, ...] = (),
    belongs_to: str | None = None,
) -> Split:
    """Return the split, which is known to be possible."""
    outcome = split(
        person,
        undo=undo,
        later=later,
        belongs_to=None if belongs_to is None else CustomerId(belongs_to),
    )
    assert isinstance(outcome, Split), outcome.explain()
    return outcome


@st.composite
def merged_one_by_one(
    draw: st.DrawFn,
) -> tuple[list[Customer], Customer, list[MergeUndo]]:
    """Return people, the one customer that merges in any order made of them, and all undos."""
    everybody = draw(related_customers(min_size=2, max_size=4))
    left, undos = list(everybody), []
    while len(left) > 1:
        pairs = [
            (one, two, outcome)
            for one in left
            for two in left
            if one is not two
            for outcome in [merge([one, two])]
            if isinstance(outcome, Merged)
        ]
        one, two, outcome = draw(st.sampled_from(pairs))
        left = [c for c in left if c is not one and c is not two] + [outcome.customer]
        undos.append(outcome.undo)
    return everybody, left[0], undos


def undone(
    people: list[Customer], undos: list[MergeUndo], number: int
) -> tuple[Customer, Split | SplitRefused]:
    """Return whom of *people* one of *undos* made, and what comes of undoing it."""
    answers = [(one, split(one, undo=undos[number], later=undos[number + 1 :])) for one in people]
    stranger = SplitRefused(reasons=[SplitFault.OTHER])
    [found] = [(one, answer) for one, answer in answers if answer != stranger]
    return found


@FEW
@given(merged_one_by_one(), st.data())
def test_merges_undone_in_any_order_give_back_the_same_persons(
    story: tuple[list[Customer], Customer, list[MergeUndo]], data: st.DataObject
) -> None:
    """Whichever merge is undone first, in the end the persons are what they were, each bit."""
    everybody, one, undos = story
    people = [one]
    while undos:
        person, outcome = undone(people, undos, data.draw(st.integers(0, len(undos) - 1)))
        if isinstance(outcome, SplitRefused):
            # Who came later may belong to none or to both; the last merge can always be undone.
            assert outcome.reasons[0] in {SplitFault.NEITHER, SplitFault.BOTH}
            person, outcome = undone(people, undos, len(undos) - 1)
        assert isinstance(outcome, Split)
        undos = [undo for undo in undos if undo not in outcome.undone] + list(outcome.undos)
        people = [p for p in people if p is not person] + list(outcome.customers)

    assert {c.id: c for c in everybody} == {c.id: c for c in people}
    assert len(everybody) == len(people)


CHAIN = (  # b shares something with a, and c with b
    customer("a", identities=(LINK,)),
    customer("b", identities=(LINK, OTHER_LINK)),
    customer("c", identities=(OTHER_LINK,)),
)


def test_who_was_merged_later_stays_with_the_part_it_shares_something_with() -> None:
    """A and b are split in the middle of a chain: c goes with b, under b's name."""
    a, b, c = CHAIN
    first = merged([a, b])
    second = merged([first.customer, c])

    outcome = parts(second.customer, undo=first.undo, later=(second.undo,))

    assert outcome.customers == (a, merged([b, c]).customer)
    assert outcome.undos == (merged([b, c]).undo,)
    assert outcome.undone == (first.undo, second.undo)
    assert parts(outcome.customers[1], undo=outcome.undos[0]).customers == (b, c)


def test_merges_of_others_are_passed_over() -> None:
    """All merges since may be given: those of other people change nothing."""
    a, b, c = CHAIN
    first = merged([a, b])
    second = merged([first.customer, c])
    strangers = merged([customer("x", email=EMAIL), customer("y", email=EMAIL)])

    with_them = parts(second.customer, undo=first.undo, later=(strangers.undo, second.undo))
    without = parts(second.customer, undo=first.undo, later=(second.undo,))

    assert with_them == without


def test_a_split_through_three_later_merges() -> None:
    """The first of four merges is undone in the middle, whatever the whole is called by then."""
    a, b, c = CHAIN
    d, e = (customer(name, identities=(OTHER_LINK,)) for name in "de")
    first = merged([a, b])
    second = merged([first.customer, c])
    third = merged([d, second.customer])
    fourth = merged([e, third.customer])
    later = (second.undo, third.undo, fourth.undo)

    outcome = parts(fourth.customer, undo=first.undo, later=later)

    assert [one.id for one in outcome.customers] == ["a", "e"]
    assert [undo.ids for undo in outcome.undos] == [("b", "c"), ("d", "b"), ("e", "d")]
    assert outcome.undone == (first.undo, *later)


def test_who_belongs_to_both_parts_keeps_them_together() -> None:
    """C shares an account with each of a and b: a split would have to tear it apart."""
    a, b, _ = CHAIN
    a = attrs.evolve(a, identities=(*a.identities, OTHER_LINK))
    c = customer("c", identities=(OTHER_LINK,))
    first = merged([a, b])
    second = merged([first.customer, c])

    assert split(second.customer, undo=first.undo, later=(second.undo,)) == SplitRefused(
        reasons=[SplitFault.BOTH]
    )


def test_who_belongs_to_no_part_alone_keeps_them_together() -> None:
    """C joined two who were one: with a it shares what only b has a proof of, and the reverse."""
    yes, no = Verification.VERIFIED, Verification.UNVERIFIED
    a = customer("a", identities=(LINK,))
    b = customer("b", identities=(LINK,))
    first = merged([a, b])
    word = Approval(by="support-7", reason="asked by telephone", at=DAY)
    late = attrs.evolve(first.customer, contact=Contact(email=EMAIL, email_verification=no))
    second = merge([late, customer("c", email=EMAIL, verification=yes)], approval=word)
    assert isinstance(second, Merged)
    gone = attrs.evolve(second.undo, originals=[first.customer, second.undo.originals[1]])

    # The address came between the merges, so nobody knows whose it is; without it, c has no link.
    assert split(second.customer, undo=first.undo, later=(second.undo,)) == SplitRefused(
        reasons=[SplitFault.CONTACT]
    )
    assert split(gone.merged, undo=first.undo, later=(gone,)) == SplitRefused(
        reasons=[SplitFault.NEITHER]
    )


def test_a_merge_that_somebody_approved_is_done_again_with_the_approval() -> None:
    """The word of a person holds for the part that the suggestion was about."""
    typed = customer("c", email=EMAIL, verification=Verification.UNVERIFIED)
    a = customer("a", identities=(LINK,))
    b = customer("b", email=EMAIL, identities=(LINK,))
    first = merged([a, b])
    word = Approval(by="support-7", reason="told us both order numbers", at=DAY)
    second = merge([first.customer, typed], approval=word)
    assert isinstance(second, Merged)

    outcome = parts(second.customer, undo=first.undo, later=(second.undo,))

    assert [one.id for one in outcome.customers] == ["a", "b"]
    assert [undo.approval for undo in outcome.undos] == [word]


def pair() -> Merged:
    """Return the merge of a, who has a home, a number and a name, and b, who has an account."""
    a = attrs.evolve(
        customer("a", email=EMAIL, verification=Verification.UNVERIFIED, identities=(LINK,)),
        name="Ada",
        addresses=[HOME],
        further_contacts=[Contact(phone=PHONE)],
    )
    claimed = attrs.evolve(ACCOUNT, verification=Verification.UNVERIFIED)
    nobody = Contact()
    b = Customer(id=CustomerId("b"), contact=nobody, identities=[LINK, claimed])
    return merged([a, b])


def test_what_was_verified_since_is_verified_for_whoever_has_it() -> None:
    """A proof of an address, a number or an account goes to the one whose it is."""
    outcome = pair()
    yes = Verification.VERIFIED
    contact = outcome.customer.contact
    later = attrs.evolve(
        outcome.customer,
        contact=attrs.evolve(contact, email_verification=yes, phone_verification=yes),
        identities=[LINK, ACCOUNT],
    )
    a, b = outcome.undo.originals

    assert contact.phone == PHONE
    assert parts(later, undo=outcome.undo).customers == (
        attrs.evolve(
            a,
            contact=attrs.evolve(a.contact, email_verification=yes),
            further_contacts=[Contact(phone=PHONE, phone_verification=yes)],
        ),
        attrs.evolve(b, identities=[LINK, ACCOUNT]),
    )


def test_what_was_taken_out_since_is_taken_out_for_whoever_has_it() -> None:
    """A name, address, number or account that is gone does not come back with a split."""
    outcome = pair()
    later = attrs.evolve(
        outcome.customer, name=None, contact=Contact(), identities=[], addresses=[]
    )

    assert parts(later, undo=outcome.undo).customers == (
        Customer(id=CustomerId("a")),
        Customer(id=CustomerId("b")),
    )


@pytest.mark.parametrize("name", ["a", "b"])
def test_what_is_new_goes_to_the_one_that_somebody_names(name: str) -> None:
    """Nothing is guessed, but a person may say whose all of it is."""
    outcome = pair()
    new = Contact(email=EmailAddress.parse("new@example.org"))
    later = attrs.evolve(
        outcome.customer,
        name="Countess of Lovelace",
        further_contacts=[new],
        identities=[*outcome.customer.identities, OTHER_LINK],
        addresses=[*outcome.customer.addresses, Address(country="GB")],
        consents=[NEWSLETTER],
    )
    a, b = outcome.undo.originals

    refused = split(later, undo=outcome.undo)
    apart = {one.id: one for one in parts(later, undo=outcome.undo, belongs_to=name).customers}

    assert isinstance(refused, SplitRefused)
    assert len(refused.reasons) == 5
    mine, other = (a, b) if name == "a" else (b, a)
    assert apart[other.id] == other
    assert apart[mine.id] == attrs.evolve(
        mine,
        name="Countess of Lovelace",
        contact=mine.contact if name == "a" else new,
        further_contacts=[*mine.further_contacts, new] if name == "a" else [],
        identities=[*mine.identities, OTHER_LINK],
        addresses=[*mine.addresses, Address(country="GB")],
        consents=[NEWSLETTER],
    )


def test_a_part_that_nobody_can_reach_stays_so() -> None:
    """Where a new account is all that came, the part that gets it has no contact as before."""
    outcome = pair()
    b = outcome.undo.originals[1]
    later = attrs.evolve(outcome.customer, identities=[*outcome.customer.identities, OTHER_LINK])

    assert parts(later, undo=outcome.undo, belongs_to="b").customers[1] == attrs.evolve(
        b, identities=[*b.identities, OTHER_LINK]
    )


@pytest.mark.parametrize(("name", "holder"), [("a", "a"), ("b", "b"), ("c", "b")])
def test_what_is_new_after_several_merges_goes_to_the_one_named(name: str, holder: str) -> None:
    """Whoever of the chain is named gets what is new; c's part of it stands on b, its whole."""
    a, b, c = CHAIN
    first = merged([a, b])
    second = merged([first.customer, c])
    later = attrs.evolve(second.customer, addresses=[HOME])

    outcome = parts(later, undo=first.undo, later=(second.undo,), belongs_to=name)

    assert {one.id: one.addresses for one in outcome.customers}[CustomerId(holder)] == (HOME,)
    assert sum(len(one.addresses) for one in outcome.customers) == 1
    if name == "c":
        [undo] = outcome.undos
        assert [one.addresses for one in undo.originals] == [(), (HOME,)]


def test_what_is_new_is_refused_in_the_middle_of_merges_too() -> None:
    """What came between two merges, or after both, is not placed by a guess."""
    a, b, c = CHAIN
    first = merged([a, b])
    between = attrs.evolve(first.customer, addresses=[HOME])
    second = merged([between, c])
    after = attrs.evolve(second.customer, name="Ada")

    assert split(second.customer, undo=first.undo, later=(second.undo,)) == SplitRefused(
        reasons=[SplitFault.ADDRESSES]
    )
    assert split(after, undo=first.undo, later=(second.undo,)) == SplitRefused(
        reasons=[SplitFault.NAME]
    )


@pytest.mark.parametrize("merges", [1, 2])
def test_what_is_new_belongs_to_nobody_else(merges: int) -> None:
    """Somebody who was never in the merge is not given what came since."""
    a, b, c = CHAIN
    first = merged([a, b])
    second = merged([first.customer, c])

    outcome = split(
        first.customer if merges == 1 else second.customer,
        undo=first.undo,
        later=[second.undo][: merges - 1],
        belongs_to=CustomerId("x"),
    )

    assert outcome == SplitRefused(reasons=[SplitFault.STRANGER])


def test_a_guest_beside_an_account_is_split_with_the_right_one() -> None:
    """A guest and an account under one name are two identities, and each goes back."""
    guest = attrs.evolve(ACCOUNT, kind=IdentityKind.GUEST)
    both = [customer("a", identities=(guest,)), customer("b", identities=(ACCOUNT,))]
    outcome = merged(both)

    assert list(parts(outcome.customer, undo=outcome.undo).customers) == both


@FEW
@given(related())
def test_a_split_undoes_a_merge(originals: list[Customer]) -> None:
    """Merged and split at once, the customers are what they were, each bit of them."""
    outcome = merged(originals)

    assert split(outcome.customer, undo=outcome.undo) == Split(
        customers=originals, undone=[outcome.undo]
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


def test_a_changed_customer_is_not_split_by_a_guess() -> None:
    """Whatever came since the merge is named, each part of it, and nothing is split."""
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
    assert refused.explain().startswith("not split: the name changed since the merge; an acc")


def test_an_erased_customer_is_not_brought_back() -> None:
    """After an erasure the undo gives nobody back."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])
    gone = erase(outcome.customer, at=DAY + timedelta(days=1)).customer

    assert split(gone, undo=outcome.undo) == SplitRefused(reasons=[SplitFault.ERASED])


def test_an_undo_fits_one_customer() -> None:
    """The undo of one merge does not split another customer."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])

    assert split(customer("b"), undo=outcome.undo) == SplitRefused(reasons=[SplitFault.OTHER])


def test_a_split_is_explained() -> None:
    """A split names who is apart again."""
    outcome = merged([customer("a", email=EMAIL), customer("b", email=EMAIL)])

    assert split(outcome.customer, undo=outcome.undo).explain() == (
        "customers a, b are apart again"
    )
