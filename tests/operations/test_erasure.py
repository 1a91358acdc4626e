"""Erasure over the books: what goes, what stays, what comes late, and the wipe afterwards."""

import json
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from ecomkit.channels import Fulfilment, LineUnits, Payload, Refund
from ecomkit.customers import (
    E164,
    Address,
    ConsentRecord,
    Contact,
    CountedFrom,
    Customer,
    EmailAddress,
    ErasureAction,
    Holding,
    HoldingKind,
    Identity,
    LawfulBasis,
    Merged,
    MergeRefused,
    Period,
    PhoneNumber,
    RetentionGround,
    RetentionRule,
    Split,
    SplitRefused,
    SubjectRecord,
    Verification,
)
from ecomkit.identifiers import ChannelId, ClaimId, CustomerId, OrderId, ReturnId
from ecomkit.operations import UnknownCustomerError
from ecomkit.operations._customers import ALIASES, CUSTOMER_ORDERS, CUSTOMERS, buyer_id
from ecomkit.operations._edits import EDITS
from ecomkit.operations._effects import EFFECTS, PendingEffect
from ecomkit.operations._erasure import (
    BEYOND_REACH,
    WISHES,
    erase_and_wipe,
    erase_customer,
)
from ecomkit.operations._merging import (
    MERGES,
    NotMergedError,
    merge_customers,
    split_customer,
)
from ecomkit.operations._orders import CLAIMS, ORDERS
from ecomkit.operations._quarantine import PAYLOADS, QUARANTINE, KeptPayload, Quarantined
from ecomkit.operations._refunds import REFUNDS, RefundPart
from ecomkit.operations._retention import apply_retention
from ecomkit.operations._return_books import BUYER_CLAIMS, RETURNS
from ecomkit.operations._stripping import ERASED, folded, marks_of, quotes, stripped, words_of
from ecomkit.operations._subject_access import export_customer
from ecomkit.operations._wiping import WIPES, WipeState, note_wipe, wipe_deleted
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    LineEventKind,
    OrderEdit,
    Tender,
    TenderKind,
)
from ecomkit.ports import StoreBusyError, StoreFailedError
from ecomkit.returns import (
    Authorisation,
    AuthorisationState,
    Claim,
    ClaimDecision,
    ClaimedUnits,
    ClaimKind,
    ClaimOutcome,
    Condition,
    Return,
    ReturnLine,
    ReturnReason,
)
from ecomkit.stores import MemoryStore

CANARY = "canary-ada-lovelace"
YEARS = timedelta(days=400)


def customer_of(world: Any, order: Any = "etsy/1") -> Any:
    """Return the customer of an order."""
    return world.shop.order(order).customer


def erased(world: Any, customer: Any, **options: Any) -> Any:
    """Erase a customer, and return the report."""
    with world.store.inner.transaction() as tx:
        return erase_customer(tx, customer, now=world.clock.now(), **options)


def retained(world: Any, *rules: Any) -> Any:
    """Apply retention, and return the report."""
    return apply_retention(world.store.inner, rules=rules, now=world.clock.now())


def rule(what: HoldingKind, days: int = 30, ground: Any = RetentionGround.OWN_RULE) -> Any:
    """Return a rule that keeps things of a kind for some days."""
    return RetentionRule(
        what=what,
        keep_for=Period(days=days),
        counted_from=CountedFrom.END,
        ground=ground,
        source="a rule of the test",
    )


def put(world: Any, customer: Any) -> Any:
    """Put a customer into the books and return it."""
    with world.store.inner.transaction() as tx:
        tx.put(CUSTOMERS, [customer])
    return customer


def refund_pending(world: Any, reason: str) -> Any:
    """Have a channel to be asked for a refund, and return that."""
    refund = Refund(key=world.key("refund"), number="1", amount=world.price, reason=reason)
    pending = PendingEffect(channel=world.etsy_id, effect=refund)
    with world.store.inner.transaction() as tx:
        tx.put(EFFECTS, [pending])
    return pending


def shipped(world: Any) -> Any:
    """Ship what was sold, tell the channels, and let a minute pass."""
    world.shop.sync()
    world.shop.fulfil()
    world.shop.sync()
    world.pass_time(minutes=1)
    return world


@pytest.fixture
def bought(world: Any) -> Any:
    """Return a world in which the canary has bought on one channel, and somebody else too."""
    world.sell(world.etsy, "1", 2, buyer=CANARY)
    world.sell(world.etsy, "2", 1, buyer="grace")
    return shipped(world)


# -- what goes ------------------------------------------------------------------------------------


def test_nothing_of_an_erased_person_remains(bought: Any) -> None:
    """No book speaks of them any more; units and amounts are what they were."""
    before = bought.shop.order("etsy/1"), bought.level, bought.shop.audit().movements
    others = [line for line in bought.text().splitlines() if "etsy/2" in line or "grace" in line]

    assert CANARY in bought.text()

    report = erased(bought, customer_of(bought))
    text = bought.text()

    assert CANARY not in text
    assert report.is_complete
    assert report.changed == 3, "the customer, the payload and the claim"
    assert report.plan.of(ErasureAction.KEEP) == ()
    assert (
        bought.shop.order("etsy/1"),
        bought.level,
        bought.shop.audit().movements,
    ) == before
    assert [line for line in others if line not in text] == []
    bought.assert_clean()


def test_the_report_tells_what_goes_what_stays_and_what_is_not_reached(bought: Any) -> None:
    """In words without the person."""
    told = erased(bought, customer_of(bought)).explain()

    assert "payload: 1 deleted" in told
    assert "order: 1 stripped" in told
    assert all(place in told for place in BEYOND_REACH)
    assert WipeState.DUE.value in told
    assert CANARY not in told


