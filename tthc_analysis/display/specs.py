"""A table as data: its columns, which of them are dates or words for codes, its total, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tthc_analysis.display._empty import NO_CASE, nothing
from tthc_analysis.display.base import Display
from tthc_analysis.display.formats import MISSING, date_short, month_text
from tthc_analysis.display.tables import TableColumn, plain_table
from tthc_analysis.indicators.definition import NO_DATA


@dataclass(frozen=True)
class TableSpec:
    """A table that lists columns of a frame.

    `dates` are columns printed as dd/mm/yyyy, `months` as mm/yyyy; `words` gives a column the words for the codes of another; `total` is the label of
    a last line with the sums of all counts ("" is none); `empty` is what is said of no row ("" prints the header alone).
    """

    name: str
    title: str
    columns: tuple[TableColumn, ...]
    dates: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, Mapping[Any, str]]] = field(default_factory=dict)
    total: str = ""
    numbered: bool = False
    unit: str = ""
    empty: str = NO_CASE

    def __call__(self, frame: pd.DataFrame | None, name: str = "", title: str = "") -> Display:
        """The table of these rows, or what is said in its place: no data (None), or no row."""
        name, title = name or self.name, title or self.title
        if frame is None:
            return nothing(name, title, NO_DATA)
        if frame.empty and self.empty:
            return nothing(name, title, self.empty)
        sums = self._sums(frame) if self.total else None
        return plain_table(
            name, title, self._printed(frame), self.columns, total=sums, numbered=self.numbered, unit=self.unit
        )

    def _printed(self, frame: pd.DataFrame) -> pd.DataFrame:
        texts = {to: frame[source].map(words) for to, (source, words) in self.words.items()}
        days = {n: [_date(v) for v in frame[n]] for n in self.dates}
        return frame.assign(**texts, **days, **{n: [month_text(v) for v in frame[n]] for n in self.months})

    def _sums(self, frame: pd.DataFrame) -> tuple[Any, ...]:
        others = self.columns[1:]
        return (self.total, *(_sum(frame[c.name]) if c.kind == "count" else "" for c in others))


def _sum(counts: pd.Series) -> int | None:
    """The sum of the counts that are known; None where none is."""
    return None if counts.isna().all() else int(counts.sum())


def _date(value: Any) -> str:
    return MISSING if pd.isna(value) else date_short(pd.Timestamp(value).date())
