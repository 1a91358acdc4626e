"""
Pages for people: one HTML file that needs nothing beside it, with text, tables and plots.

Values are pure and need no extra; plots are drawn when the page is, by matplotlib (extra
``report``). A page has no script and no outside address, and takes the reader's dark mode.
"""

from ecomkit.report._blocks import Fact, Facts, Items, Table, Text, Tone
from ecomkit.report._page import Block, Page, Section
from ecomkit.report._plots import (
    AbcPlot,
    BarSeries,
    Curve,
    CurvePlot,
    Histogram,
    LinePlot,
    Plot,
    Series,
    Shape,
    Stroke,
    WeeklyBars,
    service_plot,
)

__all__ = [
    "AbcPlot",
    "BarSeries",
    "Block",
    "Curve",
    "CurvePlot",
    "Fact",
    "Facts",
    "Histogram",
    "Items",
    "LinePlot",
    "Page",
    "Plot",
    "Section",
    "Series",
    "Shape",
    "Stroke",
    "Table",
    "Text",
    "Tone",
    "WeeklyBars",
    "service_plot",
]
