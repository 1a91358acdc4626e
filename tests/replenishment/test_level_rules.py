"""Rules for a level: days of cover, the highest, the sum, the parts of other policies, seasons."""

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import policy_strategies as drawn
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.replenishment import (
    Demand,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    ReorderPoint,
    StatedLevel,
)
from ecomkit.replenishment._level_rule import RuleLevel
from ecomkit.replenishment._level_rules import (
    CriticalRatio,
    DaysOfCover,
    HighestOf,
    ReorderPointOf,
    SafetyStockOf,
    SumOf,
)
from ecomkit.replenishment._season import Season, SeasonalLevel, SeasonDay, YearDay
from ecomkit.replenishment._velocity import Velocity

FACTS: dict[str, Any] = {
    "demand": Demand.of(mean_per_day=4, sd_per_day=3),
    "lead_time": LeadTime(mean_days=7),
    "today": date(2026, 10, 1),
}
POINT = ReorderPoint(service_level=0.95)

facts: st.SearchStrategy[dict[str, Any]] = drawn.facts.map(
    lambda known: {
        "demand": known["demand"],
        "lead_time": known["lead_time"],
        "today": known["now"].date(),
    }
)
CHRISTMAS = Season(
    name="Christmas", first=YearDay(month=11, day=15), last=YearDay(month=1, day=6), level=40
)
FAIR = Season(name="fair", first=date(2026, 11, 20), last=date(2026, 11, 22), level=90)


@given(drawn.rules(), facts)
def test_a_rule_answers_every_legal_question(rule: Any, known: dict[str, Any]) -> None:
    """No legal fact makes a rule fail, nor the words of its level, and it is a value."""
    level = rule(**known)

    assert isinstance(level.reorder_point, int)
    assert isinstance(level.safety_stock, int)
    assert level.explain()
    assert rule(**known) == level
    assert hash(rule) == hash(rule)


@given(st.floats(0, 3650), st.integers(0, 10_000))
def test_days_of_cover_last_the_days(days: float, mean: int) -> None:
    """The level is the least whole number of units that lasts the days on mean demand."""
    level = DaysOfCover(days=days)(**{**FACTS, "demand": Demand.of(mean_per_day=mean)})

    assert mean * days - 1e-6 <= level.reorder_point < mean * days + 1
    assert level.safety_stock == 0


@given(st.dictionaries(st.text(), drawn.rules(), min_size=1, max_size=4), facts)
def test_the_highest_and_the_sum_are_those_of_their_parts(
    parts: dict[str, Any], known: dict[str, Any]
) -> None:
    """Each part is asked with the same facts."""
    levels = [part(**known) for part in parts.values()]
    highest, total = HighestOf(parts=parts)(**known), SumOf(parts=parts)(**known)

    assert highest.reorder_point == max(level.reorder_point for level in levels)
    assert highest.safety_stock in [
        level.safety_stock for level in levels if level.reorder_point == highest.reorder_point
    ]
    assert total.reorder_point == sum(level.reorder_point for level in levels)
    assert total.safety_stock == sum(level.safety_stock for level in levels)


def test_presentation_is_the_highest_of_safety_and_display() -> None:
    """A shelf shows at least so many, and holds the safety stock where that is more."""
    safety = SafetyStockOf(policy=POINT)
    shown = {
        display: HighestOf(parts={"safety": safety, "display": display})(**FACTS)
        for display in (6, 24)
    }

    assert [level.reorder_point for level in shown.values()] == [14, 24]
    assert shown[24].explain() == "The highest of safety 14, display 24 is display."
    assert (
        shown[6]
        .explain()
        .startswith(
            "The highest of safety 14, display 6 is safety. safety: The level is the safety stock of "
            "14 alone. Over the lead time 28 units are expected"
        )
    )


def test_reserves_of_channels_add_up_or_are_shared() -> None:
    """What each channel keeps for itself adds up; what all keep back from is the highest."""
    reserves: dict[str, Any] = {ChannelId("web"): 5, ChannelId("market"): DaysOfCover(days=2)}

    assert SumOf(parts=reserves)(**FACTS).explain() == (
        "The sum of web 5, market 8 is 13. market: 2 days of cover at 4 a day are 8 units."
    )
    assert HighestOf(parts=reserves)(**FACTS).reorder_point == 8


def test_of_equal_parts_the_first_is_the_highest() -> None:
    """A tie is broken by the order in which the parts were given."""
    level = HighestOf(parts=[("one", 5), ("other", 5)])(**FACTS)

    assert level.explain() == "The highest of one 5, other 5 is one."


