"""
The rows of the ledger: what a store keeps of a level, and what the rule works on.

Plain tuples, since a batch of commands makes thousands of them; the public values
(:class:`StockLevel`, :class:`Movement`) are made from them where somebody reads one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from ecomkit.identifiers import CommandKey, LocationId, LotId, Sku
from ecomkit.stock._accounts import Account, Bucket, Cause, Movement, Owner

__all__ = [
    "PROMISE_KINDS",
    "LevelRow",
    "MovementRow",
    "PromiseKind",
    "PromiseRow",
    "SavedPromise",
    "movement_of",
    "movement_row",
]

PromiseKind: TypeAlias = Literal["hold", "allocation", "pick", "uncovered", "transit", "lot"]
"""
What somebody has at a level.

``hold``: units set aside for a cart until an instant. ``allocation``: units promised to an order
line. ``pick``: allocated units that were taken from the shelf. ``uncovered``: units that an order
line waits for. ``transit``: units on their way here. ``lot``: units that carry the name of a lot,
in the place and for the owner that the row's name says.
"""

PROMISE_KINDS: Final[tuple[PromiseKind, ...]] = (
    "hold",
    "allocation",
    "pick",
    "uncovered",
    "transit",
    "lot",
)


class LevelRow(NamedTuple):
    """The totals of a level, in units; ``uncovered`` is the sum of what is waited for."""

    sellable: int = 0
    held: int = 0
    allocated: int = 0
    picked: int = 0
    quarantined: int = 0
    damaged: int = 0
    in_transit: int = 0
    uncovered: int = 0
    counted_at: datetime | None = None
    next_rank: int = 0


class PromiseRow(NamedTuple):
    """A promise to one owner: ``at`` is when a hold ends, or when the order was placed."""

    quantity: int
    at: datetime
    rank: int


class SavedPromise(NamedTuple):
    """A promise under its key, as a store keeps it."""

    kind: PromiseKind
    owner: str
    quantity: int
    at: datetime
    rank: int


class MovementRow(NamedTuple):
    """A movement as plain text and numbers; see :class:`Movement`."""

    id: str
    sku: str
    quantity: int
    source_location: str
    source_bucket: str
    target_location: str
    target_bucket: str
    cause: str
    command: str
    at: datetime
    owner: str | None
    lot: str | None
    source_after: int | None
    target_after: int | None
    note: str | None


def movement_of(row: Iterable[Any]) -> Movement:
    """
    Return the movement that *row* stands for.

    Raises:
        ValueError: If the row says what no movement can say.
    """
    r = MovementRow._make(row)
    sku = Sku(r.sku)
    return Movement(
        id=r.id,
        quantity=r.quantity,
        source=Account(sku, LocationId(r.source_location), Bucket(r.source_bucket)),
        target=Account(sku, LocationId(r.target_location), Bucket(r.target_bucket)),
        cause=Cause(r.cause),
        command=CommandKey(r.command),
        at=r.at,
        owner=None if r.owner is None else Owner(r.owner),
        lot=None if r.lot is None else LotId(r.lot),
        source_after=r.source_after,
        target_after=r.target_after,
        note=r.note,
    )


def movement_row(movement: Movement) -> MovementRow:
    """Return *movement* as a row."""
    return MovementRow(
        movement.id,
        movement.sku,
        movement.quantity,
        movement.source.location,
        movement.source.bucket.value,
        movement.target.location,
        movement.target.bucket.value,
        movement.cause.value,
        movement.command,
        movement.at,
        None if movement.owner is None else movement.owner.name,
        movement.lot,
        movement.source_after,
        movement.target_after,
        movement.note,
    )
