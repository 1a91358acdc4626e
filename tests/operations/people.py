"""Persons with unusual names, and all ways in which they come into the books."""

import html
import json
import random
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import attrs
from hypothesis import strategies as st

from ecomkit.channels import Refund
from ecomkit.customers import (
    E164,
    Address,
    Approval,
    ConsentRecord,
    Contact,
    Customer,
    EmailAddress,
    LawfulBasis,
    PhoneNumber,
    Verification,
)
from ecomkit.identifiers import OrderId
from ecomkit.operations._customers import CUSTOMERS, buyer_id
from ecomkit.operations._effects import EFFECTS, PendingEffect
from ecomkit.operations._merging import merge_customers
from ecomkit.operations._orders import ORDERS
from ecomkit.orders import Order

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "åäößþðøœéèêñçžșğı",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "אבגדהוזחטיכלמנסעפצקרשת",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
    "李王張劉陳楊黃趙吳周徐孫馬朱胡林郭何高羅",
    "가나다라마바사아자차카타파하김이박최정강조윤장임",
    "𝔄𝔅𝔇𝔈𝔉𝔊😀🦄🐘",
)
MARKS = ("", "-", "'", "’", " ", ".", "\u0301", "\u200d")


@attrs.frozen(kw_only=True)
class Person:
    """Somebody who buys, and all that may give them away."""

    name: str
    email: str
    phone: str
    digits: str
    street: str
    handle: str
    other_handle: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that is theirs alone."""
        return attrs.astuple(self)


def _letters(dice: random.Random, alphabet: str, least: int) -> str:
    return "".join(dice.choice(alphabet) for _ in range(dice.randint(least, least + 8)))


def person(seed: int) -> Person:
    """Return the person of a seed; nobody else has anything in common with them."""
    dice = random.Random(seed)  # noqa: S311 (no secret)
    script = dice.choice(ALPHABETS)
    first, last = _letters(dice, script, 6), _letters(dice, dice.choice(ALPHABETS), 6)
    plain = _letters(dice, ALPHABETS[0], 9)
    digits = "33" + "".join(dice.choice("0123456789") for _ in range(11))
    return Person(
        name=f"{first}{dice.choice(MARKS)}{last}",
        email=f"{_letters(dice, dice.choice((ALPHABETS[0], script)), 9)}@{plain}.example",
        phone=f"0{digits[2:4]} {digits[4:8]} {digits[8:]}",
        digits=digits,
        street=f'{dice.randint(1, 99)} {_letters(dice, script, 8)}, \\ "{last}"',
        handle=_letters(dice, dice.choice((ALPHABETS[0], "0123456789abcdef", script)), 12),
        other_handle=_letters(dice, ALPHABETS[0], 14),
    )


def people() -> st.SearchStrategy[tuple[Person, Person]]:
    """Return two persons who have nothing in common."""
    return st.integers(0, 10**9).map(lambda seed: (person(2 * seed), person(2 * seed + 1)))


def forms(text: str) -> set[bytes]:
    """Return how a text may stand in a file: encodings, escapes, cases."""
    said = {text, text.casefold(), text.upper(), html.escape(text)}
    said |= {unicodedata.normalize(form, one) for one in said for form in ("NFC", "NFD")}
    said |= {json.dumps(one)[1:-1] for one in said} | {
        json.dumps(one, ensure_ascii=False)[1:-1] for one in said
    }
    said |= {json.dumps(one)[1:-1] for one in said}
    return {one.encode(code) for one in said for code in ("utf-8", "utf-16-le", "utf-16-be")}


def found(persons: Iterable[Person], stored: bytes) -> set[str]:
    """Return the texts of *persons* that stand somewhere in *stored*."""
    return {
        text
        for one in persons
        for text in one.texts
        if any(form in stored for form in forms(text))
    }


def told(one: Person) -> dict[str, Any]:
    """Return what a channel's payload says of a person."""
    return {
        "email": one.email,
        "shipping_address": {"name": one.name, "phone": one.phone, "lines": [one.street]},
        "note": f"{one.name} <{one.email}> +{one.digits}",
    }


