"""The one room for processed data: canonical tables as parquet, their content hashes, and SQL over them.

A folder of processed data belongs to one raw folder and is written as a whole by `tthc prepare`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tthc_analysis import engines
from tthc_analysis.columns import DECIMAL_DIGITS, DECIMAL_PLACES, DOSSIERS, PROVENANCE, TABLES, Column, Table
from tthc_analysis.errors import NotPrepared

INDEX = "tables.json"
QUALITY = "quality.json"
#: results up to this size are kept: the figures of one section ask the same of the same tables many times
_REMEMBERED_ROWS = 10_000

_ARROW: Mapping[str, pa.DataType] = {
    "code": pa.string(),
    "text": pa.string(),
    "category": pa.string(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "integer": pa.int64(),
    "decimal": pa.decimal128(DECIMAL_DIGITS, DECIMAL_PLACES),
    "boolean": pa.bool_(),
}


def schema(table: Table) -> pa.Schema:
    """The parquet schema of a canonical table, provenance columns last."""
    return pa.schema([(c.name, _ARROW[c.kind]) for c in (*table.columns, *PROVENANCE)])


def _arrow_column(frame: pd.DataFrame, column: Column) -> pa.Array:
    values = frame[column.name]
    if column.kind == "date":
        values = values.dt.date
    if column.kind == "decimal":
        values = values.astype(object).where(values.notna(), None)
    return pa.Array.from_pandas(values, type=_ARROW[column.kind])


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    """`frame` as an Arrow table of the canonical schema, without pandas metadata (it would carry versions)."""
    arrays = [_arrow_column(frame, c) for c in (*table.columns, *PROVENANCE)]
    return pa.table(arrays, schema=schema(table)).combine_chunks()


def content_hash(data: pa.Table) -> str:
    """sha256 of the table's content; the same for the same rows whatever library version wrote the parquet file."""
    sink = _HashSink()
    with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), data.schema) as writer:
        writer.write_table(data)
    return sink.hash.hexdigest()


