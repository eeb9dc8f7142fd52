"""Reporting periods: the statutory cut-offs, custom spans, the previous period, overlaps and gaps.

Both ends are inclusive days of Asia/Ho_Chi_Minh. The statutory rule (from a day of the month before to a day of the last
month) and its source are in `rules/periods.toml`; a custom span must say who asked for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from tthc_analysis.errors import ConfigError, UnknownPeriod
from tthc_analysis.rules.laws import cited_text
from tthc_analysis.rules.shipped import shipped

PeriodKind = Literal["month", "quarter", "half", "nine_months", "year", "custom"]

_RULE = shipped("periods.toml")["statutory"]
_FIRST_DAY: int = _RULE["first_day"]
_LAST_DAY: int = _RULE["last_day"]
#: first words of labels that are common nouns
_KINDS = ("Năm", "Quý", "Tháng")
#: a custom span outside is a slip of the pen
YEARS = (1945, 2199)
_PATTERN = re.compile(
    r"(?P<year>20\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<nine>9T)|(?P<full>nam)))?"
)
_YEAR = r"(?:năm |nam )?(?P<year>20\d\d)"
_OF = r" ?(?:[/-]| năm | nam | của năm )? ?"
_QUARTER = r"(?:q|quý|quy) ?(?P<quarter>[1-4]|iv|i{1,3})"
#: other ways to write a period, each of which can mean one thing only; lower case, single spaces
_SPELLINGS = tuple(
    re.compile(pattern)
    for pattern in (
        _YEAR,
        rf"{_QUARTER}{_OF}{_YEAR}",
        rf"{_YEAR} ?[/-]? ?{_QUARTER}",
        rf"(?P<half>6) ?(?:t|tháng|thang)(?: đầu năm)?{_OF}{_YEAR}",
        rf"(?P<last>6) ?(?:t|tháng|thang) cuối năm{_OF}{_YEAR}",
        rf"h(?P<half>[12]){_OF}{_YEAR}",
        rf"(?P<nine>9) ?(?:t|tháng|thang)(?: đầu năm)?{_OF}{_YEAR}",
        rf"{_YEAR} ?[/-]? ?(?:h(?P<half>[12])|(?P<nine>9)t|(?P<six>6)t|(?P<full>nam))",
        rf"(?:t|tháng |thang )?(?P<month>0?[1-9]|1[0-2]) ?(?:/| năm | nam | - ?) ?{_YEAR}",
        rf"{_YEAR}[/-](?P<month>0?[1-9]|1[0-2])",
    )
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def canonical(text: str) -> str:
    """The id of the statutory period that `text` names in any usual spelling ("quý I/2024" → "2024-Q1"); "" for none."""
    words = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    found = next((m.groupdict() for p in _SPELLINGS if (m := p.fullmatch(words))), None)
    if not found:
        return ""
    quarter = found.get("quarter") or ""
    suffixes = {
        "month": f"-{int(found.get('month') or 0):02d}",
        "quarter": f"-Q{_ROMAN.get(quarter, quarter)}",
        "half": f"-H{'1' if found.get('half') == '6' else found.get('half')}",
        "six": "-H1",
        "last": "-H2",
        "nine": "-9T",
        "full": "-nam",
    }
    return found["year"] + "".join(suffix for name, suffix in suffixes.items() if found.get(name))


def reads_as_period(text: str) -> bool:
    """Whether `text` would be understood as a statutory period."""
    return bool(canonical(text))


def lowered(label: str) -> str:
    """`label` for the middle of a sentence, if it begins with the kind of a period ("Năm", "Quý", "Tháng" …)."""
    return label[0].lower() + label[1:] if label.split(" ", maxsplit=1)[0] in _KINDS else label


@dataclass(frozen=True)
class RegisterSpan:
    """The days, both included, from which one register is counted in a period instead of the period's own; and why."""

    table: str
    start: date
    end: date
    reason: str


