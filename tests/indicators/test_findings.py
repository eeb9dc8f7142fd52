"""The sentences of the first screen: bound to their figures, for every state that a period can be in."""

from __future__ import annotations

import re
from datetime import date

import pytest
from rows import dossier

from tthc_analysis.display.findings import findings_list
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.indicators import findings
from tthc_analysis.indicators.dossiers import standing, totals

DONE = ("2024-05-06", "2024-05-10")


def said(report) -> dict[str, str]:
    """Topic → its sentence as printed."""
    found = findings_list(findings.findings(report)).to_json()
    return dict(zip(found["topics"], found["lines"], strict=True))


def tones(report) -> dict[str, str]:
    return {f.topic: f.tone for f in findings.findings(report)}


@pytest.mark.parametrize("period", ["2024", "2024-Q4", "2023", "2024-12", "2025", "2019-03"])
def test_every_number_of_a_sentence_is_that_of_its_figure(period, open_sample):
    from tthc_analysis.indicators import all_indicators

    report = open_sample(period)
    known = {i.name: i for i in all_indicators(report)}
    for finding in findings.findings(report):
        named = set(re.findall(r"\{(\w+)", finding.template))
        assert named == set(finding.figures)
        for name, figure in finding.figures.items():
            assert indicator_text(figure) == indicator_text(known[name])
    html = findings_list(findings.findings(report)).to_html()
    for name in re.findall(r'href="#so-lieu-(\w+)"', html):
        assert name in known


@pytest.mark.parametrize("period", ["2024", "2024-Q4", "2023", "2024-12", "2025", "2019-03"])
def test_the_three_answers_are_always_there_in_order(period, open_sample):
    topics = [f.topic for f in findings.findings(open_sample(period))]
    assert topics[:2] == ["result", "late"]
    assert topics[-1] == "unknown"
    assert 3 <= len(topics) <= 5


def test_what_is_late_is_told_first_and_in_its_colour(report_of):
    late = dossier(1, *DONE, "2024-05-13")
    report = report_of("2024", ho_so=[late, dossier(2, *DONE, "2024-05-09"), dossier(3, "2024-12-02", "2024-12-05")])
    assert said(report)["late"] == "Có 2 hồ sơ quá hạn: đã giải quyết 1 (50% số đã giải quyết), đang giải quyết 1."
    assert said(report)["pending"] == "Ngày 14/12/2024 còn 1 hồ sơ: 1 quá hạn."
    assert (tones(report)["late"], tones(report)["pending"]) == ("late", "late")


def test_nothing_is_late_only_where_every_dossier_states_its_due_date(report_of):
    rows = [dossier(1, *DONE, "2024-05-09"), dossier(2, "2024-06-03", None, "2024-06-05")]
    assert said(report_of("2024", ho_so=rows[:1]))["late"].startswith("Không có hồ sơ quá hạn (0 ")
    words = said(report_of("2024", ho_so=rows))["late"]
    assert words.startswith("Chưa kết luận được vì có hồ sơ không ghi ngày hẹn trả; đã thấy 0 hồ sơ quá hạn")
    assert words.endswith("chưa tính hồ sơ không có ngày hẹn trả (1 đã giải quyết).")


def test_without_any_due_date_lateness_is_not_known(report_of):
    report = report_of("2024", ho_so=[dossier(1, "2024-05-06", None, "2024-05-09")])
    assert said(report)["late"] == "Chưa biết có hồ sơ quá hạn hay không: chưa có dữ liệu ngày hẹn trả."
    assert tones(report)["late"] == "open"


def test_a_period_that_is_not_over_concludes_nothing_of_what_is_pending(report_of):
    rows = [dossier(1, "2024-05-06", "2024-05-10", "2024-05-13"), dossier(2, "2024-06-03", "2024-06-05")]
    report = report_of("2024", exported=date(2024, 6, 20), ho_so=rows)
    assert said(report)["result"].startswith("Mới có dữ liệu đến ngày 20/06/2024, chưa hết kỳ: đã giải quyết 1 trên 2")
    assert said(report)["late"].endswith("đã có 1 hồ sơ giải quyết quá hạn.")
    assert said(report)["pending"] == "1 hồ sơ chưa có kết quả trong bản xuất mới nhất."
    assert list(standing(report)["outcome"])[-1] == "pending_no_due"
    assert "quá hạn" not in " ".join(standing(report)["label"].tail(1))


def test_a_period_without_any_dossier_is_a_true_zero_where_the_exports_cover_it(report_of):
    report = report_of("2024-Q2", ho_so=[dossier(1, "2024-01-08", "2024-01-10", "2024-01-09")])
    assert said(report)["result"] == "Trong kỳ không có hồ sơ nào: 0 hồ sơ nhận giải quyết."
    assert "pending" not in said(report)


def test_a_period_that_no_export_covers_says_so(report_of):
    report = report_of("2022", ho_so=[dossier(1, *DONE, "2024-05-09")])
    assert "chưa có dữ liệu của kỳ này" in said(report)["result"]
    assert tones(report)["result"] == "open"
    assert standing(report).empty


def test_sections_that_a_body_does_not_report_are_not_missed(report_of):
    from dataclasses import replace

    report = report_of("2024", ho_so=[dossier(1, *DONE, "2024-05-09")])
    missing = {i.section for i in findings.unknown_figures(report)}
    fewer = {i.section for i in findings.unknown_figures(replace(report, left_out=frozenset({"II.5"})))}
    assert missing - fewer == {"II.5"}


@pytest.mark.parametrize("period", ["2024", "2024-Q4", "2025", "2023"])
def test_the_chart_shows_every_dossier_of_the_period_once(period, open_sample):
    report = open_sample(period)
    assert standing(report)["n"].sum() == totals(report)["handled"]
