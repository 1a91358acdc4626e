"""One run over all channels: pull, cover, publish; safe to repeat at any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.catalog import Catalog
from ecomkit.channels import Channel, ChannelAnswerError, ChannelAuthError
from ecomkit.identifiers import ChannelId
from ecomkit.operations._adoption import (
    CHANNELS,
    LISTINGS,
    AdoptionReport,
    match_listings,
    pull_listings,
    uncounted,
)
from ecomkit.operations._effects import PendingEffect, send_effects
from ecomkit.operations._intake import PullReport, pull_orders, revisit_disagreements
from ecomkit.operations._publication import (
    PlannedOffer,
    PushReport,
    offers,
    plan_publication,
    push_intents,
)
from ecomkit.operations._settings import BrakeVerdict, Settings
from ecomkit.ports import Store

__all__ = ["Preview", "SyncReport", "preview", "sync"]

T = TypeVar("T")


@final
@attrs.frozen(kw_only=True)
class SyncReport:
    """
    What one run did.

    Args:
        unadopted: Channels that were left alone: they need their adoption first.
        pulls: What was taken in, channel by channel.
        brake: What the brake said; where it stopped the run, nothing was pushed.
        pushes: What was told, channel by channel.
        untold: Shipments and refunds that channels have not confirmed.
        disagreements: Orders on which a channel and our facts differ.
        stopped: Channels that need somebody, such as for new credentials, and why; the others
            went on.
    """

    unadopted: tuple[ChannelId, ...] = attrs.field(converter=as_tuple)
    pulls: tuple[PullReport, ...] = attrs.field(converter=as_tuple)
    brake: BrakeVerdict
    pushes: tuple[PushReport, ...] = attrs.field(converter=as_tuple)
    untold: tuple[PendingEffect, ...] = attrs.field(converter=as_tuple)
    disagreements: int
    stopped: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))

    def explain(self) -> str:
        """Say what was done and what needs somebody."""
        lines = [
            f"{channel} was not adopted: nothing was pulled and nothing is published there; "
            "preview it, then adopt it with an opening count"
            for channel in self.unadopted
        ]
        lines.extend(pull.explain() for pull in self.pulls)
        if self.brake.is_stopped:
            lines.append(f"publication {self.brake.explain()}; look at the counts")
        lines.extend(push.explain() for push in self.pushes)
        if self.untold:
            lines.append(f"{len(self.untold)} shipments or refunds not confirmed by their channel")
        if self.disagreements:
            lines.append(f"{self.disagreements} orders on which channel and books differ")
        lines.extend(f"stopped: {reason}" for reason in self.stopped)
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.explain()


@final
@attrs.frozen(kw_only=True)
class Preview:
    """What a run would do, and what it needs first. Nothing was written and nothing sent."""

    adoptions: tuple[AdoptionReport, ...] = attrs.field(converter=as_tuple)
    offers: tuple[PlannedOffer, ...] = attrs.field(converter=as_tuple)
    brake: BrakeVerdict

    def explain(self) -> str:
        """Say what would change."""
        lines = [
            f"to adopt: {adoption.explain()}; nothing is published there before"
            for adoption in self.adoptions
        ]
        due = [plan for plan in self.offers if plan.is_due]
        lines.append(f"{len(due)} of {len(self.offers)} listings would be told a number")
        lines.extend(plan.explain() for plan in due)
        if self.brake.is_stopped:
            lines.append(f"publication {self.brake.explain()}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.explain()


def preview(
    store: Store,
    channels: Sequence[Channel],
    *,
    catalog: Catalog,
    now: datetime,
    settings: Settings,
) -> Preview:
    """Say what adopting and running would do; reads listings, writes nothing, sends nothing."""
    with store.snapshot() as tx:
        known = {state.channel for state in tx.scan(CHANNELS)}
    adoptions = []
    for channel in channels:
        if channel.channel in known:
            continue
        listings = pull_listings(channel, page_size=settings.page_size)
        matches = match_listings(listings, policy=settings.sku_policy, catalog=catalog)
        skus = {match.sku for match in matches if match.sku is not None}
        with store.snapshot() as tx:
            needed = uncounted(tx, skus, settings=settings)
        adoptions.append(
            AdoptionReport(channel=channel.channel, matches=matches, uncounted=needed)
        )
    ours = {channel.channel for channel in channels}
    with store.snapshot() as tx:
        listed = [listing for listing in tx.scan(LISTINGS) if listing.channel in ours]
        planned = offers(tx, listed, now=now, settings=settings)
    zeroing = sum(plan.is_zeroing for plan in planned)
    verdict = settings.brake(zeroing=zeroing, shown=sum(bool(one.shown) for one in listed))
    return Preview(adoptions=adoptions, offers=planned, brake=verdict)


def sync(
    store: Store, channels: Sequence[Channel], *, now: datetime, settings: Settings
) -> SyncReport:
    """
    Pull all adopted channels, cover what was sold, and tell every channel what it may show.

    All channels are pulled before any is told, so that what one has sold is off the others in
    the same run. No channel is called inside a transaction.
    """
    with store.snapshot() as tx:
        known = {state.channel for state in tx.scan(CHANNELS)}
    adopted = [channel for channel in channels if channel.channel in known]
    stopped: list[str] = []
    pulls = _of_each(
        adopted, lambda one: pull_orders(store, one, now=now, settings=settings), stopped
    )
    disagreements = sum(
        revisit_disagreements(store, channel.channel, now=now, settings=settings)
        for channel in adopted
    )
    names = [channel.channel for channel in adopted]
    brake = plan_publication(store, names, now=now, settings=settings)
    told = [] if brake.is_stopped else adopted
    pushes = _of_each(told, lambda one: push_intents(store, one), stopped)
    untold = _of_each(adopted, lambda one: send_effects(store, one), stopped)
    return SyncReport(
        unadopted=(channel.channel for channel in channels if channel.channel not in known),
        pulls=pulls,
        brake=brake,
        pushes=pushes,
        untold=(left for effects in untold for left in effects),
        disagreements=disagreements,
        stopped=stopped,
    )


def _of_each(
    channels: Sequence[Channel], call: Callable[[Channel], T], stopped: list[str]
) -> list[T]:
    """Call for each channel; one that needs somebody is noted and does not stop the others."""
    answers: list[T] = []
    for channel in channels:
        try:
            answers.append(call(channel))
        except (ChannelAnswerError, ChannelAuthError) as error:
            stopped.append(str(error))
    return answers
