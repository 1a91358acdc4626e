"""Stock as a value, its commands and owners: kits, keys, locks and names."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.catalog import Component, Kit, Kits, kit_available
from ecomkit.errors import FieldError
from ecomkit.identifiers import (
    CartId,
    ChannelId,
    CommandKey,
    Identifier,
    LineId,
    LocationId,
    LotId,
    OrderId,
    Sku,
    TransferId,
)
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, OrderLine
from ecomkit.stock import (
    MAIN,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Covered,
    Damage,
    Dispatch,
    Done,
    LevelKey,
    LoseTransfer,
    Owner,
    Pick,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Recorded,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Reserved,
    Ship,
    Short,
    Shortage,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Transfer,
    Unpick,
    Unship,
    Want,
    empty_level,
    fingerprint,
    levels_touched,
    wants_of,
    wants_of_line,
)
from ecomkit.testing.strategies import (
    cart_ids,
    identifiers,
    kit_sets,
    orders,
    stock_commands,
    stock_levels,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEPHANT, PIECE, CARTON = Sku("ELEPHANT"), Sku("PIECE"), Sku("CARTON")
SPARE = LocationId("spare")


def order_of(quantity: int, *, order: str = "etsy/1", sku: Sku = ELEPHANT) -> Order:
    """Return an order of one line."""
    line = OrderLine(
        id=LineId("1"), sku=sku, quantity=quantity, unit_price=Money(2500, Currency.EUR)
    )
    return Order(
        id=OrderId(order),
        channel=ChannelId("etsy"),
        currency=Currency.EUR,
        placed_at=NOW,
        lines=[line],
    )


# -- the stock of a merchant --------------------------------------------------------------------


def test_ten_elephants_on_two_channels() -> None:
    """Five sold here and five there: none is available, and none is uncovered."""
    stock = Stock.counted({ELEPHANT: 10}).record(order_of(5)).record(order_of(5, order="shop/1"))
    level = stock.level(ELEPHANT)

    assert (level.available(NOW), level.allocated, level.uncovered_units) == (0, 10, 0)
    one_more = stock.record(order_of(1, order="shop/2")).level(ELEPHANT)
    assert (one_more.available(NOW), one_more.uncovered_units) == (0, 1)


@given(orders(), st.integers(0, 30))
def test_recording_an_order_promises_its_open_units(order: Order, on_hand: int) -> None:
    """What is ordered, not cancelled and not shipped is covered or uncovered, sku by sku."""
    skus = {line.sku for line in order.lines}
    stock = Stock.counted(dict.fromkeys(sorted(skus), on_hand)).record(order)
    for sku in skus:
        open_units = sum(order.counts(line.id).open for line in order.lines if line.sku == sku)
        level = stock.level(sku)
        assert min(on_hand, open_units) == level.allocated
        assert max(0, open_units - on_hand) == level.uncovered_units


def test_an_order_that_wants_nothing_changes_nothing() -> None:
    """An order that is shipped or cancelled as a whole wants no unit."""
    order = order_of(2).ship(LineId("1"), quantity=2, at=NOW)
    stock = Stock.counted({ELEPHANT: 3})

    assert wants_of(order) == ()
    assert stock == stock.record(order)


def test_an_order_is_recorded_where_it_is_sent_from() -> None:
    """Units are promised at the stated location, and at no other."""
    stock = Stock.counted({ELEPHANT: 3}).record(order_of(2), location=SPARE)

    assert stock.level(ELEPHANT).sellable == 3
    assert stock.level(ELEPHANT, location=SPARE).uncovered_units == 2


def test_a_level_that_was_never_touched_is_empty() -> None:
    """Asking for an unknown sku answers an empty level that was never counted."""
    level = Stock().level(ELEPHANT, location=SPARE)

    assert level == StockLevel(sku=ELEPHANT, location=SPARE) == empty_level(level.key)
    assert level.counted_at is None


def test_an_opening_count_is_dated_and_placed() -> None:
    """A counted stock says when and where it was counted."""
    stock = Stock.counted({ELEPHANT: 3, PIECE: 0}, location=SPARE, at=NOW)

    assert [
        (level.sku, level.on_hand, level.location, level.counted_at) for level in stock.levels
    ] == [(ELEPHANT, 3, SPARE, NOW), (PIECE, 0, SPARE, NOW)]


def test_one_level_a_sku_and_location() -> None:
    """Two levels of one sku at one location are refused."""
    level = StockLevel(sku=ELEPHANT)
    with pytest.raises(FieldError) as caught:
        Stock([level, attrs.evolve(level, sellable=1)])

    assert (caught.value.owner, caught.value.field) == ("Stock", "levels")
    assert len(Stock([level, attrs.evolve(level, location=SPARE)]).levels) == 2


# -- kits -------------------------------------------------------------------------------------

KITS = Kits(kits=[Kit(sku=CARTON, components=[Component(sku=PIECE, quantity=12)])])


def test_pieces_and_cartons_are_one_demand() -> None:
    """Row 23: 115 pieces and a carton of twelve want 127 of 120: refused as one shortage."""
    wants = [
        want
        for number, sku, quantity in (("1", PIECE, 115), ("2", CARTON, 1))
        for want in wants_of_line(
            Owner.line(OrderId("shop/1"), LineId(number)), sku=sku, quantity=quantity, kits=KITS
        )
    ]
    stock = Stock.counted({PIECE: 120})
    command = Reserve(key=CommandKey("r"), wants=wants, placed_at=NOW)
    (outcome,) = stock.decide(command, now=NOW)[1].outcomes

    assert outcome == Short(
        shortages=(Shortage(sku=PIECE, location=MAIN, wanted=127, available=120),)
    )
    (granted,) = Stock.counted({PIECE: 127}).decide(command, now=NOW)[1].outcomes
    assert granted == Reserved(units=127)


def test_an_order_of_kits_wants_their_components() -> None:
    """Two cartons want 24 pieces, in the name of the line that ordered them."""
    owner = Owner.line(OrderId("etsy/1"), LineId("1"))

    assert wants_of(order_of(2, sku=CARTON), kits=KITS, location=SPARE) == (
        Want(owner=owner, sku=PIECE, quantity=24, location=SPARE),
    )
    assert wants_of_line(owner, sku=CARTON, quantity=2) == (
        Want(owner=owner, sku=CARTON, quantity=2),
    )


def test_a_kit_is_available_while_its_scarcest_part_is() -> None:
    """Row 24: six pencils, two erasers, three cases make two; one eraser sold alone leaves one."""
    pencil, eraser, case = Sku("PENCIL"), Sku("ERASER"), Sku("CASE")
    school = Kit(
        sku=Sku("SCHOOL"),
        components=[
            Component(sku=pencil, quantity=2),
            Component(sku=eraser, quantity=1),
            Component(sku=case, quantity=1),
        ],
    )
    stock = Stock.counted({pencil: 6, eraser: 2, case: 3})
    made = []
    for each in (stock, stock.record(order_of(1, sku=eraser))):
        available = {sku: each.level(sku).available(NOW) for sku in (pencil, eraser, case)}
        made.append(kit_available(school, available=available))

    assert made == [2, 1]


@given(kit_sets(max_quantity=5), st.integers(1, 5))
def test_a_kit_takes_what_it_is_made_of(kits: Kits, quantity: int) -> None:
    """No want of a kit names a kit; twice the kit wants twice of everything."""
    owner = Owner.cart(CartId("1"))
    for kit in kits.kits:
        once = wants_of_line(owner, sku=kit.sku, quantity=quantity, kits=kits)
        twice = wants_of_line(owner, sku=kit.sku, quantity=2 * quantity, kits=kits)

        assert not [want for want in once if kits.get(want.sku)]
        assert [(w.sku, 2 * w.quantity) for w in once] == [(w.sku, w.quantity) for w in twice]


# -- locks ------------------------------------------------------------------------------------


@given(stock_commands(), stock_levels(skus=st.just(Sku("OTHER"))))
def test_levels_touched_are_sorted_and_complete(command: StockCommand, other: StockLevel) -> None:
    """A command finds all it needs in the levels it names, sorted and once, and changes no other."""
    touched = levels_touched(command)
    _, decision = Stock([other]).decide(command, now=NOW)

    assert sorted(set(touched)) == list(touched)
    assert sorted(touched) == sorted(level.key for level in decision.levels)
    moved = {
        LevelKey(account.sku, account.location)
        for movement in decision.movements
        for account in (movement.source, movement.target)
    }
    assert moved <= set(touched)


def test_levels_touched_by_several_wants() -> None:
    """The levels of all wants are named once each, in one order, whatever the order of lines."""
    owner = Owner.cart(CartId("1"))
    wants = [
        Want(owner=owner, sku=sku, quantity=1, location=location)
        for sku, location in ((PIECE, MAIN), (ELEPHANT, SPARE), (ELEPHANT, MAIN), (PIECE, MAIN))
    ]
    expected = (
        LevelKey(ELEPHANT, MAIN),
        LevelKey(ELEPHANT, SPARE),
        LevelKey(PIECE, MAIN),
    )
    levels = [want.key for want in wants]

    hold = PutOnHold(key=CommandKey("h"), wants=wants, expires_at=NOW)
    release = ReleaseHolds(key=CommandKey("r"), owner=owner, levels=levels)
    assert expected == levels_touched(hold) == levels_touched(release)


# -- fingerprints -----------------------------------------------------------------------------


@given(stock_commands(), stock_commands())
def test_fingerprints_are_equal_exactly_if_commands_are(
    one: StockCommand, other: StockCommand
) -> None:
    """Equal commands have one fingerprint, and commands that differ have two."""
    assert (one == other) == (fingerprint(one) == fingerprint(other))
    assert fingerprint(attrs.evolve(one)) == fingerprint(one)


@given(stock_commands(), st.data())
def test_a_fingerprint_changes_with_every_field(
    command: StockCommand, data: st.DataObject
) -> None:
    """Another value in any one field is another content."""
    other = data.draw(stock_commands(kinds=[type(command)]))
    for field in attrs.fields(type(command)):
        with contextlib.suppress(FieldError):  # two fields may bound each other
            changed = attrs.evolve(command, **{field.name: getattr(other, field.name)})
            assert (changed == command) == (fingerprint(changed) == fingerprint(command))


WANT = Want(owner=Owner.cart(CartId("1")), sku=PIECE, quantity=1)
TRANSFER = Transfer(id=TransferId("t-1"), sku=PIECE, source=MAIN, target=SPARE)
K = CommandKey("k")
ONE_OF_EACH: tuple[tuple[StockCommand, str], ...] = (
    (Count(key=K, sku=PIECE, counted=1), "27ee5af02067d14eec86c4f86f6b31f5"),
    (Adjust(key=K, sku=PIECE, difference=1, reason="found"), "46a23e49fd7d1c9be4088c03ef249901"),
    (Receive(key=K, sku=PIECE, quantity=1), "36ef2ea9fa56937c4aac492646793077"),
    (TakeBack(key=K, wants=[WANT], bucket=Bucket.SELLABLE), "c22a2a8a08bdc5f5c0d66b138bc7cedb"),
    (
        Relocate(key=K, sku=PIECE, quantity=1, source=Bucket.SELLABLE, target=Bucket.DAMAGED),
        "0b5cf3f80d0b0deddfd11ac27e3c3c2b",
    ),
    (Damage(key=K, sku=PIECE, quantity=1, reason="broken"), "92eb2add3609ee53a009642d3394c585"),
    (Dispatch(key=K, transfer=TRANSFER, quantity=1), "3a69e2c3e588654a33c2b71a41de9b0a"),
    (Arrive(key=K, transfer=TRANSFER, quantity=1), "55c43549e78c73a447237097a1ea0950"),
    (
        LoseTransfer(key=K, transfer=TRANSFER, quantity=1, reason="stolen"),
        "be4833c13259d7a74b265f6e640bf46d",
    ),
    (PutOnHold(key=K, wants=[WANT], expires_at=NOW), "823eb20862c45c5eb3c0b0d552c3fa85"),
    (ReleaseHolds(key=K, owner=WANT.owner, levels=[WANT.key]), "04619fc6eae4e049d257bc54d7a78215"),
    (Reserve(key=K, wants=[WANT], placed_at=NOW), "37027e6911e600d8633acc7d5f985ccc"),
    (Record(key=K, wants=[WANT], placed_at=NOW), "d12a2f3ef725a9330d99fba42d71bac4"),
    (Release(key=K, wants=[WANT]), "7dc30c3c562ca535cabb3be4f45e932f"),
    (
        Reassign(key=K, owner=WANT.owner, sku=PIECE, quantity=1, to_owner=Owner.cart(CartId("2"))),
        "80112958194baf86ce53a77dc166b41c",
    ),
    (Pick(key=K, wants=[WANT]), "0737caf640f76cdd4dd22d103fe4ca00"),
    (Unpick(key=K, wants=[WANT]), "a3f75ef346c0f7df71cce4b45e9251e2"),
    (Ship(key=K, wants=[WANT]), "d01906eef1d8d01beb75bc78c9ca0f18"),
    (Unship(key=K, wants=[WANT], placed_at=NOW), "b67bf03491ccc27aae342876f221d3bf"),
)
OTHER_VALUES: dict[str, Any] = {
    "key": CommandKey("other"),
    "id": TransferId("t-2"),
    "sku": CARTON,
    "quantity": 2,
    "counted": 2,
    "expected": 0,
    "difference": -1,
    "backorders": 1,
    "reason": "another",
    "owner": Owner.cart(CartId("3")),
    "to_owner": Owner.cart(CartId("3")),
    "cart": Owner.cart(CartId("3")),
    "location": LocationId("third"),
    "to_location": LocationId("third"),
    "bucket": Bucket.SCRAP,
    "placed_at": NOW + timedelta(microseconds=1),
    "expires_at": NOW + timedelta(microseconds=1),
    "levels": (),
    "wants": (WANT, WANT),
    "lot": LotId("lot-2"),
}


def changes(value: Any) -> Iterator[Any]:
    """Yield *value* with another content in one field, for each field, of its parts too."""
    for field in attrs.fields(type(value)):
        mine = getattr(value, field.name)
        if field.name in {"source", "target"}:
            other = Bucket.QUARANTINED if isinstance(mine, Bucket) else LocationId("third")
            yield attrs.evolve(value, **{field.name: other})
        elif field.name == "transfer":
            yield from (attrs.evolve(value, transfer=part) for part in changes(mine))
        else:
            yield attrs.evolve(value, **{field.name: OTHER_VALUES[field.name]})
        if field.name == "wants":
            for part in changes(mine[0]):
                with contextlib.suppress(FieldError):  # promises name no lot
                    yield attrs.evolve(value, wants=[part])


@pytest.mark.parametrize(
    "command", [each for each, _ in ONE_OF_EACH], ids=lambda each: type(each).__name__
)
def test_no_field_is_left_out_of_a_fingerprint(command: StockCommand) -> None:
    """Any field of any command, of its wants and of its transfer makes another fingerprint."""
    told = [command, *changes(command)]

    assert len({fingerprint(each) for each in told}) == len(told) == len(set(told))


@given(stock_commands(kinds=[Record, Reserve, PutOnHold, Unship]), st.integers(-14 * 60, 14 * 60))
def test_a_fingerprint_does_not_depend_on_the_clock_an_instant_was_read_from(
    command: Record | Reserve | PutOnHold | Unship, minutes: int
) -> None:
    """One instant at another offset is the same content: a channel told twice is told once."""
    name = "expires_at" if isinstance(command, PutOnHold) else "placed_at"
    instant = getattr(command, name)
    for zone in (timezone(timedelta(minutes=minutes)), ZoneInfo("Europe/Berlin")):
        told = attrs.evolve(command, **{name: instant.astimezone(zone)})
        assert command == told
        assert fingerprint(command) == fingerprint(told)


def test_two_kinds_of_one_content_have_two_fingerprints() -> None:
    """Releasing and shipping the same units under the same key are not the same command."""
    kinds = (Release, Ship, Pick, Unpick)

    assert len({fingerprint(kind(key=K, wants=[WANT])) for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    ("command", "expected"), ONE_OF_EACH, ids=lambda each: type(each).__name__
)
def test_a_fingerprint_is_the_same_in_every_process(command: StockCommand, expected: str) -> None:
    """A fingerprint is kept for as long as the key, so it does not change between versions."""
    assert fingerprint(command) == expected


def test_there_is_a_fingerprint_of_every_kind() -> None:
    """The list of commands above leaves none out."""
    assert {type(command) for command, _ in ONE_OF_EACH} == set(get_args(StockCommand))


# -- owners -----------------------------------------------------------------------------------

HOSTILE = st.text(st.sampled_from("#%:/25 3a"), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)


def hostile(kind: type[Identifier]) -> st.SearchStrategy[Identifier]:
    """Return identifiers that look like escapes and separators."""
    return HOSTILE.map(kind) | identifiers(kind, max_size=20)


@given(hostile(OrderId), hostile(LineId))
@example(OrderId("a#1"), LineId("1"))
@example(OrderId("a"), LineId("1#1"))
@example(OrderId("%23"), LineId("%25"))
@example(OrderId("%2523"), LineId("#"))
@example(OrderId("line:a"), LineId(":"))
def test_a_line_is_read_back_from_its_owner(order: OrderId, line: LineId) -> None:
    """Whatever order and line are called, the owner's name leads back to them."""
    owner = Owner.line(order, line)

    assert owner.order_line == (order, line)
    assert str(owner) == owner.name


