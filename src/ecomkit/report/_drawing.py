"""
Plots drawn by matplotlib, as SVG that can stand inside a page.

No text of the caller enters a picture: titles, units and labels stand in the HTML around it, so
the drawing holds numbers and dates only. Figures are made without pyplot, and the settings of
matplotlib are as they were afterwards.
"""

from __future__ import annotations

import io
import math
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING, Any, assert_never
from xml.etree import ElementTree as ET

from ecomkit.errors import MissingExtraError
from ecomkit.insight import AbcClass
from ecomkit.report._plots import (
    AbcPlot,
    CurvePlot,
    Histogram,
    LinePlot,
    Plot,
    Shape,
    Stroke,
    WeeklyBars,
)
from ecomkit.report._style import DAY, INK, LINE, MUTED, SERIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["svg_of"]

WIDTH_INCHES = 9.0
HEIGHT_INCHES = 2.9
WEEK_WIDTH_DAYS = 5.6
DAYS_OF_A_SEASON = 120
LABELS_MAX = 13
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

SETTINGS: Mapping[Any, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "ecomkit",
    "text.parse_math": False,
    "font.size": 8.5,
    "axes.edgecolor": DAY[LINE],
    "axes.labelcolor": DAY[MUTED],
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": DAY[LINE],
    "grid.linewidth": 0.8,
    "grid.linestyle": "-",
    "text.color": DAY[INK],
    "xtick.color": DAY[LINE],
    "xtick.labelcolor": DAY[MUTED],
    "ytick.color": DAY[LINE],
    "ytick.labelcolor": DAY[MUTED],
    "ytick.major.size": 0,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "savefig.edgecolor": "none",
}

# matplotlib keeps its settings once for the process: two threads must not undo each other's.
_ONE_AT_A_TIME = threading.Lock()


def svg_of(plot: Plot, *, name: str, label: str) -> str:
    """
    Return *plot* as an ``<svg>`` element whose ids all begin with *name*.

    Equal plots give equal text. Colours are the page's variables, so they follow its dark mode.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - an extra, wanted only when something is drawn
        from matplotlib.figure import Figure  # noqa: PLC0415 - as above
    except ImportError as error:
        raise MissingExtraError(extra="report", feature="a plot of ecomkit.report") from error
    written = io.StringIO()
    with _ONE_AT_A_TIME, mpl.rc_context():
        # The host's own style must not show: from the library's defaults, not from its file.
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), layout="constrained")
        _draw(plot, axes=figure.add_subplot())
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(written, format="svg", metadata=nothing)
    return _inline(written.getvalue(), name=name, label=label)


def _draw(plot: Plot, *, axes: Axes) -> None:
    match plot:
        case LinePlot():
            _draw_lines(plot, axes=axes)
        case WeeklyBars():
            _draw_weeks(plot, axes=axes)
        case AbcPlot():
            _draw_abc(plot, axes=axes)
        case Histogram():
            _draw_histogram(plot, axes=axes)
        case CurvePlot():
            _draw_curves(plot, axes=axes)
        case _:
            assert_never(plot)


def _draw_lines(plot: LinePlot, *, axes: Axes) -> None:
    for number, series in enumerate(plot.series):
        days = _day_numbers(series.days)
        values = [float(value) for value in series.values]
        style = "steps-post" if series.shape is Shape.STEP else "default"
        colour = DAY[SERIES[number]]
        dashed = series.stroke is Stroke.DASHED
        axes.plot(
            days,
            values,
            drawstyle=style,
            color=colour,
            linewidth=1.3,
            linestyle=(0, (4, 2)) if dashed else "solid",
        )
        if number == 0 and series.shape is Shape.STEP and not dashed:
            axes.fill_between(days, values, step="post", color=colour, alpha=0.1, linewidth=0)
    axes.grid(visible=False, axis="x")
    axes.margins(x=0.01)
    if all(value >= 0 for series in plot.series for value in series.values):
        axes.set_ylim(bottom=0)
    _show_dates([day for series in plot.series for day in series.days], axis=axes.xaxis)
    _show_figures(axes.yaxis)


def _draw_weeks(plot: WeeklyBars, *, axes: Axes) -> None:
    mondays = _day_numbers(plot.weeks)
    top = [0.0] * len(mondays)
    bottom = [0.0] * len(mondays)
    for number, series in enumerate(plot.series):
        colour = DAY[SERIES[number]]
        above = [float(value) for value in series.above]
        below = [float(value) for value in series.below]
        axes.bar(
            mondays, above, WEEK_WIDTH_DAYS, bottom=top, align="edge", color=colour, linewidth=0
        )
        axes.bar(
            mondays,
            [-value for value in below],
            WEEK_WIDTH_DAYS,
            bottom=bottom,
            align="edge",
            color=colour,
            alpha=0.6,
            linewidth=0,
        )
        top = [base + value for base, value in zip(top, above, strict=True)]
        bottom = [base - value for base, value in zip(bottom, below, strict=True)]
    axes.axhline(0, color=DAY[MUTED], linewidth=0.8)
    axes.grid(visible=False, axis="x")
    axes.margins(x=0.01)
    _show_dates(list(plot.weeks), axis=axes.xaxis)
    _show_figures(axes.yaxis)


def _draw_abc(plot: AbcPlot, *, axes: Axes) -> None:
    count = len(plot.items)
    total = max((item.cumulative for item in plot.items), default=0)
    products = [100 * rank / count for rank in range(count + 1)] if count else [0.0]
    shares = [0.0] + [100 * item.cumulative / total if total else 0.0 for item in plot.items]
    begin = 0.0
    for number, abc_class in enumerate(AbcClass):
        members = sum(item.abc_class is abc_class for item in plot.items)
        if members:
            end = begin + 100 * members / count
            axes.axvspan(begin, end, color=DAY[SERIES[number]], alpha=0.12, linewidth=0)
            axes.text((begin + end) / 2, 4, abc_class.value, ha="center", color=DAY[MUTED])
            begin = end
    axes.plot(products, shares, color=DAY[SERIES[0]], linewidth=1.8)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 102)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0f} %")


def _draw_histogram(plot: Histogram, *, axes: Axes) -> None:
    names, counts = zip(*plot.classes(), strict=True)
    places = range(len(counts))
    axes.bar(places, counts, 0.82, color=DAY[SERIES[0]], linewidth=0)
    for place, count in zip(places, counts, strict=True):
        axes.annotate(
            f"{count:,}", (place, count), (0, 3), textcoords="offset points", ha="center"
        )
    axes.set_xticks(places, names)
    axes.tick_params(axis="x", length=0)
    axes.margins(x=0.02, y=0.12)
    axes.grid(visible=False, axis="x")
    _show_figures(axes.yaxis)


def _draw_curves(plot: CurvePlot, *, axes: Axes) -> None:
    for number, curve in enumerate(plot.series):
        across, up = zip(*curve.points, strict=True)
        axes.plot(across, up, color=DAY[SERIES[number]], linewidth=1.3, marker="o", markersize=2.5)
    axes.margins(x=0.02, y=0.05)
    _show_figures(axes.xaxis)
    _show_figures(axes.yaxis)


def _day_numbers(days: Iterable[date]) -> list[int]:
    return [day.toordinal() for day in days]


def _show_dates(days: Sequence[date], *, axis: Axis) -> None:
    """Label months, or days where there are few of them; in English, whatever the locale is."""
    if not days:
        axis.set_ticks([])
        return
    first, last = min(days), max(days)
    span_days = (last - first).days
    if span_days < DAYS_OF_A_SEASON:
        step = span_days // LABELS_MAX + 1
        told = [first + timedelta(days=place) for place in range(0, span_days + 1, step)]
        labels = [f"{day.day} {MONTHS[day.month - 1]}" for day in told]
    else:
        begun = first.year * 12 + first.month - (first.day == 1)
        months = range(begun, last.year * 12 + last.month)
        told = [date(month // 12, month % 12 + 1, 1) for month in months]
        told = told[:: max(1, math.ceil(len(told) / LABELS_MAX))]
        labels = [MONTHS[day.month - 1] for day in told]
    for place, day in enumerate(told):
        if place == 0 or day.year != told[place - 1].year:
            labels[place] += f"\n{day.year}"
    axis.set_ticks(_day_numbers(told), labels)


def _show_figures(axis: Axis) -> None:
    """Label whole figures, grouped by thousands."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - an extra

    axis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=2))
    axis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))


