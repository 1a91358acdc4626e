"""Proration loses no unit, bursts no cap and is as fair as whole units allow."""

import pickle
from fractions import Fraction
from typing import Any, TypeAlias

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ecomkit.money import (
    Currency,
    CurrencyMismatchError,
    Money,
    ProrationError,
    ProrationExcessError,
    prorate,
    prorate_up_to,
    sum_money,
)
from ecomkit.testing.strategies._money import amounts, weights

EUR, JPY = Currency.EUR, Currency.JPY
Case: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
TEN_LINES = (100,) * 9 + (1,)


@st.composite
def capped(draw: st.DrawFn) -> Case:
    """Return weights and as many caps."""
    parts = draw(weights(max_value=50))
    caps = draw(st.lists(st.integers(0, 60), min_size=len(parts), max_size=len(parts)))
    return parts, tuple(caps)


def effective(parts: tuple[int, ...]) -> tuple[int, ...]:
    """Return the weights that count: all alike if all are zero."""
    return parts if any(parts) else (1,) * len(parts)


def filled_one_by_one(
    amount: int, parts: tuple[int, ...], caps: tuple[int, ...]
) -> list[Fraction]:
    """Return exact capped quotas by the slow road: fix what bursts its cap, begin again."""
    parts = effective(parts)
    fixed = {place: Fraction(0) for place, part in enumerate(parts) if part == 0}
    while True:
        rest = amount - sum(fixed.values())
        total = sum(part for place, part in enumerate(parts) if place not in fixed)
        quotas = {
            place: Fraction(rest * part, total)
            for place, part in enumerate(parts)
            if place not in fixed
        }
        burst = {place: Fraction(caps[place]) for place, q in quotas.items() if q > caps[place]}
        if not burst:
            return [(fixed | quotas)[place] for place in range(len(parts))]
        fixed |= burst


@given(st.integers(), weights())
def test_the_shares_sum_to_the_amount(amount: int, parts: tuple[int, ...]) -> None:
    """Conservation: no unit is lost and none is made, however large the numbers are."""
    assert amount == sum(prorate(amount, parts))


@given(st.integers(), weights())
def test_signs_mirror(amount: int, parts: tuple[int, ...]) -> None:
    """Sharing out a refund mirrors sharing out the charge."""
    assert tuple(-share for share in prorate(amount, parts)) == prorate(-amount, parts)


@given(st.integers(), weights())
def test_a_share_is_less_than_a_unit_off_its_quota(amount: int, parts: tuple[int, ...]) -> None:
    """Quota rule: every share is its exact quota, rounded to one of the two neighbours."""
    counted = effective(parts)
    total = sum(counted)

    for share, part in zip(prorate(amount, parts), counted, strict=True):
        assert abs(share - Fraction(amount * part, total)) < 1


@given(st.integers(), weights())
def test_nothing_for_nothing(amount: int, parts: tuple[int, ...]) -> None:
    """A weight of zero gets nothing, as long as another weight is not zero."""
    assume(any(parts))

    for share, part in zip(prorate(amount, parts), parts, strict=True):
        assert part or share == 0


@given(st.integers(0), weights())
def test_larger_weights_never_get_less(amount: int, parts: tuple[int, ...]) -> None:
    """Shares are ordered as the weights are, and the earlier of two equals is never worse off."""
    shares = prorate(amount, parts)

    for i, (share, part) in enumerate(zip(shares, parts, strict=True)):
        for other, other_part in zip(shares[i + 1 :], parts[i + 1 :], strict=True):
            if part >= other_part:
                assert share >= other
            else:
                assert share <= other


@given(st.integers(), weights(), st.integers(1, 10**30))
def test_only_the_ratio_of_weights_matters(
    amount: int, parts: tuple[int, ...], factor: int
) -> None:
    """Weights in cents and weights in euros share alike."""
    assert prorate(amount, parts) == prorate(amount, [part * factor for part in parts])


@given(st.integers(-400, 400), capped())
@example(445, (TEN_LINES, TEN_LINES))
def test_caps_conserve_and_bind(amount: int, case: Case) -> None:
    """
    Shares and rest sum to the amount, no share passes its cap or changes sign, and a rest is
    left only when every share with weight is full.
    """
    parts, caps = case

    shares, rest = prorate_up_to(amount, parts, caps=caps)

    assert amount == sum(shares) + rest
    for share, cap in zip(shares, caps, strict=True):
        assert abs(share) <= cap
        assert share * amount >= 0
    if rest:
        assert rest * amount > 0
        for share, cap, part in zip(shares, caps, effective(parts), strict=True):
            assert abs(share) == (cap if part else 0)


