"""Counting at any size: python counting.py make ROWS FOLDER | count FOLDER [duckdb|spark] | scan FOLDER.

`make` writes synthetic dossiers (no persons) as a folder of parquet files; `count` computes every measure of the report by
field over it, `scan` has DuckDB read the same columns and do nothing with them. Both print their cost and a hash of their
result. With `spark` Apache Spark counts instead, its start left out like DuckDB's.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from tthc_analysis.sample.bulk import write_bulk
from tthc_analysis.store import Store
from tthc_analysis.store.sql import SqlName


def count(store: Store) -> Callable[[], pd.DataFrame]:
    """Every measure of the report by field, control equations included."""
    from tthc_analysis.indicators._counting import counts
    from tthc_analysis.indicators._open import OpenReport
    from tthc_analysis.periods import Period
    from tthc_analysis.rules import load_counting_rules

    period = Period("2024", "Năm 2024", "custom", date(2023, 11, 15), date(2024, 12, 5), "đo", "đo", "2023")
    report = OpenReport(period, load_counting_rules("so-2024"), store, {})
    return lambda: counts(report, by=["field"])


def scan(store: Store) -> Callable[[], pd.DataFrame]:
    """Read every value of the columns that `count` needs; a plain count would be answered from the files' statistics."""
    texts, moments = ("field", "status", "channel"), ("received_at", "due_at", "resolved_at")
    numbers = ("component_file_count", "result_file_count")
    touched = (
        [f"max(strlen({c}))" for c in texts]
        + [f"max(epoch_us({c}))" for c in moments]
        + [f"max({c} + 0)" for c in numbers]
    )
    return lambda: store.query(f"SELECT {', '.join(touched)} FROM ho_so")


def main() -> None:
    """Make data, or print what one query costs as JSON, DuckDB's start left out."""
    if sys.argv[1] == "make":
        return write_bulk(Path(sys.argv[3]), int(sys.argv[2]), agencies=250)
    name: SqlName = "spark" if sys.argv[3:] == ["spark"] else "duckdb"
    query = {"count": count, "scan": scan}[sys.argv[1]](Store(Path(sys.argv[2]), counted_by=name))
    Store(Path(sys.argv[2])).query("SELECT 1").to_dict()
    wall, cpu = time.perf_counter(), time.process_time()
    result = query()
    used = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps({"cost": used, "result": hashlib.sha256(result.to_csv().encode()).hexdigest()}))
    return None


if __name__ == "__main__":
    main()
