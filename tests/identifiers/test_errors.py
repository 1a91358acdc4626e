"""Errors carry their facts, through pickling too, and their sentences stay short."""

import copy
import pickle
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import (
    SHOWN_CHARACTERS_MAX,
    AttentionError,
    EcomkitError,
    FieldError,
    InputError,
    MissingExtraError,
    TransientError,
    shown,
)
from ecomkit.identifiers import IdentifierError

ERRORS = [
    EcomkitError(),
    InputError(),
    TransientError(),
    AttentionError(),
    FieldError(owner="OrderLine", field="quantity", got=-3, wanted="a whole number above 0"),
    MissingExtraError(extra="report", feature="ecomkit.report"),
    IdentifierError(kind="Sku", got=" ", length_max=200),
]
ANYTHING = st.text() | st.binary() | st.integers() | st.floats() | st.none() | st.lists(st.text())


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_survives_pickle_and_copy(error: EcomkitError) -> None:
    """The type, the fields and the sentence come back from another process."""
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our bytes
        assert type(error) is type(again)
        assert attrs.asdict(error) == attrs.asdict(again)
        assert str(error) == str(again)


@given(st.text(), st.text(), ANYTHING, st.text())
def test_facts_are_kept_exactly(owner: str, field: str, got: object, wanted: str) -> None:
    """What was got comes back as it was, whatever it was."""
    error = FieldError(owner=owner, field=field, got=got, wanted=wanted)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert (owner, field, repr(got), wanted) == (
        again.owner,
        again.field,
        repr(again.got),
        again.wanted,
    )


@pytest.mark.parametrize(
    ("kind", "family", "retryable"),
    [
        (FieldError, InputError, False),
        (MissingExtraError, InputError, False),
        (InputError, ValueError, False),
        (TransientError, EcomkitError, True),
        (AttentionError, EcomkitError, False),
    ],
)
def test_families_say_what_the_caller_can_do(
    kind: type[EcomkitError],
    family: type[Exception],
    retryable: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Only what time may mend is retryable; a mistake of the call is a ValueError."""
    assert issubclass(kind, family)
    assert issubclass(kind, EcomkitError)
    assert retryable == kind.retryable


def test_an_error_without_a_sentence_has_its_name() -> None:
    """The family itself says at least what it is."""
    assert str(TransientError()) == "TransientError"


def test_an_error_takes_notes_and_causes() -> None:
    """Frozen errors still chain, as exceptions do."""
    cause = KeyError("a")
    with pytest.raises(InputError) as caught:
        raise InputError from cause
    caught.value.add_note("while reading page 3")

    assert cause is caught.value.__cause__
    assert caught.value.__notes__ == ["while reading page 3"]


@given(ANYTHING)
def test_shown_is_one_short_ascii_line(value: object) -> None:
    """No value floods or breaks a log through an error's sentence."""
    text = shown(value)

    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= SHOWN_CHARACTERS_MAX + len("...")


def test_shown_never_renders_a_huge_integer() -> None:
    """An integer of a million bits is described, not written out."""
    assert shown(1 << 999_999) == "an integer of 1000000 bits"
    assert shown(-(1 << 256)) == "an integer of 257 bits"
    assert shown(2**256 - 1) == str(2**256 - 1)


def test_shown_answers_for_a_value_that_python_will_not_write() -> None:
    """A huge integer inside another value is no reason to fail while an error is told."""
    assert shown(Fraction(10**5000, 7)) == "a Fraction too long to write"
    assert shown([10**5000]) == "a list too long to write"
    assert "a Fraction too long" in str(
        FieldError(owner="Pack", field="units", got=Fraction(1, 10**5000), wanted="an int")
    )


def test_shown_cuts_before_it_escapes() -> None:
    """A text of many megabytes costs no more than a short one."""
    assert shown("A" * 10_000_000) == "'" + "A" * (SHOWN_CHARACTERS_MAX - 1) + "..."
    assert shown("A" * 70) == repr("A" * 70)


def test_sentences() -> None:
    """The sentences name the field, the extra and the command that mends it."""
    assert [str(error) for error in ERRORS[4:6]] == [
        "OrderLine.quantity must be a whole number above 0, got -3",
        "ecomkit.report needs an extra: pip install 'ecomkit[report]'",
    ]
