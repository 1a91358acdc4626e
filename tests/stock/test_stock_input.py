"""Bad input: every public constructor refuses it, and names the field."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import CartId, CommandKey, LocationId, LotId, Sku, TransferId
from ecomkit.stock import (
    MAIN,
    Account,
    Adjust,
    Allocation,
    Arrive,
    Bucket,
    Cause,
    Count,
    Damage,
    Dispatch,
    Hold,
    LevelKey,
    LoseTransfer,
    LotUnits,
    Movement,
    Owner,
    Pick,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Ship,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Transfer,
    Transit,
    Uncovered,
    Unpick,
    Unship,
    Want,
    decide,
    draft_of,
    level_of,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = datetime(2026, 3, 1, 12)  # noqa: DTZ001 (what is to be refused)
A = Sku("A")
KEY = CommandKey("key")
CART, OTHER = Owner.cart(CartId("1")), Owner.cart(CartId("2"))
WANT = Want(owner=CART, sku=A, quantity=1)
SELLABLE, HELD = Account(A, MAIN, Bucket.SELLABLE), Account(A, MAIN, Bucket.HELD)
LEVEL = LevelKey(A, MAIN)
SPARE = LocationId("spare")
TRANSFER = Transfer(id=TransferId("t-1"), sku=A, source=MAIN, target=SPARE)

GOOD: dict[str, Any] = {
    "Count": Count(key=KEY, sku=A, counted=1, expected=1),
    "Adjust": Adjust(key=KEY, sku=A, difference=1, reason="found"),
    "Receive": Receive(key=KEY, sku=A, quantity=1),
    "PutOnHold": PutOnHold(key=KEY, wants=[WANT], expires_at=NOW),
    "ReleaseHolds": ReleaseHolds(key=KEY, owner=CART, levels=[LEVEL]),
    "Reserve": Reserve(key=KEY, wants=[WANT], placed_at=NOW),
    "Record": Record(key=KEY, wants=[WANT], placed_at=NOW),
    "Release": Release(key=KEY, wants=[WANT]),
    "Pick": Pick(key=KEY, wants=[WANT]),
    "Unpick": Unpick(key=KEY, wants=[WANT]),
    "Ship": Ship(key=KEY, wants=[WANT]),
    "Unship": Unship(key=KEY, wants=[WANT], placed_at=NOW),
    "Reassign": Reassign(key=KEY, owner=CART, sku=A, quantity=1, to_owner=OTHER),
    "TakeBack": TakeBack(key=KEY, wants=[WANT], bucket=Bucket.SELLABLE),
    "Relocate": Relocate(
        key=KEY, sku=A, quantity=1, source=Bucket.DAMAGED, target=Bucket.SELLABLE
    ),
    "Damage": Damage(key=KEY, sku=A, quantity=1, reason="broken"),
    "Dispatch": Dispatch(key=KEY, transfer=TRANSFER, quantity=1),
    "Arrive": Arrive(key=KEY, transfer=TRANSFER, quantity=1),
    "LoseTransfer": LoseTransfer(key=KEY, transfer=TRANSFER, quantity=1, reason="stolen"),
    "Transfer": TRANSFER,
    "Want": WANT,
    "Hold": Hold(owner=CART, quantity=1, expires_at=NOW, rank=0),
    "Allocation": Allocation(owner=CART, quantity=1, placed_at=NOW, rank=0),
    "Uncovered": Uncovered(owner=CART, quantity=1, placed_at=NOW, rank=0),
    "Transit": Transit(owner=TRANSFER.owner, quantity=1, sent_at=NOW, rank=0),
    "LotUnits": LotUnits(
        lot=LotId("lot-1"), place="picked", quantity=1, since=NOW, rank=0, owner=CART
    ),
    "StockLevel": StockLevel(sku=A, counted_at=NOW),
    "Movement": Movement(
        id="key/0",
        quantity=1,
        source=SELLABLE,
        target=HELD,
        cause=Cause.HOLD,
        command=KEY,
        at=NOW,
    ),
    "Owner": CART,
    "Account": SELLABLE,
}

# By the name of the field, since one name means one thing throughout.
NO_NUMBER = (-1, True, 1.0, "1", 2**62)
NO_COUNT = (*NO_NUMBER, None)
NO_QUANTITY = (0, *NO_COUNT)
NO_INSTANT = (NAIVE, "2026-03-01T12:00:00Z", 0, NOW.date())
NO_WANTS = ((), None, WANT, [CART], [WANT, None], "wants")
PROMISES = ([CART], 5)
BAD: dict[str, tuple[Any, ...]] = {
    "key": ("key", A, None),
    "command": ("key", None),
    "sku": ("A", KEY, None),
    "location": ("main", A, None),
    "to_location": ("spare", A, None),
    "owner": ("cart:1", 3),
    "to_owner": ("cart:1", 3, None),
    "transfer": ("t-1", WANT, None),
    "lot": ("lot-1", A, 3),
    "note": (3, b"broken"),
    "source_after": NO_NUMBER,
    "target_after": NO_NUMBER,
    "expected": NO_NUMBER,
    "backorders": NO_COUNT,
    "sent_at": (*NO_INSTANT, None),
    "picks": PROMISES,
    "transits": PROMISES,
    "lots": PROMISES,
    "place": ("cellar", 3, None),
    "since": (*NO_INSTANT, None),
    "name": (3, None, b"cart:1"),
    "id": (3, None),
    "reason": (3, None),
    "quantity": NO_QUANTITY,
    "counted": NO_COUNT,
    "difference": (0, True, 1.0, "1", None, 2**62, -(2**62)),
    "rank": NO_COUNT,
    "next_rank": NO_COUNT,
    "wants": NO_WANTS,
    "levels": (5, [WANT], ["A"]),
    "cart": ("cart:1", 3),
    "expires_at": (*NO_INSTANT, None),
    "placed_at": (*NO_INSTANT, None),
    "counted_at": NO_INSTANT,
    "at": (*NO_INSTANT, None),
    "cause": ("hold", None),
    "holds": PROMISES,
    "allocations": PROMISES,
    "uncovered": PROMISES,
    "source": ("sellable", None, Cause.HOLD),
    "target": ("sellable", None, Cause.HOLD),
    "bucket": ("sellable", None, Cause.HOLD),
    **{bucket.value: NO_COUNT for bucket in Bucket if bucket.is_inside},
}


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        pytest.param(kind, field.name, value, id=f"{kind}.{field.name}={value!r:.20}")
        for kind, good in GOOD.items()
        for field in attrs.fields(type(good))
        for value in BAD[field.name]
    ],
)
def test_every_field_is_checked(kind: str, field: str, value: Any) -> None:
    """No value of stock is built with a bool, a float, a naive instant or another's identifier."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(GOOD[kind], **{field: value})

    assert (kind, field) == (caught.value.owner, caught.value.field)


