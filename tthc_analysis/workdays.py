"""Count and add working days by the cited calendar `rules/calendar.csv`.

The day of receipt is not counted: the period begins on the next day (Bộ luật Dân sự 2015, Điều 147) and ends on a
working day (Điều 148). Dates outside the calendar's years are refused, never guessed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from tthc_analysis.errors import CalendarNotCovered

_SATURDAY = 5


@dataclass(frozen=True)
class CalendarEntry:
    """One exception of the calendar: a weekday `off` or a weekend day `worked`, with its basis and source."""

    day: date
    kind: str
    basis: str
    source: str
    checked: str


class Calendar:
    """Working days of whole years: `elapsed[i]` is the number of working days up to and including day i."""

    def __init__(self, entries: list[CalendarEntry]) -> None:
        self.entries = entries
        self.first = date(min(e.day.year for e in entries), 1, 1)
        self.last = date(max(e.day.year for e in entries), 12, 31)
        kinds = {e.day: e.kind for e in entries}
        days = [self.first + timedelta(i) for i in range((self.last - self.first).days + 1)]
        self._working = np.array(
            [kinds.get(d, "off" if d.weekday() >= _SATURDAY else "worked") == "worked" for d in days]
        )
        self._elapsed = np.cumsum(self._working)
        self._working_at = np.flatnonzero(self._working)

    def _index(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise CalendarNotCovered(f"{day:%d/%m/%Y}", f"{self.first:%d/%m/%Y}", f"{self.last:%d/%m/%Y}")
        return (day - self.first).days

    def is_working(self, day: date) -> bool:
        """Whether public bodies work on `day`."""
        return bool(self._working[self._index(day)])

    def add(self, day: date, working_days: int) -> date:
        """The day on which `working_days` working days after `day` are over; `day` itself is not counted."""
        target = self._elapsed[self._index(day)] + working_days - 1
        if target >= len(self._working_at):
            raise CalendarNotCovered(f"{day:%d/%m/%Y} + {working_days} ngày làm việc", f"{self.first}", f"{self.last}")
        return self.first + timedelta(int(self._working_at[target]))

    def next_working(self, day: date) -> date:
        """`day` itself when it is worked, else the next working day."""
        return day if self.is_working(day) else self.add(day, 1)

    def count_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end` (0 on the same day; negative when end is before)."""
        return int(self._elapsed[self._index(end)] - self._elapsed[self._index(start)])

    def covered(self, days: pd.Series) -> pd.Series:
        """`days` (datetime64) with those outside the calendar's years blanked: what is counted from them is not known."""
        return days.where((days >= pd.Timestamp(self.first)) & (days < pd.Timestamp(self.last) + pd.Timedelta(days=1)))

    def elapsed(self, days: pd.Series) -> pd.Series:
        """Working days elapsed since the calendar's first day for each of `days` (datetime64; null stays null)."""
        dates = days.dropna().dt.normalize()
        if len(dates):
            self._index(dates.min().date())
            self._index(dates.max().date())
        offsets = (dates - pd.Timestamp(self.first)).dt.days.to_numpy()
        return pd.Series(self._elapsed[offsets], index=dates.index, dtype="Int64").reindex(days.index)


@cache
def load_calendar() -> Calendar:
    """The calendar that the package ships (`rules/calendar.csv`)."""
    with files("tthc_analysis.rules").joinpath("calendar.csv").open(encoding="utf-8") as source:
        return Calendar(
            [
                CalendarEntry(date.fromisoformat(row["date"]), row["kind"], row["basis"], row["source"], row["checked"])
                for row in csv.DictReader(source)
            ]
        )


_HOURS_A_DAY = 8
_LATE_IN_THE_DAY = 1  # "trong ngày": what is received late in the day may be answered on the next working day


@dataclass(frozen=True)
class TimeLimit:
    """A procedure's time limit as published: a number or a range of hours, days, working days or months, or none.

    `unit` is one of `columns.TIME_UNITS`; "event" (counted from something else than receipt) and "" give no due date.
    """

    least: int | None
    most: int | None
    unit: str

    @property
    def is_computable(self) -> bool:
        """Whether a due date follows from the day of receipt."""
        return self.unit == "same_day" or (self.least is not None and self.unit in _ENDS)


def due_span(received: date, limit: TimeLimit, calendar: Calendar) -> tuple[date, date] | None:
    """The first and last day that are right as due date of a dossier received on `received`; None without a limit.

    One day but for a range of days, and for hours, which end on the day of receipt or later by its time of day. Raises
    CalendarNotCovered.
    """
    if not limit.is_computable:
        return None
    if limit.unit == "same_day":
        return calendar.next_working(received), calendar.add(received, _LATE_IN_THE_DAY)
    assert limit.least is not None
    first, _ = _ENDS[limit.unit](received, limit.least, calendar)
    _, last = _ENDS[limit.unit](received, limit.least if limit.most is None else limit.most, calendar)
    return first, max(first, last)


def _after_working_days(received: date, number: int, calendar: Calendar) -> tuple[date, date]:
    end = calendar.add(received, number) if number else calendar.next_working(received)
    return end, end


def _after_hours(received: date, number: int, calendar: Calendar) -> tuple[date, date]:
    """8 working hours are a day; what remains of a day ends on that day or on the next one."""
    first = _after_working_days(received, number // _HOURS_A_DAY, calendar)[0]
    return first, _after_working_days(received, -(-number // _HOURS_A_DAY), calendar)[0]


def _after_days(received: date, number: int, calendar: Calendar) -> tuple[date, date]:
    """Calendar days; a period that ends on a day off goes on to the next working day (BLDS 2015, Điều 148)."""
    end = calendar.next_working(received + timedelta(days=number))
    return end, end


def _after_months(received: date, number: int, calendar: Calendar) -> tuple[date, date]:
    """To the same day of the month, or its last day when there is no such day (BLDS 2015, Điều 148)."""
    end = (pd.Timestamp(received) + pd.DateOffset(months=number)).date()
    return calendar.next_working(end), calendar.next_working(end)


_ENDS: Mapping[str, Callable[[date, int, Calendar], tuple[date, date]]] = {
    "hour": _after_hours,
    "day": _after_days,
    "working_day": _after_working_days,
    "month": _after_months,
}
