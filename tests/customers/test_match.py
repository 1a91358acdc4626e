"""Matching customers: what claims, what only suggests, and what says nothing."""

from __future__ import annotations

from itertools import permutations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.customers import (
    E164,
    RELAYS,
    Address,
    AddressKind,
    Contact,
    Customer,
    EmailAddress,
    Evidence,
    EvidenceKind,
    Identity,
    IdentityKind,
    LocalPart,
    Match,
    MatchRule,
    Merged,
    PhoneNumber,
    Relay,
    Strength,
    Verdict,
    Verification,
    find_matches,
    merge,
    relay_of,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies._customers import customers, email_addresses, related_customers

ADA = EmailAddress.parse("Ada@example.org")
LOWER = EmailAddress.parse("ada@example.org")
PHONE = PhoneNumber(raw="01 23 45 67 89", e164=E164.parse("+33123456789"))
ABROAD = PhoneNumber(raw="+33 1 23 45 67 89", e164=E164.parse("+33123456789"))
UNREAD = PhoneNumber(raw="01 23 45 67 89")
HOME = Address(lines=["1 rue de la Paix"], postal_code="75002", city="Paris", country="FR")
YES, NO = Verification.VERIFIED, Verification.UNVERIFIED
# Several whole customers take their time to draw.
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def somebody(known_as: str, *, proof: Verification = YES, **facts: object) -> Customer:
    """Return a customer, with email and phone as verified as *proof*."""
    contact = Contact(
        email=facts.pop("email", None),
        phone=facts.pop("phone", None),
        email_verification=proof,
        phone_verification=proof,
    )
    return Customer(id=CustomerId(known_as), contact=contact, **facts)


def verdict(one: Customer, two: Customer, *, rule: MatchRule | None = None) -> Verdict:
    """Return what the two are to each other, which does not depend on who comes first."""
    rule = rule or MatchRule()
    match = rule(one, other=two)
    assert match.evidence == rule(two, other=one).evidence
    return match.verdict


@FEW
@given(st.lists(customers(), min_size=2, max_size=2, unique_by=lambda c: c.id))
def test_two_are_merged_exactly_if_they_match_as_one_person(two: list[Customer]) -> None:
    """The verdict of the rule and the answer of a merge are the same."""
    one, other = two
    other = attrs.evolve(other, contact=one.contact, further_contacts=())

    is_one = MatchRule()(one, other=other).verdict is Verdict.ONE_PERSON

    emails = [c.email for c in one.contacts if c.email]
    if not any(email.is_in(one.id) or email.is_in(other.id) for email in emails):
        assert is_one == isinstance(merge([one, other]), Merged)


@FEW
@given(related_customers())
def test_pairs_join_everybody_that_is_one_person(everybody: list[Customer]) -> None:
    """The pairs of a star reach everybody that any pair could."""
    pairs = [m for m in find_matches(everybody) if m.verdict is Verdict.ONE_PERSON]
    reached = {everybody[0].id}
    for _ in everybody:
        for pair in pairs:
            if reached.intersection(pair.customers):
                reached.update(pair.customers)

    assert {one.id for one in everybody} == reached
    assert len({frozenset(m.customers) for m in find_matches(everybody)}) == len(
        find_matches(everybody)
    )


@FEW
@given(st.lists(customers(), min_size=2, max_size=2, unique_by=lambda c: c.id))
def test_a_match_shows_nobody(two: list[Customer]) -> None:
    """Neither repr nor explanation of a match has a name, an address or a number in it."""
    one, other = (
        attrs.evolve(
            c,
            name="canary",
            contact=Contact(
                email=EmailAddress.parse("canary@canary.example"),
                phone=PhoneNumber(raw="canary", e164=E164.parse("+4711")),
            ),
            addresses=[Address(lines=["canary"], country="FR")],
        )
        for c in two
    )

    match = MatchRule()(one, other=other)

    assert len(match.evidence) >= 4
    for text in (repr(match), match.explain()):
        assert "canary" not in text
        assert "4711" not in text


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (YES, YES, Verdict.ONE_PERSON),
        (YES, NO, Verdict.SUGGESTION),
        (NO, YES, Verdict.SUGGESTION),
        (NO, NO, Verdict.SUGGESTION),
    ],
)
@pytest.mark.parametrize("shared", [{"email": ADA}, {"phone": PHONE}], ids=["email", "phone"])
def test_an_unverified_email_address_or_phone_claims_no_orders(
    mine: Verification, theirs: Verification, expected: Verdict, shared: dict[str, object]
) -> None:
    """What somebody typed suggests; it claims if it is verified on both sides."""
    account = somebody("account", proof=mine, **shared)
    guest = somebody("guest", proof=theirs, **shared)

    assert expected is verdict(account, guest)
    assert (expected is Verdict.ONE_PERSON) == isinstance(merge([account, guest]), Merged)


