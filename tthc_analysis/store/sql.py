"""What runs the project's SQL over parquet: one text, DuckDB on this machine, Apache Spark beyond it.

Tables are views named like the datasets; a result is a frame as DuckDB makes it, whichever counted.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from tthc_analysis.columns import Table
from tthc_analysis.store.absent import empty_sql

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MEMORY_LIMIT = "2GB"
THREADS = 2
#: bytes of tables that one thread reads as fast as two: waking the second costs more than it does
SMALL = 4_000_000


SqlName = Literal["duckdb", "spark"]
SQL_NAMES: tuple[SqlName, ...] = ("duckdb", "spark")
#: what stores of this process use when they are opened without naming one; empty is DuckDB
_CHOSEN: list[SqlName] = []


def use(name: SqlName) -> None:
    """Let stores that name none count large tables with `name`; for a process that runs one notebook, which names none."""
    _CHOSEN[:] = [name]


def chosen() -> SqlName:
    """What stores that name none count large tables with."""
    return _CHOSEN[0] if _CHOSEN else "duckdb"


class Sql(Protocol):
    """What runs SQL, with some views."""

    def view(self, name: str, place: str) -> None:
        """Make the parquet file, or all parquet files below the folder, at `place` readable as `name`."""

    def empty(self, table: Table) -> None:
        """Make a table that was never exported readable under its name: its columns, no row."""

    def table(self, name: str, data: pa.Table) -> None:
        """Make a small table that the program itself brings (a calendar) readable as `name`."""

    def frame(self, sql: str) -> pd.DataFrame:
        """The result of one statement."""

    def arrow(self, sql: str) -> pa.Table:
        """The result of one statement, in types that tell whole numbers and truth from what is missing."""


def files_of(place: str) -> list[Path]:
    """The parquet files of a table: that at `place`, or all below it."""
    return [Path(place)] if place.endswith(".parquet") else sorted(Path(place).rglob("*.parquet"))


class DuckDB:
    """DuckDB inside this process: bounded memory and threads, no extension is ever downloaded."""

    def __init__(self) -> None:
        import duckdb

        settings = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY_LIMIT,
            "threads": "1",
            "temp_directory": str(Path(tempfile.gettempdir()) / "tthc-duckdb"),
        }
        self._bytes = 0
        self._connection = duckdb.connect(config=settings)
        # in a notebook it would be an output of the cell, where a statement takes long
        self._connection.execute("SET enable_progress_bar = false")
        # the name that Spark and the SQL standard have
        self._connection.execute("CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)")

    def view(self, name: str, place: str) -> None:
        """See Sql."""
        self._bytes += sum(file.stat().st_size for file in files_of(place))
        if self._bytes > SMALL:
            self._connection.execute(f"SET threads = {THREADS}")
        files = place if place.endswith(".parquet") else f"{place}/**/*.parquet"
        quoted = files.replace("'", "''")
        self._connection.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{quoted}', hive_partitioning = false)"
        )

    def empty(self, table: Table) -> None:
        """See Sql."""
        self._connection.execute(f"CREATE VIEW {table.name} AS {empty_sql(table, 'TIMESTAMP')}")

    def table(self, name: str, data: pa.Table) -> None:
        """See Sql."""
        self._connection.register(name, data)

    def frame(self, sql: str) -> pd.DataFrame:
        """See Sql."""
        result: pd.DataFrame = self._connection.execute(sql).df()
        return result

    def arrow(self, sql: str) -> pa.Table:
        """See Sql."""
        return self._connection.sql(sql).to_arrow_table()


def start(name: SqlName, rows: int = 0) -> Sql:
    """A fresh one without views, for tables of up to `rows` rows; raises SparkUnavailable."""
    if name == "duckdb":
        return DuckDB()
    from tthc_analysis.store.spark import Spark

    return Spark(rows)