@pytest.mark.parametrize(
    ("field", "parts"), [("sku", ("A", MAIN)), ("sku", (MAIN, MAIN)), ("location", (A, "main"))]
)
def test_a_level_is_named_by_a_sku_and_a_location(field: str, parts: tuple[Any, Any]) -> None:
    """A key that is a tuple is checked like all other values."""
    with pytest.raises(FieldError) as caught:
        LevelKey(*parts)

    assert (caught.value.owner, caught.value.field) == ("LevelKey", field)


RETURNED = {Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED, Bucket.SCRAP}


@pytest.mark.parametrize("bucket", Bucket)
def test_units_come_back_and_move_between_open_buckets_only(bucket: Bucket) -> None:
    """Promised, picked and outside buckets are no place for returns, and nothing moves to itself."""

    def refused(build: Callable[[], StockCommand]) -> str | None:
        try:
            build()
        except FieldError as error:
            return error.field
        return None

    back, away, broken = GOOD["TakeBack"], GOOD["Relocate"], GOOD["Damage"]
    allowed = bucket in RETURNED

    assert (None if allowed else "bucket") == refused(lambda: attrs.evolve(back, bucket=bucket))
    assert (None if allowed and bucket is not Bucket.SELLABLE else "bucket") == refused(
        lambda: attrs.evolve(broken, bucket=bucket)
    )
    leaving = {Bucket.SUPPLIER, Bucket.CUSTOMER}
    movable = bucket in RETURNED | leaving and bucket is not Bucket.DAMAGED
    assert (None if movable else "target") == refused(lambda: attrs.evolve(away, target=bucket))
    assert (None if allowed and bucket is not Bucket.SCRAP else "source") == refused(
        lambda: (
            attrs.evolve(
                away,
                source=bucket,
                target=Bucket.DAMAGED if bucket is Bucket.SELLABLE else Bucket.SELLABLE,
            )
            if bucket is not Bucket.SELLABLE
            else attrs.evolve(away, source=bucket, target=Bucket.DAMAGED)
        )
    )


