"""Units are taken from the right lots: in the order asked for, and from none that may not go."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, LotId, Sku
from ecomkit.stock import MAIN
from ecomkit.stock.lots import (
    ExcludedLot,
    Lot,
    LotBalance,
    LotChoice,
    LotEligibility,
    LotFinding,
    LotPick,
    LotPickRefused,
    LotReason,
    LotStatus,
    NamedLots,
    PickedLot,
    Removal,
    RemovalPolicy,
    RemovalStrategy,
)

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
TODAY = date(2026, 1, 8)
DAY = timedelta(days=1)
HONEY = Sku("HONEY")
RULE = LotEligibility(min_shelf_life_days=2)


def lot(name: str, **fields: Any) -> Lot:
    """Return a lot of honey."""
    return Lot(**{"id": LotId(name), "sku": HONEY, "received_at": NOON, **fields})


def balance(name: str, units: int = 5, **fields: Any) -> LotBalance:
    """Return a balance of a lot of honey; fields of the lot and of the balance alike."""
    of_lot = {field: fields.pop(field) for field in list(fields) if hasattr(lot(name), field)}
    return LotBalance(lot=lot(name, **of_lot), units=units, **fields)


@st.composite
def lots(draw: st.DrawFn) -> Lot:
    """Return a lot of honey near its last day, or a jar with a number of its own."""
    number = LotId(draw(st.sampled_from("ABCDEFGH")))
    facts = {
        "sku": HONEY,
        "received_at": NOON + draw(st.integers(-2, 2)) * DAY,
        "expires_on": draw(st.none() | st.integers(-2, 6).map(lambda days: TODAY + days * DAY)),
        "status": draw(st.sampled_from([LotStatus.APPROVED, *LotStatus])),
    }
    return Lot.serial(number, **facts) if draw(st.booleans()) else Lot(id=number, **facts)


@st.composite
def balances_of(draw: st.DrawFn, of_lot: Lot) -> list[LotBalance]:
    """Return where the units of a lot lie."""
    units = st.integers(0, 1) if of_lot.is_serial else st.integers(0, 4)
    places = draw(
        st.lists(
            st.tuples(st.sampled_from([MAIN, LocationId("shop")]), st.sampled_from(["", "A1"])),
            min_size=1,
            max_size=1 if of_lot.is_serial else 3,
            unique=True,
        )
    )
    return [
        LotBalance(
            lot=of_lot,
            units=draw(units),
            location=location,
            position=position,
            distance=draw(st.none() | st.integers(0, 3)),
        )
        for location, position in places
    ]


shelves = st.lists(lots(), max_size=5, unique_by=lambda each: each.id).flatmap(
    lambda drawn: st.tuples(*map(balances_of, drawn)).map(
        lambda found: [one for places in found for one in places]
    )
)
quantities = st.integers(1, 12)
strategies = st.sampled_from(RemovalStrategy)


def place_of(line: PickedLot | ExcludedLot | LotBalance) -> tuple[str, ...]:
    """Return what names a balance."""
    name = line.lot.id if isinstance(line, LotBalance) else line.lot
    return name, line.location, line.position


def may_be_picked(one: LotBalance) -> bool:
    """Return whether a balance may be picked, in plain words."""
    last = one.lot.expires_on
    return one.lot.status is LotStatus.APPROVED and (last is None or last >= TODAY + 2 * DAY)


@given(shelves, quantities, strategies)
def test_units_are_conserved(
    shelf: list[LotBalance], wanted: int, strategy: RemovalStrategy
) -> None:
    """Picked and missing units are the wanted ones; none is missing while a fit unit lies there."""
    pick = Removal(order=strategy, eligibility=RULE)(shelf, wanted=wanted, today=TODAY)

    fit = sum(one.units for one in shelf if may_be_picked(one))
    assert pick.quantity + pick.missing == wanted
    assert pick.quantity == sum(line.quantity for line in pick.lines) == min(wanted, fit)


@given(shelves, quantities, strategies)
def test_no_place_gives_more_than_it_has_and_no_excluded_lot_gives_any(
    shelf: list[LotBalance], wanted: int, strategy: RemovalStrategy
) -> None:
    """Each place is named once, gives what lies there at most, and every unfit one is told of."""
    pick = Removal(order=strategy, eligibility=RULE)(shelf, wanted=wanted, today=TODAY)

    units = {place_of(one): one.units for one in shelf if may_be_picked(one)}
    unfit = {place_of(one): one.units for one in shelf if one.units and not may_be_picked(one)}
    picked = [place_of(line) for line in pick.lines]
    assert len(set(picked)) == len(picked)
    assert all(0 < line.quantity <= units[place_of(line)] for line in pick.lines)
    assert {place_of(one): one.units for one in pick.excluded} == unfit
    assert all(one.findings for one in pick.excluded)


@given(shelves, quantities, strategies, st.randoms(use_true_random=False))
def test_one_question_has_one_answer(
    shelf: list[LotBalance], wanted: int, strategy: RemovalStrategy, random: Any
) -> None:
    """The order in which balances are told changes nothing."""
    removal = Removal(order=strategy, eligibility=RULE)
    shuffled = random.sample(shelf, len(shelf))

    assert removal(shuffled, wanted=wanted, today=TODAY) == removal(
        shelf, wanted=wanted, today=TODAY
    )


@given(shelves, quantities)
def test_no_unit_goes_before_one_that_is_ahead_of_it(shelf: list[LotBalance], wanted: int) -> None:
    """What is taken expires no later, is no younger, no older, no farther than what stays."""
    known = {place_of(one): one for one in shelf}
    for strategy in RemovalStrategy:
        pick = Removal(order=strategy, eligibility=RULE)(shelf, wanted=wanted, today=TODAY)
        taken = {place_of(line): line.quantity for line in pick.lines}
        stays = [
            one
            for place, one in known.items()
            if may_be_picked(one) and one.units > taken.get(place, 0)
        ]
        for place in taken:
            for other in stays:
                goes = known[place]
                match strategy:
                    case RemovalStrategy.FEFO:
                        last = goes.lot.expires_on
                        assert other.lot.expires_on is None or (
                            last is not None and last <= other.lot.expires_on
                        )
                    case RemovalStrategy.FIFO:
                        assert goes.lot.received_at <= other.lot.received_at
                    case RemovalStrategy.LIFO:
                        assert goes.lot.received_at >= other.lot.received_at
                    case RemovalStrategy.NEAREST:
                        assert other.distance is None or (
                            goes.distance is not None and goes.distance <= other.distance
                        )


@given(shelves, st.data())
def test_named_lots_are_taken_whole_or_not_at_all(
    shelf: list[LotBalance], data: st.DataObject
) -> None:
    """Each named lot gives what was asked of it, or all that cannot are named, with reasons."""
    names = data.draw(st.lists(st.sampled_from("ABCDEFGHX"), min_size=1, max_size=4, unique=True))
    wanted = {LotId(name): data.draw(st.integers(1, 4)) for name in names}
    choices = [LotChoice(lot=name, quantity=units) for name, units in wanted.items()]

    answer = NamedLots(choices=choices, eligibility=RULE)(
        shelf, wanted=sum(wanted.values()), today=TODAY
    )

    there = {name: sum(one.units for one in shelf if one.lot.id == name) for name in wanted}
    unfit = {one.lot.id for one in shelf if not may_be_picked(one)}
    if isinstance(answer, LotPickRefused):
        told = {one.lot: {finding.reason for finding in one.findings} for one in answer.lots}
        assert set(told) == {name for name in wanted if there[name] < wanted[name]} | (
            unfit & set(wanted)
        )
        for name, found in told.items():
            assert (LotReason.UNITS in found) is (there[name] < wanted[name])
            assert bool(found - {LotReason.UNITS}) is (name in unfit)
    else:
        given_out = dict.fromkeys(wanted, 0)
        for line in answer.lines:
            given_out[line.lot] += line.quantity
        assert given_out == wanted
        assert (answer.missing, answer.excluded) == (0, ())
        units = {place_of(one): one.units for one in shelf}
        assert all(line.quantity <= units[place_of(line)] for line in answer.lines)


# -- examples -------------------------------------------------------------------------------------


def test_a_lot_too_short_of_shelf_life_is_left_out_and_reported() -> None:
    """Lots good until 01-10 and 01-20, three days wanted, on 01-08: four come of the second."""
    first = balance("A", 5, expires_on=date(2026, 1, 10))
    second = balance("B", 5, expires_on=date(2026, 1, 20))
    removal = Removal(eligibility=LotEligibility(min_shelf_life_days=3))

    pick = removal([first, second], wanted=4, today=TODAY)

    problem = "is good until 2026-01-10, 2 days from now; at least 3 are wanted"
    assert pick == LotPick(
        wanted=4,
        lines=[PickedLot(lot=LotId("B"), quantity=4, location=MAIN)],
        excluded=[
            ExcludedLot(
                lot=LotId("A"),
                units=5,
                location=MAIN,
                findings=[LotFinding(reason=LotReason.SHELF_LIFE, problem=problem)],
            )
        ],
    )
    assert pick.explain() == (
        f"4 of 4 picked: 4 of lot B at main\nleft out: lot A at main (5 units) {problem}"
    )


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        (RemovalStrategy.FEFO, "CABD"),
        (RemovalStrategy.FIFO, "BCAD"),
        (RemovalStrategy.LIFO, "DACB"),
        (RemovalStrategy.NEAREST, "DBAC"),
    ],
)
def test_each_strategy_has_its_order(strategy: RemovalStrategy, order: str) -> None:
    """First expired, first in, last in, nearest: four orders of the same four lots."""
    shelf = [
        balance("A", 1, received_at=NOON + DAY, expires_on=TODAY + 3 * DAY, distance=9),
        balance("B", 1, received_at=NOON - DAY, expires_on=TODAY + 4 * DAY, distance=5),
        balance("C", 1, received_at=NOON, expires_on=TODAY + 2 * DAY),
        balance("D", 1, received_at=NOON + 2 * DAY, distance=0),
    ]

    pick = Removal(order=strategy)(shelf, wanted=4, today=TODAY)

    assert "".join(line.lot for line in pick.lines) == order


def test_ties_go_by_arrival_then_name_then_place() -> None:
    """Lots with one date are taken as they came; one lot is taken shelf by shelf."""
    good = {"expires_on": TODAY + DAY}
    shelf = [
        balance("C", 1, **good),
        balance("B", 1, position="B2", **good),
        balance("B", 1, position="B1", **good),
        balance("B", 1, location=LocationId("annex"), position="Z", **good),
        balance("D", 1, received_at=NOON - DAY, **good),
    ]

    pick = Removal()(shelf, wanted=5, today=TODAY)

    assert [line.explain() for line in pick.lines] == [
        "1 of lot D at main",
        "1 of lot B at annex, Z",
        "1 of lot B at main, B1",
        "1 of lot B at main, B2",
        "1 of lot C at main",
    ]


def test_an_order_of_ones_own() -> None:
    """Any callable that ranks balances is an order, such as the way from where the picker is."""
    way = {"A1": 40, "B7": 3}
    shelf = [balance("A", 1, position="A1"), balance("B", 1, position="B7")]

    pick = Removal(order=lambda one: way[one.position])(shelf, wanted=1, today=TODAY)

    assert pick.lines == (PickedLot(lot=LotId("B"), quantity=1, location=MAIN, position="B7"),)


def test_picked_units_are_not_picked_again() -> None:
    """Only what lies on the shelf counts."""
    pick = Removal()([balance("A", 2, picked=3)], wanted=4, today=TODAY)

    assert (pick.quantity, pick.missing) == (2, 2)
    assert pick.explain() == "2 of 4 picked: 2 of lot A at main"


def test_an_excluded_lot_without_units_is_no_news() -> None:
    """Lots that have nothing to give are not reported."""
    shelf = [balance("A", 0, status=LotStatus.RECALLED)]

    assert Removal()(shelf, wanted=1, today=TODAY) == LotPick(wanted=1, lines=(), excluded=())


def test_serials_are_named() -> None:
    """The phone that was asked for is the phone that is taken."""
    phones = [
        LotBalance(lot=Lot.serial(LotId(name), sku=Sku("PHONE"), received_at=NOON), units=1)
        for name in ("SN-1", "SN-2", "SN-3")
    ]

    answer = NamedLots(choices=[LotChoice(lot=LotId("SN-2"))])(phones, wanted=1, today=TODAY)

    assert answer == LotPick(
        wanted=1, lines=[PickedLot(lot=LotId("SN-2"), quantity=1, location=MAIN)], excluded=()
    )


def test_a_named_lot_is_taken_from_the_nearest_place_first() -> None:
    """Where one lot lies in two places, the picker goes to the nearer one."""
    shelf = [balance("A", 2, position="far", distance=9), balance("A", 2, position="near", distance=1)]  # fmt: skip

    answer = NamedLots(choices=[LotChoice(lot=LotId("A"), quantity=3)])(
        shelf, wanted=3, today=TODAY
    )

    assert isinstance(answer, LotPick)
    assert [(line.position, line.quantity) for line in answer.lines] == [("near", 2), ("far", 1)]


def test_all_reasons_of_all_named_lots_are_told() -> None:
    """A recalled lot that is short says both; a lot that does not exist has no units."""
    shelf = [balance("A", 1, status=LotStatus.RECALLED), balance("B", 5)]
    choices = [LotChoice(lot=LotId(name), quantity=2) for name in "ABX"]

    answer = NamedLots(choices=choices)(shelf, wanted=6, today=TODAY)

    assert isinstance(answer, LotPickRefused)
    assert [(one.lot, one.wanted, one.units) for one in answer.lots] == [
        (LotId("A"), 2, 1),
        (LotId("X"), 2, 0),
    ]
    assert answer.explain() == (
        "none of 6 picked: lot A is recalled, has 1 units on the shelf, 2 are wanted; "
        "lot X has 0 units on the shelf, 2 are wanted"
    )


# -- what cannot be asked -------------------------------------------------------------------------

PHONE = Lot.serial(LotId("SN-1"), sku=HONEY, received_at=NOON)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"wanted": 0}, "wanted"),
        ({"wanted": True}, "wanted"),
        ({"today": NOON}, "today"),
        ({"balances": [lot("A")]}, "balances"),
        ({"balances": None}, "balances"),
        ({"balances": [balance("A"), balance("B", sku=Sku("TEA"))]}, "balances"),
        ({"balances": [balance("A"), balance("A")]}, "balances"),
        (
            {"balances": [balance("A"), balance("A", position="1", expires_on=TODAY)]},
            "balances",
        ),
        (
            {
                "balances": [
                    LotBalance(lot=PHONE, units=1),
                    LotBalance(lot=PHONE, units=0, picked=1, position="2"),
                ]
            },
            "balances",
        ),
    ],
)
@pytest.mark.parametrize("removal", [Removal(), NamedLots(choices=[LotChoice(lot=LotId("A"))])])
def test_a_question_that_contradicts_itself_is_refused(
    removal: RemovalPolicy, question: dict[str, Any], field: str
) -> None:
    """Two skus, one place told twice, a lot told in two ways, a serial in two places."""
    asked = {"balances": [balance("A")], "wanted": 1, "today": TODAY, **question}

    with pytest.raises(FieldError) as caught:
        removal(asked.pop("balances"), **asked)

    assert caught.value.field == field


def test_named_lots_add_up_to_what_is_wanted() -> None:
    """Whoever names lots names as many units as are wanted."""
    removal = NamedLots(choices=[LotChoice(lot=LotId("A"), quantity=2)])

    with pytest.raises(FieldError, match="must be the 2 units that are named, got 3"):
        removal([balance("A")], wanted=3, today=TODAY)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: NamedLots(choices=()), "choices"),
        (lambda: NamedLots(choices=[LotChoice(lot=LotId("A"))] * 2), "choices"),
        (lambda: NamedLots(choices=[LotChoice(lot=LotId("A"))], eligibility=3), "eligibility"),  # type: ignore[arg-type]  # the mistake that is meant
        (lambda: Removal(order="fefo"), "order"),  # type: ignore[arg-type]  # the mistake that is meant
        (lambda: Removal(eligibility=None), "eligibility"),  # type: ignore[arg-type]  # the mistake that is meant
        (lambda: LotChoice(lot=LotId("A"), quantity=0), "quantity"),
    ],
)
def test_a_policy_refuses_what_it_cannot_use(make: Any, field: str) -> None:
    """Rules can be called, and lots are named once."""
    with pytest.raises(FieldError) as caught:
        make()

    assert caught.value.field == field


def test_a_pick_never_holds_more_than_was_wanted() -> None:
    """Whoever builds an answer is held to it."""
    line = PickedLot(lot=LotId("A"), quantity=3, location=MAIN)

    with pytest.raises(FieldError) as caught:
        LotPick(wanted=2, lines=[line], excluded=())

    assert caught.value.field == "lines"


def test_a_pick_of_nothing_says_so() -> None:
    """Where no lot has units, all are missing."""
    pick = Removal()([], wanted=2, today=TODAY)

    assert (pick.quantity, pick.missing, pick.explain()) == (0, 2, "0 of 2 picked")
