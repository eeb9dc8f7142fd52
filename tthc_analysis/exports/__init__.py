"""Exports as they came → one canonical table: read, clean, unite snapshots, quarantine with reasons.

Rows in = kept + quarantined + replaced by a newer snapshot, for every file; nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from tthc_analysis.columns import PROVENANCE, REGISTERS, Column, Table
from tthc_analysis.exports.clean import Cleaned, clean_rows
from tthc_analysis.exports.layout import Layout, find_layout
from tthc_analysis.exports.read import RawExport, list_exports, read_export
from tthc_analysis.rules.profiles import Profiles

__all__ = ["Dataset", "FileAccount", "list_exports", "read_dataset", "read_export"]

#: facts of a dossier that a newer snapshot should not change
STABLE = ("received_at", "procedure_code", "channel")
_EVENTS = ("received_at", "resolved_at", "returned_at", "valid_from", *sorted({t.event for t in REGISTERS if t.event}))
_DTYPES = {
    "integer": "Int64",
    "boolean": "boolean",
    "decimal": "object",
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
}
_NAME_DATES = (
    re.compile(r"(?<!\d)(?P<y>20\d\d)[-_.]?(?P<m>\d\d)[-_.]?(?P<d>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d\d)[-_.](?P<m>\d\d)[-_.](?P<y>20\d\d)(?!\d)"),
)


@dataclass(frozen=True)
class FileAccount:
    """What became of every row of one export file."""

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

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return {**asdict(self), "snapshot_date": self.snapshot_date.isoformat()}


@dataclass(frozen=True)
class Dataset:
    """One canonical table with everything that was set aside on the way; empty when there is no export."""

    table: Table
    frame: pd.DataFrame
    quarantined: pd.DataFrame
    replaced: pd.DataFrame
    conflicts: pd.DataFrame
    accounts: tuple[FileAccount, ...] = ()


@dataclass
class _File:
    raw: RawExport
    layouts: list[Layout]
    cleaned: list[Cleaned]
    snapshot: tuple[date, str] = field(init=False)

    def __post_init__(self) -> None:
        self.snapshot = _snapshot(self)


def _snapshot(file: _File) -> tuple[date, str]:
    """When the export was made and by which rule: its title, its name, else the latest event in it; never the file's time."""
    for layout in file.layouts:
        if layout.exported:
            return layout.exported, "ngày xuất ghi trong tệp"
    for pattern in _NAME_DATES:
        found = pattern.search(file.raw.file)
        if found:
            return date(int(found["y"]), int(found["m"]), int(found["d"])), "ngày trong tên tệp"
    moments = [r[c] for part in file.cleaned for r in part.good for c in _EVENTS if r.get(c) is not None]
    return (max(moments).date() if moments else date(1900, 1, 1)), "sự kiện muộn nhất trong tệp"


def _read(path: Path, table: Table, profiles: Profiles) -> _File:
    raw = read_export(path)
    grids = [g for g in raw.grids if any(any(c.strip() for c in r) for r in g.rows)]
    layouts = [find_layout(g, table, profiles, _where(path, g.sheet)) for g in grids[:1] or raw.grids[:1]]
    return _File(raw, layouts, [clean_rows(table, layout, _where(path, layout.sheet)) for layout in layouts])


def _where(path: Path, sheet: str) -> str:
    return f"{path}, trang “{sheet}”" if sheet else str(path)


