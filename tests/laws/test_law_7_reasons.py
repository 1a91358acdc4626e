"""Law 7: every decision explains itself."""

import enum
import importlib
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.catalog import Catalog
from ecomkit.channels import Listing, order_of_claim, reconcile
from ecomkit.customers import CartConflict, erase, merge, merge_carts, split
from ecomkit.identifiers import CommandKey, ListingId, Sku
from ecomkit.operations import Brake
from ecomkit.operations._adoption import match_listings
from ecomkit.orders import LineEventKind
from ecomkit.replenishment import LeadTime, SkuFacts, Snooze, StockBounds
from ecomkit.replenishment.alerts import STANDARD_RULES, AlertBook, AlertFacts, evaluate
from ecomkit.returns import (
    Condition,
    ConditionIs,
    NotAlreadyReturned,
    RefundRules,
    ReturnPolicy,
    ShippingRefund,
    WasDelivered,
    WasShipped,
    refund_due,
)
from ecomkit.stock import audit_levels, decide, empty_level, levels_touched
from ecomkit.testing.strategies import (
    carts,
    channel_claims,
    customers,
    demands,
    instants,
    inventory_positions,
    lead_times,
    minimum_stocks,
    orders,
    pricings,
    publications,
    reorder_points,
    return_requests,
    sku_policies,
    stock_commands,
    stock_levels,
)

ROOMS = (
    "catalog",
    "channels",
    "customers",
    "insight",
    "money",
    "operations",
    "orders",
    "replenishment",
    "returns",
    "stock",
    "timeline",
)
# What holds one of these has decided something, and has reasons for it.
REASONS = ("reasons", "faults", "shortages", "findings", "steps", "disagreements")
# Observations: what was read, or could not be read. Nothing is decided by them.
OBSERVATIONS = ("UnreadableOrder",)


def public_values() -> Any:
    """Return every public class of values, by name."""
    found = {}
    for room in ROOMS:
        module = importlib.import_module(f"ecomkit.{room}")
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, type) and attrs.has(value) and not issubclass(value, Exception):
                found[f"{room}.{name}"] = value
    return found


def holds_reasons(kind: Any) -> Any:
    """Return whether values of a class have reasons."""
    names = {field.name for field in attrs.fields(kind)}
    names |= {name for name, value in vars(kind).items() if isinstance(value, property)}
    return bool(names & set(REASONS))


@pytest.mark.parametrize(
    "kind",
    [kind for name, kind in public_values().items() if name.partition(".")[2] not in OBSERVATIONS],
    ids=lambda kind: kind.__name__,
)
def test_what_has_reasons_explains_itself(kind: Any) -> None:
    """Every decision has ``explain()``: inputs, steps, all reasons, not the first."""
    if holds_reasons(kind):
        assert callable(getattr(kind, "explain", None))


def words_of(reason: Any) -> Any:
    """Return the words by which a reason has to be named."""
    if hasattr(reason, "explain"):
        return reason.explain()
    if isinstance(reason, enum.Enum):
        return reason.value
    fault = getattr(reason, "fault", None) or getattr(reason, "change", None)
    return words_of(fault) if fault is not None else str(reason)


def assert_explained(value: Any) -> Any:
    """Fail unless *value* explains itself and names all of its reasons."""
    text = value.explain()

    assert isinstance(text, str)
    assert text.strip()
    for name in REASONS:
        reasons = getattr(value, name, ())
        if not isinstance(reasons, tuple):
            continue
        for reason in reasons:
            words = words_of(reason)

            assert words in text, (type(value).__name__, words, text)
    return type(value).__name__


def walk(value: Any) -> Any:
    """Yield *value* and every value in it that explains itself."""
    if isinstance(value, tuple):
        for item in value:
            yield from walk(item)
    elif attrs.has(type(value)):
        if hasattr(value, "explain"):
            yield value
        for field in attrs.fields(type(value)):
            yield from walk(getattr(value, field.name))


@st.composite
def stock_decisions(draw: Any) -> Any:
    """Return what the ledger answers, and what may be shown."""
    level = draw(stock_levels())
    command = draw(stock_commands())
    levels = [level if key == level.key else empty_level(key) for key in levels_touched(command)]
    now = draw(instants())
    return (
        *decide(levels, [command], now=now).outcomes,
        draw(publications())(draw(st.integers(-5, 50))),
        audit_levels([level], {}),
    )


@st.composite
def advices(draw: Any) -> Any:
    """Return what a policy advises, with and without facts, and the alerts that come of it."""
    policy = draw(st.one_of(reorder_points(), minimum_stocks()))
    now = draw(instants())
    advice = policy(
        draw(inventory_positions()), demand=draw(demands()), lead_time=draw(lead_times()), now=now
    )
    known = advice.for_sku(Sku("A")).with_facts(
        SkuFacts(
            last_sold_on=draw(st.none() | st.dates()),
            bounds=draw(st.none() | st.builds(StockBounds, minimum=st.integers(0, 99))),
            snooze=draw(st.none() | st.builds(Snooze, until=st.dates())),
        )
    )
    conditions = evaluate([AlertFacts(advice=known)], rules=STANDARD_RULES)
    return advice, known, *conditions, AlertBook().observe(conditions, at=now)


