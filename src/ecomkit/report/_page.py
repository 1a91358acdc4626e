"""A page: sections of blocks, and the one file that they become."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias, assert_never, final, get_args

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.report._blocks import Facts, Items, Table, Text
from ecomkit.report._drawing import svg_of
from ecomkit.report._html import text_of
from ecomkit.report._plots import (
    AbcPlot,
    CurvePlot,
    Histogram,
    LinePlot,
    Plot,
    Stroke,
    WeeklyBars,
)
from ecomkit.report._style import SERIES, STYLE

__all__ = ["Block", "Page", "Section"]

Block: TypeAlias = (
    Text | Items | Facts | Table | LinePlot | WeeklyBars | AbcPlot | Histogram | CurvePlot
)

# A page needs no script and no address; the browser is told so, should a hole be found.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def _blocks(instance: object, attribute: attrs.Attribute[Any], value: tuple[Any, ...]) -> None:
    each(object)(instance, attribute, value)
    for block in value:
        if not isinstance(block, get_args(Block)):
            raise refuse(instance, attribute.name, block, "texts, items, facts, tables and plots")


@final
@attrs.frozen(kw_only=True)
class Section:
    """A heading and what stands under it."""

    heading: str = attrs.field(validator=is_a(str))
    blocks: tuple[Block, ...] = attrs.field(converter=as_tuple, validator=_blocks)


@final
@attrs.frozen(kw_only=True)
class Page:
    """
    A page for people, to be opened in any browser, mailed or printed.

    >>> page = Page(title="Stock", lead="As of today.", sections=[
    ...     Section(heading="Elephants", blocks=[Text(paragraphs=["Ten are left."])]),
    ... ])
    >>> "<h1>Stock</h1>" in page.html()
    True
    """

    title: str = attrs.field(validator=is_a(str))
    lead: str = attrs.field(default="", validator=is_a(str))
    sections: tuple[Section, ...] = attrs.field(converter=as_tuple, validator=each(Section))
    footer: str = attrs.field(default="", validator=is_a(str))
    language: str = attrs.field(default="en", validator=is_a(str))

    def html(self) -> str:
        """
        Return the whole page; the same values give the same text.

        Raises:
            MissingExtraError: If there is a plot and matplotlib is not installed.
        """
        title = text_of(self.title)
        lead = f'<p class="lead">{text_of(self.lead)}</p>\n' if self.lead else ""
        links = "".join(
            f'<li><a href="#section-{number}">{text_of(section.heading)}</a></li>'
            for number, section in enumerate(self.sections, start=1)
        )
        sections = "\n".join(
            _section(section, number=number)
            for number, section in enumerate(self.sections, start=1)
        )
        footer = f"<footer>{text_of(self.footer)}</footer>\n" if self.footer else ""
        return (
            f'<!DOCTYPE html>\n<html lang="{text_of(self.language)}">\n<head>\n'
            f'<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            f"<header>\n<h1>{title}</h1>\n{lead}"
            f'<nav aria-label="Sections"><ul>{links}</ul></nav>\n</header>\n'
            f"<main>\n{sections}\n</main>\n{footer}</body>\n</html>\n"
        )

    def write(self, path: str | Path) -> Path:
        """
        Write the page as one UTF-8 file and return where.

        Raises:
            MissingExtraError: If there is a plot and matplotlib is not installed; nothing is
                written then.
            OSError: If the file cannot be written.
        """
        html = self.html()
        written = Path(path)
        written.write_text(html, encoding="utf-8", newline="\n")
        return written


def _section(section: Section, *, number: int) -> str:
    blocks = "\n".join(
        _block(block, name=f"plot-{number}-{place}")
        for place, block in enumerate(section.blocks, start=1)
    )
    heading = text_of(section.heading)
    return (
        f'<section aria-labelledby="section-{number}">\n'
        f'<h2 id="section-{number}">{heading}</h2>\n{blocks}\n</section>'
    )


def _block(block: Block, *, name: str) -> str:
    match block:
        case Text() | Items() | Facts() | Table():
            return block.html()
        case LinePlot() | WeeklyBars() | AbcPlot() | Histogram() | CurvePlot():
            return _figure(block, name=name)
        case _:
            assert_never(block)


def _figure(plot: Plot, *, name: str) -> str:
    """Return the picture with its title, what it says, its legend and its axes in words."""
    label = f"{plot.title}. {plot.description}"
    svg = svg_of(plot, name=name, label="".join(c if c.isprintable() else " " for c in label))
    above, below = _axes(plot)
    return (
        f"<figure><figcaption><strong>{text_of(plot.title)}</strong>"
        f'<span class="said">{text_of(plot.description)}</span>{_legend(plot)}</figcaption>\n'
        f'<p class="axis">{text_of(above)}</p>\n<div class="wide" tabindex="0">{svg}</div>\n'
        f'<p class="axis x">{text_of(below)}</p></figure>'
    )


def _axes(plot: Plot) -> tuple[str, str]:
    """Return what the upright and the level axis count."""
    match plot:
        case LinePlot():
            return plot.unit, "day"
        case WeeklyBars():
            return plot.unit, "week, from Monday"
        case AbcPlot():
            return f"share of {plot.unit}, %", "share of products, the best first, %"
        case Histogram():
            return plot.counted, plot.unit
        case CurvePlot():
            return plot.unit, plot.across
        case _:
            assert_never(plot)


def _legend(plot: Plot) -> str:
    match plot:
        case LinePlot():
            entries = [
                (series.label, "dashed" if series.stroke is Stroke.DASHED else "solid")
                for series in plot.series
            ]
        case WeeklyBars():
            entries = [(series.label, "bar") for series in plot.series]
        case CurvePlot():
            entries = [(curve.label, "solid") for curve in plot.series]
        case AbcPlot() | Histogram():
            return ""
        case _:
            assert_never(plot)
    items = "".join(
        f'<li><span class="swatch {kind}" style="color: var(--{SERIES[number]})"></span>'
        f"{text_of(label)}</li>"
        for number, (label, kind) in enumerate(entries)
    )
    return f'<ul class="legend">{items}</ul>'
