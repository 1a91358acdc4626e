"""Sessions, settings, stock, listings and orders: what the client asks for and how it reads it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from vendure_remote import URL, client_of, fake_of

from ecomkit.adapters.http import CredentialsRefusedError, Kit, Reply, Verdict, graphql_request
from ecomkit.adapters.vendure import Vendure
from ecomkit.adapters.vendure._amounts import amount_of, stored
from ecomkit.adapters.vendure._shelf import Shelf
from ecomkit.channels import (
    Applied,
    Health,
    ListingChange,
    ListingState,
    ReadOrder,
    Rejected,
    StockUpdate,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import ChargeKind
from ecomkit.ports import Secret
from ecomkit.testing.fakes.vendure import VendureFake

PRICE = Money(1000, Currency.EUR)


def sold(remote: VendureFake, *, quantity: int = 3, **rest: Any) -> tuple[str, LineId]:
    """Return an order of one line, and the line."""
    listing = remote.put_up("KNIT", quantity=50)
    number = remote.sell([(listing, quantity, PRICE)], **rest)
    return number, remote.lines(number)[0]


# -- who asks ------------------------------------------------------------------------------------


def test_a_session_is_opened_once_and_again_when_it_ends() -> None:
    """One login serves many calls; after the session has ended, one more."""
    remote = fake_of()
    client = client_of(remote)
    for _ in range(3):
        client.locations()
    assert remote.logins == 1
    remote.expire_sessions()
    client.locations()
    assert remote.logins == 2


def test_a_wrong_password_is_refused() -> None:
    """The refusal stands in an answer of status 200, and is found."""
    client = client_of(fake_of(), password=Secret("wrong"))
    with pytest.raises(CredentialsRefusedError):
        client.orders_after(None, page_size=5)
    report = client.check()
    assert not report.is_ready


def test_what_a_live_session_may_not_does_not_log_in_for_ever() -> None:
    """FORBIDDEN after a new login is the answer."""
    remote = fake_of(session_seconds=-1)
    with pytest.raises(CredentialsRefusedError):
        client_of(remote).locations()
    assert remote.logins <= 2


def test_a_check_says_what_is_missing() -> None:
    """A location that is not there is bad; all else of a superadmin is good."""
    remote = fake_of()
    assert client_of(remote).check().is_ready
    report = client_of(remote, location="7").check()
    bad = [finding.subject for finding in report.findings if finding.health is Health.BAD]
    assert bad == ["stock location 7"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"location": "first floor"},
        {"precision": -1},
        {"overlap": timedelta(-1)},
        {"watch": timedelta(-1)},
        {"url": "https://tea.example.com"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_settings_that_make_no_sense_are_refused(wrong: Mapping[str, Any]) -> None:
    """They are refused at once, by name."""
    right: dict[str, Any] = {"url": URL, "username": "u", "password": Secret("p"), "location": "1"}
    with pytest.raises(FieldError, match=next(iter(wrong))):
        Vendure(ChannelId("tea"), **(right | dict(wrong)), kit=Kit())


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (None, Verdict.FAULT),
        ("INTERNAL_SERVER_ERROR", Verdict.FAULT),
        ("A_PLUGINS_OWN", Verdict.BROKEN),
        ("FORBIDDEN", Verdict.UNAUTHORISED),
        ("ENTITY_NOT_FOUND", Verdict.MISSING),
        ("USER_INPUT_ERROR", Verdict.REFUSED),
    ],
)
def test_errors_mean_what_their_codes_say(code: str | None, verdict: Verdict) -> None:
    """Only a code that we know promises that nothing was done."""
    client = client_of(fake_of())
    call = graphql_request("/admin-api", document="mutation M { ship }")
    errors = [{"message": "no", "extensions": {"code": code} if code else {}}]
    assert client.verdict(call, Reply.of_json({"errors": errors, "data": None})) is verdict


# -- stock ---------------------------------------------------------------------------------------


def test_open_orders_are_not_shown_twice() -> None:
    """What the shop has promised is added to what is pushed, since it takes it off again."""
    remote = fake_of()
    listing = remote.put_up("KNIT", quantity=10)
    remote.sell([(listing, 4, PRICE)])
    client = client_of(remote)
    [reading] = client.read_stock([listing])
    assert reading.quantity == 6
    [result] = client.push_stock([StockUpdate(listing=listing, quantity=5)])
    assert Applied() == result.effect
    assert (remote.shown(listing), remote.allocated(listing)) == (9, 4)
    [reading] = client.read_stock([listing])
    assert reading.quantity == 5


def test_a_counter_that_lies_still_shows_what_was_pushed() -> None:
    """The shop lets shoppers buy by its own count of promises, so the push goes by it too."""
    remote = fake_of(lost_updates=0.9)
    listing = remote.put_up("KNIT", quantity=10)
    for _ in range(5):
        remote.sell([(listing, 1, PRICE)])
    assert remote.allocated(listing) < remote.promised(listing)
    client = client_of(remote)
    client.push_stock([StockUpdate(listing=listing, quantity=3)])
    [reading] = client.read_stock([listing])
    assert reading.quantity == 3


def test_a_threshold_holds_units_back_and_one_below_zero_is_not_shown() -> None:
    """Units held back cannot be bought; those sold without being there are the merchant's wish."""
    variant = {
        "useGlobalOutOfStockThreshold": False,
        "outOfStockThreshold": 2,
        "trackInventory": "INHERIT",
        "stockLevels": [{"stockLocationId": "1", "stockOnHand": 9, "stockAllocated": 3}],
    }
    settings = {"trackInventory": True, "outOfStockThreshold": -5}
    held = Shelf.of(variant, location="1", settings=settings)
    assert (held.shown, held.to_show(10)) == (4, 15)
    free = Shelf.of(
        variant | {"useGlobalOutOfStockThreshold": True}, location="1", settings=settings
    )
    assert free.shown == 6
    assert (
        Shelf.of(variant | {"outOfStockThreshold": 0}, location="2", settings=settings).shown == 0
    )
    untracked = Shelf.of(variant | {"trackInventory": "FALSE"}, location="1", settings=settings)
    assert untracked.shown is None


