"""What runs the project's SQL over parquet: one text, DuckDB on this machine, Apache Spark beyond it.

Tables are views named like the datasets; a result is a frame as DuckDB makes it, whichever engine counted.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import pandas as pd

#: environment variable that names the engine of large tables for a process and all that it starts
CHOICE = "TTHC_SQL"
MEMORY_LIMIT = "2GB"
THREADS = 2


EngineName = Literal["duckdb", "spark"]


def chosen() -> EngineName:
    """The engine of large tables: DuckDB unless Spark was asked for."""
    return "spark" if os.environ.get(CHOICE) == "spark" else "duckdb"


class Engine(Protocol):
    """A running SQL engine with some views."""

    def view(self, name: str, place: str) -> None:
        """Make the parquet file, or all parquet files below the folder, at `place` readable as `name`."""

    def frame(self, sql: str) -> pd.DataFrame:
        """The result of one statement."""


class DuckDB:
    """DuckDB inside this process: bounded memory and threads, no extension is ever downloaded."""

    def __init__(self) -> None:
        import duckdb

        settings = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY_LIMIT,
            "threads": str(THREADS),
            "temp_directory": str(Path(tempfile.gettempdir()) / "tthc-duckdb"),
        }
        self._connection = duckdb.connect(config=settings)
        # the name that Spark and the SQL standard have
        self._connection.execute("CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)")

    def view(self, name: str, place: str) -> None:
        """See Engine."""
        files = place if place.endswith(".parquet") else f"{place}/**/*.parquet"
        quoted = files.replace("'", "''")
        self._connection.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{quoted}', hive_partitioning = false)"
        )

    def frame(self, sql: str) -> pd.DataFrame:
        """See Engine."""
        result: pd.DataFrame = self._connection.execute(sql).df()
        return result


@contextmanager
def counting_on_spark() -> Iterator[None]:
    """Within it, this process and those that it starts count large tables on Spark; raises SparkUnavailable."""
    from tthc_analysis.store.spark import serving

    with serving():
        os.environ[CHOICE] = "spark"
        try:
            yield
        finally:
            os.environ.pop(CHOICE, None)


def start(name: EngineName) -> Engine:
    """A fresh engine without views; raises SparkUnavailable."""
    if name == "duckdb":
        return DuckDB()
    from tthc_analysis.store.spark import Spark

    return Spark()
