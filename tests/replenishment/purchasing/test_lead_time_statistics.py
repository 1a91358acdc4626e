"""Lead times as receipts tell them: moments, quantiles, promises, what is still open."""

import csv
import lzma
import statistics
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.replenishment import (
    ExpectedReceipt,
    LeadTime,
    PurchaseOrder,
    PurchaseOrderState,
    TooFewObservationsError,
)
from ecomkit.replenishment.purchasing import (
    CountedFrom,
    LeadTimeObservation,
    LeadTimeStatistics,
    Route,
    Weighting,
    lead_times_by_route,
    observed_lead_times,
)

numpy = pytest.importorskip("numpy")

DAY = date(2026, 3, 2)
HISTORY = Path(__file__).parents[3] / "examples" / "purchase_plan" / "scms_delivery_history.csv.xz"


def seen(days: int, *, late: int | None = None, units: int = 1, **route: Any) -> Any:
    """Return an observation of so many days."""
    came = DAY + timedelta(days=days)
    return LeadTimeObservation(
        ordered_on=DAY,
        received_on=came,
        promised_on=None if late is None else came - timedelta(days=late),
        units=units,
        route=Route(**route),
    )


observations = st.builds(
    seen, st.integers(0, 400), late=st.none() | st.integers(-30, 30), units=st.integers(1, 6)
)


@given(st.lists(observations, min_size=2, max_size=20))
def test_moments_are_those_of_the_sample(sample: list[LeadTimeObservation]) -> None:
    """By receipt, mean and sd are those that the standard library tells of the days."""
    days = [one.days or 0 for one in sample]
    told = LeadTimeStatistics(observations=sample)

    assert pytest.approx(statistics.fmean(days)) == told.mean_days
    assert pytest.approx(statistics.stdev(days), abs=1e-9) == told.sd_days
    assert told.lead_time == LeadTime(mean_days=told.mean_days, sd_days=told.sd_days)
    assert tuple(sorted(days)) == told.empirical_lead_time.observed


@given(st.lists(observations, min_size=2, max_size=12), st.floats(0, 1))
def test_by_unit_is_as_if_each_unit_came_alone(
    sample: list[LeadTimeObservation], probability: float
) -> None:
    """Weighing by unit equals writing each unit down as an observation of its own."""
    told = LeadTimeStatistics(observations=sample, weighting=Weighting.BY_UNIT)
    alone = LeadTimeStatistics(
        observations=[
            LeadTimeObservation(
                ordered_on=one.ordered_on,
                promised_on=one.promised_on,
                received_on=one.received_on,
            )
            for one in sample
            for _ in range(one.units)
        ]
    )

    assert pytest.approx(alone.mean_days) == told.mean_days
    assert pytest.approx(alone.sd_days) == told.sd_days
    assert pytest.approx(alone.quantile(probability)) == told.quantile(probability)
    assert pytest.approx(alone.on_time_share) == told.on_time_share
    assert pytest.approx(alone.mean_days_late) == told.mean_days_late


@given(st.lists(observations, min_size=1, max_size=30), st.floats(0, 1))
def test_quantiles_are_those_of_definition_7(
    sample: list[LeadTimeObservation], probability: float
) -> None:
    """Quantiles are numpy's default: definition 7 of Hyndman and Fan; they are the LeadTime's too."""
    days = [one.days or 0 for one in sample]
    expected = pytest.approx(float(numpy.quantile(days, probability)), abs=1e-9)

    assert expected == LeadTimeStatistics(observations=sample).quantile(probability)
    if len(days) > 1 and 0 < probability < 1:
        assert expected == LeadTime.empirical(days).quantile(probability)


@given(st.data(), st.lists(observations, min_size=2, max_size=12))
def test_the_order_of_receipts_does_not_matter(
    data: st.DataObject, sample: list[LeadTimeObservation]
) -> None:
    """Receipts in another order tell the same."""
    shuffled = data.draw(st.permutations(sample))

    assert (
        LeadTimeStatistics(observations=sample).explain()
        == LeadTimeStatistics(observations=shuffled).explain()
    )


