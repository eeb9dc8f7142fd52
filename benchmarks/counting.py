"""Counting at any size: python counting.py make ROWS FOLDER | count FOLDER | scan FOLDER.

`make` writes synthetic dossiers (no persons) as a folder of parquet files; `count` computes every measure of the report by
field over it, `scan` has DuckDB read the same columns and do nothing with them.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from tthc_analysis.columns import PROVENANCE, TABLES
from tthc_analysis.store import INDEX, QUALITY, Store, write_json

ROWS_PER_FILE = 1_000_000
_START = "TIMESTAMP '2023-01-01'"
#: in the order of days, as exports are, at some second of the working day
_RECEIVED = "to_seconds((n * 730 // {rows} * 86400 + 27000 + hash(n, 7) % 34200)::BIGINT)"
#: column → how a row's number makes it; what is not named is empty
_VALUES = {
    "dossier_code": "'H24.99-' || lpad(n::VARCHAR, 12, '0')",
    "procedure_code": "'1.' || lpad((hash(n) % 150)::VARCHAR, 6, '0')",
    "procedure_name": "'Thủ tục ' || (hash(n) % 150)",
    "field": "'Lĩnh vực ' || (hash(n) % 150 % 12)",
    "agency": "'Đơn vị ' || (hash(n, 1) % 250)",
    "status": "CASE WHEN hash(n, 2) % 50 = 0 THEN 'in_progress' ELSE 'done' END",
    "channel": "CASE hash(n, 3) % 100 WHEN 0 THEN 'in_person' WHEN 1 THEN 'post' ELSE 'online' END",
    "received_at": f"{_START} + {_RECEIVED}",
    "due_at": f"{_START} + {_RECEIVED} + to_days((1 + hash(n, 8) % 20)::INTEGER)",
    "resolved_at": f"CASE WHEN hash(n, 2) % 50 > 0 THEN {_START} + {_RECEIVED} + to_seconds((hash(n, 4) % 1000000)::BIGINT) END",
    "component_file_count": "hash(n, 5) % 4",
    "result_file_count": "hash(n, 6) % 2",
}
_TYPES = {
    "code": "VARCHAR", "text": "VARCHAR", "category": "VARCHAR", "date": "DATE", "datetime": "TIMESTAMP",
    "integer": "BIGINT", "decimal": "DECIMAL(18, 4)", "boolean": "BOOLEAN",
}  # fmt: skip


def make(rows: int, folder: Path) -> None:
    """Write `rows` dossiers and what a store needs beside them."""
    columns = (*TABLES["ho_so"].columns, *PROVENANCE)
    listed = ", ".join(f"CAST({_VALUES.get(c.name, 'NULL')} AS {_TYPES[c.kind]}) AS {c.name}" for c in columns)
    listed = listed.replace("{rows}", str(rows))
    (folder / "ho_so").mkdir(parents=True, exist_ok=True)
    for part, start in enumerate(range(0, rows, ROWS_PER_FILE)):
        target = folder / "ho_so" / f"phan-{part:05}.parquet"
        numbers = f"range({start}, {min(rows, start + ROWS_PER_FILE)}) AS r(n)"
        duckdb.sql(f"COPY (SELECT {listed} FROM {numbers}) TO '{target.as_posix()}' (FORMAT parquet, COMPRESSION zstd)")
    write_json(folder / INDEX, {"ho_so": {"rows": rows, "content_sha256": "", "files": part + 1}})
    write_json(folder / QUALITY, {"datasets": {}, "findings": [], "sample": True})


def count(folder: Path) -> Callable[[], object]:
    """Every measure of the report by field, control equations included."""
    from tthc_analysis.indicators._counting import counts
    from tthc_analysis.indicators._scope import Scope
    from tthc_analysis.periods import Period
    from tthc_analysis.rules import load_counting_rules

    period = Period("2024", "Năm 2024", "custom", date(2023, 11, 15), date(2024, 12, 5), "đo", "đo", "2023")
    scope = Scope(period, load_counting_rules("so-2024"), Store(folder), {})
    return lambda: counts(scope, by=["field"])


def scan(folder: Path) -> Callable[[], object]:
    """Read every value of the columns that `count` needs; a plain count would be answered from the files' statistics."""
    texts, moments = ("field", "status", "channel"), ("received_at", "due_at", "resolved_at")
    numbers = ("component_file_count", "result_file_count")
    touched = (
        [f"max(strlen({c}))" for c in texts]
        + [f"max(epoch_us({c}))" for c in moments]
        + [f"max({c} + 0)" for c in numbers]
    )
    store = Store(folder)
    return lambda: store.query(f"SELECT {', '.join(touched)} FROM ho_so")


def main() -> None:
    """Make data, or print what one query costs as JSON, DuckDB's start left out."""
    if sys.argv[1] == "make":
        return make(int(sys.argv[2]), Path(sys.argv[3]))
    query = {"count": count, "scan": scan}[sys.argv[1]](Path(sys.argv[2]))
    Store(Path(sys.argv[2])).query("SELECT 1").to_dict()
    wall, cpu = time.perf_counter(), time.process_time()
    query()
    used = [
        time.perf_counter() - wall,
        time.process_time() - cpu,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    ]
    print(json.dumps(used))
    return None


if __name__ == "__main__":
    main()
