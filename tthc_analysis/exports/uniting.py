"""The rows of all exports of a table → one row for each key: the newest snapshot wins, what differs is told.

Everything here looks at rows of one key only, so that a table comes part by part, each with all rows of its keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from tthc_analysis.columns import PROCEDURES, PROVENANCE, Table
from tthc_analysis.exports._two import by_two
from tthc_analysis.exports.appointments import with_appointments
from tthc_analysis.exports.many import Gathered, Held, Rows, Written, dated, is_rising
from tthc_analysis.exports.words import Better, with_words

#: facts of a dossier that a newer snapshot should not change
STABLE = ("received_at", "procedure_code", "channel")
#: what happened to a dossier before it was exported; a procedure may be published before it is valid
PAST = ("received_at", "resolved_at", "returned_at")
_FACTS = ["key", "label", "old_value", "old_file", "new_value", "new_file"]


@dataclass
class United:
    """The rows kept and, of those replaced, where they stand; the conflicts between snapshots and the places of contradictions."""

    kept: Rows
    replaced: pd.DataFrame
    conflicts: pd.DataFrame
    contradictions: tuple[str, ...]
    kept_of: Counter[str] = field(default_factory=Counter)
    replaced_of: Counter[str] = field(default_factory=Counter)


def unite(table: Table, gathered: Gathered, better: Better, newest: Mapping[str, pd.Timestamp]) -> United:
    """One row for each key; `newest` are the days of the newest lists by issuing body (of procedures)."""
    kept, spans = Rows(table), gathered.spans()
    disk = kept.disk() if len(spans) > 1 else None

    def settle(number: int) -> _Part:
        part = _united(table, with_words(gathered.part(spans[number]), better), newest)
        if disk and part.rows is not None:
            return replace(part, rows=None, written=disk.write(part.rows, number))
        return part

    told = by_two(settle, len(spans))
    if disk:
        kept.take([one.written for one in told if one.written and one.written.count])
    for part in told:
        if part.rows is not None:
            kept.add(part.rows)
    return United(
        kept,
        pd.concat([one.replaced for one in told], ignore_index=True),
        pd.concat([one.conflicts for one in told], ignore_index=True),
        tuple(dict.fromkeys(place for one in told for place in one.contradictions)),
        sum((one.kept_of for one in told), Counter()),
        sum((one.replaced_of for one in told), Counter()),
    )


@dataclass(frozen=True)
class _Part:
    """The same of some rows; those kept are `rows`, or in a file."""

    rows: pd.DataFrame | None
    written: Written | None
    replaced: pd.DataFrame
    conflicts: pd.DataFrame
    contradictions: tuple[str, ...]
    kept_of: Counter[str]
    replaced_of: Counter[str]


def _united(table: Table, rows: pd.DataFrame, newest: Mapping[str, pd.Timestamp]) -> _Part:
    """One row for each key among some rows that are all of their keys, and what became of the others."""
    if table is not PROCEDURES and is_rising(table, rows):
        nothing = rows.iloc[:0]
        return _Part(rows, None, nothing[_placed(table)], _conflicts(table, nothing), (), _by_file(rows), Counter())
    everything, differing = _settled(table, rows)
    superseded = everything.duplicated(list(table.key), keep="last") | _relisted(table, everything, newest)
    one = with_appointments(table, everything[~superseded], everything).reset_index(drop=True)
    replaced = everything.loc[superseded, _placed(table)]
    counts = _by_file(one), _by_file(replaced)
    return _Part(one, None, replaced, _conflicts(table, everything), differing, *counts)


def _placed(table: Table) -> list[str]:
    """The columns that tell which row one is and where it stands."""
    return [*table.key, *(c.name for c in PROVENANCE)]


def _by_file(rows: pd.DataFrame) -> Counter[str]:
    return Counter({str(file): int(count) for file, count in rows["source_file"].value_counts().items()})


def newest_lists(table: Table, good: Sequence[Held], day: date) -> pd.Series:
    """The day of the newest list without validity days by its issuing body, of a file of `day`; only procedures have such lists."""
    found = pd.Series([], dtype="datetime64[us]")
    for held in good if table is PROCEDURES else ():
        rows = dated(held.read(["issuing_body", "valid_from", "snapshot_date"]), day)
        newest = rows[rows["valid_from"].isna()].groupby("issuing_body", dropna=False)["snapshot_date"].max()
        found = pd.concat([found, newest]).groupby(level=0, dropna=False).max() if len(found) else newest
    return found


def _relisted(table: Table, everything: pd.DataFrame, newest: Mapping[str, pd.Timestamp]) -> pd.Series:
    """Rows of a list without validity days of which a newer list of the same issuing body is there: that one says all."""
    if table is not PROCEDURES:
        return pd.Series(False, index=everything.index)
    bodies = everything["issuing_body"].astype("object").where(everything["issuing_body"].notna(), "")
    latest = bodies.map(newest).astype(everything["snapshot_date"].dtype)
    return everything["valid_from"].isna() & (everything["snapshot_date"] < latest)


def _settled(table: Table, everything: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows of one key and one day of export in an order that their places do not tell, and the places of those that differ."""
    same = [*table.key, "snapshot_date"]
    whole = list(dict.fromkeys([*same, *table.names]))
    again = everything.duplicated(list(table.key), keep=False)
    if again.any():
        again &= everything.duplicated(same, keep=False)
    twice = everything[again]
    if twice.duplicated(whole).sum() == len(twice) - len(twice.drop_duplicates(same)):
        return everything, ()
    events = [c for c in PAST if c in table.names]
    far = twice[events].max(axis=1) if events else pd.Series(pd.NaT, index=twice.index)
    told = twice[list(table.names)].astype("str").fillna("").agg("\x1f".join, axis=1)
    order = [*table.key, "snapshot_date", "far", "told", "source_file", "source_row"]
    ranked = twice.assign(far=far, told=told).sort_values(order, na_position="first", kind="stable")
    settled = pd.concat([everything[~again], ranked[everything.columns]], ignore_index=True)
    settled = settled.sort_values(same, ignore_index=True, kind="stable")
    facts = [c.name for c in table.columns if c.kind != "text" and c.name not in table.key]
    groups = twice.drop_duplicates([*same, *facts])
    differing = groups[groups.duplicated(same, keep=False)]
    places = [_places(part) for _, part in differing.groupby(same, sort=False)]
    texts = [c.name for c in table.columns if c.kind == "text" and c.name not in table.key]
    for _, part in twice.groupby(same, sort=False) if texts else ():
        if (part[texts].nunique() > 1).any():
            places.append(_places(part.drop_duplicates(texts)))
    return settled, tuple(dict.fromkeys(places))


def _places(rows: pd.DataFrame) -> str:
    """Where the rows of one key stand."""
    return " và ".join(f"{r.source_file}, dòng {r.source_row}" for r in rows.itertuples())


def _conflicts(table: Table, everything: pd.DataFrame) -> pd.DataFrame:
    """Facts that differ between two snapshots of one key, one row per fact, with the files that say so."""
    found = []
    repeated = everything[everything.duplicated(list(table.key), keep=False)]
    for column in [c for c in STABLE if c in table.names and c not in table.key]:
        known = repeated[repeated[column].notna()]
        several = known[known.groupby(list(table.key))[column].transform("nunique") > 1]
        for key, group in several.groupby(list(table.key)):
            old, new = group.iloc[0], group.iloc[-1]
            found.append(
                {
                    "key": " / ".join(str(k) for k in key),
                    "label": table.column(column).label,
                    "old_value": str(old[column]),
                    "old_file": old["source_file"],
                    "new_value": str(new[column]),
                    "new_file": new["source_file"],
                }
            )
    return pd.DataFrame(found, columns=_FACTS)
