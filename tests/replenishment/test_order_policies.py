"""Base stock, (s, S), (r, Q), periodic review, velocity and campaign buys: what each does of its own."""

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import policy_strategies as drawn
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.replenishment import (
    Advice,
    Demand,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    Reason,
    ReorderPoint,
    ReplenishmentPolicy,
    Trigger,
)
from ecomkit.replenishment._base_stock import BaseStock
from ecomkit.replenishment._campaign_buy import CampaignBuy
from ecomkit.replenishment._fixed_quantity import FixedQuantity, Shortfall
from ecomkit.replenishment._level_rules import CriticalRatio, DaysOfCover
from ecomkit.replenishment._order_up_to import OrderUpTo
from ecomkit.replenishment._pack_rounding import PackRounding
from ecomkit.replenishment._periodic_review import PeriodicReview
from ecomkit.replenishment._velocity import Velocity
from ecomkit.testing.strategies._replenishment import inventory_positions

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
TODAY = NOW.date()
small = inventory_positions(max_value=200)


def advise(
    policy: ReplenishmentPolicy,
    units: int,
    *,
    mean: float = 4.0,
    lead: float = 7.0,
    now: datetime = NOW,
) -> Advice:
    """The advice at a position of *units*, of which those below 0 are owed."""
    return policy(
        InventoryPosition(usable=max(0, units), uncovered=max(0, -units)),
        demand=Demand.of(mean_per_day=mean, sd_per_day=3),
        lead_time=LeadTime(mean_days=lead),
        now=now,
    )


# Order up to, and base stock


@pytest.mark.parametrize(("units", "order"), [(-3, 13), (3, 7), (4, 6), (5, 0), (10, 0)])
def test_order_up_to_fires_at_s_and_reaches_the_upper_level(units: int, order: int) -> None:
    """With s = 4 and S = 10 a position of 4 or less is filled up to 10."""
    assert order == advise(OrderUpTo(reorder_point=4, order_up_to=10), units).order


@pytest.mark.parametrize(("trigger", "quiet_from"), [(Trigger.INCLUSIVE, 5), (Trigger.STRICT, 4)])
def test_an_upper_level_that_fires_again_is_refused(trigger: Trigger, quiet_from: int) -> None:
    """S has to be high enough for the policy to be quiet there."""
    assert OrderUpTo(reorder_point=4, order_up_to=quiet_from, trigger=trigger)
    with pytest.raises(FieldError) as caught:
        OrderUpTo(reorder_point=4, order_up_to=quiet_from - 1, trigger=trigger)
    assert caught.value.field == "order_up_to"


def test_an_upper_level_of_a_rule_is_raised() -> None:
    """Where a rule answers less than s, the target is the lowest quiet position."""
    policy = OrderUpTo(reorder_point=50, order_up_to=DaysOfCover(days=2))

    assert (advise(policy, 20).target, advise(policy, 20).order) == (51, 31)


@given(small, drawn.facts, st.integers(0, 200))
def test_base_stock_is_a_minimum_stock_without_a_maximum(
    position: InventoryPosition, known: dict[str, Any], level: int
) -> None:
    """Keeping a level is ordering up to it when below it."""
    assert BaseStock(level=level)(position, **known) == MinimumStock(level=level)(
        position, **known
    )


@pytest.mark.parametrize("case", cases("base_stock_normal"))
def test_base_stock_weighs_short_against_over(case: Any) -> None:
    """The published base stock level over lead time and review, rounded up to whole units."""
    given_ = case["inputs"]
    rule = CriticalRatio(
        holding_cost=given_["holding_cost"], stockout_cost=given_["stockout_cost"]
    )
    demand = Demand.of(mean_per_day=given_["demand_mean"], sd_per_day=given_["demand_sd"])
    lead_time = LeadTime(mean_days=given_["lead_time"])
    level = rule(demand=demand, lead_time=lead_time, today=TODAY)
    advice = BaseStock(level=rule)(
        InventoryPosition(usable=200), demand=demand, lead_time=lead_time, now=NOW
    )

    assert level.expected_units + level.safety_units == near(case, "base_stock_level")
    assert (advice.target, advice.order) == (265, 65)


# Fixed quantity


