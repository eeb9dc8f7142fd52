"""Every export of a folder → one canonical table: the newest snapshot wins, and each row is accounted for."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tthc_analysis.columns import NO_EXPORT_DAY, PROCEDURES, Table
from tthc_analysis.errors import MissingColumns, UnreadableExport
from tthc_analysis.exports.cells import refuse_faults
from tthc_analysis.exports.clean import check_rows
from tthc_analysis.exports.cleaning import CleanedSheet, clean_sheet
from tthc_analysis.exports.corrections import Applied, Corrections, check_orphans, confirmed_keys, declared_day
from tthc_analysis.exports.doubts import NO_END, Doubts, find_doubts
from tthc_analysis.exports.layout import Layout, find_layout, looks_like_date
from tthc_analysis.exports.many import Gathered, Held, Rows
from tthc_analysis.exports.nothing import Nothing, read_nothing
from tthc_analysis.exports.quarantine import PLACES, mark_corrected, quarantine_frame
from tthc_analysis.exports.read import Grid, RawExport, list_exports, passed_over, read_export
from tthc_analysis.exports.text import clean_text
from tthc_analysis.exports.uniting import PAST, United, newest_lists, unite
from tthc_analysis.exports.words import Better, Words, better_words, told_words
from tthc_analysis.rules.dates import load_date_rules
from tthc_analysis.rules.profiles import Profiles

_EVENTS = ("received_at", "resolved_at", "returned_at", "valid_from")
#: one scan from the left for both orders: the year of 15-11-2023_05-12-2024 is never taken for the start of another day
_NAME_DATE = re.compile(
    r"(?<!\d)(?:(?P<y>20\d\d)(?P<s>[-_.]?)(?P<m>\d\d)(?P=s)(?P<d>\d\d)"
    r"|(?P<d2>\d\d)(?P<t>[-_.])(?P<m2>\d\d)(?P=t)(?P<y2>20\d\d))(?!\d)"
)
#: the share of rows up to which events after the day in the name are slips of single rows, not another day of export
_SLIPS = 0.02
#: days within which an event of another row bears out one that is far from the other moments of its own
_NEAR_OTHERS = 31
_LOOSE_SAMPLE = 50
_PROPERTIES, _MOST_PROPERTIES = "docProps/core.xml", 20_000
_CREATED = re.compile(r"<dcterms:created[^>]*>(\d{4}-\d\d-\d\d)T")
BLANK = "trang trống"


@dataclass(frozen=True)
class FileAccount:
    """What became of every line of one export file: lines = rows_in + named, rows_in = kept + quarantined + replaced.

    `skipped` counts the lines that are no data, by kind; `missing` are canonical columns that a sheet lacks, `unknown` headers
    that no profile maps; `decoded` names columns in a legacy encoding, `mended` counts cells that were restored.
    """

    file: str
    sha256: str
    snapshot_date: date
    snapshot_rule: str
    profile: str
    sheets: tuple[str, ...]
    header_rows: tuple[int, ...]
    rows_in: int
    kept: int
    quarantined: int
    replaced: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    skipped: dict[str, int]
    form: str = ""
    skipped_sheets: dict[str, str] = field(default_factory=dict)
    decoded: dict[str, str] = field(default_factory=dict)
    mended: dict[str, int] = field(default_factory=dict)
    corrected: int = 0

    @property
    def named(self) -> int:
        """The lines that are no data: titles, headers, totals, notes, blank ones."""
        return sum(self.skipped.values())

    @property
    def lines(self) -> int:
        """All lines of the sheets that hold the table."""
        return self.rows_in + self.named

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        told = {"lines": self.lines, "named": self.named, "snapshot_date": self.snapshot_date.isoformat()}
        return {**asdict(self), **told}


@dataclass(frozen=True)
class Dataset:
    """One canonical table with everything that was set aside on the way; empty when there is no export.

    `passed_over` are files in the folder that are no exports; `contradictions` the places of rows of one key and one day of
    export that say different things; `doubts` those of rows that read well and yet cannot all be right; `nothing` is what is
    declared not to have happened.
    """

    table: Table
    rows: Rows
    quarantined: pd.DataFrame
    replaced: pd.DataFrame
    conflicts: pd.DataFrame
    accounts: tuple[FileAccount, ...] = ()
    corrections: tuple[Applied, ...] = ()
    passed_over: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    nothing: tuple[Nothing, ...] = ()
    find_doubts: Callable[[], Doubts] = Doubts

    @cached_property
    def doubts(self) -> Doubts:
        """Found when they are asked for: others may look at the rows meanwhile."""
        return self.find_doubts()

    @property
    def frame(self) -> pd.DataFrame:
        """All rows kept as one frame, for tables of which memory holds them."""
        return self.rows.whole


@dataclass(frozen=True)
class Sheets:
    """The sheets of one export that hold the table, and why each other sheet does not."""

    raw: RawExport
    layouts: tuple[Layout, ...]
    skipped: dict[str, str]


@dataclass(frozen=True)
class _File:
    """What is left of a file once its good rows are gathered; `account` does not know yet which of them are kept."""

    account: FileAccount
    applied: tuple[Applied, ...]
    rejected: tuple[pd.DataFrame, ...]
    corrected: tuple[pd.DataFrame, ...]
    words: Words
    lists: pd.Series
    confirmed: frozenset[str]
    is_sure: bool
    open_end: str


# --- one file --------------------------------------------------------------------------------------------------------


def find_sheets(path: Path, table: Table, profiles: Profiles) -> Sheets:
    """Read an export and find `table` in each of its visible sheets.

    Raises UnreadableExport, MissingColumns when no sheet has the header, ShiftedColumns, AmbiguousColumns.
    """
    raw = read_export(path)
    skipped = dict.fromkeys(raw.hidden, "trang ẩn")
    layouts: list[Layout] = []
    headless: list[Grid] = []
    first: MissingColumns | None = None
    for grid in raw.grids:
        if grid.blank:
            refuse_faults(grid, None, (), place(path, grid.sheet))
            skipped[grid.sheet] = BLANK
            continue
        try:
            layouts.append(find_layout(grid, table, profiles, place(path, grid.sheet)))
        except MissingColumns as error:
            first, skipped[grid.sheet] = first or error, error.what
            headless.append(grid)
    if not layouts:
        raise first or UnreadableExport(
            str(path), "Tệp không có dòng nào ở trang tính đang hiện.", "Xuất lại, hoặc bỏ ẩn trang tính có dữ liệu."
        )
    for grid in headless:
        _refuse_loose(path, grid, layouts[0])
    return Sheets(raw, tuple(layouts), skipped)


def _refuse_loose(path: Path, grid: Grid, layout: Layout) -> None:
    """Refuse a sheet without a header that goes on with the rows of another: it must not be passed over."""
    dated = [i for n, i in layout.columns.items() if n in _EVENTS and i < len(grid.columns)]
    rows = [r for r in grid.rows(0, _LOOSE_SAMPLE) if any(r)]
    if dated and rows and sum(looks_like_date(clean_text(r[dated[0]])) for r in rows) * 2 > len(rows):
        raise UnreadableExport(
            place(path, grid.sheet),
            "Trang tính có dữ liệu nhưng không có dòng tiêu đề.",
            "Chép dòng tiêu đề của trang trước lên đầu trang này rồi đọc lại.",
        )


def place(path: Path, sheet: str) -> str:
    """A file and sheet as messages name them."""
    return f"{path}, trang “{sheet}”" if sheet else str(path)


def latest_event(frames: list[pd.DataFrame], code: str = "") -> tuple[date | None, int]:
    """The latest day on which something happened that nothing speaks against, and how many rows tell of a later one.

    A mistyped year must not make an old export the newest: days beyond the limits of `rules/dates.toml` never count, and in
    a register of cases (with `code`, the column whose codes hold a day) neither does one far from every other moment of its
    row and from the days of the other rows. When all are so, the latest counts.
    """
    events = [_Events(f, c) for f in frames for c in _EVENTS if c in f and len(f)]
    rows = sum(map(len, frames))
    latest = _top(events)
    for beyond in range(int(rows * load_date_rules().slip_share) + 2 if code else 0):
        if (top := _top(events)) is None:
            break
        if _is_borne_out(events, *top, code):
            return top[2].astype("datetime64[D]").item(), beyond + sum(e.beyond for e in events)
        top[0].days[top[1]] = np.datetime64("NaT")
    return (latest[2].astype("datetime64[D]").item(), 0) if latest else (None, 0)


class _Events:
    """The days of one column of one frame on which something happened; NaT for those that no day can be."""

    def __init__(self, frame: pd.DataFrame, column: str) -> None:
        rules = load_date_rules()
        days = frame[column].to_numpy(dtype="datetime64[us]").copy()
        beyond = (days < np.datetime64(rules.first_day)) | (days >= np.datetime64(rules.last_event))
        days[beyond] = np.datetime64("NaT")
        self.frame, self.column, self.days, self.beyond = frame, column, days, int(beyond.sum())


Top = tuple[_Events, int, np.datetime64]


def _top(events: list[_Events]) -> Top | None:
    """The latest event: its column, its row, its day."""
    found = []
    for one in events:
        known = ~np.isnat(one.days)
        if known.any():
            row = int(np.argmax(np.where(known, one.days, np.datetime64(-(1 << 60), "us"))))
            found.append((one, row, one.days[row]))
    return max(found, key=lambda top: top[2], default=None)


def _is_borne_out(events: list[_Events], one: _Events, row: int, day: np.datetime64, code: str) -> bool:
    """Whether an event lies near another moment of its row (the day in its code is one), or near an event of another row."""
    lone = np.timedelta64(load_date_rules().lone_days, "D")
    others = [e.days[row] for e in events if e.frame is one.frame and e.column != one.column]
    others = [o for o in [*others, _code_day(one.frame[code].iloc[row])] if not np.isnat(o)]
    if any(abs(day - o) < lone for o in others):
        return True
    window = np.timedelta64(_NEAR_OTHERS, "D") if others else lone
    near = sum(int((np.abs(e.days - day) < window).sum()) for e in events)
    own = sum(int(abs(day - e.days[row]) < window) for e in events if e.frame is one.frame)
    return near > own


def _code_day(code: object) -> np.datetime64:
    """The day inside a code (H24.99-240608-0001), NaT for none."""
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", str(code))
    with suppress(ValueError):
        if found:
            return np.datetime64(datetime.strptime(found[1], "%y%m%d"), "us")
    return np.datetime64("NaT", "us")


def day_in_name(file: str) -> date | None:
    """The latest day that the name of a file tells (the last of a span); None when it tells none."""
    found = []
    for one in _NAME_DATE.finditer(file):
        year, month, day = (int(one[name] or one[f"{name}2"]) for name in ("y", "m", "d"))
        with suppress(ValueError):
            found.append(date(year, month, day))
    return max(found, default=None)


def made_on(path: Path) -> date | None:
    """The day of making that a workbook's own properties tell (docProps/core.xml); None when it tells none."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_PROPERTIES) as part:
            found = _CREATED.search(part.read(_MOST_PROPERTIES).decode("utf-8", "replace"))
        return date.fromisoformat(found[1]) if found else None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return None


