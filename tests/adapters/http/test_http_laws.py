"""Laws of the pure parts: waits, retries, allowances, JSON, bodies, addresses."""

import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.adapters.http import (
    Backoff,
    DuplicateKeys,
    Limit,
    Limiter,
    LimitKey,
    Lost,
    Options,
    Repeat,
    Reply,
    Told,
    UnreadableJsonError,
    Unsent,
    Verdict,
    VirtualTime,
    WaitHeader,
    WaitUnit,
    dump_json,
    number_of,
    parse_json,
    verdict_of_status,
)
from ecomkit.adapters.http._bodies import BodyRefused, BodyTorn, Inflater
from ecomkit.adapters.http._outcomes import Answered, Barred, Garbled, Held
from ecomkit.adapters.http._retry import Again, RetryBudget, Stop, may_repeat, next_step
from ecomkit.adapters.http._waits import told_wait

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
VENDOR = (WaitHeader(name="x-reset-ms", unit=WaitUnit.MILLISECONDS),)


def header_texts() -> st.SearchStrategy[str]:
    """Draw what a header that says a wait may hold, honest or hostile."""
    honest = st.one_of(
        st.integers(-10, 10**9).map(str),
        st.decimals(0, 10**6, places=3).map(str),
        st.integers(0, 10**6).map(
            lambda seconds: format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
        ),
    )
    hostile = st.sampled_from(
        ["", "NaN", "inf", "1e9", "9" * 400, "0x10", "١٢", "+5", "1_000", "Mon, 99 Foo 2026", "-0"]
    )
    return honest | hostile | st.text(max_size=40)


def replies() -> st.SearchStrategy[Reply]:
    """Draw replies whose headers say something of waits."""
    names = st.sampled_from(["retry-after", "retry-after-ms", "x-reset-ms", "date"])
    return st.builds(
        Reply,
        status=st.sampled_from([200, 429, 500, 503]),
        headers=st.lists(st.tuples(names, header_texts()), max_size=4),
    )


def outcomes() -> st.SearchStrategy[Any]:
    """Draw every kind of end that an attempt can have."""
    return st.one_of(
        st.builds(Answered, reply=replies(), verdict=st.sampled_from(Verdict)),
        st.just(Lost(why="timeout")),
        st.just(Unsent(why="refused")),
        st.just(Garbled(why="large", status=200)),
        st.just(Barred(why="certificate")),
        st.builds(Held, wait_seconds=st.floats(0, 1e6)),
    )


def step_after(outcome: Any, **rest: Any) -> Any:
    """Return the next step with sensible facts where *rest* gives none."""
    facts: dict[str, Any] = {
        "repeat": Repeat.AT_WILL,
        "attempt": 1,
        "left_seconds": 60.0,
        "refill_seconds": 0.0,
        "now": NOW,
        "vendor_headers": VENDOR,
        "draw": lambda: 0.5,
        "backoff": Backoff(),
    }
    return next_step(outcome, **{**facts, **rest})


@given(
    outcomes(),
    st.sampled_from(Repeat),
    st.integers(1, 50),
    st.floats(0, 1e4),
    st.floats(0, 1e5),
    st.floats(0, 1),
)
def test_a_wait_ends_before_the_deadline_and_not_before_it_was_told(  # noqa: PLR0917 (drawn)
    outcome: Any, repeat: Repeat, attempt: int, left: float, refill: float, drawn: float
) -> None:
    """Any wait is begun only if it ends in time, is no shorter than said, and no hostile header raises."""
    step = step_after(
        outcome,
        repeat=repeat,
        attempt=attempt,
        left_seconds=left,
        refill_seconds=refill,
        draw=lambda: drawn,
    )

    if isinstance(step, Again):
        assert 0 <= step.wait_seconds < left
        assert step.wait_seconds >= refill
        if isinstance(outcome, Answered):
            told = told_wait(outcome.reply, now=NOW, vendor_headers=VENDOR)
            assert step.wait_seconds >= (told or 0)


