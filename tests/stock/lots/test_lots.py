"""A lot is told in one way, and says how long its units are good."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LotId, Sku
from ecomkit.stock.lots import (
    Lot,
    LotBalance,
    LotEligibility,
    LotFinding,
    LotReason,
    LotStatus,
    Tracking,
)
from ecomkit.timeline import Boundary

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
TODAY = date(2026, 1, 8)
DAY = timedelta(days=1)
LOT = Lot(id=LotId("L"), sku=Sku("HONEY"), received_at=NOON)


def reasons(lot: Lot, rule: LotEligibility, *, today: date = TODAY) -> list[LotReason]:
    """Return the reasons why *lot* may not be picked."""
    return [finding.reason for finding in rule(lot, today=today)]


@given(left=st.integers(-5, 9), wanted=st.integers(0, 6), boundary=st.sampled_from(Boundary))
def test_a_lot_is_fit_while_enough_days_are_left(
    left: int, wanted: int, boundary: Boundary
) -> None:
    """It may be picked while its last good day, less the days wanted, is not past."""
    lot = attrs.evolve(LOT, expires_on=TODAY + left * DAY)
    last_day_to_pick = lot.expires_on - wanted * DAY if lot.expires_on else TODAY

    found = reasons(lot, LotEligibility(min_shelf_life_days=wanted, boundary=boundary))

    inclusive = boundary is Boundary.INCLUSIVE
    fit = last_day_to_pick >= TODAY if inclusive else last_day_to_pick > TODAY
    assert (found == []) is (fit and left >= 0)
    assert (found == [LotReason.EXPIRED]) is (left < 0)


@pytest.mark.parametrize("status", LotStatus)
def test_only_approved_lots_are_fit(status: LotStatus) -> None:
    """Every other status is a reason, in its own words."""
    findings = LotEligibility()(attrs.evolve(LOT, status=status), today=TODAY)

    assert findings == (
        ()
        if status is LotStatus.APPROVED
        else (LotFinding(reason=LotReason.STATUS, problem=f"is {status.value}"),)
    )


def test_all_reasons_are_told() -> None:
    """A recalled lot that has expired too says both."""
    lot = attrs.evolve(LOT, status=LotStatus.RECALLED, expires_on=TODAY - DAY)

    findings = LotEligibility(min_shelf_life_days=3)(lot, today=TODAY)

    assert [finding.explain() for finding in findings] == [
        "is recalled",
        "expired: 2026-01-07 was its last good day",
    ]


def test_a_strict_boundary_says_more_than() -> None:
    """Whoever reads the reason sees which of the two boundaries was asked for."""
    lot = attrs.evolve(LOT, expires_on=TODAY + 3 * DAY)

    [finding] = LotEligibility(min_shelf_life_days=3, boundary=Boundary.STRICT)(lot, today=TODAY)

    assert finding.explain() == (
        "is good until 2026-01-11, 3 days from now; more than 3 are wanted"
    )


def test_a_lot_without_a_date_keeps_for_ever() -> None:
    """It neither expires nor runs short of shelf life."""
    assert LOT.days_left(TODAY) is None
    assert not LOT.has_expired(date.max)
    assert reasons(LOT, LotEligibility(min_shelf_life_days=10_000)) == []


def test_the_last_good_day_is_good() -> None:
    """A lot expires when its last good day is over."""
    lot = attrs.evolve(LOT, expires_on=TODAY)

    assert (lot.days_left(TODAY), lot.has_expired(TODAY)) == (0, False)
    assert (lot.days_left(TODAY + DAY), lot.has_expired(TODAY + DAY)) == (-1, True)


def test_lots_received_at_one_instant_are_equal_on_any_clock() -> None:
    """The instant is kept in UTC."""
    paris = NOON.astimezone(timezone(timedelta(hours=1)))

    assert attrs.evolve(LOT, received_at=paris) == LOT
    assert attrs.evolve(LOT, received_at=paris).received_at.tzinfo is UTC


def test_a_serial_is_a_lot_of_one_unit() -> None:
    """It may lie on the shelf, be picked, or be gone; there is never a second one."""
    phone = Lot.serial(LotId("SN-1"), sku=Sku("PHONE"), received_at=NOON, expires_on=TODAY)

    assert phone == Lot(
        id=LotId("SN-1"),
        sku=Sku("PHONE"),
        received_at=NOON,
        expires_on=TODAY,
        tracking=Tracking.SERIAL,
    )
    assert (phone.is_serial, LOT.is_serial) == (True, False)
    assert [LotBalance(lot=phone, units=a, picked=b).on_hand for a, b in ((0, 0), (1, 0), (0, 1))] == [0, 1, 1]  # fmt: skip
    for units, picked in ((2, 0), (1, 1), (0, 2)):
        with pytest.raises(FieldError, match="at most 1 with those picked"):
            LotBalance(lot=phone, units=units, picked=picked)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "L"},
        {"sku": "HONEY"},
        {"received_at": NOON.replace(tzinfo=None)},
        {"expires_on": NOON},
        {"expires_on": "2026-01-10"},
        {"status": "approved"},
        {"tracking": "batch"},
    ],
)
def test_a_lot_refuses_fields_of_another_kind(wrong: dict[str, Any]) -> None:
    """An instant is no day, and text is no status."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(LOT, **wrong)

    assert caught.value.field == next(iter(wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lot": LotId("L")},
        {"units": -1},
        {"units": True},
        {"picked": -1},
        {"location": "main"},
        {"position": None},
        {"distance": -1},
    ],
)
def test_a_balance_refuses_fields_of_another_kind(wrong: dict[str, Any]) -> None:
    """No number is below zero."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(LotBalance(lot=LOT, units=1), **wrong)

    assert caught.value.field == next(iter(wrong))


@pytest.mark.parametrize("wrong", [{"min_shelf_life_days": -1}, {"boundary": "strict"}])
def test_an_eligibility_refuses_fields_of_another_kind(wrong: dict[str, Any]) -> None:
    """A lot cannot be asked to have been good in the past."""
    with pytest.raises(FieldError) as caught:
        LotEligibility(**wrong)

    assert caught.value.field == next(iter(wrong))
