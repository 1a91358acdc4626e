"""Customers: one for each buyer of each channel, and their erasure."""

import json
from typing import Any

import pytest

from ecomkit.identifiers import CustomerId
from ecomkit.operations import UnknownCustomerError
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


def test_nothing_of_an_erased_person_remains(bought: Any) -> None:
    """No book speaks of them any more; units and amounts are what they were."""
    order, level, movements = (
        bought.shop.order("etsy/1"),
        bought.level,
        bought.shop.audit().movements,
    )
    report = bought.shop.erase(customer_of(bought))

    assert CANARY not in bought.text()
    assert (report.payloads, report.claims) == (1, 1)
    assert "1 raw payloads deleted, 1 claims stripped of their buyer" in report.explain()
    assert (order, level, movements) == (
        bought.shop.order("etsy/1"),
        bought.level,
        bought.shop.audit().movements,
    )
    assert "grace" in bought.text()
    bought.assert_clean()


def test_a_quarantined_payload_of_the_person_goes_too(bought: Any) -> None:
    """What was found wrong may quote the person, so the faults go with the payload."""
    document = json.loads(bought.etsy._texts["1"][-1]) | {"version": CANARY}
    bought.etsy.post("1", json.dumps(document))
    bought.shop.sync()

    assert CANARY in bought.shop.quarantined()[0].faults[0]

    bought.shop.erase(customer_of(bought))

    assert CANARY not in bought.text()
    assert bought.shop.quarantined()[0].faults == ("erased with the person it spoke of",)


def test_a_person_of_whom_nothing_could_be_read_can_be_erased(world: Any) -> None:
    """The channel says whom the payload is about, though no order could be made of it."""
    world.sell(world.etsy, "1", 1, buyer=CANARY)
    world.etsy.post("1", f'{{"note": "{CANARY}"')
    world.etsy._log.remove("1")
    world.shop.sync()
    [customer] = world.kept(CUSTOMERS)

    assert len(world.shop.quarantined()) == 1

    world.shop.erase(customer.id)

    assert CANARY not in world.text()


def test_a_repeated_page_does_not_bring_an_erased_person_back(bought: Any) -> None:
    """The same state again is passed over, and keeps nothing."""
    bought.shop.erase(customer_of(bought))
    bought.etsy._log.append("1")

    assert bought.shop.sync().pulls[0].unchanged == 1
    assert CANARY not in bought.text()


def test_who_comes_back_can_be_erased_again(bought: Any) -> None:
    """A changed or a new order of an erased person is erased like the first."""
    customer = customer_of(bought)
    bought.shop.erase(customer)
    bought.etsy.cancel("1", {bought.line: 1})
    bought.shop.sync()

    assert CANARY in bought.text()

    bought.shop.erase(customer)

    assert CANARY not in bought.text()

    bought.sell(bought.etsy, "3", 1, buyer=CANARY)
    bought.shop.sync()

    assert customer == customer_of(bought, "etsy/3")

    report = bought.shop.erase(customer)

    assert CANARY not in bought.text()
    assert (report.payloads, report.claims) == (1, 1)


def test_erasing_twice_is_no_error(bought: Any) -> None:
    """There is nothing left to erase."""
    customer = customer_of(bought)
    bought.shop.erase(customer)
    text = bought.text()
    report = bought.shop.erase(customer)

    assert (report.payloads, report.claims) == (0, 0)
    assert text == bought.text()


def test_an_unknown_customer_cannot_be_erased(world: Any) -> None:
    """A wrong id must not pass for an erasure."""
    with pytest.raises(UnknownCustomerError) as caught:
        world.shop.erase(CustomerId("nobody"))

    assert caught.value.customer == "nobody"


def test_the_raw_payload_and_the_claim_keep_the_buyer_until_then(bought: Any) -> None:
    """What the channel said is kept as it was said."""
    assert CANARY in bought.kept(PAYLOADS)[0].payload.text
    assert bought.kept(CLAIMS)[0].claim.buyer == CANARY


def test_a_wiped_file_holds_nothing_of_an_erased_person(file_world: Any, tmp_path: Any) -> None:
    """Not a byte of them is left in the file or its log."""
    world = file_world.adopted()
    for number in range(20):
        world.sell(world.etsy, str(number), 1, buyer=CANARY)
    world.shop.sync()
    world.shop.erase(customer_of(world))
    world.store.inner.wipe()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"ELEPHANT" in content
    assert CANARY.encode() not in content