@given(outcomes(), st.integers(1, 9))
def test_what_may_have_been_done_is_never_sent_again(outcome: Any, attempt: int) -> None:
    """Without a promise, only what surely did nothing is repeated."""
    surely_nothing = isinstance(outcome, Unsent) or (
        isinstance(outcome, Answered) and outcome.verdict is Verdict.THROTTLED
    )

    step = step_after(outcome, repeat=Repeat.IF_UNSENT, attempt=attempt, left_seconds=1e9)

    assert isinstance(step, Again) == surely_nothing
    assert may_repeat(outcome, repeat=Repeat.IF_UNSENT) == surely_nothing


@given(replies())
def test_a_told_wait_is_above_nothing_and_at_most_a_day(reply: Reply) -> None:
    """Whatever headers hold, the wait is bounded or not said."""
    found = told_wait(reply, now=NOW, vendor_headers=VENDOR)

    assert found is None or 0 < found <= 86_400


@given(st.integers(1, 86_400), st.integers(-(10**6), 10**6))
def test_a_date_is_read_on_the_clock_of_the_system(wait: int, skew: int) -> None:
    """A wrong clock on either side does not change a wait that names an instant."""
    theirs = NOW + timedelta(seconds=skew)
    until = theirs + timedelta(seconds=wait)
    headers = [
        ("Date", format_datetime(theirs, usegmt=True)),
        ("Retry-After", format_datetime(until, usegmt=True)),
    ]

    assert told_wait(Reply(status=429, headers=headers), now=NOW) == wait


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (WaitUnit.SECONDS, "90"),
        (WaitUnit.MILLISECONDS, "90000"),
        (WaitUnit.EPOCH_SECONDS, str(int(NOW.timestamp()) + 90)),
        (WaitUnit.EPOCH_MILLISECONDS, str((int(NOW.timestamp()) + 90) * 1000)),
    ],
)
def test_each_unit_of_a_vendors_header_is_read(unit: WaitUnit, text: str) -> None:
    """Ninety seconds are ninety seconds, however a vendor counts them."""
    headers = (WaitHeader(name="x-wait", unit=unit),)

    reply = Reply(status=429, headers=[("X-Wait", text)])

    assert told_wait(reply, now=NOW, vendor_headers=headers) == 90


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_a_backoff_is_bounded(attempt: int, drawn: float) -> None:
    """No number of attempts makes a wait longer than the longest, and full jitter may make it nothing."""
    backoff = Backoff(base_seconds=0.5, seconds_max=20)

    assert 0 <= backoff.seconds(attempt=attempt, draw=lambda: drawn) <= 20
    assert backoff.seconds(attempt=attempt, draw=lambda: 1.0) == min(
        20, 0.5 * 2 ** min(attempt - 1, 9)
    )


@given(st.text())
@example("9" * 500)
def test_a_number_is_plain_digits(text: str) -> None:
    """What is read as a number is a number above or equal 0, of ASCII digits."""
    found = number_of(text)

    assert found is None or (0 <= found <= 1e15 and text.strip().isascii())


@given(
    st.floats(0.05, 50),
    st.integers(1, 50),
    st.lists(
        st.tuples(
            st.floats(0, 3),
            st.integers(1, 5),
            st.none()
            | st.builds(
                Told, available=st.none() | st.floats(0, 100), burst=st.none() | st.integers(1, 50)
            ),
        ),
        max_size=60,
    ),
)
def test_no_more_is_spent_than_is_allowed(
    rate: float, burst: int, calls: list[tuple[float, int, Told | None]]
) -> None:
    """In any stretch of virtual time at most burst + rate * time is spent, whatever is told."""
    limiter = Limiter()
    key = LimitKey(
        system="s", account="a", limit=Limit(per_second=rate, burst=burst), operation=None
    )
    time = VirtualTime(NOW)
    spent: list[tuple[float, int]] = []
    most = burst
    for pause, cost, told in calls:
        time.advance(pause)
        cost = min(cost, burst)  # noqa: PLW2901 (a call that fits)
        if told is not None:
            limiter.learn([key], [told], now=time.monotonic())
            most = max(most, told.burst or 0)
        while (wait := limiter.take([key], cost=cost, now=time.monotonic())) > 0:
            time.advance(wait)
        spent.append((time.monotonic(), cost))

    for first, (start, _) in enumerate(spent):
        total = 0
        for end, cost in spent[first:]:
            total += cost
            # A cost above a burst that shrank goes when the bucket is full, and leaves a debt.
            allowed = max(most, 5) + rate * (end - start)
            assert total <= allowed * 1.05


