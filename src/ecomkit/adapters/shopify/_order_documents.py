"""What is asked of orders: compact pages, and what does not fit into them."""

from __future__ import annotations

from ecomkit.adapters.shopify._document import Document

__all__ = [
    "BULK_ORDERS",
    "FULFILLMENTS_AT_ONCE",
    "FULFILLMENT_LINES",
    "ORDER",
    "ORDERS",
    "ORDER_FULFILLMENTS",
    "ORDER_LINES",
    "ORDER_REFUNDS",
    "ORDER_SHIPPING",
    "REFUNDS_AT_ONCE",
    "REFUND_LINES",
    "RETURNS",
    "RETURN_LINES",
]

FULFILLMENTS_AT_ONCE = REFUNDS_AT_ONCE = 2
"""What a compact order holds of these lists; as many may mean that there are more."""

_MONEY = "{ shopMoney { amount } }"

_LINE = f"""
fragment LineFields on LineItem {{
  id
  title
  sku
  quantity
  currentQuantity
  unfulfilledQuantity
  variant {{ legacyResourceId }}
  originalUnitPriceSet {_MONEY}
  discountAllocations {{ allocatedAmountSet {_MONEY} }}
  taxLines {{ title priceSet {_MONEY} }}
}}
"""

_SHIPPING = f"""
fragment ShippingFields on ShippingLine {{
  title
  discountedPriceSet {_MONEY}
  taxLines {{ title priceSet {_MONEY} }}
}}
"""

_HEAD = f"""
fragment OrderHead on Order {{
  id
  legacyResourceId
  name
  test
  createdAt
  updatedAt
  cancelledAt
  closedAt
  currencyCode
  taxesIncluded
  displayFinancialStatus
  displayFulfillmentStatus
  returnStatus
  customer {{ legacyResourceId }}
  totalPriceSet {{ shopMoney {{ amount }} presentmentMoney {{ amount currencyCode }} }}
  totalReceivedSet {_MONEY}
  totalTipReceivedSet {_MONEY}
  originalTotalDutiesSet {_MONEY}
  originalTotalAdditionalFeesSet {_MONEY}
}}
"""

_ORDER = (
    """
fragment OrderFields on Order {
  ...OrderHead
  shippingLines(first: 2) { nodes { ...ShippingFields } pageInfo { hasNextPage endCursor } }
  lineItems(first: 5) { nodes { ...LineFields } pageInfo { hasNextPage endCursor } }
  fulfillments(first: 2) {
    id
    createdAt
    status
    fulfillmentLineItems(first: 5) {
      nodes { quantity lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
  refunds(first: 2) {
    id
    legacyResourceId
    createdAt
    note
    totalRefundedSet { shopMoney { amount } }
    refundLineItems(first: 5) {
      nodes { quantity restockType lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + _HEAD
    + _SHIPPING
    + _LINE
)

_ORDER_COST = 129

ORDERS = Document(
    name="Orders",
    text="""
query Orders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...OrderFields }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + _ORDER,
    cost=2,
    row_cost=_ORDER_COST,
)

ORDER = Document(
    name="Order",
    text="query Order($id: ID!) { order(id: $id) { ...OrderFields } }" + _ORDER,
    cost=_ORDER_COST,
)

ORDER_LINES = Document(
    name="OrderLines",
    text="""
query OrderLines($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    lineItems(first: $first, after: $after) {
      nodes { ...LineFields }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + _LINE,
    cost=3,
    row_cost=10,
)

ORDER_SHIPPING = Document(
    name="OrderShipping",
    text="""
query OrderShipping($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    shippingLines(first: $first, after: $after) {
      nodes { ...ShippingFields }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + _SHIPPING,
    cost=3,
    row_cost=6,
)

ORDER_FULFILLMENTS = Document(
    name="OrderFulfillments",
    text="""
query OrderFulfillments($id: ID!) {
  order(id: $id) {
    fulfillments(first: 150) {
      id
      createdAt
      status
      trackingInfo(first: 5) { number }
    }
  }
}
""",
    cost=901,
)

FULFILLMENT_LINES = Document(
    name="FulfillmentLines",
    text="""
query FulfillmentLines($id: ID!, $first: Int!, $after: String) {
  fulfillment(id: $id) {
    fulfillmentLineItems(first: $first, after: $after) {
      nodes { quantity lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    cost=3,
    row_cost=2,
)

ORDER_REFUNDS = Document(
    name="OrderRefunds",
    text="""
query OrderRefunds($id: ID!) {
  order(id: $id) {
    currencyCode
    refunds(first: 50) {
      id
      legacyResourceId
      createdAt
      note
      totalRefundedSet { shopMoney { amount } }
      transactions(first: 4) {
        nodes { kind status amountSet { shopMoney { amount } } }
      }
    }
  }
}
""",
    cost=801,
)

REFUND_LINES = Document(
    name="RefundLines",
    text="""
query RefundLines($id: ID!, $first: Int!, $after: String) {
  refund(id: $id) {
    refundLineItems(first: $first, after: $after) {
      nodes { quantity restockType lineItem { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    cost=3,
    row_cost=2,
)

RETURNS = Document(
    name="Returns",
    text="""
query Returns($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    returns(first: $first, after: $after) {
      nodes { id name status createdAt }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    cost=3,
    row_cost=1,
)

RETURN_LINES = Document(
    name="ReturnLines",
    text="""
query ReturnLines($id: ID!, $first: Int!, $after: String) {
  return(id: $id) {
    returnLineItems(first: $first, after: $after) {
      nodes {
        quantity
        customerNote
        returnReasonNote
        ... on ReturnLineItem { fulfillmentLineItem { lineItem { id } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
""",
    cost=3,
    row_cost=3,
)

# Inside a bulk query no connection may stand in a list: what of fulfilments and refunds there is
# shows only that the order has to be read by itself.
BULK_ORDERS = (
    """
{
  orders(query: "%(query)s", sortKey: UPDATED_AT) {
    edges {
      node {
        ...OrderHead
        shippingLines { edges { node { id ...ShippingFields } } }
        lineItems { edges { node { ...LineFields } } }
        fulfillments { id }
        refunds { id }
      }
    }
  }
}
"""
    + _HEAD
    + _SHIPPING
    + _LINE
)
