"""The plan of an erasure: what goes, what stays, why and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.customers import (
    FRENCH_RETENTION,
    Address,
    ConsentRecord,
    Contact,
    CountedFrom,
    Customer,
    EmailAddress,
    ErasureAction,
    ErasurePlan,
    ErasureStep,
    Holding,
    HoldingKind,
    Identity,
    KeptReason,
    LawfulBasis,
    Period,
    PhoneNumber,
    RetentionGround,
    RetentionRule,
    SubjectRecord,
    erase,
    export_subject,
    plan_erasure,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId
from ecomkit.testing.strategies._customers import customers, holdings, retention_rules
from ecomkit.timeline import NaiveInstantError, instant

DAY = instant("2026-03-01T12:00:00Z")
ADA = Customer(id=CustomerId("c-1"), name="Ada Lovelace")
FIGURES = {HoldingKind.ORDER, HoldingKind.RETURN}
STRIPPED = {HoldingKind.CUSTOMER, HoldingKind.CLAIM, HoldingKind.QUARANTINE, *FIGURES}


def held(kind: HoldingKind, *, ended: datetime | None = DAY) -> Holding:
    """Return something that is held of a person."""
    return Holding(kind=kind, reference="canary", ended_at=ended)


def keeping(kind: HoldingKind, ground: RetentionGround, *, years: int = 10) -> RetentionRule:
    """Return a rule that keeps things of *kind*."""
    return RetentionRule(
        what=kind,
        keep_for=Period(years=years),
        counted_from=CountedFrom.END,
        ground=ground,
        source="a law",
    )


def lot(holding: Holding, *rules: RetentionRule) -> ErasureStep:
    """Return what becomes of one thing."""
    [step] = plan_erasure(ADA, holdings=[holding], rules=rules, now=DAY).steps
    return step


ENDED = holdings().filter(lambda thing: thing.ended_at is not None and thing.ended_at.year < 9_800)


@given(customers(), st.lists(ENDED, max_size=4), st.lists(retention_rules(), max_size=3))
def test_a_plan_names_everything_once_and_nobody(
    customer: Customer, things: list[Holding], rules: list[RetentionRule]
) -> None:
    """Each thing has one step in the order it was given, and the customer is as after an erasure."""
    plan = plan_erasure(customer, holdings=things, rules=rules, now=DAY)

    assert things == [step.holding for step in plan.steps]
    assert erase(customer, at=DAY) == plan.erased
    assert sum(len(plan.of(action)) for action in ErasureAction) == len(things)
    for step in plan.steps:
        assert step.action is not ErasureAction.DELETE or step.rules == ()
        assert all(rule.ground.withstands_erasure for rule in step.rules)
        assert all(rule.what is step.holding.kind for rule in step.rules)
        ends = [rule.until(step.holding) for rule in step.rules]
        assert step.until == max(ends, default=None)
        assert all(end > DAY for end in ends)


@pytest.mark.parametrize("kind", HoldingKind)
def test_without_rules_things_are_stripped_or_deleted(kind: HoldingKind) -> None:
    """What has figures or a place in the books loses the person; the rest goes whole."""
    step = lot(held(kind))

    assert step.action is (ErasureAction.STRIP if kind in STRIPPED else ErasureAction.DELETE)
    assert (step.rules, step.until) == ((), None)


@pytest.mark.parametrize("kind", HoldingKind)
@pytest.mark.parametrize("ground", RetentionGround)
def test_a_law_keeps_what_an_own_rule_does_not(kind: HoldingKind, ground: RetentionGround) -> None:
    """Laws and legal claims withstand an erasure, and even then orders lose the person."""
    rule = keeping(kind, ground)
    step = lot(held(kind), rule)

    if ground is RetentionGround.OWN_RULE:
        assert step == lot(held(kind))
    else:
        assert step.rules == (rule,)
        assert step.until == instant("2036-03-02T00:00:00Z")
        assert step.action is (ErasureAction.STRIP if kind in STRIPPED else ErasureAction.KEEP)


def test_a_rule_that_has_ended_keeps_nothing() -> None:
    """After ten years and the last day of them an invoice goes."""
    rule = keeping(HoldingKind.INVOICE, RetentionGround.LEGAL_OBLIGATION)
    for ended, action in (
        (instant("2016-02-29T23:00:00Z"), ErasureAction.DELETE),
        (instant("2016-03-01T12:00:00Z"), ErasureAction.KEEP),
    ):
        assert lot(held(HoldingKind.INVOICE, ended=ended), rule).action is action


def test_the_rule_that_ends_last_counts() -> None:
    """Of two rules both are named, and the later end is the end; rules of others say nothing."""
    short = keeping(HoldingKind.INVOICE, RetentionGround.LEGAL_CLAIMS, years=5)
    long = keeping(HoldingKind.INVOICE, RetentionGround.LEGAL_OBLIGATION)
    other = keeping(HoldingKind.MESSAGE, RetentionGround.LEGAL_OBLIGATION, years=50)

    step = lot(held(HoldingKind.INVOICE), long, short, other)

    assert step.rules == (long, short)
    assert step.until == instant("2036-03-02T00:00:00Z")


@pytest.mark.parametrize("kind", HoldingKind)
def test_what_still_runs_is_kept_and_the_person_with_it(kind: HoldingKind) -> None:
    """A parcel on its way has to arrive: what runs stays, and so does the customer, for now."""
    done, runs = held(HoldingKind.PAYLOAD), held(kind, ended=None)

    plan = plan_erasure(ADA, holdings=[done, runs], now=DAY)

    assert plan.erased is None
    assert [step.action for step in plan.steps] == [ErasureAction.DELETE, ErasureAction.KEEP]
    assert plan.next_review is None
    assert plan.explain() == (
        "customer c-1: kept until what still runs has ended; payload: 1 deleted; "
        f"{kind.value}: 1 kept as long as it is needed for the person"
    )


def test_a_customer_with_orders_is_erased() -> None:
    """The identity goes, totals and tax of orders stay as they are, and a withdrawal is kept."""
    no = ConsentRecord(
        purpose="newsletter",
        basis=LawfulBasis.CONSENT,
        source="unsubscribe link",
        given_at=DAY,
        withdrawn_at=DAY,
    )
    ada = attrs.evolve(ADA, consents=[no])
    things = [
        held(HoldingKind.ORDER),
        held(HoldingKind.ORDER),
        held(HoldingKind.PAYLOAD),
        held(HoldingKind.INVOICE),
    ]

    plan = plan_erasure(ada, holdings=things, rules=FRENCH_RETENTION, now=DAY)

    assert plan.explain() == (
        "customer c-1: erased name, consents; "
        "kept id: orders and their tax records refer to it; "
        "consents: a withdrawal must stay on record; "
        "order: 2 stripped, amounts, taxes and dates stay until 2036-12-31T23:00:00Z "
        "(a law demands it: Code de commerce, article L123-22); "
        "payload: 1 deleted; "
        "invoice: 1 kept until 2036-12-31T23:00:00Z "
        "(a law demands it: Code de commerce, article L123-22)"
    )
    assert plan.next_review == instant("2036-12-31T23:00:00Z")
    assert plan.erased is not None
    assert [kept.reason for kept in plan.erased.kept] == [
        KeptReason.REFERENCE,
        KeptReason.WITHDRAWAL,
    ]


def test_the_first_end_is_the_next_review() -> None:
    """A plan is looked at again when the first of the kept things may go."""
    rules = [
        keeping(HoldingKind.INVOICE, RetentionGround.LEGAL_OBLIGATION),
        keeping(HoldingKind.MESSAGE, RetentionGround.LEGAL_CLAIMS, years=5),
        keeping(HoldingKind.ORDER, RetentionGround.LEGAL_OBLIGATION, years=1),
    ]
    things = [held(rule.what) for rule in rules]

    plan = plan_erasure(ADA, holdings=things, rules=rules, now=DAY)

    assert plan.next_review == instant("2031-03-02T00:00:00Z")
    assert plan_erasure(ADA, now=DAY).next_review is None


CANARY = st.integers(1_000, 9_999).map("canary{}".format)


@given(
    CANARY,
    customers(ids=st.just(CustomerId("c-1"))),
    st.lists(holdings(), max_size=4),
    st.lists(retention_rules(), max_size=2),
)
def test_after_an_erasure_nothing_personal_is_left_anywhere(
    canary: str, base: Customer, things: list[Holding], rules: list[RetentionRule]
) -> None:
    """Whatever a person's texts are, no output of what stays has one: repr, str, words, export."""
    person = attrs.evolve(
        base,
        name=canary,
        identities=[Identity(channel=ChannelId("etsy"), external_id=canary)],
        contact=Contact(
            email=EmailAddress.parse(f"{canary}@{canary}.example"), phone=PhoneNumber(raw=canary)
        ),
        further_contacts=[Contact(phone=PhoneNumber(raw=canary))],
        addresses=[Address(recipient=canary, lines=[canary], city=canary, country="FR")],
        consents=[attrs.evolve(c, source=canary, wording=canary) for c in base.consents],
    )
    things = [
        attrs.evolve(thing, reference=canary)
        for thing in things
        if thing.ended_at is None or thing.ended_at.year < 9_800
    ]
    plan = plan_erasure(person, holdings=things, rules=rules, now=DAY)
    faceless = erase(person, at=DAY)
    export = export_subject(faceless.customer, now=DAY)

    for text in (
        repr(plan),
        str(plan),
        plan.explain(),
        repr(faceless),
        str(attrs.asdict(faceless)),
        export.as_json(),
        repr(export),
        export.explain(),
    ):
        assert canary not in text
    # The same texts are all there before.
    before = export_subject(
        person,
        records=[
            SubjectRecord(kind=thing.kind, reference=thing.reference, content={"note": canary})
            for thing in things
        ],
        rules=rules,
        now=DAY,
    )
    at_least = 8 + 2 * len(person.consents) - sum(c.wording is None for c in person.consents)
    assert before.as_json().count(canary) >= at_least + 2 * len(things)
    for text in (repr(before), str(before), before.explain(), repr(before.records)):
        assert canary not in text


