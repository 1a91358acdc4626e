"""
A stateful fake of Shopify's Admin GraphQL API, version 2026-10.

Any sensible document is answered, with the vendor's query costs, refusals, webhooks and bulk
exports; the merchant's and the shopper's side are methods.
"""

from ecomkit.testing.fakes.shopify._fake import ShopifyFake

__all__ = ["ShopifyFake"]