def day(text: str, pattern: str) -> date:
    """Return the day that *text* spells."""
    return datetime.strptime(f"{text} +0000", f"{pattern} %z").date()


def history() -> Iterator[tuple[LeadTimeObservation, str]]:
    """Yield what each line of the delivery history tells, with its vendor."""
    with lzma.open(HISTORY, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            try:
                ordered = day(row["PO Sent to Vendor Date"], "%m/%d/%y")
            except ValueError:
                ordered = None
            promised = day(row["Scheduled Delivery Date"], "%d-%b-%y")
            came = day(row["Delivered to Client Date"], "%d-%b-%y")
            route = Route(supplier=SupplierId(row["Vendor"]), mode=row["Shipment Mode"])
            yield (
                LeadTimeObservation(
                    ordered_on=ordered,
                    promised_on=promised,
                    received_on=came,
                    units=int(row["Line Item Quantity"]),
                    route=route,
                ),
                row["Vendor"],
            )


@pytest.mark.parametrize("case", cases("lead_time_statistics"))
def test_a_real_history_tells_what_was_published(case: dict[str, Any]) -> None:
    """The delivery history gives the figures of the case; negative lead times are left out."""
    rows = list(history())
    told = LeadTimeStatistics(observations=[one for one, _ in rows])
    expected = case["expected"]

    assert expected["rows"] == len(told.observations)
    assert expected["rows_with_po_date"] == told.receipts + told.negative
    assert expected["negative_lead_times"] == told.negative
    assert told.mean_days == near(case, "lead_time_mean")
    assert told.sd_days == near(case, "lead_time_sd")
    assert told.p50 == near(case, "lead_time_median")
    assert told.p90 == near(case, "p90")
    assert told.p95 == near(case, "p95")
    assert told.on_time_share == near(case, "on_time_share")
    assert expected["late_rows"] == told.late
    assert expected["early_rows"] == told.early
    assert expected["max_days_late"] == told.worst_days_late
    assert expected["vendors"] == len({vendor for _, vendor in rows})

    by_route = lead_times_by_route(one for one, _ in rows)

    assert len(told.observations) == sum(len(one.observations) for one in by_route.values())
    assert {"Air", "Ocean", "Truck", "Air Charter", "N/A"} == {route.mode for route in by_route}


def test_what_is_open_is_overdue_once_it_is_later_than_usual() -> None:
    """An order that has waited longer than the quantile is told, before it comes."""
    waiting = [
        LeadTimeObservation(ordered_on=DAY - timedelta(days=ahead), units=ahead)
        for ahead in (8, 9, 20)
    ]
    unknown = LeadTimeObservation()
    told = LeadTimeStatistics(observations=[seen(6), seen(7), seen(8), *waiting, unknown])

    assert (told.receipts, told.still_open) == (3, 4)
    assert [one.units for one in told.overdue(today=DAY, probability=1)] == [9, 20]
    assert list(told.overdue(today=DAY - timedelta(days=30))) == []
    assert "4 still to come" in told.explain()
    assert unknown.age(DAY) is None
    assert seen(3).age(DAY) is None


def test_figures_of_nothing_are_refused_or_none() -> None:
    """Without receipts there is no mean; with one there is no spread; without promises no share."""
    nothing = LeadTimeStatistics(observations=[])
    one = LeadTimeStatistics(observations=[seen(5)])

    for ask in (
        lambda: nothing.mean_days,
        lambda: nothing.sd_days,
        lambda: nothing.quantile(0.5),
        lambda: nothing.lead_time,
        lambda: one.sd_days,
        lambda: one.empirical_lead_time,
    ):
        with pytest.raises(TooFewObservationsError):
            ask()
    assert (one.mean_days, one.p95) == (5.0, 5.0)
    assert [one.on_time_share, one.worst_days_late, one.mean_days_late] == [None, None, None]
    assert nothing.explain() == "0 receipts, each receipt counts once"
    assert "sd" not in one.explain()


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan"), "0.5", True])
def test_a_probability_is_from_0_to_1(probability: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(FieldError):
        LeadTimeStatistics(observations=[seen(5)]).quantile(probability)
    with pytest.raises(FieldError):
        LeadTime.empirical([5, 6]).quantile(probability)


def test_a_sample_stands_for_receipts_not_for_units() -> None:
    """By unit no sample is given, since each receipt would stand in it once."""
    told = LeadTimeStatistics(
        observations=[seen(5), seen(9, units=3)], weighting=Weighting.BY_UNIT
    )

    assert pytest.approx(8) == told.lead_time.mean_days
    with pytest.raises(FieldError):
        told.empirical_lead_time  # noqa: B018 (raises)


def test_huge_weights_do_not_lose_the_last_unit() -> None:
    """Beyond 2**53 units the highest quantile is still the longest lead time."""
    told = LeadTimeStatistics(
        observations=[seen(days, units=10**15) for days in range(40)], weighting=Weighting.BY_UNIT
    )

    assert (told.quantile(1), told.quantile(0)) == (39.0, 0.0)
    assert pytest.approx(19.5) == told.mean_days


def test_late_early_and_negative_are_told_in_words() -> None:
    """The sentence has each figure."""
    told = LeadTimeStatistics(
        observations=[seen(5, late=0), seen(9, late=4), seen(3, late=-2), seen(-1)]
    )

    assert told.explain() == (
        "3 receipts, each receipt counts once; mean 5.67 days, sd 3.06, half within 5, 9 of 10 "
        "within 8.2, 19 of 20 within 8.6; 66.7% on the promised day or before, 1 late, 1 early, "
        "4 days late at worst; 1 came before they were ordered and are left out"
    )


def test_a_route_is_told_in_words() -> None:
    """Supplier, mode and place, as far as they are named."""
    full = Route(supplier=SupplierId("mill"), mode="sea", location=LocationId("LYON"))

    assert (full.explain(), Route().explain()) == ("mill by sea to LYON", "any supplier")


def order(**fields: Any) -> PurchaseOrder:
    """Return a purchase order for 48 elephants."""
    name = PurchaseOrderId("PO-1")
    line = ExpectedReceipt(
        purchase_order=name,
        sku=Sku("ELEPHANT"),
        location=LocationId("LYON"),
        quantity=48,
        expected_on=DAY + timedelta(days=7),
    )
    return PurchaseOrder(
        id=name, supplier=SupplierId("mill"), placed_on=DAY, lines=[line], **fields
    )


def test_each_receipt_of_an_order_is_an_observation() -> None:
    """Partial receipts give several; the rest is open; the promise is the supplier's."""
    came: dict[str, Any] = {"sku": Sku("ELEPHANT"), "location": LocationId("LYON")}
    sent = order(stated=PurchaseOrderState.DRAFT).send(on=DAY + timedelta(days=1))
    partly = (
        sent.confirm()
        .expect(**came, on=DAY + timedelta(days=30))
        .receive(**came, quantity=40, on=DAY + timedelta(days=9))
        .receive(**came, quantity=3, on=DAY + timedelta(days=12))
        .receive(**came, quantity=1)
    )
    told = observed_lead_times([partly])

    assert [(one.units, one.days, one.days_late) for one in told] == [
        (40, 8, 2),
        (3, 11, 5),
        (4, None, None),
    ]
    assert {Route(supplier=SupplierId("mill"), location=LocationId("LYON"))} == {
        one.route for one in told
    }
    decided = observed_lead_times([partly], mode="sea", counted_from=CountedFrom.DECIDED)

    assert [(one.days, one.route.mode) for one in decided] == [
        (9, "sea"),
        (12, "sea"),
        (None, "sea"),
    ]


def test_a_draft_and_a_closed_order_wait_for_nothing() -> None:
    """A draft tells nothing; what is closed short is not still to come."""
    assert observed_lead_times([order(stated=PurchaseOrderState.DRAFT)]) == ()
    assert observed_lead_times([order().close()]) == ()
