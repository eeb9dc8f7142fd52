"""The rows of a table: in memory while they are few, on disk when they are many. How many are few changes no result.

Rows are gathered file by file and come again in parts, in the order of their keys and with all rows of a key in one part.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tthc_analysis.columns import PROVENANCE, Table
from tthc_analysis.exports._bytes import flat
from tthc_analysis.exports.clean import DTYPES
from tthc_analysis.folders import scratch_name
from tthc_analysis.store.write import file_hash, to_arrow

#: so many are few
WHOLE_ROWS = 300_000
#: about so many come in one part of many
PART_ROWS = 250_000
#: rows of a file that are read together, fewer where a few are sought by their key; keys by which rows are shared out
_GROUP_ROWS, _SOUGHT_ROWS, _SAMPLES = 100_000, 25_000, 1_000
#: kinds of columns whose values come again and again
_TEXTS = ("text", "code", "category")
#: rows that wait to be united are read once or a few times, and soon: what is quickly packed and unpacked
_WAITING = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
#: bounds of a key, the first included; None is no bound, and without an upper one the rows without a key are among them
Span = tuple[Any, Any]
_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def names(table: Table) -> list[str]:
    """The columns of a cleaned table with those that tell where a row comes from."""
    return [c.name for c in (*table.columns, *PROVENANCE)]


def no_rows(table: Table) -> pd.DataFrame:
    """The cleaned table without any row."""
    return pd.DataFrame({c.name: pd.Series([], dtype=DTYPES.get(c.kind, "str")) for c in (*table.columns, *PROVENANCE)})


def read_rows(table: Table, path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Rows of a parquet file of the canonical schema as the cleaning has given them, or some columns of them."""
    return _as_cleaned(table, pq.read_table(path, columns=columns, use_threads=False), columns is not None)


def _as_cleaned(table: Table, data: pa.Table, apart: bool) -> pd.DataFrame:
    """Rows of the canonical schema as the cleaning has given them, each column `apart` where that is asked for."""
    dates = {c.name for c in (*table.columns, *PROVENANCE) if c.kind == "date"}
    for place, name in enumerate(data.column_names):
        if name in dates:
            data = data.set_column(place, name, data[name].cast(pa.timestamp("us")))
    frame: pd.DataFrame = data.to_pandas(types_mapper=_TYPES.get, split_blocks=apart)
    return frame


@dataclass(frozen=True)
class Held:
    """Some rows of a table, in memory or in a file; of a file in order of its key, with some keys evenly from all.

    `edges` are the first and the last key of each batch of the file, None for rows without a key, which come last.
    """

    table: Table
    count: int
    frame: pd.DataFrame | None
    path: Path | None = None
    keys: tuple[Any, ...] = ()
    edges: tuple[Span, ...] = ()

    def read(self, columns: list[str] | None = None, span: Span = (None, None)) -> pd.DataFrame:
        """The rows, or some columns of them; of a file those with a key in `span`."""
        if self.frame is not None:
            return self.frame if columns is None else self.frame[columns]
        assert self.path is not None
        places = None if columns is None else [names(self.table).index(name) for name in columns]
        with pa.OSFile(str(self.path)) as file:
            options = pa.ipc.IpcReadOptions(included_fields=places, use_threads=False)
            reader = pa.ipc.open_file(file, options=options)
            key = self.table.key[0]
            batches = [
                _within(reader.get_batch(n), key, span) for n, edge in enumerate(self.edges) if _touches(edge, span)
            ]
            data = pa.Table.from_batches(batches, reader.schema)
        return _as_cleaned(self.table, data if columns is None else data.select(columns), columns is not None)

    def reaches(self, span: Span) -> bool:
        """Whether a row with a key in `span` may be among these."""
        return not self.edges or any(_touches(edge, span) for edge in self.edges)


def _touches(edge: Span, span: Span) -> bool:
    """Whether sorted keys with these ends, of which None comes last, may have one in `span`."""
    (first, last), (low, high) = edge, span
    if high is not None and (first is None or first >= high):
        return False
    return low is None or last is None or bool(last >= low)


def _within(batch: pa.RecordBatch, key: str, span: Span) -> pa.RecordBatch:
    """The rows of a batch in order of its key that are in `span`."""
    if span == (None, None):
        return batch
    keys, (low, high) = batch.column(key), span
    known = len(keys) - keys.null_count
    first = 0 if low is None else bisect_left(range(known), low, key=lambda n: keys[n].as_py())
    last = len(keys) if high is None else bisect_left(range(known), high, key=lambda n: keys[n].as_py())
    return batch.slice(first, last - first)


@dataclass(frozen=True)
class Written:
    """A file with so many rows, and its content hash."""

    path: Path
    count: int
    content: str


