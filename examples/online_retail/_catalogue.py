"""What the shop sells in the year: the products of a selection, as its listings name them."""

from __future__ import annotations

import csv
import lzma
from datetime import date
from pathlib import Path
from typing import final

import attrs

from ecomkit.identifiers import Sku

from ._assumptions import Selection
from ._source import DATA, is_charge

__all__ = ["Catalogue"]


@final
@attrs.frozen(kw_only=True)
class Catalogue:
    """The products that are sold at a price at least once, each with its first description."""

    descriptions: dict[Sku, str]
    first: date
    last: date

    @classmethod
    def of(cls, selection: Selection, *, path: Path = DATA) -> Catalogue:
        """Return the products of *selection*, and the first and the last day of the file."""
        found: dict[str, str] = {}
        wanted: dict[str, bool] = {}
        minute = first = ""
        with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            for invoice, written, description, quantity, minute, price, _, _ in rows:
                first = first or minute
                code = written.upper()
                if code not in wanted:
                    wanted[code] = not is_charge(code) and selection.takes(code)
                if wanted[code] and code not in found and _is_sale(invoice, quantity, price):
                    found[code] = description
        return cls(
            descriptions={Sku(code): name for code, name in sorted(found.items())},
            first=_day(first),
            last=_day(minute),
        )


def _day(minute: str) -> date:
    return date.fromisoformat(minute[:10])


def _is_sale(invoice: str, quantity: str, price: str) -> bool:
    signed = quantity.startswith("-") or price.startswith("-")
    return not signed and invoice[0] not in "AC" and quantity != "0" and price.strip("0.") != ""
