"""The rows of one sheet cleaned part by part, by two processes where there are several parts: how many changes no result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tthc_analysis.columns import Table
from tthc_analysis.exports._two import by_two
from tthc_analysis.exports.clean import Findings, clean_rows, grouped_money
from tthc_analysis.exports.column import steps
from tthc_analysis.exports.corrections import Corrections
from tthc_analysis.exports.layout import Layout, Part
from tthc_analysis.exports.many import Disk, Held
from tthc_analysis.exports.words import count_words


@dataclass
class CleanedPart:
    """Good and rejected rows of a part of a sheet, and what the analysis of all its rows needs of them.

    `corrections` counts the rows that each correction changed, `accepted` says where the good rows of a corrected quarantine
    file come from.
    """

    held: Held
    rejected: pd.DataFrame
    findings: Findings
    corrections: list[int]
    accepted: pd.DataFrame | None
    words: dict[str, Counter[str]]


@dataclass
class CleanedSheet:
    """The same of a whole sheet."""

    held: list[Held] = field(default_factory=list)
    rejected: list[pd.DataFrame] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    corrections: Counter[int] = field(default_factory=Counter)
    accepted: list[pd.DataFrame] = field(default_factory=list)
    words: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, part: CleanedPart) -> None:
        """Take in the next part."""
        self.held.append(part.held)
        self.rejected.append(part.rejected)
        self.findings.add(part.findings)
        self.corrections.update(dict(enumerate(part.corrections)))
        self.accepted += [] if part.accepted is None else [part.accepted]
        for name, texts in part.words.items():
            self.words.setdefault(name, Counter()).update(texts)


def clean_sheet(
    table: Table, layout: Layout, file: str, corrections: Corrections, disk: Callable[[], Disk], name: str
) -> CleanedSheet:
    """Every row of a sheet; what all rows say together is still to be looked at (`check_rows`).

    Good rows of several parts go to `disk`, under names that begin with `name`.
    """
    money = grouped_money(table, layout, corrections)
    spans = list(steps(len(layout.is_data))) or [(0, 0)]
    place = disk() if len(spans) > 1 else None

    def clean(number: int) -> CleanedPart:
        part = layout.part(*spans[number])
        changed = corrections.apply(part)
        cleaned = clean_rows(table, part, money)
        good = _placed(file, part, cleaned.good)
        return CleanedPart(
            place.hold(good, f"{name}-{number:05}") if place else Held(table, len(good), good),
            cleaned.rejected,
            cleaned.findings,
            changed,
            _accepted(part, good["source_row"]) if part.origin else None,
            count_words(table, good),
        )

    whole = CleanedSheet()
    for part in by_two(clean, len(spans)):
        whole.add(part)
    return whole


def _placed(file: str, part: Part, good: pd.DataFrame) -> pd.DataFrame:
    """Good rows with where they come from; their snapshot is that of the file, not known yet, where they tell none."""
    return good.assign(
        source_file=pd.Series(file, index=good.index, dtype="str"),
        source_sheet=pd.Series(part.layout.sheet, index=good.index, dtype="str"),
        source_row=good["source_row"].astype("Int64"),
        snapshot_date=_snapshots(part, good["source_row"]),
    )


def _snapshots(part: Part, rows: pd.Series) -> pd.Series:
    """The day of the snapshot of each row: in a corrected quarantine file that of the row's origin, else none."""
    days = pd.Series(np.datetime64("NaT", "us"), index=rows.index, dtype="datetime64[us]")
    if not part.origin:
        return days
    told = part.origin["snapshot_date"].take(np.isin(part.rows, rows.to_numpy())).to_list()
    return pd.Series(pd.to_datetime(told, format="ISO8601", errors="coerce"), index=rows.index).astype(days.dtype)


def _accepted(part: Part, rows: pd.Series) -> pd.DataFrame:
    """Where the accepted rows of a corrected quarantine file come from."""
    good = np.isin(part.rows, rows.to_numpy())
    frame = pd.DataFrame(
        {n: part.origin[n].take(good).to_list() for n in ("source_file", "source_sheet", "source_row")}
    )
    return frame[frame["source_row"].str.fullmatch(r"\d{1,9}")]
