"""The date columns of one sheet → moments: one order of day and month for each column, found from all its values.

Day first unless the evidence is against it: a second number above 12, the day inside the code of a dossier, the order of the
dates of a row. Evidence against it, or a mixture, is one error that says what was seen and what to declare; nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tthc_analysis.columns import Column, Table
from tthc_analysis.errors import TthcError
from tthc_analysis.exports.header import Texts
from tthc_analysis.exports.layout import Part
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
#: so many rows of a sheet tell two readings apart, so many of them whether the codes agree
SAMPLE, _FIRST_OF_SAMPLE = 20_000, 1000
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


#: what a text of a date column can be, of which rows are counted and a first example is kept
DAY_FIRST, MONTH_FIRST, OPEN, SHORT, SERIAL = "day_first", "month_first", "open", "short", "serial"
REAL, LAST, LATE, EITHER = "year_first", "year_last", "late_real", "either_order"
EMPTY, SHIFTED, UNKNOWN, FILLED = "empty", "shifted", "unknown", "filled"


@dataclass
class Evidence:
    """What the cells of one date column tell, of any rows: straight rows and a first example by what their texts are.

    `years` and `firsts` are the last and the first numbers of dates with two-digit years.
    """

    rows: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)
    firsts: set[int] = field(default_factory=set)

    def add(self, later: Evidence) -> None:
        """Take in what some later rows tell."""
        self.rows.update(later.rows)
        self.examples = later.examples | self.examples
        self.years |= later.years
        self.firsts |= later.firsts


@dataclass(frozen=True)
class DateColumn:
    """The moment of each distinct text of some rows of a column, which of them could not be read, and what the texts tell."""

    moments: np.ndarray
    unread: np.ndarray
    evidence: Evidence


@dataclass
class _Column:
    """The texts of some rows of one date column, in the order that is declared."""

    column: Column
    texts: Texts
    straight: np.ndarray
    parts: Parts
    declared: Declared

    @cached_property
    def rows(self) -> np.ndarray:
        """The number of straight rows of each distinct text."""
        return np.bincount(self.texts.codes[self.straight], minlength=len(self.texts))

    @cached_property
    def moments(self) -> np.ndarray:
        """The moment of each text."""
        return self.parts.read(order(self.declared), short_order(self.declared), self.declared.first or "ymd")

    def evidence(self, **texts: np.ndarray) -> Evidence:
        """What the texts tell of the order of day and month, and which of them are what else."""
        kind, (one, two, three) = self.parts.kind, self.parts.numbers
        short, real, last = kind == SHORT_YEAR, kind == YEAR_FIRST, kind == YEAR_LAST
        ends = short | last
        day_first = ends & (one > 12) & (one <= 31) & (two >= 1) & (two <= 12)
        month_first = ends & (two > 12) & (two <= 31) & (one >= 1) & (one <= 12)
        found = Evidence(firsts=set(one[short].tolist()), years=set(three[short].tolist()))
        marks = {
            DAY_FIRST: day_first,  # its first number can only be a day
            MONTH_FIRST: month_first,
            OPEN: ends & (one <= 12) & (two <= 12) & (one != two) & (one >= 1) & (two >= 1),  # two different days
            SHORT: short,
            SERIAL: self.parts.serial,
            REAL: real,
            LAST: last,
            LATE: real & (two > 12),
            EITHER: last & ~day_first & ~month_first,
            **texts,
        }
        for what, rows in marks.items():
            if rows.any():
                found.examples[what] = self.texts.array[int(np.argmax(rows))].as_py()
                found.rows[what] = int(self.rows[rows].sum())
        return found


def order(declared: Declared) -> DayOrder:
    """The order of dates that end in the year."""
    return declared.last or ("mdy" if declared.short == "mdy" else "dmy")


def short_order(declared: Declared) -> DayOrder:
    """The order of dates with two-digit years."""
    return declared.short or declared.last or "dmy"


@dataclass(frozen=True)
class _Told:
    """One date column of a whole sheet: what all its rows tell, and some of them to look at."""

    column: Column
    header: str
    evidence: Evidence
    sample: _Column

    def count(self, what: str) -> int:
        """The number of straight rows whose text is `what`."""
        return self.evidence.rows[what]

    def has(self, what: str) -> bool:
        """Whether some text is `what`."""
        return what in self.evidence.examples

    def example(self, what: str) -> str:
        """The shape of a text that is `what`."""
        return shown_shape(self.evidence.examples[what])

    @cached_property
    def days(self) -> np.ndarray:
        """The moment of each row of the sample."""
        found: np.ndarray = self.sample.moments[self.sample.texts.codes]
        return found

    @cached_property
    def kinds(self) -> np.ndarray:
        """The kind of each row of the sample."""
        found: np.ndarray = self.sample.parts.kind[self.sample.texts.codes]
        return found


def shown_shape(text: str) -> str:
    """`text` as a message may show it: every digit a 9 and every letter an x, so that it tells nobody's name or number."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text[:40]))


