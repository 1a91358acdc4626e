"""
Replays reorder policies on two real histories: python examples/purchase_plan/replay_policies.py.

It prints every assumption, what each policy cost and served, and how much stock each needs for the
same service. It takes a few minutes and writes nothing, but for a plot with --plot FILE.svg.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    # Run as a script, the folder above the package is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ecomkit.replenishment.replay import compare, service_curve
from purchase_plan._study import TARGET, car_parts_study, gifts_study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.replenishment.replay import ServiceCurve
    from purchase_plan._study import Study

__all__ = ["main"]

SERVICES = (0.80, 0.85, 0.88, 0.90, 0.92, 0.94)


def curves_of(study: Study) -> tuple[ServiceCurve, ...]:
    """Return service against stock for each rule, its knob turned."""
    return tuple(
        service_curve(
            study.cases,
            name=name,
            knobs=knobs,
            policy_for=policy_for,
            estimator=estimator,
            rules=study.rules,
        )
        for name, knobs, policy_for, estimator in study.knobs()
    )


def stock_table(curves: Sequence[ServiceCurve], *, achieved: float) -> str:
    """Return the stock at cost that each rule needs for the same service, *achieved* among them."""
    services = sorted({*SERVICES, achieved})
    rows = [
        "| stock at cost for | " + " | ".join(f"{service:.3g}" for service in services) + " |",
        "| --- |" + " ---: |" * len(services),
    ]
    for curve in curves:
        stocks = [curve.stock_at(service) for service in services]
        cells = ["–" if stock is None else f"{stock:,.0f}" for stock in stocks]
        rows.append(f"| {curve.name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def report(study: Study) -> tuple[str, tuple[ServiceCurve, ...]]:
    """Return the whole text of a study, and its curves."""
    curves = curves_of(study)
    cost = compare(study.cases, contenders=study.contenders(), rules=study.rules)
    target = compare(study.cases, contenders=study.at_target(), rules=study.rules)
    parts = (
        f"## {study.name}",
        "\n".join(f"- {line}" for line in study.assumptions),
        "Told the costs:",
        cost.table(target=TARGET),
        f"Told a target of {TARGET:.0%} of the cycles without a stock-out:",
        target.table(target=TARGET),
        "The knob of each rule turned, all with a month of cover, for the share of the margin served:",
        stock_table(curves, achieved=cost.outcomes[0].value_fill_rate),
    )
    return "\n\n".join(parts), curves


def main() -> None:
    """Replay, print, and draw if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, help="only so many of each history")
    parser.add_argument("--plot", type=Path, help="draw service against stock into this SVG file")
    arguments = parser.parse_args()
    drawn = []
    for study in (car_parts_study(arguments.skus), gifts_study(arguments.skus or 500)):
        text, curves = report(study)
        print(text, end="\n\n", flush=True)
        drawn.append((study.name, curves))
    if arguments.plot:
        from purchase_plan._drawing import draw  # noqa: PLC0415 - only a plot needs matplotlib

        draw(drawn, path=arguments.plot)


if __name__ == "__main__":
    main()