@st.composite
def verdicts(draw: Any) -> Any:
    """Return verdicts on returns, and refunds."""
    order = draw(orders())
    policy = ReturnPolicy(
        rules=(
            WasShipped(),
            WasDelivered(),
            NotAlreadyReturned(),
            ConditionIs(allowed=(Condition.NEW,)),
        )
    )
    request = draw(return_requests())
    credited = {
        line.id: order.counts(line.id).possible(LineEventKind.CREDITED) for line in order.lines
    }
    return (
        policy(request, now=request.requested_at),
        refund_due(
            order,
            credited=credited,
            rules=RefundRules(shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS),
        ),
    )


@st.composite
def matches(draw: Any) -> Any:
    """Return matches, readings of skus, and verdicts of the brake."""
    listings = [
        Listing(id=ListingId(str(place)), sku_text=text, gtin_text=gtin)
        for place, (text, gtin) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.one_of(st.none(), st.text(max_size=5), st.sampled_from("AB")),
                        st.one_of(st.none(), st.text(max_size=5), st.just("4006381333931")),
                    ),
                    max_size=4,
                )
            )
        )
    ]
    policy = draw(sku_policies())
    return (
        *match_listings(listings, policy=policy, catalog=Catalog()),
        policy(draw(st.text(max_size=10))),
        Brake()(zeroing=draw(st.integers(0, 99)), shown=draw(st.integers(0, 99))),
    )


@st.composite
def people(draw: Any) -> Any:
    """Return what became of customers and carts."""
    one, two = draw(customers()), draw(customers())
    merged = merge([one, two])
    twice = merge([one, one])
    account, guest = draw(carts()), draw(carts())
    found = [
        merged,
        twice,
        merge_carts(account, guest=guest, rule=draw(st.sampled_from(CartConflict))),
        erase(one, at=draw(instants())),
    ]
    if hasattr(merged, "undo"):
        found.append(split(merged.customer, undo=merged.undo))
        found.append(split(two, undo=merged.undo))
    return tuple(found)


@st.composite
def reconciliations(draw: Any) -> Any:
    """Return what claims ask for."""
    claim = draw(channel_claims())
    other = draw(channel_claims())
    order = order_of_claim(claim, skus={line.listing: Sku("A") for line in claim.lines})
    covered = {line.id: draw(st.integers(0, line.quantity)) for line in claim.lines}
    return reconcile(order, claim, covered=covered), reconcile(order, other, covered={})


DECISIONS = (
    stock_decisions(),
    advices(),
    verdicts(),
    matches(),
    people(),
    reconciliations(),
    st.tuples(pricings()),
)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
@pytest.mark.parametrize("decisions", DECISIONS, ids=repr)
def test_every_decision_names_all_of_its_reasons(decisions: Any, data: st.DataObject) -> None:
    """Whatever was decided, the explanation names every reason and every step."""
    for value in walk(data.draw(decisions)):
        assert_explained(value)


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_every_report_of_a_run_explains_itself(
    new_market: Any, market_module: Any, data: st.DataObject
) -> None:
    """Runs, previews, plans, audits, quarantine and erasures say what they found, all of it."""
    market = new_market(faults=data.draw(market_module.channel_faults()))
    market.run(data.draw(market_module.steps()))
    policy = data.draw(st.one_of(reorder_points(), minimum_stocks()))
    reports = [
        market.shop.preview(),
        market.shop.sync(),
        market.shop.plan(policy=policy, lead_time=LeadTime(mean_days=3)),
        market.shop.audit(),
        *market.shop.uncovered(),
        *market.shop.quarantined(),
    ]
    with market.store.snapshot() as tx:
        for name in ("claim", "customer"):
            reports.extend(tx.scan(market_module.shared_collection(name)))
    for report in reports:
        for value in walk(report):
            assert_explained(value)
    for customer in {order.customer for order in market.orders()} - {None}:
        assert_explained(market.shop.erase(customer))


def test_a_report_names_what_needs_a_person(new_market: Any) -> None:
    """Of a run: what was not adopted, what stopped, what was refused, what differs."""
    market = new_market()
    market.run([("sell", 0, 0, 2), ("sync", 0, 0, 0), ("ship", 0, 0, 4), ("garbage", 0, 0, 1)])
    market.shop.count({Sku("A"): 0}, key=CommandKey("empty"))
    report = market.shop.sync()
    [adoption] = [market.shop.adopt(market.channels[0].channel)]

    for pull in report.pulls:
        assert pull.explain() in report.explain()
    for push in report.pushes:
        assert push.explain() in report.explain()
    assert adoption.explain()
