"""Laws of the alert book: each fall once, no flapping, no news twice, and the table of states."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.money import Currency, Money
from ecomkit.replenishment.alerts import (
    ALERT_TRANSITIONS,
    Alert,
    AlertBook,
    AlertChange,
    AlertEvent,
    AlertKind,
    AlertNotOnError,
    AlertState,
    AlertTransition,
    Condition,
    Side,
)

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
NEWS = {AlertEvent.RAISED, AlertEvent.WORSENED, AlertEvent.RESUMED, AlertEvent.CLEARED}
KIND = AlertKind.ORDER_NOW


def day(number: int) -> datetime:
    """The instant so many days after the start."""
    return START + timedelta(days=number)


def stock(
    units: float,
    *,
    subject: str = "ELEPHANT",
    kind: AlertKind = KIND,
    side: Side = Side.BELOW,
    band: float = 5,
    worse_at: Sequence[float] = (0,),
    **money: Any,
) -> Condition:
    """Units measured against a level of 10 (or of −10 where more is bad: the mirror image)."""
    sign = 1 if side is Side.BELOW else -1
    return Condition(
        kind=kind,
        subject=subject,
        side=side,
        measured=sign * units,
        raise_at=sign * 10,
        clear_at=sign * (10 + band),
        worse_at=[sign * threshold for threshold in worse_at],
        words=f"{units} units",
        **money,
    )


def fold(
    values: Sequence[float], *, book: AlertBook | None = None, first: int = 0, **options: Any
) -> tuple[AlertBook, list[AlertTransition]]:
    """Observe one value a day, and return the book and all that happened."""
    book = book or AlertBook()
    happened: list[AlertTransition] = []
    for number, value in enumerate(values, start=first):
        change = book.observe([stock(value, **options)], at=day(number))
        book = change.book
        happened += change.transitions
    return book, happened


def news_of(transitions: Sequence[AlertTransition]) -> list[AlertEvent]:
    """What a sink is told of."""
    return [transition.event for transition in transitions if transition.is_news]


sides = st.sampled_from(Side)
histories = st.lists(st.integers(-5, 25), max_size=40)


# -- hysteresis -----------------------------------------------------------------------------------


@given(
    st.floats(-20, 40),
    st.lists(st.floats(0, 4.999), max_size=60),
    sides,
)
def test_noise_smaller_than_the_band_raises_at_most_once(
    base: float, noise: list[float], side: Side
) -> None:
    """Whatever level a value trembles around, less than the band of 5 never makes it flap."""
    _, happened = fold([base + extra for extra in noise], side=side, worse_at=())

    assert news_of(happened) in ([], [AlertEvent.RAISED], [AlertEvent.CLEARED])


def _falls(values: Sequence[float]) -> list[AlertEvent]:
    """What a schoolbook two-threshold switch does, with the worse threshold of nothing left."""
    told, is_on, is_out = [], False, False
    for value in values:
        if not is_on and value <= 10:
            told.append(AlertEvent.RAISED)
            is_on, is_out = True, value <= 0
        elif is_on and value > 15:
            told.append(AlertEvent.CLEARED)
            is_on = False
        elif is_on and value <= 0 and not is_out:
            told.append(AlertEvent.WORSENED)
            is_out = True
    return told


@given(histories, sides)
def test_the_book_is_a_switch_with_two_thresholds(values: list[int], side: Side) -> None:
    """Each fall raises once, the next one again after it had cleared (InvenTree#681, #8452)."""
    _, happened = fold(values, side=side)

    assert news_of(happened) == _falls(values)


@given(histories)
def test_raised_and_cleared_take_turns(values: list[int]) -> None:
    """Of one alert, each clearing follows a raising, and its keys never come twice."""
    _, happened = fold(values)
    turns = [
        transition.event
        for transition in happened
        if transition.event in (AlertEvent.RAISED, AlertEvent.CLEARED)
    ]
    keys = [transition.key for transition in happened if transition.is_news]

    assert turns == [(AlertEvent.RAISED, AlertEvent.CLEARED)[n % 2] for n in range(len(turns))]
    assert len(keys) == len(set(keys))
    assert keys == [f"order now/ELEPHANT#{n}" for n in range(1, len(keys) + 1)]


# -- once -----------------------------------------------------------------------------------------


@given(histories, st.lists(st.integers(1, 3), max_size=40))
def test_the_same_fact_told_twice_makes_no_news_twice(
    values: list[int], repeats: list[int]
) -> None:
    """Told several times, at once or later the same day, it is heard of once."""
    plain_book, once = fold(values)
    book = AlertBook()
    told: list[AlertTransition] = []
    for number, value in enumerate(values):
        for again in range(repeats[number] if number < len(repeats) else 2):
            at = day(number) + timedelta(minutes=again // 2)
            change = book.observe([stock(value)] * 2, at=at)
            book = change.book
            told += change.news

    assert [(one.event, one.key) for one in told] == [
        (one.event, one.key) for one in once if one.is_news
    ]
    assert [alert.state for alert in book.alerts] == [alert.state for alert in plain_book.alerts]


@given(histories.filter(bool), st.data())
def test_what_is_older_than_what_was_seen_changes_nothing(
    values: list[int], data: st.DataObject
) -> None:
    """A late observation of a day that has passed neither raises nor clears what is on."""
    book, _ = fold(values)
    seen = [alert.seen_at for alert in book.alerts]
    late = stock(data.draw(st.integers(-5, 25)))
    for at in seen:
        assert book.observe([late], at=at - timedelta(seconds=1)).transitions == ()
        assert book.withdraw("ELEPHANT", at=at - timedelta(seconds=1)).transitions == ()


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(-5, 25)), max_size=30))
def test_alerts_do_not_touch_each_other(told: list[tuple[str, int]]) -> None:
    """The alerts of one subject are what they would be if it were alone."""
    together = AlertBook()
    for number, (subject, value) in enumerate(told):
        together = together.observe([stock(value, subject=subject)], at=day(number)).book
    for subject in "ABC":
        alone = AlertBook()
        for number, (name, value) in enumerate(told):
            if name == subject:
                alone = alone.observe([stock(value, subject=subject)], at=day(number)).book
        assert alone.get(KIND, subject=subject) == together.get(KIND, subject=subject)


