"""Currencies: the codes of ISO 4217 and how many decimal digits each has."""

from __future__ import annotations

from enum import Enum
from typing import Self

import attrs

from ecomkit.errors import InputError, shown

__all__ = ["Currency", "UnknownCurrencyError"]


@attrs.frozen(kw_only=True)
class UnknownCurrencyError(InputError):
    """
    Raised when a text is no currency code that ecomkit knows.

    >>> print(UnknownCurrencyError(got="eur"))
    a currency is an ISO 4217 code in capitals, such as EUR, got 'eur'
    """

    got: object

    @property
    def message(self) -> str:
        """The rule, and what was got."""
        return f"a currency is an ISO 4217 code in capitals, such as EUR, got {shown(self.got)}"


class Currency(Enum):
    """
    A currency of ISO 4217 that has minor units, funds included.

    Metals, drawing rights and testing codes have no minor unit in the standard, so no
    :class:`~ecomkit.money.Money` can be made of them. The source is list one of the ISO 4217
    maintenance agency, as of January 2026.

    >>> Currency.EUR.exponent, Currency.JPY.exponent, Currency.KWD.exponent
    (2, 0, 3)
    >>> Currency.parse("EUR")
    <Currency.EUR: 'EUR'>
    """

    exponent: int
    """How many decimal digits an amount has: a unit is 10 to this power minor units."""

    def __new__(cls, code: str, exponent: int) -> Self:
        """Make a member whose value is its code."""
        member = object.__new__(cls)
        member._value_ = code
        member.exponent = exponent
        return member

    @classmethod
    def parse(cls, text: str) -> Currency:
        """
        Return the currency with the code *text*, in capitals and without blanks.

        Raises:
            UnknownCurrencyError: If there is none.
        """
        found = cls.__members__.get(text) if isinstance(text, str) else None
        if found is None:
            raise UnknownCurrencyError(got=text)
        return found

    AED = "AED", 2
    AFN = "AFN", 2
    ALL = "ALL", 2
    AMD = "AMD", 2
    AOA = "AOA", 2
    ARS = "ARS", 2
    AUD = "AUD", 2
    AWG = "AWG", 2
    AZN = "AZN", 2
    BAM = "BAM", 2
    BBD = "BBD", 2
    BDT = "BDT", 2
    BHD = "BHD", 3
    BIF = "BIF", 0
    BMD = "BMD", 2
    BND = "BND", 2
    BOB = "BOB", 2
    BOV = "BOV", 2
    BRL = "BRL", 2
    BSD = "BSD", 2
    BTN = "BTN", 2
    BWP = "BWP", 2
    BYN = "BYN", 2
    BZD = "BZD", 2
    CAD = "CAD", 2
    CDF = "CDF", 2
    CHE = "CHE", 2
    CHF = "CHF", 2
    CHW = "CHW", 2
    CLF = "CLF", 4
    CLP = "CLP", 0
    CNY = "CNY", 2
    COP = "COP", 2
    COU = "COU", 2
    CRC = "CRC", 2
    CUP = "CUP", 2
    CVE = "CVE", 2
    CZK = "CZK", 2
    DJF = "DJF", 0
    DKK = "DKK", 2
    DOP = "DOP", 2
    DZD = "DZD", 2
    EGP = "EGP", 2
    ERN = "ERN", 2
    ETB = "ETB", 2
    EUR = "EUR", 2
    FJD = "FJD", 2
    FKP = "FKP", 2
    GBP = "GBP", 2
    GEL = "GEL", 2
    GHS = "GHS", 2
    GIP = "GIP", 2
    GMD = "GMD", 2
    GNF = "GNF", 0
    GTQ = "GTQ", 2
    GYD = "GYD", 2
    HKD = "HKD", 2
    HNL = "HNL", 2
    HTG = "HTG", 2
    HUF = "HUF", 2
    IDR = "IDR", 2
    ILS = "ILS", 2
    INR = "INR", 2
    IQD = "IQD", 3
    IRR = "IRR", 2
    ISK = "ISK", 0
    JMD = "JMD", 2
    JOD = "JOD", 3
    JPY = "JPY", 0
    KES = "KES", 2
    KGS = "KGS", 2
    KHR = "KHR", 2
    KMF = "KMF", 0
    KPW = "KPW", 2
    KRW = "KRW", 0
    KWD = "KWD", 3
    KYD = "KYD", 2
    KZT = "KZT", 2
    LAK = "LAK", 2
    LBP = "LBP", 2
    LKR = "LKR", 2
    LRD = "LRD", 2
    LSL = "LSL", 2
    LYD = "LYD", 3
    MAD = "MAD", 2
    MDL = "MDL", 2
    MGA = "MGA", 2
    MKD = "MKD", 2
    MMK = "MMK", 2
    MNT = "MNT", 2
    MOP = "MOP", 2
    MRU = "MRU", 2
    MUR = "MUR", 2
    MVR = "MVR", 2
    MWK = "MWK", 2
    MXN = "MXN", 2
    MXV = "MXV", 2
    MYR = "MYR", 2
    MZN = "MZN", 2
    NAD = "NAD", 2
    NGN = "NGN", 2
    NIO = "NIO", 2
    NOK = "NOK", 2
    NPR = "NPR", 2
    NZD = "NZD", 2
    OMR = "OMR", 3
    PAB = "PAB", 2
    PEN = "PEN", 2
    PGK = "PGK", 2
    PHP = "PHP", 2
    PKR = "PKR", 2
    PLN = "PLN", 2
    PYG = "PYG", 0
    QAR = "QAR", 2
    RON = "RON", 2
    RSD = "RSD", 2
    RUB = "RUB", 2
    RWF = "RWF", 0
    SAR = "SAR", 2
    SBD = "SBD", 2
    SCR = "SCR", 2
    SDG = "SDG", 2
    SEK = "SEK", 2
    SGD = "SGD", 2
    SHP = "SHP", 2
    SLE = "SLE", 2
    SOS = "SOS", 2
    SRD = "SRD", 2
    SSP = "SSP", 2
    STN = "STN", 2
    SVC = "SVC", 2
    SYP = "SYP", 2
    SZL = "SZL", 2
    THB = "THB", 2
    TJS = "TJS", 2
    TMT = "TMT", 2
    TND = "TND", 3
    TOP = "TOP", 2
    TRY = "TRY", 2
    TTD = "TTD", 2
    TWD = "TWD", 2
    TZS = "TZS", 2
    UAH = "UAH", 2
    UGX = "UGX", 0
    USD = "USD", 2
    USN = "USN", 2
    UYI = "UYI", 0
    UYU = "UYU", 2
    UYW = "UYW", 4
    UZS = "UZS", 2
    VED = "VED", 2
    VES = "VES", 2
    VND = "VND", 0
    VUV = "VUV", 0
    WST = "WST", 2
    XAD = "XAD", 2
    XAF = "XAF", 0
    XCD = "XCD", 2
    XCG = "XCG", 2
    XOF = "XOF", 0
    XPF = "XPF", 0
    YER = "YER", 2
    ZAR = "ZAR", 2
    ZMW = "ZMW", 2
    ZWG = "ZWG", 2

    # Withdrawn between 2021 and 2026; orders, refunds and ledgers in them are still read.
    ANG = "ANG", 2
    BGN = "BGN", 2
    CUC = "CUC", 2
    HRK = "HRK", 2
    SLL = "SLL", 2
    ZWL = "ZWL", 2
