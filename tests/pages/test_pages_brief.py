"""The report on one page: always one, upright, with the findings and the headline figures of the page, in the manifest."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from pypdf import PdfReader

from tthc_analysis.documents.brief import brief
from tthc_analysis.documents.content import About, ReportContent, SectionContent
from tthc_analysis.documents.html import facts
from tthc_analysis.sections import Section


def pages_of(pdf: bytes) -> list:
    return PdfReader(io.BytesIO(pdf)).pages


@pytest.fixture(scope="session")
def summary_content(sample_report):
    """The content of a report of any period that has only its summary, from the displays of the notebook."""
    from tthc_analysis import Headlines, findings, findings_list, standing_chart, summary
    from tthc_analysis.config import load_config
    from tthc_analysis.indicators import dossiers, open_report_in
    from tthc_analysis.report.content import about

    config = load_config(sample_report.root)

    def content(period: str, **changes) -> ReportContent:
        report = open_report_in(config, period)
        displays = (
            findings_list(findings.findings(report), findings.unknown_figures(report)),
            standing_chart(dossiers.standing(report)),
            Headlines("so-lieu-chinh", "Số liệu chính", summary.headlines(report), report.previous.period.label),
        )
        html = "<h1>Tóm tắt</h1>" + "".join(d.to_html() for d in displays)
        section = Section(config.root / "x.ipynb", "", "tom-tat", "Tóm tắt", "section", 0, ())
        one = SectionContent(section, html, tuple(d.to_json() for d in displays))
        told: About = replace(about(config, report, False), **changes)
        return ReportContent(told, (one,), (), {}, {})

    return content


@pytest.mark.parametrize("period", ["2024", "2023", "2024-Q4", "2024-12", "2025", "2019-03"])
def test_it_is_one_page_for_every_period(period, summary_content):
    content = summary_content(period)
    (page,) = pages_of(brief(content, facts(content.about)))
    text = " ".join(page.extract_text().split())
    for line in content.sections[0].of_type("findings")[0]["lines"]:
        assert line.split(":")[0].split("(")[0][:40].strip() in text
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_it_is_one_page_for_a_long_name_and_bears_the_stamp_of_a_draft(summary_content):
    content = summary_content("2024-Q4")
    long = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính liên thông các cấp " * 5
    agency = content.about.agency.model_copy(update={"name": long, "parent": long, "contact": long * 2})
    content = replace(content, about=replace(content.about, agency=agency, title=long, draft=True))
    (page,) = pages_of(brief(content, facts(content.about)))
    assert "DỰ THẢO" in page.extract_text()


def test_without_a_summary_there_is_no_brief(summary_content):
    assert brief(replace(summary_content("2024"), sections=()), ()) is None


def test_what_no_column_tells_takes_no_room_and_what_cannot_be_compared_no_column(summary_content):
    content = summary_content("2024")
    (one,) = content.sections
    unknown = {"label": "Chỉ tiêu", "value": None, "kind": "count", "unit": "hồ sơ", "change": ""}
    items = [{**unknown, "text": "chưa có dữ liệu số tệp kết quả giải quyết"}, {**unknown, "text": "không phát sinh"}]
    shown = tuple({**d, "items": items} if d["type"] == "headlines" else d for d in one.displays)
    (page,) = pages_of(brief(replace(content, sections=(replace(one, displays=shown),)), ()))
    text = page.extract_text()
    assert "không phát sinh" in text
    assert "chưa có dữ liệu" in text
    assert "số tệp kết quả" not in text
    assert "Tăng, giảm" not in text


@pytest.mark.report
def test_it_is_published_with_the_report_and_offered_first(published_report):
    pdf = published_report / "tom-tat-2024.pdf"
    assert pdf.name in json.loads((published_report / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    page = (published_report / "index.html").read_text(encoding="utf-8")
    assert page.index(f'href="{pdf.name}"') < page.index('href="phu-luc/')
    (only,) = pages_of(pdf.read_bytes())
    text = only.extract_text()
    for words in ("2.172", "98,06%", "Không có hồ sơ quá hạn", "Báo cáo tiếp theo"):
        assert words in text
    assert b"pdfuaid" in pdf.read_bytes()
