"""Rules are asked where they apply; holidays extend; a person may overrule them by name."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, OrderLine, UnknownLineError
from ecomkit.returns import (
    Accepted,
    BuyerKind,
    Condition,
    CustomerText,
    FirstInScope,
    HasAuthorisation,
    HasProof,
    HolidayExtension,
    InScope,
    LineVerdict,
    NotAlreadyReturned,
    NotFinalSale,
    Offer,
    OfferKind,
    Override,
    Party,
    Proof,
    Refused,
    RestockingFee,
    ReturnHistory,
    ReturnLimit,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ReturnRequest,
    ReturnTerms,
    ReturnWindow,
    RuleFinding,
    Scope,
    ShippingRefund,
    TermsRule,
    WasShipped,
    override,
)
from ecomkit.timeline import Boundary

PARIS = ZoneInfo("Europe/Paris")
DAY_0 = datetime(2026, 3, 2, 15, tzinfo=PARIS)
A, B = LineId("A"), LineId("B")


def sold(*units: int, currency: Currency = Currency.EUR, **given: Any) -> Order:
    """Return an order with lines A and B at 23.90, shipped and delivered on day 0."""
    lines = [
        OrderLine(
            id=LineId(name),
            sku=Sku(f"ELEPHANT-{name}"),
            quantity=quantity,
            unit_price=Money(2390, currency),
            category="toys" if name == "A" else None,
        )
        for name, quantity in zip("AB", units, strict=False)
    ]
    plain: dict[str, Any] = {
        "id": OrderId("web/1"),
        "channel": ChannelId("web"),
        "currency": currency,
        "placed_at": DAY_0,
        "lines": lines,
    }
    order = Order(**(plain | given))
    for line in lines:
        order = order.ship(line.id, quantity=line.quantity, at=DAY_0)
        order = order.deliver(line.id, quantity=line.quantity, at=DAY_0)
    return order


def entry(units: int = 1, **given: Any) -> ReturnLine:
    """Return an entry for new units of line A, of which the buyer thinks otherwise now."""
    plain: dict[str, Any] = {
        "line": A,
        "condition": Condition.NEW,
        "reason": ReturnReason.CHANGED_MIND,
    }
    return ReturnLine(quantity=units, **(plain | given))


def asked(*entries: ReturnLine, order: Order | None = None, **given: Any) -> ReturnRequest:
    """Return a request on day 0 for units of an order of three."""
    plain: dict[str, Any] = {"requested_at": DAY_0}
    return ReturnRequest(
        order=sold(3, 3) if order is None else order,
        lines=entries or [entry()],
        **(plain | given),
    )


def found(request: ReturnRequest, *rules: Any) -> list[str]:
    """Return what *rules* find, by name."""
    verdict = ReturnPolicy(rules=rules)(request, now=request.requested_at)
    return [finding.rule for line in verdict.lines for finding in line.findings]


def terms_of(line: LineVerdict) -> ReturnTerms:
    """Return the terms of an entry; a policy gives some to each."""
    assert line.terms is not None
    return line.terms


def test_no_shipment_no_authorisation_and_no_window_are_three_reasons() -> None:
    """All that is wrong is said at once, for the merchant and for the customer."""
    order = attrs.evolve(sold(1), events=())
    rules = (WasShipped(), HasAuthorisation(), ReturnWindow(days=30, zone="Europe/Paris"))

    assert found(asked(order=order), *rules) == ["shipment", "authorisation", "window_ahead"]


@pytest.mark.parametrize(
    ("scope", "line"),
    [
        (Scope(), entry()),
        (Scope(countries=("DE", "FR")), entry()),
        (Scope(channels=(ChannelId("web"),)), entry()),
        (Scope(categories=("toys",)), entry()),
        (Scope(skus=(Sku("ELEPHANT-A"),)), entry()),
        (Scope(categories=("toys",), skus=(Sku("ELEPHANT-A"),)), entry()),
        (Scope(conditions=(Condition.USED,)), entry(condition=Condition.USED)),
        (Scope(reasons=(ReturnReason.DAMAGED,)), entry(reason=ReturnReason.DAMAGED)),
        (Scope(buyers=(BuyerKind.CONSUMER,)), entry()),
    ],
)
def test_a_rule_in_scope_is_asked(scope: Scope, line: ReturnLine) -> None:
    """An entry that matches all that a scope names is meant."""
    request = asked(line, country="FR")
    rule = InScope(scope=scope, rule=NotFinalSale())

    assert scope.covers(request, line)
    assert [finding.rule for finding in rule(request, line, now=DAY_0)] == ["final_sale"]


@pytest.mark.parametrize(
    "scope",
    [
        Scope(countries=("DE",)),
        Scope(channels=(ChannelId("etsy"),)),
        Scope(categories=("shoes",)),
        Scope(skus=(Sku("ELEPHANT-B"),)),
        Scope(categories=("toys",), skus=(Sku("ELEPHANT-B"),)),
        Scope(conditions=(Condition.USED,)),
        Scope(reasons=(ReturnReason.DAMAGED,)),
        Scope(buyers=(BuyerKind.BUSINESS,)),
    ],
)
def test_a_rule_out_of_scope_is_not_asked(scope: Scope) -> None:
    """One field that does not match is enough."""
    request = asked(country="FR")

    assert not scope.covers(request, request.lines[0])
    assert InScope(scope=scope, rule=NotFinalSale())(request, request.lines[0], now=DAY_0) == ()


def test_a_scope_says_what_is_meant() -> None:
    """Every field that names something is read, and a scope of nothing is everything."""
    scope = Scope(
        skus=(Sku("ELEPHANT-A"), Sku("ELEPHANT-B")), conditions=(Condition.DAMAGED_IN_TRANSIT,)
    )

    assert scope.explain() == "skus ELEPHANT-A, ELEPHANT-B; conditions damaged_in_transit"
    assert Scope().explain() == "everything"


def test_what_is_in_no_category_is_in_no_scope_of_categories() -> None:
    """A line without a category, and a buyer without a country, are not guessed about."""
    request = asked(entry(line=B))

    assert not Scope(categories=("toys",)).covers(request, request.lines[0])
    assert not Scope(countries=("FR",)).covers(request, request.lines[0])


def test_the_first_rule_in_scope_decides() -> None:
    """Toys have 60 days, all else 30; without a last case all else would pass."""
    toys = InScope(
        scope=Scope(categories=("toys",)), rule=ReturnWindow(days=60, zone="Europe/Paris")
    )
    rest = InScope(scope=Scope(), rule=ReturnWindow(days=30, zone="Europe/Paris"))
    request = asked(entry(), entry(line=B), requested_at=DAY_0 + timedelta(days=40))

    assert found(request, FirstInScope(cases=(toys, rest))) == ["window"]
    assert found(request, FirstInScope(cases=(rest, toys))) == ["window", "window"]
    assert found(request, FirstInScope(cases=(toys,))) == []


CHRISTMAS = HolidayExtension(
    first=date(2026, 11, 1), last=date(2026, 12, 24), until=date(2027, 1, 31)
)


@pytest.mark.parametrize(
    ("bought", "last"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=PARIS), date(2026, 12, 2)),
        (datetime(2026, 11, 1, tzinfo=PARIS), date(2027, 1, 31)),
        (datetime(2026, 12, 24, 23, 59, tzinfo=PARIS), date(2027, 1, 31)),
        (datetime(2026, 12, 25, tzinfo=PARIS), date(2027, 1, 26)),
    ],
)
@pytest.mark.parametrize("boundary", Boundary)
def test_presents_may_be_returned_after_the_holidays(
    bought: datetime, last: date, boundary: Boundary
) -> None:
    """Bought from 1 November to 24 December, in the shop's zone: until 31 January, whole."""
    window = ReturnWindow(days=30, zone="Europe/Paris", extensions=[CHRISTMAS], boundary=boundary)
    arrived = bought + timedelta(days=2)
    order = attrs.evolve(sold(1), events=(), placed_at=bought)
    order = order.ship(A, quantity=1, at=bought).deliver(A, quantity=1, at=arrived)
    cut = timedelta(days=boundary is Boundary.STRICT and last != CHRISTMAS.until)
    end = datetime(last.year, last.month, last.day, tzinfo=PARIS) + timedelta(days=1) - cut

    assert found(asked(order=order, requested_at=end - timedelta(seconds=1)), window) == []
    assert found(asked(order=order, requested_at=end), window) == ["window"]