@given(facts, st.floats(0.5, 0.999))
def test_parts_of_a_policy_are_its_own(known: dict[str, Any], service: float) -> None:
    """The reorder point comes with its formula, the safety stock is never below 0."""
    point = ReorderPoint(service_level=service)
    level = point.level(demand=known["demand"], lead_time=known["lead_time"])

    assert level == ReorderPointOf(policy=point)(**known)
    assert SafetyStockOf(policy=point)(**known).reorder_point == level.safety_stock


def test_a_negative_safety_stock_is_none() -> None:
    """Who is content to be short in most cycles keeps no floor."""
    level = SafetyStockOf(policy=ReorderPoint(service_level=0.2))(**FACTS)

    assert (level.reorder_point, level.safety_stock) == (0, 0)


@given(facts, st.floats(0.01, 100), st.floats(0.01, 100), st.integers(0, 30))
def test_the_critical_ratio_is_a_service_level(
    known: dict[str, Any], holding: float, stockout: float, review: int
) -> None:
    """Weighing costs gives the level of the service that the costs pay for."""
    rule = CriticalRatio(holding_cost=holding, stockout_cost=stockout, review_days=review)
    point = ReorderPoint(service_level=stockout / (holding + stockout), review_days=review)

    assert point.level(demand=known["demand"], lead_time=known["lead_time"]) == rule(**known)


@pytest.mark.parametrize(
    ("holding", "stockout", "field"),
    [
        (0, 1, "holding_cost"),
        (1, math.inf, "stockout_cost"),
        (math.nan, 1, "holding_cost"),
        (True, 1, "holding_cost"),
        (1e-300, 1e300, "stockout_cost"),
        (1e300, 1e-300, "stockout_cost"),
        (1e308, 1e308, "stockout_cost"),
    ],
)
def test_costs_that_cannot_be_weighed_are_refused(
    holding: float, stockout: float, field: str
) -> None:
    """A cost of nothing, or beyond all proportion to the other, has no level."""
    with pytest.raises(FieldError) as caught:
        CriticalRatio(holding_cost=holding, stockout_cost=stockout)

    assert field == caught.value.field


@pytest.mark.parametrize(
    "parts", [{}, 5, ["ab"], [("a", 1, 2)], [(1, 1)], {"a": -1}, {"a": "x"}, [7]]
)
def test_parts_have_names_and_levels(parts: Any) -> None:
    """A rule over parts needs one at least, each with a name and a level."""
    for rule in (HighestOf, SumOf):
        with pytest.raises(FieldError) as caught:
            rule(parts=parts)
        assert caught.value.field == "parts"


@pytest.mark.parametrize("policy", [MinimumStock(level=3), Velocity(), 0.95])
def test_a_policy_without_a_computed_level_has_no_parts(policy: Any) -> None:
    """Only a policy that tells its level can lend it."""
    for rule in (ReorderPointOf, SafetyStockOf):
        with pytest.raises(FieldError) as caught:
            rule(policy=policy)
        assert caught.value.field == "policy"


@pytest.mark.parametrize("days", [-1, math.nan, True, 3651])
def test_days_of_cover_are_a_number(days: Any) -> None:
    """Cover is from 0 to ten years."""
    with pytest.raises(FieldError):
        DaysOfCover(days=days)


def test_a_minimum_by_rule_is_ordered_up_to() -> None:
    """Fifteen days of cover, up to thirty: at 4 a day below 60 and up to 120."""
    policy = MinimumStock(level=DaysOfCover(days=15), up_to=DaysOfCover(days=30))

    def order(units: int, mean: float) -> int:
        return policy(
            InventoryPosition(usable=units),
            demand=Demand.of(mean_per_day=mean),
            lead_time=LeadTime(mean_days=7),
            now=datetime(2026, 10, 1, tzinfo=UTC),
        ).order

    assert [order(59, 4), order(60, 4), order(60, 5)] == [61, 0, 90]


def test_an_upper_level_by_rule_is_never_below_the_level() -> None:
    """A maximum that a rule puts below the minimum is the minimum."""
    advice = MinimumStock(level=10, up_to=DaysOfCover(days=1))(
        InventoryPosition(usable=3),
        demand=Demand.of(mean_per_day=4),
        lead_time=LeadTime(mean_days=7),
        now=datetime(2026, 10, 1, tzinfo=UTC),
    )

    assert (advice.target, advice.order) == (10, 7)


