"""Plans over columns are the scalar policies, unit for unit, in whatever parts they are made."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from statistics import NormalDist
from typing import Any

import attrs
import numpy as np
import pytest
from bulk_facts import (
    NOW,
    ask,
    columns_of,
    counts,
    decisions,
    facts,
    planned,
    positions,
    quantities,
    reorder_points,
    shares,
    sizes,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.bulk import ColumnError, explain_row, plan_columns
from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    Demand,
    DemandMoments,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    ReorderPoint,
    Trigger,
)

POLICY = ReorderPoint(service_level=0.95, quantity=OrderQuantity(moq=10, case_pack=12))


def shop(rows: int = 20_000) -> dict[str, Any]:
    """Return so many skus, spread evenly and the same each time."""
    place = np.arange(rows)
    return {
        "sku": np.char.add("SKU-", place.astype(str)),
        "mean_per_day": place % 17 / 2,
        "sd_per_day": place % 13 / 3,
        "lead_time_days": 7.0 + place % 11,
        "lead_time_sd_days": place % 4 / 2,
        "service_level": np.array([0.9, 0.95, 0.98, 0.5])[place % 4],
        "position": place * 7 % 200 - 20,
        "moq": place % 5 + 1,
        "case_pack": place % 12 + 1,
        "maximum": place % 300 + 50,
    }


@settings(max_examples=250)
@given(reorder_points, st.lists(facts, min_size=1, max_size=8))
def test_a_plan_is_the_policy_asked_row_by_row(
    policy: ReorderPoint, rows: list[dict[str, Any]]
) -> None:
    """Reorder point, safety stock, target and order are those of the advice, unit for unit."""
    answer = plan_columns(columns_of(rows), policy=policy)

    for place, row in enumerate(rows):
        assert planned(answer, place) == decisions(ask(policy, row))


own_parameters = st.fixed_dictionaries(
    {"service_level": shares, "moq": sizes, "case_pack": sizes, "maximum": counts}
)


@settings(max_examples=200)
@given(reorder_points, st.lists(st.tuples(facts, own_parameters), min_size=1, max_size=8))
def test_a_column_stands_in_for_the_parameter_of_its_name(
    policy: ReorderPoint, drawn: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """A row with its own parameters is answered as a policy with these would answer it."""
    answer = plan_columns(columns_of([row | own for row, own in drawn]), policy=policy)

    for place, (row, own) in enumerate(drawn):
        level = own["service_level"]
        limits = {name: own[name] for name in ("moq", "case_pack", "maximum")}
        mine = attrs.evolve(policy, service_level=level, quantity=OrderQuantity(**limits))
        assert planned(answer, place) == decisions(ask(mine, row))


@given(
    st.lists(st.tuples(counts, counts, positions), min_size=1, max_size=8),
    st.sampled_from(Trigger),
    quantities,
)
def test_a_plan_of_minimum_stock_is_the_policy_asked_row_by_row(
    drawn: list[tuple[int, int, int]], trigger: Trigger, quantity: OrderQuantity
) -> None:
    """Levels in columns and levels in the policy give what the scalar policy gives."""
    rows = [{"level": min(pair), "up_to": max(pair), "position": units} for *pair, units in drawn]
    policies = [
        MinimumStock(level=row["level"], up_to=row["up_to"], trigger=trigger, quantity=quantity)
        for row in rows
    ]
    together = plan_columns(columns_of(rows), policy=attrs.evolve(policies[0], up_to=None))

    for place, (row, policy) in enumerate(zip(rows, policies, strict=True)):
        alone = plan_columns(columns_of([{"position": row["position"]}]), policy=policy)
        wanted = decisions(ask(policy, row))
        assert planned(together, place) == planned(alone, 0) == wanted


def test_without_an_up_to_the_minimum_is_the_target() -> None:
    """A minimum alone orders up to itself, as the scalar policy does."""
    answer = plan_columns({"position": np.array([7, 10])}, policy=MinimumStock(level=10))

    assert answer["order"].tolist() == [3, 0]


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(st.integers(0, 9) | st.integers(0, 10**7), min_size=2, max_size=9),
        min_size=1,
        max_size=6,
    ),
    reorder_points,
)
def test_a_plan_from_moments_is_the_policy_asked_with_their_demand(
    histories: list[list[int]], policy: ReorderPoint
) -> None:
    """Mean and standard deviation out of moments are those of the scalar value."""
    moments = [DemandMoments.from_daily(units) for units in histories]
    rows = [attrs.asdict(one) | {"lead_time_days": 7.0, "position": 20} for one in moments]
    answer = plan_columns(columns_of(rows), policy=policy)

    for place, one in enumerate(moments):
        row = {
            "mean_per_day": one.demand.mean_per_day,
            "sd_per_day": one.demand.sd_per_day,
            "lead_time_days": 7.0,
            "position": 20,
        }
        assert planned(answer, place) == decisions(ask(policy, row))


def test_what_lies_on_the_border_of_a_unit_is_not_left_to_the_last_bits() -> None:
    """Where a level is so large that the last bits decide about a unit, it is the scalar one."""
    rng = np.random.default_rng(6)
    rows = 200_000
    columns = {
        "mean_per_day": rng.uniform(1e6, 1e7, rows),
        "sd_per_day": rng.uniform(1e6, 1e7, rows),
        "lead_time_days": rng.uniform(1e3, 3650, rows),
        "lead_time_sd_days": rng.uniform(1e3, 3650, rows),
        "position": np.zeros(rows, dtype=np.int64),
    }
    policy = ReorderPoint(service_level=1e-300, cover_days=0)
    answer = plan_columns(columns, policy=policy)
    # Of so many rows those are held against the policy that lie near a whole number of units.
    mean, lead = columns["mean_per_day"], columns["lead_time_days"]
    of_lead_time = mean * columns["lead_time_sd_days"]
    spread = np.hypot(np.sqrt(lead) * columns["sd_per_day"], of_lead_time)
    level = mean * lead + NormalDist().inv_cdf(1e-300) * spread
    near = np.flatnonzero(np.abs(level - np.rint(level)) < 1e-3).tolist()

    assert len(near) > 100
    for row in near:
        one = {name: column[row].item() for name, column in columns.items()}
        assert planned(answer, row) == decisions(ask(policy, one))


@given(st.data())
def test_the_parts_put_together_are_the_whole(data: st.DataObject) -> None:
    """Cut anywhere, planned by itself and put together, the parts are the plan of the whole."""
    columns = shop(9_000)
    cuts = sorted(data.draw(st.lists(st.integers(0, 9_000), max_size=4)))
    whole = plan_columns(columns, policy=POLICY)

    parts = [
        plan_columns({name: column[a:b] for name, column in columns.items()}, policy=POLICY)
        for a, b in zip([0, *cuts], [*cuts, 9_000], strict=True)
    ]

    for name, column in whole.items():
        assert np.concatenate([part[name] for part in parts]).tolist() == column.tolist()


def test_a_plan_changes_nothing_and_depends_on_nothing_else() -> None:
    """The arguments are as they were, threads do not disturb each other, and all of it pickles."""
    columns = shop()
    before = copy.deepcopy(columns)
    first = plan_columns(columns, policy=POLICY)
    with ThreadPoolExecutor(4) as threads:
        others = list(threads.map(lambda _: plan_columns(columns, policy=POLICY), range(8)))
    work = pickle.loads(pickle.dumps((plan_columns, columns, POLICY)))  # noqa: S301 - our own
    again = work[0](work[1], policy=work[2])

    for name, column in columns.items():
        assert (column == before[name]).all()
    for other in [*others, again]:
        assert {name: column.tolist() for name, column in other.items()} == {
            name: column.tolist() for name, column in first.items()
        }


NUMBERS = tuple(name for name in shop(1) if name != "sku")


@pytest.mark.parametrize("arrays", [(name,) for name in NUMBERS] + [NUMBERS[:4], NUMBERS[5:]])
def test_one_number_stands_for_a_column_of_it(arrays: tuple[str, ...]) -> None:
    """What all rows share is given once; one array is enough to say how many rows there are."""
    columns = shop(100)
    shared = {name: columns[name][77].item() for name in NUMBERS if name not in arrays}
    own = {name: columns[name] for name in arrays}
    spelt = {name: np.full(100, value) for name, value in shared.items()}

    one, other = (plan_columns(own | rest, policy=POLICY) for rest in (shared, spelt))

    assert {name: column.tolist() for name, column in one.items()} == {
        name: column.tolist() for name, column in other.items()
    }


def test_the_answer_is_the_same_whatever_the_arrays_look_like() -> None:
    """Strided, big-endian, narrow and read-only arrays, and lists, are read as what they hold."""
    columns = shop(500)
    wanted = plan_columns(columns, policy=POLICY)["order"].tolist()
    numbers = {name: column for name, column in columns.items() if name != "sku"}
    strided = {name: np.repeat(column, 3)[::3] for name, column in numbers.items()}
    swapped = {
        name: column.astype(column.dtype.newbyteorder(">")) for name, column in numbers.items()
    }
    reversed_ = {name: column[::-1].copy()[::-1] for name, column in numbers.items()}
    listed = {name: column.tolist() for name, column in numbers.items()}
    narrow = numbers | {
        "position": numbers["position"].astype(np.int16),
        "moq": numbers["moq"].astype(np.uint8),
        "maximum": numbers["maximum"].astype(np.uint64),
        "lead_time_days": numbers["lead_time_days"].astype(np.float16),
    }
    for column in numbers.values():
        column.flags.writeable = False

    for look in (strided, swapped, reversed_, listed, narrow, numbers):
        assert plan_columns(look, policy=POLICY)["order"].tolist() == wanted


def test_a_plan_of_nothing_is_empty() -> None:
    """Columns without a row give columns without a row, of whole numbers."""
    columns = {"mean_per_day": [], "lead_time_days": [], "position": []}
    answer = plan_columns(columns, policy=POLICY)

    assert {
        name: (len(column), column.dtype.name) for name, column in answer.items()
    } == dict.fromkeys(("reorder_point", "safety_stock", "target", "order"), (0, "int64"))


def test_the_parts_of_a_position_are_added_up() -> None:
    """Usable less promised less uncovered plus on order, as the scalar position has it."""
    columns = {
        "usable": np.array([30, 0, 10**15]),
        "promised": np.array([8, 3, 0]),
        "uncovered": np.array([0, 4, 0]),
        "on_order": np.array([12, 0, 2**62 - 1]),
    }
    answer = plan_columns(columns, policy=MinimumStock(level=10))

    assert answer["order"].tolist() == [0, 17, 0]


def test_a_row_is_explained_by_the_scalar_policy() -> None:
    """The advice of a row has its own parameters and parts, and the numbers of the plan."""
    columns = shop(300)
    answer = plan_columns(columns, policy=POLICY)

    for row in (0, 1, 299):
        advice = explain_row(columns, row=row, policy=POLICY, now=NOW)
        assert decisions(advice) == planned(answer, row)
        assert advice.position.total == columns["position"][row]
        assert advice.level.service_level == columns["service_level"][row]
        assert str(advice.order) in advice.explain()


def test_a_row_of_moments_is_explained_with_its_days() -> None:
    """Demand out of moments says how many days are behind it."""
    columns = {"days": [3, 4], "total": [12, 4], "total_of_squares": [56, 8], "usable": [1, 2]}
    policy = MinimumStock(level=10)
    advice = explain_row(columns, row=1, policy=policy, now=NOW)

    assert advice.demand == Demand(mean_per_day=1, sd_per_day=(4 / 3) ** 0.5, observed_days=4)
    assert advice.lead_time == LeadTime(mean_days=0)
    assert advice.position.usable == 2


@pytest.mark.parametrize("row", [-1, 2])
def test_a_row_that_is_not_there_is_not_explained(row: int) -> None:
    """A row is counted from 0, and never from the end."""
    with pytest.raises(FieldError) as caught:
        explain_row({"position": [1, 2]}, row=row, policy=MinimumStock(level=1), now=NOW)

    assert caught.value.field == "row"


def test_a_fault_in_another_row_does_not_keep_a_row_from_being_explained() -> None:
    """Only the row that is asked for is looked at."""
    columns = {"position": [1, 2], "level": [5, -1]}
    policy = MinimumStock(level=1)

    assert explain_row(columns, row=0, policy=policy, now=NOW).order == 4
    with pytest.raises(ColumnError):
        explain_row(columns, row=1, policy=policy, now=NOW)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (object(), "policy"),
        (None, "policy"),
        (MinimumStock(level=lambda **_: None), "level"),
        (MinimumStock(level=1, up_to=lambda **_: None), "up_to"),
        (
            MinimumStock(level=1, quantity=OrderQuantity(shelf_life_days=30)),
            "shelf_life_days",
        ),
    ],
)
def test_what_a_policy_cannot_do_in_bulk_is_refused(policy: Any, field: str) -> None:
    """A policy of another kind, a rule and a limit that needs more than columns are named."""
    with pytest.raises(FieldError) as caught:
        plan_columns({"position": [1]}, policy=policy)

    assert caught.value.field == field
