"""How a spreadsheet spells things: delimiter, encoding, numbers, dates."""

from __future__ import annotations

import codecs
import re
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_text, optional, refuse
from ecomkit.timeline import time_zone

__all__ = ["BLANKS", "ENGLISH", "FRENCH", "CsvDialect"]

BLANKS = " \u00a0\u2009\u202f"
"""The blanks that stand between groups of digits: also those that do not break a line."""

DELIMITERS = (";", ",", "\t", "|")
# What depends on the language of the machine (month names) or guesses (%c, %x) is not taken.
_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
_KNOWN = frozenset("dmYyHMSfz%")


def _one_of(*wanted: str) -> Any:
    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value not in wanted:
            raise refuse(instance, attribute.name, value, f"one of {wanted}")

    return check


def _text_encoding(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_text(instance, attribute, value)
    try:
        "1;\n".encode(value).decode(value)
        codecs.getincrementaldecoder(value)
    except (LookupError, ValueError):
        raise refuse(instance, attribute.name, value, "the name of a text encoding") from None


def _grouping(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_text(instance, attribute, value)
    if any(character.isalnum() or character in "-+\r\n" for character in value):
        raise refuse(instance, attribute.name, value, "marks, neither digits nor letters")


def _formats(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(str)(instance, attribute, value)
    for text in value:
        found = _DIRECTIVE.findall(text)
        if not {*found} <= _KNOWN or not {"d", "m"} <= {*found} or len({*found}) != len(found):
            wanted = "date formats of %d %m %Y %y %H %M %S %f %z, each once"
            raise refuse(instance, attribute.name, text, wanted)
    if not value:
        raise refuse(instance, attribute.name, value, "one date format or more")


def _day_format(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_text(instance, attribute, value)
    if sorted(_DIRECTIVE.findall(value)) != ["Y", "d", "m"]:
        raise refuse(instance, attribute.name, value, "a date format of %d, %m and %Y")


def _known_zone(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_text(instance, attribute, value)
    time_zone(value)


@final
@attrs.frozen(kw_only=True)
class CsvDialect:
    """
    How one kind of sheet spells things.

    Args:
        zone: Whose clocks its times are read on, an IANA name. Of a time that passes twice the
            first one is meant; a time that clocks jump over is read as the jump.
        delimiter: What stands between cells. None: on reading the one with which the header is
            found, on writing a semicolon where the decimal mark is a comma, else a comma.
        encoding: None: on reading a byte order mark decides, then UTF-8, then Windows-1252; on
            writing UTF-8 with a byte order mark, which spreadsheet programs need.
        decimal_mark: What stands before the cents.
        grouping: What may stand between groups of three digits, each of its characters.
        dates: How dates and times are spelt, tried in this order. One with ``%z`` needs no zone.
        day: How a date without a time is written.

    >>> FRENCH.decimal_mark, ENGLISH.decimal_mark
    (',', '.')
    """

    zone: str = attrs.field(validator=_known_zone)
    delimiter: str | None = attrs.field(default=None, validator=optional(_one_of(*DELIMITERS)))
    encoding: str | None = attrs.field(default=None, validator=optional(_text_encoding))
    decimal_mark: str = attrs.field(default=".", validator=_one_of(".", ","))
    grouping: str = attrs.field(default=BLANKS, validator=_grouping)
    dates: tuple[str, ...] = attrs.field(
        default=("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"),
        converter=as_tuple,
        validator=_formats,
    )
    day: str = attrs.field(default="%Y-%m-%d", validator=_day_format)

    def __attrs_post_init__(self) -> None:
        if self.decimal_mark in self.grouping:
            raise refuse(self, "grouping", self.grouping, "marks besides the decimal mark")

    @property
    def delimiters(self) -> tuple[str, ...]:
        """The delimiters that a file may have, the likeliest first."""
        return DELIMITERS if self.delimiter is None else (self.delimiter,)

    @property
    def written_delimiter(self) -> str:
        """The delimiter that is written."""
        return self.delimiter or (";" if self.decimal_mark == "," else ",")

    @property
    def written_encoding(self) -> str:
        """The encoding that is written."""
        return self.encoding or "utf-8-sig"


FRENCH = CsvDialect(
    zone="Europe/Paris",
    decimal_mark=",",
    dates=(
        "%d/%m/%Y %H:%M:%S",
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y à %H:%M",
        "%d/%m/%Y",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d",
    ),
    day="%d/%m/%Y",
)
"""Sheets of French programs: ``1 234,56 €``, ``24/12/2025 14:05`` on the clocks of Paris."""

ENGLISH = CsvDialect(zone="UTC", grouping=BLANKS + ",")
"""Sheets with ``1,234.56`` and ISO dates, in UTC unless they say otherwise."""
