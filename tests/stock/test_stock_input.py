"""Bad input: every public constructor refuses it, and names the field."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import CartId, CommandKey, Sku
from ecomkit.stock import (
    MAIN,
    Account,
    Adjust,
    Allocation,
    Bucket,
    Cause,
    Count,
    Hold,
    LevelKey,
    Movement,
    Owner,
    PutOnHold,
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
    Uncovered,
    Want,
    decide,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = datetime(2026, 3, 1, 12)  # noqa: DTZ001 (what is to be refused)
A = Sku("A")
KEY = CommandKey("key")
CART, OTHER = Owner.cart(CartId("1")), Owner.cart(CartId("2"))
WANT = Want(owner=CART, sku=A, quantity=1)
SELLABLE, HELD = Account(A, MAIN, Bucket.SELLABLE), Account(A, MAIN, Bucket.HELD)
LEVEL = LevelKey(A, MAIN)

GOOD: dict[str, Any] = {
    "Count": Count(key=KEY, sku=A, counted=1),
    "Adjust": Adjust(key=KEY, sku=A, difference=1, reason="found"),
    "Receive": Receive(key=KEY, sku=A, quantity=1),
    "PutOnHold": PutOnHold(key=KEY, wants=[WANT], expires_at=NOW),
    "ReleaseHolds": ReleaseHolds(key=KEY, owner=CART, levels=[LEVEL]),
    "Reserve": Reserve(key=KEY, wants=[WANT], placed_at=NOW),
    "Record": Record(key=KEY, wants=[WANT], placed_at=NOW),
    "Release": Release(key=KEY, wants=[WANT]),
    "Ship": Ship(key=KEY, wants=[WANT]),
    "TakeBack": TakeBack(key=KEY, wants=[WANT], bucket=Bucket.SELLABLE),
    "Relocate": Relocate(
        key=KEY, sku=A, quantity=1, source=Bucket.DAMAGED, target=Bucket.SELLABLE
    ),
    "Want": WANT,
    "Hold": Hold(owner=CART, quantity=1, expires_at=NOW, rank=0),
    "Allocation": Allocation(owner=CART, quantity=1, placed_at=NOW, rank=0),
    "Uncovered": Uncovered(owner=CART, quantity=1, placed_at=NOW, rank=0),
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
    "LevelKey": LEVEL,
    "Account": SELLABLE,
}

# By the name of the field, since one name means one thing throughout.
NO_COUNT = (-1, True, 1.0, "1", None, 2**62)
NO_QUANTITY = (0, *NO_COUNT)
NO_INSTANT = (NAIVE, "2026-03-01T12:00:00Z", 0, NOW.date())
NO_WANTS = ((), None, WANT, [CART], [WANT, None], "wants")
PROMISES = ([CART], 5)
BAD: dict[str, tuple[Any, ...]] = {
    "key": ("key", A, None),
    "command": ("key", None),
    "sku": ("A", KEY, None),
    "location": ("main", A, None),
    "owner": ("cart:1", 3),
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

    back, away = GOOD["TakeBack"], GOOD["Relocate"]
    allowed = bucket in RETURNED

    assert (None if allowed else "bucket") == refused(lambda: attrs.evolve(back, bucket=bucket))
    assert (None if allowed and bucket is not Bucket.DAMAGED else "target") == refused(
        lambda: attrs.evolve(away, target=bucket)
    )
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


@pytest.mark.parametrize(
    ("field", "level"),
    [
        ("held", {"held": 1}),
        ("held", {"holds": [HOLD], "next_rank": 1}),
        ("allocated", {"allocated": 1}),
        ("allocated", {"picked": 1}),
        ("allocated", {"allocations": [ALLOCATION], "next_rank": 1}),
        ("holds", {"held": 2, "holds": [HOLD, HOLD], "next_rank": 1}),
        ("allocations", {"allocated": 2, "allocations": [ALLOCATION] * 2, "next_rank": 1}),
        ("uncovered", {"uncovered": [DEBT, DEBT], "next_rank": 1}),
        ("next_rank", {"held": 1, "holds": [HOLD]}),
        ("next_rank", {"picked": 1, "allocations": [ALLOCATION]}),
        ("next_rank", {"uncovered": [DEBT]}),
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
    """One owner may hold, have and wait at once, and each bucket is the sum of its promises."""
    level = StockLevel(
        sku=A,
        held=2,
        allocated=1,
        holds=[HOLD, attrs.evolve(HOLD, owner=OTHER, rank=1)],
        allocations=[ALLOCATION],
        uncovered=[DEBT],
        next_rank=2,
    )

    assert (level.usable, level.uncovered_units) == (3, 1)


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