@given(
    reorder_point=st.integers(0, 200),
    lot=st.integers(1, 100),
    units=st.integers(-300, 300),
    trigger=st.sampled_from(Trigger),
)
def test_whole_lots_lift_the_position_just_above_r(
    reorder_point: int, lot: int, units: int, trigger: Trigger
) -> None:
    """The order is the least multiple of Q after which the policy is quiet."""
    policy = FixedQuantity(reorder_point=reorder_point, order_quantity=lot, trigger=trigger)
    order = advise(policy, units).order

    assert order % lot == 0
    assert not trigger.fires(units + order, level=reorder_point)
    assert order == 0 or trigger.fires(units + order - lot, level=reorder_point)


def test_lots_are_named_in_the_steps() -> None:
    """The step of the lots stands between the need and the limits of the supplier."""
    policy = FixedQuantity(
        reorder_point=10, order_quantity=30, quantity=OrderQuantity(case_pack=8, maximum=60)
    )

    assert [step.explain() for step in advise(policy, -25).steps] == [
        "need: 36 → 36 (what the position lacks to the target)",
        "order quantity: 36 → 60 (2 × 30)",
        "minimum order: 60 → 60 (at least 1)",
        "case pack: 60 → 64 (whole packs of 8)",
        "maximum: 64 → 64 (room for 85 below the maximum of 60, in whole packs, not below the minimum order)",
    ]


def test_an_exact_shortfall_ends_at_the_point_and_says_so() -> None:
    """What lacks more than Q is ordered exactly; an inclusive trigger then fires again."""
    policy = FixedQuantity(reorder_point=10, order_quantity=30, shortfall=Shortfall.EXACT)
    advice = advise(policy, -40)

    assert advice.order == 50
    assert Reason.STILL_LOW in advice.reasons
    assert Reason.STILL_LOW not in advise(policy, 5).reasons


def test_lots_are_not_rounded_down() -> None:
    """Rounding down after the lots would undo them."""
    with pytest.raises(FieldError) as caught:
        FixedQuantity(
            reorder_point=1, order_quantity=2, quantity=OrderQuantity(rounding=PackRounding.DOWN)
        )

    assert caught.value.field == "quantity"


# Periodic review


