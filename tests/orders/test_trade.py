"""Terms of trade: when what is due, what paying early saves, and what may be ordered."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import PriceList, PriceListEntry, PriceTier
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money, Rounding
from ecomkit.orders import (
    EarlyPayment,
    ExemptionReason,
    MonthEnd,
    Order,
    OrderLine,
    Payment,
    PaymentDue,
    PaymentKind,
    QuantityFault,
    QuantityFinding,
    TaxExemption,
    TradeTerms,
    check_minimums,
    payment_due,
)

PARIS = "Europe/Paris"
PLACED = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
"""Half past eleven in the evening, in Paris."""
ELEPHANT, TIGER = Sku("ELEPHANT"), Sku("TIGER")
TWO_TEN = EarlyPayment(rate=Decimal("0.02"), days=10)


def eur(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


def order(terms: TradeTerms | None, *, amount: int = 10_000, paid: int = 0) -> Order:
    """Return an order on those terms, of which something may be paid."""
    line = OrderLine(id=LineId("1"), sku=ELEPHANT, quantity=1, unit_price=eur(amount))
    captured = Payment(kind=PaymentKind.CAPTURED, amount=eur(paid or 1), at=PLACED)
    return Order(
        id=OrderId("b2b/1"),
        channel=ChannelId("b2b"),
        currency=Currency.EUR,
        placed_at=PLACED,
        lines=[line],
        payments=[captured] if paid else [],
        trade=terms,
    )


def due(terms: TradeTerms, *, now: datetime = PLACED, paid: int = 0, **others: Any) -> PaymentDue:
    """Return what an order of 100.00 EUR owes on those terms, in Paris."""
    answer = payment_due(order(terms, paid=paid), now=now, zone=PARIS, **others)
    assert answer is not None
    return answer


def days_later(days: int) -> datetime:
    """Return noon in Paris so many days after the placement."""
    return datetime(2026, 1, 31, 11, tzinfo=UTC) + timedelta(days=days)


@given(st.integers(0, 120), st.integers(0, 120), st.sampled_from(MonthEnd))
def test_more_days_are_never_due_earlier(days: int, more: int, month_end: MonthEnd) -> None:
    """And no term is due before its days have passed."""
    short = due(TradeTerms(net_days=days, month_end=month_end))
    long = due(TradeTerms(net_days=days + more, month_end=month_end))
    assert short.due_on <= long.due_on
    assert date(2026, 1, 31) + timedelta(days=days) <= short.due_on


@given(st.integers(0, 400), st.integers(0, 400))
def test_to_the_end_of_a_month_is_its_last_day(days: int, ahead: int) -> None:
    """After the days it is the last day of their month; before them, of that of the invoice."""
    invoiced_at = PLACED + timedelta(days=ahead)
    after = due(TradeTerms(net_days=days, month_end=MonthEnd.AFTER_DAYS), invoiced_at=invoiced_at)
    before = due(
        TradeTerms(net_days=days, month_end=MonthEnd.BEFORE_DAYS), invoiced_at=invoiced_at
    )
    assert monthrange(after.due_on.year, after.due_on.month)[1] == after.due_on.day
    month = before.due_on - timedelta(days=days)
    assert monthrange(month.year, month.month)[1] == month.day
    assert (before.invoiced_on.year, before.invoiced_on.month) == (month.year, month.month)


@given(st.integers(0, 100), st.integers(0, 10_000), st.integers(0, 60))
def test_what_settles_it_is_never_more_than_is_owed(days: int, paid: int, ahead: int) -> None:
    """Nor less than nothing, with or without the discount."""
    early = EarlyPayment(rate=Decimal("0.5"), days=min(days, 10))
    answer = due(TradeTerms(net_days=days, early_payment=early), paid=paid, now=days_later(ahead))
    assert eur(0) <= answer.to_pay <= answer.owed == eur(10_000 - paid)
    assert answer.is_overdue == (ahead > days and paid < 10_000)


@pytest.mark.parametrize(
    ("net_days", "month_end", "due_on"),
    [
        (0, MonthEnd.NONE, date(2026, 1, 31)),
        (30, MonthEnd.NONE, date(2026, 3, 2)),
        (45, MonthEnd.AFTER_DAYS, date(2026, 3, 31)),
        (45, MonthEnd.BEFORE_DAYS, date(2026, 3, 17)),
        (1, MonthEnd.AFTER_DAYS, date(2026, 2, 28)),
        (0, MonthEnd.BEFORE_DAYS, date(2026, 1, 31)),
    ],
)
def test_forty_five_days_end_of_month_are_counted_one_way_or_the_other(
    net_days: int, month_end: MonthEnd, due_on: date
) -> None:
    """An order of the 31st of January in Paris, though it is the same day in UTC, and February is short."""
    assert due_on == due(TradeTerms(net_days=net_days, month_end=month_end)).due_on


def test_the_days_of_the_seller_count() -> None:
    """Half an hour before midnight in Paris it is already tomorrow in Athens."""
    terms = TradeTerms(net_days=0)
    there = payment_due(order(terms), now=PLACED, zone="Europe/Athens")
    assert there is not None
    assert (date(2026, 1, 31), date(2026, 2, 1)) == (due(terms).due_on, there.due_on)


def test_a_term_runs_from_the_invoice_where_there_is_one() -> None:
    """The placement counts as long as nothing was invoiced."""
    terms = TradeTerms(net_days=10)
    answer = due(terms, invoiced_at=datetime(2026, 2, 5, 9, tzinfo=UTC))
    assert (date(2026, 2, 5), date(2026, 2, 15)) == (answer.invoiced_on, answer.due_on)


def test_two_ten_net_thirty() -> None:
    """Two percent are off until the tenth day, that day included; the thirtieth is not late."""
    terms = TradeTerms(net_days=30, early_payment=TWO_TEN)
    to_pay = [due(terms, now=days_later(days)).to_pay for days in (0, 10, 11, 30)]
    assert [eur(9_800), eur(9_800), eur(10_000), eur(10_000)] == to_pay
    overdue = [due(terms, now=days_later(days)).days_overdue for days in (30, 31, 40)]
    assert overdue == [0, 1, 10]
    wanted = """\
