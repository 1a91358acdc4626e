"""
GTIN: the number under a barcode (GS1 General Specifications, section 7.9 for the check digit).

A GTIN has 8, 12, 13 or 14 digits, and a shorter one padded with zeros to a longer length is the
same number: a UPC-A scanned as EAN-13 gains a leading zero and names the same item. GS1 leaves
the prefixes unassigned on which a padded GTIN-8 would meet a longer number, so comparing all of
them as 14 digits is exact.
"""

from __future__ import annotations

from typing import Any, Self, final

import attrs

from ecomkit.errors import InputError, shown

__all__ = [
    "Gtin",
    "GtinCharacterError",
    "GtinCheckDigitError",
    "GtinError",
    "GtinLengthError",
    "GtinZeroError",
    "check_digit",
]

LENGTHS = (8, 12, 13, 14)
CANONICAL_LENGTH = 14


@attrs.frozen(kw_only=True)
class GtinError(InputError):
    """Raised when a text is no GTIN; the subclasses say why."""

    raw: object


@attrs.frozen(kw_only=True)
class GtinCharacterError(GtinError):
    """Raised when a text has anything but the digits 0 to 9."""

    @property
    def message(self) -> str:
        """What was got, and which characters are taken."""
        return f"a GTIN is a text of the digits 0 to 9 only, got {shown(self.raw)}"


@attrs.frozen(kw_only=True)
class GtinLengthError(GtinError):
    """Raised when a text of digits is too short, too long or between two lengths."""

    length: int

    @property
    def message(self) -> str:
        """How many digits there are, and how many there may be."""
        return (
            f"a GTIN has 8, 12, 13 or 14 digits, got {self.length} in {shown(self.raw)}; "
            f"a spreadsheet may have dropped leading zeros"
        )


@attrs.frozen(kw_only=True)
class GtinZeroError(GtinError):
    """Raised when all digits are zero: the check digit fits, but nothing has that number."""

    @property
    def message(self) -> str:
        """What was got, and what to do."""
        return f"a GTIN is not all zeros, got {shown(self.raw)}; leave it out if there is none"


@attrs.frozen(kw_only=True)
class GtinCheckDigitError(GtinError):
    """Raised when the last digit does not fit the others: a typing or reading error."""

    found: int
    expected: int

    @property
    def message(self) -> str:
        """The digit found and the digit that the others ask for."""
        return (
            f"the check digit of {shown(self.raw)} is {self.found}, but its other digits ask "
            f"for {self.expected}; read the number again"
        )


def _is_digits(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit()


def check_digit(body: str) -> int:
    """
    Return the check digit that belongs after *body*, a GTIN without its last digit.

    From the right, the digits weigh 3, 1, 3, 1, ...; the check digit lifts their sum to the next
    multiple of ten. Padding *body* with zeros on the left does not change it.

    Raises:
        GtinCharacterError: If *body* is not a text of the digits 0 to 9.

    >>> check_digit("400638133393")
    1
    """
    if not _is_digits(body):
        raise GtinCharacterError(raw=body)
    odd_sum = sum(int(digit) for digit in body[-1::-2])
    even_sum = sum(int(digit) for digit in body[-2::-2])
    return -(3 * odd_sum + even_sum) % 10


def _fault(text: object) -> GtinError | None:
    if not isinstance(text, str) or not _is_digits(text):
        return GtinCharacterError(raw=text)
    if len(text) not in LENGTHS:
        return GtinLengthError(raw=text, length=len(text))
    if int(text) == 0:
        return GtinZeroError(raw=text)
    found, expected = int(text[-1]), check_digit(text[:-1])
    if found != expected:
        return GtinCheckDigitError(raw=text, found=found, expected=expected)
    return None


def _valid(_instance: object, _attribute: attrs.Attribute[Any], value: object) -> None:
    fault = _fault(value)
    if fault is not None:
        raise fault


def _padded(text: str) -> str:
    return text.zfill(CANONICAL_LENGTH)


@final
@attrs.frozen(kw_only=True, order=True)
class Gtin:
    """
    A Global Trade Item Number (EAN, UPC, JAN, ITF-14); equal and sorted across paddings.

    A text of 8 digits is read as a GTIN-8, never expanded as a UPC-E.

    >>> Gtin.parse("036000291452") == Gtin.parse("00036000291452")
    True
    >>> print(Gtin.parse("036000291452"))
    036000291452
    """

    text: str = attrs.field(validator=_valid, eq=_padded)
    """The digits as they were given, for printing."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read *text* strictly: digits only, no blanks and no hyphens.

        Raises:
            GtinCharacterError: If there is anything but the digits 0 to 9.
            GtinLengthError: If there are not 8, 12, 13 or 14 of them.
            GtinZeroError: If all of them are zero.
            GtinCheckDigitError: If the last does not fit the others.

        >>> Gtin.parse("4006381333932")
        Traceback (most recent call last):
            ...
        ecomkit.catalog._gtin.GtinCheckDigitError: the check digit of '4006381333932' is 2, but ...
        """
        return cls(text=text)

    @property
    def canonical(self) -> str:
        """
        The number as 14 digits: equal for equal GTINs.

        >>> Gtin.parse("96385074").canonical
        '00000096385074'
        """
        return _padded(self.text)

    def __str__(self) -> str:
        return self.text
