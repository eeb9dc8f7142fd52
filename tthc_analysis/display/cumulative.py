"""The year so far as tables: every figure beside other spans, the form of those spans, why parts add up to more."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tthc_analysis.display._empty import nothing
from tthc_analysis.display.base import Display
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.display.forms import II06A, VARIANTS, form_ii06a
from tthc_analysis.display.specs import TableSpec
from tthc_analysis.display.tables import TableColumn
from tthc_analysis.indicators.cumulative import NOT_WHOLE, Beside
from tthc_analysis.periods import Period

_TITLE = "Tình hình, kết quả giải quyết thủ tục hành chính"


def cumulative_table(figures: Sequence[Beside], now: Period, last_year: Period) -> Display:
    """Every figure in the period, in the year so far, and in both a year before."""
    frame = pd.DataFrame(
        {
            "section": b.now.section,
            "label": b.now.label,
            "unit": b.now.unit,
            "now": indicator_text(b.now),
            "so_far": indicator_text(b.so_far),
            "last_year": indicator_text(b.last_year),
            "so_far_last_year": indicator_text(b.so_far_last_year),
        }
        for b in figures
    )
    before = f"Cùng kỳ năm trước: {last_year.label}"
    columns = (
        TableColumn("section", ("Mục",), "text"),
        TableColumn("label", ("Chỉ tiêu",), "text"),
        TableColumn("unit", ("Đơn vị tính",), "text"),
        TableColumn("now", (now.label, "Trong kỳ"), "figure"),
        TableColumn("so_far", (now.label, "Lũy kế từ đầu năm"), "figure"),
        TableColumn("last_year", (before, "Trong kỳ"), "figure"),
        TableColumn("so_far_last_year", (before, "Lũy kế từ đầu năm"), "figure"),
    )
    return TableSpec("luy-ke", "Số liệu trong kỳ, lũy kế từ đầu năm và cùng kỳ năm trước", columns)(frame)


def cumulative_form(frame: pd.DataFrame, span: Period, variant: str) -> Display:
    """Form II.06a of another span; `variant` is a key of `forms.VARIANTS`."""
    words = VARIANTS[variant]
    title = f"{_TITLE} – {words}: {span.label}, từ ngày {span.start:%d/%m/%Y} đến ngày {span.end:%d/%m/%Y}"
    if frame.empty:
        return nothing(f"{II06A}{variant}", title, NOT_WHOLE)
    return form_ii06a(frame, title, span.end, variant)


#: each count of the form: parts of the year added up, the year so far, and why they differ
bridge_table = TableSpec(
    "noi-luy-ke",
    "Cộng các kỳ từ đầu năm so với lũy kế",
    (
        TableColumn("label", ("Số đếm",), "text"),
        TableColumn("parts", ("Cộng các kỳ",)),
        TableColumn("so_far", ("Lũy kế",)),
        TableColumn("difference", ("Chênh lệch",)),
        TableColumn("why", ("Vì sao",), "text"),
    ),
    unit="hồ sơ",
    empty=NOT_WHOLE,
)
