"""The end of a run as a page for people who do not read code."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from ecomkit.identifiers import ChannelId, Sku
from ecomkit.insight import abc
from ecomkit.replenishment import Advice
from ecomkit.report import (
    AbcPlot,
    BarSeries,
    Block,
    Fact,
    Facts,
    Histogram,
    Items,
    LinePlot,
    Page,
    Section,
    Series,
    Shape,
    Stroke,
    Table,
    Text,
    Tone,
    WeeklyBars,
)

from ._call_pages import call_sections
from ._notes import Review
from ._reconciliation import plain_amount, pounds
from ._story import ATTRIBUTION, Story

__all__ = ["watched_skus", "write_page"]

COVER_EDGES = (0, 7, 14, 21, 28, 42, 56, 84, 168)
PLOTS = 4


def watched_skus(reviews: Iterable[Review], *, always: Iterable[str]) -> tuple[Sku, ...]:
    """Return the skus whose stock is drawn: the known ones, then those with most safety to hold."""
    levels: dict[Sku, int] = {}
    for review in reviews:
        for one in review.skus:
            levels[one.sku] = levels.get(one.sku, 0) + one.reorder_point
    largest = sorted(levels, key=lambda sku: (-levels[sku], sku))
    known = [sku for sku in map(Sku, always) if sku in levels]
    return tuple(dict.fromkeys([*known, *largest]))[:PLOTS]


def write_page(story: Story, path: Path) -> Path:
    """Write the page and return where."""
    first, last = story.catalogue.first, story.catalogue.last
    page = Page(
        title="A year of a real shop, replayed",
        lead=(
            f"{first:%-d %B %Y} to {last:%-d %B %Y}: the sales of a British gift shop, booked by "
            f"ecomkit in the order they happened, on three sales channels with one stock."
        ),
        sections=[
            Section(heading="At a glance", blocks=[_facts(story), Text(paragraphs=_story(story))]),
            Section(heading="Stock and reorder point", blocks=_stock(story)),
            Section(heading="Sales and returns", blocks=[_weeks(story)]),
            Section(heading="What to buy now", blocks=_advices(story)),
            Section(heading="Which products matter", blocks=[_abc(story), _cover(story)]),
            Section(heading="Sold and not there", blocks=_uncovered(story)),
            Section(heading="What made no sense", blocks=_quarantine(story)),
            Section(heading="Does it add up?", blocks=_sums(story)),
            *call_sections(story),
            Section(heading="What we assumed", blocks=[Items(items=story.assumptions.lines())]),
            Section(heading="Where the figures come from", blocks=[_sources()]),
        ],
        footer=ATTRIBUTION,
    )
    return page.write(path)


def _facts(story: Story) -> Facts:
    sums, audit = story.books.sums, story.audit
    with_huge, without = story.return_rates
    waiting = story.books.uncovered
    quarantined = sum(story.books.reasons.values())
    missing = sum(one.difference != 0 for one in story.reconciled)
    return Facts(
        facts=[
            Fact(label="Orders", value=sums.orders, note=f"{sums.lines:,} lines"),
            Fact(label="Units sold", value=sums.units),
            Fact(
                label="Revenue",
                value=f"£{pounds(sums.goods + sums.charges):,.2f}",
                note="before anything was taken back",
            ),
            Fact(
                label="Units promised twice",
                value=audit.promised_twice,
                note="checked by replaying every movement",
                tone=Tone.BAD if audit.promised_twice else Tone.GOOD,
            ),
            Fact(
                label="Faults in the books",
                value=len(audit.faults) + sums.unsettled + missing,
                note=f"{audit.movements:,} movements added up anew",
                tone=Tone.GOOD if audit.is_clean and not sums.unsettled + missing else Tone.BAD,
            ),
            Fact(
                label="Sold and not there",
                value=waiting.units,
                note="units; all seen, and resolved as shown below",
            ),
            Fact(label="Units served at once", value=story.fill.partition(" of")[0]),
            Fact(
                label="Units taken back",
                value=without,
                note=f"{with_huge} with two huge orders that were cancelled within minutes",
            ),
            Fact(label="Rows in quarantine", value=quarantined, note="kept, each with its reason"),
        ]
    )


def _story(story: Story) -> list[str]:
    assumptions = story.assumptions
    return [
        (
            "Every sale, price, date and cancellation on this page is real. Stock, deliveries and "
            "channels are not in the data: they are assumed, and the assumptions are listed at the "
            "end. So read the stock figures as what would have happened under them."
        ),
        (
            f"The shop looked at its stock every Monday and ordered what ecomkit advised: a product "
            f"is bought again when what is there and on its way no longer covers the lead time with "
            f"{round(100 * assumptions.service_level)} % certainty. "
            f"{story.books.purchases:,} purchase orders over {story.books.purchased:,} units came "
            f"of it; {story.books.on_order:,} units are still on their way."
        ),
    ]


def _stock(story: Story) -> list[Block]:
    blocks: list[Block] = [
        Text(
            paragraphs=[
                (
                    "The blue line is what lay on the shelf at the end of each day. The dashed line "
                    "is the reorder point of that Monday: when stock and what is on its way fall to "
                    "it, the product is bought again. It rises and falls with demand."
                )
            ]
        )
    ]
    blocks += [_stock_plot(story, sku, levels) for sku, levels in story.books.stock.items()]
    return blocks


def _stock_plot(story: Story, sku: Sku, levels: tuple[tuple[date, int], ...]) -> LinePlot:
    points = [
        (review.day, one.reorder_point)
        for review in story.books.reviews
        for one in review.skus
        if one.sku == sku
    ]
    last = story.catalogue.last
    days, units = [day for day, _ in levels], [units for _, units in levels]
    if days and days[-1] < last:
        days, units = [*days, last], [*units, units[-1]]
    empty = sum(
        (after - before).days
        for (before, after), level in zip(
            zip(days, [*days[1:], last + timedelta(days=1)], strict=True), units, strict=True
        )
        if level == 0
    )
    ordered = sum(
        one.order > 0 for review in story.books.reviews for one in review.skus if one.sku == sku
    )
    return LinePlot(
        title=story.name(sku),
        description=(
            f"Bought {ordered} times; out of stock on {empty} of {(last - days[0]).days + 1} days."
            f"{_huge(story, sku)}"
        ),
        unit="units",
        series=[
            Series(label="stock at the end of the day", days=days, values=units),
            Series(
                label="reorder point",
                days=[day for day, _ in points],
                values=[point for _, point in points],
                shape=Shape.STEP,
                stroke=Stroke.DASHED,
            ),
        ],
    )


def _huge(story: Story, sku: Sku) -> str:
    units = story.books.huge_units.get(sku)
    if not units:
        return ""
    return (
        f" One order was for {units:,} units and was cancelled within minutes: it left no trace in "
        f"stock and plan."
    )


def _weeks(story: Story) -> WeeklyBars:
    first = story.catalogue.first - timedelta(days=story.catalogue.first.weekday())
    count = (story.catalogue.last - first).days // 7 + 1
    weeks = [first + timedelta(weeks=place) for place in range(count)]

    def series(channel: ChannelId) -> BarSeries:
        money = story.books.weeks.get(channel)
        return BarSeries(
            label=str(channel),
            above=[pounds(money.sold[week]) if money else 0 for week in weeks],
            below=[pounds(money.back[week]) if money else 0 for week in weeks],
        )

    huge = " and ".join(story.assumptions.huge_invoices)
    return WeeklyBars(
        title="Goods sold and taken back each week, by channel",
        description=(
            f"Above the line what was sold, below it what was cancelled or came back. The two huge "
            f"orders {huge}, cancelled within minutes, are left out: they would dwarf all weeks. "
            f"The last week ends on its Friday."
        ),
        unit="GBP",
        weeks=weeks,
        series=[series(channel) for channel in story.assumptions.channels()],
    )


def _advices(story: Story) -> list[Block]:
    rows = [
        (
            story.name(advice.sku),
            advice.order,
            advice.position.usable,
            advice.position.uncovered,
            advice.position.on_order,
            advice.reorder_point,
            "-" if advice.stockout_on is None else f"{advice.stockout_on}",
        )
        for advice in story.urgent
    ]
    if not rows:
        return [Text(paragraphs=["Nothing has to be bought now."])]
    return [
        Text(
            paragraphs=[
                (
                    f"On the evening of the last day {len(story.plan):,} of "
                    f"{len(story.plan.advices):,} products are low enough to buy. These are the "
                    f"most urgent. What is owed are units that are sold and not there."
                )
            ]
        ),
        Table(
            title="The most urgent",
            headers=[
                "product",
                "buy",
                "on the shelf",
                "owed",
                "on its way",
                "reorder point",
                "runs out on",
            ],
            rows=rows,
        ),
        Text(paragraphs=["The same in words, the first one with every number that led to it:"]),
        Items(items=[_in_full(story), *(_in_short(story, one) for one in story.urgent[1:])]),
    ]


def _in_full(story: Story) -> str:
    advice = story.urgent[0]
    return f"{story.name(advice.sku)}: {advice.explain().partition(': ')[2]}"


def _in_short(story: Story, advice: Advice) -> str:
    position = advice.position
    reasons = "; ".join(reason.value for reason in advice.reasons)
    return (
        f"{story.name(advice.sku)}: buy {advice.order:,}. About {advice.demand.mean_per_day:.1f} a "
        f"day are sold, and a delivery takes {advice.lead_time.mean_days:.0f} days. There are "
        f"{position.usable:,} on the shelf ({position.promised:,} of them promised), "
        f"{position.on_order:,} on their way, and {position.uncovered:,} are owed: {reasons}."
    )


def _abc(story: Story) -> AbcPlot:
    items = abc({sku: max(0, value) for sku, value in story.books.revenue.items()})
    tops = sum(item.abc_class.value == "A" for item in items)
    return AbcPlot(
        title="How few products make most of the revenue",
        description=(
            f"Products by revenue, the best first: {tops:,} of {len(items):,} make the first 80 % "
            f"(A), the middle goes to 95 % (B), the many others make the rest (C). Without what was "
            f"taken back."
        ),
        unit="revenue",
        items=items,
    )


def _cover(story: Story) -> Histogram:
    covers = [advice.days_of_cover for advice in story.plan.advices]
    known = [math.floor(cover) for cover in covers if cover is not None]
    without = len(covers) - len(known)
    return Histogram(
        title="How long the stock lasts",
        description=(
            f"Days that what is there and on its way lasts at the demand of the last 13 weeks. "
            f"{without:,} products without demand in that time are left out."
        ),
        unit="days of cover",
        counted="products",
        edges=COVER_EDGES,
        values=known,
    )


def _uncovered(story: Story) -> list[Block]:
    uncovered = story.books.uncovered
    told = (
        f"A marketplace sells what it shows, and shows what it was told last: {uncovered.units:,} "
        f"units on {uncovered.lines:,} lines were sold that were not there. Each was seen in the "
        f"next run, waited in line, and was resolved:"
    )
    rows = [(how, units) for how, units in uncovered.by.most_common() if units]
    if not rows:
        return [Text(paragraphs=["Nothing was sold that was not there."])]
    return [
        Text(paragraphs=[told]),
        Table(title="What became of them", headers=["resolved by", "units"], rows=rows),
    ]


def _quarantine(story: Story) -> list[Block]:
    if not story.quarantine:
        return [Text(paragraphs=["Nothing: all rows could be booked."])]
    rows = []
    for reason, count in story.quarantine:
        sums = story.tally.quarantined[reason]
        rows.append((reason.value, count, sums.units, plain_amount(sums.amount)))
    return [
        Text(
            paragraphs=[
                (
                    "Some rows of the file are no sales that an order could hold. They came in "
                    "through the channels like all others, could not be understood, and were set "
                    "aside with the reason while everything else went on. None is lost: the shop "
                    "can read them again after a fix."
                )
            ]
        ),
        Table(title="Rows in quarantine", headers=["reason", "rows", "units", "GBP"], rows=rows),
    ]


def _sums(story: Story) -> list[Block]:
    sums, audit = story.books.sums, story.audit
    kept = sums.captured - sums.paid_back
    blocks: list[Block] = [
        Items(
            items=[
                f"Units: {audit.explain()}.",
                (
                    f"Money: £{pounds(sums.captured):,.2f} paid in, £{pounds(sums.paid_back):,.2f} "
                    f"paid back, £{pounds(kept):,.2f} kept. Orders of which not exactly what is due "
                    f"was kept: {sums.unsettled:,}."
                ),
            ]
        )
    ]
    if story.reconciled:
        blocks.append(
            Table(
                title="The file, added up apart from the replay, against the books",
                headers=[
                    "figure",
                    "file",
                    "in the books",
                    "beside them",
                    "missing",
                    "beside: where",
                ],
                rows=[
                    (
                        one.name,
                        one.source,
                        one.booked,
                        one.beside,
                        one.difference,
                        one.where if one.beside else "",
                    )
                    for one in story.reconciled
                ],
            )
        )
    return blocks


def _sources() -> Text:
    return Text(
        paragraphs=[
            ATTRIBUTION,
            (
                "Orders, units, money, stock, waiting units and quarantine were read from the "
                "shop's own file after the replay; the file's sums from the data, by code that "
                "shares nothing with the replay. Reorder points are those that the weekly reviews "
                "wrote down. examples/online_retail/README.md says what is real and what is assumed."
            ),
        ]
    )
