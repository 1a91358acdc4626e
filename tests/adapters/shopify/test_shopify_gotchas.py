"""What others have tripped over at Shopify, where no other test of this folder shows it."""

from __future__ import annotations

import re

from shopify_helpers import NOON, client_of

from ecomkit.adapters.http import VirtualTime
from ecomkit.adapters.shopify import _documents, _order_documents
from ecomkit.adapters.shopify._document import Document
from ecomkit.channels import LineUnits, Refund, Rejected
from ecomkit.identifiers import CommandKey, LineId
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.shopify import ShopifyFake

PRICE = Money(1990, Currency.EUR)


def test_a_refund_of_a_line_of_another_order_is_refused_with_its_line() -> None:
    """A line that the order does not have is named in the refusal, and nothing is paid back."""
    remote = ShopifyFake(time=VirtualTime(NOON))
    elephant = remote.put_up("ELEPHANT")
    number, other = (remote.sell([(elephant, 2, PRICE)]) for _ in range(2))
    strange = LineId(str(remote.order(other).lines[0].id))
    refund = Refund(
        key=CommandKey("r"),
        number=number,
        amount=PRICE,
        lines=[LineUnits(line=strange, quantity=1)],
        reason="torn",
    )

    outcome = client_of(remote).push_refund(refund)

    assert isinstance(outcome, Rejected)
    assert str(strange) in outcome.reason
    assert remote.refunded(number).is_zero
    assert remote.refunded(other).is_zero


def test_no_document_asks_for_a_count() -> None:
    """Lists' counts stop at a limit of the vendor's: only that of an export is asked for."""
    texts = [
        value.text
        for module in (_documents, _order_documents)
        for value in vars(module).values()
        if isinstance(value, Document)
    ]
    assert len(texts) >= 10
    found = {word for text in texts for word in re.findall(r"\b[a-z]*(?:C|c)ount\b", text)}
    assert {"objectCount"} == found
