"""One guest and one account with one email address: who has more is found, not refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.customers._customer import Customer
from ecomkit.customers._identity import IdentityKind
from ecomkit.customers._match import EvidenceKind, MatchRule
from ecomkit.identifiers import ChannelId, CustomerId

__all__ = ["SharedEmail", "shared_emails"]


@final
@attrs.frozen(kw_only=True)
class SharedEmail:
    """Customers that are one kind of somebody on one channel, with one email address."""

    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    kind: IdentityKind = attrs.field(validator=is_a(IdentityKind))
    customers: tuple[CustomerId, ...] = attrs.field(converter=as_tuple, validator=each(CustomerId))

    def explain(self) -> str:
        """Tell in plain words who shares; the address is not shown."""
        return (
            f"customers {', '.join(self.customers)} share an email address, "
            f"each as {self.kind.value} of {self.channel}"
        )


def shared_emails(
    customers: Sequence[Customer], *, rule: MatchRule | None = None
) -> tuple[SharedEmail, ...]:
    """
    Return who of *customers* shares an email address, being the same kind of somebody there.

    A guest and an account beside each other are right: somebody with an account bought without
    signing in, and stays a guest until the address is verified on both sides. Two accounts are
    not: sign-in by email would have to guess. Addresses are compared as *rule* says, and relay
    addresses not at all.

    >>> from ecomkit.customers import Contact, EmailAddress, Identity
    >>> def ada(name, kind):
    ...     return Customer(
    ...         id=CustomerId(name),
    ...         contact=Contact(email=EmailAddress.parse("ada@example.org")),
    ...         identities=[Identity(channel=ChannelId("web"), external_id=name, kind=kind)],
    ...     )
    >>> guest, account = ada("c-1", IdentityKind.GUEST), ada("c-2", IdentityKind.ACCOUNT)
    >>> shared_emails([guest, account])
    ()
    >>> print(shared_emails([guest, account, ada("c-3", IdentityKind.ACCOUNT)])[0].explain())
    customers c-2, c-3 share an email address, each as account of web
    """
    rule = rule or MatchRule()
    sharers: dict[tuple[object, ChannelId, IdentityKind], list[CustomerId]] = defaultdict(list)
    for customer in customers:
        emails = [key for key in rule.keys(customer) if key[0] is EvidenceKind.EMAIL]
        places = dict.fromkeys((one.channel, one.kind) for one in customer.identities)
        for email in emails:
            for channel, kind in places:
                sharers[email, channel, kind].append(customer.id)
    return tuple(
        SharedEmail(channel=channel, kind=kind, customers=names)
        for (_, channel, kind), names in sharers.items()
        if len(names) > 1
    )
