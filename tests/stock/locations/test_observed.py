"""Observed levels: what others report is dated, and the newest wins whenever it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LocationId, Sku
from ecomkit.stock.locations import (
    FreshObservations,
    Observations,
    ObservedAvailability,
    ObservedLevel,
    Pooling,
)
from ecomkit.timeline import NaiveInstantError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ELEPHANT, TIGER = Sku("ELEPHANT-KNIT"), Sku("TIGER-KNIT")
GERMANY, FRANCE = LocationId("fba-de"), LocationId("fba-fr")
AMAZON, SHOP = ChannelId("amazon"), ChannelId("shop")
UNITS = st.integers(-3, 5)

SNAPSHOTS = st.builds(
    ObservedLevel,
    sku=st.sampled_from([ELEPHANT, TIGER]),
    location=st.sampled_from([GERMANY, FRANCE]),
    observed_at=st.sampled_from([NOW - n * HOUR for n in range(4)]),
    fulfillable=UNITS,
    reserved=st.integers(0, 1),
    inbound=st.integers(0, 1),
    unfulfillable=st.integers(0, 1),
    version=st.integers(0, 2),
    source=st.sampled_from([None, AMAZON, SHOP]),
)


def seen(fulfillable: int, *, hours_ago: float = 0, **fields: Any) -> ObservedLevel:
    """Return elephants seen in Germany some hours ago."""
    given_fields: dict[str, Any] = {"sku": ELEPHANT, "location": GERMANY, **fields}
    return ObservedLevel(
        fulfillable=fulfillable, observed_at=NOW - hours_ago * HOUR, **given_fields
    )


# -- the laws -----------------------------------------------------------------------------------


@given(st.lists(SNAPSHOTS, max_size=8), st.data())
def test_any_order_and_any_repetition_lead_to_the_same_levels(
    snapshots: list[ObservedLevel], data: st.DataObject
) -> None:
    """Shuffled, repeated, and in one or many goes: the observations are equal."""
    again = data.draw(st.lists(st.sampled_from(snapshots), max_size=5)) if snapshots else []
    shuffled = data.draw(st.permutations([*snapshots, *again]))
    cut = data.draw(st.integers(0, len(shuffled)))

    assert Observations().observe(*snapshots) == (
        Observations().observe(*shuffled[:cut]).observe(*shuffled[cut:])
    )


@given(st.lists(SNAPSHOTS, max_size=8))
def test_nothing_older_is_ever_kept(snapshots: list[ObservedLevel]) -> None:
    """Each level is a snapshot that was told, and none of its kind is newer."""
    kept = Observations().observe(*snapshots)

    assert {level.key for level in kept.levels} == {snapshot.key for snapshot in snapshots}
    for level in kept.levels:
        assert level in snapshots
        rivals = [s for s in snapshots if s.key == level.key]
        assert (level.observed_at, level.version) == max(
            (s.observed_at, s.version) for s in rivals
        )


@given(st.lists(SNAPSHOTS, max_size=8), st.sampled_from(Pooling), st.sampled_from([AMAZON, SHOP]))
def test_every_snapshot_of_the_sku_counts_or_is_named(
    snapshots: list[ObservedLevel], pooling: Pooling, channel: ChannelId
) -> None:
    """Fresh ones of others count, stale ones and the channel's own do not, none is lost."""
    levels = Observations().observe(*snapshots).levels
    rule = FreshObservations(max_age=2 * HOUR, pooling=pooling)
    answer = rule(levels, sku=ELEPHANT, channel=channel, now=NOW)
    ours = [level for level in levels if level.sku == ELEPHANT]

    assert sorted(map(repr, ours)) == sorted(
        map(repr, (*answer.counted, *answer.stale, *answer.own))
    )
    assert all(level.source == channel for level in answer.own)
    assert all(level.source != channel for level in (*answer.counted, *answer.stale))
    assert all(level.observed_at >= NOW - 2 * HOUR for level in answer.counted)
    assert all(level.observed_at < NOW - 2 * HOUR for level in answer.stale)
    assert answer.units == pooling.available(level.fulfillable for level in answer.counted)


# -- examples -----------------------------------------------------------------------------------


def test_an_older_snapshot_that_comes_late_changes_nothing() -> None:
    """Seven at noon; the nine of an hour before come after it."""
    observations = Observations().observe(seen(7)).observe(seen(9, hours_ago=1))
    level = observations.level(ELEPHANT, location=GERMANY)

    assert level == seen(7)
    assert observations.level(ELEPHANT, location=FRANCE) is None