# --- some rows -------------------------------------------------------------------------------------------------------


def read_dates(table: Table, part: Part) -> dict[str, DateColumn]:
    """Every date column of some rows; whether the rows of a sheet can be read so is told by `check_dates`."""
    return {name: _read(one, part.layout.profile) for name, one in _columns(table, part).items()}


def _columns(table: Table, part: Part) -> dict[str, _Column]:
    declared, straight = _declared(part.layout.profile), ~part.crooked
    return {
        c.name: _Column(c, t, straight, Parts.of(t.array), declared)
        for c in table.columns
        if c.kind in ("date", "datetime") and (t := part.texts.get(c.name)) is not None
    }


def _read(one: _Column, profile: Profile) -> DateColumn:
    """The moments of a column: formats that only the profile knows, empty cells and time zones told."""
    moments = one.moments.copy()
    filled = pc.greater(pc.binary_length(one.texts.array), 0).to_numpy(zero_copy_only=False)
    left = np.flatnonzero((one.parts.kind == UNREAD) & filled)
    if len(left):
        moments[left] = read_formats(one.texts.array.take(pa.array(left)).to_pylist(), profile.date_formats)
    rules = load_date_rules()
    none = (*rules.empty_days, *(rules.empty_moments if one.column.kind == "datetime" else ()))
    empty = np.isin(moments.astype("datetime64[D]"), np.array(none, dtype="datetime64[D]"))
    unclear = np.flatnonzero(np.isnat(moments) & filled)
    empty[unclear] |= np.array(
        [_says_nothing(text) for text in one.texts.array.take(pa.array(unclear)).to_pylist()], dtype=bool
    )
    moments[empty] = np.datetime64("NaT")
    unread = np.isnat(moments) & filled & ~empty
    shifted = (one.parts.shift != 0) & ~np.isnat(moments)
    evidence = one.evidence(**{EMPTY: empty, SHIFTED: shifted, UNKNOWN: unread, FILLED: filled & ~empty})
    if one.column.kind == "date":
        moments = moments.astype("datetime64[D]").astype(moments.dtype)
    return DateColumn(moments, unread, evidence)


def _says_nothing(text: str) -> bool:
    """Whether a cell of a date stands for an empty one: words for it, signs only, zeros only, or the day 0 of a spreadsheet."""
    signs, words, rules = set(text) - _BLANK_SIGNS, text.casefold(), load_date_rules()
    if not signs or signs == {"0"} or words in rules.empty_words or words.split(" ")[0] in rules.empty_texts:
        return True
    return words.startswith(rules.empty_openings) and not any(c.isdigit() for c in words)


# --- the sheet -------------------------------------------------------------------------------------------------------


def check_dates(table: Table, evidence: Mapping[str, Evidence], sample: Part, where: str) -> dict[str, int]:
    """What was mended in the date columns of a sheet, of which all rows are the `evidence`; raises UnclearDates.

    `sample` are rows from the whole sheet by which two readings of a date are told apart.
    """
    layout, declared = sample.layout, _declared(sample.layout.profile)
    columns = {
        name: _Told(one.column, layout.headers[layout.columns[name]], evidence[name], one)
        for name, one in _columns(table, sample).items()
    }
    mended: dict[str, int] = {}
    for one in columns.values():
        _check_order(one, columns, declared, where)
        mended |= _check_short(one, declared, where)
    codes = cache(partial(_code_days, table, sample))
    if layout.profile.swapped_dates is not False:
        _check_swapped(table, columns, codes, where)
    _check_epoch(table, columns, codes, where)
    if declared == Declared():
        mended |= _no_evidence(table, columns, codes)
    for one in columns.values():
        mended |= _mended(one)
        _check_read(one, where)
    return mended