def live(world: Any, one: Person, number: str) -> Iterator[OrderId]:
    """Bring a person into every corner of the books; yield the names of their orders."""
    etsy, corner = world.etsy, world.corner
    for channel, handle in ((etsy, one.handle), (corner, one.other_handle)):
        name = unicodedata.normalize("NFD" if channel is etsy else "NFC", one.name)
        line = attrs.evolve(world.sold(1), title=f"mug for {name}")
        channel.sell(number, [line], placed_at=world.clock.now(), buyer=handle)
        # The buyer writes a note, and the channel tells the order again with all that it knows.
        document = json.loads(channel._texts[number][-1]) | told(one) | {"version": 7}
        channel.post(number, json.dumps(document, ensure_ascii=channel is etsy))
    world.shop.sync()
    world.shop.fulfil()
    world.shop.sync()
    # A later state that nobody can read, and one of which nobody can tell the buyer.
    etsy.post(number, json.dumps(told(one) | {"version": one.name}))
    corner.post(f"{number}-torn", json.dumps(told(one)))
    world.shop.sync()
    aside = {kept.name: kept for kept in world.shop.quarantined()}
    world.shop.discard(aside[f"corner/{number}-torn"], reason=f"{one.name} again")
    ids = [buyer_id(etsy.channel, one.handle), buyer_id(corner.channel, one.other_handle)]
    with world.store.inner.transaction() as tx:
        for name in ids:
            known = tx.get(CUSTOMERS, name)
            assert known is not None
            tx.put(CUSTOMERS, [known_as(one, known, at=world.clock.now())])
        approval = Approval(by="support", reason=f"{one.name} said so", at=world.clock.now())
        merge_customers(tx, ids, approval=approval, now=world.clock.now())
        refund = Refund(
            key=world.key(f"refund-{number}"),
            number=number,
            amount=world.price,
            reason=f"for {one.name}, who was kind",
        )
        tx.put(EFFECTS, [PendingEffect(channel=etsy.channel, effect=refund)])
        own = attrs.evolve(
            world.own_order(f"shop/{number}"), customer=ids[0], lines=_titled(world, one)
        )
    world.shop.place(own)
    world.shop.fulfil()
    yield from (OrderId(f"{place}/{number}") for place in ("corner", "etsy", "shop"))


def _titled(world: Any, one: Person) -> list[Any]:
    [line] = world.own_order().lines
    return [attrs.evolve(line, title=f"engraved: {one.name.upper()}")]


def known_as(one: Person, customer: Customer, *, at: Any) -> Customer:
    """Return a customer with all that the merchant knows of a person."""
    return attrs.evolve(
        customer,
        name=one.name,
        contact=Contact(
            email=EmailAddress.parse(one.email),
            email_verification=Verification.VERIFIED,
            phone=PhoneNumber(raw=one.phone, e164=E164.parse(f"+{one.digits}")),
        ),
        addresses=[Address(recipient=one.name, lines=[one.street], country="FR")],
        consents=[
            ConsentRecord(
                purpose="newsletter",
                basis=LawfulBasis.CONSENT,
                source=f"letter of {one.name}",
                given_at=at,
            )
        ],
    )


def figures(world: Any) -> list[Any]:
    """Return all that an erasure must leave as it is: amounts, units, movements, of everybody."""
    with world.store.inner.snapshot() as tx:
        orders = tx.scan(ORDERS)
        return [
            [faceless(order) for order in orders],
            [(order.totals, order.paid, order.customer) for order in orders],
            tx.movements(limit=10_000),
            tx.all_levels(),
        ]


def faceless(order: Order) -> Order:
    """Return an order without the titles of its lines, which are what may name somebody."""
    return attrs.evolve(order, lines=[attrs.evolve(line, title="") for line in order.lines])
