"""Customers: one for each buyer of each channel."""

from typing import Any

import pytest

from ecomkit.operations._customers import CUSTOMERS
from ecomkit.operations._orders import CLAIMS
from ecomkit.operations._quarantine import PAYLOADS

CANARY = "canary-ada-lovelace"


def customer_of(world: Any, order: Any = "etsy/1") -> Any:
    """Return the customer of an order."""
    return world.shop.order(order).customer


@pytest.fixture
def bought(world: Any) -> Any:
    """Return a world in which the canary has bought on one channel, and somebody else too."""
    world.sell(world.etsy, "1", 2, buyer=CANARY)
    world.sell(world.etsy, "2", 1, buyer="grace")
    world.shop.sync()
    return world


def test_a_buyer_is_one_customer_however_often_they_buy(bought: Any) -> None:
    """One for each buyer and channel; who buys elsewhere is not guessed to be the same."""
    bought.sell(bought.etsy, "3", 1, buyer=CANARY)
    bought.sell(bought.corner, "1", 1, buyer=CANARY)
    bought.shop.sync()

    assert customer_of(bought) == customer_of(bought, "etsy/3")
    assert len({customer_of(bought, f"{name}") for name in ("etsy/1", "etsy/2", "corner/1")}) == 3
    assert len(bought.kept(CUSTOMERS)) == 3


def test_an_order_without_a_buyer_has_no_customer(world: Any) -> None:
    """Nothing is made up."""
    world.sell(world.etsy, "1", 1)
    world.shop.sync()

    assert customer_of(world) is None
    assert world.kept(CUSTOMERS) == ()


def test_the_customer_s_id_says_nothing_of_the_person(bought: Any) -> None:
    """It stays on orders for good, so it is a digest."""
    assert CANARY not in customer_of(bought)
    assert CANARY in bought.text()


def test_the_raw_payload_and_the_claim_keep_the_buyer_until_then(bought: Any) -> None:
    """What the channel said is kept as it was said."""
    assert CANARY in bought.kept(PAYLOADS)[0].payload.text
    assert bought.kept(CLAIMS)[0].claim.buyer == CANARY
