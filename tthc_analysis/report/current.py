"""Whether the published report is already what a run would publish, byte for byte; then nothing is made again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tthc_analysis import fingerprint
from tthc_analysis.config import CONFIG_FILE, Config
from tthc_analysis.execution.cache import unchanged
from tthc_analysis.execution.run import Job, Outcome
from tthc_analysis.indicators import Indicator, OpenReport
from tthc_analysis.report import manifest
from tthc_analysis.report.jobs import cache_of, kept_folder


def outcomes_if_current(config: Config, opened: OpenReport, jobs: Sequence[Job], draft: bool) -> list[Outcome] | None:
    """The outcome of each section when the published report is current and whole; None when it must be made."""
    try:
        known = json.loads(_record(config.reports, config.agency.id, opened.period.id).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    key, outcomes = _state(config, opened, jobs, draft)
    if not isinstance(known, Mapping) or key is None or known.get("key") != key:
        return None
    return outcomes if known.get("published") == _published(config.reports, opened.period.id) else None


def may_be_current(config: Config, jobs: Sequence[Job]) -> bool:
    """Whether the published report may be current although the findings on its data are still missing."""
    cache = cache_of(config)
    return all(map(cache.may_stand, jobs))


def remember(config: Config, opened: OpenReport, jobs: Sequence[Job], draft: bool) -> None:
    """Note what the report that was just published was made of; nothing is noted when that is not known for certain."""
    path = _record(config.reports, config.agency.id, opened.period.id)
    path.unlink(missing_ok=True)
    key, _ = _state(config, opened, jobs, draft)
    if key is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_json(path, {"key": key, "published": _published(config.reports, opened.period.id)})


def indicators(folder: Path) -> list[Indicator]:
    """The figures of the report published in `folder`."""
    items = json.loads((folder / "indicators.json").read_text(encoding="utf-8"))
    return [Indicator.from_dict({k: v for k, v in item.items() if k != "text"}) for item in items]


def _state(config: Config, opened: OpenReport, jobs: Sequence[Job], draft: bool) -> tuple[str | None, list[Outcome]]:
    """One hash over all that the report is made of (None when a section must run), and the outcomes of its sections."""
    cache = cache_of(config)
    kept = [cache.judge(job).kept for job in jobs]
    found = [k for k in kept if k is not None]
    if len(found) < len(jobs):
        return None, []
    key = fingerprint.digest(
        {
            "sections": [[job.slug, k.sha256] for job, k in zip(jobs, found, strict=True)],
            "sources": [fingerprint.content(config.raw), fingerprint.content(config.processed)],
            "files": [fingerprint.sha256(p) for p in (config.root / CONFIG_FILE, *(j.notebook for j in jobs))],
            "common": dict(cache.common),
            "texts": _texts(config.template, config.prose),
            "commit": manifest.git_commit(config.root),
            "draft": draft,
            "rule_set": opened.rules.id,
        }
    )
    return key, [unchanged(job, k) for job, k in zip(jobs, found, strict=True)]


def _texts(template: Path | None, prose: Path) -> list[str]:
    """The analyst's own words around the figures: Word template and prose, read after the sections have run."""
    return [fingerprint.content(template) if template else "", fingerprint.content(prose)]


def _published(reports: Path, period_id: str) -> list[str]:
    """The report in place and the index over all reports."""
    index = reports / "index.html"
    return [fingerprint.content(reports / period_id), "có" if index.is_file() else fingerprint.ABSENT]


def _record(reports: Path, agency_id: str, period_id: str) -> Path:
    return kept_folder(reports, agency_id) / f"bao-cao-{period_id}.json"
