"""What the assessment shows: figures beside those of other periods, and sentences bound to counts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from tthc_analysis.display.base import Display, Notice
from tthc_analysis.display.formats import MISSING, indicator_text, number, sentence_text
from tthc_analysis.display.specs import TableSpec
from tthc_analysis.display.tables import TableColumn
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators.assessment import Comparison
from tthc_analysis.indicators.one_stop import Claim


def _change(value: Decimal | None, indicator: Indicator) -> str:
    """A signed difference: percentage points for rates, the unit's own places otherwise."""
    if value is None:
        return MISSING
    if not value:
        return "không đổi"
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), decimals)}" + (" điểm %" if indicator.kind == "rate" else "")


def comparison_table(
    comparisons: Sequence[Comparison], previous_label: str, last_year_label: str, now_label: str = "Kỳ này"
) -> Display:
    """Headline figures beside the previous period and, when it is another one, the same period a year before."""
    frame = pd.DataFrame(
        {
            "label": c.now.label,
            "unit": c.now.unit,
            "now": indicator_text(c.now),
            "previous": indicator_text(c.previous),
            "change": _change(c.change, c.now),
            "last_year": indicator_text(c.last_year),
            "change_last_year": _change(c.change_last_year, c.now),
        }
        for c in comparisons
    )
    columns = [
        TableColumn("label", ("Chỉ tiêu",), "text"),
        TableColumn("unit", ("Đơn vị tính",), "text"),
        TableColumn("now", (now_label,), "figure"),
        TableColumn("previous", (f"Kỳ trước: {previous_label}", "Số liệu"), "figure"),
        TableColumn("change", (f"Kỳ trước: {previous_label}", "Tăng, giảm"), "figure"),
    ]
    if last_year_label != previous_label:
        group = f"Cùng kỳ năm trước: {last_year_label}"
        columns += [
            TableColumn("last_year", (group, "Số liệu"), "figure"),
            TableColumn("change_last_year", (group, "Tăng, giảm"), "figure"),
        ]
    return TableSpec("so-sanh-ky", "Số liệu chính so với các kỳ khác", tuple(columns))(frame)


def claim_text(claim: Claim) -> str:
    """The sentence that the counts allow, with its figures printed."""
    return claim.template.format(**{f.name: sentence_text(f) for f in claim.figures})


def claims_notice(claims: Sequence[Claim]) -> Notice:
    """Sentences that follow from the counts; what the counts contradict is not among them."""
    return Notice("cau-khang-dinh", tuple(claim_text(c) for c in claims))
