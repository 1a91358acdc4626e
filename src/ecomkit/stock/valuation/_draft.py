"""The working copy of a stock's value: layers thawed once, changed in place, frozen once."""

from __future__ import annotations

import enum
from collections import OrderedDict
from collections.abc import Iterable
from typing import assert_never

import attrs

from ecomkit._checks import refuse
from ecomkit.errors import FieldError
from ecomkit.identifiers import LotId
from ecomkit.money import Currency, CurrencyMismatchError, Money, Rounding
from ecomkit.stock.valuation._entries import (
    IssueEntry,
    ReceiptEntry,
    ReturnEntry,
    RevaluationEntry,
)
from ecomkit.stock.valuation._errors import (
    IssueExceedsStockError,
    RevaluationExceedsValueError,
)
from ecomkit.stock.valuation._layers import CostLayer, IssueCost, LayerCost

__all__ = ["ValuationMethod", "ValueDraft"]


class ValuationMethod(enum.Enum):
    """Which cost leaves with a unit."""

    FIFO = "first in, first out"
    """That of the oldest receipt. Units that come back are the newest receipt."""

    LIFO = "last in, first out"
    """That of the newest receipt (not allowed under IFRS, IAS 2)."""

    AVERAGE = "moving average"
    """The average of what lies there, set anew with each receipt (AVCO)."""

    SPECIFIC = "specific identification"
    """That of the lot or serial the unit is of; within a lot, the average of the lot."""


POOL = "average"
"""The id of the one layer that a moving average has."""


@attrs.define(kw_only=True)
class ValueDraft:
    """The layers of one stock by their ids, in the order of their arrival."""

    method: ValuationMethod
    rounding: Rounding
    currency: Currency
    # A plain dict walks over all that was deleted at its front: FIFO would cost the square.
    layers: OrderedDict[str, CostLayer]
    units: int

    @classmethod
    def of(
        cls,
        layers: Iterable[CostLayer],
        *,
        method: ValuationMethod,
        currency: Currency,
        rounding: Rounding,
    ) -> ValueDraft:
        """Return a working copy of *layers*."""
        by_id = OrderedDict((layer.id, layer) for layer in layers)
        units = sum(layer.units for layer in by_id.values())
        return cls(method=method, rounding=rounding, currency=currency, layers=by_id, units=units)

    def receive(self, entry: ReceiptEntry) -> None:
        """Put the units of *entry* on their layer."""
        self._put(entry, cost=entry.cost, lot=entry.lot)

    def issue(self, entry: IssueEntry) -> IssueCost:
        """Take the units of *entry* from the layers whose turn it is, and return their cost."""
        available = self._available(entry)
        if entry.quantity > available:
            raise IssueExceedsStockError(
                issue=entry.id, wanted=entry.quantity, available=available, lot=entry.lot
            )
        parts: list[LayerCost] = []
        missing = entry.quantity
        while missing:
            layer = self.layers[self._next(entry.id, entry.lot)]
            quantity = min(missing, layer.units)
            rest, cost = layer.take(quantity, rounding=self.rounding)
            if rest is None:
                del self.layers[layer.id]
            else:
                self.layers[layer.id] = rest
            parts.append(LayerCost(layer=layer.id, quantity=quantity, cost=cost))
            missing -= quantity
        self.units -= entry.quantity
        return IssueCost(
            id=entry.id,
            quantity=entry.quantity,
            parts=parts,
            lot=entry.lot,
            returned_cost=Money.zero(self.currency),
        )

    def take_back(self, entry: ReturnEntry, issue: IssueCost) -> IssueCost:
        """Put the units of *entry* back at the cost they left at; return the issue after it."""
        if entry.issue != issue.id:
            raise refuse(entry, "issue", entry.issue, f"the issue that is told of, {issue.id}")
        after, cost = issue.take_back(entry.quantity, rounding=self.rounding)
        self._put(entry, cost=cost, lot=issue.lot)
        return after

    def revalue(self, entry: RevaluationEntry) -> None:
        """Share the amount of *entry* over the layers it is for."""
        self._check(entry.amount)
        if entry.layer is None:
            layers = list(self.layers.values())
        elif entry.layer in self.layers:
            layers = [self.layers[entry.layer]]
        else:
            layers = []
        values = [layer.value.amount for layer in layers]
        value = Money(sum(values), self.currency)
        if not layers or (value + entry.amount).amount < 0:
            raise RevaluationExceedsValueError(
                id=entry.id,
                amount=entry.amount,
                value=value,
                units=sum(layer.units for layer in layers),
            )
        weights = values if any(values) else [layer.units for layer in layers]
        # No share of a write-down passes what its layer is worth: the exact quota does not, and
        # largest remainder goes to the next whole number at the most.
        for layer, share in zip(layers, entry.amount.prorate(weights), strict=True):
            self.layers[layer.id] = layer.add(0, value=share)

    def _put(self, entry: ReceiptEntry | ReturnEntry, *, cost: Money, lot: LotId | None) -> None:
        self._check(cost)
        layer_id = self._layer_of(entry.id, lot)
        layer = self.layers.get(layer_id)
        if layer is None:
            self.layers[layer_id] = CostLayer.of(layer_id, units=entry.quantity, value=cost)
        elif self._is_pooled:
            self.layers[layer_id] = layer.add(entry.quantity, value=cost)
        else:
            raise refuse(entry, "id", entry.id, "a new one: a layer of that id is left")
        self.units += entry.quantity

    @property
    def _is_pooled(self) -> bool:
        return self.method in {ValuationMethod.AVERAGE, ValuationMethod.SPECIFIC}

    def _available(self, entry: IssueEntry) -> int:
        if self.method is not ValuationMethod.SPECIFIC:
            return self.units
        layer = self.layers.get(self._layer_of(entry.id, entry.lot))
        return layer.units if layer else 0

    def _layer_of(self, name: str, lot: LotId | None) -> str:
        match self.method:
            case ValuationMethod.FIFO | ValuationMethod.LIFO:
                return name
            case ValuationMethod.AVERAGE:
                return POOL
            case ValuationMethod.SPECIFIC:
                if lot is None:
                    raise FieldError(
                        owner="ValuationEntry", field="lot", got=lot, wanted="a lot, told by name"
                    )
                return str(lot)
            case _:
                assert_never(self.method)

    def _next(self, name: str, lot: LotId | None) -> str:
        if self.method is ValuationMethod.FIFO:
            return next(iter(self.layers))
        if self.method is ValuationMethod.LIFO:
            return next(reversed(self.layers))
        return self._layer_of(name, lot)

    def _check(self, amount: Money) -> None:
        if amount.currency is not self.currency:
            raise CurrencyMismatchError(left=self.currency, right=amount.currency)
