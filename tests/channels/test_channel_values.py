"""The values that channels exchange refuse what cannot be, and name the field."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.memory import MemoryChannel
from ecomkit.channels import (
    Applied,
    AsyncStockSink,
    Channel,
    ChannelAnswerError,
    ChannelAuthError,
    ChannelClaim,
    ChannelRefund,
    ChannelUnavailableError,
    ClaimLine,
    Contradiction,
    ContradictionKind,
    Cursor,
    Disagreement,
    DisagreementKind,
    Fulfilment,
    HintKind,
    LineUnits,
    Listing,
    ListingChange,
    ListingPage,
    OrderPage,
    OrderSource,
    Payload,
    RateLimitedError,
    ReadOrder,
    Refund,
    Rejected,
    StockReading,
    StockResult,
    StockSink,
    StockUpdate,
    ToldLine,
    Unknown,
    UnreadableOrder,
    WebhookHint,
    WebhookSource,
)
from ecomkit.errors import AttentionError, FieldError, TransientError
from ecomkit.identifiers import ChannelId, CommandKey, IdentifierError, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.ports import ManualClock
from ecomkit.testing.strategies import channel_claims, claim_histories, claim_lines

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = datetime(2026, 3, 1, 12)  # noqa: DTZ001
EURO = Money(100, Currency.EUR)


def line(**changes: Any) -> ClaimLine:
    """Return a good line with *changes*."""
    good = {"id": LineId("1"), "listing": ListingId("L1"), "quantity": 5, "unit_price": EURO}
    return ClaimLine(**good | changes)


def claim(**changes: Any) -> ChannelClaim:
    """Return a good claim with *changes*."""
    good = {
        "channel": ChannelId("etsy"),
        "number": "1001",
        "version": 1,
        "placed_at": NOON,
        "currency": Currency.EUR,
        "lines": [line()],
    }
    return ChannelClaim(**good | changes)


def refund(**changes: Any) -> ChannelRefund:
    """Return a good refund with *changes*."""
    return ChannelRefund(**{"id": "1", "amount": EURO, "at": NOON, "state": None} | changes)


def payload(**changes: Any) -> Payload:
    """Return a good payload with *changes*."""
    return Payload(**{"channel": ChannelId("etsy"), "object_id": "1", "text": "{}"} | changes)


def update(**changes: Any) -> StockUpdate:
    """Return a good update with *changes*."""
    return StockUpdate(**{"listing": ListingId("L1"), "quantity": 3} | changes)


def fulfilment(**changes: Any) -> Fulfilment:
    """Return a good fulfilment with *changes*."""
    good = {
        "key": CommandKey("k"),
        "number": "1001",
        "lines": [LineUnits(line=LineId("1"), quantity=1)],
        "shipped_at": NOON,
    }
    return Fulfilment(**good | changes)


def order_page(**changes: Any) -> OrderPage:
    """Return a good page with *changes*."""
    entry = ReadOrder(claim=claim(), payload=payload())
    return OrderPage(**{"entries": [entry], "next": Cursor("1"), "more": False} | changes)


def listing(**changes: Any) -> Listing:
    """Return a good listing with *changes*."""
    return Listing(**{"id": ListingId("L1")} | changes)


def hint(**changes: Any) -> WebhookHint:
    """Return a good hint with *changes*."""
    good = {"kind": HintKind.ORDER, "object_id": "1", "event_id": "e"}
    return WebhookHint(**good | changes)


def disagreement(**changes: Any) -> Disagreement:
    """Return a good disagreement with *changes*."""
    good = {"line": LineId("1"), "kind": DisagreementKind.EDITED, "ours": 0, "theirs": 1}
    return Disagreement(**good | changes)


def contradiction(**changes: Any) -> Contradiction:
    """Return a good contradiction with *changes*."""
    good = {"kind": ContradictionKind.TOTAL, "said": 1, "against": 2}
    return Contradiction(**good | changes)


def told_line(**changes: Any) -> ToldLine:
    """Return a good remembered line with *changes*."""
    good = {"line": LineId("1"), "listing": ListingId("L1"), "shipped": 0}
    return ToldLine(**good | changes)


WRONG: list[tuple[Callable[..., object], str, list[object]]] = [
    (line, "id", ["1", 1, None]),
    (line, "listing", ["L1", None]),
    (line, "quantity", [0, -1, True, 1.0, "5", None, 2**62]),
    (line, "unit_price", [100, "1.00", None]),
    (line, "title", [None, 5]),
    (line, "cancelled", [-1, True, "1"]),
    (line, "shipped", [-1, 1.5]),
    (line, "returned", [-1, None]),
    (claim, "channel", ["etsy", None]),
    (claim, "number", [1001, None]),
    (claim, "version", [-1, 1.5, None, True]),
    (claim, "placed_at", [NAIVE, "noon", None]),
    (claim, "currency", ["EUR", None]),
    (
        claim,
        "lines",
        [[], None, ["x"], [line(), line()], [line(unit_price=Money(1, Currency.USD))]],
    ),
    (claim, "charges", [None, ["x"]]),
    (claim, "buyer", [5]),
    (claim, "shipped_at", [NAIVE, "noon"]),
    (claim, "paid", [100, "1.00"]),
    (claim, "total", [100, "1.00"]),
    (claim, "presentment_total", [100]),
    (claim, "refunds", [5, ["x"], [refund(), refund()]]),
    (claim, "status", [None, [5]]),
    (payload, "channel", ["etsy"]),
    (payload, "object_id", [None, 1]),
    (payload, "text", [None, b"{}"]),
    (payload, "subject", [5]),
    (update, "listing", ["L1"]),
    (update, "quantity", [-1, True, None, 1.0]),
    (update, "expected", ["3", 1.0]),
    (fulfilment, "key", ["k"]),
    (fulfilment, "number", [1001]),
    (fulfilment, "lines", [None, ["1"]]),
    (fulfilment, "shipped_at", [NAIVE]),
    (fulfilment, "carrier", [5]),
    (fulfilment, "tracking", [5]),
    (order_page, "next", ["1", None]),
    (order_page, "more", [1, None]),
    (listing, "id", ["L1"]),
    (listing, "sku_text", [5]),
    (listing, "gtin_text", [4006381333931]),
    (listing, "title", [None]),
    (listing, "quantity", ["1", True]),
    (listing, "price", [100]),
    (hint, "kind", ["order"]),
    (hint, "object_id", [1]),
    (hint, "event_id", [None]),
    (lambda **f: Cursor(**{"token": "1"} | f), "token", [1, None]),
    (
        lambda **f: ListingPage(**{"listings": [], "next": Cursor("1"), "more": False} | f),
        "listings",
        [None, ["L1"]],
    ),
    (
        lambda **f: UnreadableOrder(**{"payload": payload(), "faults": ["x"]} | f),
        "faults",
        [None, [1]],
    ),
    (
        lambda **f: StockReading(
            **{"listing": ListingId("L"), "quantity": 1, "read_at": NOON} | f
        ),
        "read_at",
        [NAIVE],
    ),
    (
        lambda **f: StockReading(
            **{"listing": ListingId("L"), "quantity": 1, "read_at": NOON} | f
        ),
        "quantity",
        ["1"],
    ),
    (lambda **f: Rejected(**{"reason": "x"} | f), "reason", [None]),
    (lambda **f: Rejected(**{"reason": "x"} | f), "observed", ["1"]),
    (lambda **f: Unknown(**{"reason": "x"} | f), "reason", [None]),
    (
        lambda **f: Refund(**{"key": CommandKey("k"), "number": "1", "amount": EURO} | f),
        "amount",
        [5],
    ),
    (lambda **f: ListingChange(**{"listing": ListingId("L")} | f), "sku", ["A"]),
    (lambda **f: ListingChange(**{"listing": ListingId("L")} | f), "price", [5]),
    (lambda **f: LineUnits(**{"line": LineId("1"), "quantity": 1} | f), "quantity", [0, -1]),
    (
        disagreement,
        "kind",
        ["EDITED"],
    ),
    (disagreement, "line", ["1"]),
    (disagreement, "ours", [-1, None]),
    (disagreement, "theirs", [-1, "1"]),
    (disagreement, "currency", ["EUR"]),
    (disagreement, "note", [None]),
    (contradiction, "kind", ["TOTAL"]),
    (contradiction, "said", ["1"]),
    (told_line, "shipped", [-1]),
    (told_line, "listing", ["L1"]),
]


@pytest.mark.parametrize(
    ("make", "field", "value"),
    [(make, field, value) for make, field, values in WRONG for value in values],
)
def test_what_cannot_be_is_refused_with_its_field(
    make: Callable[..., object], field: str, value: object
) -> None:
    """A field with a value that cannot be is refused by name; without it the value is good."""
    assert make()

    with pytest.raises(FieldError) as caught:
        make(**{field: value})

    assert caught.value.field == field


def test_a_line_is_taken_down_as_it_was_told() -> None:
    """What cannot be true is listed by those who compare, not refused by those who read."""
    assert line(cancelled=3, shipped=3, returned=4).quantity == 5
    assert line(cancelled=None, shipped=None).is_untouched is False
    assert line().is_untouched


def test_amounts_may_be_below_zero_and_units_may_not() -> None:
    """The two sides of a disagreement are units, or minor units of a currency."""
    assert (
        disagreement(ours=-1, currency=Currency.EUR)
        .explain()
        .endswith("(ours -0.01 EUR, theirs 0.01 EUR)")
    )
    assert contradiction(said=-1, currency=Currency.EUR).explain().startswith("order: lines and")


def test_a_number_that_is_no_part_of_an_id_is_said_when_it_is_asked_for() -> None:
    """A claim may have any number; the order's id cannot."""
    assert claim(number="1001").order_id == "etsy/1001"
    with pytest.raises(IdentifierError):
        _ = claim(number="a\nb").order_id


