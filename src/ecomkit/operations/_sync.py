"""One run over all channels: pull, cover, publish; safe to repeat at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
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
from ecomkit.operations._effects import PendingEffect
from ecomkit.operations._intake import PullReport, pull_orders, revisit_disagreements
from ecomkit.operations._lanes import Lanes, workers_of
from ecomkit.operations._leases import FencedStore, Lease, LeaseLostError, give_back, take_lease
from ecomkit.operations._publication import (
    PlannedOffer,
    offers,
    plan_publication,
)
from ecomkit.operations._sending import send_effects
from ecomkit.operations._settings import BrakeVerdict, Settings
from ecomkit.operations._telling import PushReport, doubt_shown, push_intents
from ecomkit.ports import Store

__all__ = ["Preview", "SyncReport", "preview", "sync"]

T = TypeVar("T")

HOLDER = "main"
"""Who runs a shop of which only one is running."""

LEASE_LENGTH = timedelta(minutes=10)
"""How long a worker that hangs keeps the others from its channels."""


@final
@attrs.frozen(kw_only=True)
class SyncReport:
    """
    What one run did.

    Args:
        unadopted: Channels that were left alone: they need their adoption first.
        elsewhere: Channels that were left alone since another worker is at them.
        pulls: What was taken in, channel by channel.
        brake: What the brake said; where it stopped the run, nothing was pushed.
        pushes: What was told, channel by channel.
        untold: Shipments, cancellations and refunds that channels have not confirmed.
        disagreements: Orders on which a channel and our facts differ.
        stopped: Channels that need somebody, such as for new credentials, or that another worker
            took over meanwhile, and why; the others went on.
    """

    unadopted: tuple[ChannelId, ...] = attrs.field(converter=as_tuple)
    pulls: tuple[PullReport, ...] = attrs.field(converter=as_tuple)
    brake: BrakeVerdict
    pushes: tuple[PushReport, ...] = attrs.field(converter=as_tuple)
    untold: tuple[PendingEffect, ...] = attrs.field(converter=as_tuple)
    disagreements: int
    stopped: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    elsewhere: tuple[ChannelId, ...] = attrs.field(default=(), converter=as_tuple)

    def explain(self) -> str:
        """Say what was done and what needs somebody."""
        lines = [
            f"{channel} was not adopted: nothing was pulled and nothing is published there; "
            "preview it, then adopt it with an opening count"
            for channel in self.unadopted
        ]
        lines.extend(f"{channel}: another worker is at it" for channel in self.elsewhere)
        lines.extend(pull.explain() for pull in self.pulls)
        if self.brake.is_stopped:
            lines.append(f"publication {self.brake.explain()}; look at the counts")
        lines.extend(push.explain() for push in self.pushes)
        if self.untold:
            lines.append(
                f"{len(self.untold)} shipments, cancellations or refunds not confirmed by their channel"
            )
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
    store: Store,
    channels: Sequence[Channel],
    *,
    now: datetime,
    settings: Settings,
    workers: int = 1,
    holder: str = HOLDER,
) -> SyncReport:
    """
    Pull all adopted channels, cover what was sold, and tell every channel what it may show.

    Each channel is first told what was shipped, cancelled and paid back. All are pulled before
    any is shown its numbers, so that what one has sold is off the others in the same run. No
    channel is called inside a transaction.

    Args:
        store: The merchant's books.
        channels: The clients.
        now: The moment of the run.
        settings: The merchant's choices.
        workers: How many channels are called at the same time. With 1 they are called one after
            another, and the same answers lead to the same books, row by row. With as many as
            there are channels a slow one does not hold the others up, each is told as soon as it
            was pulled itself, and a last round tells them what the slower ones have sold.
        holder: Who runs this. A channel that another holder is at is left to it, for ten minutes
            at most; a run of the same holder takes over from the one before at once.
    """
    with store.transaction() as tx:
        known = {state.channel for state in tx.scan(CHANNELS)}
        leases = {
            channel: lease
            for channel in sorted({one.channel for one in channels} & known)
            if (
                lease := take_lease(
                    tx, f"channel:{channel}", holder=holder, now=now, length=LEASE_LENGTH
                )
            )
        }
    ours = [channel for channel in channels if channel.channel in leases]
    books = _Books(store, ours, leases=leases, planned=known, now=now, settings=settings)
    with workers_of(min(workers, len(ours))) as pool:
        Lanes(ours, pull=books.pull, plan=books.plan, tell=books.tell).run(pool)
    with store.transaction() as tx:
        for lease in leases.values():
            give_back(tx, lease, now=now)
    names = [channel.channel for channel in channels]
    return books.report(
        unadopted=[name for name in names if name not in known],
        elsewhere=[name for name in names if name in known and name not in leases],
    )


@final
class _Books:
    """What the lanes of one run do to the books, and what came of it."""

    def __init__(
        self,
        store: Store,
        adopted: Sequence[Channel],
        *,
        leases: Mapping[ChannelId, Lease],
        planned: Iterable[ChannelId],
        now: datetime,
        settings: Settings,
    ) -> None:
        self._store = store
        # What has changed is planned for all channels, those of other workers too: it is planned
        # once, by whoever comes first.
        self._planned = tuple(planned)
        self._fenced = {name: FencedStore(store, lease) for name, lease in leases.items()}
        self._names = [channel.channel for channel in adopted]
        self._now = now
        self._settings = settings
        self._pulls: dict[ChannelId, PullReport] = {}
        self._pushes: dict[ChannelId, PushReport] = {}
        self._untold: dict[ChannelId, tuple[PendingEffect, ...]] = {}
        self._stopped: dict[ChannelId, list[str]] = {}
        self._disagreements = 0
        self._brake = settings.brake(zeroing=0, shown=0)

    def pull(self, channel: Channel) -> None:
        """Tell *channel* what was shipped, cancelled and paid back, and take in what it has sold."""
        # First told, then pulled: a channel may put what is cancelled back on sale by itself, and
        # what it says then has it.
        with self._noting(channel):
            self._untold[channel.channel] = send_effects(
                self._fenced[channel.channel], channel, now=self._now
            )
        with self._noting(channel):
            self._pulls[channel.channel] = pull_orders(
                self._fenced[channel.channel], channel, now=self._now, settings=self._settings
            )

    def plan(self, pulled: Sequence[Channel]) -> bool:
        """Turn what has changed into intents; answer whether channels may be told."""
        self._disagreements += sum(
            revisit_disagreements(
                self._store, channel.channel, now=self._now, settings=self._settings
            )
            for channel in pulled
        )
        brake = plan_publication(
            self._store, self._planned, now=self._now, settings=self._settings
        )
        # What was stopped stays stopped for the whole run, whatever later pulls bring.
        self._brake = self._brake if self._brake.is_stopped else brake
        return not self._brake.is_stopped

    def tell(self, channel: Channel) -> None:
        """Tell *channel* what it may show."""
        name = channel.channel
        with self._noting(channel):
            # A lease that was lost before anything was sent leaves no doubt.
            with self._fenced[name].transaction():
                pass
            try:
                told = push_intents(self._fenced[name], channel, now=self._now)
            except LeaseLostError:
                # What we sent may have come after what the other worker sent.
                with self._store.transaction() as tx:
                    doubt_shown(tx, name)
                raise
            before = self._pushes.get(name)
            self._pushes[name] = told if before is None else before.plus(told)

    @contextmanager
    def _noting(self, channel: Channel) -> Iterator[None]:
        """Note a channel that needs somebody, or has another worker; the others go on."""
        try:
            yield
        except (ChannelAnswerError, ChannelAuthError, LeaseLostError) as error:
            reasons = self._stopped.setdefault(channel.channel, [])
            if str(error) not in reasons:
                reasons.append(str(error))

    def _by_channel(self, found: Mapping[ChannelId, T]) -> Iterator[T]:
        return (found[name] for name in self._names if name in found)

    def report(
        self, *, unadopted: Sequence[ChannelId], elsewhere: Sequence[ChannelId]
    ) -> SyncReport:
        """Return what came of the run, in the order of the channels."""
        return SyncReport(
            unadopted=unadopted,
            elsewhere=elsewhere,
            pulls=self._by_channel(self._pulls),
            brake=self._brake,
            pushes=self._by_channel(self._pushes),
            untold=(left for effects in self._by_channel(self._untold) for left in effects),
            disagreements=self._disagreements,
            stopped=(reason for reasons in self._by_channel(self._stopped) for reason in reasons),
        )
