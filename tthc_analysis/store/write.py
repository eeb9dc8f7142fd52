"""Canonical frames → a folder of processed data: parquet of a fixed schema, content hashes, all in place in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from tthc_analysis import folders
from tthc_analysis.columns import DECIMAL_DIGITS, DECIMAL_PLACES, PROVENANCE, Column, Table
from tthc_analysis.errors import PublishError
from tthc_analysis.store import FINDINGS, INDEX, QUALITY, Store, parquet_path, write_json

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
#: what stands beneath a null, which the content hash sees: the same wherever a frame comes from
_BENEATH: Mapping[str, int | bool] = {"integer": 1, "boolean": False}
#: seconds that another writer of the same folder is waited for
LONGEST_WAIT = 1800.0


def schema(table: Table) -> pa.Schema:
    """The parquet schema of a canonical table, provenance columns last."""
    return pa.schema([(c.name, _ARROW[c.kind]) for c in (*table.columns, *PROVENANCE)])


def _arrow_column(frame: pd.DataFrame, column: Column) -> pa.Array:
    values = frame[column.name]
    if isinstance(values.dtype, pd.Int64Dtype | pd.BooleanDtype):
        known = values.fillna(_BENEATH[column.kind]).to_numpy(_ARROW[column.kind].to_pandas_dtype())
        return pa.array(known, _ARROW[column.kind], mask=values.isna().to_numpy())
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


def file_hash(path: Path) -> str:
    """The content hash of the table in a parquet file."""
    return content_hash(pq.read_table(path, use_threads=False).combine_chunks())


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


@contextmanager
def writing_lock(folder: Path, waiting: Callable[[], None]) -> Iterator[bool]:
    """Hold the only right to write the processed `folder`, rid of what killed runs left beside it.

    Another writer is waited for, and `waiting` is called first; raises PublishError when that takes too long. Gives whether
    there was one, who may have changed what it was about.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock, has_waited = FileLock(folder.with_name(f".{folder.name}.khoa")), False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        has_waited = True
        try:
            lock.acquire(timeout=LONGEST_WAIT)
        except Timeout:
            raise PublishError(
                "Một lần làm sạch dữ liệu khác chưa xong.", str(folder), "Chờ lần đó xong rồi chạy lại."
            ) from None
    try:
        for former in folders.recover(folder):
            folders.delete(former.place)
        folders.sweep(folder.parent, f".{folder.name}.*.new", f".{folder.name}.*.old")
        yield has_waited
    finally:
        lock.release()


def _linked(source: str | Path, target: str | Path) -> None:
    """The same file under another name, or a copy where the file system knows no two names of one file."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


class StoreWriter:
    """Collects the tables and quality record of one `prepare` and puts them in place as a whole on `commit()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._new = folders.unfinished(folder)
        shutil.rmtree(self._new, ignore_errors=True)
        self._new.mkdir(parents=True)
        self._index: dict[str, dict[str, Any]] = {}

    def add(self, table: Table, frame: pd.DataFrame, about: Mapping[str, Any] | None = None) -> str:
        """Write one canonical table; its content hash. `about` is what is known of it besides its rows: part of the content."""
        data = to_arrow(table, frame)
        content = content_hash(data)
        if about:
            said = json.dumps(about, sort_keys=True)
            data = data.replace_schema_metadata({**(data.schema.metadata or {}), "tthc": said})
            content = hashlib.sha256(f"{content} {said}".encode()).hexdigest()
        pq.write_table(data, self._new / f"{table.name}.parquet", compression="zstd")
        self._index[table.name] = {"rows": data.num_rows, "content_sha256": content, **(about or {})}
        return content

    def content(self, table: Table) -> str:
        """The content hash of a table that was written; empty for one that was not."""
        return str(self._index.get(table.name, {}).get("content_sha256", ""))

    def add_parts(self, table: Table, frames: Iterable[pd.DataFrame]) -> None:
        """Write one canonical table of any size, batch by batch, as a folder of parquet files; it is read as one table."""
        sink, rows, files, folder = _HashSink(), 0, 0, self.subfolder(table.name)
        for number, frame in enumerate(frames):
            data = to_arrow(table, frame)
            pq.write_table(data, folder / f"phan-{number:05}.parquet", compression="zstd")
            sink.write(content_hash(data).encode())
            rows, files = rows + data.num_rows, files + 1
        self._index[table.name] = {"rows": rows, "content_sha256": sink.hash.hexdigest(), "files": files}

    def add_files(
        self,
        table: Table,
        files: Sequence[Path],
        about: Mapping[str, Any] | None = None,
        contents: Sequence[str] = (),
    ) -> list[Path]:
        """Write one canonical table of any size from parquet files of its schema, which are read as one table; its own files.

        `contents` are their content hashes, where they are known.
        """
        sink, rows, folder = _HashSink(), 0, self.subfolder(table.name)
        for path, content in zip(files, contents or map(file_hash, files), strict=True):
            sink.write(content.encode())
            rows += pq.read_metadata(path).num_rows
            shutil.copyfile(path, folder / path.name)
        if about:
            sink.write(json.dumps(about, sort_keys=True).encode())
        told = {"rows": rows, "content_sha256": sink.hash.hexdigest(), "files": len(files)}
        self._index[table.name] = {**told, **(about or {})}
        return [folder / path.name for path in files]

    def take(self, name: str, told: Mapping[str, Any], folder: Path) -> None:
        """Enter a table as it is in another store's `folder`, which tells this of it, and whose files nobody writes to again."""
        self._index[name] = dict(told)
        self.take_path(parquet_path(folder, name))

    def take_path(self, path: Path, inside: str = "") -> None:
        """Have a file or folder of another store in this one too, if it is there."""
        place = self._new / inside
        place.mkdir(exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, place / path.name, copy_function=_linked)
        elif path.is_file():
            _linked(path, place / path.name)

    def add_folder(self, name: str, rows: int, content: str, files: int) -> None:
        """Enter a table whose parquet files somebody has written into `subfolder(name)`."""
        self._index[name] = {"rows": rows, "content_sha256": content, "files": files}

    def add_small(self, name: str, data: pa.Table) -> None:
        """Write a small table of the program's own, which is no dataset."""
        pq.write_table(data, self._new / f"{name}.parquet", compression="zstd")
        self._index[name] = {"rows": data.num_rows, "content_sha256": content_hash(data)}

    def subfolder(self, name: str) -> Path:
        """A folder inside the new store, for files that a person reads (quarantined rows)."""
        path = self._new / name
        path.mkdir(exist_ok=True)
        return path

    def commit(self, quality: Mapping[str, Any]) -> Store:
        """Put the new folder in place of the old one and open it; `quality` without "findings" waits for `add_findings`."""
        if "findings" in quality:
            write_json(self._new / FINDINGS, {"findings": quality["findings"]})
        write_json(self._new / QUALITY, {name: told for name, told in quality.items() if name != "findings"})
        write_json(self._new / INDEX, self._index)
        former = folders.replace_folder(self._new, self.folder, "cu")
        if former:
            folders.delete(former.place)
        return Store(self.folder)

    def add_findings(self, findings: Sequence[Mapping[str, Any]]) -> None:
        """Write the findings on the rows of tables that are in place already, in one step."""
        temporary = (self.folder / FINDINGS).with_suffix(".tmp")
        write_json(temporary, {"findings": findings})
        temporary.replace(self.folder / FINDINGS)

    def discard(self) -> None:
        """Forget everything written so far; the store in place stays as it was."""
        shutil.rmtree(self._new, ignore_errors=True)
