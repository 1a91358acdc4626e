"""Parcels and their slips say what the facts say, whatever the facts leave unsaid."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given

from ecomkit.customers import Address
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, ParcelId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    ENGLISH_SLIP,
    FRENCH_SLIP,
    FulfilmentState,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    PackingSlip,
    ParcelState,
    SlipLanguage,
    TradeTerms,
    UnknownParcelError,
    packing_slip,
    parcel_of,
    parcels,
)
from ecomkit.testing.strategies import orders

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE, TWO = LineId("1"), LineId("2")
P1, P2 = ParcelId("P-1"), ParcelId("P-2")
SHIPPED, DELIVERED = LineEventKind.SHIPPED, LineEventKind.DELIVERED
ADDRESS = Address(
    recipient="Ada Example",
    lines=["1 rue de la Paix", "2e étage"],
    postal_code="75002",
    city="Paris",
    country="FR",
)


def event(
    kind: LineEventKind,
    quantity: int,
    *,
    parcel: ParcelId | None = P1,
    line: LineId = ONE,
    hours: int = 0,
) -> LineEvent:
    """Return an event of the first line, in the first parcel, unless told otherwise."""
    return LineEvent(
        kind=kind, line=line, quantity=quantity, at=NOON + timedelta(hours=hours), parcel=parcel
    )


def order(*events: LineEvent, title: str = "Knitted elephant") -> Order:
    """Return ten elephants and two tigers, and what happened to them."""
    price = Money(2390, Currency.EUR)
    return Order(
        id=OrderId("etsy/1001"),
        channel=ChannelId("etsy"),
        currency=Currency.EUR,
        placed_at=NOON,
        lines=[
            OrderLine(id=ONE, sku=Sku("ELEPHANT"), title=title, quantity=10, unit_price=price),
            OrderLine(id=TWO, sku=Sku("TIGER"), quantity=2, unit_price=price),
        ],
        events=events,
    )


def states(*events: LineEvent) -> dict[ParcelId, ParcelState]:
    """Return the state of each parcel of an order with those events."""
    return {parcel.id: parcel.state for parcel in parcels(order(*events))}


def slip(
    *events: LineEvent, parcel: ParcelId = P1, title: str = "Knitted elephant"
) -> PackingSlip:
    """Return the slip of a parcel of an order with those events."""
    return packing_slip(order(*events, title=title), parcel=parcel, zone="Europe/Paris")


@given(orders(max_steps=10))
def test_parcels_never_say_more_than_the_counts(some: Order) -> None:
    """Units in parcels, delivered and lost, are those of the line at most, in any state."""
    found = parcels(some)
    for line in some.lines:
        counts = some.counts(line.id)
        shares = [share for parcel in found for share in parcel.lines if share.line == line.id]
        assert sum(share.units for share in shares) <= counts.shipped
        assert sum(share.delivered for share in shares) <= counts.delivered
        assert sum(share.lost for share in shares) <= counts.lost
        assert all(share.on_the_way >= 0 for share in shares)


@given(orders(max_steps=10))
def test_where_every_shipment_names_a_parcel_the_parcels_are_the_counts(some: Order) -> None:
    """Without units beside the parcels, those in them sum to what was shipped, delivered, lost."""
    named = [
        event for event in some.events if event.kind is not SHIPPED or event.parcel is not None
    ]
    unnamed = [
        LineEvent(kind=SHIPPED, line=e.line, quantity=e.quantity, at=e.at, parcel=P1)
        for e in some.events
        if e.kind is SHIPPED and e.parcel is None
    ]
    same = Order(
        id=some.id,
        channel=some.channel,
        currency=some.currency,
        placed_at=some.placed_at,
        lines=some.lines,
        charges=some.charges,
        events=[*named, *unnamed],
    )
    shares = [share for parcel in parcels(same) for share in parcel.lines]
    assert same.units.shipped == sum(share.units for share in shares)
    assert same.units.delivered == sum(share.delivered for share in shares)
    assert same.units.lost == sum(share.lost for share in shares)
    slips = [packing_slip(same, parcel=parcel.id, zone="UTC") for parcel in parcels(same)]
    assert same.units.shipped == sum(each.units for each in slips)


@given(orders(max_steps=10))
def test_a_slip_accounts_for_every_unit_that_was_ordered(some: Order) -> None:
    """Before, here, to come and cancelled are what was ordered; the next parcel goes on from there."""
    before: dict[LineId, int | None] = {line.id: None for line in some.lines}
    for parcel in parcels(some):
        for line in packing_slip(some, parcel=parcel.id, zone="UTC").lines:
            assert line.ordered == line.before + line.here + line.to_come + line.cancelled
            assert some.counts(line.line).cancelled == line.cancelled
            assert before[line.line] in (None, line.before)
            before[line.line] = line.before + line.here


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((event(SHIPPED, 3),), ParcelState.SHIPPED),
        ((event(SHIPPED, 3), event(DELIVERED, 2)), ParcelState.SHIPPED),
        ((event(SHIPPED, 3), event(DELIVERED, 3)), ParcelState.DELIVERED),
        ((event(SHIPPED, 3), event(LineEventKind.LOST, 3)), ParcelState.LOST),
        ((event(SHIPPED, 3), event(DELIVERED, 2), event(LineEventKind.LOST, 1)), ParcelState.LOST),
        ((event(SHIPPED, 3), event(LineEventKind.LOST, 2)), ParcelState.SHIPPED),
        (
            (
                event(SHIPPED, 3),
                event(LineEventKind.LOST, 3),
                event(LineEventKind.FOUND, 3),
                event(DELIVERED, 3),
            ),
            ParcelState.DELIVERED,
        ),
        ((event(SHIPPED, 3), event(LineEventKind.UNSHIPPED, 3)), ParcelState.CANCELLED),
        ((event(SHIPPED, 3), event(LineEventKind.UNSHIPPED, 1)), ParcelState.SHIPPED),
        (
            (event(SHIPPED, 3), event(DELIVERED, 3), event(LineEventKind.RETURNED, 3)),
            ParcelState.DELIVERED,
        ),
    ],
)
def test_the_state_of_a_parcel_follows_from_its_events(
    events: tuple[LineEvent, ...], state: ParcelState
) -> None:
    """On its way as long as something is; lost if something is; what comes back had arrived."""
    assert {P1: state} == states(*events)


def test_events_that_name_no_parcel_are_shared_out() -> None:
    """A delivery fills the earliest parcel, and what never left was in the latest."""
    sent = event(SHIPPED, 3), event(SHIPPED, 4, parcel=P2, hours=1)
    assert states(*sent, event(DELIVERED, 3, parcel=None)) == {
        P1: ParcelState.DELIVERED,
        P2: ParcelState.SHIPPED,
    }
    assert states(*sent, event(LineEventKind.UNSHIPPED, 4, parcel=None)) == {
        P1: ParcelState.SHIPPED,
        P2: ParcelState.CANCELLED,
    }
    assert states(*sent, event(LineEventKind.LOST, 3, parcel=ParcelId("P-9"))) == {
        P1: ParcelState.LOST,
        P2: ParcelState.SHIPPED,
    }
    lost = event(LineEventKind.LOST, 3), event(LineEventKind.LOST, 4, parcel=P2)
    assert states(*sent, *lost, event(LineEventKind.FOUND, 4, parcel=None)) == {
        P1: ParcelState.LOST,
        P2: ParcelState.SHIPPED,
    }


def test_units_without_a_parcel_take_what_is_said_of_no_parcel_first() -> None:
    """Two units left under no name: a delivery of two without a name is theirs."""
    sent = event(SHIPPED, 2, parcel=None), event(SHIPPED, 3)
    assert states(*sent, event(DELIVERED, 2, parcel=None)) == {P1: ParcelState.SHIPPED}
    assert states(*sent, event(DELIVERED, 5, parcel=None)) == {P1: ParcelState.DELIVERED}
    assert states(*sent, event(LineEventKind.UNSHIPPED, 2, parcel=None)) == {
        P1: ParcelState.SHIPPED
    }


def test_parcels_stand_in_the_order_in_which_they_left() -> None:
    """The instant of the first shipment counts, and at one instant the order of the reports."""
    later, sooner = event(SHIPPED, 1, hours=2), event(SHIPPED, 1, parcel=P2, hours=1)
    again = event(SHIPPED, 1, parcel=P1, hours=5)
    assert [parcel.id for parcel in parcels(order(later, sooner, again))] == [P2, P1]
    together = event(SHIPPED, 1, parcel=P2), event(SHIPPED, 1)
    assert [parcel.id for parcel in parcels(order(*together))] == [P2, P1]


def test_the_first_shipment_of_a_parcel_says_when_it_left() -> None:
    """What is added to it later does not move it behind others."""
    events = event(SHIPPED, 1), event(SHIPPED, 1, parcel=P2, hours=1), event(SHIPPED, 1, hours=2)
    assert [(P1, NOON), (P2, NOON + timedelta(hours=1))] == [
        (parcel.id, parcel.shipped_at) for parcel in parcels(order(*events))
    ]


def test_a_parcel_holds_the_lines_that_left_in_it() -> None:
    """Each with its own fate; one that is lost makes a parcel that is lost."""
    sent = event(SHIPPED, 3), event(SHIPPED, 2, line=TWO), event(SHIPPED, 1, parcel=P2)
    some = order(*sent, event(DELIVERED, 3), event(LineEventKind.LOST, 2, line=TWO))
    first, second = parcels(some)
    assert [share.line for share in first.lines] == [ONE, TWO]
    assert [share.line for share in second.lines] == [ONE]
    assert ParcelState.LOST is first.state
    assert (first.units_of(ONE), first.units_of(TWO)) == (3, 2)


def test_parcels_of_the_hour_that_passes_twice_stand_in_the_order_of_instants() -> None:
    """Half past two in Paris comes twice in autumn; the first one left first."""
    paris = ZoneInfo("Europe/Paris")
    second, first = (
        datetime(2026, 10, 25, 2, minute, tzinfo=paris, fold=fold)
        for minute, fold in ((10, 1), (30, 0))
    )
    late = attrs.evolve(event(SHIPPED, 1, parcel=P1), at=second)
    early = attrs.evolve(event(SHIPPED, 1, parcel=P2), at=first)
    assert [parcel.id for parcel in parcels(order(late, early))] == [P2, P1]


def test_shipping_four_of_ten_and_cancelling_the_fulfilment_leaves_ten_to_ship() -> None:
    """The order is as before, both facts are kept, and the parcel is there as cancelled."""
    some = order().record(SHIPPED, line=ONE, quantity=4, at=NOON, parcel=P1)
    some = some.record(LineEventKind.UNSHIPPED, line=ONE, quantity=4, at=NOON, parcel=P1)
    assert some.counts(ONE).open == 10
    assert FulfilmentState.UNFULFILLED is some.fulfilment_state
    assert [event.kind for event in some.events] == [SHIPPED, LineEventKind.UNSHIPPED]
    assert ParcelState.CANCELLED is parcel_of(some, parcel=P1).state
    some = some.record(SHIPPED, line=ONE, quantity=10, at=NOON, parcel=P2)
    elephants, _ = packing_slip(some, parcel=P2, zone="UTC").lines
    assert (elephants.before, elephants.here) == (0, 10)


def test_a_parcel_that_nothing_left_in_is_unknown() -> None:
    """A delivery alone makes no parcel."""
    some = order(event(SHIPPED, 3), event(DELIVERED, 1, parcel=P2))
    with pytest.raises(
        UnknownParcelError, match="nothing of order etsy/1001 left in a parcel P-2"
    ):
        packing_slip(some, parcel=P2, zone="UTC")


def test_a_slip_tells_before_here_to_come_and_cancelled() -> None:
    """Ten ordered, three sent before, four here, one cancelled: two are to come."""
    events = (
        event(SHIPPED, 3),
        event(SHIPPED, 4, parcel=P2, hours=1),
        event(SHIPPED, 1, parcel=P2, line=TWO, hours=1),
        event(LineEventKind.CANCELLED, 1, parcel=None),
    )
    wanted = """\
