"""No policy undercuts the law; a verdict says what the law gives, until when, and why."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import LineEvent, LineEventKind, Order, OrderLine, TradeTerms
from ecomkit.returns import (
    LEGAL_FLOORS,
    Accepted,
    BuyerKind,
    Condition,
    ConditionIs,
    ExemptGoods,
    Exemption,
    HasAuthorisation,
    HasProof,
    LegalFloor,
    LegalRightKind,
    NotAlreadyReturned,
    NotFinalSale,
    Notice,
    OfferKind,
    Party,
    PeriodEnd,
    Proof,
    PublicHolidays,
    Refused,
    RestockingFee,
    ReturnHistory,
    ReturnLimit,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ReturnRequest,
    ReturnWindow,
    RuleFinding,
    Scope,
    ShippingRefund,
    TermsRule,
    ValueLoss,
    WasDelivered,
    WasShipped,
    WithdrawalNotice,
)
from ecomkit.timeline import time_zone

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 3, 2, 15, tzinfo=PARIS)
TEN: Any = 10  # of a wrong type, where a Decimal is wanted
A, B = LineId("A"), LineId("B")
MEMBERS = sorted(set(LEGAL_FLOORS) - {"GB", "CH"})
WEEK = ReturnPolicy(rules=(WasShipped(), ReturnWindow(days=7, zone="Europe/Paris")))


def sold(*units: int, **given: Any) -> Order:
    """Return an order with a line A, and B, and so on, of which nothing was shipped."""
    lines = [
        OrderLine(
            id=LineId(name),
            sku=Sku(f"ELEPHANT-{name}"),
            quantity=quantity,
            unit_price=Money(2390, Currency.EUR),
            category="toys",
        )
        for name, quantity in zip("ABC", units, strict=False)
    ]
    plain: dict[str, Any] = {
        "id": OrderId("web/1"),
        "channel": ChannelId("web"),
        "currency": Currency.EUR,
        "placed_at": MONDAY - timedelta(days=3),
        "lines": lines,
    }
    return Order(**(plain | given))


def delivered(order: Order, *, lines: str = "ABC", at: datetime = MONDAY) -> Order:
    """Return *order* with all units of *lines* shipped the day before, and delivered."""
    for line in order.lines:
        if line.id in lines:
            order = order.ship(line.id, quantity=line.quantity, at=at - timedelta(days=1))
            order = order.deliver(line.id, quantity=line.quantity, at=at)
    return order


def entry(units: int = 1, **given: Any) -> ReturnLine:
    """Return an entry for new units of line A, of which the buyer thinks otherwise now."""
    plain: dict[str, Any] = {
        "line": A,
        "condition": Condition.NEW,
        "reason": ReturnReason.CHANGED_MIND,
    }
    return ReturnLine(quantity=units, **(plain | given))


def asked(order: Order, *entries: ReturnLine, at: datetime, **given: Any) -> ReturnRequest:
    """Return a request by a consumer in France."""
    plain: dict[str, Any] = {"country": "FR"}
    return ReturnRequest(
        order=order, lines=entries or [entry()], requested_at=at, **(plain | given)
    )


def judged(request: ReturnRequest, policy: ReturnPolicy = WEEK) -> Any:
    """Return the verdict of *policy*, decided when it is asked."""
    return policy(request, now=request.requested_at)


def local(month: int, day: int, hour: int = 0, *, year: int = 2026) -> datetime:
    """Return an instant on the clocks of Paris."""
    return datetime(year, month, day, hour, tzinfo=PARIS)


JUST = timedelta(microseconds=1)


def accepted_until(deadline: datetime, order: Order, **given: Any) -> Any:
    """Check that *order* may be returned until just before *deadline*; return both verdicts."""
    in_time = judged(asked(order, at=deadline - JUST, **given))
    late = judged(asked(order, at=deadline, **given))

    assert isinstance(in_time, Accepted)
    assert isinstance(late, Refused)
    assert late.deadline == deadline
    return in_time, late


def test_a_policy_of_seven_days_is_lifted_to_fourteen() -> None:
    """Delivered on Monday 2 March, a consumer in France may withdraw to the end of the 16th."""
    in_time, late = accepted_until(local(3, 17), delivered(sold(1)))

    assert in_time.explain().splitlines() == [
        "accepted",
        "line A: 1 accepted",
        (
            "line A: the law of FR gives 14 days from the delivery of the last good to withdraw, "
            "before 2026-03-17 00:00 in Europe/Paris (Directive 2011/83/EU, articles 9 to 16; "
            "Code de la consommation, articles L217-3 and L217-7)"
        ),
        (
            "line A: 1 of 1 asked for too late: the 7 days from their delivery ended at "
            "2026-03-10 00:00 in Europe/Paris (the law overrules it)"
        ),
        (
            "line A: the buyer pays the way back; the standard delivery is paid back when "
            "everything comes back; the buyer may choose: refund"
        ),
    ]
    assert "that the law gives ended at 2026-03-17 00:00 in Europe/Paris" in late.explain()


def test_a_longer_policy_stays_as_it_is() -> None:
    """The law is a floor: the 30 days of a shop are not cut to 14, and bear its own terms."""
    policy = ReturnPolicy(rules=(ReturnWindow(days=30, zone="Europe/Paris"),))
    (line,) = judged(asked(delivered(sold(1)), at=local(3, 30)), policy).lines

    assert line.is_accepted
    assert line.right is None
    assert line.terms.send_back_by is None


def test_goods_that_come_separately_share_the_window_of_the_last() -> None:
    """A line of day 0 may be returned for 14 days after the line of day 20 was delivered."""
    order = delivered(delivered(sold(1, 1), lines="A"), lines="B", at=local(3, 23, 10))
    accepted_until(local(4, 7), order)  # 6 April 2026 is Easter Monday, but nobody said so

    early = judged(asked(delivered(sold(1, 1), lines="A"), at=local(9, 1)))
    right = early.lines[0].right

    assert isinstance(early, Accepted)
    assert right.deadline is None
    assert "before" not in right.explain()
    assert right.written_deadline == ""


def test_a_parcel_that_got_lost_is_not_waited_for() -> None:
    """What was lost or cancelled never arrives: the window counts from what did."""
    order = delivered(sold(1, 2), lines="A").cancel(B, quantity=1, at=MONDAY)
    order = order.ship(B, quantity=1, at=MONDAY)
    lost = LineEvent(kind=LineEventKind.LOST, line=B, quantity=1, at=local(3, 9))
    accepted_until(local(3, 17), order.with_events([lost]))


def test_a_consumer_may_withdraw_before_the_delivery() -> None:
    """Units on their way are withdrawn from, and the shop's wait for the delivery is lifted."""
    policy = ReturnPolicy(rules=(WasShipped(), WasDelivered(), WEEK.rules[1]))
    order = sold(2).ship(A, quantity=1, at=MONDAY)
    verdict = judged(asked(order, entry(1), at=MONDAY), policy)

    assert isinstance(verdict, Accepted)
    assert [finding.rule for finding in verdict.lines[0].lifted] == ["delivery", "window_ahead"]

    both = judged(asked(order, entry(2), at=MONDAY), policy)

    assert [finding.acceptable for finding in both.findings] == [1, 1, 1]


