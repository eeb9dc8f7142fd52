"""The date columns of one sheet → moments: one order of day and month for each column, found from all its values.

Day first unless the evidence is against it: a second number above 12, the day inside the code of a dossier, the order of the
dates of a row. Evidence against it, or a mixture, is one error that says what was seen and what to declare; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from tthc_analysis.columns import Column, Table
from tthc_analysis.errors import TthcError
from tthc_analysis.exports.header import Texts
from tthc_analysis.exports.layout import Layout
from tthc_analysis.exports.moments import (
    SHORT_YEAR,
    UNREAD,
    YEAR_FIRST,
    YEAR_LAST,
    DayOrder,
    Declared,
    Parts,
    full_year,
    read_formats,
)
from tthc_analysis.rules.dates import load_date_rules
from tthc_analysis.rules.profiles import Profile

_CODE_DAY = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})(?!\d)")
_BLANK_SIGNS = set("-–—/\\._:… ")
_SAMPLE = 20_000
_LEAST_UNREAD = 3
_MANY_YEARS = 4
#: by how many days the calendar of workbooks that count from 1904 is behind the usual one
_DAYS_TO_1904 = 1462
#: one in so many codes must speak against the dates where none speaks for them: two days may fit by chance
_LEAST_PART = 5
#: pairs (earlier, later) that real dossiers keep, by which two readings are told apart
_KEPT = (("received_at", "resolved_at"), ("received_at", "due_at"), ("received_at", "returned_at"))


class UnclearDates(TthcError):
    """Dates whose day and month cannot be told apart, or of a form that is not known: nothing of the file is counted."""


@dataclass(frozen=True)
class DateColumn:
    """The moment of each distinct text of a column, which of them could not be read, and what was mended in how many rows."""

    moments: np.ndarray
    unread: np.ndarray
    mended: Mapping[str, int]


@dataclass
class _Column:
    """One date column while its order is looked for; `rows` counts the straight rows of each distinct text."""

    column: Column
    header: str
    texts: Texts
    straight: np.ndarray
    parts: Parts
    order: DayOrder = "dmy"
    short: DayOrder = "dmy"
    first: str = "ymd"
    mended: dict[str, int] = field(default_factory=dict)
    _read: dict[tuple[str, str, str], np.ndarray] = field(default_factory=dict)

    @cached_property
    def rows(self) -> np.ndarray:
        """The number of straight rows of each distinct text."""
        return np.bincount(self.texts.codes[self.straight], minlength=len(self.texts.values))

    def count(self, texts: np.ndarray) -> int:
        """The number of straight rows with one of the marked distinct texts."""
        return int(self.rows[texts].sum())

    @cached_property
    def _last(self) -> np.ndarray:
        return np.isin(self.parts.kind, (YEAR_LAST, SHORT_YEAR))

    @cached_property
    def day_first(self) -> np.ndarray:
        """Texts whose first number can only be a day."""
        one, two, _ = self.parts.numbers
        return np.asarray(self._last & (one > 12) & (one <= 31) & (two >= 1) & (two <= 12))

    @cached_property
    def month_first(self) -> np.ndarray:
        """Texts whose second number can only be a day."""
        one, two, _ = self.parts.numbers
        return np.asarray(self._last & (two > 12) & (two <= 31) & (one >= 1) & (one <= 12))

    @cached_property
    def open(self) -> np.ndarray:
        """Texts that say two different days in the two orders."""
        one, two, _ = self.parts.numbers
        return np.asarray(self._last & (one <= 12) & (two <= 12) & (one != two) & (one >= 1) & (two >= 1))

    def example(self, texts: np.ndarray) -> str:
        """The shape of one of the marked texts."""
        return shown_shape(next(self.texts.values[i] for i in np.flatnonzero(texts).tolist()))

    def moments(self) -> np.ndarray:
        """The moment of each text as the order found so far reads it; the same array as long as that stays."""
        how = (self.order, self.short, self.first)
        if how not in self._read:
            self._read = {how: self.parts.read(*how)}
        return self._read[how]


def shown_shape(text: str) -> str:
    """`text` as a message may show it: every digit a 9 and every letter an x, so that it tells nobody's name or number."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text[:40]))


# --- the sheet -------------------------------------------------------------------------------------------------------


