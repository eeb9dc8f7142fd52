"""All files of one report from its content, save the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tthc_analysis.display.formats import indicator_text
from tthc_analysis.documents.content import ReportContent
from tthc_analysis.documents.pooling import public_content
from tthc_analysis.execution.helper import Helper, Lost
from tthc_analysis.report import hands
from tthc_analysis.report.manifest import write_json
from tthc_analysis.report.published import INDICATORS


def write(
    content: ReportContent,
    template: Path,
    prose: Path,
    folder: Path,
    least: int = 0,
    annex_from: int = 0,
    helpers: Sequence[Helper] = (),
) -> None:
    """Write the figures, the pages, the appendices and the files for an office into `folder`.

    The Word document is made from `template` and the analyst's own texts below `prose`. Procedures with fewer than `least`
    dossiers are one row of the pages and their CSV, and of nothing else; lists of `annex_from` rows stand in an annex of the Word document.
    What `helpers` write they write side by side, and what they cannot is written here.
    """
    public = public_content(content, least)
    parts: tuple[tuple[hands.Part, Any], ...] = (
        (hands.office, (content, template, prose, folder, annex_from)),
        (hands.pages, (content, public, folder)),
        (hands.figures, (public, folder)),
    )
    asked = {part: helper.ask((part, order)) for helper, (part, order) in zip(helpers, parts, strict=False)}
    write_json(folder / INDICATORS, [{**i.to_dict(), "text": indicator_text(i)} for i in content.figures])
    for part, order in parts[::-1]:
        try:
            if part in asked:
                asked[part].result()
        except Lost:
            del asked[part]
        if part not in asked:
            part(order)
