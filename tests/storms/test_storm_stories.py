"""Whole stories over three systems whose wires are rough end in the books of a calm day."""

from typing import Any

import attrs
import pytest
from storm_shops import ROUGH
from storm_story import Story, calm


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
    "seed", [*range(4), *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 40))]
)
def test_a_story_over_rough_wires_ends_as_on_a_calm_day(seed: int) -> None:
    """Nothing is missed and nothing doubled: orders, totals, what is shown, sent and paid back."""
    wanted = calm(seed)

    got = Story(seed=seed, faults=attrs.evolve(ROUGH, seed=seed)).play()

    assert differences(wanted, got) == []
    free = {
        sku: on_hand - allocated
        for sku, (on_hand, allocated, _) in wanted["books"]["levels"].items()
    }
    assert [free] * 3 == list(wanted["shown"].values())
    assert wanted["untold"] == ()
    assert wanted["books"]["quarantined"] == ()
