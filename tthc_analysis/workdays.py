"""Count and add working days by the cited calendar `rules/calendar.csv`.

The day of receipt is not counted: the period begins on the next day (Bộ luật Dân sự 2015, Điều 147) and ends on a
working day (Điều 148). Dates outside the calendar's years are refused, never guessed.
"""

from __future__ import annotations

import csv
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