def test_while_an_order_is_under_way_the_person_stays_and_the_wish_is_kept(world: Any) -> None:
    """A parcel has to arrive; the next retention run after that fulfils the wish."""
    world.sell(world.etsy, "1", 2, buyer=CANARY)
    world.shop.sync()
    customer = customer_of(world)
    report = erased(world, customer)

    assert not report.is_complete
    assert "the wish is kept" in report.explain()
    assert world.kept(CUSTOMERS)[0].erased_at is None
    assert len(world.kept(WISHES)) == 1
    assert (retained(world).waiting, retained(world).persons) == (1, ())

    asked = world.kept(WISHES)
    world.pass_time(hours=1)

    assert not erased(world, customer).is_complete
    assert world.kept(WISHES) == asked, "asked for once, whenever it is asked again"

    shipped(world)
    done = retained(world)

    assert [one.is_complete for one in done.persons] == [True]
    assert (done.waiting, world.kept(WISHES)) == (0, ())
    assert CANARY not in world.text()


def test_notes_on_orders_and_effects_go_and_their_amounts_stay(bought: Any) -> None:
    """A refund that was not sent yet is sent all the same, without what was noted."""
    note = f"{CANARY} called, her sister Mary is ill"
    before = bought.shop.order("etsy/1")
    pending = refund_pending(bought, note)
    parcel = Fulfilment(
        key=bought.key("parcel"),
        number="1",
        lines=[LineUnits(line=bought.line, quantity=1)],
        shipped_at=bought.clock.now(),
    )
    with bought.store.inner.transaction() as tx:
        tx.put(EFFECTS, [PendingEffect(channel=bought.etsy_id, effect=parcel)])

    assert "Mary" in bought.text()

    erased(bought, customer_of(bought))
    sent, after = sorted(bought.kept(EFFECTS), key=EFFECTS.key)

    assert sent.effect == parcel

    assert "Mary" not in bought.text()
    assert after == attrs.evolve(pending, effect=attrs.evolve(pending.effect, reason=""))
    assert bought.shop.order("etsy/1").paid == before.paid

    bought.shop.sync()

    assert pending.effect.key not in [left.effect.key for left in bought.kept(EFFECTS)]


def case_of(world: Any, kind: str, *, reason: str = "", order: str = "etsy/1") -> Any:
    """Put a case about an order into the books, decided if a reason is given, and return it."""
    at = world.clock.now()
    if kind == "return":
        line = ReturnLine(
            line=world.line,
            quantity=1,
            condition=Condition.NEW,
            reason=ReturnReason.CHANGED_MIND,
        )
        refusal = Authorisation(
            state=AuthorisationState.REFUSED, at=at, by="support", reason=reason or "?"
        )
        case: Any = Return(
            id=ReturnId("R1"),
            order=OrderId(order),
            requested_at=at,
            lines=[line],
            authorisations=[refusal] if reason else [],
        )
        collection: Any = RETURNS
    else:
        denial = ClaimDecision(outcome=ClaimOutcome.DENIED, at=at, reason=reason or "?")
        case = Claim(
            id=ClaimId("R1"),
            order=OrderId(order),
            at=at,
            lines=[ClaimedUnits(line=world.line, quantity=1, kind=ClaimKind.MISSING)],
            decisions=[denial] if reason else [],
        )
        collection = BUYER_CLAIMS
    with world.store.inner.transaction() as tx:
        tx.put(collection, [case])
    return case


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_a_closed_case_loses_its_notes_and_one_of_others_does_not(bought: Any, kind: str) -> None:
    """Returns and claims may have one number; each is its own buyer's."""
    case_of(bought, kind, reason="Mary sent it to us")
    other = case_of(
        bought,
        "claim" if kind == "return" else "return",
        reason="Peter did not like it",
        order="etsy/2",
    )
    report = erased(bought, customer_of(bought))

    assert report.is_complete
    assert "return: 1 stripped" in report.explain()
    assert "Mary" not in bought.text()
    assert other in (*bought.kept(RETURNS), *bought.kept(BUYER_CLAIMS))


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_while_a_case_is_open_the_person_stays(bought: Any, kind: str) -> None:
    """What they sent back or miss has to be settled with them."""
    case_of(bought, kind)
    report = erased(bought, customer_of(bought))

    assert not report.is_complete

    bought.pass_time(days=31)
    report = retained(bought, rule(HoldingKind.CUSTOMER))

    assert (report.waiting, len(report.persons)) == (1, 1), "grace alone is due"

    case_of(bought, kind, reason="settled")

    assert [one.is_complete for one in retained(bought).persons] == [True]
    assert CANARY not in bought.text()


@pytest.mark.parametrize("kind", ["return", "claim"])
def test_retention_takes_the_notes_of_cases_that_are_old_enough(bought: Any, kind: str) -> None:
    """One that is open stays whole, however old it is."""
    opened = case_of(bought, kind)
    bought.pass_time(days=31)
    retained(bought, rule(HoldingKind.RETURN))

    assert opened in (*bought.kept(RETURNS), *bought.kept(BUYER_CLAIMS))

    case_of(bought, kind, reason="Mary sent it to us")
    bought.pass_time(days=31)
    report = retained(bought, rule(HoldingKind.RETURN))

    assert dict(report.gone) == {HoldingKind.RETURN: 1}
    assert "Mary" not in bought.text()


def test_edits_and_refunds_lose_their_notes_with_the_order(bought: Any) -> None:
    """They are about it and have no life of their own; what they change stays."""
    order, at = bought.shop.order("etsy/1"), bought.clock.now()
    favour = Adjustment(
        kind=AdjustmentKind.GOODWILL, amount=-bought.price, at=at, title=f"for {CANARY}"
    )
    edit = OrderEdit(
        key=bought.key("edit"),
        order=order.id,
        version=order.version,
        changes=[favour],
        requested_at=at,
        reason="Mary asked for it",
    )
    part = RefundPart(
        key=bought.key("part"),
        refund=bought.key("refund"),
        order=order.id,
        tender=Tender(kind=TenderKind.CARD),
        amount=bought.price,
        at=at,
        reason="Mary is ill",
    )
    with bought.store.inner.transaction() as tx:
        tx.put(EDITS, [edit])
        tx.put(REFUNDS, [part])
    with bought.store.inner.snapshot() as tx:
        export = export_customer(tx, order.customer, now=at).as_json()

    assert "Mary asked for it" in export
    assert "Mary is ill" in export

    erased(bought, order.customer)

    assert CANARY not in bought.text()
    assert "Mary" not in bought.text()
    assert bought.kept(REFUNDS)[0].amount == bought.price
    assert bought.kept(EDITS)[0].changes[0].amount == -bought.price


