"""Outward effects on orders: told once, read back when in doubt."""

from typing import Any

import pytest

from ecomkit.channels import ChannelUnavailableError, RateLimitedError, Rejected, Unknown
from ecomkit.identifiers import ChannelId, LineId
from ecomkit.money import Money
from ecomkit.operations import EffectState
from ecomkit.operations._effects import EFFECTS
from ecomkit.operations._sending import send_effects

ONE = LineId("1")
UNAVAILABLE = ChannelUnavailableError(channel=ChannelId("etsy"), operation="push", why="lost")
LIMITED = RateLimitedError(channel=ChannelId("etsy"), operation="push", retry_after_seconds=9)


def shipped_at_channel(world: Any, number: Any = "1") -> Any:
    """Return how many units the channel knows to be shipped."""
    return world.etsy._orders[number]["lines"][0]["shipped"]


def count(world: Any, name: Any) -> Any:
    """Return how often a method of the channel was called."""
    return [called for called, _ in world.etsy.calls].count(name)


def fail_once(channel: Any, phase: Any, name: Any, error: Any) -> None:
    """Let the next call of a method fail."""

    def hook(called: Any) -> None:
        if called == name:
            setattr(channel, phase, lambda _: None)
            raise error

    setattr(channel, phase, hook)


@pytest.fixture
def sold(world: Any) -> Any:
    """Return a world with one order of four, pulled."""
    world.sell(world.etsy, "1", 4)
    world.shop.sync()
    return world


def test_a_channel_is_told_of_a_shipment_once(sold: Any) -> None:
    """Fulfilled here, told by the next run, and never again."""
    assert sold.shop.fulfil() == ("etsy/1",)
    assert [pending.state for pending in sold.kept(EFFECTS)] == [EffectState.STORED]

    report = sold.shop.sync()
    sold.shop.sync()

    assert () == report.untold == sold.kept(EFFECTS)
    assert shipped_at_channel(sold) == 4
    assert count(sold, "push_fulfilment") == 1
    assert sold.shop.sync().disagreements == 0


def test_parts_of_an_order_are_told_part_by_part(world: Any) -> None:
    """Each shipment has a key of its own."""
    name = world.sell(world.etsy, "1", 12)
    world.shop.sync()
    world.shop.fulfil([name])
    world.shop.receive({world.sku: 2}, key=world.key())

    assert (name,) == world.shop.fulfil([name])
    assert world.shop.fulfil([name]) == ()

    world.shop.sync()

    assert shipped_at_channel(world) == 12
    assert count(world, "push_fulfilment") == 2


def test_the_intent_is_stored_before_the_channel_is_told(sold: Any) -> None:
    """A crash during the call leaves the books saying that it may have happened."""
    sold.shop.fulfil()
    seen = []

    def look(name: Any) -> None:
        if name == "push_fulfilment":
            seen.extend(pending.state for pending in sold.kept(EFFECTS))

    sold.etsy.before = look
    sold.shop.sync()

    assert seen == [EffectState.SENT]


def test_a_lost_answer_is_read_back_and_not_sent_again(sold: Any) -> None:
    """The channel knows the shipment: it is done."""
    sold.shop.fulfil()
    fail_once(sold.etsy, "after", "push_fulfilment", UNAVAILABLE)
    [pending] = sold.shop.sync().untold

    assert (EffectState.SENT, str(UNAVAILABLE)) == (pending.state, pending.reason)
    assert sold.shop.sync().untold == ()
    assert count(sold, "push_fulfilment") == 1


def test_an_effect_that_never_arrived_is_sent_after_reading_back(sold: Any) -> None:
    """The channel does not know it, so it is told."""
    sold.shop.fulfil()
    fail_once(sold.etsy, "before", "push_fulfilment", UNAVAILABLE)
    report = sold.shop.sync()

    assert (
        "1 shipments, cancellations or refunds not confirmed by their channel" in report.explain()
    )
    assert sold.shop.sync().untold == ()
    assert shipped_at_channel(sold) == 4
    assert count(sold, "read_fulfilment") == 1


def test_a_read_back_without_an_answer_leaves_the_effect_in_doubt(sold: Any) -> None:
    """It is not sent again before the channel has said that it does not know it."""
    sold.shop.fulfil()
    fail_once(sold.etsy, "after", "push_fulfilment", UNAVAILABLE)
    sold.shop.sync()
    fail_once(sold.etsy, "before", "read_fulfilment", UNAVAILABLE)
    [pending] = sold.shop.sync().untold

    assert pending.state == EffectState.SENT
    assert count(sold, "push_fulfilment") == 1
    assert sold.shop.sync().untold == ()


def test_a_channel_that_answers_unknown_is_read_back(sold: Any) -> None:
    """An outcome that the channel itself does not know counts like a lost answer."""
    sold.shop.fulfil()

    class Vague(type(sold.etsy)):
        def push_fulfilment(self, fulfilment: Any) -> Any:
            super().push_fulfilment(fulfilment)
            return Unknown(reason="queued")

    vague = Vague(sold.etsy_id, clock=sold.clock)
    vague._orders = sold.etsy._orders
    [pending] = sold.open_shop([vague]).sync().untold

    assert (pending.state, pending.reason) == (EffectState.SENT, "queued")


def test_a_refused_effect_is_kept_with_its_reason(sold: Any) -> None:
    """It is reported once and not tried again by itself."""
    sold.shop.fulfil()
    del sold.etsy._orders["1"]
    [pending] = sold.shop.sync().untold

    assert (pending.state, pending.reason) == (EffectState.REJECTED, "there is no order 1")
    assert (pending,) == sold.kept(EFFECTS)

    sold.shop.sync()

    assert count(sold, "push_fulfilment") == 1


