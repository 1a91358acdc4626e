"""Quarantine: what could not be understood is kept, and replayed after a fix."""

import json
from typing import Any

import pytest

from ecomkit.adapters.memory import MemoryChannel
from ecomkit.channels import Payload, ReadOrder
from ecomkit.identifiers import ChannelId
from ecomkit.operations import NotQuarantinedError, QuarantineState
from ecomkit.operations._quarantine import PAYLOADS, QUARANTINE

GARBAGE = '{"number": "1"'


@pytest.fixture
def odd(world: Any) -> Any:
    """Return a world with one unreadable order."""
    world.etsy.post("1", GARBAGE)
    world.shop.sync()
    return world


def again(world: Any, text: Any = GARBAGE, number: Any = "1") -> Any:
    """Let the channel send a text for an order, and pull it."""
    world.etsy.post(number, text)
    return world.shop.sync().pulls[0]


def test_what_waits_is_listed(odd: Any) -> None:
    """Channel, object, faults and the moment."""
    [kept] = odd.shop.quarantined()

    assert ("etsy/1", QuarantineState.WAITING, odd.clock.now()) == (kept.name, kept.state, kept.at)
    assert kept.faults[0].startswith("payload: no JSON")


def test_a_discarded_payload_is_listed_no_more(odd: Any) -> None:
    """The decision and its reason stay in the books, and so does the payload."""
    [kept] = odd.shop.quarantined()
    discarded = odd.shop.discard(kept, reason="a test order")

    assert (discarded.state, discarded.reason) == (QuarantineState.DISCARDED, "a test order")
    assert odd.shop.quarantined() == ()
    assert (discarded,) == odd.kept(QUARANTINE)
    assert len(odd.kept(PAYLOADS)) == 1


def test_the_same_payload_again_changes_nothing(odd: Any) -> None:
    """A page that comes twice neither renews nor reopens what was decided."""
    [kept] = odd.shop.quarantined()
    odd.pass_time(days=1)

    assert again(odd).quarantined == 1
    assert (kept,) == odd.shop.quarantined()

    odd.shop.discard(kept, reason="a test order")
    again(odd)

    assert odd.shop.quarantined() == ()


def test_another_payload_of_a_discarded_object_is_looked_at_again(odd: Any) -> None:
    """The decision was about that payload."""
    odd.shop.discard(odd.shop.quarantined()[0], reason="a test order")
    again(odd, "[]")
    [kept] = odd.shop.quarantined()

    assert kept.state == QuarantineState.WAITING
    assert kept.faults != ()
    assert [raw.payload.text for raw in odd.kept(PAYLOADS)] == ["[]"]


@pytest.mark.parametrize(
    ("step", "options"), [("replay", {}), ("discard", {"reason": "a test order"})]
)
def test_what_is_not_quarantined_is_refused(odd: Any, step: Any, options: Any) -> None:
    """A name that nothing is kept under, or no more, is an error."""
    [kept] = odd.shop.quarantined()
    odd.sell(odd.etsy, "1", 1)
    odd.shop.sync()

    with pytest.raises(NotQuarantinedError) as caught:
        getattr(odd.shop, step)(kept, **options)

    assert caught.value.name == "etsy/1"


def test_a_replay_without_a_fix_changes_nothing(odd: Any) -> None:
    """What cannot be read yet stays where it is, as it is."""
    [kept] = odd.shop.quarantined()
    odd.pass_time(days=1)
    text = odd.text()
    report = odd.shop.replay(kept)

    assert report.quarantined == 1
    assert text == odd.text()


class Mended(MemoryChannel):
    """The adapter after a fix: it closes the brackets that the channel forgets."""

    def __init__(self, world: Any, whole: Any) -> None:
        super().__init__(ChannelId("etsy"), clock=world.clock)
        self.whole = whole

    def read_payload(self, payload: Any) -> Any:
        """Read what was kept as what was meant."""
        mended = Payload(channel=payload.channel, object_id=payload.object_id, text=self.whole)
        entry = super().read_payload(mended)
        return ReadOrder(claim=entry.claim, payload=payload)


def whole_text(world: Any, number: Any = "1") -> Any:
    """Return how the channel spells an order."""
    elsewhere = MemoryChannel(ChannelId("elsewhere"), clock=world.clock)
    elsewhere.sell(number, [world.sold(2)], placed_at=world.clock.now())
    return elsewhere._texts[number][-1]


def test_a_replay_after_a_fix_takes_the_order_in(odd: Any) -> None:
    """From the text that was kept, without asking the channel."""
    [kept] = odd.shop.quarantined()
    calls = len(odd.etsy.calls)
    shop = odd.open_shop([Mended(odd, whole_text(odd))])
    report = shop.replay(kept)

    assert (report.placed, report.quarantined) == (1, 0)
    assert () == odd.shop.quarantined() == odd.kept(QUARANTINE)
    assert (GARBAGE, calls) == (odd.kept(PAYLOADS)[0].payload.text, len(odd.etsy.calls))
    assert odd.level.allocated == 2
    odd.assert_clean()


def test_a_replay_of_what_is_known_by_now_ends_the_quarantine(world: Any) -> None:
    """The garbled text says what we know already: understood, it is nothing to wait for."""
    text = whole_text(world)
    again(world, text)
    for garbage in ("{", "[", "(", "<", "1", "2", "3", "4"):
        again(world, garbage)
        [kept] = world.shop.quarantined()
        world.open_shop([Mended(world, text)]).replay(kept)

        assert world.shop.quarantined() == ()
    assert world.level.allocated == 2


def test_an_older_order_does_not_end_the_quarantine_of_a_newer_one(world: Any) -> None:
    """A page that comes again says nothing about what came since."""
    text = whole_text(world)
    again(world, text)
    again(world, GARBAGE)
    report = again(world, text)

    assert report.unchanged == 1
    assert [kept.name for kept in world.shop.quarantined()] == ["etsy/1"]


def test_a_channel_that_cannot_read_kept_payloads_keeps_them(odd: Any) -> None:
    """Without the role a replay changes nothing but the reason."""

    class OnlyName:
        channel = ChannelId("etsy")

    [kept] = odd.shop.quarantined()
    report = odd.open_shop([OnlyName()]).replay(kept)

    assert report.quarantined == 1
    assert odd.shop.quarantined()[0].faults == ("etsy has no role to read a kept payload",)


def test_a_payload_says_nothing_of_the_person_in_its_picture(odd: Any) -> None:
    """Logs show neither text nor subject."""
    payload = Payload(
        channel=ChannelId("etsy"), object_id="1", text="ada@example.org", subject="ada"
    )

    assert "ada" not in repr(payload)
    assert json.loads(json.dumps(GARBAGE)) == GARBAGE
