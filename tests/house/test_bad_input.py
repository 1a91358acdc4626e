"""Bad input gets a clear typed error, wherever it comes in."""

import contextlib
import doctest
import functools
import importlib
import inspect
import io
import pkgutil
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

from ecomkit import replenishment, testing
from ecomkit.__main__ import Story
from ecomkit.errors import EcomkitError
from ecomkit.identifiers import LocationId, OrderId, PurchaseOrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.replenishment import (
    alerts,
    cleaning,
    distributions,
    forecasting,
    lot_sizing,
    purchasing,
    replay,
)
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
    "replenishment.alerts",
    "replenishment.cleaning",
    "replenishment.distributions",
    "replenishment.forecasting",
    "replenishment.lot_sizing",
    "replenishment.optimization",
    "replenishment.purchasing",
    "replenishment.replay",
    "returns",
    "insight",
    "ports",
    "operations",
    "adapters.memory",
    "report",
]

MADE_HERE = {
    "AlertChange",
    "Backtest",
    "BreakSuggestion",
    "BudgetAllocation",
    "BudgetLine",
    "CampaignEffect",
    "Comparison",
    "ForecastTotal",
    "Interval",
    "LeadTimeDrift",
    "MethodScore",
    "PlannedLevel",
    "ProjectedDay",
    "ServiceMeasures",
    "TargetLevel",
}
"""Answers of our own functions, which checked what they were given; nobody else makes them."""

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


def checks_itself(kind: type[Any]) -> bool:
    """Return whether *kind* is made by others than our own functions, too."""
    return kind.__name__ not in MADE_HERE


def parts(value: Any) -> Iterator[Any]:
    """Yield *value* and the attrs values inside it."""
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from parts(item)
    elif attrs.has(type(value)):
        yield value
        for field in attrs.fields(type(value)):
            yield from parts(getattr(value, field.name, None))


def shown() -> list[Any]:
    """Return the values in the docstrings of replenishment, and what needs no argument."""
    values: list[Any] = []
    for found in pkgutil.walk_packages(replenishment.__path__, "ecomkit.replenishment."):
        module = importlib.import_module(found.name)
        names = dict(vars(module))  # the examples of one file share their names
        tests = doctest.DocTestFinder().find(module)
        for test in sorted(tests, key=lambda test: test.lineno or 0):
            for example in test.examples:
                with contextlib.suppress(EcomkitError), contextlib.redirect_stdout(io.StringIO()):
                    try:
                        values.append(eval(example.source, names))  # noqa: S307 (our docstrings)
                    except SyntaxError:
                        exec(example.source, names)  # noqa: S102
        values.extend(names.values())
    for kind in classes():
        if kind.__module__.startswith("ecomkit.replenishment."):
            with contextlib.suppress(TypeError, EcomkitError):
                values.append(kind())
    return values


