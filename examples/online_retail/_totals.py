"""The other side of the reconciliation: sums straight from the file, apart from the stream."""

from __future__ import annotations

import csv
import lzma
from decimal import Decimal
from pathlib import Path
from typing import final

import attrs

from ._assumptions import Selection
from ._source import DATA, is_charge

__all__ = ["SourceTotals", "totals_of_source"]


@final
@attrs.frozen(kw_only=True)
class SourceTotals:
    """
    What the file itself says about a selection; amounts in units of the currency.

    *sold* sums the rows with a quantity and a price above zero; *taken_back* sums the rows of
    cancellations, below zero; *net* sums all rows, so ``net - sold - taken_back`` is what makes
    no sense. Units are those of products, charges apart; amounts hold both.
    """

    rows: int
    invoices: int
    sold_lines: int
    sold_units: int
    sold: Decimal
    taken_back_lines: int
    taken_back_units: int
    taken_back: Decimal
    net: Decimal


@attrs.define
class _Sums:
    has_product: bool = False
    rows: int = 0
    sold_lines: int = 0
    sold_units: int = 0
    sold: Decimal = Decimal(0)
    taken_back_lines: int = 0
    taken_back_units: int = 0
    taken_back: Decimal = Decimal(0)
    net: Decimal = Decimal(0)


def totals_of_source(selection: Selection, *, path: Path = DATA) -> SourceTotals:
    """
    Return the sums over the rows of *selection*, read from the file anew.

    An invoice belongs to it if one of its rows has a selected product; of its rows, those of
    selected products and the charges count.
    """
    invoices: dict[str, _Sums] = {}
    wanted: dict[str, bool] = {}
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for invoice, written, _, quantity_text, _, price, _, _ in rows:
            code = written.upper()
            charge = is_charge(code)
            if code not in wanted:
                wanted[code] = charge or selection.takes(code)
            if wanted[code]:
                sums = invoices.setdefault(invoice, _Sums())
                quantity = int(quantity_text)
                amount = quantity * Decimal(price)
                sums.has_product |= not charge
                sums.rows += 1
                sums.net += amount
                if invoice.startswith("C"):
                    sums.taken_back_lines += 1
                    sums.taken_back_units += 0 if charge else -quantity
                    sums.taken_back += amount
                elif quantity > 0 and amount > 0:
                    sums.sold_lines += 1
                    sums.sold_units += 0 if charge else quantity
                    sums.sold += amount
    chosen = [sums for sums in invoices.values() if sums.has_product or selection.is_everything]
    return SourceTotals(
        rows=sum(sums.rows for sums in chosen),
        invoices=len(chosen),
        sold_lines=sum(sums.sold_lines for sums in chosen),
        sold_units=sum(sums.sold_units for sums in chosen),
        sold=sum((sums.sold for sums in chosen), Decimal(0)),
        taken_back_lines=sum(sums.taken_back_lines for sums in chosen),
        taken_back_units=sum(sums.taken_back_units for sums in chosen),
        taken_back=sum((sums.taken_back for sums in chosen), Decimal(0)),
        net=sum((sums.net for sums in chosen), Decimal(0)),
    )