def test_of_several_conditions_of_one_name_the_worst_counts() -> None:
    """Two places that measure one sku make one alert, at the worse of the two."""
    change = AlertBook().observe([stock(20), stock(3), stock(9)], at=START)
    cleared = change.book.observe([stock(20), stock(16)], at=day(1))

    assert [one.alert.condition.measured for one in change.news] == [3]
    assert cleared.book.alerts[0].condition.measured == 16


def test_an_alert_of_which_nothing_is_told_stays() -> None:
    """Silence is no clearing; withdrawing is."""
    book, _ = fold([5])
    silent = book.observe([], at=day(1))
    gone = book.withdraw("ELEPHANT", at=day(1))

    assert (silent.book, silent.transitions) == (book, ())
    assert [one.event for one in gone.news] == [AlertEvent.CLEARED]
    assert gone.book.on == ()
    assert gone.book.withdraw("ELEPHANT", at=day(2)).transitions == ()
    assert book.withdraw("TIGER", at=day(1)).book == book


# -- people ---------------------------------------------------------------------------------------


def test_an_acknowledged_alert_is_news_only_when_it_gets_worse() -> None:
    """Who sees to it is not told again, unless the shelf is empty."""
    book, _ = fold([5])
    change = book.acknowledge(KIND, subject="ELEPHANT", at=day(1), note="Ada calls the supplier")
    _, happened = fold([6, 4, 0, -1], book=change.book, first=2)

    assert change.news == ()
    assert "acknowledged (Ada calls the supplier)" in change.explain()
    assert [one.event for one in happened] == [
        AlertEvent.STILL_ON,
        AlertEvent.STILL_ON,
        AlertEvent.WORSENED,
        AlertEvent.STILL_ON,
    ]
    assert [one.alert.state for one in happened] == [
        AlertState.ACKNOWLEDGED,
        AlertState.ACKNOWLEDGED,
        AlertState.RAISED,
        AlertState.RAISED,
    ]


def test_a_snoozed_alert_resumes_on_its_day() -> None:
    """Until the day nothing is heard; on it the alert is news again, if it is still on."""
    book, _ = fold([5])
    asleep = book.snooze(KIND, subject="ELEPHANT", until=date(2026, 10, 4), at=day(1))
    _, happened = fold([5, 12, 5], book=asleep.book, first=1)

    assert asleep.news == ()
    assert "snoozed until 2026-10-04" in asleep.explain()
    assert [(one.event, one.alert.state) for one in happened] == [
        (AlertEvent.STILL_ON, AlertState.SNOOZED),
        (AlertEvent.STILL_ON, AlertState.SNOOZED),
        (AlertEvent.RESUMED, AlertState.RAISED),
    ]


