"""The alert book: all alerts, folded over observations."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, each, refuse
from ecomkit.errors import FieldError, InputError
from ecomkit.replenishment._numbers import day_of
from ecomkit.replenishment.alerts import _observing
from ecomkit.replenishment.alerts._alert import Alert, AlertTransition
from ecomkit.replenishment.alerts._condition import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.replenishment.alerts._kind import AlertKind


@attrs.frozen(kw_only=True)
class AlertNotOnError(InputError):
    """
    Raised when somebody answers an alert that is not on.

    >>> print(AlertNotOnError(alert="order now/ELEPHANT"))
    no alert 'order now/ELEPHANT' is on; it was cleared meanwhile, or never raised
    """

    alert: str

    @property
    def message(self) -> str:
        """The alert, and what may have become of it."""
        return f"no alert {self.alert!r} is on; it was cleared meanwhile, or never raised"


def _named_once(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(Alert)(instance, attribute, value)
    if len({alert.name for alert in value}) < len(value):
        raise refuse(instance, attribute.name, value, "one alert of each name")


@final
@attrs.frozen(kw_only=True)
class AlertChange:
    """
    The book after something happened, and what it did to each alert, in the order of rank.

    ``news`` are the transitions that a sink is told of: an alert that is on as before is none.
    """

    book: AlertBook = attrs.field(repr=False)
    transitions: tuple[AlertTransition, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(AlertTransition)
    )

    @property
    def news(self) -> tuple[AlertTransition, ...]:
        """What a sink is told of, the most money at risk first."""
        return tuple(transition for transition in self.transitions if transition.is_news)

    def explain(self) -> str:
        """Return what happened to each alert, line by line."""
        if not self.transitions:
            return "nothing is on, and nothing has changed"
        return "\n".join(transition.explain() for transition in self.transitions)


@final
@attrs.frozen(kw_only=True)
class AlertBook:
    """
    Every alert that was ever raised, one of each kind and subject.

    The book is a fold over observations: telling it a fact twice changes nothing and makes no
    news, each fall makes news after the one before was cleared, and noise within the band of a
    condition makes none.

    Raises:
        FieldError: If there are two alerts of one name.

    >>> from datetime import UTC
    >>> from ecomkit.replenishment.alerts import AlertKind, Side
    >>> def stock(units):
    ...     return Condition(
    ...         kind=AlertKind.ORDER_NOW,
    ...         subject="ELEPHANT",
    ...         side=Side.BELOW,
    ...         measured=units,
    ...         raise_at=10,
    ...         clear_at=12,
    ...         words=f"the position is {units}",
    ...     )
    >>> book, told = AlertBook(), []
    >>> for day, units in enumerate([15, 10, 10, 11, 10, 13, 9], start=1):
    ...     change = book.observe([stock(units)], at=datetime(2026, 10, day, tzinfo=UTC))
    ...     book = change.book
    ...     told += [(day, news.event.value, news.key) for news in change.news]
    >>> for news in told:
    ...     print(*news)
    2 raised order now/ELEPHANT#1
    6 cleared order now/ELEPHANT#2
    7 raised order now/ELEPHANT#3
    """

    alerts: tuple[Alert, ...] = attrs.field(default=(), converter=as_tuple, validator=_named_once)

    @cached_property
    def _by_name(self) -> dict[str, Alert]:
        return {alert.name: alert for alert in self.alerts}

    @property
    def on(self) -> tuple[Alert, ...]:
        """The alerts that are on: most money at risk a day first, then fewest days."""
        return tuple(sorted((one for one in self.alerts if one.is_on), key=lambda one: one.rank))

    def get(self, kind: AlertKind, *, subject: str) -> Alert | None:
        """Return the alert of a kind about a subject, None if none was ever raised."""
        return self._by_name.get(f"{kind.value}/{subject}")

    def observe(self, conditions: Iterable[Condition], *, at: datetime) -> AlertChange:
        """
        Return the book after *conditions* were measured *at* an instant.

        Of several conditions of one name the worst counts. An alert of which nothing is told
        stays as it is, and what is older than what it has seen changes nothing.

        Raises:
            FieldError: If *conditions* hold anything else, or *at* has no UTC offset.
        """
        worst: dict[str, Condition] = {}
        for condition in conditions:
            if not isinstance(condition, Condition):
                raise refuse(self, "conditions", condition, "a Condition")
            known = worst.get(condition.name)
            if known is None or known.badness < condition.badness:
                worst[condition.name] = condition
        instant = _instant(at)
        return self._after(
            _observing.observe(self._by_name.get(name), condition, at=instant)
            for name, condition in worst.items()
        )

    def withdraw(self, subject: str, *, at: datetime) -> AlertChange:
        """
        Return the book with every alert about *subject* cleared: it is not looked at any more.

        What was seen after *at* is left as it is.
        """
        instant = _instant(at)
        return self._after(
            _observing.clear(alert, at=instant)
            for alert in self.alerts
            if alert.is_on and alert.condition.subject == subject and alert.seen_at <= instant
        )

    def acknowledge(
        self, kind: AlertKind, *, subject: str, at: datetime, note: str = ""
    ) -> AlertChange:
        """
        Return the book with an alert that somebody sees to: only worse is news from now on.

        Raises:
            AlertNotOnError: If there is no such alert, or it is over.
        """
        alert = self._on(kind, subject)
        return self._after([_observing.acknowledge(alert, at=_instant(at), note=note)])

    def snooze(
        self, kind: AlertKind, *, subject: str, until: date, at: datetime, note: str = ""
    ) -> AlertChange:
        """
        Return the book with an alert that is not to be heard of before the day *until*.

        It is heard of earlier if it gets worse, or falls again after it had cleared.

        Raises:
            AlertNotOnError: If there is no such alert, or it is over.
            FieldError: If *until* is no date.
        """
        alert = self._on(kind, subject)
        day = day_of(until, owner="AlertBook", field="until")
        return self._after([_observing.snooze(alert, until=day, at=_instant(at), note=note)])

    def _on(self, kind: AlertKind, subject: str) -> Alert:
        alert = self.get(kind, subject=subject)
        if alert is None or not alert.is_on:
            raise AlertNotOnError(alert=f"{kind.value}/{subject}")
        return alert

    def _after(self, transitions: Iterable[AlertTransition | None]) -> AlertChange:
        happened = [transition for transition in transitions if transition is not None]
        alerts = self._by_name | {one.alert.name: one.alert for one in happened}
        return AlertChange(
            book=attrs.evolve(self, alerts=[alerts[name] for name in sorted(alerts)]),
            transitions=sorted(happened, key=lambda one: one.alert.rank),
        )


def _instant(at: Any) -> datetime:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise FieldError(
            owner="AlertBook", field="at", got=at, wanted="a datetime with a UTC offset"
        )
    return at
