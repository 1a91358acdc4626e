"""Customers read whole sentences in their language, with dates and amounts as they write them."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, OrderLine
from ecomkit.returns import (
    Accepted,
    CategoryIs,
    Condition,
    ConditionIs,
    CustomerText,
    HasAuthorisation,
    HasProof,
    InScope,
    Language,
    LineVerdict,
    NotAlreadyReturned,
    NotFinalSale,
    OfferKind,
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
    ReturnWindow,
    RuleFinding,
    Scope,
    TermsRule,
    ValueLoss,
    WasDelivered,
    WasShipped,
    _rules,
    _window,
    override,
)
from ecomkit.returns._english import ENGLISH
from ecomkit.returns._finding import places_of
from ecomkit.returns._french import FRENCH
from ecomkit.returns._language import FINDING_SENTENCES, SENTENCES, WORDS
from ecomkit.testing.strategies import amounts

PARIS = ZoneInfo("Europe/Paris")
DAY_0 = datetime(2026, 3, 2, 15, tzinfo=PARIS)
A, B = LineId("A"), LineId("B")
LANGUAGES = (ENGLISH, FRENCH)


def order_of(units: int, *, title: str = "Éléphant") -> Order:
    """Return an order of a line A, and of a line B without a title."""
    price = Money(2390, Currency.EUR)
    a = OrderLine(
        id=A, sku=Sku("ELEPHANT"), quantity=units, unit_price=price, title=title, category="toys"
    )
    b = OrderLine(id=B, sku=Sku("TIGER-KNIT"), quantity=units, unit_price=price)
    return Order(
        id=OrderId("web/1"),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=DAY_0,
        lines=[a, b],
    )


def delivered(order: Order) -> Order:
    """Return *order* with everything shipped and delivered on day 0."""
    for line in order.lines:
        order = order.ship(line.id, quantity=line.quantity, at=DAY_0)
        order = order.deliver(line.id, quantity=line.quantity, at=DAY_0)
    return order


def entry(units: int = 1, **facts: Any) -> ReturnLine:
    """Return an entry for new units of line A."""
    plain: dict[str, Any] = {
        "line": A,
        "condition": Condition.NEW,
        "reason": ReturnReason.CHANGED_MIND,
    }
    return ReturnLine(quantity=units, **(plain | facts))


def read(
    policy: ReturnPolicy,
    *entries: ReturnLine,
    language: Language,
    order: Order | None = None,
    days: int = 2,
    **facts: Any,
) -> list[str]:
    """Return the lines that the customer reads, some days after the delivery."""
    request = ReturnRequest(
        order=delivered(order_of(3)) if order is None else order,
        lines=entries or [entry()],
        requested_at=DAY_0 + timedelta(days=days),
        **facts,
    )
    text = policy(request, now=request.requested_at).for_customer(language=language)
    return text.splitlines()


WINDOW = ReturnWindow(days=30, zone="Europe/Paris")
HISTORY = ReturnHistory(days=365, orders=9, units=9, returns=9, returned=9)


def test_a_late_return_is_refused_with_its_last_day() -> None:
    """The customer reads the last day that counted, on the calendar of the shop."""
    policy = ReturnPolicy(rules=(WINDOW,))

    assert read(policy, entry(2), language=ENGLISH, days=40) == [
        (
            "Thank you for your request. "
            "We are sorry that we cannot accept the return as you asked for it."
        ),
        "The time to return 2 × Éléphant ended on 1 April 2026.",
        "If you have any question, please write to us; we are glad to help.",
    ]
    assert read(policy, entry(2), language=FRENCH, days=40) == [
        (
            "Merci pour votre demande. Nous regrettons de ne pas pouvoir accepter "
            "le retour tel que vous l’avez demandé."
        ),
        "Le retour de 2 × Éléphant était possible jusqu’au 1er avril 2026.",
        "Pour toute question, n’hésitez pas à nous écrire : nous vous aiderons avec plaisir.",
    ]


def test_a_withdrawal_is_accepted_with_its_terms() -> None:
    """What comes back, by when, who pays what, and when the money is there."""
    rule = TermsRule(value_loss=ValueLoss.DEDUCTIBLE)
    policy = ReturnPolicy(rules=(WINDOW,), terms=[rule])
    opened = entry(condition=Condition.OPENED)

    assert read(policy, opened, language=ENGLISH, country="FR")[1] == (
        "We accept the return of 1 × Éléphant. You have this right by law. "
        "Please send the goods back by 18 March 2026. You bear the cost of the way back. "
        "If your whole order comes back, we also refund the standard delivery. "
        "If the goods were used more than is needed to try them, we may refund less. "
        "We refund you by the means of payment that you used. "
        "You have the refund by 18 March 2026, "
        "or when the goods or the proof that you sent them have reached us."
    )
    assert read(policy, opened, language=FRENCH, country="FR")[1] == (
        "Nous acceptons le retour de 1 × Éléphant. La loi vous donne ce droit. "
        "Merci de renvoyer les articles au plus tard le 18 mars 2026. "
        "Les frais de renvoi sont à votre charge. "
        "Si toute votre commande revient, nous remboursons aussi la livraison standard. "
        "Si les articles ont été utilisés au-delà d’un simple essai, "
        "le remboursement peut être réduit. "
        "Nous vous remboursons par le moyen de paiement que vous avez utilisé. "
        "Vous serez remboursé au plus tard le 18 mars 2026, "
        "ou dès que les articles ou la preuve de leur envoi nous seront parvenus."
    )


def test_the_terms_of_the_shop_are_said_with_their_amounts() -> None:
    """A fee, a bonus, an exchange, and units that may be kept."""
    rule = TermsRule(
        return_shipping_paid_by=Party.SELLER,
        restocking_fee=RestockingFee(percent=Decimal(15)),
        offers=tuple(OfferKind),
        credit_bonus_percent=Decimal(10),
        keep_up_to=Money(9900, Currency.EUR),
    )
    policy = ReturnPolicy(rules=(), terms=[rule])

    assert read(policy, language=ENGLISH)[1] == (
        "We accept the return of 1 × Éléphant. We bear the cost of the way back. "
        "We deduct €3.58 for taking the goods back into stock. "
        "We refund you by the means of payment that you used. "
        "If you prefer, you get a credit in our shop instead, with €2.03 on top. "
        "If you prefer, we exchange the goods. "
        "If you prefer, you may keep the goods and need not send them back."
    )
    assert "Nous retenons 3,58\xa0€ pour la remise en stock." in read(policy, language=FRENCH)[1]

    plain = attrs.evolve(rule, credit_bonus_percent=Decimal(0))
    text = read(attrs.evolve(policy, terms=[plain]), language=ENGLISH)[1]

    assert "If you prefer, you get a credit in our shop instead. " in text


def test_what_is_accepted_and_what_is_not_are_told_apart() -> None:
    """Each entry has a line of its own; what could be accepted is said."""
    policy = ReturnPolicy(rules=(NotAlreadyReturned(),))
    lines = read(policy, entry(5), entry(1, line=B), language=ENGLISH)

    assert lines[1:3] == [
        (
            "A return of Éléphant has been asked for or received already, so that fewer than "
            "5 × Éléphant can come back. "
            "We can accept the return of 3 × Éléphant; please ask us for that."
        ),
        (
            "We accept the return of 1 × TIGER-KNIT. You bear the cost of the way back. "
            "We refund you by the means of payment that you used."
        ),
    ]


def test_two_rules_that_find_the_same_are_read_once() -> None:
    """What has not arrived is said once, by whichever rules it is found."""
    order = order_of(1).ship(A, quantity=1, at=DAY_0)
    policy = ReturnPolicy(rules=(WasDelivered(), WINDOW, WasDelivered()))
    (_, said, _) = read(policy, language=ENGLISH, order=order)

    assert said == (
        "Not all of 1 × Éléphant has arrived yet; "
        "please ask for the return when everything is with you."
    )


ALL_RULES = (
    WasShipped(),
    WasDelivered(),
    NotAlreadyReturned(),
    WINDOW,
    ConditionIs(allowed=(Condition.NEW, Condition.FAULTY)),
    CategoryIs(excluded=("toys",)),
    NotFinalSale(),
    HasAuthorisation(),
    HasProof(kinds=tuple(Proof)),
    ReturnLimit(days=365, returns=5, percent=50),
)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
@pytest.mark.parametrize("order", [order_of(1), delivered(order_of(1))], ids=["open", "delivered"])
def test_every_rule_has_a_sentence(language: Language, order: Order) -> None:
    """No finding of a rule of ecomkit is left to the sentence for all the others."""
    request = ReturnRequest(
        order=order,
        lines=[entry(2, condition=Condition.USED)],
        requested_at=DAY_0 + timedelta(days=99),
        history=HISTORY,
    )
    verdict = ReturnPolicy(rules=ALL_RULES)(request, now=DAY_0)

    assert len({finding.rule for finding in verdict.findings}) >= 8
    for finding in verdict.findings:
        sentence = language.of_finding(finding)
        wanted = places_of(sentence) or ()

        assert sentence != language.sentences["other"]
        assert "deadline" not in wanted or finding.deadline is not None
        assert "names" not in wanted or finding.names


def test_the_table_knows_every_code_that_rules_write() -> None:
    """The names of rules in the code, and the sentences of the table, are the same."""
    written = set()
    for module in (_rules, _window, ReturnLimit):
        path = __import__("inspect").getsource(module)
        written |= set(re.findall(r'rule="(\w+)"', path))

    assert written | {"condition", "other"} == FINDING_SENTENCES


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_language_says_all_there_is_to_say(language: Language) -> None:
    """Each sentence is there, is one or more whole sentences, and wants what the others want."""
    assert language.sentences.keys() == SENTENCES
    assert language.words.keys() == WORDS
    assert len(set(language.months)) == 12
    for name, sentence in language.sentences.items():
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence.startswith("{item}")
        assert places_of(sentence) == places_of(ENGLISH.sentences[name])
        assert "  " not in sentence


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_nothing_that_a_customer_reads_helps_abuse(language: Language) -> None:
    """The limit on returns, its numbers and the staff who decides stay in the house."""
    limit = ReturnLimit(days=365, returns=5, percent=50)
    request = ReturnRequest(
        order=delivered(order_of(1)), lines=[entry()], requested_at=DAY_0, history=HISTORY
    )
    verdict = ReturnPolicy(rules=(limit,))(request, now=DAY_0)

    assert isinstance(verdict, Refused)

    refused = verdict.for_customer(language=language)
    taken = override(verdict, by="Ada Lovelace", reason="a birthday", at=DAY_0)
    accepted = taken.for_customer(language=language)

    assert "10 returns in 365 days, 5 allowed; 10 of 9 units" in verdict.explain()
    for number in ("365", "50", "10", "5", "9"):
        assert number not in refused
    assert "Ada" not in accepted
    assert "birthday" not in accepted
    assert accepted.startswith(language.sentences["opening_exception"])


def at_most_two(
    request: ReturnRequest, line: ReturnLine, /, *, now: datetime
) -> tuple[RuleFinding, ...]:
    """Find more than two units too many, and say so in two languages."""
    english = "We take back {acceptable} at a time, and you asked for {asked}."
    french = "Nous reprenons {acceptable} à la fois, et vous demandez {asked}."
    return (
        RuleFinding(
            rule="at_most",
            line=line.line,
            problem="too many",
            acceptable=2,
            texts=[
                CustomerText(language="en", sentence=english),
                CustomerText(language="fr", sentence=french),
            ],
        ),
    )


def test_a_rule_of_ones_own_brings_its_texts() -> None:
    """A custom rule is read in its own words, or else in the sentence for all."""
    policy = ReturnPolicy(rules=(at_most_two,))
    german = attrs.evolve(ENGLISH, code="de")

    assert read(policy, entry(3), language=ENGLISH)[1].startswith(
        "We take back 2 × Éléphant at a time, and you asked for 3 × Éléphant."
    )
    assert read(policy, entry(3), language=FRENCH)[1].startswith("Nous reprenons 2 × Éléphant")
    assert read(policy, entry(3), language=german)[1].startswith(
        "We cannot accept the return of Éléphant as you asked for it."
    )


def test_the_names_in_a_sentence_are_those_of_the_language() -> None:
    """Conditions and proofs are named in words, and what a language does not know as it is."""
    policy = ReturnPolicy(
        rules=(
            ConditionIs(allowed=(Condition.NEW, Condition.OPENED)),
            HasProof(kinds=(Proof.PHOTOS, Proof.RECEIPT)),
        )
    )
    used = entry(condition=Condition.USED)

    assert read(policy, used, language=ENGLISH)[1] == (
        "We take back Éléphant in one of these conditions only: new, opened. "
        "To decide about Éléphant we still need from you: "
        "photos of the goods, the receipt or the invoice."
    )
    assert read(policy, used, language=FRENCH)[1] == (
        "Nous reprenons l’article Éléphant uniquement dans l’un de ces états : neuf, ouvert. "
        "Pour prendre une décision au sujet de l’article Éléphant, il nous manque encore : "
        "des photos des articles, le ticket de caisse ou la facture."
    )
    assert ENGLISH.listed(["blue", "faulty"]) == "blue, faulty"


def test_a_title_is_never_read_as_a_place() -> None:
    """Whatever a product is called is written as it is."""
    order = delivered(order_of(1, title="{deadline} {0} {"))
    policy = ReturnPolicy(rules=(InScope(scope=Scope(), rule=NotFinalSale()),))

    assert read(policy, language=ENGLISH, order=order)[1].startswith("{deadline} {0} { was")


def test_a_verdict_without_terms_is_read_without_them() -> None:
    """A verdict that was built by hand says what it knows."""
    verdict = Accepted(lines=[LineVerdict(line=entry(2), item="Éléphant")])

    assert verdict.for_customer(language=ENGLISH).splitlines()[1] == (
        "We accept the return of 2 × Éléphant."
    )


@pytest.mark.parametrize(
    ("money", "english", "french"),
    [
        (Money(125000, Currency.EUR), "€1,250.00", "1\u202f250,00\xa0€"),
        (Money(5, Currency.GBP), "£0.05", "0,05\xa0£"),
        (Money(1127, Currency.JPY), "1,127\xa0JPY", "1\u202f127\xa0JPY"),
        (Money(1234567, Currency.KWD), "1,234.567\xa0KWD", "1\u202f234,567\xa0KWD"),
    ],
)
def test_amounts_are_written_as_people_write_them(money: Money, english: str, french: str) -> None:
    """All digits of the currency, its sign or its code, on the side where it belongs."""
    assert english == ENGLISH.amount(money)
    assert french == FRENCH.amount(money)


@given(amounts())
def test_no_digit_of_an_amount_is_lost(money: Money) -> None:
    """Whatever the marks, the digits of an amount are those that it has."""
    digits = re.sub(r"\D", "", str(abs(money).to_decimal()))
    for language in LANGUAGES:
        assert re.sub(r"\D", "", language.amount(money)) == digits


@pytest.mark.parametrize(
    ("deadline", "zone", "english", "french"),
    [
        (datetime(2026, 3, 2, tzinfo=PARIS), "Europe/Paris", "1 March 2026", "1er mars 2026"),
        (
            datetime(2026, 3, 1, tzinfo=PARIS),
            "Europe/Paris",
            "28 February 2026",
            "28 février 2026",
        ),
        (datetime(2026, 3, 30, tzinfo=PARIS), "Europe/Paris", "29 March 2026", "29 mars 2026"),
        (datetime(2026, 8, 31, 22, tzinfo=UTC), "Europe/Paris", "31 August 2026", "31 août 2026"),
        (datetime(2026, 9, 1, 1, tzinfo=UTC), "UTC", "1 September 2026", "1er septembre 2026"),
    ],
)
def test_a_deadline_is_read_as_the_last_day_before_it(
    deadline: datetime, zone: str, english: str, french: str
) -> None:
    """The first instant that is too late is written as the day that was not."""
    assert english == ENGLISH.day_before(deadline, zone=zone)
    assert french == FRENCH.day_before(deadline, zone=zone)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sentences": {}}, "sentences"),
        ({"sentences": None}, "sentences"),
        ({"words": {"new": "new"}}, "words"),
        ({"sentences": {**ENGLISH.sentences, "fee": "{price}"}}, "sentences"),
        ({"sentences": {**ENGLISH.sentences, "fee": "{amount:,}"}}, "sentences"),
        ({"sentences": {**ENGLISH.sentences, "fee": 5}}, "sentences"),
        ({"months": ("January",)}, "months"),
        ({"date": "{day} {month}"}, "date"),
        ({"date": 5}, "date"),
        ({"money": "{amount} {price}"}, "money"),
        ({"marks": (",",)}, "marks"),
        ({"symbols": "€"}, "symbols"),
        ({"code": 5}, "code"),
    ],
)
def test_a_language_with_holes_is_refused(change: dict[str, Any], field: str) -> None:
    """What is missing is named before a customer misses it."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(ENGLISH, **change)

    assert field == caught.value.field


def test_another_language_is_another_table() -> None:
    """A language is a value: one more needs no change of ecomkit."""
    german = Language(
        code="de",
        sentences={**ENGLISH.sentences, "window": "Die Frist endete am {deadline}."},
        words=ENGLISH.words,
        months=("Januar", "Februar", "März", "April", *ENGLISH.months[4:]),
        date="{day}. {month} {year}",
    )
    policy = ReturnPolicy(rules=(WINDOW,))

    assert read(policy, language=german, days=40)[1] == "Die Frist endete am 1. April 2026."
    assert "sentences" not in repr(german)
