"""Service against stock for each rule, one panel a history, as an SVG file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ecomkit.replenishment.replay import ServiceCurve

__all__ = ["draw"]

WIDTH_INCHES, HEIGHT_INCHES = 9.0, 4.0
LOWEST_SERVICE = 75
TICKS = (25, 50, 100, 200, 400, 800)
COLOURS = ("#1d4ed8", "#9ca3af", "#6b7280", "#c2410c", "#a16207")
MARKERS = ("o", "s", "D", "^", "v")


def draw(studies: Sequence[tuple[str, Sequence[ServiceCurve]]], *, path: Path) -> None:
    """Draw the curves of each study into *path*; equal curves give an equal file."""
    with mpl.rc_context({"svg.hashsalt": "ecomkit", "svg.fonttype": "none", "font.size": 8.5}):
        figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), layout="constrained")
        panels = figure.subplots(1, len(studies), squeeze=False)[0]
        for panel, (name, curves) in zip(panels, studies, strict=True):
            for number, curve in enumerate(curves):
                panel.plot(
                    [point.outcome.stock_value / 1000 for point in curve.points],
                    [point.outcome.value_fill_rate * 100 for point in curve.points],
                    label=curve.name,
                    color=COLOURS[number],
                    marker=MARKERS[number],
                    markersize=3,
                    linewidth=1.8 if number == 0 else 1.0,
                )
            panel.set_title(name)
            panel.set_xlabel("mean stock at cost, thousands")
            panel.set_ylabel("% of the demanded margin served")
            panel.set_ylim(LOWEST_SERVICE, 100)
            panel.set_xscale("log")
            panel.xaxis.set_major_locator(FixedLocator(TICKS))
            panel.xaxis.set_major_formatter("{x:.0f}")
            panel.xaxis.set_minor_locator(NullLocator())
            panel.grid(visible=True, which="both", linewidth=0.4)
        panels[0].legend(frameon=False, loc="lower right")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
