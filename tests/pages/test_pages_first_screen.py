"""What a reader sees without scrolling: the result of the period, what is late, what is not known; and the short version."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.report
SCREENS = ("1440x900", "360x640")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_first_screen_answers_the_three_questions(driven, screen):
    seen = driven["firstScreens"][screen]
    assert "Đã giải quyết 2.172 trên 2.215 hồ sơ nhận giải quyết (98,06%)" in seen
    assert "Không có hồ sơ quá hạn: 0 hồ sơ giải quyết quá hạn, 0 hồ sơ đang giải quyết đã quá hạn" in seen
    assert "Chưa biết." in seen
    assert "7 dòng cách ly chưa tính." in seen
    assert "chưa có dữ liệu" not in seen


@pytest.mark.parametrize("screen", SCREENS)
def test_the_first_screen_says_whose_report_of_what_it_is(driven, screen):
    seen = driven["firstScreens"][screen]
    for words in ("Sở Giáo dục và Đào tạo", "Năm 2024", "15/11/2023 – 05/12/2024", "số liệu đến 20/12/2024"):
        assert words in seen


def test_a_desk_shows_the_chart_and_the_weightiest_figures_too(driven):
    seen = driven["firstScreens"]["1440x900"]
    assert "Hình 1." in seen
    assert "Hồ sơ đang giải quyết" in seen


def test_the_short_version_is_chosen_by_keyboard_and_remembered(driven):
    short = driven["versions"]
    assert short["chosen"] == "rut-gon"
    assert short["height"] < short["fullHeight"] / 2.5
    assert short["tables"] == 0
    assert short["cards"] > 50
    assert short["loneHeadings"] == []
    assert short["remembered"] == "rut-gon"
    assert short["complaints"] == []


def test_what_the_short_version_hides_is_shown_to_whoever_follows_a_link_to_it(driven):
    assert driven["versions"]["followed"] == {"version": "day-du", "inView": True}


def test_the_short_version_prints_short(driven):
    from pypdf import PdfReader

    short, whole = (len(PdfReader(p).pages) for p in (driven["versions"]["print"], driven["index"]["print"]))
    assert short < whole / 2
