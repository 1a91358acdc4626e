"""What a page says in words and figures: paragraphs, lists, tiles and tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.money import Money
from ecomkit.report._html import Cell, cell, is_figure, is_number, text_of, texts

__all__ = ["Fact", "Facts", "Items", "Table", "Text", "Tone"]


def _cell(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, (str, date, Money)) and not is_number(value):
        wanted = "a text, a whole number, a finite Decimal, money or a date"
        raise refuse(instance, attribute.name, value, wanted)


def _cells(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(tuple)(instance, attribute, value)
    for row in value:
        for one in row:
            _cell(instance, attribute, one)


class Tone(Enum):
    """Whether a fact is good news."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"


@final
@attrs.frozen(kw_only=True)
class Text:
    """
    Paragraphs of plain text; no markup, all of it is escaped.

    >>> Text(paragraphs=["Fish & chips."]).html()
    '<p>Fish &amp; chips.</p>'
    """

    paragraphs: tuple[str, ...] = attrs.field(converter=as_tuple, validator=texts)

    def html(self) -> str:
        """Return the paragraphs."""
        return "\n".join(f"<p>{text_of(text)}</p>" for text in self.paragraphs)


@final
@attrs.frozen(kw_only=True)
class Items:
    """A list of sentences, one under the other, such as assumptions or advices."""

    items: tuple[str, ...] = attrs.field(converter=as_tuple, validator=texts)

    def html(self) -> str:
        """Return the list."""
        items = "\n".join(f"<li>{text_of(item)}</li>" for item in self.items)
        return f"<ul>\n{items}\n</ul>"


@final
@attrs.frozen(kw_only=True)
class Fact:
    """
    One figure that is read first: *label*, *value* and, small below it, a *note*.

    The tone is shown by colour and by a word for those who do not see it.
    """

    label: str = attrs.field(validator=is_a(str))
    value: Cell = attrs.field(validator=_cell)
    note: str = attrs.field(default="", validator=is_a(str))
    tone: Tone = attrs.field(default=Tone.NEUTRAL, validator=is_a(Tone))

    def html(self) -> str:
        """Return the tile."""
        said = {Tone.NEUTRAL: "", Tone.GOOD: " (good)", Tone.BAD: " (needs attention)"}[self.tone]
        spoken = f'<span class="spoken">{said}</span>' if said else ""
        note = f'<dd class="note">{text_of(self.note)}</dd>' if self.note else ""
        return (
            f'<div class="tile {self.tone.value}"><dt>{text_of(self.label)}</dt>'
            f'<dd class="value">{cell(self.value)}{spoken}</dd>{note}</div>'
        )


@final
@attrs.frozen(kw_only=True)
class Facts:
    """Tiles with the figures that matter most, side by side."""

    facts: tuple[Fact, ...] = attrs.field(converter=as_tuple, validator=each(Fact))

    def html(self) -> str:
        """Return the tiles."""
        tiles = "\n".join(fact.html() for fact in self.facts)
        return f'<dl class="tiles">\n{tiles}\n</dl>'


def _rows(rows: Iterable[Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(as_tuple(row) for row in rows) if isinstance(rows, Iterable) else rows


@final
@attrs.frozen(kw_only=True)
class Table:
    """
    A table with a title, headers and rows; the first column names the row.

    Raises:
        FieldError: If a row has more or fewer cells than there are headers, or a cell is
            neither text, whole number, finite Decimal, money nor date.

    >>> table = Table(title="Reasons", headers=["reason", "rows"], rows=[("no price", 1179)])
    >>> print(table.html().splitlines()[-2])
    <tr><th scope="row">no price</th><td class="figure">1,179</td></tr>
    """

    title: str = attrs.field(validator=is_a(str))
    headers: tuple[str, ...] = attrs.field(converter=as_tuple, validator=texts)
    rows: tuple[tuple[Cell, ...], ...] = attrs.field(converter=_rows, validator=_cells)

    def __attrs_post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.headers):
                raise refuse(self, "rows", row, f"rows of {len(self.headers)} cells")

    def html(self) -> str:
        """Return the table; it scrolls by itself where the screen is narrow."""
        figures = [
            bool(self.rows) and all(is_figure(row[column]) for row in self.rows)
            for column in range(len(self.headers))
        ]
        head = "".join(
            f'<th scope="col"{_aligned(figure)}>{text_of(header)}</th>'
            for header, figure in zip(self.headers, figures, strict=True)
        )
        body = "\n".join(f"<tr>{_row(row)}</tr>" for row in self.rows)
        title = text_of(self.title)
        return (
            f'<div class="wide" role="region" aria-label="{title}" tabindex="0"><table>\n'
            f"<caption>{title}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody></table></div>"
        )


def _aligned(figure: object) -> str:
    return ' class="figure"' if figure else ""


def _row(row: tuple[Cell, ...]) -> str:
    first, *others = row
    return f'<th scope="row"{_aligned(is_figure(first))}>{cell(first)}</th>' + "".join(
        f"<td{_aligned(is_figure(value))}>{cell(value)}</td>" for value in others
    )
