"""The audit: everything is added up again from nothing and compared with the running books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.operations._orders import ORDERS, wants_for
from ecomkit.operations._settings import Settings
from ecomkit.operations._verification import read_levels, replay
from ecomkit.ports import Transaction
from ecomkit.stock import (
    Account,
    Allocation,
    Bucket,
    Hold,
    LevelKey,
    Owner,
    StockLevel,
    Uncovered,
    audit_levels,
)

__all__ = ["AuditReport", "audit_books"]

ORDERS_AT_A_TIME = 500


@final
@attrs.frozen(kw_only=True)
class AuditReport:
    """
    What a full replay of the ledger found.

    Args:
        movements: Movements replayed.
        units: The balance of each bucket over all skus and locations; they add up to 0.
        orders: Orders whose promises were compared with the ledger.
        promised_twice: Units that are promised and are not there; 0, or the law is broken.
        faults: Every difference found, in words.
    """

    movements: int
    units: tuple[tuple[Bucket, int], ...]
    orders: int
    promised_twice: int
    faults: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.faults and self.promised_twice == 0

    def explain(self) -> str:
        """Say what was compared and what was found."""
        units = ", ".join(f"{bucket.value} {units}" for bucket, units in self.units)
        lines = [
            (
                f"{self.movements} movements replayed, {self.orders} orders compared: "
                f"{len(self.faults)} faults, {self.promised_twice} units promised twice"
            ),
            f"units: {units}; together {sum(units for _, units in self.units)}",
        ]
        return "\n".join([*lines, *self.faults])


def audit_books(tx: Transaction, *, settings: Settings) -> AuditReport:
    """Replay the ledger and compare: levels with movements, promises with units, orders with both."""
    found = replay(tx)
    balances, nameless = found.balances()
    levels, faults = read_levels(tx, balances)
    faults.extend(nameless)
    if found.first_fault is not None:
        faults.append(found.first_fault.explain())
    faults.extend(fault.explain() for fault in audit_levels(levels, balances))
    orders, order_faults = _audit_orders(tx, levels, settings)
    return AuditReport(
        movements=found.rows,
        units=found.units(),
        orders=orders,
        promised_twice=sum(_promised_in_vain(level, balances) for level in levels),
        faults=[*faults, *order_faults],
    )


def _promised_in_vain(level: StockLevel, balances: Mapping[Account, int]) -> int:
    """Return the units of *level* that are promised to somebody and that the ledger lacks."""
    promises: tuple[Hold | Allocation, ...] = (*level.holds, *level.allocations, *level.picks)
    promised = sum(promise.quantity for promise in promises)
    there = sum(
        balances.get(Account(level.sku, level.location, bucket), 0)
        for bucket in (Bucket.HELD, Bucket.ALLOCATED, Bucket.PICKED)
    )
    return max(0, promised - there)


def _audit_orders(
    tx: Transaction, levels: Iterable[StockLevel], settings: Settings
) -> tuple[int, list[str]]:
    """Compare what open order lines want with what the ledger has allocated or owes to them."""
    owned: dict[tuple[Owner, LevelKey], int] = {}
    for level in levels:
        promises: tuple[Allocation | Uncovered, ...] = (
            *level.allocations,
            *level.picks,
            *level.uncovered,
        )
        for promise in promises:
            place = (promise.owner, level.key)
            owned[place] = owned.get(place, 0) + promise.quantity
    orders, after = 0, ""
    faults: list[str] = []
    while found := tx.scan(ORDERS, after=after, limit=ORDERS_AT_A_TIME):
        for order in found:
            orders += 1
            quantities = {
                line.id: order.counts(line.id).open
                for line in order.lines
                if order.counts(line.id).open
            }
            for want in wants_for(order, quantities, settings=settings):
                has = owned.pop((want.owner, want.key), 0)
                if has != want.quantity:
                    faults.append(
                        f"{want.owner} has {has} of {want.sku} in the ledger, "
                        f"its order wants {want.quantity}"
                    )
        after = found[-1].id
    faults.extend(
        f"{owner} has {units} of {key.sku} in the ledger, its order wants none"
        for (owner, key), units in owned.items()
    )
    return orders, faults