def test_who_buys_is_not_shown() -> None:
    """The buyer and the text of a payload do not stand in a log."""
    assert "ada" not in repr(claim(buyer="ada"))
    assert "ada" not in repr(payload(text="ada", subject="ada"))


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_a_digest_tells_texts_apart(one: str, other: str) -> None:
    """Two payloads have one digest if and only if they have one text."""
    same = payload(text=one).digest == payload(text=other).digest

    assert same == (one == other)


def test_the_reference_channel_plays_its_roles() -> None:
    """Roles are told by their methods, blocking ones from awaited ones by their name only."""
    etsy = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON))

    for role in (Channel, OrderSource, StockSink, AsyncStockSink):
        assert isinstance(etsy, role)
    assert not isinstance(etsy, WebhookSource)


def test_results_are_what_they_were_made_of() -> None:
    """Effects compare by what they say."""
    result = StockResult(listing=ListingId("L1"), effect=Applied())

    assert result == StockResult(listing=ListingId("L1"), effect=Applied())
    assert result != StockResult(listing=ListingId("L1"), effect=Rejected(reason=""))


@pytest.mark.parametrize(
    ("error", "family"),
    [
        (ChannelUnavailableError(channel=ChannelId("e"), operation="o", why="w"), TransientError),
        (
            RateLimitedError(channel=ChannelId("e"), operation="o", retry_after_seconds=3),
            TransientError,
        ),
        (ChannelAuthError(channel=ChannelId("e"), operation="o"), AttentionError),
        (ChannelAnswerError(channel=ChannelId("e"), operation="o", why="w"), AttentionError),
    ],
)
def test_errors_are_of_the_family_that_says_what_to_do(
    error: Exception, family: type[Exception]
) -> None:
    """What to do follows from the family, and the channel and the operation are named."""
    assert isinstance(error, family)
    assert "e " in str(error)
    assert "o" in str(error)


@given(st.data())
def test_contradictory_bounds_raise(data: st.DataObject) -> None:
    """Strategies refuse bounds below 1."""
    for strategy in (
        claim_lines(max_value=0),
        channel_claims(max_lines=0),
        claim_histories(max_size=0),
    ):
        with pytest.raises(FieldError):
            data.draw(strategy)


@given(claim_histories(max_size=4))
def test_histories_only_grow(told: tuple[ChannelClaim, ...]) -> None:
    """Versions and all counters of a history never go back."""
    assert 1 <= len(told) <= 4
    for before, after in itertools.pairwise(told):
        assert before.version < after.version
        for old, new in zip(before.lines, after.lines, strict=True):
            assert old.cancelled <= new.cancelled
            assert old.shipped <= new.shipped
            assert old.returned <= new.returned