def test_a_transfer_goes_to_another_location() -> None:
    """Units that stay where they are are no transfer."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(TRANSFER, target=MAIN)

    assert (caught.value.owner, caught.value.field) == ("Transfer", "target")


def test_a_promise_goes_to_another_owner_or_another_location() -> None:
    """A promise that stays where it is, with whom it is, is not reassigned."""
    good = GOOD["Reassign"]
    with pytest.raises(FieldError) as caught:
        attrs.evolve(good, to_owner=CART)

    assert (caught.value.owner, caught.value.field) == ("Reassign", "to_owner")
    assert attrs.evolve(good, to_owner=CART, to_location=SPARE).target_key == LevelKey(A, SPARE)


def test_a_movement_has_two_accounts_of_one_sku() -> None:
    """Units neither turn into another sku nor move to where they are."""
    movement = GOOD["Movement"]
    for target in (SELLABLE, Account(Sku("B"), MAIN, Bucket.HELD)):
        with pytest.raises(FieldError) as caught:
            attrs.evolve(movement, target=target)
        assert (caught.value.owner, caught.value.field) == ("Movement", "target")
        assert caught.value.got == target
    assert movement.sku == A


HOLD, ALLOCATION, DEBT = GOOD["Hold"], GOOD["Allocation"], GOOD["Uncovered"]
TRANSIT = GOOD["Transit"]
LOT = LotUnits(lot=LotId("1"), place="shelf", quantity=1, since=NOW, rank=0)


@pytest.mark.parametrize(
    ("field", "level"),
    [
        ("held", {"held": 1}),
        ("held", {"holds": [HOLD], "next_rank": 1}),
        ("allocated", {"allocated": 1}),
        ("picked", {"picked": 1}),
        ("picked", {"picks": [ALLOCATION], "next_rank": 1}),
        ("allocated", {"picked": 1, "allocations": [ALLOCATION], "next_rank": 1}),
        ("in_transit", {"in_transit": 1}),
        ("in_transit", {"transits": [TRANSIT], "next_rank": 1}),
        ("allocated", {"allocations": [ALLOCATION], "next_rank": 1}),
        ("holds", {"held": 2, "holds": [HOLD, HOLD], "next_rank": 1}),
        ("allocations", {"allocated": 2, "allocations": [ALLOCATION] * 2, "next_rank": 1}),
        ("picks", {"picked": 2, "picks": [ALLOCATION] * 2, "next_rank": 1}),
        ("uncovered", {"uncovered": [DEBT, DEBT], "next_rank": 1}),
        ("transits", {"in_transit": 2, "transits": [TRANSIT] * 2, "next_rank": 1}),
        ("next_rank", {"held": 1, "holds": [HOLD]}),
        ("next_rank", {"allocated": 1, "allocations": [ALLOCATION]}),
        ("next_rank", {"picked": 1, "picks": [ALLOCATION]}),
        ("next_rank", {"in_transit": 1, "transits": [TRANSIT]}),
        ("next_rank", {"uncovered": [DEBT]}),
        ("next_rank", {"sellable": 1, "lots": [LOT]}),
        ("lots", {"sellable": 2, "lots": [LOT, LOT], "next_rank": 1}),
        ("lots", {"picked": 1, "picks": [ALLOCATION], "lots": [LOT], "next_rank": 1}),
    ],
)
def test_a_level_whose_buckets_and_promises_differ_is_refused(
    field: str, level: dict[str, Any]
) -> None:
    """A level says one thing only: promises add up to buckets, one an owner, ranked below next."""
    with pytest.raises(FieldError) as caught:
        StockLevel(sku=A, **level)

    assert (caught.value.owner, caught.value.field) == ("StockLevel", field)


def test_a_level_of_several_owners_is_accepted() -> None:
    """One owner may hold, have, pick and wait at once; each bucket is the sum of its promises."""
    level = StockLevel(
        sku=A,
        held=2,
        allocated=1,
        picked=1,
        in_transit=1,
        holds=[HOLD, attrs.evolve(HOLD, owner=OTHER, rank=1)],
        allocations=[ALLOCATION],
        picks=[ALLOCATION],
        uncovered=[DEBT],
        transits=[TRANSIT],
        next_rank=2,
    )

    assert (level.usable, level.on_hand, level.uncovered_units) == (4, 4, 1)
    assert level == level_of(draft_of(level))


def test_a_draft_whose_totals_and_promises_differ_is_no_level() -> None:
    """What is waited for stands in the totals and in the promises: both must say the same."""
    draft = draft_of(StockLevel(sku=A, uncovered=[DEBT], next_rank=1))
    draft.uncovered += 1
    with pytest.raises(FieldError) as caught:
        level_of(draft)

    assert (caught.value.field, caught.value.got) == ("uncovered", 2)


@pytest.mark.parametrize("command", [GOOD["Record"], GOOD["Receive"], GOOD["ReleaseHolds"]])
def test_the_rule_refuses_a_naive_now(command: StockCommand) -> None:
    """An instant without an offset is refused, whether a hold would be judged by it or not."""
    level = StockLevel(sku=A, held=1, holds=[HOLD], next_rank=1)
    for each in (level, StockLevel(sku=A)):
        with pytest.raises(FieldError) as caught:
            decide([each], [command], now=NAIVE)
        assert caught.value.field == "now"


def test_the_rule_asks_for_every_level_touched() -> None:
    """A command on a level that was not loaded is a mistake of the caller's, not an empty shelf."""
    with pytest.raises(KeyError):
        decide([], [GOOD["Receive"]], now=NOW)


def test_a_stock_holds_levels_only() -> None:
    """A stock is made of levels."""
    with pytest.raises(FieldError) as caught:
        Stock([A])

    assert (caught.value.owner, caught.value.field) == ("Stock", "levels")