@given(st.integers(1, 500), st.floats(0.5, 100), st.integers(1, 2000))
def test_a_window_never_holds_more_than_its_count(count: int, seconds: float, calls: int) -> None:
    """Calls made as fast as is allowed never exceed the count in any window of that length."""
    limiter = Limiter()
    limit = Limit.of_window(count, seconds=seconds)
    key = LimitKey(system="s", account="a", limit=limit, operation=None)
    now = 0.0
    times = []
    for _ in range(min(calls, 3 * count)):
        while (wait := limiter.take([key], cost=1, now=now)) > 0:
            now += wait
        times.append(now)
    for place in range(len(times) - count):
        assert times[place + count] - times[place] >= seconds * 0.95 or count == 1


def test_an_allowance_is_all_or_nothing() -> None:
    """A call that one limit holds back takes nothing from the others."""
    limiter = Limiter()
    keys = [
        LimitKey(system="s", account="a", limit=limit, operation=None)
        for limit in (
            Limit(name="second", per_second=10, burst=10),
            Limit(name="day", per_second=0.01, burst=1),
        )
    ]
    limiter.take(keys, cost=1, now=0.0)
    limiter.take(keys, cost=1, now=0.0)

    assert limiter.take(keys[:1], cost=9, now=0.0) == 0


def test_the_limiter_remembers_a_bounded_number_of_buckets() -> None:
    """Ever new names make it forget the oldest, and not grow for ever."""
    limiter = Limiter()
    limit = Limit(per_second=1, burst=1)
    for number in range(10_050):
        key = LimitKey(system="s", account=str(number), limit=limit, operation=None)
        limiter.take([key], cost=1, now=float(number))

    assert len(limiter._buckets) == 10_000


def test_a_clock_that_steps_back_gives_nothing() -> None:
    """Time that runs backwards neither fills nor empties a bucket."""
    limiter = Limiter()
    key = LimitKey(system="s", account="a", limit=Limit(per_second=1, burst=1), operation=None)

    assert limiter.take([key], cost=1, now=100.0) == 0
    assert limiter.take([key], cost=1, now=50.0) == 1


@given(st.integers(1, 400))
def test_a_budget_bounds_retries(calls: int) -> None:
    """However often retries are wanted, they stay below the reserve and a tenth of the calls."""
    budget = RetryBudget()
    taken = 0
    for _ in range(calls):
        budget.pay_in()
        taken += budget.take() + budget.take()

    assert taken <= 10 + calls * 0.1


def documents() -> st.SearchStrategy[Any]:
    """Draw what JSON can say, with decimal numbers."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.decimals(-(10**12), 10**12, allow_nan=False, places=4),
        st.text(),
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )


@given(documents())
@example({"half": "\ud800"})
def test_json_comes_back_digit_by_digit(document: Any) -> None:
    """What was written is read as the same values, with the same digits behind the point."""
    again = parse_json(dump_json(document))

    assert again == document
    assert dump_json(again) == dump_json(document)


@given(st.integers(0, 200), st.sampled_from(["[", '{"a":', '[{"[":']), st.text())
def test_depth_is_counted_outside_of_strings(depth: int, opening: str, inside: str) -> None:
    """A text is refused exactly if it is nested deeper than the limit; brackets in strings do not count."""
    closing = "".join(
        {"[": "]", "{": "}"}[char] for char in reversed(opening.replace('"["', "")) if char in "[{"
    )
    levels = len(closing) * depth
    text = opening * depth + json.dumps(inside + "[[{{" * 40) + closing * depth

    if levels > 64:
        with pytest.raises(UnreadableJsonError, match="nested"):
            parse_json(text)
    else:
        assert parse_json(text) is not None


@given(st.from_regex(r"-?(0|[1-9]\d{0,60})(\.\d{1,60})?([eE][+-]?\d{1,7})?", fullmatch=True))
@example("1e1000000")
@example("1e-1000000")
@example("9" * 5000)
def test_a_number_is_exact_or_refused(text: str) -> None:
    """A JSON number is read with all its digits, cheaply, or not at all."""
    try:
        value = parse_json(text.replace("٠", "0"))
    except UnreadableJsonError:
        return
    assert isinstance(value, (int, Decimal))
    assert value == Decimal(text)
    assert len(str(int(value))) <= 60


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "[1,]",
        "",
        "{",
        '"\x00"',
        "01",
        "+1",
        ".5",
        "1.",
        "'a'",
        "\ufeff\ufeff1",
    ],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    """What Python's reader lets pass and the standard does not is refused."""
    with pytest.raises(UnreadableJsonError):
        parse_json(text.encode())


