"""
Merge: two customers turn out to be one person; split: they turn out to be two after all.

Somebody else's orders must not be had by typing somebody else's email address, so customers are
merged only over an identity that is verified on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit._texts import free_text, personal_text
from ecomkit.customers._combined import combined
from ecomkit.customers._contact import Verification
from ecomkit.customers._customer import Customer
from ecomkit.customers._match import Match, MatchRule, find_matches
from ecomkit.identifiers import CustomerId
from ecomkit.timeline import utc

__all__ = ["Approval", "MergeFault", "MergeReason", "MergeRefused", "MergeUndo", "Merged", "merge"]

Keys: TypeAlias = Callable[[Customer], set[Hashable]]

CUSTOMERS_MIN = 2


class MergeFault(Enum):
    """Why customers are not merged."""

    TOO_FEW = "a merge takes two customers or more"
    REPEATED = "the same customer is given more than once"
    ERASED = "an erased customer has nobody to be compared with"
    UNVERIFIED = "what is shared is not verified on both sides"
    UNRELATED = "no email address, phone number or account is shared"
    TELLING_ID = "the first one's id has the email address in it, and would outlive an erasure"


@final
@attrs.frozen(kw_only=True)
class MergeReason:
    """One reason, and the customers that it is about."""

    fault: MergeFault = attrs.field(validator=is_a(MergeFault))
    customers: tuple[CustomerId, ...] = attrs.field(converter=as_tuple, validator=each(CustomerId))


@final
@attrs.frozen(kw_only=True)
class Approval:
    """
    A person's word that a suggestion is right: the buyer was asked, and said so.

    >>> from datetime import UTC
    >>> day = datetime(2026, 3, 1, tzinfo=UTC)
    >>> Approval(by="support-7", reason="told us both order numbers", at=day).by
    'support-7'
    """

    by: str = attrs.field(validator=free_text)
    """Who decided, by a name that may be shown."""
    reason: str = attrs.field(repr=False, validator=personal_text)
    at: datetime = attrs.field(converter=utc)


@final
@attrs.frozen(kw_only=True)
class MergeUndo:
    """
    What a split needs: the customers as they were.

    It holds personal data: whoever erases the merged customer drops it too.
    """

    originals: tuple[Customer, ...] = attrs.field(converter=as_tuple, validator=each(Customer))
    approval: Approval | None = attrs.field(default=None, validator=optional(is_a(Approval)))

    def __attrs_post_init__(self) -> None:
        if len(self.originals) < CUSTOMERS_MIN:
            raise refuse(self, "originals", len(self.originals), "two customers or more")

    @property
    def merged(self) -> Customer:
        """The customer that the merge made of the originals."""
        return combined(self.originals)

    @property
    def ids(self) -> tuple[CustomerId, ...]:
        """Under which names orders may speak of the merged customer; the first one is theirs."""
        return tuple(original.id for original in self.originals)


@final
@attrs.frozen(kw_only=True)
class Merged:
    """The one customer, under the first one's id, the way back, and what spoke for it."""

    customer: Customer = attrs.field(validator=is_a(Customer))
    undo: MergeUndo = attrs.field(validator=is_a(MergeUndo))
    matches: tuple[Match, ...] = attrs.field(converter=as_tuple, validator=each(Match))

    def explain(self) -> str:
        """Tell in plain words who became one, and why."""
        names = ", ".join(self.undo.ids)
        approval = self.undo.approval
        return "; ".join(
            [
                f"customers {names} are one person, from now on {self.customer.id}",
                *(match.explain() for match in self.matches),
                *([] if approval is None else [f"approved by {approval.by}"]),
            ]
        )


@final
@attrs.frozen(kw_only=True)
class MergeRefused:
    """Customers that stay apart, and all reasons."""

    reasons: tuple[MergeReason, ...] = attrs.field(converter=as_tuple, validator=each(MergeReason))

    def explain(self) -> str:
        """Tell the reasons in plain words."""
        told = (
            f"{reason.fault.value} ({', '.join(reason.customers) or 'none given'})"
            for reason in self.reasons
        )
        return f"not merged: {'; '.join(told)}"


