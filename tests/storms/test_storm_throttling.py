"""Half an hour of "too many calls": waits are capped and reported, and the end is noticed soon."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import attrs
import pytest
from storm_shops import SYSTEMS, WORKER, Merchant, Side

from ecomkit.adapters.http import FakeAnswer, Received, Reply, ThrottledError
from ecomkit.channels import OrderSource, RateLimitedError
from ecomkit.operations import SyncReport

STORM_SECONDS = 1_800
ROUND_SECONDS = 30
"""How long the worker rests between two runs."""

DAY = 86_400
OPENING = {"BEAR": 5, "ELEPHANT": 50, "OWL": 50}


def soon(now: datetime) -> str:
    """Return an HTTP date twenty seconds from now."""
    return format_datetime(now + timedelta(seconds=20), usegmt=True)


def past(now: datetime) -> str:
    """Return an HTTP date of last year."""
    return format_datetime(now - timedelta(days=365), usegmt=True)


SAYINGS: dict[str, Callable[[datetime], str | None]] = {
    "seconds": lambda now: "7",
    "a date": soon,
    "a date that is over": past,
    "zero": lambda now: "0",
    "below zero": lambda now: "-30",
    "no number": lambda now: "1e9",
    "garbage": lambda now: "soon; or later",
    "nothing": lambda now: None,
}


@attrs.define
class Storm:
    """Stands before a shop and refuses every call until it is over."""

    fake: Any
    says: Callable[[datetime], str | None]
    ends_at: float
    refused: int = 0
    first_at: float | None = None
    plain: Callable[[Received], FakeAnswer] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.plain = self.fake.answer
        self.fake.answer = self

    def __call__(self, received: Received) -> FakeAnswer:
        """Answer as the shop does, but for what goes wrong."""
        now = self.fake.time.monotonic()
        if now >= self.ends_at:
            self.first_at = now if self.first_at is None else self.first_at
            return self.plain(received)
        self.refused += 1
        said = self.says(self.fake.time.now())
        headers = [] if said is None else [("Retry-After", said)]
        return Reply(status=429, headers=headers, body=b"Too Many Requests")


@pytest.mark.parametrize("saying", [*SAYINGS, "all in turn"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_after_a_storm_all_is_as_without_it(
    system: Callable[..., Side], saying: str, record_property: Any
) -> None:
    """The runs go on, say why they stopped, wait within their deadline, and then miss nothing."""
    merchant = Merchant.of(system, opening=OPENING)
    [side] = merchant.sides
    for units in ({"OWL": 2}, {"BEAR": 4}, {"BEAR": 3, "ELEPHANT": 1}):
        side.sell(units)
    words = itertools.cycle(SAYINGS.values())

    def in_turn(now: datetime) -> str | None:
        return next(words)(now)

    time = merchant.time
    storm = Storm(
        side.fake,
        says=SAYINGS.get(saying, in_turn),
        ends_at=time.monotonic() + STORM_SECONDS,
    )
    time.waits.clear()

    reports: list[SyncReport] = []
    while not reports or reports[-1].pulls[0].stopped is not None:
        reports.append(merchant.shop.sync())
        time.advance(ROUND_SECONDS)

    assert storm.first_at is not None
    late = storm.first_at - storm.ends_at
    record_property(
        "figure", f"{side.name}, {saying}: {storm.refused} refusals, {late:.1f} s late"
    )
    assert late <= ROUND_SECONDS + 20
    assert max(time.waits, default=0) < WORKER.deadline_seconds
    assert "allows no more calls" in str(reports[0].pulls[0].stopped)
    # A run asks once, and repeats itself a few times at most.
    assert storm.refused <= WORKER.attempts_max * 3 * len(reports)
    merchant.settle()
    assert {sku: waiting for sku, (_, _, waiting) in merchant.books()["levels"].items()} == {
        "BEAR": 2,
        "ELEPHANT": 0,
        "OWL": 0,
    }
    assert side.shown() == {"BEAR": 0, "ELEPHANT": 49, "OWL": 48}
    assert len(merchant.books()["orders"]) == 3


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_wait_of_thirty_years_is_told_as_a_day_and_not_begun(
    system: Callable[..., Side],
) -> None:
    """What a system says is a floor, capped to a day; beyond the deadline it is told at once."""
    merchant = Merchant.of(system, opening=OPENING)
    [side] = merchant.sides
    Storm(side.fake, says=lambda now: "1000000000", ends_at=float("inf"))
    merchant.time.waits.clear()
    source: OrderSource = side.client

    with pytest.raises(RateLimitedError) as told:
        source.orders_after(None, page_size=10)

    assert isinstance(told.value, ThrottledError)
    assert told.value.retry_after_seconds == DAY
    assert merchant.time.waits == []