def test_the_best_proof_of_an_address_counts() -> None:
    """An address that is verified in one of a customer's contacts is verified."""
    typed, proven = Contact(email=ADA), Contact(email=ADA, email_verification=YES)
    for contacts in permutations([typed, proven]):
        one = Customer(id=CustomerId("c"), contact=contacts[0], further_contacts=contacts[1:])
        assert verdict(one, somebody("d", email=ADA)) is Verdict.ONE_PERSON


def test_a_proof_counts_more_than_a_claim() -> None:
    """Of two addresses in common one claimed and one proven make a proof."""
    other = EmailAddress.parse("b@example.org")
    both = [Contact(email=ADA, email_verification=YES), Contact(email=other)]
    for contacts in permutations(both):
        one, two = (
            Customer(id=CustomerId(name), contact=contacts[0], further_contacts=contacts[1:])
            for name in "cd"
        )
        assert MatchRule()(one, other=two).evidence == (
            Evidence(kind=EvidenceKind.EMAIL, strength=Strength.PROVEN),
        )


def test_email_addresses_are_compared_letter_by_letter_unless_folded() -> None:
    """Ada@ and ada@ of one domain are two addresses, or one where the rule says so."""
    one, two = somebody("c", email=ADA), somebody("d", email=LOWER)
    folded = MatchRule(local_part=LocalPart.FOLDED)

    assert verdict(one, two) is Verdict.UNRELATED
    assert verdict(one, two, rule=folded) is Verdict.ONE_PERSON
    assert isinstance(merge([one, two], rule=folded), Merged)


def test_numbers_are_compared_in_e164_form() -> None:
    """A number is one however it was typed; a number that nobody has read is not compared."""
    one = somebody("c", phone=PHONE)

    assert verdict(one, somebody("d", phone=ABROAD)) is Verdict.ONE_PERSON
    assert verdict(one, somebody("d", phone=UNREAD)) is Verdict.UNRELATED
    assert verdict(somebody("c", phone=UNREAD), somebody("d", phone=UNREAD)) is Verdict.UNRELATED


def test_names_and_addresses_alone_never_match() -> None:
    """Two of one name at one address are no suggestion, but they support one."""
    one = somebody("c", name="Ada Lovelace", addresses=[HOME])
    shouted = Address(
        lines=["1  RUE DE LA PAIX"],
        postal_code="75002",
        city="PARIS",
        country="FR",
        kind=AddressKind.BILLING,
    )
    two = somebody("d", name="ada  lovelace", addresses=[shouted])
    alone = MatchRule()(one, other=two)

    assert alone.verdict is Verdict.UNRELATED
    assert alone.explain() == (
        "customers c and d: not related; shared: name (proves nothing by itself), "
        "postal address (proves nothing by itself)"
    )
    assert find_matches([one, two]) == ()
    typed = Contact(email=ADA)
    suggested = MatchRule()(
        attrs.evolve(one, contact=typed), other=attrs.evolve(two, contact=typed)
    )
    assert suggested.verdict is Verdict.SUGGESTION
    assert [piece.kind for piece in suggested.evidence] == [
        EvidenceKind.EMAIL,
        EvidenceKind.NAME,
        EvidenceKind.ADDRESS,
    ]


def test_another_place_or_name_supports_nothing() -> None:
    """Other towns, other names, a country alone and missing names are not shared."""
    one = somebody("c", name="Ada", addresses=[HOME, Address(country="FR")])
    elsewhere = attrs.evolve(HOME, city="Lyon")

    for other in (
        somebody("d", name="Bob", addresses=[elsewhere, Address(country="FR")]),
        somebody("d"),
    ):
        match = MatchRule()(one, other=other)
        assert match.evidence == ()
        assert match.explain() == "customers c and d: not related; shared: nothing"
    assert MatchRule()(somebody("c"), other=somebody("d")).evidence == ()


def test_an_account_of_a_channel_matches_a_guest_under_the_same_name() -> None:
    """Guest and account of one channel with one name there are one, if both are verified."""
    guest, account = (
        Identity(channel=ChannelId("web"), external_id="7", kind=kind, verification=YES)
        for kind in (IdentityKind.GUEST, IdentityKind.ACCOUNT)
    )
    one, two = somebody("c", identities=[guest]), somebody("d", identities=[account])

    assert verdict(one, two) is Verdict.ONE_PERSON
    merged = merge([one, two])
    assert isinstance(merged, Merged)
    assert merged.customer.identities == (guest, account)