@pytest.mark.parametrize(
    ("day", "holidays", "deadline"),
    [
        (local(3, 2), (), local(3, 17)),  # ends on a Monday
        (local(3, 7), (), local(3, 24)),  # ends on Saturday 21, so on Monday 23
        (local(3, 8), (), local(3, 24)),  # ends on Sunday 22
        (local(3, 20), (date(2026, 4, 3), date(2026, 4, 6)), local(4, 8)),
        (local(4, 17), (date(2026, 5, 1),), local(5, 5)),  # 1 May, a Friday
    ],
)
def test_a_period_that_ends_on_a_day_off_ends_on_the_next_working_day(
    day: datetime, holidays: tuple[date, ...], deadline: datetime
) -> None:
    """Saturdays, Sundays and public holidays end no period (Regulation 1182/71)."""
    listed = PublicHolidays(country="FR", days=holidays)
    elsewhere = PublicHolidays(country="DE", days=(date(2026, 3, 16),))
    policy = attrs.evolve(WEEK, public_holidays=[listed, elsewhere])
    order = delivered(sold(1), at=day)

    assert isinstance(judged(asked(order, at=deadline - JUST), policy), Accepted)
    assert isinstance(judged(asked(order, at=deadline), policy), Refused)


def test_in_great_britain_a_period_may_end_on_a_sunday() -> None:
    """The regulations of 2013 know no working days."""
    london = ZoneInfo("Europe/London")
    order = delivered(sold(1), at=datetime(2026, 3, 8, 12, tzinfo=london))
    accepted_until(datetime(2026, 3, 23, tzinfo=london), order, country="GB")


