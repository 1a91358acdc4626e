"""Learned lead times: each sku has that of the supplier of its last order."""

from datetime import date, timedelta

import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.replenishment import ExpectedReceipt, LeadTime, PurchaseOrder, PurchaseOrderState
from ecomkit.replenishment.purchasing import CountedFrom, LearnedLeadTimes, Weighting

LYON = LocationId("LYON")
LAMP, OWL = Sku("LAMP"), Sku("OWL")
MILL, CORNER = SupplierId("mill"), SupplierId("corner")
OTHERWISE = LeadTime(mean_days=30)
DAY = date(2026, 1, 5)


def came(
    week: int, *, supplier: SupplierId | None = MILL, sku: Sku = LAMP, days: tuple[int, ...] = (7,)
) -> PurchaseOrder:
    """Return an order of one week, sent a day later, ten units of which came after so many days."""
    name = PurchaseOrderId(f"{supplier}-{sku}-{week}")
    placed_on = DAY + timedelta(weeks=week)
    line = ExpectedReceipt(
        purchase_order=name,
        sku=sku,
        location=LYON,
        quantity=100,
        expected_on=placed_on + timedelta(days=7),
    )
    order = PurchaseOrder(
        id=name,
        supplier=supplier,
        placed_on=placed_on,
        lines=[line],
        stated=PurchaseOrderState.DRAFT,
    ).send(on=placed_on + timedelta(days=1))
    for place, taken in enumerate(days):
        order = order.receive(
            sku, location=LYON, quantity=10 + place, on=placed_on + timedelta(days=taken)
        )
    return order


def test_a_sku_has_the_lead_time_of_its_last_supplier() -> None:
    """A sku that moved to another supplier moves with it; who is unknown has the other one."""
    orders = [
        *(came(week, days=(6, 8)) for week in range(3)),
        *(came(week, supplier=CORNER, sku=OWL, days=(2, 4)) for week in range(3)),
    ]
    learned = LearnedLeadTimes.of(orders, otherwise=OTHERWISE)

    assert (learned(LAMP).mean_days, learned(OWL).mean_days) == (7, 3)
    assert OTHERWISE is learned(Sku("ZEBRA"))
    assert learned == LearnedLeadTimes.of(orders[::-1], otherwise=OTHERWISE)
    early = LearnedLeadTimes.of([came(0, sku=OWL), came(1)], otherwise=OTHERWISE)
    assert early.skus == ((LAMP, MILL), (OWL, MILL))
    assert [supplier for supplier, _ in learned.suppliers] == [CORNER, MILL]
    moved = LearnedLeadTimes.of([came(9, supplier=CORNER), *orders], otherwise=OTHERWISE)
    assert moved(LAMP) == moved(OWL)
    assert moved(LAMP).mean_days > 3
    told = moved.statistics(CORNER)
    assert told is not None
    assert told.receipts == 7
    assert moved.statistics(SupplierId("x")) is None


def test_days_count_from_the_decision_unless_told_otherwise() -> None:
    """Waiting until the order went out is part of what a policy has to protect."""
    orders = [came(week, days=(6, 8)) for week in range(3)]
    sent = LearnedLeadTimes.of(orders, otherwise=OTHERWISE, counted_from=CountedFrom.SENT)

    assert sent(LAMP).mean_days == 6


def test_units_may_weigh() -> None:
    """Weighing by unit is handed on."""
    orders = [came(week, days=(6, 8)) for week in range(3)]
    learned = LearnedLeadTimes.of(orders, otherwise=OTHERWISE, weighting=Weighting.BY_UNIT)

    assert pytest.approx((10 * 6 + 11 * 8) / 21) == learned(LAMP).mean_days


@pytest.mark.parametrize(("receipts_min", "mean"), [(1, 7), (2, 7), (4, 7), (5, 30)])
def test_too_few_receipts_say_too_little(receipts_min: int, mean: float) -> None:
    """Below the least number the stated one is taken; two are needed for a spread in any case."""
    orders = [came(week, days=(6, 8)) for week in range(2)]
    learned = LearnedLeadTimes.of(orders, otherwise=OTHERWISE, receipts_min=receipts_min)

    assert mean == learned(LAMP).mean_days
    one = LearnedLeadTimes.of([came(0)], otherwise=OTHERWISE, receipts_min=receipts_min)
    assert OTHERWISE is one(LAMP)


def test_orders_without_a_supplier_teach_nothing() -> None:
    """Nobody knows whose lead time it is."""
    orders = [came(week, supplier=None) for week in range(9)]
    learned = LearnedLeadTimes.of(orders, otherwise=OTHERWISE)

    assert (learned(LAMP), learned.suppliers) == (OTHERWISE, ())
    assert learned.explain() == "with fewer than 5 receipts: 30 days, sd 0"


def test_what_is_learned_is_told_in_words() -> None:
    """Supplier by supplier."""
    learned = LearnedLeadTimes.of(
        [came(week, days=(6, 8)) for week in range(3)], otherwise=OTHERWISE
    )

    assert learned.explain().startswith("mill: 6 receipts, each receipt counts once; mean 7 days")
    with pytest.raises(FieldError):
        LearnedLeadTimes.of([], otherwise=OTHERWISE, receipts_min=0)
