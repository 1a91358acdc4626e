"""Plots: plain values in, one picture out, the same one each time."""

import math
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError, MissingExtraError
from ecomkit.identifiers import Sku
from ecomkit.insight import abc
from ecomkit.replenishment import AverageDemand, DemandSeries, LeadTime, MinimumStock, StockCosts
from ecomkit.replenishment.replay import ReplayCase, service_curve
from ecomkit.report import (
    AbcPlot,
    BarSeries,
    Curve,
    CurvePlot,
    Histogram,
    LinePlot,
    Page,
    Plot,
    Section,
    Series,
    Shape,
    Stroke,
    Text,
    WeeklyBars,
    service_plot,
)

FIRST = date(2010, 12, 1)


def days(count: int, *, step: int = 1) -> list[date]:
    """Return some days."""
    return [FIRST + timedelta(days=step * place) for place in range(count)]


def lines(count: int = 374, **changes: object) -> LinePlot:
    """Return stock against its reorder point."""
    stock = Series(label="on hand", days=days(count), values=[n % 40 for n in range(count)])
    point = Series(
        label="reorder point", days=days(count), values=[Decimal(12)] * count, stroke=Stroke.DASHED
    )
    values: dict[str, object] = {"series": [stock, point]} | changes
    return LinePlot(title="Stock", description="It falls.", unit="units", **values)


def weeks(above: list[int], below: list[int]) -> WeeklyBars:
    """Return sales and returns of one channel."""
    return WeeklyBars(
        title="Sales",
        description="Returns below.",
        unit="GBP",
        weeks=days(len(above), step=7),
        series=[BarSeries(label="shop", above=above, below=below)],
    )


def ranked(*values: int) -> AbcPlot:
    """Return an ABC plot of some values."""
    skus = {Sku(f"SKU-{place}"): value for place, value in enumerate(values)}
    return AbcPlot(title="ABC", description="Few make most.", unit="revenue", items=abc(skus))


def cover(*values: int, edges: tuple[int, ...] = (0, 1, 7, 14)) -> Histogram:
    """Return a histogram of days of cover."""
    return Histogram(
        title="Cover",
        description="How long it lasts.",
        unit="days",
        counted="products",
        edges=edges,
        values=values,
    )


def curves(*points: tuple[float, float]) -> CurvePlot:
    """Return one curve through *points*."""
    return CurvePlot(
        title="Service",
        description="What stock buys.",
        unit="% served",
        across="stock",
        series=[Curve(label="a policy", points=points)],
    )


PLOTS: list[Plot] = [
    curves((1.0, 80.0), (2.5, 95.0)),
    curves((0, 0)),
    lines(),
    lines(1),
    lines(20),
    lines(119),
    lines(3000),
    lines(0),
    lines(series=[Series(label="a", days=days(3), values=[-2, 0, 4], shape=Shape.STRAIGHT)]),
    weeks([10, 20, 30], [0, 5, 40]),
    weeks([], []),
    weeks([0], [0]),
    ranked(80, 15, 5),
    ranked(0, 0),
    ranked(7),
    ranked(),
    cover(0, 6, 7, 400),
    cover(),
    cover(5, edges=(0,)),
]


def html_of(*plots: Plot) -> str:
    """Return a page with *plots*."""
    return Page(title="t", sections=[Section(heading="h", blocks=plots)]).html()


def svgs(html: str) -> list[ET.Element]:
    """Return the pictures of a page, each well-formed."""
    return [
        ET.fromstring(text)  # noqa: S314 - the picture was drawn by the test
        for text in re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    ]


def texts(html: str) -> list[str]:
    """Return what is written in the pictures of a page, in order."""
    return [text.text or "" for svg in svgs(html) for text in svg.iter("text")]


@pytest.mark.parametrize("plot", PLOTS)
def test_each_plot_is_one_named_picture(plot: Plot) -> None:
    """Each plot, also an empty one, is one well-formed picture with a name and a caption."""
    html = html_of(plot)
    (svg,) = svgs(html)

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == f"{plot.title}. {plot.description}"
    assert f"<figcaption><strong>{plot.title}</strong>" in html


