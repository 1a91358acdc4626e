"""Orders in the books: shipping, cancelling and paying back, each with its units in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import final

import attrs

from ecomkit.channels import ChannelClaim, Contradiction, Disagreement, ToldLine
from ecomkit.errors import InputError
from ecomkit.identifiers import CartId, ChannelId, CommandKey, LineId, OrderId, Sku
from ecomkit.operations._customers import note_orders
from ecomkit.operations._demand import note_demand
from ecomkit.operations._effects import tell_fulfilment
from ecomkit.operations._ledger import KeyReusedError, execute, must, sweep_holds
from ecomkit.operations._settings import Settings
from ecomkit.orders import LineEvent, LineEventKind, Order, OrderStep
from ecomkit.ports import Collection, Transaction
from ecomkit.stock import (
    Outcome,
    Owner,
    Release,
    Reserve,
    Reserved,
    Ship,
    Short,
    StockLevel,
    Want,
    wants_of_line,
)

__all__ = [
    "CLAIMS",
    "OPEN",
    "ORDERS",
    "KeptClaim",
    "UnknownOrderError",
    "cancel_units",
    "contradicts",
    "covered_units",
    "demand_of",
    "demand_rows",
    "disagrees",
    "fulfil_orders",
    "load_order",
    "note_gone",
    "place_order",
    "ship_units",
    "wants_for",
    "with_fulfillers",
]

DATED_AHEAD_MAX = timedelta(days=1)
"""How far the clock of a channel may be ahead of ours."""

OPEN = "open"
"""The index of orders with units that are neither shipped nor cancelled."""


def disagrees(channel: ChannelId) -> str:
    """Return the index of the claims of *channel* that differ from our facts."""
    return f"disagrees/{channel}"


def contradicts(channel: ChannelId) -> str:
    """Return the index of the claims of *channel* that differ from nothing but themselves."""
    return f"contradicts/{channel}"


def _differs(kept: KeptClaim) -> str | None:
    if kept.disagreements:
        return disagrees(kept.claim.channel)
    return contradicts(kept.claim.channel) if kept.contradictions else None


@attrs.frozen(kw_only=True)
class UnknownOrderError(InputError):
    """
    Raised when an order is named that is not in the books.

    >>> print(UnknownOrderError(order=OrderId("etsy/1")))
    there is no order 'etsy/1'; pull its channel first
    """

    order: OrderId

    @property
    def message(self) -> str:
        """The order, and what to do."""
        return f"there is no order {str(self.order)!r}; pull its channel first"


@final
@attrs.frozen(kw_only=True)
class KeptClaim:
    """
    The newest claim of a channel on an order, and where it differs from our facts and from itself.

    *told* is what earlier claims said that it no longer says.
    """

    claim: ChannelClaim
    digest: str
    disagreements: tuple[Disagreement, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    told: tuple[ToldLine, ...] = ()

    @property
    def age(self) -> tuple[int, str]:
        """Of two observations the one with the larger age is kept, whichever came first."""
        return (self.claim.version, self.digest)

    def explain(self) -> str:
        """Say where the channel and our facts differ, and where it contradicts itself."""
        differences = [
            *(point.explain() for point in self.disagreements),
            *(point.explain() for point in self.contradictions),
        ]
        return f"{self.claim.order_id}: {'; '.join(differences) or 'nothing differs'}"


ORDERS = Collection(
    name="order",
    type=Order,
    key=lambda order: order.id,
    index=lambda order: OPEN if order.has_open_units else None,
)
CLAIMS = Collection(
    name="claim",
    type=KeptClaim,
    key=lambda kept: kept.claim.order_id,
    index=_differs,
)


def load_order(tx: Transaction, order: OrderId) -> Order:
    """
    Return the order of that id.

    Raises:
        UnknownOrderError: If it is not in the books.
    """
    found = tx.get(ORDERS, order)
    if found is None:
        raise UnknownOrderError(order=order)
    return found


def with_fulfillers(order: Order, *, settings: Settings) -> Order:
    """Return *order* with who ships its lines, where the merchant has set that."""
    if not settings.fulfillers:
        return order
    return attrs.evolve(order, lines=map(settings.assigned, order.lines))


def wants_for(
    order: Order, quantities: Mapping[LineId, int], *, settings: Settings
) -> tuple[Want, ...]:
    """
    Return what *quantities* units of the lines of *order* take from our shelves.

    That is nothing for a line that somebody else ships.
    """
    return tuple(
        want
        for line, quantity in quantities.items()
        if order.line(line).fulfilled_by is None
        for want in wants_of_line(
            Owner.line(order.id, line),
            sku=order.line(line).sku,
            quantity=quantity,
            location=settings.location,
            kits=settings.kits,
        )
    )


def covered_units(tx: Transaction, order: Order, *, settings: Settings) -> dict[LineId, int]:
    """Return how many units of each open line could be shipped now: allocated, kits complete."""
    lines = {
        line.id: wants_for(order, {line.id: order.counts(line.id).open}, settings=settings)
        for line in order.lines
        if order.counts(line.id).open and line.fulfilled_by is None
    }
    keys = {want.key for wants in lines.values() for want in wants}
    levels = {level.key: level for level in tx.levels(sorted(keys))}
    return {
        line: min(
            _allocated(levels[want.key], want.owner) * order.counts(line).open // want.quantity
            for want in wants
        )
        for line, wants in lines.items()
    }


def _allocated(level: StockLevel, owner: Owner) -> int:
    return sum(a.quantity for a in (*level.allocations, *level.picks) if a.owner == owner)


def demand_rows(
    order: Order, quantities: Mapping[LineId, int], *, now: datetime, settings: Settings
) -> list[tuple[Sku, date, int]]:
    """Return what *quantities* units of the lines of *order* are in demand: sku, day and units."""
    return demand_of(order, wants_for(order, quantities, settings=settings), now=now)


def demand_of(
    order: Order, wants: Iterable[Want], *, now: datetime
) -> list[tuple[Sku, date, int]]:
    """
    Return what *wants* of *order* are in demand: sku, day and units.

    An order that is dated ahead of *now* counts for nothing: one garbled date would push all
    other sales out of the history.
    """
    if order.placed_at > now + DATED_AHEAD_MAX:
        return []
    day = order.placed_at.astimezone(UTC).date()
    return [(want.sku, day, want.quantity) for want in wants]


def _appended(
    order: Order, kind: LineEventKind, quantities: Mapping[LineId, int], *, at: datetime
) -> Order:
    return order.with_events(
        LineEvent(kind=kind, line=line, quantity=quantity, at=at)
        for line, quantity in quantities.items()
    )


def ship_units(
    tx: Transaction,
    shipments: Sequence[tuple[Order, Mapping[LineId, int]]],
    *,
    now: datetime,
    settings: Settings,
) -> tuple[Order, ...]:
    """
    Book units of orders as shipped, in the orders and in the ledger.

    Raises:
        TransitionError: If a line has fewer open units.
        StockRefusedError: If a line has fewer units allocated.
    """
    orders = tuple(
        _appended(order, LineEventKind.SHIPPED, quantities, at=now)
        for order, quantities in shipments
    )
    commands = [
        Ship(
            # The order's version makes the key: it grows with every fact of the order.
            key=CommandKey(f"ship:{order.id}:{order.version}"),
            wants=wants,
        )
        for order, quantities in shipments
        if (wants := wants_for(order, quantities, settings=settings))
    ]
    must(execute(tx, commands, now=now, settings=settings))
    tx.put(ORDERS, orders)
    return orders


def place_order(
    tx: Transaction, order: Order, *, cart: CartId | None, now: datetime, settings: Settings
) -> Reserved | Short:
    """
    Reserve all units of an order of our own shop and take it down, or answer what is short.

    Raises:
        KeyReusedError: If another order was placed under its id.
    """
    order = with_fulfillers(order, settings=settings)
    counts = {line.id: order.counts(line.id) for line in order.lines}
    quantities = {line: units.open for line, units in counts.items() if units.open}
    wants = wants_for(order, quantities, settings=settings)
    key = CommandKey(f"place:{order.id}")
    known = tx.get(ORDERS, order.id)
    was_placed = not wants or bool(tx.kept([key]))
    if known is not None and not (was_placed and _grew_from(known, order)):
        raise KeyReusedError(key=key)
    outcome: Outcome = Reserved(units=0)  # where others ship all of it
    if wants:
        command = Reserve(
            key=key,
            wants=wants,
            placed_at=order.placed_at,
            cart=None if cart is None else Owner.cart(cart),
        )
        [outcome] = execute(tx, [command], now=now, settings=settings)
    assert isinstance(outcome, (Reserved, Short))
    if isinstance(outcome, Reserved) and known is None:
        tx.put(ORDERS, [order])
        note_orders(tx, [order])
        rows = demand_rows(order, quantities, now=now, settings=settings)
        note_demand(tx, rows, channel=order.channel)
    return outcome


def _grew_from(known: Order, placed: Order) -> bool:
    """Whether *known* is *placed* with nothing but facts appended since."""
    return placed == attrs.evolve(
        known,
        lines=known.lines[: len(placed.lines)],
        charges=known.charges[: len(placed.charges)],
        events=known.events[: len(placed.events)],
        payments=known.payments[: len(placed.payments)],
        adjustments=known.adjustments[: len(placed.adjustments)],
        holds=known.holds[: len(placed.holds)],
    )


def fulfil_orders(
    tx: Transaction, orders: Iterable[Order], *, now: datetime, settings: Settings
) -> tuple[OrderId, ...]:
    """
    Ship all that is covered of *orders*, and store the intent to tell their channels.

    What a guard of the settings stands against, such as a hold, is left as it is.

    Returns:
        The orders of which something was shipped.
    """
    # What carts hold no longer covers who waits.
    sweep_holds(tx, now=now, settings=settings)
    shipments = []
    for order in orders:
        if not settings.guards(order, step=OrderStep.SHIP, now=now).is_clear:
            continue
        covered = covered_units(tx, order, settings=settings)
        quantities = {line: units for line, units in covered.items() if units}
        if quantities:
            shipments.append((order, quantities))
    shipped = ship_units(tx, shipments, now=now, settings=settings)
    for order, (_, quantities) in zip(shipped, shipments, strict=True):
        tell_fulfilment(tx, order, quantities, at=now)
    return tuple(order.id for order in shipped)


def cancel_units(
    tx: Transaction,
    order: Order,
    quantities: Mapping[LineId, int],
    *,
    now: datetime,
    settings: Settings,
) -> Order:
    """
    Book units of an order as cancelled, give up what was promised, and take off the demand.

    Raises:
        TransitionError: If a line has fewer open units.
    """
    after = _appended(order, LineEventKind.CANCELLED, quantities, at=now)
    _let_go(tx, order, quantities, verb="cancel", now=now, settings=settings)
    tx.put(ORDERS, [after])
    rows = demand_rows(order, quantities, now=now, settings=settings)
    taken_off = ((sku, day, -units) for sku, day, units in rows)
    note_demand(tx, taken_off, channel=order.channel)
    return after


def note_gone(
    tx: Transaction,
    order: Order,
    quantities: Mapping[LineId, int],
    *,
    at: datetime,
    now: datetime,
    settings: Settings,
) -> Order:
    """
    Book units as shipped that had left *at* an instant before their sku was counted.

    The count knows that they are gone: what was promised is given up, and nothing moves out.

    Raises:
        TransitionError: If a line has fewer open units.
    """
    after = _appended(order, LineEventKind.SHIPPED, quantities, at=at)
    _let_go(tx, order, quantities, verb="gone", now=now, settings=settings)
    tx.put(ORDERS, [after])
    return after


def _let_go(
    tx: Transaction,
    order: Order,
    quantities: Mapping[LineId, int],
    *,
    verb: str,
    now: datetime,
    settings: Settings,
) -> None:
    """Give up what was promised to units of an order: nothing, where others ship all of them."""
    wants = wants_for(order, quantities, settings=settings)
    if wants:
        command = Release(key=CommandKey(f"{verb}:{order.id}:{order.version}"), wants=wants)
        must(execute(tx, [command], now=now, settings=settings))
