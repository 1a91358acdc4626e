"""Purchase orders in the books: drafted from a plan, sent, confirmed, received, closed, cancelled."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ecomkit.catalog import PriceListEntry, PriceTier
from ecomkit.identifiers import PurchaseOrderId, Sku, SupplierId
from ecomkit.money import Currency, Money
from ecomkit.operations import KeyReusedError, UnknownPurchaseOrderError
from ecomkit.operations._receiving import PURCHASES
from ecomkit.replenishment import (
    LeadTime,
    MinimumStock,
    NotOrderedError,
    PurchaseOrder,
    PurchaseOrderState,
    PurchaseOrderStateError,
)
from ecomkit.replenishment.purchasing import (
    BuyingPolicy,
    SupplierBook,
    SupplierOffer,
    SupplierTerms,
    Weighting,
)

TIGER = Sku("TIGER")
MILL = SupplierId("mill")
LEAD = LeadTime(mean_days=9)
State = PurchaseOrderState


def buying(*, cents: int = 200, minimum_value: int | None = None) -> BuyingPolicy:
    """Return a policy that buys elephants and tigers at the mill, in dozens."""
    offers = [
        SupplierOffer(
            entry=PriceListEntry(
                sku=sku,
                tiers=[PriceTier(from_units=1, unit_price=Money(cents, Currency.EUR))],
                multiple=12,
            )
        )
        for sku in (Sku("ELEPHANT"), TIGER)
    ]
    least = None if minimum_value is None else Money(minimum_value, Currency.EUR)
    terms = SupplierTerms(supplier=MILL, offers=offers, takes=LEAD, minimum_value=least)
    return BuyingPolicy(suppliers=SupplierBook(terms=[terms]))


@pytest.fixture
def world(world: Any) -> Any:
    """Return a world that has sold elephants for four days and has six of them left."""
    for number in range(4):
        world.sell(world.etsy, str(number), 1)
        world.shop.sync()
        world.pass_time(days=1)
    return world


def plan(world: Any, lead_time: Any = LEAD) -> Any:
    """Ask for forty elephants."""
    return world.shop.plan(policy=MinimumStock(level=20, up_to=40), lead_time=lead_time)


def draft(world: Any) -> PurchaseOrder:
    """Draft what the plan asks for."""
    [proposal] = world.shop.draft_purchases(plan(world), buying=buying())
    order: PurchaseOrder = proposal.order
    return order


def test_drafting_brings_the_need_to_zero_and_drafting_again_adds_nothing(world: Any) -> None:
    """The draft is on order at once; the same plan again, and a new one, change nothing."""
    first = plan(world)
    [proposal] = world.shop.draft_purchases(first, buying=buying())

    assert [(world.sku, 36)] == [(line.sku, line.quantity) for line in proposal.order.lines]
    assert (
        proposal.order.state,
        proposal.order.supplier,
        proposal.order.open,
    ) == (State.DRAFT, MILL, 36)
    assert Money(7200, Currency.EUR) == proposal.order.cost
    assert (proposal.order,) == world.kept(PURCHASES, index="open")

    text = world.text()
    world.pass_time(hours=1)
    [again] = world.shop.draft_purchases(first, buying=buying())
    assert again.order == proposal.order
    assert plan(world).due == ()
    assert world.shop.draft_purchases(plan(world), buying=buying()).proposals == ()
    assert text == world.text()


def test_the_same_plan_on_other_terms_is_refused(world: Any) -> None:
    """A draft that is known with other lines is not quietly another one."""
    first = plan(world)
    world.shop.draft_purchases(first, buying=buying())
    text = world.text()
    later = SupplierTerms(
        supplier=MILL,
        offers=buying().suppliers.terms[0].offers,
        takes=LeadTime(mean_days=2),
    )

    with pytest.raises(KeyReusedError):
        world.shop.draft_purchases(
            first, buying=BuyingPolicy(suppliers=SupplierBook(terms=[later]))
        )
    assert text == world.text()


def test_a_plan_drafted_again_shows_how_its_order_stands(world: Any) -> None:
    """What was sent since is shown as sent."""
    first = plan(world)
    order = world.shop.draft_purchases(first, buying=buying()).proposals[0].order
    world.shop.send_purchase(order.id, key=world.key())

    assert (
        State.SENT is world.shop.draft_purchases(first, buying=buying()).proposals[0].order.state
    )


def test_what_is_below_the_suppliers_minimum_is_not_taken_down(world: Any) -> None:
    """It is shown as held, and the need stays."""
    text = world.text()
    told = world.shop.draft_purchases(plan(world), buying=buying(minimum_value=7201))

    assert len(told.held) == 1
    assert text == world.text()
    assert len(plan(world)) == 1


def test_a_cancelled_draft_brings_the_need_back(world: Any) -> None:
    """It counts no more, and the next plan drafts another one."""
    order = draft(world)
    cancelled = world.shop.cancel_purchase(order.id, key=world.key())
    world.pass_time(minutes=1)
    again = draft(world)

    assert (cancelled.state, cancelled.open) == (State.CANCELLED, 0)
    assert order.id != again.id
    assert (again,) == world.kept(PURCHASES, index="open")
    assert {order.id, again.id} == {kept.id for kept in world.shop.purchases()}


def test_an_order_lives_from_draft_to_closed(world: Any) -> None:
    """Sent, confirmed with less and later, received in parts and closed short."""
    shop, order = world.shop, draft(world)
    world.pass_time(days=1)
    today = world.clock.now().date()
    later = today + timedelta(days=12)

    sent = shop.send_purchase(order.id, key=world.key())
    assert (State.SENT, today) == (sent.state, sent.ordered_on)
    confirmed = shop.confirm_purchase(
        order.id, key=world.key(), units={world.sku: 30}, expected_on=later
    )
    assert (State.CONFIRMED, 30, later) == (
        confirmed.state,
        confirmed.open,
        confirmed.lines[0].expected_on,
    )
    moved = shop.postpone_purchase(
        order.id, key=world.key(), expected_on={world.sku: later + timedelta(days=3)}
    )
    assert (later, later + timedelta(days=3)) == (
        moved.lines[0].promised_on,
        moved.lines[0].expected_on,
    )
    world.pass_time(days=14)
    shop.receive({world.sku: 20}, key=world.key(), purchase_order=order.id)
    [partly] = shop.purchases()
    assert (partly.state, partly.open, world.available) == (State.PARTIALLY_RECEIVED, 10, 26)
    assert [(world.clock.now().date(), 20)] == [
        (receipt.on, receipt.units) for receipt in partly.lines[0].receipts
    ]
    closed = shop.close_purchase(order.id, key=world.key())
    assert (closed.state, closed.open, closed.short) == (State.CLOSED, 0, 10)
    assert world.kept(PURCHASES, index="open") == ()
    world.assert_clean()


def test_one_day_and_units_of_some_skus_confirm_all(world: Any) -> None:
    """A day alone is that of every sku; one without units is promised as it was ordered."""
    soon = date(2026, 2, 1)
    name = PurchaseOrderId("PO-1")
    world.shop.purchase(name, units={world.sku: 5, TIGER: 7}, expected_on=soon, supplier=MILL)
    late = soon + timedelta(days=2)
    told = world.shop.confirm_purchase(name, key=world.key(), units={TIGER: 6}, expected_on=late)
    assert [(5, late), (6, late)] == [(line.due, line.promised_on) for line in told.lines]
    plainly = world.shop.confirm_purchase(name, key=world.key())
    assert told == plainly
    by_sku = world.shop.confirm_purchase(name, key=world.key(), expected_on={TIGER: soon})
    assert [late, soon] == [line.promised_on for line in by_sku.lines]
    last = late + timedelta(days=9)
    moved = world.shop.postpone_purchase(name, key=world.key(), expected_on=last)
    assert [last, last] == [line.expected_on for line in moved.lines]


Step = Callable[[Any, PurchaseOrderId, Any], PurchaseOrder]
STEPS: dict[str, Step] = {
    "send": lambda shop, name, key: shop.send_purchase(name, key=key),
    "confirm": lambda shop, name, key: shop.confirm_purchase(
        name, key=key, units={Sku("ELEPHANT"): 24}
    ),
    "postpone": lambda shop, name, key: shop.postpone_purchase(
        name, key=key, expected_on=date(2026, 9, 1)
    ),
    "close": lambda shop, name, key: shop.close_purchase(name, key=key),
    "cancel": lambda shop, name, key: shop.cancel_purchase(name, key=key),
}
BEFORE = {"send": [], "confirm": ["send"], "postpone": [], "close": ["send"], "cancel": []}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_counts_once_for_its_key(world: Any, step: str) -> None:
    """The same key again changes nothing, and shows the order as it stands."""
    name = draft(world).id
    for before in BEFORE[step]:
        STEPS[before](world.shop, name, world.key())
    key = world.key()
    first = STEPS[step](world.shop, name, key)
    text = world.text()
    world.pass_time(days=1)

    assert first == STEPS[step](world.shop, name, key)
    assert text == world.text()


@pytest.mark.parametrize("step", STEPS)
def test_a_key_of_another_step_is_refused(world: Any, step: str) -> None:
    """So is a step of an order that is not in the books; nothing is written."""
    name, key = draft(world).id, world.key()
    world.shop.receive({TIGER: 1}, key=key)
    text = world.text()

    with pytest.raises(KeyReusedError):
        STEPS[step](world.shop, name, key)
    with pytest.raises(UnknownPurchaseOrderError):
        STEPS[step](world.shop, PurchaseOrderId("nobody"), world.key("k"))
    assert text == world.text()


@pytest.mark.parametrize("step", ["confirm", "close"])
def test_a_step_too_early_is_refused_and_leaves_its_key_free(world: Any, step: str) -> None:
    """After the draft is sent, the same key goes through."""
    name, key = draft(world).id, world.key()
    text = world.text()
    with pytest.raises(PurchaseOrderStateError):
        STEPS[step](world.shop, name, key)
    with pytest.raises(PurchaseOrderStateError):
        world.shop.receive({world.sku: 1}, key=world.key("r"), purchase_order=name)
    assert text == world.text()

    STEPS["send"](world.shop, name, world.key())
    STEPS[step](world.shop, name, key)


def test_promises_are_of_what_was_ordered(world: Any) -> None:
    """A sku that is not in the order is refused, and nothing is written."""
    name = draft(world).id
    STEPS["send"](world.shop, name, world.key())
    text = world.text()

    with pytest.raises(NotOrderedError):
        world.shop.confirm_purchase(name, key=world.key(), units={TIGER: 1})
    with pytest.raises(NotOrderedError):
        world.shop.postpone_purchase(name, key=world.key(), expected_on={TIGER: date(2026, 9, 1)})
    assert text == world.text()


def test_too_much_is_taken_in_and_seen(world: Any) -> None:
    """Units beyond the order are stock, and show as over and beyond tolerance."""
    name = draft(world).id
    STEPS["send"](world.shop, name, world.key())
    world.shop.receive({world.sku: 40}, key=world.key(), purchase_order=name)
    [order] = world.shop.purchases()

    assert (
        order.state,
        order.over,
        order.beyond_tolerance,
        world.available,
    ) == (State.CLOSED, 4, 4, 46)


def test_lead_times_are_learned_from_the_books(world: Any) -> None:
    """Receipts of a supplier tell the lead time of what it sells; a plan takes them."""
    for number, days in enumerate((4, 6, 5, 8, 7)):
        name = PurchaseOrderId(f"PO-{number}")
        world.shop.purchase(
            name,
            units={world.sku: number + 1},
            expected_on=world.clock.now().date() + timedelta(days=5),
            supplier=MILL,
        )
        world.pass_time(days=days)
        world.shop.receive({world.sku: number + 1}, key=world.key(), purchase_order=name)
    learned = world.shop.lead_times(otherwise=LEAD)

    assert (learned(world.sku).mean_days, learned(TIGER)) == (6, LEAD)
    assert learned.statistics(MILL).on_time_share == pytest.approx(2 / 5)
    by_unit = world.shop.lead_times(otherwise=LEAD, weighting=Weighting.BY_UNIT)
    assert pytest.approx((4 + 12 + 15 + 32 + 35) / 15) == by_unit(world.sku).mean_days
    assert LEAD is world.shop.lead_times(otherwise=LEAD, receipts_min=6)(world.sku)
    asked = world.shop.plan(policy=MinimumStock(level=90), lead_time=learned)
    assert [advice.lead_time.mean_days for advice in asked] == [6]
