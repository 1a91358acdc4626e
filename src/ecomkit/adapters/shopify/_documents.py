"""What is asked and told besides orders: stock, listings, shipping, money, the account."""

from __future__ import annotations

from ecomkit.adapters.shopify._document import Document

__all__ = [
    "ACCOUNT",
    "BULK_OPERATION",
    "BULK_RUN",
    "CANCELLED",
    "FULFILLMENT_CREATE",
    "FULFILLMENT_ORDERS",
    "FULFILLMENT_ORDER_LINES",
    "LINE_UNITS",
    "LOCATIONS",
    "ORDER_CANCEL",
    "ORDER_MONEY",
    "PRODUCT_STATUS",
    "REFUND_CREATE",
    "SET_QUANTITIES",
    "SUBSCRIBE",
    "SUBSCRIPTIONS",
    "UNSUBSCRIBE",
    "UPDATE_VARIANTS",
    "VARIANTS",
    "VARIANT_PRODUCTS",
    "VARIANT_STOCK",
]

VARIANT_STOCK = Document(
    name="VariantStock",
    text="""
query VariantStock($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id
      inventoryItem {
        id
        tracked
        inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
      }
    }
  }
}
""",
    cost=1,
    row_cost=4,
)

SET_QUANTITIES = Document(
    name="SetQuantities",
    text="""
mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message }
  }
}
""",
    cost=12,
)

VARIANTS = Document(
    name="Variants",
    text="""
query Variants($first: Int!, $after: String, $location: ID!, $query: String) {
  shop { currencyCode }
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes {
      legacyResourceId
      displayName
      sku
      barcode
      price
      product { status }
      inventoryItem {
        id
        tracked
        inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
""",
    cost=3,
    row_cost=5,
)

VARIANT_PRODUCTS = Document(
    name="VariantProducts",
    text="""
query VariantProducts($ids: [ID!]!) {
  shop { currencyCode }
  nodes(ids: $ids) { ... on ProductVariant { id product { id } } }
}
""",
    cost=2,
    row_cost=2,
)

UPDATE_VARIANTS = Document(
    name="UpdateVariants",
    text="""
mutation UpdateVariants($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: true) {
    userErrors { field message }
  }
}
""",
    cost=12,
)

PRODUCT_STATUS = Document(
    name="ProductStatus",
    text="""
mutation ProductStatus($product: ProductUpdateInput!) {
  productUpdate(product: $product) { userErrors { field message } }
}
""",
    cost=12,
)

FULFILLMENT_ORDERS = Document(
    name="FulfillmentOrders",
    text="""
query FulfillmentOrders($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    fulfillmentOrders(first: $first, after: $after) {
      nodes {
        id
        supportedActions { action }
        assignedLocation { location { id } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    cost=3,
    row_cost=4,
)

FULFILLMENT_ORDER_LINES = Document(
    name="FulfillmentOrderLines",
    text="""
query FulfillmentOrderLines($id: ID!, $first: Int!, $after: String) {
  fulfillmentOrder(id: $id) {
    lineItems(first: $first, after: $after) {
      nodes { id remainingQuantity lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    cost=3,
    row_cost=2,
)

FULFILLMENT_CREATE = Document(
    name="FulfillmentCreate",
    text="""
mutation FulfillmentCreate($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { userErrors { field message } }
}
""",
    cost=12,
)

ORDER_MONEY = Document(
    name="OrderMoney",
    text="""
query OrderMoney($id: ID!) {
  order(id: $id) {
    presentmentCurrencyCode
    refunds(first: 150) { note }
    transactions(first: 150) {
      id
      kind
      status
      gateway
      amountSet { presentmentMoney { amount } }
      parentTransaction { id }
    }
  }
}
""",
    cost=751,
)

LINE_UNITS = Document(
    name="LineUnits",
    text="""
query LineUnits($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    lineItems(first: $first, after: $after) {
      nodes { id refundableQuantity unfulfilledQuantity }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    cost=3,
    row_cost=1,
)

REFUND_CREATE = Document(
    name="RefundCreate",
    text="""
mutation RefundCreate($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { userErrors { field message } }
}
""",
    cost=12,
)

ORDER_CANCEL = Document(
    name="OrderCancel",
    text="""
mutation OrderCancel($id: ID!, $note: String!) {
  orderCancel(
    orderId: $id
    reason: OTHER
    restock: true
    notifyCustomer: false
    refundMethod: {originalPaymentMethodsRefund: false}
    staffNote: $note
  ) {
    orderCancelUserErrors { code field message }
  }
}
""",
    cost=12,
)

CANCELLED = Document(
    name="Cancelled",
    text="query Cancelled($id: ID!) { order(id: $id) { cancelledAt } }",
    cost=1,
)

LOCATIONS = Document(
    name="Locations",
    text="""
query Locations($first: Int!, $after: String) {
  locations(first: $first, after: $after, includeInactive: true) {
    nodes { legacyResourceId name isActive }
    pageInfo { hasNextPage endCursor }
  }
}
""",
    cost=2,
    row_cost=1,
)

SUBSCRIPTIONS = Document(
    name="Subscriptions",
    text="""
query Subscriptions($first: Int!, $after: String) {
  webhookSubscriptions(first: $first, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
""",
    cost=2,
    row_cost=1,
)

SUBSCRIBE = Document(
    name="Subscribe",
    text="""
mutation Subscribe($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
    userErrors { field message }
  }
}
""",
    cost=12,
)

UNSUBSCRIBE = Document(
    name="Unsubscribe",
    text="""
mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { userErrors { field message } }
}
""",
    cost=12,
)

ACCOUNT = Document(
    name="Account",
    text="""
query Account($location: ID!) {
  shop { currencyCode plan { publicDisplayName partnerDevelopment } }
  currentAppInstallation { accessScopes { handle } }
  location(id: $location) { name isActive }
}
""",
    cost=5,
)

BULK_RUN = Document(
    name="BulkRun",
    text="""
mutation BulkRun($query: String!) {
  bulkOperationRunQuery(query: $query) {
    bulkOperation { id }
    userErrors { code field message }
  }
}
""",
    cost=13,
)

BULK_OPERATION = Document(
    name="BulkOperation",
    text="""
query BulkOperation($id: ID!) {
  bulkOperation(id: $id) { status errorCode objectCount url }
}
""",
    cost=1,
)
