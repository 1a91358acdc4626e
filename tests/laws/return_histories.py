"""
Histories of returns, drawn from a seed, and what they must pay back by plain arithmetic.

A history is an order and what happens to it: units are shipped, delivered, lost, cancelled and
credited in any order and split, money is captured, paid back, refused and charged back, fees are
kept and favours done. :func:`replay` takes it through the library and compares each amount with a
second calculation of a few lines, in whole numbers only.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import final

import attrs

from ecomkit.errors import EcomkitError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeKind,
    ChargeTarget,
    Fact,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    Taxation,
    Tender,
    TenderKind,
)
from ecomkit.returns import (
    FeesRefund,
    RefundRules,
    ShippingRefund,
    TenderOrder,
    TenderRule,
    plan_refund,
    refund_due,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CURRENCIES = (Currency.EUR, Currency.JPY, Currency.KWD)
TENDERS = tuple(
    Tender(kind=kind) for kind in (TenderKind.CARD, TenderKind.GIFT_CARD, TenderKind.CASH)
)
ORDERS_OF_TENDERS = (
    TenderOrder(),
    TenderOrder(first=(), rule=TenderRule.PROPORTIONAL),
    TenderOrder(first=(TenderKind.CASH,), rule=TenderRule.FIRST_CAPTURED_FIRST),
)
COMING = (PaymentKind.CAPTURED, PaymentKind.CHARGED_BACK)
SKU = Sku("ELEPHANT")
SHOWN_MAX = 5
SETTLED_IN_FULL = 0.3
IDS = tuple(LineId(str(place)) for place in range(4))


class LostError(AssertionError):
    """Raised where the library and plain arithmetic differ."""


def same(what: str, got: int, wanted: int) -> None:
    """Refuse a difference of one minor unit or more."""
    if got != wanted:
        raise LostError(f"{what}: {got}, by plain arithmetic {wanted}")


def shares(amount: int, weights: list[int]) -> list[int]:
    """Return *amount* shared by *weights*, by largest remainder, the earlier first among equals."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    parts = [amount * weight // total for weight in weights]
    rests = sorted(range(len(weights)), key=lambda n: (-(amount * weights[n] % total), n))
    for place in rests[: amount - sum(parts)]:
        parts[place] += 1
    return parts