def test_what_a_running_order_s_channel_is_to_be_told_stays_whole(world: Any) -> None:
    """Its notes are needed for as long as it runs; those of an order that ended are not."""
    world.sell(world.etsy, "1", 1, buyer=CANARY)
    world.shop.sync()
    pending = refund_pending(world, "as she asked")
    erased(world, customer_of(world))

    assert world.kept(EFFECTS) == (pending,)

    with world.store.inner.transaction() as tx:
        tx.delete(EFFECTS, [pending.effect.key])
    shipped(world)
    refund_pending(world, "as she asked")
    rules = [rule(HoldingKind.PAYLOAD, ground=RetentionGround.LEGAL_CLAIMS)]
    report = erased(world, customer_of(world), rules=rules)

    assert report.plan.of(ErasureAction.KEEP) != ()
    assert [left.effect.reason for left in world.kept(EFFECTS)] == [""]


def test_a_text_that_quotes_the_person_goes_and_others_stay(bought: Any) -> None:
    """A title is the merchant's, unless it has the person in it."""
    put(bought, attrs.evolve(bought.kept(CUSTOMERS)[0], name="Ada Lovelace"))
    customers = {one.id: one for one in bought.kept(CUSTOMERS)}
    customer = customer_of(bought)
    put(bought, attrs.evolve(customers[customer], name="Ada Lovelace"))
    order = bought.shop.order("etsy/1")
    [line] = order.lines
    told = attrs.evolve(order, lines=[attrs.evolve(line, title="Mug, engraved ADA")])
    with bought.store.inner.transaction() as tx:
        tx.put(ORDERS, [told])
    erased(bought, customer)
    after = bought.shop.order("etsy/1")

    assert after.lines[0].title == ERASED
    assert attrs.evolve(after, lines=told.lines) == told


def test_a_quarantined_payload_of_the_person_goes_too(bought: Any) -> None:
    """What was found wrong may quote the person, so the faults go with the payload."""
    document = json.loads(bought.etsy._texts["1"][-1]) | {"version": CANARY}
    bought.etsy.post("1", json.dumps(document))
    bought.shop.sync()

    assert CANARY in bought.shop.quarantined()[0].faults[0]

    erased(bought, customer_of(bought))

    assert CANARY not in bought.text()
    assert bought.shop.quarantined()[0].faults == (ERASED,)
    assert erased(bought, customer_of(bought)).changed == 0


def test_what_was_found_wrong_with_their_order_goes_without_its_payload(bought: Any) -> None:
    """The payload may be gone already; what it was of says whom the fault speaks of."""
    fault = Quarantined(
        channel=bought.etsy_id,
        object_id="1",
        faults=["no country: Mary's"],
        at=bought.clock.now(),
    )
    with bought.store.inner.transaction() as tx:
        tx.put(QUARANTINE, [fault])
        tx.delete(PAYLOADS, ["etsy/1"])
    erased(bought, customer_of(bought))

    assert bought.shop.quarantined()[0].faults == (ERASED,)


def test_what_was_discarded_goes_with_the_reason(bought: Any) -> None:
    """A decision may quote the person as well."""
    bought.etsy.post("1", "{")
    bought.shop.sync()
    bought.shop.discard(bought.shop.quarantined()[0], reason=f"spam by {CANARY}")
    erased(bought, customer_of(bought))

    assert CANARY not in bought.text()


def test_a_person_of_whom_nothing_could_be_read_can_be_erased(world: Any) -> None:
    """The channel says whom the payload is about, though no order could be made of it."""
    world.sell(world.etsy, "1", 1, buyer=CANARY)
    world.etsy.post("1", f'{{"note": "{CANARY}"')
    world.etsy._log.remove("1")
    world.shop.sync()
    [customer] = world.kept(CUSTOMERS)

    assert len(world.shop.quarantined()) == 1

    erased(world, customer.id)

    assert CANARY not in world.text()


def test_what_nobody_could_attribute_is_theirs_if_it_has_their_account(bought: Any) -> None:
    """An address, a number or an account is nobody else's; a name may be, and is reported."""
    customer = customer_of(bought)
    put(
        bought,
        attrs.evolve(
            next(one for one in bought.kept(CUSTOMERS) if one.id == customer), name="Zoë Ångström"
        ),
    )
    bought.etsy.post("8", f'{{"by": "{CANARY.upper()}"')
    bought.etsy.post("9", '{"by": "Zo\\u00eb"')
    bought.etsy.post("7", '{"by": "nobody"')
    bought.shop.sync()
    report = erased(bought, customer)

    assert report.doubtful == ("etsy/9",)
    assert "etsy/9" in report.explain()
    assert CANARY.upper() not in bought.text()
    assert [PAYLOADS.key(raw) for raw in bought.kept(PAYLOADS)] == ["etsy/2", "etsy/7", "etsy/9"]


def test_what_quotes_one_person_and_is_anothers_stays(bought: Any) -> None:
    """A payload that the channel says is of somebody else is not taken from them."""
    document = json.loads(bought.etsy._texts["2"][-1]) | {"version": f"from {CANARY}"}
    bought.etsy.post("2", json.dumps(document))
    bought.shop.sync()
    report = erased(bought, customer_of(bought))

    assert report.doubtful == ("etsy/2",)
    assert "etsy/2" in [PAYLOADS.key(raw) for raw in bought.kept(PAYLOADS)]


def test_an_unknown_customer_cannot_be_erased(world: Any) -> None:
    """A wrong id must not pass for an erasure."""
    with pytest.raises(UnknownCustomerError) as caught:
        world.shop.erase(CustomerId("nobody"))

    assert caught.value.customer == "nobody"


def test_erasing_twice_is_no_error(bought: Any) -> None:
    """There is nothing left to erase, and nothing changes."""
    customer = customer_of(bought)
    erased(bought, customer)
    wipe_deleted(bought.store.inner)
    text = bought.text()
    report = erased(bought, customer)

    assert report.changed == 0
    assert text == bought.text()


