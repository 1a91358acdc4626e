"""Accounts and movements: the double-entry ledger of units."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import NamedTuple, Self, final

import attrs

from ecomkit._checks import above_zero, aware, is_a, is_text, not_negative, optional, refuse
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

__all__ = ["Account", "Bucket", "Cause", "LevelKey", "Movement", "Owner"]


class Bucket(enum.Enum):
    """
    Where units are, inside our walls or outside of them.

    Inside buckets are never below zero. Outside buckets exist to balance the books: what was
    received came out of ``SUPPLIER``, what was shipped went into ``CUSTOMER``.
    """

    SELLABLE = "sellable"
    HELD = "held"
    ALLOCATED = "allocated"
    PICKED = "picked"
    QUARANTINED = "quarantined"
    DAMAGED = "damaged"
    IN_TRANSIT = "in_transit"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    SCRAP = "scrap"
    SHRINKAGE = "shrinkage"
    OPENING = "opening"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__

    @property
    def is_inside(self) -> bool:
        """Whether units in this bucket lie within our walls."""
        return self in INSIDE


INSIDE = frozenset(
    {
        Bucket.SELLABLE,
        Bucket.HELD,
        Bucket.ALLOCATED,
        Bucket.PICKED,
        Bucket.QUARANTINED,
        Bucket.DAMAGED,
        Bucket.IN_TRANSIT,
    }
)


class Cause(enum.Enum):
    """Why units moved."""

    OPENING = "opening"
    RECEIPT = "receipt"
    COUNT = "count"
    ADJUSTMENT = "adjustment"
    HOLD = "hold"
    EXPIRY = "expiry"
    RESERVE = "reserve"
    RECORD = "record"
    COVER = "cover"
    RELEASE = "release"
    REASSIGN = "reassign"
    PICK = "pick"
    UNPICK = "unpick"
    SHIP = "ship"
    UNSHIP = "unship"
    RETURN = "return"
    RELOCATION = "relocation"
    DISPATCH = "dispatch"
    ARRIVAL = "arrival"
    LOSS = "loss"
    DAMAGE = "damage"

    __hash__ = object.__hash__


class _LevelKey(NamedTuple):
    sku: Sku
    location: LocationId


@final
class LevelKey(_LevelKey):
    """
    Names one stock level: a sku at a location. Sorts, so that locks are taken in one order.

    It is a tuple, since every command looks levels up by it: hashed, compared and sorted in C.

    >>> LevelKey(Sku("ELEPHANT-KNIT"), LocationId("main"))
    LevelKey(sku=Sku('ELEPHANT-KNIT'), location=LocationId('main'))
    """

    __slots__ = ()

    def __new__(cls, sku: Sku, location: LocationId) -> Self:
        """
        Name the level of *sku* at *location*.

        Raises:
            FieldError: If one of them is no identifier of its kind.
        """
        if not isinstance(sku, Sku):
            raise FieldError(owner="LevelKey", field="sku", got=sku, wanted="a Sku")
        if not isinstance(location, LocationId):
            raise FieldError(
                owner="LevelKey", field="location", got=location, wanted="a LocationId"
            )
        return super().__new__(cls, sku, location)


@final
@attrs.frozen(order=True)
class Owner:
    """
    Who a promise belongs to: a cart, a line of an order, or a transfer on its way.

    Units that are held or allocated for one owner cannot be released by another.

    >>> str(Owner.line(OrderId("etsy/1001"), LineId("1")))
    'line:etsy/1001#1'
    """

    name: str = attrs.field(validator=is_text)

    @classmethod
    def cart(cls, cart: CartId) -> Owner:
        """Return the owner for a cart."""
        return cls(f"cart:{cart}")

    @classmethod
    def line(cls, order: OrderId, line: LineId) -> Owner:
        """Return the owner for a line of an order."""
        # Escaped, so that the first # always parts the order from the line.
        plain = order.replace("%", "%25").replace("#", "%23")
        return cls(f"line:{plain}#{line}")

    @classmethod
    def transfer(cls, transfer: TransferId) -> Owner:
        """Return the owner for units that are on their way between two locations."""
        return cls(f"transfer:{transfer}")

    @property
    def order_line(self) -> tuple[OrderId, LineId] | None:
        """The order and the line, None for a cart or a transfer."""
        kind, _, rest = self.name.partition(":")
        if kind != "line":
            return None
        order, _, line = rest.partition("#")
        return OrderId(order.replace("%23", "#").replace("%25", "%")), LineId(line)

    def __str__(self) -> str:
        return self.name


@final
@attrs.frozen(order=True)
class Account:
    """
    One column of the ledger: a sku, a location, a bucket.

    The merchant is the store's namespace and stands above the account.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    bucket: Bucket = attrs.field(validator=is_a(Bucket), order=lambda bucket: bucket.value)


@final
@attrs.frozen(kw_only=True)
class Movement:
    """
    *quantity* units of one sku out of one account and into another. Never edited.

    A correction is a new movement. ``id`` is the command's key and a running number, so a
    command that is played twice names the same movements. ``source_after`` and
    ``target_after`` are the balances that the movement left, of inside accounts only: a ledger
    that was tampered with disagrees with itself at the first row that was touched. ``lot`` is
    named where the sku is kept by lots and goods moved, not only promises; ``note`` is the reason
    that a command gave.
    """

    id: str = attrs.field(validator=is_text)
    quantity: int = attrs.field(validator=above_zero)
    source: Account = attrs.field(validator=is_a(Account))
    target: Account = attrs.field(validator=is_a(Account))
    cause: Cause = attrs.field(validator=is_a(Cause))
    command: CommandKey = attrs.field(validator=is_a(CommandKey))
    at: datetime = attrs.field(validator=aware)
    owner: Owner | None = attrs.field(default=None, validator=optional(is_a(Owner)))
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))
    source_after: int | None = attrs.field(default=None, validator=optional(not_negative))
    target_after: int | None = attrs.field(default=None, validator=optional(not_negative))
    note: str | None = attrs.field(default=None, validator=optional(is_text))

    def __attrs_post_init__(self) -> None:
        if self.target.sku != self.source.sku or self.target == self.source:
            raise refuse(self, "target", self.target, f"another account of {self.source.sku}")

    @property
    def sku(self) -> Sku:
        """What moved."""
        return self.source.sku
