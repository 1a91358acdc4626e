"""The books: levels rebuilt from nothing but movements, and compared with the running ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import final

import attrs

from ecomkit._checks import is_a, whole
from ecomkit.stock._accounts import INSIDE, Account, Bucket, LevelKey, Movement
from ecomkit.stock._levels import StockLevel

__all__ = ["BalanceFault", "audit_levels", "empty_level", "fold"]


def fold(movements: Iterable[Movement]) -> dict[Account, int]:
    """
    Return the balance of every account that *movements* touch, in units.

    Outside accounts go below zero: what came out of ``SUPPLIER`` is minus what was received.
    The sum over all accounts is 0, always.

    >>> fold([])
    {}
    """
    balances: dict[Account, int] = {}
    for movement in movements:
        balances[movement.source] = balances.get(movement.source, 0) - movement.quantity
        balances[movement.target] = balances.get(movement.target, 0) + movement.quantity
    return balances


@final
@attrs.frozen(kw_only=True)
class BalanceFault:
    """A running balance that its movements do not add up to."""

    account: Account = attrs.field(validator=is_a(Account))
    running: int = attrs.field(validator=whole)
    replayed: int = attrs.field(validator=whole)

    def explain(self) -> str:
        """Say which balance differs, and by how much."""
        account = self.account
        return (
            f"{account.sku} at {account.location}, {account.bucket.value}: the level says "
            f"{self.running}, its movements add up to {self.replayed}"
        )


def audit_levels(
    levels: Iterable[StockLevel], balances: Mapping[Account, int]
) -> tuple[BalanceFault, ...]:
    """
    Compare running *levels* with *balances* replayed from the ledger; return every difference.

    Levels that are missing count as empty, and so do accounts without movements.

    >>> from ecomkit.identifiers import Sku
    >>> [fault] = audit_levels([StockLevel.counted(Sku("A"), on_hand=3)], {})
    >>> print(fault.explain())
    A at main, sellable: the level says 3, its movements add up to 0
    """
    running = {
        Account(level.sku, level.location, bucket): level.units(bucket)
        for level in levels
        for bucket in Bucket
        if bucket in INSIDE
    }
    accounts = set(running) | {account for account in balances if account.bucket.is_inside}
    differing = [one for one in accounts if running.get(one, 0) != balances.get(one, 0)]
    return tuple(
        BalanceFault(
            account=account,
            running=running.get(account, 0),
            replayed=balances.get(account, 0),
        )
        for account in sorted(differing)
    )


def empty_level(key: LevelKey) -> StockLevel:
    """Return the level that nothing was ever put on."""
    return StockLevel(sku=key.sku, location=key.location)
