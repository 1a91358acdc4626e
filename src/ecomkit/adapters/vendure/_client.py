"""The Vendure client: all of its flows in one."""

from __future__ import annotations

from ecomkit.adapters.vendure._account_flows import AccountFlows
from ecomkit.adapters.vendure._fulfilment_flows import FulfilmentFlows
from ecomkit.adapters.vendure._listing_flows import ListingFlows
from ecomkit.adapters.vendure._money_flows import MoneyFlows
from ecomkit.channels import (
    AccountCheck,
    CancelSink,
    CatalogSource,
    FulfilmentSink,
    ListingSink,
    LocationSource,
    OrderSource,
    PayloadReader,
    RefundSink,
    RefundSource,
    StockSink,
    StockSource,
)

__all__ = ["Vendure"]


class Vendure(
    ListingFlows,
    FulfilmentFlows,
    MoneyFlows,
    AccountFlows,
    roles=(
        OrderSource,
        PayloadReader,
        StockSink,
        StockSource,
        CatalogSource,
        ListingSink,
        FulfilmentSink,
        CancelSink,
        RefundSink,
        RefundSource,
        LocationSource,
        AccountCheck,
    ),
):
    """
    A Vendure shop, through the admin API of Vendure 3.

    Orders are numbered by their id and named by their code; listings are variants. Prices of
    claims are with tax. Stock is that of one stock location: the units that the server has
    promised are added to what is pushed, since it takes them off again.

    The core of Vendure calls nobody, so orders are pulled. It does not move an order's
    ``updatedAt`` when the order is paid, shipped or refunded; so each page of a later pull looks
    at the instants of all open orders and of all placed within *watch*. Of older ones that are
    done only changes of their lines are seen, and no refunds.

    Args:
        channel: The name of the account.
        url: Of the admin API, such as ``https://host/admin-api``.
        username: Of an administrator.
        password: Of the administrator.
        location: Whose stock is shown, by its id.
        channel_token: Which of the server's channels is meant; its default one unless given.
        precision: The digits that the server's MoneyStrategy counts with, for every currency.
        overlap: How far a later pull goes back, for changes that show late; also how much the
            server's clock may be behind ours.
        watch: How long orders that are done are looked at after they were placed.
        tokens: Where the session's token is kept; in memory unless given.
        site: In the place of the host's own, for tests.
        options: For requests.
        kit: What the session runs on.

    >>> from ecomkit.identifiers import ChannelId
    >>> from ecomkit.ports import Secret
    >>> Vendure(ChannelId("tea"), url="https://tea.example.com/admin-api", username="ecomkit",
    ...         password=Secret("p"), location="1")
    Vendure('tea')
    """
