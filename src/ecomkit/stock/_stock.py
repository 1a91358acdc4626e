"""Stock as a value: all levels of a merchant, for scripts, notebooks and what-if questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, refuse
from ecomkit.catalog import Kits, explode
from ecomkit.identifiers import CommandKey, LocationId, Sku
from ecomkit.stock._accounts import LevelKey, Owner
from ecomkit.stock._books import empty_level
from ecomkit.stock._commands import StockCommand
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._decide import Decision, decide
from ecomkit.stock._levels import EPOCH, MAIN, StockLevel
from ecomkit.stock._needs import needs_of
from ecomkit.stock._promise_commands import Record
from ecomkit.stock._wants import Want

if TYPE_CHECKING:
    from ecomkit.orders import Order

__all__ = ["Stock", "wants_of", "wants_of_line"]

NO_KITS = Kits()


def wants_of_line(
    owner: Owner, *, sku: Sku, quantity: int, location: LocationId = MAIN, kits: Kits = NO_KITS
) -> tuple[Want, ...]:
    """
    Return what *quantity* units of *sku* take from the shelves: a kit takes its components.

    >>> from ecomkit.identifiers import LineId, OrderId
    >>> owner = Owner.line(OrderId("etsy/1"), LineId("1"))
    >>> [want.quantity for want in wants_of_line(owner, sku=Sku("A"), quantity=2)]
    [2]
    """
    units = {sku: quantity} if kits.get(sku) is None else explode([(sku, quantity)], kits=kits)
    return tuple(
        Want(owner=owner, sku=part, quantity=total, location=location)
        for part, total in units.items()
    )


def wants_of(
    order: Order, *, location: LocationId = MAIN, kits: Kits = NO_KITS
) -> tuple[Want, ...]:
    """Return what the open lines of *order* want: what is ordered, not cancelled, not shipped."""
    return tuple(
        want
        for line in order.lines
        if order.counts(line.id).open
        for want in wants_of_line(
            Owner.line(order.id, line.id),
            sku=line.sku,
            quantity=order.counts(line.id).open,
            location=location,
            kits=kits,
        )
    )


@final
@attrs.frozen
class Stock:
    """
    The levels of one merchant. Every change answers a new value.

    The same rule that a store runs inside its transaction runs here on values alone.

    >>> from ecomkit.identifiers import Sku
    >>> stock = Stock.counted({Sku("ELEPHANT-KNIT"): 10})
    >>> stock.level(Sku("ELEPHANT-KNIT")).sellable
    10
    """

    levels: tuple[StockLevel, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(StockLevel)
    )

    def __attrs_post_init__(self) -> None:
        if len({level.key for level in self.levels}) != len(self.levels):
            raise refuse(self, "levels", len(self.levels), "one level for each sku and location")

    @classmethod
    def counted(
        cls, on_hand: Mapping[Sku, int], *, location: LocationId = MAIN, at: datetime = EPOCH
    ) -> Stock:
        """Return the stock after an opening count, in units by sku, at one location."""
        return cls(
            StockLevel.counted(sku, on_hand=units, location=location, at=at)
            for sku, units in on_hand.items()
        )

    def level(self, sku: Sku, *, location: LocationId = MAIN) -> StockLevel:
        """Return the level of *sku* at *location*; one that was never touched is empty."""
        key = LevelKey(sku, location)
        return next((level for level in self.levels if level.key == key), empty_level(key))

    def decide(
        self, *commands: StockCommand, now: datetime, coverage: Coverage = Coverage.ARRIVAL
    ) -> tuple[Stock, Decision]:
        """Return the stock after *commands*, and the decision with outcomes and movements."""
        known = {level.key: level for level in self.levels}
        decision = decide(
            [known.get(key) or empty_level(key) for key in needs_of(commands)],
            commands,
            now=now,
            coverage=coverage,
        )
        known.update((level.key, level) for level in decision.levels)
        return Stock(known.values()), decision

    def record(self, order: Order, *, location: LocationId = MAIN) -> Stock:
        """
        Return the stock after *order*, which a channel has already sold: covers what is there.

        >>> from ecomkit.identifiers import ChannelId, LineId, OrderId
        >>> from ecomkit.money import Currency, Money
        >>> from ecomkit.orders import Order, OrderLine
        >>> line = OrderLine(
        ...     id=LineId("1"), sku=Sku("ELEPHANT-KNIT"), quantity=5,
        ...     unit_price=Money(2500, Currency.EUR),
        ... )
        >>> order = Order(
        ...     id=OrderId("etsy/1"), channel=ChannelId("etsy"), currency=Currency.EUR,
        ...     placed_at=EPOCH, lines=(line,),
        ... )
        >>> level = Stock.counted({line.sku: 3}).record(order).level(line.sku)
        >>> level.allocated, level.uncovered_units
        (3, 2)
        """
        wants = wants_of(order, location=location)
        if not wants:
            return self
        command = Record(key=CommandKey(order.id), wants=wants, placed_at=order.placed_at)
        stock, _ = self.decide(command, now=order.placed_at)
        return stock
