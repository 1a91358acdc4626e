"""What every snapshot has in common: it refuses to write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from ecomkit.ports import Claim, Collection, KeptOutcome, SnapshotWriteError
from ecomkit.stock import DraftLevel, MovementRow

__all__ = ["ReadOnly"]

T = TypeVar("T")


class ReadOnly:
    """Stands before a transaction and lets nothing through that writes."""

    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        raise SnapshotWriteError

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        raise SnapshotWriteError

    def book(
        self,
        drafts: Iterable[DraftLevel],
        *,
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
        changed: Iterable[str],
    ) -> None:
        raise SnapshotWriteError

    def keep(self, outcomes: Iterable[KeptOutcome]) -> None:
        raise SnapshotWriteError

    def forget(self, *, before: datetime) -> int:
        raise SnapshotWriteError

    def post(self, topic: str, keys: Iterable[str]) -> None:
        raise SnapshotWriteError

    def claim(
        self, topic: str, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Claim, ...]:
        raise SnapshotWriteError

    def settle(self, topic: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        raise SnapshotWriteError