PACKING SLIP
Order etsy/1001
Parcel P-2, shipped on 2026-03-02

Item              SKU       In this parcel  Shipped before  To come  Cancelled  Ordered
Knitted elephant  ELEPHANT               4               3        2          1       10
TIGER             TIGER                  1               0        1          0        2"""
    some = slip(*events, parcel=P2)
    assert wanted == some.text(language=ENGLISH_SLIP)
    assert (some.units, some.to_come) == (5, 3)


def test_a_slip_speaks_french_and_carries_address_and_message() -> None:
    """A whole bon de livraison; the order of the buyer stands on it, and no price does."""
    some = order(event(SHIPPED, 10), event(SHIPPED, 2, line=TWO))
    some = Order(
        id=some.id,
        channel=some.channel,
        currency=some.currency,
        placed_at=NOON,
        lines=some.lines,
        events=some.events,
        trade=TradeTerms(net_days=30, purchase_order="BC 77"),
    )
    told = packing_slip(
        some, parcel=P1, zone="Europe/Paris", ship_to=ADDRESS, message="Bon anniversaire !\n\nAda"
    ).text(language=FRENCH_SLIP)
    wanted = """\
BON DE LIVRAISON
Commande etsy/1001
Votre référence BC 77
Colis P-1, expédié le 02/03/2026

