"""Find the header in a grid and tell data rows from titles, repeated headers, totals and signatures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tthc_analysis.columns import PROVENANCE, Table
from tthc_analysis.errors import MissingColumns, TthcError, UnreadableExport
from tthc_analysis.exports.header import Header, Texts, choose_header, head_rows, readable
from tthc_analysis.exports.read import Grid
from tthc_analysis.exports.text import SHEET_SAMPLE, clean_text, sheet_encoding
from tthc_analysis.rules.profiles import Matching, Profile, Profiles, fold

LEAST_MATCHES = 2
_SHIFT_SAMPLE = 1000
_MAX_FILLED_CELLS = 60_000_000
_TOTALS = re.compile(r"^(tong|tongso|tongcong|cong)(\d|hoso|$)")
_TOTAL_OPENINGS = ("tong", "cong")
_EXPORTED = re.compile(
    r"(?:ngày|thời điểm|thời gian)\s+(?:xuất|kết xuất)[^\d]{0,20}(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE
)
_NUMBERING = re.compile(r"\(?([A-Z]|\d{1,2})\)?")
_DATE_SHAPE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b|\d{4}-\d{1,2}-\d{1,2}\b|\d{14}$")
ORIGIN = tuple(c.name for c in PROVENANCE)


class ShiftedColumns(TthcError):
    """Headers and cells do not line up (one real portal ships 12 headers over 11 cells): counting would be wrong."""


class AmbiguousColumns(TthcError):
    """Two columns with different cells claim to be the same canonical column."""


@dataclass
class Layout:
    """Where the data of one sheet is, and the cleaned texts of its data rows by canonical column."""

    sheet: str
    profile: Profile
    matching: Matching
    header_rows: tuple[int, ...]
    headers: list[str]
    columns: dict[str, int]
    rows: np.ndarray  # row numbers in the file, from 1
    texts: dict[str, Texts]
    origin: dict[str, Texts] = field(default_factory=dict)
    crooked: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    exported: date | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    decoded: dict[str, str] = field(default_factory=dict)

    @property
    def unknown(self) -> list[str]:
        """Headers that no profile maps; their cells never leave the reader."""
        used = set(self.columns.values())
        return [h for i, h in enumerate(self.headers) if h and i not in used and fold(h) not in map(fold, ORIGIN)]


# --- the sheet -------------------------------------------------------------------------------------------------------


def find_layout(grid: Grid, table: Table, profiles: Profiles, where: str) -> Layout:
    """Recognise the header and rows of `grid`; raises MissingColumns, AmbiguousColumns or ShiftedColumns."""
    chosen = choose_header(grid, table, profiles)
    required = [c for c in table.columns if c.required]
    if chosen is None or chosen[3] < min(LEAST_MATCHES, len(table.columns)):
        raise MissingColumns(where, [c.label for c in required], [])
    header, profile, matching, _ = chosen
    columns = _assign(grid, header, matching, table, where)
    missing = [c.label for c in required if c.name not in columns]
    if missing:
        raise MissingColumns(where, missing, [h for h in header.labels if h])
    return _layout(grid, table, header, profile, matching, columns, where)


def _assign(grid: Grid, header: Header, matching: Matching, table: Table, where: str) -> dict[str, int]:
    """One position for each canonical column: the better alias wins, equal ones must hold the same cells."""
    claims: dict[str, list[tuple[int, int]]] = {}
    for index, (name, rank) in header.match(matching).items():
        claims.setdefault(name, []).append((rank, index))
    columns = {}
    for name, found in claims.items():
        rank = min(found)[0]
        first, *others = [index for r, index in sorted(found) if r == rank]
        body = [grid.columns[i].slice(header.rows.stop) for i in (first, *others)]
        if any(not body[0].equals(cells) for cells in body[1:]):
            places = " và ".join(_letters(i) for i in (first, *others))
            raise AmbiguousColumns(
                f"Cột {places} cùng tên “{header.labels[first]}” nhưng nội dung khác nhau.",
                where,
                f"Đổi tên cột không phải “{table.column(name).label}” trong hệ thống nguồn, hoặc xóa cột đó rồi đọc lại.",
            )
        columns[name] = first
    return dict(sorted(columns.items(), key=lambda item: item[1]))


def _letters(index: int) -> str:
    """The letters by which a spreadsheet names a column."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(65 + rest) + letters, index - 1
    return letters


