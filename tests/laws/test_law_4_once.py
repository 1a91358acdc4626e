"""Law 4: commands count once, observations any number of times."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.adapters.memory import ChannelFaults
from ecomkit.channels import Cursor
from ecomkit.identifiers import ChannelId, CommandKey
from ecomkit.operations import ChannelState, KeyReusedError


def books_but_cursors(market: Any) -> Any:
    """Return the books without how far the channels were pulled, and when we last looked."""
    return [line for line in market.text().split("\n") if not line.startswith("channel ")]


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_commands_count_once(new_market: Any, market_module: Any, data: st.DataObject) -> None:
    """
    A command carries a key: same key and content, same answer, no second effect.

    A story in which everything is said three times ends like the one in which it is said once.
    """
    steps = data.draw(market_module.steps())

    assert new_market().run(steps).text() == new_market(times=3).run(steps).text()


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_a_key_takes_one_content(new_market: Any, market_module: Any, data: st.DataObject) -> None:
    """Other content under a known key is refused, and changes nothing."""
    market = new_market().run(data.draw(market_module.steps()))
    first, other = data.draw(st.lists(st.integers(1, 9), min_size=2, max_size=2, unique=True))
    key = CommandKey("once")
    market.shop.receive({market_module.A: first}, key=key)
    text = market.text()
    for units in ({market_module.A: other}, {market_module.B: first}, {}):
        with pytest.raises(KeyReusedError):
            market.shop.receive(units, key=key)
        with pytest.raises(KeyReusedError):
            market.shop.count(units, key=key)

    assert text == market.text()


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_observations_count_any_number_of_times(
    new_market: Any, market_module: Any, data: st.DataObject
) -> None:
    """
    An observation is an upsert by (channel, object, version, content hash).

    A whole history read again from the beginning changes nothing, however often.
    """
    kinds = market_module.Market.events
    market = new_market().run(data.draw(market_module.steps(kinds=kinds)))
    market.shop.sync()
    before = books_but_cursors(market)
    for token in ("0", "0", "1"):
        with market.store.transaction() as tx:
            channels = market_module.shared_collection("channel")
            tx.put(
                channels,
                [
                    ChannelState(
                        channel=state.channel,
                        adopted_at=state.adopted_at,
                        cursor=Cursor(token),
                    )
                    for state in tx.scan(channels)
                    if len(market.channels[state.channel == "etsy"]._log) >= int(token)
                ],
            )
        report = market.shop.sync()

        assert tuple(
            sum(getattr(pull, count) for pull in report.pulls) for count in ("placed", "changed")
        ) == (0, 0)
        assert before == books_but_cursors(market)


@settings(deadline=None, max_examples=12)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_repeated_orders_change_nothing(
    new_market: Any, market_module: Any, data: st.DataObject, seed: Any
) -> None:
    """Pages that also tell what has not changed lead to the same books."""
    kinds = (*market_module.Market.events, *market_module.Market.commands)
    steps = data.draw(market_module.steps(kinds=kinds))
    faults = ChannelFaults(seed=seed, repeated=0.6)

    assert books_but_cursors(new_market().run(steps)) == books_but_cursors(
        new_market(faults=faults).run(steps)
    )


def test_a_lost_answer_is_no_second_effect(new_market: Any, market_module: Any) -> None:
    """Shipments and refunds whose answers are always lost take effect once."""
    steps = [("sell", 0, 0, 3), ("sync", 0, 0, 0), ("fulfil", 0, 0, 0), ("pay", 0, 0, 5)]
    market = new_market(faults=ChannelFaults(seed=1, lost_answers=0.9))
    market.run([*steps, *[("sync", 0, 0, 0)] * 5]).settle()
    [channel] = [one for one in market.channels if one.channel == ChannelId("corner")]

    assert len(channel._keys) == 2
    assert [order["lines"][0]["shipped"] for order in channel._orders.values()] == [4]
