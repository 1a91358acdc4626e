"""
Who does a step: the shop does it, or it was done before a crash and is only remembered.

Everything that a step needs to be done twice without harm is here: commands have keys, what was
decided is read again, and refunds are what the order's own books still owe the customer.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol, final

import attrs

from ecomkit.identifiers import CommandKey, LineId, OrderId, PurchaseOrderId, Sku, SupplierId
from ecomkit.operations import Plan, Shop
from ecomkit.orders import LineEventKind
from ecomkit.replenishment import LeadTime, OrderQuantity, ReorderPoint
from ecomkit.returns import Disposition, ReceivedLine, Reception

from ._assumptions import Assumptions
from ._market import Market
from ._notes import GIVEN_UP, REVIEWS, GivenUp, GivenUpUnits, Review, ReviewedSku, decided

__all__ = ["Delivery", "Hands", "Memory", "Parcel", "Purchase", "Refund", "Shopkeeper", "plan"]


@final
@attrs.frozen(kw_only=True)
class Refund:
    """A reason to look whether *order* has paid too much."""

    order: OrderId
    key: CommandKey
    reason: str


@final
@attrs.frozen(kw_only=True)
class Parcel:
    """Units of an order that come back at *at*."""

    at: datetime
    key: CommandKey
    order: OrderId
    units: Mapping[LineId, int]


@final
@attrs.frozen(kw_only=True)
class Purchase:
    """What is bought from one supplier at one review."""

    id: PurchaseOrderId
    supplier: SupplierId
    units: Mapping[Sku, int]
    expected_on: Mapping[Sku, date]


@final
@attrs.frozen(kw_only=True)
class Delivery:
    """Units of a purchase order that arrive at *at*."""

    at: datetime
    key: CommandKey
    purchase: PurchaseOrderId
    units: Mapping[Sku, int]


class Hands(Protocol):
    """Does the steps of the year."""

    def adopt(self, opening: Mapping[Sku, int]) -> None:
        """Take the channels in, with the opening count of the first day."""
        ...

    def count(self, opening: Mapping[Sku, int], *, at: datetime) -> None:
        """Take the opening count of products that are new today."""
        ...

    def give_up(self, *, at: datetime) -> GivenUp:
        """Say which units waited too long."""
        ...

    def cancel(self, given_up: GivenUp) -> None:
        """Cancel them and pay them back."""
        ...

    def review(self, *, at: datetime) -> Review:
        """Say what to buy."""
        ...

    def purchase(self, purchases: Iterable[Purchase]) -> None:
        """Buy it."""
        ...

    def ship(self) -> None:
        """Ship all that is covered."""
        ...

    def sync(self, *, at: datetime) -> None:
        """Pull, cover, publish, and tell the channels what was shipped."""
        ...

    def pay_back(self, refunds: Iterable[Refund]) -> None:
        """Pay back what customers have paid too much."""
        ...

    def receive(self, deliveries: Iterable[Delivery]) -> None:
        """Take deliveries in."""
        ...

    def unpack(self, parcels: Iterable[Parcel]) -> None:
        """Take returned parcels in, and pay them back."""
        ...


def plan(shop: Shop, assumptions: Assumptions) -> Plan:
    """Return what the shop should buy now."""

    def lead_time(sku: Sku) -> LeadTime:
        assumed = assumptions.lead_time(sku)
        # An even draw from n days in a row has the variance (n * n - 1) / 12.
        days = 2 * assumed.spread_days + 1
        return LeadTime(mean_days=assumed.mean_days, sd_days=math.sqrt((days * days - 1) / 12))

    pack = assumptions.case_pack
    policy = ReorderPoint(
        service_level=assumptions.service_level,
        review_days=assumptions.review_days,
        quantity=OrderQuantity(moq=pack, case_pack=pack),
    )
    return shop.plan(policy=policy, lead_time=lead_time, review_days=assumptions.review_days)


@final
class Shopkeeper:
    """Does the steps on the shop; each may be done again after a crash."""

    def __init__(self, shop: Shop, *, assumptions: Assumptions) -> None:
        self._shop = shop
        self._assumptions = assumptions
        self.stopped_runs = 0

    def adopt(self, opening: Mapping[Sku, int]) -> None:
        """Take the channels in, with the opening count of the first day."""
        for channel in self._assumptions.channels():
            self._shop.adopt(channel, opening=opening)

    def count(self, opening: Mapping[Sku, int], *, at: datetime) -> None:
        """Take the opening count of products that are new today, if there are any."""
        if opening:
            self._shop.count(opening, key=CommandKey(f"opening:{at.date()}"))

    def give_up(self, *, at: datetime) -> GivenUp:
        """Say which units waited too long."""
        too_old = at - timedelta(days=self._assumptions.waits_days)

        def decide() -> GivenUp:
            waiting = self._shop.uncovered()
            given_up = [waits for waits in waiting if waits.placed_at < too_old]
            units = sum(waits.quantity for waits in waiting)
            return GivenUp(
                day=at.date(),
                units=tuple(
                    GivenUpUnits(order=waits.order, line=waits.line, quantity=waits.quantity)
                    for waits in given_up
                ),
                waiting=units - sum(waits.quantity for waits in given_up),
            )

        return decided(self._shop.store, GIVEN_UP, day=at.date(), decide=decide)

    def cancel(self, given_up: GivenUp) -> None:
        """Cancel them and pay them back."""
        for waits in given_up.units:
            key = CommandKey(f"give up:{waits.order}:{waits.line}:{given_up.day}")
            self._shop.cancel(waits.order, {waits.line: waits.quantity}, key=key)
            reason = f"no stock within {self._assumptions.waits_days} days"
            self._settle(Refund(order=waits.order, key=key, reason=reason))

    def review(self, *, at: datetime) -> Review:
        """Say what to buy."""

        def decide() -> Review:
            advices = plan(self._shop, self._assumptions).advices
            return Review(
                day=at.date(),
                skus=tuple(
                    ReviewedSku(
                        sku=advice.sku,
                        usable=advice.position.usable,
                        position=advice.position.total,
                        reorder_point=advice.reorder_point,
                        order=advice.order,
                    )
                    for advice in advices
                    if advice.sku is not None
                ),
            )

        return decided(self._shop.store, REVIEWS, day=at.date(), decide=decide)

    def purchase(self, purchases: Iterable[Purchase]) -> None:
        """Buy it."""
        for purchase in purchases:
            self._shop.purchase(
                purchase.id,
                units=purchase.units,
                expected_on=purchase.expected_on,
                supplier=purchase.supplier,
            )

    def ship(self) -> None:
        """Ship all that is covered."""
        self._shop.fulfil()

    def sync(self, *, at: datetime) -> None:  # noqa: ARG002 - the clock stands at that moment
        """Pull, cover, publish, and tell the channels what was shipped."""
        self.stopped_runs += self._shop.sync().brake.is_stopped

    def pay_back(self, refunds: Iterable[Refund]) -> None:
        """Pay back what customers have paid too much."""
        for refund in refunds:
            self._settle(refund)

    def _settle(self, refund: Refund) -> None:
        # What is owed comes from the books: once it is paid there is nothing left to pay twice.
        overpaid = self._shop.order(refund.order).overpaid
        if not overpaid.is_zero:
            key = CommandKey(f"refund:{refund.key}")
            self._shop.pay_back(refund.order, overpaid, key=key, reason=refund.reason)

    def receive(self, deliveries: Iterable[Delivery]) -> None:
        """Take deliveries in."""
        for delivery in deliveries:
            self._shop.receive(delivery.units, key=delivery.key, purchase_order=delivery.purchase)

    def unpack(self, parcels: Iterable[Parcel]) -> None:
        """Take returned parcels in, and pay them back."""
        for parcel in parcels:
            lines = [
                ReceivedLine(line=line, quantity=units, disposition=Disposition.RESTOCK)
                for line, units in parcel.units.items()
            ]
            self._shop.receive_return(parcel.order, Reception(lines=lines), key=parcel.key)
            self._settle(Refund(order=parcel.order, key=parcel.key, reason="returned"))


@final
class Memory:
    """
    Remembers the steps that were done before a crash.

    The books have them all; only the channels, which live in memory, have to be told again what
    they were told.
    """

    def __init__(self, shop: Shop, *, market: Market) -> None:
        self._shop = shop
        self._market = market
        left: dict[tuple[datetime, OrderId], dict[LineId, int]] = {}
        for order in shop.orders():
            for event in order.events:
                if event.kind is LineEventKind.SHIPPED:
                    units = left.setdefault((event.at, order.id), {})
                    units[event.line] = units.get(event.line, 0) + event.quantity
        self._shipments = deque(sorted(left.items(), key=lambda item: item[0]))
        self._left: dict[OrderId, Counter[LineId]] = {}

    def adopt(self, opening: Mapping[Sku, int]) -> None:
        """Do nothing: the channels are adopted."""

    def count(self, opening: Mapping[Sku, int], *, at: datetime) -> None:
        """Do nothing: it was counted."""

    def give_up(self, *, at: datetime) -> GivenUp:
        """Return what was given up."""
        with self._shop.store.snapshot() as tx:
            given_up = tx.get(GIVEN_UP, str(at.date()))
        assert given_up is not None, "written down before the step was done"
        return given_up

    def cancel(self, given_up: GivenUp) -> None:
        """Do nothing: it was cancelled."""

    def review(self, *, at: datetime) -> Review:
        """Return what the review said."""
        with self._shop.store.snapshot() as tx:
            review = tx.get(REVIEWS, str(at.date()))
        assert review is not None, "written down before the step was done"
        return review

    def purchase(self, purchases: Iterable[Purchase]) -> None:
        """Do nothing: it was bought."""

    def ship(self) -> None:
        """Do nothing: it was shipped."""

    def sync(self, *, at: datetime) -> None:
        """Tell the channels what had been shipped by then."""
        while self._shipments and self._shipments[0][0][0] < at:
            (shipped_at, order), units = self._shipments.popleft()
            left = self._left.setdefault(order, Counter())
            left.update(units)
            self._market.remind(order, left, at=shipped_at)

    def pay_back(self, refunds: Iterable[Refund]) -> None:
        """Do nothing: it was paid back."""

    def receive(self, deliveries: Iterable[Delivery]) -> None:
        """Do nothing: it was received."""

    def unpack(self, parcels: Iterable[Parcel]) -> None:
        """Do nothing: it was unpacked."""
