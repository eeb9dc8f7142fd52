"""The notebooks of a report as jobs of the execution wing: parameters, where the kept runs are, what all of them depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tthc_analysis import fingerprint
from tthc_analysis.config import CONFIG_FILE, Config
from tthc_analysis.execution.cache import Cache
from tthc_analysis.execution.pool import NOTEBOOKS
from tthc_analysis.execution.run import Engine, Job
from tthc_analysis.indicators import OpenReport
from tthc_analysis.rules import own
from tthc_analysis.sections import Section
from tthc_analysis.store import await_findings
from tthc_analysis.store.answers import share
from tthc_analysis.store.sql import SqlName, use

#: kept runs, below the reports; may be deleted at any moment
KEPT = ".bo-nho"
WARM = (NOTEBOOKS, "tthc_analysis.report.warm")
RENDER = "tthc_analysis.documents.render:fragment"


def parameters(opened: OpenReport, data: str) -> dict[str, Any]:
    """What every section's notebook is given; `data` is the processed folder as notebooks name it."""
    return {"period": opened.period.id, "rule_set": opened.rules.id, "data": data}


def jobs(
    values: Mapping[str, Any],
    sections: Sequence[Section],
    root: Path,
    folder: Path,
    engine: Engine = "tthc",
    counted_by: SqlName = "duckdb",
    awaited: Path | None = None,
    answers: Path | None = None,
) -> list[Job]:
    """One job for each section, executed copies in `folder`; raises BadParameter for `values` that a notebook lacks.

    `awaited` are processed data whose findings come while the sections run, `answers` is the folder by which they share
    what they have counted.
    """
    settled = (root / CONFIG_FILE,)
    before = partial(_before, counted_by, awaited, answers)
    return [
        Job(
            s.slug, s.heading, s.path, s.check(values), folder / f"{s.slug}.ipynb", root,
            engine=engine, before=before, render=RENDER, settled=settled,
        )
        for s in sections
    ]  # fmt: skip


def _before(counted_by: SqlName, awaited: Path | None, answers: Path | None) -> None:
    """In the process of a section, before it runs."""
    use(counted_by)
    if answers:
        share(answers)
    if awaited:
        await_findings(awaited)


def kept_folder(reports: Path, agency_id: str) -> Path:
    """Where the kept runs of an agency are."""
    return reports / KEPT / agency_id


def cache_of(config: Config) -> Cache:
    """The kept runs of an agency; each depends on the values of `config.toml`, not on its comments, and on own rules."""
    return Cache(config.root, kept_folder(config.reports, config.agency.id), partial(_settings, config))


def _settings(config: Config) -> dict[str, str]:
    values = config.model_dump(mode="json", exclude={"root"})
    return {
        CONFIG_FILE: fingerprint.digest(values),
        f"thư mục {own.FOLDER}": fingerprint.content(config.root / own.FOLDER),
    }
