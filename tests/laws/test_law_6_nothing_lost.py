"""Law 6: nothing is lost."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.adapters.memory import MemoryChannel
from ecomkit.channels import Payload, ReadOrder, UnreadableOrder
from ecomkit.identifiers import ChannelId
from ecomkit.operations import Shop

FIELDS = (
    "number",
    "version",
    "currency",
    "placed_at",
    "buyer",
    "paid",
    "lines",
    "charges",
    "status",
)
NASTY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from((2**62, -1, 0, "", " ", "\ud800", "9999-12-31T23:59:59-14:00", "NaN", "1e9")),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@st.composite
def texts(draw: Any, good: Any) -> Any:
    """Return what a channel may say in the place of the order that is spelt *good*."""
    document = json.loads(good)
    match draw(st.sampled_from(("good", "field", "line", "missing", "cut", "noise"))):
        case "field":
            document[draw(st.sampled_from(FIELDS))] = draw(NASTY)
        case "line":
            line = document["lines"][0]
            line[draw(st.sampled_from(sorted(line)))] = draw(NASTY)
        case "missing":
            del document[draw(st.sampled_from(sorted(document)))]
        case "cut":
            return good[: draw(st.integers(0, len(good)))]
        case "noise":
            return draw(st.text(max_size=20).filter(lambda text: text.isprintable()))
        case _:
            return good
    return json.dumps(document)


class Mended(MemoryChannel):
    """The channel's adapter after a fix: it reads what was kept as what was meant."""

    def __init__(self, source: Any, meant: Any, clock: Any) -> None:
        super().__init__(source.channel, clock=clock)
        self.meant = meant

    def read_payload(self, payload: Any) -> Any:
        """Read what was kept as what was meant."""
        text = self.meant[payload.object_id]
        whole = Payload(channel=payload.channel, object_id=payload.object_id, text=text)
        return ReadOrder(claim=super().read_payload(whole).claim, payload=payload)


def books(market: Any, module: Any, name: Any) -> Any:
    """Return what a collection holds."""
    with market.store.snapshot() as tx:
        return tx.scan(module.shared_collection(name))


@settings(deadline=None, max_examples=40)
@given(data=st.data(), count=st.integers(1, 8))
def test_nothing_is_lost(
    new_market: Any, market_module: Any, data: st.DataObject, count: Any
) -> None:
    """
    A payload that cannot be understood is kept with the reason and every fault in it, and
    replayed after a fix; the others go on.
    """
    market = new_market(opening=100)
    corner, etsy = market.channels
    meant, said = {}, {}
    for place in range(count):
        market.run([("sell", 1, place, place)])
        number = str(market.step)
        [meant[number]] = etsy._texts[number]
        said[number] = data.draw(texts(meant[number]))
        etsy._texts[number] = [said[number]]
    before = market.text()
    report = market.shop.sync().pulls[1]

    # Everything that was sent is either in the books or in quarantine, and its text is kept.
    assert count == report.placed + report.quarantined + report.unchanged + report.changed
    kept = {
        raw.payload.object_id: raw.payload.text for raw in books(market, market_module, "payload")
    }
    waiting = {one.object_id: one for one in market.shop.quarantined()}
    for number, text in said.items():
        if number in waiting:
            assert text == kept[number]
            assert waiting[number].faults
            assert all(fault in waiting[number].explain() for fault in waiting[number].faults)
        else:
            assert number in kept
    assert len(waiting) == report.quarantined
    assert before != market.text()
    market.assert_clean()

    # After a fix each is replayed from what was kept, without asking the channel.
    mended = Shop(
        store=market.store,
        channels=[Mended(etsy, meant, market.clock)],
        settings=market.shop.settings,
        clock=market.clock,
    )
    for one in waiting.values():
        mended.replay(one)

    assert market.shop.quarantined() == ()
    named = {order.id for order in market.orders()}
    assert {f"etsy/{number}" for number in waiting} <= named
    market.assert_clean()
    assert corner.channel == ChannelId("corner")


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_every_text_is_read_or_refused_with_its_faults(
    new_market: Any, data: st.DataObject
) -> None:
    """An adapter raises at no text: what it cannot read it hands on, with at least one fault."""
    market = new_market().run([("sell", 1, 0, 0)])
    etsy = market.channels[1]
    text = data.draw(texts(etsy._texts["1"][0]))
    payload = Payload(channel=etsy.channel, object_id="1", text=text)
    entry = etsy.read_payload(payload)

    assert payload == entry.payload
    if isinstance(entry, UnreadableOrder):
        assert entry.faults


def test_every_fault_of_a_payload_is_named(new_market: Any) -> None:
    """All that is wrong, not the first of it."""
    market = new_market().run([("sell", 1, 0, 0)])
    etsy = market.channels[1]
    document = json.loads(etsy._texts["1"][0])
    document |= {"version": "new", "currency": "XXXX", "placed_at": "yesterday"}
    document["lines"][0]["quantity"] = None
    etsy._texts["1"] = [json.dumps(document)]
    market.shop.sync()
    [kept] = market.shop.quarantined()

    assert {"version", "currency", "placed_at", "lines[0].quantity"} <= {
        fault.partition(":")[0] for fault in kept.faults
    }


def test_raw_payloads_of_one_person_are_erased_and_of_nobody_else(
    new_market: Any, market_module: Any
) -> None:
    """Raw payloads live apart, and can be erased for one person."""
    market = new_market().run(
        [("sell", 1, 0, 0), ("sell", 1, 0, 1), ("sell", 0, 0, 0), ("sync", 0, 0, 0)]
    )
    customer = market.shop.order("etsy/1").customer
    market.shop.erase(customer)

    assert [
        f"{raw.payload.channel}/{raw.payload.object_id}"
        for raw in books(market, market_module, "payload")
    ] == ["corner/3", "etsy/2"]


@pytest.mark.parametrize("matched", [False, True])
def test_orders_of_unknown_listings_wait_and_are_taken_in(
    new_market: Any, market_module: Any, matched: Any
) -> None:
    """A sale of a listing that nobody has matched is lost neither before nor after."""
    market = new_market()
    [etsy] = [channel for channel in market.channels if channel.channel == "etsy"]
    with market.store.transaction() as tx:
        tx.delete(market_module.shared_collection("listing"), ["etsy/L1"])
    market.run([("sell", 1, 0, 2), ("sync", 0, 0, 0)])
    [kept] = market.shop.quarantined()
    if matched:
        market.shop.match(etsy.channel, "L1", market_module.A)
    report = market.shop.replay(kept)

    assert (int(matched), int(not matched)) == (report.placed, report.quarantined)
    assert int(not matched) == len(market.shop.quarantined())
