"""Reading what the memory channel sends: every fault under its path, and nothing ever raises."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecomkit.adapters.memory._wire import dump, read_order
from ecomkit.channels import Payload, ReadOrder, UnreadableOrder
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency, Money
from ecomkit.orders import ChargeKind, Taxation


def line(**changes: Any) -> dict[str, Any]:
    """Return a good line with *changes*; what is changed to ``...`` is missing."""
    return changed({"id": "1", "listing": "L1", "quantity": 2, "unit_price": "19.90"}, changes)


def document(**changes: Any) -> dict[str, Any]:
    """Return a good order with *changes*; what is changed to ``...`` is missing."""
    good = {
        "number": "1001",
        "version": 1,
        "currency": "EUR",
        "placed_at": "2026-03-01T12:00:00Z",
        "lines": [line()],
    }
    return changed(good, changes)


def changed(good: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return *good* with *changes*."""
    return {name: value for name, value in (good | changes).items() if value is not ...}


def payload(text: str) -> Payload:
    """Return *text* as it came."""
    return Payload(channel=ChannelId("etsy"), object_id="1001", text=text)


def faults(body: Any) -> tuple[str, ...]:
    """Return what is found wrong in *body*, a text or a document."""
    entry = read_order(payload(body if isinstance(body, str) else json.dumps(body)))
    return entry.faults if isinstance(entry, UnreadableOrder) else ()


def paths(body: Any) -> list[str]:
    """Return where something is found wrong in *body*."""
    return [fault.split(":", 1)[0] for fault in faults(body)]


def test_a_good_order_is_read() -> None:
    """All fields of an order come through, with defaults where the channel says nothing."""
    body = document(
        lines=[line(title="Elephant", cancelled=1, shipped=1, returned=1)],
        charges=[
            {"kind": "shipping", "amount": "4.90"},
            {"kind": "tax", "amount": "1.10", "taxation": "included", "title": "VAT"},
        ],
        buyer="ada",
        paid="44.70",
        shipped_at="2026-03-02T12:00:00Z",
        status=["paid"],
    )
    entry = read_order(payload(dump(body)))

    assert isinstance(entry, ReadOrder)
    claim = entry.claim
    assert claim.channel == "etsy"
    assert (claim.number, claim.version, claim.currency) == ("1001", 1, Currency.EUR)
    [read] = claim.lines
    assert read.unit_price == Money(1990, Currency.EUR)
    assert (read.title, read.cancelled, read.shipped, read.returned) == ("Elephant", 1, 1, 1)
    assert [(c.kind, c.amount.amount, c.taxation) for c in claim.charges] == [
        (ChargeKind.SHIPPING, 490, None),
        (ChargeKind.TAX, 110, Taxation.INCLUDED),
    ]
    assert (claim.buyer, claim.paid, claim.status) == ("ada", Money(4470, Currency.EUR), ("paid",))
    assert claim.shipped_at is not None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["currency", "number", "version", "placed_at", "lines"]),
        ([], ["payload"]),
        (7, ["payload"]),
        (None, ["payload"]),
        (document(lines=...), ["lines"]),
        (document(lines=[]), ["payload"]),
        (document(lines=None), ["lines"]),
        (document(lines={"id": "1"}), ["lines"]),
        (document(lines=["x", line()]), ["lines[0]"]),
        (
            document(lines=[{}]),
            [f"lines[0].{name}" for name in ("id", "listing", "quantity", "unit_price")],
        ),
        (document(number=5, version="1", placed_at="noon"), ["number", "version", "placed_at"]),
        (document(version=True), ["version"]),
        (document(version=-1), ["payload"]),
        (document(placed_at="2026-03-01T12:00:00"), ["placed_at"]),
        (document(currency="XXX"), ["currency"]),
        (document(currency=["EUR"]), ["currency"]),
        (
            document(currency="XXX", lines=[line(unit_price="1,99")]),
            ["currency", "lines[0].unit_price"],
        ),
        (document(currency=None, paid=[5]), ["currency", "paid"]),
        (document(lines=[line(), line(quantity=0, id=" ")]), ["lines[1].id"]),
        (document(lines=[line(), line(id="2", quantity=0)]), ["lines[1]"]),
        (
            document(lines=[line(cancelled=-3), line(id="2", shipped="1")]),
            ["lines[0]", "lines[1].shipped"],
        ),
        (document(lines=[line(), line()]), ["payload"]),
        (document(lines=[line(unit_price=19.9)]), ["lines[0].unit_price"]),
        (document(lines=[line(unit_price="1e3")]), ["lines[0].unit_price"]),
        (document(lines=[line(title=5)]), ["lines[0].title"]),
        (
            document(charges=[{"kind": "gift", "amount": "x"}]),
            ["charges[0].kind", "charges[0].amount"],
        ),
        (document(charges=[{"kind": [], "amount": "1"}]), ["charges[0].kind"]),
        (document(charges=[{"kind": "tax", "amount": "1"}]), ["charges[0]"]),
        (
            document(charges=[{"kind": "tax", "amount": "1", "taxation": "off"}]),
            ["charges[0].taxation"],
        ),
        (document(charges=[{"kind": "discount", "amount": "1.00"}]), ["charges[0]"]),
        (document(charges="none"), ["charges"]),
        (document(status="paid"), ["status"]),
        (document(status=["paid", 1]), ["status"]),
        (document(buyer=5, shipped_at=5), ["buyer", "shipped_at"]),
        (document(buyer="\ud800"), ["buyer"]),
        (document(number="\ud800"), ["number"]),
        (
            document(
                number=None,
                version=1.5,
                lines=[line(quantity="2"), line(id="2", shipped=-9), line(id="3", listing="")],
                paid="much",
            ),
            ["number", "version", "lines[0].quantity", "lines[1]", "lines[2].listing", "paid"],
        ),
    ],
)
def test_every_fault_is_found_under_its_path(body: Any, expected: list[str]) -> None:
    """All that is wrong is said at once, each with where it stands; nothing else is complained of."""
    assert paths(body) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nul",
        '{"number": NaN}',
        '{"version": Infinity}',
        "[" * 100_000,
        '{"a":' * 9_999,
        "\\ud800",
        "9" * 5_000,
    ],
)
def test_what_is_no_json_is_one_fault(text: str) -> None:
    """A text that is no JSON, or JSON that nobody sends in earnest, is said to be that."""
    assert paths(text) == ["payload"]


