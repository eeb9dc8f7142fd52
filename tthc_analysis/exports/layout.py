"""Find the table in a grid: its header, its columns, its data rows; refuse what does not line up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow.compute as pc

from tthc_analysis.columns import PROVENANCE, TABLES, Table
from tthc_analysis.errors import MissingColumns, TthcError, UnreadableExport
from tthc_analysis.exports.cells import fill_groups, letters, refuse_damaged, refuse_faults, refuse_lost_headers
from tthc_analysis.exports.column import SheetColumn, steps, taken_cells
from tthc_analysis.exports.header import Header, Texts, choose_header, head_rows
from tthc_analysis.exports.read import Grid, let_go
from tthc_analysis.exports.rows import BLANK, HEADER, KINDS, LEAST_MATCHES, NOTE, ORDINAL, TITLE, row_kinds, taken
from tthc_analysis.exports.text import SHEET_SAMPLE, clean_text, clean_texts, sheet_encoding
from tthc_analysis.rules.profiles import Matching, Profile, Profiles, fold

_SHIFT_SAMPLE, _LOST_SAMPLE = 1000, 5
_MAX_FILLED_CELLS = 60_000_000
#: with so few of its columns a sheet may be of another dataset
_FEW_COLUMNS = 6
#: the least filled cells above the last one of a file by which a cut one is told
_LEAST_ABOVE = 4
_EXPORTED = re.compile(
    r"(?:ngày|thời điểm|thời gian)\s+(?:xuất|kết xuất)[^\d]{0,20}(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE
)
_DATE_SHAPE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b|\d{4}-\d{1,2}-\d{1,2}\b|\d{14}$")
ORIGIN = tuple(c.name for c in PROVENANCE)


class ShiftedColumns(TthcError):
    """Headers and cells do not line up (one real portal ships 12 headers over 11 cells): counting would be wrong."""


class AmbiguousColumns(TthcError):
    """Two columns with different cells claim to be the same canonical column."""


@dataclass
class Layout:
    """Where the data of one sheet is: its header, its columns, and which of the rows below the header are data.

    `is_data` and `crooked` mark rows below the header, of which the first is row `first` of the file. The texts of the data
    rows come part by part; `cells` are the canonical columns, `origin` the places that a corrected quarantine file tells.
    """

    sheet: str
    profile: Profile
    matching: Matching
    header_rows: tuple[int, ...]
    headers: list[str]
    columns: dict[str, int]
    first: int
    is_data: np.ndarray
    crooked: np.ndarray
    cells: dict[str, SheetColumn]
    origin: dict[str, SheetColumn] = field(default_factory=dict)
    exported: date | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    decoded: dict[str, str] = field(default_factory=dict)
    mended: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.is_data.sum())

    @property
    def last_row(self) -> int:
        """The number in the file of the last data row; 0 when there is none."""
        return self.first + int(np.flatnonzero(self.is_data)[-1]) if self.is_data.any() else 0

    @property
    def width(self) -> int:
        """The number of columns up to the last one with a header."""
        return max(i for i, label in enumerate(self.headers) if label) + 1

    @property
    def unknown(self) -> list[str]:
        """Headers that no profile maps; their cells never leave the reader."""
        used = set(self.columns.values())
        return [h for i, h in enumerate(self.headers) if h and i not in used and fold(h) not in map(fold, ORIGIN)]

    def parts(self, names: Iterable[str] | None = None) -> Iterator[Part]:
        """All data rows, some at a time and one part at least; with the texts of all columns or of some."""
        for start, stop in list(steps(len(self.is_data))) or [(0, 0)]:
            yield self.part(start, stop, names)

    def part(self, start: int, stop: int, names: Iterable[str] | None = None) -> Part:
        """The data among the rows from `start` to `stop` (excluded) below the header."""
        chosen = self.is_data[start:stop]

        def read(column: SheetColumn) -> Texts:
            return column.texts(start, stop).take(chosen)

        return self._part(np.flatnonzero(chosen) + start, read, names)

    def sample(self, most: int) -> Part:
        """Straight rows, evenly from the whole sheet."""
        rows = np.flatnonzero(self.is_data & ~self.crooked)
        if len(rows) > most:
            rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
        return self._part(rows, lambda column: column.at(rows), None)

    def _part(self, rows: np.ndarray, read: Callable[[SheetColumn], Texts], names: Iterable[str] | None) -> Part:
        columns = self.cells if names is None else {n: self.cells[n] for n in names}
        texts, origin = ({n: read(c) for n, c in some.items()} for some in (columns, self.origin))
        let_go()
        return Part(self, rows + self.first, texts, origin, self.crooked[rows])


@dataclass(frozen=True)
class Part:
    """Some data rows of a sheet: their numbers in the file, from 1, and their cleaned texts by canonical column."""

    layout: Layout
    rows: np.ndarray
    texts: dict[str, Texts]
    origin: dict[str, Texts]
    crooked: np.ndarray


# --- the sheet -------------------------------------------------------------------------------------------------------


def find_layout(grid: Grid, table: Table, profiles: Profiles, where: str) -> Layout:
    """Recognise the header and rows of `grid`; raises MissingColumns, AmbiguousColumns or ShiftedColumns."""
    chosen = choose_header(grid, table, profiles)
    required = [c for c in table.columns if c.required]
    if chosen is None or chosen[3] < min(LEAST_MATCHES, len(table.columns)):
        refuse_faults(grid, None, (), where)
        refuse_lost_headers((c for row in head_rows(grid)[:_LOST_SAMPLE] for c in row), where)
        raise MissingColumns(where, [c.label for c in required], [], like(grid, table, profiles))
    header, profile, matching, _ = chosen
    columns = _assign(grid, header, matching, table, where)
    missing = [c.label for c in required if c.name not in columns]
    if missing:
        raise MissingColumns(where, missing, [h for h in header.labels if h], like(grid, table, profiles))
    if len(columns) <= _FEW_COLUMNS:
        _refuse_another(grid, table, profiles, len(columns), where)
    numbers = [i for name, i in columns.items() if table.column(name).kind in ("integer", "decimal", "boolean")]
    refuse_faults(grid, columns.values(), numbers, where)
    return _layout(grid, table, header, profile, matching, columns, where)


def like(grid: Grid, table: Table, profiles: Profiles) -> str:
    """A sentence that names the dataset of which a sheet has more columns than of `table`; "" when there is none."""
    best, count = _nearest(grid, table, profiles)
    if count <= max(_recognised(grid, table, profiles), LEAST_MATCHES):
        return ""
    return f" Tệp giống bộ dữ liệu “{TABLES[best].label}” ({count} cột): đặt nó vào thư mục {best}."


def _nearest(grid: Grid, table: Table, profiles: Profiles) -> tuple[str, int]:
    """The other dataset of which a sheet has most columns, and how many."""
    others = {t.name: _recognised(grid, t, profiles) for t in TABLES.values() if t is not table}
    best = max(others, key=lambda name: others[name])
    return best, others[best]


def _refuse_another(grid: Grid, table: Table, profiles: Profiles, known: int, where: str) -> None:
    """Refuse a sheet that has the required columns of `table` by chance, and many more of another dataset."""
    best, count = _nearest(grid, table, profiles)
    if count >= 2 * known:
        raise UnreadableExport(
            where,
            f"Tệp có {count} cột của bộ dữ liệu “{TABLES[best].label}”, chỉ có {known} cột của “{table.label}”.",
            f"Đặt tệp vào thư mục {best}; nếu đúng là “{table.label}” thì xóa các cột thừa rồi lưu lại.",
        )


def _recognised(grid: Grid, table: Table, profiles: Profiles) -> int:
    """How many columns of a table the sheet has; 0 when a required one is not there."""
    chosen = choose_header(grid, table, profiles)
    if chosen is None:
        return 0
    names = {name for name, _ in chosen[0].match(chosen[2]).values()}
    return len(names) if all(c.name in names for c in table.columns if c.required) else 0


def _assign(grid: Grid, header: Header, matching: Matching, table: Table, where: str) -> dict[str, int]:
    """One position for each canonical column: the better alias wins, equal ones must hold the same cells."""
    claims: dict[str, list[tuple[int, int]]] = {}
    for index, (name, rank) in header.match(matching).items():
        claims.setdefault(name, []).append((rank, index))
    _refuse_beside(header, {c.name: claims.get(c.name, []) for c in table.columns if c.required}, where)
    columns = {}
    for name, found in claims.items():
        rank = min(found)[0]
        first, *others = [index for r, index in sorted(found) if r == rank]
        body = [grid.columns[i].slice(header.rows.stop) for i in (first, *others)]
        if any(not body[0].equals(cells) for cells in body[1:]):
            places = " và ".join(letters(i) for i in (first, *others))
            raise AmbiguousColumns(
                f"Cột {places} cùng tên “{header.labels[first]}” nhưng nội dung khác nhau.",
                where,
                f"Đổi tên cột không phải “{table.column(name).label}” trong hệ thống nguồn, hoặc xóa cột đó rồi đọc lại.",
            )
        columns[name] = first
    return dict(sorted(columns.items(), key=lambda item: item[1]))


def _refuse_beside(header: Header, claims: Mapping[str, Sequence[tuple[int, int]]], where: str) -> None:
    """Refuse two tables side by side: each required column twice, with a column without a header between the two sets."""
    places = [sorted(index for _, index in found) for found in claims.values()]
    if len(places) < LEAST_MATCHES or any(len(p) < LEAST_MATCHES for p in places):
        return
    left, right = max(p[0] for p in places), min(p[1] for p in places)
    if left < right and any(not header.labels[i] for i in range(left, right)):
        raise AmbiguousColumns(
            f"Trang tính có hai bảng cạnh nhau (bảng thứ hai ở khoảng cột {letters(right)}).",
            where,
            "Để mỗi bảng ở một tệp hoặc một trang tính riêng rồi đọc lại.",
        )


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
    cells, decoded, undecided = {}, {}, dict[str, int]()
    hint = sheet_encoding(c.slice(0, SHEET_SAMPLE).to_pylist() for c in body)
    for name, index in columns.items():
        found = SheetColumn.of(body[index], table.column(name).listed, hint)
        cells[name], label = found, table.column(name).label
        undecided |= {f"{label}: {what}": rows for what, rows in found.undecided.items()}
        if found.encoding:
            decoded[label] = found.encoding
    _fill_merged(grid, start, columns, cells, where)
    refuse_damaged(table, cells, columns, start + 1, where)
    kinds = row_kinds(body, header, matching, table, cells, where)
    titles = [r for r in grid.rows(0, header.rows.start) if any(clean_text(c) for c in r)]
    skipped = Counter({HEADER: len(header.rows), TITLE: len(titles), BLANK: header.rows.start - len(titles)})
    skipped.update(
        {kind: int(n) for kind, n in zip(KINDS, np.bincount(kinds, minlength=len(KINDS)), strict=True) if kind}
    )
    notes = np.flatnonzero(kinds == KINDS.index(NOTE))[:50]
    layout = Layout(
        grid.sheet,
        profile,
        matching,
        tuple(r + 1 for r in header.rows),
        list(header.labels),
        columns,
        start + 1,
        kinds == 0,
        np.zeros(len(kinds), dtype=bool),
        cells,
        _origin(header, body),
        exported=_exported([*head_rows(grid)[: header.rows.start], *taken(body, notes)]),
        skipped=+skipped,
        decoded=decoded,
    )
    if len(kinds):
        _refuse_cut(grid, layout, KINDS[kinds[-1]], where)
    layout.crooked = _crooked(grid, layout, where)
    _refuse_shift(layout, table, body, where)
    layout.mended = undecided | fill_groups(table, cells, layout.is_data, profile.table(table).filled_down, where)
    return layout


def _origin(header: Header, body: list[Any]) -> dict[str, SheetColumn]:
    """Where the rows of a corrected quarantine file come from; empty for any other file."""
    places = {fold(label): i for i, label in enumerate(header.labels) if label}
    if not all(fold(name) in places for name in ORIGIN):
        return {}
    return {name: SheetColumn.of(body[places[fold(name)]]) for name in ORIGIN}


def _fill_merged(grid: Grid, start: int, columns: Mapping[str, int], cells: dict[str, SheetColumn], where: str) -> None:
    """A cell merged over several data rows says its value for each of them."""
    names = {index: name for name, index in columns.items()}
    filled = 0
    for top, left, bottom, _ in grid.merges:
        if left in names and top >= start and bottom > top:
            filled += max(min(bottom + 1, grid.height) - top, 0)
            if filled > _MAX_FILLED_CELLS:
                raise UnreadableExport(where, "Ô gộp chồng lên nhau bất thường.")
            if top < grid.height:
                column = cells[names[left]]
                if column.fixed is None:
                    whole = column.texts(0, len(column))
                    column = cells[names[left]] = replace(column, fixed=Texts(whole.values, whole.codes.copy()))
                assert column.fixed is not None
                column.fixed.codes[top - start + 1 : bottom - start + 1] = column.fixed.codes[top - start]


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


def _refuse_cut(grid: Grid, layout: Layout, last: str, where: str) -> None:
    """Refuse a text file whose last line, of the kind `last`, has neither an end nor all its cells: the download broke off."""
    profile = layout.profile
    if not grid.is_open or profile.cut_last_line or profile.trailing_blanks_trimmed:
        return
    widths = grid.widths if grid.widths is not None else np.zeros(grid.height)
    width = layout.width
    if last == "" and _ends_in_a_cut_cell(grid, layout):
        raise UnreadableExport(
            where,
            f"Tệp bị cắt ngang: ô cuối của dòng cuối ({grid.height}) dở dang và không có dấu xuống dòng.",
            _CUT_ADVICE,
        )
    others = widths[layout.first - 1 : -1][layout.is_data[:-1]]
    broken = last in ("", ORDINAL) or (last == NOTE and grid.rows(grid.height - 1, grid.height)[0][0].isdecimal())
    if broken and 0 < widths[-1] < width and (not len(others) or np.median(others) >= width):
        raise UnreadableExport(
            where,
            f"Tệp bị cắt ngang: dòng cuối ({grid.height}) dở dang, chỉ có {int(widths[-1])}/{width} ô và không có dấu xuống dòng.",
            _CUT_ADVICE,
        )


_CUT_ADVICE = (
    "Tải lại tệp từ hệ thống một cửa. Nếu tệp đúng là chỉ có vậy, khai báo cut_last_line = true trong tệp *.profile.toml để "
    "dòng đó vào cách ly."
)


def _ends_in_a_cut_cell(grid: Grid, layout: Layout) -> bool:
    """Whether the last cell is shorter than all others of its column, which have one length, or only begins one of them."""
    width = layout.width
    if not grid.is_open or grid.widths is None or grid.widths[-1] != width or layout.last_row != grid.height:
        return False
    cells = grid.columns[width - 1].slice(layout.first - 1)
    last = clean_text(cells[len(cells) - 1].as_py())
    others, lengths, rows, filled = Counter[str](), set[int](), 0, 0
    for start, stop in steps(len(cells) - 1):
        above = Texts.of(cells.slice(start, stop - start)).take(layout.is_data[start:stop])
        counts = above.cleaned().counts()
        rows, lengths = rows + len(above.codes), lengths | set(map(len, counts))
        others.update(counts if last.isdecimal() else {c: n for c, n in counts.items() if c.startswith(last)})
        filled += counts.total()
    if filled < _LEAST_ABOVE:
        return False
    if not last:
        return filled == rows
    repeats = not last.isdecimal() or len(others) * 2 <= filled
    begins = repeats and last not in others and any(o.startswith(last) and n > 1 for o, n in others.items())
    return begins or (len(lengths) == 1 and len(last) < min(lengths))


def _crooked(grid: Grid, layout: Layout, where: str) -> np.ndarray:
    """Which data rows have more filled, or fewer, cells than the header; refuses a sheet where most have fewer."""
    is_data, above = layout.is_data, layout.first - 1
    crooked = np.zeros(len(is_data), dtype=bool)
    if grid.widths is None or not is_data.any():
        return crooked
    width, widths = layout.width, grid.widths[above:]
    short = is_data & (widths < width)
    if short.sum() * 2 > len(layout) and not layout.profile.trailing_blanks_trimmed:
        cells = int(np.median(widths[short]))
        raise ShiftedColumns(
            f"Tệp có {width} tiêu đề nhưng {int(short.sum())}/{len(layout)} dòng chỉ có {cells} ô: các cột có thể bị lệch.",
            where,
            "Xuất lại, hoặc thêm ô trống cho cột bị thiếu rồi đọc lại. Nếu hệ thống chỉ bỏ các ô trống ở cuối dòng, "
            "khai báo trailing_blanks_trimmed = true trong tệp *.profile.toml.",
        )
    if not layout.profile.trailing_blanks_trimmed:
        crooked |= short
    crooked[layout.last_row - layout.first] |= layout.profile.cut_last_line and _ends_in_a_cut_cell(grid, layout)
    for beyond in grid.columns[width:]:
        crooked |= is_data & pc.greater(pc.binary_length(beyond.slice(above)), 0).to_numpy()
    return crooked


def looks_like_date(text: str) -> bool:
    """Whether a cell has the shape of a date (not whether it is a real one)."""
    return _DATE_SHAPE.match(text) is not None


def _looks_like_code(text: str) -> bool:
    return " " not in text and any(c.isdigit() for c in text)


def _refuse_shift(layout: Layout, table: Table, body: list[Any], where: str) -> None:
    """Refuse a sheet in which more typed columns fit under the headers of their neighbours than under their own."""
    straight = np.flatnonzero(layout.is_data & ~layout.crooked)[:_SHIFT_SAMPLE]

    @cache
    def filled(at: int) -> list[str]:
        """The cells of a column that are not empty; beyond the headers there are none."""
        inside = 0 <= at < min(len(body), len(layout.headers))
        return [t for t in clean_texts(taken_cells(body[at], straight).to_pylist()) if t] if inside else []

    tests = _type_tests(layout, table)
    fitting = {0: _fitting(layout, tests, filled, 0)}
    if len(fitting[0]) == len(tests):
        return  # no other place can fit better
    fitting |= {offset: _fitting(layout, tests, filled, offset) for offset in (-1, 1, -2, 2)}
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
    layout: Layout, tests: Mapping[str, Callable[[str], bool]], filled: Callable[[int], list[str]], offset: int
) -> set[str]:
    """The typed columns whose cells, `offset` columns away, look like theirs."""
    found = set()
    for name, test in tests.items():
        near = filled(layout.columns[name] + offset)
        if near and sum(map(test, near)) * 5 >= len(near) * 4:
            found.add(name)
    return found
