"""Fulfilments, cancellations and refunds: each takes effect once, and says what the shop has."""

from typing import Any

import pytest

from ecomkit.adapters.http import FakeTransport, Kit, Lost, Received
from ecomkit.adapters.woocommerce import RefundRoute
from ecomkit.channels import (
    Applied,
    Cancellation,
    ChannelClaim,
    Effect,
    Fulfilment,
    LineUnits,
    ReadOrder,
    Refund,
    RefundState,
    Rejected,
    Unknown,
)
from ecomkit.identifiers import CommandKey, LineId
from ecomkit.money import Currency, Money

from .conftest import START, Bench

PRICE = Money(1250, Currency.EUR)


def claim_of(client: Any, number: str) -> ChannelClaim:
    """Return an order as the client reads it."""
    entry = client.order(number)
    assert isinstance(entry, ReadOrder)
    return entry.claim


def units(claim: ChannelClaim, *quantities: int) -> list[LineUnits]:
    """Return so many units of each line."""
    return [
        LineUnits(line=line.id, quantity=quantity)
        for line, quantity in zip(claim.lines, quantities, strict=False)
        if quantity
    ]


def sold(bench: Bench, **fake: Any) -> tuple[Any, Any, str, ChannelClaim]:
    """Return a shop, its client, and an order of 3 mugs and 2 cups."""
    shop, client = bench(**fake)
    mug, cup = shop.put_up("MUG"), shop.put_up("CUP")
    number = shop.sell([(mug, 3, PRICE), (cup, 2, PRICE)])
    return shop, client, number, claim_of(client, number)


def counts(claim: ChannelClaim) -> list[tuple[int, int, int]]:
    """Return what happened to the units of each line."""
    return [(line.cancelled, line.shipped, line.returned) for line in claim.lines]


def shipping(key: str, number: str, lines: list[LineUnits], **rest: str) -> Fulfilment:
    """Return a fulfilment."""
    return Fulfilment(key=CommandKey(key), number=number, lines=lines, shipped_at=START, **rest)


def test_parcels_complete_an_order_together(bench: Bench) -> None:
    """A part that left is seen in the claim; the last one completes the order, its note goes once."""
    shop, client, number, claim = sold(bench)
    first = shipping("s1", number, units(claim, 2, 0), tracking="1Z", carrier="UPS")
    last = shipping("s2", number, units(claim, 1, 2))

    assert isinstance(client.read_fulfilment(first), Rejected)
    assert [Applied(), Applied()] == [client.push_fulfilment(first) for _ in range(2)]
    assert counts(claim_of(client, number)) == [(0, 2, 0), (0, 0, 0)]
    assert claim_of(client, number).status == ("processing",)

    assert [Applied(), Applied()] == [client.push_fulfilment(last) for _ in range(2)]
    assert counts(claim_of(client, number)) == [(0, 3, 0), (0, 2, 0)]
    assert claim_of(client, number).status == ("completed",)
    assert [Applied(), Applied()] == [client.read_fulfilment(item) for item in (first, last)]
    [done] = shop.fulfilments(number)
    assert sum("UPS 1Z" in note for note in done["notes"]) == 1


def test_more_than_is_left_is_refused(bench: Bench) -> None:
    """Units that are not there, lines and orders that are not there: refused with a reason."""
    _, client, number, claim = sold(bench)
    for wrong in (
        shipping("s1", number, units(claim, 4)),
        shipping("s1", number, [LineUnits(line=LineId("77"), quantity=1)]),
        shipping("s1", "999", units(claim, 1)),
    ):
        effect = client.push_fulfilment(wrong)
        assert isinstance(effect, Rejected)
        assert effect.reason
    assert counts(claim_of(client, number)) == [(0, 0, 0), (0, 0, 0)]


def test_a_whole_order_is_cancelled(bench: Bench) -> None:
    """No lines mean all of it; the shop puts its units back by itself."""
    shop, client, number, claim = sold(bench)
    cancellation = Cancellation(key=CommandKey("c1"), number=number)
    assert isinstance(client.read_cancellation(cancellation), Rejected)
    assert [Applied(), Applied()] == [client.push_cancellation(cancellation) for _ in range(2)]
    assert Applied() == client.read_cancellation(cancellation)
    assert counts(claim_of(client, number)) == [(3, 0, 0), (2, 0, 0)]
    assert shop.shown(claim.lines[0].listing) == 7