# --- the rows --------------------------------------------------------------------------------------------------------


def _layout(
    grid: Grid,
    table: Table,
    header: Header,
    profile: Profile,
    matching: Matching,
    columns: dict[str, int],
    where: str,
) -> Layout:
    start = header.rows.stop
    body = [c.slice(start) for c in grid.columns]
    texts, decoded = {}, {}
    hint = sheet_encoding(c.slice(0, SHEET_SAMPLE).to_pylist() for c in body)
    for name, index in columns.items():
        texts[name], label = readable(Texts.of(body[index]), hint)
        if label:
            decoded[table.column(name).label] = label
    _fill_merged(grid, start, columns, texts, where)
    kinds = _row_kinds(body, header, table, columns, texts)
    data = np.flatnonzero(kinds == "")
    skipped = Counter(k for k in kinds.tolist() if k)
    head = grid.rows(0, header.rows.start)
    skipped["tiêu đề"] += sum(1 for r in head if any(clean_text(c) for c in r)) + len(header.rows)
    skipped["dòng trống"] += sum(1 for r in head if not any(clean_text(c) for c in r))
    notes = np.flatnonzero(kinds == "ghi chú, chữ ký")[:50]
    layout = Layout(
        grid.sheet,
        profile,
        matching,
        tuple(r + 1 for r in header.rows),
        list(header.labels),
        columns,
        data + start + 1,
        {name: column.take(data) for name, column in texts.items()},
        _origin(header, body, data),
        exported=_exported([*head_rows(grid)[: header.rows.start], *_taken(body, notes)]),
        skipped=+skipped,
        decoded=decoded,
    )
    layout.crooked = _crooked(grid, layout, header, data + start, where)
    _refuse_shift(layout, table, body, data, where)
    return layout


def _origin(header: Header, body: list[Any], data: np.ndarray) -> dict[str, Texts]:
    """Where the rows of a corrected quarantine file come from; empty for any other file."""
    places = {fold(label): i for i, label in enumerate(header.labels) if label}
    if not all(fold(name) in places for name in ORIGIN):
        return {}
    return {name: readable(Texts.of(body[places[fold(name)]]))[0].take(data) for name in ORIGIN}


def _fill_merged(grid: Grid, start: int, columns: Mapping[str, int], texts: dict[str, Texts], where: str) -> None:
    """A cell merged over several data rows says its value for each of them."""
    names = {index: name for name, index in columns.items()}
    filled = 0
    for top, left, bottom, _ in grid.merges:
        if left in names and top >= start and bottom > top:
            codes = texts[names[left]].codes
            rows = slice(top - start + 1, bottom - start + 1)
            filled += max(min(bottom + 1, grid.height) - top, 0)
            if filled > _MAX_FILLED_CELLS:
                raise UnreadableExport(where, "Ô gộp chồng lên nhau bất thường.")
            if top < grid.height:
                if not codes.flags.writeable:
                    texts[names[left]] = Texts(texts[names[left]].values, codes := codes.copy())
                codes[rows] = codes[top - start]