class _HashSink:
    """A file that keeps nothing of what is written to it but the hash, so that size does not matter."""

    closed = False

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Add to the hash."""
        self.hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""


def parquet_path(folder: Path, name: str) -> Path:
    """Where the table `name` is in a processed folder: a file, or a folder of files for a large table."""
    whole = folder / name
    return whole if whole.is_dir() else folder / f"{name}.parquet"


class StoreWriter:
    """Collects the tables and quality record of one `prepare` and puts them in place as a whole on `commit()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._new = folder.with_name(f".{folder.name}.{os.getpid()}.new")
        shutil.rmtree(self._new, ignore_errors=True)
        self._new.mkdir(parents=True)
        self._index: dict[str, dict[str, Any]] = {}

    def add(self, table: Table, frame: pd.DataFrame) -> str:
        """Write one canonical table; its content hash."""
        data = to_arrow(table, frame)
        content = content_hash(data)
        pq.write_table(data, self._new / f"{table.name}.parquet", compression="zstd")
        self._index[table.name] = {"rows": data.num_rows, "content_sha256": content}
        return content

    def add_parts(self, table: Table, frames: Iterable[pd.DataFrame]) -> None:
        """Write one canonical table of any size, batch by batch, as a folder of parquet files; it is read as one table."""
        sink, rows, files, folder = _HashSink(), 0, 0, self.subfolder(table.name)
        for number, frame in enumerate(frames):
            data = to_arrow(table, frame)
            pq.write_table(data, folder / f"phan-{number:05}.parquet", compression="zstd")
            sink.write(content_hash(data).encode())
            rows, files = rows + data.num_rows, files + 1
        self._index[table.name] = {"rows": rows, "content_sha256": sink.hash.hexdigest(), "files": files}

    def subfolder(self, name: str) -> Path:
        """A folder inside the new store, for files that a person reads (quarantined rows)."""
        path = self._new / name
        path.mkdir(exist_ok=True)
        return path

    def commit(self, quality: Mapping[str, Any]) -> Store:
        """Put the new folder in place of the old one and open it."""
        write_json(self._new / QUALITY, quality)
        write_json(self._new / INDEX, self._index)
        old = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.old")
        if self.folder.exists():
            self.folder.rename(old)
        self._new.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)
        return Store(self.folder)

    def discard(self) -> None:
        """Forget everything written so far; the store in place stays as it was."""
        shutil.rmtree(self._new, ignore_errors=True)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """JSON with sorted keys, the same bytes for the same data."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


_OPENED: list[tuple[Path, set[str]]] = []


def opened_tables() -> frozenset[tuple[Path, str]]:
    """(folder, table) of every table that any store of this process used: what its results depend on."""
    return frozenset((folder.resolve(), name) for folder, names in _OPENED for name in names)


class Store:
    """Processed tables of one folder, opened read-only; `opened` names the tables that were used.

    `far` is where Spark finds a copy of the folder ("" is the folder itself), for example on a cluster's file system.
    """

    def __init__(self, folder: Path | str, far: str = "") -> None:
        self.folder, self.far = Path(folder), far
        self.opened: set[str] = set()
        self._known: dict[str, pd.DataFrame] = {}
        self._engines: dict[engines.EngineName, engines.Engine] = {}
        if not (self.folder / INDEX).is_file():
            raise NotPrepared("mọi bảng", str(folder))
        self.index: dict[str, dict[str, Any]] = json.loads((self.folder / INDEX).read_text(encoding="utf-8"))
        _OPENED.append((self.folder, self.opened))

    def state(self) -> str:
        """sha256 over the index and the quality record now on disk: another value means another `prepare`."""
        files = (self.folder / INDEX, self.folder / QUALITY)
        return hashlib.sha256(b"".join(f.read_bytes() for f in files if f.is_file())).hexdigest()

    def has(self, name: str) -> bool:
        """Whether the table was exported at all (an absent dataset is a state, not an error)."""
        self.opened.add(name)
        return bool(self.index.get(name, {}).get("rows"))

    def fingerprint(self, name: str) -> str:
        """sha256 of the table's content; an empty string when there is no such table."""
        return str(self.index.get(name, {}).get("content_sha256", ""))

    def quality(self) -> dict[str, Any]:
        """What `tthc prepare` recorded of files, rows, quarantine and validation."""
        self.opened.add("quality")
        data: dict[str, Any] = json.loads((self.folder / QUALITY).read_text(encoding="utf-8"))
        return data

    def frame(self, name: str) -> pd.DataFrame:
        """One whole canonical table as a frame; raises NotPrepared."""
        self._require(name)
        return self.query(f"SELECT * FROM {name}")

    def query(self, sql: str) -> pd.DataFrame:
        """The result of one SQL statement over the canonical tables (views named like the datasets)."""
        # every word that is the name of a table: DuckDB's own list of names leaves views out
        used = set(re.findall(r"\w+", sql.lower())) & set(self.index)
        self.opened |= used
        if sql not in self._known:
            result = self._engine(engines.chosen() if DOSSIERS.name in used else "duckdb").frame(sql)
            if len(result) > _REMEMBERED_ROWS:
                return result
            self._known[sql] = result
        return self._known[sql].copy()

    def use(self, *names: str) -> None:
        """Say which tables the next query reads, so that a run can record its inputs; raises NotPrepared."""
        for name in names:
            self._require(name)

    def _require(self, name: str) -> None:
        self.opened.add(name)
        if name not in self.index:
            raise NotPrepared(TABLES[name].label if name in TABLES else name, str(self.folder))

    def place(self, name: str) -> str:
        """The parquet file of a table, or the folder of the files of a large one."""
        return (self.folder / (name if "files" in self.index[name] else f"{name}.parquet")).as_posix()

    def _engine(self, name: engines.EngineName) -> engines.Engine:
        """The engine called `name` over all tables; only dossiers are ever so many that another than DuckDB pays."""
        if name not in self._engines:
            engine = engines.start(name)
            for table in self.index:
                place = self.place(table)
                engine.view(
                    table, place.replace(self.folder.as_posix(), self.far, 1) if self.far and name == "spark" else place
                )
            self._engines[name] = engine
        return self._engines[name]