def _is_older(day: date, table: Table, good: Sequence[Held]) -> bool:
    """Whether more of the rows than slips explain tell of something after `day`: the export cannot be of that day."""
    end, past = pd.Timestamp(day) + pd.Timedelta(days=1), [c for c in PAST if c in table.names]
    later = sum(int((part.read(past) >= end).any(axis=1).sum()) for part in good)
    return later > _SLIPS * sum(part.count for part in good)


def snapshot(path: Path, table: Table, layouts: tuple[Layout, ...], good: Sequence[Held]) -> tuple[date, str]:
    """When the export was made and by which rule: declared, its text, its name, else the latest event; never the file's time.

    A day in the name that is older than what the `good` rows tell is none of the export.
    """
    if declared := declared_day(path):
        return declared, "ngày khai báo trong tệp đính chính"
    for layout in layouts:
        if layout.exported:
            return layout.exported, "ngày xuất ghi trong tệp"
    named = day_in_name(path.name)
    if named and not _is_older(named, table, good):
        return named, "ngày trong tên tệp"
    dated = [c for c in (table.key[0], *_EVENTS) if c in table.names]
    latest, beyond = latest_event(
        [part.read(dated) for part in good], table.key[0] if table.event == "received_at" else ""
    )
    if latest is None and table is PROCEDURES and (made := made_on(path)):
        return made, "ngày tạo ghi trong thuộc tính của tệp"
    if latest is None:
        return NO_EXPORT_DAY, "không có ngày nào trong tệp"
    passed = f", không kể {beyond} sự kiện xa mọi ngày khác" if beyond else ""
    return latest, f"sự kiện muộn nhất trong tệp{passed}"


