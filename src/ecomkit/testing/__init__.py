"""
The test kit, public: Hypothesis strategies and conformance kits.

Import what you need: :mod:`ecomkit.testing.strategies` and :mod:`ecomkit.testing.conformance`
need the ``testing`` extra; this package itself needs nothing.

- ``StoreConformance`` proves a store, with the pure model beside it at every step.
- ``OrderSourceConformance`` and ``StockSinkConformance`` prove a channel client, role by role.
- The strategies draw the values that the laws of your own program may start from.
"""

__all__ = ()
