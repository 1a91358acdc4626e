"""
The year, in the order it happened: events go to the channels, steps of work to the shop.

Everything in here is built again from the events after a crash; only the shop's file remains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar, assert_never, final

from ecomkit.identifiers import CommandKey, LineId, OrderId, PurchaseOrderId, Sku, SupplierId
from ecomkit.operations import Shop, UnknownOrderError
from ecomkit.orders import LineEventKind

from ._assumptions import Assumptions
from ._hands import Delivery, Hands, Parcel, Purchase, Refund
from ._market import Market, charge_rows
from ._notes import GivenUp, Review
from ._schedule import Step, Work
from ._source import SenselessRow
from ._tally import Tally
from ._world import ChargesBooked, Event, InvoicePlaced, OpeningCounted, UnitsCancelled

__all__ = ["Replay"]

Due = TypeVar("Due", Delivery, Parcel)


@final
class Replay:
    """Where the year stands: what is on its way, and what was counted."""

    def __init__(
        self, events: Iterator[Event], *, market: Market, shop: Shop, assumptions: Assumptions
    ) -> None:
        self._events = events
        self._next = next(events, None)
        self._market = market
        self._shop = shop
        self._assumptions = assumptions
        self._openings: dict[Sku, int] = {}
        self._refunds: list[Refund] = []
        self._parcels: list[Parcel] = []
        self._deliveries: list[Delivery] = []
        self._purchases: Counter[Sku] = Counter()
        self.tally = Tally()

    def until(self, at: datetime) -> None:
        """Let everything happen on the channels that happened until *at*."""
        while self._next is not None and self._next.at <= at:
            self._happen(self._next)
            self._next = next(self._events, None)

    def _happen(self, event: Event) -> None:
        match event:
            case OpeningCounted():
                self._openings[event.sku] = event.quantity
            case InvoicePlaced():
                self.tally.sold(event, merged_charges=self._market.sell(event))
            case UnitsCancelled():
                self._take_back(event)
                self._charges(event)
            case ChargesBooked():
                self._charges(event)
            case SenselessRow():
                self._senseless(event)
            case _:
                assert_never(event)

    def _charges(self, event: UnitsCancelled | ChargesBooked) -> None:
        for row in charge_rows(event.charges, invoice=event.invoice, at=event.at):
            self._senseless(row)

    def _senseless(self, row: SenselessRow) -> None:
        self._market.post(row)
        self.tally.senseless(row)

    def _take_back(self, event: UnitsCancelled) -> None:
        def shipped(order: OrderId) -> Mapping[LineId, int]:
            return self._shipped(order, before=event.at)

        came = self._market.take_back(event, shipped=shipped)
        self.tally.taken_back(event, came)
        for taken in came:
            name = f"{event.invoice}:{taken.order}"
            if taken.cancelled:
                key = CommandKey(f"cancelled:{name}")
                self._refunds.append(Refund(order=taken.order, key=key, reason="cancelled"))
            if taken.sent_back:
                self._parcels.append(
                    Parcel(
                        at=self._assumptions.parcel_back(event.at),
                        key=CommandKey(f"returned:{name}"),
                        order=taken.order,
                        units=taken.sent_back,
                    )
                )

    def _shipped(self, order: OrderId, *, before: datetime) -> dict[LineId, int]:
        """Return what had left; after a crash the books know more than they knew then."""
        units: Counter[LineId] = Counter()
        try:
            events = self._shop.order(order).events
        except UnknownOrderError:  # sold since the last run
            return {}
        for event in events:
            if event.kind is LineEventKind.SHIPPED and event.at < before:
                units[event.line] += event.quantity
        return units

    def do(self, step: Step, hands: Hands) -> None:
        """Do the work of *step*."""
        match step.work:
            case Work.ADOPT:
                hands.adopt(self._taken_openings())
            case Work.COUNT:
                hands.count(self._taken_openings(), at=step.at)
            case Work.GIVE_UP:
                self._give_up(hands.give_up(at=step.at), hands)
            case Work.REVIEW:
                self._buy(hands.review(at=step.at), hands, at=step.at)
            case Work.SHIP:
                hands.ship()
            case Work.SYNC:
                hands.sync(at=step.at)
            case Work.PAY_BACK:
                refunds, self._refunds = self._refunds, []
                hands.pay_back(refunds)
            case Work.RECEIVE:
                due, self._deliveries = _due(self._deliveries, at=step.at)
                hands.receive(due)
            case Work.UNPACK:
                came, self._parcels = _due(self._parcels, at=step.at)
                hands.unpack(came)
            case _:
                assert_never(step.work)

    def _taken_openings(self) -> dict[Sku, int]:
        openings, self._openings = self._openings, {}
        return openings

    def _give_up(self, given_up: GivenUp, hands: Hands) -> None:
        self.tally.waiting = given_up.waiting
        self.tally.given_up += sum(waits.quantity for waits in given_up.units)
        for waits in given_up.units:
            self._market.give_up(waits.order, {waits.line: waits.quantity})
        hands.cancel(given_up)

    def _buy(self, review: Review, hands: Hands, *, at: datetime) -> None:
        """Buy what *review* says: one purchase order for each supplier, who is known by his pace."""
        by_pace: dict[int, dict[Sku, int]] = {}
        for reviewed in review.skus:
            if reviewed.order:
                pace = self._assumptions.lead_time(reviewed.sku).mean_days
                by_pace.setdefault(pace, {})[reviewed.sku] = reviewed.order
        purchases = [
            Purchase(
                id=PurchaseOrderId(f"PO-{review.day}-{pace}"),
                supplier=SupplierId(f"supplier of {pace} days"),
                units=units,
                expected_on=dict.fromkeys(units, review.day + timedelta(days=pace)),
            )
            for pace, units in sorted(by_pace.items())
        ]
        hands.purchase(purchases)
        for purchase in purchases:
            self._deliveries += self._arrivals(purchase, placed_at=at)

    def _arrivals(self, purchase: Purchase, *, placed_at: datetime) -> Iterable[Delivery]:
        by_day: dict[date, dict[Sku, int]] = {}
        for sku, units in purchase.units.items():
            self._purchases[sku] += 1
            took = self._assumptions.arrives_after(sku, purchase=self._purchases[sku])
            by_day.setdefault(placed_at.date() + took, {})[sku] = units
        for day, units_of_day in sorted(by_day.items()):
            yield Delivery(
                at=datetime.combine(
                    day, self._assumptions.deliveries_at, self._assumptions.tzinfo
                ),
                key=CommandKey(f"delivery:{purchase.id}:{day}"),
                purchase=purchase.id,
                units=units_of_day,
            )


def _due(waiting: list[Due], *, at: datetime) -> tuple[list[Due], list[Due]]:
    """Return what is due at *at*, and the rest."""
    due = [item for item in waiting if item.at <= at]
    return due, [item for item in waiting if item.at > at]
