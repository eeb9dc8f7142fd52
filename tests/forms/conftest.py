"""What the published 2024 report displayed, as the writers of forms and Word draft are given it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tthc_analysis.config import Config, load_config
from tthc_analysis.indicators import Indicator, Scope, open_report_in
from tthc_analysis.report import bundle, office
from tthc_analysis.report.sections import load_sections


@dataclass(frozen=True)
class Displayed:
    """Configuration, scope, figures, tables and notices of one run."""

    config: Config
    scope: Scope
    executed: list[bundle.Executed]
    figures: list[Indicator]
    tables: dict[str, dict[str, Any]]
    notices: dict[str, list[str]]


@pytest.fixture(scope="session")
def displayed(published_project: Path) -> Displayed:
    config = load_config(published_project)
    folder = published_project / "reports" / "2024" / "so-tay"
    executed = [bundle.read_executed(s, folder / f"{s.slug}.ipynb") for s in load_sections(config.notebooks)]
    return Displayed(
        config,
        open_report_in(config, "2024"),
        executed,
        bundle.indicators(executed),
        bundle.tables(executed),
        office.notices(executed),
    )
