"""Growth over the same period a year before, held against that period's figures; silent wherever anything is uncertain."""

from dataclasses import replace

import pytest
from reconcile_cases import FIGURES, PERIOD

from tthc_analysis.periods import parse_period
from tthc_analysis.reconcile import LastYear, read_narrative, reconcile

BEFORE = {"dossiers_handled_count": 2000, "dossiers_resolved_count": 2200}
LAST_YEAR = LastYear(
    parse_period("2023"), {f.name: replace(f, numerator=BEFORE[f.name]) for f in FIGURES if f.name in BEFORE}
)
NOTHING = LastYear(parse_period("2023"), {})
HANDLED = "Sở nhận giải quyết 2.215 hồ sơ, "
RESOLVED = "Số hồ sơ đã giải quyết là 2.172 hồ sơ, "


@pytest.fixture
def said(tmp_path):
    def run(text, last_year=LAST_YEAR):
        (tmp_path / "x.txt").write_text(text, encoding="utf-8")
        result = reconcile(read_narrative(tmp_path / "x.txt"), FIGURES, PERIOD, None, (), last_year)
        return [(r.code, r.found, r.expected) for r in result.about_figures], result

    return run


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (HANDLED + "tăng 10,75% so với cùng kỳ năm trước.", None),
        (HANDLED + "tăng 12% so với cùng kỳ năm trước.", ("SL17", "12%", "tăng 11%")),
        (HANDLED + "giảm 10,75% so với cùng kỳ năm 2023.", ("SL17", "10,75%", "tăng 10,75%")),
        (HANDLED + "tăng 215 hồ sơ so với cùng kỳ.", None),
        (HANDLED + "tăng 251 hồ sơ so với cùng kỳ.", ("SL17", "251", "tăng 215")),
        (RESOLVED + "giảm 1,3% so với cùng kỳ năm trước.", None),
        (RESOLVED + "tăng 1,3% so với cùng kỳ năm trước.", ("SL17", "1,3%", "giảm 1,3%")),
        (HANDLED + "tăng 10,75% so với cùng kỳ năm trước (2.000 hồ sơ).", None),
        (HANDLED + "tăng 23,06% so với cùng kỳ năm trước (1.800 hồ sơ).", ("SL17", "1.800", "2.000")),
    ],
)
def test_growth_is_held_against_the_data_of_the_year_before(said, text, wrong):
    found, result = said(text)
    assert found == ([] if wrong is None else [wrong])
    assert any(f.status == ("differs" if wrong else "agrees") and not f.indicator for f in result.figures)


@pytest.mark.parametrize(
    "text",
    [
        HANDLED + "tăng 30% so với quý trước.",
        HANDLED + "tăng 30% so với cùng kỳ năm 2022.",
        HANDLED + "tăng 30% so với bình quân cùng kỳ các năm trước.",
        HANDLED + "tăng 30% so với kế hoạch và cùng kỳ năm trước.",
        HANDLED + "tăng khoảng 30% so với cùng kỳ năm trước.",
        "Sở nhận giải quyết 2.215 hồ sơ, đã giải quyết 2.172 hồ sơ, tăng 30% so với cùng kỳ năm trước.",
        "UBND xã Hòa An nhận giải quyết 215 hồ sơ, tăng 30% so với cùng kỳ năm trước.",
        "Lĩnh vực mầm non nhận giải quyết 2.215 hồ sơ, tăng 30% so với cùng kỳ năm trước.",
        HANDLED + "tăng 215 hồ sơ so với cùng kỳ năm trước (cùng kỳ quá hạn 12 hồ sơ).",
        "Sở đã đăng 720 tin bài, tăng 30% so với cùng kỳ năm trước.",
    ],
)
def test_nothing_is_said_of_another_comparison(said, text):
    assert "SL17" not in {code for code, *_ in said(text)[0]}


def test_nothing_is_said_without_data_of_that_period(said):
    for none in (None, NOTHING):
        assert said(HANDLED + "tăng 12% so với cùng kỳ năm trước.", none)[0] == []
