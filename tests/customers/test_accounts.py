"""One guest and one account with one email address."""

from __future__ import annotations

import pytest

from ecomkit.customers import (
    Contact,
    Customer,
    EmailAddress,
    Identity,
    IdentityKind,
    LocalPart,
    MatchRule,
    SharedEmail,
    shared_emails,
)
from ecomkit.identifiers import ChannelId, CustomerId

WEB = ChannelId("web")


def buyer(
    name: str,
    *kinds: IdentityKind,
    email: str | None = "ada@example.org",
    channel: ChannelId = WEB,
) -> Customer:
    """Return a customer who is *kinds* of somebody on *channel*."""
    return Customer(
        id=CustomerId(name),
        contact=Contact(email=None if email is None else EmailAddress.parse(email)),
        identities=[Identity(channel=channel, external_id=name, kind=kind) for kind in kinds],
    )


GUEST, ACCOUNT = IdentityKind.GUEST, IdentityKind.ACCOUNT


def test_a_guest_and_an_account_may_have_one_address() -> None:
    """One of each kind on a channel is right, as two customers or as one."""
    assert shared_emails([buyer("a", GUEST), buyer("b", ACCOUNT)]) == ()
    assert shared_emails([buyer("a", GUEST, ACCOUNT)]) == ()


@pytest.mark.parametrize("kind", IdentityKind)
def test_two_of_a_kind_with_one_address_are_found(kind: IdentityKind) -> None:
    """Two accounts, guests or aliases of one channel with one address are named."""
    third = buyer("c", GUEST if kind is ACCOUNT else ACCOUNT)

    found = shared_emails([buyer("a", kind), third, buyer("b", kind)])

    assert found == (
        SharedEmail(channel=WEB, kind=kind, customers=[CustomerId("a"), CustomerId("b")]),
    )
    assert "ada" not in found[0].explain()


def test_other_channels_and_addresses_are_not_compared() -> None:
    """Accounts on two channels, of two addresses or of none are no doubles."""
    one = buyer("a", ACCOUNT)

    for other in (
        buyer("b", ACCOUNT, channel=ChannelId("etsy")),
        buyer("b", ACCOUNT, email="ADA@example.org"),
        buyer("b", ACCOUNT, email=None),
        buyer("b"),
    ):
        assert shared_emails([one, other]) == ()


def test_addresses_are_compared_by_the_rule() -> None:
    """Where case is folded, Ada@ and ada@ are one; relay addresses never are."""
    both = [buyer("a", ACCOUNT), buyer("b", ACCOUNT, email="ADA@example.org")]
    relayed = [buyer(name, ACCOUNT, email="x@members.ebay.com") for name in "ab"]

    assert len(shared_emails(both, rule=MatchRule(local_part=LocalPart.FOLDED))) == 1
    assert shared_emails(relayed) == ()