def test_an_extension_never_shortens_a_window() -> None:
    """What arrives late in January has its 30 days, and the finding says what ended."""
    window = ReturnWindow(days=30, zone="Europe/Paris", extensions=[CHRISTMAS])
    bought = datetime(2026, 12, 1, tzinfo=PARIS)
    order = attrs.evolve(sold(1), events=(), placed_at=bought).ship(A, quantity=1, at=bought)
    late = order.deliver(A, quantity=1, at=datetime(2027, 1, 20, tzinfo=PARIS))
    early = order.deliver(A, quantity=1, at=datetime(2026, 12, 3, tzinfo=PARIS))
    after = asked(order=late, requested_at=datetime(2027, 2, 19, 23, tzinfo=PARIS))

    assert found(after, window) == []

    (finding,) = window(attrs.evolve(after, order=early), entry(), now=DAY_0)

    assert "the extension over the holidays ended at 2027-02-01 00:00" in finding.problem

    far = attrs.evolve(after, requested_at=datetime(2027, 3, 1, tzinfo=PARIS))
    (finding,) = window(far, entry(), now=DAY_0)

    assert "the 30 days from their delivery ended at 2027-02-20 00:00" in finding.problem

    arrived_after = order.deliver(A, quantity=1, at=datetime(2027, 2, 5, tzinfo=PARIS))
    strict = ReturnWindow(
        days=0, zone="Europe/Paris", extensions=[CHRISTMAS], boundary=Boundary.STRICT
    )
    (unit,) = strict.windows(arrived_after, line=A)

    assert unit.window.duration == timedelta(0)


