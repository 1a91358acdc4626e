"""Which sale a cancellation or a return takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.replenishment.cleaning._history import Finding, SalesHistory, TakenOff, Unmatched
from ecomkit.replenishment.cleaning._row import DemandRow, RowKind

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

NO_ORDER = "its order has no such sale, or too few units of it left"
NO_EARLIER_SALE = "this customer has bought too few units before"
NOBODY = "it names neither an order nor a customer"


class Matcher:
    """
    Finds the sales that rows take back, each unit once.

    A row that names its order (and line) is set against that order alone, the latest line first.
    Any other is set against earlier sales to the same customer: the latest of which exactly so
    many units are left, as orders are mostly cancelled whole; else the latest ones, over as many
    as it takes.
    """

    def __init__(self, history: SalesHistory) -> None:
        self._rows = history.rows
        self._left = list(history.left)
        self._of_order: dict[Hashable, list[int]] = {}
        self._of_customer: dict[Hashable, list[int]] = {}
        for place, row in enumerate(history.rows):
            if row.kind is RowKind.SALE:
                if row.order is not None:
                    self._of_order.setdefault(row.order, []).append(place)
                if row.customer is not None:
                    self._of_customer.setdefault(row.customer, []).append(place)

    def take_back(self, place: int, *, units: int) -> Iterator[Finding]:
        """Yield the sales that *units* of the row at *place* take back, and what is left over."""
        row = self._rows[place]
        sales, why = self._candidates(place, row, units=units)
        for sale in sales:
            taken = min(self._left[sale], units)
            if taken:
                self._left[sale] -= taken
                units -= taken
                yield TakenOff(
                    row=sale,
                    units=taken,
                    why=f"{self._rows[sale].explain()}: {row.kind.value} on {row.day}",
                    by=place,
                )
        if units:
            yield Unmatched(row=row, units=units, why=why)

    def _candidates(self, place: int, row: DemandRow, *, units: int) -> tuple[list[int], str]:
        if row.order is not None:
            sales = _latest_first(self._of_order, row.order)
            return [
                sale for sale in sales if row.line is None or row.line == self._rows[sale].line
            ], NO_ORDER
        if row.customer is None:
            return [], NOBODY
        known = self._of_customer.get(row.customer, [])
        # What is used up is never looked at again, however often a customer sends goods back.
        known[:] = [sale for sale in known if self._left[sale]]
        earlier = [sale for sale in reversed(known) if sale < place]
        exact = [sale for sale in earlier if self._left[sale] == units]
        return exact[:1] or earlier, NO_EARLIER_SALE


def _latest_first(index: Mapping[Hashable, list[int]], name: Hashable) -> list[int]:
    return index.get(name, [])[::-1]
