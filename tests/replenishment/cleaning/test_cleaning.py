"""The cleaning as a whole: no unit gets lost, and nothing is taken off in silence."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId, LineId, OrderId, Sku
from ecomkit.replenishment import DemandSeries
from ecomkit.replenishment.cleaning import (
    STEPS,
    BulkOrders,
    BulkTreatment,
    Cancellations,
    DayChange,
    DemandCleaning,
    DemandRow,
    InferredStockOuts,
    MedianDeviations,
    NotObserved,
    OutOfStock,
    Returns,
    RowKind,
    SalesHistory,
    ShareOfPeriod,
    StockOuts,
    TakenOff,
    Unmatched,
    WriteOffs,
)

START = date(2026, 3, 2)
DAYS = 30
END = START + timedelta(days=DAYS)
TIGER, LION = Sku("TIGER"), Sku("LION")

# Some days lie before and after the window.
DAY = st.integers(-5, DAYS + 4).map(lambda ahead: START + timedelta(days=ahead))
ROWS = st.lists(
    st.builds(
        DemandRow,
        sku=st.sampled_from([TIGER, LION]),
        day=DAY,
        units=st.integers(1, 6) | st.integers(1, 900),
        kind=st.sampled_from(RowKind),
        channel=st.sampled_from([None, ChannelId("etsy"), ChannelId("shop")]),
        order=st.sampled_from([None, None, OrderId("1"), OrderId("2")]),
        line=st.sampled_from([None, LineId("a"), LineId("b")]),
        customer=st.sampled_from([None, CustomerId("17850"), CustomerId("12346")]),
    ),
    max_size=30,
)
STOCK_OUTS = StockOuts(
    days={TIGER: {START + timedelta(days=n): OutOfStock(1 + n % 3) for n in range(-3, DAYS, 4)}},
    from_extent=OutOfStock.AT_END,
)
ANY_STEPS = st.lists(
    st.sampled_from(
        [
            *STEPS,
            Returns(share=Fraction(1, 3)),
            BulkOrders(limit=MedianDeviations(deviations=1, lines_min=2)),
            BulkOrders(
                limit=ShareOfPeriod(share=Fraction(1, 5)), treatment=BulkTreatment.TAKEN_OUT
            ),
            BulkOrders(limit=None, orders=[OrderId("1")]),
            STOCK_OUTS,
            InferredStockOuts(improbable=0.5),
        ]
    ),
    max_size=7,
)


def clean(rows: Any, *steps: Any) -> Any:
    """Clean the rows by *steps*."""
    return DemandCleaning(steps=steps)(rows, start=START, end=END)


def row(units: int, *, day: int = 0, kind: RowKind = RowKind.SALE, **facts: Any) -> DemandRow:
    """Return a row about tigers."""
    return DemandRow(sku=TIGER, day=START + timedelta(days=day), units=units, kind=kind, **facts)


@given(rows=ROWS, steps=ANY_STEPS)
@settings(max_examples=200, deadline=None)
def test_raw_is_cleaned_and_all_that_was_taken_off(rows: Any, steps: Any) -> None:
    """Units are conserved, over all steps, over each step, and over each day of it."""
    for sku, cleaned in clean(rows, *steps).items():
        expected = sum(
            one.units
            for one in rows
            if one.sku == sku
            and one.kind in (RowKind.SALE, RowKind.WRITE_OFF)
            and START <= one.day < END
        )
        raw, demand = sum(cleaned.raw.observed), sum(cleaned.series.observed)

        assert expected == raw == demand + cleaned.taken_off
        assert cleaned.taken_off == sum(step.taken_off for step in cleaned.steps)
        assert [step.name for step in steps] == [report.name for report in cleaned.steps]
        before = raw
        days = dict(enumerate(cleaned.raw.units))
        for report in cleaned.steps:
            assert before == report.units_before
            assert report.taken_off == sum(change.taken_off for change in report.changes)
            before = report.units_after
            for change in report.changes:
                place = (change.day - START).days
                assert days[place] == change.before
                assert change.why
                days[place] = change.after
        assert before == demand
        assert tuple(days[place] for place in range(DAYS)) == cleaned.series.units


@given(rows=ROWS, steps=ANY_STEPS)
@settings(max_examples=60, deadline=None)
def test_the_channels_add_up_to_the_pool(rows: Any, steps: Any) -> None:
    """What each channel sold, cleaned, sums to the cleaned demand day by day."""
    for cleaned in clean(rows, *steps).values():
        channels = cleaned.by_channel

        assert list(channels) == sorted(channels, key=lambda channel: channel or "")
        if channels:
            assert cleaned.series == DemandSeries.pooled(channels.values())
        else:
            assert not any(cleaned.series.observed)


@given(rows=ROWS, steps=ANY_STEPS)
@settings(max_examples=60, deadline=None)
def test_skus_are_cleaned_each_for_itself(rows: Any, steps: Any) -> None:
    """What others sold changes nothing, nor does a step that is done twice."""
    together = clean(rows, *steps)

    assert sorted({one.sku for one in rows}) == list(together)
    for sku, cleaned in together.items():
        assert {sku: cleaned} == clean([one for one in rows if one.sku == sku], *steps)


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_without_steps_the_demand_is_what_was_sold(rows: Any) -> None:
    """Nothing is cleaned that nobody asked for."""
    for cleaned in clean(rows).values():
        assert cleaned.raw == cleaned.series
        assert cleaned.steps == ()


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_cleaning_twice_by_the_same_step_takes_nothing_more(rows: Any) -> None:
    """A write-off, a cancellation and a return count once."""
    for step in (WriteOffs(), Cancellations(), Returns()):
        for once, twice in zip(
            clean(rows, step).values(), clean(rows, step, step).values(), strict=True
        ):
            assert once.series == twice.series


def test_the_default_leaves_what_was_wanted() -> None:
    """Write-offs, cancellations, returns and one-off orders go; usual sales stay."""
    who = CustomerId("17850")
    usual = [row(units, day=day) for day in range(12) for units in (2, 3)]
    rows = [
        *usual,
        row(5, day=1, kind=RowKind.WRITE_OFF),
        row(40, day=2, order=OrderId("1"), customer=who),
        row(40, day=3, kind=RowKind.CANCELLATION, order=OrderId("1")),
        row(4, day=4, customer=who),
        row(1, day=9, kind=RowKind.RETURN, customer=who),
        row(7000, day=20, order=OrderId("2")),
    ]
    [cleaned] = DemandCleaning()(rows, start=START, end=END).values()
    offs = {report.name: report.taken_off for report in cleaned.steps}

    assert [offs[name] for name in ("write-offs", "cancellations", "returns")] == [5, 40, 1]
    assert cleaned.series.units[:5] == (5, 5, 5, 5, 8)
    assert cleaned.raw.units[20] == 7000
    assert cleaned.series.units[20] == 7000 - offs["bulk orders"]
    assert offs["bulk orders"] > 6970
    text = cleaned.explain()
    assert text.startswith("TIGER: 7109 units in 30 days from 2026-03-02\nwrite-offs: 5 units")
    assert "sale of 7000 of order 2 on 2026-03-22: 7000 units, above the limit of" in text


def test_an_explanation_shows_the_largest_changes_and_counts_the_rest() -> None:
    """A long report is read from its largest change on; what found no sale is counted."""
    rows = [row(n, day=n, kind=RowKind.WRITE_OFF) for n in range(1, 9)]
    rows += [row(2, kind=RowKind.RETURN), row(1, kind=RowKind.RETURN)]
    [cleaned] = clean(rows, WriteOffs(), Returns()).values()
    lines = cleaned.explain().splitlines()

    assert lines[1] == "write-offs: 36 units off 8 days, 36 -> 0"
    assert lines[2] == "  2026-03-10: 8 -> 0, write-off of 8 on 2026-03-10"
    assert lines[6:9] == [
        "  2026-03-06: 4 -> 0, write-off of 4 on 2026-03-06",
        "  and 3 more",
        "returns: 0 units off 0 days, 0 -> 0",
    ]
    assert lines[9] == "  without a sale: 3 units in 2 rows"
    assert cleaned.steps[1].unmatched[0].explain() == (
        "2 units of the return of 2 on 2026-03-02: it names neither an order nor a customer"
    )
    assert DayChange(day=START, before=4, after=1, why="x").explain() == "2026-03-02: 4 -> 1, x"


class HalfOfMondays:
    """A step of a user's own."""

    name: ClassVar[str] = "half of Mondays"

    def __call__(self, history: SalesHistory) -> Any:
        """Take half of each Monday off."""
        for place, sale, left in history.counted(RowKind.SALE):
            if sale.day.isoweekday() == 1 and left > 1:
                yield TakenOff(row=place, units=left // 2, why="a Monday")


def test_a_step_of_ones_own_is_reported_like_any_other() -> None:
    """Whatever it finds stands in the report."""
    [cleaned] = clean([row(7), row(7, day=1)], HalfOfMondays()).values()

    assert cleaned.series.units[:2] == (4, 7)
    assert (cleaned.steps[0].name, cleaned.steps[0].taken_off) == ("half of Mondays", 3)


class Says:
    """A step that says whatever it was given."""

    name: ClassVar[str] = "says"

    def __init__(self, *findings: Any) -> None:
        self.findings = findings

    def __call__(self, history: SalesHistory) -> Any:
        """Say it."""
        return self.findings


@pytest.mark.parametrize(
    "finding",
    [
        TakenOff(row=0, units=8, why="too many"),
        TakenOff(row=9, units=1, why="no such row"),
        TakenOff(row=0, units=4, by=1, why="more than was cancelled"),
    ],
)
def test_no_step_takes_off_what_is_not_there(finding: Any) -> None:
    """A step that takes more than a row has left is an error, and no negative demand."""
    with pytest.raises(FieldError, match="has left"):
        clean([row(7), row(3, day=1, kind=RowKind.CANCELLATION)], Says(finding))


def test_what_a_step_finds_is_a_finding() -> None:
    """Anything else is an error, and not passed over."""
    with pytest.raises(FieldError, match="findings"):
        clean([row(7)], Says("a bulk order"))


def test_what_lies_outside_of_the_window_is_not_in_the_report() -> None:
    """Days before and after it, and days that are unknown already, have no change left."""
    days = [START - timedelta(days=1), END, START, START]
    [cleaned] = clean(
        [row(7), row(7, day=-1)],
        Says(*(NotObserved(day=day, why="closed") for day in days)),
        Says(TakenOff(row=0, units=7, why="early"), TakenOff(row=1, units=7, why="unknown")),
        Says(Unmatched(row=row(2), units=1, why="odd")),
    ).values()

    assert [(change.day, change.before, change.after) for change in cleaned.steps[0].changes] == [
        (START, 7, None)
    ]
    assert cleaned.steps[1].changes == ()
    assert [one.why for one in cleaned.steps[2].unmatched] == ["odd"]
    assert cleaned.series.units == (None, *[0] * (DAYS - 1))


@pytest.mark.parametrize("steps", [[1], [print], 7, [lambda history: []]])
def test_a_step_has_a_name_and_can_be_called(steps: Any) -> None:
    """Anything else is no step."""
    with pytest.raises(FieldError, match="steps"):
        DemandCleaning(steps=steps)


def test_a_window_is_at_most_ten_years_long() -> None:
    """A garbled date does not fill the memory with days; an empty window is none."""
    with pytest.raises(FieldError, match="end"):
        DemandCleaning()([row(1)], start=date(1, 1, 1), end=date(2026, 1, 1))
    with pytest.raises(FieldError, match="end"):
        DemandCleaning()([row(1)], start=START, end="2026")  # type: ignore[arg-type]
    [cleaned] = DemandCleaning()([row(1)], start=END, end=START).values()

    assert cleaned.raw.units == cleaned.series.units == ()


@pytest.mark.parametrize(
    "left", [[], [1, 1], [-1], [8]], ids=["too few", "too many", "below 0", "above its units"]
)
def test_a_history_knows_how_many_units_of_each_row_are_left(left: Any) -> None:
    """A number for each row, from 0 to its units."""
    with pytest.raises(FieldError, match="left"):
        SalesHistory(sku=TIGER, start=START, end=END, rows=[row(7)], left=left)


@pytest.mark.parametrize("units", [0, -1, 1.5, True])
def test_a_row_has_units(units: Any) -> None:
    """The kind says whether they come or go, so there is no sign."""
    with pytest.raises(FieldError, match="units"):
        row(units)
