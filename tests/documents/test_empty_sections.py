"""A section that waits for registers which were never exported is one line that names the folder to fill."""

from __future__ import annotations

from pathlib import Path

import pytest

from tthc_analysis.documents.content import SectionContent
from tthc_analysis.report.content import in_one_line
from tthc_analysis.sections import Section

PAGE = (
    '<div class="loi-dan"><h1>II.6. Truyền thông</h1>\n<p>Lời dẫn.</p></div>\n'
    '<section class="figures"><h2>Lượt &amp; tin</h2><div class="cards"><div>chưa có dữ liệu</div></div></section>\n<p>Lời kết.</p>'
)


def section(*items: tuple[str, int | None], tables: int = 0, gap: str = "chưa có dữ liệu") -> SectionContent:
    told = [{"tables": [table], "numerator": number, "gap": gap} for table, number in items]
    figures = {"type": "figures", "title": "Lượt & tin", "items": told}
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
        (section(("ho_so", None), gap="bản xuất mới đến ngày 20/03/2026"), {"truyen_thong"}),
        (section(("truyen_thong", None), ("ho_so", 5), tables=1), {"truyen_thong"}),
        (section(), {"truyen_thong"}),
    ],
)
def test_a_section_that_says_something_stays(one, missing):
    assert in_one_line(one, missing, "data/raw/x") is one


def test_a_column_that_no_file_has_is_named_with_the_folder_of_its_files():
    shown = in_one_line(
        section(("ho_so", None), gap="chưa có dữ liệu hình thức tiếp nhận"), {"sang_kien"}, "data/raw/x"
    )
    assert shown.fragment.endswith(
        "Chưa có dữ liệu: xuất thêm hình thức tiếp nhận ở tệp trong <code>data/raw/x/ho_so</code> rồi lập lại báo cáo.</p>\n"
    )


def test_a_group_of_a_section_that_says_something_else_is_one_line():
    shown = in_one_line(section(("truyen_thong", None), tables=1), {"truyen_thong"}, "data/raw/x")
    assert shown.fragment == PAGE.replace(
        '<div class="cards"><div>chưa có dữ liệu</div></div>',
        '<p class="khong-du-lieu">Chưa có dữ liệu: chép tệp xuất vào <code>data/raw/x/truyen_thong</code> (số liệu truyền thông) rồi '
        "lập lại báo cáo.</p>",
    )


def test_a_roll_up_has_no_folder_to_fill():
    one = section(("truyen_thong", None))
    assert in_one_line(one, {"truyen_thong"}, "") is one
