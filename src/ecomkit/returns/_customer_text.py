"""A verdict as its customer reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.returns._facts import Party
from ecomkit.returns._refund_rules import ShippingRefund
from ecomkit.returns._terms import OfferKind, ValueLoss

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecomkit.returns._finding import RuleFinding
    from ecomkit.returns._language import Language
    from ecomkit.returns._terms import Offer, ReturnTerms
    from ecomkit.returns._verdict import LineVerdict

__all__ = ["text_of_accepted", "text_of_refused"]


def text_of_accepted(lines: Sequence[LineVerdict], *, opening: str, language: Language) -> str:
    """Return the text on a return that is accepted whole; *opening* names its first sentence."""
    paragraphs = (_accepted(line, language) for line in lines)
    return _text(paragraphs, opening=opening, language=language)


def text_of_refused(lines: Sequence[LineVerdict], *, language: Language) -> str:
    """Return the text on a return that is not accepted as it was asked for, with all reasons."""
    paragraphs = (
        _accepted(line, language) if line.is_accepted else _refused(line, language)
        for line in lines
    )
    return _text(paragraphs, opening="opening_refused", language=language)


def _text(paragraphs: Iterator[Iterator[str]], *, opening: str, language: Language) -> str:
    said = language.sentences
    # Two rules may find the same, and the customer reads it once.
    texts = (" ".join(dict.fromkeys(sentences)) for sentences in paragraphs)
    return "\n".join([said[opening], *texts, said["closing"]])


def _accepted(line: LineVerdict, language: Language) -> Iterator[str]:
    yield language.sentences["line_accepted"].format(asked=_units(line.line.quantity, line.item))
    if line.right is not None:
        yield language.sentences["by_law"]
    if line.terms is not None:
        yield from _terms(line.terms, language)


def _refused(line: LineVerdict, language: Language) -> Iterator[str]:
    for finding in line.findings:
        yield _finding(finding, line, language)
    if line.acceptable:
        yield language.sentences["line_partial"].format(
            acceptable=_units(line.acceptable, line.item)
        )


def _finding(finding: RuleFinding, line: LineVerdict, language: Language) -> str:
    deadline = finding.deadline
    return language.of_finding(finding).format(
        item=line.item,
        asked=_units(line.line.quantity, line.item),
        acceptable=_units(finding.acceptable, line.item),
        deadline="" if deadline is None else language.day_before(deadline, zone=finding.zone),
        names=language.listed(finding.names),
    )


def _terms(terms: ReturnTerms, language: Language) -> Iterator[str]:
    said = language.sentences
    if terms.send_back_by is not None:
        day = language.day_before(terms.send_back_by, zone=terms.zone)
        yield said["send_back_by"].format(deadline=day)
    yield said[
        "way_back_buyer" if terms.return_shipping_paid_by is Party.BUYER else "way_back_seller"
    ]
    if not terms.restocking_fee.is_zero:
        yield said["fee"].format(amount=language.amount(terms.restocking_fee))
    if terms.standard_shipping is not ShippingRefund.NEVER:
        yield said["standard_shipping"]
    if terms.value_loss is ValueLoss.DEDUCTIBLE:
        yield said["value_loss"]
    for offer in terms.offers:
        yield _offer(offer, language)
        if offer.kind is OfferKind.REFUND and terms.refund_by is not None:
            day = language.day_before(terms.refund_by, zone=terms.zone)
            yield said["refund_by"].format(deadline=day)


def _offer(offer: Offer, language: Language) -> str:
    if offer.bonus is None or offer.bonus.is_zero:
        return language.sentences[offer.kind.value]
    return language.sentences["store_credit_bonus"].format(amount=language.amount(offer.bonus))


def _units(number: int, item: str) -> str:
    return f"{number} × {item}"
