"""Values to text and back: every collection, every type of field."""

import sys
import threading
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.channels import (
    Cursor,
    Disagreement,
    DisagreementKind,
    Fulfilment,
    LineUnits,
    Payload,
    Refund,
    contradictions,
    told_before,
)
from ecomkit.customers import MergeUndo
from ecomkit.identifiers import (
    ChannelId,
    ClaimId,
    CommandKey,
    Identifier,
    LineId,
    ListingId,
    LotId,
    OrderId,
    ReturnId,
    Sku,
)
from ecomkit.money import Currency, Money
from ecomkit.operations._adoption import CHANNELS, LISTINGS, AdoptedListing, ChannelState
from ecomkit.operations._alerts import ALERT_NEWS, ALERTS
from ecomkit.operations._customers import (
    ALIASES,
    CUSTOMER_ORDERS,
    CUSTOMERS,
    Alias,
    CustomerOrder,
)
from ecomkit.operations._demand import DEMAND, DEMAND_BY_CHANNEL, DemandHistory
from ecomkit.operations._drift_memory import SEEN, SeenStock
from ecomkit.operations._edits import EDITS
from ecomkit.operations._effects import EFFECTS, EffectState, PendingEffect
from ecomkit.operations._erasure import WISHES, ErasureWish
from ecomkit.operations._leases import LEASES, Lease
from ecomkit.operations._merging import MERGES, KeptMerge
from ecomkit.operations._orders import CLAIMS, ORDERS, KeptClaim
from ecomkit.operations._picking import LOTS, PICKS, PickReport
from ecomkit.operations._publication import INTENTS, Intent, IntentState
from ecomkit.operations._quarantine import (
    PAYLOADS,
    QUARANTINE,
    KeptPayload,
    Quarantined,
    QuarantineState,
)
from ecomkit.operations._receiving import PURCHASES
from ecomkit.operations._refunds import REFUNDS, RefundPart, RefundPartState
from ecomkit.operations._return_books import BUYER_CLAIMS, OPEN_RETURNS, RETURNS, OpenReturn
from ecomkit.operations._snoozes import SNOOZES, KeptSnooze
from ecomkit.operations._wiping import WIPES, WipeDue
from ecomkit.orders import AddLine, CancelUnits, EditState, OrderEdit, Tender, TenderKind
from ecomkit.ports import Collection, KeptOutcome
from ecomkit.replenishment import Severity, Snooze
from ecomkit.replenishment.alerts import (
    Alert,
    AlertEvent,
    AlertKind,
    AlertState,
    AlertTransition,
    Condition,
    Side,
)
from ecomkit.returns import Claim, ClaimDecision, ClaimedUnits, ClaimKind, ClaimOutcome
from ecomkit.stock.lots import Lot, LotStatus
from ecomkit.stores._codec import dumps, instant_text, loads
from ecomkit.testing.strategies import (
    amounts,
    channel_claims,
    channel_ids,
    command_keys,
    contradictory_claims,
    currencies,
    customer_ids,
    customers,
    identifiers,
    instants,
    ledgers,
    line_ids,
    listing_ids,
    order_ids,
    orders,
    purchase_orders,
    return_ids,
    returns,
    skus,
    wants,
)
from ecomkit.timeline import InstantRangeError, utc

UNITS = st.integers(1, 10**6)
WHOLE = st.integers(0, 2**61)
TEXTS = st.text(max_size=20)
# A fold says nothing in UTC, and is not kept.
MOMENTS = instants().map(lambda moment: utc(moment).replace(fold=0))

disagreements = st.builds(
    Disagreement,
    currency=st.none() | currencies(),
    note=TEXTS,
    line=line_ids(),
    kind=st.sampled_from(DisagreementKind),
    ours=WHOLE,
    theirs=WHOLE,
)
effects = st.one_of(
    st.builds(
        Fulfilment,
        key=command_keys(),
        number=TEXTS,
        lines=st.lists(
            st.builds(LineUnits, line=line_ids(), quantity=st.integers(1, 9)), max_size=3
        ),
        shipped_at=MOMENTS,
        carrier=st.none() | TEXTS,
        tracking=st.none() | TEXTS,
    ),
    st.builds(Refund, key=command_keys(), number=TEXTS, amount=amounts(), reason=TEXTS),
)
outcomes = ledgers(min_size=1).map(lambda ledger: ledger.steps[-1].outcome)


