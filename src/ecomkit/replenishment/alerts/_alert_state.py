"""The life of an alert: its states, what happens to it, and what leads where."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class AlertState(Enum):
    """How an alert stands."""

    RAISED = "raised"
    """It is on, and nobody has said anything to it."""

    ACKNOWLEDGED = "acknowledged"
    """It is on, and somebody sees to it."""

    SNOOZED = "snoozed"
    """It is on, and not to be heard of before a day."""

    CLEARED = "cleared"
    """It is over; the next fall raises it again."""

    __hash__ = object.__hash__


class AlertEvent(Enum):
    """What an observation or a person did to an alert."""

    RAISED = "raised"
    """It was not on, and now it is."""

    WORSENED = "worsened"
    """It is on and has passed a threshold that it had not passed since it was raised."""

    RESUMED = "resumed"
    """The snooze is over, and it is still on."""

    STILL_ON = "still on"
    """It is on as before."""

    ACKNOWLEDGED = "acknowledged"
    """Somebody sees to it."""

    SNOOZED = "snoozed"
    """Somebody does not want to hear of it before a day."""

    CLEARED = "cleared"
    """It was on, and now it is over."""

    __hash__ = object.__hash__


NEWS: Final = frozenset(
    {AlertEvent.RAISED, AlertEvent.WORSENED, AlertEvent.RESUMED, AlertEvent.CLEARED}
)
"""The events that a sink is told of: what a person did, that person knows."""

_State = AlertState

ALERT_TRANSITIONS: Final[Mapping[AlertState, frozenset[AlertState]]] = MappingProxyType(
    {
        _State.RAISED: frozenset({_State.ACKNOWLEDGED, _State.SNOOZED, _State.CLEARED}),
        _State.ACKNOWLEDGED: frozenset({_State.RAISED, _State.SNOOZED, _State.CLEARED}),
        _State.SNOOZED: frozenset({_State.RAISED, _State.ACKNOWLEDGED, _State.CLEARED}),
        _State.CLEARED: frozenset({_State.RAISED}),
    }
)
"""Where one event can take an alert; what leaves it where it is is not drawn."""