def _read(path: Path, table: Table, profiles: Profiles, gathered: Gathered, number: int) -> _File:
    """One export read, cleaned and gathered; `number` is its place among those of the folder."""
    sheets, corrections = find_sheets(path, table, profiles), Corrections.of(path, table)
    file, layouts = sheets.raw.file, sheets.layouts
    cleaned = [
        clean_sheet(table, layout, file, corrections, gathered.disk, f"tep-{number:05}-{n:03}")
        for n, layout in enumerate(layouts)
    ]
    changed = [sum(one.corrections[n] for one in cleaned) for n in range(len(corrections))]
    applied = corrections.told(changed, layouts[0].profile.date_formats)
    both = list(zip(layouts, cleaned, strict=True))
    mended = [check_rows(table, lay, one.findings, corrections, place(path, lay.sheet)) for lay, one in both]
    good = [held for one in cleaned for held in one.held]
    day = snapshot(path, table, layouts, good)
    gathered.hold(good, day[0])
    where = {"source_file": file, "snapshot_date": day[0].isoformat()}
    counts = sum(one.count for one in good), sum(len(part) for one in cleaned for part in one.rejected)
    return _File(
        _account(table, sheets, mended, day, counts, sum(changed)),
        applied,
        tuple(part.assign(source_sheet=lay.sheet, **where) for lay, one in both for part in one.rejected),
        tuple(part.assign(corrected_in=file) for one in cleaned for part in one.accepted),
        _all_words(cleaned),
        newest_lists(table, good, day[0]),
        confirmed_keys(path, table),
        any(lay.profile.swapped_dates is False for lay in layouts),
        f"{file}, dòng {sheets.raw.grids[0].height}" if _has_no_end(sheets) else "",
    )


