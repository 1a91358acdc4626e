"""Shop: the operations of one merchant, composed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Self, final

import attrs

from ecomkit.catalog import Catalog
from ecomkit.channels import Channel, Cursor
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import (
    CartId,
    ChannelId,
    CommandKey,
    CustomerId,
    LineId,
    ListingId,
    OrderId,
    PurchaseOrderId,
    Sku,
    SupplierId,
)
from ecomkit.money import Money
from ecomkit.operations._adoption import AdoptedListing, AdoptionReport, adopt, confirm_match
from ecomkit.operations._audit import AuditReport, audit_books
from ecomkit.operations._clock import SystemClock
from ecomkit.operations._customers import ErasureReport, erase_customer
from ecomkit.operations._effects import tell_cancellation
from ecomkit.operations._intake import PullReport, pull_order, replay_quarantined
from ecomkit.operations._ledger import Once, execute, once
from ecomkit.operations._orders import (
    OPEN,
    ORDERS,
    cancel_units,
    fulfil_orders,
    load_order,
    place_order,
)
from ecomkit.operations._planning import LeadTimes, Plan, plan_orders
from ecomkit.operations._quarantine import QUARANTINE, WAITING, Quarantined, discard
from ecomkit.operations._receiving import (
    PURCHASES,
    count_shelves,
    place_purchase,
    receive_goods,
)
from ecomkit.operations._returns import (
    RETURNS,
    ReceivedReturn,
    judge_return,
    pay_back,
    receive_return,
)
from ecomkit.operations._settings import Settings
from ecomkit.operations._sync import Preview, SyncReport, preview, sync
from ecomkit.operations._uncovered import (
    UncoveredUnits,
    cancel_uncovered,
    list_uncovered,
    missing_units,
)
from ecomkit.orders import Order
from ecomkit.ports import Clock, Store
from ecomkit.replenishment import PurchaseOrder, ReplenishmentPolicy
from ecomkit.returns import Reception, ReturnLine, ReturnPolicy, ReturnVerdict, ShippingRefund
from ecomkit.stock import (
    LevelKey,
    Outcome,
    Owner,
    PutOnHold,
    ReleaseHolds,
    Reserved,
    Short,
    StockCommand,
    StockLevel,
    wants_of_line,
)

__all__ = ["Shop", "UnknownChannelError"]

ORDERS_AT_A_TIME = 500


@attrs.frozen(kw_only=True)
class UnknownChannelError(InputError):
    """
    Raised when a channel is named that the shop was not given, or was given twice.

    >>> print(UnknownChannelError(channel=ChannelId("etsy"), known=(ChannelId("shop"),)))
    'etsy' is not one channel of this shop; it has shop
    """

    channel: ChannelId
    known: tuple[ChannelId, ...]

    @property
    def message(self) -> str:
        """The channel, and those there are."""
        names = ", ".join(self.known) or "none"
        return f"{str(self.channel)!r} is not one channel of this shop; it has {names}"


@final
class Shop:
    """
    One merchant's stock over all channels: every operation, each a short call.

    A command takes a *key* that its caller chooses (a receipt's number, a parcel's): the same
    key with the same content has no second effect, with another content it is refused. So a
    script that was killed can simply run again.

    Args:
        store: Where the books are kept; closed with the shop.
        channels: The clients of the merchant's channels, each with a name of its own.
        catalog: What the merchant sells; empty, any sku text of a listing is a sku.
        settings: The merchant's choices.
        clock: Tells the time; the machine's unless given.
        workers: How many channels a run calls at the same time; see :func:`sync`. With as many
            as there are channels, a slow one does not hold the others up.

    Raises:
        FieldError: If *workers* is below 1.
        UnknownChannelError: If two channels have one name.
    """

    def __init__(
        self,
        *,
        store: Store,
        channels: Iterable[Channel] = (),
        catalog: Catalog | None = None,
        settings: Settings | None = None,
        clock: Clock | None = None,
        workers: int = 1,
    ) -> None:
        if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
            raise FieldError(owner="Shop", field="workers", got=workers, wanted="1 or more")
        self._store = store
        self._workers = workers
        self._channels = tuple(channels)
        self._catalog = Catalog() if catalog is None else catalog
        self._settings = Settings() if settings is None else settings
        self._clock = SystemClock() if clock is None else clock
        names = self._names()
        for name in names:
            if names.count(name) > 1:
                raise UnknownChannelError(channel=name, known=names)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; closing twice is no error."""
        self._store.close()

    @property
    def store(self) -> Store:
        """Where the books are kept."""
        return self._store

    @property
    def settings(self) -> Settings:
        """The merchant's choices."""
        return self._settings

    def _names(self) -> tuple[ChannelId, ...]:
        return tuple(channel.channel for channel in self._channels)

    def _channel(self, name: ChannelId) -> Channel:
        for channel in self._channels:
            if channel.channel == name:
                return channel
        raise UnknownChannelError(channel=name, known=self._names())

    def _now(self) -> datetime:
        return self._clock.now()

    # -- the first day ------------------------------------------------------------------------

    def preview(self) -> Preview:
        """Say what adopting and running would do; nothing is written or sent."""
        return preview(
            self._store,
            self._channels,
            catalog=self._catalog,
            now=self._now(),
            settings=self._settings,
        )

    def adopt(
        self,
        channel: ChannelId,
        *,
        opening: Mapping[Sku, int] | None = None,
        since: Cursor | None = None,
    ) -> AdoptionReport:
        """
        Take a channel in: match its listings, take an opening count, set where orders start.

        Args:
            channel: The channel's name.
            opening: Usable units by sku; only skus that were never counted are counted by it.
            since: Where to start pulling orders; the first order of the channel unless given.
        """
        return adopt(
            self._store,
            self._channel(channel),
            catalog=self._catalog,
            opening=opening or {},
            since=since,
            now=self._now(),
            settings=self._settings,
        )

    def match(self, channel: ChannelId, listing: ListingId, sku: Sku) -> AdoptedListing:
        """Take a person's word that *listing* sells *sku*."""
        with self._store.transaction() as tx:
            return confirm_match(tx, channel=channel, listing=listing, sku=sku)

    # -- every run ----------------------------------------------------------------------------

    def sync(self) -> SyncReport:
        """Pull, cover, publish; safe to run again at any moment."""
        return sync(
            self._store,
            self._channels,
            now=self._now(),
            settings=self._settings,
            workers=self._workers,
        )

    def pull_order(self, channel: ChannelId, number: str) -> PullReport:
        """Take in one order as it is now at its channel, such as one that a webhook hints at."""
        return pull_order(
            self._store,
            self._channel(channel),
            number,
            now=self._now(),
            settings=self._settings,
        )

    # -- our own shop -------------------------------------------------------------------------

    def hold(
        self, cart: CartId, units: Mapping[Sku, int], *, until: datetime, key: CommandKey
    ) -> Reserved | Short:
        """Set units aside for a cart until an instant: all of them, or none."""
        owner = Owner.cart(cart)
        wants = [
            want
            for sku, quantity in sorted(units.items())
            for want in wants_of_line(
                owner,
                sku=sku,
                quantity=quantity,
                location=self._settings.location,
                kits=self._settings.kits,
            )
        ]
        outcome = self.execute(PutOnHold(key=key, wants=wants, expires_at=until))
        assert isinstance(outcome, (Reserved, Short))
        return outcome

    def release(self, cart: CartId, skus: Iterable[Sku], *, key: CommandKey) -> None:
        """Give back all that a cart holds of *skus*."""
        levels = {
            LevelKey(part, self._settings.location)
            for sku in skus
            for part in self._settings.parts(sku)
        }
        self.execute(ReleaseHolds(key=key, owner=Owner.cart(cart), levels=sorted(levels)))

    def place(self, order: Order, *, cart: CartId | None = None) -> Reserved | Short:
        """
        Place an order of our own shop: granted only if all of its units are there.

        The order's id is the key: placing it again has no second effect. A ``Short`` answer
        leaves nothing behind.
        """
        with self._store.transaction() as tx:
            return place_order(tx, order, cart=cart, now=self._now(), settings=self._settings)

    # -- goods --------------------------------------------------------------------------------

    def count(self, counted: Mapping[Sku, int], *, key: CommandKey) -> None:
        """Take a count of usable units down; the first of a sku is its opening count."""
        with self._store.transaction() as tx:
            count_shelves(tx, counted, key=key, now=self._now(), settings=self._settings)

    def receive(
        self,
        units: Mapping[Sku, int],
        *,
        key: CommandKey,
        purchase_order: PurchaseOrderId | None = None,
    ) -> None:
        """Take goods in; they cover who waits first."""
        with self._store.transaction() as tx:
            receive_goods(
                tx,
                units,
                key=key,
                purchase_order=purchase_order,
                now=self._now(),
                settings=self._settings,
            )

    def purchase(
        self,
        id: PurchaseOrderId,  # noqa: A002 (the field's name)
        *,
        units: Mapping[Sku, int],
        expected_on: Mapping[Sku, date] | date,
        supplier: SupplierId | None = None,
    ) -> PurchaseOrder:
        """Take a purchase order down: its units are on order from now on."""
        with self._store.transaction() as tx:
            return place_purchase(
                tx,
                id,
                units=units,
                expected_on=expected_on,
                placed_on=self._now().date(),
                supplier=supplier,
                settings=self._settings,
            )

    def plan(
        self,
        *,
        policy: ReplenishmentPolicy,
        lead_time: LeadTimes,
        window_days: int = 91,
        review_days: int = 0,
    ) -> Plan:
        """
        Ask *policy* what to reorder, and why; the most urgent first.

        Args:
            policy: Any callable of the shape of a replenishment policy.
            lead_time: One for all skus, or a function of the sku.
            window_days: How many whole days of demand to look back on; 13 weeks by default.
            review_days: How long it takes until somebody looks again.
        """
        with self._store.snapshot() as tx:
            return plan_orders(
                tx,
                policy=policy,
                lead_time=lead_time,
                window_days=window_days,
                review_days=review_days,
                now=self._now(),
                settings=self._settings,
            )

    # -- orders -------------------------------------------------------------------------------

    def fulfil(self, orders: Iterable[OrderId] | None = None) -> tuple[OrderId, ...]:
        """
        Ship all that is covered, of *orders* or of every open one.

        Their channels are told by the next run.

        Returns:
            The orders of which something was shipped.
        """
        with self._store.transaction() as tx:
            chosen = (
                tx.scan(ORDERS, index=OPEN)
                if orders is None
                else [load_order(tx, order) for order in orders]
            )
            return fulfil_orders(tx, chosen, now=self._now(), settings=self._settings)

    def cancel(
        self, order: OrderId, quantities: Mapping[LineId, int], *, key: CommandKey
    ) -> Order:
        """Cancel units that have not left; what they held covers who waits."""
        with self._store.transaction() as tx:
            before = load_order(tx, order)
            if once(tx, key, order, sorted(quantities.items())) is Once.KNOWN:
                return before
            after = cancel_units(tx, before, quantities, now=self._now(), settings=self._settings)
            tell_cancellation(tx, before, quantities)
            return after

    def judge_return(
        self, order: OrderId, lines: Iterable[ReturnLine], *, policy: ReturnPolicy
    ) -> ReturnVerdict:
        """Say whether a return is accepted, with all reasons. Writes nothing."""
        with self._store.snapshot() as tx:
            return judge_return(tx, order, lines, policy=policy, now=self._now())

    def receive_return(
        self,
        order: OrderId,
        reception: Reception,
        *,
        key: CommandKey,
        shipping: ShippingRefund = ShippingRefund.NEVER,
    ) -> ReceivedReturn:
        """Take back what came, and say what it is worth; nothing is paid back by this."""
        with self._store.transaction() as tx:
            return receive_return(
                tx,
                order,
                reception,
                key=key,
                shipping=shipping,
                now=self._now(),
                settings=self._settings,
            )

    def pay_back(
        self, order: OrderId, amount: Money, *, key: CommandKey, reason: str = ""
    ) -> Order:
        """Book a refund, never more than was captured; the next run tells the channel."""
        with self._store.transaction() as tx:
            return pay_back(tx, order, amount, key=key, reason=reason, now=self._now())

    # -- what needs somebody ------------------------------------------------------------------

    def uncovered(self) -> tuple[UncoveredUnits, ...]:
        """List what was sold and is not there."""
        with self._store.snapshot() as tx:
            return list_uncovered(tx)

    def cancel_uncovered(self, waiting: Iterable[UncoveredUnits]) -> tuple[Order, ...]:
        """
        Cancel what *waiting* orders wait for; what was covered meanwhile is left alone.

        Running it again with the same list cancels nothing more.
        """
        with self._store.transaction() as tx:
            return cancel_uncovered(tx, waiting, now=self._now(), settings=self._settings)

    def buy_in(
        self,
        waiting: Iterable[UncoveredUnits],
        id: PurchaseOrderId,  # noqa: A002 (the field's name)
        *,
        expected_on: date,
        supplier: SupplierId | None = None,
    ) -> PurchaseOrder:
        """Take a purchase order down for just what *waiting* orders wait for."""
        units = missing_units(waiting)
        return self.purchase(id, units=units, expected_on=expected_on, supplier=supplier)

    def quarantined(self) -> tuple[Quarantined, ...]:
        """List what could not be taken in and nobody has decided on."""
        with self._store.snapshot() as tx:
            return tx.scan(QUARANTINE, index=WAITING)

    def replay(self, quarantined: Quarantined) -> PullReport:
        """Read a quarantined payload again, after a fix."""
        return replay_quarantined(
            self._store,
            self._channel(quarantined.channel),
            quarantined.object_id,
            now=self._now(),
            settings=self._settings,
        )

    def discard(self, quarantined: Quarantined, *, reason: str) -> Quarantined:
        """Decide that a quarantined payload is not to be taken in."""
        with self._store.transaction() as tx:
            return discard(tx, quarantined.name, reason=reason)

    def erase(self, customer: CustomerId) -> ErasureReport:
        """Forget a person; amounts and movements stay."""
        with self._store.transaction() as tx:
            return erase_customer(tx, customer, now=self._now())

    # -- questions ----------------------------------------------------------------------------

    def level(self, sku: Sku) -> StockLevel:
        """Return the stock level of *sku*; one that was never touched is empty."""
        with self._store.snapshot() as tx:
            [level] = tx.levels([LevelKey(sku, self._settings.location)])
            return level

    def order(self, order: OrderId) -> Order:
        """Return an order."""
        with self._store.snapshot() as tx:
            return load_order(tx, order)

    def orders(self) -> Iterator[Order]:
        """
        Yield all orders by id, read in pages, so that a year of them need not fit into memory.

        Each page is one consistent state; what is written between two pages shows in the later
        one.
        """
        after = ""
        while True:
            with self._store.snapshot() as tx:
                page = tx.scan(ORDERS, after=after, limit=ORDERS_AT_A_TIME)
            if not page:
                return
            yield from page
            after = page[-1].id

    def purchases(self) -> tuple[PurchaseOrder, ...]:
        """Return all purchase orders by id, those that have come in full among them."""
        with self._store.snapshot() as tx:
            return tx.scan(PURCHASES)

    def returns(self) -> tuple[ReceivedReturn, ...]:
        """Return all parcels that came back, by key."""
        with self._store.snapshot() as tx:
            return tx.scan(RETURNS)

    def audit(self) -> AuditReport:
        """Add everything up from nothing and compare it with the running books."""
        with self._store.snapshot() as tx:
            return audit_books(tx, settings=self._settings)

    # -- the ledger itself --------------------------------------------------------------------

    def execute(self, command: StockCommand) -> Outcome:
        """Run one stock command, and return what the ledger answers."""
        with self._store.transaction() as tx:
            [outcome] = execute(tx, [command], now=self._now(), settings=self._settings)
            return outcome
