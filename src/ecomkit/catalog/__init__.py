"""What is sold: products and their variants, kits, measures, barcodes, and how a channel's sku is read."""

from ecomkit.catalog._catalog import Catalog
from ecomkit.catalog._channel_price import ChannelListing, ChannelListings
from ecomkit.catalog._duplicates import DuplicateError
from ecomkit.catalog._gtin import (
    Gtin,
    GtinCharacterError,
    GtinCheckDigitError,
    GtinError,
    GtinLengthError,
    GtinZeroError,
    check_digit,
)
from ecomkit.catalog._kit import Component, Kit, KitCycleError, Kits, explode, kit_available
from ecomkit.catalog._measure import Measure, NotWholeError, Pack, UnitMismatchError
from ecomkit.catalog._price_history import (
    PRIOR_PRICE_DAYS,
    PriceHistory,
    PricePoint,
    PriorPrice,
    prior_price,
)
from ecomkit.catalog._price_list import PriceList, PriceListEntry, PriceTier
from ecomkit.catalog._product import Option, Product, Variant
from ecomkit.catalog._sku_policy import (
    SkuBlanks,
    SkuCase,
    SkuChange,
    SkuFault,
    SkuPolicy,
    SkuRead,
    SkuRefused,
    SkuStep,
    SkuUnicode,
)
from ecomkit.catalog._unit import Dimension, Unit

__all__ = [
    "PRIOR_PRICE_DAYS",
    "Catalog",
    "ChannelListing",
    "ChannelListings",
    "Component",
    "Dimension",
    "DuplicateError",
    "Gtin",
    "GtinCharacterError",
    "GtinCheckDigitError",
    "GtinError",
    "GtinLengthError",
    "GtinZeroError",
    "Kit",
    "KitCycleError",
    "Kits",
    "Measure",
    "NotWholeError",
    "Option",
    "Pack",
    "PriceHistory",
    "PriceList",
    "PriceListEntry",
    "PricePoint",
    "PriceTier",
    "PriorPrice",
    "Product",
    "SkuBlanks",
    "SkuCase",
    "SkuChange",
    "SkuFault",
    "SkuPolicy",
    "SkuRead",
    "SkuRefused",
    "SkuStep",
    "SkuUnicode",
    "Unit",
    "UnitMismatchError",
    "Variant",
    "check_digit",
    "explode",
    "kit_available",
    "prior_price",
]
