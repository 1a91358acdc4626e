"""What a batch of commands needs to know of each level, so that a store loads no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ecomkit.stock._accounts import Bucket, LevelKey
from ecomkit.stock._commands import StockCommand
from ecomkit.stock._goods_commands import (
    Adjust,
    Arrive,
    Count,
    Damage,
    Dispatch,
    LoseTransfer,
    Receive,
    Relocate,
    TakeBack,
    Transfer,
)
from ecomkit.stock._promise_commands import (
    Pick,
    PutOnHold,
    Reassign,
    Record,
    Release,
    ReleaseHolds,
    Reserve,
    Ship,
    Unpick,
    Unship,
)
from ecomkit.stock._wants import Want

__all__ = ["LevelNeed", "levels_touched", "needs_of"]


class LevelNeed:
    """
    What must be loaded of one level besides its totals and the holds that have expired.

    Attributes:
        owners: Whose promises.
        frees: At most so many units will become free: the store loads that many of those who
            wait, in the order in which they are covered. Holds are freed in unknown number;
            ``frees_holds`` says that all held units may be.
        is_whole: Everything, since promises may break.
        lots: The lots at the level, since goods move and not only promises.
    """

    __slots__ = ("frees", "frees_holds", "is_whole", "lots", "owners")

    def __init__(self) -> None:
        self.owners: set[str] = set()
        self.frees = 0
        self.frees_holds = False
        self.is_whole = False
        self.lots = False


def needs_of(commands: Iterable[StockCommand]) -> dict[LevelKey, LevelNeed]:
    """
    Return what *commands* need of each level that they read or write, sorted.

    A store locks the levels in this order, so that two batches cannot wait for each other.

    >>> from ecomkit.identifiers import CommandKey, Sku
    >>> list(needs_of([Receive(key=CommandKey("r1"), sku=Sku("A"), quantity=1)]))
    [LevelKey(sku=Sku('A'), location=LocationId('main'))]
    """
    needs = _Needs()
    for command in commands:
        NEEDS[type(command)](needs, command)
    return dict(sorted(needs.items()))


def levels_touched(command: StockCommand) -> tuple[LevelKey, ...]:
    """
    Return the levels that *command* reads or writes, sorted and without repetition.

    >>> from ecomkit.identifiers import CommandKey, Sku
    >>> levels_touched(Receive(key=CommandKey("r1"), sku=Sku("A"), quantity=1))
    (LevelKey(sku=Sku('A'), location=LocationId('main')),)
    """
    return tuple(needs_of([command]))


class _Needs(dict[LevelKey, LevelNeed]):
    """The needs of a batch, level by level; one that is asked for the first time is empty."""

    def __missing__(self, key: LevelKey) -> LevelNeed:
        need = self[key] = LevelNeed()
        return need

    def owned(self, want: Want) -> LevelNeed:
        """Return the need at the level of *want*, its owner's promises included."""
        need = self[want.key]
        need.owners.add(want.owner.name)
        return need

    def hold(self, command: PutOnHold) -> None:
        for want in command.wants:
            self.owned(want).frees_holds = True

    def release_holds(self, command: ReleaseHolds) -> None:
        for key in command.levels:
            need = self[key]
            need.owners.add(command.owner.name)
            need.frees_holds = True

    def reserve(self, command: Reserve) -> None:
        for want in command.wants:
            need = self.owned(want)
            if command.cart is not None:
                need.owners.add(command.cart.name)
                need.frees_holds = True

    def record(self, command: Record) -> None:
        for want in command.wants:
            self.owned(want)

    def release(self, command: Release) -> None:
        for want in command.wants:
            need = self.owned(want)
            need.frees += want.quantity
            need.lots = True

    def fulfil(self, command: Pick | Unpick | Ship | Unship) -> None:
        for want in command.wants:
            self.owned(want).lots = True

    def take_back(self, command: TakeBack) -> None:
        for want in command.wants:
            need = self[want.key]
            need.frees += want.quantity if command.bucket is Bucket.SELLABLE else 0
            need.lots = True

    def receive(self, command: Receive) -> None:
        need = self[LevelKey(command.sku, command.location)]
        need.frees += command.quantity
        need.lots = need.lots or command.lot is not None

    def relocate(self, command: Relocate) -> None:
        need = self[LevelKey(command.sku, command.location)]
        need.frees += command.quantity if command.target is Bucket.SELLABLE else 0
        need.lots = True

    def correct(self, command: Count | Adjust | Damage) -> None:
        self[LevelKey(command.sku, command.location)].is_whole = True

    def dispatch(self, command: Dispatch) -> None:
        self[command.transfer.source_key].lots = True
        self._transit(command.transfer)

    def arrive(self, command: Arrive) -> None:
        self._transit(command.transfer).frees += command.quantity

    def lose_transfer(self, command: LoseTransfer) -> None:
        self._transit(command.transfer)

    def _transit(self, transfer: Transfer) -> LevelNeed:
        need = self[transfer.target_key]
        need.owners.add(transfer.owner.name)
        need.lots = True
        return need

    def reassign(self, command: Reassign) -> None:
        need = self[command.source_key]
        need.owners.add(command.owner.name)
        need.frees += command.quantity
        self[command.target_key].owners.add(command.to_owner.name)


NEEDS: Final[Mapping[type, Callable[[_Needs, Any], None]]] = {
    PutOnHold: _Needs.hold,
    ReleaseHolds: _Needs.release_holds,
    Reserve: _Needs.reserve,
    Record: _Needs.record,
    Release: _Needs.release,
    Reassign: _Needs.reassign,
    Pick: _Needs.fulfil,
    Unpick: _Needs.fulfil,
    Ship: _Needs.fulfil,
    Unship: _Needs.fulfil,
    TakeBack: _Needs.take_back,
    Receive: _Needs.receive,
    Relocate: _Needs.relocate,
    Count: _Needs.correct,
    Adjust: _Needs.correct,
    Damage: _Needs.correct,
    Dispatch: _Needs.dispatch,
    Arrive: _Needs.arrive,
    LoseTransfer: _Needs.lose_transfer,
}
