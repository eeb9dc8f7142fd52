"""What the published 2024 report displayed, as the writers of forms and Word document are given it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tthc_analysis.config import Config, load_config
from tthc_analysis.documents.content import ReportContent, SectionContent
from tthc_analysis.indicators import Indicator, OpenReport, open_report_in
from tthc_analysis.report import content as report_content
from tthc_analysis.sections import sections_of


@dataclass(frozen=True)
class Displayed:
    """Configuration, report, figures, tables and notices of one run."""

    config: Config
    report: OpenReport
    executed: list[SectionContent]
    figures: list[Indicator]
    tables: dict[str, dict[str, Any]]
    notices: dict[str, list[str]]

    def content(self, figures=None, tables=None, notices=None, draft=False, report=None, config=None) -> ReportContent:
        """The content of the report, some of it changed."""
        about = report_content.about(config or self.config, report or self.report, draft)
        whole = report_content.report_content(about, self.executed)
        return replace(
            whole,
            figures=tuple(self.figures if figures is None else figures),
            tables=self.tables if tables is None else tables,
            notices=self.notices if notices is None else notices,
        )


@pytest.fixture(scope="session")
def displayed(published_project: Path) -> Displayed:
    config = load_config(published_project)
    folder = published_project / "reports" / "2024" / "so-tay"
    shown = (s for s in sections_of(config, config.period("2024")) if (folder / f"{s.slug}.ipynb").is_file())
    executed = [report_content.read_executed(s, folder / f"{s.slug}.ipynb") for s in shown]
    return Displayed(
        config,
        open_report_in(config, "2024"),
        executed,
        report_content.indicators(executed),
        report_content.tables(executed),
        report_content.notices(executed),
    )
