"""All files of one report from its content, save the manifest."""

from __future__ import annotations

from pathlib import Path

from tthc_analysis.display.formats import indicator_text
from tthc_analysis.documents import html, office
from tthc_analysis.documents.content import ReportContent
from tthc_analysis.documents.pooling import public_content
from tthc_analysis.report.manifest import write_json
from tthc_analysis.report.published import INDICATORS


def write(
    content: ReportContent, template: Path, prose: Path, folder: Path, least: int = 0, annex_from: int = 0
) -> None:
    """Write the figures, the pages, the appendices and the files for an office into `folder`.

    The Word document is made from `template` and the analyst's own texts below `prose`. Procedures with fewer than `least`
    dossiers are one row of the pages and their CSV, and of nothing else; lists of `annex_from` rows stand in an annex of the Word document.
    """
    public = public_content(content, least)
    write_json(folder / INDICATORS, [{**i.to_dict(), "text": indicator_text(i)} for i in content.figures])
    office.write(content, template, prose, folder, annex_from)
    office.write_data(public, folder / office.DATA)
    html.write_pages(public, folder)
    html.write_appendices(content, folder)
    html.write_brief(content, folder)