@given(st.dates(), st.integers(1, 400), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_the_next_review_is_the_first_day_of_review(since: date, every: int, day: date) -> None:
    """Searched by hand: no day before the next review is one, and it is one itself."""
    policy = PeriodicReview(policy=BaseStock(level=1), every_days=every, since=since)
    found = policy.next_review(day)

    assert found is not None
    assert found >= day
    assert policy.is_review(found)
    between = (day + timedelta(days=n) for n in range(min(400, (found - day).days)))
    assert not any(policy.is_review(earlier) for earlier in between)


def test_there_is_no_review_after_the_calendar() -> None:
    """The last year has an end."""
    policy = PeriodicReview(policy=BaseStock(level=1), every_days=9, since=date.min)
    last = date.max - timedelta(days=(date.max - date.min).days % 9)

    assert last == policy.next_review(last)
    assert policy.next_review(last + timedelta(days=1)) is None


@given(drawn.policies(max_value=200), small, drawn.facts, st.integers(1, 40))
def test_reviews_ask_the_policy_and_other_days_order_nothing(
    policy: Any, position: InventoryPosition, known: dict[str, Any], every: int
) -> None:
    """On a review the advice is that of the policy; else its order is withheld, nothing more."""
    if getattr(policy, "review_days", every) != every:
        policy = attrs.evolve(policy, review_days=every)
    if isinstance(getattr(policy, "level", None), CriticalRatio):
        policy = attrs.evolve(policy, level=attrs.evolve(policy.level, review_days=every))
    reviewed = PeriodicReview(policy=policy, every_days=every, since=TODAY)
    asked, advice = policy(position, **known), reviewed(position, **known)

    if reviewed.is_review(known["now"].date()):
        assert asked == advice
        return
    assert advice.order == 0
    assert attrs.evolve(asked, steps=advice.steps) == advice
    assert asked.steps == advice.steps[: len(asked.steps)]
    assert (asked.order > 0) == (len(advice.steps) > len(asked.steps))
    if asked.order:
        assert str(reviewed.next_review(known["now"].date()) or "no day") in advice.explain()


@pytest.mark.parametrize("case", cases("order_up_to_periodic"))
def test_periodic_review_protects_review_and_lead_time(case: Any) -> None:
    """The (R, S) level covers R + L; it is ordered up to on reviews only."""
    given_ = case["inputs"]
    every = given_["review_period"]
    inner = ReorderPoint(
        service_level=given_["csl"], review_days=every, cover_days=0, trigger=Trigger.STRICT
    )
    policy = PeriodicReview(policy=inner, every_days=every, since=TODAY)
    demand = Demand.of(mean_per_day=given_["demand_mean"], sd_per_day=given_["demand_sd"])
    lead_time = LeadTime(mean_days=given_["lead_time"])
    advice = policy(InventoryPosition(usable=300), demand=demand, lead_time=lead_time, now=NOW)
    level: Any = advice.level

    assert level.spread_units == near(case, "protection_sd")
    assert level.safety_units == near(case, "safety_stock")
    assert level.expected_units + level.safety_units == near(case, "order_up_to")
    assert advice.target == -(-case["expected"]["order_up_to"] // 1)
    assert advice.order == advice.target - 300


def test_r_s_s_looks_at_s_on_reviews_only() -> None:
    """An (R, s, S) policy waits for the review, and there for s."""
    policy = PeriodicReview(
        policy=OrderUpTo(reorder_point=10, order_up_to=40), every_days=3, since=TODAY
    )
    orders = [
        advise(policy, units, now=NOW + timedelta(days=day)).order
        for day, units in enumerate((11, 8, 5, 2, 1))
    ]

    assert orders == [0, 0, 0, 38, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": "weekly"},
        {"policy": ReorderPoint(service_level=0.9)},
        {"policy": BaseStock(level=CriticalRatio(holding_cost=1, stockout_cost=9))},
        {"every_days": 0},
        {"every_days": True},
        {"every_days": 3651},
        {"since": NOW},
    ],
)
def test_periodic_review_refuses_wrong_parameters(wrong: dict[str, Any]) -> None:
    """A review period is whole days, and the policy has to know of it."""
    fields = {"policy": BaseStock(level=1), "every_days": 7, "since": TODAY, **wrong}
    with pytest.raises(FieldError) as caught:
        PeriodicReview(**fields)

    assert caught.value.field in wrong


# Velocity


@pytest.mark.parametrize("case", [*cases("rop_velocity"), *cases("rop_velocity_units")])
def test_velocity_does_what_the_apps_do(case: Any) -> None:
    """Sales a day times lead time, with days or units of safety."""
    given_ = case["inputs"]
    policy = Velocity(
        safety_days=given_.get("safety_days", 0), safety_stock=given_.get("safety_stock", 0)
    )
    advice = advise(policy, 0, mean=given_["per_day"], lead=given_["lead_time"])

    assert advice.reorder_point == near(case, "reorder_point")


@given(drawn.facts, st.floats(0, 60), st.integers(0, 1000), st.floats(0, 60))
def test_velocity_is_demand_over_lead_time_and_safety(
    known: dict[str, Any], safety_days: float, stock: int, cover_days: float
) -> None:
    """Reorder point, safety stock and target follow the rule, each rounded up on its own."""
    policy = Velocity(safety_days=safety_days, safety_stock=stock, cover_days=cover_days)
    advice = policy(InventoryPosition(usable=0), **known)
    mean, lead = known["demand"].mean_per_day, known["lead_time"].mean_days
    point = mean * lead + mean * safety_days + stock

    assert 0 <= advice.reorder_point - point + 1e-6 < 1.001
    assert 0 <= advice.safety_stock - (mean * safety_days + stock) + 1e-6 < 1.001
    if cover_days:
        assert advice.target >= advice.reorder_point
        assert 0 <= advice.target - advice.reorder_point - mean * cover_days + 1e-6 < 1.001 or (
            advice.target == advice.reorder_point + 1
        )


def test_velocity_covers_a_lead_time_unless_told() -> None:
    """Without cover days the target is a lead time above the reorder point."""
    assert advise(Velocity(safety_days=3), 0).target == 40 + 28
    assert advise(Velocity(safety_days=3, cover_days=30), 0).target == 40 + 120
    assert advise(Velocity(safety_stock=DaysOfCover(days=5), cover_days=0), 0).target == 49


def test_velocity_explains_itself() -> None:
    """The words name speed, days and units."""
    words = [
        advise(Velocity(safety_days=3, safety_stock=stock), 0).level.explain() for stock in (0, 5)
    ]

    assert words == [
        (
            "4 a day over a lead time of 7 days and 3 days of safety are 40 units, rounded up; how "
            "much demand and lead time vary is not looked at."
        ),
        (
            "4 a day over a lead time of 7 days and 3 days of safety and 5 units more are 45 units, "
            "rounded up; how much demand and lead time vary is not looked at."
        ),
    ]


# Campaign buy


@attrs.frozen
class Coins:
    """A distribution by hand: each number of units is as likely as it is listed often."""

    listed: tuple[int, ...]

    @property
    def mean(self) -> float:
        """The mean."""
        return sum(self.listed) / len(self.listed)

    @property
    def sd(self) -> float:
        """Some number: nothing here looks at it."""
        return 1.0

    def cdf(self, units: float) -> float:
        """How likely that many suffice."""
        return sum(listed <= units for listed in self.listed) / len(self.listed)

    def quantile(self, probability: float) -> float:
        """The least number that suffices so likely."""
        return min(units for units in self.listed if self.cdf(units) >= probability)

    def loss(self, units: float) -> float:
        """What is expected beyond so many."""
        return sum(max(0.0, listed - units) for listed in self.listed) / len(self.listed)

    def explain(self) -> str:
        """The numbers themselves."""
        return f"one of {self.listed}"


def campaign(**fields: Any) -> CampaignBuy:
    """A campaign at the end of November: price 10, cost 6, salvage 1, unless told otherwise."""
    return CampaignBuy(
        **{
            "units": Coins((10, 20, 30, 40)),
            "price": drawn.euros(1000),
            "cost": drawn.euros(600),
            "salvage": drawn.euros(100),
            "starts_on": date(2026, 11, 27),
            **fields,
        }
    )


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=12),
    st.integers(-500, 998),
    st.data(),
)
def test_no_other_number_of_units_earns_more(
    listed: list[int], salvage: int, data: st.DataObject
) -> None:
    """Searched by hand: the expected profit is highest at the number that the policy buys."""
    cost = data.draw(st.integers(max(salvage + 1, 1), 999))
    policy = campaign(
        units=Coins(tuple(listed)), cost=drawn.euros(cost), salvage=drawn.euros(salvage)
    )

    def profit(units: int) -> int:
        return sum(
            1000 * min(units, asked) + salvage * max(0, units - asked) - cost * units
            for asked in listed
        )

    best = policy.best_units
    assert profit(best) == max(profit(units) for units in range(70))
    assert all(profit(units) < profit(best) for units in range(best))


