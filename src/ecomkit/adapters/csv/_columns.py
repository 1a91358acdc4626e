"""Which column holds what, and what its words mean: the mapping of one kind of sheet."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.adapters.csv._cells import word
from ecomkit.adapters.csv._names import column, given, names, names_or_none
from ecomkit.adapters.csv._table import Names, Wanted
from ecomkit.channels import ClaimedStates
from ecomkit.money import Currency
from ecomkit.orders import Fulfiller, FulfilmentState, OrderState, PaymentState, ReturnState

__all__ = [
    "BlankNumber",
    "OrderColumns",
    "Standing",
]

TOTALS = frozenset({"total", "totals", "totaux", "total général", "grand total", "sous-total"})


class Standing(enum.Enum):
    """Where an order stands: what a word of its status column means for its units."""

    OPEN = "placed, and nothing is said of money and goods"
    PAID = "paid, to be sent"
    SHIPPED = "all its units are sent"
    DELIVERED = "all its units have arrived"
    CANCELLED = "none of its units will be sent"
    REFUNDED = "paid back before anything was sent: its units count as cancelled"
    RETURNED = "sent, come back and paid back"

    @property
    def states(self) -> ClaimedStates:
        """The same on our axes."""
        return _STATES[self]

    def units(self, quantity: int) -> dict[str, int]:
        """
        Return how many of *quantity* units are cancelled, shipped and returned.

        >>> Standing.REFUNDED.units(2)
        {'cancelled': 2, 'shipped': 0, 'returned': 0}
        """
        sent = self in {Standing.SHIPPED, Standing.DELIVERED, Standing.RETURNED}
        off = self in {Standing.CANCELLED, Standing.REFUNDED}
        back = self is Standing.RETURNED
        return {
            "cancelled": quantity if off else 0,
            "shipped": quantity if sent else 0,
            "returned": quantity if back else 0,
        }


_STATES = {
    Standing.OPEN: ClaimedStates(order=OrderState.OPEN),
    Standing.PAID: ClaimedStates(
        order=OrderState.OPEN,
        payment=PaymentState.PAID,
        fulfilment=FulfilmentState.UNFULFILLED,
    ),
    Standing.SHIPPED: ClaimedStates(fulfilment=FulfilmentState.FULFILLED),
    Standing.DELIVERED: ClaimedStates(fulfilment=FulfilmentState.DELIVERED),
    Standing.CANCELLED: ClaimedStates(order=OrderState.CANCELLED),
    Standing.REFUNDED: ClaimedStates(order=OrderState.CANCELLED, payment=PaymentState.REFUNDED),
    Standing.RETURNED: ClaimedStates(
        payment=PaymentState.REFUNDED, returning=ReturnState.RETURNED
    ),
}


class BlankNumber(enum.Enum):
    """What a row without an order number is."""

    IS_A_FAULT = "a row that cannot be read"
    CONTINUES = "one more line of the order above, whose cell was merged"


def _words(value: Any) -> Any:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {word(key): meaning for key, meaning in value.items()}
    return value


def _standings(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, dict) or not all(isinstance(one, Standing) for one in value.values()):
        raise refuse(instance, attribute.name, value, "words, each with a Standing")


def _fulfillers(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, dict) or not all(
        isinstance(one, Fulfiller) for one in value.values()
    ):
        raise refuse(instance, attribute.name, value, "words, each with a Fulfiller")


def _totals(value: Any) -> Any:
    if isinstance(value, Iterable) and not isinstance(value, str):
        words = tuple(value)
        return frozenset(map(word, words)) if all(isinstance(one, str) for one in words) else words
    return value


def _texts(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, frozenset) or not all(isinstance(one, str) for one in value):
        raise refuse(instance, attribute.name, value, "a set of words")


@final
@attrs.frozen(kw_only=True)
class OrderColumns:
    """
    How orders stand in a sheet: one row a line, the rows of one order share its number.

    Each column is named as the header has it, or by several names of which a sheet has one;
    capitals and blanks do not count. What concerns the whole order may stand in one of its rows
    or in all of them, then with the same value.

    Args:
        number: The order's number, or what tells two sales apart.
        placed_at: When it was bought.
        unit_price: The price of one unit; or
        line_total: the price of all units of the row.
        title: What was bought, in words.
        listing: What the channel calls it. None: the title names the listing.
        line: Tells the rows of one order apart. None: they are counted from 1.
        quantity: Units; 1 where the column or its cell is blank.
        currency: A code or a sign; or
        constant_currency: what all amounts are in.
        shipping: What the buyer paid for it.
        discount: What was taken off the whole order, with or without a minus.
        paid: What the buyer paid in all.
        total: What the order costs in all, as the sheet says; kept beside what its rows come to.
        buyer: The channel's name for them.
        shipped_at: When the goods left.
        status: The channel's words, kept as they are; and
        words: what they mean. A word that is not there means nothing.
        fulfiller: Who ships the row, in the channel's words; and
        fulfillers: the words that mean somebody else, whose units are never in our ledger.
        blank_number: What a row without a number is.
        totals: What stands in the number's place, or in the first cell of a row without a
            number, where the row sums up others and is passed over.

    >>> OrderColumns(number="N°", placed_at="Date", listing="Article", unit_price=("Prix", "PU"),
    ...              constant_currency=Currency.EUR, words={"Annulée": Standing.CANCELLED}).words
    {'annulée': <Standing.CANCELLED: 'none of its units will be sent'>}
    """

    number: Names = attrs.field(converter=names, validator=column)
    placed_at: Names = attrs.field(converter=names, validator=column)
    unit_price: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    line_total: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    title: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    listing: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    line: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    quantity: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    currency: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    constant_currency: Currency | None = attrs.field(
        default=None, validator=optional(is_a(Currency))
    )
    shipping: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    discount: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    paid: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    total: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    buyer: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    shipped_at: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    status: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    words: Mapping[str, Standing] = attrs.field(
        factory=dict, converter=_words, validator=_standings, hash=False
    )
    fulfiller: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    fulfillers: Mapping[str, Fulfiller] = attrs.field(
        factory=dict, converter=_words, validator=_fulfillers, hash=False
    )
    blank_number: BlankNumber = attrs.field(
        default=BlankNumber.IS_A_FAULT, validator=is_a(BlankNumber)
    )
    totals: frozenset[str] = attrs.field(default=TOTALS, converter=_totals, validator=_texts)

    def __attrs_post_init__(self) -> None:
        if (self.unit_price is None) is (self.line_total is None):
            raise refuse(self, "unit_price", self.unit_price, "given, or the line_total is")
        if (self.currency is None) is (self.constant_currency is None):
            raise refuse(self, "currency", self.currency, "given, or a constant_currency is")
        if self.title is None and self.listing is None:
            raise refuse(self, "listing", None, "given, or the title is")

    @property
    def needed(self) -> Wanted:
        """The columns without which a sheet is none of orders."""
        main = "title" if self.listing is None else "listing"
        return given(
            self, "number", "placed_at", main, "unit_price", "line_total", "currency", "line"
        )

    @property
    def more(self) -> Wanted:
        """The columns that a sheet may lack."""
        whole = ("shipping", "discount", "paid", "total", "buyer", "shipped_at")
        names = ("quantity", *whole, "status", "fulfiller")
        return given(self, *names) | (given(self, "title") if self.listing is not None else {})
