"""Snoozes: what a merchant does not want to be asked before a day."""

from __future__ import annotations

from datetime import date
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.ports import Collection, Transaction
from ecomkit.replenishment import Advice, Snooze

__all__ = ["SNOOZES", "KeptSnooze", "snooze_advice", "wake_sku"]


@final
@attrs.frozen(kw_only=True)
class KeptSnooze:
    """The snooze of one sku."""

    sku: Sku = attrs.field(validator=is_a(Sku))
    snooze: Snooze = attrs.field(validator=is_a(Snooze))

    def explain(self) -> str:
        """Say of which sku, until when and why."""
        return f"{self.sku}: {self.snooze.explain()}"


SNOOZES = Collection(name="snooze", type=KeptSnooze, key=lambda kept: kept.sku)


def snooze_advice(tx: Transaction, advice: Advice, *, until: date, reason: str = "") -> KeptSnooze:
    """
    Keep what *advice* asks for from being asked before the day *until*.

    Plans say so until that day, or until the sku stands worse than in this advice. A snooze of
    the same sku takes the place of the one before.

    Raises:
        FieldError: If the advice does not know its sku, or *until* is no date.
    """
    if advice.sku is None:
        raise FieldError(
            owner="snooze_advice", field="advice", got=None, wanted="an advice that knows its sku"
        )
    kept = KeptSnooze(sku=advice.sku, snooze=Snooze.of(advice, until=until, reason=reason))
    tx.put(SNOOZES, [kept])
    return kept


def wake_sku(tx: Transaction, sku: Sku) -> None:
    """End the snooze of *sku*; without one nothing changes."""
    tx.delete(SNOOZES, [sku])