def test_a_rule_of_the_law_keeps_a_payload_and_says_so(bought: Any) -> None:
    """What withstands an erasure stays until its end; an own rule does not withstand it."""
    rules = [
        rule(HoldingKind.PAYLOAD, ground=RetentionGround.LEGAL_CLAIMS),
        rule(HoldingKind.CLAIM),
    ]
    report = erased(bought, customer_of(bought), rules=rules)
    [kept] = report.plan.of(ErasureAction.KEEP)

    assert kept.holding.kind is HoldingKind.PAYLOAD
    assert CANARY in bought.kept(PAYLOADS)[0].payload.text
    assert [claim.claim.buyer for claim in bought.kept(CLAIMS)] == [None, "grace"]

    bought.pass_time(days=31)
    report = erased(bought, customer_of(bought), rules=rules)

    assert report.changed == 1
    assert CANARY not in bought.text()


def test_what_the_caller_holds_is_planned_and_left_to_them(bought: Any) -> None:
    """A mailbox is none of the books; the report says what to do with it."""
    mail = Holding(
        kind=HoldingKind.MESSAGE, reference="mail-7", ended_at=bought.clock.now() - YEARS
    )
    report = erased(bought, customer_of(bought), elsewhere=[mail])

    assert [(step.holding, step.action) for step in report.elsewhere] == [
        (mail, ErasureAction.DELETE)
    ]
    assert "1 steps are to be taken outside" in report.explain()


# -- what comes late ------------------------------------------------------------------------------


def test_a_repeated_page_does_not_bring_an_erased_person_back(bought: Any) -> None:
    """The same state again is passed over, and keeps nothing."""
    erased(bought, customer_of(bought))
    bought.etsy._log.append("1")

    assert bought.shop.sync().pulls[0].unchanged == 1
    assert CANARY not in bought.text()


def test_a_changed_order_does_not_bring_an_erased_person_back(bought: Any) -> None:
    """What a channel tells anew of what was ordered before is taken in without the person."""
    customer = customer_of(bought)
    erased(bought, customer)
    bought.etsy.send_back("1", {bought.line: 1})

    assert bought.shop.sync().pulls[0].changed == 1
    assert CANARY not in bought.text()
    assert bought.kept(CLAIMS)[0].disagreements != ()


def test_an_old_order_that_was_never_seen_comes_without_the_person(bought: Any) -> None:
    """Placed before the erasure, or in its very moment: it counts, and it is nobody's."""
    customer = customer_of(bought)
    placed = bought.clock.now()
    bought.pass_time(hours=1)
    erased(bought, customer)
    bought.etsy.sell("3", [bought.sold(1)], placed_at=placed, buyer=CANARY)
    bought.etsy.sell("4", [bought.sold(1)], placed_at=bought.clock.now(), buyer=CANARY)
    bought.shop.sync()

    assert CANARY not in bought.text()
    assert customer_of(bought, "etsy/3") == customer


def test_an_unreadable_word_of_an_erased_person_is_noted_and_not_kept(bought: Any) -> None:
    """That an order could not be read is kept; what it says is not, however often it comes."""
    erased(bought, customer_of(bought))
    for _ in range(2):
        bought.etsy.post("1", f'{{"note": "{CANARY}"')
        bought.shop.sync()
        bought.pass_time(hours=1)

        assert CANARY not in bought.text()
        assert [kept.faults for kept in bought.shop.quarantined()] == [(ERASED,)]

    assert bought.kept(QUARANTINE)[0].explain().startswith("etsy/1 waiting: erased")
    assert bought.kept(QUARANTINE)[0].at < bought.clock.now() - timedelta(hours=1)


def test_what_was_erased_from_quarantine_does_not_come_back_either(world: Any) -> None:
    """No order was ever made of it, and the channel sends it again."""
    world.sell(world.etsy, "1", 1, buyer=CANARY)
    world.etsy.post("1", f'{{"note": "{CANARY}"')
    world.etsy._log.remove("1")
    world.shop.sync()
    [customer] = world.kept(CUSTOMERS)
    erased(world, customer.id)
    world.etsy.post("1", f'{{"note": "{CANARY} again"')
    world.shop.sync()

    assert CANARY not in world.text()


def test_who_buys_anew_is_a_customer_again_and_can_be_erased_again(bought: Any) -> None:
    """A new order is a new matter."""
    customer = customer_of(bought)
    erased(bought, customer)
    bought.pass_time(hours=1)
    bought.sell(bought.etsy, "3", 1, buyer=CANARY)
    shipped(bought)

    assert customer == customer_of(bought, "etsy/3")
    assert CANARY in bought.text()

    erased(bought, customer)

    assert CANARY not in bought.text()


def test_an_unreadable_order_of_somebody_who_comes_back_is_kept(bought: Any) -> None:
    """It may be a new one, and nothing is lost."""
    erased(bought, customer_of(bought))
    bought.pass_time(hours=1)
    bought.sell(bought.etsy, "3", 1, buyer=CANARY)
    bought.etsy.post("3", f'{{"note": "{CANARY}"')
    bought.etsy._log.remove("3")
    bought.shop.sync()

    assert CANARY in bought.text()
    assert "etsy/3" in [PAYLOADS.key(raw) for raw in bought.kept(PAYLOADS)]


def test_a_person_with_an_id_of_the_host_is_recognised_too(bought: Any) -> None:
    """A customer that the host has put is known by their accounts after an erasure."""
    ada = put(
        bought,
        Customer(
            id=CustomerId("c-1"),
            identities=[Identity(channel=ChannelId("corner"), external_id=CANARY)],
        ),
    )
    erased(bought, ada.id)
    bought.corner.sell(
        "1", [bought.sold(1)], placed_at=bought.clock.now() - timedelta(days=1), buyer=CANARY
    )
    bought.shop.sync()

    assert bought.kept(CLAIMS)[0].claim.buyer is None
    assert buyer_id(ChannelId("corner"), CANARY) in [one.id for one in bought.kept(ALIASES)]


# -- merged customers -----------------------------------------------------------------------------


