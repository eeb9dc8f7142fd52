"""Synthetic dossiers in any number, as processed tables or as raw exports: for measuring and for trying large data.

No persons, no real procedures; the same numbers give the same rows on every machine.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from tthc_analysis.columns import DOSSIERS, PROVENANCE, Column
from tthc_analysis.config import CONFIG_FILE, load_config
from tthc_analysis.exports import FileAccount
from tthc_analysis.preparation.current import keep_as_current
from tthc_analysis.preparation.former import Former
from tthc_analysis.preparation.process import process
from tthc_analysis.preparation.source import source_of
from tthc_analysis.sample.empty import make_empty
from tthc_analysis.sample.plan import Procedure
from tthc_analysis.sample.registers import write_registers
from tthc_analysis.sample.write import write_catalogue
from tthc_analysis.store import FINDINGS, INDEX, QUALITY, write_json

Tell = Callable[[int], None]

ROWS_PER_FILE = 1_000_000
#: of a raw export
ROWS_PER_EXPORT = 500_000
#: so many dossiers are prepared to learn what the record of an export says
_TRIED = 200
#: after the last dossier was resolved
SNAPSHOT = date(2025, 1, 15)
PERIOD = "2024"
_PROCEDURES, _FIELDS, _WITH_FEE, _FEE = 150, 12, 10, "20000"
_START = "TIMESTAMP '2023-01-01'"
#: in the order of days, as exports are, at some second of the working day
_RECEIVED = f"{_START} + to_seconds((n * 730 // {{rows}} * 86400 + 27000 + hash(n, 7) % 34200)::BIGINT)"
_RESOLVED = f"CASE WHEN hash(n, 2) % 50 > 0 THEN {_RECEIVED} + to_seconds((hash(n, 4) % 1000000)::BIGINT) END"
_HAS_FEE = f"hash(n) % {_PROCEDURES} % {_WITH_FEE} = 0"
#: column → how a row's number makes it; what is not named is empty
_VALUES = {
    "dossier_code": f"'H24.99-' || strftime({_RECEIVED}, '%y%m%d') || '-' || lpad(n::VARCHAR, 8, '0')",
    "procedure_code": f"'1.' || lpad((hash(n) % {_PROCEDURES})::VARCHAR, 6, '0')",
    "procedure_name": f"'Thủ tục ' || (hash(n) % {_PROCEDURES})",
    "field": f"'Lĩnh vực ' || (hash(n) % {_PROCEDURES} % {_FIELDS})",
    "agency": "'Đơn vị ' || (hash(n, 1) % {agencies})",
    "status": "CASE WHEN hash(n, 2) % 50 = 0 THEN 'processing' ELSE 'completed' END",
    "channel": "CASE hash(n, 3) % 100 WHEN 0 THEN 'in_person' WHEN 1 THEN 'post' ELSE 'online' END",
    "received_at": _RECEIVED,
    "due_at": f"{_RECEIVED} + to_days((1 + hash(n, 8) % 20)::INTEGER)",
    "resolved_at": _RESOLVED,
    "component_file_count": "hash(n, 5) % 4",
    "result_file_count": "hash(n, 6) % 2",
    "fee_amount": f"CASE WHEN {_HAS_FEE} THEN {_FEE} END",
    "payment_status": f"CASE WHEN {_HAS_FEE} THEN 'paid' END",
    "payment_method": f"CASE WHEN {_HAS_FEE} THEN CASE WHEN hash(n, 9) % 3 = 0 THEN 'cash' ELSE 'online' END END",
    "source_file": "'{file}'",
    "source_sheet": "''",
    "source_row": "n - {first} + 2",
    "snapshot_date": f"DATE '{SNAPSHOT}'",
}
_TYPES = {
    "code": "VARCHAR", "text": "VARCHAR", "category": "VARCHAR", "date": "DATE", "datetime": "TIMESTAMP",
    "integer": "BIGINT", "decimal": "DECIMAL(18, 4)", "boolean": "BOOLEAN",
}  # fmt: skip

_CONFIG = """\
# Dữ liệu lớn tổng hợp bằng chương trình, để thử và đo.
title = "Báo cáo trên dữ liệu lớn tổng hợp bằng chương trình"
rule_set = "so-2024"

[agency]
id = "lon"
kind = "so"
name = "Sở Mẫu"
short = "SM"
code = "H24.99"
parent = "Ủy ban nhân dân thành phố Mẫu"
place = "Thành phố Mẫu"
receiver = "Ủy ban nhân dân thành phố Mẫu"

