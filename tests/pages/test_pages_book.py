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
    paths = ["phu-luc/phu-luc-1-a.pdf", "phu-luc/phu-luc-5-b.pdf", "phu-luc/rieng.pdf"]
    assert [name for _, name in overview._appendices(paths)] == ["Phụ lục I", "Phụ lục V", "Phụ lục 3"]
