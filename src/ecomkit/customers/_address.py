"""Postal addresses, as they were given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, final

import attrs

from ecomkit._card_numbers import no_card_number
from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit._texts import personal_text, unshown
from ecomkit.timeline import utc

__all__ = ["Address", "AddressKind"]

COUNTRY_SHAPE = re.compile(r"[A-Z]{2}")


def _country(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not COUNTRY_SHAPE.fullmatch(value):
        raise refuse(
            instance, attribute.name, value, "an ISO 3166 alpha-2 code in capitals, such as FR"
        )


def _lines(text: Iterable[str]) -> tuple[str, ...]:
    # A lone text is an iterable of letters: it is left for the validator to refuse.
    return text if isinstance(text, str) else as_tuple(text)  # type: ignore[return-value]  # as said


class AddressKind(Enum):
    """What somebody uses an address for."""

    SHIPPING = "shipping"
    BILLING = "billing"


def _text_lines(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(str)(instance, attribute, value)
    no_card_number(instance, attribute, "\n".join(value))


@final
@attrs.frozen(kw_only=True)
class Address:
    """
    A postal address; nothing in it is corrected, abbreviated or put into another order.

    Only the country is checked, by shape, since tax and carriers hang on it; and no part may have
    a card number in it.

    >>> Address(lines=["1 rue de la Paix"], postal_code="75002", city="Paris", country="FR")
    Address(country='FR', kind=None)
    """

    recipient: str | None = attrs.field(
        default=None, repr=False, validator=optional(personal_text)
    )
    lines: tuple[str, ...] = attrs.field(
        default=(), repr=False, converter=_lines, validator=unshown(_text_lines)
    )
    """Street, house number, floor, company: the lines between recipient and city."""
    postal_code: str | None = attrs.field(
        default=None, repr=False, validator=optional(personal_text)
    )
    city: str | None = attrs.field(default=None, repr=False, validator=optional(personal_text))
    region: str | None = attrs.field(default=None, repr=False, validator=optional(personal_text))
    """State, province or department, as the channel writes it."""
    country: str = attrs.field(validator=unshown(_country))
    """ISO 3166-1 alpha-2 code, in capitals."""
    kind: AddressKind | None = attrs.field(
        default=None, validator=unshown(optional(is_a(AddressKind)))
    )
    """What it is used for; None if for all, or if nobody said."""
    since: datetime | None = attrs.field(
        default=None, repr=False, converter=attrs.converters.optional(utc)
    )
    """Since when somebody is there, where it is known (kept in UTC)."""