def _row_kinds(
    body: list[Any], header: Header, table: Table, columns: Mapping[str, int], texts: Mapping[str, Texts]
) -> np.ndarray:
    """For each row why it is no data: blank, repeated or numbering header, totals, signature; "" for data.

    Only rows that look odd in a required column, or are nearly blank, are judged one by one.
    """
    height = len(body[0])
    filled = np.zeros(height, dtype=np.int32)
    for cells in body:
        filled += pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(cells)), 0).to_numpy()
    odd = filled <= LEAST_MATCHES
    for column in table.columns:
        if column.required and column.name in columns:
            keys = header.keys[columns[column.name]]
            values = texts[column.name].values
            doubtful = _doubtful(values, keys)
            strange = np.array([(len(v) < 9 or v[:2] in doubtful) and _strange(v, keys) for v in values], dtype=bool)
            odd |= strange[texts[column.name].codes] if len(strange) else True
    kinds = np.full(height, "", dtype=object)
    kinds[filled == 0] = "dòng trống"
    judged = np.flatnonzero(odd & (filled > 0))
    known = {columns[c.name]: c.kind in ("code", "text") for c in table.columns if c.name in columns}
    for position, cells in zip(judged.tolist(), _taken(body, judged), strict=True):
        whole = [*cells, *[""] * (len(header.keys) - len(cells))]
        for name, index in columns.items():
            whole[index] = texts[name].values[texts[name].codes[position]]
        kinds[position] = _row_kind(whole, header, known, position)
    return kinds


def _taken(body: list[Any], rows: np.ndarray) -> list[list[str]]:
    cells = [c.take(pa.array(rows)).to_pylist() for c in body]
    return [list(map(clean_text, row)) for row in zip(*cells, strict=True)]


def _doubtful(values: Sequence[str], keys: tuple[str, ...]) -> set[str]:
    """The first two signs of `values` by which a long one may belong to no data row: not those of dates and codes."""
    known = {k[:2] for k in (*keys, *_TOTAL_OPENINGS)}
    plain = {o for v in values if (o := v[:2]).isascii() and o.isalnum() and o.lower() not in known}
    return {o for v in values if (o := v[:2]) not in plain and not o[:1].isdigit()}


def _strange(value: str, keys: tuple[str, ...]) -> bool:
    """Whether a required cell may belong to no data row."""
    folded = fold(value)
    return not folded or folded in keys or bool(_NUMBERING.fullmatch(value)) or bool(_TOTALS.match(folded))


