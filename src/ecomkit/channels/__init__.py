"""
Channel client interfaces: the roles that a client can play, and the values they exchange.

Nothing here speaks to a network. A client implements the roles that its system can carry; the
test kit in :mod:`ecomkit.testing` proves it.
"""

from ecomkit.channels._claims import (
    ChannelClaim,
    ClaimLine,
)
from ecomkit.channels._errors import (
    ChannelAnswerError,
    ChannelAuthError,
    ChannelUnavailableError,
    RateLimitedError,
)
from ecomkit.channels._listings import (
    Listing,
    StockReading,
)
from ecomkit.channels._pages import (
    Cursor,
    ListingPage,
    OrderPage,
    PageEntry,
    ReadOrder,
    UnreadableOrder,
)
from ecomkit.channels._payloads import (
    Payload,
)
from ecomkit.channels._reconcile import (
    Disagreement,
    DisagreementKind,
    LineUnits,
    Reconciliation,
    order_of_claim,
    reconcile,
)
from ecomkit.channels._roles import (
    AsyncCatalogSource,
    AsyncFulfilmentSink,
    AsyncListingSink,
    AsyncOrderSource,
    AsyncRefundSink,
    AsyncStockSink,
    AsyncStockSource,
    AsyncWebhookSource,
    CatalogSource,
    Channel,
    FulfilmentSink,
    ListingSink,
    OrderSource,
    PayloadReader,
    RefundSink,
    StockSink,
    StockSource,
    WebhookSource,
)
from ecomkit.channels._updates import (
    Applied,
    Effect,
    Fulfilment,
    FulfilmentLine,
    ListingChange,
    Refund,
    Rejected,
    StockResult,
    StockUpdate,
    Unknown,
)
from ecomkit.channels._webhooks import (
    HintKind,
    WebhookHint,
)

__all__ = [
    "Applied",
    "AsyncCatalogSource",
    "AsyncFulfilmentSink",
    "AsyncListingSink",
    "AsyncOrderSource",
    "AsyncRefundSink",
    "AsyncStockSink",
    "AsyncStockSource",
    "AsyncWebhookSource",
    "CatalogSource",
    "Channel",
    "ChannelAnswerError",
    "ChannelAuthError",
    "ChannelClaim",
    "ChannelUnavailableError",
    "ClaimLine",
    "Cursor",
    "Disagreement",
    "DisagreementKind",
    "Effect",
    "Fulfilment",
    "FulfilmentLine",
    "FulfilmentSink",
    "HintKind",
    "LineUnits",
    "Listing",
    "ListingChange",
    "ListingPage",
    "ListingSink",
    "OrderPage",
    "OrderSource",
    "PageEntry",
    "Payload",
    "PayloadReader",
    "RateLimitedError",
    "ReadOrder",
    "Reconciliation",
    "Refund",
    "RefundSink",
    "Rejected",
    "StockReading",
    "StockResult",
    "StockSink",
    "StockSource",
    "StockUpdate",
    "Unknown",
    "UnreadableOrder",
    "WebhookHint",
    "WebhookSource",
    "order_of_claim",
    "reconcile",
]