@given(st.integers(0, 400), capped())
def test_caps_agree_with_a_slow_model(amount: int, case: Case) -> None:
    """
    What caps refuse goes to the others by weight: every share is the whole number beside the
    quota that filling one by one gives.
    """
    parts, caps = case
    room = sum(cap for cap, part in zip(caps, effective(parts), strict=True) if part)
    amount = min(amount, room)

    quotas = filled_one_by_one(amount, parts, caps)

    for share, quota in zip(prorate(amount, parts, caps=caps), quotas, strict=True):
        assert abs(share - quota) < 1
        assert share == quota or quota.denominator != 1


@given(st.integers(-400, 400), capped())
def test_caps_mirror_too(amount: int, case: Case) -> None:
    """Caps bound magnitudes, so a negative amount is shared as its positive is."""
    parts, caps = case
    shares, rest = prorate_up_to(amount, parts, caps=caps)

    assert (tuple(-share for share in shares), -rest) == prorate_up_to(-amount, parts, caps=caps)


@given(st.integers(-400, 400), weights())
def test_wide_caps_change_nothing(amount: int, parts: tuple[int, ...]) -> None:
    """Caps that do not bind are as none."""
    caps = [abs(amount) + 1] * len(parts)

    assert prorate(amount, parts) == prorate(amount, parts, caps=caps)


@given(st.integers(-400, 400), capped())
def test_prorate_raises_what_would_be_left(amount: int, case: Case) -> None:
    """The strict function gives the same shares, or raises with the rest that it cannot place."""
    parts, caps = case
    shares, rest = prorate_up_to(amount, parts, caps=caps)

    if rest == 0:
        assert shares == prorate(amount, parts, caps=caps)
    else:
        with pytest.raises(ProrationExcessError) as caught:
            prorate(amount, parts, caps=caps)
        assert (amount, rest) == (caught.value.amount, caught.value.excess)


