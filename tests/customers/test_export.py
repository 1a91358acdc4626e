"""Subject access: plain data of any value, and the export of all that is held of a person."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction

import attrs
import pytest
from hypothesis import given

from ecomkit.customers import (
    FRENCH_RETENTION,
    Address,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    HoldingKind,
    LawfulBasis,
    SubjectRecord,
    export_subject,
    plain,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import CustomerId, Sku
from ecomkit.money import Currency, Money
from ecomkit.testing.strategies import orders
from ecomkit.testing.strategies._customers import customers
from ecomkit.timeline import NaiveInstantError, instant

DAY = instant("2026-03-01T12:00:00Z")
ADA = Customer(
    id=CustomerId("c-1"),
    name="Ada Lovelace",
    contact=Contact(email=EmailAddress.parse("ada@example.org")),
    addresses=[Address(lines=["1 rue de l'Église"], city="Paris", country="FR")],
    consents=[
        ConsentRecord(purpose="newsletter", basis=LawfulBasis.CONSENT, source="form", given_at=DAY)
    ],
)


class Size(Enum):
    """A member whose value is no text."""

    SMALL = 1


def test_an_export_is_this_document() -> None:
    """The whole text of a small export: keys sorted, values plain, accents as they are."""
    order = {"total": Money(1250, Currency.EUR), "placed_at": DAY, "lines": [Sku("ELEPHANT")]}
    export = export_subject(
        ADA,
        records=[
            SubjectRecord(kind=HoldingKind.ORDER, reference="etsy/1001", content=order),
            SubjectRecord(kind=HoldingKind.PAYLOAD, reference="etsy/1001"),
            SubjectRecord(kind=HoldingKind.ORDER, reference="etsy/1002", content="lost"),
        ],
        rules=FRENCH_RETENTION[:1],
        recipients=["Colissimo"],
        now=DAY,
    )

    assert json.loads(export.as_json()) == {
        "format": "ecomkit subject export, version 1",
        "exported_at": "2026-03-01T12:00:00Z",
        "customer": {
            "id": "c-1",
            "name": "Ada Lovelace",
            "identities": [],
            "contact": {
                "email": {"address": "ada@example.org"},
                "email_verification": "unverified",
                "phone": None,
                "phone_verification": "unverified",
            },
            "addresses": [
                {
                    "recipient": None,
                    "lines": ["1 rue de l'Église"],
                    "postal_code": None,
                    "city": "Paris",
                    "region": None,
                    "country": "FR",
                    "kind": None,
                    "since": None,
                }
            ],
            "consents": [
                {
                    "purpose": "newsletter",
                    "basis": "consent",
                    "source": "form",
                    "given_at": "2026-03-01T12:00:00Z",
                    "withdrawn_at": None,
                    "wording": None,
                    "step": "given",
                }
            ],
            "erased_at": None,
            "further_contacts": [],
        },
        "records": {
            "order": [
                {
                    "reference": "etsy/1001",
                    "content": {
                        "total": {"amount": "12.50", "currency": "EUR"},
                        "placed_at": "2026-03-01T12:00:00Z",
                        "lines": ["ELEPHANT"],
                    },
                },
                {"reference": "etsy/1002", "content": "lost"},
            ],
            "payload": [{"reference": "etsy/1001", "content": None}],
        },
        "retention": [
            FRENCH_RETENTION[0].explain(),
        ],
        "recipients": ["Colissimo"],
    }
    assert "Église" in export.as_json()
    assert export.explain() == "the record of customer c-1; order: 2; payload: 1"
    assert export_subject(ADA, now=DAY).explain() == "the record of customer c-1"


@given(customers(), orders())
def test_an_export_can_be_read_and_says_the_same_each_time(
    customer: Customer, order: object
) -> None:
    """Any customer and any order make JSON that can be written as UTF-8, and the same text twice."""
    record = SubjectRecord(kind=HoldingKind.ORDER, reference="o", content=order)
    first = export_subject(customer, records=[record], now=DAY)
    second = export_subject(customer, records=[record], now=DAY)

    text = first.as_json()
    assert text == second.as_json()
    assert hash(first) == hash(second)
    document = json.loads(text.encode())
    assert text == json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    assert document["customer"] == plain(customer)
    assert document["records"]["order"] == [{"reference": "o", "content": plain(order)}]


@given(customers())
def test_all_personal_texts_of_a_customer_are_in_the_export(customer: Customer) -> None:
    """Names, addresses, accounts, numbers and sources are there word for word."""
    document = json.loads(export_subject(customer, now=DAY).as_json())["customer"]

    assert document["name"] == customer.name
    assert [i["external_id"] for i in document["identities"]] == [
        i.external_id for i in customer.identities
    ]
    assert [a["lines"] for a in document["addresses"]] == [
        list(a.lines) for a in customer.addresses
    ]
    assert [c["source"] for c in document["consents"]] == [c.source for c in customer.consents]
    contacts = [document["contact"], *document["further_contacts"]]
    assert [c["email"] and c["email"]["address"] for c in contacts] == [
        c.email and c.email.address for c in customer.contacts
    ]
    assert [c["phone"] and c["phone"]["raw"] for c in contacts] == [
        c.phone and c.phone.raw for c in customer.contacts
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (-5, -5),
        ("é", "é"),
        ("\ud800", "\\ud800"),
        (Size.SMALL, 1),
        (Money(5, Currency.KWD), {"amount": "0.005", "currency": "KWD"}),
        (Money(-5, Currency.JPY), {"amount": "-5", "currency": "JPY"}),
        (date(2026, 3, 1), "2026-03-01"),
        (time(9, 30), "09:30:00"),
        (Decimal("1.50"), "1.50"),
        (Fraction(1, 3), "1/3"),
        ((1, (2,)), [1, [2]]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({LawfulBasis.CONSENT: [1]}, {"consent": [1]}),
    ],
)
def test_plain_data_of_a_value(value: object, expected: object) -> None:
    """Each kind of value has one plain form."""
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


@pytest.mark.parametrize(
    "value", [1.5, b"canary", object(), [b"canary"], {"a": {7: 1}}, {1.5: 1}, {Size.SMALL: 1}]
)
def test_what_has_no_plain_form_is_refused_and_not_shown(value: object) -> None:
    """Bytes, floats, foreign objects and names that are no texts are refused, deep inside too."""
    with pytest.raises(FieldError) as caught:
        plain(value)
    assert "canary" not in str(caught.value)
    with pytest.raises(FieldError):
        SubjectRecord(kind=HoldingKind.LOG, reference="r", content=value)


def test_an_export_has_instants_with_offsets() -> None:
    """A datetime without an offset is refused, now and inside of what is held."""
    naive = datetime(2026, 3, 1)  # noqa: DTZ001  # meant
    with pytest.raises(NaiveInstantError):
        export_subject(ADA, now=naive)
    with pytest.raises(NaiveInstantError):
        plain({"at": naive})


def test_an_export_does_not_change_with_what_it_was_made_from() -> None:
    """A mapping that is changed afterwards changes nothing in the record."""
    facts = {"note": "before"}
    record = SubjectRecord(kind=HoldingKind.LOG, reference="r", content=facts)
    facts["note"] = "after"

    assert record.content == {"note": "before"}
    assert attrs.evolve(record, reference="s").content == {"note": "before"}


def test_a_record_shows_nothing_of_the_person() -> None:
    """Neither the record nor the export print what they hold."""
    record = SubjectRecord(kind=HoldingKind.LOG, reference="canary", content=["canary"])
    export = export_subject(attrs.evolve(ADA, name="canary"), records=[record], now=DAY)

    assert "canary" not in repr(record) + repr(export) + export.explain()
    assert "canary" in export.as_json()