# -- from a file of its own to a part of a page ---------------------------------------------------

_COLOUR = re.compile("|".join(map(re.escape, DAY.values())))
_NAMES = {colour: name for name, colour in DAY.items()}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LEFT_OUT = {"metadata", "style", "title"}


def _inline(svg: str, *, name: str, label: str) -> str:
    """Return the picture without prolog, namespaces, metadata and ids of groups; other ids renamed."""
    root = ET.fromstring(svg)  # noqa: S314 - matplotlib wrote it, without outside text
    view = escape(root.attrib["viewBox"])
    inside = "".join(_element(child, name=name) for child in root)
    return f'<svg class="plot" viewBox="{view}" role="img" aria-label="{escape(label)}">{inside}</svg>'


def _element(element: ET.Element, *, name: str) -> str:
    tag = _local(element.tag)
    if tag in _LEFT_OUT:
        return ""
    attributes = "".join(
        f' {_local(key)}="{escape(_value(_local(key), value, name=name))}"'
        for key, value in element.attrib.items()
        if not (tag == "g" and key == "id")  # nothing refers to a group
    )
    inside = escape((element.text or "").strip(), quote=False)
    inside += "".join(_element(child, name=name) for child in element)
    return f"<{tag}{attributes}>{inside}</{tag}>" if inside else f"<{tag}{attributes}/>"


def _local(name: str) -> str:
    """Return a name without its namespace: HTML knows what svg, path and href are."""
    return name.rpartition("}")[2]


def _value(key: str, value: str, *, name: str) -> str:
    """Return the value of an attribute: references renamed, colours by their names."""
    if key == "id":
        return f"{name}-{value}"
    if key == "href":
        return f"#{name}-{value.removeprefix('#')}"
    value = _REFERENCE.sub(rf"url(#{name}-\1)", value)
    if key == "style":
        return _COLOUR.sub(lambda found: f"var(--{_NAMES[found.group()]})", value)
    return " ".join(value.split())