@dataclass(frozen=True)
class Period:
    """A reporting period; `start` and `end` are inclusive days, `reason` is mandatory for a custom span.

    `spans` are registers that are counted over days of their own (“từ 01/01/2024 đến thời điểm báo cáo”).
    """

    id: str
    label: str
    kind: PeriodKind
    start: date
    end: date
    basis: str = ""
    reason: str = ""
    previous_id: str = ""
    spans: tuple[RegisterSpan, ...] = ()

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ConfigError(
                f"Kỳ {self.id} bắt đầu ({self.start:%d/%m/%Y}) sau khi kết thúc ({self.end:%d/%m/%Y}).",
                "config.toml, mục [[periods]]",
                "Sửa lại hai ngày from, to.",
            )
        if wrong := next((s for s in self.spans if s.start > s.end), None):
            raise ConfigError(
                f"Sổ {wrong.table} của kỳ {self.id} tính từ {wrong.start:%d/%m/%Y}, sau ngày cuối {wrong.end:%d/%m/%Y}.",
                "config.toml, mục [[periods.registers]]",
                "Sửa lại hai ngày.",
            )
        if not YEARS[0] <= self.start.year <= self.end.year <= YEARS[1]:
            raise ConfigError(
                f"Kỳ {self.id} nằm ngoài các năm {YEARS[0]}–{YEARS[1]}: {self.start:%d/%m/%Y}–{self.end:%d/%m/%Y}.",
                "kỳ báo cáo",
                "Sửa lại năm của hai ngày trong config.toml.",
            )
        if self.kind == "custom" and not self.reason:
            raise ConfigError(
                f"Kỳ riêng {self.id} không nêu lý do.",
                "config.toml, mục [[periods]]",
                'Thêm reason = "…" (văn bản hoặc cơ quan yêu cầu khoảng thời gian này).',
            )

    @property
    def in_sentence(self) -> str:
        """The label as it reads in the middle of a sentence: "năm 2023"; a name of the office's own stays as it is."""
        return lowered(self.label)

    def span(self, table: str) -> tuple[date, date]:
        """First and last day over which the register `table` is counted."""
        own = next((s for s in self.spans if s.table == table), self)
        return own.start, own.end

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.end - self.start).days + 1

    @property
    def is_statutory(self) -> bool:
        """Whether the span follows the statutory cut-offs."""
        return self.kind != "custom"


def _first(year: int, month: int) -> date:
    """The statutory first day: one of the month before (year, month)."""
    return date(year - 1, 12, _FIRST_DAY) if month == 1 else date(year, month - 1, _FIRST_DAY)


def _statutory(period_id: str) -> Period | None:
    match = _PATTERN.fullmatch(period_id)
    if not match:
        return None
    year = int(match["year"])
    kind: PeriodKind
    if match["month"]:
        kind, first, last, label = "month", int(match["month"]), int(match["month"]), f"Tháng {match['month']}/{year}"
    elif match["quarter"]:
        quarter = int(match["quarter"])
        roman = ("I", "II", "III", "IV")[quarter - 1]
        kind, first, last, label = "quarter", 3 * quarter - 2, 3 * quarter, f"Quý {roman}/{year}"
    elif match["half"]:
        half = int(match["half"])
        words = "6 tháng đầu năm" if half == 1 else "6 tháng cuối năm"
        kind, first, last, label = "half", 6 * half - 5, 6 * half, f"{words} {year}"
    elif match["nine"]:
        kind, first, last, label = "nine_months", 1, 9, f"9 tháng năm {year}"
    else:
        kind, first, last, label = "year", 1, 12, f"Năm {year}"
    end = date(year, last, _LAST_DAY)
    return Period(period_id, label, kind, _first(year, first), end, statutory_basis(end))


