"""Card numbers in texts: found however they are written, and not seen where there are none."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit._card_numbers import contains_card_number, no_card_number
from ecomkit.catalog import Gtin
from ecomkit.customers import Address, ConsentRecord, Customer, LawfulBasis, PhoneNumber
from ecomkit.errors import FieldError
from ecomkit.identifiers import CustomerId
from ecomkit.testing.strategies import gtins

# Numbers that payment providers publish for tests; no account has them.
PUBLISHED = {
    "Visa": "4242424242424242",
    "Visa of 13 digits": "4222222222222",
    "Visa of 19 digits": "4000000000000000006",
    "Mastercard": "5555555555554444",
    "Mastercard, range 2": "2223003122003222",
    "American Express": "378282246310005",
    "American Express, range 34": "343434343434343",
    "Discover": "6011111111111117",
    "Discover, range 65": "6500000000000002",
    "Diners Club": "36227206271667",
    "Diners Club of 16 digits": "3056930009020004",
    "JCB": "3566002020360505",
    "UnionPay": "6200000000000005",
    "UnionPay of 19 digits": "6205500000000000004",
    "Mir": "2200000000000004",
    "Maestro": "6759649826438453",
}
SOLID = {name: number for name, number in PUBLISHED.items() if len(number) > 14}
GROUPINGS = {13: (4, 3, 3, 3), 14: (4, 6, 4), 15: (4, 6, 5), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}
SAMPLE = 20_000


def check_digit(digits: str) -> str:
    """Return the digit that makes *digits* pass, found by trying (a computation of its own)."""

    def passes(number: str) -> bool:
        total = 0
        for place, digit in enumerate(reversed(number)):
            value = int(digit) * (1 + place % 2)
            total += value - 9 if value > 9 else value
        return total % 10 == 0

    return next(digit for digit in "0123456789" if passes(digits + digit))


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """Return numbers of the brands' ranges with a right last digit."""
    head, length = draw(
        st.sampled_from(
            [("4", 16), ("4", 19), ("51", 16), ("2221", 16), ("2720", 16), ("37", 15), ("62", 17)]
        )
    )
    size = length - len(head) - 1
    body = head + draw(st.text("0123456789", min_size=size, max_size=size))
    return body + check_digit(body)


def grouped(number: str, gap: str) -> str:
    """Return *number* in the groups in which it stands on a card."""
    parts, rest = [], number
    for size in GROUPINGS[len(number)]:
        parts.append(rest[:size])
        rest = rest[size:]
    return gap.join(parts)


WORDS = st.text("abc .,;:#\n", max_size=20)


@given(card_numbers(), WORDS, WORDS)
def test_a_card_number_is_found_in_any_text(number: str, before: str, after: str) -> None:
    """A number of a brand's range is found between any words."""
    assert contains_card_number(f"{before}{number}{after}")


@given(card_numbers(), st.data())
def test_one_wrong_digit_is_no_card_number(number: str, data: st.DataObject) -> None:
    """The check digit sees any one digit that is not as it was."""
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))

    assert not contains_card_number(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize("name", SOLID)
def test_published_numbers_of_all_brands_are_found(name: str) -> None:
    """Each brand's published test number is found in one piece."""
    assert contains_card_number(f"card {PUBLISHED[name]}, thanks")


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("gap", [" ", "-", "\N{NO-BREAK SPACE}", "\N{EN DASH}", " - "])
def test_numbers_in_groups_are_found(name: str, gap: str) -> None:
    """The groups of a card are found with blanks or dashes of any kind between them."""
    assert contains_card_number(f"2 elephants, {grouped(PUBLISHED[name], gap)}, 12/29")


@pytest.mark.parametrize(
    "text",
    [
        "12 4242424242424242",
        "12 4242 4242 4242 4242",
        "4242 4242 4242 4242 123",
        "4242 4242 4242 4242 12 29 123",
        "４２４２４２４２４２４２４２４２",
        "visa4242424242424242",
        "ab4242424242424242",
        "Karte:4242424242424242!",
    ],
)
def test_what_stands_around_a_number_does_not_hide_it(text: str) -> None:
    """House numbers, security codes, letters and digits of another script hide nothing."""
    assert contains_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4242",
        "424242******4242",
        "4242 4242 4242 4243",  # the last digit is wrong
        "405-1234567-1234567",
        "303-0000000-0000008",
        "4006381333931",
        "4 006381 333931",
        "36252187900034",  # a SIRET passes Luhn too
        "362 521 879 00034",
        "42424242424242424242",  # 20 digits
        "FR76 3000 6000 0112 3456 7890 189",
        "DE89 3704 0044 0532 0130 00",
        "FR76 4242 4242 4242 4242",
        "+33 1 23 45 67 89",
        "4242 4242424242 42",  # ten in a group are no way to write a card
        "2026-11-25 10:00",
    ],
)
def test_other_numbers_of_trade_are_no_card_numbers(text: str) -> None:
    """Masked cards, orders of Amazon, GTIN, SIRET, IBAN, telephone numbers and dates pass."""
    assert not contains_card_number(text)