def read_dates(table: Table, layout: Layout, where: str) -> dict[str, DateColumn]:
    """Every date column of a sheet; raises UnclearDates."""
    straight = ~layout.crooked
    columns = {
        c.name: _Column(c, layout.headers[layout.columns[c.name]], t, straight, Parts.of(t.values))
        for c in table.columns
        if c.kind in ("date", "datetime") and (t := layout.texts.get(c.name)) is not None and len(t.values)
    }
    declared = _declared(layout.profile)
    for one in columns.values():
        one.short = declared.short or declared.last or "dmy"
        one.order = declared.last or ("mdy" if declared.short == "mdy" else "dmy")
        one.first = declared.first or "ymd"
        _check_order(one, columns, declared, where)
        _check_short(one, declared, where)
    _check_swapped(table, layout, columns, where)
    _check_epoch(table, layout, columns, where)
    if declared == Declared():
        _tell_no_evidence(table, layout, columns)
    return {name: _finished(one, layout.profile, where) for name, one in columns.items()}


def _declared(profile: Profile) -> Declared:
    """What the profile itself declares of dates; the common formats declare nothing."""
    own = profile.base is not None and profile.date_formats != profile.base.date_formats
    return Declared.by(profile.date_formats) if own else Declared()


def _slips(rows: int) -> int:
    """How many of `rows` may be slips of single rows."""
    return max(1, int(rows * load_date_rules().slip_share))


def _check_order(one: _Column, columns: Mapping[str, _Column], declared: Declared, where: str) -> None:
    """Refuse a column with more days where the month should be than slips explain."""
    seconds, firsts = one.count(one.month_first), one.count(one.day_first)
    wrong, right = (firsts, seconds) if one.order == "mdy" else (seconds, firsts)
    elsewhere = any(c.count(c.month_first if one.order == "mdy" else c.day_first) for c in columns.values())
    if not wrong or (wrong <= _slips(wrong + right) and (right or elsewhere)):
        return
    if one.order == "mdy":
        raise UnclearDates(
            f"Cột “{one.header}”: hồ sơ cột khai báo tháng đứng trước ngày nhưng {wrong} dòng có số đầu lớn hơn 12 (dạng "
            f"{one.example(one.day_first)}).",
            where,
            'Sửa date_formats trong tệp *.profile.toml thành ["%d/%m/%Y"] nếu ngày đứng trước, hoặc xuất lại từ hệ thống nguồn.',
        )
    if right > _slips(wrong + right):
        raise UnclearDates(
            f"Cột “{one.header}” trộn hai dạng: {right} dòng ngày trước tháng, {wrong} dòng tháng trước ngày (dạng "
            f"{one.example(one.month_first)}); ngày từ 1 đến 12 không biết là ngày hay tháng.",
            where,
            "Xuất lại từ hệ thống nguồn (không mở, lưu lại bằng Excel), mỗi hệ thống một tệp.",
        )
    raise _month_first(one, f"{wrong} dòng có số thứ hai lớn hơn 12", one.example(one.month_first), where)


def _month_first(one: _Column, why: str, shape: str, where: str) -> UnclearDates:
    year = "%y" if re.search(r"(?<!9)99(?!9)\D*$", shape.split(" ", maxsplit=1)[0]) else "%Y"
    mark = next((c for c in shape if c in "/.-"), "/")
    line = mark.join(("%m", "%d", year))
    return UnclearDates(
        f"Cột “{one.header}” ghi tháng trước ngày, dạng {shape}: {why}.",
        where,
        "Nếu hệ thống nguồn đúng là ghi tháng trước ngày, đặt cạnh thư mục dữ liệu một tệp *.profile.toml có id, label và dòng "
        f'date_formats = ["{line}"]; nếu không, xuất lại từ hệ thống nguồn.',
    )