def merge(
    customers: Sequence[Customer],
    *,
    rule: MatchRule | None = None,
    approval: Approval | None = None,
) -> Merged | MergeRefused:
    """
    Make one customer of *customers*, if what they share shows that they are one person.

    Two are one person if they share an email address, a phone number or a channel's account that
    is verified on both sides; several are, if such links join them all. The first customer's id,
    name and contact win, and the others fill in what it lacks; accounts, addresses, consents and
    further contacts are put together. A consent that was withdrawn under one of them is withdrawn
    for the merged customer.

    Args:
        customers: Two or more; the first one's id survives.
        rule: How they are compared; as :class:`MatchRule` does by default, if None.
        approval: A person's word that links count although they are not verified. Who shares
            nothing is not merged on anybody's word.

    >>> from ecomkit.customers import Contact, EmailAddress
    >>> ada = Contact(
    ...     email=EmailAddress.parse("ada@example.org"), email_verification=Verification.VERIFIED
    ... )
    >>> one = Customer(id=CustomerId("c-1"), contact=ada)
    >>> two = Customer(id=CustomerId("c-2"), contact=ada)
    >>> print(merge([one, two]).explain())
    customers c-1, c-2 are one person, from now on c-1; customers c-1 and c-2: one person;
    shared: email address (verified on both sides)
    >>> print(merge([one, Customer(id=CustomerId("c-3"))]).explain())
    not merged: no email address, phone number or account is shared (c-3)
    """
    rule = rule or MatchRule()
    reasons = tuple(_reasons(customers, rule=rule, approval=approval))
    if reasons:
        return MergeRefused(reasons=reasons)
    undo = MergeUndo(originals=customers, approval=approval)
    matches = find_matches(customers, rule=rule)
    return Merged(customer=undo.merged, undo=undo, matches=matches)


def _reasons(
    customers: Sequence[Customer], *, rule: MatchRule, approval: Approval | None
) -> Iterable[MergeReason]:
    ids = [customer.id for customer in customers]
    if len(customers) < CUSTOMERS_MIN:
        yield MergeReason(fault=MergeFault.TOO_FEW, customers=ids)
        return
    repeated = [name for name in dict.fromkeys(ids) if ids.count(name) > 1]
    if repeated:
        yield MergeReason(fault=MergeFault.REPEATED, customers=repeated)
    erased = [customer.id for customer in customers if customer.erased_at is not None]
    if erased:
        yield MergeReason(fault=MergeFault.ERASED, customers=erased)
    alive = [customer for customer in customers if customer.erased_at is None]
    claimed = _reached(alive, by=lambda customer: set(rule.keys(customer)))
    proven = claimed if approval else _reached(alive, by=_verified_keys(rule))
    unverified = [customer.id for customer in alive if customer.id in claimed - proven]
    if unverified:
        yield MergeReason(fault=MergeFault.UNVERIFIED, customers=unverified)
    unrelated = [customer.id for customer in alive if customer.id not in claimed]
    if unrelated:
        yield MergeReason(fault=MergeFault.UNRELATED, customers=unrelated)
    emails = [contact.email for customer in customers for contact in customer.contacts]
    if any(email is not None and email.is_in(ids[0]) for email in emails):
        yield MergeReason(fault=MergeFault.TELLING_ID, customers=ids[:1])


def _verified_keys(rule: MatchRule) -> Keys:
    def keys(customer: Customer) -> set[Hashable]:
        verified = rule.keys(customer).items()
        return {key for key, proof in verified if proof is Verification.VERIFIED}

    return keys


def _reached(customers: Sequence[Customer], *, by: Keys) -> set[CustomerId]:
    """Return the customers that shared keys join to the first one, itself included."""
    known: set[Hashable] = set()
    reached: set[CustomerId] = set()
    for customer in customers[:1]:
        known |= by(customer)
        reached.add(customer.id)
    for _ in customers:  # each round reaches one more at least, or changes nothing
        for customer in customers:
            keys = by(customer)
            if keys & known:
                known |= keys
                reached.add(customer.id)
    return reached