@given(hostile(OrderId), hostile(LineId), hostile(OrderId), hostile(LineId))
def test_two_lines_are_two_owners(one: OrderId, line: LineId, two: OrderId, other: LineId) -> None:
    """Different lines have different owners, however their names are cut."""
    assert ((one, line) == (two, other)) == (Owner.line(one, line) == Owner.line(two, other))


@given(cart_ids() | hostile(CartId).map(CartId))
def test_a_cart_is_no_line(cart: CartId) -> None:
    """The owner for a cart leads to no line, even if the cart is called like one."""
    assert Owner.cart(cart).order_line is None
    assert Owner.cart(CartId("line:a#1")).order_line is None


# -- outcomes ---------------------------------------------------------------------------------


def test_outcomes_explain_themselves() -> None:
    """Every outcome says in a sentence what was granted, moved or missing."""
    covered = Covered(owner=Owner("line:a#1"), sku=ELEPHANT, location=MAIN, covered=2, uncovered=0)
    short = attrs.evolve(covered, sku=PIECE, covered=1, uncovered=3)

    assert Reserved(units=2).explain() == "2 units granted"
    assert Done(units=2).explain() == "2 units moved"
    assert Recorded(lines=(covered,)).explain() == "recorded, all units covered"
    assert Recorded(lines=(covered, short, attrs.evolve(short, sku=CARTON))).explain() == (
        "recorded, uncovered: 3 of 4 PIECE; 3 of 4 CARTON"
    )
    assert Recorded(lines=(covered, short)).uncovered == 3
