"""Following: what a claim asks of an order that we know, booked step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from ecomkit.channels import (
    Applied,
    ChannelClaim,
    DisagreementKind,
    LineUnits,
    Reconciliation,
    Rejected,
    ToldLine,
    reconcile,
)
from ecomkit.identifiers import CommandKey, LineId, ListingId, Sku
from ecomkit.operations._demand import note_demand
from ecomkit.operations._ledger import execute, must
from ecomkit.operations._orders import (
    CLAIMS,
    ORDERS,
    KeptClaim,
    cancel_units,
    covered_units,
    demand_of,
    load_order,
    note_gone,
    ship_units,
    wants_for,
)
from ecomkit.operations._refunds import REFUNDS, RefundPart, settle_refund
from ecomkit.operations._settings import Settings
from ecomkit.orders import AddLine, Order, Payment, PaymentKind
from ecomkit.ports import Transaction
from ecomkit.stock import LevelKey, Outcome, Record

__all__ = ["Follower", "units_left"]


class Follower:
    """Books what claims ask of orders that are in the books, inside one transaction."""

    def __init__(self, tx: Transaction, *, now: datetime, settings: Settings) -> None:
        self._tx = tx
        self._now = now
        self._settings = settings

    def follow(
        self,
        order: Order,
        claim: ChannelClaim,
        digest: str,
        *,
        skus: Mapping[ListingId, Sku],
        told: tuple[ToldLine, ...],
    ) -> tuple[Outcome, ...]:
        """
        Book what *claim* asks of *order*, and keep where the two disagree.

        Returns:
            What the ledger said of lines that were added.
        """
        asked = self._compare(order, claim, skus, told)
        order, outcomes = self._with_facts(order, asked)
        if asked.add or asked.payments:
            asked = self._compare(order, claim, skus, told)
        gone = self.gone(order, asked, left_at=claim.shipped_at)
        if gone:
            order = note_gone(
                self._tx,
                order,
                gone,
                at=claim.shipped_at or claim.placed_at,
                now=self._now,
                settings=self._settings,
            )
            asked = self._compare(order, claim, skus, told)
        if asked.cancel:
            order = cancel_units(
                self._tx, order, _units(asked.cancel), now=self._now, settings=self._settings
            )
            # What was cancelled may cover another line, which can be shipped now.
            asked = self._compare(order, claim, skus, told)
        if asked.ship:
            ship_units(
                self._tx,
                [(order, _units(asked.ship))],
                now=self._now,
                settings=self._settings,
            )
        kept = KeptClaim(
            claim=claim,
            digest=digest,
            disagreements=asked.disagreements,
            contradictions=asked.contradictions,
            told=told,
        )
        self._tx.put(CLAIMS, [kept])
        return outcomes

    def gone(
        self, order: Order, asked: Reconciliation, *, left_at: datetime | None
    ) -> dict[LineId, int]:
        """
        Return the units that had left before their sku was counted: the count knows already.

        What others ship never was in any count. Units that left nobody knows when (None) have
        left after any count there is.
        """
        return {
            line: units
            for line, units in units_left(order, asked).items()
            if order.line(line).fulfilled_by is not None
            or self._is_counted_later(order.line(line).sku, left_at)
        }

    def _is_counted_later(self, sku: Sku, left_at: datetime | None) -> bool:
        keys = [LevelKey(part, self._settings.location) for part in self._settings.parts(sku)]
        return any(
            level.counted_at is None or (left_at is not None and left_at <= level.counted_at)
            for level in self._tx.levels(keys)
        )

    def _compare(
        self,
        order: Order,
        claim: ChannelClaim,
        skus: Mapping[ListingId, Sku],
        told: Iterable[ToldLine],
    ) -> Reconciliation:
        asked = reconcile(order, claim, covered={}, skus=skus, told=told)
        if not units_left(order, asked):
            return asked
        covered = covered_units(self._tx, order, settings=self._settings)
        return reconcile(order, claim, covered=covered, skus=skus, told=told)

    def _with_facts(
        self, order: Order, asked: Reconciliation
    ) -> tuple[Order, tuple[Outcome, ...]]:
        """Book money, and lines that the channel added."""
        after = order
        for added in asked.add:
            line = self._settings.assigned(added.line)
            after = attrs.evolve(added, line=line).apply(after, at=self._now)
        booked, settled = [], []
        for payment in asked.payments:
            part = self._tx.get(REFUNDS, payment.reference)
            if part is not None and _settles(payment, part):
                settled.append(part)
            else:
                booked.append(payment)
        after = after.with_events(booked)
        if after is not order:
            self._tx.put(ORDERS, [after])
        for part in settled:
            failed = Rejected(reason="the channel says that it failed")
            outcome = failed if part.is_counting else Applied()
            settle_refund(self._tx, part.key, outcome, now=self._now)
        if settled:
            after = load_order(self._tx, order.id)
        return after, self._record(after, asked.add) if asked.add else ()

    def _record(self, order: Order, added: Iterable[AddLine]) -> tuple[Outcome, ...]:
        quantities = {one.line.id: one.line.quantity for one in added}
        wants = wants_for(order, quantities, settings=self._settings)
        if not wants:
            return ()  # others ship all of it
        note_demand(self._tx, demand_of(order, wants, now=self._now), channel=order.channel)
        command = Record(
            key=CommandKey(f"record:{order.id}:{order.version}"), wants=wants, placed_at=self._now
        )
        outcomes = execute(self._tx, [command], now=self._now, settings=self._settings)
        must(outcomes)
        return tuple(outcomes)


def _settles(payment: Payment, part: RefundPart) -> bool:
    """Whether *payment* says what became of the whole of a refund that we asked for."""
    failed = payment.kind is PaymentKind.REFUND_FAILED
    return payment.amount == part.amount and part.is_counting is failed


def units_left(order: Order, asked: Reconciliation) -> dict[LineId, int]:
    """Return the open units of *order* that have left as the channel says, covered or not."""
    left = _units(asked.ship)
    cancelled = _units(asked.cancel)
    known = {line.id for line in order.lines}
    for difference in asked.disagreements:
        line = difference.line
        if difference.kind is not DisagreementKind.SHIPPED_WITHOUT_COVER or line is None:
            continue
        if line in known:  # one that is to be added has no counters yet
            still_open = order.counts(line).open - cancelled.get(line, 0) - left.get(line, 0)
            units = min(difference.theirs - difference.ours, still_open)
            if units:
                left[line] = left.get(line, 0) + units
    return left


def _units(units: Iterable[LineUnits]) -> dict[LineId, int]:
    return {unit.line: unit.quantity for unit in units}
