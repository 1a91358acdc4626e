"""The Shopify client: all of its flows in one."""

from __future__ import annotations

from ecomkit.adapters.shopify._account_flows import AccountFlows
from ecomkit.adapters.shopify._after_sales_flows import AfterSalesFlows
from ecomkit.adapters.shopify._bulk_flows import BulkFlows
from ecomkit.adapters.shopify._fulfilment_flows import FulfilmentFlows
from ecomkit.adapters.shopify._listing_flows import ListingFlows
from ecomkit.adapters.shopify._money_flows import MoneyFlows
from ecomkit.adapters.shopify._stock_flows import StockFlows
from ecomkit.adapters.shopify._webhook_flows import WebhookFlows
from ecomkit.channels import (
    AccountCheck,
    CancelSink,
    CatalogSource,
    DeliveryReader,
    FulfilmentSink,
    ListingSink,
    LocationSource,
    OrderSource,
    PayloadReader,
    RefundSink,
    RefundSource,
    ReturnSource,
    StockSink,
    StockSource,
    WebhookSource,
    WebhookSubscriber,
)

__all__ = ["Shopify"]


class Shopify(
    BulkFlows,
    StockFlows,
    ListingFlows,
    FulfilmentFlows,
    MoneyFlows,
    AfterSalesFlows,
    WebhookFlows,
    AccountFlows,
    roles=(
        OrderSource,
        PayloadReader,
        DeliveryReader,
        StockSink,
        StockSource,
        CatalogSource,
        ListingSink,
        FulfilmentSink,
        CancelSink,
        RefundSink,
        RefundSource,
        ReturnSource,
        LocationSource,
        WebhookSource,
        WebhookSubscriber,
        AccountCheck,
    ),
):
    """
    A Shopify shop, through the Admin GraphQL API.

    Orders are numbered by their numeric id and named as people know them (``#1001``); listings
    are variants. Money is in the shop's currency. Stock is that of one location.

    Shopify tells changes to the second: two states of an order within one second have the same
    version, unless units or refunds tell them apart.

    Args:
        channel: The name of the account.
        shop: ``name.myshopify.com``.
        token: The access token, or credentials that renew it (:func:`expiring_token`).
        location: Whose stock is shown, by its number or its global id.
        webhook_secrets: The application's client secrets that are active; none if it is not
            called.
        version: Of the API.
        overlap: How far a later pull goes back, for changes that show late.
        test_orders: Whether orders that try the shop out count.
        site: In the place of the shop's own, for tests.
        options: For requests.
        kit: What the session runs on.

    >>> from ecomkit.identifiers import ChannelId
    >>> from ecomkit.ports import Secret
    >>> Shopify(ChannelId("corner"), shop="corner.myshopify.com", token=Secret("t"), location="1")
    Shopify('corner')
    """
