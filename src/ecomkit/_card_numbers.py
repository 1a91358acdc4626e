"""
Card numbers: found in any text, so that no text with one is kept.

Whoever keeps the number of a payment card falls under PCI DSS (requirement 3), and needs it for
nothing: the payment has a reference of its own. Buyers and staff type it into notes all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ecomkit._checks import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    import attrs

__all__ = ["contains_card_number", "no_card_number"]

GROUPED_MIN = 13
"""The fewest digits of a card number, where they are written in groups."""
SOLID_MIN = 15
"""The fewest in one piece: 13 and 14 digits are a GTIN, a SIRET or the id of some system."""
LENGTH_MAX = 19

GROUP_FIRST = 4
"""All brands print a group of four first; order numbers (3-7-7), GTIN (1-6-6) and SIRET do not."""
GROUP_MAX = 6

# First digits (from, to) and lengths of the numbers that a brand hands out, by its own rules and
# ISO/IEC 7812-1. Maestro's other ranges are left out: they would cover a tenth of all numbers.
_BRANDS: tuple[tuple[tuple[tuple[str, str], ...], frozenset[int]], ...] = (
    ((("4", "4"),), frozenset({13, 16, 19})),  # Visa
    ((("51", "55"), ("2221", "2720")), frozenset({16})),  # Mastercard
    ((("34", "34"), ("37", "37")), frozenset({15})),  # American Express
    ((("6011", "6011"), ("644", "649"), ("65", "65")), frozenset({16, 19})),  # Discover
    (
        (("300", "305"), ("3095", "3095"), ("36", "36"), ("38", "39")),
        frozenset({14, 16}),
    ),  # Diners
    ((("3528", "3589"),), frozenset({16, 19})),  # JCB
    ((("62", "62"),), frozenset({16, 17, 18, 19})),  # UnionPay
    ((("2200", "2204"),), frozenset({16, 17, 18, 19})),  # Mir
    (
        (
            ("5018", "5018"),
            ("5020", "5020"),
            ("5038", "5038"),
            ("5893", "5893"),
            ("6304", "6304"),
            ("6759", "6759"),
            ("6761", "6763"),
        ),
        frozenset(range(13, 20)),
    ),  # Maestro
)

# Blanks and dashes of every kind; at most three between two digits. \d are the digits of any script.
_GAP = r"[\s\-\u2010-\u2015\u2212]"
_GAPS = re.compile(f"{_GAP}+")
# What most texts have not is looked for first, and in ASCII, where that is fastest.
_ENOUGH = re.compile(rf"\d(?:{_GAP}{{0,3}}\d){{{GROUPED_MIN - 1}}}")
_ENOUGH_ASCII = re.compile(rf"[0-9](?:[\s\-]{{0,3}}[0-9]){{{GROUPED_MIN - 1}}}")
_RUN = re.compile(rf"(?:(?<![^\W_])([A-Za-z]{{2}}))?(\d+(?:{_GAP}{{1,3}}\d+)*)")
IBAN_CHECK_DIGITS = 2


def contains_card_number(text: str) -> bool:
    """
    Return whether *text* has the number of a payment card in it.

    A card number has 15 to 19 digits in one piece, or 13 to 19 in groups of at most six of which
    the first has four, with blanks or dashes between. Its first digits and its length are a
    brand's (Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay, Mir, Maestro),
    and its last digit is right (Luhn, ISO/IEC 7812-1 annex B). An IBAN is none.

    Of random digits in one piece none are taken for a card number up to 14 digits, 2 in 1000 of
    15, 27 in 1000 of 16 and 13 in 1000 of 19; so GTIN and the numbers of orders pass.

    >>> contains_card_number("please use 4111 1111 1111 1111 instead")
    True
    >>> contains_card_number("order 405-1234567-1234567, GTIN 4006381333931")
    False
    """
    enough = _ENOUGH_ASCII if text.isascii() else _ENOUGH
    return enough.search(text) is not None and any(map(_is_card_number, _candidates(text)))


def no_card_number(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """
    Accept any text without a card number in it, and whatever is no text.

    The error does not show the text: :func:`contains_card_number` says what a card number is.
    """
    if isinstance(value, str) and contains_card_number(value):
        raise refuse(instance, attribute.name, "(not shown)", "a text without a card number")


def _candidates(text: str) -> Iterator[str]:
    """Yield the digits of all that is written as a card number may be."""
    for letters, run in _RUN.findall(text):
        groups = [_ascii(group) for group in _GAPS.split(run)]
        if letters and len(groups[0]) == IBAN_CHECK_DIGITS:
            continue
        for start, first in enumerate(groups):
            if SOLID_MIN <= len(first) <= LENGTH_MAX:
                yield first
            if len(first) == GROUP_FIRST:
                yield from _joined(groups[start:])


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def _joined(groups: list[str]) -> Iterator[str]:
    digits = ""
    for group in groups:
        digits += group
        if len(group) > GROUP_MAX or len(digits) > LENGTH_MAX:
            return
        if len(digits) >= GROUPED_MIN:
            yield digits


def _is_card_number(digits: str) -> bool:
    return any(
        len(digits) in lengths and any(low <= digits[: len(low)] <= high for low, high in ranges)
        for ranges, lengths in _BRANDS
    ) and _passes_luhn(digits)


def _passes_luhn(digits: str) -> bool:
    """Double every second digit from the right; the digits of all results add up to tens."""
    plain = sum(map(int, digits[-1::-2]))
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (plain + doubled) % 10 == 0
