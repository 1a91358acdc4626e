"""The language in which a customer reads a verdict: sentences, words, dates and amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, final

import attrs

from ecomkit._checks import Validator, as_tuple, each, is_a, refuse
from ecomkit.money import Money
from ecomkit.returns._facts import Proof
from ecomkit.returns._finding import PLACES, RuleFinding, places_of
from ecomkit.returns._request import Condition
from ecomkit.timeline import on_clock

__all__ = ["FINDING_SENTENCES", "SENTENCES", "WORDS", "Language"]

FINDING_SENTENCES: Final = frozenset(
    {
        "already_returned",
        "authorisation",
        "category",
        "condition",
        "delivery",
        "final_sale",
        "other",
        "proof",
        "return_limit",
        "shipment",
        "window",
        "window_ahead",
    }
)
"""The rules whose findings have a sentence; ``other`` is for rules that bring none."""

SENTENCES: Final = FINDING_SENTENCES | {
    "by_law",
    "closing",
    "exchange",
    "fee",
    "keep",
    "line_accepted",
    "line_partial",
    "opening_accepted",
    "opening_exception",
    "opening_refused",
    "refund",
    "refund_by",
    "send_back_by",
    "standard_shipping",
    "store_credit",
    "store_credit_bonus",
    "value_loss",
    "way_back_buyer",
    "way_back_seller",
}
"""All sentences that a language has."""

WORDS: Final = frozenset(word.value for kind in (Condition, Proof) for word in kind)
"""What a finding of ecomkit may name; a language has words for all of it."""

_PLACES = PLACES | {"amount"}
_MONTHS = 12


def _frozen(texts: Any) -> Any:
    return MappingProxyType(dict(texts)) if isinstance(texts, Mapping) else texts


def _written_with(*places: str) -> Validator:
    """Return a validator that accepts a text in which exactly *places* are filled in."""
    wanted = f"a text with {', '.join(f'{{{place}}}' for place in places)} and nothing else"

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, str) or places_of(value) != frozenset(places):
            raise refuse(instance, attribute.name, value, wanted)

    return check


def _two(instance: object, attribute: attrs.Attribute[Any], value: tuple[str, ...]) -> None:
    if len(value) != 2:  # noqa: PLR2004  # for the thousands and for the decimals
        raise refuse(instance, attribute.name, value, "two marks")


@final
@attrs.frozen(kw_only=True, eq=False)
class Language:
    r"""
    One language, as a table: everything that a verdict says to a customer is written here.

    ``ENGLISH`` and ``FRENCH`` come along; another language is another value.

    Args:
        code: The code of the language, as in ISO 639-1; by it a custom rule's text is found.
        sentences: A sentence for each name in ``SENTENCES``.
        words: A word for each name in ``WORDS``; a name without one is written as it is.
        months: The names of the twelve months.
        date: How a date is written, with ``{day}``, ``{month}`` and ``{year}``.
        first_day: How the first day of a month is written.
        money: How an amount is written, with ``{amount}`` and ``{symbol}``.
        marks: What separates the thousands, and the decimals.
        symbols: The signs of currencies; amounts in others are followed by their codes.

    Raises:
        FieldError: If a sentence or a word is missing, or a sentence wants something filled in
            that there is not.

    >>> from ecomkit.money import Currency
    >>> from ecomkit.returns._french import FRENCH
    >>> FRENCH.amount(Money(1250, Currency.EUR))
    '12,50\xa0€'
    """

    code: str = attrs.field(validator=is_a(str))
    sentences: Mapping[str, str] = attrs.field(converter=_frozen, repr=False)
    words: Mapping[str, str] = attrs.field(converter=_frozen, repr=False)
    months: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str), repr=False)
    date: str = attrs.field(
        default="{day} {month} {year}", validator=_written_with("day", "month", "year")
    )
    first_day: str = attrs.field(default="1", validator=is_a(str))
    money: str = attrs.field(
        default="{symbol}{amount}", validator=_written_with("amount", "symbol")
    )
    marks: tuple[str, str] = attrs.field(default=(",", "."), validator=[each(str), _two])
    symbols: Mapping[str, str] = attrs.field(
        default=MappingProxyType({"EUR": "€", "GBP": "£"}),
        converter=_frozen,
        validator=is_a(Mapping),
    )

    def __attrs_post_init__(self) -> None:
        for field, needed in (("sentences", SENTENCES), ("words", WORDS)):
            texts = getattr(self, field)
            if not isinstance(texts, Mapping) or not needed <= texts.keys():
                absent = needed - texts.keys() if isinstance(texts, Mapping) else needed
                wanted = f"a text for each of {', '.join(sorted(absent))}"
                raise refuse(self, field, texts, wanted)
        for sentence in self.sentences.values():
            places = places_of(sentence) if isinstance(sentence, str) else None
            if places is None or not places <= _PLACES:
                wanted = f"no other places than {', '.join(sorted(_PLACES))}"
                raise refuse(self, "sentences", sentence, wanted)
        if len(self.months) != _MONTHS:
            raise refuse(self, "months", self.months, "twelve names")

    def day_before(self, deadline: datetime, *, zone: str) -> str:
        """
        Return the last day before *deadline*, the first instant that is too late, in *zone*.

        Raises:
            UnknownZoneError: If *zone* is unknown.
        """
        last = on_clock(deadline - timedelta(microseconds=1), zone=zone)
        return self.date.format(
            day=self.first_day if last.day == 1 else last.day,
            month=self.months[last.month - 1],
            year=last.year,
        )

    def amount(self, money: Money) -> str:
        """Return *money* as it is written: all of its digits, and the sign of the currency."""
        code = money.currency.value
        digits = f"{money.to_decimal():,f}"
        thousands, decimals = self.marks
        written = digits.translate({ord(","): thousands, ord("."): decimals})
        if code not in self.symbols:
            return f"{written}\xa0{code}"
        return self.money.format(amount=written, symbol=self.symbols[code])

    def listed(self, names: Iterable[str]) -> str:
        """Return *names* in the words of the language, one after the other."""
        return ", ".join(self.words.get(name, name) for name in names)

    def of_finding(self, finding: RuleFinding) -> str:
        """Return the sentence for *finding*: its own, that of its rule, or the one for all."""
        for text in finding.texts:
            if text.language == self.code:
                return text.sentence
        if finding.rule in FINDING_SENTENCES:
            return self.sentences[finding.rule]
        return self.sentences["other"]
