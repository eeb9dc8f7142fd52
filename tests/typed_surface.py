"""What editors and mypy know of the public names; mypy checks this file, nothing runs it.

An expected mistake carries its `type: ignore`: should mypy no longer find the mistake, the ignore is unused, which is an error.
"""

from __future__ import annotations

from typing import assert_type

from tthc_analysis import Figures, Notice, ReportTable, TableColumn, dossiers, open_report, plain_table, preview
from tthc_analysis.documents.preview import Preview
from tthc_analysis.indicators import Indicator, OpenReport
from tthc_analysis.indicators._counting import LIVE
from tthc_analysis.indicators.definition import Count, Measure, Rate
from tthc_analysis.store import Store


def surface() -> None:
    """The first cells of a notebook."""
    report = open_report("2024")
    assert_type(report, OpenReport)
    assert_type(report.store, Store)
    assert_type(dossiers.rate_indicators(report), list[Indicator])
    assert_type(preview(), Preview | None)
    assert_type(plain_table("t", "T", report.store.frame("ho_so"), ()), ReportTable)


def mistakes() -> None:
    """A misspelt name or keyword."""
    open_report(perod="2024")  # type: ignore[call-arg]
    Figures("a", "A", indicator=())  # type: ignore[call-arg]
    Notice("a", lines="một câu")  # type: ignore[arg-type]
    TableColumn("a", ("A",), kid="text")  # type: ignore[call-arg]
    Count(name="a", label="A", part=_rows(), unti="hồ sơ")  # type: ignore[call-arg]
    Rate(name="a", label="A", part=_rows(), whole=_rows(), base="hồ sơ", decimal=1)  # type: ignore[call-arg]
    dossiers.rate_indicator(open_report("2024"))  # type: ignore[attr-defined]


def _rows() -> Measure:
    return Measure(LIVE)