def verified(world: Any, name: CustomerId, email: str = "ada@example.org") -> Any:
    """Give a customer of the books a verified email address."""
    [known] = [one for one in world.kept(CUSTOMERS) if one.id == name]
    contact = Contact(email=EmailAddress.parse(email), email_verification=Verification.VERIFIED)
    return put(world, attrs.evolve(known, contact=contact))


@pytest.fixture
def merged(bought: Any) -> Any:
    """Return a world in which the canary has bought on both channels, and is one customer."""
    bought.sell(bought.corner, "1", 1, buyer=f"{CANARY}-corner")
    shipped(bought)
    ids = [customer_of(bought), customer_of(bought, "corner/1")]
    for name in ids:
        verified(bought, name)
    with bought.store.inner.transaction() as tx:
        outcome = merge_customers(tx, ids, now=bought.clock.now())
    assert isinstance(outcome, Merged)
    return bought


def test_merged_customers_are_one_whatever_id_is_named(merged: Any) -> None:
    """Orders keep the ids they were placed under, and each id leads to the one customer."""
    assert len(merged.kept(CUSTOMERS)) == 2, "the merged one, and grace"

    merged.sell(merged.corner, "2", 1, buyer=f"{CANARY}-corner")
    merged.shop.sync()

    assert len(merged.kept(CUSTOMERS)) == 2, "a known account makes nobody new"
    assert customer_of(merged, "corner/2") == customer_of(merged, "corner/1")


def test_erasing_a_merged_customer_reaches_all_they_were(merged: Any) -> None:
    """Orders, payloads and claims of both accounts, and the way back."""
    report = erased(merged, customer_of(merged, "corner/1"))

    assert CANARY not in merged.text()
    assert "ada@example.org" not in merged.text()
    assert merged.kept(MERGES) == ()
    assert report.is_complete
    assert "merge undo: 1 deleted" in report.explain()

    merged.corner.send_back("1", {merged.line: 1})
    merged.shop.sync()

    assert CANARY not in merged.text()


def test_a_wish_outlives_a_merge_and_is_fulfilled_once(bought: Any) -> None:
    """It was kept under the id of one part, and is that of the whole."""
    bought.sell(bought.corner, "1", 1, buyer=f"{CANARY}-corner")
    bought.shop.sync()
    ids = [customer_of(bought), customer_of(bought, "corner/1")]
    for name in ids:
        verified(bought, name)

    assert not erased(bought, ids[1]).is_complete

    with bought.store.inner.transaction() as tx:
        merge_customers(tx, ids, now=bought.clock.now())

    assert not erased(bought, ids[1]).is_complete

    shipped(bought)

    assert len(bought.kept(MERGES)) == 1

    assert len(retained(bought).persons) == 1
    assert retained(bought).persons == ()
    assert CANARY not in bought.text()


def test_erasing_reaches_through_merges_on_merges(merged: Any) -> None:
    """Whoever was merged into one who was merged later is the same person."""
    third = put(merged, Customer(id=CustomerId("c-3"), name="Mary Somerville"))
    verified(merged, third.id)
    first, second = customer_of(merged), customer_of(merged, "corner/1")
    with merged.store.inner.transaction() as tx:
        assert isinstance(merge_customers(tx, [third.id, first], now=merged.clock.now()), Merged)
    erased(merged, second)

    assert merged.kept(MERGES) == ()
    assert CANARY not in merged.text()
    assert "Somerville" not in merged.text()


def test_what_a_law_kept_of_a_merged_customer_is_found_when_it_may_go(merged: Any) -> None:
    """The accounts are forgotten by then; the ids that they led to are not."""
    rules = [rule(HoldingKind.PAYLOAD, ground=RetentionGround.LEGAL_CLAIMS)]
    customer = customer_of(merged)
    erased(merged, customer, rules=rules)
    with merged.store.inner.transaction() as tx:
        # An old order that was forgotten, of which the payload alone tells.
        tx.delete(ORDERS, ["corner/1"])

    assert f"{CANARY}-corner" in merged.text()

    merged.pass_time(days=31)
    erased(merged, customer, rules=rules)

    assert CANARY not in merged.text()


def test_a_merge_undone_gives_back_the_same_customers(merged: Any) -> None:
    """Each has their own account again, and buys under it."""
    ids = [customer_of(merged), customer_of(merged, "corner/1")]
    with merged.store.inner.transaction() as tx:
        outcome = split_customer(tx, ids[1])

    assert isinstance(outcome, Split)
    assert {one.id for one in merged.kept(CUSTOMERS)} >= set(ids)
    assert (merged.kept(MERGES), merged.kept(ALIASES)) == ((), ())

    erased(merged, ids[0])

    assert f"{CANARY}-corner" in merged.text()


def test_merges_on_merges_are_undone_one_by_one(merged: Any) -> None:
    """The newest first; whoever was merged into the other before goes back with them."""
    first = customer_of(merged)
    again = customer_of(merged, "corner/1")
    third = put(merged, Customer(id=CustomerId("c-3")))
    verified(merged, third.id)
    with merged.store.inner.transaction() as tx:
        assert isinstance(merge_customers(tx, [third.id, first], now=merged.clock.now()), Merged)
        names = {alias.id: alias.customer for alias in tx.scan(ALIASES)}

        assert names == {first: third.id, again: third.id}
        assert isinstance(split_customer(tx, again), Split)
        assert {alias.id: alias.customer for alias in tx.scan(ALIASES)} == {again: first}
        assert isinstance(split_customer(tx, again), Split)
        assert tx.scan(ALIASES) == ()
        with pytest.raises(NotMergedError):
            split_customer(tx, first)


def test_merges_into_one_customer_are_undone_newest_first(merged: Any) -> None:
    """Each keeps a way back of its own."""
    first = customer_of(merged)
    third = put(merged, Customer(id=CustomerId("c-3")))
    verified(merged, third.id)
    before = merged.text()
    with merged.store.inner.transaction() as tx:
        assert isinstance(merge_customers(tx, [first, third.id], now=merged.clock.now()), Merged)
        assert [kept.number for kept in tx.scan(MERGES, index=first)] == [1, 2]
        assert isinstance(split_customer(tx, first), Split)

    assert merged.text() == before