def _all_words(cleaned: Sequence[CleanedSheet]) -> Words:
    words: dict[str, Counter[str]] = {}
    for one in cleaned:
        for name, texts in one.words.items():
            words.setdefault(name, Counter()).update(texts)
    return words


# --- all files -------------------------------------------------------------------------------------------------------


def read_dataset(
    table: Table, folder: Path, profiles: Profiles, *, progress: Callable[[str], None] | None = None
) -> Dataset:
    """Every export in `folder` as one table; the newest snapshot of a key wins.

    Of rows of one key and one day the place in a file never decides: where they differ they are `contradictions`, and the
    one whose state has gone furthest stands until that is cleared up.

    Raises UnreadableExport, MissingColumns, ShiftedColumns, AmbiguousColumns, UnknownValues, BadCorrection; a folder without
    exports gives an empty dataset.
    """
    paths = list_exports(folder)
    check_orphans(folder, paths)
    files, gathered = [], Gathered(table)
    for number, path in enumerate(paths):
        if progress:
            progress(path.name)
        files.append(_read(path, table, profiles, gathered, number))
    better = better_words([f.words for f in files])
    united = unite(table, gathered, better, _newest(files, better))
    told = {f.account.file: told_words(table, f.words, better) for f in files}
    return Dataset(
        table,
        united.kept,
        _quarantine(table, files),
        united.replaced,
        united.conflicts,
        tuple(_settled_account(f.account, united, told[f.account.file]) for f in files),
        tuple(a for f in files for a in f.applied),
        tuple(passed_over(folder)),
        united.contradictions,
        read_nothing(table, folder),
        partial(_doubts, table, united.kept, files),
    )


def _newest(files: list[_File], better: Better) -> dict[str, pd.Timestamp]:
    """The day of the newest list without validity days by its issuing body, "" for lists that name none."""
    found: dict[str, pd.Timestamp] = {}
    for body, day in (pair for f in files for pair in f.lists.items()):
        name = better.get("issuing_body", {}).get(body, body) if isinstance(body, str) else ""
        found[name] = max(found.get(name, day), day)
    return found