class Disk:
    """A folder for a while with some rows of one table, frame by frame; it goes when nothing uses it any more."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._folder = tempfile.TemporaryDirectory(prefix=scratch_name("dong"))
        self.files: list[Path] = []

    def add(self, frame: pd.DataFrame) -> None:
        """Some more rows."""
        self.files.append(self.write(frame, len(self.files)).path)

    def write(self, frame: pd.DataFrame, number: int) -> Written:
        """Rows as the file of this number, which is not among the `files` yet."""
        path = self._place(f"phan-{number:05}.parquet")
        data = to_arrow(self._table, frame)
        columns, own = (*self._table.columns, *PROVENANCE), {*self._table.key, "source_row"}
        again = [
            c.name for c in columns if data[c.name].null_count or not (c.kind == "datetime" or c.name in own)
        ]  # no dictionary of values that hardly come again; beneath nulls the content hash sees what a dictionary leaves there
        pq.write_table(data, path, compression="zstd", row_group_size=_GROUP_ROWS, use_dictionary=again)
        return Written(path, len(frame), file_hash(path))

    def take(self, paths: Iterable[Path]) -> None:
        """Have these files of this folder, one after the other."""
        for path in paths:
            self.files.append(path.rename(self._place(f"phan-{len(self.files):05}.parquet")))

    def _place(self, name: str) -> Path:
        return Path(self._folder.name) / name

    def hold(self, frame: pd.DataFrame, name: str) -> Held:
        """The rows as the file of this name, in order of their key, so that a few of them are found quickly."""
        data, key, path = to_arrow(self._table, frame), self._table.key[0], self._place(f"{name}.arrow")
        if not frame[key].is_monotonic_increasing:
            data = data.take(pc.sort_indices(data, [(key, "ascending")])).combine_chunks()
        with pa.ipc.new_file(str(path), data.schema, options=_WAITING) as file:
            file.write_table(data, max_chunksize=_SOUGHT_ROWS)
        keys, starts = flat(data[key]), range(0, len(data), _SOUGHT_ROWS)
        edges = [(keys[n].as_py(), keys[min(n + _SOUGHT_ROWS, len(keys)) - 1].as_py()) for n in starts]
        keys = keys.drop_null()
        some = keys.take(np.unique(np.linspace(0, len(keys) - 1, _SAMPLES).astype(np.int64))) if len(keys) else keys
        return Held(self._table, len(frame), None, path, tuple(some.to_pylist()), tuple(edges))

    def read(self, path: Path, columns: list[str] | None = None) -> pd.DataFrame:
        """The rows of a file, some columns."""
        return read_rows(self._table, path, columns)


class Gathered:
    """The good rows of file after file, which come again in parts; a table whose first key column is no code is one part."""

    def __init__(self, table: Table) -> None:
        self._table, self._key = table, table.column(table.key[0])
        self._held: list[tuple[Held, date | None]] = []
        self._disk: Disk | None = None

    def disk(self) -> Disk:
        """Where rows are that memory does not hold."""
        self._disk = self._disk or Disk(self._table)
        return self._disk

    def add(self, frame: pd.DataFrame) -> None:
        """Some more rows."""
        self.hold([Held(self._table, len(frame), frame)], None)

    def hold(self, held: Iterable[Held], day: date | None) -> None:
        """The rows of a file, of the snapshot `day` where they tell no other."""
        self._held += [(one, day) for one in held if one.count]
        if self._key.kind == "code" and sum(one.count for one, _ in self._held) > WHOLE_ROWS:
            self._held = [(self._on_disk(n, one), day) for n, (one, day) in enumerate(self._held)]

    def _on_disk(self, number: int, one: Held) -> Held:
        return one if one.frame is None else self.disk().hold(one.frame, f"bo-nho-{number:05}")

    def _sorted(self, frames: list[pd.DataFrame]) -> pd.DataFrame:
        """All rows in order of key, snapshot, file and row."""
        filled = [f for f in frames if len(f)] or [no_rows(self._table)]
        order = [*self._table.key, "snapshot_date", "source_file", "source_row"]
        everything = pd.concat(filled, ignore_index=True)[names(self._table)]
        if is_rising(self._table, everything):
            return everything
        return everything.sort_values(order, ignore_index=True, kind="stable")

    def part(self, span: Span) -> pd.DataFrame:
        """The rows with a key in `span`, in order of key, snapshot, file and row."""
        return self._sorted([dated(one.read(span=span), day) for one, day in self._held if one.reaches(span)])

    def spans(self) -> list[Span]:
        """Bounds of the key within which are about as many rows each, and every row within one of them."""
        if self._key.kind != "code" or all(one.path is None for one, _ in self._held):
            return [(None, None)]
        rows = sum(one.count for one, _ in self._held)
        keys = pd.Series([k for one, _ in self._held for k in one.keys], dtype="object")
        shares = pd.Series([one.count / len(one.keys) for one, _ in self._held for _ in one.keys])
        order = keys.argsort(kind="stable")
        keys, sums = keys.iloc[order], shares.iloc[order].cumsum()
        count = max(-(-rows // PART_ROWS), 1)
        ends = np.searchsorted(sums.to_numpy(), [rows * i / count for i in range(1, count)])
        inner = list(dict.fromkeys(keys.iloc[np.minimum(ends, len(keys) - 1)])) if len(keys) else []
        return list(pairwise([None, *inner, None]))


def is_rising(table: Table, rows: pd.DataFrame) -> bool:
    """Whether the one key of each row is a known text after that of the row before: rows in order, and no key twice."""
    name, *others = table.key
    if others or table.column(name).kind not in _TEXTS or rows[name].hasnans:
        return False
    keys = flat(pa.array(rows[name], pa.string()))
    return bool(pc.all(pc.less(keys[:-1], keys[1:]), min_count=0).as_py())


def dated(frame: pd.DataFrame, day: date | None) -> pd.DataFrame:
    """Rows with the day of their snapshot, which is `day` where they tell none."""
    days = frame["snapshot_date"]
    return frame if day is None else frame.assign(snapshot_date=days.fillna(np.datetime64(day, "us")))


class Rows:
    """The rows of a table in the order in which they are added."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._frames: list[pd.DataFrame] = []
        self._count = 0
        self._disk: Disk | None = None
        #: the content hashes of the files, where they are known
        self.contents: tuple[str, ...] = ()

    def add(self, frame: pd.DataFrame) -> None:
        """Some more rows."""
        self._count += len(frame)
        self._frames.append(frame)
        if self._count > WHOLE_ROWS:
            self._disk = self._disk or Disk(self._table)
            for one in self._frames:
                self._disk.add(one)
            self._frames = []

    def disk(self) -> Disk:
        """Where somebody may write rows that are then taken."""
        self._disk = self._disk or Disk(self._table)
        return self._disk

    def take(self, written: Sequence[Written]) -> None:
        """Have the rows of these files of the disk, and no other ones."""
        disk, self._count = self.disk(), sum(one.count for one in written)
        if self._count > WHOLE_ROWS:
            disk.take(one.path for one in written)
            self.contents = tuple(one.content for one in written)
        else:
            self._frames = [disk.read(one.path) for one in written]
            self._disk = None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """The rows, part by part."""
        yield from self._frames if self._disk is None else map(self._disk.read, self._disk.files)

    def parts(self, wanted: list[str]) -> Iterator[pd.DataFrame]:
        """Some columns of the rows, part by part."""
        if self._disk is None:
            return (frame[wanted] for frame in self._frames)
        disk = self._disk
        return (disk.read(path, columns=wanted) for path in disk.files)

    @property
    def files(self) -> list[Path]:
        """The parquet files that hold the rows; none while they are in memory."""
        return self._disk.files if self._disk else []

    @cached_property
    def whole(self) -> pd.DataFrame:
        """All rows as one frame."""
        return pd.concat([no_rows(self._table), *self], ignore_index=True) if self.files else self._in_memory()

    def _in_memory(self) -> pd.DataFrame:
        if len(self._frames) == 1:
            return self._frames[0]
        return pd.concat([f for f in self._frames if len(f)] or [no_rows(self._table)], ignore_index=True)

    def columns(self, wanted: list[str]) -> pd.DataFrame:
        """Some columns of all rows; of many rows, texts that come again are kept once."""
        if self._disk is None:
            return self.whole
        texts = {c.name for c in (*self._table.columns, *PROVENANCE) if c.kind in _TEXTS}
        again = sorted((texts & set(wanted)) - {self._table.key[0]})
        known: dict[str, dict[Any, None]] = {name: {} for name in again}
        parts = []
        for path in self._disk.files:
            part = self._disk.read(path, columns=wanted)
            parts.append(part.assign(**{n: part[n].astype("category") for n in again}))
            for name in again:
                known[name] |= dict.fromkeys(parts[-1][name].cat.categories)
        kinds = {name: pd.CategoricalDtype(list(found)) for name, found in known.items()}
        parts = [p.astype(kinds) for p in parts]  # nothing holds those of before while they are joined
        return joined(parts)


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts, which are used up: column by column, so that memory never holds all of them twice."""
    columns = list(parts[0].columns)
    found = {name: pd.concat([p.pop(name) for p in parts], ignore_index=True) for name in columns}
    return pd.DataFrame(found, copy=False)