def _row_kind(cells: list[str], header: Header, known: Mapping[int, bool], position: int) -> str:
    filled = [c for c in cells if c]
    if not filled:
        return "dòng trống"
    if sum(1 for c, k in zip(cells, header.keys, strict=False) if c and fold(c) in k) > len(filled) // 2:
        return "tiêu đề lặp lại"
    if _is_numbering(filled, position):
        return "dòng đánh số cột"
    if _TOTALS.match(fold(filled[0])) and len(filled) <= max(3, sum(map(bool, header.labels)) // 2):
        return "dòng tổng"
    told = [(cells[i], words) for i, words in known.items() if cells[i]]
    if len(filled) <= LEAST_MATCHES and len(told) <= 1 and not any(_is_datum(c, words) for c, words in told):
        return "ghi chú, chữ ký"
    return ""


def _is_datum(cell: str, words: bool) -> bool:
    """Whether a lone cell could belong to a broken data row: it has a digit and, in a code or text column, no blank."""
    return any(c.isdigit() for c in cell) and not (words and " " in cell)


def _is_numbering(filled: list[str], position: int) -> bool:
    """(1) (2) (3) … or A B 1 2 3 … under a header: numbers that go up by one."""
    if not all(_NUMBERING.fullmatch(c) for c in filled):
        return False
    bare = [c.strip("()") for c in filled]
    numbers = [int(b) for b in bare if b.isdigit()]
    rising = all(b - a == 1 for a, b in pairwise(numbers)) and numbers[:1] in ([1], [2], [3])
    marked = all(c.startswith("(") for c in filled)
    return rising and len(filled) >= LEAST_MATCHES and (marked or (len(filled) > LEAST_MATCHES and position == 0))


def _exported(rows: Sequence[Sequence[str]]) -> date | None:
    """The day of export that a title or a note says; a day that does not exist is no day."""
    for row in rows:
        for cell in row:
            found = _EXPORTED.search(cell)
            if found:
                try:
                    return date(int(found[3]), int(found[2]), int(found[1]))
                except ValueError:
                    continue
    return None


# --- rows and headers that do not line up ----------------------------------------------------------------------------


def _crooked(grid: Grid, layout: Layout, header: Header, rows: np.ndarray, where: str) -> np.ndarray:
    """Which data rows have more filled, or fewer, cells than the header; refuses a sheet where most have fewer."""
    crooked = np.zeros(len(rows), dtype=bool)
    if grid.widths is None or not len(rows):
        return crooked
    width = max(i for i, label in enumerate(header.labels) if label) + 1
    short = grid.widths[rows] < width
    if short.sum() * 2 > len(rows) and not layout.profile.trailing_blanks_trimmed:
        cells = int(np.median(grid.widths[rows][short]))
        raise ShiftedColumns(
            f"Tệp có {width} tiêu đề nhưng {int(short.sum())}/{len(rows)} dòng chỉ có {cells} ô: các cột có thể bị lệch.",
            where,
            "Xuất lại, hoặc thêm ô trống cho cột bị thiếu rồi đọc lại. Nếu hệ thống chỉ bỏ các ô trống ở cuối dòng, "
            "khai báo trailing_blanks_trimmed = true trong tệp *.profile.toml.",
        )
    crooked = np.zeros(len(rows), dtype=bool) if layout.profile.trailing_blanks_trimmed else short
    for cells in grid.columns[width:]:
        crooked = crooked | pc.greater(pc.binary_length(cells), 0).to_numpy()[rows]
    return crooked


def looks_like_date(text: str) -> bool:
    """Whether a cell has the shape of a date (not whether it is a real one)."""
    return _DATE_SHAPE.match(text) is not None


def _looks_like_code(text: str) -> bool:
    return " " not in text and any(c.isdigit() for c in text)


def _refuse_shift(layout: Layout, table: Table, body: list[Any], data: np.ndarray, where: str) -> None:
    """Refuse a sheet in which more typed columns fit under the headers of their neighbours than under their own."""
    straight = data[~layout.crooked][:_SHIFT_SAMPLE]
    cells = [[clean_text(v) for v in c.take(pa.array(straight)).to_pylist()] for c in body]
    tests = _type_tests(layout, table)
    fitting = {offset: _fitting(layout, tests, cells, offset) for offset in (0, -1, 1, -2, 2)}
    offset = max(fitting, key=lambda o: len(fitting[o]))
    if offset and len(fitting[offset]) > max(len(fitting[0]), 1):
        name = next(n for n in layout.columns if n in fitting[offset] - fitting[0])
        raise ShiftedColumns(
            f"Các cột bị lệch {abs(offset)} cột sang {'trái' if offset < 0 else 'phải'}: giá trị của "
            f"“{table.column(name).label}” nằm dưới tiêu đề “{layout.headers[layout.columns[name] + offset]}”.",
            where,
            "Xuất lại, hoặc chèn ô trống cho cột bị thiếu rồi đọc lại; không đếm trên dữ liệu lệch cột.",
        )


def _type_tests(layout: Layout, table: Table) -> dict[str, Callable[[str], bool]]:
    """Column → what a cell of it looks like, for dates, codes and coded values."""
    tests: dict[str, Callable[[str], bool]] = {}
    for name in layout.columns:
        kind, known = table.column(name).kind, layout.matching.values.get(name)
        if kind in ("date", "datetime"):
            tests[name] = looks_like_date
        elif known is not None:
            tests[name] = partial(_is_known, known)
        elif kind == "code":
            tests[name] = _looks_like_code
    return tests


def _is_known(known: Mapping[str, str], text: str) -> bool:
    return fold(text) in known


def _fitting(
    layout: Layout, tests: Mapping[str, Callable[[str], bool]], cells: list[list[str]], offset: int
) -> set[str]:
    """The typed columns whose cells, `offset` columns away, look like theirs."""
    found = set()
    for name, test in tests.items():
        near = layout.columns[name] + offset
        filled = [c for c in cells[near] if c] if 0 <= near < min(len(cells), len(layout.headers)) else []
        if filled and sum(map(test, filled)) * 5 >= len(filled) * 4:
            found.add(name)
    return found