@given(gtins())
def test_a_gtin_is_no_card_number(gtin: Gtin) -> None:
    """No GTIN of 8 to 14 digits is taken for a card number, whatever its first digits."""
    assert not contains_card_number(f"EAN {gtin}")


@pytest.mark.parametrize("first", ["30", "36", "4", "51", "6"])
@pytest.mark.parametrize("size", [13, 14])
def test_no_id_of_13_or_14_digits_is_a_card_number(first: str, size: int) -> None:
    """Ids of large shops grow through the ranges of cards; in one piece all of them pass."""
    body = first.ljust(size - 1, "7")

    assert not contains_card_number(body + check_digit(body))


RATES = {13: 0.0, 14: 0.0, 15: 0.002, 16: 0.027, 17: 0.0011, 18: 0.0011, 19: 0.013}


@pytest.mark.parametrize(("digits", "rate"), RATES.items())
def test_random_digits_are_rarely_a_card_number(
    digits: int, rate: float, record_property: Callable[[str, object], None]
) -> None:
    """Of random digits in one piece as many are taken for a card as the ranges make likely."""
    rng = random.Random(20261125 + digits)  # noqa: S311 (a sample that is the same each time)
    found = sum(
        contains_card_number("".join(rng.choices("0123456789", k=digits))) for _ in range(SAMPLE)
    )
    record_property("figure", f"{digits} random digits: {found} of {SAMPLE} taken for a card")

    assert found == pytest.approx(rate * SAMPLE, rel=0.25, abs=10 if rate else 0)


CARD = "4242 4242 4242 4242"
ELSEWHERE = Address(country="FR")
GRANT = ConsentRecord(
    purpose="newsletter",
    basis=LawfulBasis.CONSENT,
    source="form",
    given_at=datetime(2026, 3, 1, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (Customer(id=CustomerId("c-1")), "name"),
        (ELSEWHERE, "recipient"),
        (ELSEWHERE, "postal_code"),
        (ELSEWHERE, "city"),
        (ELSEWHERE, "region"),
        (PhoneNumber(raw="1"), "raw"),
        (GRANT, "purpose"),
        (GRANT, "source"),
        (GRANT, "wording"),
    ],
    ids=lambda part: part if isinstance(part, str) else type(part).__name__,
)
def test_no_text_of_a_customer_has_a_card_number(value: Any, field: str) -> None:
    """Wherever people type, a card number is refused, and the error does not repeat it."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(value, **{field: f"my card is {CARD}"})

    assert "4242" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("lines", [[CARD], ["4242 4242", "4242 4242"], ["flat 7", f"pay {CARD}"]])
def test_no_address_has_a_card_number(lines: list[str]) -> None:
    """Lines are looked at together: a number that goes on in the next one is found."""
    with pytest.raises(FieldError) as caught:
        Address(lines=lines, country="FR")

    assert "4242" not in str(caught.value) + repr(caught.value)


@attrs.frozen(kw_only=True)
class Note:
    """A text of somebody."""

    text: object = attrs.field(validator=no_card_number)


def test_the_error_does_not_show_the_number() -> None:
    """A text with a card number is refused, and neither sentence nor fields repeat it."""
    with pytest.raises(FieldError) as caught:
        Note(text="pay with 4242 4242 4242 4242")

    assert str(caught.value) == (
        "Note.text must be a text without a card number, got '(not shown)'"
    )
    assert "4242" not in repr(caught.value)
    assert "4242" not in str(attrs.asdict(caught.value))


@pytest.mark.parametrize("value", ["ten elephants", None, 4242424242424242])
def test_what_has_no_card_number_or_is_no_text_is_accepted(value: object) -> None:
    """The validator is about texts: what kind of value a field takes others say."""
    assert Note(text=value).text == value
