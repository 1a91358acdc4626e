"""Buying: one draft for each supplier, legal, explained, and never twice."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import PriceListEntry, PriceTier
from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, Sku, SupplierId
from ecomkit.money import Currency, Money
from ecomkit.replenishment import (
    Advice,
    DeliveryTolerance,
    Demand,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    PurchaseOrder,
    PurchaseOrderState,
    ReorderPoint,
    Trigger,
    on_order,
)
from ecomkit.replenishment._numbers import ceil_units
from ecomkit.replenishment.purchasing import (
    BelowMinimum,
    BreakUse,
    BudgetCandidate,
    BuyingPolicy,
    Minimum,
    OrderDays,
    PriceBreakRule,
    PurchaseProposals,
    Stage,
    StageKind,
    SupplierBook,
    SupplierCalendar,
    SupplierOffer,
    SupplierTerms,
    Unbought,
    allocate_budget,
)
from ecomkit.timeline import BusinessCalendar, Weekday

LYON = LocationId("LYON")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SKUS = tuple(Sku(name) for name in ("LAMP", "OWL", "TIGER"))
LAMP, OWL, TIGER = SKUS


def euros(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


def offer(
    sku: Sku = LAMP, *tiers: tuple[int, int], minimum: int = 1, multiple: int = 1
) -> SupplierOffer:
    """Return an offer with tiers of units and cents."""
    return SupplierOffer(
        entry=PriceListEntry(
            sku=sku,
            tiers=[
                PriceTier(from_units=units, unit_price=euros(cents))
                for units, cents in tiers or [(1, 200)]
            ],
            minimum=minimum,
            multiple=multiple,
        )
    )


def terms(*offers: SupplierOffer, supplier: str = "mill", **fields: Any) -> SupplierTerms:
    """Return the terms of a supplier."""
    fields = {"takes": LeadTime(mean_days=9), **fields}
    return SupplierTerms(supplier=SupplierId(supplier), offers=offers, **fields)


def advice(sku: Sku | None = LAMP, order: int = 43, **fields: Any) -> Advice:
    """Return an advice to order so many units, of which 2 sell a day."""
    quantity = fields.pop("quantity", OrderQuantity())
    told = MinimumStock(level=order + 7, quantity=quantity)(
        InventoryPosition(usable=7),
        demand=Demand.of(mean_per_day=fields.pop("per_day", 2)),
        lead_time=LeadTime(mean_days=9),
        now=fields.pop("now", NOW),
    )
    return told if sku is None else told.for_sku(sku)


def buy(*advices: Advice, **fields: Any) -> PurchaseProposals:
    """Return what advices lead to, from a mill that sells all three."""
    fields.setdefault("suppliers", SupplierBook(terms=[terms(*map(offer, SKUS))]))
    return BuyingPolicy(**fields)(advices, location=LYON)


WEEKLY = SupplierCalendar(
    calendar=BusinessCalendar(zone="Asia/Tokyo", holidays=[date(2026, 3, 10)], cut_off=time(12)),
    order_days=OrderDays(weekdays=[Weekday.TUESDAY]),
    stages=[Stage(kind=StageKind.TRANSIT, days=3, sd_days=1)],
)
offers = st.builds(
    lambda minimum, multiple, breaks: (
        lambda sku: offer(
            sku,
            (1, 200),
            *([(breaks, 150)] if breaks > 1 else []),
            minimum=minimum,
            multiple=multiple,
        )
    ),
    st.integers(1, 60),
    st.integers(1, 24),
    st.integers(1, 90),
)
policies = st.builds(
    MinimumStock,
    level=st.integers(0, 60),
    up_to=st.none() | st.integers(60, 120),
    trigger=st.sampled_from(Trigger),
    quantity=st.builds(
        OrderQuantity,
        moq=st.integers(1, 20),
        case_pack=st.integers(1, 12),
        maximum=st.none() | st.integers(0, 150),
    ),
) | st.builds(
    ReorderPoint,
    service_level=st.sampled_from([0.5, 0.9, 0.99]),
    review_days=st.integers(0, 7),
    cover_days=st.none() | st.integers(0, 30),
    trigger=st.sampled_from(Trigger),
    quantity=st.builds(OrderQuantity, case_pack=st.integers(1, 12)),
)
counts = st.integers(0, 80)
positions = st.builds(
    InventoryPosition, usable=counts, promised=counts, uncovered=counts, on_order=st.just(0)
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 (of hypothesis)


@given(
    st.lists(policies, min_size=3, max_size=3),
    st.lists(positions, min_size=3, max_size=3),
    st.tuples(
        offers,
        st.sampled_from([WEEKLY, LeadTime(mean_days=6.4, sd_days=2)]),
        st.sampled_from(BreakUse),
    ),
    st.floats(0, 6),
    instants,
)
def test_what_is_drafted_brings_the_need_to_zero(
    rules: Sequence[Any],
    shelves: Sequence[InventoryPosition],
    supply: tuple[Any, Any, BreakUse],
    per_day: float,
    now: datetime,
) -> None:
    """With the drafts on order the same policies ask for nothing more; so it is once they are sent."""
    made, takes, use = supply
    book = SupplierBook(terms=[terms(*map(made, SKUS), takes=takes)])
    lead_time_of = book.lead_times(now, otherwise=LeadTime(mean_days=1))
    demand = Demand.of(mean_per_day=per_day, sd_per_day=per_day / 2)

    def plan(orders: Sequence[PurchaseOrder]) -> list[Advice]:
        lines = [line for order in orders for line in order.lines]
        advices = []
        for sku, rule, shelf in zip(SKUS, rules, shelves, strict=True):
            lead = lead_time_of(sku)
            horizon = now.date() + timedelta(days=-int(-lead.mean_days // 1) + 1)
            incoming = on_order(lines, sku=sku, before=horizon, location=LYON)
            told = rule(
                attrs.evolve(shelf, on_order=incoming), demand=demand, lead_time=lead, now=now
            )
            advices.append(told.for_sku(sku))
        return advices

    buying = BuyingPolicy(
        suppliers=book, price_breaks=PriceBreakRule(holding_rate=0.25), break_use=use
    )
    first = plan([])
    proposals = buying(first, location=LYON)
    drafts = [proposal.order for proposal in proposals]
    again = plan(drafts)
    unbought = dict(proposals.unbought)

    assert drafts == [proposal.order for proposal in buying(first, location=LYON)]
    for told in again:
        assert told.order == 0 or unbought.get(told.sku or LAMP) is Unbought.CAPPED
    assert buying([one for one in again if one.sku not in unbought], location=LYON).proposals == ()
    sent = [draft.send(on=now.date()).confirm() for draft in drafts]
    assert [one.order for one in again] == [one.order for one in plan(sent)]
    cancelled = [draft.cancel() for draft in drafts]
    assert [one.order for one in first] == [one.order for one in plan(cancelled)]


@given(st.dictionaries(st.sampled_from(SKUS), st.integers(1, 200), min_size=1), offers)
def test_every_line_is_what_the_supplier_takes(wanted: dict[Sku, int], made: Any) -> None:
    """At least what is advised and the minimum, in whole cases; costs and units add up."""
    book = SupplierBook(terms=[terms(*map(made, SKUS))])
    [proposal] = buy(*(advice(sku, order) for sku, order in wanted.items()), suppliers=book)

    assert sorted(wanted) == [line.sku for line in proposal.lines]
    for line, ordered in zip(proposal.lines, proposal.order.lines, strict=True):
        entry = made(line.sku).entry
        assert line.units >= max(wanted[line.sku], entry.minimum)
        assert line.units % entry.multiple == 0
        assert (line.sku, line.units, line.cost) == (ordered.sku, ordered.quantity, ordered.cost)
        assert line.cost == made(line.sku).cost(line.units)
    assert proposal.cost == euros(sum(line.cost.amount for line in proposal.lines))


@given(st.permutations([advice(sku, 10) for sku in SKUS]))
def test_the_order_of_advices_does_not_matter(advices: list[Advice]) -> None:
    """A draft has its lines by sku and its id from its supplier and advices."""
    assert buy(*(advice(sku, 10) for sku in SKUS)) == buy(*advices)


def test_another_plan_has_another_draft() -> None:
    """Another moment, quantity, position, place or supplier is another id."""
    plain = advice()
    changed = [
        plain,
        advice(order=44),
        advice(now=NOW + timedelta(seconds=1)),
        attrs.evolve(plain, position=InventoryPosition(usable=8, promised=1)),
    ]
    ids = [buy(one).proposals[0].order.id for one in changed]
    [elsewhere] = BuyingPolicy(suppliers=SupplierBook(terms=[terms(offer())]))(
        [plain], location=LocationId("LILLE")
    )
    [corner] = buy(plain, suppliers=SupplierBook(terms=[terms(offer(), supplier="corner")]))

    assert len({*ids, elsewhere.order.id, corner.order.id}) == 6
    assert all(name.startswith("mill~") for name in ids)
    [long] = buy(plain, suppliers=SupplierBook(terms=[terms(offer(), supplier="m" * 200)]))
    assert len(long.order.id) == 167


def test_each_supplier_gets_one_order() -> None:
    """By preference; what nobody sells is said, and what needs no order leads to none."""
    corner = terms(offer(LAMP), offer(OWL), supplier="corner", takes=LeadTime(mean_days=2))
    mill = terms(offer(LAMP), tolerance=DeliveryTolerance(over_percent=5))
    told = buy(
        advice(OWL, 5),
        advice(LAMP, 7),
        advice(TIGER, 9),
        advice(Sku("ZEBRA"), 0),
        suppliers=SupplierBook(terms=[mill, corner]),
    )

    assert [(str(one.supplier), [line.sku for line in one.lines]) for one in told] == [
        ("mill", [LAMP]),
        ("corner", [OWL]),
    ]
    assert told.unbought == ((TIGER, Unbought.NO_OFFER),)
    assert len(told) == 2
    first = told.proposals[0].order
    assert (PurchaseOrderState.DRAFT, date(2026, 3, 2), date(2026, 3, 11)) == (
        first.state,
        first.placed_on,
        first.lines[0].expected_on,
    )
    assert DeliveryTolerance(over_percent=5) == first.tolerance
    assert "TIGER is not bought: no supplier offers it" in told.explain()


def test_a_cap_is_not_exceeded_for_the_supplier() -> None:
    """What a maximum has lowered is bought only if the supplier sells so few."""
    full = OrderQuantity(maximum=20)
    capped = advice(LAMP, 43, quantity=full)
    assert capped.order == 13

    [(sku, why)] = buy(capped, suppliers=SupplierBook(terms=[terms(offer(minimum=14))])).unbought
    assert (sku, why) == (LAMP, Unbought.CAPPED)
    breaks = SupplierBook(terms=[terms(offer(LAMP, (1, 200), (14, 20), minimum=13))])
    [bought] = buy(
        capped, suppliers=breaks, price_breaks=PriceBreakRule(), break_use=BreakUse.TAKE
    )
    assert bought.lines[0].units == 13
    assert bought.lines[0].suggestion is None


@pytest.mark.parametrize(("use", "units"), [(BreakUse.SUGGEST, 80), (BreakUse.TAKE, 100)])
def test_a_break_that_pays_is_said_or_taken(use: BreakUse, units: int) -> None:
    """Both say what it saves."""
    book = SupplierBook(terms=[terms(offer(LAMP, (1, 200), (100, 180)))])
    [told] = buy(advice(order=80), suppliers=book, price_breaks=PriceBreakRule(), break_use=use)

    assert units == told.lines[0].units
    assert "100 in place of 80 pays: saves 20.00 EUR" in told.explain()
    assert (use is BreakUse.TAKE) is ("price break: 80 → 100" in told.explain())


def test_a_break_that_does_not_pay_is_not_taken() -> None:
    """It is said all the same."""
    book = SupplierBook(terms=[terms(offer(LAMP, (1, 200), (100, 199)))])
    [told] = buy(
        advice(order=50),
        suppliers=book,
        price_breaks=PriceBreakRule(holding_rate=3),
        break_use=BreakUse.TAKE,
    )

    assert told.lines[0].units == 50
    assert "does not pay" in told.explain()


def minimum_of(amount: int, *offers: SupplierOffer) -> SupplierBook:
    """Return a book of a mill that takes no order below so many cents."""
    return SupplierBook(terms=[terms(*(offers or map(offer, SKUS)), minimum_value=euros(amount))])


def test_an_order_below_the_minimum_is_held_back() -> None:
    """It is shown, it is not due, and what it lacks is said; at the minimum it is met."""
    told = buy(advice(order=10), suppliers=minimum_of(2001))

    assert (told.due, len(told.held), told.proposals[0].is_held) == ((), 1, True)
    assert Minimum.BELOW is told.proposals[0].minimum
    assert "does not reach the supplier's minimum of 20.01 EUR" in told.explain()
    [met] = buy(advice(order=10), suppliers=minimum_of(2000))
    assert Minimum.MET is met.minimum


@given(
    st.integers(1, 60_000),
    st.lists(st.integers(1, 40), min_size=3, max_size=3),
    st.lists(st.floats(0, 5), min_size=3, max_size=3),
)
def test_lines_are_raised_to_the_same_cover(
    least: int, wanted: list[int], per_day: list[float]
) -> None:
    """The minimum is reached at the fewest days of cover, or the order is held back as it was."""
    advices = [
        advice(sku, order, per_day=rate)
        for sku, order, rate in zip(SKUS, wanted, per_day, strict=True)
    ]
    made = [offer(sku, multiple=6) for sku in SKUS]
    told = buy(
        *advices, suppliers=minimum_of(least, *made), below_minimum=BelowMinimum.RAISE
    ).proposals[0]
    plain = buy(*advices, suppliers=SupplierBook(terms=[terms(*made)])).proposals[0]

    assert told.order.id == plain.order.id
    for line, before in zip(told.lines, plain.lines, strict=True):
        assert line.units >= before.units
    if told.is_held:
        assert told.lines == plain.lines
        assert told.cost < euros(least)
        return
    assert told.cost >= euros(least)
    steps = [line.steps[-1] for line in told.lines if line.steps[-1].name == "minimum value"]
    if not steps:
        assert told.lines == plain.lines
        return
    assert len({step.why for step in steps}) == 1
    days = int(steps[0].why.split()[0])

    def lasting(ahead: int) -> list[int]:
        """Return the units of each line that lasts so many days, in whole cases."""
        lacking = [ceil_units(rate * ahead) - 7 for rate in per_day]
        return [
            max(before.units, -(-lack // 6) * 6)
            for lack, before in zip(lacking, plain.lines, strict=True)
        ]

    assert lasting(days) == [line.units for line in told.lines]
    assert 200 * sum(lasting(days - 1)) < least


def test_raising_stops_at_the_longest_cover() -> None:
    """What would last longer is held back."""
    slow = advice(order=1, per_day=0.1)
    options = {"suppliers": minimum_of(5000), "below_minimum": BelowMinimum.RAISE}

    assert len(buy(slow, **options, cover_days_max=365).due) == 1
    assert len(buy(slow, **options, cover_days_max=310).held) == 1
    [told] = buy(slow, **options, cover_days_max=311).due
    assert "minimum value: 1 → 25 (311 days of cover)" in told.explain()
    assert Minimum.RAISED is told.minimum


def test_a_capped_line_is_not_raised_to_the_minimum() -> None:
    """Its cap holds, and the others make up for it."""
    capped = advice(LAMP, 43, quantity=OrderQuantity(maximum=20))
    [told] = buy(
        capped,
        advice(OWL, 10),
        suppliers=minimum_of(10_000),
        below_minimum=BelowMinimum.RAISE,
    )

    assert [line.units for line in told.lines] == [13, 37]


def test_advices_are_of_one_plan_and_name_their_sku() -> None:
    """Each sku once, all at the same time."""
    for advices in (
        [advice(None)],
        [advice(), advice()],
        [advice(), advice(OWL, now=NOW + timedelta(hours=1))],
    ):
        with pytest.raises(FieldError):
            buy(*advices)
    assert buy(advice(None, 0)).proposals == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"suppliers": ()},
        {"price_breaks": 0.25},
        {"break_use": True},
        {"below_minimum": "hold"},
        {"cover_days_max": 1.5},
    ],
    ids=str,
)
def test_a_policy_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Each field is checked."""
    with pytest.raises(FieldError) as caught:
        BuyingPolicy(**{"suppliers": minimum_of(0), **wrong})
    assert [caught.value.field] == list(wrong)


def test_a_budget_caps_what_is_bought() -> None:
    """What the budget has cut is not raised again, and what it pays nothing for is not bought."""
    advices = [advice(sku, 24) for sku in SKUS]
    wanted = [
        BudgetCandidate(sku=sku, wanted=24, unit_cost=euros(200), value=value, case_pack=12)
        for sku, value in zip(SKUS[:2], (3.0, 1.0), strict=True)
    ]
    paid = allocate_budget(wanted, budget=euros(7_200))
    [told] = buy(*paid.apply(advices), price_breaks=PriceBreakRule())

    assert [(line.sku, line.units) for line in told.lines] == [(LAMP, 24), (OWL, 12), (TIGER, 24)]
    poor = allocate_budget(wanted, budget=euros(4_800)).apply(advices)
    assert [line.sku for line in buy(*poor).proposals[0].lines] == [LAMP, TIGER]
    unnamed = advice(None, 5)
    assert (unnamed,) == paid.apply([unnamed])
    with pytest.raises(FieldError):
        paid.apply([advice(LAMP, 25)])
