"""Rows that were set aside: one file per table that names file, sheet, row and reason, can be corrected and read again.

The analyst corrects the cells in `cach_ly/<table>.csv` and puts the file among the exports. Its rows keep the export date of
the file they came from, so a newer snapshot still wins, and the set-aside rows say where they were corrected.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tthc_analysis.columns import Table

PLACES = ("source_file", "source_sheet", "source_row", "snapshot_date", "reason_code", "reason", "corrected_in")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def quarantine_frame(table: Table, parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All set-aside rows of a table as text, in one order of columns."""
    names = [*PLACES, *table.names]
    found = [part for part in parts if len(part)]
    if not found:
        return pd.DataFrame({n: pd.Series([], dtype="Int64" if n == "source_row" else "str") for n in names})
    return pd.concat(found, ignore_index=True).reindex(columns=names)


def mark_corrected(quarantined: pd.DataFrame, corrected: pd.DataFrame) -> pd.DataFrame:
    """`quarantined` with the name of the file in which a row was corrected and accepted ("" when it was not)."""
    origin = ["source_file", "source_sheet", "source_row"]
    where = {(f, s, int(r)): c for f, s, r, c in corrected.itertuples(index=False)}
    keys = zip(*(quarantined[n] for n in origin), strict=True)
    return quarantined.assign(corrected_in=[where.get((f, s, int(r)), "") for f, s, r in keys])


def incomplete(table: Table, frame: pd.DataFrame, quarantined: pd.DataFrame) -> list[str]:
    """The values of `table.whole` in `frame` of which a row is still set aside, in an export no older than their rows.

    A set-aside row that does not tell its value may belong to any that the same export tells of.
    """
    waiting = quarantined[quarantined["corrected_in"].fillna("") == ""]
    if not table.whole or waiting.empty:
        return []
    newest = frame.groupby(table.whole)["snapshot_date"].max()
    found: set[str] = set()
    for row in waiting.to_dict("records"):
        value = row[table.whole]
        if isinstance(value, str) and value:
            told = [value] if value in newest.index else []
        else:
            told = list(frame.loc[frame["source_file"] == row["source_file"], table.whole].unique())
        found |= {v for v in told if pd.Timestamp(row["snapshot_date"]) >= newest[v]}
    return sorted(found)


def harmless(text: object) -> object:
    """`text` so that a spreadsheet shows it instead of computing it; the reader takes the apostrophe off again."""
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


def write_quarantine(quarantined: pd.DataFrame, path: Path) -> None:
    """Write the set-aside rows that are not corrected yet as CSV that a spreadsheet opens and `read_export` reads."""
    waiting = quarantined[quarantined["corrected_in"].fillna("") == ""]
    if len(waiting):
        waiting.drop(columns="corrected_in").map(harmless).to_csv(path, index=False, encoding="utf-8-sig")
