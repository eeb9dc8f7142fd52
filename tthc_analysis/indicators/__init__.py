"""Figures of the report: one module per section, every figure an `Indicator` with numerator, denominator and base."""

from tthc_analysis.indicators import (
    assessment,
    catalogue,
    communication,
    digitisation,
    directives,
    dossiers,
    due_dates,
    impact,
    initiatives,
    integration,
    one_stop,
    online,
    petitions,
    publication,
    quality,
    simplification,
    summary,
    trend,
)
from tthc_analysis.indicators._all import all_indicators
from tthc_analysis.indicators._indicator import Indicator
from tthc_analysis.indicators._scope import NO_DATA, Scope, open_report, open_report_in

__all__ = [
    "NO_DATA",
    "Indicator",
    "Scope",
    "all_indicators",
    "assessment",
    "catalogue",
    "communication",
    "digitisation",
    "directives",
    "dossiers",
    "due_dates",
    "impact",
    "initiatives",
    "integration",
    "one_stop",
    "online",
    "open_report",
    "open_report_in",
    "petitions",
    "publication",
    "quality",
    "simplification",
    "summary",
    "trend",
]