def test_a_snooze_ends_when_it_gets_worse_and_when_it_clears() -> None:
    """An empty shelf is heard of at once, and a new fall is a new alert."""
    book, _ = fold([5])
    asleep = book.snooze(KIND, subject="ELEPHANT", until=date(2026, 12, 1), at=day(1)).book

    assert news_of(fold([0], book=asleep, first=2)[1]) == [AlertEvent.WORSENED]
    assert news_of(fold([20, 5], book=asleep, first=2)[1]) == [
        AlertEvent.CLEARED,
        AlertEvent.RAISED,
    ]


def test_what_was_heard_of_as_worse_is_not_worse_again() -> None:
    """Within one fall an empty shelf is news once, though a snooze came and went between."""
    book, _ = fold([5, 0])
    asleep = book.snooze(KIND, subject="ELEPHANT", until=date(2026, 10, 4), at=day(2)).book

    assert news_of(fold([5, 5, 0], book=asleep, first=2)[1]) == [AlertEvent.RESUMED]


def test_the_day_of_a_snooze_is_the_day_where_the_caller_is() -> None:
    """In Auckland the fourth begins eleven hours before it does in UTC."""
    book, _ = fold([5])
    asleep = book.snooze(KIND, subject="ELEPHANT", until=date(2026, 10, 4), at=day(1)).book
    auckland = datetime(2026, 10, 4, 0, 30, tzinfo=timezone(timedelta(hours=13)))

    assert news_of(asleep.observe([stock(5)], at=auckland).transitions) == [AlertEvent.RESUMED]


def test_what_is_not_on_cannot_be_answered() -> None:
    """An alert that was never raised, or is over, is refused with its name."""
    cleared, _ = fold([5, 20])
    for book in (AlertBook(), cleared):
        with pytest.raises(AlertNotOnError, match="order now/ELEPHANT"):
            book.acknowledge(KIND, subject="ELEPHANT", at=day(3))
        with pytest.raises(AlertNotOnError):
            book.snooze(KIND, subject="ELEPHANT", until=date(2026, 12, 1), at=day(3))


# -- the table ------------------------------------------------------------------------------------


def next_books(book: AlertBook, at: datetime) -> Iterator[AlertChange]:
    """Yield what each observation, and each thing that a person can do, makes of a book."""
    for units in (-3, 5, 12, 20):
        yield book.observe([stock(units)], at=at)
    yield book.withdraw("ELEPHANT", at=at)
    if book.on:
        yield book.acknowledge(KIND, subject="ELEPHANT", at=at)
        for ahead in (1, 30):
            until = at.date() + timedelta(days=ahead)
            yield book.snooze(KIND, subject="ELEPHANT", until=until, at=at)


def explored() -> dict[Enum, set[Enum]]:
    """Return all steps between the states of an alert that five days can show."""
    found: dict[Enum, set[Enum]] = defaultdict(set)
    books = {AlertBook()}
    for number in range(5):
        after_today = set()
        for book in books:
            for change in next_books(book, day(number)):
                before = [alert.state for alert in book.alerts]
                after = [alert.state for alert in change.book.alerts]
                for source, target in zip(before, after, strict=False):
                    if source is not target:
                        found[source].add(target)
                after_today.add(change.book)
        books = after_today
    return found


def test_the_table_says_exactly_what_one_event_can_do() -> None:
    """Every step that small histories show is in the table, and no other."""
    found = explored()

    assert {state: frozenset(found.get(state, ())) for state in AlertState} == ALERT_TRANSITIONS


def test_no_state_is_dead_and_each_is_reached() -> None:
    """From raised, every state can be reached, and every state leads on."""
    met: set[AlertState] = set()
    todo = [AlertState.RAISED]
    while todo:
        state = todo.pop()
        if state not in met:
            met.add(state)
            todo.extend(ALERT_TRANSITIONS[state])

    assert met == set(AlertState) == set(ALERT_TRANSITIONS)
    assert all(ALERT_TRANSITIONS.values())


def test_news_is_what_changes_for_who_listens() -> None:
    """Raised, worsened, resumed and cleared are told; what a person did, that person knows."""
    alert = fold([5])[0].alerts[0]

    assert {
        event
        for event in AlertEvent
        if AlertTransition(alert=alert, event=event, at=START).is_news
    } == NEWS


# -- rank -----------------------------------------------------------------------------------------


