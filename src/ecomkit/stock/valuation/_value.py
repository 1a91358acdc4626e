"""The value of a stock: the layers of cost that are left, one entry after the other."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.money import Currency, Money, Rounding, sum_money
from ecomkit.stock.valuation._draft import ValuationMethod, ValueDraft
from ecomkit.stock.valuation._entries import (
    IssueEntry,
    ReceiptEntry,
    ReturnEntry,
    RevaluationEntry,
)
from ecomkit.stock.valuation._layers import CostLayer, IssueCost

__all__ = ["StockValue", "draft_of"]


@final
@attrs.frozen(kw_only=True)
class StockValue:
    """
    What the units there are worth: the layers of cost that are left, in the order of arrival.

    It is all that the next entry needs, so that history is not replayed: keep it, and keep the
    :class:`IssueCost` of an issue for as long as its units may come back.

    Raises:
        FieldError: If two layers share an id.
        CurrencyMismatchError: If a layer is in another currency.

    >>> value = StockValue(method=ValuationMethod.AVERAGE, currency=Currency.EUR)
    >>> value = value.receive(ReceiptEntry(id="r1", quantity=3, cost=Money(1000, Currency.EUR)))
    >>> value, issue = value.issue(IssueEntry(id="s1", quantity=1))
    >>> print(issue.cost, value.total)
    3.33 EUR 6.67 EUR
    >>> value, issue = value.take_back(ReturnEntry(id="b1", issue="s1", quantity=1), issue=issue)
    >>> print(value.total)
    10.00 EUR
    """

    method: ValuationMethod = attrs.field(validator=is_a(ValuationMethod))
    currency: Currency = attrs.field(validator=is_a(Currency))
    rounding: Rounding = attrs.field(default=Rounding.HALF_EVEN, validator=is_a(Rounding))
    layers: tuple[CostLayer, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(CostLayer)
    )

    def __attrs_post_init__(self) -> None:
        if len({layer.id for layer in self.layers}) < len(self.layers):
            raise refuse(self, "layers", len(self.layers), "layers with ids of their own")
        # Refuses a layer in another currency.
        sum_money((layer.value for layer in self.layers), currency=self.currency)

    @property
    def units(self) -> int:
        """Units that are valued."""
        return sum(layer.units for layer in self.layers)

    @property
    def total(self) -> Money:
        """What they are worth together."""
        return sum_money((layer.value for layer in self.layers), currency=self.currency)

    def receive(self, entry: ReceiptEntry) -> StockValue:
        """
        Return the value after a receipt.

        Raises:
            FieldError: If a layer has the id of the entry, or a lot is missing.
            CurrencyMismatchError: If the cost is in another currency.
        """
        draft = draft_of(self)
        draft.receive(entry)
        return self._freeze(draft)

    def issue(self, entry: IssueEntry) -> tuple[StockValue, IssueCost]:
        """
        Return the value after an issue, and what the issue cost.

        Raises:
            FieldError: If a lot is missing where cost is kept by lots.
            IssueExceedsStockError: If fewer units are there.
        """
        draft = draft_of(self)
        cost = draft.issue(entry)
        return self._freeze(draft), cost

    def take_back(self, entry: ReturnEntry, *, issue: IssueCost) -> tuple[StockValue, IssueCost]:
        """
        Return the value after units of *issue* came back, and the issue after it.

        Raises:
            FieldError: If the entry names another issue.
            ReturnExceedsIssueError: If fewer units of the issue are out.
        """
        draft = draft_of(self)
        after = draft.take_back(entry, issue)
        return self._freeze(draft), after

    def revalue(self, entry: RevaluationEntry) -> StockValue:
        """
        Return the value after a revaluation.

        Raises:
            RevaluationExceedsValueError: If no units or too little value is there to bear it.
            CurrencyMismatchError: If the amount is in another currency.
        """
        draft = draft_of(self)
        draft.revalue(entry)
        return self._freeze(draft)

    def _freeze(self, draft: ValueDraft) -> StockValue:
        return attrs.evolve(self, layers=draft.layers.values())

    def explain(self) -> str:
        """Say what is left, layer by layer."""
        head = f"{self.method.value}: {self.units} units for {self.total}"
        return "\n".join([head, *(f"left: {layer.explain()}" for layer in self.layers)])


def draft_of(value: StockValue) -> ValueDraft:
    """Return a working copy of *value*."""
    return ValueDraft.of(
        value.layers, method=value.method, currency=value.currency, rounding=value.rounding
    )
