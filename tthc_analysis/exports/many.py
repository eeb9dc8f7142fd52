"""The rows of a table: in memory while they are few, on disk when they are many. How many are few changes no result.

Rows are gathered file by file and come again in parts, in the order of their keys and with all rows of a key in one part.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
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
from tthc_analysis.exports.clean import DTYPES
from tthc_analysis.folders import scratch_name
from tthc_analysis.store.write import to_arrow

#: so many are few
WHOLE_ROWS = 300_000
#: about so many come in one part of many
PART_ROWS = 250_000
#: rows of a file that are read together, fewer where a few are sought by their key; keys by which rows are shared out
_GROUP_ROWS, _SOUGHT_ROWS, _SAMPLES = 100_000, 25_000, 1_000
_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def names(table: Table) -> list[str]:
    """The columns of a cleaned table with those that tell where a row comes from."""
    return [c.name for c in (*table.columns, *PROVENANCE)]


def no_rows(table: Table) -> pd.DataFrame:
    """The cleaned table without any row."""
    return pd.DataFrame({c.name: pd.Series([], dtype=DTYPES.get(c.kind, "str")) for c in (*table.columns, *PROVENANCE)})


def read_rows(table: Table, path: Path, wanted: Any = None, columns: list[str] | None = None) -> pd.DataFrame:
    """Rows of a parquet file of the canonical schema as the cleaning has given them: those that meet `wanted`, some columns."""
    dates = {c.name for c in (*table.columns, *PROVENANCE) if c.kind == "date"}
    data = pq.read_table(path, columns=columns, filters=wanted, use_threads=False)
    for place, name in enumerate(data.column_names):
        if name in dates:
            data = data.set_column(place, name, data[name].cast(pa.timestamp("us")))
    frame: pd.DataFrame = data.to_pandas(types_mapper=_TYPES.get, split_blocks=columns is not None)
    return frame


@dataclass(frozen=True)
class Held:
    """Some rows of a table, in memory or in a file; of a file in order of its key, with some keys evenly from all."""

    table: Table
    count: int
    frame: pd.DataFrame | None
    path: Path | None = None
    keys: tuple[Any, ...] = ()

    def read(self, columns: list[str] | None = None, wanted: Any = None) -> pd.DataFrame:
        """The rows, or some columns of them; of a file those that meet `wanted`."""
        if self.path is not None:
            return read_rows(self.table, self.path, wanted, columns)
        assert self.frame is not None
        return self.frame if columns is None else self.frame[columns]

    def reaches(self, low: Any, high: Any) -> bool:
        """Whether a key from `low` to `high` (excluded) may be among the rows; None is no bound."""
        if high is None or not self.keys:  # a row without a key is in the last range
            return True
        return bool(self.keys[0] < high and (low is None or self.keys[-1] >= low))


class Disk:
    """A folder for a while with some rows of one table, frame by frame; it goes when nothing uses it any more."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._folder = tempfile.TemporaryDirectory(prefix=scratch_name("dong"))
        self.files: list[Path] = []

    def add(self, frame: pd.DataFrame) -> None:
        """Some more rows."""
        self.files.append(Path(self._folder.name) / f"phan-{len(self.files):05}.parquet")
        _write(to_arrow(self._table, frame), self.files[-1], _GROUP_ROWS)

    def hold(self, frame: pd.DataFrame, name: str) -> Held:
        """The rows as the file of this name, in order of their key, so that a few of them are found quickly."""
        data, key, path = to_arrow(self._table, frame), self._table.key[0], Path(self._folder.name) / f"{name}.parquet"
        if not frame[key].is_monotonic_increasing:
            data = data.take(pc.sort_indices(data, [(key, "ascending")]))
        _write(data, path, _SOUGHT_ROWS)
        keys = data[key].drop_null()
        some = keys.take(np.unique(np.linspace(0, len(keys) - 1, _SAMPLES).astype(np.int64))) if len(keys) else keys
        return Held(self._table, len(frame), None, path, tuple(some.to_pylist()))

    def read(self, path: Path, wanted: Any = None, columns: list[str] | None = None) -> pd.DataFrame:
        """The rows of a file that meet `wanted`, some columns."""
        return read_rows(self._table, path, wanted, columns)


def _write(data: pa.Table, path: Path, together: int) -> None:
    pq.write_table(data, path, compression="zstd", row_group_size=together)


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
        return everything.sort_values(order, ignore_index=True, kind="stable")

    def parts(self) -> Iterator[pd.DataFrame]:
        """All rows in order of key, snapshot, file and row."""
        if self._key.kind != "code" or all(one.path is None for one, _ in self._held):
            yield self._sorted([dated(one.read(), day) for one, day in self._held])
            return
        for low, high, wanted in self._ranges():
            found = [dated(one.read(wanted=wanted), day) for one, day in self._held if one.reaches(low, high)]
            if any(map(len, found)):
                yield self._sorted(found)

    def _ranges(self) -> Iterator[tuple[Any, Any, Any]]:
        """Bounds of the key and the condition for them, which about as many rows meet each, and every row one."""
        rows = sum(one.count for one, _ in self._held)
        keys = pd.Series([k for one, _ in self._held for k in one.keys], dtype="object")
        shares = pd.Series([one.count / len(one.keys) for one, _ in self._held for _ in one.keys])
        order = keys.argsort(kind="stable")
        keys, sums = keys.iloc[order], shares.iloc[order].cumsum()
        count, field = max(-(-rows // PART_ROWS), 1), pc.field(self._key.name)
        ends = np.searchsorted(sums.to_numpy(), [rows * i / count for i in range(1, count)])
        inner = list(dict.fromkeys(keys.iloc[np.minimum(ends, len(keys) - 1)])) if len(keys) else []
        for low, high in pairwise([None, *inner, None]):
            over = field.is_valid() if low is None else field >= low
            wanted = over if high is None else over & (field < high)
            yield low, high, wanted | field.is_null() if high is None else wanted


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

    def add(self, frame: pd.DataFrame) -> None:
        """Some more rows."""
        self._count += len(frame)
        self._frames.append(frame)
        if self._count > WHOLE_ROWS:
            self._disk = self._disk or Disk(self._table)
            for one in self._frames:
                self._disk.add(one)
            self._frames = []

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
        texts = {c.name for c in (*self._table.columns, *PROVENANCE) if c.kind in ("text", "code", "category")}
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
