"""Laws of verdicts on returns, over policies, orders, countries and instants of all kinds."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money, sum_money
from ecomkit.orders import LineEventKind, Order, OrderLine
from ecomkit.returns import (
    LEGAL_FLOORS,
    Accepted,
    BuyerKind,
    Condition,
    NotAlreadyReturned,
    Notice,
    OfferKind,
    Proof,
    Refused,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ReturnRequest,
    ReturnWindow,
    RuleFinding,
    WasShipped,
    override,
)
from ecomkit.returns._english import ENGLISH
from ecomkit.returns._french import FRENCH
from ecomkit.returns._request import CLAIM_REASONS
from ecomkit.testing.strategies._returns import consumer_requests, return_policies
from ecomkit.timeline import Boundary

A = LineId("A")


def judged(policy: ReturnPolicy, request: ReturnRequest) -> Any:
    """Return the verdict of *policy*, decided when it is asked."""
    return policy(request, now=request.requested_at)


def next_working_day(day: date) -> date:
    """Return *day*, or Monday for a day of the weekend."""
    return day + timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)


def a_year_later(day: date, years: int = 1) -> date:
    """Return the same day of another year, or the last of February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def may_withdraw(request: ReturnRequest) -> bool:
    """Say, by the calendar on the wall alone, whether a consumer in the EU may withdraw."""
    order, zone = request.order, ZoneInfo(LEGAL_FLOORS[request.country or ""].zone)
    units = [order.counts(line.id) for line in order.lines]
    awaited = sum(line.ordered - line.cancelled - line.lost - line.delivered for line in units)
    days = [
        event.at.astimezone(zone).date()
        for event in order.events
        if event.kind is LineEventKind.DELIVERED
    ]
    if awaited or not days:
        return True
    last = next_working_day(max(days) + timedelta(days=14))
    if request.notice.of_right is not Notice.IN_TIME:
        longest = next_working_day(a_year_later(last))
        told = request.notice.at
        last = (
            longest
            if told is None
            else min(
                longest,
                max(
                    last,
                    next_working_day(told.astimezone(zone).date() + timedelta(days=14)),
                ),
            )
        )
    return request.requested_at.astimezone(zone).date() <= last


def units_that_are_there(request: ReturnRequest, entry: ReturnLine) -> int:
    """Count the units that an entry may be about, from the events alone."""
    sums = dict.fromkeys(LineEventKind, 0)
    for event in request.order.events:
        if event.line == entry.line:
            sums[event.kind] += event.quantity
    shipped = sums[LineEventKind.SHIPPED] - sums[LineEventKind.UNSHIPPED]
    lost = sums[LineEventKind.LOST] - sums[LineEventKind.FOUND]
    back = sums[LineEventKind.RETURNED] - sums[LineEventKind.SENT_BACK]
    elsewhere = dict(request.open_units).get(entry.line, 0)
    before = sum(
        other.quantity
        for other in request.lines[: request.lines.index(entry)]
        if other.line == entry.line
    )
    left = min(shipped - lost - back - elsewhere, shipped - sums[LineEventKind.CREDITED])
    return min(entry.quantity, max(0, left - before))


def refuse_all(
    request: ReturnRequest, line: ReturnLine, /, *, now: datetime
) -> tuple[RuleFinding, ...]:
    """Find something against everything."""
    return (RuleFinding(rule="never", line=line.line, problem="never"),)


EU = sorted(set(LEGAL_FLOORS) - {"GB", "CH"})


@given(consumer_requests(), return_policies(), st.sampled_from(EU))
def test_no_policy_undercuts_a_withdrawal(
    request: ReturnRequest, policy: ReturnPolicy, country: str
) -> None:
    """Whatever a policy finds, a consumer who may withdraw may send back all units there are."""
    request = attrs.evolve(request, country=country, buyer=BuyerKind.CONSUMER)
    verdict = judged(attrs.evolve(policy, rules=(*policy.rules, refuse_all)), request)
    for line in verdict.lines:
        exempt = any(goods.covers(request, line.line) for goods in policy.exempt)
        if may_withdraw(request) and not exempt:
            assert line.acceptable == units_that_are_there(request, line.line)
        elif line.line.reason not in CLAIM_REASONS:
            assert line.acceptable == 0