def _mended(one: _Told) -> dict[str, int]:
    label = one.column.label
    told = {
        f"{label}: ghi như ô trống (NULL, -, 31/12/9999 …)": one.count(EMPTY),
        f"{label}: đã đổi múi giờ sang giờ Việt Nam": one.count(SHIFTED),
        f"{label}: ngày ghi bằng số thứ tự của bảng tính": one.count(SERIAL),
    }
    return {what: rows for what, rows in told.items() if rows}


def _check_read(one: _Told, where: str) -> None:
    """Refuse a column most of whose cells are of no known form: it is a form to declare, not slips of rows."""
    failed, rows = one.count(UNKNOWN), one.count(FILLED)
    if failed < _LEAST_UNREAD or failed * 2 <= rows:
        return
    raise UnclearDates(
        f"Cột “{one.header}”: không hiểu dạng ngày của {failed}/{rows} ô, ví dụ dạng {one.example(UNKNOWN)} (9 là chữ số, x là chữ).",
        where,
        'Nếu là ngày, khai báo dạng đó trong tệp *.profile.toml, ví dụ date_formats = ["%d.%m.%Y %H:%M"]; nếu cột này không phải '
        f"“{one.column.label}”, thêm ignore = ['{one.header}'].",
    )


def _declared(profile: Profile) -> Declared:
    """What the profile itself declares of dates; the common formats declare nothing."""
    own = profile.base is not None and profile.date_formats != profile.base.date_formats
    return Declared.by(profile.date_formats) if own else Declared()


def _slips(rows: int) -> int:
    """How many of `rows` may be slips of single rows."""
    return max(1, int(rows * load_date_rules().slip_share))


def _check_order(one: _Told, columns: Mapping[str, _Told], declared: Declared, where: str) -> None:
    """Refuse a column with more days where the month should be than slips explain."""
    is_turned = order(declared) == "mdy"
    seconds, firsts = one.count(MONTH_FIRST), one.count(DAY_FIRST)
    wrong, right = (firsts, seconds) if is_turned else (seconds, firsts)
    elsewhere = any(c.count(MONTH_FIRST if is_turned else DAY_FIRST) for c in columns.values())
    if not wrong or (wrong <= _slips(wrong + right) and (right or elsewhere)):
        return
    if is_turned:
        raise UnclearDates(
            f"Cột “{one.header}”: hồ sơ cột khai báo tháng đứng trước ngày nhưng {wrong} dòng có số đầu lớn hơn 12 (dạng "
            f"{one.example(DAY_FIRST)}).",
            where,
            'Sửa date_formats trong tệp *.profile.toml thành ["%d/%m/%Y"] nếu ngày đứng trước, hoặc xuất lại từ hệ thống nguồn.',
        )
    if right > _slips(wrong + right):
        raise UnclearDates(
            f"Cột “{one.header}” trộn hai dạng: {right} dòng ngày trước tháng, {wrong} dòng tháng trước ngày (dạng "
            f"{one.example(MONTH_FIRST)}); ngày từ 1 đến 12 không biết là ngày hay tháng.",
            where,
            "Xuất lại từ hệ thống nguồn (không mở, lưu lại bằng Excel), mỗi hệ thống một tệp.",
        )
    raise _month_first(one, f"{wrong} dòng có số thứ hai lớn hơn 12", one.example(MONTH_FIRST), where)


def _month_first(one: _Told, why: str, shape: str, where: str) -> UnclearDates:
    year = "%y" if re.search(r"(?<!9)99(?!9)\D*$", shape.split(" ", maxsplit=1)[0]) else "%Y"
    mark = next((c for c in shape if c in "/.-"), "/")
    line = mark.join(("%m", "%d", year))
    return UnclearDates(
        f"Cột “{one.header}” ghi tháng trước ngày, dạng {shape}: {why}.",
        where,
        "Nếu hệ thống nguồn đúng là ghi tháng trước ngày, đặt cạnh thư mục dữ liệu một tệp *.profile.toml có id, label và dòng "
        f'date_formats = ["{line}"]; nếu không, xuất lại từ hệ thống nguồn.',
    )