def read_dataset(
    table: Table, folder: Path, profiles: Profiles, *, progress: Callable[[str], None] | None = None
) -> Dataset:
    """Every export in `folder` as one table; the newest snapshot of a key wins, ties go to the later file and row.

    Raises UnreadableExport, MissingColumns, UnknownValues; a folder without exports gives an empty dataset.
    """
    files = []
    for path in list_exports(folder):
        if progress:
            progress(path.name)
        files.append(_read(path, table, profiles))
    rows = [
        {
            **row,
            "source_file": f.raw.file,
            "source_sheet": layout.sheet,
            "snapshot_date": datetime.combine(f.snapshot[0], datetime.min.time()),
        }
        for f in files
        for layout, part in zip(f.layouts, f.cleaned, strict=True)
        for row in part.good
    ]
    everything = _frame(table, rows).sort_values(
        [*table.key, "snapshot_date", "source_file", "source_row"], ignore_index=True, kind="stable"
    )
    superseded = everything.duplicated(list(table.key), keep="last")
    kept, replaced = everything[~superseded].reset_index(drop=True), everything[superseded].reset_index(drop=True)
    return Dataset(
        table,
        kept,
        _quarantine(table, files),
        replaced[[*table.key, *(c.name for c in PROVENANCE)]],
        _conflicts(table, everything),
        tuple(_account(table, f, kept, replaced) for f in files),
    )


def _frame(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = (*table.columns, *PROVENANCE)
    return pd.DataFrame({c.name: _series(c, [r.get(c.name) for r in rows]) for c in columns})


def _series(column: Column, values: list[Any]) -> pd.Series:
    return pd.Series(values, dtype=_DTYPES.get(column.kind, "str"))


def _quarantine(table: Table, files: list[_File]) -> pd.DataFrame:
    rows = [
        {"source_file": f.raw.file, "source_sheet": layout.sheet, **row}
        for f in files
        for layout, part in zip(f.layouts, f.cleaned, strict=True)
        for row in part.rejected
    ]
    names = ["source_file", "source_sheet", "source_row", "reason_code", "reason", *table.names]
    return pd.DataFrame(rows, columns=names)


def _conflicts(table: Table, everything: pd.DataFrame) -> pd.DataFrame:
    """Facts that differ between two snapshots of one key, one row per fact, with the files that say so."""
    found = []
    for column in [c for c in STABLE if c in table.names and c not in table.key]:
        known = everything[everything[column].notna()]
        several = known[known.groupby(list(table.key))[column].transform("nunique") > 1]
        for key, group in several.groupby(list(table.key)):
            old, new = group.iloc[0], group.iloc[-1]
            found.append(
                {
                    "key": " / ".join(str(k) for k in key),
                    "label": table.column(column).label,
                    "old_value": str(old[column]),
                    "old_file": old["source_file"],
                    "new_value": str(new[column]),
                    "new_file": new["source_file"],
                }
            )
    return pd.DataFrame(found, columns=["key", "label", "old_value", "old_file", "new_value", "new_file"])


def _account(table: Table, file: _File, kept: pd.DataFrame, replaced: pd.DataFrame) -> FileAccount:
    name = file.raw.file
    used = {c for layout in file.layouts for c in layout.columns}
    skipped: dict[str, int] = {}
    for layout in file.layouts:
        skipped |= {k: skipped.get(k, 0) + n for k, n in layout.skipped.items()}
    account = FileAccount(
        file=name,
        sha256=file.raw.sha256,
        snapshot_date=file.snapshot[0],
        snapshot_rule=file.snapshot[1],
        profile=file.layouts[0].profile.id,
        sheets=tuple(layout.sheet for layout in file.layouts),
        header_rows=file.layouts[0].header_rows,
        rows_in=sum(len(layout.rows) for layout in file.layouts),
        kept=int((kept["source_file"] == name).sum()),
        quarantined=sum(len(part.rejected) for part in file.cleaned),
        replaced=int((replaced["source_file"] == name).sum()),
        missing=tuple(c.name for c in table.columns if c.name not in used),
        unknown=tuple(h for layout in file.layouts for h in layout.unknown),
        skipped=skipped,
    )
    if account.rows_in != account.kept + account.quarantined + account.replaced:
        raise AssertionError(
            f"{name}: {account.rows_in} rows in, {account.kept + account.quarantined + account.replaced} accounted for"
        )
    return account