@given(consumer_requests(), return_policies(), st.sampled_from(sorted(LEGAL_FLOORS)))
def test_no_policy_undercuts_a_claim(
    request: ReturnRequest, policy: ReturnPolicy, country: str
) -> None:
    """A fault that is shown is claimed for as long as the law says, for all units there are."""
    floor = LEGAL_FLOORS[country]
    request = attrs.evolve(request, country=country, buyer=BuyerKind.CONSUMER, proofs=tuple(Proof))
    zone = ZoneInfo(floor.zone)
    verdict = judged(attrs.evolve(policy, rules=(*policy.rules, refuse_all)), request)
    for line in verdict.lines:
        delivered = [
            event.at.astimezone(zone).date()
            for event in request.order.events
            if event.kind is LineEventKind.DELIVERED and event.line == line.line.line
        ]
        today = request.requested_at.astimezone(zone).date()
        years = 0 if floor.claim_months is None else floor.claim_months // 12
        in_time = years and all(today <= a_year_later(day, years) for day in delivered)
        if in_time and line.line.reason in CLAIM_REASONS:
            assert line.acceptable >= units_that_are_there(request, line.line)


@given(consumer_requests(), return_policies())
def test_a_verdict_is_what_the_rules_find_and_the_law_lets_stand(
    request: ReturnRequest, policy: ReturnPolicy
) -> None:
    """Nothing that a rule finds is lost: it stands or is lifted, also if it is overridden."""
    verdict = judged(policy, request)
    for line in verdict.lines:
        found = [
            finding
            for rule in policy.rules
            for finding in rule(request, line.line, now=request.requested_at)
        ]
        known = sorted(finding.rule for finding in (*line.findings, *line.lifted))

        assert known == sorted(finding.rule for finding in found)
        assert line.is_accepted == (not line.findings)
        assert line.acceptable >= min(
            (finding.acceptable for finding in found), default=line.line.quantity
        )
        assert line.acceptable <= line.line.quantity
        # A claim that lacks its proof lifts the others already: only the proof is asked for.
        if line.right is None and not any(finding.missing for finding in found):
            assert not line.lifted
            assert {finding.acceptable for finding in line.findings} <= {
                finding.acceptable for finding in found
            }
    stands = [finding for line in verdict.lines for finding in line.findings]

    assert isinstance(verdict, Accepted) == (not stands)
    assert tuple(stands) == verdict.findings
    if isinstance(verdict, Refused):
        accepted = override(verdict, by="Ada", reason="a birthday", at=request.requested_at)

        assert accepted.findings == verdict.findings
        assert all(finding.explain() in accepted.explain() for finding in stands)


@given(consumer_requests(), return_policies())
def test_between_businesses_the_rules_alone_decide(
    request: ReturnRequest, policy: ReturnPolicy
) -> None:
    """A business has what the shop gives: every finding stands as it was found."""
    request = attrs.evolve(request, buyer=BuyerKind.BUSINESS)
    verdict = judged(policy, request)
    expected = [
        finding
        for line in request.lines
        for rule in policy.rules
        for finding in rule(request, line, now=request.requested_at)
    ]

    assert expected == list(verdict.findings)
    assert all(line.right is None for line in verdict.lines)


