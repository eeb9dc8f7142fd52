"""`<export>.corrections.toml` beside an export: mended cells as records with reason and date, never an edited export.

    [[correction]]
    match = { dossier_code = "H24.99-240101-0001" }   # canonical names; source_row and source_sheet work too
    column = "due_at"
    old = "31/02/2024"
    new = "29/02/2024"
    reason = "Nhập nhầm ngày, theo giấy tiếp nhận"
    date = 2024-12-01

`snapshot_date = 2024-12-20` above them declares the day of the export, where neither the file nor its name tells it.
A correction that matches no row any more is an error: the export has changed and somebody must look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tthc_analysis.columns import Table
from tthc_analysis.errors import TthcError, suggestion
from tthc_analysis.exports.header import Texts
from tthc_analysis.exports.layout import Part
from tthc_analysis.exports.moments import moment_parser
from tthc_analysis.exports.text import canonical_code, clean_text
from tthc_analysis.personal import PRIVATE_TEXT, is_personal
from tthc_analysis.rules.written import faults, read_toml

SUFFIX = ".corrections.toml"
_PLACES = ("source_row", "source_sheet")


class BadCorrection(TthcError):
    """A correction file that is malformed, or a correction that matches no row."""


class Correction(BaseModel):
    """One record: in the rows of `match`, the cell of `column` that says `old` says `new`, because of `reason`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: Mapping[str, str | int] = Field(min_length=1)
    column: str
    old: str
    new: str
    reason: str = Field(min_length=3)
    date: date


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    correction: tuple[Correction, ...] = ()
    snapshot_date: date | None = None


@dataclass(frozen=True)
class Applied:
    """A correction that was applied to `rows` rows, for the data quality section; never a text that looks personal."""

    file: str
    key: str
    label: str
    old_value: str
    new_value: str
    reason: str
    date: str
    rows: int


def corrections_path(export: Path) -> Path:
    """Where the corrections of an export are."""
    return export.with_name(export.name + SUFFIX)


def declared_day(export: Path) -> date | None:
    """The day of export that the file beside it declares (`snapshot_date = 2024-12-20`); raises BadCorrection."""
    return _file(export).snapshot_date


def _file(export: Path) -> _File:
    path = corrections_path(export)
    if not path.is_file():
        return _File()
    data = read_toml(path, "Tệp đính chính", error=BadCorrection)
    try:
        return _File.model_validate(data)
    except ValidationError as error:
        raise BadCorrection(
            f"Tệp đính chính: {faults(error)}.",
            str(path),
            "Mỗi [[correction]] cần match, column, old, new, reason và date (ngày, dạng 2024-12-01).",
        ) from None


def read_corrections(export: Path, table: Table) -> tuple[Correction, ...]:
    """The corrections of an export (none when there is no file); raises BadCorrection with the place of a mistake."""
    path, found = corrections_path(export), _file(export).correction
    for number, one in enumerate(found, start=1):
        for name in (one.column, *(n for n in one.match if n not in _PLACES)):
            if name not in table.names:
                raise BadCorrection(
                    f"Đính chính thứ {number} nêu cột “{name}” không có.", str(path), suggestion(name, table.names)
                )
    return found


def confirmed_keys(export: Path, table: Table) -> frozenset[str]:
    """The keys of rows that a correction of `export` tells of: somebody has looked at them (`old` may equal `new`)."""
    key, found = table.key[0], read_corrections(export, table)
    told = [one.new if one.column == key else str(one.match.get(key, "")) for one in found]
    return frozenset(canonical_code(text) for text in told if text)


def check_orphans(folder: Path, exports: Sequence[Path]) -> None:
    """Raise BadCorrection for a corrections file whose export is not there."""
    known = {corrections_path(e).name for e in exports}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.name not in known:
            raise BadCorrection(
                "Tệp đính chính không đi với tệp xuất nào.",
                str(path),
                f"Đặt tên là <tên tệp xuất>{SUFFIX}, hoặc xóa tệp này.",
            )


