"""The journal of one command: the movements it writes."""

from __future__ import annotations

from datetime import datetime

from ecomkit.stock._accounts import Bucket, Cause
from ecomkit.stock._rows import MovementRow

__all__ = ["Journal"]

# Reading ``.value`` of an enum member costs more than all else here.
BUCKET_NAMES = {bucket: bucket.value for bucket in Bucket}
CAUSE_NAMES = {cause: cause.value for cause in Cause}


class Journal:
    """The movements of a batch, numbered under the key of the command that is being decided."""

    __slots__ = ("_number", "command", "note", "now", "rows")

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.rows: list[MovementRow] = []
        self.command = ""
        self.note: str | None = None
        self._number = 0

    def begin(self, command: str, *, note: str | None) -> None:
        """Write what follows under the key *command*, with the reason it gave."""
        self.command = str.__str__(command)
        self.note = note
        self._number = 0

    def write(
        self,
        quantity: int,
        source: tuple[tuple[str, str], Bucket, int | None],
        target: tuple[tuple[str, str], Bucket, int | None],
        *,
        cause: Cause,
        owner: str | None,
        lot: str | None,
    ) -> None:
        """
        Append a movement of *quantity* units, at least one.

        *source* and *target* are sku and location, bucket, and the balance after, None outside.
        """
        (sku, source_location), source_bucket, source_after = source
        (_, target_location), target_bucket, target_after = target
        command = self.command
        self.rows.append(
            MovementRow(
                f"{command}/{self._number}",
                sku,
                quantity,
                source_location,
                BUCKET_NAMES[source_bucket],
                target_location,
                BUCKET_NAMES[target_bucket],
                CAUSE_NAMES[cause],
                command,
                self.now,
                owner,
                lot,
                source_after,
                target_after,
                self.note,
            )
        )
        self._number += 1
