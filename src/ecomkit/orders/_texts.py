"""Texts of an order: not blank, and where they may name a person, never shown."""

from __future__ import annotations

from typing import Any

import attrs

from ecomkit._checks import refuse

__all__ = ["not_blank", "not_blank_unshown", "text_unshown"]

NOT_BLANK = "a text that is not blank"


def not_blank(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise refuse(instance, attribute.name, value, NOT_BLANK)


def not_blank_unshown(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a text with something in it; an error does not say what was got."""
    if not isinstance(value, str) or not value.strip():
        raise refuse(instance, attribute.name, _kind_of(value), NOT_BLANK)


def text_unshown(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a text; an error does not say what was got."""
    if not isinstance(value, str):
        raise refuse(instance, attribute.name, _kind_of(value), "a str")


def _kind_of(value: object) -> str:
    return f"({type(value).__name__}, not shown)"
