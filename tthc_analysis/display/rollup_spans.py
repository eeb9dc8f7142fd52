"""The roll-up of other spans as tables: every figure span by span, and the form of a span."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tthc_analysis.display._empty import nothing
from tthc_analysis.display.base import Display
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.display.forms import VARIANTS
from tthc_analysis.display.rollup import FORM, Level, rollup_form
from tthc_analysis.display.specs import TableSpec
from tthc_analysis.display.tables import TableColumn
from tthc_analysis.indicators.definition import NO_DATA
from tthc_analysis.indicators.rollup_spans import Span
from tthc_analysis.periods import Period


def rollup_spans_table(spans: Sequence[Span]) -> Display:
    """Every figure over all bodies in the period and in each span beside it, from `rollup_spans.spans`."""
    texts = [{i.name: indicator_text(i) for i in one.figures} for one in spans]
    frame = pd.DataFrame(
        {"label": i.label, "unit": i.unit, **{s.name: t[i.name] for s, t in zip(spans, texts, strict=True)}}
        for i in spans[0].figures
    )
    columns = (
        TableColumn("label", ("Chỉ tiêu",), "text"),
        TableColumn("unit", ("Đơn vị tính",), "text"),
        *(TableColumn(s.name, (s.words, s.report.period.label), "text") for s in spans),
    )
    title = "Số liệu toàn địa bàn trong kỳ, lũy kế, kỳ trước và cùng kỳ năm trước"
    return TableSpec("tong-hop-luy-ke", title, columns)(frame)


def rollup_span_form(levels: Sequence[Level], span: Period, variant: str) -> Display:
    """The form by level and body of another span; `variant` is a key of `forms.VARIANTS`."""
    days = f"{span.label}, từ ngày {span.start:%d/%m/%Y} đến ngày {span.end:%d/%m/%Y}"
    title = f"Tổng hợp theo cấp, đơn vị – {VARIANTS[variant]}: {days}"
    if not any(len(counts) for _, _, counts in levels):
        return nothing(f"{FORM}{variant}", title, NO_DATA)
    return rollup_form(levels, span.end, title, variant)
