"""
Channel client interfaces: the roles that a client can play, and the values they exchange.

Nothing here speaks to a network. A client implements the roles that its system can carry; the
test kit in :mod:`ecomkit.testing` proves it.
"""

from ecomkit.channels._account import (
    AccountReport,
    ChannelLocation,
    Finding,
    Health,
)
from ecomkit.channels._after_sales import (
    ChannelRefund,
    ChannelReturn,
    RefundState,
    key_mark,
)
from ecomkit.channels._async_roles import (
    AsyncAccountCheck,
    AsyncCancelSink,
    AsyncCatalogSource,
    AsyncFulfilmentSink,
    AsyncListingSink,
    AsyncLocationSource,
    AsyncOrderSource,
    AsyncRefundSink,
    AsyncRefundSource,
    AsyncReturnSource,
    AsyncStockSink,
    AsyncStockSource,
    AsyncWebhookSource,
    AsyncWebhookSubscriber,
)
from ecomkit.channels._claim_money import (
    payment_of_claim,
)
from ecomkit.channels._claim_units import (
    UnitsTold,
    units_told,
)
from ecomkit.channels._claims import (
    ChannelClaim,
    ClaimLine,
)
from ecomkit.channels._contradictions import (
    Contradiction,
    ContradictionKind,
    contradictions,
)
from ecomkit.channels._deliveries import (
    AsyncDeliveryReader,
    DeliveryReader,
    WebhookDelivery,
)
from ecomkit.channels._disagreements import (
    Disagreement,
    DisagreementKind,
)
from ecomkit.channels._errors import (
    ChannelAnswerError,
    ChannelAuthError,
    ChannelUnavailableError,
    RateLimitedError,
)
from ecomkit.channels._fields import (
    Built,
    Faulty,
    Fields,
    choice_of,
    entry_of,
    identity,
    instant_of,
    money_of,
    read_fields,
    text_of,
    texts_of,
    whole_of,
)
from ecomkit.channels._listings import (
    Listing,
    ListingState,
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
from ecomkit.channels._placing import (
    order_of_claim,
)
from ecomkit.channels._reconcile import (
    Reconciliation,
    reconcile,
)
from ecomkit.channels._roles import (
    AccountCheck,
    CancelSink,
    CatalogSource,
    Channel,
    FulfilmentSink,
    GroupingStockSink,
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
from ecomkit.channels._states import (
    ClaimedStates,
)
from ecomkit.channels._told_lines import (
    ToldLine,
    told_before,
)
from ecomkit.channels._updates import (
    Applied,
    Cancellation,
    Effect,
    Fulfilment,
    LineUnits,
    ListingChange,
    Refund,
    Rejected,
    StockResult,
    StockUpdate,
    Unknown,
)
from ecomkit.channels._webhooks import (
    HintKind,
    Subscription,
    WebhookHint,
)

__all__ = [
    "AccountCheck",
    "AccountReport",
    "Applied",
    "AsyncAccountCheck",
    "AsyncCancelSink",
    "AsyncCatalogSource",
    "AsyncDeliveryReader",
    "AsyncFulfilmentSink",
    "AsyncListingSink",
    "AsyncLocationSource",
    "AsyncOrderSource",
    "AsyncRefundSink",
    "AsyncRefundSource",
    "AsyncReturnSource",
    "AsyncStockSink",
    "AsyncStockSource",
    "AsyncWebhookSource",
    "AsyncWebhookSubscriber",
    "Built",
    "CancelSink",
    "Cancellation",
    "CatalogSource",
    "Channel",
    "ChannelAnswerError",
    "ChannelAuthError",
    "ChannelClaim",
    "ChannelLocation",
    "ChannelRefund",
    "ChannelReturn",
    "ChannelUnavailableError",
    "ClaimLine",
    "ClaimedStates",
    "Contradiction",
    "ContradictionKind",
    "Cursor",
    "DeliveryReader",
    "Disagreement",
    "DisagreementKind",
    "Effect",
    "Faulty",
    "Fields",
    "Finding",
    "Fulfilment",
    "FulfilmentSink",
    "GroupingStockSink",
    "Health",
    "HintKind",
    "LineUnits",
    "Listing",
    "ListingChange",
    "ListingPage",
    "ListingSink",
    "ListingState",
    "LocationSource",
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
    "RefundSource",
    "RefundState",
    "Rejected",
    "ReturnSource",
    "StockReading",
    "StockResult",
    "StockSink",
    "StockSource",
    "StockUpdate",
    "Subscription",
    "ToldLine",
    "UnitsTold",
    "Unknown",
    "UnreadableOrder",
    "WebhookDelivery",
    "WebhookHint",
    "WebhookSource",
    "WebhookSubscriber",
    "choice_of",
    "contradictions",
    "entry_of",
    "identity",
    "instant_of",
    "key_mark",
    "money_of",
    "order_of_claim",
    "payment_of_claim",
    "read_fields",
    "reconcile",
    "text_of",
    "texts_of",
    "told_before",
    "units_told",
    "whole_of",
]
