"""Single cells: what they spell, and how values are spelt in them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TypeAlias

from ecomkit.adapters.csv._dialect import CsvDialect
from ecomkit.errors import shown
from ecomkit.money import Currency, Money, parse_decimal
from ecomkit.timeline import instant_at, utc

__all__ = [
    "Cell",
    "amount_of",
    "currency_of",
    "date_of",
    "moment_of",
    "named",
    "quantity_of",
    "spell",
    "tidy",
    "unescape",
    "units_of",
    "word",
]

Cell: TypeAlias = "str | int | Money | date | None"
"""What a cell can be written of. Only text can be a formula, so only text is escaped."""

SYMBOLS = {"€": Currency.EUR, "£": Currency.GBP, "$": Currency.USD, "¥": Currency.JPY}
AMOUNT_LENGTH_MAX = 60
WHOLE_DIGITS_MAX = 15

# What a spreadsheet program would run: a sign of a formula after nothing but blanks, or a
# control character that makes it look further. Our own mark, an apostrophe, stands before it.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,}")
_NUMBER = re.compile(r"[-−]?[0-9].*[0-9]|[-−]?[0-9]")


def tidy(text: str) -> str:
    """Return *text* with single blanks, and none around it."""
    return " ".join(text.split())


def named(text: str) -> str:
    """
    Return the name in *text*, with single blanks.

    A long number that a spreadsheet program has shortened names a thousand things at once.

    >>> named(" A  1 ")
    'A 1'
    >>> named("4,03659E+12")
    Traceback (most recent call last):
        ...
    ValueError: a number that a spreadsheet program has shortened: '4,03659E+12'
    """
    plain = tidy(text)
    if _SHORTENED.fullmatch(plain):
        raise ValueError(f"a number that a spreadsheet program has shortened: {shown(plain)}")
    return plain


def word(text: str) -> str:
    """Return *text* as words are compared: without regard to capitals and blanks."""
    return tidy(text).casefold()


def unescape(text: str) -> str:
    """
    Return *text* without the apostrophe that keeps it from being a formula.

    >>> unescape("'=1+1"), unescape("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text[:1] == "'" and _FORMULA.match(text, 1) else text


def spell(cell: Cell, *, dialect: CsvDialect) -> str:
    """
    Return how *cell* is written; text that would be a formula gets an apostrophe in front.

    >>> from ecomkit.adapters.csv import FRENCH
    >>> [spell(cell, dialect=FRENCH) for cell in (-5, Money(-1990, Currency.EUR), "-5", None)]
    ['-5', '-19,90', "'-5", '']
    """
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return str(cell.to_decimal()).replace(".", dialect.decimal_mark)
    if isinstance(cell, date):
        return cell.strftime(dialect.day)
    if isinstance(cell, int):
        return str(cell)
    if "\0" in cell:
        raise ValueError(f"a NUL character in {shown(cell)}")
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _decimal_text(text: str, dialect: CsvDialect) -> str:
    """Return the number in *text* as the strict grammar of amounts spells it."""
    mark = dialect.decimal_mark
    sign = "-" if text[:1] in "-−" else ""
    whole, point, places = text.removeprefix("−").removeprefix("-").partition(mark)
    marks = {
        character for character in whole if not character.isascii() or not character.isdigit()
    }
    if marks:
        [between, *more] = sorted(marks)
        groups = whole.split(between)
        thirds = all(len(group) == 3 for group in groups[1:])  # noqa: PLR2004 (a thousand)
        if more or between not in dialect.grouping or not thirds or not 0 < len(groups[0]) <= 3:  # noqa: PLR2004 (as above)
            raise ValueError(f"not a number with {mark!r} before its decimals: {shown(text)}")
        whole = "".join(groups)
    if point and not places:
        raise ValueError(f"not a number with {mark!r} before its decimals: {shown(text)}")
    # A long number may be padded with zeros; the grammar sees to the rest.
    return f"{sign}{whole}{'.' if point else ''}{places}"


def amount_of(text: str, *, currency: Currency | None, dialect: CsvDialect) -> Money | None:
    """
    Return the money in *text*; None where no currency is known and only the spelling is judged.

    A currency beside the number, as a code or a sign, has to be the one expected.

    >>> from ecomkit.adapters.csv import FRENCH
    >>> amount_of("1\u202f234,56 €", currency=Currency.EUR, dialect=FRENCH)
    Money(123456, Currency.EUR)
    """
    text = text.strip()
    found = _NUMBER.search(text) if len(text) <= AMOUNT_LENGTH_MAX else None
    if found is None:
        raise ValueError(f"not an amount: {shown(text)}")
    beside = text[: found.start()].strip() + text[found.end() :].strip()
    number = _decimal_text(found[0], dialect)
    if beside:
        named = SYMBOLS.get(beside) or Currency.parse(beside)
        if currency is not None and named is not currency:
            raise ValueError(f"in {named.value}, and {currency.value} was expected")
    if currency is None:
        parse_decimal(number)
        return None
    return Money.parse(number, currency)


def currency_of(text: str) -> Currency:
    """Return the currency that a code or a sign names."""
    text = text.strip()
    return SYMBOLS.get(text) or Currency.parse(text.upper())


def quantity_of(text: str, *, dialect: CsvDialect) -> int:
    """Return the whole number in *text*, which may have zeros as its decimals."""
    value = parse_decimal(_decimal_text(text.strip(), dialect))
    if value != int(value):
        raise ValueError(f"not a whole number: {shown(text)}")
    return int(value)


def units_of(text: str, *, dialect: CsvDialect) -> int:
    """Return the number of units in *text*: 1 or more."""
    value = quantity_of(text, dialect=dialect)
    if value < 1:
        raise ValueError(f"not 1 unit or more: {shown(text)}")
    return value


def _wall(text: str, formats: tuple[str, ...]) -> tuple[datetime, str]:
    plain = tidy(text)
    # Digits of other scripts are digits to strptime.
    if all(character.isascii() or not character.isdigit() for character in plain):
        for known in formats:
            try:
                if "%z" in known:
                    return datetime.strptime(plain, known), known  # noqa: DTZ007 (it has %z)
                return datetime.strptime(plain, known).replace(tzinfo=UTC), known
            except ValueError:
                continue
    raise ValueError(f"not a date as in {', '.join(formats)}: {shown(text)}")


def moment_of(text: str, *, dialect: CsvDialect) -> datetime:
    """
    Return the instant that *text* spells on the clocks of the dialect's zone.

    >>> from ecomkit.adapters.csv import FRENCH
    >>> moment_of("24/12/2025 14:05", dialect=FRENCH)
    datetime.datetime(2025, 12, 24, 13, 5, tzinfo=datetime.timezone.utc)
    """
    wall, known = _wall(text, dialect.dates)
    if "%z" in known:
        return utc(wall)
    return instant_at(wall.date(), time=wall.time(), zone=dialect.zone)


def date_of(text: str, *, dialect: CsvDialect) -> date:
    """Return the date without a time that *text* spells."""
    return _wall(text, (dialect.day,))[0].date()
