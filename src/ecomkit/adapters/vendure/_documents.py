"""What the client asks the admin API, one constant a document."""

from __future__ import annotations

from typing import Final

from ecomkit.adapters.vendure._document import Document

__all__ = [
    "ACCOUNT",
    "ADD_FULFILLMENT",
    "CANCEL_ORDER",
    "CHANGES",
    "LISTINGS",
    "LOCATIONS",
    "LOGIN",
    "ORDER",
    "ORDERS",
    "ORDER_CANCELLATIONS",
    "REFUND_ORDER",
    "SETTLE_REFUND",
    "STOCK",
    "TRANSITION_FULFILLMENT",
    "UPDATE_LISTINGS",
    "UPDATE_STOCK",
]

# When anything of an order happened. Its own updatedAt moves with its lines and little else.
_INSTANTS = """
  id updatedAt orderPlacedAt
  payments { createdAt updatedAt refunds { createdAt updatedAt } }
  fulfillments { createdAt updatedAt }
  history(options: { take: 1, sort: { createdAt: DESC } }) { items { createdAt } }
"""

_ORDER = """
fragment OrderParts on Order {
  id code state active orderPlacedAt createdAt updatedAt currencyCode
  shippingWithTax totalWithTax
  customer { id emailAddress firstName lastName phoneNumber }
  shippingAddress {
    fullName company streetLine1 streetLine2 city province postalCode country countryCode
    phoneNumber
  }
  billingAddress {
    fullName company streetLine1 streetLine2 city province postalCode country countryCode
  }
  lines {
    id quantity orderPlacedQuantity unitPriceWithTax
    discounts { description amountWithTax }
    productVariant { id sku name }
  }
  shippingLines { id shippingMethod { code name } }
  surcharges { id description priceWithTax }
  taxSummary { description taxRate taxTotal }
  payments {
    id method amount state transactionId createdAt updatedAt
    refunds { id total state reason createdAt updatedAt lines { orderLineId quantity } }
  }
  fulfillments {
    id state method trackingCode createdAt updatedAt lines { orderLineId quantity }
  }
  history(options: { take: 1, sort: { createdAt: DESC } }) { items { createdAt } }
}
"""

ORDERS: Final = Document(
    name="Orders",
    field="orders",
    text="query Orders($options: OrderListOptions) {"
    " orders(options: $options) { totalItems items { ...OrderParts } } }" + _ORDER,
)
CHANGES: Final = Document(
    name="Changes",
    field="orders",
    text="query Changes($options: OrderListOptions) {"
    " orders(options: $options) { totalItems items {" + _INSTANTS + "} } }",
)
ORDER: Final = Document(
    name="Order",
    field="order",
    text="query Order($id: ID!) { order(id: $id) { ...OrderParts } }" + _ORDER,
)
ORDER_CANCELLATIONS: Final = Document(
    name="OrderCancellations",
    field="order",
    text="""
query OrderCancellations($id: ID!, $skip: Int!, $take: Int!) {
  order(id: $id) {
    id
    history(options: {
      filter: { type: { eq: "ORDER_CANCELLATION" } }, sort: { createdAt: ASC },
      skip: $skip, take: $take
    }) { totalItems items { type data } }
  }
}
""",
)

_VARIANT = """
fragment Shelf on ProductVariant {
  id trackInventory outOfStockThreshold useGlobalOutOfStockThreshold
  stockLevels { stockLocationId stockOnHand stockAllocated }
}
"""
STOCK: Final = Document(
    name="Stock",
    field="productVariants",
    text="""
query Stock($options: ProductVariantListOptions) {
  productVariants(options: $options) { items { ...Shelf } }
  globalSettings { outOfStockThreshold trackInventory }
}
"""
    + _VARIANT,
)
UPDATE_STOCK: Final = Document(
    name="UpdateStock",
    field="updateProductVariants",
    text="mutation UpdateStock($input: [UpdateProductVariantInput!]!) {"
    " updateProductVariants(input: $input) { id } }",
)
LISTINGS: Final = Document(
    name="Listings",
    field="productVariants",
    text="""
query Listings($options: ProductVariantListOptions) {
  productVariants(options: $options) {
    totalItems
    items {
      ...Shelf
      sku name enabled price currencyCode prices { price currencyCode } product { enabled }
    }
  }
  globalSettings { outOfStockThreshold trackInventory }
}
"""
    + _VARIANT,
)
UPDATE_LISTINGS: Final = Document(
    name="UpdateListings",
    field="updateProductVariants",
    text="mutation UpdateListings($input: [UpdateProductVariantInput!]!) {"
    " updateProductVariants(input: $input) { id } }",
)

ADD_FULFILLMENT: Final = Document(
    name="AddFulfillment",
    field="addFulfillmentToOrder",
    text="""
mutation AddFulfillment($input: FulfillOrderInput!) {
  addFulfillmentToOrder(input: $input) {
    __typename
    ... on Fulfillment { id state }
    ... on ErrorResult { errorCode message }
    ... on FulfillmentStateTransitionError { transitionError }
  }
}
""",
)
TRANSITION_FULFILLMENT: Final = Document(
    name="TransitionFulfillment",
    field="transitionFulfillmentToState",
    text="""
mutation TransitionFulfillment($id: ID!, $state: String!) {
  transitionFulfillmentToState(id: $id, state: $state) {
    __typename
    ... on Fulfillment { id state }
    ... on ErrorResult { errorCode message }
    ... on FulfillmentStateTransitionError { transitionError }
  }
}
""",
)
CANCEL_ORDER: Final = Document(
    name="CancelOrder",
    field="cancelOrder",
    text="""
mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) {
    __typename
    ... on Order { id state }
    ... on ErrorResult { errorCode message }
    ... on OrderStateTransitionError { transitionError }
  }
}
""",
)
REFUND_ORDER: Final = Document(
    name="RefundOrder",
    field="refundOrder",
    text="""
mutation RefundOrder($input: RefundOrderInput!) {
  refundOrder(input: $input) {
    __typename
    ... on Refund { id state }
    ... on ErrorResult { errorCode message }
    ... on OrderStateTransitionError { transitionError }
    ... on RefundStateTransitionError { transitionError }
  }
}
""",
)
SETTLE_REFUND: Final = Document(
    name="SettleRefund",
    field="settleRefund",
    text="""
mutation SettleRefund($input: SettleRefundInput!) {
  settleRefund(input: $input) {
    __typename
    ... on Refund { id state }
    ... on ErrorResult { errorCode message }
    ... on RefundStateTransitionError { transitionError }
  }
}
""",
)

LOGIN: Final = Document(
    name="Login",
    field="login",
    text="""
mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) {
    __typename
    ... on CurrentUser { id }
    ... on ErrorResult { errorCode message }
  }
}
""",
)
LOCATIONS: Final = Document(
    name="Locations",
    field="stockLocations",
    text="query Locations($options: StockLocationListOptions) {"
    " stockLocations(options: $options) { totalItems items { id name } } }",
)
ACCOUNT: Final = Document(
    name="Account",
    field="me",
    text="""
query Account {
  me { identifier channels { id code permissions } }
  activeChannel { id code defaultCurrencyCode pricesIncludeTax }
}
""",
)
