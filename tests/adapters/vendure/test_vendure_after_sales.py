"""Shipping, cancelling and paying back: each once, and nothing besides."""

from typing import Any

import attrs
import pytest
from vendure_remote import NOON, client_of, fake_of

from ecomkit.adapters.http import Reply, flow_of, parse_json, play
from ecomkit.adapters.vendure._names import has_mark
from ecomkit.channels import (
    Applied,
    Cancellation,
    ChannelAnswerError,
    Fulfilment,
    LineUnits,
    ReadOrder,
    Refund,
    Rejected,
)
from ecomkit.identifiers import CommandKey, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.vendure import VendureFake

PRICE = Money(1000, Currency.EUR)


def sold(remote: VendureFake, *, quantity: int = 3, **rest: Any) -> tuple[str, LineId]:
    """Return an order of one line, and the line."""
    listing = remote.put_up("KNIT", quantity=50)
    number = remote.sell([(listing, quantity, PRICE)], **rest)
    return number, remote.lines(number)[0]


def parcel(number: str, line: LineId, *, units: int = 1) -> Fulfilment:
    """Return a fulfilment."""
    return Fulfilment(
        key=CommandKey("ship/1"),
        number=number,
        lines=[LineUnits(line=line, quantity=units)],
        shipped_at=NOON,
        carrier="La Poste",
        tracking="6A123",
    )


def test_a_fulfilment_that_was_made_and_not_shipped_is_shipped() -> None:
    """A worker that was killed in between leaves one; pushing again makes no second one."""
    remote = fake_of()
    number, line = sold(remote)
    client = client_of(remote)
    client.push_fulfilment(parcel(number, line))
    [made] = remote.fulfilments(number)
    assert made.method.startswith("La Poste #")
    assert made.tracking == "6A123"
    kept = remote._book.kept[int(number)]
    kept.order = _pending(kept.order)
    assert isinstance(client.read_fulfilment(parcel(number, line)), Rejected)
    assert Applied() == client.push_fulfilment(parcel(number, line))
    assert [one.state for one in remote.fulfilments(number)] == ["Shipped"]


def _pending(order: Any) -> Any:
    [made] = order.fulfilments
    return attrs.evolve(order, fulfilments=(attrs.evolve(made, state="Pending"),))


def test_a_fulfilment_that_the_shop_cancelled_is_not_made_again() -> None:
    """The same key counts once, also where somebody undid it."""
    remote = fake_of()
    number, line = sold(remote)
    client = client_of(remote)
    client.push_fulfilment(parcel(number, line))
    [made] = remote.fulfilments(number)
    remote._book.move_fulfilment(made.id, "Cancelled", at=NOON)
    assert isinstance(client.push_fulfilment(parcel(number, line)), Rejected)
    assert len(remote.fulfilments(number)) == 1


def test_units_leave_though_the_shop_counts_too_few_on_hand() -> None:
    """It forgets promises when many buy at once: the units are lent, and nothing more is shown."""
    remote = fake_of()
    number, line = sold(remote)
    client = client_of(remote)
    listing = remote.put_up("OTHER", quantity=1)  # to see that nothing else is touched
    variant = ListingId("1")
    [level] = remote._book.stock.of(int(variant))
    level.allocated = 0
    remote.show(variant, 0)
    assert (level.on_hand, level.allocated) == (0, 0)
    assert Applied() == client.push_fulfilment(parcel(number, line, units=2))
    assert [one.state for one in remote.fulfilments(number)] == ["Shipped"]
    assert [one.quantity for one in client.read_stock([variant, listing])] == [0, 1]
    assert Applied() == client.push_fulfilment(parcel(number, line, units=2))
    assert len(remote.fulfilments(number)) == 1


def test_a_refund_with_lines_that_nobody_can_read_is_an_answer_that_is_broken() -> None:
    """A line's id that is none is the shop's fault, and not the caller's."""
    client = client_of(fake_of())
    row = {"orderLineId": " 5", "quantity": 1}
    refund = {
        "id": "8",
        "total": 900,
        "state": "Settled",
        "reason": None,
        "createdAt": "2026-03-01T12:00:00.000Z",
        "lines": [row],
    }
    order = {"currencyCode": "EUR", "payments": [{"refunds": [refund]}]}
    flow = flow_of(client.refunds)("1")
    with pytest.raises(ChannelAnswerError, match=r"payments\[0\].*orderLineId"):
        play(client, flow, answers=[Reply.of_json({"data": {"order": order}})])


