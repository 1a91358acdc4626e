"""What a page shows in plots: plain values, drawn only when the page is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import Any, TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse, whole
from ecomkit.insight import AbcItem
from ecomkit.replenishment.replay import ServiceCurve
from ecomkit.report._html import Number, numbers

__all__ = [
    "AbcPlot",
    "BarSeries",
    "Curve",
    "CurvePlot",
    "Histogram",
    "LinePlot",
    "Plot",
    "Series",
    "Shape",
    "Stroke",
    "WeeklyBars",
    "service_plot",
]

SERIES_MAX = 5
"""More lines or colours than these nobody can tell apart."""


class Shape(Enum):
    """How the points of a series are joined."""

    STEP = "a level that holds until the next point"
    STRAIGHT = "a straight line from point to point"


class Stroke(Enum):
    """How the line of a series is drawn, so that colour is not all that tells lines apart."""

    SOLID = "solid"
    DASHED = "dashed"


def _rising(instance: object, attribute: attrs.Attribute[Any], value: tuple[Any, ...]) -> None:
    if any(not earlier < later for earlier, later in pairwise(value)):
        raise refuse(instance, attribute.name, value, "in rising order")


def _wholes(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(int)(instance, attribute, value)
    for number in value:
        whole(instance, attribute, number)


def _some(kind: type[Any]) -> Any:
    few = each(kind)

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        few(instance, attribute, value)
        if not 0 < len(value) <= SERIES_MAX:
            raise refuse(instance, attribute.name, len(value), f"1 to {SERIES_MAX} series")

    return check


@final
@attrs.frozen(kw_only=True)
class Series:
    """
    Values through time, one for each of *days*, which rise.

    Raises:
        FieldError: If the days do not rise, or there is not one value for each.
    """

    label: str = attrs.field(validator=is_a(str))
    days: tuple[date, ...] = attrs.field(converter=as_tuple, validator=[each(date), _rising])
    values: tuple[Number, ...] = attrs.field(converter=as_tuple, validator=numbers)
    shape: Shape = attrs.field(default=Shape.STEP, validator=is_a(Shape))
    stroke: Stroke = attrs.field(default=Stroke.SOLID, validator=is_a(Stroke))

    def __attrs_post_init__(self) -> None:
        if len(self.values) != len(self.days):
            raise refuse(self, "values", len(self.values), f"{len(self.days)} values")


@final
@attrs.frozen(kw_only=True)
class LinePlot:
    """One to five series through time, such as stock against its reorder point."""

    title: str = attrs.field(validator=is_a(str))
    description: str = attrs.field(validator=is_a(str))
    unit: str = attrs.field(validator=is_a(str))
    series: tuple[Series, ...] = attrs.field(converter=as_tuple, validator=_some(Series))


@final
@attrs.frozen(kw_only=True)
class BarSeries:
    """What one channel did each week: *above* the line and, counted upwards too, *below* it."""

    label: str = attrs.field(validator=is_a(str))
    above: tuple[Number, ...] = attrs.field(converter=as_tuple, validator=numbers)
    below: tuple[Number, ...] = attrs.field(converter=as_tuple, validator=numbers)


@final
@attrs.frozen(kw_only=True)
class WeeklyBars:
    """
    Bars for *weeks* (their Mondays), stacked by series: sales above the line, returns below.

    Raises:
        FieldError: If a series has not one value for each week, or one below zero.
    """

    title: str = attrs.field(validator=is_a(str))
    description: str = attrs.field(validator=is_a(str))
    unit: str = attrs.field(validator=is_a(str))
    weeks: tuple[date, ...] = attrs.field(converter=as_tuple, validator=[each(date), _rising])
    series: tuple[BarSeries, ...] = attrs.field(converter=as_tuple, validator=_some(BarSeries))

    def __attrs_post_init__(self) -> None:
        for series in self.series:
            for values in (series.above, series.below):
                if len(values) != len(self.weeks) or any(value < 0 for value in values):
                    wanted = f"{len(self.weeks)} values, none below zero, for {series.label}"
                    raise refuse(self, "series", values, wanted)


@final
@attrs.frozen(kw_only=True)
class AbcPlot:
    """The share of the value that the best products make, as :func:`ecomkit.insight.abc` ranks them."""

    title: str = attrs.field(validator=is_a(str))
    description: str = attrs.field(validator=is_a(str))
    unit: str = attrs.field(validator=is_a(str))
    items: tuple[AbcItem, ...] = attrs.field(converter=as_tuple, validator=each(AbcItem))


@final
@attrs.frozen(kw_only=True)
class Histogram:
    """
    How many products fall between two *edges*, such as days of cover.

    A class begins with its edge and ends before the next; the last one is open.

    Raises:
        FieldError: If the edges do not rise, or a value is below the first.

    >>> histogram = Histogram(title="", description="", unit="days", counted="products",
    ...     edges=[0, 7, 14], values=[0, 6, 7, 400])
    >>> histogram.classes()
    (('0–6', 2), ('7–13', 1), ('14 or more', 1))
    """

    title: str = attrs.field(validator=is_a(str))
    description: str = attrs.field(validator=is_a(str))
    unit: str = attrs.field(validator=is_a(str))
    counted: str = attrs.field(validator=is_a(str))
    edges: tuple[int, ...] = attrs.field(converter=as_tuple, validator=[_wholes, _rising])
    values: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_wholes)

    def __attrs_post_init__(self) -> None:
        if not self.edges:
            raise refuse(self, "edges", self.edges, "one edge or more")
        if self.values and min(self.values) < self.edges[0]:
            raise refuse(self, "values", min(self.values), f"{self.edges[0]} or more")

    def classes(self) -> tuple[tuple[str, int], ...]:
        """Return each class by its name, and how many values are in it."""
        ends = (*self.edges[1:], None)
        return tuple(
            (
                _class_name(start, end),
                sum(start <= value and (end is None or value < end) for value in self.values),
            )
            for start, end in zip(self.edges, ends, strict=True)
        )


def _class_name(start: int, end: int | None) -> str:
    if end is None:
        return f"{start} or more"
    return f"{start}" if end == start + 1 else f"{start}–{end - 1}"


def _finite_pairs(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not value or not all(
        isinstance(point, tuple)
        and len(point) == 2  # noqa: PLR2004 - a point of a plane
        and all(isinstance(part, (int, float)) and math.isfinite(part) for part in point)
        for point in value
    ):
        raise refuse(instance, attribute.name, value, "one or more pairs of finite numbers")


@final
@attrs.frozen(kw_only=True)
class Curve:
    """
    Points of a plane, across and up, joined in their order.

    Raises:
        FieldError: If there is no point, or one is no pair of finite numbers.
    """

    label: str = attrs.field(validator=is_a(str))
    points: tuple[tuple[float, float], ...] = attrs.field(
        converter=as_tuple, validator=_finite_pairs
    )


@final
@attrs.frozen(kw_only=True)
class CurvePlot:
    """
    Curves over a plane, such as service against stock; ``unit`` counts upwards, ``across`` along.

    Raises:
        FieldError: If there is no curve, or more than can be told apart.
    """

    title: str = attrs.field(validator=is_a(str))
    description: str = attrs.field(validator=is_a(str))
    unit: str = attrs.field(validator=is_a(str))
    across: str = attrs.field(validator=is_a(str))
    series: tuple[Curve, ...] = attrs.field(converter=as_tuple, validator=_some(Curve))


def service_plot(
    curves: Iterable[ServiceCurve], *, title: str, description: str, currency: str
) -> CurvePlot:
    """
    Return service against stock for each of *curves*, to compare policies at a glance.

    Raises:
        FieldError: If there is no curve, or more than can be told apart.
    """
    return CurvePlot(
        title=title,
        description=description,
        unit="% of the demanded margin served",
        across=f"mean stock at cost, {currency}",
        series=[
            Curve(
                label=curve.name,
                points=[
                    (point.outcome.stock_value, 100 * point.outcome.value_fill_rate)
                    for point in curve.points
                ],
            )
            for curve in curves
        ],
    )


Plot: TypeAlias = LinePlot | WeeklyBars | AbcPlot | Histogram | CurvePlot
