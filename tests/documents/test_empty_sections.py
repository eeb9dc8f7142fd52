"""A section that waits for registers which were never exported is one line that names the folder to fill."""

from __future__ import annotations

from pathlib import Path

import pytest

from tthc_analysis.documents.content import SectionContent
from tthc_analysis.report.content import in_one_line
from tthc_analysis.sections import Section

PAGE = '<div class="loi-dan"><h1>II.6. Truyền thông</h1>\n<p>Lời dẫn.</p></div><h2>Số liệu</h2><p>chưa có dữ liệu</p>'


def section(*items: tuple[str, int | None], tables: int = 0) -> SectionContent:
    figures = {"type": "figures", "items": [{"tables": [table], "numerator": number} for table, number in items]}
    shown = [{"type": "table", "name": f"b{i}", "rows": [["x", 1]]} for i in range(tables)]
    empty = {"type": "table", "name": "trong", "rows": []}
    notice = {"type": "notice", "name": "g", "lines": ["chưa có"]}
    about = Section(Path("260.ipynb"), "II.6", "truyen-thong", "Truyền thông", "section", 260, ())
    return SectionContent(about, PAGE, (figures, empty, notice, *shown))


def test_the_line_names_the_folders():
    shown = in_one_line(
        section(("truyen_thong", None), ("sang_kien", None)), {"truyen_thong", "sang_kien"}, "data/raw/x"
    )
    assert shown.fragment == (
        "<h1>II.6. Truyền thông</h1>\n"
        '<p class="khong-du-lieu">Chưa có dữ liệu: chép tệp xuất vào <code>data/raw/x/truyen_thong</code> (số liệu truyền thông), '
        "<code>data/raw/x/sang_kien</code> (sáng kiến cải cách thủ tục hành chính) rồi lập lại báo cáo.</p>\n"
    )
    assert shown.of_type("figures")  # the figures stay in the data as unknown


@pytest.mark.parametrize(
    ("one", "missing"),
    [
        (section(("truyen_thong", 0)), {"truyen_thong"}),  # something was counted
        (section(("truyen_thong", None)), {"sang_kien"}),  # exported, but nothing of this period
        (section(("truyen_thong", None), ("ho_so", None)), {"truyen_thong"}),
        (section(("truyen_thong", None), tables=1), {"truyen_thong"}),
        (section(), {"truyen_thong"}),
    ],
)
def test_a_section_that_says_something_stays(one, missing):
    assert in_one_line(one, missing, "data/raw/x") is one