@pytest.mark.parametrize("plot", PLOTS)
def test_equal_plots_give_equal_text(plot: Plot) -> None:
    """The same values give the same picture, byte by byte."""
    assert html_of(plot) == html_of(plot)


def test_threads_do_not_disturb_each_other() -> None:
    """Pages drawn at the same time are those drawn one after the other."""
    alone = [html_of(plot) for plot in PLOTS]

    with ThreadPoolExecutor(max_workers=4) as threads:
        together = list(threads.map(html_of, PLOTS))

    assert together == alone


def test_ids_are_unique_and_references_meet_them() -> None:
    """In a page with equal plots no id stands twice, and each reference has its id."""
    html = html_of(lines(), lines(), weeks([1], [2]), cover(3))
    ids = re.findall(r'\bid="([^"]+)"', html)
    references = re.findall(r'href="#([^"]+)"', html) + re.findall(r"url\(#([^)]+)\)", html)

    assert len(ids) == len(set(ids))
    assert len(references) > 10
    assert set(references) <= set(ids)


def test_colours_are_the_pages_own() -> None:
    """A picture has no colour of its own, so that it follows the dark mode of the page."""
    pictures = "".join(re.findall(r"<svg.*?</svg>", html_of(*PLOTS), flags=re.DOTALL))

    assert "var(--series-1)" in pictures
    assert re.findall(r"#[0-9a-f]{6}\b", pictures) == []


def test_no_text_of_the_caller_enters_a_picture() -> None:
    """Titles, labels and units stand in the page, so that no font or markup can break a picture."""
    strange = "$\\frac{1}{2}$ 象 🐘 <b>"
    plot = LinePlot(
        title=strange,
        description=strange,
        unit=strange,
        series=[Series(label=strange, days=days(3), values=[1, 2, 3])],
    )

    assert not any("象" in text or "frac" in text for text in texts(html_of(plot)))
    assert html_of(plot).count("$\\frac{1}{2}$ 象 🐘 &lt;b&gt;") == 6


def test_the_host_keeps_its_settings_and_they_do_not_show() -> None:
    """The settings of matplotlib are left as it was, and a style of the host's does not reach a page."""
    plain = html_of(lines())
    with mpl.rc_context(
        {"axes.grid": False, "font.size": 40, "svg.fonttype": "path", "xtick.labelsize": 30}
    ):
        before = dict(mpl.rcParams)
        styled = html_of(lines())
        after = dict(mpl.rcParams)

    assert styled == plain
    assert after == before


def test_a_page_with_plots_names_the_missing_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without matplotlib the error says what to install; text alone needs nothing."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    target = tmp_path / "page.html"

    with pytest.raises(MissingExtraError) as caught:
        Page(title="t", sections=[Section(heading="h", blocks=[lines()])]).write(target)

    assert caught.value.extra == "report"
    assert not target.exists()
    assert (
        "<p>fine</p>"
        in Page(
            title="t", sections=[Section(heading="h", blocks=[Text(paragraphs=["fine"])])]
        ).html()
    )


def test_a_year_is_labelled_by_month_with_its_years() -> None:
    """Each month is named in English; a year stands where it begins."""
    shown = texts(html_of(lines()))

    assert shown.count("Dec") == 2
    assert "2010" in shown
    assert "2011" in shown
    assert "Mar" in shown


def test_a_season_is_labelled_by_day() -> None:
    """A short time is labelled by days."""
    assert "1 Dec" in texts(html_of(lines(20)))


def test_many_years_have_few_labels() -> None:
    """However long the time, the labels do not run into each other."""
    named = [text for text in texts(html_of(lines(3000))) if text.isalpha()]

    assert 4 < len(named) <= 13


def test_figures_of_an_axis_are_grouped() -> None:
    """An axis counts by thousands, with a real minus below the line."""
    shown = texts(html_of(weeks([40_000], [40_000])))

    assert "40,000" in shown
    assert "−40,000" in shown


def test_stock_begins_at_zero_and_a_backlog_shows_below() -> None:
    """An axis of levels begins at 0, unless a level is below it."""
    assert "0" in texts(html_of(lines()))
    below = LinePlot(
        title="", description="", unit="", series=[Series(label="", days=days(2), values=[-40, 5])]
    )
    assert any(text.startswith("−") for text in texts(html_of(below)))


