"""The rows of a table: in memory while they are few, on disk when they are many. How many are few changes no result.

Rows are gathered file by file and come again in parts, in the order of their keys and with all rows of a key in one part.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

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
_GROUP_ROWS, _SAMPLES = 100_000, 1_000
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
    frame: pd.DataFrame = data.to_pandas(types_mapper=_TYPES.get)
    return frame


class _Disk:
    """A folder for a while with some rows of one table, frame by frame; it goes when nothing uses it any more."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._folder = tempfile.TemporaryDirectory(prefix=scratch_name("dong"))
        self.files: list[Path] = []

    def add(self, frame: pd.DataFrame) -> None:
        path = Path(self._folder.name) / f"phan-{len(self.files):05}.parquet"
        pq.write_table(to_arrow(self._table, frame), path, compression="zstd", row_group_size=_GROUP_ROWS)
        self.files.append(path)

    def read(self, path: Path, wanted: Any = None, columns: list[str] | None = None) -> pd.DataFrame:
        return read_rows(self._table, path, wanted, columns)


class Gathered:
    """The good rows of file after file, which come again in parts; a table whose first key column is no code is one part."""

    def __init__(self, table: Table) -> None:
        self._table, self._key = table, table.column(table.key[0])
        self._frames: list[pd.DataFrame] = [no_rows(table)]
        self._keys: list[str] = []
        self._count = 0
        self._disk: _Disk | None = None

    def add(self, frame: pd.DataFrame) -> None:
        """Some more rows."""
        if not len(frame):
            return
        self._frames.append(frame)
        self._count += len(frame)
        if self._key.kind == "code":
            self._keys += frame[self._key.name].iloc[:: max(len(frame) // _SAMPLES, 1)].dropna().tolist()
            if self._count > WHOLE_ROWS:
                self._to_disk()

    def _to_disk(self) -> None:
        self._disk = self._disk or _Disk(self._table)
        for frame in self._frames:
            if len(frame):
                self._disk.add(self._sorted([frame]))
        self._frames = []

    def _sorted(self, frames: list[pd.DataFrame]) -> pd.DataFrame:
        """All rows in order of key, snapshot, file and row."""
        filled = [f for f in frames if len(f)] or [no_rows(self._table)]
        order = [*self._table.key, "snapshot_date", "source_file", "source_row"]
        everything = pd.concat(filled, ignore_index=True)[names(self._table)]
        return everything.sort_values(order, ignore_index=True, kind="stable")

    def parts(self) -> Iterator[pd.DataFrame]:
        """All rows in order of key, snapshot, file and row."""
        if self._disk is None:
            yield self._sorted(self._frames)
            return
        for wanted in self._ranges():
            found = [self._disk.read(path, wanted) for path in self._disk.files]
            if any(map(len, found)):
                yield self._sorted(found)

    def _ranges(self) -> Iterator[Any]:
        """Conditions on the key, each of which about as many rows meet, and every row one."""
        keys, count = sorted(self._keys), max(-(-self._count // PART_ROWS), 1)
        field = pc.field(self._key.name)
        inner = list(dict.fromkeys(keys[len(keys) * i // count] for i in range(1, count))) if keys else []
        for low, high in pairwise([None, *inner, None]):
            over = field.is_valid() if low is None else field >= low
            wanted = over if high is None else over & (field < high)
            yield wanted | field.is_null() if high is None else wanted


class Rows:
    """The rows of a table in the order in which they are added."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._frames: list[pd.DataFrame] = []
        self._count = 0
        self._disk: _Disk | None = None

    def add(self, frame: pd.DataFrame) -> None:
        """Some more rows."""
        self._count += len(frame)
        self._frames.append(frame)
        if self._count > WHOLE_ROWS:
            self._disk = self._disk or _Disk(self._table)
            for one in self._frames:
                self._disk.add(one)
            self._frames = []

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """The rows, part by part."""
        yield from self._frames if self._disk is None else map(self._disk.read, self._disk.files)

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
        return joined([p.astype(kinds) for p in parts])


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts, which are used up: column by column, so that memory never holds all of them twice."""
    columns = list(parts[0].columns)
    return pd.DataFrame({name: pd.concat([p.pop(name) for p in parts], ignore_index=True) for name in columns})
