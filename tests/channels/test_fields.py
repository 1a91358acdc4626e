"""Reading with every fault: what is right comes through, what is wrong is named with its path."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.channels import (
    Built,
    Faulty,
    Fields,
    choice_of,
    identity,
    instant_of,
    money_of,
    read_fields,
    text_of,
    texts_of,
    whole_of,
)
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import LineId
from ecomkit.money import Currency, Money


def line(row: Fields) -> tuple[str, int]:
    """Read a line of two fields."""
    return row.build(
        lambda **fields: (fields["id"], fields["units"]),
        id=row.read("id", text_of),
        units=row.read("units", whole_of, default=1),
    )


def order(fields: Fields) -> dict[str, Any]:
    """Read an order that has lines and somebody who bought them."""
    buyer = fields.inside("buyer")
    return fields.build(
        dict,
        name=buyer.read("name", text_of),
        city=buyer.inside("address").read("city", text_of, default=""),
        lines=fields.each("lines", line),
        notes=fields.each("notes", line, default=()),
    )


def faults(document: object) -> tuple[str, ...]:
    """Return the faults of an order."""
    found = read_fields(document, order)
    assert isinstance(found, Faulty)
    return found.faults


GOOD = {"buyer": {"name": "Ada", "address": {"city": "Paris"}}, "lines": [{"id": "a", "units": 2}]}


def test_what_is_right_is_built() -> None:
    """A document without faults becomes the value."""
    expected = {"name": "Ada", "city": "Paris", "lines": (("a", 2),), "notes": ()}

    assert Built(expected) == read_fields(GOOD, order)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, ("payload: missing",)),
        ([], ("payload: not an object",)),
        ({}, ("buyer: missing", "lines: missing")),
        ({**GOOD, "buyer": "Ada"}, ("buyer: not an object",)),
        ({**GOOD, "buyer": {"address": {}}}, ("buyer.name: missing",)),
        (
            {**GOOD, "buyer": {"name": 7, "address": {"city": 1}}},
            ("buyer.name: not a text: 7", "buyer.address.city: not a text: 1"),
        ),
        ({**GOOD, "lines": {}}, ("lines: not a list",)),
        ({**GOOD, "lines": [5, {"id": None}]}, ("lines[0]: not an object", "lines[1].id: null")),
        ({**GOOD, "notes": [{}]}, ("notes[0].id: missing",)),
    ],
)
def test_every_fault_is_named_with_its_path(document: object, expected: tuple[str, ...]) -> None:
    """All that is wrong is said at once, nothing of it twice."""
    assert expected == faults(document)


def test_a_refusal_of_the_value_is_a_fault_of_its_object() -> None:
    """What a constructor refuses is said under the object's path."""

    def refusing(row: Fields) -> LineId:
        def make(**_: object) -> LineId:
            raise FieldError(owner="Line", field="units", got=0, wanted="1 or more")

        return row.build(make)

    found = read_fields({"lines": [{}]}, lambda fields: fields.each("lines", refusing))

    assert Faulty(faults=("lines[0]: Line.units must be 1 or more, got 0",)) == found


def test_a_fault_in_a_part_keeps_the_whole_from_being_built() -> None:
    """Nothing is built of an object whose parts are wrong, and its neighbours are."""
    built: list[object] = []

    def noting(row: Fields) -> object:
        return row.build(lambda **fields: built.append(fields["id"]), id=row.read("id", text_of))

    read_fields({"lines": [{"id": "a"}, {}, {"id": "c"}]}, lambda f: f.each("lines", noting))

    assert built == ["a", "c"]


def test_a_million_faults_are_not_kept() -> None:
    """The list of faults has an end."""
    assert len(faults({**GOOD, "lines": [{}] * 5000})) == 100


def test_absence_and_null_have_a_default() -> None:
    """Where a default is given, a field that is not there and one that is null are it."""
    for document in ({}, {"units": None}):
        found = read_fields(document, lambda fields: fields.read("units", whole_of, default=3))

        assert Built(3) == found


def test_presence_can_be_asked_for() -> None:
    """A field is there if it is named and not null."""
    found = [Fields(document, faults=[]).has("id") for document in ({"id": 0}, {"id": None}, {})]

    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (text_of, 5),
        (text_of, None),
        (text_of, "\ud800"),
        (whole_of, True),
        (whole_of, 1.0),
        (whole_of, "1"),
        (whole_of, Decimal(1)),
        (identity, 1.5),
        (identity, True),
        (identity, None),
        (instant_of, "2026-03-01"),
        (instant_of, 1_772_000_000),
        (texts_of, "paid"),
        (texts_of, ["paid", 5]),
        (choice_of({"paid": 1}), 5),
        (money_of(Currency.EUR), 1.5),
        (money_of(Currency.EUR), "1,50"),
        (money_of(Currency.EUR), "1.999"),
        (money_of(Currency.EUR), Decimal("1.999")),
        (money_of(Currency.EUR), Decimal("NaN")),
        (money_of(Currency.EUR), True),
        (money_of(None), "1,50"),
        (money_of(None), [1]),
    ],
)
def test_what_a_parser_cannot_read_it_refuses(parse: Any, raw: object) -> None:
    """Another type, and another spelling, are faults and no guesses."""
    assert isinstance(read_fields({"f": raw}, lambda fields: fields.read("f", parse)), Faulty)


@pytest.mark.parametrize(
    ("parse", "raw", "expected"),
    [
        (text_of, "É", "É"),
        (identity, "1001", "1001"),
        (identity, 1001, "1001"),
        (texts_of, ("a", "b"), ("a", "b")),
        (choice_of({"paid": 1}), "paid", 1),
        (choice_of({"paid": 1}), "new-word", None),
        (money_of(Currency.EUR), "19.90", Money(1990, Currency.EUR)),
        (money_of(Currency.EUR), Decimal("19.9"), Money(1990, Currency.EUR)),
        (money_of(Currency.JPY), 1990, Money(1990, Currency.JPY)),
        (money_of(Currency.KWD), "1.234", Money(1234, Currency.KWD)),
    ],
)
def test_what_a_parser_can_read_it_reads(parse: Any, raw: object, expected: object) -> None:
    """Each parser takes the spellings that systems use, exactly."""
    assert expected == parse(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["buyer", "lines", "notes"]), json_values) | json_values)
def test_whatever_is_sent_is_a_value_or_faults(document: object) -> None:
    """No document makes a reader raise."""
    found = read_fields(document, order)

    assert isinstance(found, Built) or all(found.faults)


@given(st.text() | st.integers() | st.decimals())
def test_money_is_read_exactly_or_refused(raw: object) -> None:
    """No amount is rounded, whatever spells it."""
    try:
        money = money_of(Currency.EUR)(raw)
    except InputError:
        return
    assert Decimal(str(raw)) == money.to_decimal()
