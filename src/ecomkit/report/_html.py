"""Text and figures as HTML: escaped, printable, grouped by thousands."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, TypeAlias

import attrs

from ecomkit._checks import refuse
from ecomkit.money import Money

__all__ = ["Cell", "Number", "cell", "is_figure", "is_number", "numbers", "text_of", "texts"]

Number: TypeAlias = int | Decimal
Cell: TypeAlias = str | int | Decimal | Money | date
"""What may stand in a table: figures are grouped by thousands and stand to the right."""


def text_of(text: str) -> str:
    r"""
    Return *text* so that HTML shows it as it is; what does not print becomes a blank.

    >>> text_of("<b>\x00 & 'so'")
    '&lt;b&gt;  &amp; &#x27;so&#x27;'
    """
    return escape("".join(letter if letter.isprintable() else " " for letter in text))


def is_number(value: object) -> bool:
    """Return whether *value* is a whole number or a finite Decimal; a bool is none."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def is_figure(value: Cell) -> bool:
    """Return whether *value* is set to the right in a table."""
    return not isinstance(value, (str, date))


def cell(value: Cell) -> str:
    """
    Return *value* as escaped text, figures grouped by thousands and never rounded.

    >>> from ecomkit.money import Currency
    >>> [cell(value) for value in (-12345, Decimal("1234.50"), Money(123456, Currency.GBP))]
    ['−12,345', '1,234.50', '1,234.56 GBP']
    >>> cell(datetime(2011, 12, 9, 12, 50))
    '2011-12-09 12:50'
    """
    if isinstance(value, Money):
        figure = f"{value.to_decimal():,f} {value.currency.value}"
    elif isinstance(value, Decimal):
        figure = f"{value:,f}"
    elif isinstance(value, int):
        figure = f"{value:,}"
    elif isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    elif isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    else:
        return text_of(value)
    return figure.replace("-", "−")


def texts(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a tuple with at least one text."""
    if not isinstance(value, tuple) or not value or not all(isinstance(t, str) for t in value):
        raise refuse(instance, attribute.name, value, "one text or more")


def numbers(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a tuple of whole numbers and finite Decimals."""
    if not isinstance(value, tuple) or not all(is_number(number) for number in value):
        raise refuse(instance, attribute.name, value, "whole numbers and finite Decimals")
