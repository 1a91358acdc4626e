"""How promised goods leave: let go by their owner, shipped, or lost to all."""

from __future__ import annotations

from ecomkit.stock._accounts import Bucket, Cause
from ecomkit.stock._draft import DraftLevel, by_rank
from ecomkit.stock._journal import Journal
from ecomkit.stock._lot_units import in_lot, move_goods, without_lot
from ecomkit.stock._rows import PromiseKind

__all__ = ["free", "losable", "lose"]

PROMISED: tuple[tuple[PromiseKind, Bucket], ...] = (
    ("allocation", Bucket.ALLOCATED),
    ("pick", Bucket.PICKED),
)


def free(
    draft: DraftLevel,
    journal: Journal,
    owner: str,
    quantity: int,
    *,
    target: Bucket,
    cause: Cause,
) -> None:
    """
    Take *quantity* units out of what is allocated to *owner* or picked, into *target*.

    Picked units ship first, and go back to the shelf last; they keep their lots.
    """
    for kind, source in reversed(PROMISED) if target is Bucket.CUSTOMER else PROMISED:
        taken = min(quantity, draft.quantity(kind, owner))
        if taken:
            move_goods(
                draft,
                journal,
                taken,
                source=source,
                target=target,
                cause=cause,
                lot=None,
                owner=owner,
            )
            draft.shrink(kind, owner, taken)
            quantity -= taken
    assert quantity == 0, f"{draft.key}: {owner} has {quantity} units less"


def losable(draft: DraftLevel, *, lot: str | None) -> int:
    """
    Return how many usable units may be found missing: those of *lot* on the shelf.

    Without a lot all usable units may, but where lots are kept only those on the shelf that
    carry none: nobody would know which lot is short.
    """
    if lot is not None:
        return in_lot(draft, Bucket.SELLABLE, lot, None)
    return without_lot(draft, Bucket.SELLABLE) if draft.promises["lot"] else draft.usable


def lose(
    draft: DraftLevel,
    journal: Journal,
    missing: int,
    *,
    target: Bucket,
    cause: Cause,
    lot: str | None = None,
) -> None:
    """
    Take *missing* usable units, which are losable, off the shelf and into *target*.

    Free units go first, then holds, then allocations, then picked units, the latest promise
    first: who came first keeps what there is. What an order loses it waits for, at its old rank.
    """
    taken = min(missing, draft.sellable)
    move_goods(draft, journal, taken, source=Bucket.SELLABLE, target=target, cause=cause, lot=lot)
    missing -= taken
    broken: tuple[tuple[PromiseKind, Bucket], ...] = (("hold", Bucket.HELD), *PROMISED)
    for kind, source in broken:
        for owner, promise in reversed(by_rank(draft.promises[kind])):
            taken = min(missing, promise.quantity)
            if taken == 0:
                break
            move_goods(
                draft,
                journal,
                taken,
                source=source,
                target=target,
                cause=cause,
                lot=lot,
                owner=owner,
            )
            draft.shrink(kind, owner, taken)
            if kind != "hold":
                draft.grow("uncovered", owner, taken, at=promise.at, rank=promise.rank)
            missing -= taken
    assert missing == 0, f"{draft.key}: {missing} more units missing than there were"
