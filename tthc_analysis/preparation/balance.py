"""What the account of every export says about the whole: an export of which nothing, or too little, was kept is no success."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tthc_analysis.columns import Table
from tthc_analysis.exports import Dataset
from tthc_analysis.preparation.expectations import expectations
from tthc_analysis.preparation.validation import Finding
from tthc_analysis.rules.reading import load_reading

_MOST_EXAMPLES = 20
#: what follows the letter of the table in the codes of these findings
KEPT, SHARE = "98", "99"


def codes(table: Table) -> tuple[str, str]:
    """The codes of the findings that `balance` gives for `table`."""
    letter = expectations(table)[0].code[:1]
    return letter + KEPT, letter + SHARE


def balance(data: Dataset) -> list[Finding]:
    """The findings on the accounts of a table: every export with rows keeps one, and few of them are set aside.

    A row counts as set aside until it is corrected, or a newer export tells of the same thing. An export without any data
    row is none to complain of: nothing may have happened.
    """
    if not data.accounts:
        return []
    most = load_reading().quarantine.most_share
    waiting = _waiting(data)
    counts = waiting["source_file"].value_counts()
    lost = {a.file for a in data.accounts if a.rows_in and not a.kept + a.replaced and counts.get(a.file, 0)}
    many = {a.file for a in data.accounts if counts.get(a.file, 0) > most * a.rows_in}
    checked = sum(a.rows_in for a in data.accounts)
    kept = "Mỗi tệp xuất có dòng dữ liệu thì giữ lại được ít nhất một dòng"
    few = f"Dòng cách ly không quá {most * 100:g}% số dòng của mỗi tệp xuất".replace(".", ",")
    found = []
    for code, text, files in zip(codes(data.table), (kept, few), (lost, many), strict=True):
        rows = waiting[waiting["source_file"].isin(files)]
        places = tuple(
            f"{r.source_file}, dòng {r.source_row}: {r.reason}" for r in rows.head(_MOST_EXAMPLES).itertuples()
        )
        found.append(Finding(code, data.table.name, text, "critical", checked, len(rows), places))
    return found


def _waiting(data: Dataset) -> pd.DataFrame:
    """The set-aside rows that are neither corrected nor told of by a newer export."""
    rows = data.quarantined[data.quarantined["corrected_in"].fillna("") == ""]
    if rows.empty or not len(data.rows):
        return rows
    keys = list(data.table.key)
    own = [_key(k) for k in rows[keys].itertuples(index=False, name=None)]
    told = dict(_newest(data, {key.split("\0", 1)[0] for key in own}))
    newest = pd.to_datetime(pd.Series([told.get(key) for key in own], index=rows.index))
    return rows[~(newest > pd.to_datetime(rows["snapshot_date"])).to_numpy()]


def _newest(data: Dataset, first: set[str]) -> Iterator[tuple[str, pd.Timestamp]]:
    """The day of the newest snapshot of each key; of keys that begin with a code, those that begin with one of `first`."""
    keys = list(data.table.key)
    for part in data.rows:
        coded = data.table.column(keys[0]).kind == "code"
        some = part[part[keys[0]].fillna("").isin(first)] if coded else part
        for values, day in some.groupby(keys, dropna=False)["snapshot_date"].max().items():
            yield _key(values), day


def _key(values: object) -> str:
    """The parts of a key as one text; a blank part is blank on both sides, whatever it is held as."""
    parts = values if isinstance(values, tuple) else (values,)
    return "\0".join("" if pd.isna(part) else str(part) for part in parts)
