"""Processed data: canonical tables as parquet with their hashes, opened read-only and counted by SQL, written as a whole.

`open` and `sql` load neither pandas nor the SQL runner before the first query; `write` is for those that make tables.
"""

from tthc_analysis.store.open import INDEX, QUALITY, Store, opened_tables, parquet_path, write_json

__all__ = ["INDEX", "QUALITY", "Store", "opened_tables", "parquet_path", "write_json"]
