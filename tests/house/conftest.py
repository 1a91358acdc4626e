"""Values that no strategy draws, made the way their users make them."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from ecomkit import customers, orders, returns
from ecomkit.catalog import Component, Kit, Kits, Pack, PriceList, PriceListEntry, PriceTier
from ecomkit.identifiers import (
    CartId,
    ChannelId,
    ClaimId,
    CommandKey,
    CustomerId,
    LineId,
    LocationId,
    LotId,
    OrderId,
    ParcelId,
    PurchaseOrderId,
    ReturnId,
    Sku,
)
from ecomkit.money import Currency, Money, Rounding
from ecomkit.orders import pricing
from ecomkit.stock import Owner, StockLevel, lots, promising, sourcing, valuation
from ecomkit.stock import locations as places
from ecomkit.timeline import BusinessCalendar

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
KNIT, BOX = Sku("KNIT"), Sku("BOX")
PARIS, FBA = LocationId("paris"), LocationId("fba-de")
LINE, PARCEL = LineId("1"), ParcelId("p-1")
OWNER = Owner.line(OrderId("web/1"), LineId("1"))


def euros(cents: int) -> Money:
    """Return an amount in cents."""
    return Money(cents, Currency.EUR)


def observed() -> list[Any]:
    """Return what is known of places, ours and others'."""
    before = places.ObservedLevel(sku=KNIT, location=FBA, observed_at=NOON, fulfillable=7)
    after = places.ObservedLevel(
        sku=KNIT, location=FBA, observed_at=NOON + timedelta(hours=2), fulfillable=5
    )
    change = places.KnownChange(
        sku=KNIT, location=FBA, units=-1, at=NOON + timedelta(hours=1), reference="amazon/1"
    )
    fresh = places.FreshObservations(max_age=timedelta(days=1))
    return [
        fresh,
        fresh([before], sku=KNIT, channel=ChannelId("shop"), now=NOON),
        places.Observations().observe(before),
        places.observed_drift(before, after=after, changes=[change]),
        places.Place(country="FR"),
    ]


def sourced() -> list[Any]:
    """Return the rules of sourcing, what they are asked and what they answer."""
    shelf = places.StockedLocation(location=places.Location(id=PARIS), available={KNIT: 3})
    line = sourcing.SourcingLine.of(OWNER, sku=KNIT, quantity=5)
    claim = sourcing.SourcingClaim(
        count=1, contents=[sourcing.LineUnits(owner=OWNER, sku=KNIT, quantity=1)]
    )
    piece = sourcing.SourcingPiece(claims=[claim])
    rule = sourcing.Sourcing(
        filters=[sourcing.IsOpen(), sourcing.IsOurs(), sourcing.ServesDestination()],
        rankers=[sourcing.FewestSplits(), sourcing.SameRegion(), sourcing.HighestStock()],
        splitters=[sourcing.UncoveredApart(), sourcing.AtMost(limit=2)],
        leftover_at=PARIS,
    )
    return [
        shelf,
        rule,
        rule([line], locations=[shelf]),
        line,
        sourcing.SourcingNeed(pieces=[piece]),
        sourcing.ByCategory(category=str),
        sourcing.CanCarry(tags_for=frozenset),
        sourcing.Excluding(locations=[PARIS], reason="stocktaking"),
        sourcing.LowestCost(),
        sourcing.Nearest(),
        sourcing.Preferred(locations=[PARIS]),
        sourcing.Rank(location=PARIS, key=0, reason="near"),
        sourcing.Rejection(reason="closed"),
    ]


def picked() -> list[Any]:
    """Return lots, the rules by which they go, and picks that were made and refused."""
    good, gone = (
        lots.LotBalance(
            lot=lots.Lot(
                id=LotId(name), sku=KNIT, received_at=NOON, expires_on=TODAY + timedelta(days=days)
            ),
            units=5,
        )
        for name, days in (("good", 9), ("gone", -1))
    )
    removal = lots.Removal()
    named = lots.NamedLots(choices=[lots.LotChoice(lot=LotId("gone"), quantity=6)])
    return [
        good,
        removal,
        removal([good, gone], wanted=4, today=TODAY),
        named,
        named([good, gone], wanted=6, today=TODAY),
    ]