def _check_short(one: _Told, declared: Declared, where: str) -> dict[str, int]:
    """Refuse dates of two-digit years that rather begin with the year; how many are read, and as which years."""
    if not one.has(SHORT):
        return {}
    many, few = len(one.evidence.years), len(one.evidence.firsts)
    if not declared.short and many >= _MANY_YEARS and few < many:
        raise UnclearDates(
            f"Cột “{one.header}” ghi năm bằng hai chữ số (dạng {one.example(SHORT)}) và có vẻ năm đứng trước.",
            where,
            'Khai báo trong tệp *.profile.toml: date_formats = ["%y-%m-%d"] nếu năm đứng trước, ["%d/%m/%y"] nếu năm đứng sau.',
        )
    years = full_year(np.array(sorted(one.evidence.years)))
    label = f"{one.column.label}: năm ghi hai chữ số, đọc là {int(years.min())}–{int(years.max())}"
    return {label: one.count(SHORT)}


# --- day and month exchanged -----------------------------------------------------------------------------------------


def _check_swapped(table: Table, columns: Mapping[str, _Told], codes: Codes, where: str) -> None:
    """Refuse a sheet in which the other order of day and month fits the codes or the order of dates in rows better.

    So does a file that a spreadsheet with another country's dates has opened and saved: it took days up to 12 for months.
    """
    found = _split_by_twelve(columns) or _against_codes(table, columns, codes) or _against_order(columns)
    if not found:
        return
    one, why, several = found
    if not several and one.has(OPEN):
        raise _month_first(one, why, one.example(OPEN), where)
    raise UnclearDates(
        f"Cột “{one.header}”: ngày và tháng của một số dòng đã bị đổi chỗ ({why}). Thường do tệp đã được mở và lưu lại bằng Excel "
        "đặt ngày kiểu Mỹ (tháng trước ngày).",
        where,
        "Xuất lại từ hệ thống nguồn và chép nguyên tệp vào thư mục dữ liệu, không mở bằng Excel. Nếu chắc chắn các ngày "
        "trong tệp đều đúng, khai báo swapped_dates = false trong tệp *.profile.toml.",
    )


Found = tuple[_Told, str, bool]
#: gives the `_code_days` of the sample, read once and only where they are asked for
Codes = Callable[[], np.ndarray | None]


def _split_by_twelve(columns: Mapping[str, _Told]) -> Found | None:
    """Columns whose real dates all have days up to 12 while their texts have none: the sheet of a foreign spreadsheet."""
    mixed = [c for c in columns.values() if c.has(LAST) and c.has(REAL)]
    real, texts = sum(c.count(REAL) for c in mixed), sum(c.count(LAST) for c in mixed)
    if real + texts < 2 * _LEAST_UNREAD or any(c.has(EITHER) or c.has(LATE) for c in mixed):
        return None
    why = f"{real} ô là ngày thật, đều có số ngày không quá 12; {texts} ô là chữ, đều có ngày lớn hơn 12"
    return mixed[0], why, True


def _against_codes(table: Table, columns: Mapping[str, _Told], codes: Codes) -> Found | None:
    """The day of receipt whose months and days the codes of the dossiers exchange."""
    one, days = columns.get(table.event), codes()
    if one is None or days is None or table.column(table.key[0]).kind != "code":
        return None
    year, month, day = _calendar(one.days)
    differ = ((day <= 12) & (month != day)) | (one.kinds == SHORT_YEAR)
    told = days[differ]
    same = told[:, 0] == year[differ] % 100
    kept = int((same & (told[:, 1] == month[differ]) & (told[:, 2] == day[differ])).sum())
    swapped = int((same & (told[:, 1] == day[differ]) & (told[:, 2] == month[differ])).sum())
    swapped += _year_first(one, differ, told)
    few = max(2, (kept + swapped) * load_date_rules().slip_share) if kept else int(differ.sum()) / _LEAST_PART
    if not swapped or swapped < few:
        return None
    why = f"{swapped} mã có ngày, tháng ngược với “{one.header}” cùng dòng, {kept} mã khớp"
    return one, why, kept > 0 or one.has(DAY_FIRST)


def _year_first(one: _Told, rows: np.ndarray, told: np.ndarray) -> int:
    """How many dates with two-digit years, read day first, are the days of their codes with the year first (24-06-08)."""
    if short_order(one.sample.declared) == "ymd":
        return 0
    numbers = one.sample.parts.numbers[:, one.sample.texts.codes[rows]].T
    short = one.kinds[rows] == SHORT_YEAR
    return int((short & (told == numbers).all(axis=1) & (told[:, 0] != told[:, 2])).sum())


