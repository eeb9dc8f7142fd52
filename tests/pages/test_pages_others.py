"""The pages beside the report of one agency: roll-up, index of several agencies, comparison, reconciled drafts."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.report
NAMES = ("tong-hop", "phu-luc-tong-hop", "cac-don-vi", "so-sanh", "doi-soat", "doi-soat-nhieu")


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_the_first_screen_of_a_roll_up_answers_the_three_questions(read, screen):
    seen = read["tong-hop"][screen]
    assert "Ở 2/3 đơn vị có số liệu: đã giải quyết 5 trên 7 hồ sơ nhận giải quyết (71,43%)" in seen
    assert "có 2 hồ sơ giải quyết quá hạn, 1 hồ sơ đang giải quyết đã quá hạn" in seen
    assert "1/3 đơn vị chưa có số liệu (Xã im)." in seen


def test_the_index_names_every_agency_with_its_figures(read):
    for words in ("Thành phố T", "Sở A", "Quý I/2024", "7 (2/3 đơn vị)", "2.215", "Phụ lục II"):
        assert words in read["cac-don-vi"]["desk"], words


def test_a_comparison_opens_with_its_figures(read):
    seen = read["so-sanh"]["desk"]
    assert "So sánh Năm 2023 với Năm 2024" in seen
    assert "1.923 → 2.215" in seen


def test_drafts_of_several_bodies_without_a_receiver_are_held_against_none(read, other_pages):
    assert "0 tệp có chỗ sai hoặc cần xem" in read["doi-soat-nhieu"]["desk"]
    page = other_pages["doi-soat-nhieu"].read_text(encoding="utf-8")
    assert "đơn vị nhận" not in page
    assert '<td class="num">4.430</td>' in page, "twice 2.215"


@pytest.mark.parametrize("name", NAMES)
def test_zoom_keyboard_and_print(read, name):
    found = read[name]
    assert found["zoomed"] <= 0
    assert len({words for words, shown in found["keyboard"] if shown}) >= 2, found["keyboard"]
    printed = PdfReader(found["print"]).pages
    assert all(p.extract_text().strip() for p in printed), "a blank page"
    assert {round(p.mediabox.width) for p in printed} <= {595, 842}
