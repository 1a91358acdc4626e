"""Refunds in the books: asked for once, settled part by part, and never a dead end."""

import random
from decimal import Decimal
from typing import Any

import attrs
import pytest

from ecomkit.channels import (
    Applied,
    ChannelUnavailableError,
    RateLimitedError,
    Rejected,
    Unknown,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CommandKey, LineId, OrderId
from ecomkit.money import Currency, Money
from ecomkit.operations import KeyReusedError
from ecomkit.operations._effects import EFFECTS
from ecomkit.operations._orders import ORDERS
from ecomkit.operations._refunds import (
    REFUND_TRANSITIONS,
    REFUNDS,
    RefundPartState,
    UnknownRefundError,
    pay_back,
    refunds_of,
    settle_refund,
)
from ecomkit.operations._sending import send_effects
from ecomkit.orders import (
    Payment,
    PaymentKind,
    PaymentState,
    RefundExceedsCapturedError,
    Tender,
    TenderKind,
)
from ecomkit.returns import (
    Disposition,
    InStoreCredit,
    ReceivedLine,
    Reception,
    RefundCeilingError,
    TenderOrder,
)
from ecomkit.stores import MemoryStore

ONE = LineId("1")
UNAVAILABLE = ChannelUnavailableError(channel=ChannelId("etsy"), operation="push", why="lost")
LIMITED = RateLimitedError(channel=ChannelId("etsy"), operation="push", retry_after_seconds=9)
CARD, GIFT = Tender(kind=TenderKind.CARD), Tender(kind=TenderKind.GIFT_CARD)


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


@pytest.fixture
def order(world: Any) -> Any:
    """Return the name of an order of four at 25 euros, of which one was cancelled."""
    name = world.sell(world.etsy, "1", 4)
    world.shop.sync()
    world.shop.cancel(name, {ONE: 1}, key=world.key())
    world.shop.sync()
    return name


def refund(world: Any, order: Any, amount: int, key: Any, **options: Any) -> Any:
    """Pay back, in a transaction of its own."""
    with world.store.transaction() as tx:
        return pay_back(
            tx,
            order,
            eur(amount),
            key=CommandKey(key),
            reason=options.pop("reason", ""),
            now=world.clock.now(),
            **options,
        )


def settle(world: Any, part: Any, outcome: Any) -> Any:
    """Say what became of a part."""
    with world.store.transaction() as tx:
        return settle_refund(tx, CommandKey(part), outcome, now=world.clock.now())


def parts(world: Any, order: Any) -> Any:
    """Return the parts of the refunds of an order."""
    with world.store.snapshot() as tx:
        return refunds_of(tx, order)


def states(world: Any, order: Any) -> Any:
    """Return how far the refunds of an order have come."""
    return [part.state for part in parts(world, order)]


def fail_once(channel: Any, phase: Any, name: Any, error: Any) -> None:
    """Let the next call of a method fail."""

    def hook(called: Any) -> None:
        if called == name:
            setattr(channel, phase, lambda _: None)
            raise error

    setattr(channel, phase, hook)


def count(world: Any, name: Any) -> Any:
    """Return how often a method of the channel was called."""
    return [called for called, _ in world.etsy.calls].count(name)


def test_a_refund_that_was_refused_is_owed_to_the_buyer_again(world: Any, order: Any) -> None:
    """The books do not say that it was paid; under a new key it is paid back after all."""
    assert eur(2500) == world.shop.order(order).overpaid

    refund(world, order, 2500, "r1")
    rules = world.etsy.push_refund
    world.etsy.push_refund = lambda asked: Rejected(reason="the card was closed")
    [untold] = world.shop.sync().untold
    after = world.shop.order(order)

    assert (eur(0), eur(2500)) == (after.paid.refunded, after.overpaid)
    assert after.payment_state is PaymentState.OVERPAID
    assert untold.reason == "the card was closed"
    assert [(part.state, part.note) for part in parts(world, order)] == [
        (RefundPartState.FAILED, "the card was closed")
    ]

    # The old key is used up, a new one is not.
    refund(world, order, 2500, "r1")
    assert eur(2500) == world.shop.order(order).overpaid

    world.etsy.push_refund = rules
    refund(world, order, 2500, "r2")
    world.shop.sync()

    assert eur(0) == world.shop.order(order).overpaid
    assert sorted(part.refund for part in parts(world, order)) == ["r1", "r2"]
    assert sorted(state.name for state in states(world, order)) == ["FAILED", "PAID"]
    assert eur(2500) == world.etsy.paid_back("1")


def test_a_lost_answer_counts_as_paid_until_it_is_known(world: Any, order: Any) -> None:
    """In doubt nothing is paid twice: it is read back, and never just sent again."""
    refund(world, order, 2500, "r1")
    fail_once(world.etsy, "after", "push_refund", UNAVAILABLE)
    world.shop.sync()

    assert states(world, order) == [RefundPartState.UNKNOWN]
    assert eur(0) == world.shop.order(order).overpaid
    with pytest.raises(RefundCeilingError):
        refund(world, order, 1, "r2")

    world.shop.sync()

    assert states(world, order) == [RefundPartState.PAID]
    assert (count(world, "push_refund"), count(world, "read_refund")) == (1, 1)


def test_a_refund_that_never_arrived_is_sent_under_its_key(world: Any, order: Any) -> None:
    """The channel does not know it, so it is asked again, and counts once."""
    refund(world, order, 2500, "r1")
    fail_once(world.etsy, "before", "push_refund", UNAVAILABLE)
    world.shop.sync()
    world.shop.sync()

    assert states(world, order) == [RefundPartState.PAID]
    assert eur(2500) == world.etsy.paid_back("1")
    assert [asked.key for asked in world.etsy._refunds["1"]] == [parts(world, order)[0].key]


def test_two_refunds_at_once_cannot_exceed_what_is_left(world: Any, order: Any) -> None:
    """The first one counts from the moment that it is asked for."""
    refund(world, order, 2000, "r1")

    with pytest.raises(RefundCeilingError) as caught:
        refund(world, order, 1000, "r2")

    assert (eur(1000), eur(500)) == (caught.value.asked, caught.value.ceiling)
    assert states(world, order) == [RefundPartState.ASKED]

    refund(world, order, 500, "r2")

    assert eur(0) == world.shop.order(order).overpaid


def test_what_comes_back_is_booked_at_once_and_asked_for_once(world: Any) -> None:
    """The order knows of the refund at once, the channel with the next run, once for each key."""
    name = world.sell(world.etsy, "1", 4)
    world.shop.sync()
    world.shop.fulfil()
    back = ReceivedLine(line=ONE, quantity=2, disposition=Disposition.RESTOCK)
    settled = world.shop.receive_return(name, Reception(lines=[back]), key=world.key())

    assert eur(5000) == settled.refund.amount == world.shop.order(name).overpaid
    for _ in range(2):
        after = world.shop.pay_back(name, eur(5000), key=world.key("r1"), reason="returned")
        assert eur(5000) == after.paid.refunded
        world.shop.sync()

    assert count(world, "push_refund") == 1
    assert [(part.state, part.reason) for part in world.shop.refunds(name)] == [
        (RefundPartState.PAID, "returned")
    ]
    [part] = world.shop.refunds(name)
    world.shop.settle_refund(part.key, Rejected(reason="the account is closed"))
    assert eur(5000) == world.shop.order(name).overpaid


def test_one_cent_above_is_refused_and_nothing_is_written(world: Any, order: Any) -> None:
    """A refund pays back what the order is overpaid by, and no more; its key stays free."""
    text = world.text()

    with pytest.raises(RefundCeilingError) as caught:
        refund(world, order, 2501, "r1")

    assert caught.value.message == (
        "order etsy/1: a refund of 25.01 EUR is asked for, 25.00 EUR is the most"
    )
    assert text == world.text()

    refund(world, order, 2500, "r1")


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_of_nothing_is_none(world: Any, order: Any, amount: int) -> None:
    """Nothing, and less than nothing, cannot be paid back."""
    text = world.text()

    with pytest.raises(FieldError):
        refund(world, order, amount, "r1")

    assert text == world.text()


def test_a_favour_is_named_and_lowers_what_the_order_costs(world: Any, order: Any) -> None:
    """So a later return brings back all that its units were worth, within what was captured."""
    after = refund(world, order, 3000, "r1", goodwill=eur(500))

    assert (eur(7000), eur(0)) == (after.effective_total, after.overpaid)
    with pytest.raises(RefundCeilingError) as caught:
        refund(world, order, 7001, "r2", goodwill=eur(7001))
    assert eur(7000) == caught.value.ceiling
    with pytest.raises(FieldError):
        refund(world, order, 1, "r3", goodwill=eur(0))


def test_a_refund_counts_once(world: Any, order: Any) -> None:
    """The same key again changes nothing, and another content under it is refused."""
    first = refund(world, order, 2000, "r1")
    text = world.text()

    assert first == refund(world, order, 2000, "r1")
    assert text == world.text()
    for changed in ({"goodwill": eur(1)}, {"tenders": InStoreCredit()}):
        with pytest.raises(KeyReusedError):
            refund(world, order, 2000, "r1", **changed)
    with pytest.raises(KeyReusedError):
        refund(world, order, 1999, "r1")
    assert text == world.text()


@pytest.fixture
def split(world: Any, order: Any) -> Any:
    """Return the name of that order, paid with a card and a gift card."""
    with world.store.transaction() as tx:
        known = tx.get(ORDERS, order)
        tx.put(
            ORDERS,
            [
                attrs.evolve(
                    known,
                    payments=[
                        Payment(
                            kind=PaymentKind.CAPTURED,
                            amount=eur(amount),
                            at=world.clock.now(),
                            tender=tender,
                        )
                        for tender, amount in ((CARD, 9000), (GIFT, 1000))
                    ],
                )
            ],
        )
    return order


def test_each_tender_is_a_part_with_an_outcome_of_its_own(world: Any, split: Any) -> None:
    """The gift card gets its part; the card's is refused, and is all that is owed again."""
    refund(world, split, 2500, "r1")
    push = world.etsy.push_refund
    world.etsy.push_refund = lambda asked: (
        push(asked) if asked.amount == eur(1000) else Rejected(reason="expired")
    )
    world.shop.sync()
    after = world.shop.order(split)

    assert [(part.tender, part.amount.amount, part.state) for part in parts(world, split)] == [
        (CARD, 1500, RefundPartState.FAILED),
        (GIFT, 1000, RefundPartState.PAID),
    ]
    assert len({part.key for part in parts(world, split)}) == 2
    assert (eur(1000), eur(1500)) == (after.paid.refunded, after.overpaid)
    assert (eur(0), eur(1000)) == (
        after.paid_by(CARD).refunded,
        after.paid_by(GIFT).refunded,
    )


def test_the_order_of_tenders_is_stated(world: Any, split: Any) -> None:
    """The card first, and the gift card untouched; what a policy has no place for is refused."""
    card = TenderOrder(first=(TenderKind.CARD,))
    refund(world, split, 2000, "r1", tenders=card)

    assert [(part.tender, part.amount.amount) for part in parts(world, split)] == [(CARD, 2000)]
    with pytest.raises(RefundCeilingError) as caught:
        refund(world, split, 500, "r2", tenders=lambda amount, left: [0, min(100, amount)])
    assert eur(100) == caught.value.ceiling


def test_store_credit_is_given_by_the_merchant(world: Any, order: Any) -> None:
    """No channel is asked for it; its bonus is kept beside it, and is no money of the order."""
    after = refund(world, order, 2500, "r1", tenders=InStoreCredit(percent=Decimal(10)))
    [part] = parts(world, order)

    assert (part.state, part.bonus) == (RefundPartState.BY_HAND, eur(250))
    assert eur(2500) == after.paid.refunded
    assert world.kept(EFFECTS) == ()


def test_the_merchant_says_what_became_of_a_refund_by_hand(world: Any) -> None:
    """An order of our own shop has no channel: paid, then refused by the bank after all."""
    own = world.own_order(quantity=2)
    own = own.pay(Payment(kind=PaymentKind.CAPTURED, amount=eur(5000), at=world.clock.now()))
    world.shop.place(own)
    world.shop.cancel(own.id, {ONE: 1}, key=world.key())
    refund(world, own.id, 2500, "r1", reason="out of stock")
    [part] = parts(world, own.id)

    assert (part.state, part.reason) == (RefundPartState.BY_HAND, "out of stock")
    assert settle(world, part.key, Applied()).state is RefundPartState.PAID
    assert eur(2500) == world.shop.order(own.id).paid.refunded

    failed = settle(world, part.key, Rejected(reason="account closed"))

    assert failed.explain() == (
        f"{part.key}: 25.00 EUR to channel, did not go through: account closed"
    )
    assert settle(world, part.key, Rejected(reason="account closed")) == failed
    assert eur(2500) == world.shop.order(own.id).overpaid
    assert settle(world, part.key, Unknown(reason="no answer")) == failed

    assert settle(world, part.key, Applied()).explain() == (
        f"{part.key}: 25.00 EUR to channel, paid back"
    )
    assert settle(world, part.key, Unknown(reason="no answer")).state is RefundPartState.PAID
    assert eur(0) == world.shop.order(own.id).overpaid


@pytest.mark.parametrize("seed", range(12))
def test_whatever_answers_are_lost_or_refused_books_and_channel_agree_in_the_end(
    world_class: Any, seed: int
) -> None:
    """What counts as paid back is what the books say, covers what went out, and ends equal."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    world = world_class(MemoryStore()).adopted()
    name = world.sell(world.etsy, "1", 6)
    world.shop.sync()
    push = world.etsy.push_refund

    def answer(asked: Any) -> Any:
        fate = dice.choice(("applied", "applied", "refused", "lost before", "lost after"))
        if fate == "refused":
            return Rejected(reason="no")
        if fate == "lost before":
            raise UNAVAILABLE
        effect = push(asked)
        if fate == "lost after":
            raise UNAVAILABLE
        return effect

    world.etsy.push_refund = answer
    for number in range(12):
        kept = world.shop.order(name)
        if number < 5:
            world.shop.cancel(name, {ONE: 1}, key=world.key())
        favour = dice.choice((None, None, eur(dice.randint(1, 900))))
        most = world.shop.order(name).overpaid.amount + (favour.amount if favour else 0)
        if 0 < most <= kept.paid.kept.amount:
            refund(world, name, dice.randint(1, most), f"r{number}", goodwill=favour)
        if dice.random() < 0.7:
            world.shop.sync()
        order = world.shop.order(name)
        counting = [part.amount.amount for part in parts(world, name) if part.is_counting]

        assert sum(counting) == order.paid.refunded.amount
        assert world.etsy.paid_back("1") <= order.paid.refunded <= order.paid.captured

    world.etsy.push_refund = push
    world.shop.sync()
    if rest := world.shop.order(name).overpaid.amount:
        refund(world, name, rest, "rest")
    world.shop.sync()
    order = world.shop.order(name)

    assert {*states(world, name)} <= {RefundPartState.PAID, RefundPartState.FAILED}
    assert world.etsy.paid_back("1") == order.paid.refunded
    assert order.overpaid == eur(0)


def test_money_that_went_out_twice_is_said_and_not_booked(world: Any, order: Any) -> None:
    """Failed, paid back in another way, and then said to have gone through: more than there was."""
    refund(world, order, 10_000, "r1", goodwill=eur(7500))
    [part] = parts(world, order)
    settle(world, part.key, Rejected(reason="timeout"))
    refund(world, order, 10_000, "r2")

    with pytest.raises(RefundExceedsCapturedError):
        settle(world, part.key, Applied())


def test_the_table_of_states_is_what_outcomes_do(world: Any, order: Any) -> None:
    """From every state, every outcome leads where the table says, or leaves the part as it was."""
    refund(world, order, 2500, "r1")
    [part] = parts(world, order)
    outcomes = (None, Applied(), Rejected(reason="no"), Unknown(reason="lost"))
    reached: dict[RefundPartState, set[RefundPartState]] = {
        state: set() for state in RefundPartState
    }
    for state in RefundPartState:
        for outcome in outcomes:
            with world.store.transaction() as tx:
                tx.put(REFUNDS, [attrs.evolve(part, state=state)])
                books = tx.get(ORDERS, order)
                if state is RefundPartState.FAILED:
                    failed = attrs.evolve(books.payments[-1], kind=PaymentKind.REFUND_FAILED)
                    tx.put(ORDERS, [books.pay(failed)])
                after = settle_refund(tx, part.key, outcome, now=world.clock.now())
                tx.put(ORDERS, [books])
            reached[state] |= {after.state} - {state}

    assert {state: frozenset(states) for state, states in reached.items()} == dict(
        REFUND_TRANSITIONS
    )
    assert {*RefundPartState} - {RefundPartState.ASKED} == set().union(*reached.values())


def test_a_part_that_is_nowhere_is_refused(world: Any) -> None:
    """Nothing is settled under a key that nobody gave."""
    with pytest.raises(UnknownRefundError) as caught:
        settle(world, "refund:etsy/1:9", Applied())

    assert caught.value.part == "refund:etsy/1:9"


def test_a_channel_that_cannot_be_asked_leaves_the_refund_to_the_merchant(
    world: Any, order: Any
) -> None:
    """It is paid by hand, and no longer waits for the channel."""
    refund(world, order, 2500, "r1")

    class OnlyName:
        channel = ChannelId("etsy")

    assert send_effects(world.store, OnlyName(), now=world.clock.now()) == ()
    assert states(world, order) == [RefundPartState.BY_HAND]
    assert world.kept(EFFECTS) == ()


def test_a_rate_limit_changes_nothing_about_a_refund(world: Any, order: Any) -> None:
    """It was not sent, and is what it was."""
    refund(world, order, 2500, "r1")
    fail_once(world.etsy, "before", "push_refund", LIMITED)
    world.shop.sync()

    assert states(world, order) == [RefundPartState.ASKED]

    world.shop.sync()

    assert states(world, order) == [RefundPartState.PAID]
    assert count(world, "read_refund") == 0


def test_what_an_older_release_has_asked_for_is_settled_without_its_part(
    world: Any, order: Any
) -> None:
    """Its refund stays booked as it was."""
    after = refund(world, order, 2500, "r1")
    [part] = parts(world, order)
    with world.store.transaction() as tx:
        tx.delete(REFUNDS, [part.key])
    world.etsy.push_refund = lambda asked: Rejected(reason="no")
    world.shop.sync()

    assert world.shop.order(order).paid == after.paid
    assert parts(world, order) == ()


@pytest.mark.parametrize(
    ("currency", "amount", "text"),
    [
        (Currency.EUR, 1999, "19.99 EUR"),
        (Currency.JPY, 1999, "1999 JPY"),
        (Currency.KWD, 1999, "1.999 KWD"),
    ],
)
def test_a_refund_is_as_large_in_every_currency(
    world: Any, currency: Any, amount: int, text: str
) -> None:
    """Yen have no cents and dinars have a thousand parts: what is asked for is what was paid."""
    price = Money(amount, currency)
    world.etsy.sell("9", [world.sold(1, price=price)], placed_at=world.clock.now())
    name = OrderId("etsy/9")
    world.shop.sync()
    world.shop.cancel(name, {ONE: 1}, key=world.key())
    with world.store.transaction() as tx:
        pay_back(tx, name, price, key=CommandKey("r"), reason="", now=world.clock.now())
    world.shop.sync()

    assert str(world.etsy.paid_back("9")) == text
