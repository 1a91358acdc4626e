"""Postal addresses, as they were given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, each, optional, refuse
from ecomkit.customers._personal import not_blank, unshown

__all__ = ["Address"]

COUNTRY_SHAPE = re.compile(r"[A-Z]{2}")


def _country(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not COUNTRY_SHAPE.fullmatch(value):
        raise refuse(
            instance, attribute.name, value, "an ISO 3166 alpha-2 code in capitals, such as FR"
        )


def _lines(text: Iterable[str]) -> tuple[str, ...]:
    # A lone text is an iterable of letters: it is left for the validator to refuse.
    return text if isinstance(text, str) else as_tuple(text)  # type: ignore[return-value]  # as said


@final
@attrs.frozen(kw_only=True)
class Address:
    """
    A postal address; nothing in it is corrected, abbreviated or put into another order.

    Only the country is checked, by shape, since tax and carriers hang on it.

    >>> Address(lines=["1 rue de la Paix"], postal_code="75002", city="Paris", country="FR")
    Address(country='FR')
    """

    recipient: str | None = attrs.field(
        default=None, repr=False, validator=unshown(optional(not_blank))
    )
    lines: tuple[str, ...] = attrs.field(
        default=(), repr=False, converter=_lines, validator=unshown(each(str))
    )
    """Street, house number, floor, company: the lines between recipient and city."""
    postal_code: str | None = attrs.field(
        default=None, repr=False, validator=unshown(optional(not_blank))
    )
    city: str | None = attrs.field(
        default=None, repr=False, validator=unshown(optional(not_blank))
    )
    region: str | None = attrs.field(
        default=None, repr=False, validator=unshown(optional(not_blank))
    )
    """State, province or department, as the channel writes it."""
    country: str = attrs.field(validator=unshown(_country))
    """ISO 3166-1 alpha-2 code, in capitals."""
