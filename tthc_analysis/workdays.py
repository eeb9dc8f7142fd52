"""Count and add working days by the cited calendar `rules/calendar.csv`.

The day of receipt is not counted: the period begins on the next day (Bộ luật Dân sự 2015, Điều 147) and ends on a
working day (Điều 148). Dates outside the calendar's span are refused, never guessed. A project adds years and local days in a
file of its own (`own.CALENDAR`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tthc_analysis.errors import CalendarNotCovered, ConfigError
from tthc_analysis.rules import own
from tthc_analysis.rules.dates import load_date_rules
from tthc_analysis.rules.shipped import shipped
from tthc_analysis.rules.written import faults, read_toml

_SATURDAY = 5


class CalendarEntry(BaseModel):
    """One exception of the calendar, with its basis and source.

    A weekday `off`, a weekend day `worked`, or a day off that is only `expected`: worked until it is law.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date = Field(alias="date")
    kind: Literal["off", "worked", "expected"]
    basis: str
    source: str
    checked: str | date


class Calendar:
    """Working days from `first` to `last`, the days for which every exception is known; others are never guessed.

    `elapsed[i]` is the number of working days up to and including day i.
    """

    def __init__(self, entries: Iterable[CalendarEntry], first: date, last: date) -> None:
        self.entries, self.first, self.last = tuple(entries), first, last
        kinds = {e.day: e.kind for e in self.entries}
        days = [first + timedelta(i) for i in range((last - first).days + 1)]
        self._working = np.array([_is_worked(d, kinds.get(d, "")) for d in days])
        self._elapsed = np.cumsum(self._working)
        self._working_at = np.flatnonzero(self._working)

    @property
    def expected(self) -> tuple[CalendarEntry, ...]:
        """Days off that are not law yet."""
        return tuple(e for e in self.entries if e.kind == "expected")

    @cached_property
    def readings(self) -> tuple[Calendar, ...]:
        """This calendar; where days are only expected, the one in which they are off as well."""
        if not self.expected:
            return (self,)
        off = [e.model_copy(update={"kind": "off"}) if e.kind == "expected" else e for e in self.entries]
        return self, Calendar(off, self.first, self.last)

    def covers(self, day: date) -> bool:
        """Whether it is known of `day` if public bodies work."""
        return self.first <= day <= self.last

    def _index(self, day: date) -> int:
        if not self.covers(day):
            raise CalendarNotCovered(f"{day:%d/%m/%Y}", f"{self.first:%d/%m/%Y}", f"{self.last:%d/%m/%Y}")
        return (day - self.first).days

    def is_working(self, day: date) -> bool:
        """Whether public bodies work on `day`; raises CalendarNotCovered."""
        return bool(self._working[self._index(day)])

    def worked(self, day: date) -> bool | None:
        """Whether public bodies work on `day`; None outside the calendar."""
        return self.is_working(day) if self.covers(day) else None

    def add(self, day: date, working_days: int) -> date:
        """The day on which `working_days` working days after `day` are over; `day` itself is not counted."""
        target = self._elapsed[self._index(day)] + working_days - 1
        if target >= len(self._working_at):
            raise CalendarNotCovered(
                f"{day:%d/%m/%Y} + {working_days} ngày làm việc", f"{self.first:%d/%m/%Y}", f"{self.last:%d/%m/%Y}"
            )
        return self.first + timedelta(int(self._working_at[target]))

    def next_working(self, day: date) -> date:
        """`day` itself when it is worked, else the next working day."""
        return day if self.is_working(day) else self.add(day, 1)

    def count_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end` (0 on the same day; negative when end is before)."""
        return int(self._elapsed[self._index(end)] - self._elapsed[self._index(start)])

    def covered(self, days: pd.Series) -> pd.Series:
        """`days` (datetime64) with those outside the calendar blanked: what is counted from them is not known."""
        return days.where((days >= pd.Timestamp(self.first)) & (days < pd.Timestamp(self.last) + pd.Timedelta(days=1)))

    def elapsed(self, days: pd.Series) -> pd.Series:
        """Working days elapsed since the calendar's first day for each of `days` (datetime64; null or outside stays null)."""
        dates = self.covered(days).dropna().dt.normalize()
        offsets = (dates - pd.Timestamp(self.first)).dt.days.to_numpy()
        return pd.Series(self._elapsed[offsets], index=dates.index, dtype="Int64").reindex(days.index)


def _is_worked(day: date, kind: str) -> bool:
    return kind in ("worked", "expected") or (kind != "off" and day.weekday() < _SATURDAY)


class _Covered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date
    source: str
    checked: date


@cache
def load_calendar() -> Calendar:
    """The calendar that the package ships (`rules/calendar.csv`, its span `rules/calendar.toml`)."""
    rules = files("tthc_analysis.rules")
    covered = _Covered.model_validate(shipped("calendar.toml"))
    with rules.joinpath("calendar.csv").open(encoding="utf-8") as source:
        entries = [CalendarEntry.model_validate(row) for row in csv.DictReader(source)]
    return Calendar(entries, covered.first, covered.last)


class _OwnCalendar(BaseModel):
    """A project's `quy-dinh/lich-lam-viec.toml`: whole years that follow the shipped ones, and local days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    years: tuple[int, ...] = ()
    days: tuple[CalendarEntry, ...] = ()


def project_calendar(root: Path) -> Calendar:
    """The shipped calendar with the project's own years and days, which win on the same day; raises ConfigError."""
    path = root / own.CALENDAR
    if not path.is_file():
        return load_calendar()
    data = read_toml(path, "Lịch làm việc", own.CALENDAR)
    try:
        added = _OwnCalendar.model_validate(data)
    except ValidationError as error:
        raise ConfigError(
            f"Lịch làm việc: {faults(error)}.",
            own.CALENDAR,
            "Sửa mục đã nêu; mẫu ở docs/cau-hinh.md.",
        ) from None
    return _extended(load_calendar(), added)


def _extended(shipped: Calendar, added: _OwnCalendar) -> Calendar:
    """Years that leave a gap, and days of a year that is not stated as complete, are refused: they would look like known."""
    years = sorted({y for y in added.years if y > shipped.last.year})
    if years != list(range(shipped.last.year + 1, shipped.last.year + 1 + len(years))):
        raise ConfigError(
            f"Lịch làm việc thiếu năm: có sẵn đến hết năm {shipped.last.year}, thêm {', '.join(map(str, years))}.",
            own.CALENDAR, "Ghi đủ các năm liền nhau trong years, kèm ngày nghỉ của từng năm.",
        )  # fmt: skip
    last = date(years[-1], 12, 31) if years else shipped.last
    beyond = next((e.day for e in added.days if not shipped.first <= e.day <= last), None)
    if beyond:
        raise ConfigError(
            f"Ngày {beyond:%d/%m/%Y} thuộc năm chưa ghi đủ lịch.", own.CALENDAR,
            f"Khi đã ghi đủ mọi ngày nghỉ, ngày làm bù của năm {beyond.year}, thêm năm đó vào years.",
        )  # fmt: skip
    empty = [y for y in years if not any(e.day.year == y for e in added.days)]
    if empty:
        raise ConfigError(
            f"Năm {empty[0]} ghi trong years mà không có ngày nghỉ nào.",
            own.CALENDAR,
            "Thêm các mục [[days]] của năm đó.",
        )
    entries = {e.day: e for e in (*shipped.entries, *added.days)}
    return Calendar([entries[d] for d in sorted(entries)], shipped.first, last)


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
    def is_possible(self) -> bool:
        """Whether a procedure can have it: no number below 0 or beyond what due dates can be (`rules/dates.toml`)."""
        longest = load_date_rules().longest_limit(self.unit)
        return all(0 <= number <= longest for number in (self.least, self.most) if number is not None)

    @property
    def is_computable(self) -> bool:
        """Whether a due date follows from the day of receipt."""
        return self.is_possible and (self.unit == "same_day" or (self.least is not None and self.unit in _ENDS))


def due_span(received: date, limit: TimeLimit, calendar: Calendar) -> tuple[date, date] | None:
    """The first and last day that are right as due date of a dossier received on `received`; None without a limit.

    One day but for a range of days, for hours, which end on the day of receipt or later by its time of day, and where a day
    off is only expected. Raises CalendarNotCovered.
    """
    if not limit.is_computable:
        return None
    # a day after the calendar is refused before any is added to it
    calendar.next_working(max(received, calendar.first))
    spans = [_span(received, limit, reading) for reading in calendar.readings]
    return min(first for first, _ in spans), max(last for _, last in spans)


def _span(received: date, limit: TimeLimit, calendar: Calendar) -> tuple[date, date]:
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