@pytest.mark.parametrize(
    ("mean", "lead", "units", "target", "order"),
    [
        (0, 57, 0, 20, 20),
        (0, 57, 12, 20, 8),
        (0, 57, 20, 20, 0),
        (0.5, 57, 12, 49, 37),
        (0, 57.5, 0, 20, 0),
        (0, 3650, 0, 20, 0),
    ],
)
def test_a_campaign_is_bought_once_and_in_time(
    mean: float, lead: float, units: int, target: int, order: int
) -> None:
    """What sells until the start is added, and an order that comes too late is not placed."""
    advice = advise(campaign(), units, mean=mean, lead=lead)

    assert (target, order) == (advice.target, advice.order)


def test_a_campaign_that_is_on_is_not_bought_for() -> None:
    """On its first day what is there at once still counts; a day later nothing is ordered."""
    starts = datetime(2026, 11, 27, 9, tzinfo=UTC)

    assert advise(campaign(), 5, mean=1, lead=0, now=starts).order == 15
    late = advise(campaign(), 5, mean=1, lead=0, now=starts + timedelta(days=1))
    assert late.order == 0
    assert late.steps[-1].explain() == (
        "campaign: 15 → 0 (an order placed now arrives on 2026-11-28, after the start on 2026-11-27)"
    )


def test_a_campaign_out_of_reach_says_so() -> None:
    """A lead time beyond ten years has no day of arrival."""
    assert "arrives on no day known" in advise(campaign(), 0, lead=3650).explain()


