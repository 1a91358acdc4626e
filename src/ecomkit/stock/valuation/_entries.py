"""The entries of a valuation: what changes how many units there are, or what they are worth."""

from __future__ import annotations

from typing import Any, TypeAlias, final

import attrs

from ecomkit._checks import above_zero, is_a, is_text, optional, refuse
from ecomkit.identifiers import LotId
from ecomkit.money import Money
from ecomkit.stock.valuation._layers import worth

__all__ = ["IssueEntry", "ReceiptEntry", "ReturnEntry", "RevaluationEntry", "ValuationEntry"]


def _not_zero(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Money) or value.is_zero:
        raise refuse(instance, attribute.name, value, "Money above or below 0")


def _not_blank(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_text(instance, attribute, value)
    if not value.strip():
        raise refuse(instance, attribute.name, value, "a reason in words")


@final
@attrs.frozen(kw_only=True)
class ReceiptEntry:
    """
    *quantity* units came in and cost *cost* together, freight and duties included where known.

    Units that come back from an issue that nobody knows are such a receipt too, at the cost
    that they are given.
    """

    id: str = attrs.field(validator=is_text)
    quantity: int = attrs.field(validator=above_zero)
    cost: Money = attrs.field(validator=worth)
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))


@final
@attrs.frozen(kw_only=True)
class IssueEntry:
    """*quantity* units left for good: sold, scrapped, or lost."""

    id: str = attrs.field(validator=is_text)
    quantity: int = attrs.field(validator=above_zero)
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))


@final
@attrs.frozen(kw_only=True)
class ReturnEntry:
    """*quantity* units of the earlier *issue* came back, at the cost they left at."""

    id: str = attrs.field(validator=is_text)
    issue: str = attrs.field(validator=is_text)
    quantity: int = attrs.field(validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class RevaluationEntry:
    """
    What lies there is worth *amount* more (or less, below 0), for a *reason*; no unit moved.

    A landed cost that was learned late, or a write-down. *layer* names the one cost layer it is
    for: a receipt under FIFO and LIFO, a lot where cost is kept by lots. Without it all layers
    share the amount by what they are worth, or by their units if all are worth nothing.

    The part of a landed cost that falls on units which have left already is no value of stock:
    it is a cost of the goods sold, and the caller's to book.
    """

    id: str = attrs.field(validator=is_text)
    amount: Money = attrs.field(validator=_not_zero)
    reason: str = attrs.field(validator=_not_blank)
    layer: str | None = attrs.field(default=None, validator=optional(is_text))

    def explain(self) -> str:
        """Say by how much, on what, and why."""
        where = "all layers" if self.layer is None else self.layer
        return f"revaluation {self.id}: {self.amount} on {where}, {self.reason}"


ValuationEntry: TypeAlias = ReceiptEntry | IssueEntry | ReturnEntry | RevaluationEntry
