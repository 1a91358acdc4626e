"""The validators that all values share accept exactly what they say."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit._checks import (
    UNITS_MAX,
    WHOLE_MAX,
    Validator,
    above_zero,
    as_tuple,
    as_utc,
    aware,
    each,
    is_a,
    is_text,
    not_negative,
    optional,
    plain_date,
    refuse,
    units,
    units_or_zero,
    whole,
)
from ecomkit.errors import FieldError

NOT_WHOLE = [True, False, 1.0, "1", None, 1j, WHOLE_MAX, -WHOLE_MAX]
INSIDE = st.integers(1 - WHOLE_MAX, WHOLE_MAX - 1)


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return that it is unknown."""


def checked(validator: Validator, value: object) -> Any:
    """Return *value* out of the field of a class that *validator* guards."""
    line = attrs.make_class("Line", {"field": attrs.field(validator=validator)}, frozen=True)
    return line(value).field


@given(INSIDE)
def test_whole_numbers_inside_the_bounds(value: int) -> None:
    """Each of the three accepts its half of the numbers, and no more."""
    for validator, legal in (
        (whole, True),
        (not_negative, value >= 0),
        (above_zero, value > 0),
    ):
        if legal:
            assert value == checked(validator, value)
        else:
            with pytest.raises(FieldError):
                checked(validator, value)


@pytest.mark.parametrize("validator", [whole, not_negative, above_zero])
@pytest.mark.parametrize("value", NOT_WHOLE)
def test_not_whole(validator: Validator, value: object) -> None:
    """A bool, a float, a text and what exceeds the bounds is refused with its facts."""
    with pytest.raises(FieldError, match=r"^Line\.field must be a whole number") as caught:
        checked(validator, value)

    assert (caught.value.owner, caught.value.field) == ("Line", "field")
    assert value is caught.value.got


def test_the_bounds_themselves() -> None:
    """Zero splits the two halves; the largest number is one below the limit."""
    assert checked(not_negative, 0) == 0
    assert checked(above_zero, 1) == 1
    assert checked(above_zero, WHOLE_MAX - 1) == WHOLE_MAX - 1
    with pytest.raises(FieldError):
        checked(above_zero, 0)


@given(st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=-5)))))
def test_aware_takes_instants(value: datetime) -> None:
    """A datetime with an offset passes unchanged."""
    assert value is checked(aware, value)


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 1, 1),  # noqa: DTZ001 - naive is the point
        datetime(2026, 1, 1, tzinfo=Nowhere()),
        date(2026, 1, 1),
        "2026-01-01T00:00:00Z",
        None,
        0,
    ],
    ids=str,
)
def test_aware_refuses(value: object) -> None:
    """A datetime without an offset, a date and a text are no instants."""
    with pytest.raises(FieldError, match=r"^Line\.field must be a datetime with a UTC offset"):
        checked(aware, value)


@pytest.mark.parametrize("value", [datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01", None, 1])
def test_a_day_is_a_date_without_a_time(value: object) -> None:
    """A date is taken; an instant, which Python calls a date, and anything else is refused."""
    assert checked(plain_date, date(2026, 3, 1)) == date(2026, 3, 1)
    with pytest.raises(FieldError, match=r"^Line\.field must be a date without a time"):
        checked(plain_date, value)


def test_is_a() -> None:
    """Instances pass, others are refused by the name of the kind."""
    assert checked(is_a(str), "A") == "A"
    with pytest.raises(FieldError, match=r"^Line\.field must be a str, got 5$"):
        checked(is_a(str), 5)


def test_optional() -> None:
    """None passes; everything else is checked."""
    assert checked(optional(whole), None) is None
    assert checked(optional(whole), 5) == 5
    with pytest.raises(FieldError):
        checked(optional(whole), "5")


@given(st.lists(st.integers()).map(tuple))
def test_each_takes_tuples(value: tuple[int, ...]) -> None:
    """A tuple of the kind passes, the empty one too."""
    assert value is checked(each(int), value)


@pytest.mark.parametrize("value", [[1], {1}, "1", None, 1, ("1",), (1, None)])
def test_each_refuses(value: object) -> None:
    """Another container, or one stray item, is refused."""
    with pytest.raises(FieldError, match=r"^Line\.field must be a tuple of int"):
        checked(each(int), value)


def test_each_names_the_stray_item() -> None:
    """The error holds the item, not the whole tuple."""
    with pytest.raises(FieldError) as caught:
        checked(each(int), (1, "stray", 3))

    assert caught.value.got == "stray"


@given(st.lists(st.integers()))
def test_as_tuple_keeps_the_items(items: list[int]) -> None:
    """Any iterable becomes the tuple of its items, in order, and a tuple stays as it is."""
    assert tuple(items) == as_tuple(items)
    assert tuple(items) == as_tuple(iter(items))
    assert tuple(items) == as_tuple(as_tuple(items))


def test_as_tuple_leaves_the_rest_to_the_validator() -> None:
    """What is no iterable passes unchanged, to be refused by the name of its field."""
    stray: Any = 5

    assert as_tuple(stray) == 5
    with pytest.raises(FieldError, match=r"^Line\.field must be a tuple of int, got 5$"):
        checked(each(int), as_tuple(stray))


def test_refuse_names_the_owner() -> None:
    """The owner is the type of the instance that refuses."""
    error = refuse(3, "field", "x", "better")

    assert (error.owner, error.field, error.got, error.wanted) == ("int", "field", "x", "better")


@pytest.mark.parametrize("validator", [units, units_or_zero], ids=["units", "units_or_zero"])
def test_no_one_names_more_units_than_add_up(validator: Validator) -> None:
    """A million of the largest quantities still add up; one more unit is refused by name."""
    assert checked(validator, UNITS_MAX) == UNITS_MAX
    assert UNITS_MAX * 1_000_000 < WHOLE_MAX

    with pytest.raises(FieldError, match=f"at most {UNITS_MAX} units") as caught:
        checked(validator, UNITS_MAX + 1)

    assert caught.value.got == UNITS_MAX + 1


@pytest.mark.parametrize(("stray", "wanted"), [(5, "a str"), ("\ud800", "a text of whole")])
def test_a_text_is_whole_characters(stray: Any, wanted: str) -> None:
    """What is no text, or holds half a character, is refused: it cannot be written down."""
    assert checked(is_text, "élan") == "élan"

    with pytest.raises(FieldError, match=wanted):
        checked(is_text, stray)


def test_what_is_compared_is_in_utc() -> None:
    """An aware instant is turned to UTC; a naive one is left to be refused."""
    paris = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    naive: Any = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 (naive on purpose)

    assert (paris, UTC) == (as_utc(paris), as_utc(paris).tzinfo)
    assert as_utc(naive) is naive
    assert as_utc(None) is None


@pytest.mark.parametrize(
    "edge",
    [
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_an_instant_that_utc_has_no_year_for_is_refused(edge: datetime) -> None:
    """At the ends of the calendar a zone has hours that UTC has not: no arithmetic meets them."""
    assert as_utc(edge) is edge
    with pytest.raises(FieldError, match=r"an instant in the years 1 to 9999 of UTC"):
        checked(aware, edge)
