"""Policies say everything that is wrong with a request, and what would be accepted."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import LineEvent, LineEventKind, Order, OrderLine, UnknownLineError
from ecomkit.returns import (
    Accepted,
    CategoryIs,
    Condition,
    ConditionIs,
    LineVerdict,
    NotAlreadyReturned,
    Refused,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ReturnRequest,
    ReturnRule,
    ReturnWindow,
    RuleFinding,
    ShippingRefund,
    UnitWindow,
    WasDelivered,
    WasShipped,
)
from ecomkit.testing.strategies._orders import placed_orders
from ecomkit.testing.strategies._returns import return_requests
from ecomkit.timeline import Boundary, UnknownZoneError, window_of_days

PARIS = ZoneInfo("Europe/Paris")
DAY_0 = datetime(2026, 3, 1, 15, tzinfo=PARIS)
A = LineId("A")
WINDOW = ReturnWindow(days=30, zone="Europe/Paris")
ALL_RULES = (
    WasShipped(),
    WasDelivered(),
    NotAlreadyReturned(),
    WINDOW,
    ConditionIs(allowed=(Condition.NEW, Condition.OPENED)),
    CategoryIs(excluded=("underwear",)),
)


def order_of(units: int, *, category: str | None = None) -> Order:
    """Return an order of one line that is not shipped yet."""
    return Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=DAY_0,
        lines=[
            OrderLine(
                id=A,
                sku=Sku("ELEPHANT"),
                quantity=units,
                unit_price=Money(2390, Currency.EUR),
                category=category,
            )
        ],
    )


def delivered_order(*deliveries: tuple[int, datetime], category: str | None = None) -> Order:
    """Return an order of one line, whose units were shipped and delivered as given."""
    units = sum(quantity for quantity, _ in deliveries)
    order = order_of(units, category=category).ship(A, quantity=units, at=DAY_0)
    return order.with_events(
        LineEvent(kind=LineEventKind.DELIVERED, line=A, quantity=quantity, at=at)
        for quantity, at in deliveries
    )


def entry(units: int, condition: Condition = Condition.NEW) -> ReturnLine:
    """Return an entry for units of the one line."""
    return ReturnLine(
        line=A, quantity=units, condition=condition, reason=ReturnReason.CHANGED_MIND
    )


def request_for(order: Order, *entries: ReturnLine, at: datetime = DAY_0) -> ReturnRequest:
    """Return a request of *entries*, asked at *at*."""
    return ReturnRequest(order=order, lines=entries, requested_at=at)


def findings(request: ReturnRequest, *rules: object) -> tuple[RuleFinding, ...]:
    """Return all that *rules* find wrong with *request*."""
    verdict = ReturnPolicy(rules=rules)(request, now=request.requested_at)
    return verdict.findings if isinstance(verdict, Refused) else ()


@pytest.mark.parametrize(
    ("boundary", "last", "first_refused"),
    [
        (
            Boundary.INCLUSIVE,
            datetime(2026, 3, 31, 23, 59, 59, tzinfo=PARIS),
            datetime(2026, 4, 1, tzinfo=PARIS),
        ),
        (
            Boundary.STRICT,
            datetime(2026, 3, 30, 23, 59, 59, tzinfo=PARIS),
            datetime(2026, 3, 31, tzinfo=PARIS),
        ),
    ],
)
def test_the_window_closes_in_the_zone_of_the_shop(
    boundary: Boundary, last: datetime, first_refused: datetime
) -> None:
    """Delivered on day 0: day 30 at 23:59 is in time and day 31 is not; strict, one day less."""
    rule = attrs.evolve(WINDOW, boundary=boundary)
    order = delivered_order((1, DAY_0))

    assert findings(request_for(order, entry(1), at=last), rule) == ()
    (late,) = findings(request_for(order, entry(1), at=first_refused), rule)

    assert first_refused == late.deadline
    assert (late.acceptable, late.rule, late.remedy) == (0, "window", "")
    assert f"ended at {first_refused:%Y-%m-%d} 00:00 in Europe/Paris" in late.problem


def test_no_days_are_an_empty_window() -> None:
    """Strict, a window of no days closes as it opens: at the delivery, and not at midnight before."""
    rule = attrs.evolve(WINDOW, days=0, boundary=Boundary.STRICT)
    order = delivered_order((1, DAY_0))
    (late,) = findings(request_for(order, entry(1)), rule)

    assert late.deadline == DAY_0
    assert rule.windows(order, line=A)[0].window.duration == timedelta(0)


def test_the_request_counts_and_not_the_decision() -> None:
    """A request in time stays in time, however long the shop takes to decide."""
    request = request_for(delivered_order((1, DAY_0)), entry(1), at=DAY_0)
    verdict = ReturnPolicy(rules=(WINDOW,))(request, now=DAY_0 + timedelta(days=90))

    assert isinstance(verdict, Accepted)


def test_units_have_the_window_of_their_own_delivery() -> None:
    """Of 5 units from day 0 and 5 from day 20, 5 can be asked for on day 40, and not 6."""
    order = delivered_order((5, DAY_0 + timedelta(days=20)), (5, DAY_0))
    day_40 = DAY_0 + timedelta(days=40)

    assert findings(request_for(order, entry(5), at=day_40), WINDOW) == ()
    (late,) = findings(request_for(order, entry(6), at=day_40), WINDOW)

    assert late.acceptable == 5
    assert late.problem.startswith("1 of 6 asked for too late")


def test_what_is_too_late_was_so_when_its_last_window_closed() -> None:
    """With all windows closed, the deadline is that of the units delivered last."""
    order = delivered_order((1, DAY_0 + timedelta(days=5)), (1, DAY_0))
    (late,) = findings(request_for(order, entry(2), at=DAY_0 + timedelta(days=90)), WINDOW)

    assert late.deadline == datetime(2026, 4, 6, tzinfo=PARIS)
    assert late.problem.startswith("2 of 2 asked for too late")


def test_units_that_are_back_are_taken_to_be_the_oldest() -> None:
    """After 6 units came back, the 4 that are left are of the later delivery, however reported."""
    order = delivered_order((5, DAY_0 + timedelta(days=20)), (5, DAY_0))
    window = window_of_days(
        DAY_0 + timedelta(days=20), days=30, zone="Europe/Paris", boundary=Boundary.INCLUSIVE
    )
    after = order.take_back(A, quantity=6, at=DAY_0)

    assert (UnitWindow(units=4, window=window),) == WINDOW.windows(after, line=A)
    day_40 = DAY_0 + timedelta(days=40)

    assert findings(request_for(after, entry(4), at=day_40), WINDOW) == ()


def test_entries_ahead_take_the_units_in_time_first() -> None:
    """Two entries for one line share its windows: what is late falls on the later entry."""
    order = delivered_order((2, DAY_0), (2, DAY_0 + timedelta(days=20)))
    request = request_for(
        order,
        entry(3),
        entry(2, Condition.OPENED),
        at=DAY_0 + timedelta(days=40),
    )
    first, second, third = findings(request, WINDOW)

    assert first.problem.startswith("1 of 3 asked for too late")
    assert second.problem.startswith("1 of 2 asked for too late")
    assert third.problem.startswith("1 of 2 not delivered")
    assert (first.acceptable, second.acceptable, third.acceptable) == (2, 0, 0)


def test_a_request_before_the_delivery_waits_for_it() -> None:
    """Units without a delivery have a reason of their own, and a remedy."""
    order = order_of(2).ship(A, quantity=2, at=DAY_0)
    (early,) = findings(request_for(order, entry(2)), WINDOW)

    assert early.deadline is None
    assert early.explain() == (
        "line A: 2 of 2 not delivered, so their window has not begun; wait for the delivery"
    )


def test_all_reasons_are_given_at_once() -> None:
    """Not shipped, no window and a wrong condition: three reasons and not one."""
    request = request_for(order_of(1), entry(1, Condition.USED))
    rules = (WasShipped(), WINDOW, ConditionIs(allowed=(Condition.NEW,)))

    assert [finding.rule for finding in findings(request, *rules)] == [
        "shipment",
        "window_ahead",
        "condition",
    ]


def test_a_unit_does_not_come_back_twice() -> None:
    """Two shipped and two back: one more is refused."""
    order = order_of(2).ship(A, quantity=2, at=DAY_0).take_back(A, quantity=2, at=DAY_0)
    (twice,) = findings(request_for(order, entry(1)), NotAlreadyReturned())

    assert (twice.rule, twice.acceptable) == ("already_returned", 0)
    assert twice.explain() == "line A: 1 asked for, 0 still out"
    assert findings(request_for(order, entry(1)), WasShipped()) == ()


@pytest.mark.parametrize("rule", [WasShipped(), WasDelivered(), NotAlreadyReturned()])
def test_entries_of_one_request_are_counted_together(rule: object) -> None:
    """Two units that are new and two that are opened are four of one line."""
    order = delivered_order((3, DAY_0))
    request = request_for(order, entry(2), entry(2, Condition.OPENED))
    (found,) = findings(request, rule)

    assert (found.line, found.acceptable) == (A, 1)


def test_a_line_that_is_out_but_not_delivered_waits() -> None:
    """Units on their way are shipped and out, and not delivered."""
    order = order_of(1).ship(A, quantity=1, at=DAY_0)
    (found,) = findings(
        request_for(order, entry(1)), WasShipped(), WasDelivered(), NotAlreadyReturned()
    )

    assert found.explain() == "line A: 1 asked for, 0 delivered; wait for the delivery"


@pytest.mark.parametrize(
    ("allowed", "rule", "remedy"),
    [
        ((Condition.NEW, Condition.FAULTY), "condition", "units that are new, faulty do"),
        ((), "final_sale", ""),
    ],
)
def test_only_the_allowed_conditions_come_back(
    allowed: tuple[Condition, ...], rule: str, remedy: str
) -> None:
    """Another condition is refused, and the allowed ones are named, if there are any."""
    request = request_for(order_of(1), entry(1, Condition.USED))
    (found,) = findings(request, ConditionIs(allowed=allowed))

    assert (rule, remedy) == (found.rule, found.remedy)
    assert (
        findings(request_for(order_of(1), entry(1)), ConditionIs(allowed=(Condition.NEW,))) == ()
    )


@pytest.mark.parametrize(("category", "expected"), [("underwear", 1), ("toys", 0), (None, 0)])
def test_final_sale_does_not_come_back(category: str | None, expected: int) -> None:
    """A line of an excluded category is refused, one without a category never."""
    request = request_for(order_of(1, category=category), entry(1))
    found = findings(request, CategoryIs(excluded=("underwear",)))

    assert expected == len(found)
    assert {"underwear is on final sale"} >= {finding.problem for finding in found}


def test_any_callable_is_a_rule() -> None:
    """A function of a user is asked like the rules that come along, and is told now."""

    def not_on_sundays(
        request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        if now.isoweekday() < 7:
            return ()
        return (RuleFinding(rule="sunday", line=line.line, problem=f"{request.order.id} rests"),)

    policy = ReturnPolicy(rules=(not_on_sundays,))
    request = request_for(order_of(1), entry(1))
    sunday = policy(request, now=DAY_0)

    assert isinstance(policy(request, now=DAY_0 + timedelta(days=1)), Accepted)
    assert isinstance(sunday, Refused)
    assert sunday.explain() == "refused\nline A: shop/1 rests"


def test_a_policy_says_what_happens_to_shipping() -> None:
    """Shipping is kept unless the shop says otherwise."""
    assert ReturnPolicy(rules=()).shipping is ShippingRefund.NEVER


def test_a_verdict_is_given_per_entry() -> None:
    """Entries that pass are told apart from those that fail."""
    order = delivered_order((3, DAY_0))
    request = request_for(order, entry(2), entry(1, Condition.USED))
    verdict = ReturnPolicy(rules=ALL_RULES)(request, now=DAY_0)

    assert isinstance(verdict, Refused)
    assert [line.is_accepted for line in verdict.lines] == [True, False]
    assert [line.acceptable for line in verdict.lines] == [2, 0]
    assert verdict.deadline is None
    assert verdict.explain().splitlines() == [
        "refused",
        "line A: 2 accepted",
        "line A: the buyer pays the way back; the buyer may choose: refund",
        "line A: units in condition used do not come back; units that are new, opened do",
    ]


def test_a_refusal_says_what_would_be_accepted() -> None:
    """Asking for three of which two are out, two would be accepted."""
    order = delivered_order((3, DAY_0)).take_back(A, quantity=1, at=DAY_0)
    verdict = ReturnPolicy(rules=ALL_RULES)(request_for(order, entry(3)), now=DAY_0)

    assert verdict.explain().splitlines()[-1] == "line A: 2 would be accepted"


def test_the_first_deadline_that_passed_is_named() -> None:
    """A refusal knows when time ran out first."""
    order = delivered_order((1, DAY_0))
    request = request_for(order, entry(1), at=DAY_0 + timedelta(days=99))
    shorter = ReturnWindow(days=14, zone="Europe/Paris")
    verdict = ReturnPolicy(rules=(WINDOW, shorter))(request, now=DAY_0)

    assert isinstance(verdict, Refused)
    assert datetime(2026, 3, 16, tzinfo=PARIS) == verdict.deadline


@given(return_requests(), st.permutations(ALL_RULES))
def test_all_rules_are_asked_about_all_entries(
    request: ReturnRequest, rules: list[ReturnRule]
) -> None:
    """A verdict holds what each rule finds alone, for every entry, whatever their order."""
    verdict = ReturnPolicy(rules=rules)(request, now=request.requested_at)
    expected = [
        finding
        for line in request.lines
        for rule in rules
        for finding in rule(request, line, now=request.requested_at)
    ]

    assert bool(expected) == isinstance(verdict, Refused)
    assert list(request.lines) == [line.line for line in verdict.lines]
    assert expected == [finding for line in verdict.lines for finding in line.findings]


def delivered(order: Order, *, days: int) -> Order:
    """Return *order* with every unit shipped, and the first line delivered after *days*."""
    for line in order.lines:
        order = order.ship(line.id, quantity=line.quantity, at=order.placed_at)
    line = order.lines[0]
    arrived = order.placed_at + timedelta(days=days)
    order = order.deliver(line.id, quantity=line.quantity, at=arrived)
    # The youngest unit came back already, so that others have to stand in for it.
    return order.take_back(line.id, quantity=1, at=arrived)


arrived_orders = st.builds(delivered, placed_orders(max_lines=2), days=st.integers(0, 90))


@given(return_requests(placed=arrived_orders))
def test_what_is_called_acceptable_is_accepted(request: ReturnRequest) -> None:
    """Asking for as many units as a verdict names is accepted, and the order takes them back."""
    policy = ReturnPolicy(rules=ALL_RULES)
    verdict = policy(request, now=request.requested_at)
    lines = [
        attrs.evolve(line.line, quantity=line.acceptable)
        for line in verdict.lines
        if line.acceptable
    ]
    if not lines:
        return
    again = policy(attrs.evolve(request, lines=lines), now=request.requested_at)
    order = request.order
    for line in lines:
        order = order.take_back(line.line, quantity=line.quantity, at=DAY_0)

    assert isinstance(again, Accepted)
    assert all(line.acceptable <= line.line.quantity for line in verdict.lines)


@given(return_requests(), st.integers(0, 60))
def test_a_longer_window_never_refuses_more(request: ReturnRequest, days: int) -> None:
    """What a window accepts, a longer one accepts as well."""
    short = ReturnWindow(days=days, zone="Europe/Paris")
    longer = attrs.evolve(short, days=days + 1)
    for line in request.lines:
        few = short(request, line, now=request.requested_at)
        more = longer(request, line, now=request.requested_at)

        assert few or not more


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: request_for(order_of(1)), "lines"),
        (lambda: request_for(order_of(2), entry(1), entry(2)), "lines"),
        (lambda: entry(0), "quantity"),
        (lambda: ReturnPolicy(rules=(5,)), "rules"),
        (lambda: ReturnWindow(days=-1, zone="Europe/Paris"), "days"),
        (lambda: ConditionIs(allowed=("new",)), "allowed"),
        (lambda: return_requests(max_entries=0).example(), "max_entries"),
    ],
)
@pytest.mark.filterwarnings("ignore:The `.example")
def test_wrong_fields_are_refused(make: Any, field: str) -> None:
    """Each value is checked at construction, and the error says which field."""
    with pytest.raises(FieldError) as caught:
        make()

    assert field == caught.value.field


def test_a_request_is_about_lines_of_its_order() -> None:
    """An unknown line is named."""
    with pytest.raises(UnknownLineError):
        request_for(order_of(1), attrs.evolve(entry(1), line=LineId("9")))


def test_a_zone_that_is_unknown_is_refused() -> None:
    """A window in a zone that does not exist cannot be counted."""
    with pytest.raises(UnknownZoneError):
        ReturnWindow(days=30, zone="Europe/Atlantis")


def test_an_entry_without_findings_is_accepted_whole() -> None:
    """No finding, no bound below what was asked for."""
    verdict = LineVerdict(line=entry(2))

    assert verdict.is_accepted
    assert (verdict.acceptable, verdict.explain()) == (2, "line A: 2 accepted")
    assert Accepted(lines=[verdict]).explain() == "accepted\nline A: 2 accepted"


def test_instants_may_be_in_any_zone() -> None:
    """The same instant, written in another zone, has the same verdict."""
    last = datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)
    order = delivered_order((1, DAY_0.astimezone(UTC)))

    assert findings(request_for(order, entry(1), at=last), WINDOW) == ()