@given(
    consumer_requests(),
    return_policies(),
    st.integers(1, 20),
    st.integers(1, 20),
    st.sampled_from(Condition),
)
def test_a_request_in_two_entries_is_accepted_like_one(
    request: ReturnRequest, policy: ReturnPolicy, first: int, second: int, condition: Condition
) -> None:
    """Splitting an entry changes neither whether it is accepted nor how many units may come."""
    whole = ReturnLine(
        line=request.lines[0].line,
        quantity=first + second,
        condition=condition,
        reason=ReturnReason.CHANGED_MIND,
    )
    parts = (
        attrs.evolve(whole, quantity=first),
        attrs.evolve(whole, quantity=second, reason=ReturnReason.DOES_NOT_FIT),
    )
    at_once = judged(policy, attrs.evolve(request, lines=[whole]))
    in_parts = judged(policy, attrs.evolve(request, lines=parts))

    assert type(at_once) is type(in_parts)
    assert at_once.lines[0].acceptable == sum(line.acceptable for line in in_parts.lines)


@given(consumer_requests(), return_policies(), st.data())
def test_the_fees_of_parts_are_the_fee_of_the_whole(
    request: ReturnRequest, policy: ReturnPolicy, data: st.DataObject
) -> None:
    """In whatever parts units come back, not a cent more or less is kept."""
    request = attrs.evolve(request, buyer=BuyerKind.BUSINESS)
    whole = attrs.evolve(request.lines[0], reason=ReturnReason.CHANGED_MIND)
    first = data.draw(st.integers(0, whole.quantity))
    parts = [
        attrs.evolve(whole, quantity=quantity, reason=reason)
        for quantity, reason in (
            (first, ReturnReason.OTHER),
            (whole.quantity - first, ReturnReason.CHANGED_MIND),
        )
        if quantity
    ]
    fees = [
        sum_money(
            (line.terms.restocking_fee for line in judged(policy, case).lines if line.terms),
            currency=request.order.currency,
        )
        for case in (attrs.evolve(request, lines=[whole]), attrs.evolve(request, lines=parts))
    ]

    assert fees[0] == fees[1]
    assert fees[0].amount >= 0
    assert fees[0] <= request.order.line_amount(whole.line)


@given(consumer_requests(), return_policies())
def test_the_law_never_worsens_terms(request: ReturnRequest, policy: ReturnPolicy) -> None:
    """A right costs no fee, keeps every offer of the shop, and adds the money if it was not there."""
    plain = judged(policy, attrs.evolve(request, buyer=BuyerKind.BUSINESS))
    verdict = judged(policy, attrs.evolve(request, buyer=BuyerKind.CONSUMER))
    assume(not any(rule.scope.buyers for rule in policy.terms))
    for line, without in zip(verdict.lines, plain.lines, strict=True):
        assert line.terms is not None
        assert without.terms is not None
        kinds = {offer.kind for offer in line.terms.offers}

        assert {offer.kind for offer in without.terms.offers} <= kinds
        if line.right is None:
            assert line.terms == without.terms
        else:
            assert line.terms.restocking_fee.is_zero
            assert OfferKind.REFUND in kinds
            assert line.right.units > 0


@given(consumer_requests(), return_policies())
def test_every_verdict_can_be_read(request: ReturnRequest, policy: ReturnPolicy) -> None:
    """Merchants and customers read every verdict, in every language, with no place left open."""
    verdict = judged(policy, request)

    assert verdict.explain()
    for language in (ENGLISH, FRENCH):
        text = verdict.for_customer(language=language)

        assert text.count("\n") == len(request.lines) + 1
        assert not {"{deadline}", "{item}", "{asked}", "{names}", "{amount}"} & set(text.split())
        assert language.sentences["other"].format(item="") not in text


