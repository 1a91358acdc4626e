"""
Texts that people write: not blank, without the number of a card, and not shown if personal.

A field with personal data has ``repr=False``, and its validator is wrapped in :func:`unshown`,
so that neither a log of a value nor an error's sentence names a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecomkit._card_numbers import no_card_number
from ecomkit._checks import is_text, refuse
from ecomkit.errors import FieldError

if TYPE_CHECKING:
    import attrs

    from ecomkit._checks import Validator

__all__ = ["free_text", "not_blank", "note", "personal_text", "unshown"]


def unshown(validator: Validator) -> Validator:
    """Return *validator* with errors that say what is wanted, but not what was got."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        try:
            validator(instance, attribute, value)
        except FieldError as error:
            wanted = error.wanted
        else:
            return
        # Raised here, not above: the first error, which shows the value, must not ride along.
        raise refuse(instance, attribute.name, f"({type(value).__name__}, not shown)", wanted)

    return check


def not_blank(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise refuse(instance, attribute.name, value, "a text that is not blank")


def note(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a text without a card number, an empty one too."""
    is_text(instance, attribute, value)
    no_card_number(instance, attribute, value)


def free_text(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a text with something in it and no card number."""
    not_blank(instance, attribute, value)
    no_card_number(instance, attribute, value)


personal_text = unshown(free_text)
"""Accept what :func:`free_text` accepts, without showing what it refuses."""