def test_a_rate_limit_keeps_the_rest_for_later(world: Any) -> None:
    """What was not sent is still only stored: it needs no reading back."""
    for number in ("1", "2", "3"):
        world.sell(world.etsy, number, 1)
    world.shop.sync()
    world.shop.fulfil()
    told = []

    def limit(name: Any) -> None:
        if name == "push_fulfilment":
            told.append(name)
            if len(told) == 2:
                raise LIMITED

    world.etsy.before = limit
    untold = world.shop.sync().untold

    assert [pending.state for pending in untold] == [EffectState.STORED, EffectState.STORED]
    assert untold == world.kept(EFFECTS)

    world.shop.sync()

    assert world.kept(EFFECTS) == ()
    assert count(world, "read_fulfilment") == 0
    assert [shipped_at_channel(world, number) for number in ("1", "2", "3")] == [1, 1, 1]


def test_a_refund_is_asked_for_once(sold: Any) -> None:
    """A lost answer is read back like that of a shipment."""
    amount = Money(500, sold.price.currency)
    sold.shop.pay_back(
        "etsy/1", amount, key=sold.key("refund"), reason="scratched", goodwill=amount
    )
    fail_once(sold.etsy, "after", "push_refund", UNAVAILABLE)
    [pending] = sold.shop.sync().untold

    assert ("1", amount, "scratched") == (
        pending.effect.number,
        pending.effect.amount,
        pending.effect.reason,
    )
    assert sold.shop.sync().untold == ()
    assert (count(sold, "push_refund"), count(sold, "read_refund")) == (1, 1)


def test_a_channel_is_told_what_will_not_be_shipped(sold: Any) -> None:
    """What the shop cancels, its channel is told once; what it has cancelled itself it is not."""
    [order] = sold.shop.orders()
    sold.shop.cancel(order.id, {LineId("1"): 1}, key=sold.key())
    sold.shop.sync()
    sold.shop.sync()

    def cancelled() -> Any:
        entry = sold.etsy.order("1")
        return entry.claim.lines[0].cancelled

    assert cancelled() == 1
    assert count(sold, "push_cancellation") == 1

    sold.etsy.cancel("1", {LineId("1"): 1})
    sold.shop.sync()

    assert cancelled() == 2
    assert count(sold, "push_cancellation") == 1
    assert sold.shop.sync().disagreements == 0


def test_a_cancellation_whose_answer_was_lost_is_read_back(sold: Any) -> None:
    """It is not sent a second time."""
    sold.shop.cancel("etsy/1", {ONE: 1}, key=sold.key())
    fail_once(sold.etsy, "after", "push_cancellation", UNAVAILABLE)
    [pending] = sold.shop.sync().untold

    assert pending.state is EffectState.SENT
    assert sold.shop.sync().untold == ()
    assert (count(sold, "push_cancellation"), count(sold, "read_cancellation")) == (1, 1)


def test_a_channel_is_told_of_uncovered_units_that_are_cancelled(world: Any) -> None:
    """Units that will never come are cancelled at the channel that has sold them."""
    world.sell(world.etsy, "1", 12)
    world.shop.sync()
    world.shop.cancel_uncovered(world.shop.uncovered())
    world.shop.sync()

    assert world.etsy.order("1").claim.lines[0].cancelled == 2


def test_what_a_channel_cannot_be_told_is_not_kept(sold: Any) -> None:
    """A channel without the roles is told nothing, and nothing piles up."""
    sold.shop.fulfil()
    favour = Money(500, sold.price.currency)
    sold.shop.pay_back("etsy/1", favour, key=sold.key(), goodwill=favour)

    class OnlyName:
        channel = ChannelId("etsy")

    assert send_effects(sold.store, OnlyName(), now=sold.clock.now()) == ()
    assert sold.kept(EFFECTS) == ()


def test_what_was_sent_to_a_channel_that_lost_the_role_is_not_kept(sold: Any) -> None:
    """An effect in doubt ends when nobody can be asked."""
    sold.shop.fulfil()
    favour = Money(500, sold.price.currency)
    sold.shop.pay_back("etsy/1", favour, key=sold.key(), goodwill=favour)
    for name in ("push_fulfilment", "push_refund"):
        fail_once(sold.etsy, "after", name, UNAVAILABLE)
        sold.shop.sync()

    class OnlyName:
        channel = ChannelId("etsy")

    assert send_effects(sold.store, OnlyName(), now=sold.clock.now()) == ()


def test_a_channel_that_refuses_what_it_was_told_before_is_told_again(sold: Any) -> None:
    """The read-back says that it is not known: the push decides."""
    sold.shop.fulfil()
    fail_once(sold.etsy, "before", "push_fulfilment", UNAVAILABLE)
    sold.shop.sync()
    del sold.etsy._orders["1"]
    [pending] = sold.shop.sync().untold

    assert isinstance(sold.etsy.read_fulfilment(pending.effect), Rejected)
    assert pending.state == EffectState.REJECTED


def test_a_run_sends_no_more_than_it_says(sold: Any, monkeypatch: Any) -> None:
    """The rest waits for the next run."""
    monkeypatch.setattr("ecomkit.operations._sending.EFFECTS_PER_RUN_MAX", 1)
    sold.sell(sold.etsy, "2", 1)
    sold.shop.sync()
    sold.shop.fulfil()
    sold.shop.sync()

    assert len(sold.kept(EFFECTS)) == 1

    sold.shop.sync()

    assert sold.kept(EFFECTS) == ()
