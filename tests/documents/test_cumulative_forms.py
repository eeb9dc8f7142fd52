"""Lũy kế and cùng kỳ in the workbook of forms: sheets of their own, only in reports of months and quarters."""

from __future__ import annotations

from tthc_analysis.config import load_config
from tthc_analysis.display.cumulative import cumulative_form
from tthc_analysis.display.forms import II06A, VARIANTS, form_ii06a
from tthc_analysis.documents.forms_book import _forms_of
from tthc_analysis.indicators import cumulative, dossiers, open_report_in
from tthc_analysis.sections import sections_of

PERIODS = ("2024", "2024-H1", "2024-9T", "2024-nam", "2024-Q2", "2024-05")


def test_each_span_has_a_sheet_whose_title_says_its_days(published_project):
    report = open_report_in(load_config(published_project), "2024-Q2")
    so_far = cumulative.so_far(report)
    shown = [
        form_ii06a(dossiers.by_field(report)),
        cumulative_form(cumulative.form(so_far), so_far.period, "-luy-ke"),
        cumulative_form(cumulative.form(report.last_year), report.last_year.period, "-cung-ky"),
    ]
    found = _forms_of({table.name: table.to_json() for table in shown})
    assert [form.sheet for form, _ in found] == ["II.06a", "II.06a lũy kế", "II.06a cùng kỳ"]
    assert [table.name for _, table in found] == [II06A, *(f"{II06A}{ending}" for ending in VARIANTS)]
    titles = [form.title for form, _ in found]
    assert "từ ngày 15/12/2023 đến ngày 14/06/2024" in titles[1]
    assert "từ ngày 15/03/2023 đến ngày 14/06/2023" in titles[2]
    now, half = (dossiers.totals(r)["handled"] for r in (report, so_far))
    assert [table.total[2] for _, table in found][:2] == [now, half]


def test_only_months_and_quarters_have_the_section(published_project):
    config = load_config(published_project)
    of = {p: sections_of(config, config.period(p)) for p in PERIODS}
    have = [p for p, sections in of.items() if "phu-luc-6-luy-ke" in {s.slug for s in sections}]
    assert have == ["2024-Q2", "2024-05"]
