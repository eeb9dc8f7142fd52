"""Texts → moments. The shape of a text tells its parts; which part is the day is told by the column, never by one text.

Texts of one shape (the same signs around digits) are read at once. Shapes that only one reading fits (year first, months in
words, serial numbers, seconds since 1970) are settled; three numbers with the year last wait for the order of their column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

import numpy as np
import pyarrow as pa

from tthc_analysis.clock import AHEAD, VIETNAM
from tthc_analysis.exports._bytes import alike, read_number

DayOrder = Literal["dmy", "mdy", "ymd"]

#: what the three numbers of a date are: unread, year first, settled, year last with four digits, with two digits
UNREAD, YEAR_FIRST, SETTLED, YEAR_LAST, SHORT_YEAR = range(5)
_LONGEST = 80
_CENTURY = 70  # a year of two digits below is 20yy
_SERIAL_EPOCH = np.datetime64("1899-12-30", "us")
_SERIALS = (36_526, 54_788)  # 2000–2049: what else has five digits is no day
_UNIX = (1_000_000_000, 1_899_999_999)  # 2001–2030: greater ones begin like the year of 2024010508
_FULL_YEARS = (1900, 2100)
_NAT = np.datetime64("NaT", "us")


# --- the shapes ------------------------------------------------------------------------------------------------------

_MONTHS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_ENGLISH = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_WEEKDAY = r"(?:(?:thứ (?:hai|ba|tư|năm|sáu|bảy|0)|chủ nhật|t0|cn|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)[,.]? )?"
_TIME = (
    r"(?P<H>0{1,2})(?::|h ?|g ?| giờ |\.)(?P<M>00)"
    r"(?:(?::| ?phút |\.)(?P<S>00)(?:[.,](?P<f>0{1,9}))?)?(?:[ms']| phút| giây)?"
    r"(?: ?(?P<half>sa|ch|am|pm|a\.m\.|p\.m\.|sáng|trưa|chiều|tối))?"
)
_ZONE = r"(?: ?(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]0{1,2})(?::?(?P<zm>00))?(?: \([^)]*\))?| ict)?"
_TURN = {"sa": 0, "am": 0, "a.m.": 0, "sáng": 0, "ch": 1, "pm": 1, "p.m.": 1, "chiều": 1, "tối": 1, "trưa": 2}
_WORD_MONTHS = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    (YEAR_LAST, r"(?:ngày )?(?P<a>0{1,2})(?P<s> ?[/.-] ?)(?P<b>0{1,2})(?P=s)(?P<y>0{4})"),
    (SHORT_YEAR, r"(?:ngày )?(?P<a>0{1,2})(?P<s> ?[/.-] ?)(?P<b>0{1,2})(?P=s)(?P<y>0{2})"),
    (YEAR_FIRST, r"(?P<y>0{4})(?P<s> ?[/.-] ?)(?P<a>0{1,2})(?P=s)(?P<b>0{1,2})"),
    (SETTLED, r"(?:ngày )?(?P<d>0{1,2}),? (?:tháng|thg\.?) (?P<m>0{1,2}),? (?:năm )?(?P<y>0{4})"),
    (SETTLED, rf"(?:ngày )?(?P<d>0{{1,2}}),? tháng (?P<month>{_WORD_MONTHS}),? (?:năm )?(?P<y>0{{4}})"),
    (SETTLED, rf"(?P<d>0{{1,2}})[-/ .](?P<month>{'|'.join(_ENGLISH)})[a-z]*[-/ .,]{{1,2}}(?P<y>0{{4}}|0{{2}})"),
    (SETTLED, rf"(?P<month>{'|'.join(_ENGLISH)})[a-z]*\.? (?P<d>0{{1,2}}),? (?P<y>0{{4}})"),
)
_SHAPES = tuple(
    (kind, re.compile(pattern))
    for kind, date in _DATES
    for pattern in (
        rf"{_WEEKDAY}{date}(?:(?:,? |t|, ?| - |,? lúc ){_TIME}{_ZONE})?",
        rf"(?:lúc )?{_TIME}{_ZONE}(?:,? |, ?| - ){_WEEKDAY}{date}",
    )
)
_COMPACT = re.compile(rf"(?P<whole>0{{8}})(?:[t ]?(?P<H>00)(?P<M>00)(?P<S>00)?(?:[.,]?(?P<f>0{{1,9}}))?{_ZONE})?")
_UNIX_SHAPE = re.compile(r"(?:\\?/date\()?(?P<unix>0{10})(?P<f>0{3})?(?:[+-]0{4})?(?:\)\\?/)?")
_SERIAL_SHAPE = re.compile(r"(?P<serial>0{5})(?:[.,](?P<part>0{1,15}))?")


@dataclass(frozen=True)
class _Shape:
    """Where the parts of a text stand, and what its words say: the month, the half of the day, the side of a time zone."""

    kind: int
    parts: Mapping[str, slice]
    month: int = 0
    turn: int | None = None
    zone: str = ""


@lru_cache(maxsize=4096)
def _shape(skeleton: str) -> _Shape | None:
    """The shape of texts that look like `skeleton` (every digit a 0); None when it is none of a moment."""
    words = skeleton.casefold()
    if len(words) != len(skeleton):
        return None
    for kind, pattern in _SHAPES:
        if found := pattern.fullmatch(words):
            return _made(kind, found)
    for pattern in (_UNIX_SHAPE, _SERIAL_SHAPE, _COMPACT):
        if found := pattern.fullmatch(words):
            return _made(SETTLED, found)
    return None


def _made(kind: int, found: re.Match[str]) -> _Shape:
    told = {name: text for name, text in found.groupdict().items() if text is not None}
    parts = {name: slice(*found.span(name)) for name in told if name not in ("s", "month", "half", "zone")}
    zone = told.get("zone", "")
    if hours := zone.count("0"):
        parts["zh"] = slice(found.end("zone") - hours, found.end("zone"))
    months = _MONTHS | _ENGLISH
    side = "-" if "-" in zone else "+" if zone else ""
    return _Shape(kind, parts, months.get(told.get("month", ""), 0), _TURN.get(told.get("half", "")), side)


# --- the parts of a column -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parts:
    """What each text of a column tells: its three numbers, seconds of the day (-1: none such), and the shift to local time.

    `numbers` are year, month, day where `kind` is settled, else the three in the order of the text with the year last.
    """

    kind: np.ndarray
    numbers: np.ndarray
    seconds: np.ndarray
    shift: np.ndarray
    serial: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str] | pa.Array) -> Parts:
        """The parts of `texts`, which may be an Arrow array."""
        size = len(texts)
        made = cls(
            np.zeros(size, dtype=np.int8),
            np.zeros((3, size), dtype=np.int64),
            np.zeros(size, dtype=np.int64),
            np.zeros(size, dtype=np.int64),
            np.zeros(size, dtype=bool),
        )
        for rows, signs, skeleton in alike(texts, _LONGEST):
            if shape := _shape(skeleton):
                made._fill(rows, signs, shape)
        return made

    def _fill(self, rows: np.ndarray, signs: np.ndarray, shape: _Shape) -> None:
        told = {name: read_number(signs, places) for name, places in shape.parts.items() if name not in ("f", "part")}
        if "unix" in told or "serial" in told:
            self._fill_counted(rows, signs, told, shape)
            return
        self.seconds[rows] = _seconds(told, shape.turn, len(rows))
        self.shift[rows] = _shift(told, shape.zone)
        if "whole" in told:
            self._fill_compact(rows, told["whole"])
            return
        self.kind[rows] = shape.kind
        year = told["y"]
        if shape.kind == SETTLED:
            month = told["m"] if "m" in told else np.full(len(rows), shape.month)
            short = shape.parts["y"].stop - shape.parts["y"].start == 2
            self.numbers[:, rows] = (full_year(year) if short else year, month, told["d"])
        else:
            self.numbers[:, rows] = (told["a"], told["b"], year)

    def _fill_compact(self, rows: np.ndarray, whole: np.ndarray) -> None:
        """Eight digits: the year first, or last where the first four are none."""
        first = (whole // 10_000 >= _FULL_YEARS[0]) & (whole // 10_000 <= _FULL_YEARS[1])
        self.kind[rows] = np.where(first, YEAR_FIRST, YEAR_LAST)
        ahead = (whole // 100 % 100, whole % 100, whole // 10_000)
        behind = (whole // 1_000_000, whole // 10_000 % 100, whole % 10_000)
        self.numbers[:, rows] = np.where(first, ahead, behind)

    def _fill_counted(self, rows: np.ndarray, signs: np.ndarray, told: Mapping[str, np.ndarray], shape: _Shape) -> None:
        """Seconds since 1970 in UTC, or the days since 1899 by which spreadsheets count."""
        unix = "unix" in told
        counted = told["unix" if unix else "serial"]
        first, last = _UNIX if unix else _SERIALS
        inside = (counted >= first) & (counted <= last)
        if unix:
            self.shift[rows] = np.where(inside, AHEAD, 0)
            found = np.datetime64(0, "s") + np.where(inside, counted, 0).astype("timedelta64[s]")
        else:
            part = shape.parts.get("part")
            share = read_number(signs, part) / 10.0 ** (part.stop - part.start) if part else np.zeros(len(rows))
            seconds = np.where(inside, counted, 0) * 86_400 + np.rint(share * 86_400).astype(np.int64)
            found = _SERIAL_EPOCH.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
            self.serial[rows] = inside
        self.kind[rows] = np.where(inside, SETTLED, UNREAD)
        self.numbers[:, rows] = _calendar_parts(found)
        self.seconds[rows] = (found - found.astype("datetime64[D]")).astype(np.int64)

    def read(self, last: DayOrder = "dmy", short: DayOrder = "dmy", first: str = "ymd") -> np.ndarray:
        """The local moment of each text, NaT for none: `last` orders dates that end in the year, `short` those of two digits."""
        one, two, three = self.numbers
        year, month, day = one.copy(), two.copy(), three.copy()
        orders = {
            YEAR_LAST: {"dmy": (three, two, one), "mdy": (three, one, two)}.get(last, (three, two, one)),
            YEAR_FIRST: (three, one, two) if first == "ymd" else (three, two, one),
            SHORT_YEAR: {"dmy": (three, two, one), "mdy": (three, one, two), "ymd": (one, two, three)}[short],
        }
        for kind, numbers in orders.items():
            rows = self.kind == kind
            if rows.any():
                for target, source in zip((year, month, day), numbers, strict=True):
                    target[rows] = source[rows]
                if kind == SHORT_YEAR:
                    year[rows] = full_year(year[rows])
        found = _moments(year, month, day, self.seconds)
        found += self.shift.astype("timedelta64[m]")
        return np.where(self.kind == UNREAD, _NAT, found)


def full_year(year: np.ndarray) -> np.ndarray:
    """A year of two digits as one of this century, or of the last for 70 and above."""
    return np.asarray(year + np.where(year < _CENTURY, 2000, 1900))


def _seconds(told: Mapping[str, np.ndarray], turn: int | None, size: int) -> np.ndarray:
    """Seconds of the day, -1 where there is no such time; what is less than a second is left out, never rounded up."""
    if "H" not in told:
        return np.zeros(size, dtype=np.int64)
    hour, minute, second = told["H"], told["M"], told.get("S", np.zeros(size, dtype=np.int64))
    fits = (hour < 24) & (minute < 60) & (second < 60)
    if turn == 0:
        fits &= hour <= 12
        hour = hour % 12
    elif turn == 1:
        fits &= hour > 0
        hour = np.where(hour < 12, hour + 12, hour)
    elif turn:  # noon
        hour = np.where(hour < 10, hour + 12, hour)
    return np.where(fits, (hour * 60 + minute) * 60 + second, -1)


def _shift(told: Mapping[str, np.ndarray], zone: str) -> np.ndarray | int:
    """Minutes from the time that a text tells to that of Việt Nam."""
    if not zone:
        return 0
    zero = np.zeros(1, dtype=np.int64)
    ahead = told.get("zh", zero) * 60 + told.get("zm", zero)
    return np.asarray(AHEAD - (-ahead if zone == "-" else ahead))


def _moments(year: np.ndarray, month: np.ndarray, day: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Moments from their parts, NaT where the parts tell no real day and time."""
    fits = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (seconds >= 0)
    months = np.where(fits, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(fits, day - 1, 0)
    fits &= days.astype("datetime64[M]") == months
    found = days.astype("datetime64[us]") + np.where(fits, seconds, 0).astype("timedelta64[s]")
    return np.where(fits, found, _NAT)


def _calendar_parts(moments: np.ndarray) -> np.ndarray:
    """Year, month and day of moments."""
    months = moments.astype("datetime64[M]").astype(np.int64)
    days = (moments.astype("datetime64[D]") - moments.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    return np.array([months // 12 + 1970, months % 12 + 1, days + 1])


# --- declared formats ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Declared:
    """The order of parts that the date formats of a profile declare; None where they say nothing."""

    last: DayOrder | None = None
    short: DayOrder | None = None
    first: str | None = None

    @classmethod
    def by(cls, formats: Iterable[str]) -> Declared:
        """What `formats` declare."""
        orders = ["".join(re.findall("%([dmyY])", f)) for f in formats]
        last = next((o.lower() for o in orders if o in ("dmY", "mdY")), None)
        short = next((o for o in orders if o in ("dmy", "mdy", "ymd")), None)
        first = next((o.lower() for o in orders if o in ("Ymd", "Ydm")), None)
        return cls(last, short, first)  # type: ignore[arg-type]


def read_formats(texts: Sequence[str], formats: Sequence[str]) -> np.ndarray:
    """Texts of shapes that only a profile's formats tell, one by one: local moments, NaT for none."""
    found = np.full(len(texts), _NAT)
    for place, text in enumerate(texts):
        for format_ in formats:
            try:
                moment = datetime.strptime(text, format_)
            except ValueError:
                continue
            found[place] = np.datetime64(_local(moment).replace(microsecond=0), "us")
            break
    return found


def _local(moment: datetime) -> datetime:
    """A moment with a time zone as the clocks of Việt Nam show it; one without is local."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(VIETNAM).replace(tzinfo=None)


def moment_parser(formats: Sequence[str]) -> Callable[[str], datetime | None]:
    """A function text → moment in the order that `formats` declare (day first where they say nothing), None for none."""
    declared = Declared.by(formats)

    def parse(text: str) -> datetime | None:
        found = Parts.of([text]).read(declared.last or "dmy", declared.short or "dmy", declared.first or "ymd")
        if np.isnat(found[0]):
            found = read_formats([text], formats)
        moment: datetime | None = found[0].item()
        return moment

    return parse