@pytest.mark.parametrize("change", [(3, 15), (10, 11)])
def test_clocks_that_change_do_not_shorten_a_window(change: tuple[int, int]) -> None:
    """Over the change of the clocks a window has its 14 days, to local midnight."""
    order = delivered(sold(1), at=local(*change, 23))
    month, day = change
    accepted_until(local(month, day + 16), order)  # Sunday 29 March, and 25 October: a day more


def test_a_window_ends_with_the_day_of_the_buyers_country() -> None:
    """The same instant is another day in Lisbon than in Paris."""
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # already Tuesday in Paris
    order = delivered(sold(1), at=at)
    lisbon = ZoneInfo("Europe/Lisbon")

    accepted_until(local(3, 18), order, country="FR")
    accepted_until(datetime(2026, 3, 17, tzinfo=lisbon), order, country="PT")


def test_who_was_not_told_has_twelve_months_more() -> None:
    """Without any word about the right it lasts for a year more (article 10)."""
    never = WithdrawalNotice(of_right=Notice.NEVER)
    in_time, _ = accepted_until(local(3, 17, year=2027), delivered(sold(1)), notice=never)

    assert "and 12 months, as it was not told," in in_time.explain()


@pytest.mark.parametrize(
    ("told", "deadline"),
    [
        (local(2, 27), local(3, 17)),  # before the delivery: no day is lost
        (local(6, 1), local(6, 16)),
        (local(6, 6), local(6, 23)),  # 20 June 2026 is a Saturday
        (local(3, 12, year=2027), local(3, 17, year=2027)),  # never after the year
    ],
)
def test_who_was_told_late_has_fourteen_days_from_then(told: datetime, deadline: datetime) -> None:
    """The days count from the notice, within the year that it would have been."""
    notice = WithdrawalNotice(of_right=Notice.LATE, at=told)
    in_time, _ = accepted_until(deadline, delivered(sold(1)), notice=notice)

    assert "14 days from the day on which it was told" in in_time.explain()


@pytest.mark.parametrize("given", [{"buyer": BuyerKind.BUSINESS}, {"country": "CH"}])
def test_where_the_law_gives_nothing_the_shop_decides(given: dict[str, Any]) -> None:
    """Between businesses, and in Switzerland, seven days are seven days."""
    late = judged(asked(delivered(sold(1)), at=local(3, 12), **given))

    assert isinstance(late, Refused)
    assert late.deadline == local(3, 10)
    assert late.lines[0].right is None


def test_an_order_on_terms_of_trade_has_no_floor() -> None:
    """Who buys on terms of trade is a business, whatever the request says."""
    order = delivered(sold(1, trade=TradeTerms(net_days=30)))

    assert isinstance(judged(asked(order, at=local(3, 12))), Refused)


def test_the_country_of_the_shop_counts_where_the_buyers_is_not_known() -> None:
    """A policy with a home has a floor; without one only its rules count."""
    request = asked(delivered(sold(1)), at=local(3, 12), country=None)

    assert isinstance(judged(request), Refused)
    assert isinstance(judged(request, attrs.evolve(WEEK, home="FR")), Accepted)
    assert isinstance(judged(request, attrs.evolve(WEEK, home="US")), Refused)


def test_a_newer_law_replaces_a_row() -> None:
    """A policy takes rows of its own, for a country that is new or a law that changed."""
    norway = LegalFloor(
        country="NO",
        zone="Europe/Oslo",
        withdrawal_days=14,
        claim_months=60,
        source="angrerettloven; forbrukerkjøpsloven",
    )
    longer = attrs.evolve(LEGAL_FLOORS["FR"], withdrawal_days=21)
    policy = attrs.evolve(WEEK, floors=[norway, longer])

    for country, last in (("NO", local(3, 17) - JUST), ("FR", local(3, 24) - JUST)):
        assert isinstance(
            judged(asked(delivered(sold(1)), at=last, country=country)), Accepted
        ) == (country == "DE")
        assert isinstance(
            judged(asked(delivered(sold(1)), at=last, country=country), policy), Accepted
        )


