"""Drift: what two snapshots differ by, less what is known, is what a person looks at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock.locations import KnownChange, ObservedLevel, observed_drift

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ELEPHANT, FBA = Sku("ELEPHANT-KNIT"), LocationId("fba-de")


def seen(fulfillable: int, *, hour: int = 0) -> ObservedLevel:
    """Return elephants seen *hour* hours after noon."""
    return ObservedLevel(
        sku=ELEPHANT, location=FBA, observed_at=NOW + hour * HOUR, fulfillable=fulfillable
    )


def change(units: int, *, hour: int = 1, reference: str = "amazon/1") -> KnownChange:
    """Return a known change *hour* hours after noon."""
    return KnownChange(
        sku=ELEPHANT, location=FBA, units=units, at=NOW + hour * HOUR, reference=reference
    )


CHANGES = st.lists(
    st.builds(
        change,
        st.integers(-3, 3).filter(bool),
        hour=st.integers(-1, 5),
        reference=st.sampled_from(["a", "b", "c"]),
    ),
    max_size=6,
    unique=True,
)


@given(st.integers(-5, 20), CHANGES, st.integers(-3, 3), st.data())
def test_what_is_known_explains_itself_and_leaves_the_rest(
    start: int, changes: list[KnownChange], lost: int, data: st.DataObject
) -> None:
    """After the known changes of the time between, and a loss, the loss is left to explain."""
    between = [known.units for known in changes if NOW < known.at <= NOW + 4 * HOUR]
    after = seen(start + sum(between) - lost, hour=4)
    told = data.draw(st.permutations([*changes, *changes]))
    found = observed_drift(seen(start), after=after, changes=told)

    assert found.unexplained == -lost
    assert found.expected == start + sum(between)
    assert found == observed_drift(seen(start), after=after, changes=changes)


def test_orders_and_deliveries_explain_a_difference() -> None:
    """Ten, three sold, five delivered, eleven seen: one is missing."""
    found = observed_drift(
        seen(10),
        after=seen(11, hour=4),
        changes=[change(5, hour=2, reference="shipment 7"), change(-3)],
    )

    assert (found.expected, found.unexplained) == (12, -1)
    assert found.explain() == (
        "ELEPHANT-KNIT at fba-de: 10 -> 11 (-3 amazon/1, +5 shipment 7; -1 unexplained)"
    )


def test_where_all_is_known_nothing_is_left() -> None:
    """And where nothing happened, nothing is told."""
    assert observed_drift(seen(10), after=seen(7, hour=4), changes=[change(-3)]).explain() == (
        "ELEPHANT-KNIT at fba-de: 10 -> 7 (-3 amazon/1; nothing unexplained)"
    )
    assert observed_drift(seen(10), after=seen(12, hour=4), changes=[]).explain() == (
        "ELEPHANT-KNIT at fba-de: 10 -> 12 (no known change; +2 unexplained)"
    )


def test_a_change_at_the_first_snapshot_is_in_it_already() -> None:
    """At the first instant it does not count, at the second it does."""
    changes = [change(-1, hour=0, reference="old"), change(-2, hour=4, reference="new")]

    assert observed_drift(seen(10), after=seen(8, hour=4), changes=changes).unexplained == 0


def test_changes_of_other_levels_are_passed_over() -> None:
    """Another sku and another location explain nothing here."""
    changes = [
        attrs.evolve(change(-1), sku=Sku("TIGER-KNIT")),
        attrs.evolve(change(-1), location=LocationId("fba-fr")),
    ]

    assert observed_drift(seen(10), after=seen(10, hour=4), changes=changes).changes == ()


@pytest.mark.parametrize(
    "after",
    [
        seen(10, hour=-1),
        attrs.evolve(seen(10, hour=1), sku=Sku("TIGER-KNIT")),
        attrs.evolve(seen(10, hour=1), location=LocationId("fba-fr")),
    ],
)
def test_the_second_snapshot_is_of_the_same_level_and_not_older(after: ObservedLevel) -> None:
    """Another level and a snapshot from before are refused."""
    with pytest.raises(FieldError) as caught:
        observed_drift(seen(10), after=after, changes=[])

    assert caught.value.field == "after"


@pytest.mark.parametrize("units", [0, 1.5, True])
def test_a_change_changes_something(units: Any) -> None:
    """Whole units, more or fewer."""
    with pytest.raises(FieldError) as caught:
        change(units)

    assert caught.value.field == "units"