[data]
raw = "data/raw/lon"
sample = true
"""


def write_bulk(folder: Path, dossiers: int, agencies: int, tell: Tell | None = None) -> None:
    """Write `dossiers` rows of `agencies` agencies as a processed store (parquet files of a million rows) in `folder`.

    `tell` hears how many rows are written so far. Raises ConfigError when the folder already holds something.
    """
    make_empty(folder)
    files = _parquet_files(folder, dossiers, agencies, tell)
    write_json(folder / INDEX, {DOSSIERS.name: {"rows": dossiers, "content_sha256": "", "files": len(files)}})
    write_json(folder / QUALITY, {"datasets": {}, "sample": True})
    write_json(folder / FINDINGS, {"findings": []})


def write_project(folder: Path, dossiers: int, agencies: int, *, raw: bool = False, tell: Tell | None = None) -> None:
    """Write a project with every register, a catalogue and `dossiers` dossiers, of which `tthc report 2024` can be made.

    The dossiers are processed already, and not validated; with `raw` they are exports still to be prepared. Raises
    ConfigError when the folder already holds something.
    """
    make_empty(folder)
    (folder / CONFIG_FILE).write_text(_CONFIG, encoding="utf-8", newline="\n")
    config = load_config(folder)
    write_registers(config.raw, seed=2024)
    write_catalogue(config.raw / "danh_muc_tthc", _procedures())
    exports = config.raw / DOSSIERS.name
    _exports(exports, dossiers if raw else min(dossiers, _TRIED), agencies, tell if raw else None)
    if raw:
        return
    process(source_of(config), Former(), lambda _text: None)
    shutil.rmtree(exports)
    (config.processed / f"{DOSSIERS.name}.parquet").unlink()
    files = _parquet_files(config.processed, dossiers, agencies, tell)
    _enter(config.processed, dossiers, files)
    keep_as_current(source_of(config))


def _procedures() -> list[Procedure]:
    """The catalogue that the dossiers are of: every tenth procedure has a fee, every third is partial."""
    return [
        Procedure(
            f"1.{n:06d}", f"Thủ tục {n}", f"Lĩnh vực {n % _FIELDS}", "department", "partial" if n % 3 == 0 else "full", False,
            _FEE if n % _WITH_FEE == 0 else "", 3 + n % 18, 1.0, "flat", "2022-01-01", "", "100/QĐ-UBND",
        )
        for n in range(_PROCEDURES)
    ]  # fmt: skip


# --- the dossiers ---------------------------------------------------------------------------------------------------


def _parts(dossiers: int, most: int) -> list[tuple[str, int, int]]:
    """The exports that so many dossiers fill: name, number of the first, and of the one after the last."""
    starts = range(0, max(dossiers, 1), most)
    return [(f"ho_so_{SNAPSHOT}_phan-{i:05}.csv", s, min(dossiers, s + most)) for i, s in enumerate(starts)]


def _rows(dossiers: int, agencies: int, part: tuple[str, int, int], listed: str) -> str:
    """SQL for the dossiers of one export; `listed` is made of their canonical columns."""
    file, first, end = part
    made = ", ".join(
        f"CAST({_VALUES.get(c.name, 'NULL')} AS {_TYPES[c.kind]}) AS {c.name}" for c in (*DOSSIERS.columns, *PROVENANCE)
    )
    for name, value in {"rows": dossiers, "agencies": agencies, "file": file, "first": first}.items():
        made = made.replace(f"{{{name}}}", str(value))
    return f"SELECT {listed} FROM (SELECT {made} FROM range({first}, {end}) AS r(n))"


def _parquet_files(folder: Path, dossiers: int, agencies: int, tell: Tell | None) -> list[tuple[str, int, int]]:
    place = folder / DOSSIERS.name
    place.mkdir(parents=True, exist_ok=True)
    parts = _parts(dossiers, ROWS_PER_FILE)
    for number, part in enumerate(parts):
        _copy(
            _rows(dossiers, agencies, part, "*"),
            place / f"phan-{number:05}.parquet",
            "FORMAT parquet, COMPRESSION zstd",
        )
        if tell:
            tell(part[2])
    return parts


def _exports(folder: Path, dossiers: int, agencies: int, tell: Tell | None) -> None:
    """The dossiers as a portal exports them: Vietnamese headers and values, days as people write them."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [c for c in DOSSIERS.columns if c.name in _VALUES]
    for part in _parts(dossiers, ROWS_PER_EXPORT):
        _copy(_rows(dossiers, agencies, part, ", ".join(map(_printed, told))), folder / part[0], "FORMAT csv, HEADER")
        if tell:
            tell(part[2])


def _printed(column: Column) -> str:
    """SQL for a column as an export prints it, under its Vietnamese name."""
    shown = column.name
    if column.kind == "datetime":
        shown = f"strftime({column.name}, '%d/%m/%Y %H:%M:%S')"
    elif column.values:
        cases = " ".join(f"WHEN '{code}' THEN '{label}'" for code, label in column.values.items())
        shown = f"CASE {column.name} {cases} END"
    elif column.kind == "decimal":
        shown = f"CAST({column.name} AS BIGINT)"
    return f'{shown} AS "{column.label}"'


def _copy(query: str, target: Path, how: str) -> None:
    place = target.as_posix().replace("'", "''")
    duckdb.sql(f"COPY ({query}) TO '{place}' ({how})")


def _enter(folder: Path, dossiers: int, files: list[tuple[str, int, int]]) -> None:
    """Tell of the dossiers in the index and the record of the store, after the account of the export that was tried."""
    names = (INDEX, QUALITY, FINDINGS)
    index, quality, found = (json.loads((folder / name).read_text(encoding="utf-8")) for name in names)
    index[DOSSIERS.name] = {"rows": dossiers, "content_sha256": "", "files": len(files)}
    said = quality["datasets"][DOSSIERS.name]
    said |= {"rows": dossiers, "accounts": [_account(said["accounts"][0], *part) for part in files]}
    for record, part in ((found, "findings"), (quality, "file_findings")):
        record[part] = [f for f in record[part] if f["table"] != DOSSIERS.name]
    for name, record in zip(names, (index, quality, found), strict=True):
        write_json(folder / name, record)


def _account(tried: Mapping[str, object], file: str, first: int, end: int) -> dict[str, object]:
    fields = {k: v for k, v in tried.items() if k in FileAccount.__dataclass_fields__}
    return {**fields, "file": file, "rows_in": end - first, "kept": end - first, "lines": end - first + 1, "named": 1}