def test_every_rule_of_a_shop_yields_to_a_withdrawal() -> None:
    """Used, on final sale, without a number or a proof, by a customer who returns a lot: taken."""

    def never(
        request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        return (RuleFinding(rule="never", line=line.line, problem="we take nothing back"),)

    rules = (
        ConditionIs(allowed=(Condition.NEW,)),
        NotFinalSale(),
        HasAuthorisation(),
        HasProof(kinds=tuple(Proof)),
        ReturnLimit(days=365, returns=0),
        never,
    )
    history = ReturnHistory(days=365, orders=9, units=9, returns=9, returned=9)
    request = asked(
        delivered(sold(1)), entry(condition=Condition.USED), at=local(3, 5), history=history
    )
    (line,) = judged(request, ReturnPolicy(rules=rules)).lines

    assert line.is_accepted
    assert [finding.rule for finding in line.lifted] == [
        "condition",
        "final_sale",
        "authorisation",
        "proof",
        "return_limit",
        "never",
    ]
    assert (
        len(judged(attrs.evolve(request, country="CH"), ReturnPolicy(rules=rules)).findings) == 6
    )


def test_the_law_makes_no_units() -> None:
    """What was never sent, is back, is on its way back or may be kept is not withdrawn from."""
    rules = (WasShipped(), NotAlreadyReturned())
    policy = ReturnPolicy(rules=rules)
    order = delivered(sold(4))
    one_back = order.take_back(A, quantity=1, at=MONDAY)
    kept = order.credit(A, quantity=3, at=MONDAY)

    assert [found.acceptable for found in judged(asked(sold(1), at=MONDAY), policy).findings] == [
        0,
        0,
    ]
    for case, given, left in (
        (one_back, {}, 3),
        (one_back, {"open_units": {A: 2}}, 1),
        (kept, {}, 1),
        (kept, {"open_units": {A: 3}}, 1),
    ):
        enough = judged(asked(case, entry(left), at=MONDAY, **given), policy)
        more = judged(asked(case, entry(left + 1), at=MONDAY, **given), policy)

        assert isinstance(enough, Accepted)
        assert [(found.rule, found.acceptable) for found in more.findings] == [
            ("already_returned", left)
        ]


def test_a_finding_against_the_law_is_raised_to_what_the_law_gives() -> None:
    """Of three units asked for two are there: no rule accepts fewer than two of them."""
    order = delivered(sold(3)).take_back(A, quantity=1, at=MONDAY)
    policy = ReturnPolicy(rules=(NotAlreadyReturned(), NotFinalSale()))
    verdict = judged(asked(order, entry(3), at=MONDAY), policy)

    assert [(found.rule, found.acceptable) for found in verdict.findings] == [
        ("already_returned", 2),
        ("final_sale", 2),
    ]
    assert verdict.lines[0].acceptable == 2
    assert verdict.lines[0].right.units == 2


@pytest.mark.parametrize(
    ("exemption", "condition", "expected"),
    [
        (Exemption.PERSONALISED, Condition.NEW, Refused),
        (Exemption.PERISHABLE, Condition.NEW, Refused),
        (Exemption.PRESS, Condition.OPENED, Refused),
        (Exemption.DIGITAL, Condition.USED, Refused),
        (Exemption.SEALED_HYGIENE, Condition.NEW, Accepted),
        (Exemption.SEALED_HYGIENE, Condition.OPENED, Refused),
        (Exemption.SEALED_MEDIA, Condition.NEW, Accepted),
        (Exemption.SEALED_MEDIA, Condition.USED, Refused),
    ],
)
def test_some_goods_are_exempt_from_withdrawal(
    exemption: Exemption, condition: Condition, expected: type[Accepted | Refused]
) -> None:
    """Sealed goods are exempt once they are unsealed, the others always (article 16)."""
    goods = ExemptGoods(scope=Scope(categories=("toys",)), exemption=exemption)
    others = ExemptGoods(scope=Scope(categories=("food",)), exemption=Exemption.PERISHABLE)
    policy = ReturnPolicy(rules=(NotFinalSale(),), exempt=[others, goods])
    request = asked(delivered(sold(1)), entry(condition=condition), at=MONDAY)
    verdict = judged(request, policy)

    assert isinstance(verdict, expected)
    assert ("no withdrawal by law: article 16" in verdict.explain()) == (expected is Refused)


@pytest.mark.parametrize(
    "reason",
    [
        ReturnReason.NOT_AS_DESCRIBED,
        ReturnReason.WRONG_ITEM,
        ReturnReason.DEFECTIVE,
        ReturnReason.DAMAGED,
    ],
)
def test_a_faulty_item_passes_beyond_the_window(reason: ReturnReason) -> None:
    """What is not what was sold is claimed for two years in France; who changed a mind is late."""
    order = delivered(sold(1))
    claim = entry(reason=reason, condition=Condition.FAULTY)
    last = local(3, 3, year=2028) - JUST
    (line,) = judged(asked(order, claim, at=last)).lines

    assert line.is_accepted
    assert line.right.kind is LegalRightKind.CLAIM
    assert "24 months from the delivery to claim what was sold" in line.right.explain()

    late = judged(asked(order, claim, at=last + JUST))

    assert late.deadline == local(3, 3, year=2028)
    assert isinstance(judged(asked(order, at=last)), Refused)


@pytest.mark.parametrize(
    ("country", "months", "presumed"),
    [
        ("DE", 24, 12),
        ("FR", 24, 24),
        ("ES", 36, 24),
        ("PT", 36, 24),
        ("SE", 36, 24),
        ("GB", 72, 6),
    ],
)
def test_countries_give_more_than_the_directive(country: str, months: int, presumed: int) -> None:
    """The period of claims, and of the presumption, is that of the country."""
    claim = entry(reason=ReturnReason.DEFECTIVE)
    zone = time_zone(LEGAL_FLOORS[country].zone)
    order = delivered(sold(1), at=datetime(2026, 3, 2, 12, tzinfo=zone))

    def after(passed: int) -> datetime:
        years, month = divmod(2 + passed, 12)
        return datetime(2026 + years, month + 1, 3, tzinfo=zone)

    assert isinstance(
        judged(asked(order, claim, at=after(months) - JUST, country=country)), Accepted
    )
    assert isinstance(judged(asked(order, claim, at=after(months), country=country)), Refused)

    (then,) = judged(asked(order, claim, at=after(presumed) - JUST, country=country)).lines

    assert then.right.burden is Party.SELLER
    if presumed < months:
        (later,) = judged(asked(order, claim, at=after(presumed), country=country)).lines

        assert later.right.burden is Party.BUYER
        assert "; the buyer has to prove" in later.right.explain()


@pytest.mark.parametrize(
    ("day", "first_late"),
    [
        (local(2, 29, 12, year=2028), local(3, 1, year=2030)),
        (local(3, 31, 12), local(4, 1, year=2028)),
        (local(3, 29, 12), local(3, 30, year=2028)),
    ],
)
def test_a_period_of_months_ends_on_the_same_day_or_with_the_month(
    day: datetime, first_late: datetime
) -> None:
    """Two years after 29 February end with 28 February (Regulation 1182/71)."""
    order = delivered(sold(1), at=day)
    claim = entry(reason=ReturnReason.DEFECTIVE)

    assert isinstance(judged(asked(order, claim, at=first_late - JUST)), Accepted)
    assert isinstance(judged(asked(order, claim, at=first_late)), Refused)


def test_a_finding_that_accepts_all_units_is_lifted_too() -> None:
    """A rule that finds something and names no unit less refuses all the same, but for the law."""

    def grumble(
        request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        return (RuleFinding(rule="x", line=line.line, problem="hm", acceptable=line.quantity),)

    request = asked(delivered(sold(1)), at=local(3, 4))
    policy = ReturnPolicy(rules=(grumble,))

    assert isinstance(judged(request, policy), Accepted)
    assert isinstance(judged(attrs.evolve(request, country="CH"), policy), Refused)


def test_each_unit_has_the_claim_of_its_own_delivery() -> None:
    """Of two deliveries a year apart, the units of the later one are claimed for longer."""
    order = sold(3).ship(A, quantity=3, at=MONDAY).deliver(A, quantity=2, at=MONDAY)
    later = order.deliver(A, quantity=1, at=MONDAY + timedelta(days=365))
    claim = entry(2, reason=ReturnReason.DEFECTIVE)
    verdict = judged(asked(later, claim, at=local(6, 1, year=2028)))

    assert verdict.lines[0].right.units == 1
    assert verdict.lines[0].acceptable == 1
    assert verdict.lines[0].right.deadline == local(3, 3, year=2029)

    on_its_way = judged(asked(order, claim, at=local(6, 1, year=2028)))

    assert on_its_way.lines[0].right.units == 1
    assert on_its_way.lines[0].right.deadline is None


def test_a_claim_shows_the_fault_and_a_withdrawal_shows_nothing() -> None:
    """The law lets a shop ask for photos of a fault, but of a change of mind only for the goods."""
    policy = ReturnPolicy(rules=(*WEEK.rules, HasProof(kinds=(Proof.PHOTOS,))))
    order = delivered(sold(1))
    claim = entry(reason=ReturnReason.DEFECTIVE)
    unshown = judged(asked(order, claim, at=local(6, 1)), policy)

    assert [finding.rule for finding in unshown.findings] == ["proof"]
    assert unshown.lines[0].right is None

    shown = judged(asked(order, claim, at=local(6, 1), proofs=[Proof.PHOTOS]), policy)

    assert shown.lines[0].right.kind is LegalRightKind.CLAIM

    early = judged(asked(order, claim, at=local(3, 3)), policy)

    assert early.lines[0].is_accepted
    assert early.lines[0].right.kind is LegalRightKind.WITHDRAWAL


def test_a_deadline_that_the_law_does_not_reach_stays() -> None:
    """Long after both, the deadline is that of the shop where it was the later one."""
    policy = ReturnPolicy(rules=(ReturnWindow(days=30, zone="Europe/Paris"),))
    late = judged(asked(delivered(sold(1)), at=local(6, 1)), policy)

    assert late.deadline == local(4, 2)
    assert "that the law gives" not in late.explain()


TERMS = TermsRule(
    return_shipping_paid_by=Party.BUYER,
    restocking_fee=RestockingFee(percent=Decimal(15)),
    value_loss=ValueLoss.DEDUCTIBLE,
    offers=(OfferKind.STORE_CREDIT,),
    credit_bonus_percent=Decimal(10),
)


def terms_of(request: ReturnRequest) -> Any:
    """Return the terms of the first entry under the strict terms of a shop."""
    policy = ReturnPolicy(rules=(), terms=[TERMS])
    return judged(request, policy).lines[0].terms


def test_a_withdrawal_betters_the_terms() -> None:
    """No fee, the money back as it was paid, the standard delivery too, and days to send it."""
    terms = terms_of(asked(delivered(sold(1)), entry(condition=Condition.USED), at=local(3, 4)))

    assert terms.restocking_fee == Money(0, Currency.EUR)
    assert terms.standard_shipping is ShippingRefund.WHEN_EVERYTHING_RETURNS
    assert [offer.kind for offer in terms.offers] == [OfferKind.REFUND, OfferKind.STORE_CREDIT]
    assert terms.offers[1].bonus == Money(239, Currency.EUR)
    assert terms.return_shipping_paid_by is Party.BUYER
    assert terms.value_loss is ValueLoss.DEDUCTIBLE
    assert terms.send_back_by == terms.refund_by == local(3, 19)
    assert "a loss in value by use may be deducted" in terms.explain()


def test_the_law_asks_for_the_standard_delivery_only() -> None:
    """A shop that pays back no dearer delivery than the standard one keeps to the law."""
    rule = attrs.evolve(TERMS, standard_shipping=ShippingRefund.STANDARD_ONLY)
    verdict = judged(
        asked(delivered(sold(1)), at=local(3, 4)), ReturnPolicy(rules=(), terms=[rule])
    )

    assert verdict.lines[0].terms.standard_shipping is ShippingRefund.STANDARD_ONLY


def test_a_claim_costs_the_buyer_nothing() -> None:
    """The seller pays the way back of faulty goods, and deducts nothing for their use."""
    claim = entry(reason=ReturnReason.DEFECTIVE, condition=Condition.USED)
    terms = terms_of(asked(delivered(sold(1)), claim, at=local(3, 4)))

    assert terms.return_shipping_paid_by is Party.SELLER
    assert terms.restocking_fee.is_zero
    assert terms.value_loss is ValueLoss.NOT_DEDUCTED
    assert [offer.kind for offer in terms.offers] == [
        OfferKind.REFUND,
        OfferKind.EXCHANGE,
        OfferKind.STORE_CREDIT,
    ]
    assert terms.send_back_by is None
    assert terms.refund_by is None


def test_what_was_not_told_costs_the_seller() -> None:
    """Without word of the cost of the way back the seller bears it; nor is use deducted."""
    used = entry(condition=Condition.USED)
    costs = WithdrawalNotice(of_return_costs=Notice.NEVER)
    right = WithdrawalNotice(of_right=Notice.NEVER)
    order = delivered(sold(1))

    assert terms_of(asked(order, used, at=MONDAY, notice=costs)).return_shipping_paid_by is (
        Party.SELLER
    )
    assert terms_of(asked(order, used, at=MONDAY, notice=right)).value_loss is (
        ValueLoss.NOT_DEDUCTED
    )


def test_without_a_right_the_terms_of_the_shop_hold() -> None:
    """After the 14 days a fee is kept, and the money may be a store credit alone."""
    terms = terms_of(asked(delivered(sold(1)), entry(condition=Condition.USED), at=local(4, 4)))

    assert terms.restocking_fee == Money(358, Currency.EUR)
    assert [offer.kind for offer in terms.offers] == [OfferKind.STORE_CREDIT]
    assert terms.offers[0].bonus == Money(203, Currency.EUR)  # 10 percent of 23.90 - 3.58
    assert terms.standard_shipping is ShippingRefund.NEVER
    assert terms.value_loss is ValueLoss.DEDUCTIBLE


def test_all_members_of_the_union_give_fourteen_days_and_two_years() -> None:
    """The table has every member, a zone that is known, and no less than the directives."""
    assert len(MEMBERS) == 27
    for country in MEMBERS:
        floor = LEGAL_FLOORS[country]
        time_zone(floor.zone)

        assert country == floor.country
        assert floor.withdrawal_days == 14
        assert floor.uninformed_months == 12
        assert floor.claim_months is not None
        assert floor.claim_months >= 24
        assert floor.presumed_months >= 12
        assert floor.period_end is PeriodEnd.NEXT_WORKING_DAY
        assert "Directive 2011/83/EU" in floor.source
    assert LEGAL_FLOORS["GB"].withdrawal_days == 14
    assert LEGAL_FLOORS["CH"].withdrawal_days is None


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: WithdrawalNotice(of_right=Notice.LATE), "at"),
        (lambda: WithdrawalNotice(at=MONDAY), "at"),
        (lambda: asked(sold(1), at=MONDAY, country="fr"), "country"),
        (lambda: asked(sold(1), at=MONDAY, country=33), "country"),
        (lambda: ReturnPolicy(rules=(), home="FRANCE"), "home"),
        (lambda: PublicHolidays(country="FR", days=[MONDAY]), "days"),
        (lambda: attrs.evolve(LEGAL_FLOORS["FR"], withdrawal_days=0), "withdrawal_days"),
        (RestockingFee, "percent"),
        (lambda: RestockingFee(percent=Decimal(1), per_unit=Money(1, Currency.EUR)), "percent"),
        (lambda: RestockingFee(percent=Decimal(101)), "percent"),
        (lambda: RestockingFee(percent=Decimal("NaN")), "percent"),
        (lambda: RestockingFee(per_unit=Money(-1, Currency.EUR)), "per_unit"),
        (lambda: TermsRule(offers=()), "offers"),
        (lambda: TermsRule(offers=[OfferKind.KEEP]), "keep_up_to"),
        (lambda: TermsRule(keep_up_to=Money(1, Currency.EUR)), "keep_up_to"),
        (lambda: TermsRule(credit_bonus_percent=TEN), "credit_bonus_percent"),
    ],
)
def test_wrong_facts_are_refused(make: Any, field: str) -> None:
    """Each value is checked at construction, and the error says which field."""
    with pytest.raises(FieldError) as caught:
        make()

    assert field == caught.value.field
