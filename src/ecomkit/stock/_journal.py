"""The journal of one command: the movements it writes."""

from __future__ import annotations

from datetime import datetime

import attrs

from ecomkit._checks import as_utc, aware
from ecomkit.identifiers import CommandKey
from ecomkit.stock._accounts import Account, Bucket, Cause, LevelKey, Movement, Owner

__all__ = ["Journal"]


@attrs.define(kw_only=True)
class Journal:
    """The movements of one command, numbered under its key."""

    command: CommandKey
    now: datetime = attrs.field(converter=as_utc, validator=aware)
    movements: list[Movement] = attrs.field(factory=list)

    def write(
        self,
        key: LevelKey,
        *,
        quantity: int,
        source: Bucket,
        target: Bucket,
        cause: Cause,
        owner: Owner | None = None,
    ) -> None:
        """Append a movement of *quantity* units, at least one."""
        self.movements.append(
            Movement(
                id=f"{self.command}/{len(self.movements)}",
                quantity=quantity,
                source=Account(key.sku, key.location, source),
                target=Account(key.sku, key.location, target),
                cause=cause,
                command=self.command,
                at=self.now,
                owner=owner,
            )
        )