snoozes = st.builds(Snooze, until=st.dates(), reason=TEXTS, severity=st.sampled_from(Severity))
conditions = st.builds(
    Condition,
    kind=st.sampled_from(AlertKind),
    subject=st.text(min_size=1, max_size=20),
    side=st.just(Side.BELOW),
    measured=st.floats(-100, 100),
    raise_at=st.floats(-50, 0),
    clear_at=st.floats(0, 50),
    worse_at=st.just((-60.0, -70.0)),
    words=TEXTS,
    at_risk=st.none() | amounts(),
    tied_up=st.none() | amounts(),
    days=st.none() | st.floats(-9, 9),
)
alerts = st.builds(
    Alert,
    condition=conditions,
    state=st.sampled_from([state for state in AlertState if state is not AlertState.SNOOZED]),
    raised_at=MOMENTS,
    seen_at=MOMENTS,
    grade=st.integers(0, 3),
    news=st.integers(1, 9),
    note=TEXTS,
) | st.builds(
    Alert,
    condition=conditions,
    state=st.just(AlertState.SNOOZED),
    raised_at=MOMENTS,
    seen_at=MOMENTS,
    snoozed_until=st.dates(),
)


VALUES: list[tuple[Collection[Any], st.SearchStrategy[Any]]] = [
    (ORDERS, orders()),
    (
        CLAIMS,
        st.builds(
            KeptClaim,
            claim=channel_claims() | contradictory_claims(),
            digest=TEXTS,
            disagreements=st.lists(disagreements, max_size=2).map(tuple),
            contradictions=contradictory_claims().map(contradictions),
            told=st.builds(told_before, contradictory_claims(), earlier=contradictory_claims()),
        ),
    ),
    (CUSTOMERS, customers()),
    (PURCHASES, purchase_orders()),
    (
        DEMAND,
        st.builds(
            DemandHistory,
            sku=skus(),
            first_day=st.dates(),
            units=st.lists(st.integers(-9, 9), max_size=9),
        ),
    ),
    (
        DEMAND_BY_CHANNEL,
        st.builds(
            DemandHistory,
            sku=skus(),
            first_day=st.dates(),
            units=st.lists(st.integers(-9, 9), max_size=9),
            channel=channel_ids(),
        ),
    ),
    (SNOOZES, st.builds(KeptSnooze, sku=skus(), snooze=snoozes)),
    (ALERTS, alerts),
    (
        ALERT_NEWS,
        st.builds(AlertTransition, alert=alerts, event=st.sampled_from(AlertEvent), at=MOMENTS),
    ),
    (
        EFFECTS,
        st.builds(
            PendingEffect,
            channel=channel_ids(),
            effect=effects,
            state=st.sampled_from(EffectState),
            reason=TEXTS,
        ),
    ),
    (
        REFUNDS,
        st.builds(
            RefundPart,
            key=command_keys(),
            refund=command_keys(),
            order=order_ids(),
            tender=st.builds(Tender, kind=st.sampled_from(TenderKind), name=TEXTS),
            amount=amounts(),
            at=MOMENTS,
            reason=TEXTS,
            bonus=st.none() | amounts(),
            state=st.sampled_from(RefundPartState),
            note=TEXTS,
        ),
    ),
    (
        LEASES,
        st.builds(
            Lease,
            name=st.text(min_size=1),
            holder=TEXTS,
            fence=st.integers(1, 2**62 - 1),
            until=MOMENTS,
        ),
    ),
    (
        LOTS,
        st.builds(
            Lot,
            id=st.just(LotId("L 1")),
            sku=skus(),
            received_at=MOMENTS,
            expires_on=st.none() | st.dates(),
            status=st.sampled_from(LotStatus),
        ),
    ),
    (
        PICKS,
        st.builds(
            PickReport,
            key=command_keys(),
            order=order_ids(),
            picked=st.lists(wants(skus=skus()), max_size=2),
            missing=st.lists(wants(skus=skus()), max_size=2),
            reasons=st.lists(TEXTS, max_size=2),
        ),
    ),
    (
        SEEN,
        st.builds(
            SeenStock,
            channel=channel_ids(),
            listing=listing_ids(),
            quantity=WHOLE,
            since=MOMENTS,
        ),
    ),
    (
        Collection(name="answer", type=KeptOutcome, key=lambda kept: kept.key),
        st.builds(
            KeptOutcome,
            key=command_keys(),
            fingerprint=TEXTS,
            outcome=st.none() | outcomes,
            at=MOMENTS,
        ),
    ),
    (CUSTOMER_ORDERS, st.builds(CustomerOrder, customer=customer_ids(), order=order_ids())),
    (ALIASES, st.builds(Alias, id=customer_ids(), customer=customer_ids())),
    (WISHES, st.builds(ErasureWish, customer=customer_ids(), asked_at=MOMENTS)),
    (WIPES, st.builds(WipeDue, name=TEXTS, since=MOMENTS, deletions=WHOLE)),
    (
        MERGES,
        st.builds(
            KeptMerge,
            customer=customer_ids(),
            number=st.integers(1, 9),
            undo=st.builds(MergeUndo, originals=st.lists(customers(), min_size=2, max_size=3)),
            at=MOMENTS,
        ),
    ),
    (
        LISTINGS,
        st.builds(
            AdoptedListing,
            channel=channel_ids(),
            listing=listing_ids(),
            sku=skus(),
            shown=st.none() | WHOLE,
        ),
    ),
    (
        CHANNELS,
        st.builds(
            ChannelState,
            channel=channel_ids(),
            adopted_at=MOMENTS,
            cursor=st.none() | st.builds(Cursor, TEXTS),
        ),
    ),
    (
        INTENTS,
        st.builds(
            Intent,
            channel=channel_ids(),
            listing=listing_ids(),
            quantity=WHOLE,
            expected=st.none() | WHOLE,
            state=st.sampled_from(IntentState),
            reason=TEXTS,
        ),
    ),
    (
        QUARANTINE,
        st.builds(
            Quarantined,
            channel=channel_ids(),
            object_id=TEXTS,
            faults=st.lists(TEXTS, max_size=3),
            at=MOMENTS,
            state=st.sampled_from(QuarantineState),
            reason=TEXTS,
        ),
    ),
    (
        PAYLOADS,
        st.builds(
            KeptPayload,
            payload=st.builds(
                Payload,
                channel=channel_ids(),
                object_id=TEXTS,
                text=TEXTS,
                subject=st.none() | TEXTS,
            ),
            at=MOMENTS,
        ),
    ),
    (RETURNS, returns()),
    (
        OPEN_RETURNS,
        st.builds(OpenReturn, id=return_ids(), order=order_ids(), since=MOMENTS),
    ),
    (
        BUYER_CLAIMS,
        st.builds(
            Claim,
            id=identifiers(ClaimId),
            order=order_ids(),
            at=MOMENTS,
            lines=st.lists(
                st.builds(
                    ClaimedUnits,
                    line=line_ids(),
                    quantity=UNITS,
                    kind=st.sampled_from(ClaimKind),
                ),
                min_size=1,
                max_size=3,
                unique_by=lambda line: (line.line, line.kind),
            ),
            decisions=st.lists(
                st.builds(
                    ClaimDecision,
                    outcome=st.sampled_from(ClaimOutcome),
                    at=MOMENTS,
                    by=TEXTS,
                    reason=TEXTS.filter(bool),
                    kept=st.lists(st.tuples(line_ids(), UNITS), max_size=2),
                    returned=st.none() | return_ids(),
                ),
                max_size=1,
            ),
        ),
    ),
    (
        EDITS,
        orders().flatmap(
            lambda order: st.builds(
                OrderEdit,
                key=command_keys(),
                order=st.just(order.id),
                version=WHOLE,
                changes=st.lists(
                    st.one_of(
                        st.builds(
                            AddLine,
                            line=st.sampled_from(order.lines),
                            charges=st.just(order.charges),
                        ),
                        st.builds(CancelUnits, line=line_ids(), quantity=UNITS, reason=TEXTS),
                        *([st.sampled_from(order.adjustments)] if order.adjustments else []),
                    ),
                    min_size=1,
                    max_size=3,
                ),
                requested_at=MOMENTS,
                by=TEXTS,
                reason=TEXTS,
                state=st.sampled_from(EditState),
            )
        ),
    ),
]