ZONES = ("Europe/Paris", "America/New_York", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut")
CHANGES = (
    datetime(2011, 12, 29, 12, tzinfo=UTC),  # Apia skips 30 December
    datetime(2018, 11, 3, 12, tzinfo=UTC),  # in Sao Paulo clocks jump over midnight
    datetime(2026, 3, 28, 12, tzinfo=UTC),  # in Beirut, too, and in Paris at two
    datetime(2026, 10, 24, 12, tzinfo=UTC),
)


@settings(max_examples=300)
@given(
    st.sampled_from(CHANGES),
    st.tuples(st.integers(-40 * 24 * 60, 2 * 24 * 60), st.integers(-3 * 24 * 60, 3 * 24 * 60)),
    st.integers(0, 40),
    st.sampled_from(ZONES),
    st.sampled_from(Boundary),
)
@example(CHANGES[0], (21 * 60, 60), 3, "Pacific/Apia", Boundary.STRICT)
def test_a_window_is_what_the_calendar_on_the_wall_says(
    near: datetime, minutes: tuple[int, int], days: int, zone: str, boundary: Boundary
) -> None:
    """A request is in time as long as the local day is; over changes of clocks and lost days."""
    before, around = minutes
    at = near + timedelta(minutes=before)
    here = ZoneInfo(zone)
    last = at.astimezone(here).date() + timedelta(days=days)
    asked_at = max(
        at,
        datetime.combine(last, time(), tzinfo=here).astimezone(UTC) + timedelta(minutes=around),
    )
    line = OrderLine(id=A, sku=Sku("ELEPHANT"), quantity=1, unit_price=Money(2390, Currency.EUR))
    order = Order(
        id=OrderId("web/1"),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=at,
        lines=[line],
    )
    order = order.ship(A, quantity=1, at=at).deliver(A, quantity=1, at=at)
    entry = ReturnLine(
        line=A, quantity=1, condition=Condition.NEW, reason=ReturnReason.CHANGED_MIND
    )
    request = ReturnRequest(order=order, lines=[entry], requested_at=asked_at)
    found = ReturnWindow(days=days, zone=zone, boundary=boundary)(request, entry, now=asked_at)
    today = asked_at.astimezone(here).date()
    in_time = today <= last if boundary is Boundary.INCLUSIVE else today < last

    assert in_time == (not found)


@given(
    st.lists(st.integers(0, 900), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
    st.integers(0, 3),
    st.integers(0, 60) | st.integers(0, 800),
    st.sampled_from(ReturnReason),
)
def test_a_verdict_does_not_depend_on_which_delivery_was_reported_first(
    days: list[int], chance: Random, back: int, later: int, reason: ReturnReason
) -> None:
    """Deliveries count by when they were, and not by when the shop heard of them."""
    first, units = CHANGES[0], len(days)
    line = OrderLine(
        id=A, sku=Sku("ELEPHANT"), quantity=units, unit_price=Money(2390, Currency.EUR)
    )
    sold = Order(
        id=OrderId("web/1"),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=first,
        lines=[line],
    ).ship(A, quantity=units, at=first)
    policy = ReturnPolicy(rules=(ReturnWindow(days=30, zone="Europe/Paris"),), home="FR")
    entry = ReturnLine(line=A, quantity=2, condition=Condition.NEW, reason=reason)
    verdicts = []
    for reported in (sorted(days), chance.sample(days, k=units)):
        order = sold
        for day in reported:
            order = order.deliver(A, quantity=1, at=first + timedelta(days=day))
        if back:
            order = order.take_back(A, quantity=min(back, units), at=first)
        asked_at = first + timedelta(days=min(days) + later)
        request = ReturnRequest(order=order, lines=[entry], requested_at=asked_at)
        verdicts.append(judged(policy, request))

    assert verdicts[0] == verdicts[1]


@given(consumer_requests())
def test_what_the_law_makes_acceptable_is_accepted(request: ReturnRequest) -> None:
    """Asking for as many units as a verdict names is accepted, with the law as without it."""
    policy = ReturnPolicy(
        rules=(WasShipped(), NotAlreadyReturned(), ReturnWindow(days=7, zone="Europe/Paris"))
    )
    request = attrs.evolve(request, history=None)
    lines = [
        attrs.evolve(line.line, quantity=line.acceptable)
        for line in judged(policy, request).lines
        if line.acceptable
    ]
    if not lines:
        return

    assert isinstance(judged(policy, attrs.evolve(request, lines=lines)), Accepted)
