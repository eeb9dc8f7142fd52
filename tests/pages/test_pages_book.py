"""Binding sections into one book, and comparing published reports: small cases."""

from __future__ import annotations

from tthc_analysis.documents import book
from tthc_analysis.indicators import Indicator
from tthc_analysis.report import overview

FIGURE = '<figure id="hinh-a"><figcaption><span class="so-thu-tu" data-loai="Hình"></span>Tên</figcaption></figure>'
TABLE = '<table id="bang-b"><caption><span class="so-thu-tu" data-loai="Bảng"></span>Tên</caption></table>'
MARK = '<span class="tai-csv" data-ten="b"></span>'


def test_numbers_run_on_from_page_to_page():
    bound = book.bind([("muc/1.html", FIGURE + TABLE), ("muc/2.html", TABLE.replace("bang-b", "bang-c"))])
    assert bound.numbers == {"hinh-a": "Hình 1", "bang-b": "Bảng 1", "bang-c": "Bảng 2"}


def test_a_table_without_a_number_does_not_take_the_next_one():
    plain = '<table id="bang-x"><caption>Không số</caption></table>'
    assert book.bind([("p", plain + TABLE)]).numbers == {"bang-b": "Bảng 1"}


def test_a_reference_to_another_page_gets_its_address_and_number():
    bound = book.bind([("muc/1.html", 'xem <a href="#bang-b">Bảng</a>'), ("muc/2.html", TABLE)])
    assert bound.body("muc/1.html", "../") == 'xem <a href="../muc/2.html#bang-b">Bảng 1</a>'
    assert bound.whole("so-lieu/")["muc/1.html"] == 'xem <a href="#bang-b">Bảng 1</a>'


def test_a_reference_keeps_its_own_words_and_an_unknown_one_is_no_link():
    bound = book.bind([("p", TABLE + '<a href="#bang-b">bảng dưới</a>, <a href="#khong-co">mất</a>')])
    assert bound.body("p").endswith('<a href="#bang-b">bảng dưới</a>, mất')


def test_an_id_stays_where_it_stands_first():
    bound = book.bind([("1", '<p id="a">một</p>'), ("2", '<p id="a">hai</p><h1>Đề</h1>')])
    assert bound.whole("") == {"1": '<p id="a">một</p>', "2": "<p>hai</p><h2>Đề</h2>"}
    assert bound.body("2").startswith('<p id="a">')


def test_downloads_are_links_only_where_the_files_are():
    bound = book.bind([("p", TABLE + MARK)])
    assert 'href="../so-lieu/b.csv" download' in bound.body("p", "../", "../so-lieu/")
    assert "tai-csv" not in bound.body("p")


def entry(folder: str, start: str, label: str, handled: int | None) -> overview.Entry:
    name = "dossiers_handled_count"
    figure = Indicator(name, "Nhận giải quyết", "count", "hồ sơ", handled, "Nhận giải quyết", gap="chưa có dữ liệu")
    period = {"label": label, "from": start, "to": start, "kind": "year"}
    return overview.Entry(folder, period, "mau", "Đạt kiểm tra", False, {name: figure}, ())


def test_each_report_is_compared_with_the_next_older_one():
    rows = overview.cells([entry("b", "2024-01-01", "Năm 2024", 50), entry("a", "2023-01-01", "Năm 2023", 100)])
    assert [(r[0].text, r[0].share, r[0].change) for r in rows] == [
        ("50", 50, "giảm 50 (50%) so với năm 2023"),
        ("100", 100, ""),
    ]


def test_a_missing_figure_has_no_bar_and_no_change():
    rows = overview.cells([entry("b", "2024-01-01", "Năm 2024", None), entry("a", "2023-01-01", "Năm 2023", 100)])
    assert (rows[0][0].text, rows[0][0].share, rows[0][0].change) == ("chưa có dữ liệu", None, "")


def test_a_report_alone_has_no_bars():
    assert overview.cells([entry("a", "2023-01-01", "Năm 2023", 100)])[0][0].share is None


def test_an_appendix_in_the_index_bears_the_number_of_its_section():
    stated = [
        {"number": "Phụ lục II", "page": "phu-luc/b.html"},
        {"number": "Phụ lục X", "page": "phu-luc/khong-con.html"},
    ]
    outputs = dict.fromkeys(("phu-luc/b.pdf", "phu-luc/b.html", "phu-luc/rieng.pdf"), "")
    found = overview._appendices({"appendices": stated, "outputs": outputs})
    assert found == (("phu-luc/b.pdf", "Phụ lục II"), ("phu-luc/rieng.pdf", "Phụ lục 2"))
    assert overview._appendices({"outputs": outputs})[0] == ("phu-luc/b.pdf", "Phụ lục 1")


def test_appendices_that_are_left_out_leave_no_gap():
    from pathlib import Path

    from tthc_analysis.documents.content import SectionContent
    from tthc_analysis.report.content import consecutive
    from tthc_analysis.sections import Section

    def one(number: str, slug: str, kind: str = "appendix") -> SectionContent:
        section = Section(Path("x.ipynb"), number, slug, "Tên", kind, 0, ())
        return SectionContent(section, f'<h1 id="t">{number}. Tên</h1><p>{number}. Tên</p>', ())

    given = [
        one("II.8", "ii-8", "section"),
        one("Phụ lục I", "phu-luc-1-a"),
        one("Phụ lục VI", "phu-luc-6-b"),
        one("Biểu 9", "c"),
    ]
    shown = consecutive(given)
    assert [s.section.heading for s in shown] == ["II.8. Tên", "Phụ lục I. Tên", "Phụ lục II. Tên", "Biểu 9. Tên"]
    assert [s.section.page for s in shown][1:] == [
        "phu-luc/phu-luc-1-a.html",
        "phu-luc/phu-luc-2-b.html",
        "phu-luc/c.html",
    ]
    assert shown[2].fragment == '<h1 id="t">Phụ lục II. Tên</h1><p>Phụ lục VI. Tên</p>'
    assert shown[2].section.number == "Phụ lục VI"
