"""The files of a report for an office: XLSX forms and data, the Word document, CSV tables with their data package."""

from __future__ import annotations

from pathlib import Path

from tthc_analysis.documents import datapackage
from tthc_analysis.documents.content import ReportContent
from tthc_analysis.documents.forms_book import forms_workbook, has_forms
from tthc_analysis.documents.pages import Link
from tthc_analysis.documents.word import document
from tthc_analysis.documents.workbook import workbook

DATA = "so-lieu"


def file_names(period_id: str) -> tuple[str, str, str]:
    """The XLSX of the statutory forms, that of all other data, and the DOCX of a period."""
    return f"bieu-mau-{period_id}.xlsx", f"so-lieu-{period_id}.xlsx", f"bao-cao-{period_id}.docx"


def downloads(content: ReportContent) -> list[Link]:
    """What a page offers beside the appendices; paths from the report's root."""
    forms_name, data_name, words_name = file_names(content.about.period.id)
    found = [Link(data_name, "", "Toàn bộ bảng số liệu, chỉ tiêu", "XLSX")]
    if has_forms(content):
        found.insert(0, Link(forms_name, "", "Biểu mẫu để in, ký", "XLSX"))
    if content.whole:
        found.append(Link(words_name, "", "Dự thảo báo cáo để soạn thảo", "DOCX"))
    return [*found, Link(f"{DATA}/{datapackage.PACKAGE}", "", "Mô tả các bảng CSV", "JSON")]


def write(content: ReportContent, template: Path, prose: Path, folder: Path, annex_from: int = 0) -> None:
    """Write the forms and the Word document into `folder`; raises TemplateMistake for a Word template or prose that asks for what is not."""
    forms_name, data_name, words_name = file_names(content.about.period.id)
    if has_forms(content):
        (folder / forms_name).write_bytes(forms_workbook(content))
    (folder / data_name).write_bytes(workbook(content))
    if content.whole:
        (folder / words_name).write_bytes(document(content, template, prose, annex_from))


def write_data(content: ReportContent, folder: Path) -> None:
    """Write every table and figure as CSV, with the package that describes them, into `folder`."""
    folder.mkdir(exist_ok=True)
    written = datapackage.files(content.figures, content.tables)
    for name, data in written.items():
        (folder / name).write_bytes(data)
    (folder / datapackage.PACKAGE).write_bytes(datapackage.describe(content, written))
