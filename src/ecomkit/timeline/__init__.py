"""
Instants, windows and business calendars.

Pure: the present is always an argument. Time zones are IANA names.
"""

from ecomkit.timeline._calendar import BusinessCalendar, NoWorkingDayError, Weekday
from ecomkit.timeline._instants import (
    InstantFormatError,
    InstantRangeError,
    NaiveInstantError,
    UnknownZoneError,
    day_of,
    days_after,
    format_instant,
    instant,
    instant_at,
    on_clock,
    start_of_day,
    time_zone,
    utc,
)
from ecomkit.timeline._windows import Boundary, Window, window_of_days

__all__ = [
    "Boundary",
    "BusinessCalendar",
    "InstantFormatError",
    "InstantRangeError",
    "NaiveInstantError",
    "NoWorkingDayError",
    "UnknownZoneError",
    "Weekday",
    "Window",
    "day_of",
    "days_after",
    "format_instant",
    "instant",
    "instant_at",
    "on_clock",
    "start_of_day",
    "time_zone",
    "utc",
    "window_of_days",
]