def test_a_rule_of_ones_own_stands_where_a_number_stands() -> None:
    """Any callable of the shape is a rule."""

    def double(*, demand: Demand, lead_time: LeadTime, today: date) -> StatedLevel:
        del lead_time, today
        return StatedLevel(units=round(2 * demand.mean_per_day))

    parts: dict[str, Any] = {"mine": double, "stated": 3}

    assert SumOf(parts=parts)(**FACTS).explain() == ("The sum of mine 8, stated 3 is 11.")


@pytest.mark.parametrize("answer", [None, 12, "ten"])
def test_a_rule_has_to_answer_a_level(answer: Any) -> None:
    """A rule that forgets its words is told so, not the user of the policy."""

    def careless(**known: Any) -> Any:
        del known
        return answer

    with pytest.raises(FieldError) as caught:
        SumOf(parts={"mine": careless})(**FACTS)

    assert answer == caught.value.got


@pytest.mark.parametrize("wrong", [{"reorder_point": 1.5}, {"safety_stock": 0.5}, {"why": 3}])
def test_a_level_of_a_rule_is_checked(wrong: dict[str, Any]) -> None:
    """Both numbers are whole, and the reason is a text."""
    with pytest.raises(FieldError):
        RuleLevel(**{"reorder_point": 1, "why": "so", **wrong})


# Seasons


@given(drawn.year_days, drawn.year_days, st.dates())
def test_a_season_of_every_year_covers_its_days(first: YearDay, last: YearDay, day: date) -> None:
    """Walked by hand: from the first day, through the turn of the year, to the last."""
    season = Season(name="y", first=first, last=last, level=1)
    walked = {first, last}
    here = date(2000, first.month, first.day)
    while here.replace(year=2000) != date(2000, last.month, last.day):
        walked.add(YearDay(month=here.month, day=here.day))
        here += timedelta(days=1)
        here = here.replace(year=2000)

    assert season.covers(day) == (YearDay(month=day.month, day=day.day) in walked)


@given(st.dates(), st.dates(), st.dates())
def test_a_season_of_dates_covers_its_days(one: date, other: date, day: date) -> None:
    """Both ends are in the season."""
    season = Season(name="s", first=min(one, other), last=max(one, other), level=1)

    assert season.covers(day) == (min(one, other) <= day <= max(one, other))


@given(st.tuples(*[drawn.year_days] * 4))
def test_yearly_seasons_overlap_if_they_share_a_day(days: tuple[YearDay, ...]) -> None:
    """Searched by hand over a leap year; refused whichever comes first."""
    one = Season(name="one", first=days[0], last=days[1], level=1)
    other = Season(name="other", first=days[2], last=days[3], level=1)
    year = [date(2000, 1, 1) + timedelta(days=day) for day in range(366)]
    shared = any(one.covers(day) and other.covers(day) for day in year)

    assert one.overlaps(other) == other.overlaps(one) == shared
    if shared:
        with pytest.raises(FieldError) as caught:
            SeasonalLevel(usual=1, seasons=[one, FAIR, other])
        assert caught.value.field == "seasons"
    else:
        assert SeasonalLevel(usual=1, seasons=[one, FAIR, other])


@given(st.tuples(*[st.dates(date(2026, 1, 1), date(2026, 3, 1))] * 4))
def test_seasons_of_dates_overlap_if_they_share_a_day(days: tuple[date, ...]) -> None:
    """Two stretches of the calendar share a day unless one ends before the other begins."""
    one = Season(name="one", first=min(days[:2]), last=max(days[:2]), level=1)
    other = Season(name="other", first=min(days[2:]), last=max(days[2:]), level=1)

    assert one.overlaps(other) == (one.first <= other.last and other.first <= one.last)  # type: ignore[operator]  # all are dates
    assert not one.overlaps(CHRISTMAS)
    assert not CHRISTMAS.overlaps(one)


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 11, 14), 10),
        (date(2026, 11, 15), 40),
        (date(2026, 11, 19), 40),
        (date(2026, 11, 20), 90),
        (date(2026, 11, 22), 90),
        (date(2026, 11, 23), 40),
        (date(2027, 1, 6), 40),
        (date(2027, 1, 7), 10),
        (date(2027, 11, 20), 40),
    ],
)
def test_a_season_of_dates_overrides_a_yearly_one(today: date, level: int) -> None:
    """Every year is Christmas, once there is the fair, and both ends belong to them."""
    rule = SeasonalLevel(usual=10, seasons=[CHRISTMAS, FAIR])
    other_way = SeasonalLevel(usual=10, seasons=[FAIR, CHRISTMAS])

    assert rule(**{**FACTS, "today": today}).reorder_point == level
    assert other_way(**{**FACTS, "today": today}).reorder_point == level