def test_units_in_open_returns_do_not_come_back_twice() -> None:
    """Three out and two of them asked for elsewhere: one is left, for windows as well."""
    once = asked(entry(1), open_units={A: 2, B: 3})
    twice = asked(entry(2), open_units={A: 2})
    window = ReturnWindow(days=30, zone="Europe/Paris")

    assert found(once, NotAlreadyReturned(), window) == []
    assert found(twice, NotAlreadyReturned(), window) == ["already_returned", "window_ahead"]

    (finding,) = NotAlreadyReturned()(twice, twice.lines[0], now=DAY_0)

    assert finding.explain() == ("line A: 2 asked for, 1 still out, with 2 in open returns")
    assert finding.acceptable == 1
    assert dict(twice.open_units) == {A: 2}
    assert attrs.evolve(twice).open_units == twice.open_units


def test_an_entry_of_another_request_comes_last() -> None:
    """What is asked for here is ahead of an entry that is not among it."""
    request = asked(entry(2), entry(1, line=B))

    assert request.ahead_of(entry(1)) == 2
    assert request.ahead_of(entry(2)) == 0
    assert request.returnable(entry(1)) == 1


def test_what_the_buyer_may_keep_does_not_come_back() -> None:
    """A unit that was credited and never came back is not paid for again."""
    order = sold(1).credit(A, quantity=1, at=DAY_0)

    assert found(asked(order=order), NotAlreadyReturned()) == ["already_returned"]


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        ((), ("photos", "receipt")),
        ((Proof.RECEIPT,), ("photos",)),
        ((Proof.RECEIPT, Proof.PHOTOS), None),
    ],
)
def test_every_proof_that_is_missing_is_named(
    shown: tuple[Proof, ...], missing: tuple[str, ...] | None
) -> None:
    """A buyer is told all that is wanted, once."""
    rule = HasProof(kinds=(Proof.PHOTOS, Proof.RECEIPT))
    request = asked(proofs=shown)
    findings = rule(request, request.lines[0], now=DAY_0)

    assert missing == (findings[0].names if findings else None)
    if findings:
        assert findings[0].remedy == "send what is missing"
        assert findings[0].problem == f"not shown: {', '.join(findings[0].names)}"
        assert [proof.value for proof in findings[0].missing] == list(findings[0].names)


def test_a_return_number_is_wanted() -> None:
    """Without the number of an authorisation a return waits for one."""
    assert found(asked(authorisation="RMA-1"), HasAuthorisation()) == []
    assert found(asked(), HasAuthorisation()) == ["authorisation"]


