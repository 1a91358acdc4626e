"""Bad input gets a clear typed error, wherever it comes in."""

import contextlib
import functools
import importlib
import inspect
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ecomkit import testing
from ecomkit.__main__ import Story
from ecomkit.errors import EcomkitError
from ecomkit.identifiers import OrderId
from ecomkit.money import Currency, Money
from ecomkit.testing import strategies

HOSTILE = [
    None,
    True,
    -1,
    2**80,
    1.5,
    float("nan"),
    " ",
    "a\nb",
    "x" * 1000,
    b"x",
    object(),
    [None],
    (object(),),
    {},
    datetime(2026, 1, 1),  # noqa: DTZ001 (naive on purpose)
    Decimal("1e1000000"),
    Decimal("NaN"),
]
ABSURD: list[Any] = [
    *(0, -1, 10**12, 2**61, 2**62 - 1, 1 - 2**62),
    *(Money(amount, Currency.EUR) for amount in (0, -1, 2**61, 1 - 2**62)),
    *(Money(1, currency) for currency in (Currency.JPY, Currency.KWD)),
    *(Decimal(text) for text in ("0", "-1", "1e30", "1e-30")),
    *(Fraction(1, 3), Fraction(10**40), Fraction(1, 10**40)),
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Paris")),
    *(date.min, date.max, time.max, timedelta.min, timedelta.max),
    *((), frozenset(), "", "x" * 200, "Pacific/Apia", None),
]
"""Values that type checkers let pass somewhere, and that nobody means."""

ROOMS = [
    "money",
    "timeline",
    "catalog",
    "customers",
    "orders",
    "orders.pricing",
    "channels",
    "stock",
    "stock.locations",
    "stock.lots",
    "stock.promising",
    "stock.sourcing",
    "stock.valuation",
    "replenishment",
    "returns",
    "insight",
    "ports",
    "operations",
    "adapters.memory",
    "report",
]

# Needs an argument; what it draws is drawn by another strategy too.
NEED_ARGUMENTS = {"channel_refunds", "identifiers", "order_lines", "order_steps", "receptions"}


def classes() -> list[type[Any]]:
    """Return every public attrs class that is no error."""
    found = []
    for room in ROOMS:
        module = importlib.import_module(f"ecomkit.{room}")
        for name in module.__all__:
            member = getattr(module, name)
            if inspect.isclass(member) and attrs.has(member) and not issubclass(member, Exception):
                found.append(member)
    return found


def parts(value: Any) -> Iterator[Any]:
    """Yield *value* and the attrs values inside it."""
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from parts(item)
    elif attrs.has(type(value)):
        yield value
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name, None))


@pytest.fixture(scope="module")
def examples(
    tmp_path_factory: pytest.TempPathFactory, stock_values: list[Any], sold_values: list[Any]
) -> dict[type[Any], Any]:
    """One legal value of every class that the strategies, the story or the fixtures make."""
    drawn: list[Any] = [*stock_values, *sold_values]
    for name in sorted(set(strategies.__all__) - NEED_ARGUMENTS):
        strategy = getattr(strategies, name)()

        @seed(1)
        @settings(
            max_examples=15,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            deadline=None,
        )
        @given(strategy)
        def draw(value: Any) -> None:
            drawn.append(value)

        draw()
    story = Story(Path(tmp_path_factory.mktemp("story")) / "shop.db", io.StringIO())
    with story.shop:
        story.tell()
        drawn.append(story.shop.order(OrderId("web/2001")))
        drawn.extend([story.shop.preview(), story.shop.sync(), story.shop.audit()])
        page = story.etsy.orders_after(None, page_size=5)
        drawn.extend([page, story.etsy.listings_after(None, page_size=5)])
    found: dict[type[Any], Any] = {}
    for value in drawn:
        for part in parts(value):
            found.setdefault(type(part), part)
    return found


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__qualname__)
def test_a_constructor_fed_nonsense_answers_a_typed_error(kind: type[Any]) -> None:
    """Nonsense in every field is refused by an error of ours, or the value needs no check."""
    aliases = [field.alias for field in attrs.fields(kind) if field.init]
    for hostile in HOSTILE:
        try:
            kind(**dict.fromkeys(aliases, hostile))
        except EcomkitError as error:
            assert str(error)
            assert "\n" not in str(error).removesuffix("\n")