def test_a_campaign_explains_itself() -> None:
    """The words name the distribution, both costs, the probability and what is expected."""
    assert advise(campaign(), 0, mean=0).level.explain() == (
        "The demand of the campaign from 2026-11-27 is one of (10, 20, 30, 40). With a margin of "
        "4.00 EUR and a loss of 5.00 EUR on a unit left over, 20 units serve it in full with the "
        "best probability, 44.44 %: about 7.5 are missed and 2.5 left over. Until then 0 more are "
        "expected to sell."
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": 20},
        {"price": 10},
        {"cost": drawn.euros(1000)},
        {"salvage": drawn.euros(600)},
        {"starts_on": NOW},
        {"quantity": 12},
    ],
)
def test_a_campaign_refuses_wrong_parameters(wrong: dict[str, Any]) -> None:
    """A unit costs less than it brings and more than what is left over brings."""
    with pytest.raises(FieldError) as caught:
        campaign(**wrong)

    assert caught.value.field in wrong


def test_a_campaign_is_in_one_currency() -> None:
    """Amounts of two currencies cannot be compared."""
    with pytest.raises(CurrencyMismatchError):
        campaign(salvage=Money(100, Currency.CHF))


@pytest.mark.parametrize("quantile", [float("nan"), float("inf"), 1e16, None])
def test_a_distribution_without_a_quantile_is_refused(quantile: Any) -> None:
    """What is no number, or too large to be units, never becomes an order."""

    class Strange(Coins):
        def quantile(self, probability: float) -> float:
            """Answer what is no number of units."""
            del probability
            return quantile  # type: ignore[no-any-return]  # None on purpose

    with pytest.raises(FieldError) as caught:
        advise(campaign(units=Strange((1,))), 0)

    assert caught.value.field == "units"


@pytest.mark.parametrize("mean", [float("nan"), float("inf"), 1e16, "twenty"])
def test_a_distribution_without_a_mean_is_refused(mean: Any) -> None:
    """What is left over could not be told."""

    class Strange(Coins):
        @property
        def mean(self) -> float:
            """Answer what is no number of units."""
            return mean  # type: ignore[no-any-return]  # wrong on purpose

    with pytest.raises(FieldError) as caught:
        campaign(units=Strange((1,)))

    assert caught.value.field == "units"


def test_a_negative_quantile_is_no_units() -> None:
    """A normal demand with a wide spread may ask for less than nothing; nothing is bought."""
    assert campaign(units=Coins((-5,))).best_units == 0


# All of them


@pytest.mark.parametrize(
    "policy",
    [
        BaseStock(level=10),
        OrderUpTo(reorder_point=10, order_up_to=20),
        FixedQuantity(reorder_point=10, order_quantity=5),
        Velocity(safety_days=2),
        campaign(),
        PeriodicReview(policy=BaseStock(level=10), every_days=7, since=TODAY),
    ],
)
def test_a_policy_is_a_value(policy: Any) -> None:
    """Policies are compared, hashed and pickled by their parameters, and refuse a naive now."""
    same = attrs.evolve(policy)

    assert same == policy
    assert hash(same) == hash(policy)
    assert policy == pickle.loads(pickle.dumps(policy))  # noqa: S301  # our own bytes
    with pytest.raises(FieldError):
        advise(policy, 1, now=datetime(2026, 10, 1))  # noqa: DTZ001  # naive on purpose


@pytest.mark.parametrize(
    "wrong",
    [-1, 1.5, True, "ten", 10**15 + 1, ReorderPoint(service_level=0.9), BaseStock(level=1)],
)
def test_a_level_is_whole_units_or_a_rule(wrong: Any) -> None:
    """A level that is neither, as a policy, is refused by every policy that has one."""
    for build in (
        lambda: BaseStock(level=wrong),
        lambda: OrderUpTo(reorder_point=wrong, order_up_to=20),
        lambda: OrderUpTo(reorder_point=1, order_up_to=wrong),
        lambda: FixedQuantity(reorder_point=wrong, order_quantity=5),
        lambda: Velocity(safety_stock=wrong),
    ):
        with pytest.raises(FieldError):
            build()
