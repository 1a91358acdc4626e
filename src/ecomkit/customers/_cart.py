"""Carts: what a visitor chose as a guest joins what the account had chosen before."""

from __future__ import annotations

from enum import Enum
from typing import assert_never, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, refuse
from ecomkit.identifiers import CartId, Sku
from ecomkit.money import Currency

__all__ = ["Cart", "CartConflict", "CartLine", "CartsMerged", "CartsRefused", "merge_carts"]


@final
@attrs.frozen(kw_only=True)
class CartLine:
    """
    So many units of a sku.

    >>> CartLine(sku=Sku("ELEPHANT"), quantity=2).quantity
    2
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class Cart:
    """
    What somebody means to buy, in one currency; each sku on one line.

    >>> Cart(id=CartId("k-1"), currency=Currency.EUR).lines
    ()

    Raises:
        FieldError: If two lines have the same sku.
    """

    id: CartId = attrs.field(validator=is_a(CartId))
    currency: Currency = attrs.field(validator=is_a(Currency))
    lines: tuple[CartLine, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(CartLine)
    )

    def __attrs_post_init__(self) -> None:
        if len({line.sku for line in self.lines}) < len(self.lines):
            raise refuse(self, "lines", self.lines, "one line for each sku")


class CartConflict(Enum):
    """Which quantity counts for a sku that stands in both carts."""

    SUM = "sum"
    GUEST_WINS = "guest wins"
    ACCOUNT_WINS = "account wins"


@final
@attrs.frozen(kw_only=True)
class CartsMerged:
    """The account's cart with the guest's lines in it; the guest's cart is done with."""

    cart: Cart = attrs.field(validator=is_a(Cart))
    conflicts: tuple[Sku, ...] = attrs.field(converter=as_tuple, validator=each(Sku))
    """Skus that stood in both, with different quantities or not."""
    rule: CartConflict = attrs.field(validator=is_a(CartConflict))

    def explain(self) -> str:
        """Tell in plain words what became of the lines."""
        both = ", ".join(self.conflicts) or "none"
        return f"cart {self.cart.id}: in both carts: {both}; rule: {self.rule.value}"


@final
@attrs.frozen(kw_only=True)
class CartsRefused:
    """Carts that cannot be one, since their prices are in two currencies; both stay as they are."""

    account: Cart = attrs.field(validator=is_a(Cart))
    guest: Cart = attrs.field(validator=is_a(Cart))

    def explain(self) -> str:
        """Tell the reason in plain words."""
        return (
            f"carts {self.account.id} and {self.guest.id} stay apart: one is in "
            f"{self.account.currency.value}, the other in {self.guest.currency.value}"
        )


def merge_carts(account: Cart, *, guest: Cart, rule: CartConflict) -> CartsMerged | CartsRefused:
    """
    Return *account* with the lines of *guest* in it: its own lines first, then the new ones.

    No sku is lost, whichever cart it stands in; *rule* decides the quantity of those in both.

    >>> guest = Cart(
    ...     id=CartId("g"), currency=Currency.EUR, lines=[CartLine(sku=Sku("X"), quantity=2)]
    ... )
    >>> account = Cart(
    ...     id=CartId("a"), currency=Currency.EUR, lines=[CartLine(sku=Sku("X"), quantity=3)]
    ... )
    >>> merge_carts(account, guest=guest, rule=CartConflict.SUM).cart.lines
    (CartLine(sku=Sku('X'), quantity=5),)
    """
    if account.currency is not guest.currency:
        return CartsRefused(account=account, guest=guest)
    theirs = {line.sku: line.quantity for line in guest.lines}
    quantities = {line.sku: line.quantity for line in account.lines}
    conflicts = tuple(sku for sku in quantities if sku in theirs)
    for sku, quantity in theirs.items():
        if sku in quantities:
            quantities[sku] = _settled(account=quantities[sku], guest=quantity, rule=rule)
        else:
            quantities[sku] = quantity
    lines = [CartLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]
    return CartsMerged(cart=attrs.evolve(account, lines=lines), conflicts=conflicts, rule=rule)


def _settled(*, account: int, guest: int, rule: CartConflict) -> int:
    match rule:
        case CartConflict.SUM:
            return account + guest
        case CartConflict.GUEST_WINS:
            return guest
        case CartConflict.ACCOUNT_WINS:
            return account
        case _:
            assert_never(rule)
