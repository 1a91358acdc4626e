"""A packing slip as plain text, in the languages that it speaks."""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ecomkit.customers import Address
    from ecomkit.orders._packing_slip import PackingSlip

__all__ = ["Language", "slip_text"]

TITLE_WIDTH_MAX = 48
"""A longer title is cut, so that a line fits on a page."""

GAP = "  "


class Language(Enum):
    """A language that buyers are written to in; the value is its ISO 639-1 code."""

    ENGLISH = "en"
    FRENCH = "fr"


WORDS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        Language.ENGLISH: MappingProxyType(
            {
                "title": "PACKING SLIP",
                "order": "Order {}",
                "purchase_order": "Your reference {}",
                "parcel": "Parcel {}, shipped on {}",
                "day": "%Y-%m-%d",
                "ship_to": "Ship to",
                "message": "Message",
                "item": "Item",
                "sku": "SKU",
                "here": "In this parcel",
                "before": "Shipped before",
                "to_come": "To come",
                "cancelled": "Cancelled",
                "ordered": "Ordered",
            }
        ),
        Language.FRENCH: MappingProxyType(
            {
                "title": "BON DE LIVRAISON",
                "order": "Commande {}",
                "purchase_order": "Votre référence {}",
                "parcel": "Colis {}, expédié le {}",
                "day": "%d/%m/%Y",
                "ship_to": "Destinataire",
                "message": "Message",
                "item": "Article",
                "sku": "Référence",
                "here": "Dans ce colis",
                "before": "Déjà expédié",
                "to_come": "À suivre",
                "cancelled": "Annulé",
                "ordered": "Commandé",
            }
        ),
    }
)


def slip_text(slip: PackingSlip, *, language: Language) -> str:
    """Return *slip* as plain text in *language*."""
    words = WORDS[language]
    head = [
        words["title"],
        words["order"].format(slip.order),
        words["parcel"].format(slip.parcel, slip.shipped_on.strftime(words["day"])),
    ]
    if slip.purchase_order is not None:
        head.insert(2, words["purchase_order"].format(_one_line(slip.purchase_order)))
    blocks = [head]
    if slip.ship_to is not None:
        blocks.append([words["ship_to"], *_indented(_address_lines(slip.ship_to))])
    blocks.append(_table(slip, words=words))
    message = [_one_line(line) for line in slip.message.splitlines()]
    if any(message):
        blocks.append([words["message"], *_indented(message)])
    return "\n\n".join("\n".join(block) for block in blocks)


def _address_lines(address: Address) -> list[str]:
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    lines = [address.recipient, *address.lines, town, address.region, address.country]
    return [text for text in (_one_line(line or "") for line in lines) if text]


def _table(slip: PackingSlip, *, words: Mapping[str, str]) -> list[str]:
    # A column that says nothing but 0 would only make a buyer wonder.
    numbers = {
        "here": [line.here for line in slip.lines],
        "before": [line.before for line in slip.lines],
        "to_come": [line.to_come for line in slip.lines],
        "cancelled": [line.cancelled for line in slip.lines],
        "ordered": [line.ordered for line in slip.lines],
    }
    columns = [
        [words["item"], *(_cut(_one_line(line.title)) for line in slip.lines)],
        [words["sku"], *(line.sku for line in slip.lines)],
        *(
            [words[name], *map(str, column)]
            for name, column in numbers.items()
            if name in {"here", "ordered"} or any(column)
        ),
    ]
    widths = [max(map(_width, column)) for column in columns]
    return [_row(cells, widths) for cells in zip(*columns, strict=True)]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    texts, numbers = cells[:2], cells[2:]
    padded = [
        text + " " * (width - _width(text)) for text, width in zip(texts, widths, strict=False)
    ]
    padded += [
        " " * (width - _width(number)) + number
        for number, width in zip(numbers, widths[2:], strict=True)
    ]
    return GAP.join(padded)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"{GAP}{line}".rstrip() for line in lines]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cut(text: str) -> str:
    if _width(text) <= TITLE_WIDTH_MAX:
        return text
    ends = list(accumulate(map(_width, text)))
    return f"{text[: bisect_left(ends, TITLE_WIDTH_MAX)]}…"


def _width(text: str) -> int:
    """Return how many columns *text* takes: wide characters two, combining ones none."""
    return sum(
        0 if combining(character) else 1 + (east_asian_width(character) in "WF")
        for character in text
    )
