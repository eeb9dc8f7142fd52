"""Processed data: canonical tables as parquet with their hashes, opened read-only and counted by SQL, written as a whole.

`open` and `sql` load neither pandas nor the SQL runner before the first query; `write` is for those that make tables.
"""

from tthc_analysis.store.open import (
    FINDINGS,
    INDEX,
    QUALITY,
    Store,
    await_findings,
    opened_tables,
    parquet_path,
    write_json,
)

__all__ = [
    "FINDINGS",
    "INDEX",
    "QUALITY",
    "Store",
    "await_findings",
    "opened_tables",
    "parquet_path",
    "write_json",
]