@pytest.mark.parametrize(
    ("today", "lead", "level"),
    [
        (date(2026, 11, 7), 7, 10),
        (date(2026, 11, 8), 7, 40),
        (date(2026, 11, 8), 6.5, 40),
        (date(2026, 12, 30), 7, 40),
        (date(2026, 12, 31), 7, 10),
        (date(2026, 12, 31), 3650, 40),
    ],
)
def test_a_season_may_be_decided_by_the_day_of_arrival(
    today: date, lead: float, level: int
) -> None:
    """With a lead time of a week the level rises a week ahead, and falls a week ahead."""
    rule = SeasonalLevel(usual=10, seasons=[CHRISTMAS], decided_by=SeasonDay.ARRIVAL)
    known = {**FACTS, "today": today, "lead_time": LeadTime(mean_days=lead)}

    assert rule(**known).reorder_point == level


@pytest.mark.parametrize(
    ("first", "last", "day", "covered"),
    [
        ((2, 29), (3, 5), date(2027, 3, 1), True),
        ((2, 29), (3, 5), date(2027, 2, 28), False),
        ((2, 20), (2, 29), date(2027, 2, 28), True),
        ((2, 20), (2, 29), date(2027, 3, 1), False),
        ((2, 29), (2, 29), date(2028, 2, 29), True),
        ((2, 29), (2, 29), date(2027, 2, 28), False),
        ((2, 29), (2, 29), date(2027, 3, 1), False),
    ],
)
def test_a_season_at_the_leap_day(
    first: tuple[int, int], last: tuple[int, int], day: date, *, covered: bool
) -> None:
    """Without 29 February, it begins on 1 March and ends on 28 February."""
    season = Season(
        name="leap",
        first=YearDay(month=first[0], day=first[1]),
        last=YearDay(month=last[0], day=last[1]),
        level=1,
    )

    assert covered == season.covers(day)


def test_a_seasonal_level_explains_itself() -> None:
    """The words name the season, its days, and the level in it; also that there is none."""
    cover = Season(name="fair", first=FAIR.first, last=FAIR.last, level=DaysOfCover(days=5))
    rule = SeasonalLevel(usual=SafetyStockOf(policy=POINT), seasons=[cover])
    fair, usual = rule(**{**FACTS, "today": FAIR.first}), rule(**FACTS)

    assert fair.explain() == (
        "Season fair (from 2026-11-20 to 2026-11-22), by today, 2026-11-20: "
        "5 days of cover at 4 a day are 20 units."
    )
    assert usual.explain().startswith("No season, by today, 2026-10-01: The level is the safety")
    assert (usual.reorder_point, usual.safety_stock) == (14, 14)


@pytest.mark.parametrize(
    ("month", "day", "field"),
    [
        (0, 1, "month"),
        (13, 1, "month"),
        (2, 30, "day"),
        (4, 31, "day"),
        (1, 0, "day"),
        (1, 10**30, "day"),
        (True, 1, "month"),
        (1, 1.0, "day"),
    ],
)
def test_a_day_of_the_year_exists(month: Any, day: Any, field: str) -> None:
    """29 February is a day of a year, the 30th is not."""
    with pytest.raises(FieldError) as caught:
        YearDay(month=month, day=day)

    assert field == caught.value.field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first": date(2026, 1, 2), "last": date(2026, 1, 1)}, "last"),
        ({"first": date(2026, 1, 2), "last": YearDay(month=2, day=1)}, "last"),
        ({"first": YearDay(month=2, day=1), "last": date(2026, 1, 1)}, "last"),
        ({"first": "2026-01-01"}, "first"),
        ({"last": datetime(2026, 1, 1, tzinfo=UTC)}, "last"),
        ({"level": -1}, "level"),
        ({"name": 3}, "name"),
    ],
)
def test_a_season_refuses_wrong_days(wrong: dict[str, Any], field: str) -> None:
    """Two days of one kind, in order."""
    fields = {
        "name": "s",
        "first": date(2026, 1, 1),
        "last": date(2026, 1, 1),
        "level": 1,
        **wrong,
    }
    with pytest.raises(FieldError) as caught:
        Season(**fields)

    assert field == caught.value.field
