"""The packing slip (bon de livraison): what is in a parcel, what came before, what is to come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional, plain_date
from ecomkit._texts import note, unshown
from ecomkit.customers import Address
from ecomkit.identifiers import LineId, OrderId, ParcelId, Sku
from ecomkit.orders._parcels import parcel_of, parcels
from ecomkit.orders._slip_text import SlipLanguage, slip_text
from ecomkit.timeline import day_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ecomkit.orders._order import Order

__all__ = ["PackingSlip", "SlipLine", "packing_slip"]


@final
@attrs.frozen(kw_only=True)
class SlipLine:
    """
    One line of an order, as the slip of one parcel shows it.

    ordered = before + here + to_come + cancelled.

    Args:
        line: The line of the order.
        sku: Its sku.
        title: What the buyer reads; the sku, where the line has no title.
        ordered: Units ordered.
        here: Units in this parcel.
        before: Units that left earlier, or under no parcel's name.
        to_come: Units that are in a later parcel, or still to be shipped.
        cancelled: Units that do not come: cancelled, short-shipped ones among them.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    title: str = attrs.field(validator=is_a(str))
    ordered: int = attrs.field(validator=not_negative)
    here: int = attrs.field(validator=not_negative)
    before: int = attrs.field(default=0, validator=not_negative)
    to_come: int = attrs.field(default=0, validator=not_negative)
    cancelled: int = attrs.field(default=0, validator=not_negative)


@final
@attrs.frozen(kw_only=True)
class PackingSlip:
    """
    What lies in one parcel, without prices, so that it can go with a gift.

    Address and message are personal: they stand in :meth:`text`, and in nothing else that is
    printed.
    """

    order: OrderId = attrs.field(validator=is_a(OrderId))
    parcel: ParcelId = attrs.field(validator=is_a(ParcelId))
    shipped_on: date = attrs.field(validator=plain_date)
    lines: tuple[SlipLine, ...] = attrs.field(converter=as_tuple, validator=each(SlipLine))
    ship_to: Address | None = attrs.field(
        default=None, repr=False, validator=optional(is_a(Address))
    )
    purchase_order: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    message: str = attrs.field(default="", repr=False, validator=unshown(note))

    @property
    def units(self) -> int:
        """Units in this parcel."""
        return sum(line.here for line in self.lines)

    @property
    def to_come(self) -> int:
        """Units that follow."""
        return sum(line.to_come for line in self.lines)

    def text(self, *, language: SlipLanguage) -> str:
        """
        Return the slip as plain text, for a printer or a mail; columns of noughts are left out.

        Blanks and characters that do not print become single blanks, except in the message,
        which keeps its lines.
        """
        return slip_text(self, language=language)


def packing_slip(
    order: Order,
    *,
    parcel: ParcelId,
    zone: str | ZoneInfo,
    ship_to: Address | None = None,
    message: str = "",
) -> PackingSlip:
    """
    Return the slip of one parcel of *order*.

    Args:
        order: The order.
        parcel: Which parcel.
        zone: The zone of the warehouse, in which the day of the shipment is told.
        ship_to: Where it goes; orders keep no addresses.
        message: What the giver says to whoever unpacks it.

    Raises:
        UnknownParcelError: If nothing of the order left in that parcel.
        UnknownZoneError: If *zone* is unknown.
        FieldError: If the address or the message is of another type.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import LineEvent, LineEventKind, Order, OrderLine
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> elephants = OrderLine(
    ...     id=LineId("1"),
    ...     sku=Sku("ELEPHANT"),
    ...     title="Knitted elephant",
    ...     quantity=10,
    ...     unit_price=Money(2390, Currency.EUR),
    ... )
    >>> shipped = LineEvent(
    ...     kind=LineEventKind.SHIPPED, line=LineId("1"), quantity=3, at=noon, parcel=ParcelId("P-1")
    ... )
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[elephants],
    ...     events=[shipped],
    ... )
    >>> address = Address(
    ...     recipient="Ada", lines=["1 rue de la Paix"], postal_code="75002", city="Paris", country="FR"
    ... )
    >>> slip = packing_slip(order, parcel=ParcelId("P-1"), zone="Europe/Paris", ship_to=address)
    >>> from ecomkit.orders import FRENCH_SLIP
    >>> print(slip.text(language=FRENCH_SLIP))
    BON DE LIVRAISON
    Commande etsy/1001
    Colis P-1, expédié le 02/03/2026
    <BLANKLINE>
    Destinataire
      Ada
      1 rue de la Paix
      75002 Paris
      FR
    <BLANKLINE>
    Article           Référence  Dans ce colis  À suivre  Commandé
    Knitted elephant  ELEPHANT               3         7        10
    """
    this = parcel_of(order, parcel=parcel)
    all_parcels = parcels(order)
    earlier = all_parcels[: all_parcels.index(this)]
    lines = []
    for line in order.lines:
        counts = order.counts(line.id)
        named = sum(each.units_of(line.id) for each in all_parcels)
        here = this.units_of(line.id)
        before = sum(each.units_of(line.id) for each in earlier) + counts.shipped - named
        lines.append(
            SlipLine(
                line=line.id,
                sku=line.sku,
                title=line.title or line.sku,
                ordered=line.quantity,
                here=here,
                before=before,
                to_come=counts.due - before - here,
                cancelled=counts.cancelled,
            )
        )
    return PackingSlip(
        order=order.id,
        parcel=parcel,
        shipped_on=day_of(this.shipped_at, zone=zone),
        lines=lines,
        ship_to=ship_to,
        purchase_order=None if order.trade is None else order.trade.purchase_order,
        message=message,
    )