def test_units_that_have_left_are_not_cancelled() -> None:
    """The shop would count them back in; a cancellation of all is one of what is left."""
    remote = fake_of()
    number, line = sold(remote)
    remote.ship(number, {line: 2})
    client = client_of(remote)
    two = Cancellation(
        key=CommandKey("c1"), number=number, lines=[LineUnits(line=line, quantity=2)]
    )
    assert isinstance(client.push_cancellation(two), Rejected)
    rest = Cancellation(key=CommandKey("c2"), number=number, reason="gone")
    assert Applied() == client.push_cancellation(rest)
    entry = client.order(number)
    assert isinstance(entry, ReadOrder)
    assert (entry.claim.lines[0].cancelled, entry.claim.lines[0].shipped) == (1, 2)
    more = Cancellation(key=CommandKey("c3"), number=number)
    assert isinstance(client.push_cancellation(more), Rejected)


def test_a_refund_says_why_and_bears_its_mark() -> None:
    """People read the reason; the mark behind it finds the refund again."""
    remote = fake_of()
    number, line = sold(remote)
    refund = Refund(
        key=CommandKey("r1"),
        number=number,
        amount=PRICE,
        reason="torn",
        lines=[LineUnits(line=line, quantity=1)],
    )
    client = client_of(remote)
    assert Applied() == client.push_refund(refund)
    [found] = client.refunds(number)
    assert found.reason.startswith("torn #")
    assert has_mark(found.reason, refund.key)
    other = Refund(key=CommandKey("r2"), number=number, amount=Money(1, Currency.USD))
    assert isinstance(client.push_refund(other), Rejected)


def test_units_are_paid_back_once() -> None:
    """A line that is not there, and more units than were bought, are refused; the server is not asked."""
    remote = fake_of()
    number, line = sold(remote, quantity=2)
    client = client_of(remote)

    def refund(key: str, wanted: LineId, units: int) -> Refund:
        rows = [LineUnits(line=wanted, quantity=units)]
        return Refund(
            key=CommandKey(key), number=number, amount=Money(10, PRICE.currency), lines=rows
        )

    assert Applied() == client.push_refund(refund("a", line, 1))
    assert isinstance(client.push_refund(refund("b", line, 2)), Rejected)
    assert isinstance(client.push_refund(refund("c", LineId("99"), 1)), Rejected)
    assert Applied() == client.push_refund(refund("d", line, 1))
    assert Money(20, PRICE.currency) == remote.refunded(number)


def test_a_refund_may_take_several_payments() -> None:
    """The oldest payment first, the rest of the next one; what failed is still to be paid back."""
    client = client_of(fake_of())
    failed = {"id": "8", "total": 900, "state": "Failed", "reason": None, "lines": []}
    order = {
        "currencyCode": "EUR",
        "lines": [{"id": "5", "quantity": 0, "orderPlacedQuantity": 1}],
        "payments": [
            {"id": "1", "state": "Settled", "amount": 700, "refunds": []},
            {"id": "2", "state": "Declined", "amount": 9_000, "refunds": []},
            {"id": "3", "state": "Settled", "amount": 900, "refunds": [failed]},
        ],
    }
    refund = Refund(
        key=CommandKey("r1"),
        number="1",
        amount=PRICE,
        lines=[LineUnits(line=LineId("5"), quantity=1)],
    )
    pending = {"id": "9", "state": "Pending", "total": 700}
    settled = {"id": "10", "state": "Settled", "total": 300}
    played = play(
        client,
        client._pay_back(refund),
        answers=[
            Reply.of_json({"data": data})
            for data in (
                {"order": order},
                {"refundOrder": pending},
                {"refundOrder": settled},
                {"settleRefund": pending | {"state": "Settled"}},
            )
        ],
    )
    assert played.result == Applied()
    asked = [parse_json(request.body.decode())["variables"] for request in played.requests[1:]]
    assert [
        (one["input"]["paymentId"], one["input"]["amount"], one["input"]["lines"])
        for one in asked[:2]
    ] == [
        ("1", 700, [{"orderLineId": "5", "quantity": 1}]),
        ("3", 300, []),
    ]
    assert asked[2]["input"]["id"] == "9"
