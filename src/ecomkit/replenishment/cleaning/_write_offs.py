"""Write-offs: units that left and that nobody had asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, final

import attrs

from ecomkit.replenishment.cleaning._history import Finding, SalesHistory, TakenOff
from ecomkit.replenishment.cleaning._row import RowKind

if TYPE_CHECKING:
    from collections.abc import Iterator


@final
@attrs.frozen(kw_only=True)
class WriteOffs:
    """What was broken, lost or given away was asked for by nobody: it is no demand."""

    name: ClassVar[str] = "write-offs"

    def __call__(self, history: SalesHistory) -> Iterator[Finding]:
        """Find every unit that was written off."""
        for place, row, left in history.counted(RowKind.WRITE_OFF):
            yield TakenOff(row=place, units=left, why=row.explain())