class Sums:
    """What an order costs and what was paid, in plain whole numbers."""

    def __init__(self, dice: random.Random) -> None:
        most = dice.choice((9, 400, 30_000))
        count = dice.randint(1, 4)
        self.units = [dice.randint(1, dice.choice((2, 7))) for _ in range(count)]
        self.prices = [dice.randint(0, most) for _ in range(count)]
        goods = [units * price for units, price in zip(self.units, self.prices, strict=True)]
        self.off_line = [dice.randint(0, amount) if dice.random() < 0.3 else 0 for amount in goods]
        net = [amount - off for amount, off in zip(goods, self.off_line, strict=True)]
        self.off_order = dice.randint(0, sum(net)) if dice.random() < 0.5 else 0
        self.extras = [dice.randint(0, most) if dice.random() < 0.4 else 0 for _ in range(count)]
        self.shipping = dice.randint(0, most) if dice.random() < 0.7 else 0
        self.off_shipping = dice.randint(0, self.shipping) if dice.random() < 0.3 else 0
        self.shipping_tax = dice.randint(0, most) // 5 if dice.random() < 0.3 else 0
        self.fee = dice.randint(0, most) if dice.random() < 0.3 else 0
        self.worth = [
            amount - off + extra
            for amount, off, extra in zip(
                net, shares(self.off_order, net), self.extras, strict=True
            )
        ]
        self.delivery = self.shipping - self.off_shipping + self.shipping_tax
        self.standard = dice.choice((None, dice.randint(0, most)))
        # What has happened.
        self.cancelled, self.shipped, self.delivered, self.lost, self.returned, self.credited = (
            [0] * count for _ in range(6)
        )
        self.adjusted = self.given_shipping = self.given_fee = 0
        self.captured, self.refunded, self.charged_back = ([0] * len(TENDERS) for _ in range(3))

    def due(self) -> int:
        """Return what the order costs, below 0 where favours exceed it."""
        left = 0
        for worth, units, cancelled, credited in zip(
            self.worth, self.units, self.cancelled, self.credited, strict=True
        ):
            left += worth - -(-worth * (cancelled + credited) // units)
        if self.cancelled != self.units:
            left += self.delivery + self.fee
        return left + self.adjusted - self.given_shipping - self.given_fee

    def kept(self) -> int:
        """Return what was captured and neither paid back nor charged back."""
        return sum(self.captured) - sum(self.refunded) - sum(self.charged_back)

    def overpaid(self) -> int:
        """Return what is to be paid back."""
        return max(0, self.kept() - max(0, self.due()))

    def credit(self, units: Mapping[int, int], *, rules: RefundRules) -> int:
        """Credit *units*; return what they are worth, and what is given back with the last one."""
        before = self.due()
        for place, number in units.items():
            self.credited[place] += number
        if sum(self.credited) == sum(self.units) - sum(self.cancelled) > 0:
            if rules.shipping is not ShippingRefund.NEVER:
                standard = self.delivery if self.standard is None else self.standard
                self.given_shipping = min(self.delivery, standard)
            if rules.fees is not FeesRefund.NEVER:
                self.given_fee = self.fee
        return before - self.due()

    def open(self) -> list[int]:
        """Return the units of each line that have neither left nor were cancelled."""
        lines = zip(self.units, self.cancelled, self.shipped, strict=True)
        return [units - cancelled - shipped for units, cancelled, shipped in lines]

    def travelling(self) -> list[int]:
        """Return the units of each line that are on their way."""
        lines = zip(self.shipped, self.delivered, self.lost, strict=True)
        return [shipped - delivered - lost for shipped, delivered, lost in lines]

    def out(self) -> list[int]:
        """Return the units of each line that are neither back nor lost."""
        lines = zip(self.shipped, self.lost, self.returned, strict=True)
        return [shipped - lost - returned for shipped, lost, returned in lines]

    def left(self, tender: int) -> int:
        """Return what is left on a tender."""
        return max(0, self.captured[tender] - self.refunded[tender] - self.charged_back[tender])


class History:
    """One order and what happens to it, in the library and in plain numbers side by side."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.plain = Sums(dice)
        self.currency = dice.choice(CURRENCIES)
        self.rules = RefundRules(
            shipping=dice.choice((ShippingRefund.NEVER, ShippingRefund.WHEN_EVERYTHING_RETURNS))
            if self.plain.standard is None
            else ShippingRefund.STANDARD_ONLY,
            standard_shipping=None
            if self.plain.standard is None
            else Money(self.plain.standard, self.currency),
            fees=dice.choice(tuple(FeesRefund)),
        )
        self.placed = self.order = self.place()
        self.waiting: list[Fact] = []
        self.adjustments: list[Adjustment] = []
        self.parts: list[dict[int, int]] = []
        self.refunds = 0
        self.is_charged_back = False

    def money(self, amount: int) -> Money:
        """Return *amount* minor units."""
        return Money(amount, self.currency)

    def place(self) -> Order:
        """Return the order as it was placed."""
        plain = self.plain
        charges: list[tuple[ChargeKind, int, LineId | None, ChargeTarget]] = [
            (ChargeKind.DISCOUNT, -plain.off_order, None, ChargeTarget.ORDER),
            (ChargeKind.SHIPPING, plain.shipping, None, ChargeTarget.ORDER),
            (ChargeKind.DISCOUNT, -plain.off_shipping, None, ChargeTarget.SHIPPING),
            (ChargeKind.TAX, plain.shipping_tax, None, ChargeTarget.SHIPPING),
            (ChargeKind.FEE, plain.fee, None, ChargeTarget.ORDER),
        ]
        for place, (off, extra) in enumerate(zip(plain.off_line, plain.extras, strict=True)):
            kind = self.dice.choice((ChargeKind.TAX, ChargeKind.FEE))
            charges.append((ChargeKind.DISCOUNT, -off, IDS[place], ChargeTarget.ORDER))
            charges.append((kind, extra, IDS[place], ChargeTarget.ORDER))
        return Order(
            id=OrderId("shop/1"),
            channel=ChannelId("shop"),
            currency=self.currency,
            placed_at=AT,
            lines=[
                OrderLine(id=IDS[place], sku=SKU, quantity=units, unit_price=self.money(price))
                for place, (units, price) in enumerate(zip(plain.units, plain.prices, strict=True))
            ],
            charges=[
                Charge(
                    kind=kind,
                    amount=self.money(amount),
                    line=line,
                    on=on,
                    taxation=Taxation.ADDED if kind is ChargeKind.TAX else None,
                )
                for kind, amount, line, on in charges
                if amount
            ],
        )

    # What happens.

    def play(self) -> None:
        """Let things happen, and settle what is left to settle."""
        dice = self.dice
        self.capture(share=dice.choice((4, 4, 4, 4, 5, 2)))
        for _ in range(dice.randint(1, 4)):
            self.ship()
        for _ in range(dice.randint(1, 8)):
            dice.choice(STEPS)(self)
        if dice.random() < SETTLED_IN_FULL:
            self.all_comes_back()
        self.credit({})
        self.pay(parts=1, failing=0)
        self.catch_up()

    def units(self, kind: LineEventKind, tally: list[int], room: list[int]) -> None:
        """Let something happen to units of a line, if there are any."""
        places = [place for place, most in enumerate(room) if most]
        if places:
            place = self.dice.choice(places)
            quantity = self.dice.randint(1, room[place])
            tally[place] += quantity
            self.waiting.append(LineEvent(kind=kind, line=IDS[place], quantity=quantity, at=AT))

    def ship(self) -> None:
        """Units leave."""
        self.units(LineEventKind.SHIPPED, self.plain.shipped, self.plain.open())

    def cancel(self) -> None:
        """Units will not leave."""
        self.units(LineEventKind.CANCELLED, self.plain.cancelled, self.plain.open())

    def deliver(self) -> None:
        """Units arrive."""
        self.units(LineEventKind.DELIVERED, self.plain.delivered, self.plain.travelling())

    def lose(self) -> None:
        """Units are lost on the way."""
        room = map(min, self.plain.travelling(), self.plain.out())
        self.units(LineEventKind.LOST, self.plain.lost, list(room))

    def come_back(self) -> None:
        """Units are back, and nobody has said yet whether they are accepted."""
        self.units(LineEventKind.RETURNED, self.plain.returned, self.plain.out())

    def credit_some(self) -> None:
        """Units need not be paid for: they came back, were lost, or stay with the buyer."""
        dice, plain = self.dice, self.plain
        room = [a - b for a, b in zip(plain.shipped, plain.credited, strict=True)]
        chosen = [n for n, most in enumerate(room) if most]
        few = dice.choice((1, 1, 2, 7))
        some = dice.sample(chosen, min(2, len(chosen)))
        self.credit({n: dice.randint(1, min(few, room[n])) for n in some})

    def all_comes_back(self) -> None:
        """What is open leaves, and nothing has to be paid for any more."""
        self.waiting += [
            LineEvent(kind=LineEventKind.SHIPPED, line=IDS[place], quantity=units, at=AT)
            for place, units in enumerate(self.plain.open())
            if units
        ]
        self.plain.shipped = [
            a - b for a, b in zip(self.plain.units, self.plain.cancelled, strict=True)
        ]
        rest = zip(self.plain.shipped, self.plain.credited, strict=True)
        self.credit({place: a - b for place, (a, b) in enumerate(rest) if a > b})

    def capture_some(self) -> None:
        """Some more is captured, over any tender."""
        self.capture(share=4)

    def pay_some(self) -> None:
        """A part of what is to be paid back is paid back, and may not go through."""
        self.pay(parts=self.dice.choice((1, 1, 3)), failing=0.15)

    def charge_back(self) -> None:
        """The buyer's bank takes money back."""
        place = self.dice.randrange(len(TENDERS))
        most = self.plain.left(place)
        if most and self.dice.random() < 0.2:
            self.is_charged_back = True
            self.book(PaymentKind.CHARGED_BACK, place, self.dice.randint(1, most))

    def capture(self, *, share: int) -> None:
        """Capture *share* quarters of what is not captured yet, over some of the tenders."""
        missing = (max(0, self.plain.due()) - sum(self.plain.captured)) * share // 4
        places = self.dice.sample(range(len(TENDERS)), self.dice.randint(1, len(TENDERS)))
        for place in places:
            amount = missing if place == places[-1] else self.dice.randint(0, max(0, missing))
            if amount > 0:
                missing -= amount
                self.book(PaymentKind.CAPTURED, place, amount)

    def book(self, kind: PaymentKind, place: int, amount: int) -> None:
        """Note a payment on both sides."""
        tally, sign = {
            PaymentKind.CAPTURED: (self.plain.captured, 1),
            PaymentKind.REFUNDED: (self.plain.refunded, 1),
            PaymentKind.REFUND_FAILED: (self.plain.refunded, -1),
            PaymentKind.CHARGED_BACK: (self.plain.charged_back, 1),
        }[kind]
        tally[place] += sign * amount
        self.waiting.append(
            Payment(kind=kind, amount=self.money(amount), at=AT, tender=TENDERS[place])
        )

    def catch_up(self) -> Order:
        """Return the order with all that has happened; compare what is paid, and to be paid."""
        if self.waiting:
            self.order = self.order.with_events(self.waiting)
            self.waiting = []
            paid = self.order.paid
            same("paid back", paid.refunded.amount, sum(self.plain.refunded))
            same("to pay back", self.order.overpaid.amount, self.plain.overpaid())
            if paid.refunded > paid.captured:
                raise LostError(f"{paid.refunded} of {paid.captured} paid back")
        return self.order

    # What is paid back.

    def credit(self, units: dict[int, int]) -> None:
        """Credit units, with a fee and a favour at times, and compare what it is worth."""
        dice, plain, order = self.dice, self.plain, self.catch_up()
        fee = dice.randint(0, 3_000) if units and dice.random() < 0.3 else 0
        favour = dice.randint(0, 300) if units and dice.random() < 0.1 else 0
        before = plain.overpaid()
        decision = refund_due(
            order,
            credited={IDS[place]: number for place, number in units.items()},
            rules=self.rules,
            adjustments=[
                Adjustment(kind=kind, amount=self.money(amount), at=AT)
                for kind, amount in (
                    (AdjustmentKind.RESTOCKING_FEE, fee),
                    (AdjustmentKind.GOODWILL, -favour),
                )
                if amount
            ],
        )
        worth = plain.credit(units, rules=self.rules) + favour
        plain.adjusted += min(fee, worth) - favour
        self.parts.append(units)
        self.adjustments += decision.adjustments
        same("a decision", decision.amount.amount, plain.overpaid() - before)
        self.waiting += decision.facts(at=AT)

    def pay(self, *, parts: int, failing: float) -> None:
        """Pay back one of *parts* of what is to be paid back; a share of it is *failing*."""
        order = self.catch_up()
        amount = self.plain.overpaid() // parts
        if not amount:
            return
        plan = plan_refund(
            order, amount=self.money(amount), tenders=self.dice.choice(ORDERS_OF_TENDERS)
        )
        same("a plan", sum(part.amount.amount for part in plan.parts), amount)
        for part in plan.parts:
            place = TENDERS.index(part.tender)
            if part.amount.amount > self.plain.left(place):
                raise LostError(f"{part.explain()}, {self.plain.left(place)} is the most")
            self.refunds += 1
            self.book(PaymentKind.REFUNDED, place, part.amount.amount)
            if self.dice.random() < failing:
                self.book(PaymentKind.REFUND_FAILED, place, part.amount.amount)

    def reshuffle(self) -> None:
        """Credit the same units in other parts and another order: the sum is the same."""
        dice = self.dice
        loose = [place for part in self.parts for place, n in part.items() for _ in range(n)]
        dice.shuffle(loose)
        known = (LineEventKind.CREDITED,)
        order = self.placed.with_events(
            [
                *(event for event in self.order.events if event.kind not in known),
                *(paid for paid in self.order.payments if paid.kind in COMING),
                *self.adjustments,
            ]
        )
        paid_back = order.overpaid.amount
        while loose:
            size = dice.randint(1, len(loose))
            part, loose = loose[:size], loose[size:]
            credited = {IDS[place]: part.count(place) for place in set(part)}
            decision = refund_due(order, credited=credited, rules=self.rules)
            order = order.with_events(decision.facts(at=AT))
            paid_back += decision.amount.amount
        paid_back += refund_due(order, credited={}, rules=self.rules).amount.amount
        plain = self.plain
        expected = sum(plain.captured) - sum(plain.charged_back) - max(0, plain.due())
        same("another split", paid_back, max(0, expected))
        if not self.is_charged_back:
            same("the first split", sum(plain.refunded), paid_back)


STEPS = (
    History.ship,
    History.cancel,
    History.deliver,
    History.lose,
    History.come_back,
    History.credit_some,
    History.credit_some,
    History.credit_some,
    History.credit_some,
    History.credit_some,
    History.capture_some,
    History.pay_some,
    History.pay_some,
    History.charge_back,
)


@final
@attrs.frozen(kw_only=True)
class Found:
    """What became of some histories."""

    histories: int = 0
    refunds: int = 0
    paid_back: int = 0
    lost: tuple[str, ...] = ()

    def plus(self, other: Found) -> Found:
        """Return both together."""
        return Found(
            histories=self.histories + other.histories,
            refunds=self.refunds + other.refunds,
            paid_back=self.paid_back + other.paid_back,
            lost=self.lost + other.lost,
        )

    def explain(self) -> str:
        """Say how many there were, and what is wrong with those that differ."""
        text = (
            f"{self.histories} histories, {self.refunds} refunds, "
            f"{self.paid_back} minor units paid back: {len(self.lost)} histories differ"
        )
        return "\n".join([text, *self.lost[:SHOWN_MAX]])


def replay(numbers: Iterable[int], *, seed: int) -> Found:
    """Play the histories of *numbers*, each from a seed of its own, and return what was found."""
    histories = refunds = paid_back = 0
    lost = []
    for number in numbers:
        history = History(random.Random(f"{seed}/{number}"))  # noqa: S311  # no secret
        histories += 1
        try:
            history.play()
            history.reshuffle()
        except (LostError, EcomkitError) as error:
            lost.append(f"seed {seed}, history {number}: {error}")
        refunds += history.refunds
        paid_back += sum(history.plain.refunded)
    return Found(histories=histories, refunds=refunds, paid_back=paid_back, lost=tuple(lost))
