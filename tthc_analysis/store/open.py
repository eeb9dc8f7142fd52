"""The one room for processed data: canonical tables as parquet, their index and content hashes, and SQL over them.

A folder of processed data belongs to one raw folder and is written as a whole by `tthc prepare` (see `store.write`). Opening one
loads neither pandas nor the SQL runner; the first query does.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tthc_analysis.columns import DOSSIERS, TABLES
from tthc_analysis.errors import NotPrepared, NotValidated, OtherVersion
from tthc_analysis.store import sql
from tthc_analysis.store.answers import shared

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

INDEX = "tables.json"
QUALITY = "quality.json"
FINDINGS = "findings.json"
#: seconds that findings are waited for in a process that was told that they come, and between two looks
_LONGEST_WAIT, _LOOK_EVERY = 1800.0, 0.05
#: results up to this size are kept: the figures of one section ask the same of the same tables many times
_REMEMBERED_ROWS = 10_000


def parquet_path(folder: Path, name: str) -> Path:
    """Where the table `name` is in a processed folder: a file, or a folder of files for a large table."""
    whole = folder / name
    return whole if whole.is_dir() else folder / f"{name}.parquet"


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """JSON with sorted keys, the same bytes for the same data."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


_OPENED: list[tuple[Path, set[str]]] = []
_AWAITED: list[Path] = []


def await_findings(folder: Path) -> None:
    """Let this process wait for the findings on the tables of `folder`, which its caller looks for meanwhile."""
    _AWAITED.append(folder.resolve())


def opened_tables() -> frozenset[tuple[Path, str]]:
    """(folder, table) of every table that any store of this process used: what its results depend on."""
    return frozenset((folder.resolve(), name) for folder, names in _OPENED for name in names)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


class Store:
    """Processed tables of one folder, opened read-only; `opened` names the tables that were used.

    `counted_by` counts large tables (default: what `sql.use` said in this process, else DuckDB). `far` is where Spark finds a
    copy of the folder ("" is the folder itself), for example on a cluster's file system.
    """

    def __init__(self, folder: Path | str, far: str = "", counted_by: sql.SqlName | None = None) -> None:
        self.folder, self.far = Path(folder), far
        self.counted_by = counted_by or sql.chosen()
        self.opened: set[str] = set()
        self._known: dict[str, pd.DataFrame] = {}
        self._tables: dict[str, pa.Table] = {}
        self._running: dict[sql.SqlName, sql.Sql] = {}
        self._made: set[tuple[sql.SqlName, str]] = set()
        if not (self.folder / INDEX).is_file():
            raise NotPrepared("mọi bảng", str(folder))
        index = (self.folder / INDEX).read_text(encoding="utf-8")
        self.index: dict[str, dict[str, Any]] = json.loads(index)
        self._state = f"{self.folder.resolve()}\n{self.counted_by}\n{index}"
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
        """What `tthc prepare` recorded of files, rows and quarantine, and what it found of files."""
        self.opened.add("quality")
        data: dict[str, Any] = json.loads((self.folder / QUALITY).read_text(encoding="utf-8"))
        return data

    def findings(self) -> list[dict[str, Any]]:
        """What validation found, table by table: on the rows, then on the files that they came from."""
        quality, order = self.quality(), list(TABLES)
        found: list[dict[str, Any]] = [*self._of_rows(quality), *quality.get("file_findings", ())]
        return sorted(found, key=lambda one: order.index(one["table"]))

    def _of_rows(self, quality: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The findings on the rows; raises NotValidated where nobody has looked for them to the end."""
        self.opened.add("findings")
        path, until = self.folder / FINDINGS, time.monotonic() + _LONGEST_WAIT
        while not path.is_file() and self.folder.resolve() in _AWAITED and time.monotonic() < until:
            time.sleep(_LOOK_EVERY)
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            told = dict(quality)  # of a version that kept them there
        if "findings" not in told:
            raise NotValidated(str(self.folder))
        found: list[dict[str, Any]] = told["findings"]
        return found

    def frame(self, name: str) -> pd.DataFrame:
        """One whole canonical table as a frame; raises NotPrepared."""
        self._require(name)
        return self.query(f"SELECT * FROM {name}")

    def query(self, text: str) -> pd.DataFrame:
        """The result of one SQL statement over the canonical tables (views named like the datasets).

        A table that was never exported has no row; it counts as used, so that its first export makes the result stale.
        """
        used = self._used(text)
        if text not in self._known:
            result: pd.DataFrame = self._answer(text, "frame", used)
            if len(result) > _REMEMBERED_ROWS:
                return result
            self._known[text] = result
        return self._known[text].copy()

    def counted(self, text: str) -> str:
        """Let statements read the groups that a statement counts as a small table; its name, which says the question."""
        used = self._used(text)
        name = f"dem_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        return name if self.knows(name) else self.table(name, self._answer(text, "arrow", used))

    def _used(self, text: str) -> set[str]:
        """The tables that a statement names, which from now on count as opened."""
        # every word that is the name of a table: DuckDB's own list of names leaves views out
        used = _words(text) & {*TABLES, *self.index}
        self.opened |= used
        return used

    def _answer(self, text: str, form: Literal["frame", "arrow"], used: set[str]) -> Any:
        """The result of a statement; what is asked of dossiers is shared with the other processes of a run."""
        large = DOSSIERS.name in used

        def ask() -> Any:
            counted_by = self.counted_by if large else "duckdb"
            self._complete(counted_by, _words(text))
            return self._result(counted_by, text, form)

        return shared(f"{form}\n{self._state}\n{text}", ask) if large else ask()

    def _result(self, counted_by: sql.SqlName, text: str, form: Literal["frame", "arrow"]) -> Any:
        """The result of a statement; raises OtherVersion where it fails over tables that lack columns of today."""
        try:
            return getattr(self._sql(counted_by), form)(text)
        except Exception:
            if any(self._lacks_columns(name) for name in self.index if name in TABLES):
                raise OtherVersion(str(self.folder)) from None
            raise

    def _lacks_columns(self, name: str) -> bool:
        self._complete("duckdb", {name})
        present = self._sql("duckdb").frame(f"SELECT * FROM {name} LIMIT 0").columns
        return bool({c.name for c in TABLES[name].columns} - set(present))

    def table(self, name: str, data: pa.Table) -> str:
        """Let statements read a small table of the program's own as `name`, which says its content; returns the name."""
        self._tables.setdefault(name, data)
        return name

    def knows(self, name: str) -> bool:
        """Whether a table of the program's own of that name was given."""
        return name in self._tables

    def _complete(self, counted_by: sql.SqlName, words: set[str]) -> None:
        """Make readable what a statement names: exported tables, tables never exported, small ones of the program."""
        for name in sorted(words & {*TABLES, *self.index, *self._tables}):
            if (counted_by, name) not in self._made:
                self._make(self._sql(counted_by), counted_by, name)
                self._made.add((counted_by, name))

    def _make(self, running: sql.Sql, counted_by: sql.SqlName, name: str) -> None:
        if name in self.index:
            place, far = self.place(name), self.far if counted_by == "spark" else ""
            running.view(name, place.replace(self.folder.as_posix(), far, 1) if far else place)
        elif name in self._tables:
            running.table(name, self._tables[name])
        else:
            running.empty(TABLES[name])

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

    def _sql(self, name: sql.SqlName) -> sql.Sql:
        """DuckDB or Spark; only dossiers are ever so many that another than DuckDB pays."""
        if name not in self._running:
            self._running[name] = sql.start(name, int(self.index.get(DOSSIERS.name, {}).get("rows", 0)))
        return self._running[name]