def test_the_most_money_at_risk_comes_first() -> None:
    """Then the fewest days, then the most tied up, then the name; currencies each by itself."""
    eur, jpy = Currency.EUR, Currency.JPY
    told = [
        stock(1, subject="UNKNOWN"),
        stock(1, subject="LATER", at_risk=Money(100, eur), days=9),
        stock(1, subject="SOONER", at_risk=Money(100, eur), days=2),
        stock(1, subject="DEAR", at_risk=Money(9000, eur), days=30),
        stock(1, subject="YEN", at_risk=Money(99_999, jpy), days=0),
        stock(1, subject="LITTLE-TIED", tied_up=Money(5, eur)),
        stock(1, subject="MUCH-TIED", tied_up=Money(500, eur)),
        stock(1, subject="SOON-UNKNOWN", days=1),
    ]
    change = AlertBook().observe(told, at=START)
    ranked = [
        "DEAR",
        "SOONER",
        "LATER",
        "YEN",
        "SOON-UNKNOWN",
        "MUCH-TIED",
        "LITTLE-TIED",
        "UNKNOWN",
    ]

    assert [alert.condition.subject for alert in change.book.on] == ranked
    assert [one.alert.condition.subject for one in change.news] == ranked


def test_a_change_explains_itself() -> None:
    """Each transition is a line: what happened, to what, since when, and what was measured."""
    _, [raised] = fold([5], at_risk=Money(2600, Currency.EUR), tied_up=Money(100, Currency.EUR))
    change = AlertBook().observe([stock(5)], at=START)

    assert raised.explain() == (
        "raised: order now, raised, since 2026-10-01 09:00 UTC: ELEPHANT: 5 units (measured 5, "
        "raised at or below 10, cleared above 15); 26.00 EUR a day at risk; 1.00 EUR tied up"
    )
    assert change.explain() == change.transitions[0].explain()
    assert change.book.observe([], at=day(1)).explain() == (
        "nothing is on, and nothing has changed"
    )
    above = stock(5, side=Side.ABOVE)
    assert "raised at or above -10, cleared below -15" in above.explain()


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measured": float("nan")}, "measured"),
        ({"measured": float("inf")}, "measured"),
        ({"measured": True}, "measured"),
        ({"measured": 10**400}, "measured"),
        ({"measured": -(10**400)}, "measured"),
        ({"raise_at": "10"}, "raise_at"),
        ({"clear_at": 9}, "clear_at"),
        ({"side": Side.ABOVE, "clear_at": 11}, "clear_at"),
        ({"worse_at": [10]}, "worse_at"),
        ({"worse_at": [5, 7]}, "worse_at"),
        ({"worse_at": [float("nan")]}, "worse_at"),
        ({"worse_at": 5}, "worse_at"),
        ({"subject": ""}, "subject"),
        ({"subject": None}, "subject"),
        ({"kind": "near"}, "kind"),
        ({"side": "below"}, "side"),
        ({"words": None}, "words"),
        ({"at_risk": 5}, "at_risk"),
        ({"tied_up": 5}, "tied_up"),
        ({"days": float("inf")}, "days"),
    ],
)
def test_a_condition_checks_its_fields(wrong: dict[str, Any], field: str) -> None:
    """Numbers are finite, and thresholds stand in order."""
    good: dict[str, Any] = {
        "kind": KIND,
        "subject": "ELEPHANT",
        "side": Side.BELOW,
        "measured": 5,
        "raise_at": 10,
        "clear_at": 10,
        "words": "5 units",
    }
    assert Condition(**good).raises
    with pytest.raises(FieldError) as caught:
        Condition(**{**good, **wrong})

    assert caught.value.field == field


def test_a_book_checks_what_it_is_told() -> None:
    """Conditions, aware instants, days, and one alert of each name."""
    book, _ = fold([5])
    naive = datetime(2026, 10, 2)  # noqa: DTZ001  # naive on purpose
    for call in (
        lambda: book.observe([7], at=day(1)),  # type: ignore[list-item]  # wrong on purpose
        lambda: book.observe([], at=naive),
        lambda: book.withdraw("ELEPHANT", at=naive),
        lambda: book.acknowledge(KIND, subject="ELEPHANT", at=naive),
        lambda: book.snooze(KIND, subject="ELEPHANT", until=day(2), at=day(1)),
        lambda: AlertBook(alerts=book.alerts * 2),
        lambda: AlertBook(alerts=[7]),
    ):
        with pytest.raises(FieldError):
            call()


@pytest.mark.parametrize(
    ("state", "until"), [(AlertState.SNOOZED, None), (AlertState.RAISED, date(2026, 10, 4))]
)
def test_a_day_of_a_snooze_belongs_to_a_snooze(state: AlertState, until: date | None) -> None:
    """An alert that is snoozed has a day, and no other has."""
    with pytest.raises(FieldError) as caught:
        Alert(
            condition=stock(5),
            state=state,
            raised_at=START,
            seen_at=START,
            snoozed_until=until,
        )

    assert caught.value.field == "snoozed_until"