@pytest.mark.parametrize(
    ("collection", "values"), VALUES, ids=[collection.name for collection, _ in VALUES]
)
def test_every_collection_survives(
    collection: Collection[Any], values: st.SearchStrategy[Any]
) -> None:
    """What is saved comes back equal and of the same types; saved again it is the same text."""

    @given(values)
    @settings(max_examples=40, deadline=None)
    def law(value: Any) -> None:
        text = dumps(value, collection.type)
        back = loads(text, collection.type)

        assert value == back
        assert repr(value) == repr(back)
        assert collection.key(value) == collection.key(back)
        assert collection.index(value) == collection.index(back)
        assert text == dumps(back, collection.type)

    law()


def test_no_collection_is_forgotten() -> None:
    """Each collection of the operations is in the list above, under a name of its own."""
    import ecomkit.operations  # noqa: PLC0415

    declared = {
        item.name
        for name, module in sys.modules.items()
        if name.startswith("ecomkit.operations.")
        for item in vars(module).values()
        if isinstance(item, Collection)
    }
    names = [collection.name for collection, _ in VALUES if collection.name != "answer"]

    assert ecomkit.operations
    assert declared == set(names)
    assert len(set(names)) == len(names)


# -- types of fields ------------------------------------------------------------------------------


class Colour(Enum):
    """An enum whose values JSON could not carry."""

    GREY = (128, 128, 128)
    PINK = (255, 192, 203)


