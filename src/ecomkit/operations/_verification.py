"""Verification: the ledger is replayed row by row, and held against itself and the levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional
from ecomkit.errors import InputError
from ecomkit.identifiers import LocationId, Sku
from ecomkit.ports import LedgerEntry, StoredValueError, Transaction
from ecomkit.stock import Account, Bucket, LevelKey, StockLevel, audit_levels

__all__ = ["RowFault", "Verification", "read_levels", "verify_ledger"]

ROWS_AT_A_TIME = 10_000

INSIDE = {bucket.value for bucket in Bucket if bucket.is_inside}


@final
@attrs.frozen(kw_only=True)
class RowFault:
    """
    The first row of the ledger that disagrees with those before it.

    *balance* is what the row says was left at *account*, *replayed* what was. A row that cannot be
    read at all has no account, and *problem* says why.
    """

    number: int = attrs.field(validator=not_negative)
    account: Account | None = attrs.field(default=None, validator=optional(is_a(Account)))
    balance: int | None = attrs.field(default=None)
    replayed: int = attrs.field(default=0)
    problem: str = attrs.field(default="", validator=is_a(str))

    def explain(self) -> str:
        """Say which row it is, and what it should say."""
        account = self.account
        if account is None:
            return f"row {self.number} is the first that cannot be read: {self.problem}"
        says = "says nothing of what it left" if self.balance is None else f"left {self.balance}"
        return (
            f"row {self.number} is the first that disagrees: {account.sku} at "
            f"{account.location}, {account.bucket.value}: it {says}, the rows before it and "
            f"its own units leave {self.replayed}"
        )


@final
@attrs.frozen(kw_only=True)
class Verification:
    """
    What a replay of the whole ledger found.

    Args:
        rows: Rows replayed.
        units: The balance of each bucket over all skus and locations; they add up to 0.
        first_fault: The first row that disagrees with those before it, None if all agree.
        faults: Levels that differ from what their rows add up to, and levels that cannot be read.
    """

    rows: int = attrs.field(validator=not_negative)
    units: tuple[tuple[Bucket, int], ...] = attrs.field(converter=as_tuple, validator=each(tuple))
    first_fault: RowFault | None = attrs.field(validator=optional(is_a(RowFault)))
    faults: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return self.first_fault is None and not self.faults

    def explain(self) -> str:
        """Say what was replayed and what was found."""
        units = ", ".join(f"{bucket.value} {units}" for bucket, units in self.units)
        found = [] if self.first_fault is None else [self.first_fault.explain()]
        found.extend(self.faults)
        head = (
            f"{self.rows} rows replayed, {len(found)} faults; units: {units or 'none'}; "
            f"together {sum(units for _, units in self.units)}"
        )
        return "\n".join([head, *found])


class Replay:
    """The balances of all accounts, as far as the ledger was read: memory grows with the skus."""

    def __init__(self) -> None:
        self.rows = 0
        self.inside: dict[tuple[str, str, str], int] = {}
        self.totals: dict[str, int] = {}
        self.first_fault: RowFault | None = None

    def read(self, entries: Iterable[LedgerEntry]) -> None:
        """Replay *entries*, which follow those that were read before."""
        inside, totals = self.inside, self.totals
        for entry in entries:
            number, sku, quantity, from_, source, to, target, source_after, target_after = entry
            self.rows += 1
            try:
                totals[source] = totals.get(source, 0) - quantity
                totals[target] = totals.get(target, 0) + quantity
                if source in INSIDE:
                    place = (sku, from_, source)
                    left = inside[place] = inside.get(place, 0) - quantity
                    if left != source_after or left < 0:
                        self._found(number, place, balance=source_after, replayed=left)
                if target in INSIDE:
                    place = (sku, to, target)
                    left = inside[place] = inside.get(place, 0) + quantity
                    if left != target_after:
                        self._found(number, place, balance=target_after, replayed=left)
            except TypeError as error:
                # Somebody wrote what is no number, or no text.
                self._unreadable(number, str(error))

    def _found(
        self, number: int, place: tuple[str, str, str], *, balance: int | None, replayed: int
    ) -> None:
        if self.first_fault is not None:
            return
        try:
            self.first_fault = RowFault(
                number=number, account=account_of(place), balance=balance, replayed=replayed
            )
        except InputError as error:
            self._unreadable(number, str(error))

    def _unreadable(self, number: int, problem: str) -> None:
        if self.first_fault is None:
            self.first_fault = RowFault(number=number, problem=problem)

    def balances(self) -> tuple[dict[Account, int], list[str]]:
        """Return the balance of every inside account, and the accounts that have no such name."""
        balances: dict[Account, int] = {}
        nameless: list[str] = []
        for place, units in self.inside.items():
            try:
                balances[account_of(place)] = units
            except InputError as error:
                nameless.append(f"{units} units in an account that has no name: {error}")
        return balances, nameless

    def units(self) -> tuple[tuple[Bucket, int], ...]:
        """Return the balance of each bucket over all skus and locations."""
        return tuple(
            (bucket, self.totals[bucket.value])
            for bucket in Bucket
            if self.totals.get(bucket.value)
        )


def account_of(place: tuple[str, str, str]) -> Account:
    """Return the account that a place of the replay names."""
    sku, location, bucket = place
    return Account(Sku(sku), LocationId(location), Bucket(bucket))


def replay(tx: Transaction) -> Replay:
    """Replay the whole ledger, page by page."""
    found = Replay()
    after = 0
    while entries := tx.entries(after=after, limit=ROWS_AT_A_TIME):
        found.read(entries)
        after = entries[-1].number
    return found


def verify_ledger(tx: Transaction) -> Verification:
    """
    Replay the ledger, compare each row with the balances before it, and the last with the levels.

    A row of which units, sku, location or inside bucket were changed, or that was left out or put
    in, disagrees with the balance that it, or the next one of its account, says was left. What a
    row says besides (why, when, for whom, of which lot, to whom outside) is not held against
    anything. To be run inside ``store.snapshot()``: writers go on.

    >>> from ecomkit.stores import MemoryStore
    >>> with MemoryStore().snapshot() as tx:
    ...     print(verify_ledger(tx).explain())
    0 rows replayed, 0 faults; units: none; together 0
    """
    found = replay(tx)
    balances, nameless = found.balances()
    levels, faults = read_levels(tx, balances)
    return Verification(
        rows=found.rows,
        units=found.units(),
        first_fault=found.first_fault,
        faults=[
            *nameless,
            *faults,
            *(fault.explain() for fault in audit_levels(levels, balances)),
        ],
    )


def read_levels(
    tx: Transaction, balances: Mapping[Account, int]
) -> tuple[Sequence[StockLevel], list[str]]:
    """Return all levels that can be read, and why the others cannot."""
    try:
        return tx.all_levels(), []
    except StoredValueError:
        # One by one, so that a broken level does not hide the others.
        keys = {LevelKey(account.sku, account.location) for account in balances}
        keys.update(tx.waiting())
    return _each_level(tx, sorted(keys))


def _each_level(
    tx: Transaction, keys: Iterable[LevelKey]
) -> tuple[Sequence[StockLevel], list[str]]:
    levels: list[StockLevel] = []
    faults: list[str] = []
    for key in keys:
        try:
            levels.extend(tx.levels([key]))
        except StoredValueError as error:
            faults.append(str(error))
    return levels, faults
