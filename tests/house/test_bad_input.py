"""Bad input gets a clear typed error, wherever it comes in."""

import importlib
import inspect
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ecomkit import testing
from ecomkit.__main__ import Story
from ecomkit.errors import EcomkitError
from ecomkit.identifiers import OrderId
from ecomkit.money import Currency
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
    tmp_path_factory: pytest.TempPathFactory, stock_values: list[Any]
) -> dict[type[Any], Any]:
    """One legal value of every class that the strategies, the story or *stock_values* make."""
    drawn: list[Any] = list(stock_values)
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


def test_every_rule_about_stock_has_an_example(examples: dict[type[Any], Any]) -> None:
    """A new class of the parts of stock is tried field by field, or this test says its name."""
    parts_of_stock = tuple(f"ecomkit.{room}." for room in ROOMS if room.startswith("stock."))
    untried = [
        kind.__name__
        for kind in classes()
        if kind.__module__.startswith(parts_of_stock) and kind not in examples
    ]

    assert len(parts_of_stock) >= 5
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
    from ecomkit.money import Money, parse_decimal  # noqa: PLC0415
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