def calendar_period(period: Period) -> Period | None:
    """The whole calendar months that a period is named after (2026-Q3: 01/7–30/9); None for a custom span of its own name."""
    named = _statutory(canonical(period.id))
    if named is None:
        return None
    first = (named.start.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (named.end.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Period(named.id, f"{named.label} theo lịch", named.kind, first, last, "Kỳ theo lịch")


def statutory_basis(day: date) -> str:
    """The text that sets the cut-offs, as it may be cited on `day`."""
    return cited_text(_RULE["basis"], day)


def parse_period(period_id: str, custom: Mapping[str, Period] | None = None) -> Period:
    """The period called `period_id`: a custom one if there is one of that id, else the statutory one.

    `2024` year, `2024-Q1` quarter, `2024-H1` half, `2024-9T` nine months, `2024-03` month; `2024-nam` is always the
    statutory year, also where a custom `2024` exists. Other usual spellings are understood (`canonical`). Raises
    UnknownPeriod.
    """
    if custom and period_id in custom:
        return custom[period_id]
    name = canonical(period_id)
    if custom and name in custom:
        return custom[name]
    found = _statutory(name)
    if found is None:
        raise UnknownPeriod(period_id, custom or ())
    return found


def previous_period(period: Period, custom: Mapping[str, Period] | None = None) -> Period:
    """The period before: the one a custom span names, else the statutory one of the same kind."""
    if period.previous_id:
        return parse_period(period.previous_id, custom)
    if period.kind == "custom":
        length = timedelta(days=period.days)
        return replace(
            period,
            id=f"{period.id}-truoc",
            label=f"Kỳ liền trước {period.label}",
            start=period.start - length,
            end=period.end - length,
            reason=f"Cùng số ngày, liền trước kỳ {period.id}",
            spans=(),
        )
    year, rest = int(period.id[:4]), period.id[5:]
    before = {
        "month": lambda: f"{year}-{int(rest) - 1:02d}" if rest != "01" else f"{year - 1}-12",
        "quarter": lambda: f"{year}-Q{int(rest[1]) - 1}" if rest != "Q1" else f"{year - 1}-Q4",
        "half": lambda: f"{year}-H1" if rest == "H2" else f"{year - 1}-H2",
        "nine_months": lambda: f"{year - 1}-9T",
        "year": lambda: f"{year - 1}" + (f"-{rest}" if rest else ""),
    }[period.kind]()
    return parse_period(before, custom)


def next_period(period: Period) -> Period | None:
    """The statutory period of the same kind after this one; None for a custom span that takes the place of none."""
    now = period if period.is_statutory else _statutory(period.id)
    if now is None or now.end.year >= YEARS[1]:
        return None
    years = (now.end.year, now.end.year + 1)
    after = [p for p in statutory_periods(years) if p.kind == now.kind and p.start > now.start]
    return min(after, key=lambda p: p.start)


def _year_before(day: date) -> date:
    """The same day one year earlier; 29 February becomes 28 February."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _end_year_before(day: date) -> date:
    """The same for the last day of a span: the last day of a month stays the last day of it."""
    after = day + timedelta(days=1)
    return _year_before(after) - timedelta(days=1) if after.day == 1 else _year_before(day)


def same_period_last_year(period: Period, custom: Mapping[str, Period] | None = None) -> Period:
    """The period of the same kind one year before; a custom span without a previous period is moved back a year."""
    if period.previous_id:
        return previous_period(period, custom)
    if period.kind == "custom":
        return replace(
            period,
            id=f"{period.id}-nam-truoc",
            label=f"Cùng kỳ năm trước của {period.label}",
            start=_year_before(period.start),
            end=_end_year_before(period.end),
            reason=f"Cùng các ngày của kỳ {period.id}, một năm trước",
            spans=(),
        )
    return parse_period(f"{int(period.id[:4]) - 1}{period.id[4:]}", custom)


def year_to_date(period: Period) -> Period | None:
    """The span from the first day of the statutory year to the last one of a month or quarter (lũy kế); None for other kinds.

    It is a statutory period where one has these days: the first quarter, half, nine months, year.
    """
    if period.kind not in ("month", "quarter"):
        return None
    year, start = period.end.year, _first(period.end.year, 1)
    known = (f"{year}-{name}" for name in ("01", "Q1", "H1", "9T", "nam"))
    same = next((p for name in known if (p := _statutory(name)) and (p.start, p.end) == (start, period.end)), None)
    months = period.end.month
    reason = f"Lũy kế từ ngày đầu năm báo cáo đến hết {period.label.lower()}"
    return same or Period(
        f"{period.id}-luy-ke", f"{months} tháng đầu năm {year}", "custom", start, period.end, period.basis, reason
    )


def parts_of_year(period: Period) -> list[Period]:
    """The periods of the kind of a month or quarter from the first one of its year to itself; only itself for other kinds."""
    whole = year_to_date(period)
    if whole is None:
        return [period]
    chain = [period]
    while chain[0].start > whole.start:
        chain.insert(0, previous_period(chain[0]))
    return chain


def overlap_days(one: Period, other: Period) -> int:
    """Days that belong to both periods; negative is the gap between them, 0 means that they touch."""
    return (min(one.end, other.end) - max(one.start, other.start)).days + 1


def continuity_warnings(period: Period, previous: Period) -> list[str]:
    """What a reader must know before comparing `period` with `previous`: overlap, gap, other cut-offs, in Vietnamese."""
    notes: list[str] = []
    shared = overlap_days(period, previous)
    if shared > 0:
        first, last = max(period.start, previous.start), min(period.end, previous.end)
        notes.append(
            f"Kỳ này trùng {shared} ngày ({first:%d/%m/%Y}–{last:%d/%m/%Y}) với kỳ {previous.label}: "
            "hồ sơ của những ngày đó có mặt trong cả hai kỳ."
        )
    elif shared < 0:
        notes.append(f"Giữa kỳ này và kỳ {previous.label} có {-shared} ngày không thuộc kỳ nào.")
    if not period.is_statutory:
        notes.append(f"Kỳ không theo ngày chốt của {statutory_basis(period.end)}. Lý do: {period.reason.rstrip('.')}.")
        statutory = _statutory(period.id)
        if statutory and statutory.end > period.end:
            notes.append(
                f"Các ngày {period.end + timedelta(days=1):%d/%m/%Y}–{statutory.end:%d/%m/%Y} của {statutory.label} "
                "theo quy định chưa nằm trong kỳ này."
            )
    return notes


def statutory_periods(years: Iterable[int]) -> list[Period]:
    """Every statutory period of these years in order of kind: year, halves, nine months, quarters, months."""
    suffixes = ["", "-H1", "-H2", "-9T", *(f"-Q{q}" for q in range(1, 5)), *(f"-{m:02d}" for m in range(1, 13))]
    return [parse_period(f"{year}{suffix}") for year in years for suffix in suffixes]
