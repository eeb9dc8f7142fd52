"""The headline figures of the first screen, beside the same figures of the previous period."""

from __future__ import annotations

from tthc_analysis.indicators import _registers, dossiers
from tthc_analysis.indicators._all import HEADLINES
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import Scope
from tthc_analysis.indicators.evaluate import named
from tthc_analysis.periods import continuity_warnings


def headlines(scope: Scope) -> tuple[tuple[Indicator, Indicator | None], ...]:
    """(figure, same figure of the previous period or None when that period has no dossiers) for each headline."""
    now = named(scope, HEADLINES)
    before = named(scope.previous, HEADLINES) if dossiers.totals(scope.previous).get("handled") else {}
    return tuple((figure, before.get(name)) for name, figure in now.items())


def period_notes(scope: Scope) -> tuple[str, ...]:
    """What a reader must know of the period: its days and basis, overlaps and gaps, texts that are no longer in force."""
    period = scope.period
    days = f"{period.label}: từ {period.start:%d/%m/%Y} đến {period.end:%d/%m/%Y} ({period.days} ngày)."
    reach = _registers.notes(scope, "ho_so")
    warnings = continuity_warnings(period, scope.previous.period)
    return (days, f"Căn cứ: {period.basis}.", *reach, *warnings, *scope.laws.notices(period.end))