@pytest.mark.parametrize(
    "text",
    [
        "no-reply-amazon-iba-buyer@marketplace.amazon.it",
        "wsv5fqfhhlm92wr@marketplace.amazon.co.uk",
        "43ad1d549beae3625950@members.ebay.com",
        "8awgqyk6a5+cub31c122@allegromail.pl",
        "4B20@relay.walmart.com",
        "k7@privaterelay.appleid.com",
    ],
)
def test_a_relay_address_identifies_nobody(text: str) -> None:
    """An alias of a marketplace joins nobody, however verified; Amazon gives one to thousands."""
    alias = EmailAddress.parse(text)
    one, two = somebody("c", email=alias), somebody("d", email=alias)
    match = MatchRule()(one, other=two)

    assert relay_of(alias) is not None
    assert match.verdict is Verdict.UNRELATED
    assert match.evidence == (Evidence(kind=EvidenceKind.EMAIL, strength=Strength.RELAYED),)
    assert find_matches([one, two]) == ()
    assert not isinstance(merge([one, two]), Merged)
    assert verdict(one, two, rule=MatchRule(relays=())) is Verdict.ONE_PERSON


def test_a_relay_address_does_not_hide_a_shared_address() -> None:
    """Beside an alias, an address of one's own counts as ever."""
    alias = Contact(email=EmailAddress.parse("x@members.ebay.de"))
    one, two = (somebody(name, email=ADA, further_contacts=[alias]) for name in "cd")

    assert verdict(one, two) is Verdict.ONE_PERSON


def test_an_alias_is_an_account_of_its_channel() -> None:
    """As an identity of kind alias it joins two on its channel, and nobody on another one."""
    here = Identity(
        channel=ChannelId("amazon"),
        external_id="x@marketplace.amazon.fr",
        kind=IdentityKind.ALIAS,
        verification=YES,
    )
    there = attrs.evolve(here, channel=ChannelId("amazon-de"))
    one = somebody("c", identities=[here])

    assert verdict(one, somebody("d", identities=[here])) is Verdict.ONE_PERSON
    assert verdict(one, somebody("d", identities=[there])) is Verdict.UNRELATED


@given(email_addresses())
def test_an_address_of_ones_own_is_no_relay(email: EmailAddress) -> None:
    """Only the listed domains are relays, and not domains that look like them."""
    domain = email.address.rpartition("@")[2]
    listed = any(domain.startswith(relay.domain.removesuffix("*")) for relay in RELAYS)

    assert (relay_of(email) is not None) == listed


@pytest.mark.parametrize(
    "text",
    [
        "x@relay.walmart.com.example.org",
        "x@mymembers.ebay.com",
        "x@members.ebay",
        "x@myrelay.walmart.com",
    ],
)
def test_a_domain_that_looks_like_a_relay_is_none(text: str) -> None:
    """A domain is a relay's if it is the same, up to the ending that the rule leaves open."""
    assert relay_of(EmailAddress.parse(text)) is None


@pytest.mark.parametrize("domain", ["", " ", "Relay.example", "a..b", "*.example", "a@b", None, 7])
def test_the_domain_of_a_relay_is_a_domain(domain: object) -> None:
    """Anything but a domain in lower case, with an open ending or without, is refused."""
    with pytest.raises(FieldError):
        Relay(domain=domain, operator="Example", source="its handbook")


def test_many_who_share_something_are_paired_with_one() -> None:
    """A thousand guests with one number are a thousand pairs less one, not half a million."""
    crowd = [somebody(f"c-{n}", proof=NO, phone=PHONE) for n in range(1_000)]
    crowd[7] = somebody("c-7", phone=PHONE)

    matches = find_matches(crowd)

    assert len(matches) == 999
    assert all(match.customers[0] == "c-7" for match in matches)
    assert {match.verdict for match in matches} == {Verdict.SUGGESTION}


def test_a_pair_is_found_once_whatever_it_shares() -> None:
    """Two who share address and number are one pair with both as evidence."""
    one = somebody("c", email=ADA, phone=PHONE)
    two = somebody("d", email=ADA, phone=PHONE)
    two_first = somebody("d", proof=NO, email=ADA, phone=PHONE)
    half, other_half = (
        Customer(
            id=CustomerId(name),
            contact=Contact(
                email=ADA, phone=PHONE, email_verification=email, phone_verification=phone
            ),
        )
        for name, email, phone in (("c", YES, NO), ("d", NO, YES))
    )

    assert [len(match.evidence) for match in find_matches([one, two])] == [2]
    assert [match.customers for match in find_matches([two_first, one])] == [("c", "d")]
    assert [match.customers for match in find_matches([half, other_half])] == [("c", "d")]


def test_a_pair_is_two() -> None:
    """A customer is not compared with itself, and a match of one or three is refused."""
    one = somebody("c", email=ADA)

    with pytest.raises(FieldError):
        MatchRule()(one, other=one)
    for names in (["a"], ["a", "a"], ["a", "b", "c"]):
        with pytest.raises(FieldError):
            Match(customers=[CustomerId(name) for name in names], evidence=[])
