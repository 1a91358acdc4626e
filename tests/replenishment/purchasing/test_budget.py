"""Budgets: never over, near the best choice, and every cut explained."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.replenishment.purchasing import (
    BudgetAllocation,
    BudgetCandidate,
    LostMarginAvoided,
    allocate_budget,
)


def euros(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


def candidate(name: str = "LAMP", **fields: Any) -> BudgetCandidate:
    """Return a candidate: 48 wanted at 2.50 EUR, each worth 1.5, in dozens."""
    fields = {"wanted": 48, "unit_cost": euros(250), "value": 1.5, "case_pack": 12, **fields}
    return BudgetCandidate(sku=Sku(name), **fields)


class Curve:
    """What the first n units are worth: the sum of what each of them is, given one by one."""

    def __init__(self, units: Sequence[float]) -> None:
        self.units = units

    def __call__(self, more: int) -> float:
        """Return what so many units are worth together."""
        return math.fsum(self.units[:more])

    def __repr__(self) -> str:
        return f"Curve({self.units})"


falling = st.lists(st.integers(0, 50), min_size=8, max_size=8).map(
    lambda units: Curve(sorted(units, reverse=True))
)
uneven = st.lists(st.integers(-20, 50), min_size=8, max_size=8).map(Curve)


def candidates(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[BudgetCandidate]]:
    """Return up to three candidates, small enough to try every choice."""
    one: st.SearchStrategy[dict[str, Any]] = st.builds(
        dict,
        wanted=st.integers(0, 8),
        unit_cost=st.integers(0, 40).map(euros),
        value=values,
        moq=st.integers(1, 4),
        case_pack=st.integers(1, 3),
    )
    return st.lists(one, max_size=3).map(
        lambda many: [candidate(f"S{place}", **fields) for place, fields in enumerate(many)]
    )


def best(offered: Sequence[BudgetCandidate], budget: int) -> float:
    """Return what the best choice is worth, found by trying all of them."""
    ranges = [[0, *one.choices(amount=budget)] for one in offered]
    return max(
        math.fsum(one.worth(units) for one, units in zip(offered, chosen, strict=True))
        for chosen in itertools.product(*ranges)
        if sum(one.unit_cost.amount * units for one, units in zip(offered, chosen, strict=True))
        <= budget
    )


def check_legal(told: BudgetAllocation, offered: Sequence[BudgetCandidate], budget: int) -> None:
    """Fail unless the budget holds, and each quantity is 0 or one that can be bought."""
    assert told.spent.amount <= budget
    assert told.spent.amount == sum(line.cost.amount for line in told.lines)
    for line, one in zip(told.lines, offered, strict=True):
        assert line.granted == 0 or line.granted in one.choices(amount=budget)
        assert (line.sku, line.wanted) == (one.sku, one.wanted)
        assert one.unit_cost * line.granted == line.cost
        assert pytest.approx(one.worth(line.granted) if line.granted else 0) == line.value
        assert line.is_cut is (line.granted < line.wanted)
        assert (line.wanted, line.granted) == (line.step.before, line.step.after)


@given(candidates(st.floats(0, 50) | falling), st.integers(0, 400))
def test_a_budget_is_never_exceeded_and_at_least_half_of_the_best_is_bought(
    offered: list[BudgetCandidate], budget: int
) -> None:
    """Where each unit is worth less than the one before; and the bound is above the best choice."""
    told = allocate_budget(offered, budget=euros(budget))
    ideal = best(offered, budget)

    check_legal(told, offered, budget)
    assert told.value <= ideal + 1e-6
    assert told.bound >= ideal - 1e-6
    assert told.value >= ideal / 2 - 1e-6
    assert pytest.approx(max(0.0, told.bound - told.value)) == told.gap


@given(candidates(uneven), st.integers(0, 400))
def test_uneven_curves_keep_the_budget_and_the_bound(
    offered: list[BudgetCandidate], budget: int
) -> None:
    """Curves that rise late or fall are looked at by their hull; the same holds of them."""
    told = allocate_budget(offered, budget=euros(budget))
    ideal = best(offered, budget)

    check_legal(told, offered, budget)
    assert ideal / 2 - 1e-6 <= told.value <= ideal + 1e-6
    assert told.bound >= ideal - 1e-6


@given(candidates(falling))
def test_money_enough_buys_all_that_is_worth_something(offered: list[BudgetCandidate]) -> None:
    """Without a shortage it is the best choice, and nothing is left to gain."""
    told = allocate_budget(offered, budget=euros(10**6))

    assert pytest.approx(best(offered, 10**6)) == told.value
    assert told.gap == 0


@given(st.lists(falling, min_size=1, max_size=3), st.integers(0, 24))
def test_units_of_one_price_are_bought_best(curves: list[Any], budget: int) -> None:
    """Without packs and at one price, marginal value finds the best choice itself."""
    offered = [
        candidate(f"S{place}", wanted=8, unit_cost=euros(1), value=curve, case_pack=1)
        for place, curve in enumerate(curves)
    ]
    told = allocate_budget(offered, budget=euros(budget))

    assert pytest.approx(best(offered, budget)) == told.value


@given(candidates(falling), st.integers(0, 200), st.integers(0, 200))
def test_more_money_is_never_bounded_lower(
    offered: list[BudgetCandidate], budget: int, more: int
) -> None:
    """What no choice can exceed rises with the budget."""
    low, high = (
        allocate_budget(offered, budget=euros(amount)).bound for amount in (budget, budget + more)
    )

    assert low <= high + 1e-6


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 40)), min_size=1, max_size=4),
    st.integers(0, 400),
)
def test_the_bound_is_what_fractions_of_a_unit_would_be_worth(
    goods: list[tuple[int, int]], budget: int
) -> None:
    """One unit of each good: the bound is that of the knapsack whose last good may be cut."""
    offered = [
        candidate(f"S{place}", wanted=1, unit_cost=euros(cost), value=float(worth), case_pack=1)
        for place, (worth, cost) in enumerate(goods)
    ]
    affordable = [(worth, cost) for worth, cost in goods if cost <= budget]
    left, ideal = budget, 0.0
    for worth, cost in sorted(affordable, key=lambda good: -good[0] / good[1]):
        taken = min(cost, left)
        ideal, left = ideal + worth * taken / cost, left - taken

    assert pytest.approx(ideal) == allocate_budget(offered, budget=euros(budget)).bound


@given(candidates(falling), st.integers(0, 400))
def test_the_same_is_bought_again(offered: list[BudgetCandidate], budget: int) -> None:
    """Nothing is left to chance."""
    first, second = (allocate_budget(offered, budget=euros(budget)) for _ in range(2))

    assert first.lines == second.lines


def test_the_half_is_reached_by_buying_one_alone() -> None:
    """A cheap trifle with the better rate does not keep a good one out."""
    trifle = candidate("TRIFLE", wanted=1, unit_cost=euros(1), value=2, case_pack=1)
    good = candidate("GOOD", wanted=1, unit_cost=euros(100), value=100, case_pack=1)
    told = allocate_budget([trifle, good], budget=euros(100))

    assert (told.granted(Sku("TRIFLE")), told.granted(Sku("GOOD")), told.granted(Sku("X"))) == (
        0,
        1,
        0,
    )
    assert told.value == 100


def test_a_curve_counts_from_what_nothing_is_worth() -> None:
    """What the curve says of no units at all is taken off."""
    raised = candidate(wanted=2, value=lambda units: 100 + 10 * units, case_pack=1)
    plain = candidate("OWL", wanted=2, value=15, case_pack=1)
    told = allocate_budget([raised, plain], budget=euros(500))

    assert [line.granted for line in told.lines] == [0, 2]
    assert (told.value, told.gap) == (30, 0)


def test_each_cut_is_explained() -> None:
    """All that was wanted, what more would cost, what is worth nothing, and what packs leave."""
    told = allocate_budget(
        [
            candidate("LAMP"),
            candidate("TIGER", unit_cost=euros(400), value=3.2),
            candidate("OWL", value=0),
            candidate("ZEBRA", wanted=10),
            candidate("YAK", wanted=30, value=9),
            candidate("BEE", moq=13, wanted=30),
        ],
        budget=euros(32_000),
    )

    assert [line.why for line in told.lines] == [
        "the next 12 cost more than is left of the budget",
        "all that was wanted",
        "more is worth nothing",
        "the next 12 are more than was wanted",
        "the next 12 are more than was wanted",
        "the next 24 cost more than is left of the budget",
    ]
    assert [line.granted for line in told.lines] == [24, 48, 0, 0, 24, 0]
    assert [str(line.sku) for line in told.cut] == ["LAMP", "OWL", "ZEBRA", "YAK", "BEE"]
    assert told.explain().startswith(
        "312.00 EUR of 320.00 EUR spent, worth 405.6; the best choice is worth at most"
    )


def test_nothing_for_nothing() -> None:
    """No candidates, no money and what costs nothing are no faults."""
    empty = allocate_budget([], budget=euros(100))
    assert (empty.lines, empty.value, empty.gap) == ((), 0, 0)
    poor = allocate_budget([candidate()], budget=euros(0))
    assert (poor.spent.amount, poor.lines[0].granted) == (0, 0)
    free = candidate(unit_cost=euros(0), wanted=50)
    assert [line.granted for line in allocate_budget([free], budget=euros(0)).lines] == [48]


class Even:
    """Demand that is any of 0 to 9 units, each as likely."""

    mean = 4.5
    sd = math.sqrt(8.25)

    def cdf(self, units: float) -> float:
        """Return P(D <= units)."""
        return min(10, max(0, math.floor(units) + 1)) / 10

    def quantile(self, probability: float) -> float:
        """Return the least units that suffice so often."""
        return math.ceil(probability * 10) - 1

    def loss(self, units: float) -> float:
        """Return E[(D - units)+]."""
        return math.fsum(max(0.0, asked - units) for asked in range(10)) / 10

    def explain(self) -> str:
        """Return the family."""
        return "any of 0 to 9"


def test_lost_margin_avoided_falls_unit_by_unit() -> None:
    """The n-th unit saves a sale with the probability that so many are asked for."""
    worth = LostMarginAvoided(demand=Even(), position=3, margin_per_unit=2)
    steps = [worth(more + 1) - worth(more) for more in range(8)]

    assert worth(0) == 0
    assert pytest.approx([1.2, 1.0, 0.8, 0.6, 0.4, 0.2, 0, 0]) == steps
    bought = allocate_budget([candidate(wanted=8, value=worth, case_pack=1)], budget=euros(10_000))
    assert bought.lines[0].granted == 6
    for margin in (-1, float("nan"), "2", True):
        with pytest.raises(FieldError):
            LostMarginAvoided(demand=Even(), position=3, margin_per_unit=margin)  # type: ignore[arg-type]


def test_a_budget_is_in_one_currency_and_names_each_sku_once() -> None:
    """Other currencies, a sku twice and a budget below 0 are refused."""
    with pytest.raises(CurrencyMismatchError):
        allocate_budget([candidate()], budget=Money(100, Currency.USD))
    with pytest.raises(FieldError):
        allocate_budget([candidate(), candidate()], budget=euros(100))
    with pytest.raises(FieldError):
        allocate_budget([candidate()], budget=euros(-1))


@pytest.mark.parametrize("worth", [float("nan"), float("inf"), None, "1", 1e16])
def test_a_curve_answers_with_numbers(worth: Any) -> None:
    """What is no finite number is refused, and so is a curve of too many choices."""
    with pytest.raises(FieldError) as caught:
        allocate_budget([candidate(value=lambda _: worth)], budget=euros(10_000))
    assert caught.value.field == "value"
    with pytest.raises(FieldError):
        allocate_budget(
            [candidate(wanted=100_001, value=lambda units: units, case_pack=1)],
            budget=euros(10**9),
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"wanted": -1},
        {"unit_cost": euros(-1)},
        {"unit_cost": 250},
        {"value": -1},
        {"value": float("nan")},
        {"value": None},
        {"moq": 0},
        {"case_pack": True},
    ],
    ids=str,
)
def test_a_candidate_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Each field is checked."""
    with pytest.raises(FieldError) as caught:
        candidate(**wrong)
    assert [caught.value.field] == list(wrong)
