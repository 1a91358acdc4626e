"""Channel claims: what a channel says of an order, beside what we know ourselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, final

import attrs

from ecomkit._checks import (
    as_tuple,
    as_utc,
    aware,
    each,
    is_a,
    is_text,
    not_negative,
    optional,
    refuse,
    units,
)
from ecomkit.channels._after_sales import ChannelRefund
from ecomkit.channels._states import ClaimedStates
from ecomkit.identifiers import ChannelId, LineId, ListingId, OrderId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, Fulfiller

__all__ = ["ChannelClaim", "ClaimLine"]


def _texts(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(str)(instance, attribute, value)
    for word in value:
        is_text(instance, attribute, word)


@final
@attrs.frozen(kw_only=True)
class ClaimLine:
    """
    One line of an order as its channel tells it, in units.

    What it says may contradict itself, such as with more units shipped than ordered: it is taken
    down as it was told, and :func:`contradictions` lists all such points.

    Args:
        id: The channel's name for the line.
        listing: What was bought.
        quantity: Units ordered, with those that were cancelled since.
        unit_price: The price of one unit.
        title: What was bought, in words.
        cancelled: Units that will not be shipped; None where the channel has only a word for the
            whole order: see ``ChannelClaim.states``.
        shipped: Units that have left; None as above.
        returned: Units that came back, as the channel says; for us a unit is back when it was
            received.
        fulfilled_by: Who ships it, where that is not us: its units are never in our ledger.
    """

    id: LineId = attrs.field(validator=is_a(LineId))
    listing: ListingId = attrs.field(validator=is_a(ListingId))
    quantity: int = attrs.field(validator=units)
    unit_price: Money = attrs.field(validator=is_a(Money))
    title: str = attrs.field(default="", validator=is_text)
    cancelled: int | None = attrs.field(default=0, validator=optional(not_negative))
    shipped: int | None = attrs.field(default=0, validator=optional(not_negative))
    returned: int = attrs.field(default=0, validator=not_negative)
    fulfilled_by: Fulfiller | None = attrs.field(default=None, validator=optional(is_a(Fulfiller)))

    @property
    def is_untouched(self) -> bool:
        """Whether the channel says that nothing has happened to the line."""
        return self.cancelled == 0 and self.shipped == 0 and self.returned == 0


@final
@attrs.frozen(kw_only=True)
class ChannelClaim:
    """
    One order as its channel tells it at one moment: an observation, not a fact of ours.

    Args:
        number: The channel's own number of the order: what its interface calls it by.
        version: Grows with every change of the order at the channel, such as microseconds of
            its last change. Of two observations the higher version is the newer one.
        buyer: The channel's own name for the buyer; who that is stands in the raw payload.
        shipped_at: When the units told as shipped have left, where the channel says so.
        paid: What the channel has taken from the buyer for this order, None if it does not say.
        total: What the order costs with all its *lines* and *charges*, also with the units that
            were cancelled since, as the channel says; None if it does not say, or only what is
            left to pay. Where they come to something else, both are kept.
        presentment_total: The same in the currency that the buyer saw, where that is another
            one; kept beside, never converted.
        refunds: All that was paid back, as the channel tells it; None if it does not say.
        name: What people there call the order, where that is another number.
        status: The channel's own words for the state of the order, unread.
        states: The same words, read onto our axes as far as we know them.
    """

    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    number: str = attrs.field(validator=is_text)
    version: int = attrs.field(validator=not_negative)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)
    currency: Currency = attrs.field(validator=is_a(Currency))
    lines: tuple[ClaimLine, ...] = attrs.field(converter=as_tuple, validator=each(ClaimLine))
    charges: tuple[Charge, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Charge)
    )
    buyer: str | None = attrs.field(default=None, validator=optional(is_text), repr=False)
    shipped_at: datetime | None = attrs.field(
        default=None, converter=as_utc, validator=optional(aware)
    )
    paid: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    total: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    presentment_total: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    refunds: tuple[ChannelRefund, ...] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(as_tuple),
        validator=optional(each(ChannelRefund)),
    )
    name: str = attrs.field(default="", validator=is_text)
    status: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=_texts)
    states: ClaimedStates = attrs.field(default=ClaimedStates(), validator=is_a(ClaimedStates))

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "at least one ClaimLine")
        if len({line.id for line in self.lines}) != len(self.lines):
            raise refuse(
                self, "lines", [line.id for line in self.lines], "lines with ids of their own"
            )
        if self.refunds and len({one.id for one in self.refunds}) != len(self.refunds):
            ids = [one.id for one in self.refunds]
            raise refuse(self, "refunds", ids, "refunds with ids of their own")
        for line in self.lines:
            if line.unit_price.currency != self.currency:
                raise refuse(self, "lines", line.unit_price, f"priced in {self.currency.name}")

    @property
    def computed_total(self) -> int:
        """
        What lines and charges come to, in minor units; charges in another currency are left out.

        It has no upper bound: what a channel says may be larger than an amount can be.
        """
        goods = sum(line.unit_price.amount * line.quantity for line in self.lines)
        return goods + sum(
            charge.amount.amount
            for charge in self.charges
            if charge.adds and charge.amount.currency is self.currency
        )

    @property
    def order_id(self) -> OrderId:
        """
        The order's name over all channels.

        Raises:
            IdentifierError: If the channel's number cannot be part of an identifier.
        """
        return OrderId(f"{self.channel}/{self.number}")