def promised() -> list[Any]:
    """Return what can be promised, for a day and for a basket."""
    level = StockLevel.counted(KNIT, on_hand=10)
    incoming = promising.Incoming(
        sku=KNIT,
        quantity=20,
        expected_on=TODAY + timedelta(days=3),
        source=PurchaseOrderId("PO-1"),
    )
    commitment = promising.Commitment(
        owner=OWNER, sku=KNIT, quantity=8, due_on=TODAY + timedelta(days=2)
    )
    rule = promising.AvailableToPromise()
    basket = promising.Basket.of((BOX, 2))
    kits = Kits(kits=[Kit(sku=BOX, components=[Component(sku=KNIT, quantity=12)])])
    return [
        rule,
        rule(level, incoming=[incoming], commitments=[commitment], now=NOON),
        commitment,
        promising.basket_available(basket, available={KNIT: 20}, kits=kits),
        promising.fit_basket(basket, available={KNIT: 20}, kits=kits),
        basket,
    ]


def valued() -> list[Any]:
    """Return entries of a valuation, and what they come to."""
    entries: list[valuation.ValuationEntry] = [
        valuation.ReceiptEntry(id="r1", quantity=3, cost=Money(100, Currency.EUR)),
        valuation.RevaluationEntry(id="v1", amount=Money(10, Currency.EUR), reason="freight"),
        valuation.IssueEntry(id="s1", quantity=2),
        valuation.ReturnEntry(id="b1", issue="s1", quantity=1),
    ]
    rule = valuation.Valuation(method=valuation.ValuationMethod.FIFO, currency=Currency.EUR)
    return [rule, rule(entries), *entries]


def sold() -> orders.Order:
    """Return an order on terms of trade: one of five is back, one cancelled, one replaced."""
    order = orders.Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=NOON,
        lines=[
            orders.OrderLine(id=LINE, sku=KNIT, quantity=5, unit_price=euros(2390)),
            orders.OrderLine(
                id=LineId("2"),
                sku=KNIT,
                quantity=1,
                unit_price=euros(0),
                replaces=LINE,
                fulfilled_by=orders.Fulfiller(kind=orders.FulfillerKind.SUPPLIER, name="Ulm"),
            ),
        ],
        trade=orders.TradeTerms(
            net_days=30, early_payment=orders.EarlyPayment(rate=Decimal("0.02"), days=10)
        ),
    )
    paid = orders.Payment(kind=orders.PaymentKind.CAPTURED, amount=euros(11950), at=NOON)
    order = order.pay(paid).cancel(LINE, quantity=1, at=NOON)
    for kind in (orders.LineEventKind.SHIPPED, orders.LineEventKind.DELIVERED):
        order = order.record(kind, line=LINE, quantity=4, at=NOON, parcel=PARCEL)
    return order.take_back(LINE, quantity=1, at=NOON)


