"""Customers in the books: one for each buyer of each channel, and what they have ordered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from ecomkit.customers import Customer, Identity
from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId, CustomerId, OrderId
from ecomkit.orders import Order
from ecomkit.ports import Collection, Transaction

__all__ = [
    "ALIASES",
    "CUSTOMERS",
    "CUSTOMER_ORDERS",
    "Alias",
    "CustomerOrder",
    "UnknownCustomerError",
    "buyer_id",
    "find_customer",
    "is_forgotten",
    "load_customer",
    "note_orders",
    "with_buyer",
]


@final
@attrs.frozen(kw_only=True)
class CustomerOrder:
    """That a customer has placed an order: how the orders of one person are found."""

    customer: CustomerId
    order: OrderId


@final
@attrs.frozen(kw_only=True)
class Alias:
    """Another id that a customer goes by: that of a buyer, or of one merged into them."""

    id: CustomerId
    customer: CustomerId


CUSTOMERS = Collection(name="customer", type=Customer, key=lambda customer: customer.id)
CUSTOMER_ORDERS = Collection(
    name="customer_order",
    type=CustomerOrder,
    key=lambda placed: placed.order,
    index=lambda placed: placed.customer,
)
ALIASES = Collection(
    name="customer_alias",
    type=Alias,
    key=lambda alias: alias.id,
    index=lambda alias: alias.customer,
)


@attrs.frozen(kw_only=True)
class UnknownCustomerError(InputError):
    """
    Raised when a customer is named that is not in the books.

    >>> print(UnknownCustomerError(customer=CustomerId("c-1")))
    there is no customer 'c-1'
    """

    customer: CustomerId

    @property
    def message(self) -> str:
        """The customer."""
        return f"there is no customer {str(self.customer)!r}"


def buyer_id(channel: ChannelId, buyer: str) -> CustomerId:
    """
    Return the id of the customer that *channel* calls *buyer*.

    It is a digest, so that it names nobody; it stays on orders for good. Whoever knows a channel's
    number of a buyer can tell which orders are theirs: so late data are recognised.
    """
    return CustomerId(hashlib.sha256(f"{channel}/{buyer}".encode()).hexdigest()[:24])


def find_customer(tx: Transaction, name: CustomerId) -> Customer | None:
    """Return the customer that goes by the id *name*, their own or another; None for nobody."""
    known = tx.get(CUSTOMERS, name)
    if known is not None:
        return known
    alias = tx.get(ALIASES, name)
    return None if alias is None else tx.get(CUSTOMERS, alias.customer)


def load_customer(tx: Transaction, name: CustomerId) -> Customer:
    """
    Return the customer that goes by the id *name*.

    Raises:
        UnknownCustomerError: If nobody does.
    """
    found = find_customer(tx, name)
    if found is None:
        raise UnknownCustomerError(customer=name)
    return found


def note_orders(tx: Transaction, orders: Iterable[Order]) -> None:
    """Note who has placed *orders*, new ones, where somebody is known to have."""
    tx.put(
        CUSTOMER_ORDERS,
        (
            CustomerOrder(customer=order.customer, order=order.id)
            for order in orders
            if order.customer is not None
        ),
    )


def is_forgotten(customer: Customer | None, *, placed_at: datetime) -> bool:
    """
    Say whether what a channel tells of *customer* comes too late to be kept.

    Who was erased is forgotten with all that they had ordered until then, however often a channel
    tells it again. Who buys anew is a customer again.
    """
    return (
        customer is not None and customer.erased_at is not None and placed_at <= customer.erased_at
    )


def with_buyer(
    known: Customer | None, *, name: CustomerId, channel: ChannelId, buyer: str
) -> Customer:
    """
    Return *known* as the one that *channel* calls *buyer*, itself where it says so already.

    Where nobody is known, it is somebody new under *name*. Who was erased and buys anew has a
    face again, so that they can be erased again.

    Raises:
        FieldError: If *buyer* is blank.
    """
    if known is not None and any(account.key == (channel, buyer) for account in known.identities):
        return known
    identity = Identity(channel=channel, external_id=buyer)
    if known is None:
        return Customer(id=name, identities=(identity,))
    return attrs.evolve(known, identities=(*known.identities, identity), erased_at=None)