def test_a_refused_merge_or_split_writes_nothing(merged: Any) -> None:
    """Strangers stay apart, and what came since a merge could be either one's."""
    first, stranger = customer_of(merged), customer_of(merged, "etsy/2")
    [kept] = [one for one in merged.kept(CUSTOMERS) if one.id == first]
    put(merged, attrs.evolve(kept, name="Ada"))
    text = merged.text()
    with merged.store.inner.transaction() as tx:
        strangers = merge_customers(tx, [first, stranger], now=merged.clock.now())
        unclear = split_customer(tx, first)

    assert isinstance(strangers, MergeRefused)
    assert isinstance(unclear, SplitRefused)
    assert merged.text() == text


# -- access ---------------------------------------------------------------------------------------


def test_an_export_has_all_that_an_erasure_would_take(merged: Any) -> None:
    """Every text of the person that stands in the books stands in it, and nobody else's."""
    merged.etsy.post("1", f'{{"note": "{CANARY}", "torn')
    merged.shop.sync()
    refund_pending(merged, "kind")
    mail = SubjectRecord(kind=HoldingKind.MESSAGE, reference="mail-7", content="Dear shop")
    text, customer = merged.text(), customer_of(merged, "corner/1")
    with merged.store.inner.snapshot() as tx:
        export = export_customer(
            tx,
            customer,
            records=[mail],
            recipients=["a carrier"],
            now=merged.clock.now(),
        )
    document = json.loads(export.as_json())

    assert merged.text() == text, "an export writes nothing"
    assert {kind: len(records) for kind, records in document["records"].items()} == {
        "order": 2,
        "claim": 2,
        "payload": 2,
        "quarantine": 1,
        "message": 2,
        "merge undo": 1,
    }
    assert "ada@example.org" in export.as_json()
    assert f"{CANARY}-corner" in export.as_json()
    assert "Dear shop" in export.as_json()
    assert "grace" not in export.as_json()
    assert CANARY not in repr(export) + export.explain()


def test_an_export_of_nobody_is_refused(world: Any) -> None:
    """A wrong id must not pass for an answer."""
    with world.store.inner.snapshot() as tx, pytest.raises(UnknownCustomerError):
        export_customer(tx, CustomerId("nobody"), now=world.clock.now())


# -- retention ------------------------------------------------------------------------------------


def test_payloads_go_when_their_rule_ends_and_not_before(bought: Any) -> None:
    """The day before nothing goes; on the day all that is old enough does, and no other book."""
    others = [line for line in bought.text().splitlines() if not line.startswith("payload")]
    bought.pass_time(days=29)

    assert retained(bought, rule(HoldingKind.PAYLOAD)).kept == 2

    bought.pass_time(days=2)
    report = retained(bought, rule(HoldingKind.PAYLOAD))

    assert dict(report.gone) == {HoldingKind.PAYLOAD: 2}
    assert bought.kept(PAYLOADS) == ()
    assert [line for line in others if line not in bought.text()] == []
    assert "payload: 2 went" in report.explain()
    assert "no rule for: claim" in report.explain()


def test_a_payload_that_waits_in_quarantine_goes_with_it(bought: Any) -> None:
    """Nothing is lost before somebody has decided, or its own rule ends."""
    bought.etsy.post("9", "{")
    bought.shop.sync()
    bought.pass_time(days=31)
    retained(bought, rule(HoldingKind.PAYLOAD))

    assert [PAYLOADS.key(raw) for raw in bought.kept(PAYLOADS)] == ["etsy/9"]

    report = retained(bought, rule(HoldingKind.QUARANTINE))

    assert bought.kept(PAYLOADS) == ()
    assert bought.shop.quarantined()[0].faults == (ERASED,)
    assert dict(report.gone)[HoldingKind.QUARANTINE] == 2
    assert dict(retained(bought, rule(HoldingKind.QUARANTINE)).gone) == {HoldingKind.QUARANTINE: 0}


def test_claims_orders_and_returns_lose_the_person_and_keep_the_rest(bought: Any) -> None:
    """Their figures stay for good; who is not due keeps their name."""
    put(
        bought,
        attrs.evolve(
            next(one for one in bought.kept(CUSTOMERS) if one.id == customer_of(bought)),
            name="Ada Lovelace",
        ),
    )
    order = bought.shop.order("etsy/1")
    [line] = order.lines
    with bought.store.inner.transaction() as tx:
        tx.put(ORDERS, [attrs.evolve(order, lines=[attrs.evolve(line, title="For Ada Lovelace")])])
    bought.pass_time(days=31)
    rules = [rule(kind) for kind in (HoldingKind.CLAIM, HoldingKind.ORDER, HoldingKind.RETURN)]
    report = retained(bought, *rules)

    assert dict(report.gone) == {
        HoldingKind.CLAIM: 2,
        HoldingKind.ORDER: 1,
        HoldingKind.RETURN: 0,
    }
    assert [kept.claim.buyer for kept in bought.kept(CLAIMS)] == [None, None]
    assert bought.shop.order("etsy/1").lines[0].title == ERASED
    assert bought.shop.order("etsy/1").totals == order.totals


def test_what_is_under_way_is_never_due(world: Any) -> None:
    """An order that was not shipped keeps its claim and its customer, however old it is."""
    world.sell(world.etsy, "1", 2, buyer=CANARY)
    world.shop.sync()
    world.pass_time(days=4_000)
    report = retained(world, rule(HoldingKind.CLAIM), rule(HoldingKind.CUSTOMER))

    assert dict(report.gone) == {HoldingKind.CLAIM: 0}
    assert report.persons == ()
    assert world.kept(CUSTOMERS)[0].erased_at is None


