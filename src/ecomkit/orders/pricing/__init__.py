"""
What an order costs, from its inputs: prices, discounts, shipping, fees and taxes.

:class:`Pricing` computes it in minor units and explains it; its charges make an order with the same
totals. Discounts and tax rules are callables, and one's own stand wherever ours do.
"""

from ecomkit.orders.pricing._basket import Basket, BasketPart, Cut, Discount, LinePredicate
from ecomkit.orders.pricing._discounts import (
    Allocation,
    FixedDiscount,
    PercentageDiscount,
    PercentageOf,
)
from ecomkit.orders.pricing._extra import Extra
from ecomkit.orders.pricing._minimum_price import MinimumPrice
from ecomkit.orders.pricing._pricing import Pricing
from ecomkit.orders.pricing._selection import OfCategories, OfSkus
from ecomkit.orders.pricing._taxes import (
    NoTax,
    NoTaxRateError,
    TaxAmount,
    TaxRate,
    TaxRates,
    TaxRule,
)
from ecomkit.orders.pricing._views import DiscountStep, PartPrice, TaxSummary

__all__ = [
    "Allocation",
    "Basket",
    "BasketPart",
    "Cut",
    "Discount",
    "DiscountStep",
    "Extra",
    "FixedDiscount",
    "LinePredicate",
    "MinimumPrice",
    "NoTax",
    "NoTaxRateError",
    "OfCategories",
    "OfSkus",
    "PartPrice",
    "PercentageDiscount",
    "PercentageOf",
    "Pricing",
    "TaxAmount",
    "TaxRate",
    "TaxRates",
    "TaxRule",
    "TaxSummary",
]