def test_a_key_that_stands_twice_is_refused_where_that_matters() -> None:
    """In a webhook body two readers could see two values; elsewhere the last one counts."""
    assert parse_json('{"a": 1, "a": 2}') == {"a": 2}
    with pytest.raises(UnreadableJsonError, match="twice"):
        parse_json('{"a": 1, "a": 2}', duplicates=DuplicateKeys.REFUSED)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        b"x",
        {1: 2},
        Decimal("NaN"),
        Decimal("1e99"),
        2**200,
        object(),
        {"a": {3}},
    ],
)
def test_what_json_cannot_say_is_not_written(value: Any) -> None:
    """Floats, bytes and huge numbers have no place in what we send."""
    with pytest.raises(UnreadableJsonError):
        dump_json(value)


def test_a_value_that_holds_itself_is_not_written() -> None:
    """A circle is too deep, not an endless loop."""
    circle: list[Any] = []
    circle.append(circle)

    with pytest.raises(UnreadableJsonError, match="nested"):
        dump_json(circle)


@given(
    st.binary(max_size=5000),
    st.sampled_from(["identity", "gzip", "deflate", "raw"]),
    st.integers(1, 700),
)
def test_a_body_is_the_same_however_it_is_cut(body: bytes, packing: str, bite: int) -> None:
    """Bytes unpacked bite by bite are the bytes that were packed."""
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "identity": body,
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw": raw.compress(body) + raw.flush(),
    }[packing]
    inflater = Inflater({"raw": "deflate"}.get(packing, packing), options=Options())
    for start in range(0, len(packed), bite):
        inflater.feed(packed[start : start + bite])

    assert inflater.end() == body


@given(st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", "identity"]))
def test_hostile_bytes_are_refused_or_unpacked_and_never_raise_otherwise(
    body: bytes, encoding: str
) -> None:
    """No bytes make the unpacker fail in a way that we do not know."""
    inflater = Inflater(encoding, options=Options(body_bytes_max=10_000))
    try:
        inflater.feed(body)
        unpacked = inflater.end()
    except (BodyRefused, BodyTorn):
        return
    assert len(unpacked) <= 10_000


@given(st.integers(-(10**6), 10**6))
def test_every_status_has_a_verdict(status: int) -> None:
    """No number that stands for a status goes without an answer."""
    assert isinstance(verdict_of_status(status), Verdict)


def test_a_stop_after_a_hold_says_how_long() -> None:
    """An allowance that holds a call back is not retried, and its wait is handed on."""
    assert step_after(Held(wait_seconds=90)) == Stop(wait_seconds=90)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 1_000_000, 1 << 20])
@pytest.mark.parametrize("bits", [31, 15, -15])
def test_a_body_that_unpacks_to_full_bites_comes_out_whole(size: int, bits: int) -> None:
    """What is left inside the unpacker after its last byte of input is taken out too."""
    packer = zlib.compressobj(9, wbits=bits)
    packed = packer.compress(bytes(size)) + packer.flush()
    inflater = Inflater("gzip" if bits == 31 else "deflate", options=Options())
    inflater.feed(packed)

    assert inflater.end() == bytes(size)


def test_a_suspicious_multiple_is_refused_before_it_is_large() -> None:
    """A body a thousand times its size is refused long before the limit on its size."""
    inflater = Inflater("gzip", options=Options())

    with pytest.raises(BodyRefused, match="multiple"):
        inflater.feed(gzip.compress(bytes(32 << 20)))
    assert len(inflater._body) < 8 << 20


def test_a_system_that_says_more_than_we_have_gives_no_more() -> None:
    """Calls on their way are in our count and not yet in theirs."""
    limiter = Limiter()
    key = LimitKey(system="s", account="a", limit=Limit(per_second=1, burst=5), operation=None)
    limiter.take([key], cost=5, now=0.0)

    limiter.learn([key], [Told(available=100)], now=0.0)

    assert limiter.take([key], cost=1, now=0.0) == 1