def test_customers_go_when_they_have_not_ordered_for_long_enough(bought: Any) -> None:
    """The last order, or the last consent, is what counts; of others nothing is known."""
    bought.pass_time(days=20)
    bought.sell(bought.etsy, "3", 1, buyer="grace")
    shipped(bought)
    consent = ConsentRecord(
        purpose="newsletter",
        basis=LawfulBasis.CONSENT,
        source="form",
        given_at=bought.clock.now(),
    )
    put(bought, Customer(id=CustomerId("c-8"), consents=[consent]))
    put(bought, Customer(id=CustomerId("c-9"), name="Nobody knows since when"))
    bought.pass_time(days=11)
    report = retained(bought, rule(HoldingKind.CUSTOMER))

    assert [one.plan.customer for one in report.persons] == [customer_of(bought)]
    assert CANARY not in bought.text()
    assert "grace" in bought.text()

    bought.pass_time(days=20)
    report = retained(bought, rule(HoldingKind.CUSTOMER))

    assert {one.plan.customer for one in report.persons} == {
        customer_of(bought, "etsy/2"),
        CustomerId("c-8"),
    }
    assert "Nobody knows since when" in bought.text()
    assert retained(bought, rule(HoldingKind.CUSTOMER)).persons == ()


@pytest.mark.parametrize("kind", [HoldingKind.CUSTOMER, HoldingKind.PAYLOAD])
def test_what_changed_since_it_was_looked_at_is_looked_at_again(kind: HoldingKind) -> None:
    """Somebody who comes back while the run is under way is not erased, nor is what is new."""
    store = MemoryStore()
    name = CustomerId("c-1")

    def agreed(days: int) -> Customer:
        consent = ConsentRecord(
            purpose="newsletter",
            basis=LawfulBasis.CONSENT,
            source="form",
            given_at=NOON + timedelta(days=days),
        )
        return Customer(id=name, name="Ada Lovelace", consents=[consent])

    def kept(days: int) -> KeptPayload:
        payload = Payload(channel=ChannelId("etsy"), object_id="1", text="{}")
        return KeptPayload(payload=payload, at=NOON + timedelta(days=days))

    with store.transaction() as tx:
        tx.put(CUSTOMERS, [agreed(0)])
        tx.put(PAYLOADS, [kept(0)])
    plain = store.transaction

    @contextmanager
    def overtaken() -> Any:
        with plain() as tx:
            tx.put(CUSTOMERS, [agreed(40)])
            tx.put(PAYLOADS, [kept(40)])
            yield tx

    store.transaction = overtaken  # type: ignore[method-assign]  # overtaken
    report = apply_retention(store, rules=[rule(kind)], now=NOON + timedelta(days=41))

    assert report.persons == ()
    assert sum(dict(report.gone).values()) == 0
    with store.snapshot() as tx:
        assert tx.get(CUSTOMERS, name) == agreed(40)
        assert tx.scan(PAYLOADS) == (kept(40),)


def test_ways_back_of_merges_go_when_their_rule_ends(merged: Any) -> None:
    """After that nobody can be told apart again."""
    merged.pass_time(days=31)
    report = retained(merged, rule(HoldingKind.MERGE_UNDO))

    assert dict(report.gone) == {HoldingKind.MERGE_UNDO: 1}
    assert merged.kept(MERGES) == ()


def test_many_entries_go_page_by_page(world: Any) -> None:
    """More than fit into one page are all reached."""
    for number in range(450):
        world.etsy.post(f"{number:04}", "{")
    world.shop.sync()
    world.pass_time(days=31)
    report = retained(world, rule(HoldingKind.QUARANTINE))

    assert dict(report.gone) == {HoldingKind.QUARANTINE: 900}
    assert world.kept(PAYLOADS) == ()


# -- the wipe -------------------------------------------------------------------------------------


class Stubborn(MemoryStore):
    """A store whose wipe does not always work."""

    def __init__(self) -> None:
        super().__init__()
        self.wipes = 0
        self.trouble: list[Any] = []

    def wipe(self) -> None:
        """Wipe, or fail, or be overtaken."""
        self.wipes += 1
        if self.trouble:
            raise self.trouble.pop()


def person_in(store: Any, name: str = "c-1") -> CustomerId:
    """Put a person into the books of a store."""
    with store.transaction() as tx:
        tx.put(CUSTOMERS, [Customer(id=CustomerId(name), name="Ada Lovelace")])
    return CustomerId(name)


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_erasure_is_wiped_after_it_has_committed() -> None:
    """Once; where nothing was erased since, nothing is wiped."""
    store = Stubborn()
    name = person_in(store)
    report = erase_and_wipe(store, name, now=NOON)

    assert report.wiped.state is WipeState.DONE
    assert (store.wipes, erase_and_wipe(store, name, now=NOON).wiped.state) == (1, WipeState.DONE)
    assert store.wipes == 1


def test_what_retention_deletes_is_wiped() -> None:
    """Whoever it was of; a run in which nothing went wipes nothing."""
    store = Stubborn()
    payload = Payload(channel=ChannelId("etsy"), object_id="1", text="{}")
    with store.transaction() as tx:
        tx.put(PAYLOADS, [KeptPayload(payload=payload, at=NOON)])
    rules = [rule(HoldingKind.PAYLOAD)]
    for days, wipes in ((29, 0), (31, 1), (32, 1)):
        apply_retention(store, rules=rules, now=NOON + timedelta(days=days))

        assert store.wipes == wipes


@pytest.mark.parametrize(
    "trouble", [StoreBusyError(waited_seconds=30), StoreFailedError(why="the disk is full")]
)
def test_a_wipe_that_fails_is_reported_and_made_up_for(trouble: Any) -> None:
    """The erasure stands, the report says so, and the next run wipes."""
    store = Stubborn()
    store.trouble = [trouble]
    report = erase_and_wipe(store, person_in(store), now=NOON)

    assert report.is_complete
    assert report.wiped.state is WipeState.DUE
    assert str(trouble) in report.explain()

    assert apply_retention(store, rules=[], now=NOON).wiped.state is WipeState.DONE
    assert store.wipes == 2


def test_an_erasure_that_commits_during_a_wipe_is_wiped_by_the_next_one() -> None:
    """The wipe that was under way may have passed its pages already."""
    store = Stubborn()
    erased_first, erased_meanwhile = person_in(store), person_in(store, "c-2")
    plain = store.wipe

    def wipe() -> None:
        plain()
        if store.wipes == 1:
            with store.transaction() as tx:
                erase_customer(tx, erased_meanwhile, now=NOON)

    store.wipe = wipe  # type: ignore[method-assign]  # overtaken
    erase_and_wipe(store, erased_first, now=NOON)

    assert wipe_deleted(store).state is WipeState.DONE
    assert store.wipes == 2
    assert wipe_deleted(store).state is WipeState.DONE
    assert store.wipes == 2


