"""The words of an advice: a few sentences that name every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.replenishment._numbers import plain
from ecomkit.replenishment._verdict import Verdict, idle_days, is_dead, is_soon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ecomkit.money import Money
    from ecomkit.replenishment._advice import Advice


def advice_in_words(advice: Advice) -> str:
    """Return the whole *advice*: verdict, inputs, formula, rounding, quantity, dates, money."""
    compared = advice.trigger.value if advice.triggered else f"not {advice.trigger.value}"
    first, *others = advice.reasons
    lines = [
        _headline(advice),
        (
            f"The inventory position is {advice.position.explain()}, {compared} the level of "
            f"{advice.reorder_point}: {first.value}."
        ),
        *(f"Also, {reason.value}." for reason in others),
        f"Demand is {advice.demand.explain()}; lead time is {advice.lead_time.explain()}.",
        advice.level.explain(),
        f"The order-up-to level is {advice.target}, {_above(advice.target - advice.reorder_point)}.",
    ]
    if advice.steps:
        lines.append("; ".join(step.explain() for step in advice.steps) + ".")
    lines.extend(_dates(advice))
    lines.extend(_surplus(advice))
    lines.extend(_facts(advice))
    return "\n".join(lines)


def _headline(advice: Advice) -> str:
    said = f"order {advice.order} units" if advice.order else "order nothing"
    verdict = advice.verdict
    # What is due now is said by the order itself, and what is fine by the lack of one.
    if verdict not in (Verdict.NOW, Verdict.FINE):
        said = f"{said} ({verdict.value})"
    return f"{advice.sku}: {said}." if advice.sku else f"{said.capitalize()}."


def _above(units: int) -> str:
    return f"{units} above it" if units >= 0 else f"{-units} below it"


def _dates(advice: Advice) -> Iterator[str]:
    cover = advice.days_of_cover
    if cover is not None:
        yield (
            f"The position lasts {plain(cover)} days: without an order the stock runs out "
            f"{_on(advice.stockout_on)}, with it {_on(advice.stockout_on_with_order)}; an order "
            f"placed now arrives about {advice.arrives_on or 'never'}."
        )
    if is_soon(advice):
        yield f"The position is low enough to order {_on(advice.reorder_on)}."
    order_by = advice.order_by
    if order_by is not None and not advice.triggered:
        yield f"The last day on which an order is in time is {order_by}."
    receipts = () if advice.facts is None else advice.facts.receipts or ()
    coming = sorted(
        (receipt.expected_on, receipt.open, receipt.purchase_order)
        for receipt in receipts
        if receipt.open
    )
    if coming:
        told = ", ".join(f"{units} on {day} from {order}" for day, units, order in coming)
        yield f"Inbound: {told}."


def _surplus(advice: Advice) -> Iterator[str]:
    if advice.excess_units:
        horizon = advice.rules.excess.horizon_days(advice.lead_time)
        days = advice.excess_days
        lasting = "" if days is None else f", {plain(days)} days of demand"
        yield (
            f"{advice.excess_units} units are excess{lasting}: beyond the target and the demand "
            f"of {plain(horizon)} days{_worth(advice.excess_value)}."
        )
    if is_dead(advice):
        yield (
            f"None was sold for {idle_days(advice)} days, at least {advice.rules.dead_days}; "
            f"{advice.position.usable} units lie there{_worth(advice.stock_value)}."
        )


def _facts(advice: Advice) -> Iterator[str]:
    facts = advice.facts
    if facts is None:
        return
    if facts.bounds is not None:
        yield f"{advice.position.available} units are available. {facts.bounds.explain()}"
    if advice.money_at_risk_per_day is not None:
        yield f"Each day without stock loses {advice.money_at_risk_per_day}."
    if facts.snooze is not None and advice.verdict is Verdict.SNOOZED:
        yield facts.snooze.explain()


def _worth(value: Money | None) -> str:
    return "" if value is None else f", {value} at cost"


def _on(day: date | None) -> str:
    return f"on {day}" if day else "in more than ten years"