def test_a_variant_without_stock_keeping_is_refused() -> None:
    """A number for it would change nothing that shoppers see."""
    remote = fake_of()
    listing = remote.put_up("EBOOK")
    remote._variant(listing).tracked = False
    client = client_of(remote)
    [result] = client.push_stock([StockUpdate(listing=listing, quantity=5)])
    assert isinstance(result.effect, Rejected)
    assert "trackInventory" in result.effect.reason


def test_ids_that_no_database_takes_are_unknown() -> None:
    """They are not sent: the server would break down over them, and with it the other rows."""
    remote = fake_of()
    listing = remote.put_up("KNIT")
    rows = [ListingId("L1"), listing, ListingId("9" * 12)]
    results = client_of(remote).push_stock([StockUpdate(listing=row, quantity=2) for row in rows])
    assert [Rejected, Applied, Rejected] == [type(result.effect) for result in results]
    assert client_of(remote).order("L1") is None


# -- listings ------------------------------------------------------------------------------------


def test_a_price_of_another_currency_and_an_end_for_good_are_refused() -> None:
    """Neither is known to Vendure; nothing changes."""
    remote = fake_of()
    listing = remote.put_up("KNIT", price=PRICE)
    effects = client_of(remote).push_listings(
        [
            ListingChange(listing=listing, price=Money(900, Currency.USD)),
            ListingChange(listing=listing, state=ListingState.ENDED),
        ]
    )
    assert [Rejected, Rejected] == [type(effect) for effect in effects]
    [shown] = client_of(remote).listings_after(None, page_size=5).listings
    assert (shown.price, shown.state) == (PRICE, ListingState.ON_SALE)


def test_a_change_of_sku_alone_leaves_the_price() -> None:
    """What a row does not name stays."""
    remote = fake_of()
    listing = remote.put_up("KNIT", price=PRICE)
    client = client_of(remote)
    assert (Applied(),) == client.push_listings([ListingChange(listing=listing, sku=Sku("WOOD"))])
    [shown] = client.listings_after(None, page_size=5).listings
    assert (shown.sku_text, shown.price) == ("WOOD", PRICE)


# -- orders --------------------------------------------------------------------------------------


def test_charges_and_lines_come_to_the_total() -> None:
    """Shipping, surcharges and discounts are charges; tax is inside and adds nothing."""
    remote = fake_of(tax_percent=20)
    number, _ = sold(
        remote,
        shipping=Money(500, Currency.EUR),
        surcharge=Money(150, Currency.EUR),
        discount=Money(301, Currency.EUR),
    )
    entry = client_of(remote).order(number)
    assert isinstance(entry, ReadOrder)
    claim = entry.claim
    kinds = {charge.kind for charge in claim.charges}
    assert set(ChargeKind) == kinds
    total = sum(
        (charge.amount for charge in claim.charges if charge.adds),
        claim.lines[0].unit_price * claim.lines[0].quantity,
    )
    assert claim.paid == total == Money(3000 + 500 + 150 - 301, Currency.EUR)


def test_units_that_left_are_returned_and_the_others_cancelled() -> None:
    """Of three units one left; of two that are cancelled afterwards none had left."""
    remote = fake_of()
    number, line = sold(remote)
    remote.ship(number, {line: 1})
    client = client_of(remote)
    counts = []
    for _ in range(3):
        remote.cancel(number, {line: 1})
        entry = client.order(number)
        assert isinstance(entry, ReadOrder)
        [row] = entry.claim.lines
        counts.append((row.cancelled, row.shipped, row.returned))
    assert counts == [(1, 1, 0), (2, 1, 0), (2, 1, 1)]


def test_money_is_counted_by_the_servers_digits() -> None:
    """Yen are stored as hundredths unless the server counts otherwise; nothing is rounded."""
    assert Money(1000, Currency.JPY) == amount_of(Currency.JPY, precision=2)(100_000)
    assert Money(1000, Currency.JPY) == amount_of(Currency.JPY, precision=0)(1000)
    assert stored(Money(1000, Currency.JPY), precision=2) == 100_000
    with pytest.raises(FieldError):
        stored(Money(1234, Currency.KWD), precision=2)
    with pytest.raises(ValueError, match="digits"):
        amount_of(Currency.JPY, precision=2)(150)
