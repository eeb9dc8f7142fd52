"""Figures as a reader sees them: charts of incomplete data, and changes that add up with what is printed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tthc_analysis.display.base import Notice
from tthc_analysis.display.charts import processing_chart
from tthc_analysis.display.formats import MISSING, change_text
from tthc_analysis.display.specs import TableSpec
from tthc_analysis.display.tables import ReportTable, TableColumn
from tthc_analysis.indicators import Indicator
from tthc_analysis.indicators.assessment import difference


def times(*allowed: int | None) -> pd.DataFrame:
    """Procedures with the same dossiers, each with its own median time limit (None: no due date stated)."""
    rows = [
        {"procedure_code": f"1.00000{i}", "procedure_name": f"Thủ tục {i}", "n": 6, "median": 1, "p90": 2, "allowed": a}
        for i, a in enumerate(allowed, start=1)
    ]
    return pd.DataFrame(rows).astype({"allowed": "Int64", "median": "Int64", "p90": "Int64"})


@pytest.mark.parametrize(
    ("allowed", "title"),
    [
        ((4, 3), "Ở cả 2 thủ tục nhiều hồ sơ nhất, 90% hồ sơ xong trong hạn, ít nhất sớm 1 ngày làm việc"),
        ((2, 3), "Ở cả 2 thủ tục nhiều hồ sơ nhất, 90% hồ sơ xong trong hạn"),  # the nearest is not early at all
        (
            (4, None),
            "Ở cả 1 thủ tục nhiều hồ sơ nhất và có ngày hẹn trả, 90% hồ sơ xong trong hạn, ít nhất sớm 2 ngày làm việc",
        ),
        (
            (None, 1),
            "1/1 thủ tục nhiều hồ sơ nhất và có ngày hẹn trả có hơn 10% hồ sơ kéo dài quá thời hạn thông thường",
        ),
        ((None, None), "Thời gian giải quyết của 2 thủ tục nhiều hồ sơ nhất; hồ sơ không ghi ngày hẹn trả"),
    ],
)
def test_procedures_without_due_dates_have_a_dash_for_the_limit(allowed, title):
    chart = processing_chart(times(*allowed))
    shown = chart.to_json()
    assert shown["title"] == title
    assert shown["alt"].count("thời hạn –") == allowed.count(None)
    assert ("1 / 2 / –" in chart.svg) == (None in allowed)


def rate(part: int, whole: int) -> Indicator:
    """A rate as sections make it."""
    return Indicator("x_rate", "X", "rate", "%", part, "X", whole, "hồ sơ")


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        ((2107, 2215), (1500, 1601), "tăng 1,43 điểm % so với kỳ trước"),  # 95,12 and 93,69
        ((2, 3), (1, 3), "tăng 33,34 điểm % so với kỳ trước"),  # 66,67 and 33,33; not 33,33
        ((199_999, 200_000), (199_998, 200_000), "không đổi so với kỳ trước"),  # 100,00 both
    ],
)
def test_a_change_is_the_difference_of_what_is_printed(now, before, text):
    assert change_text(rate(*now), rate(*before), "kỳ trước") == text
    table = difference(rate(*now), rate(*before))
    assert str(abs(table)).replace(".", ",") in text or not table


def test_a_table_specification_lists_dates_words_and_sums():
    columns = (
        TableColumn("name", ("Tên",), "text"),
        TableColumn("day", ("Ngày",), "text"),
        TableColumn("kind", ("Loại",), "text"),
        TableColumn("n", ("Số",)),
    )
    words = {"kind": ("code", {"a": "Loại A"})}
    table = TableSpec("thu", "Thử", columns, dates=("day",), words=words, total="Cộng", unit="cái")
    frame = pd.DataFrame({"name": ["x", "y"], "day": [pd.Timestamp(2024, 3, 9), None], "code": ["a", "a"], "n": [2, 5]})
    shown = table(frame)
    assert isinstance(shown, ReportTable)
    assert shown.rows == (("x", "09/03/2024", "Loại A", 2), ("y", MISSING, "Loại A", 5))
    assert shown.total == ("Cộng", "", "", 7)
    assert (shown.name, shown.title, shown.unit) == ("thu", "Thử", "cái")
    assert (table(frame, "khac", "Khác").to_json()["name"], table(frame, title="Khác").title) == ("khac", "Khác")


def test_a_table_without_rows_says_why_in_one_way():
    table = TableSpec("thu", "Thử", (TableColumn("n", ("Số",)),))
    nobody = pd.DataFrame({"n": []})
    assert table(None) == Notice("thu", ("Thử: chưa có dữ liệu.",))
    assert table(nobody) == Notice("thu", ("Thử: không có trường hợp nào trong kỳ.",))
    assert replace(table, empty="không có")(nobody, "a", "B") == Notice("a", ("B: không có.",))
    assert isinstance(replace(table, empty="")(nobody), ReportTable)


def test_a_group_without_figures_has_no_heading():
    from tthc_analysis.display.base import Figures

    assert Figures("nhom", "Nhóm", ()).to_html() == ""
