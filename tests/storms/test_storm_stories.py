"""Whole stories over three systems whose wires are rough end in the books of a calm day."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from storm_shops import ROUGH, SYSTEMS, Merchant, Side, awaiting, blocking
from storm_story import Story, calm

from ecomkit.identifiers import CommandKey


def differences(wanted: Any, got: Any, path: str = "") -> list[str]:
    """Return where two nested values differ, with their paths."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        keys = [*wanted, *(key for key in got if key not in wanted)]
        return [
            line
            for key in keys
            for line in differences(wanted.get(key), got.get(key), f"{path}/{key}")
        ]
    return [] if wanted == got else [f"{path}: {wanted!r} became {got!r}"]


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 40))]
)
@pytest.mark.parametrize("through", [blocking, awaiting])
def test_a_story_over_rough_wires_ends_as_on_a_calm_day(
    seed: int, through: Callable[[Side], Any]
) -> None:
    """Nothing is missed and nothing doubled: orders, totals, what is shown, sent and paid back."""
    wanted = calm(seed)

    got = Story(seed=seed, faults=attrs.evolve(ROUGH, seed=seed), through=through).play()

    assert differences(wanted, got) == []
    free = {
        sku: on_hand - allocated
        for sku, (on_hand, allocated, _) in wanted["books"]["levels"].items()
    }
    assert [free] * 3 == list(wanted["shown"].values())
    assert wanted["untold"] == ()
    assert wanted["books"]["quarantined"] == ()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_cancellation_that_the_shop_counts_back_is_not_shown_twice(
    system: Callable[..., Side],
) -> None:
    """We say that units are free again, and the shop adds them too: the next runs set it right."""
    merchant = Merchant.of(system, opening={"BEAR": 10, "ELEPHANT": 10, "OWL": 10})
    [side] = merchant.sides
    number = side.sell({"OWL": 4, "BEAR": 2})
    merchant.settle(runs=2)
    order = merchant.order_id(side, number)
    first, second = side.lines(number)

    merchant.shop.cancel(order, {first: 3}, key=CommandKey("some"))
    merchant.settle(runs=3)
    assert side.shown() == {"BEAR": 8, "ELEPHANT": 10, "OWL": 9}
    merchant.shop.cancel(order, {first: 1, second: 2}, key=CommandKey("the rest"))
    merchant.settle(runs=3)

    assert side.shown() == {"BEAR": 10, "ELEPHANT": 10, "OWL": 10}
    calls = side.fake.calls
    assert [push.applied for push in merchant.shop.sync().pushes] == [0]
    assert side.fake.calls - calls <= 6
