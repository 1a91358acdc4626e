"""Reading skus: steps, refusals, idempotence."""

from __future__ import annotations

import unicodedata

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.catalog import (
    SkuBlanks,
    SkuCase,
    SkuChange,
    SkuFault,
    SkuPolicy,
    SkuRead,
    SkuRefused,
    SkuStep,
    SkuUnicode,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.testing.strategies._catalog import sku_policies
from ecomkit.testing.strategies._identifiers import skus

# Where composing and upper case meet: iota below, sharp s, dotless i, Hangul, order of marks.
AWKWARD = st.text(
    st.sampled_from(
        "aA ßŉǰıİͅᾳᾼῼΐ\u0301\u0308\u0323\u0327\u030ceé\u00a0\u2000\u212a가\u1100\u1161\t-"
    )
)


@given(sku_policies(), skus().map(str) | st.text(max_size=30) | AWKWARD)
@example(SkuPolicy(case=SkuCase.UPPER), "a\u0345\u0301")
@example(SkuPolicy(case=SkuCase.UPPER), "ǰ\u0323")
@example(SkuPolicy(blanks=SkuBlanks.COLLAPSE), "\u2000a \tb\u2000")
def test_reading_a_sku_again_changes_nothing(policy: SkuPolicy, text: str) -> None:
    """What a policy has read, it reads as the same sku without a step."""
    read = policy(text)

    if isinstance(read, SkuRead):
        assert SkuRead(sku=read.sku, steps=()) == policy(read.sku)


@given(sku_policies(), st.text(max_size=30) | AWKWARD)
def test_steps_lead_from_the_text_to_the_sku(policy: SkuPolicy, text: str) -> None:
    """Each step starts where the last one ended, changes something, and the last gives the sku."""
    read = policy(text)

    if isinstance(read, SkuRead):
        places = [text, *(step.after for step in read.steps)]
        assert places[:-1] == [step.before for step in read.steps]
        assert str(read.sku) == places[-1]
        assert all(step.before != step.after for step in read.steps)


@given(sku_policies(), st.text() | AWKWARD)
def test_an_answer_is_a_sku_or_reasons(policy: SkuPolicy, text: str) -> None:
    """Any text is read or refused with one reason or more, each once; nothing raises."""
    match policy(text):
        case SkuRead(sku=sku):
            assert isinstance(sku, Sku)
        case SkuRefused(raw=raw, reasons=reasons):
            assert text == raw
            assert len(set(reasons)) == len(reasons) > 0


@given(sku_policies(), st.text(max_size=30) | AWKWARD)
@example(SkuPolicy(case=SkuCase.UPPER), "\u03b1\u0345\u0301")
def test_spellings_that_look_alike_are_read_alike(policy: SkuPolicy, text: str) -> None:
    """Where accents are composed, a text and its decomposed spelling are one sku."""
    policy = attrs.evolve(policy, unicode=SkuUnicode.NFC)
    one, other = policy(text), policy(unicodedata.normalize("NFD", text))

    assert getattr(one, "sku", None) == getattr(other, "sku", None)


@given(skus())
def test_a_policy_that_only_strips_takes_every_sku_as_given(sku: Sku) -> None:
    """With letters and accents kept, every sku there can be is read as itself."""
    assert SkuRead(sku=sku, steps=()) == SkuPolicy(unicode=SkuUnicode.KEEP)(sku)


@pytest.mark.parametrize(
    ("blanks", "sku"),
    [
        (SkuBlanks.STRIP, "knit  elephant"),
        (SkuBlanks.COLLAPSE, "knit elephant"),
        (SkuBlanks.REMOVE, "knitelephant"),
    ],
)
def test_blanks_follow_the_option(blanks: SkuBlanks, sku: str) -> None:
    """Blanks go at the ends, in runs, or altogether."""
    read = SkuPolicy(blanks=blanks)("\u00a0 knit  elephant\t")

    assert isinstance(read, SkuRead)
    assert Sku(sku) == read.sku
    assert [step.change for step in read.steps] == [SkuChange.BLANKS]


@pytest.mark.parametrize("text", ["a b", " a", "a\u00a0", "a\tb"])
def test_blanks_are_refused_where_asked(text: str) -> None:
    """With REFUSE, a blank of any kind, at any place, is a reason."""
    refused = SkuPolicy(blanks=SkuBlanks.REFUSE)(text)

    assert isinstance(refused, SkuRefused)
    assert SkuFault.BLANKS in refused.reasons


def test_case_is_kept_or_raised() -> None:
    """Letters stay as they are unless upper case is asked for; sharp s becomes two letters."""
    assert SkuPolicy()("Maß-1") == SkuRead(sku=Sku("Maß-1"), steps=())
    assert SkuPolicy(case=SkuCase.UPPER)("Maß-1") == SkuRead(
        sku=Sku("MASS-1"),
        steps=[SkuStep(change=SkuChange.UPPERCASED, before="Maß-1", after="MASS-1")],
    )


def test_two_spellings_of_an_accent_are_one_sku() -> None:
    """A composed letter and a letter with a combining accent are read alike, or kept apart."""
    composed, apart = "caf\u00e9", "cafe\u0301"
    kept = SkuPolicy(unicode=SkuUnicode.KEEP)(apart)

    assert SkuPolicy()(apart) == SkuRead(
        sku=Sku(composed),
        steps=[SkuStep(change=SkuChange.COMPOSED, before=apart, after=composed)],
    )
    assert SkuRead(sku=Sku(apart), steps=()) == kept


def test_all_reasons_are_given() -> None:
    """A text that fails in three ways is refused with three reasons."""
    refused = SkuPolicy(blanks=SkuBlanks.REFUSE, pattern="[A-Z]+")("a\tb")

    assert refused == SkuRefused(
        raw="a\tb",
        reasons=[SkuFault.BLANKS, SkuFault.UNPRINTABLE, SkuFault.PATTERN],
        pattern="[A-Z]+",
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_no_sku(text: str) -> None:
    """An empty text, and one of blanks that are stripped, is refused as empty."""
    assert SkuRefused(raw=text, reasons=[SkuFault.EMPTY]) == SkuPolicy()(text)


@pytest.mark.parametrize(
    ("length", "is_read"), [(200, True), (201, False), (800, False), (801, False)]
)
def test_a_sku_has_at_most_200_characters(length: int, is_read: bool) -> None:  # noqa: FBT001
    """The limit of identifiers holds, and very long texts are refused unread."""
    found = SkuPolicy()("x" * length)

    assert is_read == isinstance(found, SkuRead)
    assert is_read or found == SkuRefused(raw="x" * length, reasons=[SkuFault.TOO_LONG])


def test_blanks_count_for_the_length_only_while_they_stand() -> None:
    """A text whose blanks go is measured without them, as long as it is not absurd."""
    assert isinstance(SkuPolicy()("x" + " " * 799), SkuRead)
    assert isinstance(SkuPolicy()("x" + " " * 800), SkuRefused)


def test_the_pattern_must_match_as_a_whole() -> None:
    """A pattern that matches only a part of the text refuses it."""
    policy = SkuPolicy(pattern="[A-Z]+")

    assert isinstance(policy("AB"), SkuRead)
    assert policy("AB1") == SkuRefused(raw="AB1", reasons=[SkuFault.PATTERN], pattern="[A-Z]+")


@pytest.mark.parametrize("pattern", ["[", 7, b"x"])
def test_a_pattern_must_be_one(pattern: object) -> None:
    """What is no regular expression is refused when the policy is made."""
    with pytest.raises(FieldError):
        SkuPolicy(pattern=pattern)


def test_only_text_can_be_read() -> None:
    """A number in a channel's payload must be made text by whoever decodes it."""
    with pytest.raises(FieldError):
        SkuPolicy()(12)


def test_explanations_tell_every_step_and_every_reason() -> None:
    """A read names its steps, or that there were none; a refusal names its reasons."""
    policy = SkuPolicy(case=SkuCase.UPPER, pattern="[A-Z]+")

    assert policy(" a").explain() == (
        "read as 'A': took blanks out (' a' became 'a'), put into upper case ('a' became 'A')"
    )
    assert policy("A").explain() == "read as 'A': taken as given"
    assert policy("\x07").explain() == (
        r"'\x07' is no sku: it has characters that do not print; "
        "it does not match the pattern '[A-Z]+'"
    )
