"""Defects that other shops had over several rooms at once, as behaviours that hold here."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from ecomkit.customers import (
    FRENCH_RETENTION,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    LawfulBasis,
    RetentionRule,
)
from ecomkit.identifiers import CustomerId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Payment, PaymentKind, Taxation

ADA = CustomerId("c-1")


@pytest.mark.parametrize("rules", [(), FRENCH_RETENTION], ids=["no law", "France"])
def test_an_erased_customer_leaves_the_totals_and_the_tax_of_their_orders(
    world: Any, rules: tuple[RetentionRule, ...]
) -> None:
    """
    Identity and address are gone, totals and tax are what they were, the withdrawal stays.

    thelia #3588, solidusio/solidus #3138: who was erased took the books along, or stayed in them.
    """
    now = world.clock.now()
    yes = ConsentRecord(
        purpose="newsletter", basis=LawfulBasis.CONSENT, source="a form", given_at=now
    )
    ada = Customer(
        id=ADA,
        name="Ada",
        contact=Contact(email=EmailAddress.parse("ada@example.org")),
        consents=[yes],
    )
    world.shop.save_customer(
        ada.withdraw("newsletter", at=now + timedelta(hours=1), source="the link below")
    )
    tax = Charge(
        kind=ChargeKind.TAX,
        amount=Money(417, Currency.EUR),
        line=world.line,
        taxation=Taxation.INCLUDED,
        title="20 %",
    )
    own = attrs.evolve(world.own_order(), customer=ADA, charges=[tax])
    own = own.pay(Payment(kind=PaymentKind.CAPTURED, amount=own.totals.total, at=now))
    world.shop.place(own)
    world.shop.fulfil([own.id])
    before = world.shop.order(own.id)
    world.pass_time(days=40)
    report = world.shop.erase(ADA, rules=rules)

    assert report.plan.erased is not None
    after, gone = world.shop.order(own.id), world.shop.customer(ADA)
    assert (before.totals, before.paid) == (after.totals, after.paid)
    assert after.totals.tax_included == Money(417, Currency.EUR)
    assert (gone.name, gone.contact, gone.identities) == (None, Contact(), ())
    assert [one.withdrawn_at for one in gone.consents] == [now + timedelta(hours=1)]
    assert "Ada" not in world.text()
    assert "ada@" not in world.text()
