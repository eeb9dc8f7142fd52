"""A reader at work: navigation, search, sorting, folds, printing, downloads, phone, zoom, keyboard, no script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

pytestmark = pytest.mark.report
A4 = (595, 842)


def size(page) -> tuple[int, int]:
    return round(page.mediabox.width), round(page.mediabox.height)


def test_the_keyboard_reaches_the_text_first(driven):
    assert driven["index"]["skipLink"] == {"text": "Đến nội dung chính", "hash": "#noi-dung"}


def test_the_contents_lead_to_a_section_and_mark_it(driven):
    went = driven["index"]["navigation"]
    assert went["inView"]
    assert went["current"] == [went["target"]]


def test_a_reference_bears_the_number_of_its_figure(driven):
    went = driven["index"]["reference"]
    assert re.fullmatch(r"Hình \d+", went["text"])
    assert went["caption"].startswith(f"{went['text']}. ")
    assert went["inView"]


def test_search_needs_no_accents_opens_folds_and_says_when_nothing_is_found(driven):
    found = driven["index"]["search"]
    assert found["state"] == f"{found['marked']} kết quả"
    assert found["results"] == found["marked"] > 0
    assert found["selected"] == "Nghị định 45/2020"
    assert found["unfolded"]
    assert found["nothing"] == "Không tìm thấy"
    assert found["cleared"] == ["", ""]


def test_a_fold_opens_by_keyboard_and_closes_by_mouse(driven):
    fold = driven["index"]["folding"]
    assert fold["states"] == [False, True, False]
    assert "Căn cứ" in fold["text"]


def test_a_long_table_is_sorted_both_ways_by_keyboard(driven):
    sorting = driven["appendix"]["sorting"]
    before, rising, falling = ([int(v.replace(".", "")) for v in state] for state in sorting["states"])
    assert rising == sorted(before) != before
    assert falling == rising[::-1]
    assert sorting["marks"] == [None, "ascending", "descending"]
    assert sorting["total"].startswith("Tổng số")


def test_the_header_of_a_long_table_stays_in_view(driven):
    assert driven["appendix"]["sticky"]["scrolled"] > 0
    assert abs(driven["appendix"]["sticky"]["distance"]) <= 1


def test_a_downloaded_table_is_the_published_file(driven, published_report):
    downloaded = Path(driven["appendix"]["csv"])
    assert downloaded.read_bytes() == (published_report / "so-lieu" / downloaded.name).read_bytes()


def test_a_phone_gets_folded_contents_and_narrow_figures(driven):
    assert driven["phone"]["states"] == [False, True]
    assert not driven["phone"]["wideImage"]
    assert driven["phone"]["loneHeadings"] == []


def test_the_page_is_no_longer_than_a_reader_bears(driven):
    """Half of what a phone had when the page was called tiring, and less than that on a desk; nothing of it is lost."""
    assert driven["phone"]["height"] <= 43_600 / 2
    assert driven["versions"]["fullHeight"] <= 27_500
    assert driven["versions"]["pairs"] >= 2
    folded = driven["versions"]["folded"]
    assert any("Kết quả kiểm tra dữ liệu" in title and "dòng)" in title for title in folded)


def test_zoom_of_200_per_cent_needs_no_sideways_scrolling(driven):
    assert driven["zoomed"]["overflow"] <= 0


def test_everything_can_be_read_without_script(driven):
    state = driven["withoutScript"]
    assert state == {"search": False, "links": True, "tables": state["tables"], "buttons": 0, "folded": True}
    assert state["tables"] > 10


def test_no_console_error_and_no_request(driven):
    assert [driven[p]["complaints"] for p in ("index", "appendix", "phone")] == [[], [], []]
    assert driven["index"]["requests"] == driven["phone"]["requests"] == []


def test_the_whole_report_prints_on_a4_upright_with_appendices_across(driven):
    printed = PdfReader(driven["index"]["print"]).pages
    sizes = [size(p) for p in printed]
    assert set(sizes) == {A4, A4[::-1]}
    text = " ".join(" ".join(p.extract_text() for p in printed).split())
    assert "Hồ sơ có ghi mã hồ sơ" in text, "what is folded on the screen is printed"
    assert sizes == sorted(sizes), "upright pages first"
    for number, page in enumerate(printed, start=1):
        assert f"Trang {number}/{len(printed)}" in page.extract_text()


def test_a_printed_appendix_has_the_head_of_its_pdf_and_a_header_on_each_page(driven):
    printed = PdfReader(driven["appendix"]["print"]).pages
    assert {size(p) for p in printed} == {A4[::-1]}
    first = printed[0].extract_text()
    for line in ("Phụ lục II", "KẾT QUẢ CUNG CẤP DỊCH VỤ CÔNG TRỰC TUYẾN", "(Kèm theo Báo cáo số", "DỮ LIỆU MẪU"):
        assert line in first
    assert all("STT" in p.extract_text() for p in printed)


def test_nothing_printed_announces_what_is_on_another_page_or_nowhere(driven, published_report):
    """A table begins where its name is, a fold where its summary is, and no title stands over links that are not printed."""
    pages = [_words(p.extract_text()) for p in PdfReader(driven["index"]["print"]).pages]
    page = BeautifulSoup((published_report / "index.html").read_text(encoding="utf-8"), "lxml")
    begins = {_words(t.caption.span.get_text()): _words(t.tbody.tr.get_text(" ")) for t in page.select(".report-table")}
    for fold in page.select("details:not(.cach-tinh, .chart-data, .ma-nguon, .bang-gap, .muc-luc):has(li)"):
        begins[f"▼ {_words(fold.summary.get_text())}"] = _words(fold.li.get_text(" "))
    found = [(text, first) for name, first in begins.items() for text in pages if name in text]
    assert len(found) > 15
    assert [text[-200:] for text, first in found if "".join(first.split())[:12] not in text.replace(" ", "")] == []
    assert not any("Tải về" in text for text in pages)


def _words(text: str) -> str:
    return " ".join(text.split())