def test_a_part_is_cancelled_without_money_and_stock(bench: Bench) -> None:
    """Units are cancelled by a refund of nothing, once a key."""
    shop, client, number, claim = sold(bench)
    cancellation = Cancellation(key=CommandKey("c1"), number=number, lines=units(claim, 1, 0))
    assert [Applied(), Applied()] == [client.push_cancellation(cancellation) for _ in range(2)]
    assert counts(claim_of(client, number)) == [(1, 0, 0), (0, 0, 0)]
    assert Applied() == client.read_cancellation(cancellation)
    assert (Money(0, Currency.EUR), 4) == (
        shop.refunded(number),
        shop.shown(claim.lines[0].listing),
    )


def refund(key: str, number: str, amount: int, lines: list[LineUnits] | None = None) -> Refund:
    """Return a refund."""
    return Refund(
        key=CommandKey(key), number=number, amount=Money(amount, Currency.EUR), lines=lines or ()
    )


def test_a_refund_counts_once_and_moves_no_stock(bench: Bench) -> None:
    """The same key twice pays once; another key pays again; the shop's stock stays."""
    shop, client, number, claim = sold(bench)
    before = shop.shown(claim.lines[0].listing)
    first = refund("r1", number, 1300, units(claim, 1, 1))
    assert isinstance(client.read_refund(first), Rejected)
    assert [Applied(), Applied()] == [client.push_refund(first) for _ in range(2)]
    assert Applied() == client.push_refund(refund("r2", number, 100))
    assert Applied() == client.read_refund(first)
    assert Money(1400, Currency.EUR) == shop.refunded(number)
    assert before == shop.shown(claim.lines[0].listing)

    told = client.refunds(number)
    assert [item.amount.amount for item in told] == [1300, 100]
    assert [units(claim, 1, 1), []] == [list(item.lines) for item in told]
    assert {RefundState.PAID} == {item.state for item in told}
    assert client.refunds("999") == ()


@pytest.mark.parametrize(
    ("route", "status"),
    [(RefundRoute.BOOKS, "manual"), (RefundRoute.GATEWAY, "refunded_payment")],
)
def test_a_refund_moves_money_only_if_asked(bench: Bench, route: RefundRoute, status: str) -> None:
    """By default a refund stands in the books; the gateway pays where the client says so."""
    shop, client = bench({"refund_route": route})
    number = shop.sell([(shop.put_up("MUG"), 1, PRICE)])
    assert Applied() == client.push_refund(refund("r", number, 100))
    [told] = client.refunds(number)
    assert (status,) == told.status


def test_too_much_is_refused(bench: Bench) -> None:
    """An amount in another currency, or for an order that is not there, pays nothing."""
    shop, client, number, _ = sold(bench)
    dollars = Refund(key=CommandKey("r"), number=number, amount=Money(1, Currency.USD))
    assert isinstance(client.push_refund(dollars), Rejected)
    assert isinstance(client.push_refund(refund("r", "999", 1)), Rejected)
    assert shop.refunded(number).is_zero


def test_a_return_after_shipping(bench: Bench) -> None:
    """Units refunded before the order was completed are cancelled, those after it came back."""
    shop, client, number, claim = sold(bench)
    [mugs, cups] = [line.id for line in claim.lines]
    shop.refund(number, {mugs: 1}, amount=PRICE)
    shop.time.advance(60)
    shop.ship(number)
    shop.time.advance(60)
    shop.refund(number, {mugs: 1, cups: 2}, amount=PRICE * 3)
    assert counts(claim_of(client, number)) == [(1, 2, 1), (0, 2, 2)]


class Gap:
    """Loses the answers of calls of one method, after or before they take effect."""

    def __init__(self, shop: Any, method: str, *, before: str) -> None:
        self.shop, self.method, self.before = shop, method, before
        self.calls = 0

    def __call__(self, received: Received) -> Any:
        """Answer, or lose it."""
        if received.method != self.method:
            return self.shop.answer(received)
        self.calls += 1
        if self.before != "effect":
            self.shop.answer(received)
        return Lost(why="the connection broke")


@pytest.mark.parametrize(("lost", "expected"), [("effect", Unknown), ("answer", Applied)])
def test_a_refund_whose_answer_is_lost_is_looked_for(
    bench: Bench, lost: str, expected: type[Effect]
) -> None:
    """A refund is asked for once; what became of it is read back, and never guessed."""
    shop, client, number, _ = sold(bench)
    gap = Gap(shop, "POST", before=lost)
    kit = Kit(transport=FakeTransport(gap), time=shop.time)
    _, client = bench({"key": shop.key, "secret": shop.secret, "kit": kit})
    effect = client.push_refund(refund("r1", number, 100))
    assert isinstance(effect, expected)
    assert gap.calls == 1
