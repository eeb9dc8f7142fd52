"""The sentences of the first screen: bound to their figures, for every state that a period can be in."""

from __future__ import annotations

import re
from datetime import date

import pytest
from rows import by_name, dossier

from tthc_analysis.display.assessment import claim_text
from tthc_analysis.display.findings import findings_list
from tthc_analysis.display.formats import indicator_text
from tthc_analysis.display.forms import form_ii06a
from tthc_analysis.indicators import all_indicators, findings, one_stop
from tthc_analysis.indicators._registers import as_of
from tthc_analysis.indicators.dossiers import by_field, standing, totals

DONE = ("2024-05-06", "2024-05-10")


def said(report) -> dict[str, str]:
    """Topic → its sentence as printed."""
    found = findings_list(findings.findings(report)).to_json()
    return dict(zip(found["topics"], found["lines"], strict=True))


def tones(report) -> dict[str, str]:
    return {f.topic: f.tone for f in findings.findings(report)}


@pytest.mark.parametrize("period", ["2024", "2024-Q4", "2023", "2024-12", "2025", "2019-03"])
def test_every_number_of_a_sentence_is_that_of_its_figure(period, open_sample):
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
    assert said(report_of("2024", ho_so=rows[:1]))["late"].startswith("Không có hồ sơ quá hạn: 0 ")
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
    told = "Theo bản xuất ngày 20/06/2024, chưa hết kỳ: "
    assert (
        said(report)["late"] == f"{told}có 2 hồ sơ quá hạn: đã giải quyết 1 (100% số đã giải quyết), đang giải quyết 1."
    )
    assert said(report)["pending"] == f"{told}1 hồ sơ chưa có kết quả: 1 quá hạn."
    assert list(standing(report)["label"])[-1] == "Đang giải quyết, quá hạn (20/06/2024)"


def test_what_falls_due_after_the_newest_export_is_overdue_nowhere(report_of):
    """Figure, sentence, claim, form and chart count what was overdue on the day of the export, and tell that day."""
    rows = [
        dossier(1, "2024-05-06", "2024-05-10", "2024-05-09", field="Hộ tịch"),
        dossier(2, "2024-06-03", "2024-06-19", field="Hộ tịch"),
        dossier(3, "2024-06-04", "2024-06-20", field="Hộ tịch"),
        *(dossier(i, "2024-06-17", "2024-07-01", field="Hộ tịch") for i in range(4, 9)),
    ]
    report = report_of("2024", exported=date(2024, 6, 20), ho_so=rows)
    told = "theo bản xuất ngày 20/06/2024"
    known = by_name(all_indicators(report))
    names = ("dossiers_pending_overdue_count", "overdue_total_count", "late_dossiers_count", "online_overdue_count")
    assert [(known[n].value, known[n].as_of) for n in names] == [(1, told)] * 4
    assert indicator_text(known["dossiers_pending_within_count"]) == f"6 ({told})"
    assert known["dossiers_resolved_count"].as_of == ""
    assert "có 1 hồ sơ quá hạn" in said(report)["late"]
    claim = one_stop.claim(report, "no_overdue")
    assert (claim.holds, "có 1 hồ sơ quá hạn" in claim_text(claim)) == (False, True)
    assert {f.name: f for f in claim.figures}["overdue_total_count"] == known["overdue_total_count"]
    form = form_ii06a(by_field(report), as_of=as_of(report))
    column = [c.name for c in form.columns].index
    assert [form.total[column(n)] for n in ("pending", "pending_within", "pending_overdue")] == [7, 6, 1]
    assert told in form.notes[0]
    shown = dict(zip(standing(report)["outcome"], standing(report)["n"], strict=True))
    assert (shown["pending_within"], shown["pending_overdue"]) == (6, 1)


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
