"""
Valuation: what the units on the shelf are worth, and what each issue cost.

A second fold over the receipts and issues of one sku. It is exact: what came in is what left
and what is left, to the last minor unit, whatever the order and the splits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit.money import Currency, Rounding
from ecomkit.stock.valuation._draft import ValuationMethod
from ecomkit.stock.valuation._entries import ValuationEntry
from ecomkit.stock.valuation._history import ValueHistory, ValueRecorder
from ecomkit.stock.valuation._value import StockValue

__all__ = ["Valuation"]


@final
@attrs.frozen(kw_only=True)
class Valuation:
    """
    How the units of one sku are valued, at one location or over all.

    Args:
        method: Which cost leaves with a unit.
        currency: The currency of the books.
        rounding: What happens to parts of a minor unit when a layer is taken apart. It decides
            when a minor unit leaves, never whether: the last unit of a layer takes all that is
            left.

    >>> from ecomkit.money import Money
    >>> from ecomkit.stock.valuation import IssueEntry, ReceiptEntry
    >>> entries = [
    ...     ReceiptEntry(id="r1", quantity=10, cost=Money(5000, Currency.EUR)),
    ...     ReceiptEntry(id="r2", quantity=20, cost=Money(16000, Currency.EUR)),
    ...     IssueEntry(id="s1", quantity=15),
    ... ]
    >>> history = Valuation(method=ValuationMethod.FIFO, currency=Currency.EUR)(entries)
    >>> print(history.explain())
    first in, first out: 15 units for 120.00 EUR
    issue s1: 15 for 90.00 EUR (10 of r1 for 50.00 EUR, 5 of r2 for 40.00 EUR)
    left: 15 of r2 for 120.00 EUR
    >>> average = Valuation(method=ValuationMethod.AVERAGE, currency=Currency.EUR)(entries)
    >>> print(average.net_cost, average.value.total)
    105.00 EUR 105.00 EUR
    """

    method: ValuationMethod = attrs.field(validator=is_a(ValuationMethod))
    currency: Currency = attrs.field(validator=is_a(Currency))
    rounding: Rounding = attrs.field(default=Rounding.HALF_EVEN, validator=is_a(Rounding))

    def __call__(self, entries: Iterable[ValuationEntry], /) -> ValueHistory:
        """
        Return the value after *entries*, in their order, and the cost of every issue.

        Raises:
            FieldError: If two entries share an id, if a return names no earlier issue, or if a
                lot is missing where cost is kept by lots.
            IssueExceedsStockError: If more units leave than came in before.
            ReturnExceedsIssueError: If more units come back than were issued.
            RevaluationExceedsValueError: If a revaluation finds no units, or too little value.
            CurrencyMismatchError: If an amount is in another currency.
        """
        recorder = ValueRecorder.of(self.start())
        for entry in entries:
            recorder.enter(entry)
        return recorder.history()

    def start(self) -> StockValue:
        """
        Return the value of no units, to which entries are added one by one.

        >>> Valuation(method=ValuationMethod.FIFO, currency=Currency.EUR).start().units
        0
        """
        return StockValue(method=self.method, currency=self.currency, rounding=self.rounding)