100.00 EUR due on 2026-03-02: 2 % within 10 days, net 30 days, counted from 2026-01-31
2.00 EUR less if all is paid by 2026-02-10
overdue by 1 day"""
    assert wanted == due(terms, now=days_later(31)).explain()
    assert wanted.splitlines()[:2] == due(terms, now=days_later(0)).explain().splitlines()


def test_terms_without_a_discount_tell_none() -> None:
    """The day, the term, and how late it is."""
    wanted = """\
100.00 EUR due on 2026-03-02: net 30 days, counted from 2026-01-31
overdue by 2 days"""
    assert wanted == due(TradeTerms(net_days=30), now=days_later(32)).explain()


def test_what_is_paid_is_never_overdue() -> None:
    """A year later nothing is owed."""
    answer = due(TradeTerms(net_days=30), paid=10_000, now=days_later(365))
    assert (eur(0), False, eur(0)) == (answer.owed, answer.is_overdue, answer.to_pay)


def test_the_discount_is_one_of_the_whole_order() -> None:
    """Who has paid half of it pays the other half less two percent of all of it."""
    answer = due(TradeTerms(net_days=30, early_payment=TWO_TEN), paid=5_000)
    assert (answer.discount, answer.to_pay) == (eur(200), eur(4_800))


def test_the_rounding_of_the_discount_is_named() -> None:
    """Two percent of 99.75 EUR are 1.995 EUR."""
    some = order(TradeTerms(net_days=30, early_payment=TWO_TEN), amount=9_975)
    answers = [
        payment_due(some, now=PLACED, zone=PARIS, rounding=rounding)
        for rounding in (Rounding.HALF_UP, Rounding.DOWN)
    ]
    assert [eur(200), eur(199)] == [answer.discount for answer in answers if answer is not None]


def test_an_order_without_terms_is_due_on_none() -> None:
    """A consumer pays when ordering."""
    assert payment_due(order(None), now=PLACED, zone=PARIS) is None


def test_terms_say_what_was_agreed() -> None:
    """Discount, days, the end of the month and why there is no tax, in one line."""
    terms = TradeTerms(
        net_days=45,
        month_end=MonthEnd.AFTER_DAYS,
        purchase_order="PO 77",
        price_list="retailers",
        early_payment=EarlyPayment(rate=Decimal("0.025"), days=8),
        tax_exemption=TaxExemption(
            reason=ExemptionReason.INTRA_COMMUNITY, reference="DE123456789"
        ),
    )
    wanted = (
        "2.5 % within 8 days, net 45 days, the days, then to the end of that month, "
        "no tax: supply to a business in another member state of the EU"
    )
    assert wanted == terms.explain()
    assert "DE123456789" not in repr(terms)


@pytest.mark.parametrize(
    "rate",
    [
        Decimal(0),
        Decimal(1),
        Decimal("-0.1"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("0.0000001"),
        Decimal("1e-999999"),
        0.02,
        2,
    ],
)
def test_a_rate_lies_between_nothing_and_all(rate: object) -> None:
    """It is a Decimal of few digits, and no percentage."""
    with pytest.raises(FieldError, match=r"EarlyPayment\.rate must be a Decimal between 0 and 1"):
        EarlyPayment(rate=rate, days=10)  # type: ignore[arg-type]  # what is refused


def test_terms_that_contradict_themselves_are_refused() -> None:
    """A discount beyond the term, days below 0, and names of blanks."""
    assert TradeTerms(net_days=10, early_payment=TWO_TEN).net_days == 10
    with pytest.raises(FieldError, match="9 days at most"):
        TradeTerms(net_days=9, early_payment=TWO_TEN)
    with pytest.raises(FieldError, match="net_days"):
        TradeTerms(net_days=-1)
    with pytest.raises(FieldError, match="purchase_order"):
        TradeTerms(net_days=1, purchase_order=" ")


def test_a_number_that_names_a_person_is_not_in_the_error() -> None:
    """A reference of the wrong type is refused by its type alone."""
    with pytest.raises(FieldError, match="not shown") as refused:
        TaxExemption(reason=ExemptionReason.RESALE, reference=b"FR55")  # type: ignore[arg-type]  # what is refused
    assert "FR55" not in str(refused.value)


def price_list(*, minimum: int, multiple: int) -> PriceList:
    """Return a list that sells elephants so."""
    tiers = [PriceTier(from_units=1, unit_price=eur(1000))]
    entry = PriceListEntry(sku=ELEPHANT, tiers=tiers, minimum=minimum, multiple=multiple)
    return PriceList(name="retailers", currency=Currency.EUR, entries=[entry])


def lines(*wanted: tuple[Sku, int]) -> list[OrderLine]:
    """Return lines of those skus and quantities, numbered from 1."""
    return [
        OrderLine(id=LineId(str(place)), sku=sku, quantity=units, unit_price=eur(1000))
        for place, (sku, units) in enumerate(wanted, start=1)
    ]


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=4), st.integers(1, 40), st.integers(1, 12)
)
def test_what_would_be_accepted_is_accepted(
    quantities: list[int], minimum: int, multiple: int
) -> None:
    """Each finding names a quantity under which nothing is found; if nothing is, that is ordered."""
    prices = price_list(minimum=minimum, multiple=multiple)
    found = check_minimums(lines(*((ELEPHANT, units) for units in quantities)), price_list=prices)
    total = sum(quantities)
    assert bool(found) == (total < minimum or total % multiple != 0)
    for finding in found:
        assert finding.acceptable is not None
        assert finding.acceptable > total == finding.wanted
        assert check_minimums(lines((ELEPHANT, finding.acceptable)), price_list=prices) == ()


def test_lines_of_one_sku_count_together() -> None:
    """Six and six are a pack of twelve."""
    prices = price_list(minimum=12, multiple=12)
    assert check_minimums(lines((ELEPHANT, 6), (ELEPHANT, 6)), price_list=prices) == ()


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Too few, no whole packs, and a sku that is not on the list."""
    found = check_minimums(
        lines((ELEPHANT, 3), (TIGER, 2), (ELEPHANT, 4)),
        price_list=price_list(minimum=10, multiple=6),
    )
    wanted = (
        QuantityFinding(
            sku=ELEPHANT,
            lines=[LineId("1"), LineId("3")],
            wanted=7,
            fault=QuantityFault.BELOW_MINIMUM,
            bound=10,
            acceptable=12,
        ),
        QuantityFinding(
            sku=ELEPHANT,
            lines=[LineId("1"), LineId("3")],
            wanted=7,
            fault=QuantityFault.NOT_A_MULTIPLE,
            bound=6,
            acceptable=12,
        ),
        QuantityFinding(sku=TIGER, lines=[LineId("2")], wanted=2, fault=QuantityFault.NOT_LISTED),
    )
    assert wanted == found
    assert [finding.explain() for finding in found] == [
        "7 ELEPHANT: it is less than the minimum of 10; 12 would be accepted",
        "7 ELEPHANT: it is no whole number of packs of 6; 12 would be accepted",
        "2 TIGER: it is not on the price list",
    ]
