"""Figures of the report: one module per section, every figure an `Indicator` with numerator, denominator and base."""

from tthc_analysis.indicators import catalogue, digitisation, dossiers, online, quality, summary
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import NO_DATA, Scope, open_report, open_report_in

__all__ = [
    "NO_DATA",
    "Indicator",
    "Scope",
    "catalogue",
    "digitisation",
    "dossiers",
    "online",
    "open_report",
    "open_report_in",
    "quality",
    "summary",
]