def _doubts(table: Table, kept: Rows, files: list[_File]) -> Doubts:
    pa.default_memory_pool().release_unused()  # what uniting took and others may need meanwhile
    sure = [f.account.file for f in files if f.is_sure]
    found = find_doubts(table, kept.columns, sure, frozenset().union(*(f.confirmed for f in files)))
    return Doubts({**found.places, NO_END: tuple(f.open_end for f in files if f.open_end)})


def _has_no_end(sheets: Sheets) -> bool:
    """Whether the last line of a text file is data and has no end of line."""
    grid, layout = sheets.raw.grids[0], sheets.layouts[0]
    return grid.is_open and len(layout) > 0 and layout.last_row == grid.height


def _quarantine(table: Table, files: list[_File]) -> pd.DataFrame:
    corrected = [part for f in files for part in f.corrected]
    found = quarantine_frame(table, [part for f in files for part in f.rejected])
    return mark_corrected(found, pd.concat(corrected)) if corrected else found.assign(corrected_in="")


# --- the account -----------------------------------------------------------------------------------------------------


def _account(
    table: Table,
    sheets: Sheets,
    mended: list[dict[str, int]],
    snapshot: tuple[date, str],
    counts: tuple[int, int],
    corrected: int,
) -> FileAccount:
    """The account of one file as long as all its good rows count as kept; `counts` are those and the rejected ones."""
    layouts = sheets.layouts
    account = FileAccount(
        file=sheets.raw.file,
        sha256=sheets.raw.sha256,
        snapshot_date=snapshot[0],
        snapshot_rule=snapshot[1],
        profile=layouts[0].profile.id,
        sheets=tuple(layout.sheet for layout in layouts),
        header_rows=layouts[0].header_rows,
        rows_in=sum(map(len, layouts)),
        kept=counts[0],
        quarantined=counts[1],
        replaced=0,
        missing=missing_columns(table, layouts),
        unknown=unknown_headers(layouts),
        skipped=added(*(dict(layout.skipped) for layout in layouts)),
        form=sheets.raw.form,
        skipped_sheets=sheets.skipped,
        decoded={k: v for layout in layouts for k, v in layout.decoded.items()},
        mended=added(
            *(dict(g.mended) for g in sheets.raw.grids),
            *(layout.mended for layout in layouts),
            *mended,
        ),
        corrected=corrected,
    )
    heights = {g.sheet: g.height for g in sheets.raw.grids}
    total = sum(heights[sheet] for sheet in account.sheets)
    if total != account.lines:
        raise AssertionError(f"{account.file}: {total} rows in the sheets, {account.rows_in} in, {account.skipped}")
    return account


def _settled_account(account: FileAccount, united: United, words: dict[str, int]) -> FileAccount:
    """The account with what was kept and replaced. Nothing may be lost: a difference is a mistake of this library, not of the user."""
    kept, replaced = united.kept_of[account.file], united.replaced_of[account.file]
    if account.rows_in != kept + account.quarantined + replaced:
        raise AssertionError(f"{account.file}: {account.rows_in} rows in, {kept + replaced} of them accounted for")
    return replace(account, kept=kept, replaced=replaced, mended=added(account.mended, words))


def missing_columns(table: Table, layouts: tuple[Layout, ...]) -> tuple[str, ...]:
    """Canonical columns that at least one of the sheets lacks: a known gap."""
    return tuple(c.name for c in table.columns if any(c.name not in layout.columns for layout in layouts))


def unknown_headers(layouts: tuple[Layout, ...]) -> tuple[str, ...]:
    """Headers that no profile maps, each once; the columns of a quarantine file are none of them."""
    found = [h for layout in layouts for h in layout.unknown if not (layout.origin and h in PLACES)]
    return tuple(dict.fromkeys(found))


def added(*counts: dict[str, int]) -> dict[str, int]:
    """Counts by name, added up."""
    total: dict[str, int] = {}
    for count in counts:
        for name, number in count.items():
            total[name] = total.get(name, 0) + number
    return total
