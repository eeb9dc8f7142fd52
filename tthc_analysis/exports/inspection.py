"""What the library makes of one export, without counting anything: the help for adding a new source system."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tthc_analysis.columns import Column, Table
from tthc_analysis.errors import MissingColumns, TthcError
from tthc_analysis.exports.authority import BODIES, LEVEL, unknown_bodies
from tthc_analysis.exports.clean import check_rows
from tthc_analysis.exports.cleaning import clean_sheet
from tthc_analysis.exports.corrections import Corrections
from tthc_analysis.exports.dataset import BLANK, added, place, snapshot
from tthc_analysis.exports.day_order import UnclearDates
from tthc_analysis.exports.header import Header, Texts, choose_header, head_rows, header_candidates, readable
from tthc_analysis.exports.layout import Layout, find_layout, looks_like_date
from tthc_analysis.exports.many import Gathered, Held
from tthc_analysis.exports.read import Grid, read_export
from tthc_analysis.personal import PRIVATE_TEXT, is_personal, masked
from tthc_analysis.rules.profiles import PROFILE_SUFFIX, Profiles

DATA = "dữ liệu"
_KIND_SAMPLE = 1000


@dataclass(frozen=True)
class UnknownColumn:
    """A header that no profile maps, with a guess at what is below it (never a cell of it)."""

    header: str
    guess: str
    filled: int


@dataclass(frozen=True)
class InspectedSheet:
    """One sheet: its header, its recognised columns (header → canonical name), and its rows by kind.

    `problem` says why the sheet cannot be read as the table ("" when it can); `unknown_bodies` are bodies whose level no words
    tell, with the number of procedures.
    """

    name: str
    header_rows: tuple[int, ...] = ()
    recognised: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[UnknownColumn, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    decoded: Mapping[str, str] = field(default_factory=dict)
    unknown_values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    problem: str = ""
    unknown_bodies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Inspection:
    """What was recognised in one export: form and encoding, snapshot, profile, sheets, gaps."""

    file: str
    sha256: str
    form: str
    table: Table
    profile: str
    snapshot_date: date | None
    snapshot_rule: str
    sheets: tuple[InspectedSheet, ...]
    hidden_sheets: tuple[str, ...]

    @property
    def missing(self) -> tuple[Column, ...]:
        """Canonical columns that no sheet has."""
        known = {name for sheet in self.sheets for name in sheet.recognised.values()}
        return tuple(c for c in self.table.columns if c.name not in known)

    @property
    def unknown_values(self) -> dict[str, dict[str, int]]:
        """Coded column → value that the profile does not map → number of rows, over all sheets."""
        names = dict.fromkeys(name for sheet in self.sheets for name in sheet.unknown_values)
        return {n: added(*(dict(s.unknown_values.get(n, {})) for s in self.sheets)) for n in names}

    @property
    def unknown_bodies(self) -> dict[str, int]:
        """Body whose authority level nothing tells → number of procedures, over all sheets."""
        return added(*(dict(s.unknown_bodies) for s in self.sheets))

    @property
    def readable(self) -> bool:
        """Whether `read_dataset` would read this file: some sheet is recognised and nothing in it is unknown."""
        return any(s.rows.get(DATA, 0) for s in self.sheets if not s.problem) and not self.unknown_values


def inspect_export(path: Path, table: Table, profiles: Profiles) -> Inspection:
    """Look at `path` as an export of `table`; raises UnreadableExport only, everything else is in the result."""
    raw = read_export(path)
    sheets, layouts, held = list[InspectedSheet](), list[Layout](), list[Held]()
    gathered = Gathered(table)
    for number, grid in enumerate(raw.grids):
        sheet, layout, good = _inspect_sheet(path, grid, table, profiles, gathered, number)
        sheets.append(sheet)
        layouts += [layout] if layout else []
        held += good
    day, rule = snapshot(path, table, tuple(layouts), held) if layouts else (None, "chưa xác định")
    profile = layouts[0].profile.id if layouts else ""
    return Inspection(raw.file, raw.sha256, raw.form, table, profile, day, rule, tuple(sheets), raw.hidden)


def _inspect_sheet(
    path: Path, grid: Grid, table: Table, profiles: Profiles, gathered: Gathered, number: int
) -> tuple[InspectedSheet, Layout | None, list[Held]]:
    where, none = place(path, grid.sheet), Corrections(path, table, ())
    if grid.blank:
        return InspectedSheet(grid.sheet, problem=BLANK), None, []
    try:
        layout = find_layout(grid, table, profiles, where)
    except MissingColumns as error:
        return _unrecognised(grid, table, profiles, error.what), None, []
    except TthcError as error:
        return _unrecognised(grid, table, profiles, str(error)), None, []
    cleaned = clean_sheet(table, layout, path.name, none, gathered.disk, f"trang-{number:03}")
    strange = {name: dict(sorted(values.items())) for name, values in cleaned.findings.unknown.items()}
    rows = {DATA: len(layout), **layout.skipped}
    if not strange:
        try:
            check_rows(table, layout, cleaned.findings, none, where)
        except UnclearDates as error:
            return _unrecognised(grid, table, profiles, str(error)), None, []
        rows[DATA] = sum(held.count for held in cleaned.held)
        for rejected in cleaned.rejected:
            for reason, count in rejected["reason"].value_counts(sort=False).items():
                rows[f"cách ly: {reason}"] = rows.get(f"cách ly: {reason}", 0) + int(count)
    sheet = InspectedSheet(
        grid.sheet,
        layout.header_rows,
        {layout.headers[i]: name for name, i in layout.columns.items()},
        _unknown_columns(
            grid, layout.header_rows[-1], {i: h for i, h in enumerate(layout.headers) if h in layout.unknown}
        ),
        rows,
        layout.decoded,
        {name: _masked(values) for name, values in strange.items()},
        unknown_bodies={} if strange else _masked(_bodies(table, layout, cleaned.held)),
    )
    return sheet, layout, [] if strange else cleaned.held


def _bodies(table: Table, layout: Layout, good: list[Held]) -> dict[str, int]:
    """Bodies whose authority level nothing tells, with the number of procedures."""
    if BODIES not in table.names:
        return {}
    declared = layout.matching.values[LEVEL]
    return added(*(dict(unknown_bodies(held.read([LEVEL, BODIES]), declared)) for held in good))


def _masked(values: Mapping[str, int]) -> dict[str, int]:
    return added(*({PRIVATE_TEXT if is_personal(v) else v: n} for v, n in values.items()))


def _unrecognised(grid: Grid, table: Table, profiles: Profiles, problem: str) -> InspectedSheet:
    """A sheet that cannot be read yet, with the headers it seems to have."""
    header = _likely_header(grid, table, profiles)
    if header is None:
        return InspectedSheet(grid.sheet, rows={"mọi dòng": grid.height}, problem=problem)
    chosen = choose_header(grid, table, profiles)
    known = {i: name for i, (name, _) in header.match(chosen[2]).items()} if chosen else {}
    return InspectedSheet(
        grid.sheet,
        tuple(r + 1 for r in header.rows),
        {header.labels[i]: name for i, name in known.items()},
        _unknown_columns(grid, header.rows.stop, {i: h for i, h in enumerate(header.labels) if h and i not in known}),
        {"mọi dòng": grid.height},
        problem=problem,
    )


def _likely_header(grid: Grid, table: Table, profiles: Profiles) -> Header | None:
    """The header that profiles recognise, else the first of the fullest rows that could be one (no number, no date)."""
    chosen = choose_header(grid, table, profiles)
    if chosen and chosen[3] >= 2:
        return chosen[0]
    single = [h for h in header_candidates(grid, head_rows(grid)) if len(h.rows) == 1 and _could_be_header(h)]
    return max(single, key=lambda h: sum(map(bool, h.labels)), default=None)


def _could_be_header(header: Header) -> bool:
    labels = [label for label in header.labels if label]
    odd = [x for x in labels if looks_like_date(x) or is_personal(x) or not any(c.isalpha() for c in x)]
    return not odd and len(set(labels)) > len(labels) // 2


def _unknown_columns(grid: Grid, first_row: int, headers: Mapping[int, str]) -> tuple[UnknownColumn, ...]:
    found = []
    for index, header in headers.items():
        texts = readable(Texts.of(grid.columns[index].slice(first_row))).texts
        counts = texts.counts()
        found.append(UnknownColumn(masked(header), _guess(list(counts)[:_KIND_SAMPLE]), counts.total()))
    return tuple(found)


def _guess(values: list[str]) -> str:
    """What most of the values look like."""
    if not values:
        return "trống"
    tests = {
        "ngày": looks_like_date,
        "số": str.isdecimal,
        "mã": lambda v: " " not in v and any(c.isdigit() for c in v),
    }
    for kind, test in tests.items():
        if sum(map(test, values)) * 5 >= len(values) * 4:
            return kind
    return "danh mục" if len(values) <= 12 else "chữ"


# --- a profile to complete -------------------------------------------------------------------------------------------


def profile_stub(inspection: Inspection) -> str:
    """The text of a new `*.profile.toml` for the system that made this export, with what is left to fill in."""
    table = inspection.table
    lines = [
        f"# Hồ sơ cột cho tệp {inspection.file}. Điền các chỗ trống, xóa dòng không dùng,",
        f"# rồi lưu thành <tên hệ thống>{PROFILE_SUFFIX} trong thư mục dữ liệu gốc (cạnh thư mục {table.name}).",
        'id = "he-thong-moi"',
        'label = "Tên hệ thống nguồn"',
        f"source = {_quoted(f'Tệp xuất {inspection.file}')}",
        '# date_formats = ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y"]  # chỉ khi hệ thống viết ngày khác dạng chung',
        '# thousands = "."  # chỉ khi hệ thống viết 2.215 là hai nghìn hai trăm mười lăm',
        "",
        *_unknown_lines(inspection),
        f"[{table.name}.columns]",
        *(f"{c.name} = []  # {c.label}{' (BẮT BUỘC)' if c.required else ''}: {c.meaning}" for c in inspection.missing),
    ]
    for name, values in inspection.unknown_values.items():
        allowed = ", ".join(f"{code} ({label})" for code, label in table.column(name).values.items())
        lines += ["", f"[{table.name}.values.{name}]", f"# chọn một mã cho mỗi giá trị: {allowed}"]
        lines += [f'{_quoted(value)} = ""  # {count} dòng' for value, count in values.items() if value != PRIVATE_TEXT]
    return "\n".join(lines) + "\n"


def _unknown_lines(inspection: Inspection) -> list[str]:
    unknown = {c.header: c for sheet in inspection.sheets for c in sheet.unknown}
    if not unknown:
        return []
    told = [f"#   {_quoted(c.header)} – {c.guess}, {c.filled} ô có nội dung" for c in unknown.values()]
    return [
        "# Tiêu đề của tệp chưa nhận ra (chép vào ngoặc vuông của cột tương ứng; cột khác sẽ không được đọc):",
        *told,
    ]


def _quoted(text: str) -> str:
    """`text` as a TOML string."""
    return json.dumps(text, ensure_ascii=False)