@attrs.frozen(kw_only=True)
class Circle:
    """One of two shapes, with a field that is called as a tag might be."""

    radius: Decimal
    type: str = "round"


@attrs.frozen(kw_only=True)
class Square:
    """The other shape."""

    side: int


@attrs.frozen(kw_only=True)
class Branch:
    """Refers to itself."""

    name: str
    branches: tuple["Branch", ...] = ()


@attrs.frozen(kw_only=True)
class Everything:
    """A field of each type that values may have."""

    text: str
    whole: int
    flag: bool
    share: float
    exact: Decimal
    ratio: Fraction
    at: datetime
    day: date
    hour: time
    colour: Colour
    sku: Sku
    price: Money
    shape: Circle | Square
    maybe: Square | None
    either: Circle | Square | None
    texts: tuple[str, ...]
    shapes: tuple[Circle | Square, ...]
    pair: tuple[Sku, int]
    pairs: tuple[tuple[ChannelId, Money], ...]
    branch: Branch
    _hidden: int = 0
    with_default: Square = Square(side=1)
    made: tuple[int, ...] = attrs.field(factory=tuple)
    derived: int = attrs.field(init=False, default=5)


branches = st.recursive(
    st.builds(Branch, name=TEXTS),
    lambda inner: st.builds(Branch, name=TEXTS, branches=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)
squares = st.builds(Square, side=st.integers())
shapes = (
    st.builds(Circle, radius=st.decimals(allow_nan=False, allow_infinity=False), type=TEXTS)
    | squares
)
everything = st.builds(
    Everything,
    text=st.text(st.characters()),
    whole=st.integers(),
    flag=st.booleans(),
    share=st.floats(allow_nan=False),
    exact=st.decimals(allow_nan=False),
    ratio=st.fractions(),
    at=MOMENTS,
    day=st.dates(),
    hour=st.times().map(lambda hour: hour.replace(fold=0)),
    colour=st.sampled_from(Colour),
    sku=skus(),
    price=amounts(),
    shape=shapes,
    maybe=st.none() | squares,
    either=st.none() | shapes,
    texts=st.lists(TEXTS, max_size=3).map(tuple),
    shapes=st.lists(shapes, max_size=3).map(tuple),
    pair=st.tuples(skus(), st.integers()),
    pairs=st.lists(st.tuples(channel_ids(), amounts()), max_size=2).map(tuple),
    branch=branches,
    hidden=st.integers(0, 2),
    with_default=squares,
    made=st.lists(st.integers(), max_size=2).map(tuple),
)


@given(everything)
@settings(max_examples=60, deadline=None)
def test_every_type_of_field_survives(value: Everything) -> None:
    """Each type that a value may have comes back equal, and as the same type."""
    back = loads(dumps(value, Everything), Everything)

    assert value == back
    assert repr(value) == repr(back)


@given(everything)
@settings(max_examples=30, deadline=None)
def test_text_is_plain_and_the_same_each_time(value: Everything) -> None:
    """The same value gives the same text, of printable ASCII on one line."""
    text = dumps(value, Everything)

    assert text == dumps(loads(text, Everything), Everything)
    assert text.isascii()
    assert text.isprintable()


def test_a_choice_is_tagged_with_its_class() -> None:
    """Where an annotation leaves a choice, the class is written down; a field called type stays."""
    kind = Circle | Square

    text = dumps(Circle(radius=Decimal("1.50"), type="oval"), kind)

    assert text == '{"$type":"Circle","radius":"1.50","type":"oval"}'
    assert Circle(radius=Decimal("1.50"), type="oval") == loads(text, kind)
    assert dumps(None, kind | None) == "null"


def test_what_stands_at_its_default_is_left_out() -> None:
    """Defaults are not written, and come back."""
    assert dumps(Branch(name="root"), Branch) == '{"name":"root"}'
    assert Branch(name="root") == loads('{"name":"root"}', Branch)


def test_money_is_minor_units_and_currency() -> None:
    """Money is written without a decimal point."""
    text = dumps(Square(side=1), Square), dumps(Money(-1990, Currency.EUR), Money)

    assert text == ('{"side":1}', '[-1990,"EUR"]')


@given(instants(), instants())
def test_instants_are_utc_text_that_sorts_as_time_passes(one: datetime, other: datetime) -> None:
    """An instant on any clock is written in UTC; the texts sort as the instants do."""
    assert utc(one) == loads(dumps(one, datetime), datetime)
    assert loads(dumps(one, datetime), datetime).tzinfo == UTC
    assert (utc(one) < utc(other)) == (instant_text(one) < instant_text(other))


def test_an_hour_that_passes_twice_is_two_hours() -> None:
    """Of an hour that a clock shows twice, both come back as when they were."""
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)

    texts = [instant_text(first), instant_text(first.replace(fold=1))]

    assert texts == ["2026-10-25T00:30:00.000000+00:00", "2026-10-25T01:30:00.000000+00:00"]