def ordered() -> list[Any]:
    """Return the rules about orders, what they are asked and what they answer."""
    order = sold()
    cut_off = BusinessCalendar(zone="Europe/Paris", cut_off=time(14))
    carrier = orders.CarrierService(name="home", calendar=cut_off, min_days=1, max_days=2)
    promise = orders.DeliveryPromise(calendar=cut_off, leaves_at=time(17))
    promised_on = promise(carrier, now=NOON)
    line = orders.OrderLine(id=LineId("3"), sku=BOX, quantity=1, unit_price=euros(100))
    edit = orders.OrderEdit(
        key=CommandKey("edit"),
        order=order.id,
        version=order.version,
        changes=[
            orders.AddLine(line=line),
            orders.CancelUnits(line=LineId("2"), quantity=1),
            orders.Adjustment(kind=orders.AdjustmentKind.GOODWILL, amount=euros(-1), at=NOON),
        ],
        requested_at=NOON,
    )
    guards: list[Any] = [
        *(orders.AuthorisedBeforeCapture(), orders.ShippedBeforeCapture()),
        *(orders.HasCustomer(), orders.NotHeld(), orders.TotalsAgree()),
        *(orders.NothingOnTheWay(), orders.NothingOpen(), orders.NothingShipped()),
        *(orders.NothingOwed(), orders.NothingToPayBack(), orders.PaidBeforeShipping()),
        *(orders.SkusKnown(skus=[KNIT]), orders.WithinWindow(lasts=timedelta(days=14))),
    ]
    rules = orders.Guards(ship=guards)
    entry = PriceListEntry(
        sku=KNIT, tiers=[PriceTier(from_units=1, unit_price=euros(9))], minimum=9
    )
    prices = PriceList(name="trade", currency=Currency.EUR, entries=[entry])
    tax = orders.TaxTerms(
        taxation=orders.Taxation.ADDED,
        mode=orders.TaxMode.PER_LINE,
        rounding=Rounding.HALF_UP,
    )
    priced = pricing.Pricing(
        lines=order.lines,
        discounts=[pricing.FixedDiscount(name="voucher", amount=euros(100))],
        tax=pricing.TaxRates(terms=tax, rates=[pricing.TaxRate(rate=Decimal("0.2"))]),
        minimum_prices=[pricing.MinimumPrice(sku=KNIT, price=euros(1))],
    )
    basket = pricing.Basket(
        currency=Currency.EUR, lines=order.lines, extras=(), amounts=[11950, 0]
    )
    return [
        order,
        *(order.counts(LINE), order.price(LINE), order.shipping, order.totals, order.paid),
        *(carrier, promise, promised_on, promised_on.promise, *promised_on.steps),
        orders.on_time_in_full(order, now=NOON, promise=promised_on.promise),
        *(edit, *edit.changes, orders.preview_edit(order, edit=edit, now=NOON)),
        orders.preview_edit(order, edit=attrs.evolve(edit, version=99), now=NOON),
        orders.difference(order, since=order.add(line, at=NOON)),
        *(*guards, rules, rules(order, step=orders.OrderStep.SHIP, now=NOON)),
        *orders.check_minimums(order.lines, price_list=prices),
        *orders.parcels(order),
        orders.packing_slip(order, parcel=PARCEL, zone="Europe/Paris"),
        *(orders.ENGLISH_SLIP, orders.payment_due(order, now=NOON, zone="Europe/Paris")),
        *(priced, *priced.prices, *priced.steps, *priced.taxes),
        *(
            basket,
            *basket.parts,
            pricing.Cut(amount=euros(1), on=(LINE,)),
            pricing.TaxAmount(amount=euros(20), title="VAT"),
        ),
    ]


def returned() -> list[Any]:
    """Return the rules about returns, a return and a claim from request to settlement."""
    order = sold()
    holidays = returns.HolidayExtension(
        first=TODAY, last=TODAY + timedelta(days=30), until=TODAY + timedelta(days=60)
    )
    policy = returns.ReturnPolicy(
        rules=[
            returns.WasDelivered(),
            returns.NotFinalSale(),
            returns.NotAlreadyReturned(),
            returns.ReturnWindow(days=30, zone="Europe/Paris", extensions=[holidays]),
        ],
    )
    entry = returns.ReturnLine(
        line=LINE,
        quantity=2,
        condition=returns.Condition.NEW,
        reason=returns.ReturnReason.CHANGED_MIND,
    )
    request = returns.ReturnRequest(order=order, lines=[entry], requested_at=NOON, country="FR")
    verdict = policy(request, now=NOON)
    too_many = attrs.evolve(request, lines=[attrs.evolve(entry, quantity=9)])
    refused = policy(too_many, now=NOON)
    assert isinstance(refused, returns.Refused)
    at_door = returns.Reception(
        lines=[
            returns.ReceivedLine(line=LINE, quantity=1, disposition=returns.Disposition.RESTOCK)
        ]
    )
    looked_at = returns.Inspection(
        lines=[
            returns.InspectedLine(
                line=LINE, quantity=1, acceptance=returns.AcceptanceState.ACCEPTED
            )
        ]
    )
    rma = returns.unannounced_return(order, returned=ReturnId("R1"), reception=at_door, at=NOON)
    rules = returns.RefundRules()
    settled = returns.settle_return(
        rma, order=order, rules=rules, key=CommandKey("settle"), at=NOON
    )
    wrong = returns.ClaimedUnits(line=LINE, quantity=1, kind=returns.ClaimKind.WRONG)
    claim = returns.Claim(id=ClaimId("C1"), order=order.id, at=NOON, lines=[wrong])
    replaced = returns.settle_claim(
        claim,
        outcome=returns.ClaimOutcome.REPLACEMENT,
        order=order,
        rules=rules,
        key=CommandKey("claim"),
        at=NOON,
    )
    credit = returns.InStoreCredit(percent=Decimal(10))
    paid = settled.order.overpaid
    return [
        *(holidays, policy, request, verdict, refused, rma, *rma.events, at_door, looked_at),
        *(*policy.rules, returns.WasShipped(), returns.HasAuthorisation()),
        returns.ConditionIs(allowed=[returns.Condition.NEW]),
        returns.CategoryIs(excluded=["books"]),
        *(returns.HasProof(kinds=[returns.Proof.PHOTOS]), returns.ReturnLimit(days=30, returns=3)),
        returns.LegalRight(
            kind=returns.LegalRightKind.WITHDRAWAL,
            country="FR",
            units=1,
            period="14 days",
            deadline=NOON,
            zone="Europe/Paris",
            source="Directive 2011/83/EU, article 9",
        ),
        returns.override(refused, by="Ann", reason="a good customer", at=NOON),
        *returns.goods_moved(rma.events, order=order),
        *(rules, settled, settled.settlement, claim, replaced, replaced.settlement),
        returns.ClaimDecision(outcome=returns.ClaimOutcome.KEEP_IT, at=NOON),
        *(credit, returns.TenderOrder(), returns.plan_refund(settled.order, amount=paid)),
        returns.plan_refund(settled.order, amount=paid, tenders=credit),
        *returns.ReturnWindow(days=30, zone="Europe/Paris").windows(order, line=LINE),
        *(returns.LEGAL_FLOORS["FR"], returns.PublicHolidays(country="FR", days=[TODAY])),
        returns.Offer(kind=returns.OfferKind.STORE_CREDIT, bonus=euros(5)),
        returns.CustomerText(language="en", sentence="Thank you."),
        returns.ENGLISH,
    ]