HISTORY = ReturnHistory(
    days=365,
    orders=5,
    units=20,
    returns=4,
    returned=10,
    spent=Money(10000, Currency.EUR),
    refunded=Money(4000, Currency.EUR),
)


@pytest.mark.parametrize(
    ("limit", "units", "problem"),
    [
        (ReturnLimit(days=365, returns=5), 1, None),
        (ReturnLimit(days=365, returns=4), 1, "5 returns in 365 days, 4 allowed"),
        (ReturnLimit(days=365, percent=60), 2, None),
        (
            ReturnLimit(days=365, percent=60),
            3,
            "13 of 20 units back in 365 days, 60 percent allowed",
        ),
        (ReturnLimit(days=365, percent=60, after_orders=5), 3, "13 of 20 units back"),
        (ReturnLimit(days=365, percent=60, after_orders=6), 3, None),
        (ReturnLimit(days=365, returns=0, percent=0), 1, "0 allowed; 11 of 20"),
        (ReturnLimit(days=365, value_percent=40), 1, None),
        (
            ReturnLimit(days=365, value_percent=39),
            1,
            "40.00 EUR of 100.00 EUR paid back in 365 days, 39 percent allowed",
        ),
    ],
)
def test_who_returns_a_lot_is_looked_at_by_a_person(
    limit: ReturnLimit, units: int, problem: str | None
) -> None:
    """The numbers of this request are counted in, and every limit that is passed is named."""
    request = asked(entry(units), history=HISTORY)
    findings = limit(request, request.lines[0], now=DAY_0)

    assert (problem is None) == (not findings)
    if problem is not None:
        assert problem in findings[0].problem
        assert findings[0].remedy == "a person decides"


def test_a_customer_without_a_history_passes() -> None:
    """Nothing is held against somebody of whom nothing is known, nor amounts that are not."""
    counted = attrs.evolve(HISTORY, spent=None, refunded=None)

    assert found(asked(), ReturnLimit(days=365, returns=0)) == []
    assert found(asked(history=counted), ReturnLimit(days=365, value_percent=0)) == []


def test_a_fee_in_parts_is_the_fee_of_the_whole() -> None:
    """15 percent of 3 times 23.90: unit by unit, and across returns, 10.75 as at once."""
    policy = ReturnPolicy(
        rules=(), terms=[TermsRule(restocking_fee=RestockingFee(percent=Decimal(15)))]
    )
    whole = terms_of(policy(asked(entry(3)), now=DAY_0).lines[0]).restocking_fee
    parts = policy(
        asked(entry(1), entry(1, reason=ReturnReason.OTHER), open_units={A: 1}), now=DAY_0
    )
    first = terms_of(policy(asked(entry(1)), now=DAY_0).lines[0]).restocking_fee
    rest = [terms_of(line).restocking_fee for line in parts.lines]

    assert whole == Money(1075, Currency.EUR)
    assert [first, *rest] == [Money(amount, Currency.EUR) for amount in (358, 359, 358)]


@pytest.mark.parametrize(
    ("fee", "currency", "units", "expected"),
    [
        (RestockingFee(per_unit=Money(500, Currency.EUR)), Currency.EUR, 3, 1500),
        (RestockingFee(per_unit=Money(9900, Currency.EUR)), Currency.EUR, 3, 7170),
        (RestockingFee(per_unit=Money(500, Currency.EUR)), Currency.GBP, 3, 0),
        (RestockingFee(percent=Decimal(100)), Currency.EUR, 1, 2390),
        (RestockingFee(percent=Decimal("0.5")), Currency.EUR, 1, 11),
        (
            RestockingFee(percent=Decimal(15)),
            Currency.EUR,
            9,
            1075,
        ),  # no more than three are there
        (None, Currency.EUR, 3, 0),
    ],
)
def test_a_fee_is_never_more_than_the_price(
    fee: RestockingFee | None, currency: Currency, units: int, expected: int
) -> None:
    """Per unit or in percent, rounded down, and in the currency of the order only."""
    policy = ReturnPolicy(rules=(), terms=[TermsRule(restocking_fee=fee)])
    request = asked(entry(units), order=sold(3, currency=currency))
    (line,) = policy(request, now=DAY_0).lines

    assert Money(expected, currency) == terms_of(line).restocking_fee
    assert ("a fee of" in terms_of(line).explain()) == (expected > 0)