def test_of_one_instant_the_higher_version_wins() -> None:
    """The source corrected itself: its own count says which is the correction."""
    corrected = seen(9, version=2)

    assert Observations().observe(corrected, seen(7, version=1)).levels == (corrected,)


def test_of_two_that_contradict_each_other_the_careful_one_is_kept() -> None:
    """Same instant, same version, other numbers: the one that promises less."""
    assert Observations().observe(seen(7), seen(9)).levels == (seen(7),)
    assert Observations().observe(seen(9), seen(7)).levels == (seen(7),)


def test_a_location_below_zero_is_clamped_or_pooled() -> None:
    """Row 35: minus four and three are three, or nothing where they are one pool."""
    levels = [seen(-4), seen(3, location=FRANCE)]
    separate = FreshObservations(max_age=HOUR)
    pooled = FreshObservations(max_age=HOUR, pooling=Pooling.POOLED)

    assert separate(levels, sku=ELEPHANT, channel=SHOP, now=NOW).units == 3
    assert pooled(levels, sku=ELEPHANT, channel=SHOP, now=NOW).units == 0


def test_what_a_channel_reports_is_not_told_back_to_it() -> None:
    """The marketplace's own warehouse serves the shop, and says nothing to the marketplace."""
    levels = [seen(5, source=AMAZON), seen(2, location=FRANCE)]
    rule = FreshObservations(max_age=HOUR)

    assert rule(levels, sku=ELEPHANT, channel=SHOP, now=NOW).units == 7
    answer = rule(levels, sku=ELEPHANT, channel=AMAZON, now=NOW)
    assert (answer.units, answer.own) == (2, (levels[0],))
    assert answer.explain() == "2 observed (fba-fr has 2; fba-de is the channel's own)"


def test_a_stale_snapshot_counts_as_nothing_and_is_named() -> None:
    """Two hours old where one is allowed."""
    answer = FreshObservations(max_age=HOUR)(
        [seen(5, hours_ago=2)], sku=ELEPHANT, channel=SHOP, now=NOW
    )

    assert answer == ObservedAvailability(units=0, counted=[], stale=[seen(5, hours_ago=2)])
    assert answer.explain() == "0 observed (fba-de is stale)"


def test_where_nothing_was_seen_there_is_nothing() -> None:
    """A sku without a snapshot has no units, whatever others have."""
    answer = FreshObservations(max_age=HOUR)([seen(5)], sku=TIGER, channel=SHOP, now=NOW)

    assert answer.explain() == "0 observed (nothing was seen)"


def test_at_the_very_age_a_snapshot_is_still_fresh() -> None:
    """A second later it is stale; one from a clock ahead of ours has no age."""
    level = seen(5, hours_ago=1)

    assert level.age(NOW) == HOUR
    assert not level.is_stale(NOW, max_age=HOUR)
    assert level.is_stale(NOW + timedelta(seconds=1), max_age=HOUR)
    assert level.age(NOW - 5 * HOUR) == timedelta(0)
    with pytest.raises(NaiveInstantError):
        level.age(NOW.replace(tzinfo=None))


def test_a_snapshot_says_what_was_seen() -> None:
    """All quantities, with the place and the instant."""
    level = seen(5, reserved=1, inbound=20, unfulfillable=2)

    assert level.explain() == (
        "ELEPHANT-KNIT at fba-de: 5 fulfillable, 1 reserved, 20 inbound, 2 unfulfillable, "
        "seen 2026-03-01T12:00:00+00:00"
    )


def test_a_sku_has_one_level_at_a_location() -> None:
    """Two levels of one key are a contradiction."""
    with pytest.raises(FieldError) as caught:
        Observations(levels=[seen(5), seen(6)])

    assert caught.value.field == "levels"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("fulfillable", 1.0),
        ("reserved", True),
        ("inbound", None),
        ("unfulfillable", "2"),
        ("version", -1),
        ("observed_at", NOW.replace(tzinfo=None)),
        ("source", "amazon"),
    ],
)
def test_the_parts_of_a_snapshot_are_checked(field: str, wrong: Any) -> None:
    """A wrong kind is refused with the name of the field."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(seen(5), **{field: wrong})

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("max_age", timedelta(0)), ("max_age", -HOUR), ("max_age", 3600), ("pooling", "pooled")],
)
def test_the_parts_of_the_rule_are_checked(field: str, wrong: Any) -> None:
    """An age is above zero, and a pooling is named."""
    fields: dict[str, Any] = {"max_age": HOUR, field: wrong}
    with pytest.raises(FieldError) as caught:
        FreshObservations(**fields)

    assert caught.value.field == field
