"""The end of a run, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ._reconciliation import pounds
from ._story import URGENT, Story

__all__ = ["summary"]


def summary(story: Story, *, report: Path | None, seconds: float, memory_mb: int | None) -> str:
    """Return what a run came to."""
    lines = [
        *_reconciliation(story),
        *_laws(story),
        *_uncovered(story),
        *_quarantine(story),
        *_advices(story),
    ]
    with_huge, without = story.return_rates
    huge = " and ".join(story.assumptions.huge_invoices)
    if story.stopped_runs:
        lines.append(f"The brake kept {story.stopped_runs} runs from publishing.")
    lines += [
        *_calls(story),
        "",
        f"Fill rate, at the moment of the sale: {story.fill}.",
        f"Return rate: {with_huge} of units; {without} without the huge orders {huge}.",
        "",
        f"Took {seconds:.0f} s"
        + ("" if memory_mb is None else f" and {memory_mb:,} MB of memory at most")
        + ".",
    ]
    if report is not None:
        lines.append(f"Report: {report}")
    lines.append(f"Digest of the books: {story.books.digest}")
    return "\n".join(lines)


def _reconciliation(story: Story) -> Iterator[str]:
    sums = story.books.sums
    yield ""
    yield (
        f"Booked: {sums.orders:,} orders, {sums.lines:,} lines, {sums.units:,} units, "
        f"{pounds(sums.goods):,.2f} GBP of goods and {pounds(sums.charges):,.2f} GBP of charges."
    )
    if not story.reconciled:
        yield "The run ended before the file did, so its sums are not held against the file's."
        return
    yield "Against the file, added up apart from the replay:"
    yield f"  {'':40}{'file':>16}{'booked':>16}{'beside':>14}{'difference':>12}"
    for one in story.reconciled:
        yield (
            f"  {one.name:40}{one.source:>16,}{one.booked:>16,}{one.beside:>14,}"
            f"{one.difference:>12,}" + (f"   ({one.where})" if one.beside else "")
        )
    if story.tally.other_price_rows:
        other = story.tally.row_amount - story.tally.sale_amount
        yield (
            f"  {story.tally.other_price_rows:,} cancelled rows pay back another price than the "
            f"sale's, {other:,.2f} GBP more in all; the shop pays back what was paid."
        )


def _calls(story: Story) -> Iterator[str]:
    if story.calls:
        yield ""
        yield "The channels were called over HTTP:"
        yield from (f"  {calls}" for calls in story.calls)


def _laws(story: Story) -> Iterator[str]:
    sums, audit = story.books.sums, story.audit
    yield ""
    yield f"Promised twice: {audit.promised_twice} units."
    yield f"Units are conserved: {audit.explain()}."
    yield (
        f"Cents are conserved: {pounds(sums.captured):,.2f} GBP paid in, "
        f"{pounds(sums.paid_back):,.2f} GBP paid back, {pounds(sums.captured - sums.paid_back):,.2f} "
        f"GBP kept; {sums.unsettled} orders of which not exactly what is due was kept."
    )


def _uncovered(story: Story) -> Iterator[str]:
    uncovered = story.books.uncovered
    yield ""
    yield (
        f"Sold and not there: {uncovered.units:,} units on {uncovered.lines:,} lines, all seen. "
        f"They were"
    )
    for how, units in uncovered.by.most_common():
        if units:
            yield f"  {units:>8,}  {how}"


def _quarantine(story: Story) -> Iterator[str]:
    yield ""
    yield f"In quarantine: {sum(story.books.reasons.values()):,} rows that make no sense as orders:"
    for reason, rows in story.quarantine:
        yield f"  {rows:>8,}  {reason.value}"


def _advices(story: Story) -> Iterator[str]:
    yield ""
    yield (
        f"What to buy now: {len(story.plan):,} of {len(story.plan.advices):,} products; the "
        f"{min(URGENT, len(story.plan))} most urgent:"
    )
    for place, advice in enumerate(story.urgent, start=1):
        first, *others = advice.explain().splitlines()
        yield f"{place:>3}. {story.name(advice.sku)} - {first.partition(': ')[2]}"
        yield from (f"     {line}" for line in others)