def planned() -> list[Any]:
    """Return what is planned, bought and replayed, as people and our own functions make it."""
    knit, day = Sku("KNIT"), date(2026, 3, 2)
    costs = replenishment.StockCosts(
        per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0
    )
    lead_time = replenishment.LeadTime(mean_days=5)
    case = replay.ReplayCase(
        sku=knit,
        series=replenishment.DemandSeries(start=day, units=[3, 0, 2, 4] * 10),
        fit_periods=20,
        opening=10,
        lead_time=lead_time,
        lead_periods=[5],
        costs=costs,
    )
    contender = replay.Contender(
        name="usual", policy_for=lambda case: replenishment.ReorderPoint(costs=case.costs)
    )
    comparison = replay.compare([case], contenders=[contender])
    point = replay.ServicePoint(knob=0.9, outcome=comparison.outcomes[0])
    step = purchasing.ScheduleStep(name="transit", from_day=day, to_day=day, why="by road")
    line = purchasing.ProposedLine(sku=knit, advised=3, steps=[], cost=Money(900, Currency.EUR))
    order = replenishment.PurchaseOrder(
        id=PurchaseOrderId("PO-1"),
        placed_on=day,
        lines=[
            replenishment.ExpectedReceipt(
                purchase_order=PurchaseOrderId("PO-1"),
                sku=knit,
                location=LocationId("paris"),
                quantity=3,
                expected_on=day,
                cost=Money(900, Currency.EUR),
            )
        ],
    )
    advice = replenishment.MinimumStock(level=10)(
        replenishment.InventoryPosition(usable=3, promised=0, uncovered=0, on_order=0),
        demand=replenishment.Demand(mean_per_day=2.0, sd_per_day=1.0),
        lead_time=lead_time,
        now=datetime(2026, 3, 2, tzinfo=UTC),
    )
    row = cleaning.DemandRow(sku=knit, day=day, units=3, kind=cleaning.RowKind.RETURN)
    return [
        *(case, contender, comparison, point, step, line),
        *(replay.ServiceCurve(name="usual", points=[point]), point.outcome.backtests[0]),
        purchasing.SupplierSchedule(
            decided_on=day, order_by=datetime(2026, 3, 2, tzinfo=UTC), steps=[step], sd_days=1.0
        ),
        purchasing.PurchaseProposals(proposals=[], unbought=[]),
        purchasing.LearnedLeadTimes(suppliers=[], skus=[], otherwise=lead_time),
        purchasing.LostMarginAvoided(
            demand=distributions.PoissonDemand(mean=3.0), position=1, margin_per_unit=2.0
        ),
        replenishment.Budget(amount=Money(900, Currency.EUR), unit_price=Money(3, Currency.EUR)),
        *(replenishment.FillRate(0.9), replenishment.LeastCost(costs)),
        replenishment.SupplierPromise(sku=knit, location=LocationId("paris"), units=3, on=day),
        cleaning.NotObserved(day=day, why="closed"),
        cleaning.ShareOfPeriod(share=Fraction(1, 4)),
        cleaning.StockOuts(days={knit: {day: cleaning.OutOfStock.PART_OF_DAY}}),
        cleaning.TakenOff(row=0, units=3, why="returned", by=1),
        cleaning.Unmatched(row=row, units=3, why="no sale"),
        forecasting.ForecastDemand(forecasting.Croston()),
        forecasting.OneStepErrors(one_step=[1.0, -1.0]),
        forecasting.SeasonalNaive(season_length=7),
        lot_sizing.lot_for_lot(
            lot_sizing.LotSizingProblem(demand=[90, 120], fixed_cost=500, holding_cost=2)
        ),
        purchasing.LeadTimeStatistics(
            observations=[
                purchasing.LeadTimeObservation(ordered_on=day, received_on=day),
                purchasing.LeadTimeObservation(ordered_on=day, received_on=date(2026, 3, 9)),
            ]
        ),
        purchasing.PurchaseProposal(order=order, lines=[line], minimum=purchasing.Minimum.MET),
        alerts.AlertFacts(advice=advice.for_sku(knit), recent_units=[3, 0], lead_time_z=1.0),
    ]


@pytest.fixture(scope="module")
def examples(
    tmp_path_factory: pytest.TempPathFactory,
    stock_values: list[Any],
    sold_values: list[Any],
) -> dict[type[Any], Any]:
    """One legal value of every class that strategies, story, docstrings or fixtures make."""
    drawn: list[Any] = [*stock_values, *sold_values, *shown(), *planned()]
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
    public = [kind for kind in classes() if kind in examples and checks_itself(kind)]
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
        if kind in examples and checks_itself(kind) and kind.__module__.startswith(rooms):
            for value in absurd_fields(examples[kind]):
                ask(value)
                asked += 1

    assert asked >= 1000


def test_every_rule_has_an_example(examples: dict[type[Any], Any]) -> None:
    """
    A new class is tried, or this test says its name.

    That goes for stock, orders, returns, people and what is bought.
    """
    shown = ("stock.", "orders", "returns", "customers", "replenishment")
    rooms = tuple(f"ecomkit.{room}." for room in ROOMS if room.startswith(shown))
    untried = [
        kind.__name__
        for kind in classes()
        if kind.__module__.startswith(rooms) and kind not in examples and checks_itself(kind)
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
        ours = kind in examples and checks_itself(kind)
        fields = attrs.fields(kind) if ours and kind.__module__.startswith(rooms) else ()
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
