"""Synthetic dossiers in any number, written straight as processed tables: for measuring and for trying large data.

No persons, no real procedures; the same numbers give the same rows on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from tthc_analysis.columns import DOSSIERS, PROVENANCE
from tthc_analysis.errors import ConfigError
from tthc_analysis.store import INDEX, QUALITY, write_json

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
    "agency": "'Đơn vị ' || (hash(n, 1) % {agencies})",
    "status": "CASE WHEN hash(n, 2) % 50 = 0 THEN 'processing' ELSE 'completed' END",
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


def write_bulk(folder: Path, dossiers: int, agencies: int, tell: Callable[[int], None] | None = None) -> None:
    """Write `dossiers` rows of `agencies` agencies as a processed store (parquet files of a million rows) in `folder`.

    `tell` hears how many rows are written so far. Raises ConfigError when the folder already holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError("Thư mục đã có tệp.", str(folder), "Nêu một thư mục trống; tệp đang có không bị ghi đè.")
    columns = (*DOSSIERS.columns, *PROVENANCE)
    listed = ", ".join(f"CAST({_VALUES.get(c.name, 'NULL')} AS {_TYPES[c.kind]}) AS {c.name}" for c in columns)
    listed = listed.replace("{rows}", str(dossiers)).replace("{agencies}", str(agencies))
    place = folder / DOSSIERS.name
    place.mkdir(parents=True, exist_ok=True)
    starts = range(0, dossiers, ROWS_PER_FILE)
    for part, start in enumerate(starts):
        end = min(dossiers, start + ROWS_PER_FILE)
        target = (place / f"phan-{part:05}.parquet").as_posix().replace("'", "''")
        numbers = f"range({start}, {end}) AS r(n)"
        duckdb.sql(f"COPY (SELECT {listed} FROM {numbers}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        if tell:
            tell(end)
    write_json(folder / INDEX, {DOSSIERS.name: {"rows": dossiers, "content_sha256": "", "files": len(starts)}})
    write_json(folder / QUALITY, {"datasets": {}, "findings": [], "sample": True})