def _check_short(one: _Column, declared: Declared, where: str) -> None:
    """Refuse dates of two-digit years that rather begin with the year; tell of those that are read."""
    short = one.parts.kind == SHORT_YEAR
    if not short.any():
        return
    rows = one.count(short)
    first, _, last = one.parts.numbers[:, short]
    many, few = len(np.unique(last)), len(np.unique(first))
    if not declared.short and many >= _MANY_YEARS and few < many:
        raise UnclearDates(
            f"Cột “{one.header}” ghi năm bằng hai chữ số (dạng {one.example(short)}) và có vẻ năm đứng trước.",
            where,
            'Khai báo trong tệp *.profile.toml: date_formats = ["%y-%m-%d"] nếu năm đứng trước, ["%d/%m/%y"] nếu năm đứng sau.',
        )
    one.mended[
        f"{one.column.label}: năm ghi hai chữ số, đọc là {int(full_year(last).min())}–{int(full_year(last).max())}"
    ] = rows


# --- day and month exchanged -----------------------------------------------------------------------------------------


def _check_swapped(table: Table, layout: Layout, columns: Mapping[str, _Column], where: str) -> None:
    """Refuse a sheet in which the other order of day and month fits the codes or the order of dates in rows better.

    So does a file that a spreadsheet with another country's dates has opened and saved: it took days up to 12 for months.
    """
    if layout.profile.swapped_dates is False:
        return
    rows = _sample(layout)
    found = _split_by_twelve(columns) or _against_codes(table, layout, columns, rows) or _against_order(columns, rows)
    if not found:
        return
    one, why, several = found
    if not several and one.open.any():
        raise _month_first(one, why, one.example(one.open), where)
    raise UnclearDates(
        f"Cột “{one.header}”: ngày và tháng của một số dòng đã bị đổi chỗ ({why}). Thường do tệp đã được mở và lưu lại bằng Excel "
        "đặt ngày kiểu Mỹ (tháng trước ngày).",
        where,
        "Xuất lại từ hệ thống nguồn và chép nguyên tệp vào thư mục dữ liệu, không mở bằng Excel. Nếu chắc chắn các ngày "
        "trong tệp đều đúng, khai báo swapped_dates = false trong tệp *.profile.toml.",
    )


Found = tuple[_Column, str, bool]


def _sample(layout: Layout) -> np.ndarray:
    """Straight rows, evenly from the whole sheet."""
    rows = np.flatnonzero(~layout.crooked)
    if len(rows) > _SAMPLE:
        rows = rows[np.linspace(0, len(rows) - 1, _SAMPLE).astype(np.int64)]
    return rows


def _split_by_twelve(columns: Mapping[str, _Column]) -> Found | None:
    """Columns whose real dates all have days up to 12 while their texts have none: the sheet of a foreign spreadsheet."""
    mixed = [c for c in columns.values() if (c.parts.kind == YEAR_LAST).any() and (c.parts.kind == YEAR_FIRST).any()]
    real = sum(c.count(c.parts.kind == YEAR_FIRST) for c in mixed)
    texts = sum(c.count(c.parts.kind == YEAR_LAST) for c in mixed)
    if real + texts < 2 * _LEAST_UNREAD or not all(map(_is_split, mixed)):
        return None
    why = f"{real} ô là ngày thật, đều có số ngày không quá 12; {texts} ô là chữ, đều có ngày lớn hơn 12"
    return mixed[0], why, True


def _is_split(one: _Column) -> bool:
    last, day = one.parts.kind == YEAR_LAST, one.parts.numbers[1]
    return bool((one.day_first | one.month_first)[last].all() and (day[one.parts.kind == YEAR_FIRST] <= 12).all())


def _against_codes(table: Table, layout: Layout, columns: Mapping[str, _Column], rows: np.ndarray) -> Found | None:
    """The day of receipt whose months and days the codes of the dossiers exchange."""
    one, code = columns.get(table.event), layout.texts.get(table.key[0])
    if one is None or code is None or table.column(table.key[0]).kind != "code":
        return None
    moments = one.moments()[one.texts.codes[rows]]
    year, month, day = _calendar(moments)
    differ = ((day <= 12) & (month != day)) | (one.parts.kind[one.texts.codes[rows]] == SHORT_YEAR)
    told = np.array([_code_day(code.values[c]) for c in code.codes[rows[differ]].tolist()]).reshape(-1, 3)
    same = told[:, 0] == year[differ] % 100
    kept = int((same & (told[:, 1] == month[differ]) & (told[:, 2] == day[differ])).sum())
    swapped = int((same & (told[:, 1] == day[differ]) & (told[:, 2] == month[differ])).sum())
    swapped += _year_first(one, rows[differ], told)
    few = max(2, (kept + swapped) * load_date_rules().slip_share) if kept else int(differ.sum()) / _LEAST_PART
    if not swapped or swapped < few:
        return None
    why = f"{swapped} mã có ngày, tháng ngược với “{one.header}” cùng dòng, {kept} mã khớp"
    return one, why, kept > 0 or bool(one.day_first.any())


