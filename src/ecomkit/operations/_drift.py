"""Drift: a channel shows another number than it should, and why. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import final

import attrs

from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.operations._adoption import AdoptedListing, listing_name
from ecomkit.operations._publication import Intent, IntentState

__all__ = ["DriftKind", "Evidence", "ListingDrift", "judge_listings"]


class DriftKind(enum.Enum):
    """Why a listing shows another number than it should."""

    IN_FLIGHT = "not told yet, or on its way"
    SOLD = "sold there meanwhile"
    UNREAD = "orders that were not taken in"
    OWN_ALLOCATIONS = "its own allocations"
    REFUSED = "refused by the channel"
    LOST = "a lost push"
    EDITED = "edited by hand, or by another program"
    GONE = "no such listing"


ALARMS = (DriftKind.REFUSED, DriftKind.LOST, DriftKind.EDITED, DriftKind.GONE)
MENDED = (DriftKind.LOST, DriftKind.EDITED)


@final
@attrs.frozen(kw_only=True)
class ListingDrift:
    """
    A listing that shows another number than it should.

    Args:
        channel: Where it is.
        listing: Which it is.
        sku: What it sells.
        should: The units that it should show.
        shows: The units that it was read to show; None if the channel has no such listing.
        told: What it showed last as far as we knew; None if we did not know.
        kind: What explains it.
        reason: The facts behind that, in words.
    """

    channel: ChannelId
    listing: ListingId
    sku: Sku
    should: int
    shows: int | None
    told: int | None
    kind: DriftKind
    reason: str

    @property
    def name(self) -> str:
        """The channel and the listing."""
        return listing_name(self.channel, self.listing)

    @property
    def difference(self) -> int | None:
        """The units it shows too many; below 0 if too few, None if there is no such listing."""
        return None if self.shows is None else self.shows - self.should

    @property
    def is_alarm(self) -> bool:
        """Whether it does not come right by itself: a number was changed, lost or refused."""
        return self.kind in ALARMS

    @property
    def is_mended(self) -> bool:
        """Whether the next publication is to tell the number again, knowing what is shown now."""
        return self.kind in MENDED

    def explain(self) -> str:
        """Say what is shown, what should be, and why they differ."""
        shows = "nothing" if self.difference is None else f"{self.shows} ({self.difference:+d})"
        return (
            f"{self.name} ({self.sku}): shows {shows}, should show {self.should}; "
            f"{self.kind.value}: {self.reason}"
        )


@final
@attrs.frozen(kw_only=True)
class Evidence:
    """
    What is known of one listing that was read.

    Args:
        before: The listing in our books before it was read.
        after: The listing in our books after orders were pulled, which was after the reading.
        should: The units that it should show by now.
        shows: The units that it was read to show, None if the channel lacks it.
        intent: The number that the channel is to be told, or has refused; None if there is none.
        seen: Another number that the listing was seen to show before we told the last one; None
            if there is none.
        unread: Why there may be sales at the channel that are not in our books; empty if there is
            no reason.
    """

    before: AdoptedListing
    after: AdoptedListing
    should: int
    shows: int | None
    intent: Intent | None = None
    seen: int | None = None
    unread: str = ""

    @property
    def told(self) -> int | None:
        """What the listing showed before the reading as far as we knew."""
        return _believed(self.before)

    @property
    def known(self) -> tuple[int, ...]:
        """What the listing may show by what our books say, with and without the last sales."""
        numbers = {_believed(self.before), _believed(self.after)}
        return tuple(sorted(number for number in numbers if number is not None))

    @property
    def is_settled(self) -> bool:
        """Whether our books say one number, and nothing is on its way."""
        return self.after == self.before and self.after.shown is not None and self.intent is None


def _believed(listing: AdoptedListing) -> int | None:
    return listing.expected if listing.shown is None else listing.shown


def judge_listings(evidence: Iterable[Evidence]) -> tuple[ListingDrift, ...]:
    """Return the listings that show another number than they should, each with what explains it."""
    known = tuple(evidence)
    sign = _own_sign(known)
    drifts = []
    for one in known:
        if one.shows != one.should:
            kind, reason = _kind(one, sign=sign)
            drifts.append(
                ListingDrift(
                    channel=one.after.channel,
                    listing=one.after.listing,
                    sku=one.after.sku,
                    should=one.should,
                    shows=one.shows,
                    told=one.told,
                    kind=kind,
                    reason=reason,
                )
            )
    return tuple(drifts)


def _kind(one: Evidence, *, sign: int) -> tuple[DriftKind, str]:
    """Return the first explanation that holds, from what we did ourselves to what nobody knows."""
    if one.shows is None:
        return DriftKind.GONE, "the channel does not know it"
    ours = _ours(one)
    if ours is not None:
        return ours
    theirs = _theirs(one, shows=one.shows, sign=sign)
    if theirs is not None:
        return theirs
    told = "another number" if one.told is None else one.told
    if one.seen == one.shows:
        return DriftKind.LOST, f"we told {told} since we saw it show {one.shows}"
    return DriftKind.EDITED, f"we know of {told}, and of nothing that made it {one.shows}"


def _ours(one: Evidence) -> tuple[DriftKind, str] | None:
    """Return what our own books explain: the channel shows what they say, and is to be told."""
    if one.before.shown_at != one.after.shown_at:
        return DriftKind.IN_FLIGHT, "it was told a number while it was read"
    intent = one.intent
    if intent is not None and intent.state is IntentState.SENT:
        # It, or one before it, may have arrived: the next run reads the listing back first.
        return (
            DriftKind.IN_FLIGHT,
            f"{intent.quantity} or a number before it is {intent.state.value}",
        )
    if one.known and one.shows not in one.known:
        return None
    if intent is None:
        return DriftKind.IN_FLIGHT, "it is told with the next publication"
    if intent.state is IntentState.REJECTED:
        return DriftKind.REFUSED, f"{intent.quantity} was refused: {intent.reason}"
    return DriftKind.IN_FLIGHT, f"{intent.quantity} is {intent.state.value}"


def _theirs(one: Evidence, *, shows: int, sign: int) -> tuple[DriftKind, str] | None:
    """Return what the channel did by itself, and may do."""
    if one.after.shown is None:
        # How a channel counts sales, cancellations and what it lacks is its own affair; the
        # listing is told anew in any case.
        return DriftKind.SOLD, "units were sold or cancelled there since it was told"
    if one.unread and shows < min(one.known):
        return DriftKind.UNREAD, one.unread
    if sign and one.is_settled and _deviation(one) == sign * one.after.committed != 0:
        what = "leaves out" if sign < 0 else "counts in"
        return (
            DriftKind.OWN_ALLOCATIONS,
            f"like its other listings it {what} the {one.after.committed} units in open orders",
        )
    return None


def _deviation(one: Evidence) -> int | None:
    return None if one.shows is None or one.told is None else one.shows - one.told


def _own_sign(evidence: Sequence[Evidence]) -> int:
    """
    Say how a channel counts the units of its open orders: +1 in, -1 out, 0 as we do.

    One listing that is off by just these units may have been edited. A way of counting shows in
    more than one, and in most of those that have open orders.
    """
    off = [
        (_deviation(one), one.after.committed)
        for one in evidence
        if one.is_settled and one.after.committed and one.shows is not None
    ]
    for sign in (-1, 1):
        alike = sum(deviation == sign * committed for deviation, committed in off)
        if alike > 1 and 2 * alike > len(off):
            return sign
    return 0
