"""The rows behind a figure: which dossiers or register entries make its numerator, and where in the exports they stand.

They follow from the figure's declaration: the rows of its measure, which are counted, whose amounts are summed, or one of
whose amounts is the figure (a median, the least, the last reading). `Evidence.agrees` holds the rows against the figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.definition import Measure, Rate
from tthc_analysis.indicators.registry import registry

Reading = Literal["counted", "summed", "measured"]
#: key of the row, what it adds, and its place in the exports ("" and 0 for what is no row of an export)
COLUMNS = ("key", "amount", "source_file", "source_sheet", "source_row")
RELATIONS: Mapping[Reading, str] = {
    "counted": "mỗi dòng đếm 1",
    "summed": "cộng số ở từng dòng",
    "measured": "là một trong các số ở từng dòng (trung vị, nhỏ nhất, lớn nhất hoặc lần đọc cuối)",
}


@dataclass(frozen=True)
class Evidence:
    """The rows behind a numerator (`COLUMNS`), what they are called, and how the numerator follows from them."""

    table: str
    relation: Reading
    rows: pd.DataFrame

    @property
    def keys(self) -> list[str]:
        """The codes of the rows, in order."""
        return [str(key) for key in self.rows["key"]]

    def agrees(self, indicator: Indicator) -> bool:
        """Whether the rows give the numerator of `indicator`."""
        if indicator.numerator is None:
            return self.rows.empty
        if self.relation == "counted":
            return len(self.rows) == indicator.numerator
        amounts = [int(a) for a in self.rows["amount"].dropna()]
        return sum(amounts) == indicator.numerator if self.relation == "summed" else indicator.numerator in amounts


def evidence(report: OpenReport, indicator: Indicator) -> Evidence | None:
    """The rows behind `indicator` of the report; None for a figure that no definition declares."""
    if indicator.name not in registry():
        return None
    measure = registry()[indicator.name][1].part
    reading: Reading = {"rows": "counted", "sum": "summed"}.get(measure.take, "measured")  # type: ignore[assignment]
    found = pd.DataFrame(columns=list(COLUMNS)) if indicator.numerator is None else _rows(report, measure)
    return Evidence(measure.of.table, reading, found)


def rest(report: OpenReport, indicator: Indicator) -> Evidence | None:
    """The rows of the denominator that are not in the numerator, each counted 1; None for what is no share of such rows."""
    figure = registry()[indicator.name][1] if indicator.name in registry() else None
    if not isinstance(figure, Rate) or indicator.numerator is None or not _are_rows(figure):
        return None
    part, whole = figure.part, figure.whole
    others = replace(whole, where=f"({whole.where}) AND NOT coalesce(({part.where}), false)")
    return Evidence(whole.of.table, "counted", _rows(report, others))


def _are_rows(figure: Rate) -> bool:
    part, whole = figure.part, figure.whole
    return part.of.name == whole.of.name and part.take == whole.take == "rows"


def _rows(report: OpenReport, measure: Measure) -> pd.DataFrame:
    """The rows of a measure under their key, each with its amount and place, in the order of the keys."""
    relation = measure.of
    keys = [f"key{i}" for i in range(len(relation.key))]
    places = COLUMNS[2:] if relation.place == "row" else ()
    named = [f"{column} AS {key}" for column, key in zip(relation.key, keys, strict=True)]
    select = ", ".join([*named, f"{measure.what} AS amount", *places])
    chosen = f"SELECT {select} FROM {relation.name} WHERE ({measure.where}) AND ({measure.what}) IS NOT NULL"
    if relation.place == "table":
        joined = " AND ".join(f"p.{column} = c.{key}" for column, key in zip(relation.key, keys, strict=True))
        place = ", ".join(f"p.{column}" for column in COLUMNS[2:])
        chosen = f"SELECT c.*, {place} FROM (\n{chosen}\n) c JOIN {relation.table} p ON {joined}"
    found = report.store.query(f"{relation.sql(report)}\n{chosen}")
    if relation.place == "none":
        found = found.assign(source_file="", source_sheet="", source_row=0)
    parts = zip(*(_texts(found[key]) for key in keys), strict=True)
    named_rows = found.assign(key=pd.Series([" | ".join(part) for part in parts], index=found.index, dtype="string"))
    return named_rows[list(COLUMNS)].sort_values("key", ignore_index=True)


def _texts(values: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(values):
        return ["–" if pd.isna(v) else f"{v:%d/%m/%Y}" for v in values]
    return ["–" if pd.isna(v) else str(v) for v in values]
