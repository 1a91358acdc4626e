"""GTINs: check digit, paddings, refusals."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from ecomkit.catalog import (
    Gtin,
    GtinCharacterError,
    GtinCheckDigitError,
    GtinError,
    GtinLengthError,
    GtinZeroError,
    check_digit,
)
from ecomkit.errors import FieldError, InputError
from ecomkit.testing.strategies._catalog import gtins

DIGITS = "0123456789"


@given(st.text(DIGITS, min_size=1, max_size=13))
def test_check_digit_agrees_with_python_stdnum(body: str) -> None:
    """The check digit of any body is the one that python-stdnum computes."""
    assert ean.calc_check_digit(body) == str(check_digit(body))


@given(st.text(DIGITS, min_size=6, max_size=16) | st.text(max_size=14))
def test_acceptance_agrees_with_python_stdnum(text: str) -> None:
    """A text is a GTIN if python-stdnum takes it as it stands and it is not all zeros."""
    try:
        oracle = ean.validate(text) == text and len(text) in {8, 12, 13, 14}
    except Exception:  # noqa: BLE001  # the oracle raises many kinds
        oracle = False
    oracle = oracle and text.isascii() and bool(text.strip("0"))

    try:
        ours = Gtin.parse(text).text == text
    except GtinError:
        ours = False

    assert oracle == ours


@given(gtins())
def test_every_drawn_gtin_is_valid_for_python_stdnum(gtin: Gtin) -> None:
    """What the strategy draws, python-stdnum takes."""
    assert ean.is_valid(gtin.text)


@given(gtins(), st.data())
def test_any_single_changed_digit_is_refused(gtin: Gtin, data: st.DataObject) -> None:
    """A GTIN with one digit changed is no GTIN."""
    place = data.draw(st.integers(0, len(gtin.text) - 1))
    other = data.draw(st.sampled_from([digit for digit in DIGITS if digit != gtin.text[place]]))

    with pytest.raises(GtinError):
        Gtin.parse(gtin.text[:place] + other + gtin.text[place + 1 :])


@given(gtins(), st.data())
def test_equal_and_hashed_alike_across_paddings(gtin: Gtin, data: st.DataObject) -> None:
    """A GTIN and the same padded with zeros are equal, and are one key of a mapping."""
    longer = [length for length in (8, 12, 13, 14) if length >= len(gtin.text)]
    padded = Gtin.parse(gtin.text.zfill(data.draw(st.sampled_from(longer))))

    assert padded == gtin
    assert hash(padded) == hash(gtin)
    assert padded.canonical == gtin.canonical
    assert not padded < gtin
    assert {gtin: "found"}[padded] == "found"


@given(gtins(), gtins())
def test_equality_and_order_are_those_of_the_canonical_text(one: Gtin, other: Gtin) -> None:
    """Two GTINs compare as their 14 digits do."""
    assert (one.canonical == other.canonical) == (one == other)
    assert (one.canonical < other.canonical) == (one < other)


@given(gtins())
def test_printing_and_parsing_round_trip(gtin: Gtin) -> None:
    """A GTIN prints as it was given, its 14 digits parse to its equal, and it pickles."""
    assert gtin.text == str(gtin)
    assert gtin.text == str(Gtin.parse(str(gtin)))
    assert gtin == Gtin.parse(gtin.canonical)
    assert len(gtin.canonical) == 14
    assert gtin.text == pickle.loads(pickle.dumps(gtin)).text  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
    "text", ["4006381333931", "036000291452", "96385074", "810354020810", "10614141000415"]
)
def test_known_numbers_are_taken(text: str) -> None:
    """Numbers from real packages are GTINs, a check digit of 0 included."""
    assert text == str(Gtin.parse(text))


def test_upc_equals_its_padded_forms() -> None:
    """036000291452, 0036000291452 and 00036000291452 are one number."""
    forms = {Gtin.parse(text) for text in ("036000291452", "0036000291452", "00036000291452")}

    assert len(forms) == 1


def test_gtin_8_equals_its_padded_forms() -> None:
    """A GTIN-8 padded to 12, 13 or 14 digits is the same number."""
    forms = {Gtin.parse("96385074".zfill(length)) for length in (8, 12, 13, 14)}

    assert len(forms) == 1


def test_a_gtin_is_not_its_text() -> None:
    """A GTIN differs from the text that it prints as, and from a case that holds the item."""
    assert Gtin.parse("036000291452") != "036000291452"
    assert Gtin.parse("10036000291459") != Gtin.parse("036000291452")


@pytest.mark.parametrize("length", [8, 12, 13, 14])
def test_all_zeros_are_refused(length: int) -> None:
    """A text of zeros has a fitting check digit, and is refused all the same."""
    with pytest.raises(GtinZeroError):
        Gtin.parse("0" * length)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 96385074",
        "96385074 ",
        "9638-5074",
        "96385074\n",
        "٩٦٣٨٥٠٧٤",
        "9638507４",
        "²²²²²²²²",
        "+6385074",
        "abcdefgh",
        b"96385074",
        96385074,
        None,
    ],
)
def test_anything_but_ascii_digits_is_refused(text: object) -> None:
    """Blanks, signs, letters, digits of other scripts and values that are no text are refused."""
    with pytest.raises(GtinCharacterError) as caught:
        Gtin.parse(text)

    assert text == caught.value.raw


@pytest.mark.parametrize("length", [1, 7, 9, 10, 11, 15, 18])
def test_other_lengths_are_refused(length: int) -> None:
    """There are GTINs of 8, 12, 13 and 14 digits only; the error counts what was got."""
    with pytest.raises(GtinLengthError) as caught:
        Gtin.parse("1" * length)

    assert length == caught.value.length


def test_wrong_check_digit_names_both_digits() -> None:
    """The error of a wrong check digit carries the text, the digit found and the one expected."""
    with pytest.raises(GtinCheckDigitError) as caught:
        Gtin.parse("4006381333932")

    assert (caught.value.raw, caught.value.found, caught.value.expected) == (
        "4006381333932",
        2,
        1,
    )


def test_the_constructor_is_as_strict_as_parse() -> None:
    """No GTIN exists that parse would refuse."""
    with pytest.raises(GtinCheckDigitError):
        Gtin(text="4006381333932")


@pytest.mark.parametrize("body", ["", "12a", "１２", None])
def test_check_digit_refuses_what_is_not_digits(body: object) -> None:
    """A check digit belongs to a text of ASCII digits only."""
    with pytest.raises(GtinCharacterError):
        check_digit(body)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            GtinCharacterError(raw="a"),
            "a GTIN is a text of the digits 0 to 9 only, got 'a'",
        ),
        (
            GtinLengthError(raw="123", length=3),
            (
                "a GTIN has 8, 12, 13 or 14 digits, got 3 in '123'; "
                "a spreadsheet may have dropped leading zeros"
            ),
        ),
        (
            GtinZeroError(raw="00000000"),
            "a GTIN is not all zeros, got '00000000'; leave it out if there is none",
        ),
        (
            GtinCheckDigitError(raw="96385075", found=5, expected=4),
            (
                "the check digit of '96385075' is 5, but its other digits ask for 4; "
                "read the number again"
            ),
        ),
    ],
)
def test_every_error_says_what_was_got_and_wanted(error: GtinError, sentence: str) -> None:
    """Each error is a GtinError, so an InputError, with a sentence of its own; and it pickles."""
    assert sentence == str(error)
    assert isinstance(error, InputError)
    assert sentence == str(pickle.loads(pickle.dumps(error)))  # noqa: S301  # our own bytes


@given(st.sampled_from([8, 12, 13, 14]), st.data())
def test_the_strategy_draws_the_lengths_asked_for(length: int, data: st.DataObject) -> None:
    """All GTINs of a strategy with one length have it."""
    assert length == len(data.draw(gtins(lengths=[length])).text)


@pytest.mark.parametrize("lengths", [[], [8, 9]])
def test_the_strategy_refuses_lengths_that_do_not_exist(lengths: list[int]) -> None:
    """A strategy over no length, or over one that no GTIN has, is a mistake."""
    with pytest.raises(FieldError):
        gtins(lengths=lengths)