class Corrections:
    """The corrections of one export, which are applied to its rows part by part; raises BadCorrection."""

    def __init__(self, export: Path, table: Table, found: Sequence[Correction]) -> None:
        self._export, self._table, self._found = export, table, found

    @classmethod
    def of(cls, export: Path, table: Table) -> Corrections:
        """Those in the file beside an export."""
        return cls(export, table, read_corrections(export, table))

    def __len__(self) -> int:
        return len(self._found)

    def apply(self, part: Part) -> list[int]:
        """Correct some rows; in how many of them each correction has changed something."""
        return [_apply(one, self._table, part) for one in self._found]

    def told(self, rows: Sequence[int], formats: Sequence[str]) -> tuple[Applied, ...]:
        """What was applied to so many rows each of all parts; raises BadCorrection when one matches nothing."""
        applied = []
        for number, (one, count) in enumerate(zip(self._found, rows, strict=True), start=1):
            if count == 0:
                raise BadCorrection(
                    f"Đính chính thứ {number} (cột “{self._table.column(one.column).label}”) không còn khớp dòng nào.",
                    str(corrections_path(self._export)),
                    "Tệp xuất đã đổi: xóa đính chính này nếu hệ thống nguồn đã sửa, hoặc sửa lại match và old.",
                )
            applied.append(_told(self._export.name, one, self._table, moment_parser(formats), count))
        return tuple(applied)


def _told(file: str, one: Correction, table: Table, parse: Callable[[str], datetime | None], rows: int) -> Applied:
    """What the data quality section says of a correction."""

    def shown(name: str, value: str) -> str:
        dated = name in table.names and table.column(name).kind in ("date", "datetime")
        return value if dated and parse(clean_text(value)) else _impersonal(value)

    key = ", ".join(shown(name, str(value)) for name, value in one.match.items())
    old, new = shown(one.column, one.old), shown(one.column, one.new)
    label = table.column(one.column).label
    return Applied(file, key, label, old, new, _impersonal(one.reason), one.date.isoformat(), rows)


def _impersonal(text: str) -> str:
    """`text`, or PRIVATE_TEXT where it looks personal."""
    return PRIVATE_TEXT if is_personal(text) else text


def _apply(one: Correction, table: Table, part: Part) -> int:
    """Correct some rows; the number of those that changed."""
    if one.column not in part.texts:
        return 0
    chosen = _same(part, table, one.column, one.old)
    for name, wanted in one.match.items():
        chosen &= _matching(part, table, name, str(wanted))
    if chosen.any():
        texts = part.texts[one.column]
        codes = texts.codes.copy()
        codes[chosen] = len(texts)
        part.texts[one.column] = Texts((*texts.values, clean_text(one.new)), codes)
    return int(chosen.sum())


def _matching(part: Part, table: Table, name: str, wanted: str) -> np.ndarray:
    if name == "source_row":
        return np.asarray(part.rows.astype(str) == wanted)
    if name == "source_sheet":
        return np.full(len(part.rows), part.layout.sheet == wanted)
    if name not in part.texts:
        return np.zeros(len(part.rows), dtype=bool)
    return _same(part, table, name, wanted)


def _same(part: Part, table: Table, name: str, wanted: str) -> np.ndarray:
    """Rows whose cell says `wanted`, as text or, in a column of dates, as the same moment in another form."""
    texts, target = part.texts[name], clean_text(wanted)
    if table.column(name).kind == "code":
        code = canonical_code(target)
        same = [v == target or canonical_code(v) == code for v in texts.values]
        return np.array(same, dtype=bool)[texts.codes] if same else np.zeros(0, dtype=bool)
    parse = moment_parser(part.layout.profile.date_formats) if table.column(name).kind in ("date", "datetime") else None
    moment = parse(target) if parse else None
    same = [v == target or (parse is not None and moment is not None and parse(v) == moment) for v in texts.values]
    return np.array(same, dtype=bool)[texts.codes] if same else np.zeros(0, dtype=bool)
