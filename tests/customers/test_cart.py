"""Carts that become one when a guest signs in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.customers import (
    Cart,
    CartConflict,
    CartLine,
    CartsMerged,
    CartsRefused,
    merge_carts,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import CartId, Sku
from ecomkit.money import Currency
from ecomkit.testing.strategies._customers import carts

EUROS = carts(
    skus=st.sampled_from([Sku(letter) for letter in "ABCDE"]),
    currencies=st.just(Currency.EUR),
    max_quantity=1000,
)
RULES = st.sampled_from(CartConflict)


def quantities(cart: Cart) -> dict[Sku, int]:
    """Return the quantity of each sku in *cart*."""
    return {line.sku: line.quantity for line in cart.lines}


def cart_of(name: str, *, currency: Currency = Currency.EUR, **skus: int) -> Cart:
    """Return a cart with lines named by keyword."""
    lines = [CartLine(sku=Sku(sku), quantity=quantity) for sku, quantity in skus.items()]
    return Cart(id=CartId(name), currency=currency, lines=lines)


@given(EUROS, EUROS, RULES)
def test_no_sku_is_lost(account: Cart, guest: Cart, rule: CartConflict) -> None:
    """The merged cart has every sku of both, one line each, and is the account's."""
    merged = merge_carts(account, guest=guest, rule=rule)

    assert isinstance(merged, CartsMerged)
    assert account.id == merged.cart.id
    assert quantities(account).keys() | quantities(guest).keys() == quantities(merged.cart).keys()
    assert [line.sku for line in account.lines] == [
        line.sku for line in merged.cart.lines[: len(account.lines)]
    ]


@given(EUROS, EUROS, RULES)
def test_the_rule_decides_only_where_both_have_a_sku(
    account: Cart, guest: Cart, rule: CartConflict
) -> None:
    """A sku of one cart keeps its quantity; a sku of both is a conflict that the rule settles."""
    merged = merge_carts(account, guest=guest, rule=rule)
    ours, theirs = quantities(account), quantities(guest)
    both = {
        CartConflict.SUM: {sku: ours[sku] + theirs[sku] for sku in ours if sku in theirs},
        CartConflict.GUEST_WINS: {sku: theirs[sku] for sku in ours if sku in theirs},
        CartConflict.ACCOUNT_WINS: {sku: ours[sku] for sku in ours if sku in theirs},
    }[rule]

    assert isinstance(merged, CartsMerged)
    assert {**ours, **theirs, **both} == quantities(merged.cart)
    assert set(both) == set(merged.conflicts)
    assert rule is merged.rule


@given(carts(), carts(), RULES)
def test_carts_of_two_currencies_stay_as_they_are(
    account: Cart, guest: Cart, rule: CartConflict
) -> None:
    """Carts are merged only in one currency; otherwise both are handed back whole."""
    small = [
        Cart(id=cart.id, currency=cart.currency, lines=cart.lines[:0]) for cart in (account, guest)
    ]
    outcome = merge_carts(small[0], guest=small[1], rule=rule)

    if account.currency is guest.currency:
        assert isinstance(outcome, CartsMerged)
    else:
        assert CartsRefused(account=small[0], guest=small[1]) == outcome


@pytest.mark.parametrize(
    ("rule", "quantity"),
    [(CartConflict.SUM, 5), (CartConflict.GUEST_WINS, 2), (CartConflict.ACCOUNT_WINS, 3)],
)
def test_two_of_a_guest_and_three_of_an_account(rule: CartConflict, quantity: int) -> None:
    """Guest 2 and account 3 are 5, 2 or 3."""
    merged = merge_carts(cart_of("a", X=3), guest=cart_of("g", X=2), rule=rule)

    assert isinstance(merged, CartsMerged)
    assert cart_of("a", X=quantity) == merged.cart


def test_outcomes_are_explained() -> None:
    """A merge names the skus in both and the rule; a refusal names both currencies."""
    account, guest = cart_of("a", X=1, Y=1), cart_of("g", X=1)
    yen = cart_of("g", currency=Currency.JPY, X=1)

    assert merge_carts(account, guest=guest, rule=CartConflict.SUM).explain() == (
        "cart a: in both carts: X; rule: sum"
    )
    assert merge_carts(account, guest=cart_of("g"), rule=CartConflict.SUM).explain() == (
        "cart a: in both carts: none; rule: sum"
    )
    assert merge_carts(account, guest=yen, rule=CartConflict.SUM).explain() == (
        "carts a and g stay apart: one is in EUR, the other in JPY"
    )


def test_a_sku_stands_on_one_line() -> None:
    """Two lines of one sku are refused: which one a change means would be open."""
    with pytest.raises(FieldError):
        Cart(
            id=CartId("a"),
            currency=Currency.EUR,
            lines=[CartLine(sku=Sku("X"), quantity=n) for n in (1, 2)],
        )


@pytest.mark.parametrize("quantity", [0, -1, True, 1.0])
def test_a_line_has_units(quantity: object) -> None:
    """A line of nothing, of less, or of a broken number is refused."""
    with pytest.raises(FieldError):
        CartLine(sku=Sku("X"), quantity=quantity)


@pytest.mark.parametrize(
    "bounds", [{"max_size": -1}, {"max_quantity": 0}, {"max_quantity": 2**62}]
)
def test_the_strategy_refuses_bounds_that_cannot_be(bounds: dict[str, int]) -> None:
    """A strategy that could draw nothing legal is a mistake."""
    with pytest.raises(FieldError):
        carts(**bounds)
