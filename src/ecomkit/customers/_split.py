"""Split: undo a merge, in the middle of others too, without losing what was said since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.customers._customer import Customer
from ecomkit.customers._match import MatchRule
from ecomkit.customers._merge import Merged, MergeUndo, merge
from ecomkit.customers._since import Since
from ecomkit.identifiers import CustomerId

__all__ = ["Split", "SplitFault", "SplitRefused", "split"]


class SplitFault(Enum):
    """Why a merge is not undone."""

    OTHER = "this undo belongs to another customer"
    ERASED = "the customer was erased, and a split would bring the person back"
    STRANGER = "what is new is said to be of somebody who was never in the merge"
    NAME = "the name changed since the merge"
    IDENTITIES = "an account came since the merge"
    CONTACT = "an email address or phone number came since the merge"
    ADDRESSES = "an address came since the merge"
    GRANTS = "a consent was given since the merge"
    NEITHER = "who was merged later shares nothing that counts with any one part"
    BOTH = "who was merged later belongs to more than one part"


@final
@attrs.frozen(kw_only=True)
class Split:
    """The customers that were one, and the ways back that hold for them now."""

    customers: tuple[Customer, ...] = attrs.field(converter=as_tuple, validator=each(Customer))
    undos: tuple[MergeUndo, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(MergeUndo)
    )
    """The later merges as they stand after the split, oldest first."""
    undone: tuple[MergeUndo, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(MergeUndo)
    )
    """The ways back that hold no more: the one that was taken, and those that *undos* replace."""

    def explain(self) -> str:
        """Tell in plain words who is apart again."""
        return f"customers {', '.join(c.id for c in self.customers)} are apart again"


@final
@attrs.frozen(kw_only=True)
class SplitRefused:
    """A merge that stays, and all reasons."""

    reasons: tuple[SplitFault, ...] = attrs.field(converter=as_tuple, validator=each(SplitFault))

    def explain(self) -> str:
        """Tell the reasons in plain words."""
        return f"not split: {'; '.join(reason.value for reason in self.reasons)}"


def split(
    customer: Customer,
    *,
    undo: MergeUndo,
    later: Sequence[MergeUndo] = (),
    belongs_to: CustomerId | None = None,
    rule: MatchRule | None = None,
) -> Split | SplitRefused:
    """
    Return the customers of whom *undo* made *customer*, as they were, and what was said since.

    What was withdrawn since the merge is withdrawn for each of them. What was verified or taken
    out since is verified or taken out for whoever has it. Anything new could be either one's, and
    a guess would give one person's data to another: the split is refused, unless *belongs_to*
    says whose it is. Which of several addresses comes first is each one's own again.

    Where others were merged into the customer *later*, they stay merged with the part that they
    share something with; with several parts, or with none, the split is refused.

    Args:
        customer: The merged customer, after all merges.
        undo: The merge to undo.
        later: All merges since, oldest first; those of other customers are passed over.
        belongs_to: Whose everything is that came since the merge.
        rule: How customers are compared, as for :func:`merge`.

    Raises:
        FieldError: If the id of *belongs_to* has an email address in it that came since.

    >>> from ecomkit.customers import Contact, EmailAddress, Verification
    >>> ada = Contact(
    ...     email=EmailAddress.parse("ada@example.org"), email_verification=Verification.VERIFIED
    ... )
    >>> both = [Customer(id=CustomerId(name), contact=ada) for name in ("c-1", "c-2")]
    >>> merged = merge(both)
    >>> print(split(merged.customer, undo=merged.undo).explain())
    customers c-1, c-2 are apart again
    """
    path = list(_path(undo, later))
    if not path:
        return _split_last(customer, undo=undo, belongs_to=belongs_to)
    *between, last = path
    part = (between[-1] if between else undo).ids[0]
    theirs = belongs_to if belongs_to is None or belongs_to in last.ids else part
    outer = _split_last(customer, undo=last, belongs_to=theirs)
    if isinstance(outer, SplitRefused):
        return outer
    whole = next(c for c in outer.customers if c.id == part)
    # What belongs to one of the others has gone to them, and nothing of it is left to place.
    rest = None if belongs_to in last.ids and belongs_to != part else belongs_to
    inner = split(whole, undo=undo, later=between, belongs_to=rest, rule=rule)
    if isinstance(inner, SplitRefused):
        return inner
    return _rejoined(inner, others=outer.customers, place=part, last=last, rule=rule)


def _path(undo: MergeUndo, later: Sequence[MergeUndo]) -> Iterator[MergeUndo]:
    """Yield those of the *later* merges that the customer of *undo* went through."""
    name = undo.ids[0]
    for merge_undo in later:
        if name in merge_undo.ids:
            yield merge_undo
            name = merge_undo.ids[0]


def _split_last(
    customer: Customer, *, undo: MergeUndo, belongs_to: CustomerId | None
) -> Split | SplitRefused:
    before = undo.merged
    if customer.id != before.id:
        # Compared with somebody else, or with nobody, everything has changed: that says nothing.
        return SplitRefused(reasons=[SplitFault.OTHER])
    if customer.erased_at is not None:
        return SplitRefused(reasons=[SplitFault.ERASED])
    if belongs_to is not None and belongs_to not in undo.ids:
        return SplitRefused(reasons=[SplitFault.STRANGER])
    since = Since.between(before, now=customer)
    unplaced = {
        SplitFault.NAME: since.name is not None,
        SplitFault.IDENTITIES: bool(since.identities),
        SplitFault.CONTACT: bool(since.contacts),
        SplitFault.ADDRESSES: bool(since.addresses),
        SplitFault.GRANTS: bool(since.grants),
    }
    reasons = [fault for fault, is_so in unplaced.items() if is_so]
    if reasons and belongs_to is None:
        return SplitRefused(reasons=reasons)
    parts = [since.settled(original) for original in undo.originals]
    return Split(
        customers=[since.added_to(part) if part.id == belongs_to else part for part in parts],
        undone=[undo],
    )


def _rejoined(
    inner: Split,
    *,
    others: Sequence[Customer],
    place: CustomerId,
    last: MergeUndo,
    rule: MatchRule | None,
) -> Split | SplitRefused:
    """Return *inner* with the last merge done again, with the one part that it holds for."""
    again = [
        (part, outcome)
        for part in inner.customers
        for outcome in [
            merge(
                [part if other.id == place else other for other in others],
                rule=rule,
                approval=last.approval,
            )
        ]
        if isinstance(outcome, Merged)
    ]
    if len(again) != 1:
        return SplitRefused(reasons=[SplitFault.BOTH if again else SplitFault.NEITHER])
    [(joined, outcome)] = again
    return Split(
        customers=[outcome.customer if c is joined else c for c in inner.customers],
        undos=[*inner.undos, outcome.undo],
        undone=[*inner.undone, last],
    )