@pytest.mark.parametrize(
    ("units", "given", "offers"),
    [
        (2, {}, ["refund", "keep"]),
        (3, {}, ["refund"]),
        (1, {"open_units": {B: 1}}, ["refund", "keep"]),
        (1, {"open_units": {A: 1, B: 1}}, ["refund"]),
    ],
)
def test_what_is_cheap_may_be_kept(units: int, given: dict[str, Any], offers: list[str]) -> None:
    """Up to 47.80 over all returns of the order, so that parts do not slip below the bound."""
    rule = TermsRule(
        offers=[OfferKind.REFUND, OfferKind.KEEP], keep_up_to=Money(4780, Currency.EUR)
    )
    policy = ReturnPolicy(rules=(), terms=[rule])
    (line,) = policy(asked(entry(units), **given), now=DAY_0).lines

    assert offers == [offer.kind.value for offer in terms_of(line).offers]

    pounds = asked(entry(1), order=sold(3, currency=Currency.GBP))

    assert terms_of(policy(pounds, now=DAY_0).lines[0]).offers == (Offer(kind=OfferKind.REFUND),)


def test_what_came_back_before_counts_for_what_may_be_kept() -> None:
    """A second small return of an order is not small; what was cancelled never counts."""
    rule = TermsRule(offers=[OfferKind.KEEP], keep_up_to=Money(2390, Currency.EUR))
    policy = ReturnPolicy(rules=(), terms=[rule])
    order = attrs.evolve(sold(3), events=()).cancel(A, quantity=1, at=DAY_0)
    order = order.ship(A, quantity=2, at=DAY_0)
    before = order.take_back(A, quantity=1, at=DAY_0)

    assert terms_of(policy(asked(order=order), now=DAY_0).lines[0]).offers
    assert not terms_of(policy(asked(order=before), now=DAY_0).lines[0]).offers


def test_terms_go_by_scope() -> None:
    """The seller pays for what is damaged, the buyer for a change of mind; the first rule wins."""
    ours = TermsRule(
        scope=Scope(reasons=(ReturnReason.DAMAGED,)), return_shipping_paid_by=Party.SELLER
    )
    theirs = TermsRule(standard_shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS)
    policy = ReturnPolicy(rules=(), terms=[ours, theirs])
    verdict = policy(asked(entry(), entry(reason=ReturnReason.DAMAGED)), now=DAY_0)
    mind, damaged = map(terms_of, verdict.lines)

    assert mind.return_shipping_paid_by is Party.BUYER
    assert mind.standard_shipping is ShippingRefund.WHEN_EVERYTHING_RETURNS
    assert damaged.return_shipping_paid_by is Party.SELLER
    assert damaged.explain() == "the seller pays the way back; the buyer may choose: refund"


def test_the_bonus_of_a_store_credit_is_named() -> None:
    """Ten percent on 47.80; a store credit without a bonus is one, too."""
    offers = [OfferKind.STORE_CREDIT, OfferKind.EXCHANGE]
    rule = TermsRule(offers=offers, credit_bonus_percent=Decimal(10))
    with_bonus = ReturnPolicy(rules=(), terms=[rule])(asked(entry(2)), now=DAY_0)
    plain = ReturnPolicy(rules=(), terms=[TermsRule(offers=offers)])(asked(), now=DAY_0)

    assert "store_credit and 4.78 EUR, exchange" in terms_of(with_bonus.lines[0]).explain()
    assert terms_of(plain.lines[0]).offers[0] == Offer(kind=OfferKind.STORE_CREDIT)


def refused() -> Refused:
    """Return a verdict that refuses one of two entries."""
    policy = ReturnPolicy(
        rules=(InScope(scope=Scope(categories=("toys",)), rule=NotFinalSale()), HasAuthorisation())
    )
    verdict = policy(asked(entry(2), entry(line=B)), now=DAY_0)

    assert isinstance(verdict, Refused)
    return verdict


NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
FIVE: Any = 5  # of a wrong type