def test_each_field_fed_nonsense_answers_a_typed_error(examples: dict[type[Any], Any]) -> None:
    """One bad field among good ones is refused by an error of ours; no other error comes out."""
    public = [kind for kind in classes() if kind in examples]
    for kind in public:
        for field in attrs.fields(kind):
            for hostile in HOSTILE if field.init else []:
                try:
                    attrs.evolve(examples[kind], **{str(field.alias): hostile})
                except EcomkitError as error:
                    assert str(error)

    assert len(public) >= 50


def absurd_fields(value: Any) -> Iterator[Any]:
    """Yield *value* with one field after the other made absurd, where it lets itself be made."""
    for field in attrs.fields(type(value)):
        fine = getattr(value, field.name)
        twice = [fine + fine, fine[::-1]] if type(fine) is tuple and fine else []
        others = list(type(fine)) if isinstance(fine, Enum) else twice
        for wanted in [*ABSURD, *others] if field.init else ():
            with contextlib.suppress(EcomkitError):
                yield attrs.evolve(value, **{str(field.alias): wanted})


def ask(value: Any) -> None:
    """Read all that *value* says of itself without being told anything more."""
    for name, member in inspect.getmembers_static(type(value)):
        if name.startswith("_"):
            continue
        with contextlib.suppress(EcomkitError):
            if isinstance(member, (property, functools.cached_property)):
                getattr(value, name)
            elif inspect.isfunction(member) and all(
                parameter.default is not parameter.empty
                for parameter in list(inspect.signature(member).parameters.values())[1:]
            ):
                getattr(value, name)()


def test_a_value_of_absurd_amounts_and_days_answers_or_a_typed_error_does(
    examples: dict[type[Any], Any],
) -> None:
    """
    Amounts near the bound, the ends of the calendar, twice the same: no stranger's error comes out.

    Whatever lets itself be made is asked for everything that it derives and explains.
    """
    rooms = tuple(f"ecomkit.{room}." for room in ROOMS if room not in {"operations", "ports"})
    asked = 0
    for kind in classes():
        if kind in examples and kind.__module__.startswith(rooms):
            for value in absurd_fields(examples[kind]):
                ask(value)
                asked += 1

    assert asked >= 1000


def test_every_rule_has_an_example(examples: dict[type[Any], Any]) -> None:
    """A new class about stock, orders, returns or people is tried, or this test says its name."""
    shown = ("stock.", "orders", "returns", "customers")
    rooms = tuple(f"ecomkit.{room}." for room in ROOMS if room.startswith(shown))
    untried = [
        kind.__name__
        for kind in classes()
        if kind.__module__.startswith(rooms) and kind not in examples
    ]

    assert len(rooms) >= 9
    assert untried == []


def test_an_object_of_no_kind_is_never_taken_for_a_value(
    examples: dict[type[Any], Any],
) -> None:
    """Every field of the values that people and adapters make says no to a foreign object."""
    rooms = tuple(f"ecomkit.{room}." for room in ROOMS if room not in {"operations", "ports"})
    taken = []
    for kind in classes():
        fields = (
            attrs.fields(kind) if kind in examples and kind.__module__.startswith(rooms) else ()
        )
        for field in fields:
            if field.init:
                try:
                    attrs.evolve(examples[kind], **{str(field.alias): object()})
                except EcomkitError:
                    continue
                taken.append(f"{kind.__name__}.{field.name}")

    assert taken == []


@given(text=st.text(max_size=30))
def test_every_parser_answers_a_value_or_a_typed_error(text: str) -> None:
    """Any text at all is read, or refused by an error of ours."""
    from ecomkit.catalog import Gtin  # noqa: PLC0415 (the list reads better here)
    from ecomkit.customers import E164, EmailAddress  # noqa: PLC0415
    from ecomkit.money import parse_decimal  # noqa: PLC0415
    from ecomkit.timeline import instant, time_zone  # noqa: PLC0415

    parsers = [
        Gtin.parse,
        E164.parse,
        EmailAddress.parse,
        Currency.parse,
        lambda raw: Money.parse(raw, Currency.EUR),
        Money.parse_with_code,
        parse_decimal,
        instant,
        time_zone,
        OrderId,
    ]
    for parse in parsers:
        try:
            parse(text)
        except EcomkitError as error:
            assert error.message


def test_the_test_kit_needs_nothing() -> None:
    """The package of the kit itself holds no names: its parts are imported one by one."""
    assert testing.__all__ == ()
