"""A packing slip as plain text, in the languages that it speaks."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, final
from unicodedata import combining, east_asian_width

import attrs

from ecomkit._checks import Validator, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecomkit.customers import Address
    from ecomkit.orders._packing_slip import PackingSlip

__all__ = ["ENGLISH_SLIP", "FRENCH_SLIP", "SlipLanguage", "slip_text"]

TITLE_WIDTH_MAX = 48
"""A longer title is cut, so that a line fits on a page."""

GAP = "  "


def _places(number: int) -> Validator:
    """Return a validator that accepts a text with so many places to fill in, written ``{}``."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, str) or value.count("{}") != number or _braces(value) != number:
            raise refuse(instance, attribute.name, value, f"a text with {number} times {{}}")

    return check


def _braces(text: str) -> int:
    return max(text.count("{"), text.count("}"))


@final
@attrs.frozen(kw_only=True)
class SlipLanguage:
    """
    What a packing slip says, in one language; another language is another value.

    *order* and *purchase_order* have one place for the name, *parcel* has two, for the name and
    the day; *day* is how a date is written, as for ``date.strftime``.

    Raises:
        FieldError: If a text is none, or has other places than those.
    """

    title: str = attrs.field(validator=_places(0))
    order: str = attrs.field(validator=_places(1))
    purchase_order: str = attrs.field(validator=_places(1))
    parcel: str = attrs.field(validator=_places(2))
    day: str = attrs.field(validator=_places(0))
    ship_to: str = attrs.field(validator=_places(0))
    message: str = attrs.field(validator=_places(0))
    item: str = attrs.field(validator=_places(0))
    sku: str = attrs.field(validator=_places(0))
    here: str = attrs.field(validator=_places(0))
    before: str = attrs.field(validator=_places(0))
    to_come: str = attrs.field(validator=_places(0))
    cancelled: str = attrs.field(validator=_places(0))
    ordered: str = attrs.field(validator=_places(0))


ENGLISH_SLIP: Final = SlipLanguage(
    title="PACKING SLIP",
    order="Order {}",
    purchase_order="Your reference {}",
    parcel="Parcel {}, shipped on {}",
    day="%Y-%m-%d",
    ship_to="Ship to",
    message="Message",
    item="Item",
    sku="SKU",
    here="In this parcel",
    before="Shipped before",
    to_come="To come",
    cancelled="Cancelled",
    ordered="Ordered",
)

FRENCH_SLIP: Final = SlipLanguage(
    title="BON DE LIVRAISON",
    order="Commande {}",
    purchase_order="Votre référence {}",
    parcel="Colis {}, expédié le {}",
    day="%d/%m/%Y",
    ship_to="Destinataire",
    message="Message",
    item="Article",
    sku="Référence",
    here="Dans ce colis",
    before="Déjà expédié",
    to_come="À suivre",
    cancelled="Annulé",
    ordered="Commandé",
)


def slip_text(slip: PackingSlip, *, language: SlipLanguage) -> str:
    """Return *slip* as plain text in *language*."""
    head = [language.title, language.order.format(slip.order)]
    if slip.purchase_order is not None:
        head.append(language.purchase_order.format(_one_line(slip.purchase_order)))
    day = slip.shipped_on.strftime(language.day)
    head.append(language.parcel.format(slip.parcel, day))
    blocks = [head]
    if slip.ship_to is not None:
        blocks.append([language.ship_to, *_indented(_address_lines(slip.ship_to))])
    blocks.append(_table(slip, language=language))
    message = [_one_line(line) for line in slip.message.splitlines()]
    if any(message):
        blocks.append([language.message, *_indented(message)])
    return "\n\n".join("\n".join(block) for block in blocks)


def _address_lines(address: Address) -> list[str]:
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    lines = [address.recipient, *address.lines, town, address.region, address.country]
    return [text for text in (_one_line(line or "") for line in lines) if text]


def _table(slip: PackingSlip, *, language: SlipLanguage) -> list[str]:
    lines = slip.lines
    before, to_come, cancelled = (
        [line.before for line in lines],
        [line.to_come for line in lines],
        [line.cancelled for line in lines],
    )
    columns = [
        [language.item, *(_cut(_one_line(line.title)) for line in lines)],
        [language.sku, *(line.sku for line in lines)],
        [language.here, *(str(line.here) for line in lines)],
        # A column that says nothing but 0 would only make a buyer wonder.
        *(
            [name, *map(str, numbers)]
            for name, numbers in (
                (language.before, before),
                (language.to_come, to_come),
                (language.cancelled, cancelled),
            )
            if any(numbers)
        ),
        [language.ordered, *(str(line.ordered) for line in lines)],
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