def test_an_instant_beyond_the_years_is_refused() -> None:
    """An instant that UTC has no year for is refused by name."""
    with pytest.raises(InstantRangeError):
        instant_text(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))))


@pytest.mark.parametrize("kind", [object, bytes, list, dict[str, int], set[int]])
def test_a_type_without_a_codec_is_named(kind: Any) -> None:
    """A type that no value may have is refused when it is saved."""
    with pytest.raises(TypeError):
        dumps("x", kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[1]", Money),
        ('[1,"XXX"]', Money),
        ("{}", Money),
        ('"1/0"', Fraction),
        ('"much"', Decimal),
        ('"MAUVE"', Colour),
        ('{"$type":"Triangle"}', Circle | Square),
        ('{"side":1}', Circle | Square),
        ("[]", Circle | Square),
        ('["A"]', tuple[Sku, int]),
        ("[" * 100_000, Branch),
        ('"noon"', datetime),
        ('" "', Sku),
        ("3", tuple[str, ...]),
    ],
)
def test_what_was_never_written_is_a_value_error(text: str, kind: Any) -> None:
    """Whatever is wrong with a text, reading it is one kind of error that says what."""
    with pytest.raises(ValueError, match=r"\w+: "):
        loads(text, kind)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    )
)
@settings(deadline=None)
def test_any_document_is_read_or_refused(document: Any) -> None:
    """No document makes reading fail in another way than by a value error."""
    import json  # noqa: PLC0415

    for kind in (KeptClaim, KeptOutcome, PendingEffect, Everything):
        try:
            loads(json.dumps(document), kind)
        except ValueError:
            continue


def test_threads_may_meet_a_type_first_at_once() -> None:
    """Threads that save values of a new type at the same moment lose no field of it."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    broken: list[str] = []
    try:
        for _ in range(30):
            kind = attrs.make_class(
                "Wide", {f"field_{n}": attrs.field(type=int) for n in range(40)}, frozen=True
            )
            value = kind(*range(40))
            # A thread that dies before it comes to the gate breaks it; nobody waits for ever.
            gate = threading.Barrier(4, timeout=20)
            # One starts after the other: what watches coverage cannot be installed twice at once.
            ready = threading.Semaphore(0)

            def work(
                kind: Any = kind, value: Any = value, gate: Any = gate, ready: Any = ready
            ) -> None:
                ready.release()
                gate.wait()
                text = dumps(value, kind)
                if text.count("field_") != 40 or loads(text, kind) != value:
                    broken.append(text)

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
                assert ready.acquire(timeout=20)
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(interval)

    assert broken == []


def test_identifiers_are_text() -> None:
    """Identifiers of all kinds are written as their text."""
    kinds: list[type[Identifier]] = [Sku, OrderId, LineId, ListingId, CommandKey, ReturnId]

    assert ['"a"'] * len(kinds) == [dumps(kind("a"), kind) for kind in kinds]
    assert kinds == [type(loads('"a"', kind)) for kind in kinds]
