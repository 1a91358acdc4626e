"""The reference channel: sells, counts down, and misbehaves from a seed without losing anything."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.adapters.memory import (
    ChannelFaults,
    MemoryChannel,
    SoldLine,
    UnknownOrderNumberError,
)
from ecomkit.channels import (
    Applied,
    ChannelUnavailableError,
    Cursor,
    Fulfilment,
    LineUnits,
    Listing,
    PageEntry,
    ReadOrder,
    Refund,
    Rejected,
    StockUpdate,
    UnreadableOrder,
)
from ecomkit.errors import EcomkitError, FieldError, TransientError
from ecomkit.identifiers import ChannelId, CommandKey, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Taxation
from ecomkit.ports import ManualClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
L1, LINE = ListingId("L1"), LineId("1")
NUMBERS = ("1001", "1002", "1003")


def euros(cents: int) -> Money:
    """Return an amount."""
    return Money(cents, Currency.EUR)


def channel(**faults: Any) -> MemoryChannel:
    """Return a channel with one listing of ten units."""
    made = MemoryChannel(
        ChannelId("etsy"), clock=ManualClock(NOON), faults=ChannelFaults(**faults)
    )
    made.put_up([Listing(id=L1, quantity=10)])
    return made


def sell(to: MemoryChannel, number: str, *, quantity: int = 4) -> None:
    """A shopper buys."""
    sold = SoldLine(id=LINE, listing=L1, quantity=quantity, unit_price=euros(2500))
    to.sell(number, [sold], placed_at=NOON, buyer="ada")


def pulled(
    source: MemoryChannel, *, page_size: int = 2, start: Cursor | None = None
) -> list[PageEntry]:
    """Pull to the end, as often as it takes."""
    entries: list[PageEntry] = []
    cursor = start
    for _ in range(50_000):
        try:
            page = source.orders_after(cursor, page_size=page_size)
        except TransientError:
            continue
        entries.extend(page.entries)
        cursor = page.next
        if not page.more:
            return entries
    raise AssertionError("the pages do not end")


def last_versions(entries: list[PageEntry]) -> dict[str, int]:
    """Return the highest version of each order."""
    versions: dict[str, int] = {}
    for entry in entries:
        assert isinstance(entry, ReadOrder)
        claim = entry.claim
        versions[claim.number] = max(claim.version, versions.get(claim.number, 0))
    return versions


# -- the marketplace --------------------------------------------------------------------------------


def test_a_sale_counts_the_listing_down() -> None:
    """The channel shows what is left, never less than nothing, though it may sell more."""
    etsy = channel()
    sell(etsy, "1001")
    left = etsy.shown(L1)
    sell(etsy, "1002", quantity=9)

    assert (left, etsy.shown(L1)) == (6, 0)


def test_a_listing_without_a_counter_is_not_counted() -> None:
    """A listing that shows no number, or is not there, can be sold."""
    etsy = channel()
    etsy.put_up([Listing(id=L1)])
    sell(etsy, "1001")
    gone = SoldLine(id=LINE, listing=ListingId("gone"), quantity=1, unit_price=euros(1))
    etsy.sell("1002", [gone], placed_at=NOON)

    assert etsy.shown(L1) is None
    assert sorted(last_versions(pulled(etsy))) == ["1001", "1002"]


def test_what_was_paid_is_goods_and_charges() -> None:
    """The amount paid has charges in it that add to the total, and no tax inside the prices."""
    etsy = channel()
    sold = SoldLine(id=LINE, listing=L1, quantity=2, unit_price=euros(1000))
    charges = [
        Charge(kind=ChargeKind.SHIPPING, amount=euros(490)),
        Charge(kind=ChargeKind.DISCOUNT, amount=euros(-100)),
        Charge(kind=ChargeKind.TAX, amount=euros(300), taxation=Taxation.INCLUDED),
    ]
    etsy.sell("1001", [sold], placed_at=NOON, charges=charges)
    entry = etsy.order("1001")

    assert isinstance(entry, ReadOrder)
    assert entry.claim.paid == euros(2390)
    assert list(entry.claim.charges) == charges


def test_what_happens_to_an_order_is_told() -> None:
    """Cancelled, shipped and returned units add up on the order, each a new version."""
    etsy = channel()
    sell(etsy, "1001")
    etsy.cancel("1001", {LINE: 1})
    etsy.ship("1001", {LINE: 2}, at=NOON)
    etsy.ship("1001", {LINE: 1}, at=NOON + timedelta(days=1))
    etsy.send_back("1001", {LINE: 2})
    entry = etsy.order("1001")

    assert isinstance(entry, ReadOrder)
    [line] = entry.claim.lines
    assert (line.cancelled, line.shipped, line.returned) == (1, 3, 2)
    assert entry.claim.version == 5
    assert entry.claim.shipped_at == NOON + timedelta(days=1)
    assert entry.payload.subject == "ada"


def test_an_order_that_was_never_sold_cannot_change() -> None:
    """Changing an order that is not there is refused with its number."""
    changes: list[Callable[[MemoryChannel], None]] = [
        lambda etsy: etsy.cancel("9", {}),
        lambda etsy: etsy.ship("9", {}, at=NOON),
        lambda etsy: etsy.send_back("9", {}),
    ]
    for change in changes:
        with pytest.raises(UnknownOrderNumberError) as caught:
            change(channel())

        assert caught.value.number == "9"


def test_a_posted_text_has_no_subject() -> None:
    """A text that stands for no order of the channel names no person."""
    etsy = channel()
    etsy.post("x", "?")
    entry = etsy.order("x")

    assert isinstance(entry, UnreadableOrder)
    assert entry.payload.subject is None


# -- effects ----------------------------------------------------------------------------------------


def fulfilment(**changes: Any) -> Fulfilment:
    """Return that one unit has left."""
    fields: dict[str, Any] = {
        "key": CommandKey("k"),
        "number": "1001",
        "lines": [LineUnits(line=LINE, quantity=1)],
        "shipped_at": NOON,
    }
    return Fulfilment(**fields | changes)


def test_a_fulfilment_counts_once() -> None:
    """The same key twice ships once; it is known afterwards, and not before."""
    etsy = channel()
    sell(etsy, "1001")
    before = etsy.read_fulfilment(fulfilment())
    answers = [etsy.push_fulfilment(fulfilment()) for _ in range(2)]
    entry = etsy.order("1001")

    assert isinstance(before, Rejected)
    assert answers == [Applied(), Applied()]
    assert etsy.read_fulfilment(fulfilment()) == Applied()
    assert isinstance(entry, ReadOrder)
    assert entry.claim.lines[0].shipped == 1


def test_a_refund_is_known_once_it_was_asked_for() -> None:
    """The same key twice is one refund."""
    etsy = channel()
    sell(etsy, "1001")
    refund = Refund(key=CommandKey("r"), number="1001", amount=euros(100))

    assert isinstance(etsy.read_refund(refund), Rejected)
    assert [etsy.push_refund(refund), etsy.push_refund(refund)] == [Applied(), Applied()]
    assert etsy.read_refund(refund) == Applied()


def test_effects_on_unknown_orders_are_rejected() -> None:
    """What is told of an order that is not there is refused with a reason."""
    etsy = channel()
    refund = Refund(key=CommandKey("r"), number="9", amount=euros(100))

    for effect in (etsy.push_fulfilment(fulfilment(number="9")), etsy.push_refund(refund)):
        assert isinstance(effect, Rejected)
        assert "9" in effect.reason


def test_a_lost_answer_has_taken_effect() -> None:
    """A push whose answer is lost raises, and reading back says that it was applied."""
    etsy = channel(lost_answers=0.999)
    sell(etsy, "1001")
    for push in (
        lambda: etsy.push_fulfilment(fulfilment()),
        lambda: etsy.push_stock([StockUpdate(listing=L1, quantity=3)]),
    ):
        with pytest.raises(ChannelUnavailableError, match="connection lost"):
            push()

    assert etsy.read_fulfilment(fulfilment()) == Applied()
    assert etsy.shown(L1) == 3


def test_a_locked_row_is_rejected() -> None:
    """A row that the channel refuses changes nothing and says so."""
    etsy = channel(rejected_rows=0.999)
    [result] = etsy.push_stock([StockUpdate(listing=L1, quantity=3)])

    assert result.effect == Rejected(reason="the listing is locked")
    assert etsy.shown(L1) == 10


# -- listings ----------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 30), unique=True), st.integers(1, 7))
def test_listings_come_page_by_page(numbers: list[int], page_size: int) -> None:
    """The pages give each listing once, sorted, and end with a cursor that gives nothing more."""
    etsy = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON))
    etsy.put_up(Listing(id=ListingId(f"L{n}")) for n in numbers)
    found: list[str] = []
    cursor = None
    more = True
    while more:
        page = etsy.listings_after(cursor, page_size=page_size)
        assert len(page.listings) <= page_size
        found.extend(listing.id for listing in page.listings)
        cursor, more = page.next, page.more

    assert found == sorted(f"L{n}" for n in numbers)
    assert etsy.listings_after(cursor, page_size=page_size).listings == ()


@pytest.mark.parametrize("page_size", [0, -1])
def test_a_page_has_room_for_one(page_size: int) -> None:
    """A page of nothing would never end: it is refused."""
    with pytest.raises(FieldError):
        channel().orders_after(None, page_size=page_size)
    with pytest.raises(FieldError):
        channel().listings_after(None, page_size=page_size)


@pytest.mark.parametrize("token", ["", "-1", "1.0", "x", "9" * 5_000])
def test_a_cursor_of_another_channel_is_refused(token: str) -> None:
    """A cursor that this channel never gave is refused by name."""
    with pytest.raises(FieldError):
        channel().orders_after(Cursor(token), page_size=3)


# -- faults ------------------------------------------------------------------------------------------

SHARES = st.sampled_from((0.0, 0.1, 0.5, 0.9))
FAULTS = st.fixed_dictionaries(
    {
        "seed": st.integers(-9, 9),
        "unavailable": st.sampled_from((0.0, 0.3)),
        "rate_limited": st.sampled_from((0.0, 0.3)),
        "repeated": SHARES,
        "late": SHARES,
    }
)
STEPS = st.lists(
    st.sampled_from(NUMBERS) | st.integers(1, 3), max_size=25
)  # an order that is sold or changes, or a page that is pulled meanwhile


@given(FAULTS, STEPS, st.integers(1, 4))
@settings(deadline=None)
def test_late_and_repeated_updates_lose_nothing(
    faults: dict[str, Any], steps: list[str | int], page_size: int
) -> None:
    """However late and repeated, a pull to the end ends at the newest state of every order."""
    etsy = channel(**faults)
    versions: dict[str, int] = {}
    seen: list[PageEntry] = []
    cursor: Cursor | None = None
    for step in steps:
        if isinstance(step, int):
            try:
                page = etsy.orders_after(cursor, page_size=step)
            except TransientError:
                continue
            assert len(page.entries) <= step
            seen.extend(page.entries)
            cursor = page.next
            continue
        if step in versions:
            etsy.cancel(step, {})
        else:
            sell(etsy, step)
        versions[step] = versions.get(step, 0) + 1

    assert last_versions(seen + pulled(etsy, page_size=page_size, start=cursor)) == versions
    assert last_versions(pulled(etsy, page_size=page_size)) == versions


@given(FAULTS, st.sampled_from((0.0, 0.5)), st.sampled_from((0.0, 0.5)))
@settings(deadline=None)
def test_the_same_seed_gives_the_same_faults(
    faults: dict[str, Any], lost: float, rejected: float
) -> None:
    """Two channels of one seed answer the same calls the same, faults included."""

    def story() -> list[object]:
        etsy = channel(**faults, lost_answers=lost, rejected_rows=rejected)
        answers: list[object] = []
        calls: list[Callable[[], object]] = [
            lambda: etsy.orders_after(None, page_size=5),
            lambda: etsy.order("1001"),
            lambda: etsy.push_stock([StockUpdate(listing=L1, quantity=n) for n in range(4)]),
            lambda: etsy.read_stock([L1]),
            lambda: etsy.push_fulfilment(fulfilment()),
        ]
        for number in NUMBERS:
            sell(etsy, number)
            etsy.cancel(number, {})
            for call in calls:
                try:
                    answers.append(call())
                except EcomkitError as error:
                    answers.append(str(error))
        return answers

    assert story() == story()


def test_another_seed_gives_other_faults() -> None:
    """Seeds are told apart, and channels of one seed too."""

    def dice(name: str, seed: int) -> list[bool]:
        etsy = MemoryChannel(
            ChannelId(name),
            clock=ManualClock(NOON),
            faults=ChannelFaults(seed=seed, unavailable=0.5),
        )
        thrown = []
        for _ in range(64):
            try:
                etsy.order("1")
                thrown.append(True)
            except ChannelUnavailableError:
                thrown.append(False)
        return thrown

    assert len({tuple(dice(name, seed)) for name in ("etsy", "web") for seed in (1, 2)}) == 4


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, float("nan"), "0.5", None])
@pytest.mark.parametrize(
    "field", ["unavailable", "rate_limited", "lost_answers", "rejected_rows", "repeated", "late"]
)
def test_shares_are_below_one(field: str, share: Any) -> None:
    """A fault that comes always would never let anybody through: it is refused."""
    with pytest.raises(FieldError) as caught:
        ChannelFaults(**{field: share})

    assert caught.value.field == field


def test_half_a_character_is_sent_as_its_escape() -> None:
    """What no bytes can spell comes as an unreadable order, and pulling goes on."""
    etsy = channel()
    etsy.post("x", "\ud800")
    sell(etsy, "1001")

    unreadable, read = pulled(etsy)

    assert isinstance(unreadable, UnreadableOrder)
    assert unreadable.payload.text == "\\ud800"
    assert isinstance(read, ReadOrder)


def test_a_cursor_past_the_end_goes_on_from_the_end() -> None:
    """A channel that was built anew, with fewer changes behind it, gives what comes from now on."""
    etsy = channel()
    page = etsy.orders_after(Cursor("120"), page_size=10)
    sell(etsy, "1001")

    [entry] = etsy.orders_after(page.next, page_size=10).entries

    assert isinstance(entry, ReadOrder)
    assert entry.claim.number == "1001"
