"""Two whole columns of a file that stand under each other's headings, and dossiers in process that have an end.

Every cell reads well and every row may be true; what tells is how the rows of a file hang together: who has no end yet, which
day lies a fixed time after receipt, which name belongs to one other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from tthc_analysis.columns import FINISHED_STATUSES, Table
from tthc_analysis.rules.reading import load_reading

#: statuses of dossiers that are still in process: none of them has an end
IN_PROCESS = ("registered", "received", "processing", "awaiting_supplement", "awaiting_payment")
_ENDS = ("resolved_at", "returned_at")
_ROWS_AT_A_TIME = 1_000_000


def ended_in_process(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows still in process that have an end: single slips, and those of files with more than slips explain."""
    ends = [frame[name].notna() for name in _ENDS if name in frame]
    if "status" not in frame or not ends:
        return frame.iloc[:0], frame.iloc[:0]
    limit, still = load_reading().open_with_end, frame["status"].isin(IN_PROCESS)
    ended = still & pd.concat(ends, axis=1).any(axis=1)
    if not ended.any():
        return frame.iloc[:0], frame.iloc[:0]
    files = frame["source_file"]
    counts = pd.DataFrame({"ended": ended, "still": still}).groupby(files, observed=True).sum()
    many = counts.index[(counts["ended"] >= limit.least) & (counts["ended"] > limit.most_share * counts["still"])]
    grave = files.isin(list(many))
    return frame[ended & ~grave], frame[ended & grave]


def spans(count: int, together: int) -> Iterator[slice]:
    """So many rows in slices of `together`, the last one shorter."""
    return (slice(start, start + together) for start in range(0, count, together))


