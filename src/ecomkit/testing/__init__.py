"""
The test kit, public: Hypothesis strategies and conformance kits.

Import what you need: :mod:`ecomkit.testing.strategies` and :mod:`ecomkit.testing.conformance`
need the ``testing`` extra; this package itself needs nothing.
"""

__all__ = ()