@pytest.mark.parametrize(
    "body",
    [
        document(number=["x" * 100_000]),
        document(charges=[{"kind": "x" * 100_000, "amount": "1"}]),
        document(currency="x" * 100_000),
        document(lines=[line(listing="x" * 100_000)]),
        document(placed_at="x" * 100_000),
        document(status=[{"x" * 100_000: 1}]),
    ],
)
def test_a_fault_does_not_repeat_a_hostile_text(body: Any) -> None:
    """However long what is wrong is, what is said of it stays short and on one line."""
    for fault in faults(body):
        assert len(fault) < 400
        assert fault.isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = (
    "number",
    "version",
    "currency",
    "placed_at",
    "lines",
    "charges",
    "buyer",
    "paid",
    "status",
    "shipped_at",
)
LINE_FIELDS = (
    "id",
    "listing",
    "quantity",
    "unit_price",
    "title",
    "cancelled",
    "shipped",
    "returned",
    "kind",
    "amount",
    "taxation",
)


def check_read(text: str) -> None:
    """Assert that reading *text* ends in an order or in faults that say something."""
    entry = read_order(payload(text))

    assert entry.payload.text == text
    if isinstance(entry, UnreadableOrder):
        assert entry.faults
        assert all(": " in fault for fault in entry.faults)


@given(st.text(st.characters(codec="utf-8")))
@settings(deadline=None)
@example("")
def test_any_text_is_read_or_has_faults(text: str) -> None:
    """No text makes reading raise."""
    check_read(text)


@given(JSON)
@settings(deadline=None)
def test_any_json_is_read_or_has_faults(body: Any) -> None:
    """No document makes reading raise."""
    check_read(json.dumps(body))


@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3),
    st.dictionaries(st.sampled_from(LINE_FIELDS), JSON, max_size=3),
    st.dictionaries(st.sampled_from(LINE_FIELDS), JSON, max_size=3),
)
@settings(deadline=None, max_examples=200)
def test_any_field_may_be_anything(
    order: dict[str, Any], bought: dict[str, Any], charge: dict[str, Any]
) -> None:
    """A good order in which some fields are anything at all is read or has faults."""
    body = document(
        **{
            "lines": [line(**bought), line(id="2")],
            "charges": [{"kind": "fee", "amount": "1"} | charge],
        }
        | order
    )
    check_read(json.dumps(body))


@pytest.mark.parametrize("depth", range(100, 1_200, 20))
def test_any_depth_is_read_or_has_faults(depth: int) -> None:
    """A value nested as deeply as can be parsed is a fault, and nothing gives in below it."""
    check_read(json.dumps(document(number="?")).replace('"?"', "[" * depth + "]" * depth))