def _year_first(one: _Column, rows: np.ndarray, told: np.ndarray) -> int:
    """How many dates with two-digit years, read day first, are the days of their codes with the year first (24-06-08)."""
    if one.short == "ymd":
        return 0
    texts = one.texts.codes[rows]
    short = one.parts.kind[texts] == SHORT_YEAR
    return int((short & (told == one.parts.numbers[:, texts].T).all(axis=1) & (told[:, 0] != told[:, 2])).sum())


def _code_day(code: str) -> tuple[int, int, int]:
    """Year (two digits), month and day inside a code; zeros when there are none."""
    found = _CODE_DAY.search(code)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _calendar(moments: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day; 0 for none."""
    known = ~np.isnat(moments)
    days = np.where(known, moments, np.datetime64(0, "us")).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year, month = months.astype(np.int64) // 12 + 1970, months.astype(np.int64) % 12 + 1
    return tuple(np.where(known, part, 0) for part in (year, month, (days - months).astype(np.int64) + 1))  # type: ignore[return-value]


def _against_order(columns: Mapping[str, _Column], rows: np.ndarray) -> Found | None:
    """A pair of dates that is out of order in many rows, and in order once day and month are exchanged."""
    for earlier, later in _KEPT:
        pair = [columns[n] for n in (earlier, later) if n in columns]
        if len(pair) < 2:
            continue
        days = [c.moments()[c.texts.codes[rows]].astype("datetime64[D]") for c in pair]
        turned = [_exchanged(d) for d in days]
        known = ~np.isnat(days[0]) & ~np.isnat(days[1])
        movable = known & ((days[0] != turned[0]) | (days[1] != turned[1]))
        wrong = int((movable & (days[1] < days[0])).sum())
        left = int((movable & (turned[1] < turned[0])).sum())
        if wrong >= _LEAST_UNREAD and wrong * 5 > int(movable.sum()) and left * 4 <= wrong:
            why = f"{wrong} dòng có “{pair[1].header}” trước “{pair[0].header}”, đổi chỗ ngày với tháng thì còn {left}"
            return pair[0], why, bool(pair[0].day_first.any() or pair[1].day_first.any())
    return None


def _exchanged(days: np.ndarray) -> np.ndarray:
    """Days with day and month exchanged where both are at most 12; the others as they are."""
    year, month, day = _calendar(days)
    can = (day >= 1) & (day <= 12)
    moved = ((year - 1970) * 12 + day - 1).astype("datetime64[M]").astype("datetime64[D]") + (month - 1)
    return np.where(can, moved, days)


def _check_epoch(table: Table, layout: Layout, columns: Mapping[str, _Column], where: str) -> None:
    """Refuse serial numbers of days that count from 1904: the days in the codes are four years and a day later."""
    one, code = columns.get(table.event), layout.texts.get(table.key[0])
    if one is None or code is None or not one.parts.serial.any():
        return
    rows = _sample(layout)
    rows = rows[one.parts.serial[one.texts.codes[rows]]]
    found = one.moments()[one.texts.codes[rows]] + np.timedelta64(_DAYS_TO_1904, "D")
    year, month, day = _calendar(found)
    told = np.array([_code_day(code.values[c]) for c in code.codes[rows].tolist()]).reshape(-1, 3)
    later = int((told == np.column_stack((year % 100, month, day))).all(axis=1).sum())
    if later >= _LEAST_UNREAD and later * 2 > len(rows):
        raise UnclearDates(
            f"Cột “{one.header}” ghi ngày bằng số thứ tự đếm từ năm 1904 (Excel trên máy Mac): {later} mã hồ sơ có ngày muộn hơn "
            "đúng 1.462 ngày.",
            where,
            "Xuất lại với ngày ghi dạng ngày/tháng/năm, hoặc đưa vào chính tệp .xlsx thay cho tệp chữ.",
        )


# --- one column ------------------------------------------------------------------------------------------------------


def _tell_no_evidence(table: Table, layout: Layout, columns: Mapping[str, _Column]) -> None:
    """Count dates that were read day first although nothing in the sheet says so."""
    if any(c.day_first.any() for c in columns.values()) or _agrees_with_codes(table, layout, columns):
        return
    for one in columns.values():
        if rows := one.count(one.open):
            one.mended[f"{one.column.label}: không có dấu hiệu ngày hay tháng đứng trước, đọc là ngày/tháng/năm"] = rows


def _agrees_with_codes(table: Table, layout: Layout, columns: Mapping[str, _Column]) -> bool:
    one, code = columns.get(table.event), layout.texts.get(table.key[0])
    if one is None or code is None:
        return False
    rows = _sample(layout)[:1000]
    year, month, day = _calendar(one.moments()[one.texts.codes[rows]])
    told = np.array([_code_day(code.values[c]) for c in code.codes[rows].tolist()]).reshape(-1, 3)
    return bool(((told[:, 0] == year % 100) & (told[:, 1] == month) & (told[:, 2] == day) & (month != day)).any())


def _finished(one: _Column, profile: Profile, where: str) -> DateColumn:
    """The moments of a column: formats that only the profile knows, empty cells and time zones told; refuses what is left."""
    moments, values = one.moments().copy(), one.texts.values
    filled = np.fromiter(map(bool, values), dtype=bool, count=len(values))
    left = np.flatnonzero((one.parts.kind == UNREAD) & filled)
    if len(left):
        moments[left] = read_formats([values[i] for i in left.tolist()], profile.date_formats)
    rules = load_date_rules()
    none = (*rules.empty_days, *(rules.empty_moments if one.column.kind == "datetime" else ()))
    empty = np.isin(moments.astype("datetime64[D]"), np.array(none, dtype="datetime64[D]"))
    empty[np.flatnonzero(np.isnat(moments) & filled)] |= _by(values, np.isnat(moments) & filled, _says_nothing)
    moments[empty] = np.datetime64("NaT")
    unread = np.isnat(moments) & filled & ~empty
    label = one.column.label
    for what, rows in (
        (f"{label}: ghi như ô trống (NULL, -, 31/12/9999 …)", one.count(empty)),
        (f"{label}: đã đổi múi giờ sang giờ Việt Nam", one.count((one.parts.shift != 0) & ~np.isnat(moments))),
        (f"{label}: ngày ghi bằng số thứ tự của bảng tính", one.count(one.parts.serial)),
    ):
        if rows:
            one.mended[what] = rows
    _check_read(one, unread, filled & ~empty, where)
    if one.column.kind == "date":
        moments = moments.astype("datetime64[D]").astype(moments.dtype)
    return DateColumn(moments, unread, one.mended)


def _by(values: tuple[str, ...], rows: np.ndarray, test: Callable[[str], bool]) -> np.ndarray:
    return np.array([test(values[i]) for i in np.flatnonzero(rows).tolist()], dtype=bool)


def _says_nothing(text: str) -> bool:
    """Whether a cell of a date stands for an empty one: words for it, signs only, zeros only, or the day 0 of a spreadsheet."""
    signs, words, rules = set(text) - _BLANK_SIGNS, text.casefold(), load_date_rules()
    if not signs or signs == {"0"} or words in rules.empty_words or words.split(" ")[0] in rules.empty_texts:
        return True
    return words.startswith(rules.empty_openings) and not any(c.isdigit() for c in words)


def _check_read(one: _Column, unread: np.ndarray, told: np.ndarray, where: str) -> None:
    """Refuse a column most of whose cells are of no known form: it is a form to declare, not slips of rows."""
    failed, rows = one.count(unread), one.count(told)
    if failed < _LEAST_UNREAD or failed * 2 <= rows:
        return
    raise UnclearDates(
        f"Cột “{one.header}”: không hiểu dạng ngày của {failed}/{rows} ô, ví dụ dạng {one.example(unread)} (9 là chữ số, x là chữ).",
        where,
        'Nếu là ngày, khai báo dạng đó trong tệp *.profile.toml, ví dụ date_formats = ["%d.%m.%Y %H:%M"]; nếu cột này không phải '
        f"“{one.column.label}”, thêm ignore = ['{one.header}'].",
    )