@pytest.mark.parametrize(
    ("amount", "parts", "expected"),
    [
        (100, (1, 1, 1), (34, 33, 33)),
        (-100, (1, 1, 1), (-34, -33, -33)),
        (299, (4300, 1400, 2300), (161, 52, 86)),
        (100, (0, 1000, 1000, 1000), (0, 34, 33, 33)),
        (10, (0, 0), (5, 5)),
        (0, (0, 0), (0, 0)),
        (0, (1, 2), (0, 0)),
        (1, (1, 1, 1), (1, 0, 0)),
        (5, (7,), (5,)),
        (5, (0,), (5,)),
        (3, (1, 3), (1, 2)),
        (10**30, (1, 10**40), (0, 10**30)),
    ],
)
def test_examples(amount: int, parts: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """The cases that other shops get wrong come out right."""
    assert expected == prorate(amount, parts)


def test_discount_never_takes_more_than_a_line_costs() -> None:
    """445 off nine lines of 100 and one of 1: no line goes below zero and the rest pays 456."""
    shares = prorate(445, TEN_LINES, caps=TEN_LINES)
    left = [line - share for line, share in zip(TEN_LINES, shares, strict=True)]

    assert min(left) >= 0
    assert sum(left) == 456


def test_a_cap_hands_on_by_weight() -> None:
    """What the first share may not have goes to the others, two to one."""
    assert prorate(10, (10, 2, 1), caps=(1, 9, 9)) == (1, 6, 3)


def test_zero_weights_with_caps_share_alike() -> None:
    """Where all weights are zero, all count alike, up to their caps."""
    assert prorate(10, (0, 0, 0), caps=(1, 9, 9)) == (1, 5, 4)


def test_caps_of_shares_without_weight_are_no_room() -> None:
    """A share without weight takes nothing, however much room it has."""
    assert prorate_up_to(5, (1, 0), caps=(2, 100)) == ((2, 0), 3)


@pytest.mark.parametrize(
    ("parts", "caps", "field"),
    [
        ((), None, "weights"),
        ((1, -1), None, "weights"),
        ((1, True), None, "weights"),
        ((1, 1.5), None, "weights"),
        ((1, "1"), None, "weights"),
        ((1, 1), (1,), "caps"),
        ((1, 1), (1, 1, 1), "caps"),
        ((1, 1), (1, -1), "caps"),
        ((1, 1), (1, None), "caps"),
        ((1, 1), (1, False), "caps"),
    ],
)
def test_refuses_what_cannot_weigh(parts: Any, caps: Any, field: str) -> None:
    """Empty, negative or unequal sequences are refused, and the argument is named."""
    with pytest.raises(ProrationError) as caught:
        prorate(10, parts, caps=caps)

    assert field == caught.value.field


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_refuses_an_amount_that_is_not_whole(amount: Any) -> None:
    """Only a whole number is shared."""
    with pytest.raises(ProrationError, match=r"prorate\.amount must be a whole number"):
        prorate(amount, (1,))


def test_the_excess_says_what_to_do() -> None:
    """The sentence has the numbers and the other function; pickling keeps both."""
    with pytest.raises(ProrationExcessError, match="1500 are left over; use prorate_up_to") as got:
        prorate(4500, (1, 1), caps=(2000, 1000))

    again = pickle.loads(pickle.dumps(got.value))  # noqa: S301 - our own bytes
    assert (again.amount, again.excess) == (4500, 1500)


def test_work_does_not_grow_with_the_amount() -> None:
    """A number of a thousand digits is shared without counting to it."""
    shares = prorate(10**1000, (10**999, 1, 1), caps=(10**1000, 10**1000, 10**1000))

    assert sum(shares) == 10**1000


@given(amounts(), weights())
def test_money_is_prorated_as_its_amount(money: Money, parts: tuple[int, ...]) -> None:
    """Money shares sum to the money and are those of the integers."""
    shares = money.prorate(parts)

    assert money == sum_money(shares)
    assert prorate(money.amount, parts) == tuple(share.amount for share in shares)


@given(amounts(currencies=st.just(EUR)), st.integers(1, 50))
def test_split_is_even(money: Money, parts: int) -> None:
    """The parts sum to the money, differ by a minor unit at most, and the larger come first."""
    shares = money.split(parts)

    assert parts == len(shares)
    assert money == sum_money(shares)
    assert max(shares) - min(shares) <= Money(1, EUR)
    assert list(shares) == sorted(shares, key=abs, reverse=True)


@given(st.integers(-400, 400), capped())
def test_money_caps_are_those_of_the_integers(amount: int, case: Case) -> None:
    """Caps may be minor units or money; shares and rest are those of the integers."""
    parts, caps = case
    shares, rest = prorate_up_to(amount, parts, caps=caps)
    expected = tuple(Money(share, EUR) for share in shares), Money(rest, EUR)
    mixed = [Money(cap, EUR) if place % 2 else cap for place, cap in enumerate(caps)]

    assert expected == Money(amount, EUR).prorate_up_to(parts, caps=mixed)
    if rest == 0:
        assert expected[0] == Money(amount, EUR).prorate(parts, caps=mixed)


def test_a_discount_above_the_basket_reports_its_rest() -> None:
    """4500 off a basket of 3000: all is free and 1500 are left."""
    shares, rest = Money(4500, EUR).prorate_up_to((2000, 1000), caps=(2000, 1000))

    assert Money(3000, EUR) == sum_money(shares)
    assert Money(1500, EUR) == rest


def test_caps_in_another_currency_are_refused() -> None:
    """A cap in yen does not bound euros."""
    with pytest.raises(CurrencyMismatchError):
        Money(10, EUR).prorate((1,), caps=(Money(10, JPY),))


@pytest.mark.parametrize("parts", [0, -1, True, 2.0, "2", None, 1_000_001, 10**30])
def test_split_refuses(parts: Any) -> None:
    """No parts, half parts or absurdly many parts are refused."""
    with pytest.raises(ProrationError, match=r"split\.parts must be a whole number from 1"):
        Money(10, EUR).split(parts)


def test_one_unit_in_three_lines() -> None:
    """A line of 1000 for three units comes back as 334, 333 and 333."""
    assert [share.amount for share in Money(1000, EUR).split(3)] == [334, 333, 333]
