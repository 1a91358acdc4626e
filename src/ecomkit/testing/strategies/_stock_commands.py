"""Strategies for what may be asked of the ledger, over pools so small that commands meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ecomkit.errors import FieldError
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

__all__ = [
    "START",
    "bounds",
    "few_instants",
    "few_locations",
    "few_lots",
    "few_owners",
    "few_skus",
    "few_transfers",
    "stock_commands",
    "wants",
]

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KINDS: tuple[type[StockCommand], ...] = (
    Count,
    Adjust,
    Receive,
    PutOnHold,
    ReleaseHolds,
    Reserve,
    Record,
    Release,
    Pick,
    Unpick,
    Ship,
    Unship,
    Reassign,
    TakeBack,
    Relocate,
    Damage,
    Dispatch,
    Arrive,
    LoseTransfer,
)
_RETURNED = (Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED, Bucket.SCRAP)
_RELOCATIONS = tuple(
    (source, target)
    for source in _RETURNED[:3]
    for target in (*_RETURNED, Bucket.SUPPLIER, Bucket.CUSTOMER)
    if source != target
)


def few_skus() -> st.SearchStrategy[Sku]:
    """Return one of two skus."""
    return st.sampled_from("AB").map(Sku)


def few_locations() -> st.SearchStrategy[LocationId]:
    """Return one of two locations."""
    return st.sampled_from((MAIN, LocationId("spare")))


def few_owners() -> st.SearchStrategy[Owner]:
    """Return one of three order lines and two carts."""
    return st.sampled_from(
        (
            Owner.line(OrderId("etsy/1"), LineId("1")),
            Owner.line(OrderId("etsy/1"), LineId("2")),
            Owner.line(OrderId("shop/1"), LineId("1")),
            Owner.cart(CartId("1")),
            Owner.cart(CartId("2")),
        )
    )


def few_transfers() -> st.SearchStrategy[TransferId]:
    """Return one of two transfers."""
    return st.sampled_from(("t-1", "t-2")).map(TransferId)


def few_lots() -> st.SearchStrategy[LotId | None]:
    """Return no lot, or one of two."""
    return st.none() | st.sampled_from(("lot-1", "lot-2")).map(LotId)


def few_instants() -> st.SearchStrategy[datetime]:
    """Return one of the first hours after ``START``."""
    return st.integers(0, 12).map(lambda hours: START + timedelta(hours=hours))


def bounds(owner: str, *, least: int, min_value: int, max_value: int, field: str) -> None:
    """Refuse bounds that no value can meet."""
    if not least <= min_value <= max_value:
        raise FieldError(
            owner=owner,
            field=field,
            got=(min_value, max_value),
            wanted=f"{least} or more, and the least not above the most",
        )


def wants(
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    locations: st.SearchStrategy[LocationId] | None = None,
    owners: st.SearchStrategy[Owner] | None = None,
    lots: st.SearchStrategy[LotId | None] | None = None,
    min_value: int = 1,
    max_value: int = 6,
) -> st.SearchStrategy[Want]:
    """
    Return wants of *min_value* to *max_value* units, from small pools unless told otherwise.

    They name a lot only where *lots* are given.

    Raises:
        FieldError: If the bounds contradict each other, or *min_value* is below 1.
    """
    bounds("wants", least=1, min_value=min_value, max_value=max_value, field="min_value")
    return st.builds(
        Want,
        owner=few_owners() if owners is None else owners,
        sku=few_skus() if skus is None else skus,
        quantity=st.integers(min_value, max_value),
        location=few_locations() if locations is None else locations,
        lot=st.none() if lots is None else lots,
    )


def stock_commands(
    *,
    kinds: Sequence[type[StockCommand]] = _KINDS,
    keys: st.SearchStrategy[CommandKey] | None = None,
    skus: st.SearchStrategy[Sku] | None = None,
    locations: st.SearchStrategy[LocationId] | None = None,
    owners: st.SearchStrategy[Owner] | None = None,
    instants: st.SearchStrategy[datetime] | None = None,
    lots: st.SearchStrategy[LotId | None] | None = None,
    max_value: int = 6,
    max_wants: int = 3,
) -> st.SearchStrategy[StockCommand]:
    """
    Return commands of *kinds* over small pools of skus, locations and owners.

    Args:
        kinds: The classes to draw from; all of them unless told otherwise.
        keys: The commands' keys.
        skus: What the commands are about.
        locations: Where it lies. A transfer has one end there, and its other end at another
            location of the small pool; so has a promise that goes to another location.
        owners: Who wants units.
        instants: When holds end and when orders were placed.
        lots: Which lot goods are of that move, if any; none means that no lots are kept.
        max_value: The most units of one want, receipt, count, difference or limit.
        max_wants: The most wants of one command.

    Raises:
        FieldError: If *kinds* is empty, or *max_value* or *max_wants* is below 1.
    """
    if not kinds:
        raise FieldError(
            owner="stock_commands", field="kinds", got=kinds, wanted="one kind of command or more"
        )
    bounds("stock_commands", least=1, min_value=1, max_value=max_value, field="max_value")
    bounds("stock_commands", least=1, min_value=1, max_value=max_wants, field="max_wants")
    key = st.integers(0, 99).map(lambda n: CommandKey(f"command/{n}")) if keys is None else keys
    what = few_skus() if skus is None else skus
    where = few_locations() if locations is None else locations
    who = few_owners() if owners is None else owners
    when = few_instants() if instants is None else instants
    units = st.integers(1, max_value)
    lot = st.none() if lots is None else lots

    def several(lots: st.SearchStrategy[LotId | None] | None) -> st.SearchStrategy[list[Want]]:
        want = wants(skus=what, locations=where, owners=who, lots=lots, max_value=max_value)
        return st.lists(want, min_size=1, max_size=max_wants)

    one = {"key": key, "sku": what, "location": where, "lot": lot}
    moved = {"key": key, "transfer": _transfers(what, where), "quantity": units, "lot": lot}
    promised = {"key": key, "wants": several(None)}
    goods = {"key": key, "wants": several(lots)}
    reasons = st.sampled_from(("found", "broken"))
    by_kind: dict[type[StockCommand], st.SearchStrategy[StockCommand]] = {
        Count: st.builds(
            Count,
            counted=st.integers(0, max_value),
            expected=st.none() | st.integers(0, max_value),
            **one,
        ),
        Adjust: st.builds(
            Adjust, difference=units | units.map(lambda n: -n), reason=reasons, **one
        ),
        Receive: st.builds(Receive, quantity=units, **one),
        PutOnHold: st.builds(PutOnHold, expires_at=when, **promised),
        ReleaseHolds: st.builds(
            ReleaseHolds,
            key=key,
            owner=who,
            levels=several(None).map(lambda lines: [line.key for line in lines]),
        ),
        Reserve: st.builds(
            Reserve,
            placed_at=when,
            cart=st.none() | who,
            backorders=st.just(0) | st.integers(0, 2 * max_value),
            **promised,
        ),
        Record: st.builds(Record, placed_at=when, **promised),
        Release: st.builds(Release, **promised),
        Pick: st.builds(Pick, **goods),
        Unpick: st.builds(Unpick, **goods),
        Ship: st.builds(Ship, **goods),
        Unship: st.builds(Unship, placed_at=when, **goods),
        Reassign: _reassignments(one, who, where, units),
        TakeBack: st.builds(TakeBack, bucket=st.sampled_from(_RETURNED), **goods),
        Relocate: st.sampled_from(_RELOCATIONS).flatmap(
            lambda way: st.builds(
                Relocate,
                quantity=units,
                source=st.just(way[0]),
                target=st.just(way[1]),
                reason=st.just("") | reasons,
                **one,
            )
        ),
        Damage: st.builds(
            Damage, quantity=units, reason=reasons, bucket=st.sampled_from(_RETURNED[1:]), **one
        ),
        Dispatch: st.builds(Dispatch, **moved),
        Arrive: st.builds(Arrive, **moved),
        LoseTransfer: st.builds(LoseTransfer, reason=reasons, **moved),
    }
    return st.one_of([by_kind[kind] for kind in kinds])


def _transfers(
    skus: st.SearchStrategy[Sku], locations: st.SearchStrategy[LocationId]
) -> st.SearchStrategy[Transfer]:
    ends = st.tuples(locations, few_locations()).filter(lambda pair: pair[0] != pair[1])
    return ends.flatmap(st.permutations).flatmap(
        lambda way: st.builds(
            Transfer,
            id=few_transfers(),
            sku=skus,
            source=st.just(way[0]),
            target=st.just(way[1]),
        )
    )


def _reassignments(
    one: dict[str, st.SearchStrategy[Any]],
    owners: st.SearchStrategy[Owner],
    locations: st.SearchStrategy[LocationId],
    units: st.SearchStrategy[int],
) -> st.SearchStrategy[Reassign]:
    ends = st.tuples(owners, one["location"], owners, locations | few_locations())
    return ends.filter(lambda each: each[:2] != each[2:]).flatmap(
        lambda each: st.builds(
            Reassign,
            key=one["key"],
            owner=st.just(each[0]),
            sku=one["sku"],
            quantity=units,
            to_owner=st.just(each[2]),
            to_location=st.just(each[3]),
            location=st.just(each[1]),
        )
    )