def test_a_crash_between_the_erasure_and_the_wipe_is_made_up_for(world_class: Any) -> None:
    """What is to be wiped is written down with the erasure."""
    store = Stubborn()
    store.trouble = [KeyboardInterrupt()]
    name = person_in(store)
    with pytest.raises(KeyboardInterrupt):
        erase_and_wipe(store, name, now=NOON)

    with store.snapshot() as tx:
        assert [due.since for due in tx.scan(WIPES)] == [NOON]

    wipe_deleted(store)

    assert store.wipes == 2
    with store.snapshot() as tx:
        assert tx.scan(WIPES) == ()


def test_a_store_that_cannot_wipe_says_so() -> None:
    """The erasure stands; whoever keeps the books has to look after their files."""

    class Plain:
        """A store of somebody else's."""

        def __init__(self) -> None:
            self._store = MemoryStore()
            self.transaction = self._store.transaction
            self.snapshot = self._store.snapshot

    store: Any = Plain()

    assert erase_and_wipe(store, person_in(store), now=NOON).wiped.state is WipeState.IMPOSSIBLE


def test_a_note_in_a_transaction_that_is_undone_is_gone() -> None:
    """What was not deleted needs no wipe."""
    store = Stubborn()
    with suppress(ZeroDivisionError), store.transaction() as tx:
        note_wipe(tx, now=NOON)
        raise ZeroDivisionError

    assert wipe_deleted(store).state is WipeState.DONE
    assert store.wipes == 0


# -- words ----------------------------------------------------------------------------------------

ADA = Customer(
    id=CustomerId("c-1"),
    name="Ada Lovelace",
    identities=[Identity(channel=ChannelId("etsy"), external_id="86753")],
    contact=Contact(
        email=EmailAddress.parse("Ada@example.org"),
        phone=PhoneNumber(raw="01 23 45 67 89", e164=E164.parse("+33123456789")),
    ),
    addresses=[Address(recipient="A. King", lines=["12 St James's Square", "7"], country="GB")],
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a mail to ADA@EXAMPLE.ORG", True),
        ("call 33123456789", True),
        ("call 01 23 45 67 89", True),
        ("ada", True),
        ("Adapter, black", False),
        ("for Lovelace", True),
        ("12 st james's square", True),
        ("order 86753", False),
        ("7 pieces", False),
        ("Option A", False),
        ("", False),
    ],
)
def test_which_texts_quote_a_person(text: str, expected: Any) -> None:
    """Whole words in any case; no lone letters, and no short numbers that may count anything."""
    assert quotes(text, words_of([ADA])) is expected


@pytest.mark.parametrize("word", ["李", "Zoë", "Ωμέγα", "😀😀", "Ödön"])
def test_a_name_is_found_as_json_writes_it(word: str) -> None:
    """Escaped letters are letters."""
    text = json.dumps({"name": f"x{word}y"})

    assert "\\u" in text
    assert quotes(text, {folded(word)})
    assert not quotes(json.dumps({"name": "Éva"}), {folded(word)})


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Işıl Şahin", "IŞIL ŞAHIN"),
        ("Straße", "STRASSE"),
        ("Zoe\u0308", "ZOË"),
        ("Zoë", "zoe\u0308"),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ"),
        ("ﬁona", "FIONA"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, written: str) -> None:
    """In capitals, with accents apart, with letters drawn together."""
    assert quotes(f"for {written}!", {folded(name)})


def test_a_number_as_it_was_given_is_theirs_too() -> None:
    """Nobody may ever have put it into another form."""
    given = Contact(phone=PhoneNumber(raw="01 23 45 67 89"))
    person = attrs.evolve(ADA, contact=given)

    assert quotes("call 01 23 45 67 89", words_of([person]))
    assert quotes("call 01 23 45 67 89", marks_of([person]))
    assert not quotes("call Ada Lovelace", marks_of([person]))
    assert not quotes("order 86753", marks_of([person])), "a short number may be anything else"


def test_a_value_without_a_person_is_returned_itself(bought: Any) -> None:
    """Nothing is made anew for nothing, and ids stay whatever they say."""
    order, claim = bought.shop.order("etsy/1"), bought.kept(CLAIMS)[0].claim
    numbered = attrs.evolve(claim, number="canary")

    assert stripped(order, frozenset({"etsy/1", "elephant"})) is order
    assert stripped(numbered, frozenset({"canary"})).order_id == "etsy/canary"


def test_the_books_of_others_are_not_read(bought: Any) -> None:
    """Orders and claims are found by who placed them: what an erasure costs does not grow."""
    asked: list[str] = []

    class Watched:
        """Notes which collections are read as a whole."""

        def __init__(self, tx: Any) -> None:
            self._tx = tx

        def __getattr__(self, name: str) -> Any:
            return getattr(self._tx, name)

        def scan(self, collection: Any, **options: Any) -> Any:
            if options.get("index") is None:
                asked.append(collection.name)
            return self._tx.scan(collection, **options)

    customer = customer_of(bought)
    with bought.store.inner.transaction() as tx:
        watched: Any = Watched(tx)
        erase_customer(watched, customer, now=bought.clock.now())

    assert sorted(set(asked)) == ["effect", "quarantine"]


def test_an_order_of_our_own_shop_is_its_customers(world: Any) -> None:
    """Who has placed an order is noted with it, on whatever way it came."""
    order = attrs.evolve(world.own_order(), customer=CustomerId("c-1"))
    world.shop.place(order)
    world.shop.fulfil()

    assert [placed.order for placed in world.kept(CUSTOMER_ORDERS, index="c-1")] == ["shop/1"]
    assert world.shop.order("shop/1").counts(world.line).shipped == 1
    assert LineEventKind.SHIPPED in [event.kind for event in world.shop.order("shop/1").events]
