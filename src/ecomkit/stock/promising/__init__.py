"""What can be promised for a day or for a basket, out of what is there and what is on its way."""

from ecomkit.stock.promising._available_to_promise import AvailableToPromise, Counting
from ecomkit.stock.promising._basket import (
    Basket,
    BasketAvailability,
    BasketLine,
    BasketNeed,
    BasketShortage,
    basket_available,
    basket_room,
)
from ecomkit.stock.promising._basket_day import earliest_basket
from ecomkit.stock.promising._basket_fit import BasketFit, FittedLine, fit_basket
from ecomkit.stock.promising._incoming import Commitment, Firmness, Incoming
from ecomkit.stock.promising._schedule import (
    CoverPart,
    ExpectedCover,
    PromiseSchedule,
    PromiseStep,
)

__all__ = [
    "AvailableToPromise",
    "Basket",
    "BasketAvailability",
    "BasketFit",
    "BasketLine",
    "BasketNeed",
    "BasketShortage",
    "Commitment",
    "Counting",
    "CoverPart",
    "ExpectedCover",
    "Firmness",
    "FittedLine",
    "Incoming",
    "PromiseSchedule",
    "PromiseStep",
    "basket_available",
    "basket_room",
    "earliest_basket",
    "fit_basket",
]
