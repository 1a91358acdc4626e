"""The stream: in order, opened before it sells, and each cancellation after its sales."""

import csv
import lzma
from collections.abc import Callable
from datetime import timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest
from online_retail._assumptions import Assumptions, Selection
from online_retail._source import HEADER, Reason, SenselessRow, SourceError
from online_retail._world import (
    ChargesBooked,
    Event,
    InvoicePlaced,
    OpeningCounted,
    UnitsCancelled,
    World,
)

Make = Callable[..., list[Event]]


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """The default year."""
    return list(World(selection=Assumptions().selection).events())


@pytest.fixture
def world(tmp_path: Path) -> Make:
    """Make a world of a few rows."""

    def make(*rows: list[str], selection: Selection | None = None) -> list[Event]:
        path = tmp_path / "some.csv.xz"
        with lzma.open(path, "wt", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
        return list(World(selection=selection or Selection.everything(), path=path).events())

    return make


def sold(
    invoice: str,
    code: str = "22423",
    quantity: int = 2,
    at: str = "2011-01-04 10:30",
    customer: str = "17850",
) -> list[str]:
    """A row as texts."""
    return [invoice, code, "CAKESTAND", str(quantity), at, "12.75", customer, "France"]


def names(events: list[Event]) -> list[str]:
    """The kinds of events."""
    return [type(event).__name__ for event in events]


def test_the_year_is_told_in_order(events: list[Event]) -> None:
    """No event is older than the one before it."""
    assert all(earlier.at <= later.at for earlier, later in pairwise(events))


def test_the_year_is_told_the_same_way_twice(events: list[Event]) -> None:
    """The stream is deterministic."""
    again = World(selection=Assumptions().selection).events()

    assert events[:2_000] == list(islice(again, 2_000))


def test_every_product_is_counted_once_before_it_sells(events: list[Event]) -> None:
    """Each product has one opening count, of at least the assumed minimum, before its first sale."""
    counted = set()
    for event in events:
        if isinstance(event, OpeningCounted):
            assert event.sku not in counted
            assert Assumptions().opening_units_min <= event.quantity
            counted.add(event.sku)
        elif isinstance(event, InvoicePlaced):
            assert {line.sku for line in event.lines} <= counted


def test_only_selected_products_appear(events: list[Event]) -> None:
    """Lines of products outside the selection are left out."""
    selection = Assumptions().selection

    assert all(
        selection.takes(line.sku)
        for event in events
        if isinstance(event, InvoicePlaced | UnitsCancelled)
        for line in event.lines
    )


def test_cancellations_refer_to_lines_told_before(events: list[Event]) -> None:
    """Every match names a line of an earlier invoice of the same customer, and its product."""
    lines = {}
    for event in events:
        if isinstance(event, InvoicePlaced):
            lines |= {line.line: (event, line) for line in event.lines}
        elif isinstance(event, UnitsCancelled):
            for taken in event.lines:
                assert taken.quantity == sum(match.quantity for match in taken.matches)
                for match in taken.matches:
                    placed, line = lines[match.line]
                    assert (placed.invoice, placed.customer) == (match.invoice, event.customer)
                    assert (line.sku, line.unit_price) == (taken.sku, match.unit_price)


@pytest.mark.parametrize(
    ("huge", "cancelling", "units"),
    [("541431", "C541433", 74_215), ("581483", "C581484", 80_995)],
)
def test_the_huge_orders_are_taken_back_in_full(
    events: list[Event], huge: str, cancelling: str, units: int
) -> None:
    """
    Both huge orders are in the default run, are cancelled whole within the assumed time, and
    leave no mark on the opening counts.
    """
    placed = next(e for e in events if isinstance(e, InvoicePlaced) and e.invoice == huge)
    taken = next(e for e in events if isinstance(e, UnitsCancelled) and e.invoice == cancelling)
    opening = next(
        e for e in events if isinstance(e, OpeningCounted) and e.sku == placed.lines[0].sku
    )

    assert huge in Assumptions().huge_invoices
    assert [(huge, units)] == [(m.invoice, m.quantity) for m in taken.lines[0].matches]
    assert taken.at - placed.at <= timedelta(hours=1)
    assert Assumptions().opening_units_min == opening.quantity


def test_opening_is_what_the_first_four_weeks_sell(world: Make) -> None:
    """The opening count is the units of the first 28 days, less what was given back in them."""
    opening = world(
        sold("1", quantity=30, at="2011-01-04 10:30"),
        sold("C2", quantity=-5, at="2011-01-05 10:30"),
        sold("3", quantity=20, at="2011-01-31 10:30"),
        sold("4", quantity=400, at="2011-02-01 10:30"),
        sold("C5", quantity=-20, at="2011-02-01 11:30"),
    )[0]

    assert (opening.quantity, opening.at.isoformat()) == (45, "2011-01-04T00:00:00+00:00")


def test_an_invoice_over_two_minutes_is_one(world: Make) -> None:
    """Rows of one invoice are one event, though another invoice stands between them."""
    events = world(
        sold("1"),
        sold("2", at="2011-01-04 10:31"),
        sold("1", code="POST", at="2011-01-04 10:31"),
        sold("1", at="2011-01-04 10:31"),
    )

    assert names(events) == ["OpeningCounted", "InvoicePlaced", "InvoicePlaced"]
    assert [line.line for line in events[1].lines] == [1, 4]
    assert [charge.line for charge in events[1].charges] == [3]


def test_all_of_an_invoice_happens_when_it_begins(world: Make) -> None:
    """Whatever a later row of an invoice is, its event is no later than the next invoice's."""
    events = world(
        sold("1"),
        sold("2"),
        sold("1", quantity=-1, at="2011-01-04 10:31"),
        sold("C3", at="2011-01-04 10:31"),
    )[1:]

    assert names(events) == ["SenselessRow", "InvoicePlaced", "InvoicePlaced", "SenselessRow"]
    assert len({event.at for event in events[:3]}) == 1


def test_an_invoice_that_goes_on_later_is_refused(world: Make) -> None:
    """An invoice that has been told cannot grow: that would be another file."""
    with pytest.raises(SourceError) as caught:
        world(sold("1"), sold("2", at="2011-01-04 10:32"), sold("1", at="2011-01-04 10:32"))

    assert caught.value.fault == "invoice 1 goes on in row 3"


def test_units_beyond_the_sales_are_quarantined(world: Make) -> None:
    """A row taken back in part is a cancellation and, for the rest, senseless."""
    _, _, rest, cancelled = world(
        sold("1", quantity=2), sold("C2", quantity=-5, at="2011-01-04 12:00")
    )

    assert isinstance(rest, SenselessRow)
    assert (rest.reason, rest.quantity) == (Reason.NO_EARLIER_SALE, -3)
    assert cancelled.lines[0].quantity == 2


def test_a_cancellation_without_customer_is_quarantined(world: Make) -> None:
    """Nobody's cancellation is set against nobody's sale."""
    *_, last = world(
        sold("1", customer=""), sold("C2", quantity=-2, customer="", at="2011-01-04 12:00")
    )

    assert (last.reason, last.quantity) == (Reason.NO_CUSTOMER, -2)


def test_charges_alone(world: Make) -> None:
    """An invoice of nothing but charges is told if everything is selected, and not otherwise."""
    rows = [sold("1", code="POST")]

    assert names(world(*rows)) == ["ChargesBooked"]
    assert world(*rows, selection=Selection.of("22423")) == []


def test_charges_beside_an_unmatched_cancellation(world: Make) -> None:
    """Where no unit can be matched, the charges of the invoice are still booked."""
    events = world(sold("C1", quantity=-2), sold("C1", code="POST", quantity=-1))

    assert names(events) == ["SenselessRow", "ChargesBooked"]
    assert isinstance(events[1], ChargesBooked)
    assert events[1].charges[0].amount.amount == -1275


def test_unreadable_rows_stand_alone(world: Make) -> None:
    """A row that cannot be read is told by itself and does not touch its neighbours."""
    events = world(sold("1"), ["", "22423"], ["", "22423"], sold("1"))

    assert names(events) == ["OpeningCounted", "InvoicePlaced", "SenselessRow", "SenselessRow"]
    assert len(events[1].lines) == 2


def test_nothing_happened(world: Make) -> None:
    """A file without rows has no events."""
    assert world() == []


def test_the_first_event_needs_no_whole_year() -> None:
    """The stream reads four weeks ahead and no more: the first event leaves most rows unread."""
    first = next(World(selection=Selection.everything()).events())

    assert isinstance(first, OpeningCounted)
    assert timedelta(days=28) == timedelta(days=Assumptions().opening_days)
