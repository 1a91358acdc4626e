"""Identifiers are printable text, each kind its own type."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from ecomkit import identifiers as room
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import (
    ChannelId,
    CommandKey,
    Identifier,
    IdentifierError,
    OrderId,
    Sku,
)
from ecomkit.testing.strategies import _identifiers as strategies
from ecomkit.testing.strategies._identifiers import identifiers, order_ids, skus

KINDS = sorted(
    (kind for kind in Identifier.__subclasses__() if kind.__module__ == room.__name__),
    key=lambda kind: kind.__name__,
)
LENGTH_MAX = Sku.length_max
any_identifiers = st.sampled_from(KINDS).flatmap(identifiers)


@given(any_identifiers)
def test_an_identifier_is_its_text(identifier: Identifier) -> None:
    """It equals, hashes and sorts as the text, and the text makes it again."""
    text = str(identifier)
    kind = type(identifier)

    assert text == identifier
    assert hash(text) == hash(identifier)
    assert identifier == kind(text)
    assert kind(identifier) is identifier


@given(any_identifiers)
def test_an_identifier_survives_pickle_copy_and_repr(identifier: Identifier) -> None:
    """Round trip: the same text in the same type, out of a pickle, a copy or the repr."""
    kind = type(identifier)
    copies = (
        pickle.loads(pickle.dumps(identifier)),  # noqa: S301 - our own bytes
        copy.deepcopy(identifier),
        eval(repr(identifier), {kind.__name__: kind}),  # noqa: S307 - our own repr
    )

    for again in copies:
        assert identifier == again
        assert kind is type(again)


@given(any_identifiers)
def test_an_identifier_prints_on_one_line(identifier: Identifier) -> None:
    """What exists has no line break, no control character and no blank at its ends."""
    assert [identifier] == identifier.splitlines()
    assert identifier == identifier.strip()
    assert identifier.isprintable()
    assert 1 <= len(identifier) <= type(identifier).length_max


@given(st.text(max_size=LENGTH_MAX + 10))
def test_every_text_is_taken_or_refused_as_such(text: str) -> None:
    """No text does anything else than become an identifier or raise its error."""
    legal = 0 < len(text) <= LENGTH_MAX and text.isprintable() and text == text.strip(" ")

    if legal:
        assert text == Sku(text)
    else:
        with pytest.raises(IdentifierError) as caught:
            Sku(text)
        assert (caught.value.kind, caught.value.got) == ("Sku", text)


@given(order_ids())
def test_another_kind_is_made_anew(order: OrderId) -> None:
    """An order's text may name a sku, but then it is a sku."""
    assert type(Sku(order)) is Sku
    assert type(order) is OrderId


@pytest.mark.parametrize(
    "got",
    [
        "",
        " ",
        " A",
        "A ",
        "A\n",
        "\nA",
        "A\tB",
        "A\x00B",
        "A\u2028B",
        "A\u200bB",
        "A\x1b[31m",
        "\u202eABC",
        "A" * 501,
        "A" * 100000,
        None,
        5,
        True,
        b"A",
        ["A"],
    ],
    ids=lambda got: ascii(got)[:20],
)
@pytest.mark.parametrize("kind", KINDS)
def test_refuses(kind: Callable[[Any], Identifier], got: object) -> None:
    """Hidden, empty, overlong and foreign things are no identifiers of any kind."""
    with pytest.raises(IdentifierError) as caught:
        kind(got)

    assert isinstance(caught.value, InputError)
    assert got is caught.value.got
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "text", ["A", "A B", "ÉLÉPHANT", "象-1", "gid://shopify/Order/1", "'\"\\%"]
)
def test_takes(text: str) -> None:
    """Blanks inside, all scripts and all punctuation are legal."""
    assert text == Sku(text)


def test_takes_the_longest() -> None:
    """The longest text is taken, one character more is not; keys may be longer than skus."""
    for kind, longest in ((Sku, 200), (CommandKey, 500)):
        assert len(kind("A" * longest)) == longest
        with pytest.raises(IdentifierError, match=f"must be 1 to {longest} printable") as caught:
            kind("A" * (longest + 1))
        assert longest == caught.value.length_max


def test_the_repr_names_the_kind() -> None:
    """A sku does not look like an order."""
    assert repr(Sku("A'B")) == 'Sku("A\'B")'
    assert str(Sku("A")) == f"{Sku('A')}"
    assert str(OrderId("A")) == "A"


def test_the_refusal_says_what_to_do() -> None:
    """The sentence names the kind, the rule and what was got."""
    with pytest.raises(IdentifierError, match=r"^Sku must be 1 to 200 printable .* got 'A\\n'$"):
        Sku("A\n")


def test_every_kind_is_exported_and_has_a_strategy() -> None:
    """No kind is left out where users look for it."""
    kinds = {kind.__name__ for kind in KINDS}
    names = set(strategies.__all__) - {"identifiers"}

    assert kinds | {"Identifier", "IdentifierError"} == set(room.__all__)
    assert kinds == {type(find(getattr(strategies, name)(), bool)).__name__ for name in names}


@given(identifiers(Sku, min_size=2, max_size=3))
def test_sizes_are_kept(sku: Sku) -> None:
    """Drawn identifiers have the length that was asked for."""
    assert 2 <= len(sku) <= 3


def test_identifiers_shrink_to_one_character() -> None:
    """The simplest sku is short and readable."""
    assert Sku("0") == find(skus(), bool)


@pytest.mark.parametrize(("min_size", "max_size"), [(0, 5), (3, 2), (1, 201)])
def test_contradictory_sizes_are_refused(min_size: int, max_size: int) -> None:
    """Sizes that leave nothing raise where they are written."""
    with pytest.raises(FieldError):
        identifiers(Sku, min_size=min_size, max_size=max_size)


def test_a_channel_has_no_slash() -> None:
    """A slash parts a channel from an order's number, so a channel's name has none."""
    with pytest.raises(IdentifierError, match="without /") as caught:
        ChannelId("a/b")

    assert (caught.value.kind, caught.value.forbidden) == ("ChannelId", "/")
