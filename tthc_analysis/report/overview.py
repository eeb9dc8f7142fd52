"""The index over all published reports: `reports/index.html`, made from their manifests and figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from tthc_analysis.config import Config
from tthc_analysis.display.formats import MISSING, change_text, date_short, indicator_text
from tthc_analysis.documents import pages
from tthc_analysis.documents.content import STATE_LABELS
from tthc_analysis.indicators import Indicator
from tthc_analysis.report import publish
from tthc_analysis.report.manifest import MANIFEST

#: figures shown for each report: heading → name in the report of an agency, in that of one that rolls up others
FIGURES = {
    "Nhận giải quyết": ("dossiers_handled_count", "all_handled_count"),
    "Đã giải quyết": ("dossiers_resolved_count", "all_resolved_count"),
    "Giải quyết quá hạn": ("dossiers_resolved_overdue_count", "all_resolved_overdue_count"),
    "Đang giải quyết": ("dossiers_pending_count", "all_pending_count"),
    "Nộp trực tuyến": ("online_received_rate", "all_received_online_rate"),
}
#: kinds of periods that can be compared with each other, in order of printing → heading
KINDS = {
    ("year", "custom"): "Báo cáo năm và kỳ riêng",
    ("nine_months",): "Báo cáo 9 tháng",
    ("half",): "Báo cáo 6 tháng",
    ("quarter",): "Báo cáo quý",
    ("month",): "Báo cáo tháng",
}


@dataclass(frozen=True)
class Entry:
    """One published report as its manifest and figures tell it."""

    folder: str
    period: dict[str, Any]
    agency: str
    state: str
    sample: bool
    figures: dict[str, Indicator]
    appendices: tuple[tuple[str, str], ...]

    @property
    def dates(self) -> str:
        """First and last day as printed."""
        return " – ".join(date_short(date.fromisoformat(self.period[end])) for end in ("from", "to"))


@dataclass(frozen=True)
class Cell:
    """A figure of a report: its text, its share of the largest one in the column (0–100), its change."""

    text: str
    share: int | None
    change: str


def write(config: Config) -> None:
    """Write the index anew, newest period first within each kind of period."""
    entries = [e for p in _manifests(config.reports) if (e := _entry(p, config.reports))]
    entries.sort(key=lambda e: (e.period["to"], e.period["from"]), reverse=True)
    names = {config.agency.id: config.agency.name, **{a.id: a.name for a in config.agencies}}
    groups = []
    for agency in sorted({e.agency for e in entries}, key=lambda a: (a != config.agency.id, names.get(a, a))):
        for kinds, title in KINDS.items():
            group = [e for e in entries if e.agency == agency and e.period["kind"] in kinds]
            if group:
                whose = "" if agency == config.agency.id else f" – {names.get(agency, agency)}"
                groups.append({"title": title + whose, "rows": list(zip(group, cells(group), strict=True))})
    about = pages.PageContext(agency=config.agency.name, parent=config.agency.parent, title=config.title)
    html = pages.page("reports.html.j2", about, groups=groups, names=names, columns=list(FIGURES))
    publish.replace_file(config.reports / "index.html", html)


def cells(entries: Sequence[Entry]) -> list[list[Cell]]:
    """The figures of each report, newest first; each is compared with the next older report of the same kind."""
    columns = [list(_column([_named(e, names) for e in entries], entries)) for names in FIGURES.values()]
    return [list(row) for row in zip(*columns, strict=True)]


def _named(entry: Entry, names: Sequence[str]) -> Indicator | None:
    """The figure that the report has under one of these names."""
    return next((entry.figures[name] for name in names if name in entry.figures), None)


def _column(figures: Sequence[Indicator | None], entries: Sequence[Entry]) -> Iterator[Cell]:
    largest = max((Decimal(f.value) for f in figures if f and f.value is not None), default=Decimal(0))
    older = [b.period["label"] for _a, b in pairwise(entries)] + [""]
    for figure, before, label in zip(figures, [*figures[1:], None], older, strict=True):
        if figure is None:
            yield Cell(MISSING, None, "")
            continue
        known = len(figures) > 1 and largest and figure.value is not None
        share = round(100 * Decimal(figure.value or 0) / largest) if known else None
        yield Cell(indicator_text(figure), share, change_text(figure, before, label))


def _manifests(reports: Path) -> list[Path]:
    """The manifests of this agency's reports and of those that have a folder below."""
    found = [*reports.glob(f"*/{MANIFEST}"), *reports.glob(f"*/*/{MANIFEST}")]
    return [p for p in found if not any(part.startswith(".") for part in p.relative_to(reports).parts)]


def _entry(path: Path, reports: Path) -> Entry | None:
    """The entry of one report; None for one whose files are damaged (`tthc verify` says how)."""
    try:
        return _read_entry(path, reports)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _read_entry(path: Path, reports: Path) -> Entry:
    data = json.loads(path.read_text(encoding="utf-8"))
    items = json.loads((path.parent / "indicators.json").read_text(encoding="utf-8"))
    figures = (Indicator.from_dict({k: v for k, v in item.items() if k != "text"}) for item in items)
    return Entry(
        path.parent.relative_to(reports).as_posix(),
        data["period"],
        data["agency"],
        STATE_LABELS[data["state"]],
        data["sample_data"],
        {f.name: f for f in figures if any(f.name in names for names in FIGURES.values())},
        _appendices(data),
    )


def _appendices(manifest: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Path and number of each appendix as PDF; reports of earlier versions of the program do not state the numbers."""
    stated = {e["page"].replace(".html", ".pdf"): e["number"] for e in manifest.get("appendices", ())}
    paths = [*stated, *sorted(n for n in manifest["outputs"] if n.startswith("phu-luc/") and n not in stated)]
    found = [p for p in paths if p in manifest["outputs"] and p.endswith(".pdf")]
    return tuple((p, stated.get(p) or f"Phụ lục {at}") for at, p in enumerate(found, start=1))