def test_a_plan_has_an_instant() -> None:
    """A datetime without an offset is refused."""
    for things in ([], [held(HoldingKind.ORDER, ended=None)]):
        with pytest.raises(NaiveInstantError):
            plan_erasure(
                ADA,
                holdings=things,
                now=datetime(2026, 3, 1),  # noqa: DTZ001  # meant
            )


def test_a_plan_made_later_has_less_to_keep() -> None:
    """Once its rule has ended an invoice is deleted by a new plan."""
    things = [held(HoldingKind.INVOICE)]
    first = plan_erasure(ADA, holdings=things, rules=FRENCH_RETENTION, now=DAY)
    assert isinstance(first, ErasurePlan)
    assert first.next_review is not None

    for now, action in (
        (first.next_review - timedelta(seconds=1), ErasureAction.KEEP),
        (first.next_review, ErasureAction.DELETE),
    ):
        again = plan_erasure(ADA, holdings=things, rules=FRENCH_RETENTION, now=now)
        assert [step.action for step in again.steps] == [action]


@pytest.mark.parametrize("kind", HoldingKind)
def test_only_what_has_something_to_keep_is_stripped(kind: HoldingKind) -> None:
    """A step that strips says what stays; a thing of which nothing stays is deleted whole."""
    thing = Holding(kind=kind, reference="t-1", ended_at=DAY)
    if ErasureAction.ending(kind) is ErasureAction.STRIP:
        assert "stay" in ErasureStep(holding=thing, action=ErasureAction.STRIP).explain()
    else:
        with pytest.raises(FieldError, match="only of customer, order"):
            ErasureStep(holding=thing, action=ErasureAction.STRIP)