def test_the_staff_overrides_with_a_name_and_a_reason() -> None:
    """What was refused is accepted; the findings stay, beside who decided, why and when."""
    verdict = refused()
    accepted = override(verdict, by="Ada Lovelace", reason="a birthday", at=NOON)

    assert isinstance(accepted, Accepted)
    assert accepted.lines == verdict.lines
    assert accepted.findings == verdict.findings
    assert accepted.overridden == Override(by="Ada Lovelace", reason="a birthday", at=NOON)
    assert accepted.explain().splitlines()[0] == (
        "accepted by Ada Lovelace at 2026-03-04T12:00:00+00:00: a birthday; the policy says"
    )
    assert "line A: it is on final sale" in accepted.explain()
    assert "Ada" not in repr(accepted)
    assert "birthday" not in repr(accepted)


@pytest.mark.parametrize("given", [{"by": ""}, {"by": " "}, {"reason": ""}, {"by": None}])
def test_an_override_is_never_silent(given: dict[str, Any]) -> None:
    """Without a name or a reason nothing is overridden, and no error shows a name."""
    facts: dict[str, Any] = {"by": "Ada", "reason": "a birthday", "at": NOON}
    with pytest.raises(FieldError) as caught:
        override(refused(), **(facts | given))

    assert "Ada" not in str(caught.value)
    assert caught.value.field in given


def test_only_a_refusal_is_overridden() -> None:
    """What is accepted needs nobody, and an acceptance with findings needs somebody."""
    accepted: Any = ReturnPolicy(rules=())(asked(), now=DAY_0)
    with pytest.raises(FieldError, match="a Refused"):
        override(accepted, by="Ada", reason="a birthday", at=NOON)
    with pytest.raises(FieldError, match="who takes"):
        Accepted(lines=refused().lines)

    assert accepted.findings == ()


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: InScope(scope=Scope(), rule=FIVE), "rule"),
        (lambda: Scope(categories=[5]), "categories"),
        (lambda: FirstInScope(cases=[NotFinalSale()]), "cases"),
        (
            lambda: HolidayExtension(
                first=date(2026, 2, 1), last=date(2026, 1, 1), until=DAY_0.date()
            ),
            "until",
        ),
        (lambda: attrs.evolve(CHRISTMAS, until=date(2026, 12, 1)), "until"),
        (lambda: attrs.evolve(CHRISTMAS, until=DAY_0), "until"),
        (lambda: ReturnLimit(days=365), "returns"),
        (lambda: ReturnLimit(days=0, returns=1), "days"),
        (lambda: ReturnLimit(days=1, returns=-1), "returns"),
        (lambda: attrs.evolve(HISTORY, spent=None), "refunded"),
        (lambda: attrs.evolve(HISTORY, refunded=None), "refunded"),
        (lambda: attrs.evolve(HISTORY, refunded=Money(-1, Currency.EUR)), "refunded"),
        (
            lambda: ReturnLimit(days=30, returns=1)(asked(history=HISTORY), entry(), now=DAY_0),
            "history.days",
        ),
        (lambda: asked(open_units={A: -1}), "open_units"),
        (lambda: asked(open_units={A: True}), "open_units"),
        (lambda: asked(open_units=[5]), "open_units"),
        (lambda: asked(open_units=5), "open_units"),
        (lambda: asked(proofs=["photos"]), "proofs"),
        (lambda: CustomerText(language="en", sentence="{price}"), "sentence"),
        (lambda: CustomerText(language="en", sentence="{item!r}"), "sentence"),
        (lambda: CustomerText(language="en", sentence="{item.line}"), "sentence"),
        (lambda: CustomerText(language="en", sentence="{item:>9}"), "sentence"),
        (lambda: CustomerText(language="en", sentence="{item"), "sentence"),
        (lambda: CustomerText(language="en", sentence=FIVE), "sentence"),
        (lambda: LineVerdict(line=entry(), findings=[5]), "findings"),
        (lambda: RuleFinding(rule="x", line=A, problem="", missing=["photos"]), "missing"),
    ],
)
def test_wrong_fields_are_refused(make: Any, field: str) -> None:
    """Each value is checked at construction, and the error says which field."""
    with pytest.raises(FieldError) as caught:
        make()

    assert field == caught.value.field


def test_open_units_are_of_lines_of_the_order() -> None:
    """An unknown line is named."""
    with pytest.raises(UnknownLineError):
        asked(open_units={LineId("9"): 1})
