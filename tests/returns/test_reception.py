"""What is in the parcel goes into a bucket, and counts once."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import LineEvent, LineEventKind, Order, OrderLine, UnknownLineError
from ecomkit.returns import Disposition, ReceivedLine, Reception, refund_due
from ecomkit.stock import Bucket
from ecomkit.testing.strategies._orders import orders
from ecomkit.testing.strategies._returns import receptions

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = LineId("A")
ORDER = Order(
    id=OrderId("shop/1"),
    channel=ChannelId("shop"),
    currency=Currency.EUR,
    placed_at=AT,
    lines=[OrderLine(id=A, sku=Sku("ELEPHANT"), quantity=3, unit_price=Money(8999, Currency.EUR))],
).ship(A, quantity=3, at=AT)


def received(
    units: int, disposition: Disposition = Disposition.RESTOCK, *, sku: Sku | None = None
) -> ReceivedLine:
    """Return an entry for units of the one line."""
    return ReceivedLine(line=A, quantity=units, disposition=disposition, sku=sku)


def test_what_becomes_of_a_unit_does_not_change_its_refund() -> None:
    """One to sell again and one damaged: one each into the buckets, and two to refund."""
    reception = Reception(lines=[received(1), received(1, Disposition.DAMAGED)])

    assert [(arrival.bucket, arrival.quantity) for arrival in reception.arrivals(ORDER)] == [
        (Bucket.SELLABLE, 1),
        (Bucket.DAMAGED, 1),
    ]
    assert reception.refundable(ORDER) == {A: 2}
    assert [LineEvent(kind=LineEventKind.RETURNED, line=A, quantity=2, at=AT)] == list(
        reception.events(ORDER, at=AT)
    )


def test_another_sku_waits_for_a_decision() -> None:
    """The wrong sku came back: it goes into quarantine as what it is, and refunds nothing."""
    swapped = received(1, Disposition.RESTOCK, sku=Sku("GIRAFFE"))
    reception = Reception(lines=[swapped, received(1, sku=Sku("ELEPHANT"))])
    first, second = reception.arrivals(ORDER)

    assert (swapped,) == reception.mismatches(ORDER)
    assert (Sku("GIRAFFE"), Bucket.QUARANTINED) == (first.sku, first.bucket)
    assert (Sku("ELEPHANT"), Bucket.SELLABLE) == (second.sku, second.bucket)
    assert reception.refundable(ORDER) == {A: 1}


def test_each_disposition_ends_in_a_bucket() -> None:
    """Units are sold again, looked at, kept apart, or leave us."""
    assert {disposition: disposition.bucket for disposition in Disposition} == {
        Disposition.RESTOCK: Bucket.SELLABLE,
        Disposition.QUARANTINE: Bucket.QUARANTINED,
        Disposition.DAMAGED: Bucket.DAMAGED,
        Disposition.SCRAP: Bucket.SCRAP,
        Disposition.REFURBISH: Bucket.DAMAGED,
        Disposition.DONATE: Bucket.SCRAP,
        Disposition.RETURN_TO_VENDOR: Bucket.SUPPLIER,
        Disposition.SEND_BACK: Bucket.CUSTOMER,
    }


@given(orders(max_steps=4), st.data())
def test_every_unit_that_came_goes_somewhere(order: Order, data: st.DataObject) -> None:
    """Units are conserved: what came is what goes to stock, and is refunded or mismatched."""
    for line in order.lines:
        if units := order.counts(line.id).open:
            order = order.ship(line.id, quantity=units, at=AT)
    assume(order.units.out)
    reception = data.draw(receptions(order=order))
    came = sum(line.quantity for line in reception.lines)
    swapped = sum(line.quantity for line in reception.mismatches(order))
    refundable = reception.refundable(order)
    after = order.with_events(reception.events(order, at=AT))

    assert came == sum(arrival.quantity for arrival in reception.arrivals(order))
    assert came == swapped + sum(refundable.values())
    assert order.units.returned + sum(refundable.values()) == after.units.returned
    credited = {
        line: min(units, order.counts(line).possible(LineEventKind.CREDITED))
        for line, units in refundable.items()
    }
    assert refund_due(order, credited=credited).amount <= max(
        order.paid.kept, Money.zero(order.currency)
    )


def test_an_empty_parcel_is_no_reception() -> None:
    """Something came, or there is nothing to record."""
    with pytest.raises(FieldError):
        Reception(lines=())
    with pytest.raises(FieldError):
        received(0)


def test_a_reception_is_about_lines_of_the_order() -> None:
    """An unknown line is named, whatever is asked."""
    line = ReceivedLine(line=LineId("9"), quantity=1, disposition=Disposition.SCRAP)
    reception = Reception(lines=[line])

    for ask in (reception.mismatches, reception.refundable, reception.arrivals):
        with pytest.raises(UnknownLineError):
            ask(ORDER)


@pytest.mark.filterwarnings("ignore:The `.example")
def test_nothing_comes_back_of_an_order_that_is_not_out() -> None:
    """The strategy says so instead of drawing nothing."""
    order = ORDER.take_back(A, quantity=3, at=AT)

    with pytest.raises(FieldError):
        receptions(order=order).example()
