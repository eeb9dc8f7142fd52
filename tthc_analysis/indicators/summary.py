"""The headline figures of the first screen, beside the same figures of the previous period."""

from __future__ import annotations

from tthc_analysis.columns import DOSSIERS
from tthc_analysis.indicators import _registers, dossiers, rollup_findings
from tthc_analysis.indicators._all import HEADLINES
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._open import OpenReport
from tthc_analysis.indicators.evaluate import named
from tthc_analysis.periods import continuity_warnings


def headlines(report: OpenReport) -> tuple[tuple[Indicator, Indicator | None], ...]:
    """(figure, same figure of the previous period or None when it has no dossiers or may not be compared) for each headline."""
    if report.is_united:
        return rollup_findings.headlines(report)
    now = named(report, HEADLINES)
    before = named(report.previous, HEADLINES) if dossiers.totals(report.previous).get("handled") else {}
    return tuple((figure, _comparable(report, figure, before.get(name))) for name, figure in now.items())


def _comparable(report: OpenReport, now: Indicator, before: Indicator | None) -> Indicator | None:
    """The figure before, None where the exports cover one of the two periods only in part."""
    return before if _registers.comparable(report, report.previous, now.tables) else None


def period_notes(report: OpenReport) -> tuple[str, ...]:
    """What a reader must know of the period: its days and basis, overlaps and gaps, texts that are no longer in force."""
    period = report.period
    days = f"{period.label}: từ {period.start:%d/%m/%Y} đến {period.end:%d/%m/%Y} ({period.days} ngày)."
    reach = _registers.notes(report, DOSSIERS.name)
    warnings = continuity_warnings(period, report.previous.period)
    return (days, f"Căn cứ: {period.basis}.", *reach, *warnings, *report.laws.notices(period.end))
