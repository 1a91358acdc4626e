"""Customers and their addresses as objects of the schema."""

from __future__ import annotations

from typing import Any

from ecomkit.testing.fakes.shopify._state import Customer
from ecomkit.testing.fakes.shopify._wire import FieldTable, Shown, gid, instant

__all__ = ["ADDRESS", "show_customer"]


def show_customer(customer: Customer) -> Shown:
    """Return a Customer."""
    return Shown("Customer", CUSTOMER, customer)


def _email(customer: Customer, _: Any) -> dict[str, Any]:
    return {
        "__typename": "CustomerEmailAddress",
        "emailAddress": customer.email,
        "marketingState": "NOT_SUBSCRIBED",
        "validFormat": True,
    }


CUSTOMER: FieldTable = {
    "id": lambda it, _: gid("Customer", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "email": lambda it, _: it.email,
    "firstName": lambda it, _: it.first_name,
    "lastName": lambda it, _: it.last_name,
    "displayName": lambda it, _: f"{it.first_name} {it.last_name}",
    "phone": lambda *_: None,
    "note": lambda *_: None,
    "locale": lambda *_: "en",
    "state": lambda *_: "DISABLED",
    "tags": lambda *_: [],
    "taxExempt": lambda *_: False,
    "verifiedEmail": lambda *_: True,
    "createdAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.created_at),
    "defaultEmailAddress": _email,
    "defaultPhoneNumber": lambda *_: None,
    "defaultAddress": lambda it, _: Shown("MailingAddress", ADDRESS, it),
}

ADDRESS: FieldTable = {
    "id": lambda it, _: f"{gid('MailingAddress', it.id)}?model_name=Address",
    "name": lambda it, _: f"{it.first_name} {it.last_name}",
    "firstName": lambda it, _: it.first_name,
    "lastName": lambda it, _: it.last_name,
    "company": lambda *_: None,
    "address1": lambda *_: "1 Analytical Row",
    "address2": lambda *_: None,
    "city": lambda *_: "Lyon",
    "zip": lambda *_: "69001",
    "province": lambda *_: None,
    "provinceCode": lambda *_: None,
    "country": lambda *_: "France",
    "countryCodeV2": lambda *_: "FR",
    "phone": lambda *_: None,
    "formatted": lambda *_: ["1 Analytical Row", "69001 Lyon", "France"],
    "formattedArea": lambda *_: "Lyon, France",
    "latitude": lambda *_: None,
    "longitude": lambda *_: None,
    "coordinatesValidated": lambda *_: False,
}
