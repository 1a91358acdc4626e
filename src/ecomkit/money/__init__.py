"""
Money, exact to the minor unit.

Amounts are whole numbers of minor units with a currency; text and decimals enter by a strict
grammar; rounding is named where it happens; what is shared out sums to what there was.
"""

from ecomkit.money._amount import (
    CurrencyMismatchError,
    Money,
    MoneyFactorError,
    NoCurrencyError,
    sum_money,
)
from ecomkit.money._currency import Currency, UnknownCurrencyError
from ecomkit.money._exchange import ExchangeRate, Presentment
from ecomkit.money._parsing import MoneyFormatError, parse_decimal
from ecomkit.money._proration import (
    ProrationError,
    ProrationExcessError,
    prorate,
    prorate_up_to,
)
from ecomkit.money._rounding import Rounding, round_quotient, round_ratio

__all__ = [
    "Currency",
    "CurrencyMismatchError",
    "ExchangeRate",
    "Money",
    "MoneyFactorError",
    "MoneyFormatError",
    "NoCurrencyError",
    "Presentment",
    "ProrationError",
    "ProrationExcessError",
    "Rounding",
    "UnknownCurrencyError",
    "parse_decimal",
    "prorate",
    "prorate_up_to",
    "round_quotient",
    "round_ratio",
    "sum_money",
]