def by_file(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each file; those of a single one are not held twice."""
    files = frame["source_file"]
    if files.nunique() == 1:
        yield str(files.iloc[0]), frame
    else:
        yield from ((str(file), rows) for file, rows in frame.groupby("source_file", sort=False, observed=True))


def exchanged_days(table: Table, frame: pd.DataFrame) -> list[str]:
    """“file: A, B” for every file in which the due day and an end of dossiers stand under each other's headings."""
    return _files(table, frame, lambda rows, end: _by_status(rows, end) or _by_term(rows, end))


def perhaps_exchanged_days(table: Table, frame: pd.DataFrame) -> list[str]:
    """The same of files with too few rows to be sure: every end lies a fixed time after receipt, no due day does, none comes after."""
    return _files(table, frame, _perhaps_by_term)


def _files(table: Table, frame: pd.DataFrame, are_exchanged: Callable[[pd.DataFrame, str], bool]) -> list[str]:
    """The files of whose rows this is true for some end."""
    if not {"due_at", "received_at"} <= set(frame):
        return []
    ends = [name for name in _ENDS if name in frame]
    return [
        _told(table, file, "due_at", end) for file, rows in by_file(frame) for end in ends if are_exchanged(rows, end)
    ]


def _perhaps_by_term(rows: pd.DataFrame, end: str) -> bool:
    limits, few = load_reading().exchanged_columns, load_reading().open_with_end.least
    both = _both(rows, end)
    if not few <= both.sum() < limits.least:
        return False
    known = rows[both]
    if (known[end].dt.normalize() < known["due_at"].dt.normalize()).any():
        return False
    kinds = known["procedure_code" if "procedure_code" in known else "source_file"].astype("object").fillna("")
    known = known[kinds.map(kinds.value_counts()) >= few]
    names = kinds[known.index].to_numpy()
    return len(known) > 0 and any(
        _alike(one, names) == 1 and _alike(other, names) < 1
        for one, other in zip(_terms(known, end), _terms(known, "due_at"), strict=True)
    )


def _told(table: Table, file: str, *names: str) -> str:
    return f"{file}: " + ", ".join(f"“{table.column(name).label}”" for name in names)


def _by_status(rows: pd.DataFrame, end: str) -> bool:
    """Whether the dossiers in process have an end and no due day, where finished ones have both."""
    if "status" not in rows:
        return False
    limits, least = load_reading().exchanged_columns, load_reading().open_with_end.least
    still, done = rows["status"].isin(IN_PROCESS), rows["status"].isin(FINISHED_STATUSES)
    odd = int((still & rows[end].notna() & rows["due_at"].isna()).sum())
    if odd < max(least, limits.nearly_all * int(still.sum())):
        return False
    return bool(done.any()) and int((done & _both(rows, end)).sum()) / int(done.sum()) >= limits.nearly_all


def _both(rows: pd.DataFrame, end: str) -> pd.Series:
    """Which rows have this end and a due day."""
    return rows[end].notna() & rows["due_at"].notna()


def _by_term(rows: pd.DataFrame, end: str) -> bool:
    """Whether the end lies a fixed time after receipt and never before the due day, which lies anywhere."""
    limits, count = load_reading().exchanged_columns, int(_both(rows, end).sum())
    late = sum(
        int((_days(some[end]) >= _days(some["due_at"])).sum()) for _, some in _some_at_a_time(rows, [end, "due_at"])
    )
    if count < limits.least or late / count < limits.nearly_all:
        return False
    return _share_alike(rows, end, end) >= limits.nearly_all and _share_alike(rows, end, "due_at") <= limits.scattered


def _some_at_a_time(rows: pd.DataFrame, columns: list[str]) -> Iterator[tuple[slice, pd.DataFrame]]:
    """Some columns of the rows, so many at a time that memory holds little of what is made of them."""
    return ((some, rows[columns].iloc[some]) for some in spans(len(rows), _ROWS_AT_A_TIME))


def _share_alike(rows: pd.DataFrame, end: str, name: str) -> float:
    """The share of rows with this end and a due day whose time from receipt to the day `name` is the commonest of their kind.

    Of the calendar and of the working week that which has more of them.
    """
    kinds = pd.factorize(rows["procedure_code" if "procedure_code" in rows else "source_file"], use_na_sentinel=False)[
        0
    ]
    ways: tuple[list[pd.Series], list[pd.Series]] = ([], [])
    for some, part in _some_at_a_time(rows, list(dict.fromkeys(["received_at", "due_at", end]))):
        both = _both(part, end)
        for way, terms in zip(ways, _terms(part[both], name), strict=True):
            told = pd.DataFrame({"kind": kinds[some][both.to_numpy()], "term": terms})
            way.append(told.groupby(["kind", "term"]).size())
    often = [pd.concat(way).groupby(["kind", "term"]).sum() for way in ways]
    return max(float(one.groupby("kind").max().sum() / one.sum()) for one in often)


def _days(moments: pd.Series) -> np.ndarray:
    return moments.to_numpy(dtype="datetime64[us]").astype("datetime64[D]")


def _terms(rows: pd.DataFrame, name: str) -> Iterator[np.ndarray]:
    """The days from receipt to another day, as the calendar and as the working week count them."""
    first, last = (rows[n].to_numpy(dtype="datetime64[D]") for n in ("received_at", name))
    yield (last - first).astype(np.int64)
    yield np.busday_count(first, last)


def _alike(terms: np.ndarray, kinds: np.ndarray) -> float:
    """The share of rows whose term is the commonest of their kind."""
    counts = pd.DataFrame({"kind": kinds, "term": terms}).groupby("kind", dropna=False)["term"].value_counts()
    return float(counts.groupby(level="kind", dropna=False).max().sum() / len(terms))


def exchanged_names(table: Table, frame: pd.DataFrame) -> list[str]:
    """“file: A, B” for every file whose fields each belong to one procedure while procedures belong to several fields."""
    if not {"procedure_name", "field"} <= set(frame):
        return []
    pairs = _distinct(frame, ["source_file", "procedure_name", "field"])
    return [_told(table, file, "procedure_name", "field") for file, rows in by_file(pairs) if _turned(rows)]


def _distinct(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The distinct values of some columns, all known, in the order of the rows; a part at a time, for most come again."""
    parts = (frame[columns].iloc[some].dropna() for some in spans(len(frame), _ROWS_AT_A_TIME))
    return pd.concat([part.drop_duplicates() for part in parts]).drop_duplicates()


def _turned(pairs: pd.DataFrame) -> bool:
    """Whether the pairs of a file make sense only with procedure and field exchanged."""
    several = pairs["procedure_name"].duplicated().any()
    return len(pairs) >= load_reading().open_with_end.least and bool(several) and not pairs["field"].duplicated().any()
