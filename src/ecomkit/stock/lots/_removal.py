"""
Removal: from which lots units are taken.

A policy sees the balances of one sku and answers with lots and quantities. The promise to the
customer is made on the sku; the lot is chosen here, when goods are picked.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol, assert_never, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, plain_date, refuse
from ecomkit.identifiers import LotId
from ecomkit.stock._levels import EPOCH
from ecomkit.stock.lots._eligibility import LotEligibility, LotRule
from ecomkit.stock.lots._lot import Lot, LotBalance
from ecomkit.stock.lots._pick import ExcludedLot, LotPick, LotPickRefused, PickedLot

__all__ = ["Removal", "RemovalOrder", "RemovalPolicy", "RemovalStrategy"]


class RemovalOrder(Protocol):
    """Which units go first: any callable that gives a balance its rank; the lowest goes first."""

    def __call__(self, balance: LotBalance, /) -> Any:
        """Return the rank of *balance*: numbers, or anything else that sorts."""
        ...


class RemovalStrategy(enum.Enum):
    """
    Which units go first, by the names that warehouses use.

    Equals go by when they were received, then by the name of the lot, then by their place, so
    that one question has one answer in whatever order balances are told.
    """

    FEFO = "first expired, first out"
    """The lot that expires first; lots without a date come last."""

    FIFO = "first in, first out"
    """The lot that was received first."""

    LIFO = "last in, first out"
    """The lot that was received last."""

    NEAREST = "nearest first"
    """The shelf at the shortest distance; those at an unknown distance come last."""

    def __call__(self, balance: LotBalance, /) -> Any:
        """Return the rank of *balance*."""
        lot = balance.lot
        match self:
            case RemovalStrategy.FEFO:
                return lot.expires_on is None, lot.expires_on or date.max
            case RemovalStrategy.FIFO:
                return lot.received_at
            case RemovalStrategy.LIFO:
                return EPOCH - lot.received_at
            case RemovalStrategy.NEAREST:
                return balance.distance is None, balance.distance or 0
            case _:
                assert_never(self)


class RemovalPolicy(Protocol):
    """From which lots to take: any callable of this shape, such as the two of this package."""

    def __call__(
        self, balances: Iterable[LotBalance], /, *, wanted: int, today: date
    ) -> LotPick | LotPickRefused:
        """Return the lots to take for *wanted* units on *today*."""
        ...


@final
@attrs.frozen(kw_only=True)
class PickQuestion:
    """The facts of one pick, checked: balances of one sku, each place once, and a day."""

    balances: tuple[LotBalance, ...] = attrs.field(converter=as_tuple, validator=each(LotBalance))
    wanted: int = attrs.field(validator=above_zero)
    today: date = attrs.field(validator=plain_date)

    def __attrs_post_init__(self) -> None:
        lots: dict[LotId, Lot] = {}
        units: dict[LotId, int] = {}
        places: set[tuple[str, ...]] = set()
        for balance in self.balances:
            lot = balance.lot
            if lot.sku != self.balances[0].lot.sku:
                raise refuse(self, "balances", lot.sku, f"of one sku, {self.balances[0].lot.sku}")
            if lots.setdefault(lot.id, lot) != lot:
                raise refuse(self, "balances", lot.id, "of lots that are told in one way each")
            place = (lot.id, balance.location, balance.position)
            if place in places:
                raise refuse(self, "balances", place, "one for each lot and place")
            places.add(place)
            units[lot.id] = units.get(lot.id, 0) + balance.on_hand
            if lot.is_serial and units[lot.id] > 1:
                raise refuse(self, "balances", lot.id, "of serials with one unit in one place")


@final
@attrs.frozen(kw_only=True)
class Removal:
    """
    Take units in an order: first expired, first in, last in, nearest, or one of your own.

    Args:
        order: A :class:`RemovalStrategy`, or any callable that ranks balances, such as a
            distance from where the picker stands.
        eligibility: Which lots may be picked at all.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import Sku
    >>> def honey(name: str, expires_on: date) -> LotBalance:
    ...     noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    ...     lot = Lot(id=LotId(name), sku=Sku("HONEY"), received_at=noon, expires_on=expires_on)
    ...     return LotBalance(lot=lot, units=5)
    >>> removal = Removal(
    ...     order=RemovalStrategy.FEFO, eligibility=LotEligibility(min_shelf_life_days=3)
    ... )
    >>> pick = removal(
    ...     [honey("A", date(2026, 1, 10)), honey("B", date(2026, 1, 20))],
    ...     wanted=4,
    ...     today=date(2026, 1, 8),
    ... )
    >>> print(pick.explain())
    4 of 4 picked: 4 of lot B at main
    left out: lot A at main (5 units) is good until 2026-01-10, 2 days from now; at least 3 are wanted
    """

    order: RemovalOrder = attrs.field(default=RemovalStrategy.FEFO)
    eligibility: LotRule = attrs.field(factory=LotEligibility)

    def __attrs_post_init__(self) -> None:
        check_callables(self, "order", "eligibility")

    def __call__(self, balances: Iterable[LotBalance], /, *, wanted: int, today: date) -> LotPick:
        """
        Return the lots to take for *wanted* units of the sku that *balances* tell of.

        Raises:
            FieldError: If the balances are of several skus, tell of one place twice or of one
                lot in two ways; if *wanted* is not above 0; if *today* is no date.
        """
        asked = PickQuestion(balances=balances, wanted=wanted, today=today)
        fit: list[LotBalance] = []
        excluded: list[ExcludedLot] = []
        for balance in in_order(asked.balances, self.order):
            findings = self.eligibility(balance.lot, today=today)
            if not findings:
                fit.append(balance)
            elif balance.units:
                excluded.append(
                    ExcludedLot(
                        lot=balance.lot.id,
                        units=balance.units,
                        location=balance.location,
                        position=balance.position,
                        findings=findings,
                    )
                )
        return LotPick(wanted=wanted, lines=taken(fit, quantity=wanted), excluded=excluded)


def in_order(balances: Iterable[LotBalance], order: RemovalOrder) -> list[LotBalance]:
    """Return *balances* in their one order: by rank, then arrival, then name, then place."""

    def rank(balance: LotBalance) -> tuple[Any, ...]:
        lot = balance.lot
        return order(balance), lot.received_at, lot.id, balance.location, balance.position

    return sorted(balances, key=rank)


def taken(balances: Iterable[LotBalance], *, quantity: int) -> list[PickedLot]:
    """Return what to take, one place after the other, until *quantity* units are together."""
    lines: list[PickedLot] = []
    missing = quantity
    for balance in balances:
        units = min(missing, balance.units)
        if units:
            missing -= units
            lines.append(
                PickedLot(
                    lot=balance.lot.id,
                    quantity=units,
                    location=balance.location,
                    position=balance.position,
                )
            )
    return lines


def check_callables(policy: object, *fields: str) -> None:
    """Refuse a *policy* one of whose *fields* cannot be called."""
    for field in fields:
        rule = getattr(policy, field)
        if not callable(rule):
            raise refuse(policy, field, rule, "a rule that can be called")