def _code_days(table: Table, sample: Part) -> np.ndarray | None:
    """Year (two digits), month and day inside the code of each row, zeros where there are none; None without a column of codes."""
    code = sample.texts.get(table.key[0])
    if code is None:
        return None
    return np.array([_code_day(text) for text in code.to_list()], dtype=np.int64).reshape(-1, 3)


def _code_day(code: str) -> tuple[int, int, int]:
    found = _CODE_DAY.search(code)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _calendar(moments: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day; 0 for none."""
    known = ~np.isnat(moments)
    days = np.where(known, moments, np.datetime64(0, "us")).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year, month = months.astype(np.int64) // 12 + 1970, months.astype(np.int64) % 12 + 1
    return tuple(np.where(known, part, 0) for part in (year, month, (days - months).astype(np.int64) + 1))  # type: ignore[return-value]


def _against_order(columns: Mapping[str, _Told]) -> Found | None:
    """A pair of dates that is out of order in many rows, and in order once day and month are exchanged."""
    for earlier, later in _KEPT:
        pair = [columns[n] for n in (earlier, later) if n in columns]
        if len(pair) < 2:
            continue
        days = [c.days.astype("datetime64[D]") for c in pair]
        turned = [_exchanged(d) for d in days]
        known = ~np.isnat(days[0]) & ~np.isnat(days[1])
        movable = known & ((days[0] != turned[0]) | (days[1] != turned[1]))
        wrong = int((movable & (days[1] < days[0])).sum())
        left = int((movable & (turned[1] < turned[0])).sum())
        if wrong >= _LEAST_UNREAD and wrong * 5 > int(movable.sum()) and left * 4 <= wrong:
            why = f"{wrong} dòng có “{pair[1].header}” trước “{pair[0].header}”, đổi chỗ ngày với tháng thì còn {left}"
            return pair[0], why, pair[0].has(DAY_FIRST) or pair[1].has(DAY_FIRST)
    return None


def _exchanged(days: np.ndarray) -> np.ndarray:
    """Days with day and month exchanged where both are at most 12; the others as they are."""
    year, month, day = _calendar(days)
    can = (day >= 1) & (day <= 12)
    moved = ((year - 1970) * 12 + day - 1).astype("datetime64[M]").astype("datetime64[D]") + (month - 1)
    return np.where(can, moved, days)


def _check_epoch(table: Table, columns: Mapping[str, _Told], codes: Codes, where: str) -> None:
    """Refuse serial numbers of days that count from 1904: the days in the codes are four years and a day later."""
    one = columns.get(table.event)
    if one is None or not one.has(SERIAL) or (told := codes()) is None:
        return
    serial = one.sample.parts.serial[one.sample.texts.codes]
    year, month, day = _calendar(one.days[serial] + np.timedelta64(_DAYS_TO_1904, "D"))
    later = int((told[serial] == np.column_stack((year % 100, month, day))).all(axis=1).sum())
    if later >= _LEAST_UNREAD and later * 2 > int(serial.sum()):
        raise UnclearDates(
            f"Cột “{one.header}” ghi ngày bằng số thứ tự đếm từ năm 1904 (Excel trên máy Mac): {later} mã hồ sơ có ngày muộn hơn "
            "đúng 1.462 ngày.",
            where,
            "Xuất lại với ngày ghi dạng ngày/tháng/năm, hoặc đưa vào chính tệp .xlsx thay cho tệp chữ.",
        )


def _no_evidence(table: Table, columns: Mapping[str, _Told], codes: Codes) -> dict[str, int]:
    """Dates that were read day first although nothing in the sheet says so, counted."""
    if any(c.has(DAY_FIRST) for c in columns.values()) or _agrees_with_codes(table, columns, codes):
        return {}
    what = "không có dấu hiệu ngày hay tháng đứng trước, đọc là ngày/tháng/năm"
    return {f"{c.column.label}: {what}": rows for c in columns.values() if (rows := c.count(OPEN))}


def _agrees_with_codes(table: Table, columns: Mapping[str, _Told], codes: Codes) -> bool:
    one, days = columns.get(table.event), codes()
    if one is None or days is None:
        return False
    told = days[:_FIRST_OF_SAMPLE]
    year, month, day = (part[:_FIRST_OF_SAMPLE] for part in _calendar(one.days))
    return bool(((told[:, 0] == year % 100) & (told[:, 1] == month) & (told[:, 2] == day) & (month != day)).any())
