"""Find the header in a grid and tell data rows from titles, repeated headers, totals and signatures."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tthc_analysis.columns import Table
from tthc_analysis.errors import MissingColumns, TthcError
from tthc_analysis.exports.read import Grid
from tthc_analysis.rules.profiles import Profile, Profiles, fold

_HEADER_SEARCH_ROWS = 30
_MAX_HEADER_ROWS = 3
_LEAST_MATCHES = 2
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_TOTALS = re.compile(r"^(tong|tongso|tongcong|cong)(\d|hoso|$)")
_EXPORTED = re.compile(
    r"(?:ngày|thời điểm|thời gian)\s+(?:xuất|kết xuất)[^\d]{0,20}(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE
)


class ShiftedColumns(TthcError):
    """Headers and cells do not line up (one real portal ships 12 headers over 11 cells): counting would be wrong."""


def clean_text(value: str) -> str:
    """NFC, without invisible and direction marks, white space and line breaks folded to one space."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", value)).split())


@dataclass
class Layout:
    """Where the data of one sheet is: header rows, the column of each canonical name, the data rows by row number."""

    sheet: str
    profile: Profile
    header_rows: tuple[int, ...]
    headers: list[str]
    columns: dict[str, int]
    rows: list[tuple[int, list[str]]]
    exported: date | None = None
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def unknown(self) -> list[str]:
        """Headers that no profile maps; their cells never leave the reader."""
        used = set(self.columns.values())
        return [h for i, h in enumerate(self.headers) if h and i not in used]


def _merged_header(rows: Sequence[Sequence[str]]) -> list[str]:
    """One label per column: the lowest cell that is filled."""
    width = max(len(r) for r in rows)
    return [next((clean_text(r[i]) for r in reversed(rows) if i < len(r) and r[i].strip()), "") for i in range(width)]


def find_layout(grid: Grid, table: Table, profiles: Profiles, where: str) -> Layout:
    """Recognise the header of `grid`; raises MissingColumns or ShiftedColumns."""
    best: tuple[int, int, int, list[str]] | None = None
    for first in range(min(_HEADER_SEARCH_ROWS, len(grid.rows))):
        for height in range(1, _MAX_HEADER_ROWS + 1):
            rows = grid.rows[first : first + height]
            if len(rows) < height or not any(rows):
                continue
            headers = _merged_header(rows)
            score = profiles.best(table, headers)[1]
            if best is None or (score, -height) > (best[0], -best[2]):  # as few rows as give the most columns
                best = (score, first, height, headers)
    if best is None or best[0] < _LEAST_MATCHES:
        seen = [h for h in (best[3] if best else []) if h]
        raise MissingColumns(
            where, [c.label for c in table.columns if c.required], seen[:40] if best and best[0] else []
        )
    _, first, height, headers = best
    return _layout(grid, table, profiles, where, range(first, first + height), headers)


def _layout(grid: Grid, table: Table, profiles: Profiles, where: str, header: range, headers: list[str]) -> Layout:
    profile, _ = profiles.best(table, headers)
    columns = _assign(profile.header_map(table), headers, where)
    missing = [c.label for c in table.columns if c.required and c.name not in columns]
    if missing:
        raise MissingColumns(where, missing, [h for h in headers if h])
    layout = Layout(grid.sheet, profile, tuple(i + 1 for i in header), headers, columns, [])
    layout.exported = _exported(grid.rows[: header.start])
    layout.skipped["tiêu đề"] = sum(1 for r in grid.rows[: header.start] if any(c.strip() for c in r)) + len(header)
    for index in range(header.stop, len(grid.rows)):
        cells = [clean_text(c) for c in grid.rows[index]]
        kind = _row_kind(cells, headers, columns)
        if kind:
            layout.skipped[kind] += 1
        else:
            layout.rows.append((index + 1, cells))
    _refuse_shift(layout, where)
    return layout


def _assign(known: dict[str, str], headers: list[str], where: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, header in enumerate(headers):
        name = known.get(fold(header)) if header else None
        if name in columns:
            raise ShiftedColumns(
                f"Hai cột cùng được hiểu là “{header}” và “{headers[columns[name]]}”.",
                where,
                "Xóa hoặc đổi tên một cột, hoặc khai báo riêng trong một tệp *.profile.toml.",
            )
        if name:
            columns[name] = index
    return columns


def _row_kind(cells: list[str], headers: list[str], columns: dict[str, int]) -> str:
    """Why a row is no data ("" when it is): blank, repeated or numbering header, totals, signature."""
    filled = [c for c in cells if c]
    if not filled:
        return "dòng trống"
    if sum(1 for c, h in zip(cells, headers, strict=False) if c and fold(c) == fold(h)) > len(filled) // 2:
        return "tiêu đề lặp lại"
    if len(filled) >= _LEAST_MATCHES and all(re.fullmatch(r"\(?\d{1,2}\)?", c) for c in filled):
        return "dòng đánh số cột"
    if _TOTALS.match(fold(filled[0])) and len(filled) <= max(3, len(headers) // 2):
        return "dòng tổng"
    known = [cells[i] for i in columns.values() if i < len(cells) and cells[i]]
    if len(filled) <= _LEAST_MATCHES and len(known) <= 1 and not any(re.search(r"\d", c) for c in known):
        return "ghi chú, chữ ký"
    return ""


def _exported(titles: Sequence[Sequence[str]]) -> date | None:
    for row in titles:
        for cell in row:
            found = _EXPORTED.search(clean_text(cell))
            if found:
                return date(int(found[3]), int(found[2]), int(found[1]))
    return None


def _refuse_shift(layout: Layout, where: str) -> None:
    """Refuse a sheet in which a date column holds no date at all while rows are narrower than the header."""
    width = len([h for h in layout.headers if h])
    narrow = [r for _, r in layout.rows if len(r) < width]
    if layout.rows and len(narrow) == len(layout.rows) and width - max(len(r) for _, r in layout.rows) >= 1:
        dated = [n for n in ("received_at", "due_at") if n in layout.columns]
        cells = [r[layout.columns[n]] for _, r in layout.rows for n in dated if layout.columns[n] < len(r)]
        if not cells or not any(looks_like_date(c) for c in cells) or layout.columns[dated[-1]] >= width - 1:
            raise ShiftedColumns(
                f"Tệp có {width} tiêu đề nhưng mỗi dòng chỉ có {max(len(r) for _, r in layout.rows)} ô: các cột bị lệch.",
                where,
                "Xuất lại, hoặc thêm ô trống cho cột bị thiếu rồi đọc lại; không đếm trên dữ liệu lệch cột.",
            )


def looks_like_date(text: str) -> bool:
    """Whether a cell has the shape of a date (not whether it is a real one)."""
    return bool(re.match(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2}|\d{14}$", text))


def parse_moment(text: str, formats: Sequence[str]) -> datetime | None:
    """The moment that `text` says in one of the explicit formats (day first); None when in none."""
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None
