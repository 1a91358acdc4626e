"""
The test kit, public: Hypothesis strategies, conformance kits and fakes of remote systems.

Import what you need: :mod:`ecomkit.testing.strategies` and :mod:`ecomkit.testing.conformance`
need the ``testing`` extra; this package itself and :mod:`ecomkit.testing.fakes` need nothing.

- ``StoreConformance`` proves a store, with the pure model beside it at every step.
- ``OrderSourceConformance``, ``StockSinkConformance`` and others prove a client, role by role.
- The strategies draw the values that the laws of your own program may start from.
- The fakes answer as Shopify, WooCommerce and Vendure do, on a wire as bad as you like.
"""

__all__ = ()