def test_abc_names_the_classes_that_have_members() -> None:
    """Each class with members is a band with its letter."""
    assert {"A", "B", "C"} <= set(texts(html_of(ranked(80, 15, 5))))
    assert "B" not in texts(html_of(ranked(7)))


def test_legends_tell_lines_apart() -> None:
    """A legend names each series, and shows a dashed line as dashed."""
    html = html_of(lines(), weeks([1], [1]), cover(1))

    assert '<span class="swatch solid" style="color: var(--series-1)"></span>on hand' in html
    assert '<span class="swatch dashed" style="color: var(--series-2)"></span>reorder' in html
    assert '<span class="swatch bar" style="color: var(--series-1)"></span>shop' in html
    assert html.count('<ul class="legend">') == 2


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 200)),
    st.sets(st.integers(0, 150), max_size=6).map(lambda more: tuple(sorted({0} | more))),
)
def test_each_value_is_in_one_class(values: list[int], edges: tuple[int, ...]) -> None:
    """The classes of a histogram count each value once, in the class that its edges say."""
    classes = cover(*values, edges=edges).classes()

    assert sum(count for _, count in classes) == len(values)
    assert len(classes) == len(edges)
    for (start, end), (name, count) in zip(pairwise(edges), classes, strict=False):
        assert count == sum(start <= value <= end - 1 for value in values)
        assert name == (f"{start}" if end - start == 1 else f"{start}–{end - 1}")
    assert classes[-1][0] == f"{edges[-1]} or more"


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("days", lambda: Series(label="", days=[FIRST, FIRST], values=[1, 2])),
        ("values", lambda: Series(label="", days=[FIRST], values=[])),
        ("values", lambda: Series(label="", days=[FIRST], values=[1.5])),
        ("values", lambda: Series(label="", days=[FIRST], values=[Decimal("Infinity")])),
        ("values", lambda: Series(label="", days=[FIRST], values=[True])),
        ("series", lambda: lines(series=[])),
        ("series", lambda: lines(series=["x"])),
        ("series", lambda: lines(series=[Series(label="", days=[], values=[])] * 6)),
        ("series", lambda: weeks([1, 2], [1])),
        ("series", lambda: weeks([1], [-1])),
        ("edges", lambda: cover(edges=())),
        ("edges", lambda: cover(edges=(7, 0))),
        ("edges", lambda: cover(edges=(0.5,))),
        ("values", lambda: cover(1, edges=(2,))),
        ("values", lambda: cover(1.5)),
        ("blocks", lambda: Section(heading="", blocks=["<b>"])),
    ],
)
def test_values_that_cannot_be_drawn_are_refused(field: str, make: Callable[[], object]) -> None:
    """What cannot be drawn is refused when it is made, by the name of the field."""
    with pytest.raises(FieldError) as caught:
        make()

    assert caught.value.field == field


@pytest.mark.parametrize("points", [[], [(1.0, math.nan)], [(1.0,)], ["ab"], [(1.0, math.inf)]])
def test_a_curve_has_finite_points(points: Any) -> None:
    """No point, half a point and a point nowhere are refused."""
    with pytest.raises(FieldError, match="points"):
        Curve(label="a", points=points)


def test_service_against_stock_is_a_curve_for_each_policy() -> None:
    """A plot of service curves has their names, stock across and service in percent upwards."""
    case = ReplayCase(
        sku=Sku("LAMP"),
        series=DemandSeries(start=date(2026, 7, 1), units=[4, 4, 6, 4, 9, 0, 2] * 6),
        fit_periods=14,
        opening=10,
        lead_time=LeadTime(mean_days=2),
        lead_periods=[2],
        costs=StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0),
    )
    curve = service_curve(
        [case],
        name="min/max",
        knobs=[5, 40],
        policy_for=lambda _, knob: MinimumStock(level=round(knob)),
        estimator=AverageDemand(),
    )
    plot = service_plot([curve], title="Service", description="What stock buys.", currency="EUR")

    assert plot.across == "mean stock at cost, EUR"
    assert plot.series[0].label == "min/max"
    assert plot.series[0].points == tuple(
        (point.outcome.stock_value, 100 * point.outcome.value_fill_rate) for point in curve.points
    )
    assert "min/max" in html_of(plot)
