"""All figures of a report in rows: what `tthc figures`, the XLSX sheet of indicators and `chi-tieu.csv` list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tthc_analysis.display.formats import indicator_text, number
from tthc_analysis.indicators._indicator import Indicator


@dataclass(frozen=True)
class FigureRow:
    """One figure as printed: every field but `name` is for a reader; counts are empty when there are none."""

    name: str
    label: str
    value: str
    unit: str
    numerator: str
    denominator: str
    base: str
    section: str


def figure_rows(indicators: Iterable[Indicator]) -> list[FigureRow]:
    """Name, label, value, unit, numerator, denominator, base and source section of every figure, in the given order."""
    return [
        FigureRow(
            i.name,
            i.label,
            indicator_text(i),
            i.unit,
            "" if i.numerator is None else number(i.numerator),
            "" if i.denominator is None else number(i.denominator),
            i.base,
            i.section,
        )
        for i in indicators
    ]
