"""The files of a report for an office: XLSX forms, the Word draft, CSV tables with their data package.

Everything comes from what the executed notebooks displayed. A trial of some sections has no Word draft: the sections
left out would read as if there were no data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tthc_analysis.config import Config
from tthc_analysis.documents import datapackage
from tthc_analysis.documents.pages import Link
from tthc_analysis.documents.word import draft as word_draft
from tthc_analysis.documents.workbook import workbook
from tthc_analysis.indicators import Indicator, Scope
from tthc_analysis.report import manifest
from tthc_analysis.report.bundle import Executed
from tthc_analysis.report.sections import sections_of

DATA = "so-lieu"


def is_whole(config: Config, executed: Sequence[Executed]) -> bool:
    """Whether every section of the project is among the executed ones."""
    return {s.slug for s in sections_of(config)} <= {e.section.slug for e in executed}


def file_names(period_id: str) -> tuple[str, str]:
    """The XLSX and the DOCX of a period."""
    return f"bieu-mau-{period_id}.xlsx", f"bao-cao-{period_id}.docx"


def downloads(config: Config, scope: Scope, executed: Sequence[Executed]) -> list[Link]:
    """What a page offers beside the appendices; paths from the report's root."""
    tables_name, draft_name = file_names(scope.period.id)
    found = [Link(tables_name, "", "Biểu mẫu và toàn bộ số liệu", "XLSX")]
    if is_whole(config, executed):
        found.append(Link(draft_name, "", "Dự thảo báo cáo để soạn thảo", "DOCX"))
    return [*found, Link(f"{DATA}/{datapackage.PACKAGE}", "", "Mô tả các bảng CSV", "JSON")]


def notices(executed: Sequence[Executed]) -> dict[str, list[str]]:
    """The sentences that sections displayed, by name."""
    return {d["name"]: d["lines"] for one in executed for d in one.displays if "lines" in d}


def write(
    config: Config,
    scope: Scope,
    executed: Sequence[Executed],
    figures: Sequence[Indicator],
    tables: Mapping[str, Mapping[str, Any]],
    folder: Path,
    draft: bool,
) -> None:
    """Write all of them into `folder`; raises TemplateMistake for a Word template or prose that asks for what is not."""
    tables_name, draft_name = file_names(scope.period.id)
    _write_data(config, scope, executed, figures, tables, folder / DATA, draft)
    (folder / tables_name).write_bytes(workbook(config, scope, figures, tables, draft))
    if is_whole(config, executed):
        (folder / draft_name).write_bytes(word_draft(config, scope, figures, tables, notices(executed), draft))


def _write_data(
    config: Config,
    scope: Scope,
    executed: Sequence[Executed],
    figures: Sequence[Indicator],
    tables: Mapping[str, Mapping[str, Any]],
    folder: Path,
    draft: bool,
) -> None:
    folder.mkdir(exist_ok=True)
    written = datapackage.files(figures, tables)
    for name, content in written.items():
        (folder / name).write_bytes(content)
    exports = manifest.inputs(config, scope, [e.section for e in executed])["exports"]
    (folder / datapackage.PACKAGE).write_bytes(datapackage.describe(config, scope, tables, written, exports, draft))