def bought() -> list[Any]:
    """Return a guest and an account that become one person, and all that is said of them."""
    email = customers.EmailAddress.parse("ada@example.org")
    proven = customers.Contact(email=email, email_verification=customers.Verification.VERIFIED)
    guest, account = (
        customers.Customer(
            id=CustomerId(kind.value),
            name="Ada",
            identities=[
                customers.Identity(channel=ChannelId("shop"), external_id=kind.value, kind=kind)
            ],
            contact=proven,
        )
        for kind in (customers.IdentityKind.GUEST, customers.IdentityKind.ACCOUNT)
    )
    stranger = attrs.evolve(account, id=CustomerId("other"), contact=customers.Contact())
    merged = customers.merge([account, guest])
    assert isinstance(merged, customers.Merged)
    holding = customers.Holding(
        kind=customers.HoldingKind.ORDER, reference="shop/1", ended_at=NOON
    )
    euro, yen = (
        customers.Cart(
            id=CartId(currency.value),
            currency=currency,
            lines=[customers.CartLine(sku=KNIT, quantity=2)],
        )
        for currency in (Currency.EUR, Currency.JPY)
    )
    rules = customers.FRENCH_RETENTION
    record = customers.SubjectRecord(kind=holding.kind, reference="shop/1", content={"total": 1})
    return [
        *(guest, merged, merged.undo, customers.merge([account, stranger])),
        customers.split(merged.customer, undo=merged.undo),
        customers.split(stranger, undo=merged.undo),
        *customers.find_matches([account, guest]),
        *customers.shared_emails([account, attrs.evolve(account, id=CustomerId("twin"))]),
        *(customers.MatchRule(), customers.RELAYS[0], holding, record),
        customers.Approval(by="Ann", reason="she said so", at=NOON),
        customers.erase(guest, at=NOON),
        customers.plan_erasure(guest, holdings=[holding], rules=rules, now=NOON),
        customers.review_retention([holding], rules=rules, now=NOON),
        customers.export_subject(guest, records=[record], rules=rules, now=NOON),
        customers.consent_at([], purpose="news", now=NOON),
        *(
            customers.merge_carts(cart, guest=euro, rule=customers.CartConflict.SUM)
            for cart in (euro, yen)
        ),
    ]


@pytest.fixture(scope="session")
def sold_values() -> list[Any]:
    """A legal value of every public class of orders, prices, returns and customers."""
    return [*ordered(), *returned(), *bought()]


@pytest.fixture(scope="session")
def stock_values() -> list[Any]:
    """A legal value of every public class of the rules that read the ledger."""
    return [
        *observed(),
        *sourced(),
        *picked(),
        *promised(),
        *valued(),
        Pack(name="carton", units=12),
    ]