Destinataire
  Ada Example
  1 rue de la Paix
  2e étage
  75002 Paris
  FR

Article           Référence  Dans ce colis  Commandé
Knitted elephant  ELEPHANT              10        10
TIGER             TIGER                  2         2

Message
  Bon anniversaire !

  Ada"""
    assert wanted == told
    assert "23.90" not in told


def test_the_day_of_a_slip_is_that_of_the_warehouse() -> None:
    """Midnight in Paris comes before midnight in UTC."""
    late = event(SHIPPED, 1, hours=11, parcel=P1)
    some = order(late)
    assert date(2026, 3, 2) == packing_slip(some, parcel=P1, zone="UTC").shipped_on
    assert date(2026, 3, 3) == packing_slip(some, parcel=P1, zone="Europe/Paris").shipped_on


def test_a_slip_shows_no_person_but_in_its_text() -> None:
    """Neither repr nor an error names whoever sends or gets it."""
    some = packing_slip(
        order(event(SHIPPED, 1)), parcel=P1, zone="UTC", ship_to=ADDRESS, message="For Grace"
    )
    for word in ("Ada", "rue", "75002", "Grace"):
        assert word not in repr(some)
        assert word in some.text(language=ENGLISH_SLIP)
    with pytest.raises(FieldError, match="not shown") as refused:
        packing_slip(order(event(SHIPPED, 1)), parcel=P1, zone="UTC", message=b"Grace")  # type: ignore[arg-type]  # what is refused
    assert "Grace" not in str(refused.value)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Red\n\telephant\x1b[31m", "Red elephant [31m"),
        ("象" * 24, "象" * 24),
        ("象" * 25, "象" * 23 + "…"),
        ("e" * 48, "e" * 48),
        ("e" * 49, "e" * 47 + "…"),
    ],
)
def test_a_title_takes_one_line_of_bounded_width(title: str, shown: str) -> None:
    """What does not print is a blank, and wide characters take two columns."""
    told = slip(event(SHIPPED, 1), title=title).text(language=ENGLISH_SLIP)
    assert f"\n{shown}  " in told


def test_columns_stay_straight_under_wide_and_combining_characters() -> None:
    """Every row ends in the same column as seen on a screen."""
    told = slip(event(SHIPPED, 1), title="象のe\u0301").text(language=ENGLISH_SLIP)
    row = next(line for line in told.splitlines() if line.startswith("象"))
    plain = next(line for line in told.splitlines() if line.startswith("TIGER"))
    # Two wide characters take a column more each, the combining one takes none.
    assert len(plain) == len(row) + 2 - 1


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "SLIP {}"),
        ("order", "Order"),
        ("parcel", "Parcel {}"),
        ("order", "Order {0}"),
        ("order", "{} {"),
        ("item", 5),
    ],
)
def test_a_language_fills_in_what_there_is(field: str, text: Any) -> None:
    """A text with places missing, or too many, would fail at the first parcel: it fails at once."""
    with pytest.raises(FieldError, match=rf"SlipLanguage\.{field} must be a text with"):
        attrs.evolve(ENGLISH_SLIP, **{field: text})


def test_another_language_is_another_value() -> None:
    """Whatever is written there stands on the slip."""
    german: SlipLanguage = attrs.evolve(
        ENGLISH_SLIP, title="LIEFERSCHEIN", order="Bestellung {}", day="%d.%m.%Y"
    )
    told = slip(event(SHIPPED, 1)).text(language=german).splitlines()
    assert told[:3] == [
        "LIEFERSCHEIN",
        "Bestellung etsy/1001",
        "Parcel P-1, shipped on 02.03.2026",
    ]
