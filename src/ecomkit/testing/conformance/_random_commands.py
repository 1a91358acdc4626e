"""Random commands at volume: plain seeded randomness, hundreds of thousands of them a minute."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import final

import attrs

from ecomkit.identifiers import (
    CartId,
    CommandKey,
    LineId,
    LocationId,
    LotId,
    OrderId,
    Sku,
    TransferId,
)
from ecomkit.stock import (
    MAIN,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Damage,
    Dispatch,
    LevelKey,
    LoseTransfer,
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
    StockCommand,
    TakeBack,
    Transfer,
    Unpick,
    Unship,
    Want,
)

__all__ = ["RandomCommands"]

SKUS = (Sku("A"), Sku("B"), Sku("é 象"))
LOCATIONS = (MAIN, LocationId("spare"))
# More lines than units that a receipt brings: who waits is loaded in part.
LINES = tuple(Owner.line(OrderId(f"etsy/{n}"), LineId("1")) for n in range(7))
CARTS = tuple(Owner.cart(CartId(str(n))) for n in range(4))
TRANSFERS = tuple(TransferId(f"t-{n}") for n in range(3))
# Most goods carry no lot, some one of two.
LOTS = (None, None, None, None, LotId("L 1"), LotId("l-2"))
CONDITIONS = (Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED)
RETURNED = (*CONDITIONS, Bucket.SCRAP)
RELOCATED = (*RETURNED, Bucket.SUPPLIER, Bucket.CUSTOMER)


@final
class RandomCommands:
    """Makes commands of all kinds over pools so small that they meet."""

    def __init__(self, source: random.Random) -> None:
        self._random = source
        self._kinds: tuple[tuple[int, Callable[[CommandKey, datetime], StockCommand]], ...] = (
            (5, self._record),
            (8, self._receive),
            (6, self._put_on_hold),
            (4, self._reserve),
            (4, self._release),
            (4, self._pick),
            (5, self._ship),
            (2, self._unpick),
            (2, self._unship),
            (2, self._release_holds),
            (2, self._reassign),
            (2, self._take_back),
            (2, self._relocate),
            (2, self._damage),
            (2, self._dispatch),
            (2, self._arrive),
            (1, self._lose_transfer),
            (3, self._count),
            (1, self._adjust),
        )
        self._makers = [make for weight, make in self._kinds for _ in range(weight)]

    def command(self, key: CommandKey, *, now: datetime) -> StockCommand:
        """Return a command of any kind."""
        return self._random.choice(self._makers)(key, now)

    # -- parts ------------------------------------------------------------------------------

    def _units(self, most: int = 5) -> int:
        return self._random.randint(1, most)

    def _sku(self) -> Sku:
        return self._random.choice(SKUS)

    def _where(self) -> LocationId:
        # Most at one place: the queues there grow long.
        return LOCATIONS[self._random.random() < 0.25]

    def _line(self) -> Owner:
        return self._random.choice(LINES)

    def _cart(self) -> Owner:
        return self._random.choice(CARTS)

    def _about(self, now: datetime) -> datetime:
        # In whole hours: many are the same.
        return now + timedelta(hours=self._random.randint(-6, 6))

    def _wants(self, owner: Callable[[], Owner]) -> list[Want]:
        return [
            Want(owner=owner(), sku=self._sku(), quantity=self._units(), location=self._where())
            for _ in range(self._random.choice((1, 1, 1, 1, 1, 2, 3)))
        ]

    def _lot(self) -> LotId | None:
        return self._random.choice(LOTS)

    def _goods(self) -> list[Want]:
        return [attrs.evolve(want, lot=self._lot()) for want in self._wants(self._line)]

    def _transfer(self) -> Transfer:
        source, target = self._random.sample(LOCATIONS, 2)
        return Transfer(
            id=self._random.choice(TRANSFERS), sku=self._sku(), source=source, target=target
        )

    # -- commands ---------------------------------------------------------------------------

    def _record(self, key: CommandKey, now: datetime) -> StockCommand:
        return Record(key=key, wants=self._wants(self._line), placed_at=self._about(now))

    def _receive(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Receive(
            lot=self._lot(),
            key=key,
            sku=self._sku(),
            quantity=self._random.choice((1, 2, 5, 12)),
            location=self._where(),
        )

    def _put_on_hold(self, key: CommandKey, now: datetime) -> StockCommand:
        return PutOnHold(key=key, wants=self._wants(self._cart), expires_at=self._about(now))

    def _reserve(self, key: CommandKey, now: datetime) -> StockCommand:
        return Reserve(
            key=key,
            wants=self._wants(self._line),
            placed_at=self._about(now),
            cart=self._random.choice((None, *CARTS)),
            backorders=self._random.choice((0, 0, 3, 9)),
        )

    def _release(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Release(key=key, wants=self._wants(self._line))

    def _pick(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Pick(key=key, wants=self._goods())

    def _unpick(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Unpick(key=key, wants=self._goods())

    def _ship(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Ship(key=key, wants=self._goods())

    def _unship(self, key: CommandKey, now: datetime) -> StockCommand:
        return Unship(key=key, wants=self._goods(), placed_at=self._about(now))

    def _release_holds(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        levels = [LevelKey(self._sku(), self._where()) for _ in range(self._units(2))]
        return ReleaseHolds(key=key, owner=self._cart(), levels=levels)

    def _reassign(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        owner, to_owner = self._random.sample(LINES, 2)
        return Reassign(
            key=key,
            owner=owner,
            sku=self._sku(),
            quantity=self._units(),
            to_owner=to_owner,
            to_location=self._where(),
            location=self._where(),
        )

    def _take_back(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return TakeBack(key=key, wants=self._goods(), bucket=self._random.choice(RETURNED))

    def _relocate(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        source = self._random.choice(CONDITIONS)
        target = self._random.choice([bucket for bucket in RELOCATED if bucket is not source])
        return Relocate(
            lot=self._lot(),
            key=key,
            sku=self._sku(),
            quantity=self._units(),
            source=source,
            target=target,
            location=self._where(),
            reason=self._random.choice(("", "found")),
        )

    def _damage(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Damage(
            lot=self._lot(),
            key=key,
            sku=self._sku(),
            quantity=self._units(),
            reason="fell",
            bucket=self._random.choice(RETURNED[1:]),
            location=self._where(),
        )

    def _dispatch(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Dispatch(
            lot=self._lot(), key=key, transfer=self._transfer(), quantity=self._units()
        )

    def _arrive(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Arrive(lot=self._lot(), key=key, transfer=self._transfer(), quantity=self._units())

    def _lose_transfer(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return LoseTransfer(
            lot=self._lot(),
            key=key,
            transfer=self._transfer(),
            quantity=self._units(),
            reason="lost",
        )

    def _count(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Count(
            lot=self._lot(),
            key=key,
            sku=self._sku(),
            counted=self._random.randint(0, 12),
            expected=self._random.choice((None, 8)),
            location=self._where(),
        )

    def _adjust(self, key: CommandKey, now: datetime) -> StockCommand:  # noqa: ARG002 (as the others)
        return Adjust(
            lot=self._lot(),
            key=key,
            sku=self._sku(),
            difference=self._random.choice((-9, -3, -1, 1, 3)),
            reason="found or lost",
            location=self._where(),
        )
